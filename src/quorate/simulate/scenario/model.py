"""A scenario as the engine asks it: what holds in each unit of a tier, on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.charter.findings import Finding
from quorate.simulate.scenario.errors import BadScenario
from quorate.simulate.scenario.layers import Merged
from quorate.simulate.scenario.parts import Happening, Lapse, Opening, Population, Shock, Spread, Where, number
from quorate.simulate.scenario.settings import Setting
from quorate.simulate.scenario.standing import Mask, Standing
from quorate.terms import dates
from quorate.world.parameters import Parameter

Floats = NDArray[np.float64]
OF = "@"
"""Parts the name of a parameter from the clause it is asked for: ``opened_a_year@some.clause``."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that fits its charter. `merged` is what is written, with its places; `parameters` are those there
    are, by name.
    """

    title: str
    note: str | None
    population: Population
    openings: tuple[Opening, ...]
    happenings: tuple[Happening, ...]
    lapses: tuple[Lapse, ...]
    shocks: tuple[Shock, ...]
    rules: Mapping[str, Any]
    values: Mapping[str, Setting]
    merged: Merged = field(repr=False, compare=False)
    parameters: Mapping[str, Parameter] = field(repr=False, compare=False)
    standing: Standing = field(repr=False, compare=False)

    def value(self, name: str, tier: str, units: Sequence[str]) -> Floats:
        """A parameter in each unit of a tier (float64, in order of `units`), shocks left aside. `name` may ask for a
        clause: ``name@clause`` gives what is said of it, else what is said in general.
        """
        plain, _, clause = name.partition(OF)
        found = np.full(len(units), self.parameters[plain].default, np.float64)
        setting = self.values.get(plain)
        if setting is not None:
            self._lay(found, setting, tier, units)
            if clause in setting.clause:
                self._lay(found, setting.clause[clause], tier, units)
        return found

    def value_on(self, day: str, name: str, tier: str, units: Sequence[str]) -> Floats:
        """The same on a day. Shocks in force hold before all else, those written later before the earlier."""
        found = self.value(name, tier, units)
        plain = name.partition(OF)[0]
        for shock in self.shocks:
            if plain in shock.set and _runs(shock, day):
                found[self._where(shock, tier, units)] = number(shock.set[plain])
        return found

    def lapse_on(self, day: str, clause: str, tier: str, units: Sequence[str]) -> Floats:
        """The probability that an obligation of a clause is left undone in each unit on a day. Of several lapses in
        force the most specific holds (unit, below, tier, all), the later among equals; shocks before them.
        """
        found = np.zeros(len(units))
        lapses = [lapse for lapse in self.lapses if clause in lapse.clauses and _runs(lapse, day)]
        for lapse in sorted(lapses, key=_narrow):
            found[self._where(lapse, tier, units)] = number(lapse.rate)
        for shock in self.shocks:
            if clause in shock.lapse and _runs(shock, day):
                found[self._where(shock, tier, units)] = number(shock.lapse[clause])
        return found

    def changes(self, first: str, last: str) -> list[str]:
        """The days after `first` and up to `last` on which a shock or dated lapse begins to hold or holds no more."""
        dated: Iterable[Shock | Lapse] = (*self.shocks, *self.lapses)
        days = {day for row in dated for day in (row.from_, row.to and dates.add(row.to, 1, "days")) if day}
        return sorted(day for day in days if first < day <= last)

    def check_window(self, first: str, last: str) -> None:
        """Raise `BadScenario` for what the days simulated cannot hold: happenings and shocks outside them, terms that
        have ended before.
        """
        window = f"the days simulated, {first} to {last}"
        found = []
        for index, happening in enumerate(self.happenings):
            if not first <= happening.on <= last:
                found.append(self._outside(("happenings", index, "on"), f"{happening.on} lies outside {window}"))
        for index, shock in enumerate(self.shocks):
            if shock.from_ > last or (shock.to or last) < first:
                found.append(self._outside(("shocks", index), f"the shock lies outside {window}"))
        for index, opening in enumerate(self.openings):
            ends = opening.until.from_ if isinstance(opening.until, Spread) else opening.until
            if ends is not None and ends < first:
                path = ("openings", index, "until")
                found.append(self._outside(path, f"terms end on {ends}, before the first day simulated, {first}"))
        if found:
            raise BadScenario(found)

    def _outside(self, path: tuple[str | int, ...], message: str) -> Finding:
        advice = "Change the day, or what is simulated with --from and --to."
        return Finding("outside", self.merged.place(path), message, advice=advice)

    def _lay(self, found: Floats, setting: Setting, tier: str, units: Sequence[str]) -> None:
        """Lay what a setting says over what is there, the most specific last."""
        if setting.default is not None:
            found[:] = setting.default
        if tier in setting.tier:
            found[:] = setting.tier[tier]
        for over in sorted(setting.below, key=self.standing.depth):
            found[self.standing.below(over, units)] = setting.below[over]
        for unit, value in setting.unit.items():
            found[self.standing.places(units, (unit,))] = value

    def _where(self, where: Where, tier: str, units: Sequence[str]) -> Any:
        """The rows that a lapse or a shock is about."""
        if where.tier is not None and where.tier != tier:
            return slice(0, 0)
        inside: Mask = np.ones(len(units), np.bool_)
        if where.below is not None:
            inside &= self.standing.below(where.below, units)
        if where.unit is not None:
            named = np.zeros(len(units), np.bool_)
            named[self.standing.places(units, where.units)] = True
            inside &= named
        return inside


def _runs(row: Lapse | Shock, day: str) -> bool:
    return (row.from_ or day) <= day <= (row.to or day)


def _narrow(lapse: Lapse) -> int:
    """How specific a lapse is."""
    if lapse.unit is not None:
        return 3
    return 2 if lapse.below is not None else 1 if lapse.tier is not None else 0
