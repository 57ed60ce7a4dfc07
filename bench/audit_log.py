"""A national log to audit: some 40 million entries of 250,000 units over three years, lawful but for planted lapses.

    python bench/audit_log.py OUT [--entries N] [--units U] [--lapse-rate R] [--seed S]
    python bench/audit_log.py --check

The centre, the provinces, the counties and what stands by them (740 units with two cells a county) are lived through
by the scripted officers of the demonstration, so every entry of theirs was judged by the kernel. All other basic
organisations are made up as arrays, month by month, and written as Parquet as they are made, so memory stays flat.
``OUT`` becomes a folder of monthly files; beside it ``OUT-planted.parquet`` lists what is missed or late (`clause`,
`unit`, `key` as `Obligation.key` has it, `how`), and ``OUT-facts.json`` says what was made.

``--check`` makes a small log, replays every made-up entry through the kernel, which must accept each and settle it
alike, and compares what the obligations of every unit say was missed with the list of what was planted.

Attendance in the made-up units is a number, as in logs of others, unless ``--names`` is given. `prev` and `hash` are
left out everywhere: the audit does not read them.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from audit_cells import CHUNK, MEETING, SCHEMA, basics, entries, month, opened, plain
from rich.console import Console
from rich.progress import track

from quorate.charter.model import Unit
from quorate.charter.read import files_of
from quorate.clauses import Clause, View
from quorate.log import Entry
from quorate.log.stores.memory import MemoryStore
from quorate.officers import Play, Scenario, read_scenario
from quorate.officers.scenario import Lapse
from quorate.run.kernel import Draft, decide, stages
from quorate.run.opening import opening
from quorate.run.record import Record, create
from quorate.state.unit import UnitState
from quorate.terms import dates
from quorate.terms.act import Act

CHARTER = Path(__file__).parents[1] / "charters" / "wpk-provincial"
FIRST = 2013
PLANTED = ("clause", "unit", "key", "how")
Planted = tuple[str, str, str, str]
UNANSWERED = {
    "unit": "KP-02",
    "clause": "county.report",
    "from": "2015-06-20",
    "to": "2015-07-20",
    "note": "Reports of counties lie unanswered for weeks",
}


# --- the units above: the scripted officers of the demonstration, for as many years


def scenario(months: int) -> Scenario:
    """The demonstration's scenario from January 2013 on, what happens in its first year each year anew.

    Without the conferences before the congress, which would have to reach every cell, and without what is refused.
    """
    base = read_scenario(CHARTER / "demo.yaml")
    last = dates.add(dates.add(f"{FIRST}-01-01", months, "months"), -1, "days")
    years = range(FIRST, int(last[:4]) + 1)
    happens = [h for h in base.happenings if h.expect == "recorded" and h.on < "2016"]
    once = ("office.resign", "office.act")
    lapses = (*base.lapses, Lapse.model_validate(UNANSWERED))
    update = {
        "from_": f"{FIRST}-01-01",
        "to": last,
        "openings": tuple(o.model_copy(update={"until": o.until and f"{years[-1] + 2}-12-31"}) for o in base.openings),
        "happenings": tuple(_moved(h, year) for year in years for h in happens if year == FIRST or h.act not in once),
        "lapses": tuple(_moved(it, year) for year in years for it in lapses if year == FIRST or not it.brings),
        "petitions": tuple(it.replace("2015", str(year)) for year in years for it in base.petitions),
        "sittings": (),
    }
    return base.model_copy(update=update)


def _moved(part: Any, year: int) -> Any:
    """A part of the scenario with 2015 turned into another year, and what followed it into the year after."""
    text = part.model_dump_json(by_alias=True, exclude_none=True)
    text = text.replace("2016", "@next").replace("2015", str(year)).replace("@next", str(year + 1))
    return type(part).model_validate_json(text)


def lived(months: int, seed: int) -> Record:
    """The record of the units above, in memory."""
    plan, salt = scenario(months), Random(seed)
    record = create(MemoryStore(), files_of(CHARTER), plan.from_, salt=lambda: salt.randbytes(32))
    Play(record, plan, seed).run()
    return record


def by_month(record: Record) -> dict[str, pa.Table]:
    """The record's entries as tables, by month."""
    found: dict[str, list[Entry]] = {}
    for unit in record.units():
        for entry in record.store.read(unit):
            found.setdefault(entry.at_earliest[:7], []).append(entry)
    return {month: _table(entries) for month, entries in sorted(found.items())}


