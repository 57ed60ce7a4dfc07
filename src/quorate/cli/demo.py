"""`quorate demo`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from quorate.errors import QuorateError


class NoDemo(QuorateError):
    """An installation without the demonstration."""

    def __init__(self) -> None:
        super().__init__("this installation has no demonstration", advice="Run it from the project's own folder.")


def run(
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the record; must not hold one.")] = Path(
        "demo-record"
    ),
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same record.")] = 2016,
    charter: Annotated[
        Path | None,
        typer.Option("--charter", help="A charter's folder with a demo.yaml; left out: the one that has it."),
    ] = None,
) -> None:
    """Live through the reference organisation's months before its congress.

    Example: quorate demo --out demo-record
    """
    if find_spec("quorate.demo") is None:
        raise NoDemo
    import_module("quorate.demo").run(out, seed=seed, charter=charter)
