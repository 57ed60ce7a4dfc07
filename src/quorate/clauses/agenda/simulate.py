"""Agendas, simulated: every meeting of an organ takes the items it must."""

from __future__ import annotations

import numpy as np

from quorate.clauses.agenda import Agenda
from quorate.clauses.competence import Competence
from quorate.world.bodies import Sitting
from quorate.world.face import Face
from quorate.world.world import World

PARAMETERS = ()


class Items(Face):
    """Brings its items to every meeting, before other business."""

    clause: Agenda

    def join(self) -> None:  # noqa: D102
        body = self.world.bodies.get(self.clause.organ)
        if body:
            body.agenda += [item for item in self.clause.items if item not in body.agenda]
            body.business.insert(0, self)

    def sitting(self, sitting: Sitting) -> None:
        """Decide what the organ decides by motion; hear the rest."""
        rules = self.world.rules
        own = {item for c in rules.of(Competence) if c.organ == self.clause.organ for item in c.business}
        every = np.arange(len(sitting.units))
        for item in self.clause.items:
            text = f"{rules.name(item)} (invented)."
            if item in own:
                sitting.resolve(every, item, text)
            else:
                sitting.hear(every, item, text)


def face(clause: Agenda, world: World) -> Face:
    """The clause at work."""
    return Items(clause, world)
