"""`quorate init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.failing import Faults
from quorate.cli.options import AsJson, RecordPlace, now
from quorate.cli.place import begun, shown, stored
from quorate.cli.progress import track
from quorate.cli.show import as_json, count, screen
from quorate.cli.statements import ADVICE, Sources, statements
from quorate.errors import QuorateError
from quorate.run.record import Record, create, open_record, wall_clock
from quorate.terms import dates


class NothingToOpen(QuorateError):
    """Every unit asked for is open already."""


def run(
    record: RecordPlace,
    charter: Annotated[
        Path | None,
        typer.Option(
            "--charter", help="The charter to begin with; left out: open more units of a record that is there."
        ),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="The day the units' records begin; left out: now.")] = None,
    members: Annotated[
        Path | None, typer.Option("--members", help="CSV: person,name,unit[,label,standing,since].")
    ] = None,
    holders: Annotated[
        Path | None, typer.Option("--holders", help="CSV: unit,post,person[,name,label,since,until,source].")
    ] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="CSV: unit,members; for units with no record of their own.")
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", "-u", help="Open only this unit; may be given again.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Begin a record: keep a charter in it and open its units.

    Who is a member and who holds what on that day comes from CSV files; all is written or nothing. Without --charter,
    open more units of a record that is there.

    Example: quorate init book --charter club --at 2015-01-01 --members members.csv --holders holders.csv
    """
    day = dates.moment(at) if at else now()
    sources = Sources(members, holders, figures)
    if charter is None:
        with stored(record) as store:
            names = _open(open_record(store), day, sources, unit)
    else:
        from quorate.charter.read import files_of

        files = files_of(charter)
        with begun(record) as store, store.group():
            names = _open(create(store, files, day, clock=wall_clock), day, sources, unit)
    if json:
        return as_json({"record": shown(record), "at": day, "units": names})
    listed = names if len(names) <= 8 else [*names[:7], f"and {len(names) - 7} more"]
    return screen().print(
        f"Opened {count(len(names), 'unit')} in {shown(record)} as of {day[:10]}: {', '.join(listed)}."
    )


def _open(record: Record, at: str, sources: Sources, asked: list[str] | None) -> list[str]:
    """Open the units with their statements, together."""
    from quorate.charter.findings import nearest

    known = record.charter.known
    strange = [name for name in asked or () if name not in known]
    if strange:
        raise Faults([f"there is no unit {name!r}. {nearest(name, known)}".rstrip() for name in strange], ADVICE)
    already = set(record.units())
    units = [name for name in asked or sorted(known) if name not in already]
    if not units:
        raise NothingToOpen("every unit named is open already.", advice="See `quorate log` for the streams there are.")
    stated = statements(record.charter, units, at, sources)
    with record.group():
        for name in track(units, "Opening units"):
            record.open_unit(name, at, stated[name])
        record.deliver()
        record.save_post()
    return units
