"""Which unit stands below which, those founded for a simulation among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from quorate.charter.model import Charter
from quorate.simulate.scenario.parts import Basic

Mask = NDArray[np.bool_]


class Standing:
    """The charter's units, and the basic organisations that a population founds below them, whose ids are the id above,
    the tier and a number: ``<above>/<tier>-7``.
    """

    def __init__(self, charter: Charter, basic: Iterable[Basic]) -> None:
        self.charter = charter
        self._basic = {(row.under, row.tier) for row in basic}

    def tier(self, unit: str) -> str | None:
        """The tier of a unit; None where there can be no such unit."""
        known = self.charter.unit(unit)
        if known is not None:
            return known.tier
        above, _, last = unit.rpartition("/")
        tier = re.sub(r"-[1-9]\d*$", "", last)
        under = self.tier(above) if above and tier != last else None
        return tier if under is not None and (under, tier) in self._basic else None

    def places(self, units: Sequence[str], wanted: Sequence[str]) -> NDArray[np.intp]:
        """Where those wanted stand among the units; those not among them left out."""
        want = set(wanted)
        return np.array([place for place, unit in enumerate(units) if unit in want], np.intp)

    def below(self, over: str, units: Sequence[str]) -> Mask:
        """Whether each of these units stands below `over`."""
        known: dict[str, bool] = {}
        return np.fromiter((self._stands(self._above(unit), over, known) for unit in units), np.bool_, len(units))

    def _above(self, unit: str) -> str:
        found = self.charter.unit(unit)
        return (found.parent or "") if found is not None else unit.rpartition("/")[0]

    def _stands(self, unit: str, over: str, known: dict[str, bool]) -> bool:
        """Whether a unit is `over` or below it."""
        found = known.get(unit)
        if found is None:
            found = unit == over or (bool(unit) and self._stands(self._above(unit), over, known))
            known[unit] = found
        return found

    def depth(self, unit: str) -> int:
        """How many units a unit stands below."""
        above = self._above(unit)
        return 1 + self.depth(above) if above else 0
