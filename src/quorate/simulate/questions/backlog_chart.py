"""The chart of a backlog: a small panel for each procedure, what is open above what comes and goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from quorate.simulate.questions.drawing import ACCENT, CALM, SOFT, figure, plain

if TYPE_CHECKING:
    from quorate.simulate.questions.backlog import Backlog

MOST = 6
"""Panels in a chart; the procedures with most matters open are drawn."""


def draw(answer: Backlog, path: Path) -> None:
    """Write it. Raise `CannotDraw`."""
    clauses = sorted(
        answer.names, key=lambda clause: -sum(m.open + m.opened for m in answer.months if m.clause == clause)
    )[:MOST]
    columns = min(3, len(clauses))
    rows = -(-len(clauses) // columns)
    runs = len(answer.runs)
    left = f" {len(answer.names) - len(clauses)} smaller ones are left out." if len(answer.names) > len(clauses) else ""
    note = f"{runs} run{'s' * (runs != 1)}. Line: open at the month's end, median; band: nine in ten runs; "
    note += f"bars: in the month.{left}"
    with figure(path, "Matters open, by month", note, max(5.2, 3.9 * columns), 1 + 2.9 * rows) as made:
        panels = made.subplots(rows, columns, squeeze=False)
        for place, panel in enumerate(panels.flat):
            if place < len(clauses):
                _panel(panel, answer, clauses[place], first=place == 0)
            else:
                panel.set_visible(False)


def _panel(axes: Any, answer: Backlog, clause: str, *, first: bool) -> None:
    months = answer.calendar()
    at = list(range(len(months)))
    still = [answer.over_runs(clause, month) for month in months]
    opened, closed = ([answer.over_runs(clause, m, what).median or 0 for m in months] for what in ("opened", "closed"))
    axes.bar([x - 0.2 for x in at], opened, width=0.38, color=SOFT, label="opened")
    axes.bar([x + 0.2 for x in at], closed, width=0.38, color=CALM, alpha=0.55, label="closed")
    axes.fill_between(
        at, [s.low or 0 for s in still], [s.high or 0 for s in still], color=ACCENT, alpha=0.2, linewidth=0
    )
    axes.plot(at, [s.median or 0 for s in still], color=ACCENT, linewidth=2, label="open at the end")
    step = max(1, -(-len(at) // 6))
    axes.set_xticks(
        at[::step], [months[x] for x in at[::step]], fontsize=8, rotation=30, ha="right", rotation_mode="anchor"
    )
    from textwrap import fill

    axes.set_title(fill(answer.names[clause], 40), fontsize=9)
    axes.set(ylim=(0, None), ylabel="matters" if first else "")
    axes.yaxis.get_major_locator().set_params(integer=True)
    if first:  # room above the bars for the key
        axes.set_ylim(0, axes.get_ylim()[1] * 1.4)
        axes.legend(fontsize=8, loc="upper left", ncols=2, columnspacing=1, handlelength=1.4)
    plain(axes)
