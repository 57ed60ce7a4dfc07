"""How fast the log is: durable appends on SQLite, reading back, and verifying against plain SHA-256.

    python bench/log.py [--entries N] [--repeats R] [FILE ...]

Prints a table of medians over R repeats (5 by default). Entries are about 490 bytes, as acts of a committee are.
"Hash each line" is one `hashlib.sha256` per entry's line, the lines in memory; "hash the file" is a single one
over its bytes, read from disk. For each FILE, an export, there is a table of verifying alone. Hashing and
verifying take turns, so that what else the machine does falls on all of them alike.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import count as counting
from pathlib import Path

from rich.console import Console
from rich.table import Table

from quorate.log import Entry, Head, seal
from quorate.log.export import export, load
from quorate.log.stores.sqlite import SqliteStore
from quorate.log.verify import verify


def entries(unit: str, count: int) -> list[Entry]:
    """A stream of the shape that acts of a committee have."""
    head, made = Head(unit), []
    for number in range(count):
        entry, _ = seal(
            Entry(
                unit=unit, seq=head.seq + 1, prev=head.hash, tier="province", act="decision.adopt",
                at_earliest="2015-01-06T10:00", at_latest="2015-01-06T10:00", organ="executive", office="chair",
                actor="p-000123", subject=f"matter-{number}", meeting=f"{unit}/executive/2015-{number}",
                clause="executive-decides", payload={"present": 9, "for": 8, "against": 1, "text": "결정서 №1"},
            )
        )  # fmt: skip
        made.append(entry)
        head = Head(unit, entry.seq, entry.hash)
    return made


def seconds(repeats: int, action: Callable[[], object]) -> float:
    """The median time of an action."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def in_turn(repeats: int, actions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median time of each action, one after the other, over and over."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(repeats):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(took) for name, took in times.items()}


def verifying(path: Path, repeats: int) -> dict[str, float]:
    """Median seconds of hashing and of verifying an export."""
    lines = path.read_bytes().splitlines(keepends=True)
    return in_turn(
        repeats,
        {
            "hash the file": lambda: hashlib.sha256(path.read_bytes()).hexdigest(),
            "hash each line": lambda: [hashlib.sha256(line).hexdigest() for line in lines],
            "verify, chains only (sense=False)": lambda: verify(path, sense=False),
            "verify, everything, one process": lambda: verify(path, processes=1),
            "verify, everything, two processes": lambda: verify(path, processes=2),
        },
    )


def add_rows(table: Table, took: dict[str, float], entries: int, size: int) -> None:
    """Rows of a table: entries and bytes a second, and the ratios."""
    line, file = took["hash each line"], took["hash the file"]
    for name, each in took.items():
        rates = f"{entries / each:,.0f}", f"{size / each / 1e6:,.0f}"
        table.add_row(name, *rates, f"{line / each:.2f}", f"{file / each:.2f}")


def appending(folder: Path, repeats: int, count: int, group: int) -> float:
    """Median seconds to append `count` entries, each by itself, `group` of them durable together."""
    made, runs = entries("KP-01", count), iter(range(repeats))

    def run() -> None:
        with SqliteStore(folder / f"append-{group}-{next(runs)}.db") as store:
            for start in range(0, count, group):
                with store.group():
                    for entry in made[start : start + group]:
                        store.append([entry])

    return seconds(repeats, run)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--entries", type=int, default=40_000)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("files", nargs="*", type=Path, metavar="FILE")
    given = options.parse_args()
    heads = "what", "entries/s", "MB/s", "of hashing each line", "of hashing the file"
    table = Table(*heads, title="Quorate's log")
    with tempfile.TemporaryDirectory() as name:
        folder, repeats = Path(name), given.repeats
        for group, count in ((1, 1000), (10, 3000), (100, 10_000), (1000, 10_000)):
            took = appending(folder, repeats, count, group)
            table.add_row(f"append, durable {group} at a time", f"{count / took:,.0f}")
        with SqliteStore(folder / "log.db") as store, (folder / "export").open("wb") as out:
            for unit in range(4):
                store.append(entries(f"KP-{unit:02}", given.entries // 4))
            export(store, out)
            reading = seconds(repeats, lambda: [sum(1 for _ in store.read(unit)) for unit in store.units()])
        path, runs = folder / "export", counting()

        def importing() -> None:
            with SqliteStore(folder / f"import-{next(runs)}.db") as store:
                load(store, path)

        times = verifying(path, repeats)
        times["read from SQLite, checked"] = reading
        times["import (verify, then store)"] = seconds(repeats, importing)
        add_rows(table, times, given.entries // 4 * 4, path.stat().st_size)
    Console().print(table)
    for path in given.files:
        table = Table(*heads, title=path.name)
        add_rows(table, verifying(path, given.repeats), verify(path).entries, path.stat().st_size)
        Console().print(table)


if __name__ == "__main__":
    main()
