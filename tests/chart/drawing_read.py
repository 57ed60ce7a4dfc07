"""A drawing read back from its SVG, as someone looking at it would: boxes, rows, lines, texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from xml.etree import ElementTree

from quorate.chart.text import width

NS = "{http://www.w3.org/2000/svg}"
Rect = tuple[float, float, float, float]
Point = tuple[float, float]
_SIZE = {"name": 13, "label": 12, "of": 10.5, "row": 11.5, "row-label": 11, "count": 11.5, "clause": 9.5}


@dataclass(frozen=True)
class Course:
    clause: str
    kind: str
    start: str
    end: str
    points: tuple[Point, ...]
    tooltip: str

    def pieces(self) -> list[tuple[Point, Point]]:
        return list(zip(self.points, self.points[1:], strict=False))


@dataclass(frozen=True)
class Seen:
    root: ElementTree.Element
    boxes: dict[str, Rect]
    rows: dict[str, Rect]
    box_of: dict[str, str]
    courses: list[Course]
    texts: list[tuple[str, str, Rect]]
    ids: list[str]

    def rect(self, ident: str) -> Rect:
        return self.rows.get(ident) or self.boxes[ident]


def _rect(element: ElementTree.Element) -> Rect:
    x, y, w, h = (float(element.get(key, "nan")) for key in ("x", "y", "width", "height"))
    return x, y, x + w, y + h


def _texts(root: ElementTree.Element) -> Iterator[tuple[str, str, Rect]]:
    for text in root.iter(f"{NS}text"):
        css, said = text.get("class", ""), text.text or ""
        if css not in _SIZE:
            continue
        wide = width(said, _SIZE[css], bold=css == "name")
        x, y = float(text.get("x", "nan")), float(text.get("y", "nan"))
        left = x - wide / 2 if text.get("text-anchor") == "middle" else x
        yield css, said, (left, y - _SIZE[css] * 0.76, left + wide, y + _SIZE[css] * 0.22)


def read(svg: str) -> Seen:
    root = ElementTree.fromstring(svg)
    boxes, rows, box_of, ids = {}, {}, {}, []
    for group in root.iter(f"{NS}g"):
        if group.get("class", "").startswith("box ") and "heading" not in group.get("class", ""):
            box = group.get("data-id", "")
            ids.append(box)
            boxes[box] = _rect(group.find(f"{NS}rect"))
            for row in group.findall(f"{NS}g"):
                ids.append(row.get("data-id", ""))
                rows[ids[-1]] = _rect(row.find(f"{NS}rect"))
                box_of[ids[-1]] = box
    courses = []
    for path in root.iter(f"{NS}path"):
        if path.get("data-clause"):
            points = tuple(
                tuple(map(float, p[1:].split(","))) for p in f" {path.get('d')}".replace(" M", " L").split(" ")[1:]
            )
            if path.get("marker-start"):
                points = points[::-1]
            said = [path.get(f"data-{key}", "") for key in ("clause", "kind", "from", "to")]
            courses.append(Course(*said, points, path.findtext(f"{NS}title") or ""))
    return Seen(root, boxes, rows, box_of, courses, list(_texts(root)), ids)


def overlap(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def through(piece: tuple[Point, Point], rect: Rect) -> bool:
    """Whether a level or upright piece of line runs through the inside of a rectangle."""
    (x1, y1), (x2, y2) = piece
    inner = (rect[0] + 0.1, rect[1] + 0.1, rect[2] - 0.1, rect[3] - 0.1)
    return overlap((min(x1, x2) - 0.01, min(y1, y2) - 0.01, max(x1, x2) + 0.01, max(y1, y2) + 0.01), inner)


def on_edge(point: Point, rect: Rect) -> bool:
    x, y = point
    within = rect[0] - 0.2 <= x <= rect[2] + 0.2 and rect[1] - 0.2 <= y <= rect[3] + 0.2
    edges = (abs(x - rect[0]), abs(x - rect[2]), abs(y - rect[1]), abs(y - rect[3]))
    return within and min(edges) <= 0.2


def inside(inner: Rect, outer: Rect) -> bool:
    return outer[0] <= inner[0] <= inner[2] <= outer[2] and outer[1] <= inner[1] <= inner[3] <= outer[3]


def lying_together(seen: Seen, apart: float = 3.0) -> Iterator[tuple[Course, Course]]:
    """Lines of different bundles that run along one another closer than `apart`."""
    for one, other in combinations(seen.courses, 2):
        if one.kind == other.kind and (one.start == other.start or one.end == other.end):
            continue
        for first, second in product(one.pieces(), other.pieces()):
            upright = first[0][0] == first[1][0]
            if upright != (second[0][0] == second[1][0]):
                continue
            along, beside = (1, 0) if upright else (0, 1)
            spans = [sorted(point[along] for point in piece) for piece in (first, second)]
            meet = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
            if meet > 0 and abs(first[0][beside] - second[0][beside]) <= apart:
                yield one, other
