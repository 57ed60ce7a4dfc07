"""The store in memory: for tests, trials and simulations; gone with the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self, TypeVar

from quorate.log.entry import GENESIS, Entry
from quorate.log.errors import StoreCorrupt
from quorate.log.stores.base import RECEIVE, Head
from quorate.log.stores.plan import Row, Tip, checked, plan

K = TypeVar("K")


class MemoryStore:
    """A `Store` that keeps everything in dictionaries; groups are undone by a journal of inverse steps."""

    def __init__(self) -> None:
        self._streams: dict[str, list[Row]] = {}
        self._delivered: set[tuple[str, str]] = set()
        self._sealed: dict[str, bytes] = {}
        self._blobs: dict[tuple[str, str], bytes] = {}
        self._undo: list[Callable[[], object]] = []
        self._depth = 0

    def head(self, unit: str) -> Head:
        """See `Store.head`."""
        return self.tip(unit).head

    def tip(self, unit: str) -> Tip:
        """See `Stored.tip`."""
        stream = self._streams.get(unit)
        if not stream:
            return Tip(Head(unit))
        last = stream[-1].entry
        return Tip(Head(unit, last.seq, last.hash), last.at_earliest)

    def heads(self) -> Iterator[Head]:
        """See `Store.heads`."""
        return iter([self.head(unit) for unit in self.units()])

    def units(self) -> Iterator[str]:
        """See `Store.units`."""
        return iter(sorted(unit for unit, stream in self._streams.items() if stream))

    def read(self, unit: str, after: int = 0) -> Iterator[Entry]:
        """See `Store.read`."""
        end = self.head(unit).seq
        before = self._streams[unit][after - 1].entry.hash if 0 < after <= end else None
        expected = (after, before if after else GENESIS, end)
        return checked(unit, expected, self.read_raw(unit, after), lambda why: StoreCorrupt("memory", why))

    def read_raw(self, unit: str, after: int = 0) -> Iterator[tuple[str, bytes]]:
        """See `Store.read_raw`."""
        return iter([(row.entry.hash, row.raw) for row in self._streams.get(unit, [])[after:]])

    def delivered(self, unit: str, ref: str) -> bool:
        """See `Store.delivered`."""
        return (unit, ref) in self._delivered

    def append(
        self,
        entries: Sequence[Entry],
        sealed: Mapping[str, bytes] = {},
        *,
        allow_missing_sealed: bool = False,
    ) -> None:
        """See `Store.append`."""
        batch = plan(self, entries, sealed, missing_ok=allow_missing_sealed)
        with self.group():
            for row in batch.rows:
                stream = self._streams.setdefault(row.entry.unit, [])
                stream.append(row)
                self._undo.append(stream.pop)
                if row.entry.act == RECEIVE and row.entry.ref is not None:
                    self._receive(row.entry.unit, row.entry.ref)
            for digest, content in sealed.items():
                _replace(self._undo, self._sealed, digest, content)

    def _receive(self, unit: str, ref: str) -> None:
        self._delivered.add((unit, ref))
        self._undo.append(lambda: self._delivered.discard((unit, ref)))

    @contextmanager
    def group(self) -> Iterator[None]:
        """See `Store.group`."""
        mark = len(self._undo)
        self._depth += 1
        try:
            yield
        except BaseException:
            while len(self._undo) > mark:
                self._undo.pop()()
            raise
        finally:
            self._depth -= 1
            if not self._depth:
                self._undo.clear()

    def has_sealed(self, digest: str) -> bool:
        """See `Stored.has_sealed`."""
        return digest in self._sealed

    def unseal(self, digest: str) -> bytes | None:
        """See `Store.unseal`."""
        return self._sealed.get(digest)

    def redact(self, digest: str) -> None:
        """See `Store.redact`."""
        with self.group():
            _replace(self._undo, self._sealed, digest, None)

    def put(self, kind: str, name: str, content: bytes) -> None:
        """See `Store.put`."""
        with self.group():
            _replace(self._undo, self._blobs, (kind, name), content)

    def get(self, kind: str, name: str) -> bytes | None:
        """See `Store.get`."""
        return self._blobs.get((kind, name))

    def names(self, kind: str) -> Iterator[str]:
        """See `Store.names`."""
        return iter(sorted(name for sort, name in self._blobs if sort == kind))

    def close(self) -> None:
        """See `Store.close`; memory needs no letting go."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _replace(undo: list[Callable[[], object]], table: dict[K, bytes], key: K, content: bytes | None) -> None:
    """Set or (None) remove a value, and note how to take that back."""
    old = table.get(key)
    if content is None:
        table.pop(key, None)
    else:
        table[key] = content
    undo.append(lambda: table.pop(key, None) if old is None else table.__setitem__(key, old))
