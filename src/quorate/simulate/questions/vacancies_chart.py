"""The chart of vacancies: days vacant and acting by post, and what filling a vacancy waits for."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from quorate.simulate.questions.drawing import ACCENT, CALM, COLOURS, figure, plain

if TYPE_CHECKING:
    from quorate.simulate.questions.vacancies import Vacancies

MOST = 16
_ABOVE: dict[str, Any] = {
    "fontsize": 8, "loc": "lower left", "bbox_to_anchor": (-0.02, 0.99), "ncols": 3, "handlelength": 1.2,
    "columnspacing": 1.2,
}  # fmt: skip
_PARTS = (
    ("election", "election", CALM),
    ("approval", "approval", COLOURS[4]),
    ("taking", "taking the seat", COLOURS[2]),
)


def draw(answer: Vacancies, path: Path) -> None:
    """Write it. Raise `CannotDraw`."""
    posts = [p for p in answer.posts() if answer.share(p, "vacant").high or answer.share(p, "acting").high]
    kept = sorted(
        posts, key=lambda p: -(answer.share(p, "vacant").median or 0) - (answer.share(p, "acting").median or 0)
    )[:MOST]
    shown = [post for post in reversed(answer.posts()) if post in kept]
    filled = [post for post in shown if answer.filling(post)["mean"] is not None]
    whole = len(answer.posts()) - len(posts)
    runs = f"{len(answer.runs)} run{'s' * (len(answer.runs) != 1)}"
    note = f"{answer.first} to {answer.last}, {runs}, medians; line: nine in ten runs."
    note += f" {whole} posts were never vacant." if whole else ""
    note += f" {len(posts) - len(kept)} less vacant ones are left out." if len(posts) > len(kept) else ""
    with figure(
        path, "Offices vacant, and what filling them waits for", note, 10.5, 2.4 + 0.32 * max(len(shown), 4)
    ) as made:
        left, right = made.subplots(1, 2, width_ratios=(1, 1))
        _days(left, answer, shown)
        _fill(right, answer, filled)


def _days(axes: Any, answer: Vacancies, posts: list[str]) -> None:
    at = range(len(posts))
    vacant = [answer.share(post, "vacant") for post in posts]
    acting = [answer.share(post, "acting").median or 0 for post in posts]
    middle = [s.median or 0 for s in vacant]
    axes.barh(at, middle, height=0.62, color=ACCENT, label="vacant")
    axes.barh(at, acting, left=middle, height=0.62, color=COLOURS[5], label="acting")
    most = 1.0
    for place, found in enumerate(vacant):
        if found.n > 1:
            axes.plot([found.low, found.high], [place, place], color="#1B222B", linewidth=1.2)
        end = max(middle[place] + acting[place], found.high or 0)
        most = max(most, end)
        axes.text(end, place, f"  {_percent(middle[place], acting[place])}", va="center", fontsize=8)
    axes.set_yticks(at, [_named(answer, post) for post in posts], fontsize=8)
    axes.set(xlabel="share of days, %", xlim=(0, most * 1.45))
    axes.set_title("Days vacant and acting", pad=26)
    axes.legend(**_ABOVE)
    plain(axes, along="x")


def _percent(vacant: float, acting: float) -> str:
    return f"{vacant:.1f} %" + (f", acting {acting:.1f} %" if acting >= 0.05 else "")


def _fill(axes: Any, answer: Vacancies, posts: list[str]) -> None:
    at = range(len(posts))
    figures = [answer.filling(post) for post in posts]
    left = [0.0] * len(posts)
    for key, label, colour in _PARTS:
        parts = [found[key] or 0 for found in figures]
        axes.barh(at, parts, left=left, height=0.62, color=colour, label=label)
        left = [a + b for a, b in zip(left, parts, strict=True)]
    for place, found in enumerate(figures):
        axes.text(left[place], place, f"  {left[place]:,.0f} days (n {found['filled']:,.0f})", va="center", fontsize=8)
    axes.set_yticks(at, [_named(answer, post) for post in posts], fontsize=8)
    axes.set(xlabel="mean days from vacancy to a new holder", xlim=(0, max([*left, 1]) * 1.4))
    axes.set_title("What a vacancy waited for", pad=26)
    if posts:
        axes.legend(**_ABOVE)
    plain(axes, along="x")


def _named(answer: Vacancies, post: str) -> str:
    seats = "" if answer.of(post)[0].office else " (seats)"
    return fill(answer.names[post] + seats, 40)
