"""The fold of an export is the fold of the store it came from."""

import pytest
from clauses.situations import PROVINCE, in_situation
from hypothesis import given, settings
from hypothesis import strategies as st
from run.lives import act_for, new_club, steps

from quorate.log.export import export, load
from quorate.log.stores.memory import MemoryStore
from quorate.state.unit import fold

SITUATIONS = [
    "a warned member's appeal lodged on 25 March 2015",
    "a provincial conference with its quota of delegates",
    "a secretary for propaganda elected and approved",
    "a directive assigned to a county",
    "a budget decided by the plenum of 21 March 2015",
    "a member who has moved from one cell to another",
]


def exported(store, path, *, sealed):
    """The store that an export of another is loaded into."""
    with path.open("wb") as out:
        export(store, out, sealed=sealed)
    other = MemoryStore()
    load(other, path)
    return other


@pytest.mark.parametrize("name", SITUATIONS)
def test_an_export_with_sealed_content_folds_to_the_same_states(name, tmp_path):
    store = in_situation(name).record.store
    other = exported(store, tmp_path / "log", sealed=True)
    assert list(other.units()) == list(store.units())
    for unit in store.units():
        assert fold(unit, other.read(unit), other.unseal) == fold(unit, store.read(unit), store.unseal)


def test_an_export_without_sealed_content_folds_to_what_the_public_may_know(tmp_path):
    store = in_situation(SITUATIONS[0]).record.store
    other = exported(store, tmp_path / "log", sealed=False)
    known, public = (fold(PROVINCE, s.read(PROVINCE), s.unseal) for s in (store, other))
    assert public == fold(PROVINCE, store.read(PROVINCE))
    assert known.matters["case-1"].subject == "cell-1:02"
    assert public.matters["case-1"].subject is None
    assert public.tenures == known.tenures
    assert public.meetings == known.meetings


@settings(max_examples=25, deadline=None)
@given(steps, st.booleans())
def test_whatever_happened_the_fold_of_the_export_is_the_fold_of_the_store(tmp_path_factory, numbers, post):
    record = new_club()
    for row in numbers:
        record.judge(act_for(record, row)) if post and row[0] % 7 == 0 else record.act(act_for(record, row))
        if post:
            record.deliver()
    other = exported(record.store, tmp_path_factory.mktemp("log") / "log", sealed=True)
    for unit in record.units():
        assert fold(unit, other.read(unit), other.unseal) == record.state(unit)


def test_a_fold_goes_on_from_where_it_stopped():
    store = in_situation(SITUATIONS[1]).record.store
    entries = list(store.read(PROVINCE))
    half = fold(PROVINCE, entries[: len(entries) // 2], store.unseal)
    assert fold(PROVINCE, entries[len(entries) // 2 :], store.unseal, half) == fold(PROVINCE, entries, store.unseal)
