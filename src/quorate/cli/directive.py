"""`quorate directive`."""

from __future__ import annotations

from typing import Annotated

import typer

from quorate.cli.options import AsJson, On, RecordPlace, day_of
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, count, heading, screen
from quorate.cli.tree import tree
from quorate.views.matters import Node

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    matter: Annotated[str, typer.Argument(metavar="MATTER", help="The matter's id, or that of any task below it.")],
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="The unit, where several have the id.")] = None,
    on: On = "today",
    json: AsJson = False,
) -> None:
    """Show the whole tree of a directive, from the top down.

    Any matter given to other units has such a tree; name it, or any task below it.

    Example: quorate directive book D1 --on 2015-02-20
    """
    from quorate.views import matter_tree

    with opened(record) as found:
        answer = matter_tree(found, matter, day_of(found, on, hint=False), unit)
    if json:
        return as_json(answer.as_json())
    return show(answer)


def show(answer: Node) -> None:
    """Print a matter's tree, and how far its parts are."""
    out = screen()
    out.print(tree(answer))
    parts = _parts(answer)
    if parts:
        closed, overdue = (sum(node.status == word for node in parts) for word in ("closed", "overdue"))
        units = count(len({node.unit for node in parts}), "unit")
        waiting = sum(len(node.waits_for) for node in (answer, *parts))
        rest = f", {waiting} not delivered" if waiting else ""
        out.print(heading(f"{count(len(parts), 'part')} in {units}", f"{closed} closed, {overdue} overdue{rest}"))


def _parts(answer: Node) -> list[Node]:
    return [found for child in answer.children for found in (child, *_parts(child))]
