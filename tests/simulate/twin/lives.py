"""The small union's year, lived by officers through the kernel and by the engine, and what is measured of either."""

import json
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean

import numpy as np

from quorate.charter.read import files_of, read
from quorate.log.stores.memory import MemoryStore
from quorate.officers import Play, read_scenario
from quorate.run.record import create
from quorate.simulate.engine import Plan, lived, made
from quorate.simulate.scenario import read_scenario as read_wishes
from quorate.simulate.writing import Writer

HERE = Path(__file__).parent
FIRST, LAST = "2016-01-01", "2016-12-31"


def by_officers(seed):
    """Entries as (tier, unit, act, at, organ, ref, payload), by scripted officers, each act judged by the kernel."""
    scenario, salt = read_scenario(HERE / "officers.yaml"), Random(seed)
    record = create(MemoryStore(), files_of(HERE), scenario.from_, salt=lambda: salt.randbytes(32))
    play = Play(record, scenario, seed).run()
    assert not play.refused
    return [
        (e.tier, e.unit, e.act, e.at_earliest, e.organ, e.ref, dict(e.payload or {}))
        for unit in record.units()
        for e in record.store.read(unit)
    ]


def by_engine(seed):
    """The same, by the engine."""
    charter = read(HERE)
    world = made(Plan(charter, read_wishes(HERE / "engine.yaml", charter), FIRST, LAST, seed))
    writer, found = Writer(world, HERE, "small-union"), []
    for _, rows in lived(world):
        order = np.lexsort((rows["seq"], rows["unit"]))
        for row in writer.table(rows, order, writer.kept()).to_pylist():
            at = row["at_earliest"].strftime("%Y-%m-%dT%H:%M")
            payload = json.loads(row["payload"]) if row["payload"] else {}
            found.append((row["tier"], row["unit"], row["act"], at, row["organ"], row["ref"], payload))
    return found


def days(first, second):
    """Days between two moments."""
    return (datetime.fromisoformat(second[:10]) - datetime.fromisoformat(first[:10])).days


def measured(entries):
    """What a year came to, by name."""
    held = [e for e in entries if e[2] == "meeting.close"]
    boards = [[e[3] for e in held if e[4] == "board" and e[1] == unit] for unit in ("R1", "R2", "R3")]
    gaps = [days(*pair) for those in boards for pair in pairwise(those)]
    opened = [e for e in entries if e[2] == "meeting.open" and e[4] == "branch-meeting"]
    votes = [e[6] for e in entries if e[2] == "motion.vote"]
    came = sum(present(e[6]["present"]) for e in opened)
    filed, answered, returned = {}, {}, 0
    for _, unit, act, at, _, _, payload in entries:
        if act == "report.file":
            filed.setdefault((unit, payload["period"]), at)
        if act in ("report.acknowledge", "report.return"):
            returned += act == "report.return"
    for _, _, act, at, _, ref, payload in entries:
        if act == "document.receive" and payload["kind"] == "report":
            answered[ref] = [at]
    for _, _, act, at, _, ref, _ in entries:
        if act in ("report.acknowledge", "report.return") and ref in answered:
            answered[ref].append(at)
    month_end = [days(f"{year(period)}-01", at) for (_, period), at in filed.items()]
    stages = {}
    for _, _, act, at, _, ref, payload in entries:
        if act == "document.receive" and "opens" in payload:
            stages.setdefault(payload["opens"]["matter"], {})["received"] = at
        elif act.startswith(("order.", "task.")):
            stages.setdefault(ref, {})[act.partition(".")[2]] = at

    def between(first, second):
        return [days(s[first], s[second]) for s in stages.values() if first in s and second in s]

    return {
        "days between boards": fmean(gaps),
        "branch meetings": sum(e[4] == "branch-meeting" for e in held) / 12,
        "share who come": came / sum(e[6]["entitled"] for e in opened),
        "share against": sum(v["against"] for v in votes) / sum(v["for"] + v["against"] + v["abstain"] for v in votes),
        "reports filed": len(filed) / 3,
        "days to a report": fmean(month_end),
        "days to an answer": fmean(days(*pair) for pair in answered.values() if len(pair) == 2),
        "share returned": returned / max(1, len(answered)),
        "days to a decision": fmean(between("received", "decided")),
        "days to hand on": fmean(between("decided", "assigned")),
        "days to do a task": fmean(between("received", "done")),
        "days to report it": fmean(between("done", "reported")),
    }


def year(period):
    """The month after a month."""
    number = int(period[:4]) * 12 + int(period[5:7])
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def present(stated):
    """How many are stated to be present: a number, or a list of persons."""
    return stated if isinstance(stated, int) else len(stated)
