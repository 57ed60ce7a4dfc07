"""Acts written down: on the command line as name=value, or many in a YAML or JSON Lines file.

An act in a file has the keys verb, unit, at, as, organ, office, subject, meeting, ref, source, and `with`, which holds
what the act states::

    - {verb: meeting.convene, unit: B1, at: 2015-02-12, as: "B1:1", organ: committee, with: {on: 2015-02-16}}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quorate.charter.document import parse
from quorate.charter.findings import Finding, nearest
from quorate.charter.model import Charter
from quorate.charter.text import decode
from quorate.errors import QuorateError
from quorate.run.verbs import Shape, shape_of
from quorate.terms.act import Act

KEYS = ("verb", "unit", "at", "as", "organ", "office", "subject", "meeting", "ref", "source")
MAX_YAML = 64_000_000


class BadActs(QuorateError):
    """A file of acts, or a name=value, that cannot be understood."""


class UnknownName(QuorateError):
    """A name in an act that the charter does not have."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"the charter has no {what} {name!r}", advice=nearest(name, known))


@dataclass(frozen=True, slots=True)
class Written:
    """An act as written, and where."""

    act: Act
    where: str


def fields(words: list[str], verb: str, verbs: frozenset[str]) -> dict[str, Any]:
    """What an act states, from ``name=value`` words: JSON where the value is that, else text.

    Where the verb wants text or a date, digits stay text; where it wants a list of names, ``a,b`` is one.
    Raise `BadActs` or `UnknownVerb`.
    """
    shape = shape_of(verb, verbs)
    found: dict[str, Any] = {}
    for word in words:
        name, mark, value = word.partition("=")
        if not mark or not name:
            raise BadActs(f"{word!r} is not of the form name=value", advice=f"See `quorate act --list {verb}`.")
        known = kinds(shape)
        if name not in known:
            near = nearest(name, known)
            advice = near if near.startswith("Did") else f"See `quorate act --list {verb}`."
            raise BadActs(f"`{name}` is not something {verb} states", advice=advice)
        if name in found:
            raise BadActs(f"`{name}` is stated twice", advice="State it once; a list is written a,b or as JSON.")
        found[name] = _value(value, known[name])
    return found


def check_names(act: Act, charter: Charter) -> None:
    """Raise `UnknownName`, with the nearest, where an act names an organ, office or business the charter does not have.

    The kernel would refuse it as well, for want of a clause; a mistyped name deserves a plainer answer.
    """
    organs, offices = charter.organs.keys(), charter.offices.keys()
    posts = organs | offices
    named = (
        ("organ", act.organ, organs),
        ("office", act.office, offices),
        ("post", act.get("post"), posts),
        ("post", act.get("fills"), posts),
        ("organ", act.get("conference"), organs),
        ("kind of business", act.get("business"), charter.businesses.keys()),
    )
    for what, name, known in named:
        if isinstance(name, str) and name not in known:
            raise UnknownName(what, name, known)


def kinds(shape: Shape) -> dict[str, str]:
    """The kind of value of each field a verb knows."""
    return dict(shape.needs + shape.may)


def _value(text: str, kind: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        found = json.loads(text)
    except ValueError:
        found = text
    if kind in ("text", "date") and not isinstance(found, str):
        return text
    if kind == "texts" and not isinstance(found, list):
        return [part.strip() for part in text.split(",")]
    return found


def read(path: Path) -> Iterator[Written]:
    """The acts of a file, in order: JSON Lines where its name ends in .jsonl, else YAML. Raise `BadActs`."""
    try:
        if path.suffix == ".jsonl":
            yield from _lines(path)
        else:
            yield from _yaml(path)
    except OSError as error:
        raise BadActs(
            f"it cannot be read: {error.strerror or error}", where=str(path), advice="Check the name."
        ) from None


def _lines(path: Path) -> Iterator[Written]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            where = f"{path}:{number}"
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise BadActs(f"this line is not JSON: {error}", where=where) from None
            yield _written(row, where)


def _yaml(path: Path) -> Iterator[Written]:
    if path.stat().st_size > MAX_YAML:
        raise BadActs("the file is too large", where=str(path), advice="Write many acts as JSON Lines (.jsonl).")
    text = decode(str(path), path.read_bytes())
    if isinstance(text, Finding):
        raise BadActs(str(text))
    document, findings = parse(text)
    if findings:
        raise BadActs(str(findings[0]))
    if not isinstance(document.data, tuple):
        raise BadActs("this is not a list of acts", where=str(path), advice="Begin each act with `- verb:`.")
    for index, row in enumerate(document.data):
        yield _written(_plain(row), document.place((index,)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Lists where the charter's reader has tuples."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _written(row: Any, where: str) -> Written:  # noqa: ANN401 - any JSON value
    if not isinstance(row, Mapping):
        raise BadActs("this is not an act", where=where, advice="An act has a verb, a unit, a moment and who acts.")
    stated = row.get("with", {})
    strange = next((key for key in row if key not in (*KEYS, "with")), None)
    if strange is not None:
        near = nearest(str(strange), KEYS)
        advice = near if near.startswith("Did") else "What the act states goes under `with`."
        raise BadActs(f"`{strange}` is not a key of an act", where=where, advice=advice)
    for key in ("verb", "unit", "at"):
        if not row.get(key):
            raise BadActs(f"`{key}` is missing", where=where, advice=f"State its {key}.")
    for key in KEYS:
        if row.get(key) is not None and not isinstance(row[key], str):
            raise BadActs(f"`{key}` must be text, not {row[key]!r:.40}", where=where, advice="Put it in quotes.")
    if not isinstance(stated, Mapping):
        raise BadActs("`with` must hold names and values", where=where)
    columns: dict[str, Any] = {"actor" if key == "as" else key: row.get(key) for key in KEYS}
    return Written(Act(**columns, payload=dict(stated)), where)
