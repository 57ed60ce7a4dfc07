"""A report's page read back, as a browser without JavaScript would: rows, links, what it would load, its data."""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from quorate.auditing.report.packed import EMPTY, LETTERS, LONG
from quorate.auditing.report.tally import Four

VOID = {"meta", "wbr", "input", "link", "br"}
LOADING = {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "xlink:href"}


@dataclass
class Read(HTMLParser):
    """The page. `rows` has the cells' texts by the row's id, `kinds` the glyphs and tooltips of each calendar row."""

    text: str
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    rows: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    scripts: list[tuple[dict[str, str | None], str]] = field(default_factory=list)
    style: str = ""
    astray: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._row = self._section = ""
        self.feed(self.text)
        self.close()
        self.astray += self._open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self.tags.append((tag, named))
        if tag not in VOID:
            self._open.append(tag)
        if "id" in named:
            self.ids.append(named["id"] or "")
        self.loads += [f"{tag} {name}={value}" for name, value in attributes if name in LOADING]
        if tag == "link" or (tag != "a" and tag != "use" and "href" in named):
            self.loads.append(f"{tag} {named.get('href')}")
        if tag == "a":
            self.links.append(named.get("href") or "")
        if tag == "section":
            self._section = named["id"] or ""
        if tag == "tr":
            self._row = named.get("id") or ""
            self.rows.setdefault(self._row, [])
        if tag in ("td", "th") and self._row:
            self.rows[self._row].append("")
        if tag == "script":
            self.scripts.append((named, ""))
        if tag == "use" and self._row:
            self.kinds.setdefault(self._row, []).append(((named["href"] or "")[2:], ""))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.astray.append(f"/{tag}")
        if tag == "tr" and self._row:
            self.rows[self._row] = [cell.strip() for cell in self.rows[self._row]]
            self._row = ""
        if tag == "section":
            self._section = ""

    def handle_data(self, text: str) -> None:
        where = self._open[-1] if self._open else ""
        if where == "script":
            named, before = self.scripts[-1]
            self.scripts[-1] = (named, before + text)
        elif where == "style":
            self.style += text
        elif where == "title" and "svg" in self._open:
            if self._row and self.kinds.get(self._row):
                kind, before = self.kinds[self._row][-1]
                self.kinds[self._row][-1] = (kind, before + text)
        elif self._row and self.rows[self._row]:
            self.rows[self._row][-1] += text
        if self._section and where not in ("script", "style"):
            self.sections[self._section] = self.sections.get(self._section, "") + text

    def of(self, letter: str) -> dict[str, list[str]]:
        """The rows whose id is this letter and a number: c clauses, u units, f findings, e evidence."""
        return {name: cells for name, cells in self.rows.items() if re.fullmatch(rf"{letter}\d+", name)}

    @property
    def data(self) -> Any:
        """The data that the page's script works on."""
        return json.loads(next(text for named, text in self.scripts if named.get("type") == "application/json"))


def unpacked(data: Any) -> list[list[list[Four]]]:
    """By clause and row of the calendar, the counts of each column; read as the page's script reads them."""
    text = zlib.decompress(base64.b64decode(data["cells"]), -15).decode()
    return [[_row(row, data["kinds"]) for row in clause.split(",")] for clause in text.split("\n")]


def _row(row: str, kinds: list[list[Any]]) -> list[Four]:
    found, at = [], 0
    while at < len(row):
        place = -1
        if row[at] == LONG:
            high, middle, low = (LETTERS.index(char) for char in row[at + 1 : at + 4])
            place, at = len(LETTERS) + (high << 12 | middle << 6 | low), at + 3
        elif row[at] != EMPTY:
            place = LETTERS.index(row[at])
        found.append(Four(*kinds[place][:4]) if place >= 0 else Four())
        at += 1
    return found
