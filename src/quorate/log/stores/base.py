"""What every store promises; memory, SQLite and PostgreSQL keep the same contract and pass the same tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, Self

from quorate.log.entry import GENESIS, Entry

RECEIVE = "document.receive"
"""The act whose `ref` is the entry id of the sender's document; unique within the receiving unit."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a unit's stream ends: the number and hash of its last entry; 0 and zeros when it has none."""

    unit: str
    seq: int = 0
    hash: str = GENESIS

    @property
    def entry(self) -> str:
        """The id of the last entry, ``N-02#17``."""
        return f"{self.unit}#{self.seq}"


class Store(Protocol):
    """Streams of entries, one per unit, each a hash chain that only grows.

    A store object belongs to the thread that opened it; processes and threads share a log by opening it
    each for itself. Every failure is a `QuorateError`; no error of a database driver leaves a store.
    """

    # --- reading: what has been appended and, where others write too, committed ---

    def head(self, unit: str) -> Head:
        """Where the unit's stream ends; seq 0 and the genesis hash for a unit without entries."""
        ...

    def heads(self) -> Iterator[Head]:
        """The heads of all units that have entries, sorted by unit (code points), all of one moment."""
        ...

    def units(self) -> Iterator[str]:
        """The units that have entries, sorted."""
        ...

    def read(self, unit: str, after: int = 0) -> Iterator[Entry]:
        """The unit's entries with seq over `after`, in order, each checked against its hash and the one before.

        Raise `StoreCorrupt` at the first that does not match. Reading does not block writers; entries
        appended meanwhile may or may not come.
        """
        ...

    def read_raw(self, unit: str, after: int = 0) -> Iterator[tuple[str, bytes]]:
        """The same entries as (hash, canonical bytes), as stored, unchecked."""
        ...

    def delivered(self, unit: str, ref: str) -> bool:
        """Has the unit received the document whose sender's entry id is `ref`?"""
        ...

    # --- writing ---

    def append(
        self,
        entries: Sequence[Entry],
        sealed: Mapping[str, bytes] = {},
        *,
        allow_missing_sealed: bool = False,
    ) -> None:
        """Add entries of one or several units, in order: all of them or, when anything is wrong, none.

        The first entry of each unit must continue the stored head and each later one the entry of its unit
        before it. `sealed` holds, by digest, the sealed content the entries commit to.
        When the call returns the entries are durable, unless it stands in a `group`. Failures, in this order:

        - `BrokenBatch`: a hash is not that of the entry's canonical bytes, a value has no canonical bytes, the batch
          does not chain, a time (`at_earliest`) runs backwards in a stream, a `document.receive` names no
          document. The caller built a wrong batch.
        - `AlreadyDelivered`: the unit has received the document `ref` of a `document.receive` before.
        - `Conflict`: someone else moved the head. Read again and retry. (A first entry whose time is before that of the
          head it continues is a `BrokenBatch`, told after this.)
        - `SealedMismatch`, `SealedMissing`: content and commitments do not fit. With `allow_missing_sealed`
          (an import without it) content may be missing, but not wrong.
        """
        ...

    def group(self) -> AbstractContextManager[None]:
        """Make the appends and puts of a `with` block durable together, when the block ends: one write, not many.

        Nothing in the group may be acknowledged to anyone before the block has ended without an error.
        An append that fails inside leaves the earlier ones of the group intact, and the group can go on. An
        exception that leaves the block undoes all of it. A group within a group can be undone for itself and
        becomes durable with the outermost. The group sees its own appends; others wait (SQLite) or meet a
        `Conflict`.
        """
        ...

    # --- sealed content: kept beside the log, committed to by its entries ---

    def unseal(self, digest: str) -> bytes | None:
        """The sealed content with this SHA-256 digest, salt included; None when redacted or never given."""
        ...

    def redact(self, digest: str) -> None:
        """Forget the sealed content; the log still verifies. Redacting what is not there does nothing."""
        ...

    # --- blobs: checkpoints, snapshots; no part of the log ---

    def put(self, kind: str, name: str, content: bytes) -> None:
        """Keep `content` under its kind and name, in place of what was there."""
        ...

    def get(self, kind: str, name: str) -> bytes | None:
        """The content kept under this kind and name, if any."""
        ...

    def names(self, kind: str) -> Iterator[str]:
        """The names kept under this kind, sorted."""
        ...

    def close(self) -> None:
        """Let go of the database; the object is of no use afterwards."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
