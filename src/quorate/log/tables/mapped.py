"""Logs that come in by a mapping: CSV, XES, and Parquet with columns of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from quorate.log.tables.check import check, engine, finish
from quorate.log.tables.errors import BadMapping
from quorate.log.tables.files import Meta, Progress, Source, write_parquet
from quorate.log.tables.mapfile import read_mapping
from quorate.log.tables.parquet import files_of, inspect, name_of, scan
from quorate.log.tables.schema import rough, schema
from quorate.log.tables.shape import Rows, Shaper

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 20_000


def into_parquet(path: Path, kind: str, mapping: Path | None, out: Path, progress: Progress | None = None) -> Source:
    """Make the log at `path` (``csv``, ``xes`` or ``parquet``) into Parquet at `out`, as the mapping says.

    Raise a `QuorateError` with file and line; `out` is not there then. Memory holds some 20,000 rows, and what
    sorting takes (half a GB at most, else it spills beside `out`).
    """
    if mapping is None and kind != "xes":
        raise BadMapping(str(path), "a CSV file needs a mapping.", "Write one (see the reference of logs) and name it.")
    shaper = Shaper(read_mapping(mapping, xes=kind == "xes"), path, "row " if kind == "parquet" else "")
    draft = out.with_name(f"rough-{out.name}")
    meta = Meta(shaper.plan.charter, shaper.plan.record)
    try:
        write_parquet(draft, _entries(path, kind, shaper, progress), shape=rough())
        with engine(out.parent, str(path), "512MB") as db:
            said = "CAST(at_earliest AS VARCHAR) AS said_earliest, CAST(at_latest AS VARCHAR) AS said_latest"
            table = f"(SELECT *, {said}, source AS place FROM {scan([draft])})"
            rows, numbered = check(db, table, payload=False)
            finish(db, table, out, meta, numbered=numbered)
    finally:
        draft.unlink(missing_ok=True)
    return Source((out,), rows, meta.charter, meta.record, shaper.left_out)


def read_csv(path: Path, mapping: Path) -> pa.Table:
    """The CSV file as a table of `schema`, in order of unit and number, held in memory.

    Raise as `into_parquet` does.
    """
    import tempfile

    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory(prefix="quorate") as folder:
        source = into_parquet(path, "csv", mapping, Path(folder) / "log.parquet")
        return pq.read_table(source.paths[0], memory_map=False).cast(schema())


def _entries(path: Path, kind: str, shaper: Shaper, progress: Progress | None) -> Iterator[pa.RecordBatch]:
    """Batches of `schema.rough`; the rows that fit no template are told at the end."""
    for rows in _rows(path, kind, shaper, progress):
        yield from shaper.entries(rows)
    shaper.finish()


def _rows(path: Path, kind: str, shaper: Shaper, progress: Progress | None) -> Iterator[Rows]:
    if kind == "csv":
        from quorate.log.tables import csvfile

        return csvfile.rows_of(path, shaper, progress)
    if kind == "xes":
        from quorate.log.tables import xes

        return xes.rows_of(path, shaper, progress)
    return _foreign(path, shaper, progress)


def _foreign(path: Path, shaper: Shaper, progress: Progress | None) -> Iterator[Rows]:
    """The rows of Parquet files, each column the plan reads as text."""
    files = [inspect(file) for file in files_of(path)]
    used, total, done = list(shaper.plan.used()), sum(file.rows for file in files), 0
    for file in files:
        shaper.check(file.schema.names, str(file.path))
    for file in files:
        with engine(None, str(file.path)) as db:
            columns = ", ".join(f"coalesce(CAST({name_of(column)} AS VARCHAR), '')" for column in used)
            cursor = db.execute(f"SELECT {columns or 'NULL'} FROM {scan([file.path])}")
            while rows := cursor.fetchmany(BATCH):
                cells = zip(*rows, strict=True)
                numbers = range(done + 1, done + 1 + len(rows))
                yield Rows(
                    {name: [text.strip() for text in column] for name, column in zip(used, cells, strict=False)},
                    numbers,
                )
                done += len(rows)
                if progress:
                    progress(done, total)
