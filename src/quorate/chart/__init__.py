"""Charts: a charter's tiers, organs, offices and the lines between them, as SVG and PNG.

    svg = draw(read(path))
    picture = png(svg)

The layout is our own, for a chart of committees has a shape of its own: tiers are bands, and lines run level
and upright in channels
between rows and in gaps between boxes, never through a box they do not belong to (the layered drawing of
Sugiyama, Tagawa & Toda 1981 with
channel routing).
"""

from quorate.chart.drawing import UnknownFocus, draw
from quorate.chart.raster import NoFont, png, undrawable

__all__ = ["NoFont", "UnknownFocus", "draw", "png", "undrawable"]
