"""Whom matters about persons are about: ordinary members, made known to the unit that takes up the matter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.membership import Membership
from quorate.world.units import NOBODY, PERSON
from quorate.world.world import World

Ints = NDArray[np.int64]
TRIES = 8
"""How often another member is thought of where one holds an office, or has been the subject of a matter."""


class Subjects:
    """Draws members who hold no office and were not drawn before, and has their standing known."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.used: set[int] = set()
        self.rules = {clause.tier: clause for clause in world.rules.of(Membership)}
        self._below: dict[str, tuple[Ints, Ints, Ints]] = {}
        self._top: Ints | None = None

    def _limits(self) -> Ints:
        """For each unit the lowest number of a member who holds office above, or may."""
        if self._top is None:
            top = self.world.units.members.copy() + 1
            known = np.concatenate([*self.world.pools.values(), np.zeros(0, np.int64)])
            np.minimum.at(top, known // PERSON, known % PERSON)
            self._top = top
        return self._top

    def _homes(self, tier: str) -> tuple[Ints, Ints, Ints]:
        """The organisations with members at or below each unit of a tier: starts, numbers, members counted up."""
        found = self._below.get(tier)
        if found is None:
            units = self.world.units
            homes = np.flatnonzero(units.members > 0)
            owner = units.above(homes, tier) - units.first(tier)
            homes, owner = homes[owner >= 0], owner[owner >= 0]
            order = np.argsort(owner, kind="stable")
            starts = np.searchsorted(owner[order], np.arange(units.count(tier) + 1))
            counted = np.concatenate([[0], np.cumsum(units.members[homes[order]])])
            found = self._below[tier] = (starts, homes[order], counted)
        return found

    def draw(self, tier: str, units: Ints, keys: Ints) -> Ints:
        """A member at or below each unit; -1 where none is found."""
        found = np.full(len(units), NOBODY, np.int64)
        for turn in range(TRIES):
            rows = np.flatnonzero(found == NOBODY)
            if not len(rows):
                break
            drawn = self._one(tier, units[rows], keys[rows] + turn)
            for row, person in zip(rows.tolist(), drawn.tolist(), strict=True):
                if person != NOBODY and person not in self.used:
                    self.used.add(person)
                    found[row] = person
        return found

    def _one(self, tier: str, units: Ints, keys: Ints) -> Ints:
        """An ordinary member of the newer half, who will not leave soon; -1 where the organisation has none."""
        starts, homes, counted = self._homes(tier)
        draws, people = self.world.draws, self.world.people
        place = units - self.world.units.first(tier)
        low, high = counted[starts[place]], counted[starts[place + 1]]
        spot = low + np.floor(draws.uniform("whose case", units, keys) * (high - low)).astype(np.int64)
        there = high > low
        home = homes[np.clip(np.searchsorted(counted, spot, side="right") - 1, 0, max(len(homes) - 1, 0))]
        top = np.minimum(self._limits()[home] - 1, people.full[home])
        least = (people.first[home] + top + 1) // 2
        number = draws.whole("which member", units, keys, least, top)
        return np.where(there & (top > people.first[home]), home * PERSON + number, NOBODY)

    def homes(self, persons: Ints) -> Ints:
        """The organisations they belong to, as far as simulated: those that first admitted them."""
        return persons // PERSON

    # --- what becomes of them

    def certify(self, persons: Ints, to: Ints, then: Callable[..., None], *arrays: Ints) -> None:
        """Have the organisations of these persons certify their membership to units that are to know them; then `then`
        is called with the entries and the arrays. Those nobody certifies are passed over.
        """
        world, homes = self.world, persons // PERSON
        for tier, clause in self.rules.items():
            rows = np.flatnonzero(world.units.tier[homes] == world.units.tiers.index(tier))
            one = '{"name":"{b:person}","person":"{b:person}","unit":"{c:unit}"}'
            payload = f'{{"send":[{{"data":{one},"kind":"certificate","to":"{{d:unit}}"}}],"to":"{{d:unit}}"}}'
            templates = {"subject": "{b:person}", "payload": payload}
            entries, done = world.act(
                clause.kept_by, "member.certify", clause.id, homes[rows], templates=templates,
                b=persons[rows], c=homes[rows], d=to[rows],
            )  # fmt: skip
            rows, entries = rows[done], entries[done]
            form = world.forms.form(
                "document.receive",
                clause.id,
                ref="{a:entry}",
                payload=f'{{"data":{one},"from":"{{c:unit}}","kind":"certificate"}}',
            )
            world.send(
                form, to[rows], then, *(array[rows] for array in arrays), a=entries, b=persons[rows], c=homes[rows]
            )

    def stand(self, persons: Ints, standing: str) -> None:
        """A standing imposed on members: who has no vote in it loses theirs."""
        self.world.people.marked.update(persons.tolist())
        homes = self.world.units.tier[persons // PERSON]
        for tier, clause in self.rules.items():
            if clause.votes and standing not in clause.votes:
                self.world.people.strike(persons[homes == self.world.units.tiers.index(tier)])
