"""A process that acts on one committee while another does the same; started by test_rivals.

    rival.py KIND PLACE NAME

Reads commands from standard input: ``try SEQ HASH`` appends one entry after that head and answers ``won`` or
``conflict``; ``run N`` appends N entries, reading the head again and retrying at each conflict, and answers
``ack HASH`` for each that is durable, then ``done``.
"""

from __future__ import annotations

import sys

from log_streams import after, opening

from quorate.log import Conflict, Head, Store

UNIT = "KP-01"


def attempt(store: Store, head: Head, name: str, number: int) -> str | None:
    """Append one entry after `head`; its hash, or None when someone else was first."""
    made = after(head, actor=name, payload={"number": number})
    try:
        store.append([made])
    except Conflict:
        return None
    return made.hash


def main(kind: str, place: str, name: str) -> None:
    with opening(kind, place) as store:
        print("ready", flush=True)
        for line in sys.stdin:
            word, *rest = line.split()
            if word == "try":
                won = attempt(store, Head(UNIT, int(rest[0]), rest[1]), name, int(rest[0]))
                print("won" if won else "conflict", flush=True)
                continue
            done = 0
            while done < int(rest[0]):
                won = attempt(store, store.head(UNIT), name, done)
                if won:
                    done += 1
                    print("ack", won, flush=True)
            print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
