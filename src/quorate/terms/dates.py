"""Civil dates and times as ISO 8601 text to the minute, and the calendar arithmetic charters need.

Text sorts as time does, so `<` compares. Months are added as statutes read them: the same day of the later month, or
that month's last day where it has no such day.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from quorate.errors import QuorateError
from quorate.terms.parts import Figure

_SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?")


class BadDate(QuorateError):
    """Text that is not a date or date-time of the calendar."""

    def __init__(self, text: object) -> None:
        super().__init__(f"{text!r} is not a date", advice="Write it as 2015-01-31 or 2015-01-31T09:30.")


def moment(text: str) -> str:
    """Return `text` as a date-time to the minute (a bare date means its first minute). Raise `BadDate`."""
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        raise BadDate(text)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise BadDate(text) from None
    return text if len(text) > len("2015-01-31") else f"{text}T00:00"


def day(at: str) -> str:
    """The date part."""
    return at[:10]


@lru_cache(maxsize=65536)
def add(at: str, count: int, unit: str) -> str:
    """Return the date-time (or date) `count` days, weeks, months or years after `at`; `count` may be negative."""
    head, tail = at[:10], at[10:]
    start = date.fromisoformat(head)
    try:
        if unit == "days":
            moved = start + timedelta(days=count)
        elif unit == "weeks":
            moved = start + timedelta(weeks=count)
        else:
            moved = _add_months(start, count if unit == "months" else 12 * count)
    except (OverflowError, ValueError):
        raise BadDate(f"{at} and {count} {unit}") from None
    return moved.isoformat() + tail


def _add_months(start: date, months: int) -> date:
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def after(at: str, span: Figure) -> str:
    """The moment `span` after `at`."""
    return add(at, int(span.value), span.unit or "days")


def days_between(first: str, second: str) -> int:
    """Whole days from `first` to `second`."""
    return (date.fromisoformat(second[:10]) - date.fromisoformat(first[:10])).days


def period_of(at: str, per: str) -> str:
    """The calendar period a moment falls in: ``2015-03``, ``2015-Q1``, ``2015-H1`` or ``2015``."""
    year, month = at[:4], int(at[5:7])
    if per == "month":
        return at[:7]
    if per == "quarter":
        return f"{year}-Q{(month + 2) // 3}"
    if per == "half-year":
        return f"{year}-H{(month + 5) // 6}"
    return year


_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def periods(first: str, last: str, per: str) -> tuple[tuple[str, str, str], ...]:
    """Return `(name, start, end)` of each calendar period that begins at or after `first` and starts before `last`.

    `start` and `end` are dates; `end` is the first day after the period.
    """
    return _periods(first[:10], last[:10], per)


@lru_cache(maxsize=4096)
def _periods(first: str, last: str, per: str) -> tuple[tuple[str, str, str], ...]:
    months = _MONTHS[per]
    year, month = int(first[:4]), int(first[5:7])
    start = date(year, (month - 1) // months * months + 1, 1)
    if start.isoformat() < first:
        start = _add_months(start, months)
    found = []
    while start.isoformat() <= last:
        end = _add_months(start, months)
        found.append((period_of(start.isoformat(), per), start.isoformat(), end.isoformat()))
        start = end
    return tuple(found)
