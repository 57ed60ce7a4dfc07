"""Entries to put into stores: chains that continue a head, with what a test wants to vary."""

from __future__ import annotations

from typing import Any

from quorate.log import GENESIS, Entry, Head, Store, seal
from quorate.log.stores.sqlite import SqliteStore


def entry(unit: str = "KP-01", seq: int = 1, prev: str = GENESIS, **columns: Any) -> Entry:
    """One sealed entry."""
    columns = {"tier": "province", "act": "minutes.adopt", "at_earliest": "2015-01-06T10:00", **columns}
    columns.setdefault("at_latest", columns["at_earliest"])
    return seal(Entry(unit=unit, seq=seq, prev=prev, **columns))[0]


def after(head: Head, **columns: Any) -> Entry:
    """One sealed entry that continues a head."""
    return entry(head.unit, head.seq + 1, head.hash, **columns)


def chain(unit: str, count: int, head: Head | None = None, **columns: Any) -> list[Entry]:
    """`count` sealed entries that continue a head, or begin the unit's stream."""
    head, entries = head or Head(unit), []
    for number in range(count):
        made = after(head, payload={"number": number, "text": "회의 “록”\n"}, **columns)
        entries.append(made)
        head = Head(unit, made.seq, made.hash)
    return entries


def opening(kind: str, place: str) -> Store:
    """Open a shared log once more."""
    if kind == "sqlite":
        return SqliteStore(place)
    from quorate.log.stores.postgres import PostgresStore

    return PostgresStore(place)
