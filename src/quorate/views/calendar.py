"""A unit's calendar: meetings called and held, deadlines, ends of term, and the periods the charter counts in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from quorate.clauses import View
from quorate.run.record import Record
from quorate.terms import dates
from quorate.views.base import Shown, person, until, view_on
from quorate.views.due import obligations, shown

KINDS = ("meeting", "deadline", "term", "period")


@dataclass(frozen=True, slots=True)
class Event(Shown):
    """Something on a day or at a minute, up to `end` where it lasts. `kind` is meeting, deadline, term or period."""

    at: str
    end: str | None
    kind: str
    title: str
    status: str
    clause: str | None
    ref: str


@dataclass(frozen=True, slots=True)
class Calendar(Shown):
    """A unit's events from the first to the last day, in order, as seen on a day."""

    unit: str
    name: str
    first: str
    last: str
    on: str
    events: tuple[Event, ...]


def calendar(
    record: Record, unit: str, first: str, last: str, on: str | None = None, kinds: Collection[str] = KINDS
) -> Calendar:
    """The unit's events of some `kinds` between two days, both included, as seen on a day (left out: the last).

    Raise `NoSuchUnit`, `NotYetOpen`, `BadDate`.
    """
    first, last = dates.moment(first)[:10], dates.moment(last)[:10]
    at = until(on or last)
    view = view_on(record, unit, at)
    found = [*_meetings(view), *_terms(view), *_deadlines(record, view, last), *_periods(record, view, first, last)]
    kept = [event for event in found if first <= event.at[:10] <= last and event.kind in kinds]
    kept.sort(key=lambda event: (event.at[:10], KINDS.index(event.kind), event.at, event.ref, event.title))
    return Calendar(unit, view.state.name, first, last, on or last, tuple(kept))


def _meetings(view: View) -> Iterator[Event]:
    for meeting in view.state.meetings.values():
        yield Event(
            meeting.opened or meeting.at,
            meeting.closed if meeting.opened else None,
            "meeting",
            view.name(meeting.organ),
            meeting.status,
            None,
            meeting.id,
        )


def _terms(view: View) -> Iterator[Event]:
    ends: dict[tuple[str, str], list[str]] = defaultdict(list)
    for post, tenures in view.state.tenures.items():
        for tenure in tenures:
            if tenure.until is not None and tenure.ended is None:
                ends[tenure.until, post].append(tenure.person)
    for (end, post), persons in ends.items():
        names = ", ".join(sorted(person(view.state, ident).name for ident in persons[:3]))
        more = f" and {len(persons) - 3} more" if len(persons) > 3 else ""
        title = f"term ends: {view.name(post)} ({names}{more})"
        yield Event(end, None, "term", title, "ended" if end <= view.at else "running", None, f"{post}@{end[:10]}")


def _deadlines(record: Record, view: View, last: str) -> Iterator[Event]:
    for obligation, now in obligations(record, view.unit, view.at, last):
        item = shown(obligation, now)
        title = f"{item.who_name}: {item.what}"
        yield Event(item.due, None, "deadline", title, item.status, item.clause, f"{item.clause}/{item.key}")


def _periods(record: Record, view: View, first: str, last: str) -> Iterator[Event]:
    """The calendar periods in which something is demanded of the unit."""
    ahead = dates.add(last, 1, "years")
    counted: set[str] = set()
    for clause in record.charter_on(view.at).charter.clauses:
        per = getattr(clause, "per", None)
        if per and per not in counted and any(True for _ in clause.obligations(view, ahead)):
            counted.add(per)
    for per in sorted(counted):
        for name, start, end in dates.periods(first, last, per):
            yield Event(start, dates.add(end, -1, "days"), "period", f"{per} {name} begins", "", None, name)
