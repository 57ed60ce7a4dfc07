"""The first day: posts are filled as the scenario says, and every unit states how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.simulate.scenario.parts import Opening, Spread
from quorate.world.posts import NEVER, Post
from quorate.world.rows import DAY
from quorate.world.units import NOBODY, PERSON, plain
from quorate.world.world import World, day_of, written

Ints = NDArray[np.int64]
SPARE = 12
"""Persons a unit knows beyond those who hold something, from whom it may elect."""
OPENING = "opening"


class First:
    """Fills posts. `pools` has for every unit above basic organisations the persons of those below that it knows."""

    def __init__(self, world: World, openings: Sequence[Opening]) -> None:
        self.world = world
        self.openings = {opening.tier: opening for opening in openings}
        self.basic = {tier.id for tier in world.rules.tiers.values() if tier.basic}
        self.taken = np.zeros(len(world.units), np.int64)
        self.under = self._under()
        self.pools: dict[int, list[int]] = {}

    def _under(self) -> dict[int, Ints]:
        """The basic organisations below each unit, at any depth."""
        units = self.world.units
        basic = np.concatenate(
            [units.of(tier) for tier in units.tiers if tier in self.basic] or [np.zeros(0, np.int64)]
        )
        basic = basic[units.members[basic] > 0]
        pairs: dict[int, list[Ints]] = {}
        here = basic.copy()
        while True:
            here = np.where(here >= 0, units.parent[np.maximum(here, 0)], NOBODY)
            if not (here >= 0).any():
                break
            order = np.argsort(here, kind="stable")
            found, starts = np.unique(here[order], return_index=True)
            for unit, rows in zip(found, np.split(basic[order], starts[1:]), strict=True):
                if unit >= 0 and units.tiers[units.tier[unit]] not in self.basic:
                    pairs.setdefault(int(unit), []).append(rows)
        return {unit: np.sort(np.concatenate(rows)) for unit, rows in pairs.items()}

    def fill(self) -> None:
        """Fill the posts of every tier for which there is an opening."""
        for tier in reversed(self.world.units.tiers):
            opening = self.openings.get(tier)
            if opening and tier in self.basic:
                units = self.world.units.of(tier)
                until = self._until(opening, units)
                for post, seat, number in self._own(opening):
                    there = units[self.world.units.members[units] >= number]
                    self.world.people.settle(there, number)
                    post.seat(there, seat, there * PERSON + number, 0, until[there - units[0]])
            elif opening:
                for unit in self.world.units.of(tier).tolist():
                    self._unit(unit, opening)

    def _posts(self, opening: Opening) -> list[Post]:
        found = (self.world.posts.all.get(name) for name, number in opening.seats.items() if number)
        return [post for post in found if post is not None and post.tier == opening.tier]

    def _own(self, opening: Opening) -> list[tuple[Post, int, int]]:
        """Who holds what in each basic organisation: post, seat and number of the member, from 1 on. Those drawn from
        another post's holders take them in turn.
        """
        found: list[tuple[Post, int, int]] = []
        held: dict[str, list[int]] = {}
        turn: dict[str, int] = {}
        fresh = 1
        for post in self._posts(opening):
            count = min(opening.seats[post.id], post.seats)
            among = opening.among.get(post.id, "")
            source = held.get(among)
            if source:
                start = turn.get(among, 0)
                turn[among] = start + count
                numbers = [source[(start + i) % len(source)] for i in range(min(count, len(source)))]
            else:
                numbers = list(range(fresh, fresh + count))
                fresh += count
            held[post.id] = numbers
            found += [(post, seat, number) for seat, number in enumerate(numbers)]
        return found

    def _unit(self, unit: int, opening: Opening) -> None:
        """Fill one unit's posts, and note whom it knows besides. Those drawn from another post's holders take them in
        turn, so that nobody has two places before everybody has one.
        """
        turn: dict[str, int] = {}
        here = np.array([unit])
        posts = self._posts(opening)
        number = sum(opening.seats[post.id] for post in posts if post.has[unit - post.first])
        self.pools[unit] = pool = self._drawn(unit, number + SPARE if posts else 0)
        fresh = iter(pool)
        for post in posts:
            if not post.has[unit - post.first]:
                continue
            count = min(opening.seats[post.id], post.seats)
            source = self.world.posts.all.get(opening.among.get(post.id, ""))
            if source is not None:
                held = [int(p) for p in source.holder[unit - source.first] if p != NOBODY]
                start = turn.get(source.id, 0)
                turn[source.id] = start + count
                persons = [held[(start + i) % len(held)] for i in range(min(count, len(held)))] if held else []
            else:
                persons = [person for _, person in zip(range(count), fresh, strict=False)]
            seats = np.arange(len(persons))
            until = np.broadcast_to(self._until(opening, here), len(persons))
            post.seat(np.repeat(here, len(persons)), seats, np.array(persons, np.int64), 0, until)

    def _drawn(self, unit: int, number: int) -> list[int]:
        """Persons of basic organisations below (or beside) a unit, spread over them, each asked once; invented ones
        where there are too few.
        """
        units = self.world.units
        below = self.under.get(unit, self.under.get(int(units.parent[unit]), np.zeros(0, np.int64)))
        found: list[int] = []
        if len(below) and number:
            step = max(1, len(below) // number)
            start = int(self.world.draws.whole("pool", [unit], 0, 0, step - 1)[0])
            for round_ in range(4):
                for place in range(start + round_, len(below), step):
                    cell = int(below[place])
                    if len(found) < number and self.taken[cell] < units.members[cell] - 3:
                        found.append(cell * PERSON + int(units.members[cell] - self.taken[cell]))
                        self.taken[cell] += 1
        own = unit * PERSON
        return found + [own + n for n in range(1, number - len(found) + 1)] if len(found) < number else found

    def _until(self, opening: Opening, units: Ints) -> Ints:
        """When running terms end, in minutes: a day for all, or one drawn for each unit."""
        until = opening.until
        if until is None:
            return np.full(len(units), NEVER, np.int64)
        if isinstance(until, Spread):
            days = self.world.draws.whole("term", units, 0, day_of(until.from_), day_of(until.to))
            return days * DAY
        return np.full(len(units), day_of(until) * DAY, np.int64)

    # --- the opening statements

    def state(self) -> None:
        """Write every unit's opening statement, at the first minute of the first day."""
        world = self.world
        at = world.first * DAY
        for tier in world.units.tiers:
            units = world.units.of(tier)
            if tier in self.basic:
                self._basic(tier, units, at)
            elif len(units):
                form = world.forms.form("unit.open", OPENING, payload="{a:loose}")
                texts = [world.loose.add(plain(self._statement(int(unit)))) for unit in units]
                world.write(form, units, at, a=np.array(texts))

    def _basic(self, tier: str, units: Ints, at: int) -> None:
        """Basic organisations: as many members as they have, of whom the first hold what is held."""
        opening = self.openings.get(tier)
        held = self._own(opening) if opening else []
        enough = max((number for *_, number in held), default=1)
        few = units[self.world.units.members[units] < enough]
        self._same(units[self.world.units.members[units] >= enough], held, opening, at)
        for members in np.unique(self.world.units.members[few]).tolist():
            there = [place for place in held if place[2] <= members]
            self._same(few[self.world.units.members[few] == members], there, opening, at)

    def _same(self, units: Ints, places: list[tuple[Post, int, int]], opening: Opening | None, at: int) -> None:
        """State basic organisations of which the same members hold the same."""
        world = self.world
        held = ",".join(
            f'{{"person":"{{self}}:{number:02d}","post":"{post.id}"{self._ends(opening)}}}'
            for post, _, number in places
        )
        payload = f'{{"holders":[{held}],"members":[{{a:roster}}],"name":"{{b:name}}","parent":"{{c:unit}}"}}'
        form = world.forms.form("unit.open", OPENING, payload=payload)
        gaps: dict[str, Any] = {
            "a": world.units.members[units],
            "b": units,
            "c": world.units.parent[units].astype(np.int64),
        }
        if opening and opening.until:
            gaps["d"] = self._until(opening, units)
        world.write(form, units, at, **gaps)

    @staticmethod
    def _ends(opening: Opening | None) -> str:
        return ',"until":"{d:moment}"' if opening and opening.until else ""

    def _statement(self, unit: int) -> dict[str, Any]:
        world, units = self.world, self.world.units
        tier = units.tiers[units.tier[unit]]
        opening = self.openings.get(tier)
        holders = []
        for post in self._posts(opening) if opening else ():
            row = unit - post.first
            for person, until in zip(post.holder[row].tolist(), post.until[row].tolist(), strict=True):
                if person != NOBODY:
                    held = {"person": units.person(person), "post": post.id}
                    holders.append(held | ({"until": written(until)} if until != NEVER else {}))
        known = [self._person(code) for code in self.pools.get(unit, ())]
        figures = {ident: {"members": number} for ident, number in self._figures(unit)}
        declared = world.rules.unit(units.ids[unit])
        facts = {
            "name": units.names[unit],
            "kind": units.kinds[unit],
            "label": declared.label if declared else None,
            "parent": units.ids[units.parent[unit]] if units.parent[unit] >= 0 else None,
            "holders": holders,
            "persons": known,
            "figures": figures,
        }
        return {name: value for name, value in facts.items() if value}

    def _person(self, code: int) -> dict[str, str]:
        units = self.world.units
        return {"person": units.person(code), "name": units.person_name(code), "unit": units.ids[code // PERSON]}

    def _figures(self, unit: int) -> list[tuple[str, int]]:
        """Members of the unit and of each that is not basic below it, those counted in a nearer unit of the same tier
        left out; a unit just above basic ones states those of each.
        """
        units = self.world.units
        own = self.under.get(unit)
        if own is None:
            return []
        told = self.world.told(units.tiers[units.tier[unit]])
        below = [other for other in self.under if other != unit and self._stands_below(other, unit)]
        rows = [(units.ids[other], int(told[other])) for other in (unit, *below) if told[other]]
        return rows if below else rows + [(units.ids[int(cell)], int(units.members[cell])) for cell in own]

    def _stands_below(self, other: int, unit: int) -> bool:
        here = int(self.world.units.parent[other])
        while here >= 0 and here != unit:
            here = int(self.world.units.parent[here])
        return here == unit
