"""How much room text takes, without asking for a font: the drawing must come out the same wherever it is made."""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width

LABEL = 9.5  # the size of the clauses' ids beside lines

# Widths of the printable ASCII characters, in hundredths of the font size, of a wide common sans-serif face
# (DejaVu Sans, rounded up). Narrower faces leave a little air; none overflows.
_WIDE = {"m": 98, "w": 82, "M": 87, "W": 99, "@": 100, "%": 96, "—": 100, "…": 100, "×": 84, "&": 78}
_NARROW = {**dict.fromkeys("ijlI'|", 30), **dict.fromkeys("frt.,:;!() []/-·", 41)}
_BOLD = 1.12
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text on one line, without the characters that XML 1.0 (section 2.2) does not allow."""
    return " ".join(_NOT_XML.sub("\ufffd", text).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """An upper estimate of the width of a line of text, in the units of `size`."""
    return sum(_advance(char) for char in text) * size / 100 * (_BOLD if bold else 1)


def _advance(char: str) -> int:
    if combining(char):
        return 0
    if east_asian_width(char) in "WF":
        return 100
    return _WIDE.get(char) or _NARROW.get(char) or (70 if char.isupper() else 64)


def wrap(text: str, size: float, room: float, *, lines: int = 3, bold: bool = False) -> tuple[str, ...]:
    """Break text into at most `lines` lines no wider than `room`; what does not fit ends in an ellipsis."""
    found: list[str] = []
    current = ""
    for word in _pieces(clean(text), size, room, bold):
        longer = f"{current} {word}" if current else word
        if width(longer, size, bold=bold) <= room:
            current = longer
        else:
            found.append(current)
            current = word
    found = [line for line in [*found, current] if line]
    if len(found) > lines:
        found = [*found[: lines - 1], _shortened(f"{found[lines - 1]} {found[lines]}", size, room, bold)]
    return tuple(found)


def _pieces(text: str, size: float, room: float, bold: bool) -> list[str]:
    """The words, those longer than a line broken where it ends."""
    found = []
    for word in text.split():
        rest = word
        while width(rest, size, bold=bold) > room and len(rest) > 1:
            cut = len(rest) - 1
            while cut > 1 and width(rest[:cut], size, bold=bold) > room:
                cut -= 1
            found.append(rest[:cut])
            rest = rest[cut:]
        found.append(rest)
    return found


def _shortened(text: str, size: float, room: float, bold: bool) -> str:
    while len(text) > 1 and width(f"{text}…", size, bold=bold) > room:
        text = text[:-1].rstrip()
    return f"{text}…"
