"""Logs for the audit and its peers: a large one with planted breaches of two rules, and a small one of hard cases.

Both come twice: as Parquet in the shape our audit reads, and as CSV (`case`, `activity`, `at`) for the peers, one case
for each branch and month. A branch's council meets in the month; the branch files one report, which the head office
receives the same day and answers later, and the answer belongs to the case of its report. So each case is what a
careful user of process mining would make of the log by hand, and the peers never have to.

    python logs.py FOLDER CASES [TIMES]

writes both, and what `Made` says of each as JSON beside it, so that whoever measures need not hold them in memory. With
TIMES, it also writes the large one so many times over, as Parquet, each time with branches of its own.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

TEXTS = (
    "organ",
    "office",
    "actor",
    "subject",
    "meeting",
    "ref",
    "clause",
    "source",
    "payload",
    "sealed",
    "prev",
    "hash",
)
SCHEMA = pa.schema(
    [("entry", pa.string()), ("unit", pa.string()), ("seq", pa.int64()), ("tier", pa.string()), ("act", pa.string())]
    + [("at_earliest", pa.timestamp("us")), ("at_latest", pa.timestamp("us"))]
    + [(name, pa.string()) for name in TEXTS]
)
HEAD = "H"
RULES = ("deadline", "twice a month")
MONTHS = [f"{2013 + index // 12}-{index % 12 + 1:02d}" for index in range(40)]
ACTS = {
    "convened": "meeting.convene",
    "opened": "meeting.open",
    "closed": "meeting.close",
    "filed": "report.file",
    "received": "document.receive",
    "acknowledged": "report.acknowledge",
    "returned": "document.receive",
}
Times = tuple[datetime, datetime]


@dataclass(slots=True)
class Event:
    """Something that happened: its case, what it was, when (from, to), and the day of its meeting or its report."""

    case: str
    activity: str
    at: Times
    about: str = ""
    entry: str = ""
    ref: str | None = None

    @property
    def unit(self) -> str:
        """The unit in whose log it stands."""
        return HEAD if self.activity in ("received", "acknowledged") else self.case.partition("/")[0]


@dataclass(frozen=True)
class Made:
    """A log's files, how many events and cases it has, the cases that break each rule, and the case of each entry
    that files a report.
    """

    parquet: Path
    csv: Path
    events: int
    cases: int
    broken: dict[str, set[str]]
    filed: dict[str, str]


def stored(path: Path) -> Made:
    """What was said of a log when it was made."""
    said = json.loads(path.read_text())
    broken = {rule: set(cases) for rule, cases in said["broken"].items()}
    return Made(Path(said["parquet"]), Path(said["csv"]), said["events"], said["cases"], broken, said["filed"])


def store(made: Made, path: Path) -> None:
    """Say it in JSON."""
    said = {"parquet": str(made.parquet), "csv": str(made.csv), "events": made.events, "cases": made.cases}
    broken = {rule: sorted(cases) for rule, cases in made.broken.items()}
    path.write_text(json.dumps({**said, "broken": broken, "filed": made.filed}))


def meeting(case: str, opened: Times) -> Iterator[Event]:
    """A meeting: called two days before, opened and closed."""
    day = f"{opened[0]:%Y-%m-%d}"
    before = opened[0] - timedelta(days=2)
    yield Event(case, "convened", (before, before), day)
    yield Event(case, "opened", opened, day)
    yield Event(case, "closed", opened, day)


def report(case: str, received: Times, answered: Times | None, name: str = "") -> Iterator[Event]:
    """A report: filed and received, acknowledged where it is, and told so."""
    about = name or case
    yield Event(case, "filed", received, about)
    yield Event(case, "received", received, about)
    if answered is not None:
        yield Event(case, "acknowledged", answered, about)
        yield Event(case, "returned", answered, about)


def large(folder: Path, cases: int, seed: int = 1) -> Made:
    """So many cases of ten events; of a hundred, one is answered late or never, and one has one meeting or none."""
    random, events = Random(seed), []
    broken: dict[str, set[str]] = {rule: set() for rule in RULES}
    branches = max(1, cases // len(MONTHS))
    for branch in range(branches):
        for month in MONTHS:
            case, first = f"B{branch:04d}/{month}", datetime.fromisoformat(f"{month}-01T09:00")
            lapses = month < MONTHS[-2]  # what is planted later could not be told by the end
            number = random.randrange(2) if lapses and random.random() < 0.01 else 2
            for day in (random.randrange(8, 15), random.randrange(18, 26))[:number]:
                events += meeting(case, exact(first + timedelta(days=day - 1)))
            days = random.randrange(1, 21)
            if lapses and random.random() < 0.01:
                days = random.choice((0, random.randrange(21, 46)))
            received = first + timedelta(days=random.randrange(5))
            events += report(case, exact(received), exact(received + timedelta(days=days)) if days else None)
            if not 0 < days < 21:
                broken["deadline"].add(case)
            if number < 2:
                broken["twice a month"].add(case)
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "large.parquet", folder / "large.csv"
    filed = write(events, *paths)
    return Made(*paths, len(events), branches * len(MONTHS), broken, filed)


def exact(at: datetime) -> Times:
    """A moment known to the minute."""
    return at, at


@dataclass(frozen=True)
class Hard:
    """A situation: the rule it tries, its case, what is so (`kept`, `breached`, `possibly`, `open`), and its events.

    `key` is what our findings call the demand.
    """

    rule: str
    says: str
    case: str
    so: str
    key: str
    events: list[Event] = field(default_factory=list)


def hard() -> list[Hard]:
    """The hard cases, each in a branch of its own."""
    return [*_deadlines(), *_months()]


def _deadlines() -> Iterator[Hard]:
    rows: list[tuple[str, str, list[tuple[str, str | None]]]] = [
        ("answered after ten days", "kept", [("2013-03-01", "2013-03-11")]),
        ("answered in the afternoon of the last day", "kept", [("2013-03-01", "2013-03-21T15:00")]),
        ("answered in the month after", "kept", [("2013-03-25", "2013-04-05")]),
        ("answered late", "breached", [("2013-03-01", "2013-03-26")]),
        ("never answered", "breached", [("2013-03-01", None)]),
        ("not answered, not yet due", "open", [("2016-04-20", None)]),
        ("two reports, only the second answered", "breached", [("2013-03-01", None), ("2013-03-10", "2013-03-12")]),
        ("received 1 to 10 March, answered 25 to 31", "possibly", [("2013-03-01/2013-03-10", "2013-03-25/2013-03-31")]),
        ("received 1 to 3 March, answered 5 to 7", "kept", [("2013-03-01/2013-03-03", "2013-03-05/2013-03-07")]),
        ("received 1 to 3 March, answered in April", "breached", [("2013-03-01/2013-03-03", "2013-04-01/2013-04-30")]),
    ]
    for number, (says, so, reports) in enumerate(rows):
        case = f"D{number}/{reports[0][0][:7]}"
        made = Hard("deadline", says, case, so, f"D{number}#2")
        for turn, (received, answered) in enumerate(reports):
            about = f"{case}/{turn}" if turn else case
            made.events.extend(report(case, span(received), span(answered) if answered else None, about))
        yield made


def _months() -> Iterator[Hard]:
    rows: list[tuple[str, str, list[str], bool]] = [
        ("two meetings in the month", "kept", ["2013-03-05", "2013-03-20"], True),
        ("one meeting", "breached", ["2013-03-05"], True),
        ("none, and other business in the month", "breached", [], True),
        (
            "none, and nothing else that month",
            "breached",
            ["2013-02-05", "2013-02-20", "2013-04-05", "2013-04-20"],
            False,
        ),
        ("a branch that never does anything", "breached", [], False),
        ("one on the 5th, one 28 March to 3 April", "possibly", ["2013-03-05", "2013-03-28/2013-04-03"], True),
    ]
    for number, (says, so, days, reports) in enumerate(rows):
        made = Hard("twice a month", says, f"M{number}/2013-03", so, "2013-03/2")
        for day in days:
            made.events.extend(meeting(f"M{number}/{day[:7]}", span(day)))
        if reports:
            made.events.extend(report(made.case, span("2013-03-02"), span("2013-03-09")))
        yield made


def span(text: str) -> Times:
    """A day (nine o'clock), a moment, or `day/day`, from the first minute of one to the last of the other."""
    first, slash, last = text.partition("/")
    if slash:
        return datetime.fromisoformat(first), datetime.fromisoformat(f"{last}T23:59")
    return exact(datetime.fromisoformat(text if "T" in text else f"{text}T09:00"))


def small(folder: Path) -> Made:
    """The hard cases as files. A last event dates the end of the log."""
    cases = hard()
    events = [event for each in cases for event in each.events]
    events += meeting("Z/2016-04", span("2016-04-30"))
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "hard.parquet", folder / "hard.csv"
    filed = write(events, *paths, [each.case.partition("/")[0] for each in cases])
    broken = {rule: {each.case for each in cases if (each.rule, each.so) == (rule, "breached")} for rule in RULES}
    return Made(*paths, len(events), len({event.case for event in events}), broken, filed)


# --- writing


def write(events: list[Event], parquet: Path, table: Path, units: Iterable[str] = ()) -> dict[str, str]:
    """Write the events as entries of a log, each unit's opening statement first, and as events of cases; return the
    case of each entry that files a report.
    """
    branches = sorted({event.unit for event in events} - {HEAD} | set(units))
    streams: dict[str, list[Event]] = {unit: [] for unit in (*branches, HEAD)}
    for event in events:
        streams[event.unit].append(event)
    rows = [_opening(unit) for unit in streams]
    filed: dict[str, str] = {}
    for unit, stream in streams.items():  # the head office comes last: what it receives has been filed by then
        stream.sort(key=lambda event: event.at[0])
        for seq, event in enumerate(stream, 2):
            event.entry = f"{unit}#{seq}"
            if event.activity == "filed":
                filed[event.about] = event.entry
            elif event.activity in ("received", "acknowledged"):
                event.ref = filed[event.about]
    answers = {event.about: event.entry for event in streams[HEAD] if event.activity == "acknowledged"}
    for unit, stream in streams.items():
        rows += [_row(unit, seq, event, answers) for seq, event in enumerate(stream, 2)]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), parquet, compression="zstd")
    with table.open("w", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(("case", "activity", "at"))
        lines.writerows((event.case, event.activity, event.at[0].isoformat()) for event in events)
    return {event.entry: event.case for event in events if event.activity == "filed"}


def _opening(unit: str) -> dict[str, Any]:
    at = datetime(2013, 1, 1)
    office = {"person": f"{unit}:1", "post": "clerk" if unit == HEAD else "secretary"}
    payload = {"holders": [office], "name": unit} | ({} if unit == HEAD else {"parent": HEAD})
    tier = "head" if unit == HEAD else "branch"
    fixed = {"entry": f"{unit}#1", "unit": unit, "seq": 1, "tier": tier, "act": "unit.open"}
    return fixed | {"at_earliest": at, "at_latest": at, "payload": _plain(payload)}


def _row(unit: str, seq: int, event: Event, answers: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "entry": event.entry,
        "unit": unit,
        "seq": seq,
        "tier": "head" if unit == HEAD else "branch",
        "act": ACTS[event.activity],
        "at_earliest": event.at[0],
        "at_latest": event.at[1],
        "ref": event.ref,
    }
    if event.activity in ("convened", "opened", "closed"):
        row |= {"organ": "council", "meeting": f"council/{event.about}", "actor": f"{unit}:1"}
    elif event.activity in ("filed", "acknowledged"):
        row |= {"actor": f"{unit}:1", "office": "clerk" if unit == HEAD else "secretary"}
    payload = _payload(event)
    return row | ({"ref": answers[event.about]} if event.activity == "returned" else {}) | payload


def _payload(event: Event) -> dict[str, Any]:
    branch, _, month = event.case.partition("/")
    name, last = f"monthly/{event.about}", str(datetime.fromisoformat(f"{month}-01") - timedelta(days=1))[:7]
    data = {"report": "monthly", "period": last, "report_id": name}
    told = {"reason": "", "report_id": name}
    says: dict[str, Any] = {
        "convened": {"agenda": [], "on": f"{event.about}T09:00"},
        "opened": {"entitled": 5, "present": 4},
        "filed": {"report": "monthly", "period": last, "send": [{"data": data, "kind": "report", "to": HEAD}]},
        "received": {"data": data, "from": branch, "kind": "report"},
        "acknowledged": {"send": [{"data": told, "kind": "report-acknowledged", "to": branch}]},
        "returned": {"data": told, "from": HEAD, "kind": "report-acknowledged"},
    }
    found = {"payload": _plain(says[event.activity])} if event.activity in says else {}
    return found | ({"ref": name} if event.activity == "filed" else {})


def _plain(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def multiplied(parquet: Path, times: int, out: Path) -> None:
    """Write a log so many times over, each time with branches of its own, which all report to the one head office."""

    def own(column: str) -> str:
        return f"regexp_replace({column}, 'B([0-9]{{4}})', 'B\\1x' || k, 'g')"

    def number(seq: str) -> str:
        return f"CASE WHEN {seq} = 1 THEN 1 ELSE ({seq} - 2) * {times} + k + 2 END"

    columns = {name: own(name) for name in ("unit", "actor", "payload")}
    columns["seq"] = f"CASE WHEN unit = '{HEAD}' THEN {number('seq')} ELSE seq END"
    theirs = f"'{HEAD}#' || ({number('TRY_CAST(substr(ref, 3) AS BIGINT)')})"
    columns["ref"] = f"CASE WHEN starts_with(ref, '{HEAD}#') THEN {theirs} ELSE {own('ref')} END"
    replaced = ", ".join(f"{what} AS {name}" for name, what in columns.items())
    rows = f"SELECT * REPLACE ({replaced}) FROM '{parquet}', range({times}) AS copies(k)"
    rows = f"{rows} WHERE unit <> '{HEAD}' OR seq > 1 OR k = 0"
    rows = f"SELECT * EXCLUDE (k) REPLACE (unit || '#' || seq AS entry) FROM ({rows})"
    duckdb.execute("SET preserve_insertion_order = false")
    duckdb.execute(f"COPY ({rows} ORDER BY unit, seq) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


def main() -> None:
    """Make both logs."""
    folder, cases = Path(sys.argv[1]), int(sys.argv[2])
    store(small(folder), folder / "hard.json")
    store(large(folder, cases), folder / "large.json")
    if sys.argv[3:]:
        multiplied(folder / "large.parquet", int(sys.argv[3]), folder / "many.parquet")


if __name__ == "__main__":
    main()
