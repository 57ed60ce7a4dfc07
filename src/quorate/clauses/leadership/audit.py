"""Leadership over a whole log: who presided when an organ's meetings were opened, and how long its leading office was
vacant.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.leadership import Leadership
from quorate.facts import calendar, judged
from quorate.facts.acts import of
from quorate.facts.book import Facts, unite
from quorate.facts.engine import whole
from quorate.facts.meetings import meetings
from quorate.facts.people import seated, seats
from quorate.facts.posts import running, tenures
from quorate.facts.vacancies import vacancies


def audit(clauses: tuple[Leadership, ...], facts: Facts, rules: Rules) -> Table:
    """Judge who presided, and whether the office was filled."""
    return judged.together(facts, _presiding(clauses, facts, rules), _vacant(clauses, facts, rules))


def _vacant(clauses: tuple[Leadership, ...], facts: Facts, rules: Rules) -> Table:
    rows = [
        {
            "clause": c.id,
            "organ": c.organ,
            "post": c.office,
            "need": 1,
            "says": f"fill the office of {rules.name(c.office)}",
        }
        | calendar.span(c.vacancy)
        for c in clauses
    ]
    shape = {"clause": "string", "organ": "string", "post": "string", "need": "int64", "says": "string"}
    wanted = facts.small(rows, shape | calendar.SPAN)
    found = vacancies(facts, wanted).join(wanted.select("clause", "says", *calendar.SPAN), "clause")
    owed = found.mutate(
        key=calendar.text(found.since),
        arose=found.since,
        due=calendar.after(found.since, found.days, found.months),
        due_latest=calendar.after(found.since_latest, found.days, found.months),
        met=found.to,
        met_latest=found.to_latest,
    )
    return judged.duties(facts, owed, absent=True)


def _opened(clauses: tuple[Leadership, ...], facts: Facts, rules: Rules) -> Table:
    """The openings of meetings of organs that are led: `clause`, `unit`, `entry`, `seq`, `at`, `chair`, `office`,
    `executive`, `called`.
    """
    rows = [
        {"clause": c.id, "organ": c.organ, "office": c.office, "executive": c.executive, "called": rules.name(c.office)}
        for c in clauses
    ]
    led = facts.small(rows, dict.fromkeys(("clause", "organ", "office", "executive", "called"), "string"))
    there = meetings(facts)
    there = there.filter(there.opened_by.notnull()).select(
        "unit", "organ", "chair", entry="opened_by", seq="opened_seq", at="opened"
    )
    return there.join(led, "organ")


def _presiding(clauses: tuple[Leadership, ...], facts: Facts, rules: Rules) -> Table:
    """Where nobody is known to lead, any member may preside."""
    table = _opened(clauses, facts, rules)
    asked = table.select("clause", "unit", "entry", "seq", "at", "chair", "office", "executive")
    held = tenures(facts).select("unit", "person", "since", "since_seq", "until", "ended", "ended_seq", office="post")
    officers = asked.join(held, ["unit", "office"])
    officers = officers.filter(running(officers, officers.seq, officers["at"]))
    sits = seats(facts).rename(executive="organ")
    board = asked.join(sits, ["unit", "executive"])
    board = board.filter(seated(board, board.seq, board["at"]))
    shape = ("clause", "entry", "chair", "person")
    leaders = unite(officers.select(*shape), board.select(*shape))
    leaders = leaders.group_by("clause", "entry").agg(leads=(leaders.person == leaders.chair).any())
    found = table.left_join(leaders, ["clause", "entry"])[[*table.columns, "leads"]]
    wrong = ibis.ifelse(found.chair.isnull(), ibis.null("boolean"), ~found.leads.fill_null(True))
    says = found.chair + " neither is the " + found.called + " nor sits on the leading organ, and presided"
    return judged.acts(facts, found, {"cannot preside": (wrong, says)}, absent=True)


def permits(clauses: tuple[Leadership, ...], facts: Facts, rules: Rules) -> Table:
    """Whoever opens a meeting must be in the room; where only a number is stated, whoever presides is taken to be."""
    tiers = sorted({rules.organs[c.organ].tier for c in clauses})
    table = of(facts, "meeting.open")
    table = table.filter(table.tier.isnull() | table.tier.isin(tiers)).select("entry", "actor", "payload")
    found = _opened(clauses, facts, rules).select("clause", "unit", "entry", "chair").join(table, "entry")
    there = facts.engine.texts(found.payload, "present")
    stated = whole(facts.engine.text(found.payload, "present"))
    ok = ibis.cases(
        (found.actor.isnull(), ibis.null("boolean")),
        (stated.isnull(), there.contains(found.actor).fill_null(False)),
        (found.actor == found.chair, True),
        else_=ibis.null("boolean"),
    )
    return found.select("clause", "unit", "entry", ok=ok)
