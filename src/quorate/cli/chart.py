"""`quorate chart`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.options import CharterPlace
from quorate.cli.show import screen
from quorate.errors import QuorateError

FORMATS = (".svg", ".png")


class UnknownFormat(QuorateError):
    """A picture in a format we do not draw."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.suffix or 'no ending'} is no format of a chart",
            where=str(path),
            advice="End the name in .svg or .png.",
        )


class CannotWrite(QuorateError):
    """A file that cannot be written."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"it cannot be written: {problem}", where=str(path), advice="Check the name and the folder.")


def write(path: Path, content: bytes) -> None:
    """Write a file. Raise `CannotWrite`."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from None


def run(
    charter: CharterPlace,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write: .svg or .png.")],
    title: Annotated[
        str | None, typer.Option("--title", help="What stands above it; left out: the charter's title.")
    ] = None,
    labels: Annotated[bool, typer.Option("--labels/--no-labels", help="Write clause ids beside their lines.")] = True,
    focus: Annotated[
        str | None, typer.Option("--focus", help="Only this tier, organ, office or unit and what joins it.")
    ] = None,
) -> None:
    """Draw a charter's tiers, organs, offices and the lines between them.

    Example: quorate chart club -o club.svg
    """
    from quorate.chart import draw, png, undrawable
    from quorate.charter.read import read

    if out.suffix.lower() not in FORMATS:
        raise UnknownFormat(out)
    svg = draw(read(charter), title=title, labels=labels, focus=focus)
    if out.suffix.lower() == ".svg":
        content = svg.encode()
    else:
        missing = undrawable(svg)
        if missing:
            print(f"No font here can draw {missing[0]!r}: {len(missing)} labels are left out.", file=sys.stderr)
        content = png(svg)
    write(out, content)
    screen().print(f"Drew {out} ({len(content):,} bytes).")
