"""Parquet of others: what a file holds, whether it has the columns of the log, and how they become them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quorate.log.entry import COLUMNS
from quorate.log.tables.errors import DamagedTable, NoTable, WrongColumns, nearest
from quorate.log.tables.files import KEY, Meta
from quorate.log.tables.schema import TIMES, schema

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"PAR1"
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_TEXT_DATE = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?)?\s?(Z|[+-]\d{2}(:?\d{2})?)?"


@dataclass(frozen=True, slots=True)
class File:
    """A Parquet file as its footer tells."""

    path: Path
    schema: pa.Schema
    rows: int
    meta: Meta

    def conforms(self) -> bool:
        """Whether it has every column of the log in its own type, so that it can be read as it is."""
        return all(
            name in self.schema.names and _plain(self.schema.field(name).type, wanted.type)
            for name, wanted in zip(COLUMNS, schema(), strict=True)
        )


def _plain(found: pa.DataType, wanted: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(found == wanted or (wanted == pa.string() and found == pa.large_string()))


def files_of(path: Path) -> list[Path]:
    """The file, or the Parquet files of the folder in order of their names. Raise `NoTable`."""
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.parquet")) or sorted(path.rglob("*.parquet"))
    if not found:
        raise NoTable(str(path), "there is no Parquet file in this folder.")
    return found


def inspect(path: Path) -> File:
    """Read a file's footer. Raise `NoTable` or `DamagedTable`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            start = file.read(4)
            size = file.seek(0, 2)
            file.seek(max(0, size - 4))
            end = file.read(4)
    except OSError as error:
        raise NoTable(str(path), f"it cannot be read: {error.strerror or error}.") from None
    if not size:
        raise NoTable(str(path), "the file is empty.", "Write it again.")
    if start != MAGIC:
        raise DamagedTable(str(path), "this is not a Parquet file, whatever its name.", "Name it for what it is.")
    if end != MAGIC:
        raise DamagedTable(str(path), f"the Parquet file is cut off after {size:,} bytes: its footer is not there.")
    try:
        footer = pq.read_metadata(path)
        columns = footer.schema.to_arrow_schema()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DamagedTable(str(path), f"the Parquet footer cannot be read: {_first_line(error)}.") from None
    return File(path, columns, footer.num_rows, _meta(footer.metadata, path))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _meta(found: dict[bytes, bytes] | None, path: Path) -> Meta:
    """What the file says of itself, nothing if it says nothing."""
    raw = (found or {}).get(KEY.encode())
    if raw is None:
        return Meta()
    try:
        told = json.loads(raw)
        charter, record = told.get("charter"), told.get("record")
    except (ValueError, AttributeError, RecursionError):
        raise DamagedTable(str(path), f"its metadata {KEY!r} is not JSON of an object.") from None
    if not isinstance(charter, str | None) or record not in ("complete", "partial", None):
        raise DamagedTable(str(path), f"its metadata {KEY!r} does not say `charter` and `record` as it should.")
    return Meta(charter, record)


def together(files: list[File]) -> Meta:
    """What several files say of themselves; partial if one of them is. Raise `WrongColumns` for several charters."""
    charters = {file.meta.charter: file.path for file in reversed(files) if file.meta.charter}
    if len(charters) > 1:
        (first, one), (second, other) = list(charters.items())[:-3:-1]
        raise WrongColumns(
            str(other), f"it is of the charter {second!r}; {one.name} is of {first!r}.", "Audit them apart."
        )
    records = {file.meta.record for file in files}
    return Meta(
        next(iter(charters), None), "partial" if "partial" in records else records.pop() if len(records) == 1 else None
    )


# --- columns of others, as SQL ---


