"""Majority over a whole log: votes against those present, and the result stated against the votes.

Ranked ballots are not counted again: of a choice between options the log's own result is taken, and only its ballots
are added up.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from quorate.clauses.base import Rules, seat_count, who
from quorate.clauses.majority import Majority
from quorate.facts import judged
from quorate.facts.acts import text
from quorate.facts.book import Facts, unite
from quorate.facts.engine import flag, whole
from quorate.facts.figures import FIGURE, figure, reached
from quorate.facts.meetings import motions
from quorate.facts.people import seated, seats
from quorate.facts.posts import tenures
from quorate.facts.powers import deliberated, floor, kinds, questions

_OTHER = ""
"""Stands for all business that no clause of the organ names."""


def _governing(clauses: tuple[Majority, ...], facts: Facts, rules: Rules) -> Table:
    """Which clause decides which business of an organ, and how: one row each, with `_OTHER` for the rest."""
    rows = [
        {
            "clause": c.id,
            "organ": c.organ,
            "matter": business or _OTHER,
            "seats": seat_count(rules.organs[c.organ]),
            "strictly": c.more_than is not None,
            "ranked": c.options is not None,
            "default": c.options.default if c.options else None,
            **figure(c.more_than or c.at_least),
        }
        for c in clauses
        for business in (*rules.businesses, _OTHER)
        if c.governs(rules, c.organ, business)
    ]
    texts = dict.fromkeys(("clause", "organ", "matter", "default"), "string")
    return facts.small(rows, {**texts, "seats": "int64", "strictly": "boolean", "ranked": "boolean", **FIGURE})


def _matter(table: Table, rules: Rules) -> StringValue:
    known = table.business.isin(sorted(rules.businesses))
    return ibis.ifelse(known, table.business, ibis.ifelse(table.business.isnull(), ibis.null("string"), _OTHER))


def audit(clauses: tuple[Majority, ...], facts: Facts, rules: Rules) -> Table:
    """Judge how motions were put and voted on."""
    given = _governing(clauses, facts, rules)
    return judged.together(facts, _votes(clauses, facts, rules, given), _puts(clauses, facts, rules, given))


def _votes(clauses: tuple[Majority, ...], facts: Facts, rules: Rules, given: Table) -> Table:
    """Votes: on motions not decided before, of the form the clause asks for, by no more than were present, and with the
    result that follows from them.
    """
    put = motions(facts).select(
        "first_voted_seq", "business", unit_of="unit", motion_of="motion", put_in="meeting", put_by="put_by"
    )
    votes = floor(facts)
    votes = votes.filter(votes.act == "motion.vote")
    votes = votes.mutate(motion=text(facts, votes, "motion"))
    votes = votes.join(
        put, [votes.unit == put.unit_of, votes.motion == put.motion_of, votes.meeting == put.put_in]
    ).rename(basis="put_by")
    table = votes.mutate(matter=_matter(votes, rules)).join(given, ["organ", "matter"])
    yes, no, abstain = (whole(text(facts, table, side)) for side in ("for", "against", "abstain"))
    papers = facts.engine.text(table.payload, "ballots")
    table = table.mutate(
        yes=yes,
        no=no.fill_null(0),
        abstain=abstain.fill_null(0),
        balloted=papers.notnull(),
        casting=text(facts, table, "casting"),
        stated=flag(text(facts, table, "carried")),
        seats=ibis.coalesce(table.seats, table.members),
    )
    table = table.left_join(_papers(facts, table), "entry").drop("entry_right")
    table = table.left_join(_miscast(clauses, facts, rules, table), ["entry", "clause"])
    table = table.drop("entry_right", "clause_right")
    cast = ibis.ifelse(table.ranked, table.papers, table.yes + table.no + table.abstain)
    carries = reached(table, table.yes, strictly=table.strictly, cast=table.yes + table.no)
    carries = carries & (table.strictly | (table.yes > 0))
    wrong = ~table.ranked & (table.stated != carries)
    says = cast.cast("string") + " votes are recorded with " + table.present.cast("string") + " present"
    stated = ibis.ifelse(table.stated, "carried", "lost")
    off = ibis.literal("the motion is recorded as ") + stated + ", which does not follow from the votes"
    checks = {
        "voted before": ((table.first_voted_seq < table.seq).fill_null(False), "the motion had been voted on already"),
        "no ballots": (table.ranked & ~table.balloted, "it is decided by ranked ballots, and none are stated"),
        "ballots": (~table.ranked & table.balloted, "it is decided by votes for and against, not by ballots"),
        "no votes": (~table.ranked & table.yes.isnull(), "the votes for and against are not stated"),
        "casting vote": (table.miscast.notnull(), table.miscast),
        "too many votes": (_or_kept(cast > table.present, table.ranked & ~table.balloted | table.yes.isnull()), says),
        "wrong result": (wrong.fill_null(False), off),
    }
    return judged.acts(facts, table, checks, absent={"no ballots", "no votes"})


def _or_kept(check: BooleanValue, moot: BooleanValue) -> BooleanValue:
    """The check, where an earlier one has not made it moot."""
    return ibis.coalesce(check, ibis.ifelse(moot, False, ibis.null("boolean")))


def _papers(facts: Facts, table: Table) -> Table:
    """How many papers the ballots of a vote are: each ballot is ``[papers, what they say]``."""
    ballots = table.filter(table.balloted, table.ranked).select("entry", "payload").distinct()
    rows = ballots.select("entry", ballot=facts.engine.texts(ballots.payload, "ballots")).unnest("ballot")
    number = whole(rows.ballot.re_extract(r"^\s*\[\s*(\d+)", 1))
    return rows.mutate(number=number).group_by("entry").agg(papers=lambda row: row.number.sum())


def _miscast(clauses: tuple[Majority, ...], facts: Facts, rules: Rules, table: Table) -> Table:
    """Casting votes that could not be given: `entry`, `clause`, `miscast` (why)."""
    rows = [
        {
            "clause": c.id,
            "place": place,
            "given": bool(c.options and c.options.casting),
            "whose": who(rules, c.options.casting) if c.options and c.options.casting else "",
        }
        for c in clauses
        for place in _places(c)
    ]
    casting = facts.small(rows, {"clause": "string", "place": "string", "given": "boolean", "whose": "string"})
    cast = table.filter(table.casting.notnull()).select("clause", "entry", "unit", "seq", "at", "motion", "casting")
    asked = cast.join(casting, "clause")
    held = tenures(facts).select(
        "unit", place="post", from_seq="since_seq", since="since", to_seq="ended_seq", to="over"
    )
    sits = seats(facts).select("unit", "from_seq", "since", "to_seq", "to", place="organ")
    someone = asked.join(unite(held, sits), ["unit", "place"])
    someone = someone.filter(seated(someone, someone.seq, someone["at"])).select("clause", "entry").distinct()
    someone = someone.mutate(held=True)
    options = questions(facts).select(put_entry="entry", options="options")
    put = motions(facts).select(unit_of="unit", motion_of="motion", put_entry="put_by").join(options, "put_entry")
    asked = asked.group_by("clause", "entry", "unit", "motion", "casting", "given").agg(whose=asked.whose.max())
    asked = asked.left_join(someone, ["clause", "entry"])[[*asked.columns, "held"]]
    asked = asked.left_join(put, [asked.unit == put.unit_of, asked.motion == put.motion_of])
    none = ibis.literal("the casting vote is for ") + asked.whose + ", and there was nobody in that place"
    why = ibis.cases(
        (~asked.given, "no casting vote is given to anyone here"),
        (asked.held.isnull(), none),
        (
            ~asked.options.keys().contains(asked.casting).fill_null(False),
            ibis.literal("the casting vote is for ") + asked.casting + ", which is none of the options",
        ),
    )
    return asked.select("entry", "clause", miscast=why)


def _places(clause: Majority) -> tuple[str, ...]:
    by = clause.options.casting if clause.options else None
    return (*by.offices, *by.organs) if by else ("",)


def _puts(clauses: tuple[Majority, ...], facts: Facts, rules: Rules, given: Table) -> Table:
    """Motions put: with options where options decide, the default not among them, each of a kind the clause knows."""
    put = deliberated(facts)
    put = put.filter(put.act == "motion.put").select("entry", "unit", "at", "organ", "business")
    table = put.mutate(matter=_matter(put, rules)).join(given, ["organ", "matter"])
    asked = questions(facts).select("options", entry_of="entry")
    table = table.left_join(asked, table.entry == asked.entry_of)
    table = table.left_join(_unknown_kinds(clauses, facts, rules, table), ["clause", "entry"])
    named = table.options.keys()
    doubled = named.contains(table.default).fill_null(False) & table.ranked
    none = table.ranked & (named.length().fill_null(0) == 0)
    stray, odd = ibis.literal("kinds speaks of "), ibis.literal("of a kind whose majority the clause does not state: ")
    checks = {
        "default option": (doubled, table.default + " is the default option and stands on every ballot already"),
        "no options": (none, "it is decided between options, and none are named"),
        "stray kind": (table.stray.notnull(), stray + table.stray + ", which is none of the options"),
        "kind of option": (table.unknown.notnull(), odd + table.unknown),
    }
    return judged.acts(facts, table, checks, absent={"no options"})


def _unknown_kinds(clauses: tuple[Majority, ...], facts: Facts, rules: Rules, puts: Table) -> Table:
    """Options of a kind that is no option's, or whose majority the clause does not state, by clause and motion."""
    known = [
        {"clause": c.id, "kind": kind}
        for c in clauses
        for kind in rules.businesses
        if kind in (c.options.ratios if c.options else {}) or c.governs(rules, c.organ, kind)
    ]
    table = kinds(facts).select("entry", "option", "kind", "stray").join(puts.select("clause", "entry"), "entry")
    stated = facts.small(known, {"clause": "string", "kind": "string"}).mutate(stated=True)
    table = table.left_join(stated, ["clause", "kind"])[[*table.columns, "stated"]]
    return table.group_by("clause", "entry").agg(
        stray=table.option.min(where=table.stray), unknown=table.option.min(where=table.stated.isnull())
    )
