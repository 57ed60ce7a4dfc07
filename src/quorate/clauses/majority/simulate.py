"""Majorities, simulated: whether the votes cast carry a motion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.base import seat_count
from quorate.clauses.majority import Majority
from quorate.clauses.quorum.simulate import needed
from quorate.world.face import Face
from quorate.world.parameters import Parameter
from quorate.world.world import World

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter("dissent", "the share of those present who vote against a motion", 0.03, "share"),
    Parameter("abstention", "the share of the others who abstain", 0.02, "share"),
)


class Decides(Face):
    """Says whether an organ's motions are carried."""

    clause: Majority

    def join(self) -> None:  # noqa: D102
        body = self.world.bodies.get(self.clause.organ)
        if body:
            for business in self.clause.business or ("",):
                body.decides[business] = self.carried

    def carried(self, favour: Ints, against: Ints, present: Ints, members: Ints) -> NDArray[np.bool_]:
        """Whether so many votes carry, meeting by meeting. As `Majority.settle`; between options, the motion is the
        only option and meets the default one to one.
        """
        options = self.clause.options
        if options is not None:
            quorum: Ints | int = 0
            if options.quorum is not None:
                top, bottom = needed(
                    options.quorum, {"members": members, "seats": members, "present": present, "cast": present}
                )
                quorum = -(-top // bottom)
            return np.asarray((favour > against) & (favour >= quorum))
        figure = self.clause.more_than or self.clause.at_least
        assert figure is not None
        seats = seat_count(self.world.rules.organs[self.clause.organ])
        whole = np.full_like(members, seats) if seats else members
        counts = {"present": present, "cast": favour + against, "seats": whole, "members": members}
        top, bottom = needed(figure, counts)
        if self.clause.more_than:
            return np.asarray(favour * bottom > top)
        return np.asarray((favour * bottom >= top) & (favour > 0))


def face(clause: Majority, world: World) -> Face:
    """The clause at work."""
    return Decides(clause, world)
