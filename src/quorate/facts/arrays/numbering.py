"""Numbers for marks, given in the order in which they are first seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quorate.facts.arrays.marks import Ints, Marks

Numbers = NDArray[np.int32]
_SMALLEST = 1 << 10
_STIR = np.uint64(0x9E3779B97F4A7C15)


def repeated(parts: Sequence[Marks]) -> tuple[list[Numbers], int]:
    """A number for each mark of several parts that is there more than once, from nought on; -1 for all others. And how
    many numbers there are.

    Made for millions of marks of which few are there twice: which might be is told by one bit for each, so that a table
    is needed for these alone.
    """
    bits, known = np.zeros(max(1, sum(map(len, parts)) // 4), np.uint64), Numbering()
    for part in parts:
        again = np.empty(len(part), np.uint64)
        known.numbered(again[: _again(part, bits, again)])
    times = np.zeros(known.count, np.int32)
    found = [known.known(part) for part in parts]
    for numbers in found:
        times += np.bincount(numbers[numbers >= 0], minlength=known.count).astype(np.int32)
    dense = np.append(np.where(times > 1, np.cumsum(times > 1) - 1, -1), -1).astype(np.int32)
    return [dense[numbers] for numbers in found], int((times > 1).sum())


@njit(cache=True, nogil=True)
def _again(marks: Any, bits: Any, out: Any) -> int:
    """Write down the marks whose bit is set already; set that of each; return how many are written down."""
    count, one = 0, np.uint64(1)
    for i in range(len(marks)):
        mark = marks[i] * _STIR
        place, bit = (mark >> np.uint64(6)) % np.uint64(len(bits)), one << (mark & np.uint64(63))
        if bits[place] & bit:
            out[count] = marks[i]
            count += 1
        bits[place] |= bit
    return count


class Numbering:
    """Whole numbers from nought on for marks of 64 bits: an open-addressing table that grows with them."""

    def __init__(self, expected: int = 0) -> None:
        size = _SMALLEST
        while size < 2 * expected:
            size *= 2
        self.count = 0
        self._keys, self._values = np.empty(size, np.uint64), np.full(size, -1, np.int32)

    def numbered(self, marks: Marks) -> tuple[Numbers, Ints]:
        """The number of each mark, and the places of those that are new, in order."""
        while 2 * (self.count + len(marks)) > len(self._values):
            self._grow()
        found, new = np.empty(len(marks), np.int32), np.empty(len(marks), np.int64)
        before = self.count
        self.count = int(_insert(self._keys, self._values, marks, found, new, before))
        return found, new[: self.count - before]

    def known(self, marks: Marks) -> Numbers:
        """The number of each mark, -1 where it has none."""
        found = np.empty(len(marks), np.int32)
        _find(self._keys, self._values, marks, found)
        return found

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._keys, self._values = np.empty(2 * len(keys), np.uint64), np.full(2 * len(keys), -1, np.int32)
        _move(keys, values, self._keys, self._values)


@njit(inline="always")
def _place(keys: Any, values: Any, mark: Any) -> Any:
    """Where a mark stands, or is to stand."""
    mask = np.uint64(len(values) - 1)
    place = (mark ^ (mark >> np.uint64(32))) & mask
    while values[place] >= 0 and keys[place] != mark:
        place = (place + np.uint64(1)) & mask
    return place


@njit(cache=True, nogil=True)
def _find(keys: Any, values: Any, marks: Any, out: Any) -> None:
    for i in range(len(marks)):
        out[i] = values[_place(keys, values, marks[i])]


@njit(cache=True, nogil=True)
def _insert(keys: Any, values: Any, marks: Any, found: Any, new: Any, count: int) -> int:
    before = count
    for i in range(len(marks)):
        place = _place(keys, values, marks[i])
        if values[place] < 0:
            keys[place], values[place] = marks[i], count
            new[count - before] = i
            count += 1
        found[i] = values[place]
    return count


@njit(cache=True, nogil=True)
def _move(keys: Any, values: Any, into: Any, numbers: Any) -> None:
    for old in range(len(values)):
        if values[old] >= 0:
            place = _place(into, numbers, keys[old])
            into[place], numbers[place] = keys[old], values[old]
