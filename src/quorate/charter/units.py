"""The units file and the register: CSV beside the charter (RFC 4180), read with the place of every cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import ValidationError

from quorate.charter.document import Document
from quorate.charter.faults import faults
from quorate.charter.findings import Finding, closest, listed, short
from quorate.charter.model import Unit
from quorate.charter.text import Place, Text
from quorate.terms.parts import UnitDecl

_OWN = ("id", "tier", "parent", "name", "label", "kind")
_DEGREES = {"latitude": 90, "longitude": 180}
_DECIMAL = re.compile(r"-?\d{1,3}(\.\d{1,12})?")
_CELL = re.compile(r'("(?:[^"]|"")*"|[^,\n]*)(,|\r?\n|\Z)')
MAX_CELL = 100_000


class Row(NamedTuple):
    """A row's first line, counted from nought, and its cells."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A CSV file: its text, the names of its columns, its rows."""

    text: Text
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def cell(self, row: Row, column: str) -> str:
        """A row's cell under a column; empty where there is none."""
        return row.cells[self.header.index(column)].strip() if column in self.header else ""

    def where(self, row: Row, column: str | None = None) -> str:
        """``file:line:column`` of a cell, or of the row."""
        index = self.header.index(column) if column in self.header else 0
        return self.text.where(cell_place(self.text, row.line, index))


def cell_place(text: Text, line: int, index: int) -> Place:
    """Where a cell of the row beginning on that line stands (maybe lines below: quoted cells may hold line ends)."""
    rest = "\n".join(text.lines[line : line + 1000])
    offset = 0
    for _ in range(index):
        match = _CELL.match(rest, offset)
        if match is None or match[2] != ",":
            break
        offset = match.end()
    before = rest[:offset]
    return Place(line + before.count("\n"), offset - (before.rfind("\n") + 1))


def table(text: Text, required: tuple[str, ...]) -> tuple[Table | None, list[Finding]]:
    """Read a CSV file whose header holds at least the required columns. Rows not as long as the header are left out."""
    csv.field_size_limit(MAX_CELL)
    rows, findings = _rows(text)
    if not rows:
        findings.append(
            Finding(
                "csv",
                text.where(Place(0, 0)),
                "the file has no header",
                advice=f"Begin with the columns {','.join(required)}.",
            )
        )
        return None, findings
    header = tuple(name.strip() for name in rows[0].cells)
    found = Table(text, header, ())
    for index, name in enumerate(header):
        if name in header[:index]:
            where = text.where(cell_place(text, rows[0].line, index))
            findings.append(Finding("csv", where, f"the column `{short(name)}` is given twice", advice="Keep one."))
    for name in required:
        if name not in header:
            meant = closest(name, [other for other in header if other not in _OWN])
            advice = (
                f"Is it the one written `{short(meant)}`?" if meant else f"The columns must hold {listed(required)}."
            )
            findings.append(Finding("csv", found.where(rows[0]), f"there is no column `{name}`", advice=advice))
    good = []
    for row in rows[1:]:
        if len(row.cells) == len(header):
            good.append(row)
        else:
            message = f"the row has {len(row.cells)} cells, and the header {len(header)}"
            findings.append(Finding("csv", found.where(row), message, advice="Quote cells that hold commas."))
    complete = all(name in header for name in required) and len(set(header)) == len(header)
    return (Table(text, header, tuple(good)) if complete else None), findings


def _rows(text: Text) -> tuple[list[Row], list[Finding]]:
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text.content, newline=""), strict=True)
    line = 0
    try:
        for cells in reader:
            if cells:
                rows.append(Row(line, cells))
            line = reader.line_num
    except csv.Error as error:
        finding = Finding(
            "csv", text.where(Place(line, 0)), f"this is not CSV: {error}", advice="Look at the quotes of this row."
        )
        return rows, [finding]
    return rows, []


def units(found: Table) -> Iterator[tuple[Row, Unit | None, list[Finding]]]:
    """Each row's unit, or why it is none."""
    facts = [name for name in found.header if name not in _OWN]
    for row in found.rows:
        data = {name: cell for name in _OWN if (cell := found.cell(row, name))}
        findings = [*_declared(found, row, data), *_measures(found, row)]
        if findings:
            yield row, None, findings
            continue
        kept = {name: cell for name in facts if name and (cell := found.cell(row, name))}
        yield row, Unit(**data, facts=kept), []


def _declared(found: Table, row: Row, data: dict[str, str]) -> Iterator[Finding]:
    """The faults of a row by the same rules as for units declared in the charter itself."""
    try:
        UnitDecl.model_validate(data, strict=True)
    except ValidationError as error:
        document = Document(found.text, data)
        for fault in faults(error.errors(include_url=False), document, UnitDecl):
            column = next((name for name in _OWN if f"`{name}`" in fault.message), None)
            message = f"{fault.message} (unit `{short(data['id'])}`)" if data.get("id") else fault.message
            yield Finding(fault.code, found.where(row, column), message, advice=fault.advice)


def _measures(found: Table, row: Row) -> Iterator[Finding]:
    """Coordinates off the globe, populations that are no numbers."""
    for name, limit in _DEGREES.items():
        cell = found.cell(row, name)
        if cell and not (_DECIMAL.fullmatch(cell) and abs(float(cell)) <= limit):
            advice = f"Write decimal degrees from -{limit} to {limit}."
            yield Finding("wrong-value", found.where(row, name), f"`{name}` cannot be `{short(cell)}`", advice=advice)
    cell = found.cell(row, "population")
    if cell and not (cell.isascii() and cell.isdigit()):
        message = f"`population` cannot be `{short(cell)}`"
        yield Finding(
            "wrong-value", found.where(row, "population"), message, advice="Write a whole number without separators."
        )
