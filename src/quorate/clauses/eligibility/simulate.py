"""Eligibility, simulated: who is fit for a post, as others ask before they name somebody."""

from __future__ import annotations

import numpy as np

from quorate.clauses.eligibility import Eligibility
from quorate.world.face import Face
from quorate.world.units import PERSON
from quorate.world.world import World

PARAMETERS = ()


class Fit(Face):
    """Says who is fit for the posts of one clause."""

    clause: Eligibility

    def fits(self, post: str, unit: int, person: int) -> bool:
        """Whether somebody is fit for a post in a unit today. As `Eligibility.unfit`."""
        world, home = self.world, person // PERSON
        tier = world.rules.tiers[world.units.tiers[world.units.tier[home]]]
        if post not in self.clause.posts:
            return True
        if not tier.basic:
            return False
        if home == unit and not self._belongs(unit, person % PERSON):
            return False
        among = self.clause.among
        if among and among in world.bodies and not self._sits(among, unit, person):
            return False
        return not any(self._holds(other, unit, person) for other in self.clause.excludes)

    def _belongs(self, unit: int, number: int) -> bool:
        """Whether a number is of a member of the unit itself; of a full one, where the standing counts."""
        return self.world.people.belongs(unit, number, full=bool(self.clause.standing))

    def _sits(self, organ: str, unit: int, person: int) -> bool:
        """Whether somebody sits on an organ; where the unit has none, everybody does."""
        body = self.world.bodies[organ]
        place = unit - body.first
        if not 0 <= place < len(body.has) or not body.has[place]:
            return True
        if body.organ.membership == "everyone":
            return person // PERSON == unit and bool(person % PERSON <= self.world.people.full[unit])
        return bool((body.members(np.array([unit]), self.world.now) == person).any())

    def _holds(self, post: str, unit: int, person: int) -> bool:
        """Whether somebody holds a post in a unit, or acts in it."""
        held = self.world.posts.all.get(post)
        if held is None or not 0 <= unit - held.first < len(held.has):
            return False
        acting = held.acting[unit - held.first] == person and held.acting_until[unit - held.first] > self.world.now
        return bool(acting or (held.held(np.array([unit]), self.world.now) == person).any())


def face(clause: Eligibility, world: World) -> Face:
    """The clause at work."""
    return Fit(clause, world)
