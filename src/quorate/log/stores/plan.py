"""What every store does alike: judge a batch before it is stored, and entries as they come back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from quorate.errors import QuorateError
from quorate.log.canonical import canonical, check_json
from quorate.log.entry import Entry, body, from_body
from quorate.log.errors import (
    AlreadyDelivered,
    BrokenBatch,
    Conflict,
    SealedMismatch,
    SealedMissing,
    StoreCorrupt,
)
from quorate.log.stores.base import RECEIVE, Head

_ENTRY_ID = re.compile(r".+#[1-9][0-9]{0,15}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tip:
    """A unit's head, with the time (`at_earliest`) of its last entry, "" for none."""

    head: Head
    at: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with the canonical bytes that were hashed."""

    entry: Entry
    raw: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch that may be stored: its rows in order, each unit's tip before and after."""

    rows: tuple[Row, ...]
    before: dict[str, Tip]
    after: dict[str, Tip]


class Stored(Protocol):
    """What a plan must know of a store."""

    def tip(self, unit: str) -> Tip:
        """The unit's tip, held (where others could move it) until the plan is carried out."""
        ...

    def delivered(self, unit: str, ref: str) -> bool:
        """Whether the unit has received the document."""
        ...

    def has_sealed(self, digest: str) -> bool:
        """Whether the sealed content is stored."""
        ...


def plan(stored: Stored, entries: Sequence[Entry], sealed: Mapping[str, bytes], *, missing_ok: bool) -> Plan:
    """Judge a batch by the contract of `Store.append`; raise its errors, in its order."""
    rows = tuple(_row(entry) for entry in entries)
    firsts, after = _chain(entries)
    _deliveries(stored, entries)
    # Sorted, so that two writers of the same units take their locks in the same order.
    before = {unit: _continued(stored.tip(unit), firsts[unit]) for unit in sorted(firsts)}
    _commitments(stored, entries, sealed, missing_ok=missing_ok)
    return Plan(rows, before, after)


def _row(entry: Entry) -> Row:
    columns = body(entry)
    try:
        check_json(columns)
        raw = canonical(columns)
        shape = from_body(columns, entry.hash)
    except QuorateError as error:
        raise BrokenBatch(entry.entry, f"it has no canonical bytes: {error.what}.") from None
    if hashlib.sha256(raw).hexdigest() != shape.hash:
        raise BrokenBatch(entry.entry, f"its bytes do not match its hash {entry.hash[:12]!r}.")
    if any("\0" in text for text in (entry.unit, entry.act, entry.ref or "")) or not entry.unit:
        raise BrokenBatch(entry.entry, "unit, act or ref is empty or holds a zero character.")
    if entry.at_latest < entry.at_earliest:
        raise BrokenBatch(entry.entry, f"it ends at {entry.at_latest}, before it begins ({entry.at_earliest}).")
    return Row(entry, raw)


def _chain(entries: Sequence[Entry]) -> tuple[dict[str, Entry], dict[str, Tip]]:
    """Check continuity inside the batch; return the first entry and the last tip of each unit."""
    firsts: dict[str, Entry] = {}
    tips: dict[str, Tip] = {}
    for entry in entries:
        tip = tips.get(entry.unit)
        if tip is None:
            firsts[entry.unit] = entry
        elif (entry.seq, entry.prev) != (tip.head.seq + 1, tip.head.hash):
            raise BrokenBatch(entry.entry, f"it does not continue {tip.head.entry}, the one before it in the batch.")
        else:
            _in_time(entry, tip)
        tips[entry.unit] = Tip(Head(entry.unit, entry.seq, entry.hash), entry.at_earliest)
    return firsts, tips


def _in_time(entry: Entry, tip: Tip) -> None:
    if entry.at_earliest < tip.at:
        raise BrokenBatch(entry.entry, f"its time {entry.at_earliest} is before that of {tip.head.entry}, {tip.at}.")


def _continued(tip: Tip, first: Entry) -> Tip:
    expected = Head(first.unit, first.seq - 1, first.prev)
    if expected != tip.head:
        raise Conflict(first.unit, expected, tip.head)
    _in_time(first, tip)
    return tip


def _deliveries(stored: Stored, entries: Iterable[Entry]) -> None:
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if entry.act != RECEIVE:
            continue
        if entry.ref is None or not _ENTRY_ID.fullmatch(entry.ref):
            raise BrokenBatch(entry.entry, "it receives a document but `ref` is not the id of the sender's entry.")
        key = (entry.unit, entry.ref)
        if key in seen or stored.delivered(*key):
            raise AlreadyDelivered(*key)
        seen.add(key)


def _commitments(stored: Stored, entries: Iterable[Entry], sealed: Mapping[str, bytes], *, missing_ok: bool) -> None:
    for digest, content in sealed.items():
        if hashlib.sha256(content).hexdigest() != digest:
            raise SealedMismatch(digest, "the content has another digest.")
    committed = {entry.sealed: entry for entry in entries if entry.sealed is not None}
    for digest in sealed.keys() - committed.keys():
        raise SealedMismatch(digest, "no entry of the batch commits to this content.")
    if not missing_ok:
        for digest, entry in committed.items():
            if digest not in sealed and not stored.has_sealed(digest):
                raise SealedMissing(entry.entry, digest)


def checked(
    unit: str,
    expected: tuple[int, str | None, int],
    rows: Iterable[tuple[str, bytes]],
    corrupt: Callable[[str], StoreCorrupt],
) -> Iterator[Entry]:
    """Turn stored rows into entries, each held against its hash, its number and the one before it.

    `expected` is (number of the entry before the first, its hash or None when that is unknown, number of the head):
    fewer entries than the head says are damage too; more may have been appended meanwhile.
    """
    seq, prev, end = expected
    for digest, raw in rows:
        seq += 1
        place = f"{unit}#{seq}"
        if type(raw) is not bytes or hashlib.sha256(raw).hexdigest() != digest:
            raise corrupt(f"{place}: the stored bytes do not match their hash.")
        try:
            entry = from_body(json.loads(raw), digest)
        except (ValueError, QuorateError) as error:
            raise corrupt(f"{place}: the stored bytes are no entry ({error}).") from None
        if (entry.unit, entry.seq) != (unit, seq) or prev not in (None, entry.prev):
            raise corrupt(f"{place}: the entry stored here is {entry.entry} and does not follow.")
        prev = digest
        yield entry
    if seq < end:
        raise corrupt(f"{unit}: the stream ends with entry {seq}, its head says {end}.")
