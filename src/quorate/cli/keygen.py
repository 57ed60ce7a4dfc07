"""`quorate keygen`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.options import AsJson
from quorate.cli.show import as_json, screen


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make; only its owner may read it.")],
    json: AsJson = False,
) -> None:
    """Make a signing key for checkpoints.

    Its public half is printed, to hand to whoever is to verify.

    Example: quorate keygen signing.pem
    """
    from quorate.log.checkpoint import new_key, public

    key = public(new_key(file)).hex()
    if json:
        return as_json({"file": str(file), "public": key})
    out = screen()
    out.print(f"Made {file}. Keep it to yourself; give out the public key:")
    out.print(f"  {key}")
    return None
