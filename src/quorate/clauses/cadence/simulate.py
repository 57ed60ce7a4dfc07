"""Cadence, simulated: organs are called together in time for what their cadence demands, or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.cadence import Cadence
from quorate.world.bodies import Sitting
from quorate.world.calendar import after, periods
from quorate.world.face import Face
from quorate.world.parameters import Parameter
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter(
        "meeting_margin_days", "how many days before the last allowed day an organ means to meet", 15, "days", 2, 60
    ),
    Parameter(
        "planning_days", "for how many days ahead an organ is called to its regular meetings", 12, "days", 1, 120
    ),
    Parameter("meeting_overrun_days", "how late an organ meets that lets its meeting slip", 30, "days", 1, 400),
)


class Meets(Face):
    """Plans the meetings of one organ."""

    clause: Cadence

    def join(self) -> None:  # noqa: D102
        self.body = self.world.bodies.get(self.clause.organ)
        if self.body and self.clause.at_most:
            self.body.held.append(self.held)

    def begin(self) -> None:  # noqa: D102
        if self.body is None:
            return
        units = self.body.units()
        if self.clause.at_most:
            self.since = np.zeros(len(self.body.has), np.int64)
            self._next(units, np.full(len(units), self.world.first))
            return
        assert self.clause.per is not None
        assert self.clause.at_least is not None
        for number, (_, first, last) in enumerate(periods(self.world.first, self.world.last, self.clause.per)):
            for turn in range(self.clause.at_least.value):
                self.world.on(max(first, self.world.first), MORNING, self._turn, number * 64 + turn, turn, first, last)

    def _turn(self, occasion: int, turn: int, first: int, last: int) -> None:
        """Plan one of a period's meetings in all units: each has its share of the period, and a day drawn in it."""
        assert self.body is not None
        assert self.clause.at_least is not None
        world, units = self.world, self.body.units()
        units = units[~world.lapses(self.clause.id, units, occasion)]
        share = (last - first + 1) / self.clause.at_least.value
        least = int(np.ceil(first + share * turn + min(4, share / 4)))
        most = int(np.floor(first + share * (turn + 1) - 1 - min(5, share / 4)))
        days = world.draws.whole(
            f"day {self.clause.id}", units, occasion, max(least, world.first + 1), max(most, least)
        )
        world.on(days - self._ahead(units), MORNING, self._meet, units, days)

    def _ahead(self, units: Ints) -> Ints:
        return np.floor(self.world.value("planning_days", units)).astype(np.int64)

    def _meet(self, units: Ints, days: Ints) -> None:
        """Have the organ meet; where it has a meeting ahead, look again when that is over."""
        assert self.body is not None
        busy = ~self.body.idle(units)
        self.body.plan(units[~busy], days[~busy])
        self.world.on(self.body.ahead[units[busy] - self.body.first] + 1, MORNING, self._meet, units[busy], days[busy])

    def held(self, sitting: Sitting) -> None:
        """A meeting is closed: the next is due a span from now."""
        self._next(sitting.units, np.full(len(sitting.units), sitting.day))

    def _next(self, units: Ints, since: Ints) -> None:
        assert self.body is not None
        world = self.world
        self.since[units - self.body.first] = since
        due = after(since, self.clause.at_most)
        late = world.lapses(self.clause.id, units, since)
        margin = np.minimum(world.value("meeting_margin_days", units), (due - since) // 2)
        early = world.draws.whole(f"early {self.clause.id}", units, since, 1, np.maximum(2 * margin - 1, 1).astype(int))
        over = world.draws.delay(f"late {self.clause.id}", units, since, world.value("meeting_overrun_days", units) - 1)
        days = np.where(late, due + 1 + over, due - early)
        world.on(days - self._ahead(units), MORNING, self._plan, units, days, since)

    def _plan(self, units: Ints, days: Ints, since: Ints) -> None:
        """Plan a meeting, unless one has been held meanwhile."""
        assert self.body is not None
        still = self.since[units - self.body.first] == since
        self.body.plan(units[still], days[still])


def face(clause: Cadence, world: World) -> Face:
    """The clause at work."""
    return Meets(clause, world)
