"""Where boxes stand: tiers in levels from top to bottom, each tier's boxes in rows, in an order that keeps
lines short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from quorate.chart.measure import TITLE, Cell, heading, measure
from quorate.chart.parts import Line, Net, Parts
from quorate.terms.parts import Tier

GAP = 30.0  # the least distance between two boxes of a row
FEW = 3  # only tiers of so few boxes stand abreast of one they stand below
MARGIN = 46.0  # between the page's edge and the first and last panel's contents
BETWEEN = 40.0  # between two panels of a level


@dataclass(slots=True)
class Panel:
    """A tier's part of a level: its heading and its rows of boxes, from the level's row `start`; `left` and
    `right` bound its boxes.
    """

    tier: Tier
    heading: Cell
    rows: list[list[Cell]]
    start: int = 0
    left: float = 0.0
    right: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How tight to draw: the page width rows are broken at; tiers of at most `flat` boxes have their ranks side
    by side;
    `abreast` lets tiers of one row below the first share a level with the tier before.
    """

    page: float
    flat: int = 0
    abreast: bool = False


Level = list[list[Panel]]  # columns from left to right, the panels of each from top to bottom


@dataclass(slots=True)
class Grid:
    """All panels by level; `rows` are the drawing's rows from top to bottom, each with its boxes from left to right."""

    levels: list[Level]
    page: float
    rows: list[list[Cell]] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    x: dict[str, float] = field(default_factory=dict)
    width: float = 0.0

    def middle(self, cell: Cell) -> float:
        """The x of a box's centre."""
        return self.x[cell.box.id] + cell.width / 2


def depths(tiers: Mapping[str, Tier]) -> dict[str, int]:
    """How deep each tier stands: the longest way up through `under`. A tier below itself, and circles, count once."""
    found: dict[str, int] = {}

    def deep(tier: str, seen: frozenset[str]) -> int:
        if tier not in found:
            above = [t for t in tiers[tier].under if t not in seen and t in tiers]
            value = max((deep(t, seen | {t}) + 1 for t in above), default=0)
            if seen != {tier}:
                return value
            found[tier] = value
        return found[tier]

    return {tier: deep(tier, frozenset({tier})) for tier in tiers}


def _ranks(cells: Sequence[Cell], lines: Iterable[Line]) -> dict[str, int]:
    """The rank of each box of a tier: those that elect or give powers stand above those they make."""
    own = {cell.box.id for cell in cells}
    down = {(x.start[0], x.end[0]) for x in lines if x.kind in ("elects", "empowers")}
    down = {(a, b) for a, b in down if a in own and b in own and a != b}
    ranks = dict.fromkeys((cell.box.id for cell in cells), 0)
    for _ in cells:  # longest paths, bounded so that circles end
        before = dict(ranks)
        for above, below in sorted(down):
            ranks[below] = max(ranks[below], min(before[above] + 1, len(cells) - 1))
        if ranks == before:
            break
    return ranks


