"""A log's files read by arrays, row groups side by side, and rows of them written to others."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quorate.facts.acts import READ
from quorate.facts.arrays.marks import Ints
from quorate.facts.arrays.numbering import Numbers
from quorate.log.tables.schema import TIMES, schema

WORKERS = 2
"""So many row groups are read at once."""

Tell = Callable[[float], None]
"""Told what share is done."""


@dataclass(slots=True)
class Group:
    """A row group: its file and its number there, its rows, and the number of the meeting of each of them (-1: of none
    that may be left out; empty: not yet known).
    """

    path: Path
    number: int
    rows: int
    of: Numbers = field(default_factory=lambda: np.empty(0, np.int32))


class Files:
    """The files of a log, with its columns."""

    def __init__(self, paths: Sequence[Path], folder: Path, *, plain_ids: bool) -> None:
        """`plain_ids`: every entry's id is its unit, `#` and its number. Files are written to `folder`."""
        self.folder, self.plain_ids, self.lock = folder, plain_ids, Lock()
        self.groups = [
            Group(path, number, footer.row_group(number).num_rows)
            for path in paths
            for footer in [pq.read_metadata(path)]
            for number in range(footer.num_row_groups)
        ]

    def of_tiers(self, tiers: Collection[str], most: int) -> list[Path] | None:
        """Write the entries that may be of some tiers, and those that open units, to files, and list these; None where
        there are more than `most`.
        """

        def find(group: Group, _: Writer) -> Ints:
            read = self.read(group, ("tier", "act"), ("tier", "act"))
            tier, act = (coded(read.get(name), group.rows) for name in ("tier", "act"))
            wanted = np.array([*(name in tiers for name in tier.dictionary.to_pylist()), True], np.bool_)
            opens = np.array([*(name == "unit.open" for name in act.dictionary.to_pylist()), False], np.bool_)
            return np.flatnonzero(wanted[codes(tier)] | opens[codes(act)])

        found = self.each(find, "asked", lambda _: None)
        if sum(map(len, found)) > most:
            return None
        rows = {(group.path, group.number): which for group, which in zip(self.groups, found, strict=True)}

        def take(group: Group, write: Writer) -> None:
            which = rows[group.path, group.number]
            if len(which):
                write(self.rows(group, which, {}))

        self.each(take, "asked", lambda _: None)
        return self.written("asked")

    def written(self, name: str) -> list[Path]:
        """The files of that name."""
        return sorted(self.folder.glob(f"{name}-*.parquet"))

    def each(self, work: Callable[[Group, Writer], Any], name: str, tell: Tell) -> list[Any]:
        """What `work` gives for each row group, in order; what it writes goes to files of that name."""
        total, done = sum(group.rows for group in self.groups) or 1, 0
        workers = min(WORKERS, os.cpu_count() or 1)
        for path in self.written(name):
            path.unlink()
        writers = [Writer(self.folder / f"{name}-{worker}.parquet") for worker in range(workers)]
        free = list(writers)

        def one_group(group: Group) -> Any:
            nonlocal done
            with self.lock:
                writer = free.pop()
            found = work(group, writer)
            with self.lock:
                free.append(writer)
                done += group.rows
                tell(done / total)
            return found

        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(one_group, self.groups))
        if not any(writer.file for writer in writers):
            writers[0](pa.table({name: pa.array([], schema().field(name).type) for name in READ}))
        for writer in writers:
            writer.close()
        return found

    def read(self, group: Group, names: Sequence[str], coded: Collection[str]) -> dict[str, Any]:
        """Columns of a row group as arrays, those `coded` with each text once; what the file lacks is left out."""
        with pq.ParquetFile(group.path, read_dictionary=list(coded)) as file:
            there = [name for name in names if name in file.schema_arrow.names]
            table = file.read_row_group(group.number, columns=there, use_threads=False)
        return {name: one(table[name]) for name in table.column_names}

    def ids(self, group: Group, read: Mapping[str, Any], rows: Ints | Numbers) -> Any:
        """The ids of entries; null where there is no row (-1)."""
        if not len(rows):
            return pa.array([], pa.string())
        index = pa.array(rows, mask=rows < 0)
        if self.plain_ids:
            number = read["seq"].take(index).cast(pa.string())
            return pc.binary_join_element_wise(plain(read["unit"].take(index)), number, "#")
        return plain(self.read(group, ("entry",), ())["entry"].take(index))

    def rows(self, group: Group, rows: Ints, read: Mapping[str, Any]) -> Any:
        """Some rows of a row group, as an audit reads them."""
        texts = [name for name in READ if name not in ("entry", "seq", *TIMES)]
        read = {**read, **self.read(group, [name for name in READ if name not in read and name != "entry"], texts)}
        index = pa.array(rows)
        taken = {name: plain(read[name].take(index)) for name in READ if name in read}
        return pa.table({"entry": self.ids(group, read, rows), **taken})


class Writer:
    """A Parquet file that is there once something is written to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: Any = None

    def __call__(self, table: Any) -> None:
        """Write rows at its end."""
        if self.file is None:
            self.file = pq.ParquetWriter(self.path, table.schema, compression="lz4")
        self.file.write_table(table)

    def close(self) -> None:
        """End the file."""
        if self.file is not None:
            self.file.close()


# --- Arrow


def one(column: Any) -> Any:
    """The chunks of a column as one array."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def plain(array: Any) -> Any:
    """An array of texts without a dictionary; others as they are."""
    other = pa.types.is_dictionary(array.type) or pa.types.is_large_string(array.type)
    return array.cast(pa.string()) if other else array


def coded(array: Any, rows: int) -> Any:
    """A column with each text once; nulls where there is none."""
    if array is None:
        return pa.nulls(rows, pa.string()).dictionary_encode()
    return array if pa.types.is_dictionary(array.type) else array.dictionary_encode()


def codes(array: Any) -> Numbers:
    """The number of each row's text; -1 for nulls."""
    return np.asarray(pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False), np.int32)


def whole(array: Any) -> Ints:
    """Whole numbers, or moments as microseconds."""
    array = array.cast(pa.timestamp("us")) if pa.types.is_timestamp(array.type) else array
    return np.asarray(array.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)
