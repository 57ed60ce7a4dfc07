"""What all views share: the state of a unit as of a day, names for people to read, and the way into JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from itertools import takewhile
from typing import Any

from quorate.clauses import View
from quorate.errors import QuorateError
from quorate.log import Entry
from quorate.run.record import Record
from quorate.state.unit import UnitState, fold
from quorate.terms import dates

LAST_MINUTE = "T23:59"
AHEAD = 10  # years: how far ahead to look for the date of something that has begun


class NoSuchUnit(QuorateError):
    """A unit nobody knows, or one whose record has not been opened."""


class NotYetOpen(QuorateError):
    """A question about a day before the unit's record begins."""

    def __init__(self, unit: str, opened: str, on: str) -> None:
        super().__init__(
            f"the record of {unit} begins on {dates.day(opened)}, after {dates.day(on)}.",
            where=unit,
            advice="Ask about a later day.",
        )


class Shown:
    """Base of every view: `as_json` gives plain dicts, lists, text, numbers and truths, keyed by field."""

    __slots__ = ()

    def as_json(self) -> dict[str, Any]:
        """The view as JSON values; fields that hold nothing (None) are kept, so that keys never depend on the data."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of a view
    if isinstance(value, Shown):
        return value.as_json()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Named(Shown):
    """A person, by id, name, and the name in the organisation's own language where it is known."""

    id: str
    name: str
    label: str | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.label}" if self.label else self.name


def until(on: str) -> str:
    """The last moment of a day; a moment given to the minute is itself. Raise `BadDate`."""
    found = dates.moment(on)
    return found if "T" in on else found[:10] + LAST_MINUTE


def state_on(record: Record, unit: str, on: str) -> UnitState:
    """The unit's state as of a moment, folded from the entries up to it. Raise `NoSuchUnit` or `NotYetOpen`."""
    require(record, unit)
    now = record.state(unit)
    if now.opened > on:
        raise NotYetOpen(unit, now.opened, on)
    if now.last <= on:
        return now
    entries = takewhile(lambda entry: entry.at_latest <= on, record.store.read(unit))
    return fold(unit, entries, record.store.unseal)


def entries_on(record: Record, unit: str, on: str) -> dict[str, Entry]:
    """The unit's entries up to a moment, by id."""
    return {entry.entry: entry for entry in takewhile(lambda entry: entry.at_latest <= on, record.store.read(unit))}


def view_on(record: Record, unit: str, on: str) -> View:
    """The unit's state as of a moment, beside the charter in force then."""
    return View(record.charter_on(on).charter, state_on(record, unit, on), on)


def require(record: Record, unit: str) -> None:
    """Raise `NoSuchUnit`, with the nearest name, unless the unit is known and its record open."""
    known = record.charter.unit(unit)
    if known is None:
        raise NoSuchUnit(f"there is no unit {unit!r}.", advice=_near_unit(record, unit))
    if record.store.head(unit).seq == 0:
        raise NoSuchUnit(f"{known.name} ({unit}) has no record yet.", advice="Open it with `quorate init`.")


def _near_unit(record: Record, unit: str) -> str:
    units = record.charter.known.values()
    words = {word.casefold(): found.id for found in units for word in (found.label or "", found.name, found.id) if word}
    near = get_close_matches(unit.casefold(), words, n=1, cutoff=0.5)
    return f"Did you mean {words[near[0]]} ({record.charter.name(words[near[0]])})?" if near else ""


def nearest(word: str, known: Iterable[str], advice: str = "") -> str:
    """Advice that names the nearest known word, or else `advice`."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else advice


def person(state: UnitState, ident: str) -> Named:
    """Somebody as the unit knows them; by their id alone where it does not."""
    known = state.persons.get(ident)
    return Named(ident, known.name if known else ident, known.label if known else None)


def label_of(record: Record, ident: str) -> str | None:
    """The label of an organ, office or unit in the organisation's own language."""
    charter = record.charter
    found: Any = charter.organs.get(ident) or charter.offices.get(ident) or charter.known.get(ident)
    return found.label if found is not None else None
