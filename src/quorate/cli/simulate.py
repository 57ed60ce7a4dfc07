"""`quorate simulate`, and what is asked of simulations: `quorate simulate diffusion` and the others."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from quorate.cli.options import AsJson, CharterPlace
from quorate.cli.progress import bar
from quorate.cli.show import as_json, count, dim, screen, table
from quorate.errors import QuorateError

if TYPE_CHECKING:
    from quorate.simulate.questions.answer import Headline
    from quorate.simulate.runs import Run
    from quorate.simulate.scenario import Scenario
    from quorate.simulate.sweep import Swept

PARTS = ("diffusion", "conferences", "backlog", "vacancies", "compare", "parameters")
"""The commands within this one; each is the function of that name in `quorate.cli.simulate_parts`."""


class NoSuchPart(QuorateError):
    """A misspelt part, and no charter of that name."""

    def __init__(self, word: str, meant: str) -> None:
        super().__init__(
            f"there is no charter `{word}`, and no `quorate simulate {word}`", advice=f"Did you mean `{meant}`?"
        )


class SimulateCommand(typer.core.TyperCommand):
    """Simulates, unless its first argument names one of its parts; then that part is called with the rest."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401
        """The context of the command that is meant."""
        if args and args[0] in PARTS:
            return part(args[0]).make_context(f"{info_name} {args[0]}", args[1:], parent=parent, **extra)
        meant = get_close_matches(args[0], PARTS, 1, cutoff=0.75) if args and not Path(args[0]).exists() else ()
        if meant:
            raise NoSuchPart(args[0], meant[0])
        return super().make_context(info_name, args, parent=parent, **extra)


COMMAND = SimulateCommand


def part(name: str) -> Any:  # noqa: ANN401 - the framework has no public type for it
    """The command behind one of the parts."""
    from quorate.cli import simulate_parts
    from quorate.cli.app import clean

    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    app.command(name)(clean(getattr(simulate_parts, name)))
    return typer.main.get_command(app)


def within() -> dict[str, Any]:
    """The parts as commands, by name, each with the function behind it."""
    from quorate.cli import simulate_parts

    return {name: (part(name), getattr(simulate_parts, name)) for name in PARTS}


class NoScenario(QuorateError):
    """No scenario of the name given, or none at all."""

    def __init__(self, name: str | None, folder: Path) -> None:
        from quorate.charter.findings import nearest

        found = sorted(path.stem for path in folder.glob("*.yaml")) if folder.is_dir() else []
        problem = "there is no scenario of its own" if name is None else f"there is no scenario `{name}`"
        advice = "Name one with --scenario." if name is None or not found else nearest(name, found)
        super().__init__(problem, where=str(folder), advice=advice or "Name a YAML file.")


def located(charter: Path, scenario: str | None) -> Path:
    """The scenario's file: the one named, or one of that name in the charter's folder `simulate`, where `default` is
    the one meant if none is named. Raise `NoScenario`, `CharterRefused` where there is no charter.
    """
    from quorate.charter.read import read

    if not charter.exists():
        read(charter)
    folder = (charter if charter.is_dir() else charter.parent) / "simulate"
    if scenario is not None and (Path(scenario).is_file() or Path(scenario).suffix in (".yaml", ".yml")):
        return Path(scenario)  # a file that is not there is told when it is read
    path = folder / f"{scenario or 'default'}.yaml"
    if not path.is_file():
        raise NoScenario(scenario, folder)
    return path


class BadDays(QuorateError):
    """Days that cannot be simulated."""

    def __init__(self, first: str, last: str) -> None:
        super().__init__(f"--to {last} is before --from {first}", advice="The first day comes first.")


def _days(first: str, last: str) -> tuple[str, str]:
    from quorate.terms import dates

    days = dates.moment(first)[:10], dates.moment(last)[:10]
    if days[1] < days[0]:
        raise BadDays(first, last)
    return days


