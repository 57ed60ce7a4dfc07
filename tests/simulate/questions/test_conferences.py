"""The calendar planned back from a day, against dates counted by hand; and who sends how many."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quorate.simulate.questions.chain import Days
from quorate.simulate.questions.conferences import conferences
from quorate.simulate.questions.errors import NoSuchName
from quorate.simulate.questions.network import Task, before, planned
from quorate.terms import dates
from quorate.terms.dates import BadDate
from quorate.terms.parts import Span

from .little import Little, charter

ON = "2016-05-06"


@pytest.fixture(scope="module")
def found():
    return conferences(charter(), ON)


def test_each_conference_has_its_last_day_counted_back_from_the_top(found):
    """Credentials: a day to write, a day on the way, a day to check; then the conference above on the next."""
    last = {task.id: task.latest for task in found.plan.tasks}
    assert last["hold:party-congress"] == ON
    assert last["hold:provincial-conference"] == "2016-05-02"
    assert last["hold:county-conference"] == "2016-04-28"
    assert last["hold:cell-meeting"] == "2016-04-24"


def test_calls_go_out_with_the_charters_notice_and_instructions_before_them(found):
    last = {task.id: task.latest for task in found.plan.tasks}
    assert last["convene:party-congress"] == "2015-11-06", "six months"
    assert last["convene:provincial-conference"] == "2016-04-27", "five days"
    assert last["instruct:provincial-conference"] == "2016-04-25", "a day to issue it, a day on the way"
    assert last["convene:county-conference"] == "2016-04-25", "three days"


def test_the_critical_path_is_the_notice_and_the_tightest_chain_the_conferences(found):
    assert found.plan.critical == ("convene:party-congress", "hold:party-congress")
    assert {task.id for task in found.plan.tasks if task.slack == 0} == set(found.plan.critical)
    held = [ident for ident in found.tightest if ident.startswith("hold:")]
    assert held[1:] == ["hold:county-conference", "hold:provincial-conference", "hold:party-congress"]
    assert found.plan.task("apportion:county.conference-representatives").slack == 168


def test_seats_shared_out_too_soon_run_out_before_the_last_day_for_credentials(found):
    share = found.plan.task("apportion:conference.elects-delegates")
    assert share.not_before == "2016-03-02", "sixty days before the third of May, and two days to reach the provinces"


def test_days_that_are_assumed_can_be_set():
    slow = conferences(charter(), ON, days=Days(post=5, check=3))
    assert slow.plan.task("hold:provincial-conference").latest == "2016-04-26"


def test_delegates_are_shared_out_as_the_record_does_it(found):
    quotas = {s.unit: s.delegates for s in found.sittings}
    assert (quotas["KP-01"], quotas["KP-02"], quotas["KP-13"]) == (385, 394, 25)
    assert sum(quotas[s.unit] for s in found.sittings if s.conference == "party-congress") == 3000
    assert (quotas["KP-01/hyongjesan"], quotas["KP-01/kangnam"]) == (21, 9)


def electing():
    """A log in which a county's cells state their members, one of them elects too late, and a province elects."""
    log = Little()
    for number, members in ((1, 30), (2, 15)):
        rows = [{"person": f"{number}:{n}"} for n in range(members)]
        log.add(f"KP-01/jung/cell-{number}", "unit.open", "2015-01-01", {"parent": "KP-01/jung", "members": rows})
        day = "2016-04-20" if number == 1 else "2016-04-30"
        call = {"election": f"e{number}", "fills": "county-conference", "seats": 1}
        log.add(f"KP-01/jung/cell-{number}", "election.call", day, call, meeting="m")
        sent = {"conference": "county-conference", "persons": ["x", "y"]}
        log.add(f"KP-01/jung/cell-{number}", "credential.issue", day, sent)
    figures = {"report": "membership-return", "period": "2015-Q4", "figures": {"members": 20_000}}
    log.add("KP-01/jung", "report.file", "2016-01-10", figures, ref="r")
    later = {**figures, "figures": {"members": 99_000}}
    log.add("KP-01/jung", "report.file", "2016-06-10", later, ref="r2")
    return log.log()