def _table(entries: list[Entry]) -> pa.Table:
    columns: dict[str, Any] = {name: [getattr(entry, name) for entry in entries] for name in SCHEMA.names}
    columns["payload"] = [plain(dict(entry.payload)) if entry.payload else None for entry in entries]
    for name in ("at_earliest", "at_latest"):
        columns[name] = pc.strptime(pa.array(columns[name]), "%Y-%m-%dT%H:%M", "us")
    columns["prev"] = columns["hash"] = pa.nulls(len(entries), pa.string())
    return pa.table(
        [pa.array(columns[name]) if isinstance(columns[name], list) else columns[name] for name in SCHEMA.names], SCHEMA
    )


def owed(record: Record, until: str) -> Iterator[Planted]:
    """What the record itself says was missed or late on its last day."""
    for found in record.obligations(until):
        status = found.status(until)
        if status in ("missed", "late"):
            yield found.clause, found.unit, found.key, status


# --- all of it


def make(
    out: Path, entries_: int, units: int, rate: float, seed: int, named: bool = False
) -> tuple[dict[str, Any], Record]:
    """Write the log, what was planted and what was made; return the last, and the record of the units above."""
    begin = time.monotonic()
    months = max(1, int((entries_ / units - 1) / 4.4))
    record = lived(months, seed)
    above = by_month(record)
    rng = np.random.default_rng(seed)
    all_ = basics(record, units - len(record.units()), rng)
    played = sum(len(table) for table in above.values())
    each = (entries_ - played - len(all_.ids)) / len(all_.ids) / months  # entries of an organisation a month
    chance = min(1.0, max(0.0, (each / (1 - rate) - MEETING) / 2.1))
    until = dates.add(dates.add(f"{FIRST}-01-01", months, "months"), -1, "days")
    planted = list(owed(record, until))
    out.mkdir(parents=True, exist_ok=True)
    written = played
    for name in track(sorted(above), "months", console=Console(stderr=True), transient=True):
        with pq.ParquetWriter(out / f"{name}.parquet", SCHEMA, compression="zstd", store_schema=False) as writer:
            writer.write_table(above[name])
            for start in range(0, len(all_.ids), CHUNK):
                here = all_.part(start)
                if name == f"{FIRST}-01":
                    written += len(here.ids)
                    writer.write_table(
                        opened(here, int(np.datetime64(f"{name}-01", "us").astype(np.int64))).cast(SCHEMA)
                    )
                drawn = month(name, here, rng, chance, rate if name < until[:7] else 0)  # the last month is not over
                planted += [("cell.cadence", here.ids[i], f"{name}/1", "missed") for i in np.flatnonzero(drawn.lapsed)]
                written += len(drawn.of)
                writer.write_table(entries(drawn, named).cast(SCHEMA))
    count = Counter(clause for clause, *_ in planted)
    lists = [pa.array([row[i] for row in planted]) for i in range(4)]
    pq.write_table(pa.table(lists, PLANTED), out.with_name(f"{out.name}-planted.parquet"), compression="zstd")
    facts = {
        "entries": written,
        "units": len(record.units()) + len(all_.ids),
        "months": months,
        "from": f"{FIRST}-01-01",
        "until": until,
        "lapses": len(planted),
        "by clause": dict(sorted(count.items())),
        "bytes": sum(file.stat().st_size for file in out.iterdir()),
        "seconds": round(time.monotonic() - begin, 1),
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    out.with_name(f"{out.name}-facts.json").write_text(json.dumps(facts, indent=1) + "\n")
    return facts, record


# --- the check: the kernel judges every made-up entry


def check() -> list[str]:
    """Replay a small log through the kernel; return what is wrong with it."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "log"
        facts, record = make(out, 40_000, 1_100, 0.01, 7, named=True)
        rows = pq.read_table(out).sort_by([("unit", "ascending"), ("seq", "ascending")]).to_pylist()
        planted = pq.read_table(Path(folder) / "log-planted.parquet").to_pylist()
    known = set(record.units())
    wrong = [] if len(rows) == facts["entries"] else [f"{len(rows)} entries, {facts['entries']} stated"]
    made = [row for row in rows if row["unit"] not in known]
    verbs = stages(record.charter)
    states: dict[str, UnitState] = {}
    for row in sorted(made, key=lambda row: row["act"] != "unit.open"):  # openings first: others refer to the units
        wrong += _judged(row, states, record, verbs)
    missed = {
        (found.clause, found.unit, found.key, found.status(facts["until"]))
        for unit, state in states.items()
        for clause in record.charter.of(Clause, state.tier)
        for found in clause.obligations(View(record.charter, state, facts["until"]), facts["until"])
        if found.status(facts["until"]) in ("missed", "late")
    }
    listed = {tuple(row[name] for name in PLANTED) for row in planted if row["unit"] not in known}
    wrong += [f"planted and not missed: {row}" for row in listed - missed]
    wrong += [f"missed and not planted: {row}" for row in missed - listed]
    judged = f"{len(made):,} made-up entries of {len(states):,} units judged"
    print(f"{judged}; {len(listed)} planted lapses; {len(wrong)} faults")
    return wrong


def _judged(row: dict[str, Any], states: dict[str, UnitState], record: Record, verbs: frozenset[str]) -> list[str]:
    """What the kernel has against one entry."""
    unit, at = row["unit"], row["at_earliest"].strftime("%Y-%m-%dT%H:%M")
    payload = json.loads(row["payload"]) if row["payload"] else {}
    if row["act"] == "unit.open":
        facts = Unit(unit, row["tier"], payload["name"], payload["parent"])
        statement = {name: payload[name] for name in ("members", "holders")}
        record.charter.establish(facts)
        states[unit] = UnitState(unit)
        found: Any = opening(facts, at, statement, record.charter)
    else:
        stated = {name: value for name, value in payload.items() if name not in ("entitled", "carried", "standing")}
        organ = row["organ"] if row["act"] == "meeting.convene" else None
        columns = {name: row[name] for name in ("actor", "office", "subject", "meeting", "ref")}
        act = Act(row["act"], unit, at, organ=organ, payload=stated, **columns)
        found = decide(act, states[unit], record.charter, bytes(32), verbs)
    if not isinstance(found, Draft):
        return [f"{row['entry']}: {found}"]
    states[unit].apply(found.entry, found.payload)
    says = {name: getattr(found.entry, name) for name in ("entry", "tier", "organ", "office", "clause", "ref")}
    differs = [f"{name} {row[name]!r}, not {value!r}" for name, value in says.items() if row[name] != value]
    if dict(found.entry.payload or {}) != payload:
        differs.append(f"payload {payload}, not {found.entry.payload}")
    return [f"{row['entry']}: {text}" for text in differs]


def main() -> None:
    """Make a log, or check that what is made is lawful."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("out", nargs="?", type=Path, metavar="OUT")
    options.add_argument("--entries", type=int, default=40_000_000)
    options.add_argument("--units", type=int, default=250_000)
    options.add_argument("--lapse-rate", type=float, default=0.001)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--names", action="store_true")
    options.add_argument("--check", action="store_true")
    given = options.parse_args()
    if given.check:
        wrong = check()
        print(*wrong[:20], sep="\n")
        sys.exit(1 if wrong else 0)
    if given.out is None or given.units < 1_000:
        options.error("name the folder to write, and at least 1,000 units" if given.out else "name the folder to write")
    if given.out.exists() and any(given.out.iterdir()):
        options.error(f"there is something in {given.out} already; remove it, or name another folder")
    facts, _ = make(given.out, given.entries, given.units, given.lapse_rate, given.seed, given.names)
    print(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
