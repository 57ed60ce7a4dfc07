"""`quorate import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.options import AsJson, RecordPlace
from quorate.cli.place import begun, shown
from quorate.cli.progress import bar
from quorate.cli.show import as_json, count, screen


def run(
    record: RecordPlace,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export.")],
    json: AsJson = False,
) -> None:
    """Make a record from an export, after verifying it.

    All of it or nothing.

    Example: quorate import copy book.log
    """
    from quorate.log.export import load

    with begun(record) as store, bar("Importing") as tick:
        totals = load(store, file, progress=tick)
    if json:
        return as_json(
            {"record": shown(record), "streams": totals.streams, "entries": totals.entries, "sealed": totals.sealed}
        )
    held = f"{count(totals.entries, 'entry', 'entries')} in {count(totals.streams, 'stream')}"
    return screen().print(f"Imported {held} into {shown(record)}.")
