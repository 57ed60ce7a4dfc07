"""Convening, simulated: whoever may call an organ together does so, with the notice due; and meetings are held."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.convening import Convening
from quorate.world.bodies import NONE, listed
from quorate.world.calendar import after
from quorate.world.face import Face
from quorate.world.parameters import Parameter
from quorate.world.rows import DAY
from quorate.world.units import NOBODY, PERSON
from quorate.world.world import MORNING, SITTINGS, World

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter("attendance", "the share of members who come to a meeting", 0.93, "share"),
    Parameter("notice_spare_days", "days of notice given beyond those demanded, at most", 4, "days", 0, 60),
)
AGAIN = 7
"""Days after which somebody looks again who may call an organ that nobody could call."""


class Calls(Face):
    """Calls one organ together."""

    clause: Convening

    def join(self) -> None:  # noqa: D102
        self.body = self.world.bodies.get(self.clause.organ)
        if self.body:
            self.body.convening, self.body.caller = self.clause.id, self
            self.body.chairs += self.clause.by.offices

    def call(self, units: Ints, days: Ints, refs: Ints | None = None) -> None:
        """Call the organ together for these days, or the first its notice allows; `refs` are the documents that
        instruct it (an organ that needs an instruction is not called without).
        """
        if self.body is None or (self.clause.instruction is not None and refs is None):
            return
        world, today = self.world, self.world.today
        on = np.maximum(days, after(np.full(len(units), today), self.clause.notice))
        on = np.where((on == today) & (world.part >= SITTINGS), on + 1, on)
        self.body.ahead[units - self.body.first] = on
        spare = world.draws.whole(
            f"notice {self.clause.id}", units, on, 0, np.floor(world.value("notice_spare_days", units)).astype(int)
        )
        lead = int((after(0, self.clause.notice)).max()) if self.clause.notice else 0
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
        payload = f'{{"agenda":{_listed(self.body.agenda)},"on":"{{b:day}}T10:00"{self._sponsors(units, gaps)}}}'
        templates = {"meeting": f"{self.body.id}/{{b:day}}", "payload": payload}
        if self.clause.instruction is not None:
            templates["ref"] = "{c:entry}"
        _, done = world.act(
            self.clause.by, "meeting.convene", self.clause.id, units, organ=self.body.id, templates=templates, **gaps
        )
        world.on(on[done], SITTINGS, self.body.hold, units[done])
        if not done.all():
            left = units[~done]
            self.body.ahead[left - self.body.first] = NONE
            if self.clause.instruction is None:
                world.on(world.today + AGAIN, MORNING, self.body.plan, left, on[~done] + AGAIN)

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


def _listed(items: list[str]) -> str:
    return "[" + ",".join(f'"{item}"' for item in items) + "]"


def face(clause: Convening, world: World) -> Face:
    """The clause at work."""
    return Calls(clause, world)
