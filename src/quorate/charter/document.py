"""A charter's YAML as plain data, with the place of every key and value.

The language is YAML 1.2's core schema (yaml.org/spec/1.2.2, chapter 10.3) without anchors, aliases, tags and more than
one document: nothing in a charter can grow, refer to itself or construct anything. Parsing is by events, so that a
bound that is passed ends it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from quorate.charter.findings import Finding, short
from quorate.charter.text import Place, Text

MAX_DEPTH = 32
MAX_NODES = 100_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the platform has it: twenty times as fast

_INT = re.compile(r"[-+]?[0-9]{1,30}")
_OTHER_INT = re.compile(r"0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TRUE, _FALSE = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}
_NULL = {"", "~", "null", "Null", "NULL"}

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """The data (mappings, tuples, strings, numbers, truths) and where each part of it stands, by path."""

    text: Text
    data: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path, *, key: bool = False) -> str:
        """``file:line:column`` of the value at `path`, or of its key; of the nearest part around it if there is none.

        A mapping or list that is a key's value is placed at the key, which is where a reader looks for it.
        """
        for end in range(len(path), -1, -1):
            part = path[:end]
            block = isinstance(at(self.data, part), (dict, tuple))
            if part in self.keys and (key or block or end < len(path)):
                return self.text.where(self.keys[part])
            if part in self.values:
                return self.text.where(self.values[part])
        return self.text.where(Place(0, 0))


def at(data: Any, path: Path) -> Any:  # noqa: ANN401 - a charter's data, of any shape
    """The part of the data at a path, None where there is none."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, tuple) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


class _Stop(Exception):
    """Ends the parse at the first fault of form."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def parse(text: Text) -> tuple[Document, tuple[Finding, ...]]:
    """Parse a charter's text. Findings of form: broken YAML, anchors, tags, repeated keys, empty values, bounds."""
    builder = _Builder(Document(text))
    try:
        builder.run()
    except _Stop as stop:
        builder.findings.append(stop.finding)
    except yaml.YAMLError as error:
        builder.findings.append(_broken(error, text))
    return builder.document, tuple(builder.findings)


def _broken(error: yaml.YAMLError, text: Text) -> Finding:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(mark.line, mark.column) if mark else text.place_of(getattr(error, "position", 0) or 0)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    context = getattr(error, "context", None)
    message = f"this is not YAML: {problem}" + (f" {context}" if context else "")
    tab = "\t" in text.line(place.line)
    advice = (
        "Indent with spaces, not tabs." if tab else "Look at the indentation, quotes and brackets here and just above."
    )
    return Finding("yaml", text.where(place), message, advice=advice)


class _Builder:
    """Builds a `Document` from the parser's events, without recursion."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.nodes = 0

    def run(self) -> None:
        loader = LOADER(self.document.text.content)
        try:
            self._build(_events(loader))
        finally:
            loader.dispose()

    def _build(self, events: Iterator[yaml.Event]) -> None:
        # Each frame: the container's path, its data (dict or list), and the key that waits for its value.
        frames: list[tuple[Path, Any, list[str]]] = []
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._stop("yaml", event, "a second document begins here", "A charter is one document.")
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                path, data, _ = frames.pop()
                if isinstance(data, list):
                    self._put(path, tuple(data), frames)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, frames)

    def _node(self, event: yaml.NodeEvent, frames: list[tuple[Path, Any, list[str]]]) -> None:
        self._bounds(event, frames)
        place = _begin(event)
        if frames and isinstance(frames[-1][1], dict) and not frames[-1][2]:
            self._key(event, place, frames[-1])
            return
        path = self._next_path(frames)
        self.document.values.setdefault(path, place)
        if isinstance(event, yaml.ScalarEvent):
            self._put(path, self._scalar(event, path), frames)
            return
        data: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if isinstance(data, dict):
            self._put(path, data, frames)
        else:
            self._put(path, (), frames)  # replaced by the whole tuple at its end
        frames.append((path, data, []))

    def _bounds(self, event: yaml.NodeEvent, frames: list[Any]) -> None:
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            name = event.anchor
            raise self._stop(
                "alias", event, f"anchors and aliases (`{name}`) are not part of the language", "Write the part out."
            )
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise self._stop(
                "tag", event, f"tags (`{tag}`) are not part of the language", "A charter is plain data; leave it out."
            )
        if len(frames) >= MAX_DEPTH:
            raise self._stop(
                "too-deep", event, f"parts are nested more than {MAX_DEPTH} deep", "No part of a charter needs it."
            )
        if self.nodes > MAX_NODES:
            raise self._stop(
                "too-many", event, f"there are more than {MAX_NODES} keys and values", "Put units in a CSV file."
            )

    def _key(self, event: yaml.NodeEvent, place: Place, frame: tuple[Path, Any, list[str]]) -> None:
        path, data, waiting = frame
        if not isinstance(event, yaml.ScalarEvent):
            raise self._stop("yaml", event, "a list or mapping cannot be a key", "Write a plain word.")
        key = event.value
        waiting.append(key)
        if key in data:
            first = self.document.text.where(self.document.keys[(*path, key)])
            advice = f"It stands first at {first}; keep one."
            self._find("duplicate-key", place, f"the key `{short(key)}` is given twice", advice)
        else:
            self.document.keys[(*path, key)] = place

    def _next_path(self, frames: list[tuple[Path, Any, list[str]]]) -> Path:
        if not frames:
            return ()
        path, data, waiting = frames[-1]
        return (*path, len(data)) if isinstance(data, list) else (*path, waiting[-1])

    def _put(self, path: Path, value: Any, frames: list[tuple[Path, Any, list[str]]]) -> None:  # noqa: ANN401
        if not frames:
            self.document.data = value
            return
        _, data, waiting = frames[-1]
        if isinstance(data, dict):
            data[path[-1]] = value
            waiting.clear()
        elif len(data) == path[-1]:
            data.append(value)
        else:
            data[path[-1]] = value

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> str | int | float | bool | None:
        text = event.value
        if (event.style is not None and event.style != "") or event.tag == "!":
            return str(text)
        if text in _NULL:
            name = next((step for step in reversed(path) if isinstance(step, str)), "this")
            place = _begin(event)
            self._find(
                "empty",
                self.document.keys.get(path, place),
                f"`{short(name)}` is empty",
                "Give it a value or leave it out.",
            )
            return None
        return resolve(text)

    def _find(self, code: str, place: Place, message: str, advice: str) -> None:
        self.findings.append(Finding(code, self.document.text.where(place), message, advice=advice))

    def _stop(self, code: str, event: yaml.Event, message: str, advice: str) -> _Stop:
        place = _begin(event)
        return _Stop(Finding(code, self.document.text.where(place), message, advice=advice))


def _begin(event: yaml.Event) -> Place:
    mark = event.start_mark
    assert mark is not None  # a parser that reads text gives every event its mark
    return Place(mark.line, mark.column)


def _events(loader: Any) -> Iterator[yaml.Event]:  # noqa: ANN401 - libyaml's loader or the pure one
    while loader.check_event():
        yield loader.get_event()


def resolve(text: str) -> str | int | float | bool:
    """What a plain scalar means in YAML 1.2's core schema: `no` is a word, 2015-01-31 is text, 0x1F a number."""
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        return int(text)
    if _OTHER_INT.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(
            text.replace(".inf", "inf")
            .replace(".Inf", "inf")
            .replace(".INF", "inf")
            .replace(".nan", "nan")
            .replace(".NaN", "nan")
            .replace(".NAN", "nan")
        )
    return text
