"""Every case of every kind, once more, with the audit as judge: the act is written down whatever the kernel says of it,
and the audit finds against it what the kernel's guards find, and against nothing that came before.
"""

from dataclasses import replace

import pytest
from clauses.case_files import all_cases, prepared

from audit.forced import Audited, entries_of, force, verdict
from quorate.clauses import View
from quorate.run.fill import fill
from quorate.terms import dates

ALL = all_cases()
NOT_COUNTED_ANEW = {"A casting vote is not for an option that lost"}
"""Cases that only a new count of ranked ballots could tell: the audit takes the result as the log states it."""
STATUS = {"kept": "kept", "late": "late", "missed": "missing"}


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.kind}: {case.name}")
def test_the_audit_says_of_a_case_what_the_kernel_says(case):
    world, act = prepared(case)
    record = world.record
    if act is None:
        compare_duties(record, case.kind, case.on)
        return
    act = fill(replace(act, at=dates.moment(act.at)), record.state(act.unit))
    said = verdict(act, record.state(act.unit), record.charter)
    entry = force(record, act)
    if entry is None:
        pytest.skip("nothing can follow from the act as it stands, and so no log can hold it")
    mine = {clause for clause in said.guards if record.charter.by_id[clause].kind == case.kind}
    if case.name in NOT_COUNTED_ANEW:
        mine = set()
    audited = Audited(entries_of(record, unseal=True), record.charter, act.at[:10])
    found = {(row["clause"], row["entry"]) for row in audited.rows(case.kind) if row["key"] == row["entry"]}
    audited.close()
    assert found == {(clause, entry.entry) for clause in mine}, said.guards


def compare_duties(record, kind, on):
    """The audit and the kernel speak of the same obligations of a kind, and of the same outcome."""
    owed = {}
    for unit in record.units():
        view = View(record.charter, record.state(unit), on)
        for clause in record.charter.clauses:
            if clause.kind == kind:
                owed |= {(clause.id, unit, o.key): STATUS.get(o.status(on)) for o in clause.obligations(view, on)}
    audited = Audited(entries_of(record, unseal=True), record.charter, on)
    rows = [row for row in audited.rows(kind) if row["key"] != row["entry"] and row["how"] in STATUS.values()]
    audited.close()
    found = {(row["clause"], row["unit"], row["key"]): row["how"] for row in rows if row["count"] == 1}
    assert {k: v for k, v in found.items() if k in owed or v != "kept"} == {k: v for k, v in owed.items() if v}
