"""How answers of questions look on the terminal: what fits, and nothing cut off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from quorate.cli.show import as_json, dim, indented, screen, table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Shown

    from quorate.simulate.questions.answer import Answer, Cell, Column, Spread, Table

FINE = 10
"""Larger numbers have one digit after the point at most, those above a thousand none."""
WORDS = 20
"""A column of words is given so many characters before others are left out."""
WORD = 36
"""A longer word is broken where there is no room."""
GAP = INDENT = 2


@dataclass(frozen=True, slots=True)
class Strip:
    """A column as it is shown: its cells as text."""

    title: str
    cells: tuple[str, ...]
    wordy: bool
    aside: int

    @property
    def least(self) -> int:
        """The characters it needs at least."""
        word = max(len(word) for text in (self.title, *self.cells) for word in (text.split() or ("",)))
        longest = max((len(cell) for cell in self.cells), default=0)
        return max(longest, word) if not self.wordy else max(min(longest, WORDS), min(word, WORD))

    @property
    def most(self) -> int:
        """The characters it fills where there is room."""
        return max(len(text) for text in (*self.title.split("\n"), *self.cells))


def tell(answer: Answer, chart: Path | None, limit: int, *, json: bool) -> None:
    """Draw an answer where asked to, and print it: its words, and its tables with so many rows at most."""
    if chart:
        answer.chart(chart)
    if json:
        return as_json(answer.as_dict())
    out = screen()
    out.print(answer.words())
    for found in answer.tables():
        if not limit:
            break
        if found.rows:
            out.print(f"\n{found.title}", style="bold")
            _print(out, found, limit)
        if len(found.rows) > limit:
            out.print(dim(f"and {len(found.rows) - limit:,} more; --limit shows more, --json all"))
    if chart:
        out.print(f"\nThe chart is in {chart}.", soft_wrap=True)
    return None


def _print(out: Console, found: Table, limit: int) -> None:
    """A table, or one below each head."""
    rows = found.rows[:limit]
    room = out.width - (INDENT if found.heads else 0)
    strips = fitting(strips_of(found.columns[found.heads :], [row[found.heads :] for row in rows]), room)
    if not found.heads:
        out.print(_shown(strips, range(len(rows)), room))
        return
    numbered = enumerate(row[: found.heads] for row in rows)
    for head, places in groupby(numbered, key=lambda item: item[1]):
        words, *rest = (str(cell) for cell in head if cell is not None)
        out.print(f"\n{words}" + "".join(f"  ({text})" for text in rest), soft_wrap=True)
        out.print(indented(_shown(strips, [place for place, _ in places], room), INDENT))


def side_by_side(out: Console, heads: Sequence[str], rows: Mapping[str, Sequence[Spread]]) -> None:
    """Numbers by their names, a column for each head; without their bounds where there is no room."""
    for bare in (False, True):
        cells = [tuple(_spread(row[place], bare=bare) for row in rows.values()) for place in range(len(heads))]
        strips = [Strip("", tuple(rows), True, 0), *(Strip(h, c, False, 0) for h, c in zip(heads, cells, strict=True))]
        if _fits(strips, out.width):
            break
    out.print(_shown(strips, range(len(rows)), out.width))


def _spread(found: Spread, *, bare: bool) -> str:
    from quorate.simulate.questions.answer import rounded

    values = (found.median,) if bare or found.n < 2 else (found.median, found.low, found.high)
    return _within([rounded(value) for value in values], 2) or ("never" if found.n else "")


def _shown(strips: Sequence[Strip], places: Sequence[int], room: int) -> Shown:
    """Some rows; words that are the same as in the row above, in the first column, are not said again."""
    shown = table(*((strip.title, "" if strip.wordy else "r") for strip in strips))
    for column, width in zip(shown.columns, widths(strips, room), strict=True):
        column.width = width
    said = None
    for place in places:
        first, *rest = (strip.cells[place] for strip in strips)
        shown.add_row("" if first == said and strips[0].wordy else first, *rest)
        said = first
    return shown


def strips_of(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[Strip]:
    """Columns as they are shown: those without anything left out, each with its bounds in one."""
    found = []
    for place, column in enumerate(columns):
        if column.bound:
            continue
        size = 3 if place + 1 < len(columns) and columns[place + 1].bound else 1
        cells = tuple(_within(row[place : place + size], column.digits) for row in rows)
        if any(cells):
            title = column.title if column.unit in ("", column.title) else f"{column.title}\n{column.unit}"
            wordy = any(isinstance(row[place], str) for row in rows)
            found.append(Strip(title, cells, wordy, column.aside))
    return found


def fitting(strips: list[Strip], width: int) -> list[Strip]:
    """Those that fit side by side; the ones aside are left out until the rest do."""
    while not _fits(strips, width) and any(strip.aside for strip in strips):
        strips.remove(max(strips, key=lambda strip: strip.aside))
    return strips


def _fits(strips: Sequence[Strip], width: int) -> bool:
    return sum(strip.least + GAP for strip in strips) <= width


def widths(strips: Sequence[Strip], room: int) -> list[int]:
    """How wide each is shown: where there is little room, heads of numbers are broken first, then the longest words."""
    found = [max(strip.most, strip.least) for strip in strips]
    for wordy in (False, True):
        over = sum(found) + GAP * (len(found) - 1) - room
        able = [i for i, strip in enumerate(strips) if strip.wordy == wordy]
        for _ in range(over):
            able = [i for i in able if found[i] > strips[i].least]
            if able:
                found[max(able, key=lambda i: found[i])] -= 1
    return found


def _within(values: Sequence[Cell], digits: int) -> str:
    """A cell, and what nine in ten lie between: ``12 (9 to 15)``."""
    if all(value is None for value in values):
        return ""
    middle, *ends = (_cell(value, digits) for value in values)
    if not ends:
        return middle
    middle, *ends = (text or "never" for text in (middle, *ends))
    return middle if ends == [middle, middle] else f"{middle} ({ends[0]} to {ends[1]})"


def _cell(value: Cell, digits: int) -> str:
    if isinstance(value, float):
        return f"{value:,.{digits if abs(value) < FINE else min(digits, 1) if abs(value) < FINE**3 else 0}f}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else value
