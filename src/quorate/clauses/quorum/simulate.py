"""Quorum, simulated: a meeting too few come to does no business."""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.base import seat_count
from quorate.clauses.quorum import Quorum
from quorate.terms.parts import Figure
from quorate.world.face import Face
from quorate.world.world import World

Ints = NDArray[np.int64]
PARAMETERS = ()


class Enough(Face):
    """Says whether an organ has its quorum."""

    clause: Quorum

    def join(self) -> None:  # noqa: D102
        body = self.world.bodies.get(self.clause.organ)
        if body:
            body.enough = self.enough

    def enough(self, present: Ints, members: Ints) -> NDArray[np.bool_]:
        """Whether so many present of so many members are a quorum, meeting by meeting. As `Quorum.met`."""
        figure = self.clause.at_least or self.clause.more_than
        assert figure is not None
        seats = seat_count(self.world.rules.organs[self.clause.organ])
        of = {"members": members, "seats": np.full_like(members, seats) if seats else members, "present": present}
        top, bottom = needed(figure, of | {"cast": present})
        met = present * bottom >= top if self.clause.at_least else present * bottom > top
        return np.asarray(met & (present > 0))


def needed(figure: Figure, counts: dict[str, Ints]) -> tuple[Ints, int]:
    """A figure as an exact comparison, `(numerators, denominator)`, as `clauses.base.required` has it for one unit."""
    share = figure.number
    if figure.of == "root-of-members":
        roots = [_root(int(n) * share.numerator**2, share.denominator**2) for n in counts["members"]]
        return np.array(roots, np.int64), 1
    if figure.of is None:
        return np.full_like(counts["members"], share.numerator), share.denominator
    return counts[figure.of] * share.numerator, share.denominator


def _root(numerator: int, denominator: int) -> int:
    """The smallest whole number not below the square root of a fraction."""
    floor = isqrt(numerator // denominator)
    return floor if floor * floor * denominator >= numerator else floor + 1


def face(clause: Quorum, world: World) -> Face:
    """The clause at work."""
    return Enough(clause, world)