def quoted(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def name_of(column: str) -> str:
    """A column's name as SQL."""
    return '"' + column.replace('"', '""') + '"'


def plain(path: Path) -> str:
    """A file's name of which DuckDB takes no letter for a pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def scan(paths: list[Path]) -> str:
    """SQL that reads these files, with `filename` and `file_row_number`; their names are no patterns."""
    names = ", ".join(quoted(plain(path)) for path in paths)
    return f"read_parquet([{names}], filename = true, file_row_number = true, hive_partitioning = false)"


def selects(files: list[File]) -> str:
    """SQL that gives the rows of all files as `select` does."""
    parts, first = [], 0
    for file in files:
        parts.append(select(file, first))
        first += file.rows
    return " UNION ALL ".join(parts)


def select(file: File, first: int) -> str:
    """SQL that gives the file's rows: columns of `schema.rough`, `said_earliest`, `said_latest` (as it stood), `place`.

    `first` is the number of rows in the files before. Raise `WrongColumns`.
    """
    names = file.schema.names
    start = next((name for name in (TIMES[0], "at") if name in names), None)
    for name in ("unit", "act"):
        if name not in names:
            advice = nearest(name, names) + " Rename it, or map it with a mapping file."
            raise WrongColumns(str(file.path), f"it has no column {name!r}.", advice)
    if start is None:
        advice = nearest(TIMES[0], names) + " Rename it, or map it with a mapping file."
        raise WrongColumns(str(file.path), "it has no column 'at_earliest' or 'at'.", advice)
    end = TIMES[1] if TIMES[1] in names else start
    parts = [_column(file, name) for name in COLUMNS if name not in TIMES]
    parts += [
        f"{_moment(file, start, last=False)} AS at_earliest",
        f"{_moment(file, end, last=True)} AS at_latest",
        f"CAST({name_of(start)} AS VARCHAR) AS said_earliest",
        f"CAST({name_of(end)} AS VARCHAR) AS said_latest",
        f"file_row_number + {first} AS row",
        f"{quoted(str(file.path) + ': row ')} || (file_row_number + 1) AS place",
    ]
    return f"SELECT {', '.join(parts)} FROM {scan([file.path])}"


def _column(file: File, name: str) -> str:
    import pyarrow.types as kinds

    if name not in file.schema.names:
        return f"CAST(NULL AS {'BIGINT' if name == 'seq' else 'VARCHAR'}) AS {name}"
    kind: Any = file.schema.field(name).type
    if kinds.is_dictionary(kind):
        kind = kind.value_type
    if kinds.is_null(kind):
        return f"CAST(NULL AS {'BIGINT' if name == 'seq' else 'VARCHAR'}) AS {name}"
    if name == "seq":
        if not kinds.is_integer(kind):
            raise _wrong(file, name, kind, "whole numbers")
        return f"TRY_CAST({name_of(name)} AS BIGINT) AS seq"
    if name == "payload" and (kinds.is_struct(kind) or kinds.is_map(kind)):
        return "CAST(to_json(payload) AS VARCHAR) AS payload"
    if not (
        kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind) or kinds.is_integer(kind)
    ):
        raise _wrong(file, name, kind, "text")
    return f"CAST({name_of(name)} AS VARCHAR) AS {name}"


def _wrong(file: File, name: str, kind: Any, wanted: str) -> WrongColumns:  # noqa: ANN401 - a pyarrow type
    return WrongColumns(str(file.path), f"its column {name!r} holds {kind}, not {wanted}.", "Convert it first.")


def _moment(file: File, name: str, *, last: bool) -> str:
    """A column of dates as the first moment they mean, or the last; null for text that is no date."""
    import pyarrow.types as kinds

    kind: Any = file.schema.field(name).type
    column = name_of(name)
    if kinds.is_dictionary(kind):
        kind = kind.value_type
    day = " + INTERVAL 1439 MINUTE" if last else ""
    if kinds.is_date(kind):
        return f"(CAST({column} AS TIMESTAMP){day})"
    if kinds.is_timestamp(kind):
        return _wall(file, name, kind.tz) if kind.tz else f"CAST({column} AS TIMESTAMP)"
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
        clean = (
            f"regexp_replace(replace({column}, ',', '.'), '\\s?(Z|([T ][0-9:.]+)[+-]\\d{{2}}(:?\\d{{2}})?)$', '\\2')"
        )
        moment = f"TRY_CAST({clean} AS TIMESTAMP)"
        wide = f"CASE WHEN length({clean}) = 10 THEN {moment}{day} ELSE {moment} END" if last else moment
        return f"CASE WHEN regexp_full_match({column}, {quoted(_TEXT_DATE)}) THEN {wide} END"
    raise _wrong(file, name, kind, "dates, times or text")


def _wall(file: File, name: str, zone: str) -> str:
    """What the clock of the zone showed."""
    column = name_of(name)
    utc = f"make_timestamp(epoch_us({column}))"
    if zone.upper() in ("UTC", "Z", "GMT", "ETC/UTC"):
        return utc
    if match := _OFFSET.fullmatch(zone):
        return f"({utc} {match[1]} INTERVAL {int(match[2]) * 60 + int(match[3])} MINUTE)"
    if not re.fullmatch(r"[A-Za-z0-9_+/-]{1,60}", zone):
        raise WrongColumns(
            str(file.path), f"its column {name!r} has the unknown time zone {zone!r}.", "Convert it first."
        )
    return f"timezone({quoted(zone)}, {column})"
