"""Procedures, simulated: matters come up, go through their stages in time or late, are handed on and answered.

Left out: a matter is handed to the same unit only once; a step is repeated only where it rests on a new decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.procedure import Procedure
from quorate.clauses.procedure.simulate_course import NONE, Course
from quorate.clauses.procedure.simulate_desk import desk_of
from quorate.clauses.procedure.simulate_docket import Question
from quorate.clauses.procedure.simulate_openings import Openings
from quorate.clauses.procedure.simulate_papers import Papers, Step, uniform
from quorate.clauses.procedure.simulate_said import Statements
from quorate.clauses.procedure.simulate_times import Times
from quorate.clauses.procedure.simulate_tracks import FAR, Tracks
from quorate.terms.parts import By
from quorate.world.face import Face
from quorate.world.parameters import LATE, Parameter
from quorate.world.units import NOBODY
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
PARAMETERS = (
    Parameter("stage_days", "days before an officer takes a matter a step on, on average", 3, "days", 0, 400),
    Parameter(
        "task_days", "days given for a task that is handed on, where the matter's own time allows",
        40, "days", 1, 3650,
    ),
    Parameter("task_days_least", "days given for a task however little time is left", 10, "days", 1, 3650),
    Parameter(
        "task_margin_days", "days a unit keeps between the day it sets for those below and its own",
        12, "days", 0, 400,
    ),
    Parameter(
        "report_margin_days", "days before a matter is due that a unit reports though not all below have",
        6, "days", 1, 400,
    ),
    Parameter("matter_days", "days set for a matter that a unit takes up itself", 120, "days", 1, 3650),
    Parameter(
        "handed_on_share", "the share of the units below to which a unit hands on what came from above",
        1, "share",
    ),
    Parameter(
        "own_share", "the share of the units below that get tasks in a matter their unit took up itself",
        0.25, "share",
    ),
    Parameter(
        "opening_share", "the part of a period by the end of which its regular matter is opened",
        0.6, "share",
    ),
    Parameter(
        "matters_a_year", "matters of a kind that a unit takes up a year, those about persons apart",
        1, "a year", 0, 365,
    ),
    Parameter(
        "cases_per_1000_members_a_year", "matters about persons taken up a year for every 1,000 members",
        0.5, "per 1,000 a year", 0, 1000,
    ),
    Parameter(
        "cases_a_meeting", "matters about persons that one meeting decides at most",
        1000, "matters", 0, 100000,
    ),
    Parameter(
        "decision_patience_days", "days that what is to be decided waits for a meeting before one is called",
        10, "days", 1, 400,
    ),
    Parameter(
        "decision_gap_days", "days from a meeting to the next that is called for what is to be decided, at least",
        7, "days", 0, 400,
    ),
    Parameter("appeal_share", "the share of those concerned who appeal or petition where they may", 0.15, "share"),
    Parameter("appeal_days", "days it takes them, on average", 5, "days", 0, 400),
    Parameter(
        "case_first_outcome_share", "how often the outcome named first comes out of a matter about a person",
        0.15, "share",
    ),
    Parameter(
        "first_outcome_share", "how often it does of other matters, and of appeals and reviews",
        0.7, "share",
    ),
    Parameter(
        "outcome_fall", "how frequent each further outcome is beside the one named before it",
        0.5, "times", 0.01, 1,
    ),
    *LATE,
)  # fmt: skip


class Takes(Face):
    """Takes the matters of one procedure through their stages."""

    clause: Procedure

    def join(self) -> None:  # noqa: D102
        clause, world = self.clause, self.world
        self.desk, self.course = desk_of(world), Course(clause)
        self.tracks = Tracks(len(clause.stages), len(self.course.awaited))
        self.papers = Papers(world, clause)
        self.statements = Statements(world, self.course, self.tracks, self.desk)
        self.openings = Openings(self)
        self.place = [each.id for each in world.rules.clauses].index(clause.id)
        self.uniform = [uniform(clause, stage) for stage in clause.stages]
        self.actors: dict[tuple[int, str], int] = {}
        self.told = {other for stage in clause.stages for other in stage.not_by_actor_of}
        self.desk.faces[self.place] = self
        world.owing.append(self.owes)
        self.alone = [stage.by.alone if stage.by else None for stage in clause.stages]
        for number, stage in enumerate(clause.stages):
            if stage.on:
                self.desk.opens.setdefault((clause.tier, stage.on), (self, number))
        self.questions = {
            number: self.desk.docket.add(Question(clause, number, partial(self._decided, number)))
            for number in range(len(clause.stages))
            if self.course.decides(number)
        }
        self.statements.questions = self.questions
        self.times = Times(world, self.course, self.tracks, self.desk.docket, self.questions)

    def begin(self) -> None:  # noqa: D102
        self.openings.begin()
        for day in range(self.world.first, self.world.last + 1):
            self.world.on(day, MORNING, self._morning)

    def happen(self, unit: int, happening: Any) -> bool:  # noqa: D102
        return self.openings.happen(unit, happening)

    # --- how matters arrive

    def opened(self, matters: Ints) -> None:
        """Somebody opens matters by hand."""
        self._take(self.course.opening, self._tracked(matters))

    def received(self, number: int, _entries: Ints, matters: Ints) -> None:
        """Documents have opened matters here, at this stage."""
        rows = self._tracked(matters)
        self._reached(number, rows)
        self._next(rows)

    def _tracked(self, matters: Ints) -> Ints:
        world = self.world.matters
        rows = self.tracks.add(matters, world.due[matters])
        world.place[matters] = rows
        world.opened[matters] = self.world.now
        return rows

    def _reached(self, number: int, rows: Ints) -> None:
        """Note that a stage has been taken now."""
        tracks, matters = self.tracks, self.world.matters
        tracks.at[rows, number] = self.world.now
        tracks.bits[rows] |= 1 << number
        tracks.next[rows] = NONE
        matters.stage[tracks.matter[rows]] = number
        matters.stepped[tracks.matter[rows]] = self.world.now

    def heard(self, rows: Ints, via: Ints, outcome: Ints, final: Mask) -> None:
        """Answers have come to tasks that these matters gave at these stages."""
        tracks = self.tracks
        for column, stage in enumerate(self.course.awaited):
            told, done = (via == stage) & (outcome != NOBODY), (via == stage) & final
            tracks.answer[rows[told], column] = outcome[told]
            np.subtract.at(tracks.waits[:, column], rows[done], 1)
        rows = np.unique(rows[final])
        waiting = tracks.parked[rows]
        self._next(rows[waiting])
        self._hasten(rows[~waiting])

    def _hasten(self, rows: Ints) -> None:
        """Report soon where all below have reported, and one waited for them."""
        tracks = self.tracks
        idle = self.world.matters.below[tracks.matter[rows]] == 0
        rows = rows[idle & (tracks.day[rows] > self.world.today + 1) & (tracks.late[rows] == 0)]
        for number, stage in enumerate(self.clause.stages):
            mine = rows[tracks.next[rows] == number]
            if stage.by_due and len(mine) and number not in self.questions:
                self._set(number, mine, np.minimum(self.times.when(number, mine), tracks.day[mine]))

    # --- what comes next

    def _next(self, rows: Ints) -> None:
        """Plan the next step of matters that have taken one, or got an answer."""
        if not len(rows):
            return
        self.tracks.parked[rows] = False
        for some in self.tracks.states(rows):
            self._choose(some)

    def _choose(self, rows: Ints) -> None:
        """Plan for matters that are equally far: those concerned act first where they may and do."""
        tracks, one = self.tracks, rows[0]
        outcome = self.world.pool.texts[tracks.outcome[one]] if tracks.outcome[one] >= 0 else None
        ways = [n for n in self.course.following(int(tracks.bits[one]), outcome) if not self._barred(n, one)]
        plain = next((number for number in ways if not self.clause.stages[number].by_subject), NONE)
        for number in ways:
            in_time = plain == NONE or number < plain or self.clause.stages[plain].not_before is not None
            if self.clause.stages[number].by_subject and in_time and not self._awaits(number, one):
                rows = self._appeals(number, plain, rows)
        if plain == NONE or not len(rows):
            return
        if self._awaits(plain, one):
            tracks.parked[rows] = True
        else:
            self._plan(plain, rows)

    def _column(self, number: int, row: int) -> int:
        """The column of the answers a stage waits for; -1 where none were asked for."""
        awaits = self.clause.stages[number].awaits
        if awaits is None or not int(self.tracks.bits[row]) >> self.course.number[awaits] & 1:
            return NONE
        return self.course.awaited.index(self.course.number[awaits])

    def _awaits(self, number: int, row: int) -> bool:
        column = self._column(number, row)
        return column != NONE and int(self.tracks.waits[row, column]) > 0

    def _barred(self, number: int, row: int) -> bool:
        column = self._column(number, row)
        answer = int(self.tracks.answer[row, column]) if column != NONE else NONE
        return answer >= 0 and self.world.pool.texts[answer] in self.clause.stages[number].barred_by

    def _appeals(self, number: int, plain: int, rows: Ints) -> Ints:
        """Let those concerned act who do, before it is too late; return the rows of the others."""
        world, units, keys = self.world, self.times.units(rows), self.times.keys(rows, number)
        does = world.happens(f"appeals {self.clause.id}", units, keys, f"appeal_share@{self.clause.id}")
        wait = world.draws.delay(
            f"appeal {self.clause.id}", units, keys, world.value(f"appeal_days@{self.clause.id}", units)
        )
        last = self.times.earliest(plain, rows) - 1 if plain != NONE else np.full(len(rows), FAR)
        days = world.today + 1 + wait
        self._set(number, rows[does], np.where(last > world.today, np.minimum(days, last), days)[does])
        return rows[~does]

    def _plan(self, number: int, rows: Ints) -> None:
        """Set the day of a step, or ask for the decision it rests on; leave undone what is let slip for good."""
        late = self.times.late(number, rows)
        rows, late = rows[late >= 0], late[late >= 0]
        self.tracks.late[rows] = late
        if number in self.questions:
            first = self.times.earliest(number, rows)
            now = first <= self.world.today
            self._ask(number, rows[now])
            self._set(number, rows[~now], first[~now])
        else:
            self._set(number, rows, np.maximum(self.times.when(number, rows), late))

    def _set(self, number: int, rows: Ints, days: Ints) -> None:
        """Plan a step for these days, and nothing else."""
        self.tracks.next[rows], self.tracks.day[rows] = number, days

    def _morning(self) -> None:
        """Take the steps planned for today, those of older matters first."""
        tracks = self.tracks
        rows = np.flatnonzero(tracks.day <= self.world.today)
        if not len(rows):
            return
        rows = rows[np.argsort(tracks.matter[rows], kind="stable")]
        tracks.day[rows] = FAR
        planned = tracks.next[rows].copy()
        for number in np.unique(planned).tolist():
            mine = rows[planned == number]
            if number in self.questions:
                asked = tracks.motion[mine, 0] != NONE
                self._ask(number, mine[~asked])
                mine = mine[asked]
            self._take(number, mine)

    def owes(self, post: str, units: Ints) -> Mask:
        """Where a step is planned that only the holder of a post can take."""
        if post not in self.alone or not len(units):
            return np.zeros(len(units), np.bool_)
        stages = [number for number, office in enumerate(self.alone) if office == post]
        rows = np.flatnonzero(self.tracks.day < FAR)
        rows = rows[np.isin(self.tracks.next[rows], stages)]
        return np.isin(units, self.times.units(rows))

    # --- decisions

    def _ask(self, number: int, rows: Ints) -> None:
        if len(rows):
            self.tracks.next[rows], self.tracks.day[rows] = number, FAR
            by = self.times.last(number, rows)
            self.desk.docket.ask(self.questions[number], rows, self.tracks.matter[rows], self.times.units(rows), by)

    def _decided(self, number: int, rows: Ints, organ: int, days: Ints, motions: Ints) -> None:
        """Motions are carried: the step follows."""
        self.tracks.motion[rows] = np.column_stack([np.full(len(rows), organ), days, motions])
        self._set(number, rows, np.maximum(self.times.when(number, rows), self.tracks.late[rows]))

    # --- taking a step

    def _take(self, number: int, rows: Ints) -> None:
        """Take a step in all these matters."""
        if not len(rows):
            return
        stage, matters = self.clause.stages[number], self.tracks.matter[rows]
        actors, places = self._who(number, matters)
        step = Step(number, stage, matters, self.times.units(rows), actors, places, first=number == self.course.opening)
        addressed = self.statements.address(step)
        able = actors != NOBODY
        self._again(number, rows[~able])
        self._pass_over(number, rows[able & ~addressed])
        kept = np.flatnonzero(able & addressed)
        if len(kept):
            self._do(step.only(kept) if len(kept) < len(rows) else step, rows[kept])

    def _who(self, number: int, matters: Ints) -> tuple[Ints, Ints]:
        """Who takes a step: whom the matter is about, or whoever may and has not taken what another is to take."""
        stage, world = self.clause.stages[number], self.world
        if stage.by_subject:
            return world.matters.subject[matters], np.full(len(matters), NOBODY)
        assert stage.by is not None
        units = world.matters.owner[matters]
        if not stage.not_by_actor_of:
            return world.posts.able(stage.by, units, world.now)
        found = np.full((2, len(matters)), NOBODY, np.int64)
        for row, matter in enumerate(matters.tolist()):
            shunned = {self.actors.get((matter, other), NOBODY) for other in stage.not_by_actor_of}
            for place, person in self._each(stage.by, units[[row]]):
                if person != NOBODY and person not in shunned:
                    found[:, row] = person, place
                    break
        return found[0], found[1]

    def _each(self, by: By, unit: Ints) -> Iterator[tuple[int, int]]:
        """Everybody whom `by` names in a unit, with the capacity."""
        posts, now = self.world.posts, self.world.now
        for place, name in enumerate((*by.offices, *by.organs)):
            held = posts.all[name].held(unit, now) if name in posts.all else posts.members(name, unit, now)
            yield from ((place, int(person)) for person in held.ravel())

    def _again(self, number: int, rows: Ints) -> None:
        """Nobody could take a step: try later."""
        if len(rows):
            self._set(number, rows, self.world.today + self.times.delay(number, rows))

    def _pass_over(self, number: int, rows: Ints) -> None:
        """There is nobody to hand the matter to: go on as if that had been done."""
        if not len(rows):
            return
        self.tracks.bits[rows] |= 1 << number
        self._next(rows)

    def _do(self, step: Step, rows: Ints) -> None:
        """Write a step, send its documents, and plan what comes next."""
        number, stage = step.number, step.stage
        if not self.uniform[number]:
            self.statements.state(step, rows)
        entries = self.papers.write(step)
        self._reached(number, rows)
        if number in self.questions:
            self.tracks.motion[rows] = NONE
        self._note(step, rows)
        self.desk.send(self.papers, step, entries)
        if stage.final:
            self.world.matters.place[step.matters] = NOBODY
            self.tracks.close(rows)
        else:
            self._next(rows)

    def _note(self, step: Step, rows: Ints) -> None:
        """Note whose answers are waited for, and who did what another is to do next."""
        tasks = [place for place, send in enumerate(step.stage.sends) if send.task]
        given = rows[step.owner[np.isin(step.send, tasks)]]
        np.add.at(self.tracks.given, given, 1)
        if step.number in self.course.awaited:
            np.add.at(self.tracks.waits[:, self.course.awaited.index(step.number)], given, 1)
        if step.stage.id in self.told:
            self.actors.update(
                ((matter, step.stage.id), actor)
                for matter, actor in zip(step.matters.tolist(), step.actors.tolist(), strict=True)
            )
        for row, said in enumerate(step.said):
            if said.get("imposed"):
                self.desk.subjects.stand(self.world.matters.subject[step.matters[[row]]], said["standing"])


def face(clause: Procedure, world: World) -> Face:
    """The clause at work."""
    return Takes(clause, world)
