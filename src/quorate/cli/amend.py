"""`quorate amend`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.options import AsJson, RecordPlace, now
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, count, screen
from quorate.run.record import amend

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    charter: Annotated[Path, typer.Argument(metavar="CHARTER", help="The new version of the charter.")],
    at: Annotated[
        str | None, typer.Option("--at", help="When it is adopted; left out: now. It holds from its own date.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Adopt a new version of the charter.

    Acts are judged by the version in force on their day.

    Example: quorate amend book club-2016 --at 2015-12-01
    """
    from quorate.charter.diff import diff
    from quorate.charter.read import files_of

    files = files_of(charter)
    with opened(record) as found:
        before = found.charter
        after = amend(found, files, at or now()).charter
        changes = diff(before, after)
    force = after.file.in_force
    if json:
        return as_json(
            {"charter": after.file.id, "from": force.from_, "to": force.to, "changes": [c.words for c in changes]}
        )
    out = screen()
    out.print(f"Adopted {after.file.title}, in force from {force.from_}: {count(len(changes), 'change')}.")
    for change in changes[:20]:
        out.print(f"  {change.words}.", soft_wrap=True)
    if len(changes) > 20:
        out.print("  ... `quorate diff` lists them all")
    return None
