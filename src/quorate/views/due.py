"""What is owed, by whom, by when: the charter's obligations of units, as seen on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quorate.clauses import View
from quorate.run.record import Record
from quorate.terms import dates
from quorate.terms.act import Obligation
from quorate.views.base import Named, Shown, person, state_on, until

OPEN = ("missed", "due")
STATUSES = ("missed", "due", "late", "kept")
HORIZON = 30


@dataclass(frozen=True, slots=True)
class Due(Shown):
    """One obligation on a day. `days` is how many days it is overdue; under nought, how many are left.

    For one that was done, `days` is how many days after its date it was. `who` is an organ or office; `holders` are
    the persons who hold that office then.
    """

    due: str
    status: str
    days: int
    unit: str
    unit_name: str
    who: str
    who_name: str
    holders: tuple[Named, ...]
    what: str
    clause: str
    cite: str
    key: str
    arose: str
    met: str | None
    met_by: str | None
    ref: str | None


@dataclass(frozen=True, slots=True)
class DueList(Shown):
    """Obligations sorted by date, as seen on a day, with those that fall due up to `horizon`."""

    on: str
    horizon: str
    items: tuple[Due, ...]

    def count(self, status: str) -> int:
        """How many have a status."""
        return sum(item.status == status for item in self.items)


def due(
    record: Record,
    on: str,
    horizon_days: int = HORIZON,
    units: Iterable[str] | None = None,
    statuses: Iterable[str] = OPEN,
) -> DueList:
    """What is overdue on a day, and what falls due in the days after it; all units that were open, or those given.

    `statuses` are of `missed`, `due`, `late` and `kept`. Raise `NoSuchUnit`, `NotYetOpen`, `BadDate`.
    """
    at = until(on)
    last = dates.add(on[:10], horizon_days, "days")
    chosen = units if units is not None else [unit for unit in record.units() if record.state(unit).opened <= at]
    wanted = frozenset(statuses)
    found = [item for unit in chosen for item in of_unit(record, unit, at, last) if item.status in wanted]
    return DueList(on, last, tuple(sorted(found, key=lambda i: (i.due[:10], i.unit, i.clause, i.key))))


def of_unit(record: Record, unit: str, at: str, last: str) -> Iterator[Due]:
    """All obligations of a unit, kept or not, of what falls due by `last`, as seen at a moment."""
    for obligation, now in obligations(record, unit, at, last):
        yield shown(obligation, now)


def obligations(record: Record, unit: str, at: str, last: str) -> Iterator[tuple[Obligation, View]]:
    """The same as the clauses in force when each arose give them, with the view of the moment."""
    state = state_on(record, unit, at)
    now = View(record.charter_on(at).charter, state, at)
    for version in record.versions:
        ahead = View(version.charter, state, last)
        for clause in version.charter.clauses:
            for obligation in clause.obligations(ahead, last):
                if record.charter_on(obligation.arose) is version:
                    yield obligation, now


def shown(obligation: Obligation, view: View) -> Due:
    """An obligation with names and days counted."""
    status = obligation.status(view.at)
    met = obligation.met if status in ("kept", "late") else None
    office = obligation.who in view.rules.offices
    holders = sorted(view.holders(obligation.who), key=lambda t: (t.since, t.person)) if office else []
    clause = next(clause for clause in view.rules.clauses if clause.id == obligation.clause)
    return Due(
        obligation.due,
        status,
        dates.days_between(obligation.due, met or view.at),
        obligation.unit,
        view.name(obligation.unit),
        obligation.who,
        view.name(obligation.who),
        tuple(person(view.state, tenure.person) for tenure in holders),
        obligation.what,
        obligation.clause,
        clause.cite,
        obligation.key,
        obligation.arose,
        met,
        obligation.met_by if met else None,
        obligation.ref,
    )
