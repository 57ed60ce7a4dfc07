"""Credentials: sent up by those who elected, checked above, and whoever is accepted sits in the conference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.representation import Representation
from quorate.world.bodies import Body, Sitting
from quorate.world.units import NOBODY, PERSON, quoted
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
AGAIN = 1
"""Days after which somebody looks again who may do what nobody could."""
_NONE = np.zeros(0, np.int64)


class Credentials:
    """The credentials of one conference's representatives.

    A person of -1 stands for all those a unit has elected (`named`); `round` counts each conference's apportionments:
    credentials of earlier ones no longer count. A unit knows by name whom its opening names, unless credentials came
    for them, which name persons as they are known where they belong: by their id.
    """

    def __init__(self, clause: Representation, world: World, body: Body, round_: Ints) -> None:
        self.clause, self.world, self.body, self.round = clause, world, body, round_
        self._named: dict[int, Ints] = {}
        self._credited: dict[int, set[int]] = world.shared.setdefault("credited", {})
        self._over = np.zeros(len(body.has), np.bool_)

    def begin(self, units: Ints) -> None:
        """Seats are given out in these units: whoever was accepted before does not sit."""
        for unit in units.tolist():
            self.body.delegates.pop(unit, None)
        self._over[units - self.body.first] = False

    def over(self, sitting: Sitting) -> None:
        """Conferences have closed: nobody sits in them any more."""
        for unit in sitting.units.tolist():
            self.body.delegates.pop(unit, None)
        self._over[sitting.units - self.body.first] = True

    def named(self, unit: int) -> Ints:
        """Whom a unit has elected."""
        return self._named.get(unit, _NONE)

    def naming(self) -> list[int]:
        """The units that have elected by name, and may have more to elect."""
        return list(self._named)

    def name(self, unit: int, persons: Ints) -> None:
        """Note whom a unit has elected besides."""
        self._named[unit] = np.concatenate([self.named(unit), persons])

    def forget(self, units: Ints) -> None:
        """Units are to elect anew."""
        for unit in self._named.keys() & set(units.tolist()):
            del self._named[unit]

    # --- sending

    def send(self, units: Ints, persons: Ints, turn: Ints) -> None:
        """Send the credentials of those elected."""
        world = self.world
        to = world.units.above(units, self.body.organ.tier)
        fresh = self.round[to - self.body.first] == turn
        units, persons, turn, to = units[fresh], persons[fresh], turn[fresh], to[fresh]
        many = persons == NOBODY
        told = np.zeros(len(units), np.int64)
        for row in np.flatnonzero(many).tolist():
            told[row] = world.loose.add(self._rows(int(units[row])))
        for several in (False, True):
            rows = np.flatnonzero(many == several)
            if not len(rows):
                continue
            who, whole = '["{b:person}"]', f"[{self._row('{b:person}', '{self}')}]"
            if several:
                who, whole = "{b:loose}", "{d:loose}"
            data = f'{{"conference":"{self.body.id}","persons":{whole}}}'
            send = f'[{{"data":{data},"kind":"credential","to":"{{c:unit}}"}}]'
            payload = f'{{"conference":"{self.body.id}","persons":{who},"send":{send}}}'
            named = persons[rows]
            if several:
                named = np.array([world.loose.add(self._list(self.named(int(unit)))) for unit in units[rows]], np.int64)
            entries, done = world.act(
                self.clause.sent_by, "credential.issue", self.clause.id, units[rows], templates={"payload": payload},
                b=named, c=to[rows], d=told[rows],
            )  # fmt: skip
            left, sent = rows[~done], rows[done]
            world.on(world.today + AGAIN, MORNING, self.send, units[left], persons[left], turn[left])
            self._deliver(several, entries[done], units[sent], persons[sent], turn[sent], to[sent], told[sent])

    def _deliver(
        self, several: bool, entries: Ints, units: Ints, persons: Ints, turn: Ints, to: Ints, told: Ints
    ) -> None:
        rows = "{b:loose}" if several else f"[{self._row('{b:person}', '{c:unit}')}]"
        data = f'{{"conference":"{self.body.id}","persons":{rows}}}'
        payload = f'{{"data":{data},"from":"{{c:unit}}","kind":"credential"}}'
        form = self.world.forms.form("document.receive", self.clause.id, ref="{a:entry}", payload=payload)
        stated = told if several else persons
        self.world.send(form, to, self._came, to, units, persons, turn, a=entries, b=stated, c=units)

    @staticmethod
    def _row(person: str, unit: str, name: str | None = None) -> str:
        return f'{{"name":"{name or person}","person":"{person}","unit":"{unit}"}}'

    def _rows(self, unit: int) -> str:
        """Whom a unit has elected, as its credentials state them."""
        units = self.world.units
        known = set(self.world.pools.get(unit, _NONE).tolist()) - self._credited.get(unit, set())
        names = {code: quoted(units.person_name(code)) for code in self.named(unit).tolist() if code in known}
        rows = (
            self._row(units.person(code), units.ids[code // PERSON], names.get(code))
            for code in self.named(unit).tolist()
        )
        return "[" + ",".join(rows) + "]"

    def _list(self, persons: Ints) -> str:
        return "[" + ",".join(f'"{self.world.units.person(code)}"' for code in persons.tolist()) + "]"

    # --- checking

    def _came(self, _: Ints, to: Ints, units: Ints, persons: Ints, turn: Ints) -> None:
        """Credentials have come: have them checked, at the latest on the morning the conference opens."""
        world = self.world
        for unit, sender, person in zip(to.tolist(), units.tolist(), persons.tolist(), strict=True):
            named = self.named(sender).tolist() if person == NOBODY else [person]
            self._credited.setdefault(unit, set()).update(named)
        mean = world.value("check_days", to)
        days = world.today + 1 + world.draws.delay(f"check_days {self.clause.id}", units, world.today, mean)
        ahead = self.body.ahead[to - self.body.first]
        days = np.where(ahead > world.today, np.minimum(days, ahead), world.today + 1)
        world.on(days, MORNING, self._check, to, units, persons, turn)

    def _check(self, to: Ints, units: Ints, persons: Ints, turn: Ints) -> None:
        """Accept the credentials that have come."""
        world = self.world
        fresh = self.round[to - self.body.first] == turn
        to, units, persons, turn = (each[fresh] for each in (to, units, persons, turn))
        for several in (False, True):
            rows = np.flatnonzero((persons == NOBODY) == several)
            if not len(rows):
                continue
            who = "{b:loose}" if several else '["{b:person}"]'
            payload = f'{{"accepted":true,"conference":"{self.body.id}","persons":{who}}}'
            named = persons[rows]
            if several:
                named = np.array([world.loose.add(self._list(self.named(int(unit)))) for unit in units[rows]], np.int64)
            _, done = world.act(
                self.clause.checked_by, "credential.check", self.clause.id, to[rows], templates={"payload": payload},
                b=named,
            )  # fmt: skip
            left, sits = rows[~done], rows[done]
            world.on(world.today + AGAIN, MORNING, self._check, *(each[left] for each in (to, units, persons, turn)))
            self._seat(to[sits], units[sits], persons[sits])

    def _seat(self, to: Ints, units: Ints, persons: Ints) -> None:
        """Seat those accepted, in conferences that are still to close."""
        fresh = ~self._over[to - self.body.first]
        for unit in np.unique(to[fresh]).tolist():
            rows = np.flatnonzero(fresh & (to == unit))
            single = persons[rows][persons[rows] != NOBODY]
            many = [self.named(int(each)) for each in units[rows][persons[rows] == NOBODY]]
            sit = self.body.delegates.get(unit, _NONE)
            self.body.delegates[unit] = np.unique(np.concatenate([sit, single, *many]))
