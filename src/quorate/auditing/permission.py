"""Acts that no clause of the charter allows: the closed world, over a whole log."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.charter.model import Charter
from quorate.clauses import KINDS, Clause
from quorate.facts import judged
from quorate.facts.acts import acts
from quorate.facts.book import Facts, unite

CLOSED_WORLD = "closed-world"


def unpermitted(rules: Charter, facts: Facts) -> Table | None:
    """Judge who was entitled to act, of all acts that some clause could allow in a unit of the tier.

    An act that no clause allows is a breach of the first clause whose business it is, else of the closed world. Where
    the log does not tell who acted, or who held what, nothing is said.
    """
    kinds = [kind for kind in KINDS.values() if kind.permit is not Clause.permit and rules.of(kind)]
    answers = [found for kind in kinds if (found := kind.permits(rules, facts)) is not None]
    if not answers:
        return None
    said = unite(*(answer.select("clause", "unit", "entry", "ok") for answer in answers))
    asked = acts(facts).semi_join(_spoken(rules, facts, kinds), ["tier", "act"])
    table = _refused(rules, facts, asked.select("entry", "unit", "at", "actor", "act"), said)
    table = table.mutate(
        sure=ibis.literal(False),
        how=ibis.literal("not entitled"),
        says=ibis.coalesce(table.actor, ibis.literal("nobody")) + " was not entitled to " + table.act + " here",
        basis=ibis.null("string"),
    )
    return judged.verdicts(facts, table, absent=True)


def _spoken(rules: Charter, facts: Facts, kinds: list[type[Clause]]) -> Table:
    """The acts of which some clause could say that they are allowed: `tier`, `act`."""
    spoken = sorted(
        {
            (tier, verb)
            for kind in kinds
            for clause in rules.of(kind)
            for tier, verbs in clause.places(rules).items()
            for verb in verbs
        }
    )
    return facts.small(({"tier": tier, "act": verb} for tier, verb in spoken), {"tier": "string", "act": "string"})


def _refused(rules: Charter, facts: Facts, asked: Table, said: Table) -> Table:
    """The acts of `asked` that no clause allows or leaves open, with the first clause that refuses them."""
    cleared = said.filter(said.ok.fill_null(True)).select("entry")
    places = facts.small(
        ({"clause": clause.id, "place": place} for place, clause in enumerate(rules.clauses)),
        {"clause": "string", "place": "int64"},
    )
    against = said.filter(said.ok == False).join(places, "clause")  # noqa: E712 - a column
    first = against.group_by("entry").agg(clause=against.clause.argmin(against.place))
    left = asked.anti_join(cleared, "entry")
    found = left.left_join(first, "entry")[[*left.columns, "clause"]]
    return found.mutate(clause=ibis.coalesce(found.clause, ibis.literal(CLOSED_WORLD)))
