"""Acting in a vacant office, simulated: somebody does until it is filled, or as long as the charter lets one person."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.appointment.simulate_papers import loose
from quorate.clauses.election import Election
from quorate.clauses.election.simulate_posts import fillers
from quorate.clauses.eligibility import Eligibility
from quorate.world.calendar import after
from quorate.world.posts import Post
from quorate.world.rows import DAY
from quorate.world.units import NOBODY
from quorate.world.world import MORNING, written

if TYPE_CHECKING:
    from quorate.clauses.appointment.simulate import Appoints

Ints = NDArray[np.int64]


class Acting:
    """Lets somebody act in the offices of one clause. `been` has who did in a vacancy, by unit and post."""

    def __init__(self, face: Appoints) -> None:
        self.face, self.world, self.clause = face, face.world, face.clause
        self.been: dict[tuple[int, str], set[int]] = {}

    def vacancy(self, post: Post, units: Ints) -> None:
        """An office fell vacant: somebody is to act in it soon, where the clause allows it."""
        if self.clause.acting is None or self.clause.proposed_by is None:
            return
        for unit in units.tolist():
            self.been.pop((unit, post.id), None)
        world = self.world
        mean = world.value("acting_days", units)
        days = world.today + 1 + world.draws.delay(f"acts {post.id}", units, world.today, mean)
        world.on(days, MORNING, partial(self._begin, post), units)

    def _begin(self, post: Post, units: Ints) -> None:
        empty = (post.held(units, self.world.now) == NOBODY).any(axis=1)
        free = empty & (post.acting_until[units - post.first] <= self.world.now)
        vacated = free | (post.acting[units - post.first] == NOBODY)
        for unit in units[empty & vacated].tolist():
            self._act(post, unit)

    def _act(self, post: Post, unit: int) -> None:
        """Write that somebody acts."""
        world, clause, here = self.world, self.clause, np.array([unit])
        person = self._person(post, unit)
        if person == NOBODY or clause.proposed_by is None:
            return
        at = int(max(world.rows.last[unit], world.now))
        until = int(after(at // DAY, clause.acting)) * DAY + at % DAY
        reason = "Until the office is filled (invented)"
        templates = {"subject": "{b:person}", "payload": "{c:loose}"}
        gaps: dict[str, Any] = {
            "b": np.array([person]),
            "c": loose(world, {"post": post.id, "reason": reason, "until": written(until)}),
        }
        _, done = world.act(clause.proposed_by, "office.act", clause.id, here, at=at, templates=templates, **gaps)
        if not done[0]:
            return
        row = unit - post.first
        post.acting[row], post.acting_until[row] = person, until
        self.been.setdefault((unit, post.id), set()).add(person)
        world.on(until // DAY + 1, MORNING, partial(self._begin, post), here)

    def _person(self, post: Post, unit: int) -> int:
        """Who acts: who is elected and waits; else a colleague; else somebody who sits where the office is elected."""
        world, face = self.world, self.face
        rules = [world.faces[rule.id] for rule in world.rules.of(Eligibility) if post.id in rule.posts]
        shunned = self.been.get((unit, post.id), set()) | self._gone(post, unit)
        for person in [*sorted(face.elect(post, unit)), *self._colleagues(post, unit), *face.known(unit)]:
            if person not in shunned and all(rule.fits(post.id, unit, person) for rule in rules):
                return person
        return NOBODY

    def _gone(self, post: Post, unit: int) -> set[int]:
        found: set[int] = set()
        for face in fillers(self.world, post.id):
            found |= face.leaving[post.id].gone.get(unit, set())
        return found - self.face.elect(post, unit)

    def _colleagues(self, post: Post, unit: int) -> list[int]:
        """Who sits on the office's own organ, who may propose, and who sits on the organ that elects to it."""
        world, here = self.world, np.array([unit])
        by = self.clause.proposed_by
        organs = [post.organ] if post.organ else []
        organs += [*by.organs] if by else []
        organs += [face.clause.organ for face in fillers(world, post.id) if isinstance(face.clause, Election)]
        offices = [world.posts.all[name] for name in (by.offices if by else ()) if name in world.posts.all]
        found = [int(person) for held in offices if held is not post for person in held.held(here, world.now)[0]]
        for organ in organs:
            if organ in world.bodies:
                found += [int(person) for person in world.bodies[organ].members(here, world.now)[0]]
        return [person for person in dict.fromkeys(found) if person != NOBODY]
