"""The chart of a back-planned calendar: each task on its last days, the critical path in colour."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from quorate.simulate.questions.drawing import ACCENT, CALM, figure, plain

if TYPE_CHECKING:
    from quorate.simulate.questions.conferences import Conferences
    from quorate.simulate.questions.network import Task


def draw(answer: Conferences, path: Path) -> None:
    """Write it. Raise `CannotDraw`."""
    tasks = [t for t in answer.plan.tasks if t.by or t.id.startswith("hold:")]
    tasks.sort(key=lambda t: (t.latest, t.slack), reverse=True)
    name = answer.names[answer.conference]
    note = (
        "At the latest. Orange: critical path; blue: tightest chain through the conferences below; grey: has more time."
    )
    with figure(path, f"The way to the {name} of {answer.on}", note, 10.5, 1.5 + 0.3 * len(tasks)) as made:
        axes = made.subplots()
        begin = date2num(min((t.latest for t in tasks if t.id not in answer.plan.critical), default=answer.on))
        for place, task in enumerate(tasks):
            _bar(axes, answer, task, place, begin)
        end = date2num(answer.on) + 1
        axes.set_xlim(begin - 0.12 * (end - begin), end + 0.1 * (end - begin))
        _days(axes)
        axes.set_yticks(range(len(tasks)), [_words(task) for task in tasks], fontsize=8)
        axes.set_ylim(-0.7, len(tasks) - 0.3)
        plain(axes, along="x")


def _bar(axes: Any, answer: Conferences, task: Task, place: int, begin: float) -> None:
    """A task on its last days; at the left edge, with its date, where it lies before the days shown."""
    colour = ACCENT if task.id in answer.plan.critical else CALM if task.id in answer.tightest else "#8A94A0"
    start, days = date2num(task.latest), max(task.days, 0.35)
    if start < begin:
        axes.text(begin, place, f"\u25c4 {task.latest}", va="center", fontsize=8.5, color=colour, fontweight="bold")
        return
    axes.barh(place, days, left=start, height=0.62, color=colour)
    axes.text(start + days, place, f" {task.latest[5:]}", va="center", fontsize=8)


def _days(axes: Any) -> None:
    from matplotlib import dates

    kinds: Any = dates  # its classes have no types
    locator = kinds.AutoDateLocator(minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(kinds.ConciseDateFormatter(locator))


def date2num(day: str) -> float:
    """A day as matplotlib counts them: from 1970-01-01."""
    return float((date.fromisoformat(day) - date(1970, 1, 1)).days)


def _words(task: Task) -> str:
    words = task.words.split(", which elects")[0]
    return fill(f"{words[0].upper()}{words[1:]}", 62)
