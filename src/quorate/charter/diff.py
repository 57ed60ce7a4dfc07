"""Two charters compared, in words: what changes, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from quorate.charter.figures import evidence
from quorate.charter.model import Charter, Unit
from quorate.charter.walk import references
from quorate.terms.parts import Figure

_COUNT = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TABLES = (("tier", "tiers"), ("organ", "organs"), ("office", "offices"), ("kind of business", "business"))


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `code` (``clause-changed``), the id of what changed, the change in words, whom it concerns."""

    code: str
    id: str
    words: str
    concerns: tuple[str, ...] = ()

    def __str__(self) -> str:
        concerns = f" Concerns: {', '.join(self.concerns)}." if self.concerns else ""
        return f"{self.words}.{concerns}"


def diff(a: Charter, b: Charter) -> tuple[Change, ...]:
    """What changes from charter `a` to charter `b`: the charter itself, its parts, its units, its clauses."""
    return (*_itself(a, b), *_parts(a, b), *_units(a, b), *_clauses(a, b))


def _itself(a: Charter, b: Charter) -> Iterator[Change]:
    for name in ("id", "title", "label", "note"):
        before, after = getattr(a.file, name), getattr(b.file, name)
        if before != after:
            yield Change("charter-changed", b.file.id, f"The charter's {name} {_step(before, after, a, b)}")
    for name, words in (("from_", "comes into force"), ("to", "ceases to hold")):
        before, after = getattr(a.file.in_force, name), getattr(b.file.in_force, name)
        if before != after:
            change = f"on {after or 'no fixed day'}, where it was {f'on {before}' if before else 'on no fixed day'}"
            yield Change("in-force-changed", b.file.id, f"The charter {words} {change}")


def _parts(a: Charter, b: Charter) -> Iterator[Change]:
    for kind, table in _TABLES:
        before = {part.id: part for part in getattr(a.file, table)}
        after = {part.id: part for part in getattr(b.file, table)}
        code = "business" if table == "business" else kind
        for part in _gone(before, after):
            yield Change(f"{code}-removed", part.id, f"The {kind} {_named(part)} is removed", _concerned(part, a))
        for part in _gone(after, before):
            yield Change(f"{code}-added", part.id, f"The {kind} {_named(part)} is added", _concerned(part, b))
        for ident in before.keys() & after.keys() if before != after else ():
            for words in _fields(before[ident], after[ident], a, b):
                subject = f"Of the {kind} {_named(after[ident])}, {words}"
                yield Change(f"{code}-changed", ident, subject, _concerned(after[ident], b))


def _units(a: Charter, b: Charter) -> Iterator[Change]:
    for unit in _gone(a.known, b.known):
        yield Change("unit-removed", unit.id, f"The unit {_named(unit)} is removed", _above(unit, a))
    for unit in _gone(b.known, a.known):
        yield Change("unit-added", unit.id, f"The unit {_named(unit)} is added", _above(unit, b))
    for ident, before in a.known.items():
        after = b.known.get(ident)
        if after is None or after == before:
            continue
        for name in ("tier", "parent", "name", "label", "kind"):
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                words = f"Of the unit {_named(after)}, `{name}` {_step(old, new, a, b)}"
                yield Change("unit-changed", ident, words, _above(after, b))
        for name in sorted(before.facts.keys() | after.facts.keys()):
            old, new = before.facts.get(name), after.facts.get(name)
            if old != new:
                words = f"Of the unit {_named(after)}, `{name}` {_step(old, new, a, b)}"
                yield Change("unit-changed", ident, words, _above(after, b))


def _clauses(a: Charter, b: Charter) -> Iterator[Change]:
    for clause in _gone(a.by_id, b.by_id):
        words = f"The clause {clause.id} no longer holds: {_sentence(clause.words(a))}"
        yield Change("clause-removed", clause.id, words, _concerned(clause, a))
    for clause in _gone(b.by_id, a.by_id):
        words = f"The clause {clause.id} is new: {_sentence(clause.words(b))}"
        yield Change("clause-added", clause.id, words, _concerned(clause, b))
    for ident, before in a.by_id.items():
        after = b.by_id.get(ident)
        if after is None or after == before:
            continue
        concerns = tuple(dict.fromkeys((*_concerned(before, a), *_concerned(after, b))))
        if before.kind != after.kind:
            kinds = f"({before.kind}, now {after.kind})"
            words = f"The clause {ident} becomes another rule {kinds}: {_sentence(after.words(b))}"
            yield Change("clause-changed", ident, words, concerns)
            continue
        for words in _fields(before, after, a, b):
            yield Change("clause-changed", ident, f"In {ident}, {words}", concerns)


