"""What a step states, and to whom its documents go."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.membership import Membership
from quorate.clauses.procedure.simulate_course import Course
from quorate.clauses.procedure.simulate_desk import Desk
from quorate.clauses.procedure.simulate_papers import Papers, Quoted, Step
from quorate.clauses.procedure.simulate_tracks import Tracks
from quorate.terms.stages import Send
from quorate.world.rows import DAY
from quorate.world.world import World, minutes, spread, written

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Statements:
    """Fills in the steps of one procedure."""

    questions: dict[int, int]
    """By stage, the number under which it asks for decisions."""

    def __init__(self, world: World, course: Course, tracks: Tracks, desk: Desk) -> None:
        self.world, self.course, self.tracks, self.desk = world, course, tracks, desk
        self.clause = course.clause
        self.standings = {clause.tier: clause.standings for clause in world.rules.of(Membership)}
        self.told: dict[int, dict[str, Any]] = {}

    # --- to whom

    def address(self, step: Step) -> Mask:
        """Set to whom the step's documents go; say where it can be taken: where it must name units, there are some."""
        found = [
            (owner, to, np.full(len(to), number))
            for number, send in enumerate(step.stage.sends)
            for owner, to in self._targets(send, step)
        ]
        if found:
            owner, to, send = (np.concatenate(each) for each in zip(*found, strict=True))
            away = np.flatnonzero(to != step.units[owner])
            _, once = np.unique((owner * 2**32 + to)[away], return_index=True)
            kept = away[np.sort(once)]
            step.owner, step.to, step.send = owner[kept], to[kept], send[kept]
        able = np.ones(len(step.matters), np.bool_)
        if "to" in step.stage.needs:
            able[:] = False
            able[step.owner] = True
        return able

    def _targets(self, send: Send, step: Step) -> list[tuple[Ints, Ints]]:
        units, matters = self.world.units, self.world.matters
        every = np.arange(len(step.matters))
        found = [(every, np.full(len(every), units.number[name])) for name in send.to_units if name in units.number]
        if send.to_above:
            parent = units.parent[step.units].astype(np.int64)
            above = units.above(np.where(parent >= 0, parent, step.units), send.to_above)
            found.append((every[above >= 0], above[above >= 0]))
        if send.to_named:
            found.append(self._named(send, step))
        if send.to_origin:
            giver = matters.giver[step.matters]
            found.append((every[giver >= 0], matters.owner[giver[giver >= 0]]))
        if send.to_subject:
            found.append((every, self.desk.subjects.homes(matters.subject[step.matters])))
        return found

    def _named(self, send: Send, step: Step) -> tuple[Ints, Ints]:
        """The units below that a step names: those the scenario names, the one the matter is about, or a share."""
        units, matters = self.world.units, self.world.matters
        named = {row: self.told.get(int(m), {}).get("to") for row, m in enumerate(step.matters)} if self.told else {}
        owners, to = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for row, idents in named.items():
            if idents:
                to.append(units.named(idents))
                owners.append(np.full(len(to[-1]), row))
        free = np.array([row for row in range(len(step.matters)) if not named.get(row)], np.int64)
        if self.clause.about == "unit":
            subject = matters.subject[step.matters[free]]
            fits = np.isin(units.tier[subject], [units.tiers.index(tier) for tier in send.to_named])
            owners.append(free[fits])
            to.append(subject[fits])
            free = free[~fits]
        owner, below = self._share(send, step, free)
        return np.concatenate([*owners, owner]), np.concatenate([*to, below])

    def _share(self, send: Send, step: Step, rows: Ints) -> tuple[Ints, Ints]:
        """The share of the units below to which a matter is handed on; one at least."""
        world, units = self.world, self.world.units
        place = step.units[rows] - units.first(self.clause.tier)
        owners, to = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for tier in send.to_named:
            starts, numbers = units.below(self.clause.tier, tier)
            owner, index = spread(starts, place)
            owners.append(rows[owner])
            to.append(numbers[index])
        owner, below = np.concatenate(owners), np.concatenate(to)
        matter = step.matters[owner]
        from_above = world.matters.giver[matter] >= 0
        names = (f"{name}@{self.clause.id}" for name in ("handed_on_share", "own_share"))
        share = np.where(from_above, *(world.value(name, step.units)[owner] for name in names))
        share = np.ones(len(owner)) if step.first and not self.clause.every else share
        picked = world.draws.chance(f"hand {self.clause.id}", below, world.matters.key[matter], share)
        _, firsts = np.unique(owner, return_index=True)
        some = np.zeros(len(step.matters), np.bool_)
        some[owner[picked]] = True
        picked[firsts[~some[owner[firsts]]]] = True
        return owner[picked], below[picked]

    # --- what

    def state(self, step: Step, rows: Ints) -> None:
        """Set what each matter's step states besides the words every such step has."""
        outcomes = self._outcomes(step)
        due = self._due(step, rows) if "due" in step.stage.needs else None
        texts = Papers.texts(step.stage)
        for row, matter in enumerate(step.matters.tolist()):
            said: dict[str, Any] = dict(texts)
            if outcomes is not None:
                said["outcome"] = step.stage.outcomes[outcomes[row]]
            if due is not None:
                said["due"] = written(int(due[row]))
            said |= self._singly(step, row, int(rows[row]))
            step.said.append(said | (self._given(matter) if step.first else {}))
        if step.first or outcomes is not None:
            self._learn(step, rows)

    def _singly(self, step: Step, row: int, track: int) -> dict[str, Any]:
        """What has to be made up matter by matter."""
        world, needs = self.world, step.stage.needs
        said: dict[str, Any] = {}
        matter = int(step.matters[row])
        if "title" in needs:
            said["title"] = Quoted(world.pool.texts[world.matters.title[matter]])
        if "figures" in needs:
            asked, open_ = int(self.tracks.given[track]), int(world.matters.below[matter])
            said["figures"] = {"answered": asked - open_, "asked": asked}
        if "organ" in needs:
            said["organ"] = self._organ(int(step.units[row]))
        if "standing" in needs:
            said["standing"] = self._standing(step, track, matter)
        if self.course.decides(step.number):
            said["motion"] = self._motion(step.number, track)
        subject = int(world.matters.subject[matter])
        if self.clause.about == "person" and step.first:
            said["subject"] = world.units.person(subject)
        if "standing" in said and int(self.desk.subjects.homes(np.array([subject]))[0]) == int(step.units[row]):
            said["imposed"] = True
        if step.stage.by_subject and "subject" in self.clause.restricted:
            said["by"] = world.units.person(subject)
        return said

    def _given(self, matter: int) -> dict[str, Any]:
        """What the scenario says is stated."""
        told = {name: value for name, value in self.told.get(matter, {}).items() if name not in ("to", "title")}
        if "due" in told:
            told["due"] = written(minutes(told["due"]))
        return told

    def _learn(self, step: Step, rows: Ints) -> None:
        """Note outcomes and the day set."""
        add, sanctions = self.world.pool.add, self.course.sanctions
        for row, said in zip(rows.tolist(), step.said, strict=True):
            if "outcome" in said:
                self.tracks.outcome[row] = add(said["outcome"])
                if said["outcome"] in sanctions:
                    self.tracks.verdict[row] = self.tracks.outcome[row]
            if step.first and "due" in said:
                self.tracks.due[row] = minutes(said["due"])

    def _outcomes(self, step: Step) -> Ints | None:
        """Which outcome each matter has: the first with one probability, the others each rarer than the one before."""
        world, number = self.world, len(step.stage.outcomes)
        if not number:
            return None
        if step.stage.decision is None and self.course.decides(step.number):
            return np.zeros(len(step.matters), np.int64)  # the motion it names is carried
        case = self.clause.about == "person" and self.course.opening >= 0
        share = world.value(f"{'case_first' if case else 'first'}_outcome_share@{self.clause.id}", step.units)
        fall = world.value(f"outcome_fall@{self.clause.id}", step.units)
        weights = fall[:, None] ** np.arange(max(number - 1, 1))
        rest = weights / weights.sum(axis=1, keepdims=True) * (1 - share)[:, None]
        bounds = np.cumsum(np.column_stack([share, rest]), axis=1)[:, : number - 1]
        keys = world.matters.key[step.matters] + step.number
        drawn = world.draws.uniform(f"outcome {self.clause.id}", step.units, keys)
        return np.asarray((drawn[:, None] >= bounds).sum(axis=1), np.int64)

    def _due(self, step: Step, rows: Ints) -> Ints:
        """The days set, in minutes: within the matter's own time, unless too little is left."""
        world = self.world
        value = {n: np.floor(world.value(f"{n}@{self.clause.id}", step.units)).astype(np.int64) for n in _DAYS}
        if step.first:
            return np.asarray((world.today + value["matter_days"]) * DAY, np.int64)
        own = self.tracks.due[rows]
        latest = np.where(own >= 0, own // DAY - value["task_margin_days"], 2**40)
        days = np.minimum(world.today + value["task_days"], latest)
        return np.asarray(np.maximum(days, world.today + value["task_days_least"]) * DAY, np.int64)

    def _organ(self, unit: int) -> str:
        """An organ of the unit that may decide the matter."""
        decision = next((stage.decision for stage in self.clause.stages if stage.decision), None)
        names = decision.organs if decision else ()
        bodies = (self.world.bodies.get(name) for name in (*names, *self.world.rules.organs))
        has = (body for body in bodies if body and body.organ.tier == self.clause.tier and body.has[unit - body.first])
        return next((body.id for body in has), "")

    def _motion(self, stage: int, track: int) -> str:
        organ, day, number = self.tracks.motion[track].tolist()
        body, _, _ = self.desk.docket.bodies(self.questions[stage])[organ]
        return f"{body.id}/{written(day * DAY)[:10]}/m{number}"

    def _standing(self, step: Step, track: int, matter: int) -> str:
        """The standing imposed: the last of those the charter knows, in the order of the sanctions; one milder where
        whoever was asked did not quite agree.
        """
        tiers, sanctions = self.world.units.tiers, self.course.sanctions
        home = int(self.desk.subjects.homes(self.world.matters.subject[[matter]])[0])
        known = self.standings.get(tiers[self.world.units.tier[home]]) or next(iter(self.standings.values()), ("",))
        verdict = int(self.tracks.verdict[track])
        texts = self.world.pool.texts
        place = sanctions.index(texts[verdict]) if verdict >= 0 else 0
        if step.stage.awaits:
            column = self.course.awaited.index(self.course.number[step.stage.awaits])
            answer = int(self.tracks.answer[track, column])
            place -= int(answer >= 0 and texts[answer] not in self.desk.firsts(step.stage.awaits, self.clause))
        return known[max(0, len(known) - len(sanctions) + place)]


_DAYS = ("matter_days", "task_days", "task_margin_days", "task_days_least")