def _rows(cells: Sequence[Cell], lines: Iterable[Line], room: float, flat: int) -> list[list[Cell]]:
    """A tier's boxes in rows by rank; in a tier of at most `flat` boxes, ranks that fit beside one another
    share a row.
    """
    ranks = _ranks(cells, lines)
    by_rank = [[c for c in cells if ranks[c.box.id] == rank] for rank in sorted(set(ranks.values()))]
    found: list[list[Cell]] = []
    for row in by_rank:
        if found and len(cells) <= flat and _wide([*found[-1], *row]) <= room:
            found[-1].extend(row)
            continue
        parts = max(1, -(-int(_wide(row)) // int(room)))
        size = -(-len(row) // parts)
        found.extend(row[start : start + size] for start in range(0, len(row), size))
    return found


def _wide(row: Sequence[Cell]) -> float:
    return sum(cell.width + GAP * 1.6 for cell in row) + GAP


def _column_wide(column: Sequence[Panel]) -> float:
    return TITLE + BETWEEN + max((_wide(row) for panel in column for row in panel.rows), default=0.0)


def _fits(level: Level, panel: Panel, plan: Plan) -> bool:
    return sum(_column_wide(column) for column in [*level, [panel]]) <= plan.page


def tall(column: Sequence[Panel]) -> int:
    """The number of rows of a column of panels."""
    return sum(len(panel.rows) for panel in column)


def _levels(panels: Sequence[Panel], tiers: Mapping[str, Tier], plan: Plan) -> list[Level]:
    """The organisation's own tiers from top to bottom, affiliated and outside ones beside the tier they stand below."""
    deep = depths(tiers)
    levels: list[Level] = []
    level_of: dict[str, Level] = {}
    for panel in _downwards([panel for panel in panels if panel.tier.standing == "own"]):
        level = levels[-1] if levels else None
        if level is None or not _joins(level, panel, deep, plan):
            levels.append(level := [])
        level.append([panel])
        level_of[panel.tier.id] = level
    for panel in panels:
        if panel.tier.standing != "own":
            beside = next((level_of[t] for t in panel.tier.under if t in level_of), None)
            level_of[panel.tier.id] = _beside(levels, beside, panel, plan)
    for level in levels:
        for column in level:
            start = 0
            for panel in column:
                panel.start, start = start, start + len(panel.rows)
    return levels


def _downwards(panels: list[Panel]) -> Iterable[Panel]:
    """The panels in charter order, save that none comes before one it stands below."""
    waiting = list(panels)
    while waiting:
        left = {panel.tier.id for panel in waiting}
        free = (p for p in waiting if not (left - {p.tier.id}) & set(p.tier.under))
        panel = next(free, waiting[0])
        waiting.remove(panel)
        yield panel


def _joins(level: Level, panel: Panel, deep: Mapping[str, int], plan: Plan) -> bool:
    """Whether a tier shares a level with the tiers before it: those of its depth, or, abreast, others of one row."""
    last = level[-1][0]
    same = deep[last.tier.id] == deep[panel.tier.id]
    close = (
        plan.abreast
        and deep[last.tier.id] > 0
        and all(len(p.rows) == 1 and len(p.rows[0]) <= FEW for p in (last, panel))
    )
    return (same or close) and _fits(level, panel, plan)


def _beside(levels: list[Level], level: Level | None, panel: Panel, plan: Plan) -> Level:
    """Put an affiliated or outside tier at a level's right: below another where that makes it no taller, else
    in a column of its own.

    Where there is no room it goes to the next level below that has some, else to a level of its own at the end.
    """
    at = levels.index(level) if level is not None else 0
    stacked = replace(panel, rows=[[cell] for row in panel.rows for cell in row])
    for near in levels[at:]:
        rows = max(tall(column) for column in near)
        sides = [column for column in near if column[0].tier.standing != "own"]
        for shape in (panel, stacked):
            wide = _column_wide([shape]) - TITLE / 2
            low = [c for c in sides if tall(c) + len(shape.rows) <= rows and wide <= _column_wide(c)]
            if low:
                low[0].append(shape)
                return near
            if len(shape.rows) <= rows and _fits(near, shape, plan):
                near.append([shape])
                return near
    levels.append(made := [[panel]])
    return made


def grid(parts: Parts, tiers: Mapping[str, Tier], counts: Mapping[str, int], plan: Plan) -> Grid:
    """Put the boxes in rows, in order. Positions along the rows follow in `spread`."""
    nets: dict[tuple[str, str], set[Net]] = {}
    for line in parts.lines:
        for box, row in (line.start, line.end):
            nets.setdefault((box, row or ""), set()).add(line.net)
    panels = []
    for tier in tiers.values():
        cells = [
            measure(box, {row: len(those) for (ident, row), those in nets.items() if ident == box.id})
            for box in parts.boxes
            if box.tier == tier.id
        ]
        if cells:
            rows = _rows(cells, parts.lines, plan.page - TITLE - 2 * MARGIN, plan.flat)
            panels.append(Panel(tier, heading(tier, counts[tier.id]), rows))
    found = Grid(_levels(panels, tiers, plan), plan.page)
    _order(found, parts.lines)
    return found


def index(found: Grid) -> None:
    """List the drawing's rows and the row of each box."""
    found.rows, found.row_of = [], {}
    for level in found.levels:
        for step in range(max(tall(column) for column in level)):
            row = [
                cell
                for panel in _across(level, step)
                for cell in ([panel.heading] if step == panel.start else []) + panel.rows[step - panel.start]
            ]
            found.row_of.update((cell.box.id, len(found.rows)) for cell in row)
            found.rows.append(row)


def _across(level: Level, step: int) -> Iterable[Panel]:
    """The panels that have the level's row `step`, from left to right."""
    return (p for column in level for p in column if p.start <= step < p.start + len(p.rows))


def _order(found: Grid, lines: Sequence[Line]) -> None:
    """Swap boxes within rows while that shortens the lines between them."""
    index(found)
    pairs = sorted({(x.start[0], x.end[0]) for x in lines if x.start[0] != x.end[0]})
    touching: dict[str, list[tuple[str, str]]] = {}
    for pair in pairs:
        for end in pair:
            touching.setdefault(end, []).append(pair)
    spread(found, lines, {})
    for _ in range(6):
        better = False
        for level in found.levels:
            for panel, row in ((p, row) for column in level for p in column for row in p.rows):
                better = _swap(found, panel, row, touching) or better
        if not better:
            break
    index(found)


def _swap(found: Grid, panel: Panel, row: list[Cell], touching: Mapping[str, list[tuple[str, str]]]) -> bool:
    centre = {cell.box.id: found.middle(cell) for line in found.rows for cell in line}

    def cost() -> float:
        pairs = {pair for cell in row for pair in touching.get(cell.box.id, ())}
        return sum(abs(centre[a] - centre[b]) for a, b in pairs)

    def stand() -> None:
        free = (panel.right - panel.left - sum(cell.width for cell in row)) / (len(row) + 1)
        at = panel.left + free
        for cell in row:
            centre[cell.box.id] = at + cell.width / 2
            at += cell.width + free

    stand()
    best, better = cost(), False
    for first in range(len(row)):
        for second in range(first + 1, len(row)):
            row[first], row[second] = row[second], row[first]
            stand()
            now = cost()
            if now < best - 1:
                best, better = now, True
            else:
                row[first], row[second] = row[second], row[first]
                stand()
    found.x.update((cell.box.id, centre[cell.box.id] - cell.width / 2) for cell in row)
    return better


def spread(found: Grid, lines: Sequence[Line], needs: Mapping[tuple[int, int], float]) -> None:
    """Give every box its x. `needs[row, place]` is the width lines need in the gap before a row's box at that
    place (or at its end).
    """
    found.x = {}
    _bound(found, needs)
    joined: dict[str, list[str]] = {}
    for line in lines:
        first, second = line.start[0], line.end[0]
        if first != second:
            joined.setdefault(first, []).append(second)
            joined.setdefault(second, []).append(first)
    cells = {cell.box.id: cell for row in found.rows for cell in row}
    _settle(found, needs, {})
    for _ in range(8):
        aims = {
            ident: sum(found.middle(cells[other]) for other in others) / len(others) for ident, others in joined.items()
        }
        _settle(found, needs, aims)


def _bound(found: Grid, needs: Mapping[tuple[int, int], float]) -> None:
    """Give each panel the width of its widest row, and share out what is left of the page."""
    wide: dict[str, float] = {}
    for panel, row, number, first in _panel_rows(found):
        gaps = sum(_need(needs, number, first + place) for place in range(len(row) + 1))
        wide[panel.tier.id] = max(wide.get(panel.tier.id, 0.0), sum(cell.width for cell in row) + gaps)
    widths = [[max(wide[panel.tier.id] for panel in column) for column in level] for level in found.levels]
    totals = [sum(level) + TITLE * len(level) + BETWEEN * (len(level) - 1) for level in widths]
    headed = {number for number, row in enumerate(found.rows) if row[0].box.sort == "heading"}
    edge = max([MARGIN, *(need + 8 for (row, place), need in needs.items() if place == 0 and row in headed)])
    full = max([*totals, found.page - 2 * MARGIN if len(wide) > 1 else 0.0])
    for level, those, total in zip(found.levels, widths, totals, strict=True):
        left = edge
        for column, width in zip(level, those, strict=True):
            right = left + TITLE + width + (full - total) * width / sum(those)
            for panel in column:
                panel.left, panel.right = left + TITLE, right
                found.x[panel.heading.box.id] = left
            left = right + BETWEEN
    found.width = full + edge + MARGIN


def _panel_rows(found: Grid) -> Iterable[tuple[Panel, list[Cell], int, int]]:
    """Each panel's rows with the drawing's row number and the place of the first box in that row."""
    number = 0
    for level in found.levels:
        rows = max(tall(column) for column in level)
        for step in range(rows):
            first = 0
            for panel in _across(level, step):
                first += step == panel.start  # the heading
                row = panel.rows[step - panel.start]
                yield panel, row, number + step, first
                first += len(row)
        number += rows


def _need(needs: Mapping[tuple[int, int], float], row: int, place: int) -> float:
    return max(GAP, needs.get((row, place), 0.0))


def _settle(found: Grid, needs: Mapping[tuple[int, int], float], aims: Mapping[str, float]) -> None:
    for panel, row, number, first in _panel_rows(found):
        before = [_need(needs, number, first + place) for place in range(len(row) + 1)]
        starts, at = [], panel.left + before[0]
        for cell, gap in zip(row, before[1:], strict=True):
            starts.append(at)
            at += cell.width + gap
        slack = panel.right - at
        even = [start + slack * (place + 1) / (len(row) + 1) for place, start in enumerate(starts)]
        wanted = [
            aims[cell.box.id] - cell.width / 2 if cell.box.id in aims else even[place] for place, cell in enumerate(row)
        ]
        shifts = rising([want - start for want, start in zip(wanted, starts, strict=True)])
        for cell, start, shift in zip(row, starts, shifts, strict=True):
            found.x[cell.box.id] = round(start + min(max(shift, 0.0), slack), 1)


def rising(values: Sequence[float]) -> list[float]:
    """The nearest sequence (least squares) that never falls: pool adjacent violators (Ayer et al. 1955)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        total, size = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / size:
            more, count = pools.pop()
            total, size = total + more, size + count
        pools.append((total, size))
    return [total / size for total, size in pools for _ in range(size)]
