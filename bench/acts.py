"""Acts a second through the kernel, and how long a unit with a long stream takes to load.

Run by `python bench/acts.py`. One run measures ours and the floor beside it: the same bytes written to SQLite by hand.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from quorate.charter.model import Unit
from quorate.charter.read import files_of
from quorate.log.stores import open_store
from quorate.log.stores.memory import MemoryStore
from quorate.run.record import Record, create, open_record
from quorate.terms import dates
from quorate.terms.act import Act, Refusal

CHARTER = Path(__file__).resolve().parents[1] / "charters" / "wpk-provincial"
CELL = "KP-02/anju/cell-1"
SECRETARY = f"{CELL}:01"
REPEATS = 5


def begin(store) -> Record:
    """A record with one cell of twenty members."""
    record = create(store, files_of(CHARTER), "2015-01-01")
    members = [{"person": f"{CELL}:{n:02d}", "name": f"Member {n}"} for n in range(1, 21)]
    holders = [{"person": SECRETARY, "post": "cell-secretary"}]
    cell = Unit(CELL, "cell", "Cell 1 of Anju", "KP-02/anju")
    record.open_unit(cell, "2015-01-01", {"members": members, "holders": holders})
    return record


def acts(count: int, first: int = 0):
    """Meetings of a cell: called, opened, a motion put and carried, closed. Five acts a day."""
    present = [f"{CELL}:{n:02d}" for n in range(1, 19)]
    for number in range(first, first + count):
        day, step = dates.add("2015-01-02", number // 5, "days"), number % 5
        meeting, at = f"m{number // 5}", f"{day}T{10 + step}:00"
        yield (
            Act(
                "meeting.convene",
                CELL,
                f"{day}T09:00",
                SECRETARY,
                organ="cell-meeting",
                meeting=meeting,
                payload={"on": day},
            ),
            Act("meeting.open", CELL, at, SECRETARY, meeting=meeting, payload={"present": present}),
            Act(
                "motion.put",
                CELL,
                at,
                SECRETARY,
                meeting=meeting,
                payload={"motion": f"{meeting}/1", "business": "general", "text": "Work"},
            ),
            Act(
                "motion.vote",
                CELL,
                at,
                SECRETARY,
                meeting=meeting,
                payload={"motion": f"{meeting}/1", "for": 17, "against": 1},
            ),
            Act("meeting.close", CELL, at, SECRETARY, meeting=meeting),
        )[step]


def lived(record: Record, count: int, group: int) -> float:
    """Seconds for so many acts, made durable `group` at a time (0: one by one)."""
    queue = list(acts(count))
    begin_at = time.perf_counter()
    if group:
        for start in range(0, count, group):
            with record.group():
                for act in queue[start : start + group]:
                    _do(record, act)
    else:
        for act in queue:
            _do(record, act)
    return time.perf_counter() - begin_at


def _do(record: Record, act: Act) -> None:
    found = record.act(act)
    assert not isinstance(found, Refusal), found


def floor(rows, path: Path, group: int) -> float:
    """Seconds to write the same bytes to SQLite by hand, as durably."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("CREATE TABLE e (unit TEXT, seq INTEGER, hash TEXT, body BLOB, PRIMARY KEY (unit, seq)) WITHOUT ROWID")
    begin_at = time.perf_counter()
    for start in range(0, len(rows), group or 1):
        base.execute("BEGIN")
        base.executemany("INSERT INTO e VALUES (?, ?, ?, ?)", rows[start : start + (group or 1)])
        base.execute("COMMIT")
    seconds = time.perf_counter() - begin_at
    base.close()
    return seconds


def measure(count: int) -> None:
    """Print acts a second: in memory, durable one by one, durable in groups; and the floor beside each."""
    rates: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as folder:
            memory = begin(MemoryStore())
            rates.setdefault("kernel, in memory", []).append(count / lived(memory, count, 0))
            rows = [(CELL, n, digest, raw) for n, (digest, raw) in enumerate(memory.store.read_raw(CELL), 1)]
            for name, group, number in (("one by one", 0, min(count, 500)), ("groups of 100", 100, count)):
                with open_store(str(Path(folder) / f"{group}.db")) as store:
                    rates.setdefault(f"durable, {name}", []).append(number / lived(begin(store), number, group))
                seconds = floor(rows[:number], Path(folder) / f"floor{group}.db", group)
                rates.setdefault(f"the same bytes by hand, {name}", []).append(number / seconds)
    print(f"\nacts a second, medians of {REPEATS} runs of {count} acts")
    for name, found in rates.items():
        print(f"  {name:42} {statistics.median(found):>10,.0f}   ({min(found):,.0f} to {max(found):,.0f})")


def load(entries: int) -> None:
    """Print how long a unit with a long stream takes to read back."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "long.db")
        with open_store(path) as store:
            lived(begin(store), entries - 1, 1000)
        seconds, plain = [], []
        for _ in range(3):
            with open_store(path) as store:
                record = open_record(store)
                start = time.perf_counter()
                state = record.state(CELL)
                seconds.append(time.perf_counter() - start)
                assert state.seq == entries
                start = time.perf_counter()
                total = sum(len(raw) for _, raw in store.read_raw(CELL))
                plain.append(time.perf_counter() - start)
    middle, floor_ = statistics.median(seconds), statistics.median(plain)
    print(f"\nload and fold a unit of {entries:,} entries ({total / 1e6:.0f} MB), medians of 3")
    print(f"  checked, decoded and folded   {middle:6.2f} s   {entries / middle:>10,.0f} entries/s")
    print(f"  bytes read from SQLite alone  {floor_:6.2f} s   ratio {middle / floor_:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--acts", type=int, default=5000)
    parser.add_argument("--entries", type=int, default=100_000)
    chosen = parser.parse_args()
    measure(chosen.acts)
    load(chosen.entries)
