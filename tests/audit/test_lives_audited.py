"""The kernel and the audit agree on random lives: whatever people do, allowed or not, is written down; then the audit
of the whole log finds what the kernel's guards and permissions found act by act, and the obligations it says were
missed.
"""

import os
from collections import Counter
from random import Random

import pytest
from run.lives import act_for, new_club

from audit.forced import Audited, entries_of, force, verdict
from audit.merged import Merged
from quorate.clauses import KINDS, View
from quorate.run.fill import fill

SEEDS = [int(seed) for seed in os.environ.get("QUORATE_LIVES", "1").split()]
LIVES = 40
REUSED = ("there is a", "is open already", "reads like an entry", "gives another", "give this one another")
STATUS = {"kept": "kept", "late": "late", "missed": "missing"}


def live(life):
    """One life of the club in which every act is written down; what the kernel said of each entry."""
    record, said = new_club(), {}
    for number, row in enumerate(life):
        act = act_for(record, row)
        state = record.state(act.unit)
        if act.at < state.last:
            continue
        act = fill(act, state)
        found = verdict(act, state, record.charter)
        if any(word in why for why in found.guards.values() for word in REUSED):
            continue  # an id given twice: what it means after that, nobody says
        entry = force(record, act)
        if entry is not None:
            said[entry.entry] = found
        if number % 5 == 4:
            record.deliver()
    return record, said


@pytest.mark.parametrize("seed", SEEDS)
def test_on_random_lives_kernel_and_audit_find_the_same(seed):
    dice = Random(seed)
    lives = [[[dice.randrange(840) for _ in range(10)] for _ in range(dice.randint(20, 45))] for _ in range(LIVES)]
    lived = [live(life) for life in lives]
    merged = Merged([(record, entries_of(record)) for record, _ in lived])
    until = max(entry.at_latest for entry in merged.entries)[:10]
    audited = Audited(merged.entries, merged.charter, until)
    try:
        rows = [row for kind in KINDS for row in audited.rows(kind)]
        bound = {clause.id for clause in merged.charter.clauses if getattr(clause, "unit", None)}
        rows = [row for row in rows if row["clause"] not in bound]  # these name a unit, and it has many names here
        refused = {(row["clause"], row["entry"]) for row in rows if row["key"] == row["entry"] and row["sure"] is False}
        said = {
            (clause, merged.entry(number, entry))
            for number, (_, found) in enumerate(lived)
            for entry, judged in found.items()
            for clause in judged.guards
            if clause not in bound
        }
        assert refused == said, (sorted(refused - said), sorted(said - refused))

        acts = {entry.entry: entry for entry in merged.entries}
        theirs = {
            verb
            for clause in bound
            for verbs in merged.charter.by_id[clause].places(merged.charter).values()
            for verb in verbs
        }
        unpermitted = {row["entry"] for row in audited.unpermitted() if acts[row["entry"]].act not in theirs}
        denied = {
            merged.entry(number, entry)
            for number, (_, found) in enumerate(lived)
            for entry, judged in found.items()
            if not judged.permitted and judged.asked and acts[merged.entry(number, entry)].act not in theirs
        }
        assert unpermitted == denied, (sorted(unpermitted - denied), sorted(denied - unpermitted))

        owed = {}
        for number, (record, _) in enumerate(lived):
            for unit in record.units():
                view = View(record.charter, record.state(unit), until)
                for clause in record.charter.clauses:
                    for found in clause.obligations(view, until) if clause.id not in bound else ():
                        if found.status(until) in STATUS:
                            owed[clause.id, merged.unit(number, unit), merged.key(number, found.key)] = STATUS[
                                found.status(until)
                            ]
        duties = {
            (row["clause"], row["unit"], row["key"]): row["how"]
            for row in rows
            if row["how"] in STATUS.values() and row["key"] != row["entry"] and not _counted(row)
        }
        assert duties == owed, Counter(duties.items() ^ owed.items())
    finally:
        audited.close()


def _counted(row):
    """Whether the row counts acts that keep a clause, by month."""
    return row["key"].startswith("acts/")
