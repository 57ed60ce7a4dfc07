"""Export and import: the same bytes again, all or nothing, memory flat."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_streams import after, chain, entry

from quorate.log.checkpoint import new_key, public, sign, take
from quorate.log.errors import DoesNotVerify, NotEmpty, StaleCheckpoint, StoreCorrupt
from quorate.log.export import Totals, export, load
from quorate.log.sealed import commit
from quorate.log.stores.memory import MemoryStore
from quorate.log.stores.sqlite import SqliteStore
from quorate.log.verify import verify

SALT = bytes(range(32))


def exported(store, **options):
    out = io.BytesIO()
    export(store, out, **options)
    return out.getvalue()


def filled():
    store = MemoryStore()
    for unit in ("평양", "KP-1", "KP-2"):
        store.append(chain(unit, 4))
    for number in range(3):
        digest, content = commit({"secret": number}, SALT)
        store.append([after(store.head("KP-1"), sealed=digest)], {digest: content})
    store.redact(commit({"secret": 1}, SALT)[0])
    return store


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("target", [MemoryStore, SqliteStore])
def test_export_import_export_gives_the_same_bytes(sealed, target, tmp_path):
    store, key = filled(), new_key(tmp_path / "key")
    take(store, key, origin="o", at="2015-02-01")
    store.append([after(store.head("KP-2"))])
    take(store, key, origin="o", at="2015-03-01")
    first = exported(store, sealed=sealed)
    (tmp_path / "log").write_bytes(first)
    with target(tmp_path / "new.db") if target is SqliteStore else target() as again:
        assert load(again, tmp_path / "log", key=public(key)) == Totals(3, 16, 2 * sealed, 2)
        assert exported(again, sealed=sealed) == first
        assert list(again.heads()) == list(store.heads())
        secret = commit({"secret": 0}, SALT)
        assert again.unseal(secret[0]) == (secret[1] if sealed else None)
        again.append([after(again.head("KP-1"))])


def test_sealed_content_leaves_only_when_asked_for():
    assert b"sealed " not in exported(filled())
    assert exported(filled(), sealed=True).count(b"\nsealed ") == 2


def test_an_empty_log_makes_the_journey_too(tmp_path):
    (tmp_path / "log").write_bytes(exported(MemoryStore()))
    assert (tmp_path / "log").read_bytes() == b"quorate-log 1\nend 0 0 0 0\n"
    assert load(MemoryStore(), tmp_path / "log") == Totals(0, 0, 0, 0)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), st.integers(1, 4),
        max_size=6,
    )
)  # fmt: skip
def test_units_of_any_name_make_the_journey(tmp_path_factory, units):
    store, path = MemoryStore(), tmp_path_factory.mktemp("journey") / "log"
    for unit, count in units.items():
        store.append(chain(unit, count))
    path.write_bytes(exported(store))
    again = MemoryStore()
    assert load(again, path).entries == sum(units.values())
    assert exported(again) == exported(store)


def test_a_checkpoint_signed_elsewhere_over_these_heads_can_be_added_and_no_other(tmp_path):
    store, key = filled(), new_key(tmp_path / "key")
    checkpoint = sign(store.heads(), key, origin="o", at="t")
    (tmp_path / "log").write_bytes(exported(store, checkpoint=checkpoint))
    assert verify(tmp_path / "log", key=public(key)).checkpoints == 1
    take(store, key, origin="o", at="t")
    assert exported(store, checkpoint=checkpoint) == (tmp_path / "log").read_bytes()
    store.append([after(store.head("KP-1"))])
    with pytest.raises(StaleCheckpoint):
        exported(store, checkpoint=checkpoint)


@pytest.mark.parametrize("target", [MemoryStore, SqliteStore])
def test_nothing_is_imported_from_a_file_that_does_not_verify(target, tmp_path):
    lines = exported(filled()).splitlines(keepends=True)
    del lines[-3]
    (tmp_path / "log").write_bytes(b"".join(lines))
    with target(tmp_path / "new.db") if target is SqliteStore else target() as store:
        with pytest.raises(DoesNotVerify, match="Nothing was imported") as caught:
            load(store, tmp_path / "log")
        assert "평양#3" in str(caught.value)
        assert list(store.heads()) == []


def test_a_file_swapped_after_it_was_verified_is_not_imported(tmp_path, monkeypatch):
    path, store = tmp_path / "log", MemoryStore()
    path.write_bytes(exported(filled()))
    whole = verify(path)
    monkeypatch.setattr("quorate.log.export.verify", lambda *_, **__: whole)
    for lines in (exported(filled()).splitlines(keepends=True)[:-3], [b"0" * 64 + b" {nonsense\n"]):
        path.write_bytes(b"".join(lines))
        with pytest.raises(DoesNotVerify, match="changed while it was being read"):
            load(store, path)
        assert list(store.heads()) == []


def test_an_import_over_entries_is_refused(tmp_path):
    (tmp_path / "log").write_bytes(exported(filled()))
    store = MemoryStore()
    store.append([entry("KP-9")])
    with pytest.raises(NotEmpty, match="KP-9"):
        load(store, tmp_path / "log")
    assert list(store.units()) == ["KP-9"]


def test_a_stream_shorter_than_its_head_is_not_exported_as_if_it_were_whole():
    store = filled()
    store._streams["KP-1"][:2] = []
    with pytest.raises(StoreCorrupt):
        exported(store)


def test_progress_is_told_up_to_the_end(tmp_path):
    seen = []
    exported(filled(), progress=lambda *step: seen.append(step))
    assert seen[-1] == (15, 15)
    (tmp_path / "log").write_bytes(exported(filled()))
    verify(tmp_path / "log", progress=lambda *step: seen.append(step))
    assert seen[-1] == ((tmp_path / "log").stat().st_size,) * 2


def peak(action):
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_stays_flat_whatever_the_length_of_the_log(tmp_path):
    """Four times the entries must not take half as much memory again."""
    peaks = {}
    for count in (1_500, 6_000):
        path = tmp_path / f"{count}"
        with SqliteStore(tmp_path / f"{count}.db") as store, SqliteStore(tmp_path / f"{count}-again.db") as again:
            store.append(chain("KP-1", count, subject="x" * 400))
            with path.open("wb") as out:
                exporting = peak(lambda out=out, store=store: export(store, out))
            peaks[count] = exporting, peak(lambda path=path: verify(path)), peak(lambda p=path, s=again: load(s, p))
    for few, many in zip(peaks[1_500], peaks[6_000], strict=True):
        assert many < 1.5 * few
