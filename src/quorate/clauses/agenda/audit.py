"""Agenda over a whole log: the business each meeting owed is made first, then what it took up is joined."""

from __future__ import annotations

import ibis
from ibis.expr.types import StringColumn, Table

from quorate.clauses.agenda import Agenda
from quorate.clauses.base import Rules
from quorate.clauses.competence.audit import in_the_room
from quorate.facts import judged
from quorate.facts.acts import of
from quorate.facts.book import Facts, unite
from quorate.facts.meetings import held, meetings
from quorate.facts.powers import deliberated, heard

_ITEMS = {"clause": "string", "organ": "string", "item": "string", "name": "string", "first": "boolean"}


def audit(clauses: tuple[Agenda, ...], facts: Facts, rules: Rules) -> Table:
    """Judge whether meetings were called with their business on the agenda, took it up, and before they elected."""
    items = facts.small(
        (
            {"clause": c.id, "organ": c.organ, "item": item, "name": rules.name(item), "first": c.before_elections}
            for c in clauses
            for item in c.items
        ),
        _ITEMS,
    )
    taken = _taken(facts, items)
    return judged.together(facts, _owed(facts, items, taken), _called(facts, items), _closed(facts, items, taken))


def _taken(facts: Facts, items: Table) -> Table:
    """When a meeting first heard or decided an item: `unit`, `meeting`, `item`, `taken` (its number), `taken_by`."""
    voted = deliberated(facts)
    voted = voted.filter(voted.act == "motion.vote")
    shape = {name: name for name in ("unit", "meeting", "organ", "seq", "entry")}
    done = unite(*(table.select(**shape, item="business") for table in (voted, heard(facts))))
    done = done.join(items.select("organ", "item").distinct(), ["organ", "item"])
    return done.group_by("unit", "meeting", "item").agg(taken=done.seq.min(), taken_by=done.entry.argmin(done.seq))


def _owed(facts: Facts, items: Table, taken: Table) -> Table:
    """Each item of each meeting that was held and has ended."""
    met = held(facts).select("unit", "meeting", "organ", "opened", "opened_by", "closed", "closed_latest", "closed_by")
    met = met.filter(met.closed.notnull())
    owed = met.join(items, "organ").left_join(taken, ["unit", "meeting", "item"])
    done = owed.taken.notnull()
    owed = owed.select(
        "clause", "unit",
        key=owed.meeting + "/" + owed["item"],
        arose=owed.opened,
        due=owed.closed,
        due_latest=owed.closed_latest,
        met=ibis.ifelse(done, owed.closed, ibis.null("timestamp(6)")),
        met_latest=ibis.ifelse(done, owed.closed, ibis.null("timestamp(6)")),
        basis=owed.opened_by,
        entry=owed.taken_by,
        says="take " + owed.name + " in meeting " + owed.meeting,
    )  # fmt: skip
    return judged.duties(facts, owed)


def _called(facts: Facts, items: Table) -> Table:
    """Whether the agenda a meeting was called with had every item."""
    calls = of(facts, "meeting.convene").select("unit", "entry", "at", "organ", "payload")
    calls = calls.join(items, "organ").select("clause", "unit", "entry", "at", "item", "name", "payload")
    listed = facts.engine.texts(calls.payload, "agenda").contains(calls["item"])
    calls = calls.mutate(left=~listed.fill_null(False), told=listed.notnull())
    found = calls.group_by("clause", "unit", "entry", "at").agg(
        left=_joined(calls.name, calls.left), told=calls.told.all()
    )
    says = "the agenda leaves out " + found.left
    checks = {
        "not on the agenda": (found.left.notnull() & found.told, says),
        "no agenda": (found.left.notnull(), says),
    }
    return judged.acts(facts, found, checks, absent={"no agenda"})


def _closed(facts: Facts, items: Table, taken: Table) -> Table:
    """Whether a meeting had taken its items when it closed, and before a count where that is asked for."""
    ends = of(facts, "meeting.close", "election.count").select("entry", "unit", "seq", "at", "act", "meeting")
    there = meetings(facts).select("unit", "meeting", "organ")
    asked = ends.join(there, ["unit", "meeting"]).join(items, "organ")
    asked = asked.filter((asked.act == "meeting.close") | asked["first"])
    asked = asked.left_join(taken, ["unit", "meeting", "item"])
    asked = asked.mutate(left=~(asked.taken < asked.seq).fill_null(False))
    found = asked.group_by("clause", "unit", "entry", "at", "act").agg(
        left=_joined(asked.name, asked.left), later=asked.taken.notnull().any(where=asked.left)
    )
    closes = found.act == "meeting.close"
    says = ibis.ifelse(
        closes,
        "the meeting closed before it had taken " + found.left,
        found.left + " had to be heard before anyone was elected",
    )
    broken = found.left.notnull()
    checks = {"taken later": (broken & found.later.fill_null(False), says), "not taken": (broken, says)}
    return judged.acts(facts, found, checks, absent={"not taken"})


def _joined(name: StringColumn, where: ibis.expr.types.BooleanColumn) -> ibis.expr.types.StringScalar:
    return name.group_concat(", ", where=where)


def permits(clauses: tuple[Agenda, ...], facts: Facts, rules: Rules) -> Table:  # noqa: ARG001 - a face's shape
    """Whoever is in the room may take up the business a meeting owes."""
    return in_the_room(facts, ((c.id, c.organ, item) for c in clauses for item in c.items))
