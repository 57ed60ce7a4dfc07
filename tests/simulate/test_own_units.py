"""Basic organisations that the charter itself lists hold the members, and their own posts. That a year of theirs is as
the charter says is told by the guide of commands.
"""

from pathlib import Path

import pytest

from quorate.charter.read import read
from quorate.simulate.engine import Plan, made
from quorate.simulate.runs import Window, planned
from quorate.simulate.scenario import BadScenario, read_scenario
from quorate.world.units import PERSON

CLUB = Path(__file__).parents[1] / "cli" / "club"
DEFAULT = CLUB / "simulate" / "default.yaml"
NO_ONE = "{members: {value: 60, assumed: true}, by: {tier: federation}}"


@pytest.fixture(scope="module")
def year():
    return planned(CLUB, DEFAULT, Window("2015-01-01", "2015-12-31"))


def test_members_are_shared_among_them_and_their_posts_filled_by_their_own(year):
    world = made(year)
    branches = world.units.of("branch")
    assert world.people.count(branches).tolist() == [30, 30]
    committee, chair = world.posts.all["committee"], world.posts.all["chair"]
    for row, branch in enumerate(branches.tolist()):
        assert committee.holder[row].tolist() == [branch * PERSON + number for number in (1, 2)]
        assert chair.holder[row].tolist() == [branch * PERSON + 3]


@pytest.mark.parametrize("members", [8, 9, 60])
def test_who_holds_a_post_stays_and_is_counted_once(year, members):
    plan = Plan(
        year.charter,
        read_scenario(DEFAULT, year.charter, overrides={"population.members": str(members)}),
        "2015-01-01",
        "2015-02-28",
    )
    world = made(plan)
    for branch in world.units.of("branch").tolist():
        people = world.people
        inside = [number for number in range(1, 70) if people.belongs(branch, number)]
        assert len(inside) == people.count(world.units.of("branch"))[branch - world.units.first("branch")]


def test_a_tier_that_nobody_belongs_to_needs_basic_organisations(tmp_path):
    file = tmp_path / "wrong.yaml"
    file.write_text(f"title: Wrong\npopulation: {NO_ONE}\n")
    with pytest.raises(BadScenario) as error:
        read_scenario(file, read(CLUB))
    (finding,) = error.value.findings
    assert "no basic organisations are stated" in finding.message
    assert "`branch`" in finding.advice
    assert str(finding.where).endswith("wrong.yaml:2:62")
