"""Parquet files of the log: written whole or not at all, and what is known of them once checked."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from quorate.log.tables.errors import CannotWriteTable
from quorate.log.tables.schema import schema

if TYPE_CHECKING:
    import pyarrow as pa

GROUP = 1 << 17  # rows in a row group
KEY = "quorate"
FORMAT = 1

Progress = Callable[[int, int | None], None]
"""Told (done, in all if known): rows or bytes, as the file allows."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a log says of itself: the charter it is of, and whether it holds all that happened."""

    charter: str | None = None
    record: str | None = None  # complete, partial, or not said

    def text(self) -> str:
        """The value of the file's metadata key."""
        return json.dumps({"format": FORMAT, "charter": self.charter, "record": self.record})


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of the entries of a log once all have been looked at, and need not be asked of them again."""

    rows: int
    first: dt.datetime | None  # of the dates entries start with; none where there are no entries
    last: dt.datetime | None  # of the dates entries end with
    first_dated: dt.datetime | None  # the same, of entries that start after OPEN[0] and end before OPEN[1]
    last_dated: dt.datetime | None
    acts: Mapping[str, int]  # how many entries there are of each act
    organs: Mapping[str, int]  # how many name each organ
    tierless: bool  # whether an entry does not say of which tier its unit is
    sourced: bool  # whether an entry names its source


OPEN = (dt.datetime(2, 1, 1), dt.datetime(9999, 1, 1))
"""Dates up to and from which an entry has an open bound, and no date of its own."""


@dataclass(frozen=True, slots=True)
class Source:
    """A log that has been checked, as Parquet files with the columns of `schema`."""

    paths: tuple[Path, ...]
    rows: int
    charter: str | None = None
    record: str | None = None  # complete, partial, or not said
    left_out: int = 0  # rows of the original that a mapping ignores
    traits: Traits | None = field(default=None, compare=False)  # none: not known


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to, which becomes `path` when the block ends well and is gone otherwise.

    Raise `CannotWriteTable` for what the system refuses.
    """
    part = path.with_name(f"{path.name}.part{os.getpid()}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise CannotWriteTable(str(path), error.strerror or str(error)) from None
    finally:
        part.unlink(missing_ok=True)


def write_parquet(
    path: Path,
    batches: Iterable[pa.RecordBatch],
    meta: Meta | Callable[[], Meta] = Meta(),
    shape: pa.Schema | None = None,
) -> int:
    """Write batches of `schema` (or of `shape`) as one file, in the order given, and return the rows written.

    `meta` may be a function, asked once all is written. Memory holds one row group. Nothing is left at `path` when the
    batches or the disk fail (`CannotWriteTable`).
    """
    import pyarrow.parquet as pq

    columns, rows = shape or schema(), 0
    with whole(path) as part, pq.ParquetWriter(part, columns, compression="zstd") as writer:
        for table in _groups(batches, columns):
            writer.write_table(table, row_group_size=GROUP)
            rows += table.num_rows
        final = meta() if callable(meta) else meta
        writer.add_key_value_metadata({KEY: final.text()})
    return rows


def _groups(batches: Iterable[pa.RecordBatch], columns: pa.Schema) -> Iterator[pa.Table]:
    """The batches as tables of one row group each; the last may be smaller."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    count = 0
    for given in batches:
        batch = given
        while count + batch.num_rows >= GROUP:
            cut = GROUP - count
            yield pa.Table.from_batches([*held, batch.slice(0, cut)], schema=columns)
            held, count, batch = [], 0, batch.slice(cut)
        if batch.num_rows:
            held.append(batch)
            count += batch.num_rows
    yield pa.Table.from_batches(held, schema=columns)
