"""`quorate simulate diffusion`, `backlog` and the others: what is asked of simulations, and of other logs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quorate.charter.findings import listed
from quorate.cli.answers import tell
from quorate.cli.options import AsJson, CharterPlace
from quorate.cli.progress import bar
from quorate.cli.show import as_json, screen, table
from quorate.errors import QuorateError

if TYPE_CHECKING:
    from quorate.charter.model import Charter
    from quorate.simulate.questions.answer import Headline
    from quorate.simulate.questions.chain import Days
    from quorate.simulate.questions.log import Log

Places = Annotated[
    list[Path],
    typer.Argument(metavar="DIR", help="What `simulate` wrote, or any log; several count as runs.", show_default=False),
]
OfCharter = Annotated[
    Path | None,
    typer.Option("--charter", "-c", help="The charter; left out: the one beside the log.", show_default=False),
]
Chart = Annotated[
    Path | None, typer.Option("--chart", help="Draw the answer: a file ending in .svg or .png.", show_default=False)
]


Limit = Annotated[int, typer.Option("--limit", min=0, help="Show at most so many rows of a table.")]


class BadDaysFor(QuorateError):
    """Days for an act that is none, or no number of them."""

    def __init__(self, text: str, known: Sequence[str]) -> None:
        super().__init__(
            f"`{text}` does not give an act its days", where="--days", advice=f"Write `{known[0]}=2`; {listed(known)}."
        )


class NoCharter(QuorateError):
    """A log with no charter beside it."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            "there is no charter beside this log", where=str(place), advice="Name the one it is of with --charter."
        )


def diffusion(
    places: Places,
    matter: Annotated[
        list[str] | None, typer.Option("--matter", help="Only this matter; may be repeated.", show_default=False)
    ] = None,
    charter: OfCharter = None,
    chart: Chart = None,
    limit: Limit = 40,
    json: AsJson = False,
) -> None:
    """How long until a directive has come down to all, and where it waits.

    Example: quorate simulate diffusion year --chart diffusion.svg
    """
    from quorate.simulate.questions.diffusion import diffusion as answer

    logs, rules = asked(places, charter)
    with bar("reading"):
        found = answer(logs, rules, roots=tuple(matter or ()))
    tell(found, chart, limit, json=json)


def backlog(
    places: Places,
    matter: Annotated[
        list[str] | None,
        typer.Option(
            "--matter", help="A kind of matter, or a procedure's id; left out: all about persons.", show_default=False
        ),
    ] = None,
    charter: OfCharter = None,
    chart: Chart = None,
    limit: Limit = 40,
    json: AsJson = False,
) -> None:
    """How many cases and appeals are open, month by month, and how old.

    Example: quorate simulate backlog year --matter appeal
    """
    from quorate.simulate.questions.backlog import backlog as answer

    logs, rules = asked(places, charter)
    with bar("reading"):
        found = answer(logs, rules, matters=tuple(matter or ()))
    tell(found, chart, limit, json=json)


def vacancies(
    places: Places,
    post: Annotated[
        list[str] | None, typer.Option("--post", help="Only this office or organ; may be repeated.", show_default=False)
    ] = None,
    charter: OfCharter = None,
    chart: Chart = None,
    limit: Limit = 40,
    json: AsJson = False,
) -> None:
    """On how many days offices are vacant, and what filling them waits for.

    Example: quorate simulate vacancies year --chart vacancies.svg
    """
    from quorate.simulate.questions.vacancies import vacancies as answer

    logs, rules = asked(places, charter)
    with bar("reading"):
        found = answer(logs, rules, only=tuple(post or ()))
    tell(found, chart, limit, json=json)


