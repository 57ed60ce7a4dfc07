"""Deep checks of a log, set-based: each a count over the whole table, and a search for the place only when it fails.

And the finishing of tables of others: numbers and ids where they have none, rows in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quorate.log.entry import COLUMNS
from quorate.log.tables.errors import BadRow, CannotWriteTable, DamagedTable, short
from quorate.log.tables.files import GROUP, KEY, Meta, whole
from quorate.log.tables.parquet import quoted

if TYPE_CHECKING:
    import duckdb

_TESTS = {
    "unit": "unit IS NULL OR unit = ''",
    "act": "act IS NULL OR act = ''",
    "dates": "at_earliest IS NULL OR at_latest IS NULL",
    "range": "at_earliest < TIMESTAMP '0001-01-01' OR at_latest >= TIMESTAMP '9999-12-31' + INTERVAL 1 DAY",
    "order": "at_earliest > at_latest",
}
_WORDS = {
    "unit": "the entry names no unit",
    "act": "the entry names no act",
    "range": "the date {0} is not between the years 1 and 9999",
    "order": "the date ends ({1}) before it starts ({0})",
}
_OBJECT = "starts_with(payload, '{') OR json_type(TRY_CAST(payload AS JSON)) = 'OBJECT'"
_JSON = f"payload IS NOT NULL AND (NOT json_valid(payload) OR NOT ({_OBJECT}))"


@contextmanager
def engine(workdir: Path | None, where: str, memory: str = "2GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own that holds `memory` and spills to `workdir`; its failures to read become `DamagedTable`."""
    import duckdb

    with duckdb.connect() as db:
        db.execute(f"SET memory_limit = {quoted(memory)}")
        db.execute("SET enable_progress_bar = false")
        if workdir:
            db.execute(f"SET temp_directory = {quoted(str(workdir / 'spill'))}")
        try:
            yield db
        except duckdb.OutOfMemoryException as error:
            raise CannotWriteTable(where, f"the memory or the disk is full ({_told(error)})") from None
        except duckdb.Error as error:
            raise DamagedTable(where, f"the file cannot be read whole: {_told(error)}") from None


