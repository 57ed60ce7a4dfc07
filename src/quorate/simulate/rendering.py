"""Turning rows into text: the gaps of forms filled in, straight into the buffers of Arrow's string arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from quorate.world.rows import KINDS, Form, Template
from quorate.world.units import ENTRY, PERSON, Units, quoted

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
(
    _TEXT, _SELF, _UNIT, _NAME, _PERSON, _WHOLE, _DAY, _MOMENT, _MONTH, _ENTRY, _MATTER, _POOLED, _LOOSE, _TWO, _ROSTER,
) = range(len(KINDS))  # fmt: skip
_ROW = np.frombuffer(b'{"person":"', np.uint8)
_DEEPEST = 16
"""A matter handed down more often than this is not looked up further."""


class Texts(NamedTuple):
    """Many texts as one run of bytes: text i is ``data[ends[i]:ends[i + 1]]``."""

    data: Bytes
    ends: Ints


class Kept(NamedTuple):
    """What gaps point to: the pool, the loose texts (the first is number `base`), and of each matter its parent (-1:
    none), the pool's number of its root's id, and the unit it was handed to.
    """

    pool: Texts
    loose: Texts
    base: int
    parents: Ints
    roots: Ints
    owners: Ints


class _Program(NamedTuple):
    """The templates of all forms for one column, as arrays."""

    starts: Ints
    kinds: Ints
    places: Ints
    offsets: Ints
    lengths: Ints
    const: Bytes


def texts(values: Sequence[str]) -> Texts:
    """Texts side by side."""
    encoded = [value.encode() for value in values]
    ends = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(value) for value in encoded], out=ends[1:])
    return Texts(np.frombuffer(b"".join(encoded) or b"\0", np.uint8), ends)


@njit(inline="always")
def _digits(value: int) -> int:
    count = 1
    value = value if value >= 0 else -value
    while value >= 10:
        value //= 10
        count += 1
    return count


@njit(inline="always")
def _number(out: Any, at: int, value: int, width: int) -> int:
    """Write a whole number of `width` digits; nought: as many as it has."""
    if value < 0:
        out[at] = 45
        at += 1
        value = -value
    if width == 0:
        width = _digits(value)
    for place in range(width - 1, -1, -1):
        out[at + place] = 48 + value % 10
        value //= 10
    return at + width


@njit(inline="always")
def _civil(days: int) -> Any:
    """Year, month and day of a day counted from 1 January 1970 (Hinnant, "chrono-compatible low-level date
    algorithms", `civil_from_days`).
    """
    z = days + 719468
    era = z // 146097
    doe = z - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (1 if month <= 2 else 0), month, doy - (153 * mp + 2) // 5 + 1


@njit(inline="always")
def _copy(out: Any, at: int, data: Any, start: int, stop: int) -> int:
    for i in range(start, stop):
        out[at + i - start] = data[i]
    return at + stop - start


@njit(inline="always")
def _date(out: Any, at: int, minutes: int, kind: int) -> int:
    year, month, day = _civil(minutes // 1440)
    at = _number(out, at, year, 4)
    out[at] = 45
    at = _number(out, at + 1, month, 2)
    if kind == _MONTH:
        return at
    out[at] = 45
    at = _number(out, at + 1, day, 2)
    if kind == _DAY:
        return at
    rest = minutes % 1440
    out[at] = 84
    at = _number(out, at + 1, rest // 60, 2)
    out[at] = 58
    return _number(out, at + 1, rest % 60, 2)


@njit(cache=True, nogil=True)
def _measure(form: Any, unit: Any, gaps: Any, made: Any, ids: Any, names: Any, kept: Any, out: Any) -> None:
    """The length of each row's text; -1 where the form has none."""
    for row in range(len(form)):
        first, last = made.starts[form[row]], made.starts[form[row] + 1]
        if first == last:
            out[row] = -1
            continue
        total = 0
        for piece in range(first, last):
            kind = made.kinds[piece]
            if kind == _TEXT:
                total += made.lengths[piece]
                continue
            if kind == _SELF:
                total += ids.ends[unit[row] + 1] - ids.ends[unit[row]]
                continue
            value = gaps[made.places[piece], row]
            if kind == _UNIT:
                total += ids.ends[value + 1] - ids.ends[value]
            elif kind == _NAME:
                total += names.ends[value + 1] - names.ends[value]
            elif kind == _PERSON:
                home = value // PERSON
                total += ids.ends[home + 1] - ids.ends[home] + 1 + max(2, _digits(value % PERSON))
            elif kind == _WHOLE:
                total += _digits(value) + (1 if value < 0 else 0)
            elif kind == _TWO:
                total += max(2, _digits(value))
            elif kind == _DAY:
                total += 10
            elif kind == _MOMENT:
                total += 16
            elif kind == _MONTH:
                total += 7
            elif kind == _ENTRY:
                home = value // ENTRY
                total += ids.ends[home + 1] - ids.ends[home] + 1 + _digits(value % ENTRY)
            elif kind == _POOLED:
                total += kept.pool.ends[value + 1] - kept.pool.ends[value]
            elif kind == _LOOSE:
                total += kept.loose.ends[value - kept.base + 1] - kept.loose.ends[value - kept.base]
            elif kind == _ROSTER:
                home = ids.ends[unit[row] + 1] - ids.ends[unit[row]]
                for member in range(1, value + 1):
                    total += len(_ROW) + home + 3 + max(2, _digits(member)) + (1 if member > 1 else 0)
            elif kind == _MATTER:
                for _ in range(_DEEPEST):
                    if kept.parents[value] < 0:
                        break
                    home = kept.owners[value]
                    total += 1 + ids.ends[home + 1] - ids.ends[home]
                    value = kept.parents[value]
                total += kept.pool.ends[kept.roots[value] + 1] - kept.pool.ends[kept.roots[value]]
        out[row] = total


@njit(cache=True, nogil=True)
def _fill(form: Any, unit: Any, gaps: Any, made: Any, ids: Any, names: Any, kept: Any, ends: Any, out: Any) -> None:
    """Write each row's text where `ends` says it begins."""
    chain = np.empty(_DEEPEST, np.int64)
    for row in range(len(form)):
        at = ends[row]
        for piece in range(made.starts[form[row]], made.starts[form[row] + 1]):
            kind = made.kinds[piece]
            if kind == _TEXT:
                at = _copy(out, at, made.const, made.offsets[piece], made.offsets[piece] + made.lengths[piece])
                continue
            if kind == _SELF:
                at = _copy(out, at, ids.data, ids.ends[unit[row]], ids.ends[unit[row] + 1])
                continue
            value = gaps[made.places[piece], row]
            if kind == _UNIT:
                at = _copy(out, at, ids.data, ids.ends[value], ids.ends[value + 1])
            elif kind == _NAME:
                at = _copy(out, at, names.data, names.ends[value], names.ends[value + 1])
            elif kind == _PERSON:
                home = value // PERSON
                at = _copy(out, at, ids.data, ids.ends[home], ids.ends[home + 1])
                out[at] = 58
                at = _number(out, at + 1, value % PERSON, max(2, _digits(value % PERSON)))
            elif kind == _WHOLE:
                at = _number(out, at, value, 0)
            elif kind == _TWO:
                at = _number(out, at, value, max(2, _digits(value)))
            elif kind in (_DAY, _MOMENT, _MONTH):
                at = _date(out, at, value, kind)
            elif kind == _ENTRY:
                home = value // ENTRY
                at = _copy(out, at, ids.data, ids.ends[home], ids.ends[home + 1])
                out[at] = 35
                at = _number(out, at + 1, value % ENTRY, 0)
            elif kind == _POOLED:
                at = _copy(out, at, kept.pool.data, kept.pool.ends[value], kept.pool.ends[value + 1])
            elif kind == _LOOSE:
                at = _copy(
                    out, at, kept.loose.data, kept.loose.ends[value - kept.base], kept.loose.ends[value - kept.base + 1]
                )
            elif kind == _ROSTER:
                for member in range(1, value + 1):
                    if member > 1:
                        out[at] = 44
                        at += 1
                    at = _copy(out, at, _ROW, 0, len(_ROW))
                    at = _copy(out, at, ids.data, ids.ends[unit[row]], ids.ends[unit[row] + 1])
                    out[at] = 58
                    at = _number(out, at + 1, member, max(2, _digits(member)))
                    out[at] = 34
                    out[at + 1] = 125
                    at += 2
            elif kind == _MATTER:
                deep = 0
                while kept.parents[value] >= 0 and deep < _DEEPEST:
                    chain[deep] = kept.owners[value]
                    value = kept.parents[value]
                    deep += 1
                at = _copy(
                    out, at, kept.pool.data, kept.pool.ends[kept.roots[value]], kept.pool.ends[kept.roots[value] + 1]
                )
                for place in range(deep - 1, -1, -1):
                    out[at] = 62
                    at = _copy(out, at + 1, ids.data, ids.ends[chain[place]], ids.ends[chain[place] + 1])


def _program(templates: Sequence[Template | None]) -> _Program:
    starts, kinds, places, offsets, lengths = [0], [], [], [], []
    const = bytearray()
    for each in templates:
        for kind, place, text in each.pieces if each else ():
            data = text.encode()
            kinds.append(kind)
            places.append(place)
            offsets.append(len(const))
            lengths.append(len(data))
            const += data
        starts.append(len(kinds))
    first, second, third, fourth, fifth = (
        np.array(values, np.int64) for values in (starts, kinds, places, offsets, lengths)
    )
    return _Program(first, second, third, fourth, fifth, np.frombuffer(bytes(const) or b"\0", np.uint8))


class Renderer:
    """Fills in the gaps of forms, for the units and matters of one run."""

    def __init__(self, units: Units) -> None:
        self.ids = texts(units.ids)
        self.names = texts([quoted(name) for name in units.names])

    def column(self, forms: Sequence[Form], name: str, rows: Mapping[str, Any], kept: Kept) -> pa.Array:
        """A column of texts, null where a row's form has none. `rows` as `rows.joined` gives them."""
        made = _program([form.templates.get(name) for form in forms])
        form, unit, gaps = rows["form"], rows["unit"], rows["gaps"]
        sizes = np.empty(len(form), np.int64)
        _measure(form, unit, gaps, made, self.ids, self.names, kept, sizes)
        empty = sizes < 0
        ends = np.zeros(len(form) + 1, np.int64)
        np.cumsum(np.where(empty, 0, sizes), out=ends[1:])
        out = np.empty(int(ends[-1]), np.uint8)
        _fill(form, unit, gaps, made, self.ids, self.names, kept, ends, out)
        return _strings(ends, out, empty)


def _strings(ends: Ints, data: Bytes, empty: NDArray[np.bool_]) -> pa.Array:
    """An Arrow string array of the bytes between `ends`; null where `empty`."""
    nulls = None if not empty.any() else pa.py_buffer(np.packbits(~empty, bitorder="little"))
    buffers = [nulls, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), len(empty), buffers, int(empty.sum()))


def fixed(forms: Sequence[Form], name: str, used: Ints, places: Ints) -> pa.Array:
    """A column that is the same in all entries of a form, as a dictionary of the texts that occur.

    `used` are the numbers of forms that occur, and `places` says of each row which of them is its.
    """
    values = [getattr(forms[number], name) for number in used]
    known = sorted({value for value in values if value is not None})
    codes = np.array([known.index(value) if value is not None else -1 for value in values], np.int32)
    picked = codes[places] if len(codes) else codes
    return pa.DictionaryArray.from_arrays(pa.array(picked, mask=picked < 0), pa.array(known, pa.string()))
