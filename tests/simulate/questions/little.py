"""Little logs made by hand, and a record lived by scripted officers, for questions to be asked of."""

import json
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path

import pyarrow as pa

from quorate.charter.read import files_of, read
from quorate.log.stores.memory import MemoryStore
from quorate.log.tables.own import from_entries
from quorate.log.tables.schema import schema
from quorate.officers import Play, read_scenario
from quorate.run.record import create
from quorate.simulate.questions.log import Log

CHARTER = Path(__file__).resolve().parents[3] / "charters" / "wpk-provincial"
LIVED_TO = "2015-04-30"


@cache
def charter():
    """The reference charter."""
    return read(CHARTER)


class Little:
    """A log written entry by entry; times are days, with the hour where it matters."""

    def __init__(self):
        self.rows = []
        self.seqs = {}

    def add(self, unit, act, at, payload=None, **columns):
        """Write an entry and return its id."""
        seq = next(self.seqs.setdefault(unit, count(1)))
        moment = datetime.fromisoformat(at)
        known = charter().unit(unit)
        tier = columns.pop("tier", known.tier if known else "cell")
        row = {"entry": f"{unit}#{seq}", "unit": unit, "seq": seq, "tier": tier, "act": act}
        row |= {"at_earliest": moment, "at_latest": moment, "payload": json.dumps(payload) if payload else None}
        self.rows.append(row | columns)
        return row["entry"]

    def hand(self, sender, act, at, matter, to, arrives, root=None):
        """A stage that sends a task to units, and its receipt by each on its own day."""
        tasks = [
            {"to": unit, "data": {"matter": f"{matter}>{unit}", "root": root or matter, "opens_task": True}}
            for unit in to
        ]
        entry = self.add(sender, act, at, {"send": tasks, "title": "A title"}, ref=matter)
        for task, day in zip(tasks, arrives, strict=True):
            if day:
                opens = {"kind": "task", "stage": "received", "matter": task["data"]["matter"]}
                self.add(
                    task["to"],
                    "document.receive",
                    day,
                    {"kind": "task", "from": sender, "data": task["data"], "opens": opens},
                    ref=entry,
                )

    def log(self, name="little"):
        """The log, in an order of its own."""
        rows = [{name: row.get(name) for name in schema().names} for row in reversed(self.rows)]
        return Log(pa.Table.from_pylist(rows, schema=schema()), name=name)


@cache
def lived():
    """A record of the reference scenario, lived up to a day; and its entries as a log."""
    scenario = read_scenario(CHARTER / "demo.yaml").model_copy(update={"to": LIVED_TO})
    numbers = iter(range(10**9))
    record = create(MemoryStore(), files_of(CHARTER), scenario.from_, salt=lambda: next(numbers).to_bytes(32, "big"))
    Play(record, scenario, 2016).run()
    entries = [entry for unit in record.units() for entry in record.store.read(unit)]
    return record, Log(pa.Table.from_batches(from_entries(entries)), name="lived")


def days(first, second):
    """Days from one moment to another."""
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds() / 86400
