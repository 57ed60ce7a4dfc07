"""Several runs of one plan, each with a seed of its own and in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from quorate.charter.read import read
from quorate.errors import QuorateError
from quorate.simulate.engine import Plan
from quorate.simulate.run import LOG, STATED, NotEmpty, Summary, processes, simulate
from quorate.simulate.scenario import Scenario, changed_charter, read_scenario, write_changed

CHARTER = "charter"
"""The folder beside a log that holds the charter it was simulated by."""
Progress = Callable[[str, int, int], None]


class NotAFolder(QuorateError):
    """A file where the folder to write to should be."""

    def __init__(self, out: Path) -> None:
        super().__init__("this is a file", where=str(out), advice="Name a folder that is not there yet.")


class NoSimulation(QuorateError):
    """A folder that holds no simulation, or one that did not come to its end."""

    def __init__(self, folder: Path) -> None:
        begun = (folder / STATED).is_file()
        super().__init__(
            "the simulation in it was broken off" if begun else "there is no simulation in it",
            where=str(folder),
            advice="Go on with it by `quorate simulate ... --resume`." if begun else "Name what `--out` named.",
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its seed, its folder, what was written."""

    seed: int
    folder: Path
    summary: Summary

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"seed": self.seed, "folder": str(self.folder), **self.summary.as_dict()}


def seeds(seed: int, runs: int) -> tuple[int, ...]:
    """The seeds of so many runs. The first is the seed given, so that one run and the first of many are the same; run
    k's is the first 63 bits of the SHA-256 of ``<seed>/<k>``. More runs leave the seeds of the first as they are.
    """
    later = (int.from_bytes(sha256(f"{seed}/{k}".encode()).digest()[:8], "big") >> 1 for k in range(2, runs + 1))
    return (seed, *later)


@dataclass(frozen=True, slots=True)
class Window:
    """What is simulated of a scenario: from which day to which, with which seed, what share of the members."""

    first: str
    last: str
    seed: int = 1
    scale: float = 1.0


def planned(folder: Path, path: Path, window: Window, overrides: dict[str, str] | None = None) -> Plan:
    """The plan of a charter's folder and a scenario's file. Raise `CharterRefused`, `BadScenario`."""
    scenario = read_scenario(path, read(folder), overrides=overrides)
    charter = changed_charter(folder, scenario)
    scenario.check_window(window.first, window.last)
    return Plan(charter, scenario, window.first, window.last, window.seed, window.scale)


@dataclass(frozen=True, slots=True)
class How:
    """How runs are made: how many; `jobs` processes at once, or on Spark (`master` is its own setting); whether what
    was broken off is gone on with.
    """

    runs: int = 1
    jobs: int = 1
    resume: bool = False
    engine: Literal["local", "spark"] = "local"
    master: str | None = None


def simulate_runs(plan: Plan, folder: Path, out: Path, how: How, progress: Progress) -> tuple[Run, ...]:
    """Run a plan so many times: one run into `out`, several into ``out/run-001`` and so on, each with its log and the
    charter it was made by. Raise `NotAFolder`, `SparkMissing`, and what `simulate` raises.
    """
    empty(out, resume=how.resume)
    if how.runs == 1:
        places = {plan.seed: out}
    else:
        places = {seed: out / f"run-{number:03d}" for number, seed in enumerate(seeds(plan.seed, how.runs), 1)}
    plans = {seed: replace(plan, seed=seed) for seed in places}
    if how.engine == "spark":
        made = _on_spark(plans, places, how, progress)
    elif how.runs == 1:
        made = iter([(plan.seed, simulate(plan, out, jobs=how.jobs, resume=how.resume, progress=progress))])
    else:
        made = _side_by_side(plans, places, out, how, progress)
    found = {}
    for seed, summary in made:
        found[seed] = Run(seed, places[seed], summary)
        keep_charter(folder, plan.scenario, places[seed])
    return tuple(found[seed] for seed in places)


Made = Iterator[tuple[int, Summary]]


def _side_by_side(plans: dict[int, Plan], places: dict[int, Path], out: Path, how: How, progress: Progress) -> Made:
    """Runs in processes of their own, as they end."""
    with processes(min(how.jobs, how.runs), out) as beside:
        waiting = {
            beside.submit(simulate, plans[seed], place, resume=how.resume): seed for seed, place in places.items()
        }
        for done, future in enumerate(as_completed(waiting), 1):
            yield waiting[future], future.result()
            progress("runs", done, how.runs)


def _on_spark(plans: dict[int, Plan], places: dict[int, Path], how: How, progress: Progress) -> Made:
    """Runs one after the other, each spread over Spark's workers."""
    from quorate.simulate.spark import session, simulate_on_spark

    spark = session(how.master)
    for done, (seed, place) in enumerate(places.items(), 1):
        yield seed, simulate_on_spark(plans[seed], place, spark, resume=how.resume)
        progress("runs", done, how.runs)


def empty(out: Path, *, resume: bool) -> None:
    """Raise `NotEmpty` where a new simulation would be mixed with what is there, `NotAFolder` where nothing can be."""
    if out.exists() and not out.is_dir():
        raise NotAFolder(out)
    if not resume and out.is_dir() and any(out.iterdir()):
        raise NotEmpty(out)


def labelled(progress: Progress, label: str) -> Progress:
    """Progress told with something before it."""

    def tell(what: str, done: int, total: int) -> None:
        progress(label + what, done, total)

    return tell


def keep_charter(folder: Path, scenario: Scenario, place: Path) -> None:
    """Put the charter that was simulated beside the log, unless it is there."""
    if not (place / CHARTER).is_dir():
        write_changed(folder, scenario, place / CHARTER)


def places(folder: Path) -> tuple[Path, ...]:
    """The folders of a simulation's runs: its own, or ``run-001`` and so on. Raise `NoSimulation`."""
    runs = sorted(path for path in folder.glob("run-*") if path.is_dir()) or [folder]
    for place in runs:
        if not (place / LOG).is_dir():
            raise NoSimulation(place)
    return tuple(runs)


def seed_of(place: Path) -> int | None:
    """The seed of the run in a folder; None where it does not say."""
    try:
        seed = json.loads((place / STATED).read_text(encoding="utf-8"))["plan"]["seed"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return seed if isinstance(seed, int) else None
