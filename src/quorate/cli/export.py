"""`quorate export`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.chart import CannotWrite
from quorate.cli.options import AsJson, RecordPlace
from quorate.cli.place import RecordCommand, stored
from quorate.cli.progress import bar
from quorate.cli.show import as_json, count, screen

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    sealed: Annotated[
        bool, typer.Option("--sealed", help="With the sealed content: for entitled readers only.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Write the log to a file that anyone can verify.

    Sealed content stays out unless asked for.

    Example: quorate export book book.log
    """
    from quorate.log.export import export

    part = file.with_name(f"{file.name}.part{os.getpid()}")
    with stored(record) as store:
        try:
            mode = 0o600 if sealed else 0o666
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as out, bar("Exporting") as tick:
                totals = export(store, out, sealed=sealed, progress=tick)
            part.replace(file)
        except OSError as error:
            raise CannotWrite(file, error.strerror or str(error)) from None
        finally:
            part.unlink(missing_ok=True)
    if json:
        return as_json(
            {"file": str(file), "streams": totals.streams, "entries": totals.entries, "sealed": totals.sealed}
        )
    held = f"{count(totals.entries, 'entry', 'entries')} in {count(totals.streams, 'stream')}"
    extra = f" and {count(totals.sealed, 'sealed content')}" if totals.sealed else ""
    return screen().print(f"Wrote {held}{extra} to {file} ({file.stat().st_size:,} bytes).")
