"""A process that appends to a SQLite log until it is killed; started by test_kill.

    writer.py PATH RUN GROUP

Writes one line ``UNIT SEQ HASH`` for each entry once it is durable; with GROUP over 1 that many share a group. It
imports nothing but the log, so that it is soon at work.
"""

from __future__ import annotations

import os
import sys

from quorate.log import Entry, seal
from quorate.log.stores.sqlite import SqliteStore


def main(path: str, run: str, group: str) -> None:
    with SqliteStore(path) as store:
        number = 0
        while True:
            acknowledged = []
            with store.group():
                for _ in range(int(group)):
                    number += 1
                    head = store.head(f"U{number % 3}")
                    made, _ = seal(
                        Entry(
                            unit=head.unit, seq=head.seq + 1, prev=head.hash, tier="t", act="plan.adopt",
                            at_earliest="2015-01-06T10:00", at_latest="2015-01-06T10:00",
                            payload={"run": int(run), "number": number, "text": "x" * (number % 5000)},
                        )
                    )  # fmt: skip
                    store.append([made])
                    acknowledged.append(f"{made.unit} {made.seq} {made.hash}\n")
            os.write(1, "".join(acknowledged).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
