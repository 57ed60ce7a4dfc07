"""`quorate case`."""

from __future__ import annotations

from typing import Annotated

import typer

from quorate.cli.options import AsJson, On, RecordPlace, day_of
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, heading, indented, screen
from quorate.cli.tree import tree
from quorate.views.matters import Node

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    matter: Annotated[str, typer.Argument(metavar="MATTER", help="The case's id.")],
    reader: Annotated[
        str | None, typer.Option("--as", help="Read as this person; only entitled readers see what is sealed.")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="The unit, where several have the id.")] = None,
    on: On = "today",
    json: AsJson = False,
) -> None:
    """Show a case stage by stage, as a reader may see it.

    What the charter restricts is shown to the readers it names and to the person concerned, and to nobody else.

    Example: quorate case book C1 --as B1:1 --on 2015-02-20
    """
    from quorate.views import case

    with opened(record) as found:
        answer = case(found, matter, reader, day_of(found, on), unit)
    if json:
        return as_json(answer.as_json())
    return show(answer)


def show(answer: Node) -> None:
    """Print a case, and who may read what is kept back."""
    out = screen()
    out.print(tree(answer))
    if answer.subject:
        out.print(indented(heading(f"about {answer.subject}", answer.subject.id)))
    if answer.restricted and answer.readers:
        out.print(indented(f"Restricted parts are for {answer.readers}, and for the person concerned."))
