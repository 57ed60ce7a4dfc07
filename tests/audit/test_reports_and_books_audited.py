"""Reports, leadership, composition, structure and books over logs that tell less than ours do: with numbers for names,
dates that are not exact, and parts that are missing; and who was allowed what.
"""

from dataclasses import replace

import pytest
from clauses.case_files import all_cases, prepared
from clauses.situations import in_situation

from audit.forced import Audited, entries_of, force
from quorate.clauses import View
from quorate.run.fill import fill

KINDS = ("reporting", "leadership", "composition", "structure", "finance")
ALLOWED = (
    "Only the Chief Secretary files it",
    "The Central Committee's secretary acknowledges the report",
    "Nobody without the office answers a report",
    "The Chief Secretary opens the plenum",
    "An ordinary member of the county committee establishes none",
    "Only the treasurer keeps the books",
)
CASES = [case for case in all_cases() if case.kind in KINDS and case.name in ALLOWED]


def audited(world, until, change=lambda entry: entry):
    """The world's log with its entries changed, ready to be asked."""
    record = world.record
    return Audited([change(entry) for entry in entries_of(record)], record.charter, until)


def found(world, kind, until, change=lambda entry: entry):
    """What the kind finds, by clause and key, acts that keep it counted apart."""
    judge = audited(world, until, change)
    rows = {(row["clause"], row["key"]): row for row in judge.rows(kind)}
    judge.close()
    return rows


def some_day_until(verb, latest):
    """A change of a log: of acts of a verb it is only known that they were done by `latest`."""
    return lambda entry: replace(entry, at_latest=latest) if entry.act == verb else entry


def saying(verb, **payload):
    """A change of a log: acts of a verb state something else."""
    return lambda e: replace(e, payload={**(e.payload or {}), **payload}) if e.act == verb else e


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_audit_allows_what_the_kernel_allows(case):
    world, act = prepared(case)
    record, state = world.record, world.record.state(act.unit)
    act = fill(act, state)
    view, said = View(record.charter, state, act.at), {}
    for clause in record.charter.speaking(state.tier, act.verb):
        answer = clause.permit(act, view) if clause.kind == case.kind else False
        if answer is not False:
            said[clause.id] = answer is True
    entry = force(record, act)
    judge = audited(world, act.at[:10])
    rows = [row for row in judge.permits(case.kind) if row["entry"] == entry.entry]
    judge.close()
    assert said
    assert {row["clause"]: row["ok"] for row in rows} == said


def reported(*, on="2015-02-08"):
    """A province that filed its routine report on January."""
    world = in_situation("a province with its committee seated")
    say = {"report": "routine-report", "period": "2015-01", "text": "All is well"}
    world.must("KP-13", "report.file", on, actor="chief", say=say)
    return world


def test_a_report_filed_some_day_until_after_it_was_due_may_have_been_in_time():
    rows = found(reported(), "reporting", "2015-03-01", some_day_until("report.file", "2015-02-20T23:59"))
    row = rows[("duty.report", "2015-01")]
    assert (row["sure"], row["maybe"], row["missing"]) == (False, True, False)


def test_a_report_filed_some_day_from_before_the_end_of_its_month_may_have_been_filed_after_it():
    def early(entry):
        return replace(entry, at_earliest="2015-01-20T00:00") if entry.act == "report.file" else entry

    rows = found(reported(), "reporting", "2015-03-01", early)
    assert rows[("duty.report", "acts/2015-01?")]["sure"] is None
    assert not [row for row in rows.values() if row["how"] == "not over"]


def test_a_report_that_is_not_there_is_missing_and_one_that_is_late_is_not():
    rows = found(reported(on="2015-02-20"), "reporting", "2015-03-20")
    january, february = rows[("duty.report", "2015-01")], rows[("duty.report", "2015-02")]
    assert (january["how"], january["missing"]) == ("late", False)
    assert (february["how"], february["missing"]) == ("missing", True)


