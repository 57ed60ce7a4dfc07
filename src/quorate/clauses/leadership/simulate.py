"""Leadership, simulated: who leads an organ presides over its meetings."""

from __future__ import annotations

from quorate.clauses.leadership import Leadership
from quorate.world.face import Face
from quorate.world.world import World

PARAMETERS = ()


class Leads(Face):
    """Puts the leader first among those who may preside."""

    clause: Leadership

    def join(self) -> None:  # noqa: D102
        body = self.world.bodies.get(self.clause.organ)
        if body:
            body.chairs.insert(0, self.clause.office)
            if self.clause.executive is not None and body.organ.membership == "seats":
                body.leading = (self.clause.office, self.clause.executive)


def face(clause: Leadership, world: World) -> Face:
    """The clause at work."""
    return Leads(clause, world)
