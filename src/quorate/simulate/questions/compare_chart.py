"""The chart of a comparison: each number's change in percent of what it is in A."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from quorate.simulate.questions.answer import shown
from quorate.simulate.questions.drawing import ACCENT, SOFT, figure, plain
from quorate.simulate.questions.errors import NothingToAnswer

if TYPE_CHECKING:
    from quorate.simulate.questions.compare import Comparison, Line

MOST = 24
WIDEST = 400.0
"""Percent beyond which a change is drawn at the edge."""
LEAST = 2.0
"""Percent below which a change is not drawn."""


def draw(answer: Comparison, path: Path) -> None:
    """Write it: the largest changes. Raise `CannotDraw`, `NothingToAnswer` where nothing differs."""
    moved = [line for line in answer.lines if abs(_percent(line, line.difference.median)) >= LEAST and line.a.median]
    if not moved:
        raise NothingToAnswer("no number differs by two percent between A and B, so there is nothing to draw.")
    kept = sorted(moved, key=lambda line: -abs(_percent(line, line.difference.median)))[:MOST]
    lines = [line for line in reversed(answer.lines) if line in kept]
    left = len(answer.lines) - len(lines)
    note = "Filled: beyond chance at 5 %; hollow: not. Line: nine in ten pairs of runs. Right: medians of A and B."
    note += f" {left} numbers that differ less, not at all, or from nought are left out." if left else ""
    with figure(path, "What changes from A to B", note, 10.5, 1.8 + 0.33 * len(lines)) as made:
        axes = made.subplots()
        axes.axvline(0, color="#7C8794", linewidth=1)
        for place, line in enumerate(lines):
            _point(axes, line, place)
        low, high = axes.get_xlim()
        axes.set_xlim(low, high)
        for place, line in enumerate(lines):
            text = f"  {_brief(line.a.median)} → {_brief(line.b.median)} {line.unit}"
            axes.text(1.0, place, text, transform=axes.get_yaxis_transform(), va="center", fontsize=8)
        axes.set_yticks(range(len(lines)), [fill(line.words, 64) for line in lines], fontsize=8)
        axes.set(xlabel="B less A, % of A's median", ylim=(-0.7, len(lines) - 0.3))
        plain(axes, along="x")


def _brief(number: float | None) -> str:
    """A number to two digits or more."""
    size = abs(number or 0)
    return shown(number, 0 if size >= 100 or not size else 1 if size >= 1 else 3)


def _point(axes: Any, line: Line, place: int) -> None:
    middle, low, high = (_percent(line, v) for v in (line.difference.median, line.difference.low, line.difference.high))
    if line.difference.n > 1 and line.difference.low is not None and line.difference.high is not None:
        axes.plot([low, high], [place, place], color=ACCENT if line.beyond else SOFT, linewidth=2, zorder=2)
    face = ACCENT if line.beyond else "white"
    axes.scatter(
        [middle],
        [place],
        s=42,
        facecolor=face,
        edgecolor=ACCENT if line.beyond else "#7C8794",
        linewidths=1.4,
        zorder=3,
    )


def _percent(line: Line, move: float | None) -> float:
    share = 100 * (move or 0) / abs(line.a.median or 1)
    return max(-WIDEST, min(WIDEST, share))
