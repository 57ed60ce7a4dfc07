"""`quorate verify`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.failing import FINDINGS
from quorate.cli.options import AsJson
from quorate.cli.place import RecordCommand, is_record, stored
from quorate.cli.progress import bar
from quorate.cli.show import as_json, count, screen
from quorate.errors import QuorateError
from quorate.log.verify import Verification, verify

COMMAND = RecordCommand


class BadPublicKey(QuorateError):
    """Text that is not a public key."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r:.80} is not a public key", advice="It has 64 hexadecimal digits, as `quorate keygen` tells them."
        )


def run(
    record: Annotated[
        str, typer.Argument(metavar="FILE|RECORD", help="An export, or a record (which is exported first).")
    ],
    key: Annotated[
        str | None, typer.Option("--key", help="The signer's public key: every checkpoint must be signed with it.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Recompute every hash and name any entry tampered with.

    An export is judged by its bytes alone: no database, no trust in whoever wrote it. Exit code 1 for findings.

    Example: quorate verify book.log
    """
    public = _key(key)
    if is_record(record) or not Path(record).exists():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export"
            _export(record, path)
            found = _verify(path, public)
    else:
        found = _verify(Path(record), public)
    if json:
        rows = [{"code": f.code, "where": f.where, "message": f.message} for f in found.findings]
        as_json(
            {
                "streams": found.streams,
                "entries": found.entries,
                "sealed": found.sealed,
                "checkpoints": found.checkpoints,
                "findings": rows,
            }
        )
    else:
        show(found)
    if found.findings:
        raise typer.Exit(FINDINGS)


def _key(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        found = bytes.fromhex(text)
    except ValueError:
        raise BadPublicKey(text) from None
    if len(found) != 32:
        raise BadPublicKey(text)
    return found


def _export(record: str, path: Path) -> None:
    from quorate.log.export import export

    with stored(record) as store, path.open("wb") as out, bar("Exporting") as tick:
        export(store, out, sealed=True, progress=tick)


def _verify(path: Path, key: bytes | None) -> Verification:
    with bar("Verifying") as tick:
        return verify(path, key=key, progress=tick)


def show(found: Verification) -> None:
    """Print what was verified, and what was found."""
    out = screen()
    held = f"{count(found.entries, 'entry', 'entries')} in {count(found.streams, 'stream')}"
    extra = [count(found.checkpoints, "checkpoint")] if found.checkpoints else []
    extra += [count(found.sealed, "sealed content")] if found.sealed else []
    for finding in found.findings:
        place = f"{finding.where}: " if finding.where else ""
        out.print(f"{place}{finding.message} [{finding.code}]", soft_wrap=True)
    also = f", {', '.join(extra)}" if extra else ""
    verdict = f"{count(len(found.findings), 'finding')}." if found.findings else "Whole and unchanged."
    out.print(f"{held}{also}: {verdict}")
