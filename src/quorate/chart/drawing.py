"""From a charter to an SVG drawing."""

from __future__ import annotations

from difflib import get_close_matches

from quorate.charter.model import Charter
from quorate.chart.labels import labels as place_labels
from quorate.chart.lines import relations
from quorate.chart.parts import Parts, parts
from quorate.chart.place import Plan, grid, spread
from quorate.chart.route import route
from quorate.chart.svg import TOP, Headline, rect_of, render
from quorate.chart.tracks import Course, course, needs
from quorate.errors import QuorateError

_SHAPE = 0.68  # height to width of A3 landscape, less the legend
# From the plainest to the tightest: 1,720 units across A3 landscape make the type of boxes 8.7 points high, 2,000 make it 7.5.
_PLANS = (Plan(1720), Plan(1720, 3), Plan(1720, 1000), Plan(2000, 1000, abreast=True))


class UnknownFocus(QuorateError):
    """The part to draw is not in the charter."""

    def __init__(self, focus: str, known: list[str]) -> None:
        near = get_close_matches(focus, known, 1)
        advice = f"Did you mean {near[0]!r}?" if near else "Name a tier, organ, office or unit that the chart shows."
        super().__init__(f"the chart has no tier, organ, office or unit {focus!r}", advice=advice)


def draw(charter: Charter, *, title: str | None = None, labels: bool = True, focus: str | None = None) -> str:
    """Draw a charter as SVG text, 96 units to the inch; the same charter gives the same text.

    `title` stands above the drawing (left out: the charter's). `labels` writes the clauses' ids beside their lines where there is room.
    `focus` names a tier, organ, office or unit, and leaves only it and what a line joins to it. Raises `UnknownFocus`.
    """
    # What to draw
    shown = parts(charter, relations(charter))
    if focus is not None:
        shown = _focused(shown, focus, list(charter.tiers))
    # Where everything stands: with each rank in a row of its own, or flatter where that is too tall for the page
    counts = {tier: sum(1 for _ in charter.units_of(tier)) for tier in charter.tiers}
    found = _course(shown, charter, counts, _PLANS[0])
    for plan in _PLANS[1:]:
        if _misfit(found):
            found = min(found, _course(shown, charter, counts, plan), key=_misfit)
    # The clauses' ids where they can be read
    board = found.grid
    solid = [rect_of(found, cell) for row in board.rows for cell in row]
    page = (4.0, TOP, board.width - 4, found.height)
    placed = place_labels(found.drawn, solid, page) if labels else ()
    standings = {tier.id: tier.standing for tier in charter.tiers.values()}
    return render(found, placed, _headline(charter, title, shown), standings)


def _course(shown: Parts, charter: Charter, counts: dict[str, int], plan: Plan) -> Course:
    """Where the boxes stand and how the lines go, first roughly, then with the room the lines turned out to need."""
    board = grid(shown, charter.tiers, counts, plan)
    spread(board, shown.lines, {})
    for _ in range(2):
        spread(board, shown.lines, needs(route(board, shown.lines)))
    ways = route(board, shown.lines)
    spread(board, shown.lines, needs(ways))
    return course(board, ways, TOP)


def _misfit(found: Course) -> float:
    """How much taller a drawing is than the page has room for; of those that fit, the one with its ranks apart is taken."""
    return round(max(0.0, found.height / found.grid.width - _SHAPE), 3)


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


def _focused(shown: Parts, focus: str, tiers: list[str]) -> Parts:
    """The boxes of the part in focus, those a line joins to it, and these lines."""
    chosen = set()
    known = list(tiers)
    for box in shown.boxes:
        names = [part.id.partition(":")[2] for part in (box, *box.rows)]
        known += names
        if focus in names:
            chosen.update((box.id, part.id) for part in (box, *box.rows) if part.id.partition(":")[2] == focus)
        elif focus == box.tier and focus not in names:
            chosen.add((box.id, box.id))
    if not chosen:
        raise UnknownFocus(focus, known)
    ends = {end for end, _ in chosen}
    rows = {part for _, part in chosen}

    def meets(end: tuple[str, str | None]) -> bool:
        return end[0] in rows or (end[1] or end[0]) in rows

    lines = tuple(line for line in shown.lines if meets(line.start) or meets(line.end))
    kept = ends | {end[0] for line in lines for end in (line.start, line.end)}
    return Parts(tuple(box for box in shown.boxes if box.id in kept), lines)
