"""A small charter, parameters of our own, and scenarios written in a test."""

import shutil
import textwrap
from pathlib import Path

import pytest

from quorate.charter.read import read
from quorate.simulate.scenario import read_scenario
from quorate.world.parameters import Parameter

LEAGUE = Path(__file__).parent / "league"
PARAMETERS = {
    one.name: one
    for one in (
        Parameter("attendance", "the share of members who come", 0.93, "share"),
        Parameter("approval_days", "how long an approval takes", 20, "days", 0, 400),
        Parameter("cases_a_year", "cases opened", 2.5, "a year", 0, 1000, source="a register"),
    )
}


@pytest.fixture(scope="session")
def charter():
    return read(LEAGUE)


@pytest.fixture
def league(tmp_path):
    """A copy of the charter's folder, to write scenarios beside its own."""
    return Path(shutil.copytree(LEAGUE, tmp_path / "league"))


@pytest.fixture
def scenario(league, charter):
    """Read a scenario written in the test, over the charter's default one."""

    def read_it(text="", *, overrides=None, based=True):
        head = "title: A test\nbased_on: default.yaml\n" if based else ""
        path = league / "simulate" / "test.yaml"
        path.write_text(head + textwrap.dedent(text), encoding="utf-8")
        return read_scenario(path, charter, overrides=overrides, parameters=PARAMETERS)

    return read_it
