"""The other charter: votes given for weeks, ranked ballots with a default option, an office filled within the unit."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from quorate.charter.read import read
from quorate.simulate import engine
from quorate.simulate.scenario.parts import Opening
from quorate.world.units import Founded, numbered
from quorate.world.world import day_of
from simulate.faces.lodges_life import ASSUMED, Wished

CHARTER = read(Path(__file__).parents[3] / "charters" / "debian-project")
POLLS = 14


@pytest.fixture(scope="module")
def project():
    """Four years of the project, 300 members strong, who begin with a secretary and without a leader."""

    def founded(charter, *_given):
        own = {tier.id: 300 if tier.basic else 0 for tier in charter.tiers.values()}
        units = (Founded(u.id, u.tier, u.name, u.parent, u.kind, own[u.tier]) for u in charter.known.values())
        return numbered(list(units), list(charter.tiers))

    wished = Wished({}, {"resignations_a_year": 0.0})
    wished.openings = (Opening(tier="project", seats={"secretary": 1}, **ASSUMED),)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "populated", founded)
        world = engine.made(engine.Plan(CHARTER, wished, "2023-01-01", "2026-12-31"))
    acts = []
    for _, month in engine.lived(world):
        acts += [(world.forms.all[form], at) for form, at in zip(month["form"], month["at"], strict=True)]
    return world, acts


def moments(acts, act, clause):
    return [int(at) // 1440 for form, at in acts if (form.act, form.clause) == (act, clause)]


def test_ballots_are_counted_when_the_polls_close(project):
    _, acts = project
    called, counted = (moments(acts, act, "leader.election") for act in ("election.call", "election.count"))
    assert len(counted) >= 4
    assert np.array_equal(np.array(called[: len(counted)]) + POLLS, counted)


def test_a_leader_is_elected_each_year_before_the_term_ends(project):
    world, acts = project
    counted = moments(acts, "election.count", "leader.election")
    assert all(later - earlier <= 366 for earlier, later in pairwise(counted))
    post = world.posts.all["leader"]
    assert post.until[0, 0] // 1440 > day_of("2026-12-31")


def test_the_leader_is_not_the_secretary(project):
    world, _ = project
    assert world.posts.all["leader"].holder[0, 0] != world.posts.all["secretary"].holder[0, 0]
