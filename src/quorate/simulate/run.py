"""Running a simulation into a folder: parts side by side, month by month, whole or not at all.

Every process lives through the whole organisation, which is cheap, and writes only its own part of it, which is not: so
the parts need not wait for one another, and each file is the same bytes however many processes there are.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.errors import QuorateError
from quorate.simulate.engine import Plan, counted, lived_in_batches, made
from quorate.simulate.rendering import Kept
from quorate.simulate.writing import Writer, months
from quorate.world.rows import Batch, joined
from quorate.world.units import Units

LOG = "log"
UNFINISHED = "log.unfinished"
"""Where months are written until the last is: a log that is not whole does not stand where one is looked for."""
STATED = "simulation.json"
LEAST = 50
"""A part of the organisation with fewer units is written together with others as small."""
SMALL = "above"
Progress = Callable[[str, int, int], None]


class NotEmpty(QuorateError):
    """The folder to write to holds something already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "there is something in it already",
            where=str(folder),
            advice="Name another folder; or say `--resume` to go on with a simulation that was broken off.",
        )


class NotTheSame(QuorateError):
    """What is to be resumed was begun otherwise."""

    def __init__(self, folder: Path, differs: Sequence[str]) -> None:
        super().__init__(
            f"the simulation in it was begun with another {', '.join(differs)}",
            where=str(folder / STATED),
            advice="Give what it was begun with, or name another folder.",
        )


class Killed(QuorateError):
    """A process that was simulating was ended from outside."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "a process that was writing it was ended from outside, most likely for want of memory",
            where=str(folder),
            advice="Go on with `--resume`; fewer `--jobs` need less memory.",
        )


@contextmanager
def processes(number: int, folder: Path) -> Iterator[ProcessPoolExecutor]:
    """So many processes of our own beside this one. Raise `Killed` where one is ended from outside."""
    try:
        with ProcessPoolExecutor(number, multiprocessing.get_context("spawn")) as beside:
            yield beside
    except BrokenProcessPool:
        raise Killed(folder) from None


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written: entries in all, by act and by month; units and members on the first day; bytes; seconds taken
    and the most memory (MB) any one process used.
    """

    entries: int
    units: int
    members: int
    by_act: Mapping[str, int]
    by_month: Mapping[str, int]
    bytes: int
    seconds: float
    peak_mb: int
    processes: int = 1
    finished: bool = True
    plan: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def parts(units: Units) -> dict[str, NDArray[np.int32]]:
    """The parts an organisation is written in, by name: what stands below each unit that the uppermost has below it;
    small ones together.
    """
    tops, counts = np.unique(units.top, return_counts=True)
    found = {units.ids[top].replace("/", "_"): np.array([top], np.int32) for top in tops[counts >= LEAST]}
    small = tops[counts < LEAST].astype(np.int32)
    return {SMALL: small, **found} if len(small) else found


def fingerprint(plan: Plan) -> dict[str, Any]:
    """What makes one simulation differ from another, as it is kept beside the log."""

    def digest(value: Any) -> str:
        return hashlib.sha256(repr(value).encode()).hexdigest()[:16]

    return {
        "charter": plan.charter.file.id,
        "rules": digest([clause.model_dump_json() for clause in plan.charter.clauses]),
        "units file": digest(sorted(plan.charter.known)),
        "scenario": digest(plan.scenario),
        "from": plan.first,
        "to": plan.last,
        "seed": plan.seed,
        "scale": plan.scale,
    }


def simulate(
    plan: Plan, out: Path, *, jobs: int = 1, resume: bool = False, progress: Progress | None = None
) -> Summary:
    """Simulate into a folder: ``out/log`` gets a Parquet file for each month and part, ``out/simulation.json`` says
    what was simulated. Raise `NotEmpty`, `NotTheSame`, `Killed`, and `CannotWriteTable` for what the disk refuses.

    What was broken off can be gone on with (`resume`): whole months are lived through again, not written again.
    """
    begin = time.monotonic()
    folder = begun(plan, out, resume)
    if folder is None:
        return stated(out)
    names = list(parts(made_units(plan))) if jobs > 1 else []
    groups = [names[i :: min(jobs, len(names))] for i in range(min(jobs, len(names)))]
    if len(groups) < 2:
        found = [write_parts(plan, folder, None, progress)]
    else:
        with processes(len(groups) - 1, out) as others:
            waiting = [others.submit(write_parts, plan, folder, group) for group in groups[1:]]
            found = [write_parts(plan, folder, groups[0], progress), *(each.result() for each in waiting)]
    return finished(plan, out, folder, found, begin)


