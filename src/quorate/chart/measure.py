"""The size of boxes: their text broken into lines, and where each line and each row goes inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from quorate.chart.parts import Box, Row
from quorate.chart.text import width, wrap
from quorate.terms.parts import Tier

PAD = 10.0  # between a box's edge and its text
INSET = 6.0  # between a box's edge and its rows
ROOM = 178.0  # the widest line of text in a box
MANY, WIDER = 3, 232.0  # a box of so many rows or more is wider, so as not to grow too tall
TITLE = 132.0  # the width of the column that names a tier
LEAST = 112.0  # the narrowest box
PORT = 13.0  # the least distance between two bundles that end on the top or bottom of a box
STACK = 10.5  # and on its left or right
MOST = 40  # no box is made larger for more bundles than this
SIZES = {"name": 13.0, "label": 12.0, "of": 10.5, "row": 11.5, "row-label": 11.0, "count": 11.5}
_LEADING = 1.28


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `x` is its left edge or, for `middle`, its centre; `y` its baseline, from the box's top
    left.
    """

    text: str
    style: str
    x: float
    y: float
    middle: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A measured box. `head` is the height of its heading; `rows` maps a row's id to the top and height of its
    strip.
    """

    box: Box
    width: float
    height: float
    head: float
    words: tuple[Words, ...]
    rows: dict[str, tuple[float, float]]


def _lines(text: str | None, style: str, room: float, most: int = 3) -> list[tuple[str, str]]:
    bold = style == "name"
    return [(line, style) for line in wrap(text or "", SIZES[style], room, lines=most, bold=bold)]


def counted(name: str, count: int) -> str:
    """The name with the number of units that have it, where more than one."""
    return f"{name} × {count:,}" if count > 1 else name


def _row_lines(row: Row, shown: int, room: float) -> list[tuple[str, str]]:
    name = counted(row.name, row.count) if row.count != shown else row.name
    return [*_lines(name, "row", room), *_lines(row.label, "row-label", room, 2)]


def _stacked(lines: Iterable[tuple[str, str]], middle: float, top: float) -> tuple[list[Words], float]:
    """Lines of text below one another from `top`; also the y below the last."""
    found = []
    for text, style in lines:
        size = SIZES[style]
        found.append(Words(text, style, middle, round(top + size, 2)))
        top += size * _LEADING
    return found, top


def measure(box: Box, ports: Mapping[str, int]) -> Cell:
    """Lay a box's text out, with room for the bundles that end at it (`ports[""]`) and at each of its rows (by
    row id).
    """
    room = ROOM if len(box.rows) < MANY else WIDER
    head = [
        *_lines(box.of, "of", room, 2),
        *_lines(box.name, "name", room),
        *_lines(box.label, "label", room, 2),
        *([(f"× {box.count:,}", "count")] if box.count > 1 else []),
    ]
    rows = [(row.id, _row_lines(row, box.count, room - INSET)) for row in box.rows]
    every = [*head, *(line for _, lines in rows for line in lines)]
    longest = max((width(text, SIZES[style], bold=style == "name") for text, style in every), default=0)
    wide = max(LEAST, longest + 2 * PAD + (INSET if rows else 0), PORT * (min(ports.get("", 0), MOST) + 2))
    words, y = _stacked(head, wide / 2, 7)
    bottom = y + 4
    strips = {}
    for ident, lines in rows:
        text = sum(SIZES[style] * _LEADING for _, style in lines) + 6
        tall = max(text, 8 + STACK * min((ports.get(ident, 0) + 1) // 2, MOST))
        words.extend(_stacked(lines, wide / 2, bottom + (tall - text) / 2 + 4)[0])
        strips[ident] = (bottom, tall)
        bottom += tall + 4
    return Cell(box, wide, bottom + (2 if rows else 3), y, tuple(words), strips)


def heading(tier: Tier, count: int) -> Cell:
    """The name of a tier, with the number of its units, laid out as a box of its own beside the tier's first row."""
    room = TITLE - 12
    lines = [*_lines(tier.name, "name", room, 6), *_lines(tier.label, "label", room, 2)]
    if count > 1:
        lines.append((f"{count:,} units", "of"))
    if tier.standing != "own":
        lines.append(({"affiliated": "affiliated", "outside": "outside body"}[tier.standing], "of"))
    words, y = _stacked(lines, 0, 7)
    box = Box(f"heading:{tier.id}", "heading", tier.id, tier.name, tier.label, None, count)
    return Cell(box, TITLE - 8, y, y, tuple(replace(w, middle=False) for w in words), {})
