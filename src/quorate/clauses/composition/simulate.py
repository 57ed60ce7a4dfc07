"""Composition, simulated: after a body is elected, its organs are elected anew, so that each member sits on one.

How long its offices may stand empty is looked at where they fall vacant (`election.simulate_posts`).
"""

from __future__ import annotations

import numpy as np

from quorate.clauses.composition import Composition
from quorate.clauses.election import Election
from quorate.clauses.election.simulate import AHEAD
from quorate.clauses.election.simulate_names import places
from quorate.clauses.election.simulate_posts import fillers
from quorate.world.bodies import Sitting
from quorate.world.calendar import after
from quorate.world.face import Face
from quorate.world.units import NOBODY
from quorate.world.world import MORNING, World

PARAMETERS = ()


class MadeUp(Face):
    """Keeps a body's members spread over the organs they are to sit on."""

    clause: Composition

    def join(self) -> None:  # noqa: D102
        world = self.world
        self.post = world.posts.all.get(self.clause.organ)
        if not self.clause.sits_on or self.post is None:
            return
        for rule in world.rules.of(Election):
            body = world.bodies.get(rule.organ)
            if body and rule.fills(self.post.id, world.rules):
                body.held.append(self._held)

    def _held(self, sitting: Sitting) -> None:
        """Where the body was elected in these meetings, have its members placed."""
        assert self.post is not None
        for unit in sitting.units.tolist():
            row = unit - self.post.first
            fresh = (self.post.since[row] == sitting.at) & (self.post.holder[row] != NOBODY)
            if fresh.any():
                self._place(unit, [int(person) for person in self.post.holder[row][fresh]])

    def _place(self, unit: int, persons: list[int]) -> None:
        """Have the organs elected anew on which those without a place can have one; some are forgotten."""
        world = self.world
        posts = [world.posts.all[name] for name in sorted(places(world, self.clause))]
        seated = {int(person) for post in posts for person in post.held(np.array([unit]), world.now)[0]}
        without = np.array([person for person in persons if person not in seated], np.int64)
        if not len(without):
            return
        units = np.full(len(without), unit)
        missed = world.lapses(self.clause.id, units, world.today * 2**40 + without)
        forgotten = {int(person) for person in without[missed]}
        within = int(after(world.today, self.clause.within)) - world.today
        for post in posts:
            for face in fillers(world, post.id):
                if isinstance(face.clause, Election):
                    face.unplaced[unit] = forgotten
                    face.leaving[post.id].gone.pop(unit, None)  # who has no place may come back to one
                    if post.seats > 1 and face.clause.renews and not missed.all():
                        face.wish[post.id][unit - post.first] = True
                        day = np.array([world.today + min(AHEAD, max(within - AHEAD, 1))])
                        world.on(world.today + 1, MORNING, face.urge(post), np.array([unit]), day)


def face(clause: Composition, world: World) -> Face:
    """The clause at work."""
    return MadeUp(clause, world)