def made_units(plan: Plan) -> Units:
    """The plan's units alone."""
    from quorate.simulate.population import populated
    from quorate.world.draws import Draws

    return populated(plan.charter, plan.scenario.population, Draws(plan.seed), plan.scale)


def begun(plan: Plan, out: Path, resume: bool) -> Path | None:
    """The folder to write months to; None where all is written already."""
    stated = out / STATED
    mine = fingerprint(plan)
    if stated.is_file() and resume:
        was = json.loads(stated.read_text())
        differs = [name for name, value in mine.items() if was.get("plan", {}).get(name) != value]
        if differs:
            raise NotTheSame(out, differs)
        if (out / LOG).is_dir():
            return None
    elif out.exists() and any(out.iterdir()):
        raise NotEmpty(out)
    folder = out / UNFINISHED
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.part*"):
        left.unlink(missing_ok=True)
    stated.write_text(json.dumps({"finished": False, "plan": mine}, indent=1) + "\n")
    return folder


def write_parts(
    plan: Plan, folder: Path, names: Sequence[str] | None = None, progress: Progress | None = None
) -> Summary:
    """Live through the plan and write some parts of it (None: all), those of whole months that are there already left
    out. A month is written while the next is lived.
    """
    begin = time.monotonic()
    world = made(plan)
    mine = {name: tops for name, tops in parts(world.units).items() if names is None or name in names}
    writer = Writer(world, folder, plan.charter.file.id)
    acts: Counter[str] = Counter()
    by_month: dict[str, int] = {}
    total = len(list(months(world.first, world.last)))
    inside = np.isin(world.units.top, np.concatenate(list(mine.values())))
    with ThreadPoolExecutor(1) as beside:
        before: _Month | None = None
        for number, (name, batches) in enumerate(lived_in_batches(world), 1):
            left = {part: tops for part, tops in mine.items() if not (folder / f"{name}.{part}.parquet").is_file()}
            month = _Month(writer, name, batches, left, inside)
            if before is not None:
                before.end(acts, by_month)
            month.begin(beside)
            before = month
            if progress:
                progress("months", number, total)
        if before is not None:
            before.end(acts, by_month)
    members = int(world.units.members[inside].sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = time.monotonic() - begin
    return Summary(sum(by_month.values()), int(inside.sum()), members, dict(acts), by_month, 0, seconds, peak)


class _Month:
    """A month that is being written beside what goes on: laid out first, then part by part."""

    def __init__(
        self, writer: Writer, name: str, batches: list[Batch], left: Mapping[str, NDArray[np.int32]], inside: Any
    ) -> None:
        self.writer, self.name, self.left, self.inside = writer, name, left, inside
        self.batches, self.noted = batches, writer.noted()

    def begin(self, beside: ThreadPoolExecutor) -> None:
        """Have it written."""
        self.laid = beside.submit(self._lay)
        self.writing = {part: beside.submit(self._write, part) for part in self.left}

    def _lay(self) -> tuple[dict[str, Any], Kept | None]:
        rows, self.batches = joined(self.batches), []
        return rows, self.noted() if self.left else None

    def _write(self, part: str) -> int:
        rows, kept = self.laid.result()
        return self.writer.month(self.name, rows, {part: self.left[part]}, kept)

    def end(self, acts: Counter[str], by_month: dict[str, int]) -> None:
        """Wait until all is written, and write meanwhile what is not begun, last first; count what there is. Raise
        `CannotWriteTable`.
        """
        rows, _ = self.laid.result()
        here = self.inside[rows["unit"]]
        acts.update(counted(self.writer.world, rows["form"][here]))
        by_month[self.name] = int(here.sum())
        for part, future in reversed(self.writing.items()):
            if future.cancel():
                self._write(part)
            else:
                future.result()


def finished(plan: Plan, out: Path, folder: Path, found: Sequence[Summary], begin: float) -> Summary:
    """Put the log where it is looked for, and state what was written."""
    acts: Counter[str] = Counter()
    by_month: Counter[str] = Counter()
    for each in found:
        acts.update(each.by_act)
        by_month.update(each.by_month)
    folder.rename(out / LOG)
    summary = Summary(
        sum(each.entries for each in found),
        sum(each.units for each in found),
        sum(each.members for each in found),
        dict(sorted(acts.items())),
        dict(sorted(by_month.items())),
        sum(file.stat().st_size for file in (out / LOG).iterdir()),
        round(time.monotonic() - begin, 1),
        max(each.peak_mb for each in found),
        len(found),
        True,
        fingerprint(plan),
    )
    (out / STATED).write_text(json.dumps(summary.as_dict(), indent=1) + "\n")
    return summary


def stated(out: Path) -> Summary:
    """The summary of a simulation that is finished."""
    return Summary(**json.loads((out / STATED).read_text()))
