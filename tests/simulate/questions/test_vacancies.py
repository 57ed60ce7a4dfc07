"""Days of office: little logs with known answers, days that must add up, and a lived record counted anew."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.simulate.questions.errors import NoSuchName, NothingToAnswer
from quorate.simulate.questions.held import posts
from quorate.simulate.questions.vacancies import vacancies

from .little import Little, charter, days, lived

UNIT, POST = "KP-01", "secretary-economy"


def opened(*holders):
    """A province's log from 1 January to 11 April 2015, a hundred days, with those who held a post at its opening."""
    log = Little()
    log.add(
        UNIT,
        "unit.open",
        "2015-01-01",
        {"holders": [{"person": person, "post": POST, **more} for person, more in holders]},
    )
    return log


def asked(log):
    log.add("KP", "meeting.close", "2015-04-11")
    return vacancies([log.log()], charter(), only=[POST])


def of(answer):
    (found,) = answer.of(POST)
    return found.total, found.held, found.acting, found.vacant


def test_a_post_is_vacant_from_resignation_until_it_is_taken():
    log = opened(("a", {}))
    log.add(UNIT, "office.resign", "2015-02-01", {"post": POST}, actor="a")
    log.add(UNIT, "office.take", "2015-02-21", {"post": POST}, subject="b")
    assert of(asked(log)) == (100, 80, 0, 20)


def test_who_acts_is_not_a_holder_and_gives_way_to_one():
    log = opened(("a", {}))
    log.add(UNIT, "office.resign", "2015-02-01", {"post": POST}, actor="a")
    log.add(UNIT, "office.act", "2015-02-06", {"post": POST, "until": "2015-05-06T00:00"}, subject="b")
    log.add(UNIT, "office.take", "2015-02-21", {"post": POST}, subject="c")
    assert of(asked(log)) == (100, 80, 15, 5)


def test_a_term_that_ends_leaves_the_post_vacant():
    assert of(asked(opened(("a", {"until": "2015-03-02T00:00"})))) == (100, 60, 0, 40)


def test_a_recall_that_comes_as_a_document_and_a_death_end_a_tenure():
    log = opened(("a", {}))
    log.add(UNIT, "document.receive", "2015-01-11", {"kind": "recall", "data": {"post": POST, "person": "a"}})
    log.add(UNIT, "office.take", "2015-01-21", {"post": POST}, subject="b")
    log.add(UNIT, "member.leave", "2015-03-12", subject="b")
    assert of(asked(log)) == (100, 60, 0, 40)


def test_an_election_that_renews_an_office_ends_the_tenure_before_it():
    log = opened(("a", {}))
    log.add(UNIT, "election.call", "2015-02-01", {"election": "e", "fills": POST, "seats": 1}, meeting="m")
    log.add(UNIT, "election.count", "2015-02-01", {"election": "e", "elected": ["b"], "replaces": True}, meeting="m")
    assert of(asked(log)) == (100, 31, 0, 69), "who is elected waits for confirmation before taking the seat"


def filled():
    """A vacancy: elected after ten days, put forward after twelve, approved after twenty, received on the day after,
    seated on the twenty-fifth day.
    """
    log = opened(("a", {"until": "2015-02-01T00:00"}))
    log.add(UNIT, "election.call", "2015-02-11", {"election": "e", "fills": POST, "seats": 1}, meeting="m")
    log.add(UNIT, "election.count", "2015-02-11", {"election": "e", "elected": ["b"]}, meeting="m")
    asked_ = log.add(UNIT, "office.nominate", "2015-02-13", {"post": POST}, subject="b")
    answer = log.add("KP.OGD", "nomination.approve", "2015-02-21", {"person": "b", "post": POST}, ref=asked_)
    data = {"post": POST, "person": "b", "nomination": asked_}
    log.add(UNIT, "document.receive", "2015-02-22", {"kind": "confirmation", "data": data}, ref=answer)
    log.add(UNIT, "office.take", "2015-02-26", {"post": POST}, subject="b")
    return log


