"""The small club of tests/cli, lived through its first weeks, in memory."""

from pathlib import Path

import pytest

from quorate.charter.read import files_of
from quorate.cli.batch import read
from quorate.cli.statements import Sources, statements
from quorate.log import Entry
from quorate.log.stores.memory import MemoryStore
from quorate.run.record import create
from quorate.terms.act import Act

CLUB = Path(__file__).parents[1] / "cli" / "club"
UNITS = ["B1", "B2", "FED"]
AT = "2015-01-01"


@pytest.fixture
def opened():
    """A record with the three units just opened."""
    record = create(MemoryStore(), files_of(CLUB), AT)
    stated = statements(record.charter, UNITS, AT, Sources(CLUB / "members.csv", CLUB / "holders.csv"))
    for unit in UNITS:
        record.open_unit(unit, AT, stated[unit])
    return record


@pytest.fixture
def do():
    """Record an act that must be allowed, and deliver what it sends."""

    def done(record, verb, unit, at, actor, **given):
        columns = {name: given.pop(name) for name in ("organ", "subject", "meeting", "ref") if name in given}
        found = record.act(Act(verb, unit, at, actor, payload=given, **columns))
        assert isinstance(found, Entry), str(found)
        record.deliver()
        return found

    return done


@pytest.fixture
def club(opened, do):
    """The same after the acts of January and February 2015."""
    do(opened, "meeting.convene", "B1", "2015-01-05", "B1:1", organ="committee", on="2015-01-09", agenda=["plans"])
    do(opened, "meeting.cancel", "B1", "2015-01-06", "B1:1", meeting="committee/2015-01-09", reason="Snow")
    for written in read(CLUB / "acts.yaml"):
        found = opened.act(written.act)
        assert isinstance(found, Entry), f"{written.where}: {found}"
        opened.deliver()
    return opened
