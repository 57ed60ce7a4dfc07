"""The chart of a diffusion: the share of units reached by day, and where the days go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quorate.simulate.questions.drawing import CALM, COLOURS, figure, plain

ON_THE_WAY = ">"

if TYPE_CHECKING:
    from quorate.simulate.questions.diffusion import Diffusion, Wait


def draw(answer: Diffusion, path: Path) -> None:
    """Write it. Raise `CannotDraw`."""
    tiers = handing(answer)
    waits = [w for w in answer.waits if w.stage and w.mean >= 0.05 and w.tier in tiers]
    matters, runs = len({r.root for r in answer.of()}), len(answer.runs)
    note = (
        f"{matters} matter{'s' * (matters != 1)}, {runs} run{'s' * (runs != 1)}. "
        "Line: median; band: nine in ten of matters and runs. "
        f"Blue bars: {answer.name(answer.bottleneck or '')}, where the slowest tenth wait longest."
    )
    with figure(path, "How a matter comes down", note, 10.5, 4.6 + max(0, len(waits) - 8) * 0.25) as made:
        left, right = made.subplots(1, 2, width_ratios=(1.25, 1))
        _curves(left, answer)
        _waits(right, answer, waits)


def handing(answer: Diffusion) -> set[str]:
    """The tiers on the way down: those that hand on, and the lowest."""
    return {w.tier for w in answer.waits if not w.stage} | set(answer.lowest)


def _curves(axes: Any, answer: Diffusion) -> None:
    drawn = [curve for curve in answer.curves if curve.tier in handing(answer)]
    ends = max((_settled(curve.median) for curve in drawn), default=1)
    last = max(2, round(1.4 * ends))
    for curve, colour in zip(drawn, COLOURS, strict=False):
        low, middle, high = (_percent(one, last) for one in (curve.low, curve.median, curve.high))
        axes.fill_between(range(last + 1), low, high, color=colour, alpha=0.15, linewidth=0, step="post")
        axes.step(range(last + 1), middle, where="post", color=colour, linewidth=2, label=answer.name(curve.tier))
    for level in (50, 90):
        axes.axhline(level, color="#7C8794", linewidth=0.8, linestyle=(0, (4, 4)), zorder=1)
    rows = -(-len(drawn) // 2)
    axes.legend(
        fontsize=8, loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=2, handlelength=1.4, columnspacing=1.2
    )
    axes.set(xlabel="days from the matter's opening", ylabel="units reached, % of those sent it")
    axes.set(ylim=(0, 102), xlim=(0, last))
    axes.set_title("Reached", pad=12 + 14 * rows)
    axes.set_yticks([0, 25, 50, 75, 90, 100])
    plain(axes)


def _settled(shares: Sequence[float]) -> int:
    """The first day with the last share."""
    return next(day for day, share in enumerate(shares) if share == shares[-1])


def _percent(shares: Sequence[float], last: int) -> list[float]:
    """Shares of each day up to the last as percentages, the final one held."""
    held = [*shares, *[shares[-1]] * max(0, last + 1 - len(shares))]
    return [100 * share for share in held[: last + 1]]


def _waits(axes: Any, answer: Diffusion, waits: list[Wait]) -> None:
    rows = list(reversed(waits))
    names = [f"{answer.name(w.tier)}: {w.name.lower()}" for w in rows]
    tops = [w.high for w in rows]
    colours = [CALM if w.tier == answer.bottleneck and w.stage != ON_THE_WAY else "#7C8794" for w in rows]
    axes.barh(range(len(rows)), [w.median for w in rows], color=colours, height=0.6)
    axes.scatter(tops, range(len(rows)), marker="|", s=110, color="#1B222B", linewidths=1.6, zorder=3)
    for place, wait in enumerate(rows):
        text = f"{_few(wait.median)} days (90 %: {_few(wait.high)})"
        axes.text(max(wait.high, wait.median), place, f"  {text}", va="center", fontsize=8)
    axes.set_yticks(range(len(rows)), [_broken(name) for name in names], fontsize=8)
    axes.set(xlabel="days until that stage (bar: median; mark: 90 %)", xlim=(0, max(tops, default=1) * 1.75))
    axes.set_title("Where it waits before it is sent on")
    plain(axes, along="x")


def _broken(text: str, width: int = 34) -> str:
    from textwrap import fill

    return fill(text, width)


def _few(days: float) -> str:
    """Days, with a digit after the point where there are few."""
    return f"{days:,.0f}" if days >= 10 or days == int(days) else f"{days:.1f}"
