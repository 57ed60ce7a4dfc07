"""Who sends how many representatives to a conference, and how far each unit has come with electing them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quorate.clauses import View
from quorate.errors import QuorateError
from quorate.run.record import Record
from quorate.terms import dates
from quorate.views.base import Named, Shown, nearest, person, until, view_on


class NoSuchConference(QuorateError):
    """An organ that is not one of representatives."""


@dataclass(frozen=True, slots=True)
class Delegate(Shown):
    """A representative whose credential came in: `accepted` is None until it is checked."""

    person: Named
    unit: str
    received: str
    accepted: bool | None
    entry: str


@dataclass(frozen=True, slots=True)
class Sender(Shown):
    """One unit that sends representatives: its quota, how many it elected; credentials sent, accepted, rejected."""

    unit: str
    name: str
    label: str | None
    quota: int
    elected: int
    sent: int
    accepted: int
    rejected: int
    delegates: tuple[Delegate, ...]


@dataclass(frozen=True, slots=True)
class Conference(Shown):
    """The representatives of one conference in the unit that holds it, by sending unit."""

    conference: str
    name: str
    unit: str
    unit_name: str
    on: str
    apportioned: str | None
    senders: tuple[Sender, ...]

    def total(self, column: str) -> int:
        """The sum of a column of the senders."""
        return sum(getattr(sender, column) for sender in self.senders)


def delegates(record: Record, conference: str, on: str, unit: str | None = None) -> tuple[Conference, ...]:
    """The latest apportionment of a conference and what came of it by a day, in each unit that holds such a conference.

    Units that have neither apportioned it nor received a credential are left out. Raise `NoSuchConference`,
    `NoSuchUnit`, `NotYetOpen`, `BadDate`.
    """
    at = until(on)
    charter = record.charter_on(at).charter
    organ = charter.organs.get(conference)
    if organ is None or organ.membership != "credentials":
        known = [other.id for other in charter.organs.values() if other.membership == "credentials"]
        advice = nearest(conference, known, f"There are: {', '.join(known) or 'none'}.")
        raise NoSuchConference(f"there is no conference {conference!r}.", advice=advice)
    hosts = [unit] if unit else [other for other in record.units() if charter.known[other].tier == organ.tier]
    found = []
    for host in hosts:
        if unit is None and record.state(host).opened > at:
            continue
        view = view_on(record, host, at)
        if conference in view.state.apportioned or any(name == conference for name, _ in view.state.credentials):
            found.append(_conference(record, view, conference, on))
    return tuple(found)


def _conference(record: Record, view: View, conference: str, on: str) -> Conference:
    quotas, _, since = view.state.apportioned.get(conference, ({}, "", ""))
    came = [
        Delegate(person(view.state, c.person), c.unit, c.received, c.accepted, c.checked_by or c.by)
        for (name, _), c in view.state.credentials.items()
        if name == conference and c.received >= since
    ]
    units = sorted({*(unit for unit, seats in quotas.items() if seats), *(delegate.unit for delegate in came)})
    senders = tuple(_senders(record, view, conference, since, units, quotas, came))
    return Conference(conference, view.name(conference), view.unit, view.name(view.unit), on, since or None, senders)


def _senders(
    record: Record,
    view: View,
    conference: str,
    since: str,
    units: list[str],
    quotas: dict[str, int],
    came: list[Delegate],
) -> Iterator[Sender]:
    for unit in units:
        theirs = sorted((d for d in came if d.unit == unit), key=lambda d: (d.person.name, d.person.id))
        known = record.charter.unit(unit)
        yield Sender(
            unit,
            view.name(unit),
            known.label if known else None,
            quotas.get(unit, 0),
            _elected(record, unit, conference, since, view.at),
            len(theirs),
            sum(d.accepted is True for d in theirs),
            sum(d.accepted is False for d in theirs),
            tuple(theirs),
        )


def _elected(record: Record, unit: str, conference: str, since: str, at: str) -> int:
    """How many the unit has elected since the conference was apportioned."""
    if not record.store.head(unit).seq or record.state(unit).opened > at:
        return 0
    elections = view_on(record, unit, at).state.elections.values()
    counted = [e for e in elections if e.fills == conference and e.counted and dates.day(e.counted) >= dates.day(since)]
    return sum(len(e.elected or ()) for e in counted)
