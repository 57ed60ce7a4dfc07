"""Convening, simulated: whoever may call an organ together does so, with the notice due; and meetings are held."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.convening import Convening
from quorate.clauses.convening.simulate_instructions import Instructions
from quorate.terms.parts import Span
from quorate.world.bodies import NONE, Sitting, listed
from quorate.world.calendar import after
from quorate.world.face import Face
from quorate.world.parameters import Parameter
from quorate.world.rows import DAY
from quorate.world.units import NOBODY, PERSON
from quorate.world.world import MORNING, SITTINGS, World, day_of

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter("attendance", "the share of members who come to a meeting", 0.93, "share"),
    Parameter("notice_spare_days", "days of notice given beyond those demanded, at most", 4, "days", 0, 60),
    Parameter("follow_days", "days until an instruction to convene is followed", 2, "days", 0, 60),
    Parameter("conference_spare_days", "days before its last day that a conference meets, at most", 7, "days", 0, 60),
    Parameter("conference_days", "days from an instruction that names no day to the conference", 60, "days", 1, 400),
)  # fmt: skip
AGAIN = 7
"""Days after which somebody looks again who may call an organ that nobody could call."""


class Calls(Face):
    """Calls one organ together."""

    clause: Convening

    def join(self) -> None:  # noqa: D102
        self.body = self.world.bodies.get(self.clause.organ)
        if self.body:
            self.body.convening, self.body.caller, self.body.polls = self.clause.id, self, self.clause.polls
            self.body.chairs += self.clause.by.offices
            self.orders = Instructions(self.clause, self.world, self.body, self.call)
            self.items: dict[int, list[str]] = {}

    def happen(self, unit: int, happening: Any) -> bool:
        """Instruct units to convene the organ, or convene it, because the scenario says so."""
        if self.body is None or happening.organ != self.clause.organ:
            return False
        if happening.act == "instruction.issue" and self.clause.instruction is not None:
            self.orders.issue(unit, happening.say)
            return True
        if happening.act == "meeting.convene" and self.clause.instruction is None:
            self._summon(np.array([unit]), happening.say)
            return True
        return False

    def _summon(self, units: Ints, say: dict[str, Any]) -> None:
        """Convene it today for a stated day and, besides its own, with the items stated."""
        assert self.body is not None
        if not self.body.idle(units).all():
            return
        items = [item for item in say.get("agenda", ()) if item not in self.body.agenda]
        if items and self not in self.body.business:
            self.body.business.insert(0, self)
        self.items |= {int(unit): items for unit in units}
        on = np.maximum(day_of(say["on"]), after(np.full(len(units), self.world.today), self.clause.notice))
        self.body.ahead[units - self.body.first] = on
        self._convene(units, on, np.full(len(units), NOBODY))

    def sitting(self, sitting: Sitting) -> None:
        """Decide on the items it was called for besides its own, those that are the organ's to decide."""
        for row, unit in enumerate(sitting.units.tolist()):
            for item in self.items.pop(unit, ()):
                if item in sitting.body.answers:
                    sitting.resolve(np.array([row]), item, f"{self.world.rules.name(item)} (invented).")

    def call(self, units: Ints, days: Ints, again: bool = False, refs: Ints | None = None) -> None:
        """Call the organ together for these days, or the first its notice allows; `refs` are the documents that
        instruct it. An organ that needs an instruction is not called without, and `again` on the one it had.
        """
        if self.body is None:
            return
        if self.clause.instruction is not None and refs is None:
            refs = self.orders.used[units - self.body.first]
            had = (refs != NOBODY) & again
            units, days, refs = units[had], days[had], refs[had]
        if not len(units):
            return
        world, today = self.world, self.world.today
        on = np.maximum(days, after(np.full(len(units), today), self.clause.notice))
        on = np.where((on == today) & (world.part >= SITTINGS), on + 1, on)
        self.body.ahead[units - self.body.first] = on
        spare = world.draws.whole(
            f"notice {self.clause.id}", units, on, 0, np.floor(world.value("notice_spare_days", units)).astype(int)
        )
        lead = _longest(self.clause.notice)
        sent = on - lead - spare - 1
        ref = np.full(len(units), NOBODY) if refs is None else refs
        soon = sent <= today
        self._convene(units[soon], on[soon], ref[soon])
        world.on(sent[~soon], MORNING, self._convene, units[~soon], on[~soon], ref[~soon])

    def _convene(self, units: Ints, on: Ints, ref: Ints) -> None:
        if not len(units):
            return
        assert self.body is not None
        world = self.world
        gaps: dict[str, Any] = {"b": on * DAY, "c": ref}
        more = self.items.get(int(units[0]), []) if len(units) == 1 else []
        payload = (
            f'{{"agenda":{_listed([*self.body.agenda, *more])},"on":"{{b:day}}T10:00"{self._sponsors(units, gaps)}}}'
        )
        templates = {"meeting": f"{self.body.id}/{{b:day}}", "payload": payload}
        if self.clause.instruction is not None:
            templates["ref"] = "{c:entry}"
        _, done = world.act(
            self.clause.by, "meeting.convene", self.clause.id, units, organ=self.body.id, templates=templates, **gaps
        )
        world.on(on[done], SITTINGS, self.body.hold, units[done])
        self.orders.used[units[done] - self.body.first] = ref[done]
        if not done.all():
            left = units[~done]
            self.body.ahead[left - self.body.first] = NONE
            if self.clause.instruction is None:
                world.on(world.today + AGAIN, MORNING, self._again, left, on[~done] + AGAIN)
            else:
                world.on(world.today + 1, MORNING, self.orders.call_for, left, on[~done], ref[~done])

    def _again(self, units: Ints, days: Ints) -> None:
        assert self.body is not None
        self.body.plan(units, days)

    def cancel(self, units: Ints) -> None:
        """Cancel today's meetings, over which nobody can preside."""
        assert self.body is not None
        templates = {"meeting": f"{self.body.id}/{{b:day}}", "payload": '{"reason":"nobody can preside"}'}
        day = self.world.today * DAY
        self.world.act(
            self.clause.by, "meeting.cancel", self.clause.id, units, organ=self.body.id, templates=templates, b=day
        )
        self.orders.used[units - self.body.first] = NOBODY

    def _sponsors(self, units: Ints, gaps: dict[str, Any]) -> str:
        """The sponsors a call needs: the first members besides whoever calls."""
        if self.clause.sponsors is None:
            return ""
        assert self.body is not None
        number = self.clause.sponsors.value
        if self.body.organ.membership == "everyone":
            named = (units * PERSON + self.world.people.first[units]).reshape(-1, 1) + np.arange(number)
        else:
            caller, _ = self.world.posts.able(self.clause.by, units, self.world.now)
            seated = self.body.members(units, self.world.now)
            seated = np.where(seated == caller.reshape(-1, 1), NOBODY, seated)
            named = -np.sort(-seated, axis=1)[:, :number]
        gaps["d"] = listed(self.world, named, named != NOBODY)
        return ',"sponsors":{d:loose}'


def _longest(span: Span | None) -> int:
    """The days of a span that is as long as it can be."""
    return 0 if span is None else span.value * {"days": 1, "weeks": 7, "months": 31, "years": 366}[span.unit]


def _listed(items: list[str]) -> str:
    return "[" + ",".join(f'"{item}"' for item in items) + "]"


def face(clause: Convening, world: World) -> Face:
    """The clause at work."""
    return Calls(clause, world)
