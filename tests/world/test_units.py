"""Units by number: what stands below what."""

import numpy as np

from quorate.world.units import Founded, numbered

ROWS = [
    Founded("top", "centre", "Top", None),
    Founded("north", "region", "North", "top"),
    Founded("south", "region", "South", "top"),
    Founded("n/town", "town", "Town", "north"),
    Founded("n/town/ward", "town", "Ward", "n/town"),
    Founded("s/town", "town", "Town", "south"),
    Founded("s/1", "cell", "Cell", "s/town", None, 7),
    Founded("n/1", "cell", "Cell", "n/town", None, 5),
    Founded("n/2", "cell", "Cell", "n/town/ward", None, 9),
    Founded("top/1", "cell", "Cell", "top", None, 3),
]
UNITS = numbered(ROWS, ["centre", "region", "town", "cell"])


def ids(numbers):
    return [UNITS.ids[number] if number >= 0 else None for number in numbers]


def test_units_of_a_tier_stand_together():
    assert [ids(UNITS.of(tier)) for tier in UNITS.tiers] == [
        ["top"],
        ["north", "south"],
        ["n/town", "n/town/ward", "s/town"],
        ["s/1", "n/1", "n/2", "top/1"],
    ]


def test_what_stands_above_is_the_nearest_of_its_tier():
    cells = UNITS.of("cell")
    assert ids(UNITS.above(cells, "town")) == ["s/town", "n/town", "n/town/ward", None]
    assert ids(UNITS.above(cells, "region")) == ["south", "north", "north", None]


def test_what_stands_below_is_listed_by_unit():
    starts, numbers = UNITS.below("region", "cell")
    assert [ids(numbers[starts[i] : starts[i + 1]]) for i in range(2)] == [["n/1", "n/2"], ["s/1"]]
    starts, numbers = UNITS.below("town", "town")
    assert [ids(numbers[starts[i] : starts[i + 1]]) for i in range(3)] == [["n/town/ward"], [], []]


def test_parts_are_what_stands_below_the_uppermost():
    assert ids(UNITS.top) == ["top", "north", "south", "north", "north", "south", "south", "north", "north", "top/1"]


def test_persons_are_told_by_where_they_belong():
    number = UNITS.number["n/2"]
    assert UNITS.person(number * 65536 + 4) == "n/2:04"
    assert UNITS.person_name(number * 65536 + 4) == "Cell, no. 04 (invented)"
    assert np.array_equal(UNITS.named(["s/1", "nowhere"]), [UNITS.number["s/1"]])
