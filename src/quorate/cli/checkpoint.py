"""`quorate checkpoint`."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.options import AsJson, RecordPlace, now
from quorate.cli.place import RecordCommand, stored
from quorate.cli.show import as_json, count, screen
from quorate.run.record import open_record
from quorate.terms import dates

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    key: Annotated[Path, typer.Option("--key", help="The signing key, made by `quorate keygen`.")],
    origin: Annotated[str | None, typer.Option("--origin", help="Whose log it is; left out: the charter's id.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="When it is signed; left out: now.")] = None,
    json: AsJson = False,
) -> None:
    """Sign where every stream stands now.

    Later exports carry the statement, so that nothing before it can be altered unseen.

    Example: quorate checkpoint book --key signing.pem --at 2015-03-01
    """
    from quorate.log.checkpoint import load_key, take

    signer, moment = load_key(key), dates.moment(at) if at else now()
    with stored(record) as store:
        found = take(store, signer, origin=origin or open_record(store).charter.file.id, at=moment)
    if json:
        return as_json(jsonlib.loads(found.text()))
    held = f"{count(found.entries, 'entry', 'entries')} in {count(found.size, 'stream')}"
    out = screen()
    out.print(f"Signed {held} of {found.origin} at {found.at}.")
    out.print(f"  root        {found.root}")
    out.print(f"  public key  {found.key}")
    return None
