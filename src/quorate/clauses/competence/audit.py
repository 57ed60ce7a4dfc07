"""Competence over a whole log: each motion and vote against the organs that alone may decide such business, and who was
in the room to hear, move and vote.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.competence import Competence
from quorate.facts import judged
from quorate.facts.book import Facts, unite
from quorate.facts.powers import deliberated, heard, kinds, placed

_GIVEN = {"clause": "string", "organ": "string", "business": "string"}


def audit(clauses: tuple[Competence, ...], facts: Facts, rules: Rules) -> Table:
    """Judge whether organs decided their own business, and none kept for another."""
    own = [{"clause": c.id, "organ": c.organ, "business": business} for c in clauses for business in c.business]
    alone = [
        {
            "clause": c.id,
            "organ": organ.id,
            "business": business,
            "alone": f"{rules.name(business)} is for the {rules.name(c.organ)} alone, not for the {organ.name}",
        }
        for c in clauses
        for business in c.business
        for organ in rules.organs.values()
        if c.only and organ.id != c.organ and organ.tier == rules.organs[c.organ].tier
    ]
    given = facts.small([*own, *alone], {**_GIVEN, "alone": "string"})
    done = deliberated(facts).select("entry", "unit", "at", "organ", "business")
    done = done.join(given, ["organ", "business"])
    astray = _astray(clauses, facts)
    done = done.join(astray.select("clause", "entry"), ["clause", "entry"], how="anti")
    return judged.together(
        facts,
        judged.acts(facts, done, {"not theirs": (done.alone.notnull(), done.alone)}),
        judged.verdicts(facts, astray),
    )


def _astray(clauses: tuple[Competence, ...], facts: Facts) -> Table:
    """Motions with an option of a kind of business that is none of the organ's, judged, by clause of the organ."""
    ours = facts.small(
        [{"organ": c.organ, "kind": business} for c in clauses for business in c.business],
        {"organ": "string", "kind": "string"},
    )
    organs = facts.small([{"organ": c.organ, "clause": c.id} for c in clauses], {"organ": "string", "clause": "string"})
    odd = kinds(facts).join(ours, ["organ", "kind"], how="anti").join(organs, "organ")
    found = odd.group_by("clause", "unit", "entry", "at").agg(option=odd.option.min())
    says = ibis.literal("the option ") + found.option + " is of a kind of business that the organ does not decide"
    return found.mutate(sure=False, how=ibis.literal("stray option"), says=says, basis=ibis.null("string"))


def permits(clauses: tuple[Competence, ...], facts: Facts, rules: Rules) -> Table:  # noqa: ARG001 - a face's shape
    """Whoever is in the room may hear, move and vote on the business of the organ that sits."""
    return in_the_room(facts, ((c.id, c.organ, business) for c in clauses for business in c.business))


def in_the_room(facts: Facts, given: Iterable[tuple[str, str, str]]) -> Table:
    """Permissions of those inside for the business that clauses give organs, as rows (clause, organ, business)."""
    rows = ({"clause": clause, "organ": organ, "business": business} for clause, organ, business in given)
    found = facts.made("competence_in_the_room", _placed, keep=True, parts=min(1, facts.parts))
    return found.join(facts.small(rows, _GIVEN), ["organ", "business"]).select("clause", "unit", "entry", "ok")


def _placed(facts: Facts) -> Table:
    """What was heard, moved and voted on: `entry`, `unit`, `organ`, `business`, `ok` (the actor was in the room)."""
    parts = placed(facts, heard(facts)), deliberated(facts)
    return unite(*(table.select("entry", "unit", "organ", "business", ok="inside") for table in parts))
