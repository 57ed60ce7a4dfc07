"""A charter between being read and being trusted: the file's model, its units, and the place of each part."""

from __future__ import annotations

from dataclasses import dataclass, field

from quorate.charter.document import Document, Path
from quorate.charter.faults import clause_at
from quorate.charter.findings import Finding
from quorate.charter.model import CharterFile, Unit
from quorate.charter.units import Row, Table


@dataclass
class Draft:
    """What the checks look at. `origins` says where each unit comes from: a row of the units file, or a path."""

    document: Document
    file: CharterFile
    table: Table | None = None
    units: dict[str, Unit] = field(default_factory=dict)
    origins: dict[str, Row | Path] = field(default_factory=dict)

    def finding(self, code: str, path: Path, message: str, advice: str = "", *, key: bool = False) -> Finding:
        """A finding at a path of the charter's file."""
        clause = clause_at(path, self.document.data)
        return Finding(code, self.document.place(path, key=key), message, clause, advice)

    def unit_place(self, unit: str, column: str | None = None) -> str:
        """``file:line:column`` of a unit, or of one of its keys or cells."""
        return self.origin_place(self.origins[unit], column)

    def origin_place(self, origin: Row | Path, column: str | None = None) -> str:
        """``file:line:column`` of where a unit comes from."""
        if isinstance(origin, Row):
            assert self.table is not None
            return self.table.where(origin, column)
        return self.document.place((*origin, column) if column else origin)
