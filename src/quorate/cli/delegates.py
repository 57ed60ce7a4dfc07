"""`quorate delegates`."""

from __future__ import annotations

from typing import Annotated

import typer

from quorate.cli.options import AsJson, On, RecordPlace, day_of
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, dim, heading, indented, screen, status, table, when
from quorate.views.delegates import Conference

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    conference: Annotated[str, typer.Argument(metavar="CONFERENCE", help="The organ whose representatives they are.")],
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="Only the conference of this unit.")] = None,
    on: On = "today",
    names: Annotated[bool, typer.Option("--names", help="List every representative.")] = False,
    json: AsJson = False,
) -> None:
    """Show who sends how many representatives to a conference.

    Example: quorate delegates book assembly --on 2015-02-20 --names
    """
    from quorate.views import delegates

    with opened(record) as found:
        answer = delegates(found, conference, day_of(found, on, hint=False), unit)
    if json:
        return as_json([conference.as_json() for conference in answer])
    if not answer:
        return screen().print("No seats have been apportioned yet.")
    for conference_found in answer:
        show(conference_found, names=names)
    return None


def show(answer: Conference, *, names: bool = False) -> None:
    """Print a conference's representatives by sending unit."""
    out = screen()
    since = f"apportioned {when(answer.apportioned)}" if answer.apportioned else "not apportioned"
    out.print(heading(f"{answer.name} of {answer.unit_name}", since))
    shown = table("unit", "", ("quota", "r"), ("elected", "r"), ("sent", "r"), ("accepted", "r"), ("rejected", "r"))
    for sender in answer.senders:
        name = f"{sender.name} {sender.label}" if sender.label else sender.name
        numbers = (sender.quota, sender.elected, sender.sent, sender.accepted, sender.rejected)
        shown.add_row(sender.unit, name, *(str(number) for number in numbers))
    columns = ("quota", "elected", "sent", "accepted", "rejected")
    shown.add_section()
    shown.add_row("all", "", *(str(answer.total(column)) for column in columns), style="bold")
    out.print(indented(shown))
    for sender in answer.senders if names else ():
        if sender.delegates:
            out.print(indented(heading(sender.name)))
        for delegate in sender.delegates:
            word = {True: "accepted", False: "rejected", None: "not checked"}[delegate.accepted]
            out.print(indented(status(word, f"{delegate.person}  ({delegate.person.id}) {word}"), 4))
    if names:
        out.print(dim(f"{answer.total('sent')} credentials"))
