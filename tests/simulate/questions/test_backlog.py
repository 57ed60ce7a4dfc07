"""How many matters lie open: little logs with known answers, a law that must hold, and a lived record counted anew."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.clauses.procedure import Procedure
from quorate.simulate.questions.backlog import backlog
from quorate.simulate.questions.errors import NoSuchName, NothingToAnswer

from .little import LIVED_TO, Little, charter, lived

UNIT = "KP-01"
CASE = "inspection.discipline"


def case(log, ref, opened, *, decided=None, outcome="warning", closed=None):
    """A case of a province, with what became of it when."""
    log.add(UNIT, "case.opened", opened, ref=ref)
    if decided:
        log.add(UNIT, "case.decided", decided, {"outcome": outcome}, ref=ref)
    if closed:
        log.add(UNIT, "case.enforced" if outcome == "warning" else "case.closed", closed, {"final": True}, ref=ref)


def three():
    """Three cases: one closed in its month, one after its time, one never; the log ends on 31 May at noon."""
    log = Little()
    case(log, "a", "2015-03-02", decided="2015-03-20", closed="2015-03-22")
    case(log, "b", "2015-03-10", decided="2015-05-20", outcome="none", closed="2015-05-21")
    case(log, "c", "2015-04-05")
    log.add("KP", "unit.open", "2015-03-01")
    log.add("KP", "meeting.close", "2015-05-31T12:00")
    return log


@pytest.fixture(scope="module")
def found():
    return backlog([three().log()], charter())


def by_month(answer, clause=CASE):
    return {m.month: m for m in answer.months if m.clause == clause}


def test_each_month_counts_what_came_was_decided_was_closed_and_lay_open_at_its_end(found):
    counts = {month: (m.opened, m.decided, m.closed, m.open) for month, m in by_month(found).items()}
    assert counts == {"2015-03": (2, 1, 1, 1), "2015-04": (1, 0, 0, 2), "2015-05": (0, 1, 1, 1)}


def test_age_is_that_of_the_open_at_the_months_end(found):
    april = by_month(found)["2015-04"]
    assert april.age == pytest.approx((52 + 26) / 2)
    assert april.oldest == pytest.approx(26 + 0.9 * 26)
    assert by_month(found)["2015-05"].age == pytest.approx(56.5, abs=0.01), "the log ends on the last day at noon"


def test_a_matter_is_late_from_the_day_a_stage_is_past_its_time_until_it_is_taken(found):
    late = {month: m.late for month, m in by_month(found).items()}
    assert late == {"2015-03": 1, "2015-04": 2, "2015-05": 1}, "notice is due within three days of the opening"


def test_what_an_outcome_makes_needless_is_not_late():
    log = Little()
    log.add("KP-01/jung", "case.opened", "2015-01-01", ref="x")
    log.add("KP-01/jung", "case.notified", "2015-01-02", ref="x")
    log.add("KP-01/jung", "case.decided", "2015-01-20", {"outcome": "none"}, ref="x")
    log.add("KP", "unit.open", "2015-04-01")
    months = by_month(backlog([log.log()], charter()), "county.discipline")
    assert months["2015-03"].open == 1
    assert months["2015-03"].late == 0, "only a sanction is sent for review within thirty days"


def test_the_average_open_is_the_matter_days_over_the_days_of_the_log(found):
    (balance,) = found.balances
    span = (datetime(2015, 5, 31, 12) - datetime(2015, 3, 1)).total_seconds() / 86400
    assert balance.average == pytest.approx((20 + 72 + 56.5) / span)
    assert balance.mean == pytest.approx((20 + 72) / 2)
    assert balance.expected == pytest.approx(balance.opened / span * 46)


def test_a_matter_opened_by_a_document_is_counted_where_it_was_received():
    log = Little()
    opens = {"kind": "appeal", "stage": "received", "matter": "case/1>KP-01"}
    log.add(
        UNIT, "document.receive", "2015-02-01", {"kind": "appeal", "data": {"matter": "case/1>KP-01"}, "opens": opens}
    )
    log.add(UNIT, "appeal.decided", "2015-03-01", {"outcome": "upheld", "final": True}, ref="case/1>KP-01")
    months = by_month(backlog([log.log()], charter(), matters=["appeal"]), "inspection.appeals")
    assert [(m.opened, m.closed, m.open) for m in months.values()] == [(1, 0, 1), (0, 1, 0)]


def test_over_runs_the_open_have_a_band_and_each_run_its_headline():
    more = three()
    case(more, "d", "2015-04-07")
    answer = backlog([three().log("one"), more.log("two")], charter())
    assert answer.over_runs(CASE, "2015-04").median == 2.5
    (peak,) = (h for h in answer.headlines() if h.key == f"backlog.{CASE}.peak")
    assert peak.values == (2.0, 3.0)


def test_an_unknown_matter_and_a_log_without_any_are_refused():
    log = three().log()
    with pytest.raises(NoSuchName, match="no matter 'apeal'"):
        backlog([log], charter(), matters=["apeal"])
    with pytest.raises(NothingToAnswer, match="assistance"):
        backlog([log], charter(), matters=["assistance"])


lives = st.lists(st.tuples(st.integers(0, 200), st.one_of(st.none(), st.integers(0, 120))), min_size=1, max_size=15)


@settings(max_examples=25, deadline=None)
@given(lives)
def test_what_was_opened_and_not_closed_is_open_at_every_months_end(lives):
    log = Little()
    start = date(2015, 1, 1)
    for number, (day, lasting) in enumerate(lives):
        opened = start + timedelta(days=day)
        closed = opened + timedelta(days=lasting) if lasting is not None else None
        case(log, f"c{number}", opened.isoformat(), outcome="none", closed=closed.isoformat() if closed else None)
    months = by_month(backlog([log.log()], charter()))
    opened = closed = 0
    for month in months.values():
        opened, closed = opened + month.opened, closed + month.closed
        assert opened - closed == month.open


@pytest.mark.xdist_group("questions")
def test_a_lived_record_folded_unit_by_unit_has_the_same_matters_open():
    record, log = lived()
    kinds = ("directive", "task", "case", "appeal")
    answer = backlog([log], charter(), matters=kinds)
    clauses = {(p.matter, p.tier): p.id for p in charter().of(Procedure) if p.matter in kinds}
    mine = [
        (clauses[m.kind, record.charter.known[unit].tier], m)
        for unit in record.units()
        for m in record.state(unit).matters.values()
        if m.kind in kinds
    ]
    assert len(mine) > 40
    for month in answer.months:
        ends = {"2015-01": "2015-02-01", "2015-02": "2015-03-01", "2015-03": "2015-04-01", "2015-04": f"{LIVED_TO}T24"}
        end = ends[month.month]
        still = sum(
            clause == month.clause and m.opened < end and not (m.closed and m.closed < end) for clause, m in mine
        )
        assert month.open == still, month
