"""What is added up of each unit's numbers, over arrays: whether they are 1 to n, each once, in any order of the rows.

The numbers of a unit stand for themselves by two sums of 64 bits, of hashes whose keys are drawn anew each time: so
nobody can make up numbers that add up to those of 1 to n. This takes memory by unit, not by row.
"""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

import numba.np.arrayobj
import numpy as np
import pyarrow as pa
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

arrays: Any = numba.np.arrayobj
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Words = NDArray[np.uint64]

MOST_UNITS = 1 << 21
MOST_TEXT = 1 << 27
"""So many units, and bytes of their ids, are held in memory."""

_FREE = -1


class Texts(NamedTuple):
    """Many texts as one run of bytes: text i is ``data[ends[i]:ends[i + 1]]``."""

    data: Bytes
    ends: Ints


class Sums(NamedTuple):
    """Of each unit: how many rows it has, and two sums of the hashes of their numbers."""

    counts: Ints
    first: Words
    second: Words


def sums(size: int) -> Sums:
    """Nothing added up yet, for so many units."""
    return Sums(np.zeros(size, np.int64), np.zeros(size, np.uint64), np.zeros(size, np.uint64))


def fixed(values: NDArray[Any]) -> NDArray[Any]:
    """The array as one that is only read: kernels are compiled once for each kind."""
    values.flags.writeable = False
    return values


def texts(array: pa.Array) -> Texts:
    """The texts of an Arrow array without nulls, where they lie."""
    if not len(array):
        return Texts(fixed(np.zeros(1, np.uint8)), fixed(np.zeros(1, np.int64)))
    _, offsets, data = array.buffers()
    wide = np.dtype(np.int64 if pa.types.is_large_string(array.type) else np.int32)
    ends = np.frombuffer(offsets, wide, len(array) + 1, array.offset * wide.itemsize).astype(np.int64)
    return Texts(fixed(np.frombuffer(data if data is not None and data.size else b"\0", np.uint8)), fixed(ends))


# --- kernels ---


@njit(inline="always")
def _mixed(value: np.uint64) -> np.uint64:
    """The finaliser of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators")."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _load(_: Any, data: Any, _place: Any) -> Any:  # noqa: ANN401 - Numba's own protocol
    """The eight bytes from a place on as one number, wherever they lie: NumPy has only such as lie on even ground."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        array = arrays.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.gep(array.data, [arguments[1]])
        word = builder.bitcast(address, context.get_value_type(types.uint64).as_pointer())
        return builder.load(word, align=1)

    return types.uint64(data, types.int64), generate


_word: Any = intrinsic(_load)


@njit(inline="always")
def _same(one: Bytes, at: int, other: Bytes, start: int, length: int) -> bool:
    """Whether two runs of bytes are the same, eight at a time; the last eight may overlap those before."""
    if length < 8:
        differ = np.uint8(0)
        for i in range(length):
            differ |= one[at + i] ^ other[start + i]
        return bool(differ == 0)
    apart = _word(one, at + length - 8) ^ _word(other, start + length - 8)
    for i in range(0, length - 8, 8):
        apart |= _word(one, at + i) ^ _word(other, start + i)
    return bool(apart == 0)


@njit(inline="always")
def _hash(data: Bytes, at: int, end: int) -> np.uint64:
    """Of a run of bytes, eight at a time."""
    mark = np.uint64(end - at)
    while at + 8 <= end:
        mark = _mixed(mark ^ _word(data, at))
        at += 8
    for i in range(at, end):
        mark = (mark ^ np.uint64(data[i])) * np.uint64(0x100000001B3)
    return _mixed(mark)


@njit(cache=True, nogil=True)
def _count(codes: Codes, out: Ints) -> None:
    """Count rows by code."""
    for code in codes:
        out[code] += 1


@njit(cache=True, nogil=True)
def _add(codes: Codes, numbers: Ints, keys: Words, into: Sums) -> bool:
    """Add up the numbers of rows by the place of their unit; false for a number below one."""
    for row in range(len(codes)):
        code = codes[row]
        if numbers[row] < 1:
            return False
        first = _mixed(np.uint64(numbers[row]) + keys[0])
        into.counts[code] += 1
        into.first[code] += first
        into.second[code] += _mixed(first ^ keys[1])
    return True


@njit(cache=True, nogil=True)
def _alike(entries: Texts, codes: Codes, units: Texts, numbers: Ints) -> bool:
    """Whether each row's id is that of its unit, ``#`` and its number (one or more), byte for byte."""
    for row in range(len(codes)):
        at, end = entries.ends[row], entries.ends[row + 1] - 1
        start = units.ends[codes[row]]
        length = units.ends[codes[row] + 1] - start
        if end - at < length + 1 or not _same(entries.data, at, units.data, start, length):
            return False
        at += length
        if entries.data[at] != 35:
            return False
        rest = numbers[row]
        while rest > 0 and end > at:
            if entries.data[end] != 48 + rest % 10:
                return False
            rest //= 10
            end -= 1
        if rest > 0 or end != at:
            return False
    return True


@njit(inline="always")
def _holds(kept: Texts, place: int, given: Texts, code: int) -> bool:
    """Whether the text kept at a place is the one given."""
    start, at = kept.ends[place], given.ends[code]
    length = given.ends[code + 1] - at
    return bool(kept.ends[place + 1] - start == length and _same(kept.data, start, given.data, at, length))


