"""A committee elected by a conference: the plenum places every member on one of its organs."""

from dataclasses import replace

import numpy as np
import pytest

from quorate.clauses.election.simulate_names import places
from quorate.simulate.engine import lived, made
from quorate.simulate.scenario.settings import Setting
from quorate.world.units import NOBODY
from quorate.world.world import SITTINGS
from simulate.small import plan

BODY, COMMITTEE, RULE = "provincial-conference", "provincial-committee", "committee.members"


@pytest.fixture(scope="module")
def renewed():
    """The reference organisation two months after all its provinces' conferences, at which many stood down."""
    small = plan(first="2016-01-01", last="2016-03-10", scale=0.002)
    values = {**small.scenario.values, "stands_down": Setting(default=0.3), "resignations_a_year": Setting(default=0)}
    world = made(replace(small, scenario=replace(small.scenario, values=values)))
    body = world.bodies[BODY]

    def meet():
        for unit in body.units().tolist():
            body.delegates[unit] = world.pools[unit]
        body.hold(body.units())

    before = world.posts.all[COMMITTEE].holder.copy()
    world.on(world.first + 10, SITTINGS, meet)
    for _ in lived(world):
        pass
    return world, before


def committees(renewed):
    """Each committee with all its seats filled: its unit, its members now and those before the conference."""
    world, before = renewed
    post = world.posts.all[COMMITTEE]
    for row, (now, then) in enumerate(zip(post.holder, before, strict=True)):
        if (now != NOBODY).all() and len(np.unique(now)) == post.seats:
            yield post.first + row, set(now.tolist()), set(then.tolist())


def test_some_stand_down_and_others_come(renewed):
    assert len(list(committees(renewed))) >= 8
    assert sum(len(now - then) for _, now, then in committees(renewed)) >= 10


def test_every_member_sits_on_one_of_the_organs(renewed):
    world, _ = renewed
    posts = [world.posts.all[name] for name in places(world, world.faces[RULE].clause)]
    for unit, now, _ in committees(renewed):
        seated = {int(person) for post in posts for person in post.holder[unit - post.first]}
        assert now <= seated


def test_who_audits_does_not_sit_on_the_committee(renewed):
    world, _ = renewed
    auditors = world.posts.all["auditing-committee"]
    for unit, now, _ in committees(renewed):
        assert not now & set(auditors.holder[unit - auditors.first].tolist())
