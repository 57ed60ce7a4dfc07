"""`quorate meeting`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from quorate.cli.options import AsJson, On, OneUnit, RecordPlace, day_of
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, count, dim, heading, indented, screen, status, table, when
from quorate.views.meeting import Ballot, Meetings, Sheet, Vote

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    unit: OneUnit,
    meeting: Annotated[
        str | None, typer.Option("--meeting", "-m", help="The meeting's id; left out: list them.")
    ] = None,
    organ: Annotated[str | None, typer.Option("--organ", help="List only this organ's meetings.")] = None,
    on: On = "today",
    json: AsJson = False,
) -> None:
    """Show a meeting's minutes sheet, or list the meetings.

    Agenda, who was present, motions and votes, elections with their rounds.

    Example: quorate meeting book --unit B1 --meeting committee/2015-01-16
    """
    from quorate.views import meeting as sheet
    from quorate.views import meetings

    with opened(record) as found:
        day = day_of(found, on, hint=False)
        answer = sheet(found, unit, meeting, day) if meeting else meetings(found, unit, day, organ)
    if json:
        return as_json(answer.as_json())
    return show(answer) if isinstance(answer, Sheet) else _list(answer)


def _list(answer: Meetings) -> None:
    out = screen()
    out.print(heading(answer.name, answer.unit, count(len(answer.meetings), "meeting")))
    shown = table(("when", "n"), ("meeting", "n"), "organ", "", ("present", "r"), ("motions", "r"), ("elections", "r"))
    for line in answer.meetings:
        present = f"{line.present} of {line.entitled}" if line.entitled else ""
        shown.add_row(
            when(line.at),
            line.id,
            line.organ_name,
            status(line.status),
            present,
            str(line.motions or ""),
            str(line.elections or ""),
        )
    if answer.meetings:
        out.print(shown)


def show(answer: Sheet) -> None:
    """Print a minutes sheet."""
    out = screen()
    out.print(heading(f"{answer.organ_name} of {answer.unit_name}", answer.id))
    facts = table("", "")
    facts.show_header = False
    caller = f" by {answer.convened_by}" if answer.convened_by else ""
    facts.add_row("status", status(answer.status))
    facts.add_row(
        "called",
        f"on {when(answer.convened)}{caller}, for {when(answer.called_for)}",
    )
    if answer.instruction:
        facts.add_row("instructed by", answer.instruction)
    if answer.opened:
        facts.add_row(
            "sat", f"{when(answer.opened)} to {when(answer.closed)}" if answer.closed else f"from {when(answer.opened)}"
        )
        facts.add_row("in the chair", str(answer.chair or ""))
        facts.add_row(
            "present", f"{len(answer.present)} of {answer.entitled}: {', '.join(str(p) for p in answer.present)}"
        )
    if answer.quorum:
        facts.add_row("quorum", status("not met" if answer.quorum.startswith("not") else "kept", answer.quorum))
    out.print(indented(facts))
    _agenda(out, answer)
    for motion in answer.motions:
        _motion(out, motion)
    for election in answer.elections:
        _election(out, election)
    if answer.minutes:
        out.print(heading("Minutes"))
        out.print(indented(answer.minutes))


def _agenda(out: Console, answer: Sheet) -> None:
    if not answer.agenda:
        return
    out.print(heading("Business"))
    for number, item in enumerate(answer.agenda, 1):
        mark = "" if item.on_agenda else ", not on the agenda"
        taken = f"taken in {item.taken}" if item.taken else "not taken"
        out.print(indented(f"{number}. {item.name}  ({taken}{mark})"))


def _motion(out: Console, motion: Vote) -> None:
    out.print(heading(f"Motion {motion.id}", motion.business, f"about {motion.about}" if motion.about else None))
    out.print(indented(motion.text))
    votes = ", ".join(f"{number} {side}" for side, number in motion.votes.items())
    line = status("open" if motion.result == "open" else motion.result)
    rest = [
        votes,
        f"chosen: {motion.outcome}" if motion.outcome else "",
        f"moved by {motion.mover}" if motion.mover else "",
    ]
    line.append("".join(f"; {part}" for part in rest if part), style="not bold default")
    out.print(indented(line))


def _election(out: Console, election: Ballot) -> None:
    out.print(heading(f"Election {election.id}", f"{election.fills_name}, {count(election.seats, 'seat')}"))
    out.print(indented(f"nominated: {', '.join(str(p) for p in election.nominees) or 'nobody'}"))
    for line in election.rounds:
        out.print(indented(dim(line)))
    if election.elected is not None:
        out.print(indented(f"elected: {', '.join(str(p) for p in election.elected) or 'nobody'}"))
