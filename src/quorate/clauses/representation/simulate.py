"""Representation, simulated: a conference's seats are given out, representatives elected, their credentials sent and
checked; and whoever was accepted sits.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.representation import Representation
from quorate.clauses.representation.simulate_credentials import Credentials
from quorate.clauses.representation.simulate_polls import Polls
from quorate.clauses.representation.simulate_seats import quotas_text, shared
from quorate.world.bodies import Body, Sitting
from quorate.world.calendar import after
from quorate.world.face import Face
from quorate.world.parameters import LATE, Parameter
from quorate.world.units import NOBODY
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
PARAMETERS = (
    Parameter("representative_days", "days until an organ means to elect its representatives", 8, "days", 0, 400),
    Parameter("credential_days", "days from an election until credentials are sent", 1, "days", 0, 400),
    Parameter("check_days", "days until credentials that have come are checked", 2, "days", 0, 400),
    Parameter("credential_margin_days", "days before a conference that credentials are to be there", 5, "days", 1, 60),
    *LATE,
)  # fmt: skip
PRESS = 7
"""Days after which a meeting is called anew for representatives who were not elected."""
CALLED = 14
"""Days that a meeting already called may be ahead: by so much an election is thought of before it has to be held."""
PATIENCE = 60
"""Days after the last for its credentials in which an organ still tries to elect."""


class Represents(Face):
    """One conference's representatives. By unit, for those who elect (int64, [all units]): `left`, the seats to be
    filled yet; `turn`, the apportionment they are of (its unit's `round`); `by`, the day by which credentials are to be
    there. `late` says who sends them late.
    """

    clause: Representation

    def join(self) -> None:  # noqa: D102
        world = self.world
        self.body = world.bodies.get(self.clause.conference)
        self.sending = [world.bodies[organ] for organ in self.clause.elected_by if organ in world.bodies]
        if self.body is None or not self.sending:
            self.sending = []
            return
        count = len(world.units)
        self.left, self.turn, self.by = (np.zeros(count, np.int64) for _ in range(3))
        self.late = np.zeros(count, np.bool_)
        self.round = np.zeros(len(self.body.has), np.int64)
        self.papers = Credentials(self.clause, world, self.body, self.round)
        self.polls = Polls(self.clause, world)
        self.body.seating.append(self)
        self.body.held.append(self.papers.over)
        for body in self.sending:
            body.business.append(self)

    def happen(self, unit: int, happening: Any) -> bool:
        """Give out the seats because the scenario says so."""
        stated = happening.say.get("conference")
        if happening.act != "conference.apportion" or stated != self.clause.conference or not self.sending:
            return False
        assert self.body is not None
        self.apportion(np.array([unit]), self.body.ahead[[unit - self.body.first]])
        return True

    # --- giving out seats

    def apportion(self, units: Ints, days: Ints) -> Mask:
        """Give out the seats of conferences that meet on these days (-1: not known), and tell those who elect; say
        where it could be done.
        """
        world, clause = self.world, self.clause
        found = [self._shares(int(unit)) for unit in units]
        fit = np.array([share is not None for share in found], np.bool_)
        shares = [share for share in found if share is not None]
        texts = np.array([world.loose.add(quotas_text(clause, *share[:3])) for share in shares], np.int64)
        here, meet = units[fit], days[fit]
        entries, done = world.act(
            clause.apportioned_by, "conference.apportion", clause.id, here, templates={"payload": "{b:loose}"}, b=texts
        )
        told = [shares[row] for row in np.flatnonzero(done).tolist()]
        self._tell(here[done], meet[done], entries[done], [each[3] for each in told], [each[2] for each in told])
        fit[fit] = done
        return fit

    def _shares(self, unit: int) -> tuple[list[str], Ints, Ints, Ints] | None:
        """Who elects to a unit's conference: ids in order, members, seats, numbers; None where there is nobody, or
        there are too few seats.
        """
        world, units = self.world, self.world.units
        assert self.body is not None
        tier = self.body.organ.tier
        place, below = unit - self.body.first, []
        for organ in self.sending:
            starts, numbers = units.below(tier, organ.organ.tier)
            below.append(numbers[starts[place] : starts[place + 1]])
        told = world.told(tier)
        electing = np.unique(np.concatenate(below))
        electing = electing[told[electing] > 0]
        electing = electing[sorted(range(len(electing)), key=lambda row: units.ids[electing[row]])]
        seats = shared(self.clause, told[electing])
        return None if seats is None else ([units.ids[each] for each in electing], told[electing], seats, electing)

    def _tell(self, units: Ints, days: Ints, entries: Ints, electing: list[Ints], seats: list[Ints]) -> None:
        """Send the units that elect to each conference their quotas."""
        world, body = self.world, self.body
        assert body is not None
        if not len(units):
            return
        self.round[units - body.first] += 1
        self.papers.begin(units)
        to, given = np.concatenate(electing), np.concatenate(seats)
        owner = np.repeat(np.arange(len(units)), [len(each) for each in electing])
        to, given, owner = to[given > 0], given[given > 0], owner[given > 0]
        days = np.where(days > world.today, days, world.last + PATIENCE)
        payload = f'{{"data":{{"conference":"{body.id}","seats":{{b}}}},"from":"{{c:unit}}","kind":"quota"}}'
        form = world.forms.form("document.receive", self.clause.id, ref="{d:entry}", payload=payload)
        turn = self.round[units - body.first]
        world.send(
            form, to, self._granted, to, given, turn[owner], days[owner], b=given, c=units[owner], d=entries[owner]
        )

    # --- electing

    def _granted(self, entries: Ints, units: Ints, seats: Ints, turn: Ints, day: Ints) -> None:
        """Quotas have come: so many are to be elected in time for a conference of that day; or are not, or late."""
        world = self.world
        due = after(world.today, self.clause.within)
        lapsed = world.lapses(self.clause.id, units, entries)
        late = lapsed & world.happens(f"late {self.clause.id}", units, entries, "late_share")
        self.left[units] = np.where(lapsed & ~late, 0, seats)
        self.turn[units], self.late[units] = turn, late
        self.papers.forget(units)
        margin = np.floor(world.value("credential_margin_days", units)).astype(np.int64)
        self.by[units] = np.minimum(due, day - margin)
        mean = world.value("representative_days", units)
        wait = world.draws.delay(f"representative_days {self.clause.id}", units, entries, mean)
        start = np.minimum(world.today + 1 + wait, self.by[units] - CALLED)
        world.on(start, MORNING, self._press, units, turn)

    def _press(self, units: Ints, turn: Ints) -> None:
        """Have organs meet that have still to elect and no meeting ahead; conferences elect when they meet."""
        world = self.world
        open_ = (self.left[units] > 0) & (self.turn[units] == turn) & (world.today < self.by[units] + PATIENCE)
        units, turn = units[open_], turn[open_]
        for body in self.sending:
            if body.organ.membership != "credentials" and len(units):
                body.plan(units[self._of(body, units)], world.today + 1)
        world.on(world.today + PRESS, MORNING, self._press, units, turn)

    def _of(self, body: Body, units: Ints) -> Mask:
        """Which of these units have an organ."""
        place = units - body.first
        inside = (place >= 0) & (place < len(body.has))
        return inside & body.has[np.where(inside, place, 0)]

    def sitting(self, sitting: Sitting) -> None:
        """Elect the representatives asked of these units."""
        rows = np.flatnonzero(self.left[sitting.units] > 0)
        if not len(rows):
            return
        units, seats = sitting.units[rows], self.left[sitting.units[rows]]
        single = self.polls.simple(sitting.body) & (seats == 1) & ~np.isin(units, self.papers.naming())
        self._elected(units[single], self.polls.one(sitting, rows[single]), sitting)
        for row in rows[~single].tolist():
            self._several(sitting, row)

    def _several(self, sitting: Sitting, row: int) -> None:
        """Elect several in one meeting, as many as there are to elect where that is fewer than are asked."""
        unit = sitting.units[[row]]
        named = self.papers.named(int(unit[0]))
        persons = self.polls.candidates(sitting, row, named)
        self.left[unit] = np.minimum(self.left[unit], len(persons))
        if self.left[unit[0]] > 0:
            named = self.polls.several(sitting, row, persons[: self.left[unit[0]]])
            self.papers.name(int(unit[0]), named)
        if len(named):
            self._elected(unit, np.array([NOBODY]), sitting, len(named) if self.left[unit[0]] else 0)

    def _elected(self, units: Ints, persons: Ints, sitting: Sitting, number: int = 1) -> None:
        """Representatives are elected (a person each; -1: those named; -2: nobody was): have their credentials sent."""
        world = self.world
        units, persons = units[persons > NOBODY - 1], persons[persons > NOBODY - 1]
        self.left[units] -= number
        units, persons = units[self.left[units] <= 0], persons[self.left[units] <= 0]
        mean = world.value("credential_days", units)
        wait = world.draws.delay(f"credential_days {self.clause.id}", units, sitting.day, mean)
        days = np.minimum(world.today + 1 + wait, self.by[units])
        over = world.draws.delay(f"how late {self.clause.id}", units, sitting.day, world.value("late_days", units) - 1)
        late = np.maximum(after(world.today, self.clause.within), world.today) + 1 + over
        days = np.where(self.late[units], late, days)
        world.on(days, MORNING, self.papers.send, units, persons, self.turn[units])


def face(clause: Representation, world: World) -> Face:
    """The clause at work."""
    return Represents(clause, world)
