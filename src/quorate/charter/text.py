"""The text of a charter's file: decoded once, refused where it is not plain UTF-8, and the places in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from quorate.charter.findings import Finding

# What editors and YAML count differently or do not show: controls, lone carriage returns, Unicode line ends, marks.
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")
_WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class Place(NamedTuple):
    """A line and column, counted from nought, in characters."""

    line: int
    column: int


@dataclass(frozen=True)
class Text:
    """A file's name, as findings cite it, and its content."""

    name: str
    content: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return self.content.split("\n")

    def line(self, number: int) -> str:
        """A line by its number from nought; empty beyond the end."""
        return self.lines[number] if number < len(self.lines) else ""

    def where(self, place: Place) -> str:
        """``file:line:column``, counted from one; a place beyond the text is drawn back to its last line."""
        last = len(self.lines) - 1
        while last > 0 and not self.lines[last].strip():
            last -= 1
        line = place.line if place.line < last else last
        column = place.column if line == place.line else len(self.lines[line])
        return f"{self.name}:{line + 1}:{min(column, len(self.lines[line])) + 1}"

    def place_of(self, offset: int) -> Place:
        """The place of the character at an offset."""
        before = self.content[:offset]
        return Place(before.count("\n"), offset - (before.rfind("\n") + 1))


def decode(name: str, data: bytes) -> Text | Finding:
    """The text of a file, or why it is refused: not UTF-8 (RFC 3629), or characters that a reader cannot see."""
    wide = _WIDE.get(data[:2])
    if wide:
        return Finding("encoding", f"{name}:1:1", f"the file is {wide}", advice="Save it as UTF-8.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = Text(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        good = Text(name, data[: error.start].decode("utf-8"))
        where = good.where(good.place_of(len(good.content)))
        message = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        return Finding("encoding", where, message, advice="Save the file as UTF-8.")
    odd = _ODD.search(text.content)
    if odd:
        where = text.where(text.place_of(odd.start()))
        message = f"the character U+{ord(odd.group()[0]):04X} cannot stand in a charter"
        return Finding("encoding", where, message, advice="Remove it; end lines as usual and save as UTF-8.")
    return text
