"""How a matter looks on the terminal, alone or with the parts other units were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from quorate.cli.show import indented, status, when
from quorate.views.matters import Node, Stage

QUIET = ("title", "to", "organ", "office")  # facts that the line tells already, or that are told shortly


def tree(node: Node) -> Tree:
    """A matter with its stages, and below it the parts given to other units."""
    stages = Table.grid(padding=(0, 2, 0, 0))
    stages.add_column(no_wrap=True)
    stages.add_column(overflow="fold")
    for stage in node.stages:
        stages.add_row(when(stage.at)[:10] if stage.at else Text("   not yet"), _stage(stage, node))
    found = Tree(Group(_head(node), indented(stages)), guide_style="dim")
    for child in node.children:
        found.children.append(tree(child))
    for unit in node.waits_for:
        found.add(Text(f"{unit}: not delivered yet", style="yellow"))
    return found


def _head(node: Node) -> Text:
    text = Text()
    text.append(f"{node.unit_name}", style="bold")
    part = f"...>{node.id.rpartition('>')[2]}" if node.origin and ">" in node.id else node.id
    text.append(f"  {node.kind} {part}", style="dim")
    if node.title and not node.origin:
        text.append(f"  {node.title}")
    text.append("  ")
    text.append_text(status(node.status))
    if node.closed:
        text.append(f" {when(node.closed)[:10]}")
    elif node.due:
        text.append(f", due {when(node.due)[:10]}")
    if node.outcome:
        text.append(f", outcome: {node.outcome}")
    return text


def _stage(stage: Stage, node: Node) -> Text:
    text = Text(stage.name, style="bold" if stage.at else "")
    if stage.actor:
        text.append(f"  by {stage.actor}", style="not bold")
    if stage.due:
        text.append(f"  due {when(stage.due)[:10]} ", style="not bold dim")
        text.append_text(status(stage.status))
    if stage.entry:
        text.append(f"  {stage.entry}", style="not bold dim")
    for line in _facts(stage.facts, node):
        text.append(f"\n{line}", style="not bold italic")
    if stage.restricted:
        text.append(f"\nrestricted: {', '.join(stage.restricted)}", style="not bold magenta")
    return text


def _facts(facts: Mapping[str, Any], node: Node) -> list[str]:
    given = [f"to {', '.join(facts['to'])}"] if facts.get("to") else []
    given += [f"to the {facts[name]}" for name in ("organ", "office") if facts.get(name)]
    quiet = {*QUIET, "due"} if facts.get("due") == node.due else set(QUIET)
    told = [f"{name}: {_value(name, value)}" for name, value in facts.items() if name not in quiet]
    return given + told


def _value(name: str, value: Any) -> str:  # noqa: ANN401 - any fact
    if isinstance(value, Mapping):
        return ", ".join(f"{part} {item}" for part, item in value.items())
    if name == "due":
        return when(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
