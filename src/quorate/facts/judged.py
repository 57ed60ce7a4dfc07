"""What an audit face gives back: one row for each demand a clause makes, and how it was met.

Rows are `clause`, `unit`, `key` (tells the demands of a clause in a unit apart; the key of the kernel's obligation, or
the entry judged), `period` (a calendar month or other period), `on` (the moment it could first be told), `sure` (kept
for certain; null where the log cannot tell), `maybe` (kept, possibly), `missing` (that it is not kept rests on
something the log does not hold), `how` and `says` (what was wrong, as a word and as a sentence), `count` (the demands
of the kind a row stands for), and two entries: `basis` gave rise to the demand, `entry` met or broke it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_

import ibis
from ibis.expr.types import BooleanValue, Column, StringValue, Table

from quorate.facts import calendar
from quorate.facts.book import MOMENT, Facts, as_, unite
from quorate.facts.many import of_all

JUDGED = {
    "clause": "string",
    "unit": "string",
    "key": "string",
    "period": "string",
    "on": MOMENT,
    "sure": "boolean",
    "maybe": "boolean",
    "missing": "boolean",
    "how": "string",
    "says": "string",
    "count": "int64",
    "basis": "string",
    "entry": "string",
}

PERMITS = {"clause": "string", "unit": "string", "entry": "string", "ok": "boolean"}
"""Acts that are a clause's business: whether it allows them (null: the log does not tell)."""


def nothing(facts: Facts) -> Table:
    """No demand at all."""
    return facts.small((), JUDGED)


_TYPES = ibis.schema(JUDGED)


def shaped(table: Table, **made: Column) -> Table:
    """The columns of a face's result, in order and of their types: those `made`, and of the table the others."""
    if not made:
        return as_(table, _TYPES)
    columns = {name: made[name] if name in made else table[name] for name in JUDGED}
    return table.select(**{name: column.cast(JUDGED[name]) for name, column in columns.items()})


def together(facts: Facts, *tables: Table) -> Table:
    """The rows of several tables of judgements."""
    found = [shaped(table) for table in tables]
    return unite(*found) if found else nothing(facts)


def duties(facts: Facts, table: Table, *, absent: bool = False) -> Table:
    """Judge obligations: rows `clause`, `unit`, `key`, `arose`, `due`, `due_latest`, `met`, `met_latest`, `basis`,
    `entry`, `says` (what was owed), `period` if it is not the month of `due`, and `certain` where what met it may be
    something else.

    Kept when done by the day it was due. What is not done, and not yet due on the last day looked at, is left out. With
    `absent`, lateness too rests on there being nothing in between.
    """
    usual = {"due_latest": table.due, "met_latest": table.met, "certain": True, "period": calendar.month(table.due)}
    table = table.mutate(**{name: value for name, value in usual.items() if name not in table.columns})
    until = ibis.literal(facts.until).cast(MOMENT)
    day = calendar.day
    table = table.filter(table.met.notnull() | (day(table.due_latest) < until))
    done = table.met.notnull()
    sure = done & table.certain & (day(table.met_latest) <= day(table.due))
    maybe = done & (day(table.met) <= day(table.due_latest))
    sure, maybe = sure.fill_null(False), maybe.fill_null(False)
    late = ibis.literal(absent) | ~done
    return shaped(
        table,
        on=ibis.ifelse(day(table.due_latest) <= until, table.due_latest, table.met_latest),
        sure=sure,
        maybe=maybe,
        missing=late & ~maybe,
        how=ibis.cases((sure, "kept"), (~done, "missing"), else_="late"),
        count=ibis.literal(1),
    )


def kept(table: Table) -> Table:
    """Demands that were all kept, counted: rows `clause`, `unit`, `period`, `on`, `count`, and an `entry` that kept
    one.
    """
    return shaped(
        table, key=ibis.literal("kept/") + table.period, sure=ibis.literal(True), maybe=ibis.literal(True),
        missing=ibis.literal(False), how=ibis.literal("kept"), says=ibis.literal(""), basis=ibis.null("string"),
    )  # fmt: skip


