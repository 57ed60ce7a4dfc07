"""`quorate calendar`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.chart import write
from quorate.cli.options import AsJson, On, OneUnit, RecordPlace, day_of
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, count, dim, heading, screen, status, table, when
from quorate.errors import QuorateError
from quorate.terms import dates
from quorate.views.calendar import KINDS, Calendar

COMMAND = RecordCommand
SPAN = 60  # days shown where no last day is given


class BackwardSpan(QuorateError):
    """A last day before the first."""

    def __init__(self, first: str, last: str) -> None:
        super().__init__(f"the last day, {last}, is before the first, {first}", advice="Give --from before --to.")


class UnknownKind(QuorateError):
    """A kind of event there is not."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind!r} is no kind of event", advice=f"Write one of {', '.join(KINDS)}.")


def run(
    record: RecordPlace,
    unit: OneUnit,
    first: Annotated[str | None, typer.Option("--from", help="The first day; left out: the day of --on.")] = None,
    last: Annotated[
        str | None, typer.Option("--to", help=f"The last day; left out: {SPAN} days after the first.")
    ] = None,
    on: On = "today",
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only these: meeting, deadline, term, period.")
    ] = None,
    ics: Annotated[Path | None, typer.Option("--ics", help="Write it as an iCalendar file instead.")] = None,
    json: AsJson = False,
) -> None:
    """Show a unit's meetings, deadlines and ends of term.

    Or write them as an iCalendar file.

    Example: quorate calendar book --unit B1 --from 2015-02-01 --to 2015-02-28 --on 2015-02-20
    """
    from quorate.views import calendar

    for chosen in kind or ():
        if chosen not in KINDS:
            raise UnknownKind(chosen)
    with opened(record) as found:
        day = day_of(found, on, hint=first is None)
        begin = dates.moment(first or day)[:10]
        end = dates.moment(last)[:10] if last else dates.add(begin, SPAN, "days")
        if end < begin:
            raise BackwardSpan(begin, end)
        answer = calendar(found, unit, begin, end, day, kinds=kind or KINDS)
    if ics is not None:
        from quorate.views.ical import ical

        write(ics, ical(answer).encode())
        return screen().print(f"Wrote {count(len(answer.events), 'event')} to {ics}.")
    if json:
        return as_json(answer.as_json())
    return show(answer)


def show(answer: Calendar) -> None:
    """Print a calendar, day by day."""
    out = screen()
    out.print(heading(answer.name, answer.unit, f"{answer.first} to {answer.last}", f"seen on {when(answer.on)}"))
    if not answer.events:
        return out.print("Nothing is on.")
    shown = table(("day", "n"), ("time", "n"), ("kind", "n"), "what", ("", "n"), ("clause or id", "n"))
    before = ""
    for event in answer.events:
        day, time = event.at[:10], event.at[11:] if event.kind == "meeting" else ""
        shown.add_row(
            "" if day == before else day,
            time,
            event.kind,
            event.title,
            status(event.status),
            dim(event.clause or event.ref),
        )
        before = day
    return out.print(shown)
