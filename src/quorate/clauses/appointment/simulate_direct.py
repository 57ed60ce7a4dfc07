"""Appointments to offices nobody elects, simulated: by the unit itself, or by a unit above for many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.appointment.simulate_papers import appointed, told
from quorate.clauses.base import by_tiers
from quorate.clauses.election import Election
from quorate.clauses.election.simulate_head import stand_ins
from quorate.clauses.election.simulate_posts import seated, term_end
from quorate.clauses.eligibility import Eligibility
from quorate.world.posts import NEVER, Post
from quorate.world.units import NOBODY, PERSON
from quorate.world.world import MORNING

if TYPE_CHECKING:
    from quorate.clauses.appointment.simulate import Appoints
    from quorate.clauses.election.simulate_head import Heads

Ints = NDArray[np.int64]
AGAIN = 7
"""Days after which somebody looks again who could not be appointed, or not take office."""


class Direct:
    """Fills one office, as many times as it was held to begin with."""

    def __init__(self, face: Appoints, post: Post) -> None:
        self.face, self.world, self.post, self.clause = face, face.world, post, face.clause
        self.wanted = (post.holder != NOBODY).sum(axis=1)
        self.heads = self._organises()

    def _organises(self) -> Heads | None:
        """The head of whose organisation this office stands in for, where it does."""
        for rule in self.world.rules.of(Election):
            face = self.world.faces.get(rule.id)
            head = getattr(face, "head", None)
            if face is not None and head is not None and self.post.id in stand_ins(face):
                found: Heads = head
                return found
        return None

    def vacancy(self, units: Ints) -> None:
        """Appoint somebody, after some days."""
        world = self.world
        purpose, stands_in = f"appoints {self.clause.id}", self.heads is not None
        mean = world.value("stand_in_days" if stands_in else "appointment_days", units)
        if stands_in:
            wait = world.draws.whole(purpose, units, world.today, 0, np.round(2 * mean).astype(np.int64))
        else:
            wait = world.draws.delay(purpose, units, world.today, mean)
        days = world.today + 1 + wait
        days = np.maximum(days, self.post.rest[units - self.post.first])
        world.on(days, MORNING, self._appoint, units)

    def _needed(self, units: Ints) -> Ints:
        """The units among these in which the office is still to be filled."""
        held = (self.post.held(units, self.world.now) != NOBODY).sum(axis=1)
        if self.heads is not None:
            head = self.heads.post.holder[units - self.heads.post.first, 0]
            return np.asarray(units[(held == 0) & (head == NOBODY)], np.int64)
        return np.asarray(units[held < self.wanted[units - self.post.first]], np.int64)

    def _appoint(self, units: Ints) -> None:
        """Appoint, and send word of it where the office is another unit's."""
        world, clause = self.world, self.clause
        units = self._needed(units)
        over = self._over(units)
        person, _ = world.posts.able(clause.by, np.maximum(over, 0), world.now)
        able = (over != NOBODY) & (person != NOBODY)
        world.on(world.today + AGAIN, MORNING, self._appoint, units[~able])
        units, over = units[able], over[able]
        if not len(units):
            return
        persons = self._persons(units)
        found = (persons != NOBODY) & (persons != person[able])
        world.on(world.today + AGAIN, MORNING, self._appoint, units[~found])
        units, over, persons = units[found], over[found], persons[found]
        for elsewhere in (True, False):
            here = np.flatnonzero((units != over) == elsewhere)
            if len(here):
                self._write(units[here], over[here], persons[here], elsewhere=elsewhere)

    def _write(self, units: Ints, over: Ints, persons: Ints, *, elsewhere: bool) -> None:
        world, clause, post = self.world, self.clause, self.post
        if clause.proposed_first and clause.proposed_by is not None:
            payload = f'{{"post":"{post.id}"}}'
            templates = {"subject": "{b:person}", "payload": payload}
            _, done = world.act(clause.proposed_by, "office.nominate", clause.id, units, templates=templates, b=persons)
            world.on(world.today + AGAIN, MORNING, self._appoint, units[~done])
            units, over, persons = units[done], over[done], persons[done]
        templates = {"subject": "{b:person}", "payload": appointed(post.id, elsewhere=elsewhere)}
        gaps: dict[str, Any] = {"b": persons, "c": units, "d": persons // PERSON, "e": persons % PERSON}
        entries, _ = world.act(clause.by, "office.appoint", clause.id, over, templates=templates, **gaps)
        if not elsewhere:
            world.on(world.today + 1, MORNING, self.take, units, persons)
            return
        form = world.forms.form("document.receive", clause.id, ref="{a:entry}", payload=told(post.id))
        gaps = {"a": entries, "b": persons, "c": over, "d": persons // PERSON, "e": persons % PERSON}
        world.send(form, units, self._received, units, persons, **gaps)

    def _received(self, _entries: Ints, units: Ints, persons: Ints) -> None:
        self.world.on(self.world.today + 1, MORNING, self.take, units, persons)

    def take(self, units: Ints, persons: Ints) -> None:
        """Whoever is appointed takes office, by their own word."""
        world, post = self.world, self.post
        free = (post.held(units, world.now) == NOBODY).any(axis=1)
        units, persons = units[free], persons[free]
        if not len(units):
            return
        at = np.maximum(world.rows.last[units], world.now)
        until = term_end(world.rules, post.id, at)
        ends = '"{b:moment}"' if until[0] != NEVER else "null"
        payload = f'{{"post":"{post.id}","until":{ends}}}'
        form = world.forms.form(
            "office.take", self.clause.id, actor="{a:person}", subject="{a:person}", payload=payload
        )
        world.write(form, units, at, a=persons, **({"b": until} if until[0] != NEVER else {}))
        seats = (post.held(units, world.now) == NOBODY).argmax(axis=1)
        post.seat(units, seats, persons, at, until)
        seated(world, post, units, until)
        if self.heads is not None:
            self._organise(units)
        else:
            self.face.leaving[post.id].forget(units)

    def _organise(self, units: Ints) -> None:
        """Put the register in order, and call the meeting that elects who is to head the organisation."""
        assert self.heads is not None
        self.heads.bury(units)
        days = np.maximum(self.world.today + 1, self.heads.post.rest[units - self.heads.post.first])
        self.world.on(self.world.today, MORNING, self.heads.face.urge(self.heads.post), units, days)

    def step_down(self, units: Ints) -> None:
        """Whoever stood in for the head of these organisations goes."""
        held = units[self.post.holder[units - self.post.first, 0] != NOBODY]
        self.face.leaving[self.post.id].resign(held, 0, "The office has done its work (invented)", self.world.now)

    # --- who

    def _over(self, units: Ints) -> Ints:
        """The unit that appoints in each of these: the one named, else the nearest at or above; -1: there is none."""
        world = self.world
        if self.clause.unit is not None:
            return np.full(len(units), world.units.number.get(self.clause.unit, NOBODY), np.int64)
        found = np.full(len(units), NOBODY, np.int64)
        for tier in world.units.tiers:
            if tier in by_tiers(world.rules, self.clause.by):
                nearest = world.units.above(units, tier)
                found = np.where(nearest >= 0, nearest, found)
        return found

    def _persons(self, units: Ints) -> Ints:
        """Whom to appoint in each unit; -1 where nobody is known."""
        if self.heads is not None:
            return self.heads.heir(units)
        return np.array([self._person(int(unit)) for unit in units], np.int64)

    def _person(self, unit: int) -> int:
        """Somebody the unit, or the one above it, knows of, who holds nothing in it."""
        world = self.world
        rules = [world.faces[rule.id] for rule in world.rules.of(Eligibility) if self.post.id in rule.posts]
        barred = self.face.leaving[self.post.id].gone.get(unit, set())
        busy = self.face.busy(self.post, unit)
        for person in self.face.known(unit):
            fit = all(rule.fits(self.post.id, unit, person) for rule in rules)
            if fit and person not in barred and person not in busy:
                return person
        return NOBODY
