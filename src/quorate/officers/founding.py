"""How a scenario's organisation stands on its first day: basic organisations with invented members, posts filled from
among them.
"""

from __future__ import annotations

import random
from typing import Any

from quorate.charter.model import Charter, Unit
from quorate.officers.scenario import Opening, Scenario
from quorate.run.record import Record

Person = dict[str, Any]


class Founding:
    """Opens every unit of a charter as a scenario states. Members are invented, and are called so."""

    def __init__(self, record: Record, scenario: Scenario, rng: random.Random) -> None:
        self.record, self.scenario, self.rng = record, scenario, rng
        self.openings = {opening.tier: opening for opening in scenario.openings}
        self.charter: Charter = record.charter
        self.basic: list[Unit] = []
        self.people: dict[str, list[Person]] = {}
        self.free: dict[str, list[Person]] = {}

    def units(self) -> list[Unit]:
        """Every unit to open, those above first."""
        self._found()
        declared = [unit for unit in self.charter.known.values() if unit.tier in self.openings]
        basic = {unit.id for unit in self.basic}
        return [unit for unit in declared if unit.id not in basic] + self.basic

    def _found(self) -> None:
        for founding in self.scenario.foundings:
            for above in list(self.charter.units_of(founding.under)):
                if founding.only and above.id not in founding.only:
                    continue
                members = _members(above)
                number = founding.number + (members // founding.per_members if founding.per_members else 0)
                for index in range(1, number + 1):
                    ident = f"{above.id}/{founding.tier}-{index}"
                    unit = Unit(ident, founding.tier, f"{founding.name} {index} of {above.name}", above.id)
                    self.charter.establish(unit)
                    self.basic.append(unit)
                    self._people(unit, self.openings[founding.tier])

    def _people(self, unit: Unit, opening: Opening) -> None:
        assert opening.members is not None
        size = self.rng.randint(*opening.members)
        rows = [
            {"person": f"{unit.id}:{n:02d}", "name": _invented(unit, n), "unit": unit.id} for n in range(1, size + 1)
        ]
        self.people[unit.id] = rows
        above = unit.parent
        while above:
            self.free.setdefault(above, []).extend(rows[1:])  # the first keeps the organisation's own office
            found = self.charter.unit(above)
            above = found.parent if found else None

    def statement(self, unit: Unit) -> dict[str, Any]:
        """The unit's opening statement."""
        opening = self.openings[unit.tier]
        holders: list[Person] = []
        persons: dict[str, Person] = {}
        for post, number in opening.seats.items():
            part = self.charter.organs.get(post) or self.charter.offices.get(post)
            if part is None or (part.units and unit.id not in part.units):
                continue
            seated = [persons[row["person"]] for row in holders if row["post"] == opening.among.get(post)]
            for person in seated[:number] or self._draw(unit, number):
                persons[person["person"]] = person
                row = {"person": person["person"], "post": post}
                holders.append(row | ({"until": f"{opening.until}T00:00"} if opening.until else {}))
        members = [{k: v for k, v in row.items() if k not in ("unit", "taken")} for row in self.people.get(unit.id, [])]
        return {
            "members": members,
            "persons": [] if members else list(persons.values()),
            "holders": holders,
            "figures": self._figures(unit),
        }

    def _draw(self, unit: Unit, number: int) -> list[Person]:
        """People for a post: the first of a basic organisation's own, or people of organisations below who hold
        nothing yet.
        """
        if unit.id in self.people:
            return self.people[unit.id][:number]
        pool = self.free.get(unit.id) or self.free.get(unit.parent or "", [])
        chosen = [person for person in pool if not person.get("taken")]
        if len(chosen) < number:
            return [
                {"person": f"{unit.id}:{n}", "name": f"Officer {n} of {unit.name} (invented)"}
                for n in range(1, number + 1)
            ]
        picked = self.rng.sample(chosen, number)
        for person in picked:
            person["taken"] = True
        return [{k: v for k, v in person.items() if k != "taken"} for person in picked]

    def _figures(self, unit: Unit) -> dict[str, dict[str, int]]:
        """Numbers of members: the unit's own, and those of the units below that a conference is apportioned by."""
        found = {unit.id: _members(unit)} if _members(unit) else {}
        for tier in self.charter.tiers:
            for below in self.charter.below(unit.id, tier):
                number = len(self.people.get(below.id, ())) or _members(below)
                if number:
                    found[below.id] = number
        return {ident: {"members": number} for ident, number in found.items()}


def _invented(unit: Unit, number: int) -> str:
    """A name that says whose member it is, and that nobody bears it."""
    return f"{unit.name.rpartition(' of ')[2]} {unit.id.rpartition('-')[2]}/{number:02d} (invented)"


def _members(unit: Unit) -> int:
    return int(unit.facts.get("members") or 0)
