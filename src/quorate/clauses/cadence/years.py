"""Years in which an organ held every meeting that was due: in large logs, where demands kept are counted by year, they
are told apart by how many meetings there were in each month, so that no more than the others are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import add, and_

import ibis
from ibis.expr.types import BooleanValue, Table

from quorate.facts import calendar
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.many import BASE, counted, halves, left_out, months
from quorate.facts.meetings import held

MONTHS_OF = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
"""How many months there are in each kind of calendar period."""
_SUMS = ("times", "early", "late", "doubt")


def years(facts: Facts, there: Table, calendars: Table, pers: Collection[str]) -> Table:
    """How many meetings were due in the periods of each year, and whether all were held: `clause`, `unit`, `period`,
    `on`, `count`, `entry`, `whole`. A unit is not whole where the month of a meeting is not certain, nor with
    `BASE` meetings in a year or more.
    """
    due = _due(facts, there, calendars)
    table, parts = due, [_by_themselves(facts), *_alike(facts)]
    for number, part in enumerate(parts):
        table = _beside(table, part, number)
    sums = {name: reduce(add, (table[f"{name}_{part}"].fill_null(0) for part in range(len(parts)))) for name in _SUMS}
    entry = ibis.coalesce(*(table[f"entry_{part}"] for part in range(len(parts))))
    table = table.select(*due.columns, **sums, entry=entry)
    told = (table.times < BASE) & (table.doubt == 0)
    table = table.mutate(whole=ibis.ifelse(told, _all_held(table, pers), False))
    within = _within(facts, table.filter(table.whole, ~table.full))
    table = table.left_join(within, ["clause", "unit", "year"])[[*table.columns, "within"]]
    return table.select(
        "clause", "unit", "on", "whole",
        entry=ibis.ifelse(table.full, table.entry, table.within),
        period=table.year.cast("string"),
        count=table.due * table.number,
    )  # fmt: skip


def _beside(table: Table, met: Table, number: int) -> Table:
    """What was due, beside what was held, whose columns get a number."""
    keys = [name for name in ("unit", "place", "post", "year") if name in met.columns]
    fresh = {f"{name}_{number}": name for name in met.columns if name not in keys}
    return table.left_join(met.rename(fresh), keys)[[*table.columns, *fresh]]


def _due(facts: Facts, there: Table, calendars: Table) -> Table:
    """What was due in each year: `clause`, `unit`, `place` (the unit's number where meetings are alike), `post`,
    `per`, `number` of meetings in each of `due` periods, from the one numbered `first` to the one numbered `last`, from
    the day `since` to before the day `till`; `on` (when the last was due), and `full` (these are all of the year).
    """
    there = there.group_by("clause", "unit", "post", "per", "opened").agg(number=there.number.max())
    there = there.mutate(opened=calendar.day(there.opened))
    width = calendars.per.cases(*MONTHS_OF.items())
    days = (
        there.select("per", "opened")
        .distinct()
        .join(calendars.mutate(nth=(calendars.start.month() - 1) // width, of=12 // width), "per")
    )
    days = days.mutate(on=days.end - ibis.interval(days=1), year=days.start.year())
    begin, until = (ibis.literal(day).cast(MOMENT) for day in (facts.start, facts.until))
    days = days.filter(days.start >= days.opened, days.on >= begin, days.on <= until)
    spans = days.group_by("per", "opened", "year").agg(
        due=days.count(), on=days.on.max(), first=days.nth.min(), last=days.nth.max(),
        since=days.start.min(), till=days.end.max(), full=days.count() == days.of.max(),
    )  # fmt: skip
    due = there.join(spans, ["per", "opened"]).drop("opened")
    if facts.alike is None:
        return due
    return due.left_join(facts.alike.places, "unit")[[*due.columns, "place"]]


def _by_themselves(facts: Facts) -> Table:
    """The log's own meetings, but for those counted with others: by `unit`, `post` and `year`, the sums that tell how
    many there were in each month, of how many the month is in `doubt`, and the `entry` of one.
    """
    met = held(facts)
    if facts.alike:
        met = met.anti_join(facts.alike.acts, [met.opened_by == facts.alike.acts.entry])
    doubt = met.opened.truncate("M") != met.opened_latest.truncate("M")
    met = met.select(
        "unit", "opened_by", post="organ", year=met.opened.year(), doubt=doubt.ifelse(1, 0), **halves(met.opened)
    )
    return met.group_by("unit", "post", "year").agg(
        times=met.count(), early=met.early.sum(), late=met.late.sum(), doubt=met.doubt.sum(), entry=met.opened_by.min()
    )


def _alike(facts: Facts) -> list[Table]:
    """The same of all meetings alike, if there are any, by `place`, `post` and `year`."""
    if facts.alike is None:
        return []
    organs = facts.alike.kinds.select("kind", "organ").distinct()
    met = counted(facts).join(organs, "kind")
    met = met.group_by("place", post="organ", year="period").agg(
        times=met.times.sum(), early=met.early.sum(), late=met.late.sum(), doubt=ibis.literal(0),
        opened_seq=met.opened_seq.min(),
    )  # fmt: skip
    named = facts.alike.entries(met.join(facts.alike.places, "place"))
    return [named.drop("unit", "opened_seq")]


def _all_held(table: Table, pers: Collection[str]) -> BooleanValue:
    """Whether enough meetings were held in every period that was due, of how many were held in each month."""
    each = months(table.early, table.late)

    def all_of(width: int) -> BooleanValue:
        sums = [reduce(add, each[first : first + width]) for first in range(0, 12, width)]
        owed = [(table["first"] <= nth) & (nth <= table["last"]) for nth in range(len(sums))]
        return reduce(and_, (~due | (sat >= table.number) for due, sat in zip(owed, sums, strict=True)))

    return ibis.cases(*((table.per == per, all_of(MONTHS_OF[per])) for per in sorted(pers)), else_=False)


def _within(facts: Facts, partial: Table) -> Table:
    """The entry of a meeting `within` the periods that were due, of years of which some were not."""
    units = partial.select("unit").distinct()
    met = held(facts).semi_join(units, "unit").select("unit", "opened", "opened_by", post="organ")
    if facts.alike:
        met = unite(met, left_out(facts, units).rename(post="organ"))
    asked = partial.select("clause", "unit", "post", "year", "since", "till").join(met, ["unit", "post"])
    asked = asked.filter(asked.since <= asked.opened, asked.opened < asked.till)
    return asked.group_by("clause", "unit", "year").agg(within=asked.opened_by.min())
