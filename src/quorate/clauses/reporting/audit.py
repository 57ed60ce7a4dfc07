"""Reporting over a whole log: every report that was due is made first, by unit and period; what was filed is joined."""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanColumn, BooleanValue, Table

from quorate.clauses.base import Rules, by_tiers
from quorate.clauses.reporting import _PERIODS, Reporting
from quorate.facts import calendar, judged
from quorate.facts.acts import bodies, units
from quorate.facts.book import Facts, unite
from quorate.facts.powers import allowed, entitled
from quorate.facts.reports import answers, filings, received


def audit(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    """Judge what was reported, when, and how it was answered."""
    return judged.together(
        facts,
        *_filed(clauses, facts),
        _answered(tuple(c for c in clauses if c.answer), facts, rules),
        _as_filed(clauses, facts, rules),
        _as_answered(clauses, facts, rules),
    )


# --- what was due


def _due(clauses: tuple[Reporting, ...], facts: Facts) -> Table:
    """Each report that a unit owes on a period: `clause`, `unit`, `report`, `title`, `period`, `end`, `basis`, `due`,
    and the span for completing it.
    """
    rows = [
        {"clause": c.id, "report": c.report, "title": c.title, "per": c.per}
        | calendar.span(c.within)
        | dict(zip(("again_days", "again_months"), calendar.span(c.again).values(), strict=True))
        for c in clauses
    ]
    texts = dict.fromkeys(("clause", "report", "title", "per"), "string")
    wanted = facts.small(rows, texts | calendar.SPAN | {"again_days": "int64", "again_months": "int64"})
    senders = [{"clause": c.id, "post": post} for c in clauses for post in (*c.by.offices, *c.by.organs)]
    posts = facts.small(senders, {"clause": "string", "post": "string"})
    there = posts.join(bodies(facts), "post").select("clause", "unit", "opened", basis="opened_by").distinct()
    periods = calendar.calendar(facts.first_day(), facts.until, {c.per for c in clauses})
    found = there.join(wanted, "clause").join(periods, "per")
    found = found.filter(found.start >= calendar.day(found.opened))
    return found.mutate(due=calendar.day(calendar.after(found.end, found.days, found.months)))


def _filed(clauses: tuple[Reporting, ...], facts: Facts) -> tuple[Table, Table]:
    """The report on each period, and each returned one filed again."""
    due = _due(clauses, facts)
    sent = filings(facts).select(
        "unit", "report", "period", "version", "returned", "returned_latest", "returned_by", "again", "again_latest",
        "again_by", filed="at", filed_latest="latest", filed_by="entry",
    )  # fmt: skip
    keys = ["unit", "report", "period"]
    first = due.left_join(sent.filter(sent.version == 1), keys)
    file = first.select(
        "clause", "unit", "basis", "due",
        key="period", arose="end", met="filed", met_latest="filed_latest", entry="filed_by",
        says=ibis.literal("file the ") + first.title + " on " + first.period,
    )  # fmt: skip
    back = due.filter(due.again_days.notnull() | due.again_months.notnull())
    back = back.join(sent.filter(sent.returned.notnull()), keys)
    again = back.select(
        "clause", "unit", basis="returned_by", arose="returned", met="again", met_latest="again_latest",
        entry="again_by",
        key=back.period + "/" + (back.version + 1).cast("string"),
        due=calendar.after(back.returned, back.again_days, back.again_months),
        due_latest=calendar.after(back.returned_latest, back.again_days, back.again_months),
        says=ibis.literal("complete the ") + back.title + " on " + back.period + ", which was returned",
    )  # fmt: skip
    return judged.duties(facts, file), judged.duties(facts, again)


def _answered(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    """Reports that came in are answered in time."""
    rows = [{"clause": c.id, "report": c.report, "title": c.title} | calendar.span(c.answer) for c in clauses]
    wanted = facts.small(rows, dict.fromkeys(("clause", "report", "title"), "string") | calendar.SPAN)
    came = received(facts).join(wanted, "report").join(_answering(clauses, facts, rules), ["clause", "unit"])
    owed = came.select(
        "clause", "unit", key="id", arose="filed", basis="filed_by", entry="answered_by", met="answered",
        met_latest="answered_latest",
        due=calendar.after(came.filed, came.days, came.months),
        due_latest=calendar.after(came.filed_latest, came.days, came.months),
        says=ibis.literal("answer the ") + came.title + " of " + came.sender + " on " + came.period,
    )  # fmt: skip
    return judged.duties(facts, owed)


# --- acts judged


def _places(rows: list[dict[str, str]], facts: Facts) -> Table:
    """The units of the tiers in which a clause speaks: `clause`, `unit`."""
    speaking = facts.small(rows, {"clause": "string", "tier": "string"})
    return units(facts).select("unit", "tier").join(speaking, "tier").select("clause", "unit")


def _filing(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    rows = [{"clause": c.id, "tier": tier} for c in clauses for tier in sorted(by_tiers(rules, c.by))]
    return _places(rows, facts)


def _answering(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    rows = [
        {"clause": c.id, "tier": tier}
        for c in clauses
        if c.received_by
        for tier in sorted(by_tiers(rules, c.received_by))
    ]
    return _places(rows, facts)


def _ours(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    """Reports filed, beside the clause that asks for them."""
    rows = [{"clause": c.id, "report": c.report, "title": c.title, "per": c.per} for c in clauses]
    wanted = facts.small(rows, dict.fromkeys(("clause", "report", "title", "per"), "string"))
    return filings(facts).join(wanted, "report").join(_filing(clauses, facts, rules), ["clause", "unit"])


def _as_filed(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    """A report is on a period that is over, and filed once unless it is returned."""
    table = _ours(clauses, facts, rules)
    table = _standing(facts, table)
    soon = ibis.cases(
        (table.period >= calendar.period_name(table.latest, table.per), True),
        (table.period >= calendar.period_name(table["at"], table.per), ibis.null("boolean")),
        else_=False,
    )
    on = ibis.literal("the ") + table.title + " on " + table.period
    checks = {
        "not a period": (~_is_period(table), table.period + " is not a " + table.per),
        "not over": (soon, on + " was filed before its end"),
        "filed already": (table.standing, on + " was filed already and not returned"),
        "id in use": (table.reused, ibis.literal("another report has the id ") + table.id),
    }
    return judged.acts(facts, table, checks)


def _is_period(table: Table) -> BooleanValue:
    # no escapes: engines read them differently
    shapes = {per: shape.pattern.replace(r"\d", "[0-9]") for per, shape in _PERIODS.items()}
    return ibis.cases(*((table.per == per, table.period.re_search(f"^{shape}$")) for per, shape in shapes.items()))


def _standing(facts: Facts, table: Table) -> Table:
    """With `standing`: whether an earlier version stood, not returned, when this one was filed; `basis` is that."""
    later = table.filter(table.version > 1).select("clause", "unit", "report", "period", "entry", "seq")
    earlier = filings(facts).select("unit", "report", "period", "returned_seq", before="seq", first="entry")
    pairs = later.join(earlier, ["unit", "report", "period"])
    stands: BooleanColumn = pairs.returned_seq.isnull() | (pairs.returned_seq > pairs.seq)
    pairs = pairs.filter(pairs.before < pairs.seq, stands)
    found = pairs.group_by("clause", "entry").agg(basis=pairs["first"].argmin(pairs.before))
    joined = table.left_join(found, ["clause", "entry"])[[*table.columns, "basis"]]
    return joined.mutate(standing=joined.basis.notnull())


def _replies(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    """Answers given, beside the clause that asks for the report."""
    rows = [{"clause": c.id, "report": c.report, "title": c.title} for c in clauses if c.received_by]
    wanted = facts.small(rows, dict.fromkeys(("clause", "report", "title"), "string"))
    came = (
        received(facts).select("unit", "id", "report", "sender", "filed_seq", basis="filed_by").join(wanted, "report")
    )
    found = answers(facts).join(came, ["unit", "id"]).join(_answering(clauses, facts, rules), ["clause", "unit"])
    return found.filter(found.filed_seq < found.seq)


def _as_answered(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    table = _replies(clauses, facts, rules)
    says = ibis.literal("the ") + table.title + " of " + table.sender + " was answered before"
    return judged.acts(facts, table, {"answered before": (table.before, says)})


def permits(clauses: tuple[Reporting, ...], facts: Facts, rules: Rules) -> Table:
    """Who files a report, and who answers it."""
    shape = ("clause", "unit", "entry", "seq", "at", "actor", "office")
    filed = _ours(clauses, facts, rules).select(*shape)
    told = _replies(clauses, facts, rules).select(*shape)
    found = unite(
        entitled(facts, filed, allowed(facts, [(c.id, c.by) for c in clauses])),
        entitled(facts, told, allowed(facts, [(c.id, c.received_by) for c in clauses if c.received_by])),
    )
    return found.select("clause", "unit", "entry", ok="entitled")
