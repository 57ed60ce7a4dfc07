"""The organisation's units as numbers: tier by tier, what stands below what, and whom each basic organisation holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
PERSON = 1 << 16
"""A person's number is their basic organisation's times this, and their number within it."""
ENTRY = 1 << 24
"""An entry's number is its unit's times this, and its place in the unit's stream."""
NOBODY = -1


class Founded(NamedTuple):
    """A unit as the simulation begins: `members` is how many it has of its own (basic organisations only)."""

    id: str
    tier: str
    name: str
    parent: str | None
    kind: str | None = None
    members: int = 0


@dataclass(slots=True)
class Units:
    """All units, numbered: those of a tier stand together, parents' tiers first.

    `ids`, `names`, `kinds` are texts by number; `parent` (int32, -1: none), `tier` (int16, a place in `tiers`), `top`
    (int32: the unit just below the uppermost at or above, by which runs are divided), `members` (int64).
    """

    tiers: tuple[str, ...]
    ids: list[str]
    names: list[str]
    kinds: list[str | None]
    parent: NDArray[np.int32]
    tier: NDArray[np.int16]
    members: Ints
    top: NDArray[np.int32] = field(init=False)
    number: dict[str, int] = field(init=False)
    _slices: dict[str, slice] = field(init=False)
    _below: dict[tuple[str, str], tuple[Ints, Ints]] = field(default_factory=dict)
    _homes: dict[str, Ints] = field(default_factory=dict)
    _holding: Ints | None = None

    def __post_init__(self) -> None:
        self.number = {ident: place for place, ident in enumerate(self.ids)}
        bounds = np.searchsorted(self.tier, np.arange(len(self.tiers) + 1))
        self._slices = {name: slice(int(bounds[i]), int(bounds[i + 1])) for i, name in enumerate(self.tiers)}
        self.top = self._tops()

    def _tops(self) -> NDArray[np.int32]:
        top = np.arange(len(self.ids), dtype=np.int32)
        for _ in range(len(self.tiers) + 1):  # a path is no longer than there are tiers, tiers below themselves apart
            above = self.parent[top]
            rises = (above >= 0) & (self.parent[np.maximum(above, 0)] >= 0)
            if not rises.any():
                break
            top = np.where(rises, above, top).astype(np.int32)
        return top

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, tier: str) -> Ints:
        """The numbers of a tier's units."""
        here = self._slices.get(tier, slice(0, 0))
        return np.arange(here.start, here.stop)

    def first(self, tier: str) -> int:
        """The number of a tier's first unit: a unit's place in its tier is its number less this."""
        return self._slices[tier].start if tier in self._slices else 0

    def count(self, tier: str) -> int:
        """How many units a tier has."""
        here = self._slices.get(tier, slice(0, 0))
        return int(here.stop - here.start)

    def above(self, units: Ints, tier: str) -> Ints:
        """The nearest unit of a tier at or above each unit; -1 where there is none."""
        here = np.array(units, np.int64)
        wanted = self.tiers.index(tier)
        for _ in range(2 * len(self.tiers)):
            rises = (here >= 0) & (self.tier[np.maximum(here, 0)] != wanted)
            if not rises.any():
                break
            here[rises] = self.parent[here[rises]]
        return here

    def below(self, over: str, tier: str) -> tuple[Ints, Ints]:
        """The units of `tier` below each unit of the tier `over`, as `(starts, numbers)`: those of the unit at place i
        of its tier are ``numbers[starts[i]:starts[i + 1]]``, in order of number.
        """
        found = self._below.get((over, tier))
        if found is None:
            units = self.of(tier)
            owner = self.above(units, over) - self.first(over)
            if over == tier:
                owner = self.above(self.parent[units].astype(np.int64), over) - self.first(over)
            inside = (owner >= 0) & (owner < self.count(over))
            owner, units = owner[inside], units[inside]
            order = np.argsort(owner, kind="stable")
            starts = np.searchsorted(owner[order], np.arange(self.count(over) + 1))
            found = self._below[(over, tier)] = (starts, units[order])
        return found

    def holding(self) -> Ints:
        """The units founded with members of their own."""
        if self._holding is None:
            self._holding = np.flatnonzero(self.members > 0)
        return self._holding

    def counted(self, tier: str, numbers: Ints) -> Ints:
        """Sum `numbers`, one for each unit `holding` members, by the nearest unit of a tier at or above it."""
        home = self._homes.get(tier)
        if home is None:
            home = self._homes[tier] = self.above(self.holding(), tier) - self.first(tier)
        inside = (home >= 0) & (home < self.count(tier))
        return np.bincount(home[inside], numbers[inside], self.count(tier)).astype(np.int64)

    def named(self, idents: Iterable[str]) -> Ints:
        """The numbers of units by id; unknown ones left out."""
        return np.array([self.number[ident] for ident in idents if ident in self.number], np.int64)

    def person(self, code: int) -> str:
        """A person's id."""
        return f"{self.ids[code // PERSON]}:{code % PERSON:02d}"

    def person_name(self, code: int) -> str:
        """A name that says whose member the person is, and that nobody bears it."""
        return f"{self.names[code // PERSON]}, no. {code % PERSON:02d} (invented)"


def numbered(founded: Sequence[Founded], tiers: Sequence[str]) -> Units:
    """Number units, tier by tier in the charter's order, in the order given within a tier."""
    place = {tier: i for i, tier in enumerate(tiers)}
    order = sorted(range(len(founded)), key=lambda i: place[founded[i].tier])
    rows = [founded[i] for i in order]
    number = {row.id: i for i, row in enumerate(rows)}
    parents = np.array([number.get(row.parent or "", -1) for row in rows], np.int32)
    return Units(
        tuple(tiers),
        [row.id for row in rows],
        [row.name for row in rows],
        [row.kind for row in rows],
        parents,
        np.array([place[row.tier] for row in rows], np.int16),
        np.array([row.members for row in rows], np.int64),
    )


def quoted(text: str) -> str:
    """A text as it stands within JSON's quotation marks."""
    if '"' not in text and "\\" not in text and text.isprintable():
        return text
    return json.dumps(text, ensure_ascii=False)[1:-1]


def plain(value: Mapping[str, object]) -> str:
    """JSON as canonical bytes have it: keys sorted, no blanks."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
