"""What follows from evidence about a post: certain, possible, or neither; and that doubt never makes certainty."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.log.tables.dates import EVER, NEVER, interval
from quorate.views.tenures import Evidence, narrowed, standing, tenures

FIRST, DAYS = datetime(2010, 1, 1), 25


def told(act, when, person="ann", ref="t", number=0):
    earliest, latest = interval(when)
    return Evidence(f"{person}/{act}/{when}/{number}", f"office.{act}", "N", "chair", person, earliest, latest, ref)


def at(day):
    return datetime.fromisoformat(f"{day}T23:59")


def how(evidence, day, person="ann", seats=1):
    now = standing(tenures(evidence), at(day), seats)
    if person in {tenure.person for tenure in now.certain}:
        return "certainly"
    return "possibly" if person in {tenure.person for tenure in now.possible} else "no"


@pytest.mark.parametrize(
    ("took", "left", "day", "expected"),
    [
        ("2014-05-14", "2016-02-01", "2014-05-13", "no"),
        ("2014-05-14", "2016-02-01", "2014-05-14", "certainly"),
        ("2014-05-14", "2016-02-01", "2016-01-31", "certainly"),
        ("2014-05-14", "2016-02-01", "2016-02-01", "possibly"),  # at what time of the day they left is not told
        ("2014-05-14", "2016-02-01", "2016-02-02", "no"),
        ("2014-05", "2016-02", "2014-05-01", "possibly"),
        ("2014-05", "2016-02", "2014-05-30", "possibly"),
        ("2014-05", "2016-02", "2014-05-31", "certainly"),
        ("2014-05", "2016-02", "2016-02-15", "possibly"),
        ("2014", "2016", "2014-12-30", "possibly"),
        ("2014", "2016", "2015-07-01", "certainly"),
        ("2014", "2016", "2016-12-31", "possibly"),
        ("2014", "2016", "2017-01-01", "no"),
        ("../2014-05-14", "2016", "1990-01-01", "possibly"),
        ("../2014-05-14", "2016", "2014-05-14", "certainly"),
        ("2014-05-14", "2014-05", "2014-05-14", "possibly"),  # they may have left the same day
        ("2014-05-14", "2015-03/..", "2015-02-28", "certainly"),
        ("2014-05-14", "2015-03/..", "2030-01-01", "possibly"),
        ("2014-05-14", "2015-03/2015-05", "2015-04-01", "possibly"),
        ("2014/2016", "2015/2017", "2015-06-01", "possibly"),  # the one may have been before the other
    ],
)
def test_a_tenure_is_certain_between_the_last_it_can_have_begun_and_the_first_it_can_have_ended(
    took, left, day, expected
):
    assert how([told("take", took), told("leave", left)], day) == expected


@pytest.mark.parametrize(
    ("when", "day", "expected"),
    [
        ("2016-04-22", "2016-04-22", "certainly"),
        ("2016-04-22", "2016-04-23", "possibly"),
        ("2009-04", "2009-04-15", "possibly"),  # at some time of the month
        ("2009-04", "1999-01-01", "possibly"),
    ],
)
def test_who_was_seen_held_it_then_and_possibly_at_any_other_time(when, day, expected):
    assert how([told("seen", when)], day) == expected


def test_sightings_of_one_tenure_bridge_the_time_between_them_and_others_do_not():
    assert how([told("seen", "2009-04"), told("seen", "2016-04-22")], "2012-01-01") == "certainly"
    apart = [told("seen", "2009-04", ref=None), told("seen", "2016-04-22", ref=None)]
    assert how(apart, "2012-01-01") == "possibly"


def test_a_sighting_that_nothing_ties_to_a_taking_of_office_does_not_prolong_it():
    tied = [told("take", "2010-05-01"), told("seen", "2012-05-01")]
    assert how(tied, "2011-01-01") == "certainly"
    assert how([replace(item, ref=None) for item in tied], "2011-01-01") == "possibly"


def test_somebody_who_came_back_did_not_hold_it_in_between():
    twice = [told("take", "2010"), told("leave", "2012-03"), told("take", "2014-06-01"), told("leave", "2016")]
    evidence = [replace(item, ref=None) for item in twice]
    assert how(evidence, "2011-06-01") == "certainly"
    assert how(evidence, "2013-01-01") == "no"
    assert how(evidence, "2015-01-01") == "certainly"


def test_two_sources_on_one_taking_of_office_leave_the_time_between_them_open():
    evidence = [told("take", "2010-07", number=1), told("take", "2010-09", number=2), told("leave", "2012")]
    assert [how(evidence, day) for day in ("2010-06-30", "2010-08-01", "2010-09-30")] == ["no", "possibly", "certainly"]


def test_a_holder_of_the_only_seat_keeps_everyone_else_from_being_possible():
    evidence = [told("take", "2010"), told("leave", "2014-03"), told("take", "../2015-06-01", "bob", "b")]
    assert how(evidence, "2013-01-01", "bob") == "no"
    assert how(evidence, "2013-01-01", "bob", seats=2) == "possibly"


def test_nobody_held_the_only_seat_through_a_time_when_another_did():
    evidence = [told("take", "2010"), told("leave", "2014-03-10"), told("seen", "2015-06-01", "bob", "b")]
    evidence.append(told("seen", "2009-04", "cyd", "c"))
    assert [how(evidence, day, "bob") for day in ("2008-01-01", "2014-12-31")] == ["no", "possibly"]
    assert [how(evidence, day, "cyd") for day in ("2008-01-01", "2014-12-31")] == ["possibly", "no"]
    found = {tenure.person: tenure for tenure in tenures(evidence)}
    assert narrowed(found["bob"], found.values()) == (datetime(2014, 3, 10), NEVER)
    assert narrowed(found["cyd"], found.values()) == (EVER, datetime(2010, 12, 31, 23, 59))


def test_another_who_held_it_at_some_time_of_the_year_bars_nobody_from_the_time_before():
    evidence = [told("seen", "2014"), told("seen", "2014-06-01", "bob", "b")]
    assert how(evidence, "2013-12-31", "bob") == "possibly"
    assert how([told("seen", "2013"), evidence[1]], "2012-12-31", "bob") == "no"


def test_entries_that_cannot_both_be_so_are_told():
    (tenure,) = tenures([told("take", "2012"), told("leave", "2010")])
    assert tenure.clash() is not None
    assert not tenure.certain(at("2011-01-01"))
    (tenure,) = tenures([told("leave", "2012"), told("seen", "2015")])
    assert tenure.clash() is not None
    (tenure,) = tenures([told("take", "2010"), told("seen", "2010-05"), told("leave", "2010")])
    assert tenure.clash() is None


# ---------------------------------------------------------------- doubt never makes certainty


@st.composite
def entries(draw):
    start = draw(st.integers(0, DAYS))
    days = draw(st.sampled_from([0, 0, 1, 5]))
    earliest = FIRST + timedelta(days=start)
    latest = FIRST + timedelta(days=start + days, hours=23, minutes=59)
    act = draw(st.sampled_from(["office.take", "office.leave", "office.seen"]))
    person, ref = draw(st.sampled_from("ab")), draw(st.sampled_from([None, "1", "2"]))
    open_start, open_end = draw(st.sampled_from([(False, False)] * 4 + [(True, False), (False, True)]))
    return Evidence("", act, "N", "chair", person, EVER if open_start else earliest, NEVER if open_end else latest, ref)


def wider(item, before, after):
    try:
        return replace(
            item,
            earliest=item.earliest - timedelta(days=before) if item.earliest != EVER else EVER,
            latest=item.latest + timedelta(days=after) if item.latest != NEVER else NEVER,
        )
    except OverflowError:
        return replace(item, earliest=EVER, latest=NEVER)


SPAN = st.sampled_from([0, 0, 1, 4, 30, 10**6])


def certain(found, day):
    return {tenure.person for tenure in found if tenure.certain(FIRST + timedelta(days=day, hours=23, minutes=59))}


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(entries(), SPAN, SPAN), min_size=1, max_size=7))
def test_widening_the_bounds_of_evidence_never_makes_anyone_certain(pairs):
    narrow = tenures(item for item, _, _ in pairs)
    wide = tenures(wider(*pair) for pair in pairs)
    for day in range(-1, DAYS + 8):
        assert certain(wide, day) <= certain(narrow, day)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries(), min_size=1, max_size=7))
def test_whoever_is_certain_is_possible_by_their_own_evidence(items):
    for tenure in tenures(items):
        for day in range(-2, DAYS + 8):
            moment = FIRST + timedelta(days=day, hours=23, minutes=59)
            assert not tenure.certain(moment) or tenure.possible(moment)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries(), min_size=1, max_size=7), st.randoms())
def test_the_order_of_entries_makes_no_difference(items, random):
    moment = FIRST + timedelta(days=12, hours=23, minutes=59)
    mixed = list(items)
    random.shuffle(mixed)
    first, second = (standing(tenures(order), moment, 1) for order in (items, mixed))
    assert {tenure.person for tenure in first.certain} == {tenure.person for tenure in second.certain}
    assert {tenure.person for tenure in first.possible} == {tenure.person for tenure in second.possible}