@njit(cache=True, nogil=True)
def _merge(given: Texts, part: Sums, kept: Texts, hashes: Words, table: Ints, into: Sums, known: int) -> int:
    """Add the sums of `part` to those of the same units; units not known yet are kept. Return how many are known.

    `table` is open addressing: of each slot the place of a unit, or `_FREE`; `hashes` are those of the units kept.
    Units often follow each other as they did before, and need not be looked up then.
    """
    mask = np.uint64(len(table) - 1)
    place = -1
    for code in range(len(part.counts)):
        if not part.counts[code]:
            continue
        place += 1
        if place >= known or not _holds(kept, place, given, code):
            mark = _hash(given.data, given.ends[code], given.ends[code + 1])
            slot = mark & mask
            while table[slot] != _FREE and not (hashes[table[slot]] == mark and _holds(kept, table[slot], given, code)):
                slot = (slot + np.uint64(1)) & mask
            place = table[slot]
            if place == _FREE:
                place = table[slot] = known
                hashes[place] = mark
                start, at = kept.ends[place], given.ends[code]
                length = given.ends[code + 1] - at
                for i in range(length):
                    kept.data[start + i] = given.data[at + i]
                kept.ends[place + 1] = start + length
                known += 1
        into.counts[place] += part.counts[code]
        into.first[place] += part.first[code]
        into.second[place] += part.second[code]
    return known


@njit(cache=True, nogil=True)
def _spread(hashes: Words, table: Ints, known: int) -> None:
    """Put the units kept into an empty table."""
    mask = np.uint64(len(table) - 1)
    for place in range(known):
        slot = hashes[place] & mask
        while table[slot] != _FREE:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = place


@njit(cache=True, nogil=True)
def _counted(order: Ints, found: Sums, keys: Words) -> bool:
    """Whether the sums of each unit are those of 1 to n. `order` are the units, those with the fewest rows first."""
    number, first, second = 0, np.uint64(0), np.uint64(0)
    for unit in order:
        while number < found.counts[unit]:
            number += 1
            mark = _mixed(np.uint64(number) + keys[0])
            first += mark
            second += _mixed(mark ^ keys[1])
        if found.first[unit] != first or found.second[unit] != second:
            return False
    return True


# --- what uses them ---


def counted(codes: Codes, size: int) -> Ints:
    """How many rows have each code from 0 to `size`."""
    out = np.zeros(size, np.int64)
    _count(codes, out)
    return out


def alike(entries: pa.Array, codes: Codes, units: Texts, numbers: Ints) -> bool:
    """Whether each row's id is that of its unit, ``#`` and its number (one or more), byte for byte."""
    return bool(_alike(texts(entries), codes, units, numbers))


class Numbers:
    """The numbers of units told apart by their ids, row group by row group."""

    def __init__(self) -> None:
        self._keys = fixed(np.array([secrets.randbits(64), secrets.randbits(64)], np.uint64))
        self._known = 0
        self._kept = Texts(np.zeros(1 << 12, np.uint8), np.zeros((1 << 8) + 1, np.int64))
        self._hashes = np.zeros(1 << 8, np.uint64)
        self._table = np.full(1 << 9, _FREE, np.int64)
        self._sums = sums(1 << 8)

    def added(self, codes: Codes, numbers: Ints, size: int) -> Sums | None:
        """The sums of some rows by their unit's code from 0 to `size`; none for a number below one.

        Threads may do this at the same time.
        """
        part = sums(size)
        return part if _add(codes, numbers, self._keys, part) else None

    def take(self, units: Texts, part: Sums) -> bool:
        """Add sums to those of the same units, one thread at a time; false where that would take too much memory."""
        size = self._known + len(part.counts)
        text = int(self._kept.ends[self._known] + units.ends[-1] - units.ends[0])
        if size > MOST_UNITS or text > MOST_TEXT:
            return False
        self._make_room(size, text)
        kept, found = self._kept, self._sums
        self._known = _merge(units, part, kept, self._hashes, self._table, found, self._known)
        return True

    def counted(self) -> bool:
        """Whether the numbers of each unit are 1 to n, each once."""
        counts = self._sums.counts[: self._known]
        return bool(_counted(np.argsort(counts), self._sums, self._keys))

    def _make_room(self, size: int, text: int) -> None:
        """Arrays for so many units and bytes; the table stays half empty."""
        kept, found = self._kept, self._sums
        if text > len(kept.data):
            kept = self._kept = Texts(_longer(kept.data, text), kept.ends)
        if size > len(self._hashes):
            self._kept = Texts(kept.data, _longer(kept.ends, size + 1))
            self._hashes = _longer(self._hashes, size)
            self._sums = Sums(*(_longer(each, size) for each in found))
        if 2 * size > len(self._table):
            self._table = np.full(1 << (2 * size - 1).bit_length(), _FREE, np.int64)
            _spread(self._hashes, self._table, self._known)


def _longer(values: NDArray[Any], size: int) -> NDArray[Any]:
    """The array with room for `size`, and for more to come."""
    longer = np.zeros(size + size // 2, values.dtype)
    longer[: len(values)] = values
    return longer
