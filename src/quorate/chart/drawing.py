"""From a charter to an SVG drawing."""

from __future__ import annotations

from difflib import get_close_matches

from quorate.chart.courses import Course
from quorate.chart.labels import labels as place_labels
from quorate.chart.lines import relations
from quorate.chart.parts import Parts, parts
from quorate.chart.place import Plan, grid, spread
from quorate.chart.route import route
from quorate.chart.svg import TOP, Headline, rect_of, render
from quorate.chart.tracks import course
from quorate.chart.uprights import needs
from quorate.charter.model import Charter
from quorate.errors import QuorateError

# From the plainest to the tightest. 1,720 units across A3 landscape make the names in boxes 9 points high,
# 2,400 make them 6.5.
_PLANS = (
    Plan(1720),
    Plan(1720, 3),
    Plan(1720, 1000),
    Plan(2000, 1000, abreast=True),
    Plan(2400, 1000, abreast=True),
)
_SHEET = (420.0, 297.0)  # A3 landscape, in millimetres (ISO 216)
_LEGEND = 70.0


class UnknownFocus(QuorateError):
    """The part to draw is not in the charter."""

    def __init__(self, focus: str, known: list[str]) -> None:
        near = get_close_matches(focus, known, 1)
        advice = f"Did you mean {near[0]!r}?" if near else "Name a tier, organ, office or unit that the chart shows."
        super().__init__(f"the chart has no tier, organ, office or unit {focus!r}", advice=advice)


def draw(charter: Charter, *, title: str | None = None, labels: bool = True, focus: str | None = None) -> str:
    """Draw a charter as SVG text, 96 units to the inch; the same charter gives the same text.

    `title` stands above the drawing (left out: the charter's). `labels` writes the clauses' ids beside their
    lines where there is room.
    `focus` names a tier, organ, office or unit, and leaves only it and what a line joins to it. Raises `UnknownFocus`.
    """
    # What to draw
    shown = parts(charter, relations(charter))
    if focus is not None:
        shown = _focused(shown, focus, charter)
    # Where everything stands: with each rank in a row of its own, or flatter where that is too tall for the page
    counts = {tier: sum(1 for _ in charter.units_of(tier)) for tier in charter.tiers}
    found = _course(shown, charter, counts, _PLANS[0])
    for plan in _PLANS[1:]:
        if not _as_large_as_can_be(found):
            found = max(found, _course(shown, charter, counts, plan), key=_scale)
    # The clauses' ids where they can be read
    board = found.grid
    solid = [rect_of(found, cell) for row in board.rows for cell in row]
    page = (4.0, TOP, board.width - 4, found.height)
    placed = place_labels(found.drawn, solid, page) if labels else ()
    standings = {tier.id: tier.standing for tier in charter.tiers.values()}
    return render(found, placed, _headline(charter, title, shown), standings)


def _course(shown: Parts, charter: Charter, counts: dict[str, int], plan: Plan) -> Course:
    """Where the boxes stand and how the lines go, first roughly, then with the room the lines turned out to need."""
    labelled = not plan.abreast
    board = grid(shown, charter.tiers, counts, plan)
    spread(board, shown.lines, {})
    for _ in range(2):
        spread(board, shown.lines, needs(route(board, shown.lines), labelled))
    ways = route(board, shown.lines)
    spread(board, shown.lines, needs(ways, labelled))
    return course(board, ways, TOP)


def _scale(found: Course) -> float:
    """Millimetres of the sheet to a unit of the drawing, where it just fits, to a hundredth: the size of its type."""
    return round(min(_SHEET[0] / found.grid.width, _SHEET[1] / (found.height + _LEGEND)), 2)


def _as_large_as_can_be(found: Course) -> bool:
    """Whether the drawing's width, not its height, limits its size on the sheet."""
    return found.height + _LEGEND <= found.grid.width * _SHEET[1] / _SHEET[0]


def _headline(charter: Charter, title: str | None, shown: Parts) -> Headline:
    days = charter.file.in_force
    until = f"to {days.to}" if days.to else "on"
    subtitle = f"In force from {days.from_} {until}"
    organs = sum(box.sort == "organ" for box in shown.boxes)
    offices = sum(row.sort == "office" for box in shown.boxes for row in box.rows)
    tiers = [charter.name(tier) for tier in charter.tiers if any(box.tier == tier for box in shown.boxes)]
    description = (
        f"Organisation chart with {len(tiers)} tiers ({', '.join(tiers)}), {organs} organs, {offices} offices and "
        f"{len(shown.lines)} lines. Each line carries the id and words of the clause that draws it."
    )
    return Headline(title or charter.file.title, subtitle, charter.file.label or "", description)


def _focused(shown: Parts, focus: str, charter: Charter) -> Parts:
    """The boxes of the part in focus, those a line joins to it, and these lines. A unit not drawn by itself
    stands for its tier.
    """
    unit = charter.unit(focus)
    wanted = _ends(shown, focus) or _ends(shown, unit.tier if unit else "")
    if not wanted:
        known = [ident.partition(":")[2] for box in shown.boxes for ident in (box.id, *(row.id for row in box.rows))]
        raise UnknownFocus(focus, [*charter.tiers, *known])
    whole = {box for box, row in wanted if row is None}

    def meets(end: tuple[str, str | None]) -> bool:
        return end[0] in whole or end in wanted

    lines = tuple(line for line in shown.lines if meets(line.start) or meets(line.end))
    kept = {box for box, _ in wanted} | {end[0] for line in lines for end in (line.start, line.end)}
    return Parts(tuple(box for box in shown.boxes if box.id in kept), lines)


def _ends(shown: Parts, focus: str) -> set[tuple[str, str | None]]:
    """The boxes and rows an id stands for: an organ, an office, a unit; else all boxes of a tier."""
    found: set[tuple[str, str | None]] = set()
    for box in shown.boxes:
        if box.id.partition(":")[2] == focus:
            found.add((box.id, None))
        found.update((box.id, row.id) for row in box.rows if row.id.partition(":")[2] == focus)
    return found or {(box.id, None) for box in shown.boxes if box.tier == focus}
