"""`quorate log`."""

from __future__ import annotations

import json as jsonlib
from itertools import islice
from typing import Annotated, Any

import typer

from quorate.cli.options import AsJson, RecordPlace, known_unit
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, dim, heading, indented, screen, table, when
from quorate.errors import QuorateError
from quorate.log import Entry, body
from quorate.run.record import RECORD, Record

COMMAND = RecordCommand
WIDE = 60  # characters of an entry's payload shown in a list


class NoSuchEntry(QuorateError):
    """An entry the record does not hold."""

    def __init__(self, entry: str, problem: str) -> None:
        super().__init__(
            f"there is no entry {entry!r}: {problem}", advice="An entry is named by unit and number: B1#12."
        )


def run(
    record: RecordPlace,
    unit: Annotated[
        str | None, typer.Option("--unit", "-u", help="Show this unit's entries; left out: list the streams.")
    ] = None,
    entry: Annotated[str | None, typer.Option("--entry", help="Show one entry in full, such as B1#12.")] = None,
    after: Annotated[int, typer.Option("--after", min=0, help="Begin after this number.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Show at most so many entries.")] = 50,
    json: AsJson = False,
) -> None:
    """Show the log as it is kept: streams, entries, one entry.

    Sealed content is never shown here.

    Example: quorate log book --unit B1 --limit 3
    """
    with opened(record) as found:
        if entry is not None:
            return _one(_entry(found, entry), json=json)
        if unit is None:
            return _streams(found, json=json)
        known_unit(found, unit)
        rows = list(islice(found.store.read(unit, after), limit))
        last = found.store.head(unit).seq
    if json:
        return as_json([_row(row) for row in rows])
    shown = table(("no", "rn"), ("when", "n"), "act", "by", "clause", "what")
    for row in rows:
        shown.add_row(str(row.seq), when(row.at_latest), row.act, row.actor or "", row.clause or "", dim(_short(row)))
    out = screen()
    out.print(shown)
    if rows and rows[-1].seq < last:
        out.print(dim(f"entries {rows[0].seq} to {rows[-1].seq} of {last}; `--after {rows[-1].seq}` goes on"))
    return None


def _row(entry: Entry) -> dict[str, Any]:
    return {"entry": entry.entry, **body(entry), "hash": entry.hash}


def _short(entry: Entry) -> str:
    parts = [part for part in (entry.meeting or entry.organ, entry.subject, entry.ref) if part]
    payload = {k: v for k, v in (entry.payload or {}).items() if k not in ("send", "files")}
    text = " ".join(parts) + (" " if parts else "")
    text += ", ".join(
        f"{name} {value if isinstance(value, str) else jsonlib.dumps(value, ensure_ascii=False)}"
        for name, value in payload.items()
    )
    sealed = " (part sealed)" if entry.sealed else ""
    return (text if len(text) <= WIDE else f"{text[: WIDE - 3]}...") + sealed


def _streams(record: Record, *, json: bool) -> None:
    heads = list(record.store.heads())
    if json:
        return as_json([{"unit": head.unit, "entries": head.seq, "hash": head.hash} for head in heads])
    shown = table("unit", "", ("entries", "r"), "hash of the last")
    for head in heads:
        name = "the record itself" if head.unit == RECORD else record.charter.name(head.unit)
        shown.add_row(head.unit, name, f"{head.seq:,}", dim(head.hash[:16]))
    return screen().print(shown)


def _entry(record: Record, ident: str) -> Entry:
    unit, mark, number = ident.rpartition("#")
    if not mark or not number.isdecimal() or int(number) < 1:
        raise NoSuchEntry(ident, "it is not written as one")
    known_unit(record, unit)
    found = next(iter(record.store.read(unit, int(number) - 1)), None)
    if found is None:
        raise NoSuchEntry(ident, f"the last of {unit} is {record.store.head(unit).entry}")
    return found


def _one(entry: Entry, *, json: bool) -> None:
    if json:
        return as_json(_row(entry))
    out = screen()
    out.print(heading(entry.entry, entry.act, when(entry.at_latest)))
    facts = table("", "")
    facts.show_header = False
    for name, value in body(entry).items():
        if name not in ("unit", "seq", "act", "at_earliest", "at_latest", "payload"):
            facts.add_row(dim(name), str(value))
    facts.add_row(dim("hash"), entry.hash)
    out.print(indented(facts))
    if entry.payload:
        out.print(indented(jsonlib.dumps(entry.payload, ensure_ascii=False, indent=2)))
    return None
