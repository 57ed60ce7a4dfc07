"""Small simulations of the reference organisation for tests."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from quorate.charter.read import read
from quorate.simulate.engine import Plan
from quorate.simulate.scenario import read_scenario

CHARTER = Path(__file__).parents[2] / "charters" / "wpk-provincial"


@cache
def charter():
    return read(CHARTER)


@cache
def scenario(name="default"):
    return read_scenario(CHARTER / "simulate" / f"{name}.yaml", charter())


def plan(first="2016-01-01", last="2016-03-31", seed=1, scale=0.0005, name="default"):
    """A plan of some months, with some hundreds of basic organisations."""
    return Plan(charter(), scenario(name), first, last, seed, scale)


def digests(folder):
    """What the files of a log are, by name."""
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}
