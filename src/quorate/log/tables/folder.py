"""A log gathered in several files: a folder of CSV files, each beside a mapping of the same name."""

from __future__ import annotations

from pathlib import Path

from quorate.log.tables.errors import NoTable
from quorate.log.tables.files import Meta, Progress, Source
from quorate.log.tables.opening import RECORD, open_table


def parts(place: Path) -> list[tuple[Path, Path | None]]:
    """The files a log is made of, each with its mapping: those of a folder of CSV files (`events.csv`, `events.yaml`),
    a CSV file with the mapping beside it, or the place itself. Raise `NoTable` where a mapping is missing.
    """
    if not place.is_dir():
        beside = place.with_suffix(".yaml")
        return [(place, beside if place.suffix == ".csv" and beside.is_file() else None)]
    tables = sorted(place.glob("*.csv"))
    if not tables or (place / RECORD).is_file() or any(place.glob("*.parquet")):
        return [(place, None)]
    for table in tables:
        if not table.with_suffix(".yaml").is_file():
            raise NoTable(str(table), f"it has no mapping beside it. Write {table.with_suffix('.yaml').name}.")
    return [(table, table.with_suffix(".yaml")) for table in tables]


def open_place(place: Path, mapping: Path | None, workdir: Path, progress: Progress | None = None) -> Source:
    """Open a log of one file or of several, as `opening.open_table` does; several become one, numbered by time within
    each unit. Raise what `open_table` raises, and `NoTable` where the files say different things of themselves.
    """
    found = parts(place) if mapping is None and place.exists() else [(place, mapping)]
    if len(found) == 1:
        return open_table(found[0][0], found[0][1] or mapping, workdir, progress)
    sources = []
    for number, (table, beside) in enumerate(found):
        folder = workdir / f"part{number}"
        folder.mkdir()
        sources.append(open_table(table, beside, folder, progress))
    return _together(place, sources, workdir)


def _together(place: Path, sources: list[Source], workdir: Path) -> Source:
    from quorate.log.tables.check import check, engine, finish
    from quorate.log.tables.parquet import scan

    said = [{source.charter for source in sources} - {None}, {source.record for source in sources} - {None}]
    if any(len(those) > 1 for those in said):
        raise NoTable(str(place), "its files do not agree on the charter they are of, or on the kind of record.")
    charter, record = (next(iter(those), None) for those in said)
    told = "CAST(at_earliest AS VARCHAR) AS said_earliest, CAST(at_latest AS VARCHAR) AS said_latest"
    rows = scan([path for source in sources for path in source.paths])
    table = (
        f"(SELECT * EXCLUDE (seq), NULL::BIGINT AS seq, {told}, filename || ': ' || entry AS place, "
        f"row_number() OVER () AS row FROM {rows})"
    )
    out = workdir / "together.parquet"
    with engine(workdir, str(place)) as db:
        count, numbered = check(db, table, payload=False)
        finish(db, table, out, Meta(charter, record), numbered=numbered)
    return Source((out,), count, charter, record, sum(source.left_out for source in sources))
