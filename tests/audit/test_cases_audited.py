"""The cases of every kind, once more, with the audit as judge: the act is written down whatever the kernel says of it,
and the audit finds against it what the kernel's guards find, and against nothing that came before.
"""

from dataclasses import replace

import pytest
from clauses.case_files import all_cases, prepared

from audit.forced import Audited, Rehearsed, entries_of, force, verdict
from quorate.clauses import View
from quorate.run.fill import fill
from quorate.terms import dates

ALL = [case for number, case in enumerate(all_cases()) if case.bad or number % 4 == 0]
"""What is refused or missed, and some of what is allowed: the scenario and the random lives are full of lawful acts."""
NOT_COUNTED_ANEW = {"A casting vote is not for an option that lost"}
"""Cases that only a new count of ranked ballots could tell: the audit takes the result as the log states it."""
STATUS = {"kept": "kept", "late": "late", "missed": "missing"}


def grouped(case):
    """A case with the others of its kind and charter, on one worker."""
    mark = pytest.mark.xdist_group(f"{case.kind} {case.charter}")
    return pytest.param(case, id=f"{case.kind}: {case.name}", marks=mark)


@pytest.mark.parametrize("case", [grouped(case) for case in ALL])
def test_the_audit_says_of_a_case_what_the_kernel_says(case):
    world, act = prepared(case)
    record = world.record
    if act is None:
        compare_duties(case, record)
        return
    act = fill(replace(act, at=dates.moment(act.at)), record.state(act.unit))
    said = verdict(act, record.state(act.unit), record.charter)
    entry = force(record, act)
    if entry is None:
        assert said.guards or not said.permitted  # nothing can follow from it, so no log can hold it
        return
    mine = {clause for clause in said.guards if record.charter.by_id[clause].kind == case.kind}
    if case.name in NOT_COUNTED_ANEW:
        mine = set()
    entries = entries_of(record, unseal=True)
    found = {(row["clause"], row["entry"]) for row in rehearsed(case, record, entries) if row["key"] == row["entry"]}
    assert found == {(clause, entry.entry) for clause in mine}, said.guards


FACES = {}


def rehearsed(case, record, entries):
    """What the case's kind finds in its log; the SQL of each kind and charter is made once."""
    key = (case.kind, case.charter)
    if key not in FACES:
        FACES[key] = Rehearsed(case.kind, record.charter, entries)
    return FACES[key].rows(entries)


def compare_duties(case, record):
    """The audit and the kernel speak of the same obligations of a kind, and of the same outcome: on the case's own day
    where the kind is about days alone, else on one day after all that happens in any case.
    """
    on = case.on if case.kind == "cadence" else Rehearsed.UNTIL
    owed = {}
    for unit in record.units():
        view = View(record.charter, record.state(unit), on)
        for clause in record.charter.clauses:
            if clause.kind == case.kind:
                owed |= {(clause.id, unit, o.key): STATUS.get(o.status(on)) for o in clause.obligations(view, on)}
    entries = entries_of(record, unseal=True)
    rows = rehearsed(case, record, entries) if on != case.on else Audited(entries, record.charter, on).rows(case.kind)
    duties = [row for row in rows if row["key"] != row["entry"] and not row["key"].startswith("acts/")]
    found = {(row["clause"], row["unit"], row["key"]): row["how"] for row in duties}
    assert found == {key: how for key, how in owed.items() if how}
