"""A record in which whatever is done is written down, allowed or not, beside what the kernel says of it: the judge an
audit has to agree with.
"""

import json
import tempfile
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from clauses.world import World

from quorate.auditing.permission import unpermitted
from quorate.auditing.run import Reading
from quorate.clauses import KINDS, View
from quorate.errors import QuorateError
from quorate.facts.book import Facts
from quorate.facts.duck import Duck
from quorate.log import Entry
from quorate.run import kernel
from quorate.run.fill import fill
from quorate.state.unit import unsealed
from quorate.terms.act import Act

SALT = bytes(32)
TEXTS = ("tier", "act", "organ", "office", "actor", "subject", "meeting", "ref", "clause", "source", "sealed")


@dataclass
class Verdict:
    """What the kernel says of an act: what each clause that speaks finds against it, and whether one allows it."""

    guards: dict[str, str] = field(default_factory=dict)
    permitted: bool = False
    asked: bool = False  # whether any clause answers for such an act in a unit of the tier
    reasons: list[str] = field(default_factory=list)


def verdict(act, state, charter):
    """Every guard and permission that speaks to an act, not only the first."""
    view, found = View(charter, state, act.at), Verdict()
    for clause in charter.speaking(state.tier, act.verb):
        found.asked = True
        why = clause.guard(act, view)
        if why:
            found.guards[clause.id] = why
        answer = clause.permit(act, view)
        if answer is True:
            found.permitted = True
        elif answer:
            found.reasons.append(clause.id)
    return found


def force(record, act):
    """Write an act down whatever the kernel says of it; its entry, or None where nothing could follow from it."""
    state, charter = record.state(act.unit), record.charter
    act = fill(act, state)
    view, payload, send = View(charter, state, act.at), dict(act.payload), []
    for clause in charter.speaking(state.tier, act.verb):
        try:
            facts = clause.settle(act, view)
        except (AssertionError, KeyError, TypeError, ValueError, QuorateError):
            continue
        send += facts.pop("send", ())
        payload |= facts
    if send:
        payload["send"] = send
    meeting = state.meetings.get(act.meeting or "")
    found = kernel.draft(
        state, act=act.verb, at=act.at, public=payload, private={}, salt=SALT,
        organ=act.organ or (meeting.organ if meeting else None), office=act.office, actor=act.actor,
        subject=act.subject, meeting=act.meeting, ref=act.ref, clause=None, source=act.source,
    )  # fmt: skip
    try:
        deepcopy(state).apply(found.entry, found.payload)
    except (KeyError, AttributeError, TypeError):
        return None
    record._append(found, state)
    return found.entry


def table(entries):
    """Entries as the table of a log."""
    rows = list(entries)
    columns = {name: pa.array([getattr(e, name) for e in rows], pa.string()) for name in ("entry", "unit", *TEXTS)}
    columns["seq"] = pa.array([e.seq for e in rows], pa.int64())
    for name in ("at_earliest", "at_latest"):
        columns[name] = pa.array([datetime.fromisoformat(getattr(e, name)) for e in rows], pa.timestamp("us"))
    columns["payload"] = pa.array([json.dumps(dict(e.payload)) if e.payload else None for e in rows], pa.string())
    return pa.table(columns)


class Audited:
    """A log beside its charter, ready to be asked what a kind of clause says."""

    def __init__(self, entries, charter, until, start="2015-01-01"):
        self.folder = tempfile.TemporaryDirectory()
        self.charter = charter
        self.engine = Duck(Path(self.folder.name), threads=1)
        self.engine.backend.con.register("log", table(entries))
        source = self.engine.backend.table("log")
        self.facts = Facts(self.engine, source, Reading(charter), start, until)

    def rows(self, kind):
        """What the kind's audit face finds."""
        found = KINDS[kind].audit(self.charter, self.facts)
        return self.engine.run(found).to_pylist() if found is not None else []

    def permits(self, kind):
        """What the kind says of who was allowed what."""
        found = KINDS[kind].permits(self.charter, self.facts)
        return self.engine.run(found).to_pylist() if found is not None else []

    def unpermitted(self):
        """The acts that no clause allows."""
        found = unpermitted(self.charter, self.facts)
        return [row for row in self.engine.run(found).to_pylist() if row["sure"] is False] if found is not None else []

    def close(self):
        """Let go of the engine and its files."""
        self.engine.close()
        self.folder.cleanup()


class Rehearsed:
    """The audit face of a kind, its SQL made once, run on one small log after another: only what the logs hold differs.

    The day looked at is written into the SQL, and so is the same for all of them.
    """

    UNTIL = "2026-01-01"  # after all that happens in any case

    def __init__(self, kind, charter, entries):
        self.audited = Audited(entries, charter, self.UNTIL)
        self.audited.facts._told["first"] = "2010-01-01"  # before all that happens in any case
        self.made = []
        engine = self.audited.engine
        keep = engine.keep

        def remembered(name, expr, parts=0):
            self.made.append((name, engine.sql(expr, stored=True)))
            return keep(name, expr)

        engine.keep = remembered
        self.expr = KINDS[kind].audit(charter, self.audited.facts)
        self.final = engine.sql(self.expr)
        engine.wait()

    def rows(self, entries):
        """What the face finds in a log."""
        con = self.audited.engine.backend.con
        con.register("log", table(entries))
        for name, sql in self.made:
            con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        return con.sql(self.final).to_arrow_table().to_pylist()


def entries_of(record, *, unseal=False):
    """All entries of a record but its own stream; with what is sealed in them where asked for."""
    found = [entry for unit in record.units() for entry in record.store.read(unit)]
    if unseal:
        found = [replace(entry, payload=unsealed(entry, record.store.unseal) or None) for entry in found]
    return found


__all__ = ["Act", "Audited", "Entry", "Rehearsed", "World", "entries_of", "force", "verdict"]
