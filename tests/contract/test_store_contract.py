"""What every store promises, in the words of `quorate.log.stores.base`."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_streams import after, chain, entry

from quorate.errors import QuorateError
from quorate.log import GENESIS, AlreadyDelivered, Conflict, Head
from quorate.log.canonical import canonical
from quorate.log.entry import body
from quorate.log.errors import BrokenBatch, SealedMismatch, SealedMissing
from quorate.log.sealed import commit, reveal
from quorate.log.stores.memory import MemoryStore

SALT = bytes(range(32))


def test_a_unit_without_entries_has_the_genesis_head_and_is_not_listed(store):
    assert store.head("KP-01") == Head("KP-01", 0, GENESIS)
    assert list(store.heads()) == list(store.units()) == list(store.read("KP-01")) == []


def test_entries_come_back_as_they_were_appended_with_their_canonical_bytes(store):
    entries = chain("KP-01", 3)
    store.append(entries)
    assert list(store.read("KP-01")) == entries
    assert list(store.read_raw("KP-01")) == [(item.hash, canonical(body(item))) for item in entries]


def test_appended_entries_are_there_for_whoever_opens_the_log_next(opened):
    entries = chain("KP-01", 2)
    opened().append(entries)
    assert list(opened().read("KP-01")) == entries


def test_reading_can_begin_after_any_entry(store):
    entries = chain("KP-01", 5)
    store.append(entries)
    for number in range(7):
        assert list(store.read("KP-01", number)) == entries[number:]
        assert [digest for digest, _ in store.read_raw("KP-01", number)] == [item.hash for item in entries[number:]]


def test_a_long_stream_is_read_to_its_end(store):
    entries = chain("KP-01", 2001)
    store.append(entries)
    assert list(store.read("KP-01")) == entries


def test_heads_are_sorted_by_code_points_whatever_the_alphabet(store):
    units = ["a", "Z", "é", "평양", "zz", "a b", "😀", "\uffee", "A-1", "A-10", "A-2"]
    for unit in units:
        store.append(chain(unit, 2))
    assert list(store.units()) == sorted(units)
    assert [(head.unit, head.seq) for head in store.heads()] == [(unit, 2) for unit in sorted(units)]


def test_a_batch_may_hold_entries_of_several_units_interleaved(store):
    first, second = chain("KP-01", 2), chain("KP-02", 2)
    store.append([first[0], second[0], first[1], second[1]])
    assert [list(store.read(unit)) for unit in ("KP-01", "KP-02")] == [first, second]


def test_an_empty_batch_changes_nothing(store):
    store.append([])
    assert list(store.heads()) == []


def test_a_batch_that_does_not_continue_the_head_is_told_both_heads(store):
    entries = chain("KP-01", 2)
    store.append(entries)
    rival = after(Head("KP-01", 1, entries[0].hash), act="plan.adopt")
    with pytest.raises(Conflict) as caught:
        store.append([rival])
    assert caught.value.expected == Head("KP-01", 1, entries[0].hash)
    assert caught.value.found == store.head("KP-01") == Head("KP-01", 2, entries[1].hash)
    assert "read the unit again" in str(caught.value)


def test_one_stale_unit_keeps_the_whole_batch_out(store):
    store.append(chain("KP-01", 1))
    with pytest.raises(Conflict):
        store.append([*chain("KP-00", 1), *chain("KP-01", 1, act="plan.adopt"), *chain("KP-02", 1)])
    assert list(store.units()) == ["KP-01"]


def test_the_same_batch_cannot_be_appended_twice(store):
    entries = chain("KP-01", 1)
    store.append(entries)
    with pytest.raises(Conflict):
        store.append(entries)


@pytest.mark.parametrize(
    ("batch", "problem"),
    [
        ([replace(entry(), act="plan.adopt")], "do not match its hash"),
        ([replace(entry(), hash="")], "do not match its hash"),
        ([chain("KP-01", 3)[0], chain("KP-01", 3)[2]], "does not continue"),
        ([chain("KP-01", 1)[0], entry(seq=2)], "does not continue"),
        ([entry(payload={"share": 0.5})], "float is not allowed"),
        ([entry(payload={"sum": 2**53})], "beyond the integers"),
        ([entry(unit="KP\0")], "zero character"),
        ([entry(unit="")], "empty"),
        ([entry(at_latest="2014-12-31T00:00")], "before it begins"),
        ([entry(act="document.receive")], "not the id of the sender's entry"),
        ([entry(act="document.receive", ref="a letter")], "not the id of the sender's entry"),
    ],
)
def test_a_batch_that_could_not_verify_is_refused_and_nothing_stored(store, batch, problem):
    with pytest.raises(BrokenBatch, match=problem):
        store.append(batch)
    assert list(store.heads()) == []


def test_time_does_not_run_backwards_within_a_stream(store):
    store.append([entry(at_earliest="2015-03-01T09:00")])
    with pytest.raises(BrokenBatch, match="before that of KP-01#1"):
        store.append([after(store.head("KP-01"), at_earliest="2015-02-28T09:00")])
    store.append([after(store.head("KP-01"), at_earliest="2015-03-01T09:00"), entry("KP-02")])


def receipt(head, ref, **columns):
    return after(head, act="document.receive", ref=ref, **columns)


def test_a_document_is_delivered_to_a_unit_once_and_to_others_too(store):
    store.append([receipt(Head("KP-01"), "OGD#7")])
    assert store.delivered("KP-01", "OGD#7")
    assert not store.delivered("KP-02", "OGD#7")
    assert not store.delivered("KP-01", "OGD#8")
    with pytest.raises(AlreadyDelivered, match="OGD#7 has been received already"):
        store.append([receipt(store.head("KP-01"), "OGD#7", subject="again")])
    store.append([receipt(Head("KP-02"), "OGD#7")])
    assert store.head("KP-01").seq == 1


def test_a_document_repeated_within_a_batch_is_refused_with_all_of_it(store):
    first = receipt(Head("KP-01"), "OGD#7")
    with pytest.raises(AlreadyDelivered):
        store.append([first, receipt(Head("KP-01", 1, first.hash), "OGD#7")])
    assert not store.delivered("KP-01", "OGD#7")


def test_other_acts_may_refer_to_the_same_thing_any_number_of_times(store):
    first = entry(ref="KP-01#9")
    store.append([first, after(Head("KP-01", 1, first.hash), ref="KP-01#9")])
    assert not store.delivered("KP-01", "KP-01#9")


def test_sealed_content_is_kept_beside_the_log_until_it_is_redacted(store):
    digest, content = commit({"votes": [1, 0, 1]}, SALT)
    store.append([entry(sealed=digest)], {digest: content})
    assert store.unseal(digest) == content
    assert reveal(content) == {"votes": [1, 0, 1]}
    store.redact(digest)
    store.redact(digest)
    assert store.unseal(digest) is None
    assert [item.sealed for item in store.read("KP-01")] == [digest]


def test_sealed_content_and_commitments_must_fit(store):
    digest, content = commit("secret", SALT)
    with pytest.raises(SealedMissing):
        store.append([entry(sealed=digest)])
    with pytest.raises(SealedMismatch, match="another digest"):
        store.append([entry(sealed=digest)], {digest: content + b" "})
    with pytest.raises(SealedMismatch, match="no entry"):
        store.append([entry()], {digest: content})
    with pytest.raises(SealedMismatch):
        store.append([entry(sealed=digest)], {digest: b""}, allow_missing_sealed=True)
    store.append([entry(sealed=digest)], allow_missing_sealed=True)
    assert store.unseal(digest) is None


def test_content_already_stored_need_not_be_given_again(store):
    digest, content = commit("secret", SALT)
    store.append([entry(sealed=digest)], {digest: content})
    store.append([after(store.head("KP-01"), sealed=digest)])
    assert store.head("KP-01").seq == 2


def test_a_group_is_stored_when_its_block_ends(opened):
    store, entries = opened(), chain("KP-01", 3)
    with store.group():
        for item in entries:
            store.append([item])
            assert store.head("KP-01").hash == item.hash
    assert list(opened().read("KP-01")) == entries


def test_nothing_of_a_group_is_seen_elsewhere_before_it_ends(shared):
    from log_streams import opening

    with opening(*shared) as store, opening(*shared) as other:
        with store.group():
            store.append(chain("KP-01", 2))
            assert other.head("KP-01").seq == 0
        assert other.head("KP-01").seq == 2


def test_an_append_that_fails_in_a_group_leaves_the_earlier_ones_intact(opened):
    store, entries = opened(), chain("KP-01", 3)
    digest, content = commit(1, SALT)
    with store.group():
        store.append(entries[:2])
        for wrong in ([entry("KP-02"), entries[1]], [entry("KP-02"), replace(entries[2], hash="")]):
            with pytest.raises(QuorateError):
                store.append(wrong)
        with pytest.raises(SealedMismatch):
            store.append([entry("KP-02")], {digest: content})
        store.append(entries[2:])
    assert list(opened().read("KP-01")) == entries
    assert list(opened().units()) == ["KP-01"]


def test_an_exception_that_leaves_a_group_undoes_all_of_it(opened):
    store = opened()
    digest, content = commit(1, SALT)
    store.append(chain("KP-01", 1))
    store.put("snapshot", "KP-01", b"old")

    def fail():
        with store.group():
            store.append([receipt(store.head("KP-01"), "OGD#1", sealed=digest)], {digest: content})
            store.append(chain("KP-02", 2))
            store.put("snapshot", "KP-01", b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    for seen in (store, opened()):
        assert [(head.unit, head.seq) for head in seen.heads()] == [("KP-01", 1)]
        assert (seen.unseal(digest), seen.get("snapshot", "KP-01")) == (None, b"old")
        assert not seen.delivered("KP-01", "OGD#1")
    store.append(chain("KP-02", 2))


def test_a_group_within_a_group_can_be_undone_for_itself(opened):
    store = opened()

    def inner():
        with store.group():
            store.append(chain("KP-02", 1))
            raise LookupError

    with store.group():
        store.append(chain("KP-01", 1))
        with pytest.raises(LookupError):
            inner()
        with store.group():
            store.append(chain("KP-03", 1))
    assert list(opened().units()) == ["KP-01", "KP-03"]


def test_blobs_are_kept_under_kind_and_name_and_replaced(opened):
    store = opened()
    assert store.get("snapshot", "KP-01") is None
    for name, content in (("b", b"1"), ("a", b"\0\xff"), ("b", b"2")):
        store.put("snapshot", name, content)
    store.put("other", "c", b"")
    assert list(opened().names("snapshot")) == ["a", "b"]
    assert [opened().get("snapshot", name) for name in "ab"] == [b"\0\xff", b"2"]
    assert opened().get("other", "c") == b""


def test_entries_keep_every_column_and_any_text(store):
    columns = {name: f"{name} “\n\t\\ 한\u2028😀" for name in ("organ", "office", "actor", "subject", "meeting", "ref")}
    made = entry("도 1", clause="c", source="s", payload={"a": [None, True, -1, {"prev": "x"}]}, **columns)
    store.append([made])
    assert list(store.read("도 1")) == [made]
    assert json.loads(next(store.read_raw("도 1"))[1]) == body(made)


# --- every store behaves as the one in memory does, whatever is done to it ---

STEP = st.tuples(
    st.sampled_from(["append", "stale", "deliver", "break", "open", "close", "undo", "redact"]),
    st.integers(0, 2),
    st.integers(1, 3),
)


class Undo(Exception):
    pass


def play(store, steps):
    """Do the steps, groups included, and tell what came of each."""
    told, steps = [], list(steps)
    digests = [commit(number, SALT) for number in range(3)]

    def run(depth):
        while steps:
            kind, unit, count = steps.pop(0)
            head = store.head(f"KP-{unit}")
            try:
                if kind == "open":
                    with store.group():
                        run(depth + 1)
                elif kind == "close" and depth:
                    return
                elif kind == "undo" and depth:
                    raise Undo  # noqa: TRY301  it must leave through the group's block
                elif kind == "append":
                    store.append(chain(head.unit, count, head))
                elif kind == "stale":
                    store.append(chain(head.unit, count, Head(head.unit, head.seq, "f" * 64)))
                elif kind == "deliver":
                    digest, content = digests[count - 1]
                    store.append([receipt(head, f"OGD#{count}", sealed=digest)], {digest: content})
                elif kind == "break":
                    good = chain(head.unit, count, head)
                    store.append([*good, replace(good[-1], seq=99)])
                elif kind == "redact":
                    store.redact(digests[count - 1][0])
                told.append((kind, "done"))
            except (QuorateError, Undo) as error:
                told.append((kind, type(error).__name__))
                if isinstance(error, Undo) and kind == "undo":
                    raise

    run(0)
    streams = [list(store.read_raw(unit)) for unit in store.units()]
    return told, list(store.heads()), streams, [store.unseal(digest) for digest, _ in digests]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=20))
def test_whatever_is_done_comes_out_as_it_does_in_memory(steps, tmp_path_factory):
    from quorate.log.stores.sqlite import SqliteStore

    expected = play(MemoryStore(), steps)
    with SqliteStore(tmp_path_factory.mktemp("same") / "log.db") as store:
        assert play(store, steps) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=20))
def test_whatever_is_done_in_postgres_comes_out_as_it_does_in_memory(steps, postgres_dsn):
    from quorate.log.stores.postgres import PostgresStore

    expected = play(MemoryStore(), steps)
    with PostgresStore(postgres_dsn) as store:
        store._db.execute("TRUNCATE quorate_entry, quorate_head, quorate_sealed")
        assert play(store, steps) == expected
