"""The breaches over time: a lane for each clause, a mark for each day, week or month, larger for more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from markupsafe import Markup

from quorate.auditing.report.data import BREACHED, POSSIBLY, FindingLine
from quorate.auditing.report.periods import STEPS, Columns, spoken
from quorate.auditing.report.tally import Four
from quorate.auditing.report.text import plain

LANES = 24  # clauses with a lane of their own; the rest share one
OTHERS = "other clauses"
_LEFT, _WIDE, _TOP = 210, 1080, 40  # pixels: of the names, altogether, of the dates
_LANE, _TWO = 26, 34  # pixels: of a lane, of one with two rows of marks
_DAYS, _WEEKS = 95, 110  # marks of a day, of a week, up to so many; then of a column of the calendar


@dataclass(frozen=True, slots=True)
class Bin:
    """A stretch of time that one mark stands for, first and last day included."""

    first: date
    last: date

    def __str__(self) -> str:
        if self.first == self.last:
            return spoken(self.first)
        return f"{spoken(self.first)} to {spoken(self.last)}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing, and how many breaches and possible breaches it shows."""

    drawing: Markup
    breached: int
    possibly: int
    step: str


def timeline(
    findings: Iterable[FindingLine], listed: Mapping[tuple[str, str], str], start: date, end: date, calendar: Columns
) -> Timeline:
    """Draw the findings that are breaches, certain or possible. `listed` gives, for a clause and an ISO date, the
    anchor of the first finding in the page's table. What lies outside the span stands at its edge.
    """
    bins, step = _bins(start, end, calendar)
    lanes: dict[str, dict[int, list[FindingLine]]] = {}
    for finding in findings:
        if finding.verdict in (BREACHED, POSSIBLY):
            lanes.setdefault(finding.clause, {}).setdefault(_bin(finding.on, bins), []).append(finding)
    named = _named(lanes)
    totals = [_counted(found) for marks in lanes.values() for found in marks.values()]
    breached, possibly = sum(four.breached for four in totals), sum(four.possibly for four in totals)
    both = breached > 0 and possibly > 0
    high = _TOP + (_TWO if both else _LANE) * len(named) + 6
    inner = [*_grid(calendar, start, end, high), *_drawn(named, bins, start, end, listed, both)]
    drawing = Markup('<svg viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>').format(
        _WIDE, high, f"{breached} breaches and {possibly} possible breaches over time", Markup("").join(inner)
    )
    return Timeline(drawing, breached, possibly, step)


