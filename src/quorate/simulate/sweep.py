"""One number of a scenario varied: the same plan for each of its values, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from quorate.errors import QuorateError
from quorate.simulate.runs import How, Progress, Run, Window, empty, labelled, planned, simulate_runs

MOST = 200
"""More runs than this are a mistake of the keyboard."""


class BadSweep(QuorateError):
    """A sweep that cannot be understood."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(
            problem,
            where=f"--sweep {text}",
            advice="Write a path of the scenario and its values: behaviour.attendance=0.8,0.9.",
        )


@dataclass(frozen=True, slots=True)
class Axis:
    """A path of the scenario and the values it takes, as written."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swept:
    """One combination of values, and its runs."""

    values: dict[str, str]
    runs: tuple[Run, ...]


def axes(texts: Sequence[str], runs: int) -> tuple[Axis, ...]:
    """Read ``key=a,b,c``, one axis each. Raise `BadSweep`."""
    found = []
    for text in texts:
        key, mark, values = text.partition("=")
        split = tuple(value.strip() for value in values.split(","))
        if not mark or not key.strip() or not all(split):
            raise BadSweep(text, "it is not of the form path=value,value")
        if len(set(split)) < len(split):
            raise BadSweep(text, "a value stands in it twice")
        found.append(Axis(key.strip(), split))
    if len({axis.key for axis in found}) < len(found):
        raise BadSweep(texts[-1], "its path is swept already")
    many = runs
    for axis in found:
        many *= len(axis.values)
    if many > MOST:
        raise BadSweep(texts[-1], f"that makes {many:,} runs; {MOST} are the most")
    return tuple(found)


def combinations(found: Sequence[Axis]) -> Iterator[dict[str, str]]:
    """Every combination of the values, the last axis turning fastest."""
    for values in product(*(axis.values for axis in found)):
        yield dict(zip((axis.key for axis in found), values, strict=True))


def folder_of(values: dict[str, str]) -> str:
    """The name of a combination's folder: ``attendance=0.9``, with as much of the paths as tells them apart."""
    keys = {key: key.rpartition(".")[2] for key in values}
    if len(set(keys.values())) < len(keys):
        keys = {key: key for key in values}
    return ",".join(re.sub(r"[^\w.=+-]", "_", f"{keys[key]}={value}") for key, value in values.items())


def sweep(
    folder: Path,
    path: Path,
    found: Sequence[Axis],
    out: Path,
    window: Window,
    how: How,
    progress: Progress,
) -> tuple[Swept, ...]:
    """Simulate every combination into a folder of its own below `out`. All scenarios are read before the first is run.

    Raise what `planned` and `simulate_runs` raise.
    """
    plans = [(values, planned(folder, path, window, values)) for values in combinations(found)]
    empty(out, resume=how.resume)
    swept = []
    for values, plan in plans:
        name = folder_of(values)
        told = labelled(progress, f"{name}: ")
        made = simulate_runs(plan, folder, out / name, how, told)
        swept.append(Swept(values, made))
    return tuple(swept)
