"""The counts added up: by clause, by unit and column of the calendar, and altogether."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import add
from typing import NamedTuple

from quorate.auditing.report.data import BREACHED, KEPT, POSSIBLY, UNKNOWN, CountLine, Verdict
from quorate.auditing.report.periods import Columns


class Four(NamedTuple):
    """How many cases were found kept, breached, possibly breached and unknown."""

    kept: int = 0
    breached: int = 0
    possibly: int = 0
    unknown: int = 0

    @property
    def all(self) -> int:
        """How many cases there were."""
        return self.kept + self.breached + self.possibly + self.unknown

    @property
    def amiss(self) -> int:
        """How many were not found kept."""
        return self.breached + self.possibly + self.unknown

    @property
    def worst(self) -> Verdict | None:
        """The worst verdict among them; None where there was no case."""
        if self.breached:
            return BREACHED
        if self.possibly:
            return POSSIBLY
        if self.unknown:
            return UNKNOWN
        return KEPT if self.kept else None

    def plus(self, other: Four) -> Four:
        """Both together."""
        return Four(*(mine + its for mine, its in zip(self, other, strict=True)))


NONE = Four()
_BITS = 64  # room for any count


def _four(whole: int) -> Four:
    return Four(*(whole >> (_BITS * at) & (1 << _BITS) - 1 for at in range(len(NONE))))


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts by clause and unit. `cells[clause][unit]` has one number per column, and one more for the months
    outside the span: the place in `kinds` of what was counted there. Most cells are alike, so this stays small.
    """

    columns: Columns
    kinds: list[Four] = field(default_factory=lambda: [NONE])
    cells: dict[str, dict[str, array[int]]] = field(default_factory=dict)

    def of_clause(self, clause: str) -> Four:
        """All that was counted under a clause."""
        return self._sum(self.cells.get(clause, {}).values())

    def of_units(self) -> dict[str, list[Four]]:
        """For each unit, all clauses together: one per column, and one for what lies outside the span."""
        # Four numbers in one: a sum of millions of cells is then one addition each.
        whole = [sum(number << (_BITS * at) for at, number in enumerate(four)) for four in self.kinds]
        rows: dict[str, list[int]] = {}
        for units in self.cells.values():
            for unit, row in units.items():
                numbers = [whole[kind] for kind in row]
                before = rows.get(unit)
                rows[unit] = numbers if before is None else list(map(add, before, numbers))
        return {unit: [_four(number) for number in numbers] for unit, numbers in rows.items()}

    def together(self) -> Four:
        """All that was counted."""
        return self._sum(row for units in self.cells.values() for row in units.values())

    def outside(self) -> int:
        """How many cases lie in months outside the span."""
        return sum(self.kinds[row[-1]].all for units in self.cells.values() for row in units.values())

    def _sum(self, rows: Iterable[array[int]]) -> Four:
        found: Counter[int] = Counter()
        for row in rows:
            found.update(row)
        return Four(
            *(sum(self.kinds[kind][index] * times for kind, times in found.items()) for index in range(len(NONE)))
        )


def tally(counts: Iterable[CountLine], columns: Columns) -> Tally:
    """Add the counts up. Rows for one clause, unit and month may come more than once; their order is of no account."""
    made = Tally(columns)
    places: dict[tuple[int, ...], int] = {NONE: 0}
    width = len(columns.columns)
    empty = array("l", [0] * (width + 1))
    for clause, unit, month, kept, breached, possibly, unknown in counts:
        units = made.cells.setdefault(clause, {})
        row = units.get(unit)
        if row is None:
            row = units[unit] = empty[:]
        column = columns.of.get(month, width)
        four = (kept, breached, possibly, unknown)
        if row[column]:
            four = made.kinds[row[column]].plus(Four(*four))
        place = places.get(four)
        if place is None:
            place = places[four] = len(made.kinds)
            made.kinds.append(Four(*four))
        row[column] = place
    return made


def worst_first(units: Mapping[str, Four]) -> Iterator[str]:
    """The units that have something not kept: those with most breaches first, then possible ones, then unknown."""
    amiss = [unit for unit, four in units.items() if four.amiss]
    return iter(sorted(amiss, key=lambda unit: (*(-number for number in units[unit][1:]), unit)))
