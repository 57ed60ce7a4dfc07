"""Dates that are not known exactly: EDTF (ISO 8601-2:2019, annex A; loc.gov/standards/datetime) as pairs of bounds.

A date is the interval from its first to its last minute. What EDTF marks as uncertain or approximate keeps its bounds.
Sets are read by the `edtf` library. The rest is read here, since that library (5.0.2) drops the time of day, ends a
winter at New Year, takes 29 February of any year, bounds an empty end ten years away, and fails on ``2016-04-3X`` and
on unspecified digits beside an open end.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime
from functools import lru_cache
from io import StringIO

from quorate.log.tables.errors import BadInterval

EVER = datetime(1, 1, 1)
"""The earliest moment there is: an open start."""
NEVER = datetime(9999, 12, 31, 23, 59)
"""The latest moment there is: an open end."""

Bounds = tuple[datetime, datetime]
"""The first and the last moment something can have been."""

_MARKS = str.maketrans("", "", "~?%")
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII
)
_DAY = re.compile(r"([\dX]{4})(?:-([\dX]{2})(?:-([\dX]{2}))?)?", re.ASCII)
# Codes 21 to 41 for a month: first month and how many (seasons of the northern half, then of the southern, quarters,
# quadrimesters, semesters). The bare seasons 21 to 24 are read as northern, as the edtf library does.
_SEASONS = {21: 3, 22: 6, 23: 9, 24: 12, 25: 3, 26: 6, 27: 9, 28: 12, 29: 9, 30: 12, 31: 3, 32: 6}
_SPANS = {code: (first, 3) for code, first in _SEASONS.items()}
_SPANS |= {33 + index: (1 + 3 * index, 3) for index in range(4)}
_SPANS |= {37 + index: (1 + 4 * index, 4) for index in range(3)} | {40: (1, 6), 41: (7, 6)}


@lru_cache(maxsize=1 << 16)
def interval(text: str) -> Bounds:
    """The first and last minute that `text` can mean; equal for a time of day, which keeps its seconds.

    A time with a zone is the wall clock of that zone. Raise `BadInterval` for what is no date, for years outside 1 to
    9999 and for an interval that ends before it starts.
    """
    try:
        earliest, latest = _interval(text.strip().translate(_MARKS))
    except (ValueError, OverflowError, AttributeError, TypeError):
        raise BadInterval(text) from None
    if earliest > latest:
        raise BadInterval(text)
    return earliest, latest


def _interval(text: str) -> Bounds:
    if text == "..":
        return EVER, NEVER
    if text[:1] in ("[", "{"):
        return _set(text)
    if "/" not in text:
        return _single(text)
    start, end = text.split("/")
    return (
        _single(start)[0] if start not in ("", "..") else EVER,
        _single(end)[1] if end not in ("", "..") else NEVER,
    )


def _single(text: str) -> Bounds:
    """A date or a time; `ValueError` for what is neither."""
    if match := _TIME.fullmatch(text):
        day, minute, second, fraction = match.groups()
        moment = datetime.fromisoformat(f"{day}T{minute}{second or ''}")
        exact = moment.replace(microsecond=int((fraction or "").ljust(6, "0")[:6])) if second else moment
        return exact, exact
    found = _DAY.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day = found.groups()
    if month and month.isdigit() and int(month) in _SPANS and not day:
        return _span(year, *_SPANS[int(month)])
    if "X" not in text:
        first, last = int(month or 1), int(month or 12)
        return _from(int(year), first, int(day or 1)), _until(int(year), last, int(day) if day else None)
    return _unspecified(year, month or "XX", day or "XX")


def _span(year: str, first: int, months: int) -> Bounds:
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    years, month = divmod(first + months - 2, 12)
    return _from(max(low, 1), first, 1), _until(min(high + years, 9999), month + 1, None)


def _from(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)


def _until(year: int, month: int, day: int | None) -> datetime:
    return datetime(year, month, day or monthrange(year, month)[1], 23, 59)


def _unspecified(year: str, month: str, day: str) -> Bounds:
    """Digits written X may be any: the first and the last day of the calendar that fit."""
    years = range(max(int(year.replace("X", "0")), 1), int(year.replace("X", "9")) + 1)
    first = next(_days(iter(years), month, day, down=False), None)
    last = next(_days(reversed(years), month, day, down=True), None)
    if first is None or last is None:
        raise ValueError(year, month, day)
    return first, last.replace(hour=23, minute=59)


def _days(years: Iterator[int], month: str, day: str, *, down: bool) -> Iterator[datetime]:
    step = -1 if down else 1
    months = [item for item in range(1, 13) if _fits(item, month)][::step]
    days = [item for item in range(1, 32) if _fits(item, day)][::step]
    for year in years:
        for one in months:
            for other in days:
                if other <= monthrange(year, one)[1]:
                    yield datetime(year, one, other)


def _fits(number: int, pattern: str) -> bool:
    return all(wanted in ("X", digit) for digit, wanted in zip(f"{number:02d}", pattern, strict=True))


def _set(text: str) -> Bounds:
    """One or all of several dates, by the `edtf` library: the earliest and the latest of them."""
    import edtf

    try:
        with redirect_stdout(StringIO()):  # the library prints what it fails on
            found = edtf.parse_edtf(text)
            low, high = found.lower_strict(), found.upper_strict()
    except Exception:  # noqa: BLE001 - it raises whatever its parts raise
        raise ValueError(text) from None
    earliest = EVER if low == float("-inf") else _from(low.tm_year, low.tm_mon, low.tm_mday)
    latest = NEVER if high == float("inf") else _until(high.tm_year, high.tm_mon, high.tm_mday)
    return earliest, latest


def edtf(earliest: datetime, latest: datetime) -> str:
    """The shortest EDTF text with these bounds, to the minute: a year, month, day, time, or an interval of them.

    `EVER` and `NEVER` are open ends. `interval` reads it back to the same minutes.
    """
    start, end = earliest.replace(second=0, microsecond=0), latest.replace(second=0, microsecond=0)
    if start == end:
        return _minute(start)
    if start == EVER or end == NEVER:
        left = ".." if start == EVER else _edge(start, start.replace(hour=0, minute=0))
        right = ".." if end == NEVER else _edge(end, end.replace(hour=23, minute=59))
        return ".." if left == right else f"{left}/{right}"
    for size in (4, 7, 10):
        whole = f"{start:%Y-%m-%d}".rjust(10, "0")[:size]
        if _interval(whole) == (start, end):
            return whole
    return f"{_edge(start, start.replace(hour=0, minute=0))}/{_edge(end, end.replace(hour=23, minute=59))}"


def _edge(moment: datetime, bound: datetime) -> str:
    """The day alone where its bound is the moment, else the minute."""
    return moment.date().isoformat() if moment == bound else _minute(moment)


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def widened(bounds: Bounds, size: str) -> Bounds:
    """The bounds, no narrower than the ``day``, ``month`` or ``year`` they fall in."""
    earliest, latest = bounds
    first = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
    if size == "day":
        return first, latest.replace(hour=23, minute=59, second=0, microsecond=0)
    if size == "month":
        return first.replace(day=1), _until(latest.year, latest.month, None)
    return first.replace(month=1, day=1), _until(latest.year, 12, None)


@lru_cache(maxsize=1 << 16)
def written(text: str, form: str) -> Bounds:
    """The bounds of a date written in this `strptime` format: of the minute, day, month or year it states."""
    try:
        found = datetime.strptime(text, form)
    except ValueError:
        raise BadInterval(text) from None
    codes = set(re.findall(r"%(.)", form))
    if codes & set("HI"):
        return found, found
    size = "day" if codes & set("dj") else "month" if codes & set("mbB") else "year"
    return widened((found, found), size)
