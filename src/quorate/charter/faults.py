"""Pydantic's errors in plain words, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel

from quorate.charter.document import Document, Path, at
from quorate.charter.findings import MOST, Finding, closest, nearest, short
from quorate.clauses import KINDS

_SHAPES = {
    r"^[a-z0-9]+([.-][a-z0-9]+)*$": "an id: small letters and digits, with single hyphens or dots between",
    r"^\d{1,9}/[1-9]\d{0,8}$": 'a fraction such as "2/3"',
    r"^\d{4}-\d{2}-\d{2}$": "a day such as 2015-01-31",
    r"^[A-Za-z0-9][A-Za-z0-9./_-]*$": "a unit's id: letters, digits, dots, slashes, hyphens and underscores",
}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "`true` or `false`",
    "tuple_type": "a list",
    "model_type": "keys with values",
    "dict_type": "keys with values",
    "model_attributes_type": "keys with values",
}


def faults(errors: Iterable[Mapping[str, Any]], document: Document, top: type[BaseModel]) -> list[Finding]:
    """One finding for each place at which pydantic found fault with the document's data."""
    by_path: dict[tuple[Path, bool], list[Mapping[str, Any]]] = {}
    for error in errors:
        path = _path(error, document.data)
        by_path.setdefault((path, error["type"] == "missing"), []).append(error)
    groups = islice(by_path.items(), MOST)
    return [_finding(path, group, document, top) for (path, _), group in groups]


def clause_at(path: Path, data: Any) -> str | None:  # noqa: ANN401 - a charter's data, of any shape
    """The id of the clause a path lies in."""
    if len(path) < 2 or path[0] != "clauses":
        return None
    found = at(data, (*path[:2], "id"))
    return found if isinstance(found, str) else None


def _path(error: Mapping[str, Any], data: Any) -> Path:  # noqa: ANN401
    """The path of an error in the data: pydantic's location without the kinds and types it puts between."""
    path: Path = ()
    here = data
    location = error["loc"]
    for index, step in enumerate(location):
        if index == 2 and location[0] == "clauses" and step in KINDS:
            continue
        last = index == len(location) - 1
        if isinstance(here, dict) and (step in here or (last and error["type"] == "missing")):
            path, here = (*path, step), here.get(step)
        elif isinstance(here, tuple) and isinstance(step, int) and step < len(here):
            path, here = (*path, step), here[step]
    return path


def _finding(path: Path, group: list[Mapping[str, Any]], document: Document, top: type[BaseModel]) -> Finding:
    error = group[0]
    kind = error["type"]
    clause = clause_at(path, document.data)
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "the charter")
    value = at(document.data, path)
    if kind == "missing" or kind == "union_tag_not_found":
        lacking = name if kind == "missing" else "kind"
        around = path[:-1] if kind == "missing" else path
        advice = _example(lacking, around, document.data, top)
        return Finding(
            "missing-key",
            document.place(around),
            f"`{lacking}` is missing from {_part(around, document.data)}",
            clause,
            advice,
        )
    if kind == "extra_forbidden":
        model = model_at(path[:-1], document.data, top)
        known = keys_of(model) if model else []
        message = f"`{short(name)}` is not a key of {_part(path[:-1], document.data)}"
        return Finding("unknown-key", document.place(path, key=True), message, clause, nearest(name, known))
    if kind == "union_tag_invalid":
        path = (*path, "kind")
        found = at(document.data, path)
        message = f"{_shown(found)} is not a kind of clause"
        return Finding("unknown-kind", document.place(path), message, clause, nearest(str(found), KINDS))
    message, advice = _value(name, value, group)
    code = "wrong-type" if kind in _WANTED else "wrong-value"
    return Finding(code, document.place(path), message, clause, advice)


def _value(name: str, value: Any, group: list[Mapping[str, Any]]) -> tuple[str, str]:  # noqa: ANN401
    """What is wrong with a value, and what to write."""
    kind, context = group[0]["type"], group[0].get("ctx", {})
    if kind == "value_error":
        return str(context["error"]), ""
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        advice = nearest(str(value), words) if words else f"Write {context['expected'].lower()}."
        return f"`{name}` cannot be {_shown(value)}", advice
    wanted = list(dict.fromkeys(filter(None, (_wish(error) for error in group))))
    if not wanted:
        return f"`{name}` is {_shown(value)}: {group[0]['msg'][:1].lower()}{group[0]['msg'][1:]}", ""
    quotes = isinstance(value, (int, float)) and "text" in wanted
    advice = f'Put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}".' if quotes else ""
    return f"`{name}` is {_shown(value)}, and must be {' or '.join(wanted)}", advice


_LIMITS = {
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "string_too_short": "text that is not empty",
    "string_too_long": "at most {max_length} characters long",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
}


def _wish(error: Mapping[str, Any]) -> str:
    """What a value should have been."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return _SHAPES.get(context["pattern"], f"of the form {context['pattern']}")
    return _LIMITS[kind].format(**context) if kind in _LIMITS else _WANTED.get(kind, "")


def _part(path: Path, data: Any) -> str:  # noqa: ANN401
    """The part at a path, in words: ``a clause of the kind `quorum` ``, `` `seats` ``, ``the charter``."""
    if len(path) == 2 and path[0] == "clauses":
        kind = at(data, (*path, "kind"))
        return f"a clause of the kind `{kind}`" if isinstance(kind, str) and kind in KINDS else "a clause"
    if path and isinstance(path[-1], int):
        ident = at(data, (*path, "id"))
        named = f" `{short(ident)}`" if isinstance(ident, str) else ""
        return f"an entry{named} of `{next((step for step in reversed(path) if isinstance(step, str)), '')}`"
    return f"`{path[-1]}`" if path else "the charter"


def _example(lacking: str, around: Path, data: Any, top: type[BaseModel]) -> str:  # noqa: ANN401
    """What the missing key holds, and a key written there that may be meant for it."""
    model = model_at(around, data, top)
    here = at(data, around)
    known = set(keys_of(model)) if model else set()
    strangers = [key for key in here if key not in known] if isinstance(here, dict) else []
    meant = closest(lacking, strangers)
    if meant:
        return f"Is it the one written `{meant}`?"
    return f"Add `{lacking}: ...`."


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys a part may have, as written."""
    return [info.alias or name for name, info in model.model_fields.items()]


def model_at(path: Path, data: Any, top: type[BaseModel]) -> type[BaseModel] | None:  # noqa: ANN401
    """The model of the part at a path."""
    model: type[BaseModel] | None = top
    for index, step in enumerate(path):
        if isinstance(step, int):
            if index == 1 and path[0] == "clauses":
                kind = at(data, (*path[:2], "kind"))
                model = KINDS.get(kind) if isinstance(kind, str) else None
            continue
        if model is None or (path[0] == "clauses" and index == 0):
            continue
        field = next((info for name, info in model.model_fields.items() if step in (name, info.alias)), None)
        model = next(_models(field.annotation), None) if field else None
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _shown(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        return "a set of keys"
    if isinstance(value, tuple):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{short(str(value))}`"
