"""The chart as SVG: panels, boxes, lines with their clause as tooltip, labels, a legend. Accessible and
deterministic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from quorate.chart.courses import Course, Drawn
from quorate.chart.labels import Label, Rect
from quorate.chart.lines import BY_KIND, LOOKS, Look
from quorate.chart.measure import INSET, SIZES, TITLE, Cell
from quorate.chart.place import tall
from quorate.chart.text import LABEL, clean, width, wrap

TOP = 74.0  # the height of the title
_INK, _SOFT = "#1b222b", "#4a5463"
FONTS = "'Noto Sans', 'DejaVu Sans', 'Liberation Sans', Arial, Helvetica, sans-serif"
_PANELS = {
    "own": ("#f3f5f8", "#d5dae2", ""),
    "affiliated": ("#f6f3ec", "#c9bd9e", "5 4"),
    "outside": ("#f2f2f2", "#9a9a9a", "2 4"),
}
_STYLE = f"""
text {{ font-family: {FONTS}; fill: {_INK}; }}
.title {{ font-size: 24px; font-weight: bold; }}
.subtitle {{ font-size: 13px; fill: {_SOFT}; }}
.name {{ font-size: {SIZES["name"]}px; font-weight: bold; }}
.label {{ font-size: {SIZES["label"]}px; }}
.of {{ font-size: {SIZES["of"]}px; fill: {_SOFT}; }}
.row {{ font-size: {SIZES["row"]}px; }}
.row-label {{ font-size: {SIZES["row-label"]}px; }}
.count {{ font-size: {SIZES["count"]}px; fill: {_SOFT}; }}
.clause {{ font-size: {LABEL}px; }}
.key {{ font-size: 12px; }}
.organ > rect.body {{ fill: #ffffff; stroke: #36404e; stroke-width: 1.4; }}
.unit > rect.body {{ fill: #e6ebf3; stroke: #36404e; stroke-width: 1; }}
.office rect {{ fill: #f7f3e6; stroke: #9c9070; stroke-width: 0.8; }}
.inner rect {{ fill: #f7f9fc; stroke: #7d8aa0; stroke-width: 0.8; }}
.course {{ fill: none; stroke-width: 1.8; stroke-linejoin: round; }}
.under {{ fill: none; stroke: #ffffff; stroke-width: 5; stroke-opacity: 0.85; }}
""".strip()


@dataclass(frozen=True, slots=True)
class Headline:
    """What stands above the drawing and describes it: the title, the dates and the label below it, and a
    sentence for those who cannot see it.
    """

    title: str
    subtitle: str
    label: str
    description: str


def render(course: Course, labels: Sequence[Label], head: Headline, standings: Mapping[str, str]) -> str:
    """Write the drawing. `standings` gives each tier's standing: own, affiliated or outside."""
    wide = course.grid.width
    kinds = {drawn.way.line.kind for drawn in course.drawn}
    key, high = _legend(course, [look for look in LOOKS if look.kind in kinds])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(wide)}" height="{_n(high)}" '
        f'viewBox="0 0 {_n(wide)} {_n(high)}" role="img" aria-labelledby="chart-title chart-desc">',
        f'<title id="chart-title">{_text(head.title)}</title>',
        f'<desc id="chart-desc">{_text(head.description)}</desc>',
        f"<style>{_STYLE}</style>",
        f"<defs>{''.join(_head(look) for look in LOOKS if look.kind in kinds)}</defs>",
        f'<rect width="{_n(wide)}" height="{_n(high)}" fill="#ffffff"/>',
        f'<text class="title" x="24" y="40">{_text(head.title)}</text>',
        f'<text class="subtitle" x="24" y="62">{_text(head.subtitle)}</text>',
        *(
            [f'<text class="subtitle" x="{_n(36 + width(head.subtitle, 13))}" y="62">{_text(head.label)}</text>']
            if head.label
            else []
        ),
        *_panels(course, standings),
        *(piece for row in course.grid.rows for cell in row for piece in _box(course, cell)),
        *_lines(course.drawn),
        *_labels(labels),
        *key,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _text(text: str) -> str:
    return escape(clean(text))


def _attr(text: str) -> str:
    return quoteattr(clean(text))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _rect(rect: Rect, css: str = "", more: str = "") -> str:
    left, top, right, bottom = rect
    name = f' class="{css}"' if css else ""
    return f'<rect{name} x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}"{more}/>'


def rect_of(course: Course, cell: Cell) -> Rect:
    """A box's place on the page."""
    x, y = course.grid.x[cell.box.id], course.y[course.grid.row_of[cell.box.id]]
    return x, y, x + cell.width, y + cell.height


def _panels(course: Course, standings: Mapping[str, str]) -> Iterator[str]:
    number = 0
    for level in course.grid.levels:
        rows = max(tall(column) for column in level)
        for column in level:
            for panel in column:
                first = number + panel.start
                last = number + rows - 1 if panel is column[-1] else first + len(panel.rows) - 1
                bottom = course.y[last] + max(cell.height for cell in course.grid.rows[last]) + 10
                fill, edge, dash = _PANELS[standings[panel.tier.id]]
                dashed = f' stroke-dasharray="{dash}"' if dash else ""
                more = f' rx="6" fill="{fill}" stroke="{edge}"{dashed} data-tier={_attr(panel.tier.id)}'
                yield _rect((panel.left - TITLE - 14, course.y[first] - 10, panel.right + 10, bottom), "panel", more)
        number += rows


def _box(course: Course, cell: Cell) -> Iterator[str]:
    box = cell.box
    left, top, right, bottom = rect_of(course, cell)
    yield f'<g class="box {box.sort}" data-id={_attr(box.id)}>'
    if box.sort != "heading":
        of = f" of {box.of}" if box.of else ""
        yield f"<title>{_text(box.name + of)}</title>"
        yield _rect((left, top, right, bottom), "body", f' rx="{3 if box.sort == "organ" else 9}"')
    for row in box.rows:
        start, tall = cell.rows[row.id]
        css = "office" if row.sort == "office" else "inner"
        strip = (left + INSET, top + start, right - INSET, top + start + tall)
        shape = _rect(strip, "", ' rx="2"')
        yield f'<g class="{css}" data-id={_attr(row.id)}><title>{_text(row.name)}</title>{shape}</g>'
    for words in cell.words:
        anchor = ' text-anchor="middle"' if words.middle else ""
        yield (
            f'<text class="{words.style}" x="{_n(left + words.x)}" y="{_n(top + words.y)}"{anchor}>'
            f"{_text(words.text)}</text>"
        )
    yield "</g>"


def _d(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _stroke(look: Look) -> str:
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    cap = ' stroke-linecap="round"' if look.kind == "reports" else ""
    return f' stroke="{look.colour}"{dash}{cap}'


def _lines(drawn: Sequence[Drawn]) -> Iterator[str]:
    """Bundle by bundle: first a light casing, so that crossings read as one line passing over another, then the lines.

    Lines are written from the end their bundle shares, so that their dashes fall together where they run together.
    """
    nets = sorted({line.way.net for line in drawn})
    for net in nets:
        bundle = [line for line in drawn if line.way.net == net]
        look = BY_KIND[net[0]]
        for line in bundle:
            yield f'<path class="under" d="{_d(line.points)}"/>'
        for line in bundle:
            way = line.way.line
            ends = (line.way.line.start, line.way.line.end)
            start, end = (row or box for box, row in ends)
            points, marker = (line.points, "marker-end") if look.hub == "start" else (line.points[::-1], "marker-start")
            yield (
                f'<path class="course" data-clause={_attr(way.clause)} data-kind="{way.kind}" data-from={_attr(start)} '
                f'data-to={_attr(end)} d="{_d(points)}"{_stroke(look)} {marker}="url(#head-{look.kind})">'
                f"<title>{_text(f'{way.clause}: {way.words}')}</title></path>"
            )


def _labels(labels: Sequence[Label]) -> Iterator[str]:
    for label in labels:
        colour = BY_KIND[label.kind].colour
        yield _rect(label.rect, "halo", ' rx="2" fill="#ffffff"')
        yield (
            f'<text class="clause" x="{_n(label.x)}" y="{_n(label.y + 3.3)}" text-anchor="middle" '
            f'style="fill:{colour}">{_text(label.clause)}</text>'
        )


_HEADS = {
    "triangle": '<path d="M0,0 L10,5 L0,10 Z" fill="{c}"/>',
    "hollow": '<path d="M0.8,0.8 L9.4,5 L0.8,9.2 Z" fill="#ffffff" stroke="{c}" stroke-width="1.5"/>',
    "vee": '<path d="M1,0.5 L9.4,5 L1,9.5" fill="none" stroke="{c}" stroke-width="2"/>',
    "diamond": '<path d="M0,5 L5,1 L10,5 L5,9 Z" fill="{c}"/>',
    "dot": '<circle cx="5" cy="5" r="4.4" fill="{c}"/>',
    "double": '<path d="M0,0.5 L5,5 L0,9.5 M4.6,0.5 L9.6,5 L4.6,9.5" fill="none" stroke="{c}" stroke-width="1.8"/>',
}


def _head(look: Look) -> str:
    """An arrowhead; its tip lies on the end of the line."""
    return (
        f'<marker id="head-{look.kind}" viewBox="0 0 10 10" refX="9.6" refY="5" markerWidth="10" markerHeight="10" '
        f'markerUnits="userSpaceOnUse" orient="auto-start-reverse">{_HEADS[look.head].format(c=look.colour)}</marker>'
    )


def _legend(course: Course, looks: Sequence[Look]) -> tuple[list[str], float]:
    """The key to lines and boxes, below the drawing, and the height of the whole page."""
    found = []
    x, y = 24.0, course.height + 34
    room = course.grid.width - 24

    def next_place(need: float) -> tuple[float, float]:
        nonlocal x, y
        if x > 24 and x + need > room:
            x, y = 24.0, y + 26
        here = x
        x += need
        return here, y

    for look in looks:
        at, line = next_place(64 + width(look.meaning, 12) + 26)
        marker = f' marker-end="url(#head-{look.kind})"'
        found.append(
            f'<path class="course key-line" d="M{_n(at)},{_n(line)} L{_n(at + 54)},{_n(line)}"{_stroke(look)}{marker}/>'
        )
        found.append(f'<text class="key" x="{_n(at + 62)}" y="{_n(line + 4)}">{_text(look.meaning)}</text>')
    for css, meaning in (("organ", "organ"), ("unit", "unit or body"), ("office", "office")):
        at, line = next_place(40 + width(meaning, 12) + 26)
        sample = _rect((at, line - 8, at + 28, line + 8), "body", ' rx="3"')
        found.append(f'<g class="{css}">{sample}</g>')
        found.append(f'<text class="key" x="{_n(at + 36)}" y="{_n(line + 4)}">{_text(meaning)}</text>')
    note = "× n: there are n, one in each unit. Small type on a line: the id of its clause."
    for part in wrap(note, 12, room - 24):
        at, line = next_place(width(part, 12) + 10)
        found.append(f'<text class="key" x="{_n(at)}" y="{_n(line + 4)}">{_text(part)}</text>')
    return found, y + 30
