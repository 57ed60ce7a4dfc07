"""The play: day by day, every unit's officers look at their papers and do what is owed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from quorate.clauses import Clause
from quorate.clauses.appointment import Appointment
from quorate.clauses.cadence import Cadence
from quorate.clauses.convening import Convening
from quorate.clauses.election import Election
from quorate.clauses.finance import Finance
from quorate.clauses.procedure import Procedure
from quorate.clauses.reporting import Reporting
from quorate.clauses.representation import Representation
from quorate.officers import papers, polls, sittings
from quorate.officers.desk import Desk, Tally, Wanted
from quorate.officers.founding import Founding
from quorate.officers.scenario import Happening, Scenario
from quorate.run.record import Record
from quorate.terms import dates
from quorate.terms.act import Act, Obligation, Refusal

Progress = Callable[[str, int, int], None]
AHEAD = 45  # days ahead that officers look
NEWS = 3  # days in which an officer sees that something has come in


class Play:
    """Plays a scenario on a record, from nothing to its last day. The same seed gives the same entries."""

    def __init__(self, record: Record, scenario: Scenario, seed: int = 1, progress: Progress | None = None) -> None:
        self.record, self.scenario = record, scenario
        self.rng = random.Random(seed)
        self.tally = Tally()
        self.wanted: dict[str, list[Wanted]] = {}
        self.progress = progress or (lambda _what, _done, _total: None)
        self.tiers: dict[str, str] = {}
        self.seen: dict[str, int] = {}

    def run(self) -> Tally:
        """Open every unit, then live through every day."""
        self.open()
        days = list(_days(self.scenario.from_, self.scenario.to))
        for number, day in enumerate(days):
            with self.record.group():
                self.day(day)
            self.progress("days lived", number + 1, len(days))
        self.record.save_post()
        return self.tally

    def open(self) -> None:
        """Record every unit's opening statement."""
        founding = Founding(self.record, self.scenario, self.rng)
        units = founding.units()
        for start in range(0, len(units), 100):
            with self.record.group():
                for unit in units[start : start + 100]:
                    self.record.open_unit(unit, f"{self.scenario.from_}T00:00", founding.statement(unit))
                    self.tiers[unit.id] = unit.tier
            self.progress("units opened", min(start + 100, len(units)), len(units))

    def desk(self, unit: str, day: str) -> Desk:
        """A desk in a unit on a day."""
        return Desk(self.record, self.scenario, unit, day, self.tally, self.wanted, self.rng)

    def day(self, day: str) -> None:
        """One day: what comes from outside, the papers of the units whose turn it is, the meetings called for today,
        the post.
        """
        for happening in self.scenario.happenings:
            if happening.on == day:
                self.happen(happening)
        number = dates.days_between(self.scenario.from_, day)
        meeting = self.tally.sittings.pop(day, set())
        visit_days = self.scenario.manner.visit_days
        for index, (unit, tier) in enumerate(self.tiers.items()):
            desk = self.desk(unit, day)
            turn = (number + index) % visit_days.get(tier, 7) == 0
            news = (number + index) % NEWS == 0 and self.seen.get(unit) != desk.state.seq
            if turn or news:
                self.visit(desk)
                self.seen[unit] = desk.state.seq
            if unit in meeting:
                sittings.held_today(desk)
        self.tally.delivered += self.record.deliver()

    def happen(self, happening: Happening) -> None:
        """Something from outside, done by whoever may."""
        desk = self.desk(happening.unit, happening.on)
        columns: dict[str, Any] = {"organ": happening.organ, "ref": happening.ref, "say": dict(happening.say)}
        if happening.subject:
            columns["subject"] = self._person(desk, happening.subject)
        actor, office = happening.actor, None
        if actor is None:
            actor, office = self._entitled(desk, happening, columns)
        found = desk.do(happening.act, actor, office=office, **columns)
        if isinstance(found, Refusal) == (happening.expect == "refused"):
            if isinstance(found, Refusal):
                act, _ = self.tally.refused.pop()
                self.tally.attempts.append((happening.on, act, found))
        else:
            act = Act(happening.act, happening.unit, happening.on, actor)
            self.tally.attempts.append((happening.on, act, found))

    def _entitled(self, desk: Desk, happening: Happening, columns: dict[str, Any]) -> tuple[str | None, str | None]:
        view = desk.view()
        first: tuple[str | None, str | None] = (None, None)
        for office in desk.charter.offices.values():
            for tenure in view.holders(office.id):
                first = first if first[0] else (tenure.person, office.id)
                if desk.would(happening.act, tenure.person, office=office.id, **columns):
                    return tenure.person, office.id
        return first

    def _person(self, desk: Desk, named: str) -> str:
        """Who `named` is: somebody who holds nothing there, a seat holder, or the person or unit itself."""
        kind, _, post = named.partition("=")
        if kind == "holder":
            return sorted(tenure.person for tenure in desk.view().holders(post))[-1]
        if named != "member":
            return named
        busy = {t.person for tenures in desk.state.tenures.values() for t in tenures}
        known = sorted(p.id for p in desk.state.persons.values() if p.unit and p.id not in busy)
        if not known:
            known = sorted(p.id for p in desk.state.persons.values() if p.unit)
        return self.rng.choice(known)

    # --- one look at a unit's papers

    def visit(self, desk: Desk) -> None:
        """What an officer does at a look: seats, credentials, conferences, what is owed, matters, admissions,
        meetings.
        """
        papers.seat(desk)
        papers.credentials(desk)
        self.conferences(desk)
        view = desk.view()
        until = desk.days_on(AHEAD)
        for rule in desk.charter.of(Clause, desk.state.tier):
            for owed in rule.obligations(view, until):
                if owed.met is None and not desk.lapsed(rule.id, owed.key):
                    self.meet(desk, owed, rule)
        self.elections(desk)
        papers.matters(desk)
        papers.admissions(desk)
        sittings.for_decisions(desk)

    def meet(self, desk: Desk, owed: Obligation, rule: Any) -> None:  # noqa: ANN401
        """Do what one obligation asks."""
        if isinstance(rule, Cadence):
            sittings.plan(desk, owed, rule)
        elif isinstance(rule, Reporting):
            if owed.key in desk.state.received:
                papers.answer_report(desk, owed, rule)
            else:
                papers.file_report(desk, owed, rule)
        elif isinstance(rule, Appointment):
            papers.answer_nomination(desk, owed, rule)
        elif isinstance(rule, Finance):
            papers.books(desk, owed, rule)
        elif isinstance(rule, Procedure) and rule.every and owed.ref is None:
            self._regular(desk, owed, rule)

    def _regular(self, desk: Desk, owed: Obligation, rule: Procedure) -> None:
        """Open the matter a period wants, some way into it."""
        length = dates.days_between(owed.arose, owed.due) + 1
        if dates.add(owed.arose[:10], length // 4, "days") > desk.day:
            return
        stage = rule.stages[0]
        actor, office = desk.able(stage.by)
        say = papers.stated(desk, rule, None, stage)
        say.setdefault("title", f"{rule.title}, {owed.key}")
        columns: dict[str, Any] = {}
        if rule.about == "unit":
            below = [u.id for tier in rule.about_tiers for u in desk.charter.below(desk.unit, tier)]
            columns["subject"] = self.rng.choice(sorted(below)) if below else None
        desk.do(
            f"{rule.matter}.{stage.id}",
            actor,
            office=office,
            ref=f"{rule.matter}/{owed.key}/{desk.unit}",
            say=say,
            **columns,
        )

    def elections(self, desk: Desk) -> None:
        """Call the electing organ together where posts stand empty or terms run out and it has no meeting ahead."""
        for rule in desk.clauses(Election):
            if desk.charter.organs[rule.organ].membership == "credentials" or not desk.view().has_organ(rule.organ):
                continue
            if not desk.view().members(rule.organ) or sittings.waiting(desk, rule.organ):
                continue
            if any(
                polls.due(desk, rule, post) and not desk.lapsed(rule.id, post) for post in polls.posts_of(desk, rule)
            ):
                sittings.call(desk, rule.organ, desk.days_on(7))
        for sending in desk.clauses(Representation):
            for organ in sending.elected_by:
                basic = desk.charter.organs[organ].membership == "everyone"
                if basic and desk.view().has_organ(organ) and polls.missing(desk, sending) > 0:
                    sittings.call(desk, organ, desk.days_on(7))

    def conferences(self, desk: Desk) -> None:
        """Follow an instruction to convene: apportion the seats, and call the conference for its day."""
        for rule in desk.clauses(Convening):
            if rule.instruction is None or not desk.view().has_organ(rule.organ):
                continue
            for ref, document in desk.state.instructions.items():
                held = desk.state.by_organ.get(rule.organ, ())
                if document.data.get("organ") != rule.organ or any(m.instruction == ref for m in held):
                    continue
                self._apportion(desk, rule.organ)
                on = next((s.on for s in self.scenario.sittings if s.unit == desk.unit and s.organ == rule.organ), None)
                sittings.call(desk, rule.organ, on or str(document.data.get("hold_by", desk.days_on(60)))[:10], ref)

    def _apportion(self, desk: Desk, organ: str) -> None:
        for rule in desk.clauses(Representation):
            if rule.conference == organ:
                actor, office = desk.able(rule.apportioned_by)
                desk.do("conference.apportion", actor, office=office, say={"conference": organ})


def _days(first: str, last: str) -> Iterator[str]:
    day = first
    while day <= last:
        yield day
        day = dates.add(day, 1, "days")
