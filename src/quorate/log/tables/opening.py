"""Opening a log of any kind: what it is, into Parquet where it is something else, checked."""

from __future__ import annotations

from pathlib import Path

from quorate.log.tables.errors import BadMapping, NoTable
from quorate.log.tables.files import Meta, Progress, Source

NAME = "log.parquet"
RECORD = "record.db"
LARGE = 4_000_000
"""From so many rows on, checking by arrays saves more time than it takes to load what it needs (a second)."""
_KINDS = (
    (".db", "record"),
    (".log", "export"),
    (".jsonl", "export"),
    (".parquet", "parquet"),
    (".csv", "csv"),
    (".xes", "xes"),
    (".xes.gz", "xes"),
)
_TAKEN = "It takes a record, an export (.log), Parquet, CSV with a mapping, or XES."


def open_table(path: Path, mapping: Path | None, workdir: Path, progress: Progress | None = None) -> Source:
    """Take in the log at `path`, checked, as Parquet: its own files, or ``log.parquet`` in `workdir`.

    `path` is a record (or its folder), a line export, a Parquet file or a folder of them, CSV or XES, told by its name.
    `mapping` is a mapping file (docs/reference/logs.md), which CSV needs. `workdir` is a folder that is there.
    `progress` is told (done, in all or None) as it goes. Raise a `QuorateError` that names file and line for whatever
    cannot be taken in; nothing is left in `workdir` then.
    """
    kind = kind_of(path)
    if mapping and kind in ("record", "export"):
        raise BadMapping(str(mapping), f"{path} is a log of ours, which needs no mapping.", "Leave the mapping out.")
    if kind in ("record", "export"):
        rows, meta = export_parquet(path, workdir / NAME, progress)
        return Source((workdir / NAME,), rows, meta.charter, meta.record)
    if kind == "parquet" and not mapping:
        return _parquet(path, workdir, progress)
    from quorate.log.tables.mapped import into_parquet

    return into_parquet(path, kind, mapping, workdir / NAME, progress)


def kind_of(path: Path) -> str:
    """``record``, ``export``, ``parquet``, ``csv`` or ``xes``, by the name. Raise `NoTable`."""
    if not path.exists():
        raise NoTable(str(path), "there is no such file or folder.")
    if path.is_dir():
        return "record" if (path / RECORD).is_file() else "parquet"
    name = path.name.lower()
    kind = next((kind for suffix, kind in _KINDS if name.endswith(suffix)), None)
    if kind is None:
        raise NoTable(str(path), "what kind of log this is cannot be told from its name.", _TAKEN)
    return kind


def export_parquet(path: Path, out: Path, progress: Progress | None = None) -> tuple[int, Meta]:
    """Write a record (a ``.db`` file or its folder) or a line export as a Parquet table; return (rows, metadata).

    Raise `NoTable` for anything else, `DamagedTable`, `CannotWriteTable`, and what the store raises.
    """
    from quorate.log.stores.sqlite import SqliteStore
    from quorate.log.tables.own import export_to_parquet, store_to_parquet

    kind = kind_of(path)
    if kind == "export":
        return export_to_parquet(path, out, progress)
    if kind != "record":
        raise NoTable(str(path), "this is neither a record nor an export.", "Name one.")
    file = path / RECORD if path.is_dir() else path
    with SqliteStore(file, create=False) as store:
        return store_to_parquet(store, str(file), out, progress)


def to_csv(source: Source, out: Path) -> None:
    """Write the table as CSV: a header, UTF-8, dates to the second. Raise `DamagedTable`, `CannotWriteTable`."""
    from quorate.log.entry import COLUMNS
    from quorate.log.tables.check import engine
    from quorate.log.tables.files import whole
    from quorate.log.tables.parquet import quoted, scan
    from quorate.log.tables.schema import TIMES

    columns = ", ".join(
        f"strftime({name}, '%Y-%m-%dT%H:%M:%S') AS {name}" if name in TIMES else name for name in COLUMNS
    )
    with engine(None, str(source.paths[0])) as db, whole(out) as part:
        db.execute(
            f"COPY (SELECT {columns} FROM {scan(list(source.paths))}) TO {quoted(str(part))} (FORMAT csv, HEADER)"
        )


# --- Parquet ---


def _parquet(path: Path, workdir: Path, progress: Progress | None) -> Source:
    from quorate.log.tables.check import check, engine, finish
    from quorate.log.tables.parquet import files_of, inspect, scan, selects, together

    files = [inspect(file) for file in files_of(path)]
    meta, total = together(files), sum(file.rows for file in files)
    if progress:
        progress(0, total)
    paths = [file.path for file in files]
    conform = all(file.conforms() for file in files)
    # A file of our own writing holds JSON where we put it; reading every payload again would cost a third more.
    known = conform and all(file.meta.record for file in files)
    if conform and total >= LARGE:
        from quorate.log.tables.quick import sound

        if traits := sound(files, payload=not known):
            return _done(Source(tuple(paths), traits.rows, meta.charter, meta.record, traits=traits), progress)
    with engine(workdir, str(path)) as db:
        if conform:
            said = "CAST(at_earliest AS VARCHAR) AS said_earliest, CAST(at_latest AS VARCHAR) AS said_latest"
            table = f"(SELECT *, {said}, filename || ': row ' || (file_row_number + 1) AS place FROM {scan(paths)})"
        else:
            table = f"({selects(files)})"
        rows, numbered = check(db, table, payload=not known)
        if conform and (numbered or not rows):
            return _done(Source(tuple(paths), rows, meta.charter, meta.record), progress)
        finish(db, table, workdir / NAME, meta, numbered=numbered)
    return _done(Source((workdir / NAME,), rows, meta.charter, meta.record), progress)


def _done(source: Source, progress: Progress | None) -> Source:
    if progress:
        progress(source.rows, source.rows)
    return source
