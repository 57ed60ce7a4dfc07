"""The columns of the calendar: months while they fit, else quarters, years, or several years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MOST = 72  # columns that can still be told apart on a page
STEPS = {1: "month", 3: "quarter", 12: "year", 60: "five years", 120: "decade", 1200: "century"}  # by their months
_NAMES = "January February March April May June July August September October November December"
_LONG = tuple(_NAMES.split())  # not the locale's: a report's bytes are the same wherever it is made
_MONTHS = tuple(name[:3] for name in _LONG)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name ("Mar 2015", "2015 Q1", "2015"), the short form for the head, its year, and its first and
    last month ("2015-01", "2015-03").
    """

    name: str
    short: str
    year: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns in order, `of` the column of each month, `step` how many months one holds."""

    columns: tuple[Column, ...]
    of: Mapping[str, int]
    step: int


def columns(start: date, end: date) -> Columns:
    """Columns for all months from `start` to `end`, of as few months each as 72 columns allow."""
    first, last = start.year * 12 + start.month - 1, max(start, end).year * 12 + max(start, end).month - 1
    step = next((step for step in STEPS if last // step - first // step < MOST), max(STEPS))
    made = tuple(_column(index, step, first, last) for index in range(first // step, last // step + 1))
    of = {_month(month): month // step - first // step for month in range(first, last + 1)}
    return Columns(made, of, step)


def _column(index: int, step: int, first: int, last: int) -> Column:
    begin, end = _month(max(index * step, first)), _month(min(index * step + step - 1, last))
    year, month = divmod(index * step, 12)
    if step == 1:
        name, short = f"{_MONTHS[month]} {year}", _MONTHS[month]
    elif step == 3:
        name, short = f"{year} Q{month // 3 + 1}", f"Q{month // 3 + 1}"
    else:
        name, short = begin[:4], f"’{begin[2:4]}"
        name += f"–{end[:4]}" if begin[:4] != end[:4] else ""
    return Column(name, short, int(begin[:4]), begin, end)


def _month(index: int) -> str:
    return f"{index // 12:04}-{index % 12 + 1:02}"


def spoken(day: date) -> str:
    """A day as a reader says it: 3 March 2015."""
    return f"{day.day} {_LONG[day.month - 1]} {day.year}"
