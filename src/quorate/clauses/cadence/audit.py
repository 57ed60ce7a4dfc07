"""Cadence over a whole log: every period and every gap that was due is made first, then what was held is joined."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.cadence import Cadence
from quorate.clauses.cadence.years import years
from quorate.facts import calendar, judged
from quorate.facts.acts import bodies
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.many import left_out
from quorate.facts.meetings import held


def audit(clauses: tuple[Cadence, ...], facts: Facts, rules: Rules) -> Table:
    """Judge how often organs met."""
    return judged.together(
        facts,
        _gaps(tuple(c for c in clauses if c.at_most), facts, rules),
        _counts(tuple(c for c in clauses if c.at_least), facts, rules),
    )


def _gaps(clauses: tuple[Cadence, ...], facts: Facts, rules: Rules) -> Table:
    """No more than a span from one meeting's closing to the next one's opening."""
    rows = []
    for clause in clauses:
        says = f"open the next meeting of the {rules.name(clause.organ)} within {clause.at_most} of the last one"
        rows.append({"clause": clause.id, "post": clause.organ, "says": says} | calendar.span(clause.at_most))
    limits = facts.small(rows, {"clause": "string", "post": "string", "says": "string", **calendar.SPAN})
    there = limits.join(bodies(facts), "post").drop("tier")
    met = held(facts).select(
        "unit",
        "opened",
        "opened_latest",
        "opened_by",
        "opened_seq",
        "closed",
        "closed_latest",
        "closed_by",
        post="organ",
    )
    turns = there.rename(begun="opened", begun_by="opened_by").join(met, ["unit", "post"])
    window = ibis.window(group_by=("clause", "unit"), order_by=("opened", "opened_seq"))
    so_far = ibis.window(group_by=("clause", "unit"), order_by=("opened", "opened_seq"), following=0)
    turns = turns.mutate(
        last=turns.closed.lag().over(window),
        last_latest=turns.closed_latest.lag().over(window),
        last_by=turns.closed_by.lag().over(window),
        unclosed=turns.closed.isnull().cast("int64").sum().over(so_far),
        turn=ibis.row_number().over(window),
    )
    turns = turns.filter(
        turns.unclosed - turns.closed.isnull().cast("int64") == 0
    )  # a meeting in session ends the series
    kept = turns.select(
        "clause", "unit", "says", "days", "months",
        arose=ibis.coalesce(turns.last, turns.begun),
        arose_latest=ibis.coalesce(turns.last_latest, turns.begun),
        basis=ibis.coalesce(turns.last_by, turns.begun_by),
        met=turns.opened,
        met_latest=turns.opened_latest,
        entry=turns.opened_by,
    )  # fmt: skip
    ends = turns.group_by("clause", "unit").agg(
        last=turns.closed.argmax(turns.turn),
        last_latest=turns.closed_latest.argmax(turns.turn),
        last_by=turns.closed_by.argmax(turns.turn),
        sitting=turns.closed.isnull().any(),
    )
    open_ = there.left_join(ends, ["clause", "unit"])
    open_ = open_.filter(~open_.sitting.fill_null(False)).select(
        "clause", "unit", "says", "days", "months",
        arose=ibis.coalesce(open_.last, open_.opened),
        arose_latest=ibis.coalesce(open_.last_latest, open_.opened),
        basis=ibis.coalesce(open_.last_by, open_.opened_by),
        met=ibis.null(MOMENT),
        met_latest=ibis.null(MOMENT),
        entry=ibis.null("string"),
    )  # fmt: skip
    owed = unite(kept, open_)
    owed = owed.mutate(
        key=calendar.text(owed.arose),
        due=calendar.after(owed.arose, owed.days, owed.months),
        due_latest=calendar.after(owed.arose_latest, owed.days, owed.months),
    )
    return judged.duties(facts, owed, absent=True)


def _counts(clauses: tuple[Cadence, ...], facts: Facts, rules: Rules) -> Table:
    """At least so many meetings each calendar period, periods without any among them."""
    rows = [
        {
            "clause": c.id,
            "post": c.organ,
            "per": c.per,
            "number": number,
            "of": f" of {c.at_least} of the {rules.name(c.organ)}",
        }
        for c in clauses
        for number in range(1, (c.at_least.value if c.at_least else 0) + 1)
    ]
    wanted = facts.small(
        rows, {"clause": "string", "post": "string", "per": "string", "number": "int64", "of": "string"}
    )
    pers = {c.per for c in clauses if c.per}
    calendars = calendar.calendar(facts.first_day(), facts.until, pers)
    there = wanted.join(bodies(facts), "post").drop("tier").rename(basis="opened_by")
    asked = wanted.select("post", "per").distinct()
    if facts.by == "month":
        return _each(facts, there, _met(facts, asked), calendars)
    kept = facts.made("cadence_kept", lambda facts: years(facts, there, calendars, pers), keep=True)
    short = kept.filter(~kept.whole).select("clause", "unit").distinct()
    short = facts.made("cadence_short", lambda _: short, keep=True)
    units = short.select("unit").distinct()
    whole = kept.anti_join(short, ["clause", "unit"])
    each = _each(facts, there.semi_join(short, ["clause", "unit"]), _met(facts, asked, units), calendars)
    return judged.together(facts, judged.kept(whole), each)


def _each(facts: Facts, there: Table, met: Table, calendars: Table) -> Table:
    """Judge each meeting that was due."""
    due = there.join(calendars, "per")
    last = due.end - ibis.interval(days=1)
    due = due.filter(due.start >= calendar.day(due.opened), last <= ibis.literal(facts.until).cast(MOMENT)).mutate(
        due=last
    )
    met = _numbered(met, calendars)
    met = met.select(
        "unit", "post", "per", "start", "number", "certain", met="opened", met_latest="opened_latest", entry="opened_by"
    )
    owed = due.left_join(met, ["unit", "post", "per", "start", "number"])
    owed = owed.select(
        "clause", "unit", "period", "basis", "due", "met", "met_latest", "entry", "certain",
        key=owed.period + "/" + owed.number.cast("string"),
        arose=owed.start,
        says=ibis.literal("hold meeting ") + owed.number.cast("string") + owed.of,
    )  # fmt: skip
    return judged.duties(facts, owed.mutate(certain=owed.certain.fill_null(True)))


def _met(facts: Facts, wanted: Table, units: Table | None = None) -> Table:
    """Meetings held (in some units only, where these are given), with the first and the last period they may have
    fallen in, `start` and `last`.
    """
    met = held(facts).select("unit", "opened", "opened_latest", "opened_by", post="organ")
    met = met.semi_join(units, "unit") if units is not None else met
    if facts.alike:
        left = left_out(facts, units)
        met = unite(met, left.select("unit", "opened", "opened_by", opened_latest="opened", post="organ"))
    met = met.join(wanted, "post")
    return met.mutate(
        start=calendar.period_start(met.opened, met.per), last=calendar.period_start(met.opened_latest, met.per)
    )


def _numbered(met: Table, calendars: Table) -> Table:
    """Meetings held, numbered within each period they may have fallen in, those that certainly did first."""
    exact = met.filter(met.start == met["last"]).drop("last").mutate(certain=True)
    wide = met.filter(met.start != met["last"])
    wide = wide.rename(first="start", of_per="per")
    spread = calendars.select("per", "start").join(
        wide, [calendars.per == wide.of_per, calendars.start >= wide["first"], calendars.start <= wide["last"]]
    )
    spread = spread.mutate(certain=False).select(*exact.columns)
    found = unite(exact, spread)
    window = ibis.window(group_by=("post", "per", "unit", "start"), order_by=(ibis.desc(found.certain), found.opened))
    return found.mutate(number=ibis.row_number().over(window) + 1)
