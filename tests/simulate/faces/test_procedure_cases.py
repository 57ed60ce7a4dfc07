"""Matters about persons in a simulation: who they are about, what becomes of them, and how they pile up."""

from datetime import timedelta

import numpy as np
import pytest

from quorate.world.units import PERSON
from simulate.faces.league_life import happening, judged, league, life, of

MANY = {"cases_per_1000_members_a_year": 120.0}


def lived_with(tmp_path_factory, **over):
    world = league(**{**MANY, **over})
    return world, life(world, tmp_path_factory.mktemp("cases"))


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """A year of many cases, a third of which are appealed."""
    return lived_with(tmp_path_factory, appeal_share=0.35)


def about(rows):
    """Whom each case is about, by its id."""
    return {row["ref"]: row["payload"]["subject"] for row in of(rows, "case.opened")}


def by_matter(rows, act):
    return {row["ref"]: row for row in of(rows, act)}


def test_the_kernel_would_record_every_step_of_every_case_just_so(cases):
    assert judged(cases[1]) == []


def test_nobody_who_holds_an_office_is_the_subject_of_a_case_and_nobody_twice(cases):
    world, rows = cases
    subjects = list(about(rows).values())
    officers = {
        world.units.person(int(code)) for post in world.posts.all.values() for code in post.holder.ravel() if code >= 0
    }
    assert len(subjects) > 30
    assert not officers & set(subjects)
    assert len(subjects) == len(set(subjects))


def test_a_case_is_opened_only_when_the_unit_knows_the_member(cases):
    _, rows = cases
    for opened in of(rows, "case.opened"):
        person = opened["payload"]["subject"]
        certified = of(rows, "document.receive", unit=opened["unit"])
        certified = [row for row in certified if row["payload"]["data"].get("person") == person]
        assert certified[0]["at_earliest"] < opened["at_earliest"]


def test_nobody_is_heard_before_the_notice_has_run(cases):
    _, rows = cases
    notified = by_matter(rows, "case.notified")
    for ref, row in by_matter(rows, "case.heard").items():
        assert row["at_earliest"] - notified[ref]["at_earliest"] >= timedelta(days=7)


def test_an_appeal_comes_before_the_sanction_and_the_sanction_after_its_answer(cases):
    _, rows = cases
    decided, enforced = by_matter(rows, "case.decided"), by_matter(rows, "case.enforced")
    answered = {row["ref"].partition(">")[0]: row for row in of(rows, "appeal.decided")}
    appealed = by_matter(rows, "case.appealed")
    assert appealed
    for ref, row in appealed.items():
        assert row["at_earliest"] - decided[ref]["at_earliest"] <= timedelta(days=15)
        if ref in enforced:
            assert answered[ref]["payload"]["outcome"] != "quashed"
            assert enforced[ref]["at_earliest"] > answered[ref]["at_earliest"]
    for ref in by_matter(rows, "case.lifted"):
        assert answered[ref]["payload"]["outcome"] == "quashed"


def test_whoever_appeals_is_whom_the_case_is_about(cases):
    _, rows = cases
    for ref, row in by_matter(rows, "case.appealed").items():
        assert row["actor"] is None
        assert row["payload"]["by"] == about(rows)[ref]


def test_the_sanction_follows_the_decision_and_is_milder_where_the_appeal_says_so(cases):
    _, rows = cases
    answers = {row["ref"].partition(">")[0]: row["payload"]["outcome"] for row in of(rows, "appeal.decided")}
    standings = ("member", "warned", "suspended")
    for ref, row in by_matter(rows, "case.enforced").items():
        outcome = by_matter(rows, "case.decided")[ref]["payload"]["outcome"]
        place = {"warning": 1, "suspension": 2}[outcome] - (answers.get(ref) == "reduced")
        assert row["payload"]["standing"] == standings[place]


def test_suspended_members_are_not_among_those_entitled_to_vote(cases):
    world, rows = cases
    told = [row for row in of(rows, "document.receive", tier="club") if row["payload"]["data"].get("standing")]
    suspended = [row["unit"] for row in told if row["payload"]["data"]["standing"] == "suspended"]
    assert suspended
    for unit in set(suspended):
        number = world.units.number[unit]
        votes, members = world.people.voting(np.array([number])), world.people.count(np.array([number]))
        assert members[0] - votes[0] == suspended.count(unit)


def test_a_member_without_a_vote_who_leaves_is_no_longer_counted_out():
    world = league()
    club = world.units.of("club")[:1]
    person = club * PERSON + world.people.first[club]
    before = int(world.people.voting(club)[0])
    world.people.strike(person)
    world.people.strike(person)
    assert int(world.people.voting(club)[0]) == before - 1
    assert world.people.leave(club) == person
    assert int(world.people.voting(club)[0]) == before - 1
    assert int(world.people.count(club)[0]) == before - 1


def test_a_case_is_about_the_member_whom_the_scenario_names(tmp_path):
    say = {"charge": "Absent (invented)"}
    rows = life(
        league(happening("2015-02-02", "L.1", "case.opened", ref="case/one", subject="L.1/club-2:04", say=say)),
        tmp_path,
    )
    assert of(rows, "case.opened")[0]["payload"] == {"charge": "Absent (invented)", "subject": "L.1/club-2:04"}
    assert of(rows, "case.opened")[0]["ref"] == "case/one"
    assert judged(rows) == []


def test_cases_pile_up_where_meetings_decide_fewer_than_come_up(tmp_path_factory):
    _, slow = lived_with(tmp_path_factory, cases_a_meeting=1, decision_gap_days=30)
    _, quick = lived_with(tmp_path_factory)

    def undecided(rows):
        return len(of(rows, "case.opened")) - len(of(rows, "case.decided"))

    assert len(of(slow, "case.opened")) == len(of(quick, "case.opened"))
    assert undecided(slow) > 3 * undecided(quick)
    held = {}
    for row in of(slow, "motion.put"):
        held.setdefault((row["unit"], row["meeting"]), []).append(row["ref"])
    assert max(map(len, held.values())) == 1


def test_cases_are_decided_in_the_order_they_came(tmp_path_factory):
    _, rows = lived_with(tmp_path_factory, cases_a_meeting=1, decision_gap_days=30)
    for unit in ("L.1", "L.2"):
        heard = [row["ref"] for row in of(rows, "case.heard", unit=unit)]
        put = list(dict.fromkeys(row["ref"] for row in of(rows, "motion.put", unit=unit)))
        assert put == heard[: len(put)]


def test_most_cases_end_with_a_sanction_and_no_case_without_one_where_all_are_proven(tmp_path_factory):
    _, rows = lived_with(tmp_path_factory, case_first_outcome_share=0.0)
    assert {row["payload"]["outcome"] for row in of(rows, "case.decided")} == {"warning", "suspension"}
    assert not of(rows, "case.closed")
