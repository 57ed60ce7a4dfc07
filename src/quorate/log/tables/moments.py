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
    for row in range(len(early)):
        start, end = early[row], late[row]
        if start > end or start < _FIRST or end > _LAST:
            return False
        out[0] = min(out[0], start)
        out[1] = max(out[1], end)
        if start > _OPEN_FIRST and end < _OPEN_LAST:
            out[2] = min(out[2], start)
            out[3] = max(out[3], end)
    return True


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
        out = np.array([_NEVER, -_NEVER, _NEVER, -_NEVER], np.int64)
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
