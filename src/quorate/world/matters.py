"""Matters: directives, cases, tasks and whatever else is taken stage by stage, as arrays that grow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
COLUMNS = (
    "parent",
    "root",
    "owner",
    "clause",
    "opened",
    "due",
    "subject",
    "origin",
    "title",
    "stage",
    "stepped",
    "below",
    "giver",
    "via",
    "place",
    "key",
)
ALONE = -1


class Matters:
    """All matters of a run, by number. A matter handed on opens another in the unit that receives it, whose id is the
    first's, `>`, and that unit.

    Columns (int64): `parent` (the matter it came from, -1: none), `root` (the pool's number of the id of the one it all
    came from), `owner` (the unit it is in), `clause` (the place of its clause in the charter), `opened` and `due`
    (minutes), `subject` (a person or unit, -1: none), `origin` (the entry that sent it, -1: none), `title` (a text of
    the pool), `stage` (the last stage reached), `stepped` (when), `below` (how many handed on from it are not
    finished), `giver` (the matter for which it was handed on, -1: none) and `via` (the stage at which), `place` (where
    its face keeps it, -1: nowhere any more), `key` (the same for all that come from one root, for draws).
    """

    def __init__(self) -> None:
        self.size = 0
        self._data = {name: np.full(1024, ALONE, np.int64) for name in COLUMNS}

    def add(self, count: int, **columns: Any) -> Ints:
        """Add so many matters; return their numbers."""
        start, self.size = self.size, self.size + count
        if self.size > len(self._data["parent"]):
            for name, old in self._data.items():
                self._data[name] = np.full(max(self.size, 2 * len(old)), ALONE, np.int64)
                self._data[name][:start] = old[:start]
        for name, value in columns.items():
            self._data[name][start : self.size] = value
        return np.arange(start, self.size)

    def __getattr__(self, name: str) -> Ints:
        if name in COLUMNS:
            return self._data[name][: self.size]
        raise AttributeError(name)
