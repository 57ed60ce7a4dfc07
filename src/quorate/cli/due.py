"""`quorate due`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from quorate.cli.failing import FINDINGS
from quorate.cli.options import AsJson, On, RecordPlace, day_of, known_unit
from quorate.cli.place import RecordCommand, opened
from quorate.cli.progress import track
from quorate.cli.show import as_json, count, dim, heading, screen, status, table, when
from quorate.views.due import HORIZON, OPEN, STATUSES, Due, DueList

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    unit: Annotated[list[str] | None, typer.Option("--unit", "-u", help="Only this unit; may be given again.")] = None,
    on: On = "today",
    days: Annotated[int, typer.Option("--days", min=0, max=36500, help="How many days to look ahead.")] = HORIZON,
    everything: Annotated[bool, typer.Option("--all", help="Also what was done, in time or late.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Show at most so many lines.")] = 100,
    json: AsJson = False,
) -> None:
    """List what is overdue and what falls due soon.

    Who owes what, by which clause. Exit code 1 where anything is overdue.

    Example: quorate due book --on 2015-02-20
    """
    from quorate.views import due

    with opened(record) as found:
        units = [known_unit(found, other) for other in unit] if unit else found.units()
        day = day_of(found, on)
        asked = [other for other in units if unit or found.state(other).opened[:10] <= day[:10]]
        answer = due(found, day, days, track(asked, "Reading units"), STATUSES if everything else OPEN)
    if json:
        as_json(answer.as_json())
    else:
        show(answer, limit)
    if answer.count("missed"):
        raise typer.Exit(FINDINGS)


def show(answer: DueList, limit: int = 100) -> None:
    """Print what is due, the oldest first."""
    out = screen()
    out.print(
        heading(
            f"As of {when(answer.on)}",
            f"{answer.count('missed'):,} overdue, {answer.count('due'):,} more due by {answer.horizon}",
        )
    )
    if not answer.items:
        return out.print("Nothing is due.")
    shown = table(("due", "n"), ("", "n"), "unit", "who owes", "what")
    for item in answer.items[:limit]:
        holders = ", ".join(str(person) for person in item.holders)
        who = f"{item.who_name} ({holders})" if holders else item.who_name
        what = Text(item.what).append(f"\n{item.clause}, {item.cite}", style="dim")
        shown.add_row(when(item.due)[:10], status(item.status, _days(item)), item.unit, who, what)
    out.print(shown)
    if len(answer.items) > limit:
        out.print(dim(f"and {len(answer.items) - limit:,} more; `--limit` shows them"))
    return None


def _days(item: Due) -> str:
    if item.status == "missed":
        return f"{count(item.days, 'day')} over"
    if item.status == "due":
        return f"in {count(-item.days, 'day')}" if item.days else "today"
    return f"{count(item.days, 'day')} late" if item.status == "late" else "kept"