def acts(
    facts: Facts,
    table: Table,
    checks: Mapping[str, tuple[BooleanValue, StringValue | str]],
    *,
    absent: bool | Collection[str] = False,
) -> Table:
    """Judge acts: rows `clause`, `unit`, `entry`, `at`, and `basis` where another entry matters.

    `checks` are the things that would break the clause, in order, by the word that tells how: whether the act does it
    (null: cannot be told), and what to say. Each act that breaks the clause is a row; those that keep it are counted by
    unit and month (or year). With `absent`, what is broken rests on something the log does not hold: all of it, or what
    is broken in the ways named.
    """
    broken = [found.fill_null(False) for found, _ in checks.values()]
    # not `isnull()`: of a negation Ibis writes NOT x IS NULL, which SQL reads as NOT (x IS NULL)
    unknown = reduce(or_, (found.fill_null(True) & ~found.fill_null(False) for found, _ in checks.values()))
    any_broken = reduce(or_, broken)
    says = ibis.cases(*((found, says) for found, (_, says) in zip(broken, checks.values(), strict=True)), else_="")
    how = ibis.cases(*zip(broken, checks, strict=True), else_="")
    sure = ibis.cases((any_broken, False), (unknown, ibis.null("boolean")), else_=True)
    if isinstance(absent, bool):
        return _verdicts(facts, _judged(table, sure=sure, how=how, says=says, missing=_missing(table, absent)))
    table = _judged(table, sure=sure, how=how, says=says)
    return _verdicts(facts, table.mutate(missing=table.how.isin(sorted(absent))))


def _missing(table: Table, absent: bool) -> BooleanValue:
    return table.missing if "missing" in table.columns else ibis.literal(absent)


def _judged(table: Table, **made: Column) -> Table:
    """Of acts judged what their verdicts are made of: of fewer columns SQL is made faster."""
    basis = table.basis if "basis" in table.columns else ibis.null("string")
    number = table.number if "number" in table.columns else ibis.literal(1, "int64")
    return table.select("clause", "unit", "entry", "at", basis=basis, number=number, **made)


def verdicts(facts: Facts, table: Table, *, absent: bool = False) -> Table:
    """Acts already judged: as for `acts`, with `sure`, `how` and `says`, and `missing` unless `absent` says it.

    Those not broken are counted by unit and month (or year).
    """
    said = {name: table[name] for name in ("sure", "how", "says")}
    return _verdicts(facts, _judged(table, **said, missing=_missing(table, absent)))


def _verdicts(facts: Facts, table: Table) -> Table:
    told = table.filter(table.sure == False)  # noqa: E712 - a column
    told = shaped(
        told, key=told.entry, period=calendar.month(told["at"]), on=told["at"], maybe=ibis.literal(False),
        count=ibis.literal(1),
    )  # fmt: skip
    rest = table.filter(table.sure.fill_null(True)).mutate(period=facts.period(table["at"]), known=table.sure.notnull())
    rest = of_all(facts, rest)
    rest = rest.group_by("clause", "unit", "period", "known").agg(
        on=rest["at"].max(), entry=rest.entry.min(), count=rest.number.sum()
    )
    rest = shaped(
        rest,
        key=ibis.literal("acts/") + rest.period + ibis.ifelse(rest.known, "", "?"),  # apart from demands on a period
        sure=ibis.ifelse(rest.known, True, ibis.null("boolean")),
        maybe=ibis.literal(True),
        missing=ibis.literal(False),
        how=ibis.ifelse(rest.known, "kept", "not stated"),
        says=ibis.ifelse(rest.known, "", "the log does not state what would tell"),
        basis=ibis.null("string"),
    )
    return together(facts, told, rest)
