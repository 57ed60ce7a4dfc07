"""Leaving office, simulated: holders resign; those who head basic organisations die as well."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.election.simulate_posts import fillers, vacant
from quorate.world.face import Face
from quorate.world.parameters import Parameter
from quorate.world.posts import Post
from quorate.world.units import NOBODY
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter("resignations_a_year", "the share of holders who resign their post in a year", 0.02, "share a year"),
    Parameter(
        "deaths_in_office_a_year",
        "the share of those who head basic organisations that die in a year",
        0.01,
        "share a year",
    ),
)
HEALTH = "For reasons of health (invented)"
AGAIN = 3
"""Days after which those who mean to leave look again whether something is left that only they can do."""
PATIENCE = 12
"""So many times; then they leave all the same."""
SEATS = 4096
"""More than a post has seats."""


class Leaving:
    """Lets the holders of one post leave it. `gone` has, by unit, who did since it was last filled, where that is asked
    (`remembers`). Where there is `handed_over`, it is told of those who mean to resign, who stay for the time being.
    """

    def __init__(self, world: World, face: Face, post: Post, *, remembers: bool = True) -> None:
        self.world, self.clause, self.post, self.remembers = world, face.clause.id, post, remembers
        self.gone: dict[int, set[int]] = {}
        self.handed_over: Callable[[Ints], None] | None = None

    def begin(self) -> None:
        """Draw from month to month who resigns."""
        if fillers(self.world, self.post.id)[0].clause.id == self.clause:
            monthly(self.world, self._month)

    def _month(self) -> None:
        world, post = self.world, self.post
        units = post.first + np.flatnonzero(post.has)
        rate = world.value("resignations_a_year", units) / 12
        if not rate.any():
            return
        for seat in range(post.seats):
            resigns = world.draws.chance(f"resigns {post.id}", units, world.today * SEATS + seat, rate)
            here = units[resigns & (post.holder[:, seat] != NOBODY)[units - post.first]]
            days = world.today + world.draws.whole(f"resigns {post.id} on", here, world.today * SEATS + seat, 1, 27)
            world.on(days, MORNING, partial(self._resign, seat), here, np.zeros(len(here), np.int64))

    def _resign(self, seat: int, units: Ints, times: Ints) -> None:
        """Those who hold a seat resign it, once nothing is left to do that only they can."""
        world, post = self.world, self.post
        there = post.held(units, world.now)[:, seat] != NOBODY
        units, times = units[there], times[there]
        if self.handed_over is not None:
            self.handed_over(units)
            return
        units = put_off(world, post, units, times, partial(self._resign, seat))
        self.resign(units, seat, HEALTH, world.now)
        vacant(world, post, units)

    def resign(self, units: Ints, seat: int, reason: str, at: int) -> None:
        """Write that the holders of a seat resign it, and empty it."""
        world, post = self.world, self.post
        if not len(units):
            return
        office = post.id if post.id in world.rules.offices else None
        payload = f'{{"post":"{post.id}","reason":"{reason}"}}'
        clause = fillers(world, post.id)[0].clause.id
        form = world.forms.form("office.resign", clause, office=office, actor="{a:person}", payload=payload)
        person = post.holder[units - post.first, seat]
        world.write(form, units, at, a=person)
        if self.remembers:
            for unit, who in zip(units.tolist(), person.tolist(), strict=True):
                self.gone.setdefault(unit, set()).add(who)
        post.vacate(units, seat)

    def forget(self, units: Ints) -> None:
        """The post is filled in these units."""
        for unit in units.tolist():
            self.gone.pop(unit, None)


def put_off(world: World, post: Post, units: Ints, times: Ints, again: Callable[[Ints, Ints], None]) -> Ints:
    """The units whose holders of a post may go. Where something is left that only they can do, `again` asks later; so a
    run in which nothing is let slip leaves nothing undone for want of an officer.
    """
    stays = world.needed(post.id, units) & (times < PATIENCE)
    world.on(world.today + AGAIN, MORNING, again, units[stays], times[stays] + 1)
    return units[~stays]


def monthly(world: World, do: Callable[[], None]) -> None:
    """Have something done on the first of every month, and on the first day."""
    day = world.first
    while day <= world.last:
        world.on(max(day, world.first + 1), MORNING, do)
        day = int((np.datetime64(day, "D").astype("datetime64[M]") + 1).astype("datetime64[D]").astype(np.int64))
