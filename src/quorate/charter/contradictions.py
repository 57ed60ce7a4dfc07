"""Numbers that cannot be, and clauses that contradict one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from pydantic import BaseModel

from quorate.charter.document import Path
from quorate.charter.draft import Draft
from quorate.charter.findings import MOST, Finding, listed
from quorate.charter.model import Charter
from quorate.charter.walk import numbers
from quorate.clauses import Clause
from quorate.terms.parts import Figure, Office, Organ, Span

# A thousand years, which no deadline or term reaches, and which a date of our times can be moved by.
_LONGEST = {"days": 365_000, "weeks": 52_000, "months": 12_000, "years": 1_000}
_MOST = 10_000_000
_SAID_BESIDE = {"id", "cite", "note", "assumed"}


def contradictions(draft: Draft, charter: Charter) -> Iterator[Finding]:
    """Faults of sense: those each kind of clause knows of itself, and those of posts and figures whatever the kind."""
    odd = list(_figures(draft))
    yield from odd
    yield from _twice(draft)
    yield from _posts(draft, charter)
    if not odd:  # the kinds reckon with the figures
        yield from islice(_clauses(draft, charter), MOST)


def _clauses(draft: Draft, charter: Charter) -> Iterator[Finding]:
    for number, clause in enumerate(charter.clauses):
        for field, message in clause.problems(charter):
            code = "contradiction" if message.startswith("contradicts ") else "impossible"
            yield draft.finding(code, ("clauses", number, field), message)


def _twice(draft: Draft) -> Iterator[Finding]:
    """Two clauses that speak of the very same and differ only in their numbers, or not at all."""
    seen: dict[tuple[object, ...], int] = {}
    for number, clause in enumerate(draft.file.clauses):
        first = seen.setdefault(_skeleton(clause), number)
        if first == number:
            continue
        other = draft.file.clauses[first]
        here, there = dict(numbers(clause)), dict(numbers(other))
        differ = next((path for path, figure in here.items() if figure.value != there[path].value), None)
        place = draft.document.place(("clauses", first))
        if differ is None:
            message = f"says the same as {other.id}"
            yield draft.finding(
                "duplicate-clause", ("clauses", number), message, f"Keep one; the first stands at {place}."
            )
        else:
            message = f"contradicts {other.id}: {here[differ]} here, {there[differ]} there"
            yield draft.finding(
                "contradiction", ("clauses", number, *differ), message, f"{other.id} stands at {place}."
            )


def _skeleton(clause: Clause) -> tuple[object, ...]:
    """All a clause says but its numbers, and what stands beside the rule itself."""
    return tuple(
        (name, _bones(getattr(clause, name))) for name in type(clause).model_fields if name not in _SAID_BESIDE
    )


def _bones(value: object) -> object:
    if isinstance(value, Figure):
        return (type(value).__name__, value.of)
    if isinstance(value, BaseModel):
        return tuple((name, _bones(getattr(value, name))) for name in type(value).model_fields)
    if isinstance(value, Mapping):
        return tuple(sorted((key, _bones(item)) for key, item in value.items()))
    return tuple(_bones(item) for item in value) if isinstance(value, tuple) else value


def _posts(draft: Draft, charter: Charter) -> Iterator[Finding]:
    for table in ("organs", "offices"):
        for number, post in enumerate(getattr(draft.file, table)):
            yield from _post(draft, post, (table, number))
            if isinstance(post, Office) and post.organ:
                yield from _seat(draft, post, charter.organs[post.organ], (table, number))


def _post(draft: Draft, post: Organ | Office, path: Path) -> Iterator[Finding]:
    for name in ("seats", "term"):
        figure = getattr(post, name)
        if figure is not None and figure.value == 0:
            message = f"`{post.id}` has {'no seats' if name == 'seats' else 'a term of no time'}"
            yield draft.finding(
                "impossible", (*path, name, "value"), message, f"Leave out `{name}` where the charter fixes none."
            )
    for index, unit in enumerate(post.units):
        if draft.units[unit].tier != post.tier:
            there = draft.units[unit].tier
            message = f"`{post.id}` is of the tier `{post.tier}`, and the unit `{unit}` of the tier `{there}`"
            yield draft.finding("wrong-tier", (*path, "units", index), message, "Name units of the post's own tier.")


def _seat(draft: Draft, office: Office, organ: Organ, path: Path) -> Iterator[Finding]:
    if office.tier != organ.tier:
        tiers = f"is of the tier `{office.tier}`, and its organ `{organ.id}` of the tier `{organ.tier}`"
        message = f"the office `{office.id}` {tiers}"
        yield draft.finding("wrong-tier", (*path, "organ"), message, "An office sits on an organ of its own unit.")
    seats = office.seats.value if office.seats else 1
    if organ.seats and seats > organ.seats.value:
        message = f"the office `{office.id}` has {seats} seats, and its organ `{organ.id}` only {organ.seats.value}"
        where: Path = (*path, "seats", "value") if office.seats else (*path, "organ")
        yield draft.finding("impossible", where, message)


def _figures(draft: Draft) -> Iterator[Finding]:
    """Numbers that mean nothing: fractions of nothing, times that leave the calendar, more than anybody can count."""
    for path, figure in numbers(draft.file):
        if figure.number > _MOST:
            yield draft.finding(
                "impossible", (*path, "value"), f"{figure.value} is over {_MOST:,}, the most there can be"
            )
        if figure.number.denominator != 1 and figure.of is None:
            of = listed(["seats", "members", "present", "cast", "root-of-members"])
            message = f"{figure.value} is a fraction, and it does not say of what"
            yield draft.finding("impossible", (*path, "value"), message, f"Add `of`: one of {of}.")
        if isinstance(figure, Span) and figure.number > _LONGEST[figure.unit]:
            longest = f"{_LONGEST[figure.unit]:,} {figure.unit}"
            yield draft.finding(
                "impossible", (*path, "value"), f"a time of {figure} is over {longest}, the longest there is"
            )
