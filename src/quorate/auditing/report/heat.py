"""The calendar: one row per unit, one cell per column, the worst verdict as a shape whose size is its share.

Shapes and lightness tell the verdicts apart, hue only helps: a bar from the foot of the cell is a breach, a triangle
a possible one, a dot what is unknown, a plain tint what was kept. They hold in greyscale and for colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from quorate.auditing.report.data import BREACHED, KEPT, POSSIBLY, UNKNOWN, UnitLine
from quorate.auditing.report.periods import Column, Columns
from quorate.auditing.report.tally import NONE, Four, worst_first
from quorate.auditing.report.text import listing, many

HIGH = 14  # pixels
ROWS = 1000  # beyond so many units, only those with something not kept have a row,
WORST = 300  # and of those at most so many
_WIDTHS = ((12, 46), (18, 38), (24, 30), (36, 22), (48, 16), (60, 13))  # up to so many columns, so many pixels for each
_YEAR = 3  # pixels between the years


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the cells stand: `x` of each column, the width of one cell and of all; `yearly` columns are years."""

    columns: Sequence[Column]
    x: tuple[int, ...]
    cell: int
    width: int
    yearly: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's row: its place among the units of the page, the drawing, and its totals."""

    place: int
    unit: UnitLine
    drawing: Markup
    four: Four


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of a tier, and how many of its units have something not kept or unknown."""

    tier: str
    name: str
    rows: tuple[Row, ...]
    amiss: int


def frame(calendar: Columns) -> Frame:
    """Place the columns, with a little room between the years where a year has several."""
    columns, yearly = calendar.columns, calendar.step >= 12
    cell = next((width for most, width in _WIDTHS if len(columns) <= most), 11)
    places = [0]
    for before, after in pairwise(columns):
        places.append(places[-1] + cell + (_YEAR if after.year != before.year and not yearly else 0))
    return Frame(columns, tuple(places), cell, places[-1] + cell, yearly)


def glyph(four: Four) -> str:
    """The shape for a cell, with a digit for the share of the worst verdict; empty where there was no case."""
    if four.breached:
        share = four.breached / four.all
        return f"b{1 + (share > 0.1) + (share > 1 / 3) + (share > 2 / 3)}"
    if four.possibly:
        return f"p{1 + (four.possibly > four.all / 3)}"
    if four.unknown:
        return f"u{1 + (four.unknown > four.all / 2)}"
    return "k" if four.kept else ""


def shown(units: Sequence[UnitLine], totals: Mapping[str, Four]) -> list[UnitLine]:
    """The units that get a row: all of them, or of a great many those that did worst, in their order."""
    if len(units) <= ROWS:
        return list(units)
    known = {unit.id for unit in units}
    worst = set([unit for unit in worst_first(totals) if unit in known][:WORST])
    return [unit for unit in units if unit.id in worst]


def tier_name(unit: UnitLine) -> str:
    """What to call the unit's tier, also where nothing tells."""
    return unit.tier_name or unit.tier or "no tier stated"


def groups(
    units: Sequence[UnitLine], places: Mapping[str, int], cells: Mapping[str, Sequence[Four]], at: Frame
) -> list[Group]:
    """The rows by tier, tiers and units in the order given. `cells` has, per unit, a count for each column and one
    for what lies outside the span.
    """
    tiers: dict[str, list[UnitLine]] = {}
    for unit in units:
        tiers.setdefault(unit.tier, []).append(unit)
    empty = [NONE] * (len(at.columns) + 1)
    made = []
    for tier, members in tiers.items():
        rows = tuple(_row(unit, places[unit.id], cells.get(unit.id, empty), at) for unit in members)
        made.append(Group(tier, tier_name(members[0]), rows, sum(row.four.amiss > 0 for row in rows)))
    return made


def _row(unit: UnitLine, place: int, cells: Sequence[Four], at: Frame) -> Row:
    total = NONE
    for four in cells[: len(at.columns)]:
        total = total.plus(four)
    inner = Markup("").join(_cell(x, column, four) for x, column, four in zip(at.x, at.columns, cells, strict=False))
    drawing = Markup('<svg viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>').format(
        at.width, HIGH, at.width, HIGH, _aloud(at.columns, cells), inner
    )
    return Row(place, unit, drawing, total)


def _cell(x: int, column: Column, four: Four) -> Markup:
    kind = glyph(four)
    if not kind:
        return Markup("")
    return Markup('<use href="#g{}" x="{}"><title>{}: {}</title></use>').format(kind, x, column.name, numbers(four))


