"""A small YAML file as plain data that remembers its lines: text, nothing, tables and lists, and no more.

Every scalar stays the text that was written (``no`` is not false, ``2015-01-01`` is text), so that it compares with
cells; only an unquoted ``null``, ``~`` or nothing is None. Anchors, aliases, tags and repeated keys are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from quorate.log.tables.errors import BadMapping, NoTable

MAX_BYTES = 4 << 20
_INT = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Item:
    """A part of the file: text, None, a table (`dict` of items) or a list of items; `where` is ``file:line``."""

    value: Any
    where: str
    plain: bool = False  # written without quotes

    def text(self) -> str:
        """The text; raise `BadMapping` for anything else."""
        if not isinstance(self.value, str):
            raise BadMapping(self.where, "text is wanted here")
        return self.value

    def table(self) -> dict[str, Item]:
        """The table; raise `BadMapping` for anything else."""
        if not isinstance(self.value, dict):
            raise BadMapping(self.where, "a table of `name: value` is wanted here")
        return self.value

    def items(self) -> list[Item]:
        """The list, or the one item as a list."""
        return self.value if isinstance(self.value, list) else [self]

    def scalar(self) -> Scalar:
        """Text, or what an unquoted whole number, true or false stands for; raise `BadMapping` for a table or list."""
        if self.value is None:
            return None
        text = self.text()
        if self.plain and text in ("true", "false"):
            return text == "true"
        return int(text) if self.plain and _INT.fullmatch(text) else text


def read_yaml(path: Path) -> Item:
    """The file as an `Item`. Raise `NoTable` when it cannot be opened, `BadMapping` for its form."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NoTable(str(path), f"the mapping cannot be read: {error.strerror or error}.") from None
    if len(raw) > MAX_BYTES:
        raise BadMapping(str(path), f"a mapping is at most {MAX_BYTES >> 20} MiB long")
    try:
        text = raw.decode("utf-8-sig")
        _refuse_references(text, path.name)
        node = yaml.compose(text, _LOADER)
        return _item(node, path.name) if node else Item({}, f"{path.name}:1")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadMapping(f"{path.name}:{line}", "this is not UTF-8", "Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        raise _broken(error, path.name) from None
    except RecursionError:
        raise BadMapping(path.name, "it is nested too deeply") from None


def _refuse_references(text: str, name: str) -> None:
    for event in yaml.parse(text, _LOADER):
        where = f"{name}:{event.start_mark.line + 1 if event.start_mark else 1}"
        if getattr(event, "anchor", None):
            raise BadMapping(where, "anchors and aliases are not taken", "Write it out.")
        if getattr(event, "tag", None):
            raise BadMapping(where, "tags are not taken", "Leave the tag out.")


def _broken(error: yaml.YAMLError, name: str) -> BadMapping:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f"{name}:{mark.line + 1}" if mark else name
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return BadMapping(where, f"this is not YAML: {problem}", "Look at the indentation, quotes and brackets here.")


def _item(node: yaml.Node, name: str) -> Item:
    where = f"{name}:{node.start_mark.line + 1}"
    if isinstance(node, yaml.ScalarNode):
        if not node.value.isascii() and any("\ud800" <= mark <= "\udfff" for mark in node.value):
            raise BadMapping(where, "half a surrogate pair is no text", "Write the character itself.")
        plain = not node.style  # None or empty, by the parser
        return Item(None if plain and node.value in ("", "~", "null") else node.value, where, plain)
    if isinstance(node, yaml.SequenceNode):
        return Item([_item(part, name) for part in node.value], where)
    table: dict[str, Item] = {}
    for key, value in node.value:
        place = f"{name}:{key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode):
            raise BadMapping(place, "a key is text")
        if key.value in table:
            raise BadMapping(place, f"{key.value!r} stands here twice", "Keep one.")
        table[key.value] = _item(value, name)
    return Item(table, where)
