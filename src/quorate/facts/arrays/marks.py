"""Marks: whole numbers that tell texts apart, and what payloads of acts in meetings say, read by arrays.

Texts are runs of bytes, as Arrow keeps them. A mark is FNV-1a (Fowler, Noll, Vo: http://www.isthe.com/chongo/tech/
comp/fnv/), its bits stirred once more at the end: of ten million texts two share one once in some hundred thousand
logs. Marks are no defence against somebody who makes texts up to that end.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Marks = NDArray[np.uint64]

FIELDS = (
    "on", "agenda", "place", "present", "entitled", "business", "text", "motion",
    "for", "against", "abstain", "carried",
)  # fmt: skip
"""The fields of payloads that are read; others are only seen to be there."""
OTHER, COUNTED = 1 << len(FIELDS), 1 << (len(FIELDS) + 1)
"""Beside a bit for each field: that there are others, and that `present` is a whole number."""
NOTHING = np.iinfo(np.int64).min
"""A moment or a number that is not there."""

_FIRST, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_STIR0, _STIR1 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_ODD0, _ODD1, _ODD2 = (np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_SHIFT = np.uint64(33)
_ON, _PRESENT, _BUSINESS, _MOTION = (FIELDS.index(name) for name in ("on", "present", "business", "motion"))
_NAMES = np.frombuffer("".join(FIELDS).encode(), np.uint8)
_ENDS = np.cumsum([0, *map(len, FIELDS)])
_QUOTE, _ESCAPE, _OPEN, _SHUT, _LIST, _END, _COMMA, _COLON = (ord(each) for each in '"\\{}[],:')
_SLASH = ord("/")
_MONTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class Texts(NamedTuple):
    """Many texts as one run of bytes: text i is ``data[ends[i]:ends[i + 1]]``."""

    data: Bytes
    ends: Ints


class Said(NamedTuple):
    """What payloads say: which fields they have (bits, see `FIELDS`; -1: not read, because it is not plain), where the
    texts of `business` and of `motion` begin and end (-1: not there), for when a meeting is called (microseconds since
    1970), and a mark of the payload but for that.
    """

    fields: Ints
    business: Ints
    motion: Ints
    on: Ints
    mark: Marks


def texts(array: Any) -> Texts:
    """The texts of an Arrow array of strings; nulls are empty."""
    kind = pa.large_string()
    array = array if array.type == kind else array.cast(kind)
    _, ends, data = array.buffers()
    if ends is None or not len(array):
        return Texts(np.zeros(1, np.uint8), np.zeros(len(array) + 1, np.int64))
    bounds = np.frombuffer(ends, np.int64)[array.offset : array.offset + len(array) + 1]
    return Texts(np.frombuffer(data, np.uint8) if data and data.size else np.zeros(1, np.uint8), bounds)


def marks(array: Any) -> Marks:
    """A mark of each text of an Arrow array."""
    given = texts(array)
    found = np.empty(len(array), np.uint64)
    _marks(given.data, given.ends, found)
    return found


def joined(first: Marks, second: Marks) -> Marks:
    """Marks of pairs of marks."""
    found = np.empty(len(first), np.uint64)
    _joined(first, second, found)
    return found


@njit(inline="always")
def fed(mark: Any, data: Any, start: Any, stop: Any) -> Any:
    """A mark of what was marked before and of some bytes."""
    for place in range(start, stop):
        mark = (mark ^ np.uint64(data[place])) * _PRIME
    return mark


@njit(inline="always")
def stirred(mark: Any) -> Any:
    """The same mark, each of its bits depending on all."""
    mark = (mark ^ (mark >> _SHIFT)) * _STIR0
    mark = (mark ^ (mark >> _SHIFT)) * _STIR1
    return mark ^ (mark >> _SHIFT)


@njit(inline="always")
def both(first: Any, second: Any) -> Any:
    """A mark of two, in that order."""
    return stirred(first * _PRIME + stirred(second))


@njit(inline="always")
def mixed(first: Any, second: Any, third: Any, fourth: Any, fifth: Any) -> Any:
    """A mark of five, in that order, each of them a mark or a small number."""
    return stirred(first * _PRIME + second * _ODD0 + third * _ODD1 + fourth * _ODD2 + fifth * _STIR0)


@njit(inline="always")
def number(value: Any) -> Any:
    """A whole number as one half of `both`."""
    return np.uint64(value)


@njit(inline="always")
def start() -> Any:
    """The mark of nothing."""
    return _FIRST


@njit(cache=True, nogil=True)
def _marks(data: Any, ends: Any, out: Any) -> None:
    for i in range(len(out)):
        out[i] = stirred(fed(_FIRST, data, ends[i], ends[i + 1]))


@njit(cache=True, nogil=True)
def _joined(first: Any, second: Any, out: Any) -> None:
    for i in range(len(out)):
        out[i] = both(first[i], second[i])


def before(array: Any) -> Marks:
    """A mark of what stands before the last slash of each text of an Arrow array; nought where it has none."""
    given = texts(array)
    found = np.zeros(len(array), np.uint64)
    _before(given.data, given.ends, found)
    return found


@njit(cache=True, nogil=True)
def _before(data: Any, ends: Any, out: Any) -> None:
    for i in range(len(out)):
        at = slash(data, ends[i], ends[i + 1])
        if at >= 0:
            out[i] = stirred(fed(_FIRST, data, ends[i], at))


@njit(inline="always")
def slash(data: Any, at: Any, stop: Any) -> Any:
    """The place of the last slash in some bytes; -1: there is none."""
    found = -1
    for place in range(at, stop):
        if data[place] == _SLASH:
            found = place
    return found


# --- payloads


def said(array: Any) -> Said:
    """What each payload of an Arrow array says."""
    given, number_ = texts(array), len(array)
    found = Said(
        np.empty(number_, np.int64),
        np.empty((number_, 2), np.int64),
        np.empty((number_, 2), np.int64),
        np.empty(number_, np.int64),
        np.empty(number_, np.uint64),
    )
    _said(given.data, given.ends, found)
    return found


@njit(cache=True, nogil=True)
def _said(data: Any, ends: Any, out: Any) -> None:
    spans = np.empty((len(_ENDS) - 1, 2), np.int64)
    for i in range(len(out.fields)):
        first, last = ends[i], ends[i + 1]
        out.business[i] = out.motion[i] = -1
        out.on[i] = NOTHING
        out.mark[i] = stirred(fed(_FIRST, data, first, last))
        fields = _read(data, first, last, spans) if last > first else 0
        out.fields[i] = fields
        if fields < 0:
            continue
        if fields & (1 << _BUSINESS):
            out.business[i] = spans[_BUSINESS]
        if fields & (1 << _MOTION):
            out.motion[i] = spans[_MOTION]
        if fields & (1 << _ON):
            begin, end = spans[_ON]
            out.on[i] = _moment(data, begin, end)
            out.mark[i] = stirred(fed(fed(_FIRST, data, first, begin), data, end, last))
            if out.on[i] == NOTHING:
                out.fields[i] = -1


@njit
def _read(data: Any, at: int, stop: int, spans: Any) -> int:
    """The fields of one object, with the spans of the texts that are read; -1 where it is not plain."""
    found = 0
    at = _blank(data, at, stop)
    if at >= stop or data[at] != _OPEN:
        return -1
    at = _blank(data, at + 1, stop)
    if at < stop and data[at] == _SHUT:
        return 0
    while at < stop:
        if data[at] != _QUOTE:
            return -1
        end = _quoted(data, at + 1, stop)
        if end < 0 or _escaped(data, at + 1, end):
            return -1
        field = _field(data, at + 1, end)
        at = _blank(data, end + 1, stop)
        if at >= stop or data[at] != _COLON:
            return -1
        at = _blank(data, at + 1, stop)
        end = _value(data, at, stop)
        if end < 0:
            return -1
        if field < 0:
            found |= OTHER
        else:
            if found & (1 << field):
                return -1
            found |= 1 << field
            if field in (_ON, _BUSINESS, _MOTION):
                if data[at] != _QUOTE or _escaped(data, at + 1, end - 1):
                    return -1
                spans[field, 0], spans[field, 1] = at + 1, end - 1
            elif field == _PRESENT and _whole(data, at, end):
                found |= COUNTED
        at = _blank(data, end, stop)
        if at < stop and data[at] == _SHUT:
            return found
        if at >= stop or data[at] != _COMMA:
            return -1
        at = _blank(data, at + 1, stop)
    return -1


@njit(inline="always")
def _blank(data: Any, at: Any, stop: Any) -> Any:
    """Where the next letter is that is no white space."""
    while at < stop and data[at] <= 32:
        at += 1
    return at


@njit(inline="always")
def _escaped(data: Any, at: Any, stop: Any) -> Any:
    found = False
    for place in range(at, stop):
        found |= data[place] == _ESCAPE
    return found


@njit
def _quoted(data: Any, at: int, stop: int) -> int:
    """Where the text that begins at `at` has its closing quote; -1: nowhere."""
    while at < stop:
        if data[at] == _ESCAPE:
            at += 1
        elif data[at] == _QUOTE:
            return at
        at += 1
    return -1


@njit
def _value(data: Any, at: int, stop: int) -> int:
    """Where the value that begins at `at` is over; -1 where it is not."""
    if at >= stop:
        return -1
    if data[at] == _QUOTE:
        end = _quoted(data, at + 1, stop)
        return -1 if end < 0 else end + 1
    depth = 0
    while at < stop:
        here = data[at]
        if here == _QUOTE:
            at = _quoted(data, at + 1, stop)
            if at < 0:
                return -1
        elif here in (_OPEN, _LIST):
            depth += 1
        elif here in (_SHUT, _END):
            if depth == 0:
                return at
            depth -= 1
            if depth == 0:
                return at + 1
        elif depth == 0 and (here == _COMMA or here <= 32):
            return at
        at += 1
    return -1


@njit
def _field(data: Any, at: int, stop: int) -> int:
    """The number of a field, -1 for others."""
    for field in range(len(_ENDS) - 1):
        if stop - at == _ENDS[field + 1] - _ENDS[field]:
            same = True
            for place in range(stop - at):
                if data[at + place] != _NAMES[_ENDS[field] + place]:
                    same = False
                    break
            if same:
                return field
    return -1


@njit(inline="always")
def _whole(data: Any, at: Any, stop: Any) -> Any:
    """Whether bytes are the digits of a whole number, not too many."""
    found = 0 < stop - at <= 15
    for place in range(at, stop):
        found &= 48 <= data[place] <= 57
    return found


@njit(inline="always")
def _digits(data: Any, at: Any, count: Any) -> Any:
    """The number that so many digits stand for; -1 where they are none."""
    found = 0
    for place in range(at, at + count):
        if data[place] < 48 or data[place] > 57:
            return -1
        found = found * 10 + data[place] - 48
    return found


@njit
def _moment(data: Any, at: int, stop: int) -> int:
    """Microseconds since 1970 of ``2015-03-10T10:00``, with seconds or only the day as well; `NOTHING` for any other
    text (Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`).
    """
    length = stop - at
    if length not in (10, 16, 19) or data[at + 4] != 45 or data[at + 7] != 45:
        return NOTHING
    year, month, day = _digits(data, at, 4), _digits(data, at + 5, 2), _digits(data, at + 8, 2)
    hour = minute = second = 0
    if length > 10:
        hour, minute = _digits(data, at + 11, 2), _digits(data, at + 14, 2)
        if data[at + 10] not in (84, 32) or data[at + 13] != 58 or hour < 0 or hour > 23 or minute < 0 or minute > 59:
            return NOTHING
    if length > 16:
        second = _digits(data, at + 17, 2)
        if data[at + 16] != 58 or second < 0 or second > 59:
            return NOTHING
    if year < 1 or month < 1 or month > 12 or day < 1:
        return NOTHING
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _MONTHS[month - 1] + (1 if leap and month == 2 else 0):
        return NOTHING
    y = year - (1 if month <= 2 else 0)
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    days: int = era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468
    return ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000