def presided(**payload):
    """A plenum opened by insp-9, who leads nothing, stating `payload`."""
    world = in_situation("a plenum called for 21 April 2015")
    say = {"present": ["insp-9", "chief"], "chair": "chief"}
    world.must("KP-13", "meeting.open", "2015-04-21T10:00", actor="insp-9", meeting="plenum", say=say)
    return world, saying("meeting.open", **payload)


def test_whoever_presides_over_a_number_of_members_is_one_of_them():
    world, change = presided(present=12, chair="insp-9")
    judge = audited(world, "2015-05-01", change)
    (row,) = [row for row in judge.permits("leadership") if row["clause"] == "leadership"]
    judge.close()
    assert row["ok"] is True


def test_of_anybody_else_the_number_present_does_not_tell():
    world, change = presided(present=12)
    judge = audited(world, "2015-05-01", change)
    (row,) = [row for row in judge.permits("leadership") if row["clause"] == "leadership"]
    judge.close()
    assert row["ok"] is None


def test_that_somebody_who_leads_nothing_presided_rests_on_all_offices_being_in_the_log():
    world, change = presided(chair="insp-9")
    rows = found(world, "leadership", "2015-05-01", change)
    (row,) = [row for row in rows.values() if row["how"] == "cannot preside"]
    assert (row["sure"], row["missing"]) == (False, True)


def test_an_opening_that_names_nobody_does_not_tell_who_presided():
    world, change = presided()

    def nameless(entry):
        entry = change(entry)
        if entry.act != "meeting.open":
            return entry
        return replace(entry, actor=None, payload={"present": 12})

    rows = found(world, "leadership", "2015-05-01", nameless)
    assert rows[("leadership", "acts/2015-04?")]["sure"] is None


def test_an_office_taken_some_day_until_after_the_limit_may_have_been_filled_in_time():
    world = in_situation("a province with its committee seated")
    world.must("KP-13", "office.resign", "2015-03-01", actor="prop", say={"post": "secretary-propaganda"})
    elect = [{"fills": "secretary-propaganda", "persons": ["mil-5"]}]
    world.hold("KP-13", "provincial-committee", "2015-03-20", elect=elect)
    say = {"post": "secretary-propaganda", "reason": "the department is moving house"}
    world.must("KP-13", "office.except", "2015-03-21", actor="chief", subject="mil-5", say=say)
    say = {"post": "secretary-propaganda"}
    world.must("KP-13", "office.take", "2015-03-22", actor="mil-5", subject="mil-5", say=say)
    rows = found(world, "composition", "2015-06-01", some_day_until("office.take", "2015-05-20T23:59"))
    row = rows[("secretariat.composition", "secretary-propaganda@2015-03-01")]
    assert (row["sure"], row["maybe"]) == (False, True)
    assert row["missing"] is False


def books(lines):
    """A transaction posted in a province's books, whatever the kernel would have said."""
    world = in_situation("books with accounts opened")
    say = {"text": "Dues", "lines": [{"account": "cash", "amount": 5}, {"account": "dues", "amount": -5}]}
    world.must("KP-13", "transaction.post", "2015-02-10", actor="treasurer", say=say)
    return found(world, "finance", "2015-02-20", saying("transaction.post", lines=lines))


def test_an_account_that_is_not_in_the_log_may_be_outside_it_and_lines_that_do_not_balance_are_wrong_anyhow():
    unknown = books([{"account": "cash", "amount": 5}, {"account": "hidden", "amount": -5}])
    (row,) = [row for row in unknown.values() if row["how"] == "no account"]
    assert row["missing"] is True
    uneven = books([{"account": "cash", "amount": 5}, {"account": "dues", "amount": -4}])
    (row,) = [row for row in uneven.values() if row["how"] == "unbalanced"]
    assert row["missing"] is False


def test_a_transaction_without_lines_tells_nothing():
    rows = books(None)
    assert rows[("duty.finance", "acts/2015-02?")]["count"] == 1
