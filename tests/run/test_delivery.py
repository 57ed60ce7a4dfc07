"""Every document sent is delivered to its receiver exactly once, whoever dies in between."""

from collections import Counter

import pytest
from clauses.situations import FIRST, PROVINCE, in_situation
from clauses.world import World, charter_of
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.log import RECEIVE, Conflict, Entry
from quorate.log.stores.memory import MemoryStore
from quorate.run.kernel import stages
from quorate.run.record import Record, Version
from quorate.state.unit import unsealed
from run.lives import CLUB, act_for, steps


class Killed(BaseException):
    """The process is gone."""


class Mortal(MemoryStore):
    """A store that can be told to let the process die at its next write but so many, before or after the write."""

    def __init__(self):
        super().__init__()
        self.left = None
        self.after = False

    def append(self, entries, sealed={}, **rest):  # noqa: B006 - the store's own signature
        self.left = None if self.left is None else self.left - 1
        dies, after = self.left is not None and self.left < 0, self.after
        if dies:
            self.left = None
        if dies and not after:
            raise Killed
        super().append(entries, sealed, **rest)
        if dies:
            raise Killed


def mortal_club():
    """A club in a mortal store, and a function that opens it anew, as the next process would."""
    store, old = Mortal(), in_situation(CLUB).record.store
    for unit in old.units():
        store.append(list(old.read(unit)))

    def process():
        charter = charter_of("club")
        return Record(store, [Version(charter, stages(charter))])

    return store, process


def sent_and_received(store):
    """How often each document was to be delivered (once), and how often it was."""
    sent, received = Counter(), Counter()
    for unit in store.units():
        for entry in store.read(unit):
            for document in unsealed(entry, store.unseal).get("send", ()):
                sent[(document["to"], entry.entry)] += 1
            if entry.act == RECEIVE:
                received[(unit, entry.ref)] += 1
    return sent, received


fates = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 2), st.booleans()), min_size=40, max_size=40)


@settings(max_examples=60, deadline=None)
@given(steps, fates)
def test_however_often_processes_die_each_document_is_delivered_once(numbers, rounds):
    store, process = mortal_club()
    records = [process(), process()]
    for row, (fate, writes, after) in zip(numbers, rounds, strict=False):
        record = records[fate % 2]
        if fate in (4, 5):  # dies within the next few writes, before or after one of them is durable
            store.left, store.after = writes, after
        try:
            record.refresh()
            record.act(act_for(record, row))
            if fate in (0, 1, 4, 5):
                record.deliver()
            if fate in (0, 6):
                record.save_post()
        except Killed:
            records[fate % 2] = process()
        store.left = None
        if fate in (8, 9):
            records[fate % 2] = process()
    last = process()
    while last.deliver():
        last.save_post()
    sent, received = sent_and_received(store)
    assert set(sent.values()) <= {1}
    assert received == sent
    assert last.deliver() == 0


def test_a_document_of_a_process_that_died_is_not_passed_over_by_the_other_ones_note():
    _, process = mortal_club()
    first, second = process(), process()
    first.deliver()
    second.deliver()
    give(second, "e1")  # and dies before the post goes round
    first.refresh()
    give(first, "e2")
    first.deliver()
    first.save_post()
    third = process()
    third.deliver()
    third.save_post()
    assert sorted(third.state("east").matters) == ["e1>east", "e2>east"]


def give(record, errand):
    from quorate.terms.act import Act

    say = {"to": ["east"], "due": "2015-06-01"}
    found = record.act(Act("errand.given", "club", "2015-02-02", "club:01", ref=errand, payload=say))
    assert isinstance(found, Entry)


class Crowded(MemoryStore):
    """A store in which somebody else is always faster on one unit's stream."""

    busy = None

    def append(self, entries, sealed={}, **rest):  # noqa: B006 - the store's own signature
        if entries[0].unit == self.busy:
            raise Conflict(self.busy, self.head(self.busy), self.head(self.busy))
        super().append(entries, sealed, **rest)


def test_a_round_that_fails_half_way_loses_nothing():
    store, old = Crowded(), in_situation(CLUB).record.store
    for unit in old.units():
        store.append(list(old.read(unit)))
    charter = charter_of("club")
    record = Record(store, [Version(charter, stages(charter))])
    record.deliver()
    give(record, "e1")
    give(record, "e2")
    store.busy = "east"
    with pytest.raises(Conflict):
        record.deliver()
    store.busy = None
    assert record.deliver() == 2
    record.save_post()
    assert sorted(record.state("east").matters) == ["e1>east", "e2>east"]


def test_a_document_to_a_unit_that_is_not_open_yet_waits_for_it():
    world = World()
    for unit, holders in ((PROVINCE, [{"person": "c", "post": "chief-secretary"}]), ("KP", [])):
        world.open(unit, holders=holders)
    say = {"conference": "provincial-conference", "members": {FIRST: 3000}}
    world.must(PROVINCE, "conference.apportion", "2015-02-02", actor="c", say=say)
    assert world.deliver() == 0
    world.open(FIRST, "2015-03-01")
    assert world.deliver() == 1
    assert world.record.state(FIRST).quotas["provincial-conference"][0] == 3
    assert world.deliver() == 0
