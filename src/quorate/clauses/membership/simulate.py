"""Membership, simulated: people apply and are admitted, become full members, move, and die."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.membership import Membership
from quorate.world.bodies import Sitting
from quorate.world.calendar import after
from quorate.world.face import Face
from quorate.world.parameters import Parameter
from quorate.world.rows import DAY
from quorate.world.units import NOBODY, PERSON
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter("admissions_per_1000", "applicants a year for every 1,000 members", 20, "per 1,000 a year", 0, 1000),
    Parameter("deaths_per_1000", "members who die or leave a year, of every 1,000", 9, "per 1,000 a year", 0, 1000),
    Parameter("transfers_per_1000", "members who move elsewhere a year, of 1,000", 10, "per 1,000 a year", 0, 1000),
    Parameter("candidate_days", "days from admission to full membership", 365, "days", 0, 3650),
    Parameter("refill_days", "days until a member comes to an organisation too small", 20, "days", 1, 400),
)  # fmt: skip
RESERVE = 4
"""The newest founding members hold office above, or may, and stay."""
MONTH = 30
"""Days over which a month's events are spread, at most: the shortest month's."""


class Belongs(Face):
    """Keeps the members of one tier's basic organisations."""

    clause: Membership

    def join(self) -> None:  # noqa: D102
        self.waiting = np.zeros(self.world.units.count(self.clause.tier), np.bool_)
        self.pending = np.zeros(len(self.waiting), np.int64)
        self.first = self.world.units.first(self.clause.tier)
        body = self.world.bodies.get(self.clause.organ)
        if body:
            body.business.append(self)

    def begin(self) -> None:  # noqa: D102
        world = self.world
        day = world.first
        while day <= world.last:
            world.on(max(day, world.first + 1), MORNING, self._month)
            day = int((np.datetime64(day, "D").astype("datetime64[M]") + 1).astype("datetime64[D]").astype(np.int64))

    def _month(self) -> None:
        """Draw who applies, who goes and who moves in this month."""
        world = self.world
        units = world.units.of(self.clause.tier)
        units = units[world.people.last[units] > 0]
        today, count = world.today, world.people.count(units)
        applies = self._drawn("applies", units, count, "admissions_per_1000")
        self.waiting[units[applies] - self.first] = True
        spare = world.people.first[units] <= world.units.members[units] - RESERVE
        for purpose, name, do in (
            ("dies", "deaths_per_1000", self._leave),
            ("moves", "transfers_per_1000", self._move),
        ):
            gone = units[self._drawn(purpose, units, count, name) & spare]
            days = today + world.draws.whole(f"{purpose} on {self.clause.id}", gone, today, 1, 27)
            world.on(days, MORNING, do, gone)

    def _drawn(self, purpose: str, units: Ints, count: Ints, name: str) -> NDArray[np.bool_]:
        rate = self.world.value(name, units) / 1000 / 12 * count
        return self.world.draws.chance(f"{purpose} {self.clause.id}", units, self.world.today, rate)

    # --- joining

    def sitting(self, sitting: Sitting) -> None:
        """Decide on whoever waits to be admitted."""
        world = self.world
        rows = np.flatnonzero(self.waiting[sitting.units - self.first])
        if self.clause.most is not None:
            rows = rows[self._room(sitting.units[rows]) > 0]
        if not len(rows):
            return
        units = sitting.units[rows]
        self.waiting[units - self.first] = False
        person = units * PERSON + world.people.last[units] + 1
        carried, number = sitting.resolve(
            rows, self.clause.business, "Admit the applicant (invented).", ref="{d:person}", d=person
        )
        self.pending[units[carried] - self.first] += 1
        world.on(world.today + 1, MORNING, self._admit, units[carried], number[carried], sitting.day)

    def _room(self, units: Ints) -> Ints:
        """How many more an organisation may have."""
        most = self.clause.most.value if self.clause.most else PERSON
        return np.asarray(most - self.world.people.count(units) - self.pending[units - self.first], np.int64)

    def _admit(self, units: Ints, number: Ints, day: int) -> None:
        world, clause = self.world, self.clause
        person = units * PERSON + world.people.last[units] + 1
        payload = f'{{"name":"{{e:name}}, no. {{f:two}} (invented)","standing":"{clause.admitted_as}"}}'
        templates = {"subject": "{b:person}", "ref": f"{clause.organ}/{{c:day}}/m{{d}}", "payload": payload}
        gaps: dict[str, Any] = {"b": person, "c": day * DAY, "d": number, "e": units, "f": person % PERSON}
        _, done = world.act(clause.kept_by, "member.admit", clause.id, units, templates=templates, **gaps)
        self.pending[units - self.first] -= 1
        world.people.join(units[done])
        if clause.votes and clause.admitted_as not in clause.votes:
            ready = world.today + np.maximum(np.floor(world.value("candidate_days", units[done])), 1).astype(np.int64)
            world.on(ready, MORNING, self._promote, units[done])
        else:
            world.people.promote(units[done])

    def _promote(self, units: Ints) -> None:
        """The longest-waiting candidate becomes a full member."""
        world, clause = self.world, self.clause
        person = units * PERSON + world.people.full[units] + 1
        payload = f'{{"reason":"The time as {clause.admitted_as} is over (invented).","standing":"{clause.votes[0]}"}}'
        templates = {"subject": "{b:person}", "payload": payload}
        _, done = world.act(clause.kept_by, "member.standing", clause.id, units, templates=templates, b=person)
        world.people.promote(units[done])
        world.on(world.today + MONTH, MORNING, self._promote, units[~done])

    # --- leaving and moving

    def _leave(self, units: Ints) -> None:
        world, clause = self.world, self.clause
        person = units * PERSON + world.people.first[units]
        templates = {"subject": "{b:person}", "payload": '{"reason":"died (invented)"}'}
        _, done = world.act(clause.kept_by, "member.leave", clause.id, units, templates=templates, b=person)
        world.people.leave(units[done])
        self._short(units[done])

    def _short(self, units: Ints) -> None:
        """Where too few are left, somebody is to come from beside; unless that is left undone."""
        world, clause = self.world, self.clause
        if clause.least is None or clause.below_least is None:
            return
        units = units[world.people.count(units) < clause.least.value]
        units = units[~world.lapses(clause.id, units, world.today)]
        limit = int(after(world.today, clause.below_least)) - world.today
        days = np.minimum(world.value("refill_days", units), 0.8 * limit).astype(np.int64)
        world.on(world.today + days, MORNING, self._refill, units)

    def _refill(self, units: Ints) -> None:
        """Bring a member from the largest organisation beside each."""
        world = self.world
        assert self.clause.least is not None
        for unit in units.tolist():
            beside = self._beside(unit)
            count = world.people.count(beside)
            spare = (count > self.clause.least.value) & (
                world.people.first[beside] <= world.units.members[beside] - RESERVE
            )
            if spare.any():
                donor = beside[spare][np.argmax(count[spare])]
                self._transfer(np.array([donor]), np.array([unit]))

    def _beside(self, unit: int) -> Ints:
        """The organisations of the tier that stand below the same unit, or the same unit's."""
        world = self.world
        parent = int(world.units.parent[unit])
        if parent < 0:
            return np.zeros(0, np.int64)
        over = world.units.tiers[world.units.tier[parent]]
        starts, below = world.units.below(over, self.clause.tier)
        place = parent - world.units.first(over)
        found = below[starts[place] : starts[place + 1]]
        return np.asarray(found[found != unit], np.int64)

    def _move(self, units: Ints) -> None:
        """Move a member of each to an organisation beside it that has room, drawn anew for each."""
        world = self.world
        least = self.clause.least.value if self.clause.least else 1
        units = units[world.people.count(units) > least]
        to = self._neighbour(units)
        fits = (to != NOBODY) & (to != units)
        units, to = units[fits], to[fits]
        first = np.unique(to, return_index=True)[1]
        units, to = units[first], to[first]
        roomy = self._room(to) > 0
        self._transfer(units[roomy], to[roomy])

    def _neighbour(self, units: Ints) -> Ints:
        """An organisation of the same tier near by in the numbering, below the same unit; -1 where there is none."""
        world = self.world
        step = world.draws.whole(f"moves to {self.clause.id}", units, world.today, 1, 20)
        last = self.first + world.units.count(self.clause.tier) - 1
        found = np.where(units + step <= last, units + step, units - step)
        found = np.maximum(found, self.first)
        return np.where(world.units.parent[found] == world.units.parent[units], found, NOBODY)

    def _transfer(self, units: Ints, to: Ints) -> None:
        """Transfer the longest-standing ordinary member of each unit to another."""
        world, clause = self.world, self.clause
        if not len(units):
            return
        person = units * PERSON + world.people.first[units]
        standing = clause.votes[0] if clause.votes else clause.admitted_as
        data = f'{{"name":"{{b:person}}","person":"{{b:person}}","standing":"{standing}","unit":"{{c:unit}}"}}'
        payload = f'{{"send":[{{"data":{data},"kind":"transfer","to":"{{c:unit}}"}}],"to":"{{c:unit}}"}}'
        templates = {"subject": "{b:person}", "payload": payload}
        entries, done = world.act(
            clause.kept_by, "member.transfer", clause.id, units, templates=templates, b=person, c=to
        )
        person, to, entries, units = person[done], to[done], entries[done], units[done]
        world.people.leave(units)
        np.add.at(self.pending, to - self.first, 1)
        told = f'{{"data":{data},"from":"{{d:unit}}","kind":"transfer"}}'
        form = world.forms.form("document.receive", clause.id, ref="{a:entry}", payload=told)
        world.send(form, to, self._arrived, to, person, a=entries, b=person, c=to, d=units)
        self._short(units)

    def _arrived(self, _entries: Ints, to: Ints, person: Ints) -> None:
        self.world.on(self.world.today + 1, MORNING, self._take, to, person)

    def _take(self, to: Ints, person: Ints) -> None:
        """Take in whoever comes with a transfer."""
        world, clause = self.world, self.clause
        standing = clause.votes[0] if clause.votes else clause.admitted_as
        templates = {"subject": "{b:person}", "payload": f'{{"name":"{{b:person}}","standing":"{standing}"}}'}
        _, done = world.act(clause.kept_by, "member.admit", clause.id, to, templates=templates, b=person)
        np.subtract.at(self.pending, to - self.first, 1)
        world.people.welcome(to[done])


def face(clause: Membership, world: World) -> Face:
    """The clause at work."""
    return Belongs(clause, world)