def numbers(four: Four) -> str:
    """The counts in words, worst first: `2 breached, 5 kept`."""
    order = (four.breached, four.possibly, four.unknown, four.kept)
    words = (BREACHED, POSSIBLY, UNKNOWN, KEPT)
    return ", ".join(f"{number:,} {word}" for number, word in zip(order, words, strict=True) if number)


def _aloud(columns: Sequence[Column], cells: Sequence[Four]) -> str:
    """What the row shows, for those who hear it: where the worst verdicts stand."""
    parts = []
    for verdict in (BREACHED, POSSIBLY, UNKNOWN):
        found = [column.name for column, four in zip(columns, cells, strict=False) if four.worst == verdict]
        if found:
            rest = [f"{len(found) - 3} more"] if len(found) > 3 else []
            parts.append(f"{verdict} in {listing([*found[:3], *rest])}")
    if parts:
        return "; ".join(parts)
    return "all kept" if any(four.kept for four in cells) else "nothing to judge"


def head(at: Frame) -> Markup:
    """The names of the columns, years above."""
    return Markup('<svg viewBox="0 0 {} 28" width="{}" height="28" aria-hidden="true">{}</svg>').format(
        at.width, at.width, Markup("").join(_names(at))
    )


def _names(at: Frame) -> Iterator[Markup]:
    year = None
    for x, column in zip(at.x, at.columns, strict=True):
        if column.year != year and not at.yearly:
            year = column.year
            yield Markup('<text class="y" x="{}" y="11">{}</text>').format(x, year)
        quarter = column.short[0] == "Q"
        name = column.short if at.cell >= (18 if quarter else 24) or at.yearly else column.short[-1 if quarter else 0]
        if at.cell > 11:
            yield Markup('<text x="{}" y="24" text-anchor="middle">{}</text>').format(x + at.cell // 2, name)


def glyphs(at: Frame) -> Markup:
    """The shapes, once for the page; rows refer to them."""
    wide, high = at.cell - 1, HIGH - 1
    shapes = {"k": "", "u1": _dot(wide, high, 1.6), "u2": _dot(wide, high, 2.6)}
    shapes |= {f"p{size}": _triangle(wide, high, share) for size, share in ((1, 0.6), (2, 1.0))}
    shapes |= {f"b{size}": _bar(wide, high, share, size) for size, share in ((1, 0.3), (2, 0.5), (3, 0.75), (4, 1.0))}
    ground = {mark: f'<rect class="g{mark}" width="{wide}" height="{high}"/>' for mark in ("k", "pg", "bg")}
    ground |= {"u": ground["k"], "p": ground["pg"], "b": ground["bg"]}
    bare = f'<rect class="gn" x=".5" y=".5" width="{wide - 1}" height="{high - 1}"/>'
    made = "".join(
        f'<g id="g{name}">{bare if name == "u2" else ground[name[0]]}{shape}</g>'
        for name, shape in sorted(shapes.items())
    )
    return Markup(made)


def _dot(wide: int, high: int, radius: float) -> str:
    return f'<circle class="gu" cx="{wide / 2}" cy="{high / 2}" r="{radius}"/>'


def _triangle(wide: int, high: int, share: float) -> str:
    return f'<path class="gp" d="M0 {high}V{round(high * (1 - share), 1)}L{round(wide * share, 1)} {high}z"/>'


def _bar(wide: int, high: int, share: float, size: int) -> str:
    tall = round(high * share, 1)
    return f'<rect class="gb{size}" y="{round(high - tall, 1)}" width="{wide}" height="{tall}"/>'


LEGEND = (
    ("kept", (("k", "all"),)),
    ("breached", (("b1", "up to a tenth"), ("b2", "a third"), ("b3", "two thirds"), ("b4", "more"))),
    ("possibly breached", (("p1", "up to a third"), ("p2", "more"))),
    ("unknown", (("u1", "up to half"), ("u2", "more"))),
)


def left_out(listed: int, rows: int, amiss: int, audited: int | None) -> str:
    """The sentence on units without a row; empty when all have one."""
    every = max(audited or 0, listed)
    if rows == every:
        return ""
    if amiss > rows:
        return f"Shown are the {rows:,} units with most not kept; {many(every - rows, 'more unit')} have no row here."
    return (
        f"Of {many(every, 'unit')}, shown are the {rows:,} with something not kept or unknown; "
        f"nothing is amiss in the other {every - rows:,}."
    )
