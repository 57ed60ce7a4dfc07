"""What is found of a meeting that stands for others (see `facts.alike`), of all that are like it.

There are millions of them, and a few kinds: so they are counted once, by whole numbers, and what a clause kept in one
meeting of a kind is multiplied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis.expr.types import Column, IntegerValue, StringValue, Table

from quorate.facts.book import Facts, kept, unite

if TYPE_CHECKING:
    from quorate.facts.alike import Alike

_SHAPE = ("clause", "unit", "period", "known", "at", "entry", "number")
_RESULT = ("clause", "known", "place", "period", "opened", "opened_seq", "number")


def of_all(facts: Facts, rest: Table) -> Table:
    """Of what was not broken, in a log in which meetings stand for others: all that was not broken. `clause`, `unit`,
    `period`, `known`, `at`, `entry`, `number`.
    """
    rest = rest.select(*_SHAPE)
    if facts.alike is None:
        return rest
    rest = rest.left_join(facts.alike.acts, "entry")[[*_SHAPE, "pattern"]]
    one = rest.filter(rest.pattern.notnull()).group_by("clause", "pattern", "known").agg(number=rest.number.sum())
    each = facts.alike.entries(_multiplied(facts, facts.alike, one).join(facts.alike.places, "place"))
    each = each.mutate(period=_named(facts, each.period), at=each.opened)
    return unite(rest.filter(rest.pattern.isnull()).select(*_SHAPE), each.select(*_SHAPE))


def _multiplied(facts: Facts, alike: Alike, one: Table) -> Table:
    """What is true of one meeting of each pattern, of all of them. Where it is the same of all patterns of a kind,
    their meetings are counted already; else each pattern's are counted apart.
    """
    words = one.clause + ibis.ifelse(one.known, " ", "? ") + one.number.cast("string")
    words = one.mutate(words=words).group_by("pattern").agg(words=lambda row: row.words.collect().sort().join("\n"))
    said = alike.kinds.left_join(words, "pattern")[["kind", "pattern", "words"]]
    said = said.mutate(words=said.words.fill_null(""))
    kinds = said.group_by("kind").agg(pattern=said.pattern.min(), least=said.words.min(), most=said.words.max())
    same = kinds.filter(kinds.least == kinds.most)
    all_ = counted(facts).join(one.join(same.select("kind", "pattern"), "pattern"), "kind")
    all_ = all_.mutate(number=all_.number * all_.times)
    others = one.semi_join(alike.kinds.anti_join(same, "kind"), "pattern")
    found = unite(all_.select(*_RESULT), alike.meetings.join(others, "pattern").select(*_RESULT))
    return found.group_by("clause", "known", "place", "period").agg(
        opened=found.opened.max(), opened_seq=found.opened_seq.min(), number=found.number.sum()
    )


@kept
def counted(facts: Facts) -> Table:
    """How many `times` meetings of each `kind` were held in each `place` and `period`; when the last of them was
    `opened`, and the number of the entry that opened the first, `opened_seq`; how many in each month of a year, as the
    digits of `early` and `late` (see `halves`).
    """
    assert facts.alike
    table = facts.alike.meetings
    table = table.select("kind", "place", "period", "opened", "opened_seq", **halves(table.opened))
    return table.group_by("kind", "place", "period").agg(
        times=table.count(), opened=table.opened.max(), opened_seq=table.opened_seq.min(),
        early=table.early.sum(), late=table.late.sum(),
    )  # fmt: skip


BASE = 256
"""Of numbers with a digit for each month, which tells how many meetings there were."""


def halves(opened: Column) -> dict[str, Column]:
    """A meeting of that moment as a digit for its month: one of six of the `early` half of the year, or of the `late`
    one. Floats, for sums of them are the same in every engine, and whole up to here.
    """
    month = opened.month()
    digit = (month - 1).cases(*((place, float(BASE ** (place % 6))) for place in range(12)))
    return {"early": ibis.ifelse(month <= 6, digit, 0.0), "late": ibis.ifelse(month > 6, digit, 0.0)}


def months(early: Column, late: Column) -> list[IntegerValue]:
    """How many meetings there were in each month, of fewer than `BASE` in the year: of sums of `halves`."""
    return [half.cast("int64") // BASE**place % BASE for half in (early, late) for place in range(6)]


def _named(facts: Facts, period: IntegerValue) -> StringValue:
    """A period as it is written, of its number: ``2015``, or ``2015-03`` of 201503."""
    name = period.cast("string")
    return name if facts.by == "year" else name.substr(0, 4) + "-" + name.substr(4)


def left_out(facts: Facts, units: Table | None = None) -> Table:
    """Meetings that are left out of the log, for others stand for them, in some units (`unit`) or all: `unit`, `organ`,
    `opened`, `opened_by`.
    """
    assert facts.alike
    alike = facts.alike
    places = alike.places.semi_join(units, "unit") if units is not None else alike.places
    organs = alike.kinds.select("kind", "organ").distinct()
    table = alike.meetings.filter(~alike.meetings.stands).select("kind", "place", "opened", "opened_seq")
    table = alike.entries(table.join(places, "place").join(organs, "kind")[[*table.columns, "unit", "organ"]])
    return table.select("unit", "organ", "opened", opened_by="entry")
