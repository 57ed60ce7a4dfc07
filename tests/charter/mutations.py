"""Systematic ways to break a good charter, each with the line it breaks and the words a finding must show or stand at.

Edits are made to the text by the marks of PyYAML's own composer, which shares nothing with the reader under test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import yaml

Path = tuple[str | int, ...]

# Keys whose values name something declared elsewhere in the charter.
REFERRING = {
    "apportioned_by", "business", "checked_by", "conference", "elected_by", "elects", "excludes", "executive",
    "items", "office", "offices", "organ", "organs", "parent", "posts", "reserved", "source", "sits_on", "tier",
    "to_above", "to_organ", "to_tier", "to_units", "under",
}  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """A broken charter: what was done, the files, the line of the edit (from one), words that may name it instead."""

    name: str
    files: dict[str, bytes]
    line: int | None = None
    named: tuple[str, ...] = ()
    file: str = "charter.yaml"


@dataclass(frozen=True)
class Edit:
    """A mutation not made yet: there are thousands, and a test takes a sample."""

    name: str
    make: Callable[[], Mutation]


@dataclass(frozen=True)
class Pair:
    """A key and its value in the YAML, with the keys and indexes that lead to them."""

    path: Path
    key: yaml.ScalarNode
    value: yaml.Node
    following: yaml.ScalarNode | None
    holder: yaml.MappingNode


def pairs(node: yaml.Node, path: Path = ()) -> Iterator[Pair]:
    """Every key with its value."""
    if isinstance(node, yaml.MappingNode):
        for index, (key, value) in enumerate(node.value):
            following = node.value[index + 1][0] if index + 1 < len(node.value) else None
            yield Pair((*path, key.value), key, value, following, node)
            yield from pairs(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from pairs(item, (*path, index))


def scalars(node: yaml.Node, path: Path = ()) -> Iterator[tuple[tuple[str | int, ...], yaml.ScalarNode]]:
    """Every scalar value."""
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from scalars(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from scalars(item, (*path, index))


class Broken:
    """Builds mutations of one charter's files."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.text = files["charter.yaml"].decode()
        self.tree = yaml.compose(self.text, Loader=yaml.SafeLoader)

    def edit(self, name: str, start: int, end: int, new: str, *named: str) -> Edit:
        """Replace a stretch of the text."""

        def make() -> Mutation:
            text = self.text[:start] + new + self.text[end:]
            return Mutation(name, self.with_text(text.encode()), self.text.count("\n", 0, start) + 1, named)

        return Edit(name, make)

    def whole(self, name: str, data: bytes) -> Edit:
        """Replace the whole text."""
        return Edit(name, lambda: Mutation(name, self.with_text(data)))

    def with_text(self, data: bytes) -> dict[str, bytes]:
        return {**self.files, "charter.yaml": data}

    def value(self, name: str, node: yaml.Node, new: str, *named: str) -> Edit:
        """Replace a scalar value."""
        return self.edit(name, node.start_mark.index, node.end_mark.index, new, *named)

    def misspelt_keys(self) -> Iterator[Edit]:
        for pair in pairs(self.tree):
            key = pair.key.value
            for new in (key + "x", key[1:] + key[0] + "q"):
                name = f"misspell the key {pair.path} as {new}"
                yield self.edit(name, pair.key.start_mark.index, pair.key.end_mark.index, new, f"`{new}`", f"`{key}`")

    def dropped_keys(self) -> Iterator[tuple[Edit, Path]]:
        """Every key left out, with its path; the caller knows which are required."""
        for pair in pairs(self.tree):
            start = pair.key.start_mark.index
            end = pair.following.start_mark.index if pair.following else pair.value.end_mark.index
            stretch = self.text[start:end] if pair.following else self.text[start:end].rstrip()
            yield self.edit(f"drop {pair.path}", start, start + len(stretch), "", f"`{pair.key.value}`"), pair.path

    def doubled_keys(self) -> Iterator[Edit]:
        for pair in pairs(self.tree):
            if isinstance(pair.value, yaml.ScalarNode) and pair.holder.flow_style:
                end = pair.value.end_mark.index
                yield self.edit(f"give {pair.path} twice", end, end, f", {pair.key.value}: 1", f"`{pair.key.value}`")

    def wrong_types(self) -> Iterator[Edit]:
        for path, node in scalars(self.tree):
            for new in ("[1, 2]", "{a: b}", "12.5", "null"):
                yield self.value(f"write {new} at {path}", node, new)

    def numbers(self) -> Iterator[Edit]:
        for path, node in scalars(self.tree):
            if node.tag == "tag:yaml.org,2002:int":
                for new in ("-1", "99999999999999", "1e3", "many", "'3'", "9" * 5000):
                    yield self.value(f"write {new[:20]} for the number at {path}", node, new)

    def dangling(self) -> Iterator[Edit]:
        for path, node in scalars(self.tree):
            names = [step for step in path if isinstance(step, str)]
            if names[-1] in REFERRING and path[:2] != ("units", "file"):
                new = f"{node.value}-nowhere"
                yield self.value(f"refer to {new} at {path}", node, new, f"`{new}`")

    def doubled_ids(self) -> Iterator[Edit]:
        for table in ("sources", "tiers", "organs", "offices", "business", "clauses"):
            found = [(p, n) for p, n in scalars(self.tree) if len(p) == 3 and p[0] == table and p[2] == "id"]
            for (_, first), (path, node) in pairwise(found):
                yield self.value(f"give {path} the id {first.value}", node, first.value, f"`{first.value}`")

    def tags_and_aliases(self) -> Iterator[Edit]:
        for path, node in list(scalars(self.tree))[::7]:
            here = node.start_mark.index
            yield self.edit(f"tag {path}", here, here, "!!python/object:os.system ")
            yield self.edit(f"anchor {path}", here, here, "&a ")
            yield self.value(f"alias at {path}", node, "*a ")

    def tabs(self) -> Iterator[Edit]:
        offset = 0
        for number, line in enumerate(self.text.split("\n")):
            indent = len(line) - len(line.lstrip(" "))
            if number % 9 == 0 and indent and line.strip().rstrip(":").isidentifier() is False and ":" in line:
                yield self.edit(f"indent line {number + 1} by tabs", offset, offset + indent, "\t" * (indent // 2))
            offset += len(line) + 1

    def cuts(self) -> Iterator[Edit]:
        """The text cut short inside the part that every charter needs, and inside braces."""
        limit = self.text.index("\nclauses:")
        for end in range(1, limit, max(1, limit // 40)):
            yield self.whole(f"cut after {end}", self.text[:end].encode())
        for end in [index for index, letter in enumerate(self.text) if letter == "{"][::5]:
            yield self.whole(f"cut in the brace at {end}", self.text[: end + 1].encode())

    def encodings(self) -> Iterator[Edit]:
        for name in ("utf-16", "utf-16-le", "utf-32", "cp1252"):
            data = (self.text + "# “Llŷn” é").encode(name, "replace")
            yield self.whole(f"save as {name}", data)
        for odd in ("\x00", "\x1b", "\u2028", "\x85", "\ufeff", "\r"):
            offset = self.text.index("title:") + 8
            yield self.edit(f"put {odd!r} into the title", offset, offset, odd)
        for data in (
            b"",
            b"\n\n",
            b"# nothing\n",
            b"just words",
            b"- a\n- b\n",
            b"42",
            b"\xff",
            b"{",
            b"]",
            b"---\n---\n",
        ):
            yield self.whole(f"replace all by {data!r}", data)


def as_json(text: str) -> Any:
    """The charter's YAML as JSON would have it (dates stay text)."""
    return json.loads(json.dumps(yaml.load(text, Loader=_Words)))


class _Words(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """A safe loader that reads the numbers and truths of YAML 1.2's core schema and no more."""


_Words.yaml_implicit_resolvers = {}
_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
_Words.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?[0-9]+$"), list("-0123456789"))
