"""The drawing as PNG, with the fonts there are; labels that none of them can draw are left out."""

from __future__ import annotations

from functools import lru_cache
from xml.etree import ElementTree

from resvg_py import svg_to_bytes

from quorate.errors import QuorateError

# Families with Latin letters, by system: the generic names mean nothing to the renderer unless one of them is told.
_FAMILIES = (
    "Noto Sans", "DejaVu Sans", "Liberation Sans", "Arial", "Helvetica", "Helvetica Neue", "Segoe UI", "Verdana",
    "Open Sans", "Roboto", "Ubuntu", "Cantarell", "FreeSans", "Nimbus Sans", "Droid Sans", "Tahoma",
)  # fmt: skip
_MISSING = "\U0010fffd"  # the last private-use character: what a font draws for it, it draws for any character it lacks
_SVG = "http://www.w3.org/2000/svg"


class NoFont(QuorateError):
    """No font on this machine can draw Latin letters."""

    def __init__(self) -> None:
        super().__init__(
            "no font here can draw the chart's text as PNG",
            advice="Install a common sans-serif font such as DejaVu Sans or Noto Sans, or use the SVG.",
        )


def png(svg: str, *, zoom: float = 2.0) -> bytes:
    """Render a chart that `draw` made; `zoom` is the number of pixels to its unit of length (2: 192 to the inch).

    Text of the organisation's own language that no font here can draw is left out, not drawn as empty boxes;
    `undrawable` tells which. Raises `NoFont` where there is no font at all.
    """
    root, left_out = _checked(svg)
    for parent in root.iter():
        for child in list(parent):
            if child in left_out:
                parent.remove(child)
    ElementTree.register_namespace("", _SVG)
    drawn = ElementTree.tostring(root, encoding="unicode")
    return bytes(svg_to_bytes(svg_string=drawn, zoom=zoom, sans_serif_family=_family(), font_family=_family()))


def undrawable(svg: str) -> tuple[str, ...]:
    """The texts of a chart that no font here can draw, and which `png` therefore leaves out, each once in order."""
    return tuple(dict.fromkeys(element.text or "" for element in _checked(svg)[1]))


def _checked(svg: str) -> tuple[ElementTree.Element, list[ElementTree.Element]]:
    root = ElementTree.fromstring(svg)
    family = _family()
    texts = root.iter(f"{{{_SVG}}}text")
    return root, [e for e in texts if any(not _drawable(char, family) for char in set(e.text or ""))]


@lru_cache(maxsize=1)
def _family() -> str:
    """The first family this machine has."""
    blank = _sample(" ", "serif")
    for family in _FAMILIES:
        if _sample("A", family) != blank:
            return family
    raise NoFont


@lru_cache(maxsize=8192)
def _drawable(char: str, family: str) -> bool:
    return (
        char.isspace() or (char.isascii() and char.isprintable()) or _sample(char, family) != _sample(_MISSING, family)
    )


@lru_cache(maxsize=8192)
def _sample(char: str, family: str) -> bytes:
    """A small picture of one character: two characters that no font has look the same."""
    svg = (
        f'<svg xmlns="{_SVG}" width="24" height="24"><text x="3" y="18" font-size="16" font-family="{family}">'
        f"&#{ord(char)};</text></svg>"
    )
    return bytes(svg_to_bytes(svg_string=svg))
