"""The checks of `check` in one pass by arrays, for large logs of files that conform: is a log beyond doubt sound?

What is doubtful in any way - a fault, ids or numbers of another make, a file that cannot be read or that asks for too
much memory - is left to `check`, which knows what to say of it.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quorate.log.entry import COLUMNS
from quorate.log.tables.files import Traits
from quorate.log.tables.moments import Span
from quorate.log.tables.parquet import File, plain
from quorate.log.tables.schema import TIMES
from quorate.log.tables.sums import Numbers, alike, counted, fixed, texts

THREADS = 4
MOST_ROWS = 1 << 21
MOST_BYTES = 1 << 27
"""A row group of more rows, or more bytes once unpacked, is not held in memory."""
MOST_KINDS = 10_000
"""So many acts, or organs, are counted by name."""

HELD = 1 << 24
"""So many bytes of payloads are held until they are looked at together."""

_FEW = ["unit", "act", "organ", "payload"]  # columns whose texts are many times the same
_WHOLE = ("unit", "seq", "act", *TIMES)
_CODECS = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "BROTLI"}  # those DuckDB can read
_ADDED = {"filename", "file_row_number"}  # columns DuckDB adds
_FOOTER = """SELECT row_group_id, path_in_schema, row_group_num_rows, compression, total_uncompressed_size,
    stats_null_count FROM parquet_metadata(?)"""
_ODD = "payload IS NULL OR NOT json_valid(payload) OR NOT starts_with(payload, '{')"
_FAILURES = (pa.ArrowException, duckdb.Error, OSError, ValueError, KeyError, MemoryError)


class _Part(NamedTuple):
    """A column of a row group, as the footer tells."""

    rows: int
    codec: str
    size: int
    nulls: int | None


class _Group(NamedTuple):
    """A row group of a file."""

    path: Path
    footer: pq.FileMetaData
    number: int
    parts: Mapping[str, _Part]


class _Doubt(ValueError):
    """The log is not beyond doubt sound."""


def sound(files: Sequence[File], *, payload: bool) -> Traits | None:
    """What is known of a log of files that conform, if it has numbers and `check` would accept it; else none.

    None may also mean that it cannot be told here. `payload` also reads every payload.
    """
    try:
        groups = list(_groups(files))
        reading = _Reading(payload=payload)
        left, lock = iter(groups), Lock()
        with ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1)) as threads:
            works = [threads.submit(reading.read, left, lock) for _ in range(threads._max_workers)]
        for work in works:
            work.result()
        return reading.traits()
    except _FAILURES:
        return None


def _groups(files: Sequence[File]) -> Iterator[_Group]:
    """The row groups of all files, where DuckDB would take the same columns of them.

    What the footer says of columns is asked of DuckDB: of a damaged one, pyarrow's answer may be to end the process.
    """
    with duckdb.connect(config={"threads": 1}) as db:
        for file in files:
            names = {name.lower() for name in file.schema.names}
            if len(names) < len(file.schema.names) or names & _ADDED or file.schema.names != files[0].schema.names:
                raise _Doubt
            footer, parts = pq.read_metadata(file.path), defaultdict[int, dict[str, _Part]](dict)
            for number, name, *told in db.execute(_FOOTER, [plain(file.path)]).fetchall():
                parts[number][name] = _Part(*told)
            yield from (_Group(file.path, footer, number, parts[number]) for number in range(footer.num_row_groups))


class _Reading:
    """What has been found in the row groups read so far. Threads share it."""

    def __init__(self, *, payload: bool) -> None:
        self._payload = payload
        self._lock = Lock()
        self._doubtful = False
        self._numbers = Numbers()
        self._span = Span()
        self._acts: Counter[str] = Counter()
        self._organs: Counter[str] = Counter()
        self._rows = self._ids = self._tiers = self._sources = 0

    def read(self, left: Iterator[_Group], lock: Lock) -> None:
        """Read groups while some are left and nothing is doubtful. Raise one of `_FAILURES`."""
        try:
            with duckdb.connect(config={"threads": 1}) as db:
                payloads = _Payloads(db)
                while not self._doubtful:
                    with lock:
                        group = next(left, None)
                    if group is None:
                        return payloads.ask()
                    self._read(group, payloads)
        except _FAILURES:
            self._doubtful = True
            raise

    def _read(self, group: _Group, payloads: _Payloads) -> None:
        """Read a row group."""
        parts, rows = group.parts, group.parts["entry"].rows
        told = {name: parts[name].nulls for name in ("tier", "source")}
        names = ["entry", *_WHOLE, "organ", *(["payload"] if self._payload else [])]
        names += [name for name, nulls in told.items() if nulls is None]
        size = sum(parts[name].size for name in names)
        if rows > MOST_ROWS or size > MOST_BYTES or {parts[name].codec for name in COLUMNS} - _CODECS:
            raise _Doubt
        if not rows:
            return
        with pq.ParquetFile(group.path, metadata=group.footer, read_dictionary=_FEW) as file:
            columns = {name: _column(file, group.number, name) for name in names}  # one by one is faster than at once
        table = pa.table(columns)
        if table.num_rows != rows:
            raise _Doubt
        for batch in table.to_batches():
            self._take(batch, payloads)
        nulls = {name: table[name].null_count if found is None else found for name, found in told.items()}
        with self._lock:
            self._tiers += rows - nulls["tier"]
            self._sources += rows - nulls["source"]

    def _take(self, batch: pa.RecordBatch, payloads: _Payloads) -> None:
        """Check some rows, and add them up."""
        found = dict(zip(batch.schema.names, batch.columns, strict=True))
        if any(found[name].null_count for name in _WHOLE) or found["entry"].null_count not in (0, len(batch)):
            raise _Doubt
        span = Span.of(*(_integers(found[name]) for name in TIMES))
        numbers, (codes, ids) = _integers(found["seq"]), _coded(found["unit"])
        units = texts(ids)
        part = self._numbers.added(codes, numbers, len(ids))
        if span is None or part is None:
            raise _Doubt
        named = not found["entry"].null_count
        if named and not alike(found["entry"], codes, units, numbers):
            raise _Doubt
        if "payload" in found:
            payloads.add(found["payload"])
        acts, organs = _tally(found["act"]), _tally(found["organ"])
        with self._lock:
            if not self._numbers.take(units, part):
                raise _Doubt
            self._span = self._span.joined(span)
            self._acts += acts
            self._organs += organs
            self._rows += len(batch)
            self._ids += len(batch) * named

    def traits(self) -> Traits:
        """What is known once all groups are read. Raise `_Doubt`."""
        if self._ids not in (0, self._rows) or len(self._acts) > MOST_KINDS or len(self._organs) > MOST_KINDS:
            raise _Doubt
        if not self._numbers.counted():
            raise _Doubt
        tierless, sourced = self._tiers < self._rows, self._sources > 0
        return Traits(self._rows, *self._span.moments(), dict(self._acts), dict(self._organs), tierless, sourced)


# --- columns ---


def _column(file: pq.ParquetFile, group: int, name: str) -> pa.ChunkedArray:
    return file.read_row_group(group, columns=[name], use_threads=False)[name]


def _integers(column: pa.Array) -> Any:  # noqa: ANN401 - a NumPy array
    """Numbers or moments without nulls as an array."""
    return fixed(np.frombuffer(column.buffers()[1], np.int64, len(column), 8 * column.offset))


def _coded(column: pa.DictionaryArray) -> tuple[Any, pa.Array]:
    """Texts as places in a list of texts, none of them empty, and that list. Nulls have no place. Raise `_Doubt`."""
    words, found = column.dictionary, column.indices
    words.validate(full=True)  # that texts are UTF-8, which reading does not ask
    if words.null_count or pc.any(pc.equal(pc.binary_length(words), 0)).as_py():
        raise _Doubt
    if found.null_count:
        found = found.drop_null()
    codes = fixed(np.frombuffer(found.buffers()[1], np.int32, len(found), 4 * found.offset))
    if len(codes) and codes.view(np.uint32).max() >= len(words):  # nor that places are in the list
        raise _Doubt
    return codes, words


def _tally(column: pa.DictionaryArray) -> Counter[str]:
    """How many rows have each text."""
    codes, words = _coded(column)
    if len(words) > MOST_KINDS:
        raise _Doubt
    counts = counted(codes, len(words))
    return Counter({word: int(count) for word, count in zip(words.to_pylist(), counts, strict=True) if count})


class _Payloads:
    """Texts that should be JSON objects, each once for a row group, asked of DuckDB many at a time."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db
        self._held: list[pa.Array] = []
        self._size = 0

    def add(self, column: pa.DictionaryArray) -> None:
        """Those of a column. Raise `_Doubt` if one held is none."""
        _, words = _coded(column)
        self._held.append(words)
        self._size += words.nbytes
        if self._size > HELD:
            self.ask()

    def ask(self) -> None:
        """Ask of what is held. Raise `_Doubt` if one is none; one that starts with a space is doubtful too."""
        if self._held:
            self._db.register("payloads", pa.table({"payload": pa.chunked_array(self._held)}))
            found: Any = self._db.execute(f"SELECT count(*) FILTER ({_ODD}) FROM payloads").fetchall()
            if found[0][0]:
                raise _Doubt
            self._held, self._size = [], 0