def test_a_vacancy_is_split_into_the_wait_for_election_for_approval_and_for_the_seat_to_be_taken():
    (filling,) = asked(filled()).fillings
    assert (filling.filled, filling.lasting, filling.mean) == (1, 0, 25)
    assert (filling.election, filling.approval, filling.taking) == (12, 9, 4)


def test_two_nominations_at_once_are_waited_for_once():
    log = filled()
    log.add(UNIT, "office.nominate", "2015-02-15", {"post": POST}, subject="c")
    (filling,) = asked(log).fillings
    assert (filling.election, filling.approval, filling.taking) == (12, 9, 4)


def test_a_vacancy_that_lasts_is_counted_apart():
    (filling,) = asked(opened(("a", {"until": "2015-02-01T00:00"}))).fillings
    assert (filling.filled, filling.lasting, filling.mean) == (0, 1, None)


def test_offices_filled_only_at_need_and_posts_nobody_holds_are_left_out():
    log = opened(("a", {}))
    log.add("KP", "meeting.close", "2015-04-11")
    answer = vacancies([log.log()], charter())
    assert answer.posts() == (POST,)
    assert "cell-organiser" in answer.at_need
    assert "cell-organiser" not in {post.id for post in posts(charter())}
    assert "treasurer" in {post.id for post in posts(charter())}, "it sits on no organ, and is elected"
    assert "chief-secretary" in answer.never_held
    assert "cell-secretary" not in answer.never_held, "there is no cell in this log at all"


def test_an_unknown_post_and_a_log_without_holders_are_refused():
    log = Little()
    log.add(UNIT, "unit.open", "2015-01-01")
    with pytest.raises(NoSuchName, match="secretary-economi"):
        vacancies([log.log()], charter(), only=["secretary-economi"])
    with pytest.raises(NothingToAnswer, match="who holds"):
        vacancies([log.log()], charter())


moves = st.lists(
    st.tuples(
        st.integers(1, 99),
        st.sampled_from(["office.take", "office.act", "office.resign", "member.leave"]),
        st.sampled_from("ab"),
    ),
    max_size=10,
)


@settings(max_examples=30, deadline=None)
@given(moves)
def test_held_acting_and_vacant_days_add_up_to_all_days(moves):
    log = opened(("a", {}))
    for day, act, person in sorted(moves):
        at = (date(2015, 1, 1) + timedelta(days=day)).isoformat()
        log.add(UNIT, act, at, None if act == "member.leave" else {"post": POST}, subject=person)
    total, held, acting, vacant = of(asked(log))
    assert total == 100
    assert held + acting + vacant == pytest.approx(total)
    assert min(held, acting, vacant) >= 0


@pytest.mark.xdist_group("questions")
def test_a_lived_record_folded_unit_by_unit_gives_the_same_days():
    record, log = lived()
    answer = vacancies([log], charter())
    with log.open() as db:
        last = log.window(db)[1].isoformat()
    for post in posts(charter()):
        units = [
            u
            for u in record.units()
            if record.charter.known[u].tier == post.tier and (not post.units or u in post.units)
        ]
        mine = answer.of(post.id)
        if not mine:
            continue
        naive = sum(_held(record.state(unit), post, last) for unit in units)
        assert mine[0].held == pytest.approx(naive, abs=1e-6), post.id
        assert mine[0].total == pytest.approx(sum(post.seats * days(record.state(u).opened, last) for u in units))


def _held(state, post, last):
    """Seat-days held in a unit, walking from one change to the next."""
    tenures = [t for t in state.tenures.get(post.id, ()) if not t.acting]
    ends = {min(e for e in (t.ended, t.until, last) if e) for t in tenures}
    times = sorted({state.opened, last, *(max(t.since, state.opened) for t in tenures), *ends})
    times = [t for t in times if state.opened <= t <= last]
    return sum(
        min(post.seats, sum(t.runs(first) for t in tenures)) * days(first, second) for first, second in pairwise(times)
    )
