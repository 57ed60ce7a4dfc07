"""When the conferences that lead up to one must be held, and how many delegates each unit sends: planned back from a
day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from quorate.charter.model import Charter
from quorate.simulate.questions.answer import Column, Headline, Table, spread
from quorate.simulate.questions.chain import ASSUMED, Days, bounded, levels, tasks, top_of
from quorate.simulate.questions.log import Log
from quorate.simulate.questions.network import Plan, Task, planned
from quorate.simulate.questions.seats import Held, Unit, held, known, shared_out, told
from quorate.terms import dates


@dataclass(frozen=True, slots=True)
class Sitting:
    """One unit's conference or meeting: the last day it can be held on, the delegates it sends and to which
    conference; with a log, when it elected them and how many it sent (None: not said). The top sends nobody.
    """

    unit: str
    name: str
    tier: str
    organ: str
    conference: str | None
    latest: str
    members: int | None
    delegates: int | None
    held: str | None = None
    sent: int | None = None

    @property
    def late(self) -> int | None:
        """Days after its last day on which it was held; None where that is not known."""
        return dates.days_between(self.latest, self.held) if self.held else None


@dataclass(frozen=True, slots=True)
class Conferences:
    """The answer: a plan, and each unit's sitting. `tightest` is the chain of tasks with least slack that goes through
    the conferences below; the plan's critical path may be the notice of the conference itself.
    """

    conference: str
    on: str
    names: dict[str, str]
    plan: Plan
    tightest: tuple[str, ...]
    days: Days
    sittings: tuple[Sitting, ...]
    problems: tuple[str, ...]
    log: str | None

    def table(self) -> Table:
        """The calendar: each task by the last day it can start on."""
        columns = (
            Column("latest", "at the latest"), Column("earliest", "at the soonest", aside=3),
            Column("slack", "slack", "days"), Column("tier", "tier", aside=6), Column("task", "task"),
            Column("by", "by", aside=1), Column("days", "takes", "days", aside=4),
            Column("basis", "by clause", aside=2), Column("not_before", "not before", aside=5),
            Column("critical", "critical"),
        )  # fmt: skip
        order = sorted(self.plan.tasks, key=lambda task: task.latest)
        rows = tuple(
            (
                t.latest,
                t.earliest,
                t.slack,
                self.names[t.tier],
                t.words,
                t.by,
                t.days,
                t.basis,
                t.not_before,
                self._mark(t.id),
            )
            for t in order
        )
        return Table(f"What must be done when, for the {self.names[self.conference]} on {self.on}", columns, rows)

    def _mark(self, ident: str) -> str:
        return "critical" if ident in self.plan.critical else "tightest" if ident in self.tightest else ""

    def tables(self) -> tuple[Table, ...]:
        """The calendar, a summary by organ, and every unit."""
        return self.table(), self._organs(), self.units()

    def _organs(self) -> Table:
        columns = (
            Column("organ", "organ"), Column("latest", "to be held by"), Column("units", "units", "units"),
            Column("delegates", "delegates", "delegates"), Column("most", "most from one unit", "delegates"),
            Column("held", "known to be held", "units"), Column("first", "first held"), Column("last", "last held"),
            Column("late", "late", "units"),
        )  # fmt: skip
        rows = []
        for organ in dict.fromkeys(s.organ for s in self.sittings):
            mine = [s for s in self.sittings if s.organ == organ]
            numbers = [s.delegates for s in mine if s.delegates is not None]
            days = sorted(s.held for s in mine if s.held)
            late = sum((s.late or 0) > 0 for s in mine) if days else None
            held_ = (
                (len(days), days[0] if days else None, days[-1] if days else None, late) if self.log else (None,) * 4
            )
            rows.append(
                (self.names[organ], mine[0].latest, len(mine), sum(numbers) or None, max(numbers, default=None), *held_)
            )
        return Table("By organ", columns, tuple(rows))

    def units(self) -> Table:
        """Every unit: the last day of its conference or meeting, and its delegates."""
        columns = (
            Column("unit", "unit"), Column("name", "name"), Column("organ", "organ", aside=1),
            Column("latest", "to be held by"),
            Column("members", "members", "members"), Column("delegates", "delegates", "delegates"),
            Column("to", "to", aside=2),
            Column("held", "held"), Column("late", "late by", "days"), Column("sent", "sent", "delegates"),
        )  # fmt: skip
        rows = tuple(
            (s.unit, s.name, self.names[s.organ], s.latest, s.members, s.delegates,
             self.names[s.conference] if s.conference else None, s.held, s.late, s.sent)
            for s in self.sittings
        )  # fmt: skip
        return Table("Each unit", columns, rows)

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        plan = [_plain(task) for task in self.plan.tasks]
        rest = {
            "conference": self.conference, "on": self.on, "tasks": plan, "critical": list(self.plan.critical),
            "tightest": list(self.tightest), "assumed": asdict(self.days), "problems": list(self.problems),
            "log": self.log, "units": self.units().records(),
        }  # fmt: skip
        return {"question": "conferences", "answer": self.words(), **rest}

    def words(self) -> str:
        """The answer in plain sentences."""
        name = self.names[self.conference]
        begin = self.plan.task(self.plan.critical[0])
        text = f"For a {name} on {self.on}, the first thing is to {begin.words}, by {begin.latest}."
        parts = []
        for row in reversed(self._organs().records()):
            if row["organ"] == name:
                continue
            sends = f", sending {row['delegates']:,} delegates in all" if row["delegates"] else ""
            parts.append(f"every {row['organ']} by {row['latest']}{sends}")
        text += f" Then {'; '.join(parts)}." if parts else ""
        first = self.plan.task(
            next((ident for ident in self.tightest if ident not in self.plan.critical), self.tightest[0])
        )
        text += (
            f" The chain of conferences itself takes {dates.days_between(first.latest, self.on)} days: it can begin as "
            f"late as {first.latest} ({first.words}), {first.slack} days after the first call."
        )
        text += self._late()
        if self.problems:
            where = f"in {len(self.problems):,} unit{'s' * (len(self.problems) != 1)}"
            text += f" Seats could not be shared out {where} ({self.problems[0].rstrip('.')})."
        assumed = sum(task.basis == ASSUMED and task.days > 0 for task in self.plan.tasks)
        return text + (
            f" Notice and times for credentials are the charter's; {assumed} of the tasks' lengths, and each act's own "
            "day, are assumed. Delegates are shared out by the charter's own method from the members known."
        )

    def _late(self) -> str:
        known_ = [s for s in self.sittings if s.held]
        if not known_:
            return ""
        late = spread(float(s.late) for s in known_ if s.late is not None and s.late > 0)
        text = f" By the log {len(known_):,} were held, {late.n:,} of them too late"
        return text + (f" (median {late.median:,.0f} days)." if late.n and late.median is not None else ".")

    def chart(self, path: Path) -> None:
        """The calendar as bars, the critical path in colour. Raise `CannotDraw`."""
        from quorate.simulate.questions.conferences_chart import draw

        draw(self, path)

    def headlines(self) -> tuple[Headline, ...]:
        """How long before the day each organ must sit and the chain must begin; delegates in all."""
        found = []
        for task in self.plan.tasks:
            kind, _, organ = task.id.partition(":")
            if kind in ("hold", "convene") and task.id != f"hold:{self.conference}":
                words = f"{task.words}: days before the {self.names[self.conference]}"
                days = float(dates.days_between(task.latest, self.on))
                found.append(Headline(f"conferences.{kind}.{organ}", words, "days", (days,)))
        for conference in dict.fromkeys(s.conference for s in self.sittings if s.conference):
            total = sum(s.delegates or 0 for s in self.sittings if s.conference == conference)
            words = f"delegates to the {self.names[conference]}"
            found.append(Headline(f"conferences.delegates.{conference}", words, "delegates", (float(total),)))
        return tuple(found)


def _plain(task: Task) -> dict[str, Any]:
    """A task as JSON values."""
    found = {f.name: getattr(task, f.name) for f in fields(task)}
    return found | {"after": {name: str(span) if span else None for name, span in task.after.items()}}


def conferences(
    charter: Charter, on: str, *, conference: str | None = None, days: Days | None = None, log: Log | None = None
) -> Conferences:
    """The calendar for a conference on a day, by the charter; `log` gives units, members and what was in fact held.

    Raise `BadDate`, `NoSuchName` for a conference unknown, `NothingToAnswer` where there is none.
    """
    on, days = dates.day(dates.moment(on)), days or Days()
    top = top_of(charter, conference)
    made = tasks(charter, top, days)
    last = f"hold:{top}"
    plan = planned(bounded(planned(made, last, on), charter, top), last, on)
    chain = levels(charter, top)
    below = [f"check:{level.clause.id}" for level in chain if level.conference == top]
    tightest = plan.path(min(below, key=lambda ident: (plan.task(ident).slack, ident)))
    units, members = told(log, charter, on) if log else known(charter)
    shared, problems = shared_out(charter, chain, units, members)
    names = list(dict.fromkeys([top, *(level.conference for level in chain)]))
    facts = held(log, charter, names, top, on) if log else {}
    sittings = (*_top(charter, top, on, units, facts), *(_sitting(charter, plan, unit, facts) for unit in shared))
    every = {name: charter.name(name) for name in (*charter.tiers, *charter.organs)}
    return Conferences(top, on, every, plan, (*tightest, last), days, sittings, problems, log.name if log else None)


def _top(
    charter: Charter,
    top: str,
    on: str,
    units: Mapping[str, tuple[str, str | None]],
    facts: Mapping[tuple[str, str], Held],
) -> list[Sitting]:
    organ = charter.organs[top]
    hosts = [
        u for u, (tier, _) in sorted(units.items()) if tier == organ.tier and not (organ.units and u not in organ.units)
    ]
    return [
        Sitting(
            u, charter.name(u), organ.tier, top, None, on, None, None, facts[u, top].on if (u, top) in facts else None
        )
        for u in hosts
    ]


def _sitting(charter: Charter, plan: Plan, unit: Unit, facts: Mapping[tuple[str, str], Held]) -> Sitting:
    fact = facts.get((unit.unit, unit.conference), Held(None, None))
    latest = plan.task(f"hold:{unit.organ}").latest
    return Sitting(
        unit.unit, charter.name(unit.unit), unit.tier, unit.organ, unit.conference, latest, unit.members,
        unit.delegates, fact.on, fact.sent,
    )  # fmt: skip
