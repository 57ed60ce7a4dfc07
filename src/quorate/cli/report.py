"""`quorate report`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from quorate.cli.failing import FINDINGS
from quorate.cli.options import AsJson, On, OneUnit, RecordPlace, day_of
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, count, dim, heading, indented, screen, status, table, when
from quorate.views.reports import Report, Reports

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    unit: OneUnit,
    on: On = "today",
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Show at most so many reports of each sort, the latest.")
    ] = 40,
    json: AsJson = False,
) -> None:
    """List a unit's routine reports and how they stand.

    Due, filed, acknowledged, returned, overdue; exit code 1 where any is overdue. To file one, record the
    act report.file.

    Example: quorate report book --unit B1 --on 2015-02-20
    """
    from quorate.views import reports

    with opened(record) as found:
        answer = reports(found, unit, day_of(found, on))
    if json:
        as_json(answer.as_json())
    else:
        show(answer, limit)
    if any(report.state == "overdue" for report in (*answer.files, *answer.receives)):
        raise typer.Exit(FINDINGS)


def show(answer: Reports, limit: int = 40) -> None:
    """Print a unit's reports."""
    out = screen()
    out.print(heading(answer.name, answer.unit, f"on {when(answer.on)}"))
    if answer.files:
        counted = [
            f"{answer.count(state)} {state}" for state in ("overdue", "due", "returned", "filed", "acknowledged")
        ]
        out.print(heading("Files", ", ".join(text for text in counted if not text.startswith("0 "))))
        out.print(indented(_table(answer.files[-limit:], "to")))
    if answer.receives:
        out.print(heading("Receives", count(len(answer.receives), "report")))
        out.print(indented(_table(answer.receives[-limit:], "from")))
    if not answer.files and not answer.receives:
        out.print("It files and receives no reports.")


def _table(found: tuple[Report, ...], side: str) -> Table:
    shown = table(("period", "n"), "report", side, ("due", "n"), "", ("filed", "n"), ("answered", "n"), ("clause", "n"))
    for report in found:
        late = " late" if report.late else ""
        other = ", ".join(report.to) if side == "to" else report.unit
        shown.add_row(
            report.period,
            report.title,
            other,
            report.due[:10],
            status(report.state, report.state + late),
            when(report.filed)[:10],
            when(report.answered)[:10],
            dim(report.clause),
        )
    return shown
