"""What every answer is made of: tables for people and programs, and the spread of a number over runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

Cell = str | int | float | None

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its title for people, what it counts (days, %, units ...; empty for text).

    How it is shown: `bound` columns are the lower and upper bound of the column before; those `aside` are the first to
    be left out where there is little room, the largest number first.
    """

    key: str
    title: str
    unit: str = ""
    bound: bool = False
    aside: int = 0
    digits: int = 1


def bounds(prefix: str, unit: str) -> tuple[Column, Column]:
    """The columns of what nine in ten lie between."""
    return Column(f"{prefix}low", "5 %", unit, bound=True), Column(f"{prefix}high", "95 %", unit, bound=True)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; a cell that is None is not known, or never came about. The first columns, as many as `heads`,
    are the same for several rows that follow each other, and head them.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 0

    def records(self) -> list[dict[str, Cell]]:
        """The rows as tables keyed by column, for JSON and CSV."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Spread:
    """A number over `n` runs or cases: its median, and the bounds that nine in ten of them lie between.

    A bound is None where the case it falls on never came about.
    """

    n: int
    low: float | None
    median: float | None
    high: float | None

    def text(self, digits: int = 0) -> str:
        """``12 (9 to 15)``; the median alone where all are the same or there is one; ``never`` where it is None."""
        middle = shown(self.median, digits)
        ends = shown(self.low, digits), shown(self.high, digits)
        return middle if self.n < 2 or ends == (middle, middle) else f"{middle} ({ends[0]} to {ends[1]})"


@dataclass(frozen=True, slots=True)
class Headline:
    """A number to compare runs by: `key` (stable), words, what it counts, and its value in each run, None where it
    never came about.
    """

    key: str
    words: str
    unit: str
    values: tuple[float | None, ...]


class Answer(Protocol):
    """What a question gives back. All are frozen; the charts of one answer are the same bytes each time."""

    def table(self) -> Table:
        """The answer's main table."""

    def tables(self) -> tuple[Table, ...]:
        """All its tables, the main one first."""

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON values."""

    def words(self) -> str:
        """The answer in a few plain sentences, with what it assumes."""

    def chart(self, path: Path) -> None:
        """Write the chart as SVG or PNG, by the name's suffix. Raise `CannotDraw`."""

    def headlines(self) -> tuple[Headline, ...]:
        """The numbers to compare it by."""


def shown(number: float | None, digits: int = 0) -> str:
    """A number for people."""
    return "never" if number is None or math.isinf(number) else f"{number:,.{digits}f}"


def quantile(values: Iterable[float | None], share: float) -> float | None:
    """The quantile, linear between the two nearest (type 7 of Hyndman & Fan 1996, Sample Quantiles in Statistical
    Packages); None counts as infinitely large, and comes back where the quantile falls on it or nothing is there.
    """
    found = sorted(math.inf if value is None else float(value) for value in values)
    if not found:
        return None
    place = (len(found) - 1) * share
    low, high = found[math.floor(place)], found[math.ceil(place)]
    middle = low if low == high else low + (high - low) * (place - math.floor(place))
    return None if math.isinf(middle) else middle


def spread(values: Iterable[float | None]) -> Spread:
    """The median and the bounds of nine in ten."""
    found = list(values)
    return Spread(len(found), quantile(found, LOW), quantile(found, MIDDLE), quantile(found, HIGH))


def rounded(number: float | None, digits: int = 2) -> float | None:
    """A number cut to so many digits, whole ones without a fraction."""
    if number is None:
        return None
    found = round(float(number), digits)
    return int(found) if found.is_integer() else found


def mean(values: Sequence[float]) -> float | None:
    """The mean; None of nothing."""
    return math.fsum(values) / len(values) if values else None
