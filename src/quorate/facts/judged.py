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
from ibis.expr.types import BooleanValue, StringValue, Table

from quorate.facts import calendar
from quorate.facts.book import MOMENT, Facts, unite
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


def shaped(table: Table) -> Table:
    """The columns of a face's result, in order and of their types."""
    return table.select(**{name: table[name].cast(kind) for name, kind in JUDGED.items()})


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
    if "due_latest" not in table.columns:
        table = table.mutate(due_latest=table.due)
    if "met_latest" not in table.columns:
        table = table.mutate(met_latest=table.met)
    if "certain" not in table.columns:
        table = table.mutate(certain=True)
    if "period" not in table.columns:
        table = table.mutate(period=calendar.month(table.due))
    until = ibis.literal(facts.until).cast(MOMENT)
    day = calendar.day
    table = table.filter(table.met.notnull() | (day(table.due_latest) < until))
    done = table.met.notnull()
    sure = done & table.certain & (day(table.met_latest) <= day(table.due))
    maybe = done & (day(table.met) <= day(table.due_latest))
    sure, maybe = sure.fill_null(False), maybe.fill_null(False)
    late = ibis.literal(absent) | ~done
    return shaped(
        table.mutate(
            on=ibis.ifelse(day(table.due_latest) <= until, table.due_latest, table.met_latest),
            sure=sure,
            maybe=maybe,
            missing=late & ~maybe,
            how=ibis.cases((sure, "kept"), (~done, "missing"), else_="late"),
            count=ibis.literal(1),
        )
    )


def kept(table: Table) -> Table:
    """Demands that were all kept, counted: rows `clause`, `unit`, `period`, `on`, `count`, and an `entry` that kept
    one.
    """
    return shaped(
        table.mutate(
            key=ibis.literal("kept/") + table.period, sure=True, maybe=True, missing=False, how=ibis.literal("kept"),
            says=ibis.literal(""), basis=ibis.null("string"),
        )
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
    if "basis" not in table.columns:
        table = table.mutate(basis=ibis.null("string"))
    broken = [found.fill_null(False) for found, _ in checks.values()]
    # not `isnull()`: of a negation Ibis writes NOT x IS NULL, which SQL reads as NOT (x IS NULL)
    unknown = reduce(or_, (found.fill_null(True) & ~found.fill_null(False) for found, _ in checks.values()))
    any_broken = reduce(or_, broken)
    says = ibis.cases(*((found, says) for found, (_, says) in zip(broken, checks.values(), strict=True)), else_="")
    how = ibis.cases(*zip(broken, checks, strict=True), else_="")
    table = table.mutate(
        sure=ibis.cases((any_broken, False), (unknown, ibis.null("boolean")), else_=True), says=says, how=how
    )
    if not isinstance(absent, bool):
        return verdicts(facts, table.mutate(missing=table.how.isin(sorted(absent))))
    return verdicts(facts, table, absent=absent)


def verdicts(facts: Facts, table: Table, *, absent: bool = False) -> Table:
    """Acts already judged: as for `acts`, with `sure`, `how` and `says`, and `missing` unless `absent` says it.

    Those not broken are counted by unit and month (or year).
    """
    if "missing" not in table.columns:
        table = table.mutate(missing=absent)
    told = table.filter(table.sure == False)  # noqa: E712 - a column
    told = told.mutate(key=told.entry, period=calendar.month(told["at"]), on=told["at"], maybe=False, count=1)
    if "number" not in table.columns:
        table = table.mutate(number=ibis.literal(1, "int64"))
    rest = table.filter(table.sure.fill_null(True)).mutate(period=facts.period(table["at"]), known=table.sure.notnull())
    rest = of_all(facts, rest)
    rest = rest.group_by("clause", "unit", "period", "known").agg(
        on=rest["at"].max(), entry=rest.entry.min(), count=rest.number.sum()
    )
    rest = rest.mutate(
        key=ibis.literal("acts/") + rest.period + ibis.ifelse(rest.known, "", "?"),  # apart from demands on a period
        sure=ibis.ifelse(rest.known, True, ibis.null("boolean")),
        maybe=True,
        missing=False,
        how=ibis.ifelse(rest.known, "kept", "not stated"),
        says=ibis.ifelse(rest.known, "", "the log does not state what would tell"),
        basis=ibis.null("string"),
    )
    return together(facts, told, rest)
