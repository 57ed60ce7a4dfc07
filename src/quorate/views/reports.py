"""A unit's routine reports: what it owes and has filed, and what it has received and must answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quorate.clauses import View
from quorate.clauses.reporting import Reporting
from quorate.run.record import Record
from quorate.state.matters import Filed
from quorate.terms import dates
from quorate.views.base import AHEAD, Shown, until, view_on


@dataclass(frozen=True, slots=True)
class Report(Shown):
    """A report on a period. `state` is due, overdue, filed, acknowledged or returned; `late` when filed after its date.

    `to` are the addressees' names; for a report received, `unit` is who sent it and `due` when it must be answered.
    """

    report: str
    title: str
    period: str
    unit: str
    to: tuple[str, ...]
    due: str
    state: str
    late: bool
    filed: str | None
    answered: str | None
    id: str | None
    clause: str
    cite: str


@dataclass(frozen=True, slots=True)
class Reports(Shown):
    """The reports a unit files, and those it receives, by period, as seen on a day."""

    unit: str
    name: str
    on: str
    files: tuple[Report, ...]
    receives: tuple[Report, ...]

    def count(self, state: str) -> int:
        """How many of the reports it files are in a state."""
        return sum(report.state == state for report in self.files)


def reports(record: Record, unit: str, on: str, horizon_days: int = 30) -> Reports:
    """The unit's reports as of a day, with those that fall due in the days after it.

    Raise `NoSuchUnit`, `NotYetOpen`, `BadDate`.
    """
    view = view_on(record, unit, until(on))
    last = dates.add(on[:10], horizon_days, "days")
    files: list[Report] = []
    receives: list[Report] = []
    for clause in view.rules.clauses:
        if isinstance(clause, Reporting):
            files += _files(clause, view, last)
            receives += _receives(clause, view, last)

    def order(found: Report) -> tuple[str, str, str, str]:
        return (found.period, found.report, found.unit, found.id or "~")

    return Reports(unit, view.state.name, on, tuple(sorted(files, key=order)), tuple(sorted(receives, key=order)))


def _files(clause: Reporting, view: View, last: str) -> Iterator[Report]:
    to = tuple(view.name(place) for place in clause.addressees(view) or ([clause.to_organ] if clause.to_organ else []))
    versions: dict[str, list[Filed]] = {}
    for filed in view.state.filed.values():
        if filed.report == clause.report:
            versions.setdefault(filed.period, []).append(filed)
    ahead = View(view.rules, view.state, last)
    for obligation in clause.obligations(ahead, last):
        if obligation.key in view.state.received:
            continue
        period, _, number = obligation.key.partition("/")
        those = versions.get(period, [])
        index = int(number or 1) - 1
        filed_as = those[index] if index < len(those) else None
        overdue = obligation.status(view.at) == "missed"
        state = filed_as.status if filed_as else "overdue" if overdue else "due"
        yield Report(
            clause.report,
            clause.title,
            period,
            view.unit,
            to,
            obligation.due,
            state,
            obligation.status(view.at) == "late",
            filed_as.filed if filed_as else None,
            filed_as.answered if filed_as else None,
            filed_as.id if filed_as else None,
            clause.id,
            clause.cite,
        )


def _receives(clause: Reporting, view: View, last: str) -> Iterator[Report]:
    ahead = View(view.rules, view.state, last)
    limits = (
        {o.key: o for o in clause.obligations(ahead, dates.add(last, AHEAD, "years")) if o.key in view.state.received}
        if (clause.answer)
        else {}
    )
    for received in view.state.received.values():
        if received.report != clause.report or not _answers_here(clause, view):
            continue
        limit = limits.get(received.id)
        overdue = limit is not None and limit.status(view.at) == "missed"
        yield Report(
            clause.report,
            clause.title,
            received.period,
            received.unit,
            (view.name(view.unit),),
            limit.due if limit else "",
            "overdue" if overdue else received.status,
            limit is not None and limit.status(view.at) == "late",
            received.filed,
            received.answered,
            received.id,
            clause.id,
            clause.cite,
        )


def _answers_here(clause: Reporting, view: View) -> bool:
    """Several clauses may speak of one kind of report; a received one belongs to the clause that sends it here."""
    if clause.to_units:
        return view.unit in clause.to_units
    return clause.to_tier == view.state.tier
