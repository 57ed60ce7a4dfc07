"""Elections, simulated: an organ elects, in its meetings, to what stands empty or whose terms end soon; and is called
together for it where it would come too late.

Conferences elect all they elect whenever they meet; others a post at a time. Where an election does not end the terms
before it, holders whose terms end soon resign as it begins, or it could not be held in time. Who dies holding office
above basic organisations is not known there, so nobody does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.base import Rules
from quorate.clauses.convening import Convening
from quorate.clauses.election import Election, capacity_of, confirmers
from quorate.clauses.election import simulate_head as head
from quorate.clauses.election import simulate_leaving as leaving
from quorate.clauses.election.simulate_poll import Poll
from quorate.clauses.election.simulate_posts import OVERDUE, opened, slipped, vacant
from quorate.terms.parts import Span
from quorate.world.bodies import Sitting
from quorate.world.calendar import after
from quorate.world.face import Face
from quorate.world.parameters import Parameter
from quorate.world.posts import Post
from quorate.world.rows import DAY
from quorate.world.units import NOBODY
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
PARAMETERS = (
    Parameter("call_days", "for how many days ahead an organ is called to fill a vacancy", 7, "days", 0, 120),
    Parameter(
        "stands_down", "the share of holders who do not stand again when their post is elected anew", 0.1, "share"
    ),
    Parameter(
        "rival_candidates", "candidates beyond the seats, where voters choose between them", 2, "candidates", 0, 20
    ),
    Parameter("dissent", "the share of those present who vote against a motion", 0.03, "share"),
    OVERDUE,
    *head.PARAMETERS,
    *leaving.PARAMETERS,
)
HORIZON = 75
"""Days before a term ends in which its successor is elected."""
PRESSING = 40
"""Days before a term ends when the organ is called if it has not elected by then, or more where it needs notice."""
SPARE = 12
"""Days by which it is to meet before the last day it could."""
FAILED = 30
"""Days after which an election that elected nobody is held again."""
AHEAD = 12
"""Days ahead of a meeting that whoever calls it thinks of it."""
AGAIN = 10
"""Days after which somebody looks again at what is not filled yet."""


class Elects(Face):
    """Elects to one organ's seats and its offices, or to one office.

    `wish` (bool, [units], by post) says where a post is to be elected anew before its time, `polling` where votes are
    being given now; `unplaced` whom (by unit)
    nobody thinks of for a place in the organs over which a body's members are spread.
    """

    clause: Election

    def join(self) -> None:  # noqa: D102
        world, rules = self.world, self.world.rules
        self.body = world.bodies.get(self.clause.organ)
        posts = posts_of(self.clause, rules) if self.body else []
        self.posts = [world.posts.all[post] for post in posts if post in world.posts.all]
        self.wish = {post.id: np.zeros(len(post.has), np.bool_) for post in self.posts}
        name = head.heads(self.clause, rules)
        self.polling = {post.id: np.zeros(len(post.has), np.bool_) for post in self.posts}
        self.leaving = {p.id: leaving.Leaving(world, self, p, remembers=p.id != name) for p in self.posts}
        self.head = head.Heads(self, world.posts.all[name]) if name and self.posts else None
        if self.head:
            self.leaving[self.head.post.id].handed_over = self.head.quit
        self.unplaced: dict[int, set[int]] = {}
        self._confirming: dict[str, list[Any]] = {}
        if self.body and self.posts:
            self.body.business.append(self)

    def begin(self) -> None:  # noqa: D102
        if self.head:
            self.head.begin()
        for post in self.posts:
            self.leaving[post.id].begin()
            opened(self.world, post)
            self.world.on(self.world.first, MORNING, self._first, post)

    def _first(self, post: Post) -> None:
        """What stands empty from the first day on is a vacancy."""
        units = post.first + np.flatnonzero(post.has)
        full = (post.held(units, self.world.now) != NOBODY).sum(axis=1)
        empty = (full == 0) if self.clause.renews else (full < post.seats)
        vacant(self.world, post, units[empty])

    # --- what others tell

    def vacancy(self, post: Post, units: Ints) -> None:
        """A post fell vacant in these units: elect in the next meeting, or call one."""
        rows = units - post.first
        if self.clause.renews:
            self.wish[post.id][rows] = True
        if self.head and post is self.head.post:
            self.head.organise(units)
        if self.credentials:
            return
        if post.id in self.world.rules.organs:  # a seat among many waits for the next meeting
            units = units[(post.held(units, self.world.now) == NOBODY).all(axis=1)]
        days = np.floor(self.world.value("call_days", units)).astype(np.int64) + self.world.today
        days = np.maximum(days, post.rest[units - post.first])
        self.world.on(np.maximum(days - AHEAD, self.world.today), MORNING, self.urge(post), units, days)

    def running(self, post: Post, units: Ints, until: Ints) -> None:
        """Terms run until these moments: elect anew before."""
        self.world.on(until // DAY - HORIZON, MORNING, partial(self._ending, post), units, until)

    def _ending(self, post: Post, units: Ints, until: Ints) -> None:
        still = (post.until[units - post.first] == until[:, None]).any(axis=1)
        units, until = units[still], until[still]
        missed = slipped(self.world, self.clause.id, post, units, until)
        if self.credentials:
            return
        units, until = units[~missed], until[~missed]
        last = until // DAY - self._long(self.body.polls if self.body else None) - SPARE
        notice = [self._long(rule.notice) for rule in self.world.rules.of(Convening) if rule.organ == self.clause.organ]
        early = np.maximum(last - max([PRESSING - 2 * SPARE, *(days + SPARE for days in notice)]), self.world.today)
        self.world.on(early, MORNING, self.urge(post), units, np.maximum(last - SPARE, self.world.today + 1))

    def _long(self, span: Span | None) -> int:
        """How many days a span is, about."""
        return int(after(self.world.today, span)) - self.world.today if span else 0

    def urge(self, post: Post) -> Callable[..., None]:
        """What has an organ called for a day, and again until it has elected, where something is still to be."""
        return partial(self._urge, post)

    def _urge(self, post: Post, units: Ints, days: Ints) -> None:
        if not len(units):
            return
        assert self.body is not None
        needs = self._due(post, units, days * DAY) > 0
        units, days = units[needs], days[needs]
        self.body.plan(units, days)
        soon = np.maximum(days + 1, self.world.today + AGAIN)
        self.world.on(soon - 1, MORNING, partial(self._urge, post), units, soon)

    # --- what is to be elected

    @property
    def credentials(self) -> bool:
        """Whether a conference elects, which meets when it is told to, and then elects all it elects."""
        return bool(self.world.rules.organs[self.clause.organ].membership == "credentials")

    def ending(self, post: Post, units: Ints, at: Any = None) -> Mask:
        """Which terms end soon, [units, seats]; the terms of empty seats do not."""
        at = np.asarray(self.world.now if at is None else at).reshape(-1, 1)
        return np.asarray(post.until[units - post.first] <= at + HORIZON * DAY)

    def _due(self, post: Post, units: Ints, at: Any) -> Ints:
        """How many are to be elected in each unit at a moment: all before their terms end, or where the post is empty
        or to be elected anew; where an election does not end the terms before it, the empty seats and those of terms
        that end soon.
        """
        rows = units - post.first
        held = post.held(units, at) != NOBODY
        full = held.sum(axis=1)
        soon = (held & self.ending(post, units, at)).sum(axis=1)
        waiting = self._waiting(post, units)
        if self.clause.renews:
            anew = ((full == soon) & (waiting == 0)) | self.wish[post.id][rows] | self.credentials
            seats = np.where(anew, post.seats, 0)
        else:
            seats = np.maximum(post.seats - full - waiting, 0) + soon
        open_ = post.has[rows] & (post.rest[rows] <= np.asarray(at) // DAY) & ~self.polling[post.id][rows]
        return np.asarray(np.where(open_, seats, 0), np.int64)

    def sitting(self, sitting: Sitting) -> None:
        """Hold every election that is due in these meetings."""
        for post in self.posts:
            seats = self._due(post, sitting.units, sitting.at)
            rows = np.flatnonzero(seats)
            if self.head and post is self.head.post:
                if len(rows):
                    self.head.hold(sitting, rows)
                continue
            for row in rows.tolist():
                unit = sitting.units[row : row + 1]
                held = post.held(unit, sitting.at)[0] != NOBODY
                anew = self.credentials or not (held & ~self.ending(post, unit)[0]).any()
                one = (
                    self.clause.ballot.method == "schulze"
                )  # it elects one, so several are elected one after the other
                for _ in range(int(seats[row]) if one else 1):
                    if self._due(post, unit, sitting.at)[0]:
                        Poll(self, post, sitting, row).hold(1 if one else int(seats[row]), anew=anew)

    # --- what is known of persons

    def confirming(self, post: Post) -> list[Any]:
        """The faces of the clauses that must confirm who is elected to a post."""
        found = self._confirming.get(post.id)
        if found is None:
            known = confirmers(post.id, self.world.rules)
            found = self._confirming[post.id] = [self.world.faces[clause.id] for clause in known]
        return found

    def _waiting(self, post: Post, units: Ints) -> Ints:
        """How many are elected to a post and wait to take it."""
        found = np.zeros(len(units), np.int64)
        for face in self.confirming(post):
            found = np.maximum(found, face.waiting(post, units))
        return found

    def barred(self, post: Post, unit: int) -> set[int]:
        """Who resigned a post, or was turned down for it, since it fell vacant."""
        gone = set(self.leaving[post.id].gone.get(unit, ()))
        return gone.union(*(face.turned.get((unit, post.id), set()) for face in self.confirming(post)))

    def staying(self, post: Post, unit: int) -> set[int]:
        """Who holds a post, and keeps it whoever is elected."""
        here = np.array([unit])
        if self.clause.renews:
            return set()
        held = np.where(self.ending(post, here), NOBODY, post.held(here, self.world.now))
        return {int(person) for person in held[0] if person != NOBODY}

    def claimed(self, post: Post, unit: int) -> set[int]:
        """Who has been put forward for a post, or appointed to it, before being elected."""
        found = (face.claims.get((unit, post.id), {}) for face in self.confirming(post))
        return {person for claims in found for person in claims}

    def lapsed(self, post: Post, unit: int, persons: list[int]) -> set[int]:
        """Who was elected before, has not taken the post, and gives way to these."""
        others: set[int] = set()
        for face in self.confirming(post):
            others |= (face.elect(post, unit) | face.stale.get((unit, post.id), set())) - set(persons)
        free = int(post.free(np.array([unit]), self.world.now)[0])
        return others if self.clause.renews or len(others) + len(persons) > free else set()

    def counted(self, post: Post, unit: int, persons: list[int]) -> None:
        """These were elected."""
        row = unit - post.first
        self.polling[post.id][row] = False
        if not persons:
            post.rest[row] = again = self.world.today + FAILED
            if not self.credentials:
                self.world.on(again - AHEAD, MORNING, self.urge(post), np.array([unit]), np.array([again]))
            return
        self.wish[post.id][row] = False
        self.leaving[post.id].gone.pop(unit, None)
        lapsed = self.lapsed(post, unit, persons)
        for face in self.confirming(post):
            face.chosen(post, unit, persons, lapsed)


def posts_of(clause: Election, rules: Rules) -> list[str]:
    """The posts an election fills: an organ's own seats, unless its offices are all it has, and the offices in it."""
    offices = [office.id for office in rules.offices.values() if clause.elects in (office.id, office.organ)]
    own = clause.elects in rules.organs and capacity_of(clause.elects, rules)
    return [clause.elects, *offices] if own else offices


def face(clause: Election, world: World) -> Face:
    """The clause at work."""
    return Elects(clause, world)
