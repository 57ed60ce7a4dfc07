"""The roster says who holds what on any day, what is vacant since when, and who waits for what."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.terms import dates
from quorate.terms.dates import BadDate
from quorate.views import due, roster
from quorate.views.base import NoSuchUnit, NotYetOpen

DAYS = st.integers(0, 60).map(lambda days: dates.add("2015-01-01", days, "days"))
SHARED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def post(answer, ident):
    posts = [found for body in answer.organs for found in (*body.offices, body.seats)]
    return next(found for found in (*posts, *answer.offices) if found.id == ident)


def test_a_holder_is_shown_with_name_label_time_and_ground(club):
    (holder,) = post(roster(club, "B1", "2015-02-20"), "chair").holders
    assert (holder.person.id, holder.person.name, holder.person.label) == ("B1:1", "Han Sora", "한소라")
    assert (holder.since, holder.until) == ("2014-02-10T00:00", "2016-02-10T00:00")
    assert holder.basis == "stated at opening"
    assert not holder.acting


def test_an_office_whose_term_has_ended_is_vacant_from_that_day(club):
    before, after = (post(roster(club, "B2", day), "chair") for day in ("2015-02-09", "2015-02-10"))
    assert [holder.person.id for holder in before.holders] == ["B2:1"]
    assert before.vacant == 0
    assert before.vacant_since is None
    assert after.holders == ()
    assert (after.vacant, after.vacant_since) == (1, "2015-02-10T00:00")


def test_seats_never_filled_are_vacant_since_the_record_began(club):
    seats = post(roster(club, "B2", "2015-02-20"), "committee")
    assert (seats.vacant, seats.vacant_since) == (2, "2015-01-01T00:00")


def test_the_elected_who_lack_an_approval_are_shown_with_what_they_await(club, do):
    (claim,) = post(roster(club, "B2", "2015-02-15"), "chair").claims
    assert claim.awaits == "not yet put forward for approval by Hiking Federation"
    (claim,) = post(roster(club, "B2", "2015-02-20"), "chair").claims
    assert (claim.person.id, claim.grounds, claim.since) == ("B2:3", ("elected",), "2015-02-14T10:20")
    assert claim.awaits == "awaiting approval by Hiking Federation"
    (nomination,) = club.state("FED").nominations
    do(club, "nomination.approve", "FED", "2015-02-21", "B1:5", ref=nomination)
    (claim,) = post(roster(club, "B2", "2015-02-21"), "chair").claims
    assert claim.awaits == "to take office"
    do(club, "office.take", "B2", "2015-02-22", "B2:3", subject="B2:3", post="chair")
    taken = post(roster(club, "B2", "2015-02-22"), "chair")
    assert taken.claims == ()
    assert [(holder.person.id, holder.basis) for holder in taken.holders] == [("B2:3", "confirmed+elected")]
    assert taken.vacant == 0


def test_a_refusal_is_shown_with_its_reason(club, do):
    (nomination,) = club.state("FED").nominations
    do(club, "nomination.refuse", "FED", "2015-02-21", "B1:5", ref=nomination, reason="Too new")
    (claim,) = post(roster(club, "B2", "2015-02-21"), "chair").claims
    assert claim.awaits == "refused on 2015-02-21: Too new"


def test_somebody_acting_is_flagged_and_leaves_the_office_vacant(club, do):
    do(club, "office.act", "B2", "2015-02-18", "B2:2", subject="B2:3", post="chair", reason="Until the approval")
    chair = post(roster(club, "B2", "2015-02-18"), "chair")
    assert [(holder.person.id, holder.acting) for holder in chair.holders] == [("B2:3", True)]
    assert (chair.vacant, chair.vacant_since) == (1, "2015-02-10T00:00")


def test_a_general_meeting_counts_all_members_and_a_conference_its_representatives(club):
    general = next(body for body in roster(club, "B1", "2015-02-20").organs if body.id == "general-meeting")
    assert (general.membership, general.members) == ("everyone", 5)
    before, after = (
        next(body for body in roster(club, "FED", day).organs if body.id == "assembly")
        for day in ("2015-02-17", "2015-02-18")
    )
    assert (before.members, after.members) == (0, 2)


def test_a_question_about_a_strange_unit_or_day_is_told(club):
    with pytest.raises(NoSuchUnit, match="there is no unit"):
        roster(club, "B5", "2015-02-20")
    with pytest.raises(NotYetOpen, match="begins on 2015-01-01"):
        roster(club, "B1", "2014-12-31")
    with pytest.raises(BadDate):
        roster(club, "B1", "2015-02-31")


@SHARED
@given(DAYS, st.sampled_from(["B1", "B2", "FED"]))
def test_what_was_so_on_a_day_does_not_change_with_what_is_recorded_later(club, day, unit):
    """A state folded up to a day is that of a record which ends there."""
    from quorate.state.unit import fold
    from quorate.views.base import state_on, until

    entries = [entry for entry in club.store.read(unit) if entry.at_latest <= until(day)]
    assert fold(unit, entries, club.store.unseal) == state_on(club, unit, until(day))
    assert roster(club, unit, day).as_json() == roster(club, unit, day).as_json()


@SHARED
@given(DAYS, st.integers(0, 90), st.integers(0, 90))
def test_looking_further_ahead_only_adds_to_what_is_due(club, day, near, far):
    near, far = sorted((near, far))
    first, second = due(club, day, near), due(club, day, far)
    assert set(first.items) <= set(second.items)
    assert [item.due[:10] for item in second.items] == sorted(item.due[:10] for item in second.items)
    for item in second.items:
        assert (item.status == "missed") == (item.due[:10] < day)
        assert (item.days > 0) == (item.status == "missed")
        assert item.due[:10] <= second.horizon


@SHARED
@given(DAYS)
def test_everything_owed_is_in_exactly_one_status(club, day):
    every = due(club, day, 30, statuses=("missed", "due", "late", "kept"))
    keys = [(item.unit, item.clause, item.key) for item in every.items]
    assert len(keys) == len(set(keys))
    assert {(i.unit, i.clause, i.key) for i in due(club, day, 30).items} <= set(keys)
