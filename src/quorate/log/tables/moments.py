"""From when to when the entries of a log are, over arrays of microseconds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quorate.log.tables.files import OPEN

Ints = NDArray[np.int64]

_NEVER = (1 << 63) - 1
_EPOCH = dt.datetime(1970, 1, 1)
_TICK = dt.timedelta(microseconds=1)
_FIRST = (dt.datetime.min - _EPOCH) // _TICK
_LAST = (dt.datetime.max - _EPOCH) // _TICK
_OPEN_FIRST, _OPEN_LAST = ((each - _EPOCH) // _TICK for each in OPEN)


@njit(cache=True, nogil=True)
def _bounds(early: Ints, late: Ints, out: Ints) -> bool:
    """Fill `out` with the fields of `Span`; false for a row whose dates are not in order, or not in years 1 to 9999."""
    first, last, first_dated, last_dated = _NEVER, -_NEVER, _NEVER, -_NEVER
    bad = False
    for row in range(len(early)):  # without a branch, so that the machine takes several rows at once
        start, end = early[row], late[row]
        bad |= start > end
        first, last = min(first, start), max(last, end)
        dated = (start > _OPEN_FIRST) & (end < _OPEN_LAST)
        first_dated = min(first_dated, start if dated else _NEVER)
        last_dated = max(last_dated, end if dated else -_NEVER)
    out[0], out[1], out[2], out[3] = first, last, first_dated, last_dated
    return not bad and first >= _FIRST and last <= _LAST


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last moment of entries, and of those with dates of their own (see `files.OPEN`)."""

    first: int = _NEVER
    last: int = -_NEVER
    first_dated: int = _NEVER
    last_dated: int = -_NEVER

    @classmethod
    def of(cls, early: Ints, late: Ints) -> Span | None:
        """That of rows; none if the dates of one are not in order, or not in the years 1 to 9999."""
        out = np.empty(4, np.int64)
        return cls(*map(int, out)) if _bounds(early, late, out) else None

    def joined(self, other: Span) -> Span:
        """That of the entries of both."""
        return Span(
            min(self.first, other.first),
            max(self.last, other.last),
            min(self.first_dated, other.first_dated),
            max(self.last_dated, other.last_dated),
        )

    def moments(self) -> tuple[dt.datetime | None, dt.datetime | None, dt.datetime | None, dt.datetime | None]:
        """The four as moments; none where there is no such entry."""
        return _moment(self.first), _moment(self.last), _moment(self.first_dated), _moment(self.last_dated)


def _moment(ticks: int) -> dt.datetime | None:
    return None if abs(ticks) == _NEVER else _EPOCH + ticks * _TICK
