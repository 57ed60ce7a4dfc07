"""Delegation, simulated: an organ decides for another between its meetings."""

from __future__ import annotations

from quorate.clauses.delegation import Delegation
from quorate.world.face import Face
from quorate.world.world import World

PARAMETERS = ()


class Stands(Face):
    """Lets an organ decide another's business, but for what is reserved."""

    clause: Delegation

    def begin(self) -> None:  # noqa: D102
        here, there = self.world.bodies.get(self.clause.organ), self.world.bodies.get(self.clause.of)
        if here and there:
            for business in there.answers:
                if business not in self.clause.reserved:
                    here.answers.setdefault(business, self.clause.id)


def face(clause: Delegation, world: World) -> Face:
    """The clause at work."""
    return Stands(clause, world)
