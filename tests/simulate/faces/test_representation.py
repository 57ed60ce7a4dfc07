"""Conferences simulated, from the instruction to the seats taken, as the kernel would have them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.clauses.representation.simulate_seats import hare, shared
from quorate.counting import apportion
from quorate.world.units import PERSON
from simulate.faces.assembly_life import Lapses, acts, charter, documents, judged, life, lived_through, owed, world_of

REGIONS = {"R1", "R2", "R3"}


@pytest.mark.parametrize("seed", range(1, 5))
def test_the_kernel_has_nothing_against_any_entry_and_would_write_the_same(seed):
    assert judged(seed=seed).wrong == []


def test_an_instruction_goes_to_every_unit_below_that_has_the_organ():
    assert {row["unit"] for row in documents(life(), "instruction")} == REGIONS
    (issued,) = acts(life(), "instruction.issue")
    assert issued["payload"]["hold_by"] == "2016-04-10T00:00"
    assert issued["payload"]["text"] == 'Hold "conferences" (invented).'


def test_every_conference_is_called_on_the_instruction_for_a_day_not_after_the_last():
    (issued,) = acts(life(), "instruction.issue")
    called = acts(life(), "meeting.convene", organ="conference")
    assert {row["unit"] for row in called} == REGIONS
    assert {row["ref"] for row in called} == {issued["entry"]}
    assert all("2016-04-03T10:00" <= row["payload"]["on"] <= "2016-04-10T10:00" for row in called)


def test_seats_are_apportioned_from_the_members_of_each_lodge():
    for row in acts(life(), "conference.apportion", unit="R2"):
        weights = row["payload"]["weights"]
        opened = acts(life(), "unit.open", tier="lodge")
        members = {each["unit"]: len(each["payload"]["members"]) for each in opened}
        assert weights == {unit: number for unit, number in members.items() if unit.startswith("R2/")}
        assert sum(row["payload"]["seats_by_unit"].values()) == 11


def test_every_seat_is_filled_by_a_member_of_the_lodge_that_sends_and_accepted():
    quotas = {row["unit"]: row["payload"]["data"]["seats"] for row in documents(life(), "quota", tier="lodge")}
    issued = {row["unit"]: row["payload"]["persons"] for row in acts(life(), "credential.issue", tier="lodge")}
    assert {unit: len(persons) for unit, persons in issued.items()} == quotas
    assert all(person.startswith(f"{unit}:") for unit, persons in issued.items() for person in persons)
    accepted = [
        person for row in acts(life(), "credential.check", tier="region") for person in row["payload"]["persons"]
    ]
    assert sorted(accepted) == sorted(person for persons in issued.values() for person in persons)


@pytest.mark.parametrize("attendance", [0.93, 0.5])
def test_nobody_is_sent_who_is_under_a_sanction(attendance):
    plain = life(attendance=attendance)
    first = {person for row in acts(plain, "credential.issue", tier="lodge") for person in row["payload"]["persons"]}
    world = world_of(attendance=attendance)
    marked = {code for code in _codes(world) if world.units.person(code) in first}
    world.people.marked |= marked
    sent = {
        person
        for row in acts(lived_through(world), "credential.issue", tier="lodge")
        for person in row["payload"]["persons"]
    }
    assert len(marked) == len(first) == len(sent)
    assert not first & sent


def _codes(world):
    lodges = world.units.of("lodge").tolist()
    return [unit * PERSON + number for unit in lodges for number in range(1, int(world.units.members[unit]) + 1)]


def test_a_conference_is_held_by_its_delegates_takes_its_agenda_and_elects_to_the_one_above():
    rows = life()
    sat = acts(rows, "meeting.open", organ="conference")
    assert {row["payload"]["entitled"] for row in sat} == {11}
    for row in sat:
        here = [each for each in rows if each["unit"] == row["unit"] and each["meeting"] == row["meeting"]]
        order = [each["act"] for each in here]
        assert order.index("motion.vote") < order.index("election.call") < order.index("meeting.close")
        count = next(each for each in here if each["act"] == "election.count")
        assert len(count["payload"]["elected"]) == len(set(count["payload"]["elected"]))


def test_the_assembly_is_called_with_its_notice_and_meets_with_the_delegates_of_all_regions():
    (called,) = acts(life(), "meeting.convene", organ="assembly")
    assert called["at"][:10] == "2016-02-01"
    assert called["payload"] == {"agenda": ["work", "money"], "on": "2016-06-15T10:00"}
    (sat,) = acts(life(), "meeting.open", organ="assembly")
    seats = {row["unit"]: row["payload"]["data"]["seats"] for row in documents(life(), "quota", tier="region")}
    assert sat["payload"]["entitled"] == sum(seats.values())
    homes = Counter(person.partition("/")[0] for row in acts(life(), "credential.check", tier="hall")
                    for person in row["payload"]["persons"])  # fmt: skip
    assert homes == seats


@pytest.mark.parametrize("clause", ["lodges.send", "regions.send"])
def test_every_unit_elects_and_sends_in_time_where_nothing_lapses(clause):
    found = [status for _, status in owed(clause)]
    assert len(found) >= 3
    assert set(found) == {"kept"}


def test_lodges_that_let_it_slip_send_nobody_and_the_conference_meets_without_them():
    given = {"lapses": Lapses({"lodges.send": 0.3}), "late_share": 0}
    found = Counter(status for seed in range(3) for _, status in owed("lodges.send", seed=seed, **given))
    assert found.keys() == {"kept", "missed"}
    assert abs(found["missed"] / found.total() - 0.3) < 0.2
    rows = life(seed=1, **given)
    sat = {row["unit"]: row["payload"]["entitled"] for row in acts(rows, "meeting.open", organ="conference")}
    sent = Counter()
    for row in acts(rows, "credential.issue", tier="lodge"):
        sent[row["unit"].partition("/")[0]] += len(row["payload"]["persons"])
    assert sat == sent
    assert 0 < sent.total() < 3 * 11
    assert judged(seed=1, **given).wrong == []


def test_credentials_that_come_late_are_checked_and_seat_nobody():
    given = {"lapses": Lapses({"lodges.send": 0.5}), "late_share": 1, "late_days": 60}
    found = Counter(status for _, status in owed("lodges.send", **given))
    assert found["late"] > 0
    assert judged(**given).wrong == []


def test_a_conference_whose_delegates_do_not_come_is_adjourned_and_called_again_on_the_same_instruction():
    rows = life(attendance=0.35)
    adjourned = [row for row in acts(rows, "meeting.adjourn") if row["organ"] == "conference"]
    assert adjourned
    called = acts(rows, "meeting.convene", organ="conference", unit=adjourned[0]["unit"])
    assert len(called) > 1
    assert len({row["ref"] for row in called}) == 1
    assert judged(attendance=0.35).wrong == []


def test_nobody_is_to_preside_over_a_conference_nobody_was_elected_to_and_it_is_cancelled():
    given = {"lapses": Lapses({"lodges.send": 1}), "late_share": 0}
    cancelled = acts(life(**given), "meeting.cancel")
    assert {row["unit"] for row in cancelled if row["organ"] == "conference"} == REGIONS
    assert not acts(life(**given), "meeting.open", organ="conference")
    assert judged(**given).wrong == []


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60), st.integers(0, 300), st.integers(0, 3))
def test_seats_are_shared_as_the_counting_package_shares_them(weights, seats, least):
    names = [f"{place:03d}" for place in range(len(weights))]
    if least * len(weights) > seats:
        return
    wanted = apportion("largest-remainder-hare", dict(zip(names, weights, strict=True)), seats, least).seats()
    assert hare(np.array(weights), seats, least).tolist() == [wanted[name] for name in names]


def test_seats_are_not_given_out_where_there_are_fewer_than_the_least_for_each_or_nobody_sends():
    rule = next(clause for clause in charter().clauses if clause.id == "regions.send")
    assert shared(rule, np.array([5, 5, 1])) is None  # eleven members have no seat
    assert shared(rule, np.zeros(0, np.int64)) is None
    assert shared(rule, np.array([20, 20, 20])).sum() == 5
