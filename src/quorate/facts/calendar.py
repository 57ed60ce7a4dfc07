"""Civil calendar arithmetic on columns, as `terms.dates` does it on text: months clamp to the last day of the month."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
from ibis.expr.types import Column, StringValue, Table, TimestampValue

from quorate.facts.book import MOMENT, small
from quorate.terms import dates
from quorate.terms.parts import Figure


def span(figure: Figure | None) -> dict[str, int | None]:
    """A span as columns of a small table: whole days or whole months, the other null; both null where there is none."""
    if figure is None:
        return {"days": None, "months": None}
    number = int(figure.value)
    scale = {"days": 1, "weeks": 7, "months": 1, "years": 12}[figure.unit or "days"]
    days = figure.unit in ("days", "weeks", None)
    return {"days": number * scale if days else None, "months": None if days else number * scale}


SPAN = {"days": "int64", "months": "int64"}


def after(at: Column, days: Column, months: Column) -> TimestampValue:
    """The moment a span, given as `span` gives it, after `at`; the bounds of what can be dated stay where they are."""
    later = ibis.cases(
        (at >= ibis.timestamp("9000-01-01 00:00:00"), at),
        (days.notnull(), at + days.as_interval("D")),
        (months.notnull(), at + months.as_interval("M")),
    )
    return later.cast(MOMENT)


def day(at: Column) -> TimestampValue:
    """The day of a moment, as its first minute."""
    return at.truncate("D")


def text(at: Column) -> StringValue:
    """A moment as its day is written: ``2015-01-31``."""
    return at.strftime("%Y-%m-%d")


def month(at: Column) -> StringValue:
    """The month of a moment: ``2015-01``."""
    return at.strftime("%Y-%m")


def period_start(at: Column, per: Column) -> TimestampValue:
    """The first moment of the calendar period of the kind `per` that a moment falls in."""
    half = at.truncate("Y") + ibis.ifelse(at.month() > 6, 6, 0).as_interval("M")
    found = ibis.cases(
        (per == "month", at.truncate("M")), (per == "quarter", at.truncate("Q")), (per == "half-year", half),
        else_=at.truncate("Y"),
    )  # fmt: skip
    return found.cast(MOMENT)


def period_name(at: Column, per: Column) -> StringValue:
    """The name of the calendar period of the kind `per` that a moment falls in, as `terms.dates.period_of` has it."""
    year, number = at.strftime("%Y"), at.month()
    half = ibis.ifelse(number > 6, "-H2", "-H1")
    return ibis.cases(
        (per == "month", month(at)),
        (per == "quarter", year + "-Q" + at.quarter().cast("string")),
        (per == "half-year", year + half),
        else_=year,
    )


def calendar(first: str, last: str, pers: Iterable[str]) -> Table:
    """Every calendar period of the kinds `pers` from `first` to `last`: `per`, `period`, `start`, `end` (the first
    moment after it).
    """
    rows = [
        {"per": per, "period": name, "start": start, "end": end}
        for per in sorted(set(pers))
        for name, start, end in dates.periods(first, last, per)
    ]
    table = small(rows, dict.fromkeys(("per", "period", "start", "end"), "string"))
    return table.mutate(start=table.start.cast(MOMENT), end=table.end.cast(MOMENT))