def _bins(start: date, end: date, calendar: Columns) -> tuple[list[Bin], str]:
    days = (end - start).days + 1
    width = 1 if days <= _DAYS else 7 if days <= 7 * _WEEKS else 0
    if width:
        firsts = [start + timedelta(first) for first in range(0, max(days, 1), width)]
        return [Bin(first, min(first + timedelta(width - 1), max(end, first))) for first in firsts], (
            "day" if width == 1 else "week"
        )
    months = [(_first(column.first), _after(column.last) - timedelta(1)) for column in calendar.columns]
    return [Bin(max(first, start), min(last, end)) for first, last in months], STEPS[calendar.step]


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _after(month: str) -> date:
    """The first day after a month, or of the very last month its last."""
    year, number = int(month[:4]), int(month[5:7])
    if (year, number) == (9999, 12):
        return date.max
    return date(year + number // 12, number % 12 + 1, 1)


def _bin(on: str, bins: Sequence[Bin]) -> int:
    """The bin of an ISO date; a date that is none, or lies outside, goes to the nearest edge."""
    low, high = 0, len(bins) - 1
    while low < high:
        middle = (low + high) // 2
        if on[:10] > bins[middle].last.isoformat():
            low = middle + 1
        else:
            high = middle
    return low


def _counted(findings: Iterable[FindingLine]) -> Four:
    breached = possibly = 0
    for finding in findings:
        breached += finding.count if finding.verdict == BREACHED else 0
        possibly += finding.count if finding.verdict == POSSIBLY else 0
    return Four(breached=breached, possibly=possibly)


def _named(lanes: Mapping[str, dict[int, list[FindingLine]]]) -> dict[str, dict[int, list[FindingLine]]]:
    """The lanes to draw, those with most breaches first, the clauses beyond the last in one together."""

    def weight(clause: str) -> tuple[int, int, str]:
        four = _counted(finding for found in lanes[clause].values() for finding in found)
        return (-four.breached, -four.possibly, clause)

    order = sorted(lanes, key=weight)
    own = order if len(order) <= LANES else order[: LANES - 1]
    named = {clause: lanes[clause] for clause in own}
    rest: dict[int, list[FindingLine]] = {}
    for clause in order[len(own) :]:
        for place, found in lanes[clause].items():
            rest.setdefault(place, []).extend(found)
    return named | ({OTHERS: rest} if rest else {})


def _x(day: date, start: date, end: date) -> float:
    span = max((end - start).days + 1, 1)
    return round(_LEFT + (_WIDE - _LEFT - 12) * min(max((day - start).days / span, 0), 1), 1)


def _grid(calendar: Columns, start: date, end: date, high: int) -> Iterator[Markup]:
    """A line at each month (or quarter, or year), named where there is room; the years above."""
    room, year = -100.0, None
    for column in calendar.columns:
        x = _x(_first(column.first), start, end)
        strong = column.year != year
        yield Markup('<path class="{}" d="M{} {}V{}"/>').format("gy" if strong else "gm", x, _TOP - 4, high)
        if strong and x - room > 30:
            year, room = column.year, x
            yield Markup('<text class="y" x="{}" y="14">{}</text>').format(x, column.year)
        if calendar.step < 12 and len(calendar.columns) <= 30:
            yield Markup('<text x="{}" y="30">{}</text>').format(x, column.short)


def _drawn(
    lanes: Mapping[str, dict[int, list[FindingLine]]],
    bins: Sequence[Bin],
    start: date,
    end: date,
    listed: Mapping[tuple[str, str], str],
    both: bool,
) -> Iterator[Markup]:
    lane = _TWO if both else _LANE
    for number, (clause, marks) in enumerate(lanes.items()):
        y = _TOP + lane * number + lane // 2
        yield Markup('<text class="l" x="0" y="{}"><title>{}</title>{}</text>').format(
            y + 4, plain(clause), plain(clause, 34)
        )
        yield Markup('<path class="gl" d="M{} {}H{}"/>').format(_LEFT, y, _WIDE - 12)
        for place, found in sorted(marks.items()):
            middle = bins[place].first + (bins[place].last - bins[place].first) / 2
            yield _mark(_x(middle, start, end), y, clause, bins[place], found, listed, both)


def _mark(
    x: float,
    y: int,
    clause: str,
    span: Bin,
    found: Sequence[FindingLine],
    listed: Mapping[tuple[str, str], str],
    both: bool,
) -> Markup:
    """A disc for breaches, a triangle for possible ones, one above the other where there are `both`; it leads to
    the first of them in the table.
    """
    four = _counted(found)
    apart, most = (6, 5.0) if both else (0, 11.0)
    shapes = []
    if four.breached:
        shapes.append(
            Markup('<circle class="tb" cx="{}" cy="{}" r="{}"/>').format(x, y - apart, _size(four.breached, most))
        )
    if four.possibly:
        half, foot = _size(four.possibly, most), y + apart + 1
        shapes.append(
            Markup('<path class="tp" d="M{} {}l{} {}h-{}z"/>').format(x, foot - half, half, 2 * half - 1, 2 * half)
        )
    parts = [(four.breached, "breached"), (four.possibly, "possibly breached")]
    words = ", ".join(f"{number:,} {word}" for number, word in parts if number)
    inner = Markup("").join([*shapes, Markup("<title>{}, {}: {}</title>").format(plain(clause), span, words)])
    anchor = next((listed[key] for key in ((each.clause, each.on) for each in found) if key in listed), "")
    if not anchor:
        return Markup("<g>{}</g>").format(inner)
    return Markup('<a href="#{}" data-span="{}|{}|{}">{}</a>').format(
        anchor, span.first.isoformat(), span.last.isoformat(), "" if clause == OTHERS else "own", inner
    )


def _size(number: int, most: float) -> float:
    """The radius of a mark: its area grows with the number, up to where it would touch its neighbour."""
    return round(min(2 + 1.1 * sqrt(number), most), 1)
