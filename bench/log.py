"""How fast the log is: durable appends on SQLite, reading back, and verifying against plain SHA-256.

    python bench/log.py [--entries N] [--repeats R]

Prints a table of medians over R repeats (5 by default). Entries are about 490 bytes, as acts of a committee are.
"Hash each line" is one `hashlib.sha256` per entry's line, the lines in memory; "hash the file" is a single one
over its bytes, read from disk.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
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
    given = options.parse_args()
    table = Table("what", "entries/s", "MB/s", "of hashing each line", title="Quorate's log")
    with tempfile.TemporaryDirectory() as name:
        folder, repeats = Path(name), given.repeats
        for group, count in ((1, 1000), (10, 3000), (100, 10_000), (1000, 10_000)):
            took = appending(folder, repeats, count, group)
            table.add_row(f"append, durable {group} at a time", f"{count / took:,.0f}", "", "")
        with SqliteStore(folder / "log.db") as store, (folder / "export").open("wb") as out:
            for unit in range(4):
                store.append(entries(f"KP-{unit:02}", given.entries // 4))
            export(store, out)
            reading = seconds(repeats, lambda: [sum(1 for _ in store.read(unit)) for unit in store.units()])
        path, count, runs = folder / "export", given.entries // 4 * 4, iter(range(repeats))
        lines, size = path.read_bytes().splitlines(keepends=True), path.stat().st_size
        base = seconds(repeats, lambda: [hashlib.sha256(line).hexdigest() for line in lines])

        def importing() -> None:
            with SqliteStore(folder / f"import-{next(runs)}.db") as store:
                load(store, path)

        for what, took in (
            ("hash the file", seconds(repeats, lambda: hashlib.sha256(path.read_bytes()).hexdigest())),
            ("hash each line", base),
            ("verify, chains only (sense=False)", seconds(repeats, lambda: verify(path, sense=False))),
            ("verify, everything", seconds(repeats, lambda: verify(path))),
            ("read from SQLite, checked", reading),
            ("import (verify, then store)", seconds(repeats, importing)),
        ):
            table.add_row(what, f"{count / took:,.0f}", f"{size / took / 1e6:,.0f}", f"{base / took:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
