"""By when and from when the steps of one procedure are to be taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.procedure.simulate_course import Course
from quorate.clauses.procedure.simulate_docket import Docket
from quorate.clauses.procedure.simulate_tracks import FAR, Tracks
from quorate.world.calendar import after
from quorate.world.rows import DAY
from quorate.world.world import HOURS, MORNING, World

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Times:
    """Days of steps, for rows of `tracks`; `questions` are the numbers under which stages ask for decisions."""

    def __init__(self, world: World, course: Course, tracks: Tracks, docket: Docket, questions: dict[int, int]) -> None:
        self.world, self.course, self.tracks = world, course, tracks
        self.docket, self.questions = docket, questions
        self.clause = course.clause

    def units(self, rows: Ints) -> Ints:
        """The units whose matters these are."""
        return self.world.matters.owner[self.tracks.matter[rows]]

    def keys(self, rows: Ints, number: int) -> Ints:
        """What tells a stage of a matter from all others, for draws."""
        return self.world.matters.key[self.tracks.matter[rows]] + number

    def delay(self, number: int, rows: Ints) -> Ints:
        """Days until an officer gets to it: one at least."""
        units = self.units(rows)
        mean = self.world.value(f"stage_days@{self.clause.id}", units)
        return 1 + self.world.draws.delay(f"days {self.clause.id}", units, self.keys(rows, number), mean)

    def due(self, number: int, rows: Ints) -> Ints:
        """The days by which a stage is to be taken; `FAR` where it has no time, or that has not begun."""
        stage, tracks = self.course.stages[number], self.tracks
        if not self.course.timed[number]:
            return np.full(len(rows), FAR, np.int64)
        if stage.by_due:
            return np.where(tracks.due[rows] >= 0, tracks.due[rows] // DAY, FAR)
        since = tracks.at[rows, self.course.since[number]].astype(np.int64)
        return np.where(since >= 0, after(np.maximum(since, 0) // DAY, stage.within), FAR)

    def last(self, number: int, rows: Ints) -> Ints:
        """The days on which a stage is to be taken at the latest, so that it and those after it are in time."""
        found = self.due(number, rows) - 1
        lead = np.zeros(len(rows), np.int64)
        for later in range(number + 1, len(self.course.stages)):
            lead += 2
            if later in self.questions:
                lead += self.docket.lead(self.questions[later], self.units(rows))
            if self.course.after[later]:
                found = np.minimum(found, self.due(later, rows) - 1 - lead)
        return found

    def earliest(self, number: int, rows: Ints) -> Ints:
        """The days from which a stage may be taken; nought where it may be at once."""
        stage = self.course.stages[number]
        if stage.not_before is None:
            return np.zeros(len(rows), np.int64)
        since = self.tracks.at[rows, self.course.since[number]].astype(np.int64)
        later = (since % DAY > HOURS[MORNING]).astype(np.int64)
        return np.where(since >= 0, after(np.maximum(since, 0) // DAY, stage.not_before) + later, 0)

    def when(self, number: int, rows: Ints) -> Ints:
        """The days on which a stage is taken where all is well: soon; in time; where answers are still to come and
        there is a day to report by, not long before that.
        """
        world, soon = self.world, self.world.today + 1
        last = np.maximum(self.last(number, rows), soon)
        days = np.minimum(world.today + self.delay(number, rows), last)
        if self.course.stages[number].by_due:
            open_ = world.matters.below[self.tracks.matter[rows]] > 0
            margin = np.floor(world.value(f"report_margin_days@{self.clause.id}", self.units(rows))).astype(np.int64)
            near = np.minimum(self.due(number, rows) - margin, last)
            days = np.where(open_, np.maximum(days, near), days)
        return np.maximum(days, self.earliest(number, rows))

    def late(self, number: int, rows: Ints) -> Ints:
        """Where a stage's time is let slip, the days on which it is taken after all, -1: never; else nought. What has
        a later stage wait that has its own time is not left undone.
        """
        world, found = self.world, np.zeros(len(rows), np.int64)
        due = self.due(number, rows)
        lapsed = np.flatnonzero(due < FAR)
        if not len(lapsed):
            return found
        units, keys = self.units(rows[lapsed]), self.keys(rows[lapsed], number)
        slips = world.lapses(self.clause.id, units, keys)
        lapsed, units, keys = lapsed[slips], units[slips], keys[slips]
        does = world.happens(f"late {self.clause.id}", units, keys, "late_share") | self.course.leads[number]
        over = world.draws.delay(f"how late {self.clause.id}", units, keys, world.value("late_days", units) - 1)
        found[lapsed] = np.where(does, np.maximum(due[lapsed], world.today) + 1 + over, -1)
        return found
