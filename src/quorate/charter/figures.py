"""Every number of a charter with its evidence."""

from __future__ import annotations

from quorate.charter.model import Charter
from quorate.charter.walk import dotted, numbers
from quorate.terms.parts import Figure


def figures(charter: Charter) -> list[tuple[str, str, Figure]]:
    """All numbers: `(id of the clause, organ or office, field path, figure)`, in charter order."""
    tables = (charter.file.tiers, charter.file.organs, charter.file.offices, charter.file.business, charter.clauses)
    parts = [part for table in tables for part in table]
    return [(part.id, dotted(path), figure) for part in parts for path, figure in numbers(part)]


def evidence(figure: Figure, charter: Charter) -> str:
    """The evidence of a number in words: the source's title, or that it is assumed."""
    if figure.source is None:
        return "assumed"
    source = charter.sources.get(figure.source)
    return source.title if source else figure.source