def test_a_log_gives_units_members_and_when_each_was_in_fact_held():
    answer = conferences(charter(), ON, log=electing())
    by_unit = {s.unit: s for s in answer.sittings}
    first, second = by_unit["KP-01/jung/cell-1"], by_unit["KP-01/jung/cell-2"]
    assert (first.delegates, second.delegates) == (30, 15), "forty-five seats by members"
    assert (first.held, first.late, first.sent) == ("2016-04-20", -4, 2)
    assert (second.held, second.late) == ("2016-04-30", 6)
    assert by_unit["KP-01/jung"].members == 20_000, "as last reported before the day"
    assert by_unit["KP-01/jung"].held is None
    assert "1 of them too late (median 6 days)" in answer.words()


def test_seats_that_cannot_be_shared_out_are_told_not_hidden():
    log = Little()
    for unit in ("KP-13", "KP-13/rajin", "KP-13/sonbong"):
        log.add(unit, "unit.open", "2015-01-01", {"figures": {unit: {"members": 400}}})
    answer = conferences(charter(), ON, log=log.log())
    assert any(problem.startswith("KP-13: ") for problem in answer.problems)
    assert "could not be shared out" in answer.words()
    assert {s.delegates for s in answer.sittings if s.unit.startswith("KP-13/")} == {None}


def test_an_unknown_conference_and_a_day_that_is_none_are_refused():
    with pytest.raises(NoSuchName, match="party-congres"):
        conferences(charter(), ON, conference="party-congres")
    with pytest.raises(BadDate):
        conferences(charter(), "2016-02-30")


def test_a_conference_further_down_is_planned_by_itself():
    answer = conferences(charter(), "2016-03-01", conference="county-conference")
    assert answer.plan.task("hold:cell-meeting").latest == "2016-02-26"
    assert {s.conference for s in answer.sittings} == {None}, "no cell is known without a log"


spans = st.builds(
    lambda value, unit: Span(value=value, unit=unit, assumed=True),
    st.integers(0, 30),
    st.sampled_from(["days", "weeks", "months"]),
)


@given(st.dates(date(2001, 1, 1), date(2050, 1, 1)), spans)
def test_the_last_day_with_notice_is_the_last(on, span):
    day = before(on.isoformat(), span)
    assert dates.after(day, span) <= on.isoformat()
    assert dates.after(dates.add(day, 1, "days"), span) > on.isoformat()


networks = st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(0, 7), max_size=3)), min_size=2, max_size=8)


@settings(max_examples=150)
@given(networks)
def test_latest_dates_are_those_of_the_longest_chain_to_the_end(drawn):
    last = len(drawn) - 1
    after = {n: {k for k in before_ if k < n} for n, (_, before_) in enumerate(drawn)}
    after[last] |= {n for n in range(last) if not any(n in after[k] for k in range(n + 1, last + 1))}
    tasks = [
        Task(str(n), "", "", "", days, "", {str(k): None for k in sorted(after[n])})
        for n, (days, _) in enumerate(drawn)
    ]
    assume(tasks[-1].after)

    def longest(n):
        """Days from a task's start to the end's, by every chain."""
        return max((drawn[n][0] + longest(k) for k in range(n + 1, last + 1) if n in after[k]), default=0)

    plan = planned(tasks, str(last), "2020-06-01")
    for n in range(last):
        assert plan.tasks[n].latest == (date(2020, 6, 1) - timedelta(days=longest(n))).isoformat()
        assert plan.tasks[n].slack >= 0
    assert all(plan.task(ident).slack == 0 for ident in plan.critical)
    begin = date.fromisoformat(plan.task(plan.critical[0]).latest)
    assert (date(2020, 6, 1) - begin).days == max(longest(n) for n in range(last))
