"""Who holds what: the seats of organs and the offices of every unit, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.terms.parts import By, Office, Organ
from quorate.world.units import NOBODY, Units

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
NEVER = 2**40
"""A moment that does not come."""


@dataclass(slots=True)
class Post:
    """One post in all units of its tier: an office, or the seats of an organ that are no office's.

    `holder` (int64, [units, seats]) is who holds each seat, `until` when the term ends, `since` when it began; `acting`
    (int64, [units]) who acts in it, `acting_until` until when; `rest` ([units]) the first day on which it may be filled
    where that is put off. Rows stand in order of the tier's units.
    """

    id: str
    tier: str
    first: int
    seats: int
    has: Mask
    organ: str | None
    holder: Ints = field(init=False)
    until: Ints = field(init=False)
    since: Ints = field(init=False)
    acting: Ints = field(init=False)
    acting_until: Ints = field(init=False)
    rest: Ints = field(init=False)

    def __post_init__(self) -> None:
        shape = (len(self.has), self.seats)
        self.holder = np.full(shape, NOBODY, np.int64)
        self.until = np.full(shape, NEVER, np.int64)
        self.since = np.zeros(shape, np.int64)
        self.acting = np.full(len(self.has), NOBODY, np.int64)
        self.acting_until = np.zeros(len(self.has), np.int64)
        self.rest = np.zeros(len(self.has), np.int64)

    def held(self, units: Ints, at: Any) -> Ints:
        """Who holds each seat at a moment ([units, seats], -1: nobody), those acting left out."""
        rows = units - self.first
        return np.where(self.until[rows] > np.asarray(at).reshape(-1, 1), self.holder[rows], NOBODY)

    def one(self, units: Ints, at: Any) -> Ints:
        """Somebody who holds the post, or acts in it, at a moment; -1 where nobody does."""
        rows = units - self.first
        held = self.held(units, at)
        found = held[:, 0]
        for seat in range(1, self.seats):
            found = np.where(found == NOBODY, held[:, seat], found)
        acts = np.where(self.acting_until[rows] > at, self.acting[rows], NOBODY)
        return np.where(found == NOBODY, acts, found)

    def seat(self, units: Ints, seats: Any, persons: Ints, at: Any, until: Any) -> None:
        """Seat persons; whoever acted gives way."""
        rows = units - self.first
        self.holder[rows, seats], self.since[rows, seats], self.until[rows, seats] = persons, at, until
        self.acting[rows] = NOBODY

    def vacate(self, units: Ints, seats: Any) -> None:
        """Empty seats."""
        self.holder[units - self.first, seats] = NOBODY

    def free(self, units: Ints, at: Any) -> Ints:
        """How many seats stand empty in each unit."""
        return np.asarray((self.held(units, at) == NOBODY).sum(axis=1), np.int64)


def seats_of(part: Organ | Office, offices: Sequence[Office]) -> int:
    """How many may hold a post: an office's seats (one unless stated); an organ's, less those of its offices."""
    own = part.seats.value if part.seats else 1
    if isinstance(part, Office):
        return own
    if part.seats is None:
        return 0
    return max(0, own - sum(o.seats.value if o.seats else 1 for o in offices if o.organ == part.id))


class Posts:
    """All posts. `of_organ` names, for each organ, the posts whose holders sit on it; `fillers` keeps, for each
    post, the faces that fill it.
    """

    def __init__(self, units: Units, organs: Sequence[Organ], offices: Sequence[Office]) -> None:
        self.units = units
        self.all: dict[str, Post] = {}
        self.fillers: dict[str, list[Any]] = {}
        self.of_organ: dict[str, list[Post]] = {organ.id: [] for organ in organs}
        parts: list[Organ | Office] = [*organs, *offices]
        self.tier_of = {part.id: units.tiers.index(part.tier) for part in parts}
        for part in parts:
            organ = part.id if isinstance(part, Organ) else part.organ
            number = seats_of(part, offices)
            if number and units.count(part.tier):
                only = units.named(part.units) if part.units else units.of(part.tier)
                has = np.isin(units.of(part.tier), only)
                post = Post(part.id, part.tier, units.first(part.tier), number, has, organ)
                self.all[part.id] = post
                if organ:
                    self.of_organ[organ].append(post)

    def members(self, organ: str, units: Ints, at: Any) -> Ints:
        """Who sits on an organ ([units, seats], -1: an empty seat), each person once."""
        parts = [post.held(units, at) for post in self.of_organ[organ]]
        if not parts:
            return np.full((len(units), 0), NOBODY, np.int64)
        found = np.sort(np.concatenate(parts, axis=1), axis=1)
        twice = np.zeros(found.shape, np.bool_)
        twice[:, 1:] = found[:, 1:] == found[:, :-1]
        found[twice] = NOBODY
        return found

    def able(self, by: By, units: Ints, at: Any) -> tuple[Ints, Ints]:
        """Who may act under `by` in each unit, office holders first, in the order stated: persons (-1: nobody), and
        the place in ``(*by.offices, *by.organs)`` in which they act.
        """
        person = np.full(len(units), NOBODY, np.int64)
        place = np.full(len(units), NOBODY, np.int64)
        levels = self.units.tier[units]
        for number, name in enumerate((*by.offices, *by.organs)):
            empty = np.flatnonzero((person == NOBODY) & (levels == self.tier_of[name]))
            if not len(empty):
                continue
            asked = units if len(empty) == len(units) else units[empty]
            if name in by.offices:
                post = self.all.get(name)
                found = post.one(asked, at) if post and post.tier else np.full(len(asked), NOBODY)
            else:
                members = self.members(name, asked, at)
                found = members.max(axis=1) if members.shape[1] else np.full(len(members), NOBODY)
            person[empty] = found
            place[empty] = np.where(found == NOBODY, NOBODY, number)
        return person, place
