"""``kill -9`` at any moment loses no acknowledged entry and leaves a log that verifies and goes on.

50 kills by default; ``QUORATE_KILLS=500`` for more. The process dies, not the machine: what a loss of power
does rests on SQLite's full synchronisation.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quorate.log.export import export
from quorate.log.stores.sqlite import SqliteStore
from quorate.log.verify import verify

WRITER = Path(__file__).with_name("writer.py")
KILLS = int(os.environ.get("QUORATE_KILLS", "50"))
PER_LOG = 5


def killed_after(seconds, path, run, group):
    """Run a writer, kill it, and return the entries it acknowledged as (unit, seq, hash)."""
    writer = subprocess.Popen([sys.executable, WRITER, path, str(run), str(group)], stdout=subprocess.PIPE)
    time.sleep(seconds)
    writer.kill()
    told = writer.communicate()[0].decode()
    assert writer.returncode == -9, "the writer was to be killed, not to end by itself"
    # A line cut short by the kill was not an acknowledgement.
    return [(unit, int(seq), digest) for unit, seq, digest in (line.split() for line in told.split("\n")[:-1])]


@pytest.mark.parametrize("log", range(-(-KILLS // PER_LOG)))
def test_no_acknowledged_entry_is_lost_and_work_goes_on(log, tmp_path):
    chance, path, acknowledged = random.Random(log), tmp_path / "log.db", {}
    for run in range(min(PER_LOG, KILLS - log * PER_LOG)):
        group = chance.choice([1, 1, 7, 100])
        # From before the tables are made, to well into the work.
        for unit, seq, digest in killed_after(chance.uniform(0.02, 0.45), path, run, group):
            acknowledged[unit, seq] = digest
        with SqliteStore(path) as store:
            found = {(unit, item.seq): item.hash for unit in store.units() for item in store.read(unit)}
            assert acknowledged.items() <= found.items()
            with (tmp_path / "export").open("wb") as file:
                export(store, file)
        assert verify(tmp_path / "export").findings == ()
    assert acknowledged, "the writers were killed before they had done anything"
