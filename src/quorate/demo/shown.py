"""What a demonstration prints, in a form people like to read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from rich.panel import Panel
from rich.text import Text

from quorate.cli import case as case_command
from quorate.cli import delegates as delegates_command
from quorate.cli import directive as directive_command
from quorate.cli import due as due_command
from quorate.cli import roster as roster_command
from quorate.cli.show import count, dim, indented, screen, status, table
from quorate.log import Entry
from quorate.log.verify import verify
from quorate.officers import Scenario
from quorate.officers.desk import Tally
from quorate.officers.scenario import Lapse, Shown
from quorate.run.record import Record
from quorate.terms.act import Obligation
from quorate.views import case, delegates, due, matter_tree, roster
from quorate.views.matters import Node


def show(record: Record, scenario: Scenario, tally: Tally, out: Path, seconds: float) -> None:
    """Print the record's story: a roster, what is due, a directive's tree, a case, the delegates, the verification."""
    console = screen()
    console.print(Panel(Text(scenario.note), title=scenario.title, border_style="cyan"))
    entries = sum(head.seq for head in record.store.heads())
    units = len(record.units())
    console.print(
        f"{entries:,} entries of {units:,} units in {seconds:.0f} s: {tally.recorded:,} acts recorded, "
        "each with its clause; "
        f"{tally.delivered:,} documents delivered.\n"
    )
    _refusals(tally)
    if scenario.shows:
        _queries(record, scenario, scenario.shows)
    _lapses(record, scenario)
    _proof(out)
    _where(out, scenario)


def _title(text: str) -> None:
    console = screen()
    console.print()
    console.rule(Text(text, style="bold"), align="left", style="dim")


def _refusals(tally: Tally) -> None:
    """What the charter did not let happen."""
    _title("What the charter refused")
    shown = table("day", "unit", "act", "refused by", "because")
    for on, act, found in tally.attempts:
        if not isinstance(found, Entry):
            clause = Text(found.clause).append(f"\n{found.cite}", style="dim")
            shown.add_row(on, act.unit, act.verb, clause, found.message)
    screen().print(shown)


def _queries(record: Record, scenario: Scenario, shows: Shown) -> None:
    end = scenario.to
    unit, on = shows.roster
    _title(f"The roster of {record.charter.name(unit)} on {on}")
    roster_command.show(roster(record, unit, on))
    _title("What is overdue, and what is due next")
    due_command.show(due(record, end, 30, list(shows.due)), limit=14)
    _title("One directive, from the centre down")
    _directive(record, *shows.directive, end)
    ident, home = shows.case
    _title("One case, from opening to appeal, as a stranger and as an entitled reader see it")
    reader = _reader(record, home, ident)
    case_command.show(case(record, ident, None, end, home))
    if reader:
        case_command.show(case(record, ident, reader, end, home))
    _title("Delegates to the congress")
    for found in delegates(record, shows.conference, end):
        delegates_command.show(found)


def _directive(record: Record, ident: str, whole: str, end: str) -> None:
    """The head of a matter's tree, a line for each part, and one part down to its last task."""
    top = matter_tree(record, ident, end)
    directive_command.show(replace(top, children=()))
    shown = table("unit", "", "status", "stages", ("tasks below", "r"))
    for part in top.children:
        stages = "; ".join(f"{stage.name} {stage.at[5:10]}" for stage in part.stages if stage.at)
        shown.add_row(part.unit, part.unit_name, status(part.status), stages, str(len(_below(part))))
    screen().print(indented(shown))
    for part in top.children:
        if part.unit == whole:
            directive_command.show(part)


def _below(node: Node) -> list[Node]:
    return [found for child in node.children for found in (child, *_below(child))]


def _reader(record: Record, unit: str, ident: str) -> str | None:
    """The officer who opened the case."""
    matter = record.state(unit).matters.get(ident)
    return matter.steps[0].actor if matter else None


def _lapses(record: Record, scenario: Scenario) -> None:
    """What was left undone on purpose, and how the record shows it."""
    _title("Planted lapses, and what the record shows of them")
    shown = table("unit", "clause", "what was planted", "what is owed", "")
    every: dict[tuple[str, str], list[Obligation]] = {}
    for owed in record.obligations(scenario.to, {lapse.unit for lapse in scenario.lapses}):
        if owed.status(scenario.to) in ("late", "missed"):
            every.setdefault((owed.unit, owed.clause), []).append(owed)
    for lapse in scenario.lapses:
        found = _found(lapse, every)
        first = found[0] if found else None
        word = first.status(scenario.to) if first else "not found"
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        what = f"{first.what}, by {first.due[:10]}{more}" if first else ""
        shown.add_row(lapse.unit, lapse.clause, lapse.note, what, status(word))
    screen().print(shown)
    rest = Counter(
        (owed.unit, owed.clause)
        for owed in record.obligations(scenario.to)
        if owed.status(scenario.to) in ("late", "missed")
    )
    planted = {(lapse.unit, clause) for lapse in scenario.lapses for clause in (lapse.clause, *lapse.brings)}
    others = {key: number for key, number in rest.items() if key not in planted}
    if others:
        listed = "; ".join(f"{unit} {clause} ({number})" for (unit, clause), number in sorted(others.items()))
        screen().print(dim(f"Late or missed besides: {listed}"))
    else:
        screen().print(
            dim(
                f"Nothing else is late or missed in {count(len(record.units()), 'unit')}, "
                "but what these brought with them."
            )
        )


def _found(lapse: Lapse, every: dict[tuple[str, str], list[Obligation]]) -> list[Obligation]:
    return next((every[key] for clause in (lapse.clause, *lapse.brings) if (key := (lapse.unit, clause)) in every), [])


def _proof(out: Path) -> None:
    _title("Verification of the export, by itself")
    key = bytes.fromhex((out / "checkpoint.pub").read_text().strip())
    found = verify(out / "export.log", key=key)
    word = "whole" if not found.findings else "broken"
    console = screen()
    console.print(
        status(
            word,
            f"{found.entries:,} entries in {found.streams:,} streams, "
            f"{count(found.checkpoints, 'signed checkpoint')}: {word}",
        )
    )
    for finding in found.findings[:10]:
        console.print(indented(f"{finding.where}: {finding.message}"))


def _where(out: Path, scenario: Scenario) -> None:
    _title("Where things are")
    shown = table("what", "where")
    shown.add_row("the record", str(out / "record.db"))
    shown.add_row("its export, to be verified by anyone", str(out / "export.log"))
    shown.add_row("the public key of its checkpoint", str(out / "checkpoint.pub"))
    console = screen()
    console.print(shown)
    unit = scenario.shows.roster[0] if scenario.shows else "UNIT"
    console.print("Ask it more:")
    for words in (
        f"quorate roster {out} --unit {unit} --on {scenario.to}",
        f"quorate due {out} --unit {unit} --on {scenario.to}",
        f"quorate calendar {out} --unit {unit} --from 2015-03-01 --to 2015-03-31",
        f"quorate verify {out / 'export.log'}",
    ):
        console.print(indented(Text(words, style="cyan")))
