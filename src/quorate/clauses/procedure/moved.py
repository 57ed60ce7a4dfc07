"""Motions about matters, over a whole log: whom a case is about is neither given away by a motion nor there to vote."""

from __future__ import annotations

from functools import reduce

import ibis
from ibis.expr.types import StringValue, Table

from quorate.clauses.procedure import Procedure
from quorate.clauses.procedure.steps import steps
from quorate.facts import judged
from quorate.facts.acts import of, text
from quorate.facts.book import Facts
from quorate.facts.documents import known
from quorate.facts.meetings import motions, room
from quorate.facts.powers import inside

_SAID = ("motion", "business", "text", "mover", "seconder", "options", "kinds")


def _matters(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Matters of these procedures of which it is known whom they are about: `clause`, `unit`, `matter`, `person`,
    `begun_seq`.
    """
    rows = [{"clause": c.id, "tier": c.tier, "kind": c.matter} for c in clauses]
    ours = facts.small(rows, dict.fromkeys(("clause", "tier", "kind"), "string"))
    begun = steps(clauses, facts)
    begun = begun.filter(begun.turn == 0, begun.subject.notnull())
    return begun.join(ours, ["tier", "kind"]).select("clause", "unit", "matter", person="subject", begun_seq="seq")


def put(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Motions put by those in the room, which give nobody away whom the log does not show."""
    hidden = _matters(tuple(c for c in clauses if "subject" in c.restricted), facts)
    table = of(facts, "motion.put").rename(matter="ref").drop("tier", "clause")
    table = table.join(hidden, ["unit", "matter"])
    table = inside(facts, table.filter(table.begun_seq < table.seq))
    table = table.filter(table.inside)
    names = known(facts, hidden.select("unit").distinct())
    names = names.filter(names.name.notnull()).rename(name_seq="seq")
    called = table.select("entry", "unit", "person", "seq").join(names, ["unit", "person"])
    called = called.filter(called.name_seq < called.seq).group_by("entry")
    called = called.agg(name=lambda one: one.name.argmax(one.name_seq))
    table = table.left_join(called, "entry").drop("entry_right")
    said = reduce(lambda one, more: one + " " + more, (_said(facts, table, field) for field in _SAID))
    given = said.contains(table.person) | said.contains(table.name).fill_null(False)
    says = ibis.literal("the motion gives away whom ") + table.matter + " is about"
    return judged.acts(facts, table, {"gives away": (given, says)})


def _said(facts: Facts, table: Table, field: str) -> StringValue:
    return text(facts, table, field).fill_null("")


def voted(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Votes on cases about persons, who are not in the room."""
    cases = _matters(tuple(c for c in clauses if c.about == "person"), facts)
    questions = motions(facts).select("unit", "motion", "meeting", "put_by", "put_seq", matter="about")
    asked = questions.join(cases, ["unit", "matter"])
    votes = of(facts, "motion.vote")
    votes = votes.select("unit", "entry", "seq", "at", motion=text(facts, votes, "motion"))
    table = votes.join(asked, ["unit", "motion"])
    table = table.filter(table.begun_seq < table.seq, table.put_seq < table.seq).rename(basis="put_by")
    there = table.select("entry", "seq", "unit", "meeting", "person").join(room(facts), ["unit", "meeting", "person"])
    there = there.filter(there.came_seq < there.seq, there.went_seq.isnull() | (there.went_seq >= there.seq))
    there = there.select("entry").distinct().mutate(there=True)
    table = table.left_join(there, "entry").drop("entry_right")
    says = ibis.literal("whom ") + table.matter + " is about was present, and nobody votes on their own case"
    return judged.acts(facts, table, {"own case": (table.there.fill_null(False), says)})
