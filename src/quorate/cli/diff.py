"""`quorate diff`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.failing import FINDINGS
from quorate.cli.options import AsJson
from quorate.cli.show import as_json, dim, screen


def run(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The charter as it was.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The charter as it is to be.")],
    json: AsJson = False,
) -> None:
    """Say in words what changes from one charter to another, and for whom.

    Exit code 1 where anything changes.

    Example: quorate diff club club-2016
    """
    from quorate.charter.diff import diff
    from quorate.charter.read import read

    changes = diff(read(before), read(after))
    if json:
        as_json([asdict(change) for change in changes])
    else:
        out = screen()
        for change in changes:
            out.print(f"{change.words}.", soft_wrap=True)
            if change.concerns:
                out.print(dim(f"  concerns {', '.join(change.concerns)}"), soft_wrap=True)
        if not changes:
            out.print("Nothing changes.")
    if changes:
        raise typer.Exit(FINDINGS)
