"""XES event logs (IEEE 1849-2016), plain or gzipped, read as a stream: memory does not grow with the file.

`defusedxml` refuses document types, entities and references to other files, so that no log can make itself larger than
it is or have anything fetched.
"""

from __future__ import annotations

import gzip
import math
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from quorate.log.tables.errors import BadMapping, BadXes, DamagedTable, NoTable, nearest, short
from quorate.log.tables.files import Progress
from quorate.log.tables.mapfile import STANDARD
from quorate.log.tables.mapping import Plan
from quorate.log.tables.shape import Rows, Shaper

CHUNK = 1 << 18
BATCH = 20_000
LONGEST = 1 << 23  # bytes without a new element: the parser reads a piece again and again until it is whole
MOST_NAMES = 10_000
PREFIX = "trace:"
_LIFECYCLE = "lifecycle:transition"
_INT = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)


def rows_of(path: Path, shaper: Shaper, progress: Progress | None = None) -> Iterator[Rows]:
    """The log's events as rows of text, with only the attributes the plan reads and, if it wants them, the rest.

    Raise `NoTable`, `DamagedTable` (gzip), `BadXes` (not well formed, not XES, a document type or an entity),
    `BadMapping` for attributes no event has.
    """
    with _opened(path) as (raw, file):
        size = path.stat().st_size
        target = _Events(shaper.plan)
        parser = _parser(target)
        while chunk := _read(file, path):
            _feed(parser, chunk, target, path)
            if len(target.lines) >= BATCH:
                yield target.take()
                if progress:
                    progress(raw.tell(), size)
        _feed(parser, b"", target, path)
        shaper.left_out += target.dropped
        if target.lines:
            yield target.take()
    _check_names(shaper.plan, target.seen, path)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The file, and the same unpacked."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise NoTable(str(path), f"it cannot be read: {error.strerror or error}.") from None
    with raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not path.stat().st_size:
            raise NoTable(str(path), "the file is empty.", "Write it again.")
        yield raw, cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw


def _read(file: IO[bytes], path: Path) -> bytes:
    try:
        return file.read(CHUNK)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DamagedTable(str(path), f"the gzip file is damaged or cut off: {error}.") from None


def _parser(target: _Events) -> Any:  # noqa: ANN401 - defusedxml has no types
    from defusedxml.ElementTree import DefusedXMLParser

    made = DefusedXMLParser(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    target.expat = made.parser
    return made


def _feed(parser: Any, chunk: bytes, target: _Events, path: Path) -> None:  # noqa: ANN401
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException

    try:
        if chunk:
            target.since += len(chunk)
            parser.feed(chunk)
        else:
            parser.close()
    except DefusedXmlException as error:
        what = "a document type" if "DTD" in type(error).__name__ else "an entity"
        where = f"{path}:{target.expat.CurrentLineNumber}"
        advice = "Take it out: XES needs none, and with one a file can grow without bound or fetch others."
        raise BadXes(where, f"the file declares {what}, which is refused.", advice) from None
    except ParseError as error:
        line = getattr(error, "position", (0, 0))[0]
        raise BadXes(f"{path}:{line}", f"this is not well-formed XML: {error}.", "Fetch or write it again.") from None
    except (ValueError, LookupError) as error:
        raise BadXes(str(path), f"its encoding cannot be read: {error}.", "Save it as UTF-8.") from None
    if target.wrong is not None:
        problem = f"this is no XES log: its first element is {short(target.wrong)}, not 'log'."
        raise BadXes(str(path), problem, "Name an XES log.")
    if target.since > LONGEST:
        where = f"{path}:{target.expat.CurrentLineNumber}"
        raise BadXes(where, f"one element is longer than {LONGEST >> 20} MiB.", "This is no event log.")


def _check_names(plan: Plan, seen: set[str], path: Path) -> None:
    for name, where in plan.used().items():
        if name not in seen and where != STANDARD:
            raise BadMapping(where, f"no event in {path} has the attribute {name!r}", nearest(name, sorted(seen)))


class _Names(dict[str, str]):
    """Element names without their namespace."""

    def __missing__(self, tag: str) -> str:
        self[tag] = name = tag.rpartition("}")[2]
        return name


class _Events:
    """What the parser tells, gathered into columns; one event at a time is held apart from them."""

    def __init__(self, plan: Plan) -> None:
        self.columns: dict[str, list[str]] = {name: [] for name in plan.used()}
        self.rest: list[dict[str, Any]] | None = [] if plan.rest else None
        self.lines: list[int] = []
        self.seen: set[str] = set()
        self.dropped, self.since = 0, 0
        self.wrong: str | None = None
        self.expat: Any = None
        self._keep = frozenset(plan.lifecycle)
        self._names = _Names()
        self._log = False
        self._trace: dict[str, str] | None = None
        self._event: dict[str, str] | None = None
        self._typed: dict[str, Any] = {}
        self._line = 0
        self._depth = 0  # inside an attribute
        self._list: list[Any] | None = None  # values of a list attribute

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        self.since = 0
        if self._event is not None or (self._trace is not None and self._names[tag] != "event"):
            self._attribute(self._names[tag], attrs)
        elif self._names[tag] == "event" and self._log:
            self._event, self._typed = {}, {}
            self._line = self.expat.CurrentLineNumber
        elif self._names[tag] == "trace" and self._log:
            self._trace = {}
        elif not self._log and self.wrong is None:
            self._log = self._names[tag] == "log"
            self.wrong = None if self._log else self._names[tag]

    def _attribute(self, kind: str, attrs: dict[str, str]) -> None:
        self._depth += 1
        value = attrs.get("value")
        if self._depth > 1:
            if self._list is not None and value is not None:
                self._list.append(_typed(kind, value))
            return
        key = attrs.get("key", "")
        if self._event is None:
            key = PREFIX + key
            if self._trace is not None:
                self._trace[key] = value or ""
        else:
            self._event[key] = value or ""
            if self.rest is not None:
                self._list = [] if value is None and kind in ("list", "container") else None
                self._typed[key] = self._list if self._list is not None else _typed(kind, value or "")
        if key not in self.seen and len(self.seen) < MOST_NAMES:
            self.seen.add(key)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._depth:
            self._depth -= 1
            if not self._depth:
                self._list = None
        elif self._event is not None:
            self._close(self._event)
            self._event = None
        elif self._names[tag] == "trace":
            self._trace = None

    def _close(self, event: dict[str, str]) -> None:
        step = event.get(_LIFECYCLE)
        if step and self._keep and step.lower() not in self._keep:
            self.dropped += 1
            return
        trace = self._trace or {}
        for name, column in self.columns.items():
            column.append((event.get(name) or trace.get(name, "")).strip())
        if self.rest is not None:
            self.rest.append({key: value for key, value in self._typed.items() if self._extra(key, value)})
        self.lines.append(self._line)

    def _extra(self, key: str, value: object) -> bool:
        if key == _LIFECYCLE and len(self._keep) == 1:
            return False  # the same in all of them
        return key not in self.columns and value not in ("", [])

    def close(self) -> None:
        """The file ends."""

    def take(self) -> Rows:
        """The events gathered so far; they are let go."""
        rows = Rows(self.columns, self.lines, self.rest)
        self.columns = {name: [] for name in self.columns}
        self.lines, self.rest = [], None if self.rest is None else []
        return rows


def _typed(kind: str, value: str) -> object:
    """An attribute's value as JSON has it."""
    if kind == "int" and _INT.fullmatch(value):
        return int(value)
    if kind == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if kind == "float":
        try:
            number = float(value)
        except ValueError:
            return value
        return number if math.isfinite(number) else value
    return value
