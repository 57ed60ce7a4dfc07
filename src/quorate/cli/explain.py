"""`quorate explain`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from quorate.charter.model import Charter
from quorate.cli.options import AsJson
from quorate.cli.place import is_address, located, opened
from quorate.cli.show import as_json, dim, heading, indented, screen, table


def run(
    place: Annotated[str, typer.Argument(metavar="CHARTER", help="A charter, or a record (its latest charter).")],
    clause: Annotated[
        str | None, typer.Argument(metavar="CLAUSE", help="The clause's id; left out: list them.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Explain a clause in plain English, with its evidence.

    Example: quorate explain club committee.cadence
    """
    from quorate.charter.explain import explain

    charter = _charter(place)
    if clause is None:
        return _list(charter, json=json)
    found = explain(charter, clause)
    if json:
        return as_json(asdict(found))
    out = screen()
    out.print(heading(found.id, found.kind, found.cite, "assumed" if found.assumed else None))
    out.print(indented(found.words))
    if found.note:
        out.print(indented(dim(found.note)))
    for title, lines in (
        ("Numbers", [str(item) for item in found.evidence]),
        ("Names", [f"{name} [{name.id}]" for name in found.names]),
        ("See also", [f"{other.id}: {other.words}" for other in found.related]),
    ):
        if lines:
            out.print(heading(title))
            for line in lines:
                out.print(indented(line))
    return None


def _charter(place: str) -> Charter:
    from quorate.charter.read import read

    if is_address(place) or Path(located(place)).is_file():
        with opened(place) as record:
            return record.charter
    return read(Path(place))


def _list(charter: Charter, *, json: bool) -> None:
    rows = [(clause.id, clause.kind, clause.cite, clause.words(charter)) for clause in charter.clauses]
    if json:
        return as_json([dict(zip(("id", "kind", "cite", "words"), row, strict=True)) for row in rows])
    shown = table(("clause", "n"), "what it says", "cite")
    for ident, _, cite, words in rows:
        shown.add_row(ident, words, dim(cite))
    screen().print(shown)
    return None
