"""How matters come up that no document brings: regularly, at a rate, or because the scenario says so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quorate.world.calendar import periods
from quorate.world.draws import purpose_of
from quorate.world.units import NOBODY, PERSON, quoted
from quorate.world.world import MORNING, dated, minutes

if TYPE_CHECKING:
    from quorate.clauses.procedure.simulate import Takes

Ints = NDArray[np.int64]
KEY = (1 << 61) - 1
"""Keys of matters are below this, so that a stage's number can be added."""


class Openings:
    """Opens the matters of one procedure by hand."""

    def __init__(self, face: Takes) -> None:
        self.face, self.world, self.clause = face, face.world, face.clause
        self.counts: dict[tuple[int, str], int] = {}

    def begin(self) -> None:
        """Lay down when matters come up."""
        world = self.world
        if self.face.course.opening < 0 or not world.units.count(self.clause.tier):
            return
        if self.clause.every:
            for number, (name, first, last) in enumerate(periods(world.first, world.last, self.clause.every)):
                if first >= world.first:
                    world.on(first, MORNING, self._period, number, name, first, last)
            return
        for _, first, last in periods(world.first, world.last, "month"):
            world.on(max(first, world.first), MORNING, self._month, max(first, world.first), min(last, world.last))

    # --- regularly

    def _period(self, number: int, name: str, first: int, last: int) -> None:
        """Choose the days on which units open the matter of a period, unless they leave it undone."""
        world, units = self.world, self.world.units.of(self.clause.tier)
        units = units[~world.lapses(self.clause.id, units, number)]
        share = world.value(f"opening_share@{self.clause.id}", units)
        days = np.floor(world.draws.uniform(f"opens {self.clause.id}", units, number) * share * (last - first))
        world.on(first + days.astype(np.int64), MORNING, partial(self._regular, name), units)

    def _regular(self, name: str, units: Ints) -> None:
        ids = [f"{self.clause.matter}/{name}/{self.world.units.ids[unit]}" for unit in units.tolist()]
        self._open(units, ids, f"{self.clause.title}, {name}")

    # --- at a rate

    def _month(self, first: int, last: int) -> None:
        """Draw how many matters come up in a month, and when."""
        world, units = self.world, self.world.units.of(self.clause.tier)
        days = last - first + 1
        if self.clause.about == "person":
            chance = world.value(f"cases_per_1000_members_a_year@{self.clause.id}", units) / 1000 / 365 * days
            number = world.draws.binomial(
                f"come {self.clause.id}", units, first, world.members(self.clause.tier), chance
            )
        else:
            chance = np.minimum(world.value(f"matters_a_year@{self.clause.id}", units) / 365, 1)
            number = world.draws.binomial(f"come {self.clause.id}", units, first, days, chance)
        units = np.repeat(units, number)
        turn = np.arange(len(units)) - np.repeat(np.cumsum(number) - number, number)
        when = world.draws.whole(f"comes {self.clause.id}", units, first * 4096 + turn, first, last)
        world.on(when, MORNING, self._one_by_one, units)

    def _one_by_one(self, units: Ints) -> None:
        self._open(units, [self._name(unit) for unit in units.tolist()], self.clause.title)

    def _name(self, unit: int) -> str:
        """An id none of the unit's matters has."""
        year = dated(self.world.today)[:4]
        number = self.counts[(unit, year)] = self.counts.get((unit, year), 0) + 1
        return f"{self.clause.matter}/{self.world.units.ids[unit]}/{year}-{number}"

    # --- because the scenario says so

    def happen(self, unit: int, happening: Any) -> bool:
        """Open a matter a scenario speaks of; say whether it is of this procedure."""
        units, opening = self.world.units, self.face.course.opening
        if opening < 0 or happening.act != f"{self.clause.matter}.{self.clause.stages[opening].id}":
            return False
        if units.tiers[units.tier[unit]] != self.clause.tier:
            return False
        ident = happening.ref if happening.ref and quoted(happening.ref) == happening.ref else self._name(unit)
        title = str(happening.say.get("title", self.clause.title))
        subject = self._subject_named(happening.subject)
        self._open(np.array([unit]), [ident], title, dict(happening.say), subject)
        return True

    def _subject_named(self, name: str | None) -> int:
        """The person or unit named, if there is one."""
        units = self.world.units
        if self.clause.about == "unit" and name in units.number:
            return units.number[name]
        home, _, number = (name or "").rpartition(":")
        if self.clause.about == "person" and home in units.number and number.isdigit():
            return units.number[home] * PERSON + int(number)
        return NOBODY

    # --- opening

    def _open(
        self, units: Ints, ids: list[str], title: str, say: dict[str, Any] | None = None, subject: int = NOBODY
    ) -> None:
        """Open matters under these ids; those about persons once the unit knows them."""
        world, clause = self.world, self.clause
        keys = np.array([purpose_of(ident) & KEY for ident in ids], np.int64)
        subjects = np.full(len(units), subject)
        if clause.about != "nothing" and subject == NOBODY:
            subjects = self._subjects(units, keys)
            found = subjects != NOBODY
            units, keys, subjects = units[found], keys[found], subjects[found]
            ids = [ident for ident, known in zip(ids, found, strict=True) if known]
        stated = say is not None and "title" in say
        named = quoted(title if stated or clause.every else f"{title} (invented)")
        needed = any("title" in stage.needs for stage in clause.stages if not stage.after) or stated
        due = minutes(say["due"]) if say and "due" in say else NOBODY
        matters = world.matters.add(
            len(units), parent=NOBODY, root=np.array([world.pool.add(ident) for ident in ids], np.int64), owner=units,
            clause=self.face.place, subject=subjects, title=world.pool.add(named if needed else ""), due=due, below=0,
            giver=NOBODY, origin=NOBODY, place=NOBODY, key=keys,
        )  # fmt: skip
        if say:
            self.face.statements.told.update((matter, say) for matter in matters.tolist())
        if clause.about == "person" and any(send.to_subject for stage in clause.stages for send in stage.sends):
            here = subjects // PERSON == units
            self.face.opened(matters[here])
            self.face.desk.subjects.certify(subjects[~here], units[~here], self._known, matters[~here])
        else:
            self.face.opened(matters)

    def _known(self, _entries: Ints, matters: Ints) -> None:
        self.world.on(self.world.today + 1, MORNING, self.face.opened, matters)

    def _subjects(self, units: Ints, keys: Ints) -> Ints:
        """Whom or what matters are about: an ordinary member, or a unit below of one of the tiers."""
        world = self.world
        if self.clause.about == "person":
            return self.face.desk.subjects.draw(self.clause.tier, units, keys)
        found = np.full(len(units), NOBODY, np.int64)
        for row, (unit, key) in enumerate(zip(units.tolist(), keys.tolist(), strict=True)):
            place = unit - world.units.first(self.clause.tier)
            below = []
            for tier in self.clause.about_tiers or world.units.tiers:
                starts, numbers = world.units.below(self.clause.tier, tier)
                if starts[place + 1] > starts[place]:
                    below.append(numbers[starts[place] : starts[place + 1]])
            if below:
                chosen = below[int(world.draws.whole("which tier", [unit], key, 0, len(below) - 1)[0])]
                found[row] = chosen[int(world.draws.whole("which unit", [unit], key, 0, len(chosen) - 1)[0])]
        return found
