"""Clause ids beside their lines, where they can be read: clear of boxes, of other labels and of other lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from quorate.chart.courses import Drawn
from quorate.chart.text import LABEL, width

_HIGH = 11.0
_END = 13.0  # room left for an arrowhead

Rect = tuple[float, float, float, float]  # left, top, right, bottom
Segment = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Label:
    """A clause's id, centred on its line at `x`, `y`."""

    clause: str
    kind: str
    x: float
    y: float

    @property
    def rect(self) -> Rect:
        """The room the label takes."""
        half = width(self.clause, LABEL) / 2 + 2
        return self.x - half, self.y - _HIGH / 2, self.x + half, self.y + _HIGH / 2


def segments(points: Sequence[tuple[float, float]]) -> Iterator[Segment]:
    """The straight pieces of a course."""
    yield from pairwise(points)


def touches(rect: Rect, segment: Segment, air: float = 1.0) -> bool:
    """Whether a level or upright piece of line runs through a rectangle, or closer to it than `air`."""
    (x1, y1), (x2, y2) = segment
    left, top, right, bottom = rect
    return (
        min(x1, x2) < right + air
        and max(x1, x2) > left - air
        and min(y1, y2) < bottom + air
        and max(y1, y2) > top - air
    )


def overlap(one: Rect, other: Rect, air: float = 0.0) -> bool:
    """Whether two rectangles overlap, or come closer than `air`."""
    return one[0] < other[2] + air and other[0] < one[2] + air and one[1] < other[3] + air and other[1] < one[3] + air


def labels(drawn: Sequence[Drawn], solid: Iterable[Rect], page: Rect) -> tuple[Label, ...]:
    """One label for each clause of each bundle that has room for it, on the part of the line that is the
    clause's own.
    """
    taken = list(solid)
    found: list[Label] = []
    done = set()
    for line in drawn:
        key = (line.way.line.clause, line.way.net)
        if key in done:
            continue
        strangers = [
            segment
            for other in drawn
            if (other.way.line.clause, other.way.net) != key
            for segment in segments(other.points)
        ]
        label = next((x for x in _places(line) if _fits(x, line, strangers, taken, page)), None)
        if label is not None:
            done.add(key)
            found.append(label)
            taken.append(label.rect)
    return tuple(found)


def _places(line: Drawn) -> Iterator[Label]:
    """Places to try: on the longest level pieces first, then on upright ones, from the middle outwards."""
    pieces = list(segments(line.points))
    last = len(pieces) - 1
    room = width(line.way.line.clause, LABEL) + 4
    order = sorted(range(len(pieces)), key=lambda i: (pieces[i][0][1] != pieces[i][1][1], -_length(pieces[i]), i))
    for place in order:
        (x1, y1), (x2, y2) = pieces[place]
        level = y1 == y2
        free = _length(pieces[place]) - (room if level else _HIGH) - _END * ((place == 0) + (place == last))
        if free < 0:
            continue
        for share in (0.5, 0.3, 0.7, 0.12, 0.88, 0.0, 1.0):
            ahead = _END * (place == 0) + (room if level else _HIGH) / 2 + free * share
            step = ahead / _length(pieces[place])
            yield Label(
                line.way.line.clause,
                line.way.line.kind,
                round(x1 + (x2 - x1) * step, 1),
                round(y1 + (y2 - y1) * step, 1),
            )


def _length(segment: Segment) -> float:
    return abs(segment[0][0] - segment[1][0]) + abs(segment[0][1] - segment[1][1])


def _fits(label: Label, line: Drawn, strangers: Sequence[Segment], taken: Sequence[Rect], page: Rect) -> bool:
    rect = label.rect
    if rect[0] < page[0] or rect[1] < page[1] or rect[2] > page[2] or rect[3] > page[3]:
        return False
    if any(overlap(rect, other, 2) for other in taken):
        return False
    own = [segment for segment in segments(line.points) if touches(rect, segment)]
    return len(own) == 1 and not any(touches(rect, segment) for segment in strangers)
