"""Quorum over a whole log: at every vote, call and count of an election, who was there against who sits."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules, seat_count
from quorate.clauses.quorum import Quorum
from quorate.facts import judged
from quorate.facts.book import Facts
from quorate.facts.figures import FIGURE, figure, reached
from quorate.facts.powers import floor


def audit(clauses: tuple[Quorum, ...], facts: Facts, rules: Rules) -> Table:
    """Judge whether enough were present."""
    rows = [
        {
            "clause": clause.id,
            "organ": clause.organ,
            "seats": seat_count(rules.organs[clause.organ]),
            "strictly": clause.more_than is not None,
            **figure(clause.at_least or clause.more_than),
        }
        for clause in clauses
    ]
    asked = facts.small(
        rows, {"clause": "string", "organ": "string", "seats": "int64", "strictly": "boolean", **FIGURE}
    )
    votes = floor(facts)
    table = votes.join(asked, "organ").rename(basis="opened_by")
    table = table.mutate(seats=ibis.coalesce(table.seats, table.members))
    enough = reached(table, table.present, strictly=table.strictly, cast=table.present) & (table.present > 0)
    says = table.present.cast("string") + " present of " + table.members.cast("string") + ", no quorum"
    return judged.acts(facts, table, {"no quorum": (~enough, says)})
