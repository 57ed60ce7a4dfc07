"""Instructions to convene, simulated: one goes out to all units below, and each follows it in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.convening import Convening
from quorate.world.bodies import Body
from quorate.world.calendar import after
from quorate.world.units import NOBODY, plain
from quorate.world.world import MORNING, World, day_of, minutes, written

Ints = NDArray[np.int64]
AGAIN = 7
"""Days after which a unit tries again that could not give out its conference's seats."""


class Instructions:
    """The instructions on which one organ is convened. `used` (int64, [units]) is the document on which it was called
    last; `call` calls it.
    """

    def __init__(self, clause: Convening, world: World, body: Body, call: Callable[..., None]) -> None:
        self.clause, self.world, self.body, self.call = clause, world, body, call
        self.used = np.full(len(body.has), NOBODY, np.int64)

    def issue(self, unit: int, say: dict[str, Any]) -> None:
        """Instruct the units named in `to`, or all of the organ's tier that stand below, to convene it by `hold_by`."""
        world, clause = self.world, self.clause
        assert clause.instruction is not None
        said: dict[str, Any] = {name: say[name] for name in ("text", "hold_by") if name in say}
        by = NOBODY
        if "hold_by" in said:
            said["hold_by"], by = written(minutes(said["hold_by"])), day_of(said["hold_by"])
        data = {"organ": clause.organ, **said}
        to = world.units.named(say["to"]) if say.get("to") else self._below(unit)
        send = [{"to": world.units.ids[each], "kind": "instruction", "data": data} for each in to.tolist()]
        stated = {"to": say["to"]} if say.get("to") else {}
        text = world.loose.add(plain(said | stated | ({"send": send} if send else {})))
        here = np.array([unit])
        entries, done = world.act(
            clause.instruction, "instruction.issue", clause.id, here, organ=clause.organ,
            templates={"payload": "{b:loose}"}, b=text,
        )  # fmt: skip
        if done.all():
            payload = '{"data":{b:pooled},"from":"{c:unit}","kind":"instruction"}'
            form = world.forms.form("document.receive", clause.id, ref="{d:entry}", payload=payload)
            ref = np.full(len(to), entries[0])
            world.send(form, to, self._told, to, ref, by, b=world.pool.add(plain(data)), c=unit, d=ref)

    def _below(self, unit: int) -> Ints:
        """The units of the organ's tier that stand, at any depth, below one."""
        parent = self.world.units.parent
        of = self.world.units.of(self.body.organ.tier)
        here, inside = of, np.zeros(len(of), np.bool_)
        for _ in range(2 * len(self.world.units.tiers)):
            here = np.where(here >= 0, parent[np.maximum(here, 0)], NOBODY)
            inside |= here == unit
        return of[inside]

    def _told(self, _: Ints, units: Ints, refs: Ints, by: Ints) -> None:
        has = self.body.has[units - self.body.first]
        units, refs, by = units[has], refs[has], by[has]
        mean = self.world.value("follow_days", units)
        days = self.world.today + self.world.draws.delay(f"follow {self.clause.id}", units, refs, mean)
        limit = np.where(by == NOBODY, self.world.today + self.world.value("conference_days", units), by)
        limit = limit.astype(np.int64)
        spare = np.floor(self.world.value("conference_spare_days", units)).astype(np.int64)
        meet = limit - self.world.draws.whole(f"conference {self.clause.id}", units, refs, 0, spare)
        self.world.on(np.minimum(days, meet - 1), MORNING, self._follow, units, refs, meet, limit)

    def _follow(self, units: Ints, refs: Ints, meet: Ints, limit: Ints) -> None:
        """Give out the conference's seats, and call it for its day; where nobody can, try again."""
        soonest = after(np.full(len(units), self.world.today), self.clause.notice)
        meet = np.maximum(meet, np.minimum(soonest, limit))
        done = np.ones(len(units), np.bool_)
        for seating in self.body.seating:
            done &= seating.apportion(units, meet)
        self.call_for(units[done], meet[done], refs[done])
        left = ~done & (self.world.today + AGAIN < limit)
        self.world.on(self.world.today + AGAIN, MORNING, self._follow, units[left], refs[left], meet[left], limit[left])

    def call_for(self, units: Ints, meet: Ints, refs: Ints) -> None:
        """Call the organ for these days on these instructions, where it has no meeting ahead."""
        idle = self.body.idle(units)
        self.call(units[idle], meet[idle], refs=refs[idle])
