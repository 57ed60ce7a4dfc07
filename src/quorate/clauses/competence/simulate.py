"""Competence, simulated: which clause an organ's decisions on a kind of business rest on."""

from __future__ import annotations

from quorate.clauses.competence import Competence
from quorate.world.face import Face
from quorate.world.world import World

PARAMETERS = ()


class Answers(Face):
    """Lets an organ decide its kinds of business."""

    clause: Competence

    def join(self) -> None:  # noqa: D102
        body = self.world.bodies.get(self.clause.organ)
        if body:
            for business in self.clause.business:
                body.answers.setdefault(business, self.clause.id)


def face(clause: Competence, world: World) -> Face:
    """The clause at work."""
    return Answers(clause, world)