def run(
    charter: CharterPlace,
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day.", show_default=False)],
    until: Annotated[str, typer.Option("--to", metavar="DATE", help="The last day.", show_default=False)],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The folder to write to; must be empty.", show_default=False)
    ],
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario", "-s", help="A scenario: its file, or its name in CHARTER/simulate.", show_default="default"
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same log, to the byte.")] = 1,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            min=0,
            help="Processes; 0: one for each core if there are several runs. The log is the same.",
        ),
    ] = 0,
    runs: Annotated[int, typer.Option("--runs", min=1, max=999, help="So many runs, each with its own seed.")] = 1,
    sweep: Annotated[
        list[str] | None,
        typer.Option(
            "--sweep", metavar="PATH=A,B", help="Vary a number of the scenario; may be repeated.", show_default=False
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last whole month.")] = False,
    scale: Annotated[
        float, typer.Option("--scale", min=0.0001, max=1, help="The share of the members that is simulated.")
    ] = 1.0,
    engine: Annotated[
        Literal["local", "spark"],
        typer.Option("--engine", help="Where it runs; spark needs the extra `spark`."),
    ] = "local",
    master: Annotated[
        str | None,
        typer.Option("--master", help="Where Spark is, as it has it.", show_default="local[*]"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Simulate an organisation as its charter says and as people act.

    The folder gets a log that `quorate audit` reads and the charter it was made by. With `--runs` there is a
    folder run-001, run-002 ... for each run, with `--sweep` one for each value. What is asked of the outcome are
    commands of their own: `quorate simulate diffusion`, `conferences`, `backlog`, `vacancies` and `compare`;
    `quorate simulate parameters` lists what a scenario can set.

    Example: quorate simulate club --from 2015-01-01 --to 2015-12-31 --out year
    """
    from quorate.simulate.runs import How, Window, planned, simulate_runs
    from quorate.simulate.sweep import axes
    from quorate.simulate.sweep import sweep as swept

    first, last = _days(start, until)
    path, varied = located(charter, scenario), axes(sweep or (), runs)
    with bar("simulating") as tick:

        def told(_what: str, done: int, total: int) -> None:
            tick(done, total)

        how = How(runs, jobs or (_cores() if runs > 1 else 1), resume, engine, master)
        if varied:
            window = Window(first, last, seed, scale)
            found = swept(charter, path, varied, out, window, how, told)
            return _show_sweep(found, json=json)
        plan = planned(charter, path, Window(first, last, seed, scale))
        made = simulate_runs(plan, charter, out, how, told)
    if json:
        return as_json({"scenario": plan.scenario.title, "runs": [each.as_dict() for each in made]})
    return _show(plan.scenario, made, out)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _show(scenario: Scenario, made: tuple[Run, ...], out: Path) -> None:
    """What was written, act by act of the first run, run by run of several."""
    printed = screen()
    first = made[0].summary
    printed.print(
        f"{scenario.title}: {count(first.units, 'unit')}, {count(first.members, 'member')}, "
        f"{count(first.entries, 'entry', 'entries')} in {first.seconds:.1f} s.\n",
        soft_wrap=True,
    )
    if len(made) > 1:
        shown = table("run", ("seed", "r"), ("entries", "r"), ("seconds", "r"))
        for each in made:
            shown.add_row(each.folder.name, str(each.seed), f"{each.summary.entries:,}", f"{each.summary.seconds:.1f}")
    else:
        shown = table("act", ("entries", "r"))
        for act, number in sorted(first.by_act.items(), key=lambda item: -item[1]):
            shown.add_row(act, f"{number:,}")
    printed.print(shown)
    printed.print(f"\nThe log is in {made[0].folder / 'log' if len(made) == 1 else out}.", soft_wrap=True)


def _show_sweep(found: tuple[Swept, ...], *, json: bool) -> None:
    """The headline numbers of each combination, side by side."""
    from quorate.cli.answers import side_by_side
    from quorate.cli.simulate_parts import headlines
    from quorate.simulate.questions.answer import spread

    rows = [{one.key: one for one in headlines([run.folder for run in each.runs])} for each in found]
    if json:
        return as_json({"sweep": [_swept(each, row) for each, row in zip(found, rows, strict=True)]})
    known = {key: headline for row in rows for key, headline in row.items()}
    numbers = {"entries": [spread([float(run.summary.entries) for run in each.runs]) for each in found]}
    for key, headline in known.items():
        title = f"{headline.words}, {headline.unit}" if headline.unit else headline.words
        numbers[title] = [spread(row[key].values) if key in row else spread(()) for row in rows]
    differ = {title: cells for title, cells in numbers.items() if len(set(cells)) > 1}
    out = screen()
    out.print(f"By {', '.join(found[0].values)}; medians, and what nine in ten runs lie between", style="bold")
    side_by_side(out, [_label(each) for each in found], differ)
    if same := len(numbers) - len(differ):
        out.print(dim(f"{count(same, 'number')} the same throughout; --json has them"))
    return None


def _swept(each: Swept, row: Mapping[str, Headline]) -> dict[str, Any]:
    runs = [one.as_dict() for one in each.runs]
    return {"values": each.values, "runs": runs, "headlines": [asdict(one) for one in row.values()]}


def _label(each: Swept) -> str:
    """The values of a combination, as the head of its column."""
    if len(each.values) == 1:
        return next(iter(each.values.values()))
    return ", ".join(f"{key.rpartition('.')[2]} {value}" for key, value in each.values.items())
