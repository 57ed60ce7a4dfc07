"""CSV files: rows with the line each begins on, strictly read, in batches."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from quorate.log.tables.errors import BadRow, DamagedTable, NoTable, WrongColumns, short
from quorate.log.tables.files import Progress
from quorate.log.tables.mapping import Plan
from quorate.log.tables.shape import Rows, Shaper

BATCH = 20_000
LONGEST = 1 << 24  # characters in one cell
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def rows_of(path: Path, shaper: Shaper, progress: Progress | None = None) -> Iterator[Rows]:
    """The file's rows, with only the columns the plan reads.

    Raise `NoTable`, `DamagedTable` (encoding, NUL bytes), `WrongColumns`, `BadMapping`, `BadRow`, each with its line.
    """
    _sniff(path, shaper.plan)
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
    encoding = (
        "utf-8-sig" if shaper.plan.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else shaper.plan.encoding
    )
    size = path.stat().st_size
    try:
        with path.open("rb") as raw, TextIOWrapper(raw, encoding=encoding, newline="") as file:
            reader = csv.reader(_without_nul(file, path), delimiter=shaper.plan.delimiter, strict=True)
            for rows in _batches(reader, path, shaper):
                yield rows
                if progress:
                    progress(min(raw.tell(), size), size)
    except UnicodeError:
        raise _undecodable(path, encoding) from None


def _sniff(path: Path, plan: Plan) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise NoTable(str(path), f"it cannot be read: {error.strerror or error}.") from None
    if not start:
        raise NoTable(str(path), "the file is empty.", "It needs a line of column names.")
    written = _MARKS.get(start[:2])
    if written and "16" not in plan.encoding:
        raise DamagedTable(str(path), f"it is written in {written}.", f"Say `encoding: {written}` in the mapping.")


def _without_nul(file: TextIO, path: Path) -> Iterator[str]:
    for number, line in enumerate(file, 1):
        if "\0" in line:
            advice = "The file is damaged, no CSV, or of another encoding: say which with `encoding` in the mapping."
            raise DamagedTable(f"{path}:{number}", "there is a NUL byte in this line.", advice)
        yield line


def _undecodable(path: Path, encoding: str) -> DamagedTable:
    """The error that names the line which is not of this encoding."""
    number = 0
    if not encoding.startswith(("utf-16", "utf-32")):
        with path.open("rb") as file:
            for line in file:
                number += 1
                try:
                    line.decode(encoding)
                except UnicodeError:
                    break
    place = f"{path}:{number}" if number else str(path)
    advice = "Save it as UTF-8, or say `encoding: cp1252` (or what it is) in the mapping."
    return DamagedTable(place, f"this is not {encoding.removesuffix('-sig').upper()} text.", advice)


def _batches(reader: Iterable[list[str]], path: Path, shaper: Shaper) -> Iterator[Rows]:
    rows = _numbered(reader, path)
    line, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    used = _used(names, f"{path}:{line}", shaper)
    held: list[list[str]] = []
    lines: list[int] = []
    for line, row in rows:
        if len(row) != len(names):
            problem = f"the row has {len(row)} fields, the header has {len(names)}."
            raise BadRow(f"{path}:{line}", problem, "Look for a missing quotation mark, or a wrong `delimiter`.")
        held.append(row)
        lines.append(line)
        if len(held) == BATCH:
            yield _rows(held, lines, used)
            held, lines = [], []
    if held:
        yield _rows(held, lines, used)


def _numbered(reader: Iterable[list[str]], path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it begins on."""
    start = 1
    rows = iter(reader)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            advice = "Look for a quotation mark that is not closed or not doubled."
            raise BadRow(f"{path}:{start}", f"the row cannot be read: {error}.", advice) from None
        if row:
            yield start, row
        start = reader.line_num + 1  # type: ignore[attr-defined]  # what csv.reader makes has it


def _used(names: list[str], where: str, shaper: Shaper) -> dict[str, int]:
    """The columns the plan reads, and where each stands."""
    if not any(names):
        raise WrongColumns(where, "there are no column names.", "Put them in the first line.")
    shaper.check(names, where.rpartition(":")[0])
    for name in shaper.plan.used():
        if names.count(name) > 1:
            raise WrongColumns(where, f"the column {short(name)} is there twice.", "Rename one.")
    return {name: names.index(name) for name in shaper.plan.used()}


def _rows(held: list[list[str]], lines: Sequence[int], used: dict[str, int]) -> Rows:
    columns = list(zip(*held, strict=True))
    return Rows({name: [cell.strip() for cell in columns[place]] for name, place in used.items()}, lines)
