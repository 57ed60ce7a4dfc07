"""Delegation over a whole log: what one organ did by another's powers, and whether that other was sitting."""

from __future__ import annotations

from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.competence import Competence
from quorate.clauses.competence.audit import in_the_room
from quorate.clauses.delegation import Delegation
from quorate.facts import judged
from quorate.facts.book import Facts, unite
from quorate.facts.meetings import sessions
from quorate.facts.powers import deliberated, heard


def _delegated(clause: Delegation, rules: Rules) -> list[str]:
    """The business in which the clause's organ holds the other's powers, and has none of its own."""
    given = {organ: {b for c in rules.of(Competence) if c.organ == organ for b in c.business} for organ in rules.organs}
    return sorted(given[clause.of] - given[clause.organ])


def audit(clauses: tuple[Delegation, ...], facts: Facts, rules: Rules) -> Table:
    """Judge whether delegated powers were used between the other organ's meetings only, and none that are reserved."""
    rows = [
        {
            "clause": c.id,
            "organ": c.organ,
            "business": business,
            "of": c.of,
            "reserved": business in c.reserved,
            "kept": f"{rules.name(business)} is reserved to the {rules.name(c.of)}",
            "sits": f"the {rules.name(c.of)} was in session and held its own powers",
        }
        for c in clauses
        for business in _delegated(c, rules)
    ]
    texts = dict.fromkeys(("clause", "organ", "business", "of", "kept", "sits"), "string")
    shape = ("entry", "unit", "seq", "at", "act", "organ", "business")
    done = unite(deliberated(facts).select(*shape), heard(facts).select(*shape))
    done = done.join(facts.small(rows, {**texts, "reserved": "boolean"}), ["organ", "business"])
    theirs = sessions(facts).select("unit", "from_seq", "to_seq", of="organ", session="meeting")
    during = done.filter(done.act != "meeting.hear").select("clause", "entry", "unit", "seq", "of")
    during = during.join(theirs, ["unit", "of"])
    during = during.filter(during.from_seq < during.seq, (during.to_seq > during.seq).fill_null(True))
    during = during.group_by(clause_of=during.clause, entry_of=during.entry).agg(
        session=during.session.min(), ended=during.to_seq.notnull().any()
    )
    table = done.left_join(during, [done.clause == during.clause_of, done.entry == during.entry_of])
    open_ = table.session.notnull()
    checks = {
        "reserved": (table.reserved, table.kept),
        "in session": (open_ & table.ended, table.sits),
        "in session, no end recorded": (open_, table.sits),
    }
    return judged.acts(facts, table, checks, absent={"in session, no end recorded"})


def permits(clauses: tuple[Delegation, ...], facts: Facts, rules: Rules) -> Table:
    """Whoever is in the room of the organ that holds the powers may use them."""
    return in_the_room(facts, ((c.id, c.organ, business) for c in clauses for business in _delegated(c, rules)))
