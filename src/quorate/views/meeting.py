"""The minutes sheet of a meeting, and the list of a unit's meetings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quorate.clauses import View
from quorate.clauses.quorum import Quorum
from quorate.errors import QuorateError
from quorate.run.record import Record
from quorate.state.meetings import Meeting, Motion
from quorate.views.base import Named, Shown, entries_on, nearest, person, until, view_on


class NoSuchMeeting(QuorateError):
    """A meeting the unit's record does not hold."""


@dataclass(frozen=True, slots=True)
class Item(Shown):
    """An item of business: whether it was on the agenda, and the entry that took it (None: not taken)."""

    business: str
    name: str
    on_agenda: bool
    taken: str | None


@dataclass(frozen=True, slots=True)
class Vote(Shown):
    """A motion: `result` is carried, lost or open; `votes` for, against and abstain; `outcome` the option chosen."""

    id: str
    business: str
    text: str
    about: str | None
    mover: Named | None
    votes: Mapping[str, int]
    result: str
    outcome: str | None
    entry: str | None


@dataclass(frozen=True, slots=True)
class Ballot(Shown):
    """An election: nominees, those elected (None until counted), and the count's rounds in words."""

    id: str
    fills: str
    fills_name: str
    seats: int
    nominees: tuple[Named, ...]
    elected: tuple[Named, ...] | None
    rounds: tuple[str, ...]
    entry: str | None


@dataclass(frozen=True, slots=True)
class Sheet(Shown):
    """The minutes sheet. `entitled` is how many could attend; `quorum` whether enough did, in the charter's words."""

    id: str
    unit: str
    unit_name: str
    organ: str
    organ_name: str
    status: str
    called_for: str
    convened: str
    convened_by: Named | None
    instruction: str | None
    opened: str | None
    closed: str | None
    chair: Named | None
    present: tuple[Named, ...]
    entitled: int
    quorum: str | None
    agenda: tuple[Item, ...]
    motions: tuple[Vote, ...]
    elections: tuple[Ballot, ...]
    minutes: str | None


@dataclass(frozen=True, slots=True)
class Line(Shown):
    """A meeting in a list."""

    id: str
    organ: str
    organ_name: str
    at: str
    status: str
    present: int
    entitled: int
    motions: int
    elections: int


@dataclass(frozen=True, slots=True)
class Meetings(Shown):
    """A unit's meetings up to a day, by date."""

    unit: str
    name: str
    on: str
    meetings: tuple[Line, ...]


def meetings(record: Record, unit: str, on: str, organ: str | None = None) -> Meetings:
    """All meetings called by a day, of one organ if named. Raise `NoSuchUnit`, `NotYetOpen`, `BadDate`."""
    view = view_on(record, unit, until(on))
    found = [m for m in view.state.meetings.values() if organ in (None, m.organ)]
    found.sort(key=lambda m: (m.opened or m.at, m.id))
    lines = tuple(
        Line(
            m.id,
            m.organ,
            view.name(m.organ),
            m.opened or m.at,
            m.status,
            len(m.present),
            m.entitled,
            len(m.motions),
            len(m.elections),
        )
        for m in found
    )
    return Meetings(unit, view.state.name, on, lines)


def meeting(record: Record, unit: str, ident: str, on: str) -> Sheet:
    """The minutes sheet of a meeting as of a day. Raise `NoSuchMeeting`, `NoSuchUnit`, `NotYetOpen`, `BadDate`."""
    view = view_on(record, unit, until(on))
    found = view.state.meetings.get(ident)
    if found is None:
        advice = nearest(ident, view.state.meetings, "List them with `quorate meeting`.")
        raise NoSuchMeeting(f"there is no meeting {ident!r} in {unit} by then.", where=unit, advice=advice)
    caller = entries_on(record, unit, view.at)[found.convened_by].actor
    motions = tuple(_vote(motion, view) for motion in found.motions.values())
    return Sheet(
        ident,
        unit,
        view.name(unit),
        found.organ,
        view.name(found.organ),
        found.status,
        found.at,
        found.convened,
        person(view.state, caller) if caller else None,
        found.instruction,
        found.opened,
        found.closed,
        person(view.state, found.chair) if found.chair else None,
        tuple(sorted((person(view.state, p) for p in found.present), key=lambda p: (p.name, p.id))),
        found.entitled,
        _quorum(found, view),
        _agenda(found, view),
        motions,
        tuple(_ballot(election, view) for election in found.elections),
        found.minutes,
    )


def _quorum(found: Meeting, view: View) -> str | None:
    clause = next((c for c in view.rules.clauses if isinstance(c, Quorum) and c.organ == found.organ), None)
    if clause is None or found.opened is None:
        return None
    met = clause.met(len(found.present), found.entitled, view.rules)
    need = f"at least {clause.at_least}" if clause.at_least else f"more than {clause.more_than}"
    return f"{'met' if met else 'not met'}: {need} ({clause.id})"


def _agenda(found: Meeting, view: View) -> tuple[Item, ...]:
    items = list(dict.fromkeys([*found.agenda, *found.taken]))
    return tuple(Item(item, _business(item, view), item in found.agenda, found.taken.get(item)) for item in items)


def _business(item: str, view: View) -> str:
    word, _, post = item.partition(":")
    return f"election: {view.name(post)}" if word == "elect" and post else view.name(item)


def _vote(motion: Motion, view: View) -> Vote:
    result = "open" if motion.carried is None else "carried" if motion.carried else "lost"
    return Vote(
        motion.id,
        view.name(motion.business),
        motion.text,
        motion.ref,
        person(view.state, motion.mover) if motion.mover else None,
        dict(motion.votes),
        result,
        motion.outcome,
        motion.voted_by,
    )


def _ballot(ident: str, view: View) -> Ballot:
    found = view.state.elections[ident]
    elected = None if found.elected is None else tuple(person(view.state, p) for p in found.elected)
    return Ballot(
        ident,
        found.fills,
        view.name(found.fills),
        found.seats,
        tuple(person(view.state, p) for p in found.nominees),
        elected,
        tuple(found.rounds),
        found.counted_by,
    )