def _gone(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Any]:
    return (part for ident, part in before.items() if ident not in after)


def _fields(before: BaseModel, after: BaseModel, a: Charter, b: Charter, path: str = "") -> Iterator[str]:
    """Each change of a part, field by field."""
    for name, info in type(after).model_fields.items():
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        field = f"{path}{info.alias or name}"
        if isinstance(old, Figure) and isinstance(new, Figure):
            yield from _figures(field, old, new, a, b)
        elif type(old) is type(new) and isinstance(old, BaseModel):
            yield from _fields(old, new, a, b, f"{field}.")
        elif isinstance(old, tuple) and isinstance(new, tuple):
            yield from _lists(field, old, new, a, b)
        else:
            yield f"`{field}` {_step(old, new, a, b)}"


def _figures(field: str, old: Figure, new: Figure, a: Charter, b: Charter) -> Iterator[str]:
    if in_words(old) != in_words(new):
        yield f"`{field}` changes from {in_words(old)} to {in_words(new)}"
    if (evidence(old, a), old.note) != (evidence(new, b), new.note):
        before, after = (f"{evidence(f, c)}{f' ({f.note})' if f.note else ''}" for f, c in ((old, a), (new, b)))
        yield f"the evidence of `{field}` changes from {before} to {after}"


def _lists(field: str, old: tuple[Any, ...], new: tuple[Any, ...], a: Charter, b: Charter) -> Iterator[str]:
    """Changes of a list: members gained and lost; of parts with ids, the changes of each; else order."""
    keyed = all(isinstance(item, BaseModel) and hasattr(item, "id") for item in (*old, *new))
    before = {item.id if keyed else _value(item, a): item for item in old}
    after = {item.id if keyed else _value(item, b): item for item in new}
    gone, come = [key for key in before if key not in after], [key for key in after if key not in before]
    if gone:
        yield f"`{field}` no longer has {', '.join(gone)}"
    if come:
        yield f"`{field}` gains {', '.join(come)}"
    for key in before.keys() & after.keys() if keyed else ():
        yield from _fields(before[key], after[key], a, b, f"{field}.{key}.")
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield f"`{field}` changes its order to {', '.join(after)}"


def _step(old: Any, new: Any, a: Charter, b: Charter) -> str:  # noqa: ANN401 - any value a part may hold
    if old is None:
        return f"is now stated: {_value(new, b)}"
    if new is None:
        return f"is no longer stated (it was {_value(old, a)})"
    return f"changes from {_value(old, a)} to {_value(new, b)}"


def _value(value: Any, charter: Charter) -> str:  # noqa: ANN401
    """A value for people to read."""
    if isinstance(value, Figure):
        return in_words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, BaseModel):
        held = ((info.alias or name, getattr(value, name)) for name, info in type(value).model_fields.items())
        return ", ".join(f"{name} {_value(item, charter)}" for name, item in held if item not in (None, (), False))
    if isinstance(value, tuple):
        return ", ".join(_value(item, charter) for item in value) or "nothing"
    return charter.name(value) if isinstance(value, str) else str(value)


def in_words(figure: Figure) -> str:
    """A figure as people say it: ``four months``."""
    text = str(figure)
    if isinstance(figure.value, int) and 0 <= figure.value < len(_COUNT):
        return text.replace(str(figure.value), _COUNT[figure.value], 1)
    return text


def _named(part: Any) -> str:  # noqa: ANN401 - any part with a name
    label = f" ({part.label})" if part.label else ""
    return f"{part.name}{label} [{part.id}]"


def _sentence(words: str) -> str:
    return words.rstrip(".")


def _concerned(part: BaseModel, charter: Charter) -> tuple[str, ...]:
    """The names of the organs and offices a part names; of an organ or office, itself."""
    own = [part.id] if getattr(part, "id", None) in (charter.organs | charter.offices) else []  # type: ignore[attr-defined]
    idents: Iterable[str] = [*own, *(ident for _, to, ident in references(part) if to in ("organ", "office", "post"))]
    return tuple(dict.fromkeys(charter.name(ident) for ident in idents))


def _above(unit: Unit, charter: Charter) -> tuple[str, ...]:
    return (charter.name(unit.parent),) if unit.parent else ()