def _told(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def check(db: duckdb.DuckDBPyConnection, table: str, *, payload: bool = True) -> tuple[int, bool]:
    """Check the rows of `table`, SQL with the columns of `schema.rough`, `said_earliest`, `said_latest` and `place`.

    Every row needs unit, act and dates in order; ids and numbers are given once, or to no row. `payload` also reads
    every payload. Return (rows, whether they have numbers). Raise `BadRow` with the place of the first fault.
    """
    counts = [f"count(*) FILTER ({test})" for test in _TESTS.values()]
    counts += ["count(*)", "count(seq)", "count(entry)", "count(*) FILTER (entry = unit || '#' || seq)"]
    counts += [f"count(*) FILTER ({_JSON})" if payload else "0"]
    found: Any = db.execute(f"SELECT {', '.join(counts)} FROM {table}").fetchone()
    for key, count in zip(_TESTS, found, strict=False):
        if count:
            raise _fault(db, table, key, count)
    rows, numbers, ids, ours, broken = found[len(_TESTS) :]
    for column, count in (("seq", numbers), ("entry", ids)):
        if 0 < count < rows:
            place = _first(db, table, f"{column} IS NULL", "place")[0]
            raise BadRow(place, f"the entry has no {column!r}, while others have.", "Give it to all, or to none.")
    if numbers and not (ours == rows and _counted(db, table)):
        _refuse_repeated(db, table, "unit || '#' || seq", "unit, seq")
    if ids and ours < rows:  # else an id is given once if its unit and number are
        _refuse_repeated(db, table, "entry", "entry")
    if broken:
        place, text = _first(db, table, _JSON, "place, payload")
        raise BadRow(place, f"the payload {short(text)} is not a JSON object.")
    return rows, bool(numbers)


def _first(db: duckdb.DuckDBPyConnection, table: str, test: str, columns: str) -> tuple[Any, ...]:
    row = db.execute(f"SELECT {columns} FROM {table} WHERE {test} LIMIT 1").fetchone()
    return row or ("", *[""] * columns.count(","))


def _fault(db: duckdb.DuckDBPyConnection, table: str, key: str, count: int) -> BadRow:
    columns = "place, entry, coalesce(said_earliest, ''), coalesce(said_latest, ''), at_earliest IS NULL"
    place, entry, first, last, early = _first(db, table, _TESTS[key], columns)
    if key == "dates":
        said = first if early else last
        words = f"{short(said)} is not a date between the years 1 and 9999" if said else "the entry has no date"
    else:
        words = _WORDS[key].format(first, last)
    more = f" (and {count - 1} more)" if count > 1 else ""
    named = f" {entry}" if entry else ""
    return BadRow(
        f"{place}{named}",
        f"{words}{more}.",
        "Put it right in the file." if key != "dates" else "Write it as 2015-01-31T09:30.",
    )


def _counted(db: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the numbers of each unit are 1 to n, each once: their hashes then add up to those of 1 to n.

    This takes memory by unit, not by row.
    """
    query = f"""WITH
        units AS (SELECT count(*) AS n, sum(CAST(hash(seq) AS HUGEINT)) AS total FROM {table} GROUP BY unit),
        runs AS (SELECT range AS n, sum(CAST(hash(range) AS HUGEINT)) OVER (ORDER BY range) AS total
            FROM range(1, (SELECT max(n) + 1 FROM units)))
        SELECT count(*) FROM units LEFT JOIN runs USING (n) WHERE units.total IS DISTINCT FROM runs.total"""
    row = db.execute(query).fetchone()
    return row is not None and not row[0]


def _refuse_repeated(db: duckdb.DuckDBPyConnection, table: str, shown: str, by: str) -> None:
    """Raise `BadRow` for an id given more than once. Two hashes alike by chance do no harm: the rows are compared."""
    row = db.execute(f"SELECT count(*), count(DISTINCT hash({by})) FROM {table}").fetchone()
    if row and row[0] == row[1]:
        return
    query = f"""SELECT any_value({shown}), list(place ORDER BY place)[:3], count(*) FROM {table}
        WHERE hash({by}) IN (SELECT h FROM (SELECT hash({by}) AS h FROM {table}) GROUP BY h HAVING count(*) > 1)
        GROUP BY {by} HAVING count(*) > 1 ORDER BY 1 LIMIT 1"""
    row = db.execute(query).fetchone()
    if row:
        entry, places, count = row
        what = "the id" if by == "entry" else "the place in the unit's record"
        raise BadRow(", ".join(places), f"{what} {entry} is given {count} times.", "Every entry has its own.")


def finish(db: duckdb.DuckDBPyConnection, table: str, out: Path, meta: Meta, *, numbered: bool) -> None:
    """Write the checked rows of `table` to `out` by unit and number, with numbers and ids where there are none.

    Numbers are given by time, for equal times by order in the file. Sorting spills to disk.
    """
    start = "CASE WHEN at_earliest = TIMESTAMP '0001-01-01' THEN at_latest ELSE at_earliest END"  # open: by its end
    order = f"row_number() OVER (PARTITION BY unit ORDER BY {start}, at_latest, row)"
    inner = table if numbered else f"(SELECT * REPLACE ({order} AS seq) FROM {table})"
    columns = ", ".join("coalesce(entry, unit || '#' || seq) AS entry" if name == "entry" else name for name in COLUMNS)
    with whole(out) as part:
        db.execute(
            f"COPY (SELECT {columns} FROM {inner} ORDER BY unit, seq) TO {quoted(str(part))} (FORMAT parquet, "
            f"COMPRESSION zstd, ROW_GROUP_SIZE {GROUP}, KV_METADATA {{{KEY}: {quoted(meta.text())}}})"
        )
