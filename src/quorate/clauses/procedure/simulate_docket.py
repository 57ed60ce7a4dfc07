"""What waits for a decision, whatever procedure it belongs to: put to the first competent organ that meets, in the
order it came; where none is to meet in time, one is called together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.convening import Convening
from quorate.clauses.procedure import Procedure
from quorate.world.bodies import NONE, Body, Sitting
from quorate.world.calendar import after
from quorate.world.face import Face
from quorate.world.units import quoted
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
Carried = Callable[[Ints, int, Ints, Ints], None]


@dataclass(slots=True)
class Question:
    """A stage that rests on a decision. `told` is called with the rows carried, the organ's place among `bodies`, the
    days of the meetings and the motions' numbers. `bodies` come with the business they decide it as, and the days
    of notice they take; soonest first. `looks` ([units]) is when somebody looks next whether a meeting is needed.
    """

    clause: Procedure
    stage: int
    told: Carried
    bodies: list[tuple[Body, str, int]] = field(default_factory=list)
    looks: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def person(self) -> bool:
        """Whether it is about persons."""
        return self.clause.about == "person"


class Docket(Face):
    """All that waits, as arrays in the order it came: of which `question`, which `row` of its face, which `matter`, in
    which `unit`, by when to be decided.
    """

    def __init__(self, world: World) -> None:
        super().__init__(None, world)
        self.questions: list[Question] = []
        self.columns = np.zeros((5, 0), np.int64)
        self.attached: set[str] = set()
        self.sat: dict[str, Ints] = {}
        self.known = False

    def add(self, question: Question) -> int:
        """Let a stage ask for decisions; return its number."""
        self.questions.append(question)
        for body in self._organs(question):
            if body.id not in self.attached:
                self.attached.add(body.id)
                self.sat[body.id] = np.full(len(body.has), -(2**40), np.int64)
                body.business.append(self)
        return len(self.questions) - 1

    def _organs(self, question: Question) -> list[Body]:
        stage = question.clause.stages[question.stage]
        tier, organs = question.clause.tier, self.world.rules.organs.values()
        names = stage.decision.organs if stage.decision else [o.id for o in organs if o.membership != "credentials"]
        found = (self.world.bodies.get(name) for name in names)
        return [body for body in found if body is not None and body.organ.tier == tier]

    def _learn(self) -> None:
        """Learn which organs may decide what: not before all faces have begun."""
        self.known = True
        notices = {c.organ: c.notice for c in self.world.rules.of(Convening)}
        for question in self.questions:
            decision = question.clause.stages[question.stage].decision
            wanted = decision.business if decision and decision.business else tuple(self.world.rules.businesses)
            for body in self._organs(question):
                business = next((name for name in wanted if name in body.answers), None)
                if business is not None:
                    notice = notices.get(body.id)
                    question.bodies.append((body, business, int(after(0, notice)) if notice else 0))
            question.bodies.sort(key=lambda row: row[2])
            question.looks = np.zeros(self.world.units.count(question.clause.tier), np.int64)

    def bodies(self, number: int) -> list[tuple[Body, str, int]]:
        """The organs that may decide a question, their business, their notice."""
        if not self.known:
            self._learn()
        return self.questions[number].bodies

    def lead(self, number: int, units: Ints) -> Ints:
        """The days before a decision is needed on which somebody sees to it that an organ meets."""
        return min((notice for _, _, notice in self.bodies(number)), default=0) + self._patience(number, units)

    def _patience(self, number: int, units: Ints) -> Ints:
        name = f"decision_patience_days@{self.questions[number].clause.id}"
        return np.floor(self.world.value(name, units)).astype(np.int64)

    # --- asking

    def ask(self, number: int, rows: Ints, matters: Ints, units: Ints, by: Ints) -> None:
        """Wait for a decision, needed by these days."""
        world = self.world
        fresh = np.stack([np.full(len(rows), number), rows, matters, units, by])
        self.columns = np.concatenate([self.columns, fresh], axis=1)
        days = np.minimum(world.today + self._patience(number, units), by - self.lead(number, units))
        self._later(number, units, days)

    def _later(self, number: int, units: Ints, days: Ints) -> None:
        """Look on these days, unless somebody looks before."""
        question, world = self.questions[number], self.world
        days = np.maximum(days, world.today + 1)
        places = units - world.units.first(question.clause.tier)
        planned = question.looks[places]
        sooner = (planned <= world.today) | (days < planned)
        question.looks[places[sooner]] = days[sooner]
        world.on(days[sooner], MORNING, self._look, np.full(int(sooner.sum()), number), units[sooner])

    def _look(self, numbers: Ints, units: Ints) -> None:
        for number in np.unique(numbers):
            self._call(int(number), np.unique(units[numbers == number]))

    def _call(self, number: int, units: Ints) -> None:
        """Have an organ meet where something waits and none is to."""
        mine = self.columns[0] == number
        units = units[np.isin(units, self.columns[3][mine])]
        world, bodies = self.world, self.bodies(number)
        wait, by = np.zeros(len(units), np.int64), self._needed(number, units)
        for body, _, _ in bodies:
            ahead = body.ahead[units - body.first]
            wait = np.where((wait == 0) & (ahead != NONE) & (ahead < by), ahead + 1, wait)
        gap = np.floor(world.value("decision_gap_days", units)).astype(np.int64)
        for body, _, notice in bodies:
            idle = np.flatnonzero((wait == 0) & body.idle(units))
            idle = idle[self._seated(body, units[idle])]
            if len(idle):
                some, places = units[idle], units[idle] - body.first
                days = np.maximum(world.today + notice + 1, self.sat[body.id][places] + gap[idle])
                body.plan(some, days)
                wait[idle] = np.maximum(days, world.today + 1) + 1
        self._later(number, units, np.where(wait == 0, world.today + np.maximum(gap, 1), wait))

    def _needed(self, number: int, units: Ints) -> Ints:
        """The day before which each unit's first decision is needed; no day where that is past already."""
        question, _, _, unit, by = self.columns
        mine = (question == number) & np.isin(unit, units)
        found = np.full(len(units), 2**40, np.int64)
        np.minimum.at(found, np.searchsorted(units, unit[mine]), by[mine])
        return np.where(found <= self.world.today, 2**40, found)

    def _seated(self, body: Body, units: Ints) -> NDArray[np.bool_]:
        if body.organ.membership == "everyone":
            return self.world.people.voting(units) > 0
        members = body.members(units, self.world.now)
        return np.asarray((members >= 0).any(axis=1), np.bool_)

    # --- deciding

    def sitting(self, sitting: Sitting) -> None:
        """Put what waits to meetings: matters about persons as many as one meeting takes, all others."""
        body, world = sitting.body, self.world
        codes = {n: business for n in range(len(self.questions)) for b, business, _ in self.bodies(n) if b is body}
        self.sat[body.id][sitting.units - body.first] = sitting.day
        question, _, _, unit, _ = self.columns
        here = np.flatnonzero(np.isin(question, list(codes)) & np.isin(unit, sitting.units))
        if not len(here):
            return
        persons = np.array([each.person for each in self.questions])[question[here]]
        order = np.where(persons, _ranks(unit[here], persons), 0)
        most = np.floor(world.value("cases_a_meeting", unit[here])).astype(np.int64)
        here = here[~persons | (order < most)]
        turns = _ranks(unit[here], np.ones(len(here), np.bool_))
        settled = [np.zeros(0, np.int64)]
        for turn in range(int(turns.max(initial=-1)) + 1):
            now = here[turns == turn]
            for number in np.unique(question[now]).tolist():
                settled.append(self._put(sitting, number, codes[number], now[question[now] == number]))
        kept = np.ones(self.columns.shape[1], np.bool_)
        kept[np.concatenate(settled)] = False
        self.columns = self.columns[:, kept]
        self._left(sitting, list(codes))

    def _put(self, sitting: Sitting, number: int, business: str, items: Ints) -> Ints:
        """Put motions, one in each meeting; return what is carried."""
        question = self.questions[number]
        _, rows, matters, units, _ = self.columns[:, items]
        order = np.argsort(sitting.units, kind="stable")
        where = order[np.searchsorted(sitting.units[order], units)]
        text = f"{quoted(question.clause.title)}: {{d:matter}}"
        carried, motion = sitting.resolve(where, business, text, ref="{d:matter}", d=matters)
        organ = next(place for place, row in enumerate(question.bodies) if row[0] is sitting.body)
        yes = np.asarray(carried, np.bool_)
        if yes.any():
            question.told(rows[yes], organ, np.full(int(yes.sum()), sitting.day), motion[yes])
        return items[yes]

    def _left(self, sitting: Sitting, numbers: list[int]) -> None:
        """Look again where something had to wait."""
        question, _, _, unit, _ = self.columns
        for number in numbers:
            units = np.unique(unit[(question == number) & np.isin(unit, sitting.units)])
            if len(units):
                self._later(number, units, np.full(len(units), self.world.today + 1))


def _ranks(units: Ints, counted: NDArray[np.bool_]) -> Ints:
    """The place of each counted row among those of its unit, in order."""
    found = np.zeros(len(units), np.int64)
    rows = np.flatnonzero(counted)
    order = rows[np.argsort(units[rows], kind="stable")]
    _, starts, sizes = np.unique(units[order], return_index=True, return_counts=True)
    found[order] = np.arange(len(order)) - np.repeat(starts, sizes)
    return found
