"""The entry: one thing that happened, frozen, with canonical bytes and its place in its unit's hash chain.

The columns are flat and stable, so a log is also a table. `at_earliest` and `at_latest` are ISO 8601 local
date-times to the minute (``2015-01-06T10:00``), equal when the time is known. `clause` is the id of the
clause that allowed the act. `ref` points at what the entry is about: a matter, a document, another entry.
`sealed` is the SHA-256 commitment of the part of the payload that only entitled readers may see; the chain
stays whole without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from quorate.errors import QuorateError
from quorate.log.canonical import canonical

GENESIS = "0" * 64


class MalformedEntry(QuorateError):
    """A row that is not an entry: a missing or unknown column, or a wrong type."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a log. `seq` counts from 1 within `unit`; `prev` is the hash of the entry before, or zeros."""

    unit: str
    seq: int
    tier: str
    act: str
    at_earliest: str
    at_latest: str
    organ: str | None = None
    office: str | None = None
    actor: str | None = None
    subject: str | None = None
    meeting: str | None = None
    ref: str | None = None
    clause: str | None = None
    source: str | None = None
    payload: Mapping[str, Any] | None = None
    sealed: str | None = None
    prev: str = GENESIS
    hash: str = ""

    @property
    def entry(self) -> str:
        """The entry's id: the unit and its number in the unit's stream, ``N-02#17``."""
        return f"{self.unit}#{self.seq}"


COLUMNS: tuple[str, ...] = ("entry", *(field.name for field in fields(Entry)))
_HASHED = tuple(field.name for field in fields(Entry) if field.name != "hash")
_TEXT = frozenset(_HASHED) - {"seq", "payload"}
_REQUIRED = ("unit", "seq", "tier", "act", "at_earliest", "at_latest", "prev")


def body(entry: Entry) -> dict[str, Any]:
    """The entry as the object that is hashed: every column that is set, but the hash itself."""
    return {name: value for name in _HASHED if (value := getattr(entry, name)) is not None}


def seal(entry: Entry) -> tuple[Entry, bytes]:
    """Return the entry with its hash set, and the canonical bytes that were hashed."""
    raw = canonical(body(entry))
    object.__setattr__(entry, "hash", hashlib.sha256(raw).hexdigest())  # still private to us here
    return entry, raw


def from_body(row: Mapping[str, Any], digest: str) -> Entry:
    """Build an entry from a parsed body and its hash.

    Raise `MalformedEntry` when a column is missing, unknown or of the wrong type.
    """
    unknown = row.keys() - set(_HASHED)
    missing = [name for name in _REQUIRED if name not in row]
    if unknown or missing:
        problem = f"unknown column {sorted(unknown)[0]!r}" if unknown else f"column {missing[0]!r} is missing"
        raise MalformedEntry(problem, where=f"{row.get('unit', '?')}#{row.get('seq', '?')}")
    wrong = [name for name, value in row.items() if name in _TEXT and type(value) is not str]
    if wrong or type(row["seq"]) is not int or type(row.get("payload", {})) is not dict:
        problem = f"column {(wrong or ['seq or payload'])[0]!r} has the wrong type"
        raise MalformedEntry(problem, where=f"{row['unit']}#{row['seq']}")
    return Entry(**row, hash=digest)
