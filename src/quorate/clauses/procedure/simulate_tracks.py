"""How far the open matters of one procedure are, as arrays whose rows are used again when a matter is closed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NONE = -1
FAR = 2**40
"""A day that does not come."""


class Tracks:
    """A row for each open matter.

    `matter` is its number in the world, `bits` the stages it has been through, `at` ([rows, stages], minutes, -1) when
    it last was at each, `outcome` and `verdict` the latest outcome and the latest sanction (numbers of the pool, -1),
    `due` its own day (minutes, -1). `waits` and `answer` ([rows, stages awaited]) are the tasks given there whose final
    answer has not come, and the last outcome answered; `given` is how many tasks were given in all. `motion` ([rows,
    3]: organ, day, number) is what the next step rests on, `late` the day before which it is not taken, `day` when it
    is to be taken (`FAR`: no day is set), `next` which one that is, `parked` whether it waits for an answer.
    """

    def __init__(self, stages: int, awaited: int) -> None:
        self.matter = np.zeros(0, np.int64)
        self.bits, self.outcome, self.verdict = self.matter.copy(), self.matter.copy(), self.matter.copy()
        self.due, self.late, self.day, self.next = (self.matter.copy() for _ in range(4))
        self.at = np.zeros((0, stages), np.int32)
        self.waits, self.answer = np.zeros((0, awaited), np.int32), np.zeros((0, awaited), np.int64)
        self.given = np.zeros(0, np.int64)
        self.motion = np.zeros((0, 3), np.int32)
        self.parked = np.zeros(0, np.bool_)
        self.free: list[Ints] = []

    _FRESH = (
        ("bits", 0), ("outcome", NONE), ("verdict", NONE), ("late", 0), ("day", FAR), ("next", NONE), ("at", NONE),
        ("waits", 0), ("answer", NONE), ("given", 0), ("motion", NONE), ("parked", False),
    )  # fmt: skip

    def add(self, matters: Ints, due: Ints) -> Ints:
        """Rows for these matters."""
        rows = self._room(len(matters))
        for name, value in self._FRESH:
            getattr(self, name)[rows] = value
        self.matter[rows], self.due[rows] = matters, due
        return rows

    def _room(self, count: int) -> Ints:
        """So many rows that are not in use."""
        free = np.concatenate([*self.free, np.zeros(0, np.int64)])
        if len(free) < count:
            old = len(self.matter)
            size = max(2 * old, old + count, 256)
            for name, value in vars(self).items():
                if isinstance(value, np.ndarray):
                    grown = np.full((size, *value.shape[1:]), FAR if name == "day" else 0, value.dtype)
                    grown[:old] = value
                    setattr(self, name, grown)
            free = np.concatenate([free, np.arange(old, size)])
        self.free = [free[count:]]
        return free[:count]

    def close(self, rows: Ints) -> None:
        """Give up rows, and whatever is still planned for them."""
        self.day[rows] = FAR
        self.free.append(rows)

    def states(self, rows: Ints) -> list[Ints]:
        """Rows that are equally far, together: of the same stages, outcome, answers."""
        table = np.column_stack(
            [self.bits[rows], self.outcome[rows], self.waits[rows] > 0, self.answer[rows]]
        )  # few columns, and most often one state
        if (table == table[0]).all():
            return [rows]
        _, kind = np.unique(table, axis=0, return_inverse=True)
        return [rows[kind.ravel() == each] for each in range(int(kind.max()) + 1)]