def conferences(
    charter: CharterPlace,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day the conference opens.", show_default=False)],
    conference: Annotated[
        str | None,
        typer.Option("--conference", help="Its organ; left out: the uppermost there is.", show_default=False),
    ] = None,
    days: Annotated[
        list[str] | None,
        typer.Option(
            "--days",
            metavar="ACT=N",
            help="Days for what the charter gives no time: post, sitting, issue, check, apportion, instruct.",
            show_default=False,
        ),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option("--log", help="A simulation or log: its units and members, and when it met.", show_default=False),
    ] = None,
    chart: Chart = None,
    limit: Limit = 40,
    json: AsJson = False,
) -> None:
    """When conferences must be held for one on a day, and who sends how many.

    Example: quorate simulate conferences club --on 2016-05-06
    """
    from quorate.charter.read import read
    from quorate.simulate.questions.conferences import conferences as answer

    one = next(iter(logs_at([log])), None) if log else None
    found = answer(read(charter), on, conference=conference, days=_days(days or ()), log=one)
    tell(found, chart, limit, json=json)


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="A simulation, of one run or several.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another; runs of the same seed are paired.")],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="Compare conferences for one on this day too.", show_default=False),
    ] = None,
    chart: Chart = None,
    limit: Limit = 40,
    json: AsJson = False,
) -> None:
    """What differs between two simulations, and what of it is beyond chance.

    Example: quorate simulate compare year slower-year
    """
    from quorate.simulate.questions.compare import compare as answer

    (a, rules_a), (b, rules_b) = asked([before], None, by_seed=True), asked([after], None, by_seed=True)
    with bar("comparing"):
        found = answer(a, b, rules_a, rules_b, on=on)
    tell(found, chart, limit, json=json)


def parameters(json: AsJson = False) -> None:
    """List what a scenario can set, with its default and where that comes from.

    Example: quorate simulate parameters
    """
    from quorate.simulate.scenario.parameters import declared, declarers
    from quorate.simulate.scenario.reference import evidence, within

    rows = [(parameter, declarers()[name]) for name, parameter in declared().items()]
    if json:
        return as_json([asdict(one) | {"asked_by": list(kinds)} for one, kinds in rows])
    shown = table(("parameter", "n"), ("default", "r"), "from to", "what it is", "evidence")
    for one, _ in rows:
        shown.add_row(one.name, f"{one.default:g} {one.unit}".strip(), within(one), one.words, evidence(one))
    return screen().print(shown)


# --- what the questions share


def asked(places: Sequence[Path], charter: Path | None, *, by_seed: bool = False) -> tuple[list[Log], Charter]:
    """The logs at these places, one for each run, and the charter they are judged by.

    Raise `NoSimulation`, `NoCharter`, `CharterRefused`, and what opening a log raises.
    """
    from quorate.charter.read import read
    from quorate.simulate.runs import CHARTER

    if charter is None:
        charter = next((run / CHARTER for run in _runs(places[0]) if (run / CHARTER).is_dir()), None)
    if charter is None:
        raise NoCharter(places[0])
    return logs_at(places, by_seed=by_seed), read(charter)


def logs_at(places: Sequence[Path], *, by_seed: bool = False) -> list[Log]:
    """The logs at these places, each named for its run, or for the seed of it. Raise `NoSimulation`."""
    from quorate.simulate.questions.log import Log
    from quorate.simulate.runs import seed_of

    found: list[Log] = []
    for place in places:
        for run in _runs(place):
            seed = seed_of(run) if by_seed else None
            name = run.name if len(places) == 1 else str(run)
            log = run / "log" if (run / "log").is_dir() else run
            found.append(Log(log, name=name if seed is None else f"seed {seed}"))
    return found


def _runs(place: Path) -> tuple[Path, ...]:
    """The folders of a simulation's runs; a log of another kind is itself."""
    from quorate.simulate.run import STATED
    from quorate.simulate.runs import places

    simulated = place.is_dir() and ((place / STATED).is_file() or any(place.glob("run-*")))
    return places(place) if simulated or not place.exists() else (place,)


def _days(texts: Sequence[str]) -> Days:
    """Days for acts, each ``act=number``. Raise `BadDaysFor`."""
    from quorate.simulate.questions.chain import Days

    known = [field.name for field in fields(Days)]
    found = {}
    for text in texts:
        name, _, number = text.partition("=")
        if name not in known or not number.isdecimal():
            raise BadDaysFor(text, known)
        found[name] = int(number)
    return Days(**found)


def headlines(folders: Sequence[Path]) -> tuple[Headline, ...]:
    """The headline numbers of every question that these runs can answer."""
    from quorate.simulate.questions.backlog import backlog
    from quorate.simulate.questions.diffusion import diffusion
    from quorate.simulate.questions.errors import NothingToAnswer
    from quorate.simulate.questions.vacancies import vacancies

    logs, rules = asked(folders, None)
    found: list[Headline] = []
    for question in (diffusion, backlog, vacancies):
        with suppress(NothingToAnswer):
            found += question(logs, rules).headlines()
    return tuple(found)
