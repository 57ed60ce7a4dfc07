"""Our own logs as tables: entries, a store, or a line export, in batches of `schema`.

The record's own stream is no unit's and stays out; the charter it keeps is named in the file's metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from quorate.log.canonical import canonical
from quorate.log.entry import COLUMNS, GENESIS, Entry
from quorate.log.stores.base import Store
from quorate.log.tables.errors import DamagedTable
from quorate.log.tables.files import Meta, Progress, write_parquet
from quorate.log.tables.schema import TIMES, schema

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 1 << 15
RECORD = "@record"
HEADER = b"quorate-log 1\n"
MAX_LINE = 1 << 26
VERIFY = "See `quorate verify`, and fetch the file again."


class _Body(msgspec.Struct):
    """An entry's body as it is hashed; the payload stays the text it is."""

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
    payload: msgspec.Raw = msgspec.Raw(b"")
    sealed: str | None = None
    prev: str = GENESIS


class _Adopted(msgspec.Struct):
    charter: str | None = None


_decode = msgspec.json.Decoder(_Body).decode
_adopted = msgspec.json.Decoder(_Adopted).decode


class Bodies:
    """Batches of the entries that `lines` gives as (hash, body); `charter` is known once all are read."""

    def __init__(self, lines: Iterable[tuple[str, bytes]], where: str) -> None:
        self._lines, self._where = lines, where
        self.charter: str | None = None

    def meta(self) -> Meta:
        """What the log says of itself."""
        return Meta(self.charter, "complete")

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The entries in order. Raise `DamagedTable` for a body that cannot be read."""
        rows: list[tuple[Any, ...]] = []
        for digest, raw in self._lines:
            try:
                body = _decode(raw)
                if body.unit == RECORD:
                    self._note(body)
                    continue
                rows.append(_row(body, digest))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                problem = f"an entry cannot be read ({error}): {raw[:60].decode(errors='replace')}"
                raise DamagedTable(self._where, problem, VERIFY) from None
            if len(rows) == BATCH:
                yield self._batch(rows)
                rows = []
        yield self._batch(rows)

    def _batch(self, rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
        import pyarrow as pa

        try:
            return _batch(rows)
        except pa.ArrowInvalid as error:
            raise DamagedTable(self._where, f"an entry's date cannot be read: {error}", VERIFY) from None

    def _note(self, body: _Body) -> None:
        if body.act == "charter.adopt" and body.payload:
            self.charter = _adopted(body.payload).charter or self.charter


def _row(body: _Body, digest: str) -> tuple[Any, ...]:
    payload = bytes(body.payload).decode() or None
    return (
        *(f"{body.unit}#{body.seq}", body.unit, body.seq, body.tier, body.act, body.at_earliest, body.at_latest),
        *(body.organ, body.office, body.actor, body.subject, body.meeting, body.ref, body.clause, body.source),
        *(payload, body.sealed, body.prev, digest),
    )


def _batch(rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
    """Rows of plain values in the columns' order as a batch; dates are text. Raise `ArrowInvalid` for a bad one."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    kinds = schema()
    arrays = [
        pa.array(values, pa.string()).cast(kinds.field(name).type)
        if name in TIMES
        else pa.array(values, kinds.field(name).type)
        for name, values in zip(COLUMNS, columns, strict=True)
    ]
    return pa.record_batch(arrays, schema=kinds)


def from_entries(entries: Iterable[Entry]) -> Iterator[pa.RecordBatch]:
    """Batches of `schema` of these entries, in their order; those of the record's own stream are left out."""
    rows: list[tuple[Any, ...]] = []
    for entry in entries:
        if entry.unit == RECORD:
            continue
        payload = None if entry.payload is None else canonical(dict(entry.payload)).decode()
        rows.append(tuple(payload if name == "payload" else getattr(entry, name) for name in COLUMNS))
        if len(rows) == BATCH:
            yield _batch(rows)
            rows = []
    yield _batch(rows)


def store_to_parquet(store: Store, where: str, out: Path, progress: Progress | None = None) -> tuple[int, Meta]:
    """Write the store's entries, unit by unit, to `out`; return (rows, what the log says of itself).

    Memory stays flat. Raise `DamagedTable`, `CannotWriteTable` and what the store raises.
    """
    bodies = Bodies(_stored(store, progress), where)
    return write_parquet(out, bodies.batches(), bodies.meta), bodies.meta()


def _stored(store: Store, progress: Progress | None) -> Iterator[tuple[str, bytes]]:
    heads = list(store.heads())
    total, done = sum(head.seq for head in heads), 0
    for head in heads:
        for count, pair in enumerate(store.read_raw(head.unit), 1):
            yield pair
            if count == head.seq:  # what is appended meanwhile stays out
                break
        done += head.seq
        if progress:
            progress(done, total)


def export_to_parquet(path: Path, out: Path, progress: Progress | None = None) -> tuple[int, Meta]:
    """Write the entries of a line export to `out`; return (rows, what the log says of itself).

    The file must be whole, by its totals; that nothing in it was altered is for `quorate.log.verify` to say. Memory
    stays flat. Raise `DamagedTable` for a file that is not whole, `CannotWriteTable`.
    """
    bodies = Bodies(_exported(path, progress), str(path))
    return write_parquet(out, bodies.batches(), bodies.meta), bodies.meta()


def _exported(path: Path, progress: Progress | None) -> Iterator[tuple[str, bytes]]:
    """(hash, body) of each entry line; the totals at the end must agree."""
    size, streams, entries, ended = path.stat().st_size, 0, 0, b""
    with path.open("rb") as file:
        if file.readline(len(HEADER)) != HEADER:
            raise DamagedTable(str(path), "this is not an export, or one of another version.", "Name an export.")
        number = 1
        for number, line in enumerate(_lines(file.readline), 2):
            if not line.endswith(b"\n"):
                raise DamagedTable(f"{path}:{number}", "the export ends too early, within this line.", VERIFY)
            if line[64:65] == b" " and not ended:
                entries += 1
                yield line[:64].decode(errors="replace"), line[65:-1]
            elif line.startswith(b"stream "):
                streams += 1
            elif line.startswith(b"end "):
                ended = line
            elif not line.startswith((b"sealed ", b"checkpoint ", b"cut ")):
                raise DamagedTable(f"{path}:{number}", "this line has no place in an export.", VERIFY)
            if progress and not number & 0xFFFF:
                progress(file.tell(), size)
    if ended.split()[1:3] != [b"%d" % streams, b"%d" % entries]:
        problem = f"the export ends too early: it has {entries} entries, and no totals that say so."
        raise DamagedTable(f"{path}:{number}", problem, VERIFY)


def _lines(readline: Callable[[int], bytes]) -> Iterator[bytes]:
    return iter(partial(readline, MAX_LINE), b"")
