"""The organisation on its first day: the charter's units, and basic organisations below them to hold the members."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from quorate.charter.model import Charter
from quorate.simulate.scenario.parts import Basic, Population
from quorate.simulate.scenario.population import weight_of
from quorate.world.draws import Draws
from quorate.world.units import Founded, Units, numbered

Ints = NDArray[np.int64]
ROUND = 1e-9


def populated(charter: Charter, population: Population, draws: Draws, scale: float = 1.0) -> Units:
    """Number the charter's units and the basic organisations that a population says stand below them. `scale` is the
    share of its members that is simulated; units above are all there.
    """
    known = [
        Founded(unit.id, unit.tier, unit.name, unit.parent, unit.kind)
        for unit in charter.known.values()
        if unit.tier in charter.tiers
    ]
    founded = {unit.id: unit for unit in known}
    places = [unit for unit in known if unit.tier == population.by.tier]
    weights = np.array([float(weight_of(charter.known[unit.id], population)) for unit in places])
    total = round(population.members.value * scale)
    for number, (unit, members) in enumerate(zip(places, _shared(total, weights), strict=True)):
        if members:
            below = {each.id: each for each in _below(unit, int(members), population, draws, number)}
            founded |= below
            if charter.tiers[unit.tier].basic:
                left = int(members) - sum(each.members for each in below.values())
                founded[unit.id] = unit._replace(members=max(left, 0))
    return numbered(list(founded.values()), list(charter.tiers))


def _shared(total: int, weights: NDArray[np.float64]) -> Ints:
    """A whole divided by weight, remainders to the largest (Hare): as `counting.apportion` does, for many."""
    if weights.sum() <= 0:
        return np.zeros(len(weights), np.int64)
    exact = total * weights / weights.sum()
    whole = np.floor(exact + ROUND).astype(np.int64)
    left = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:left]] += 1
    return np.asarray(whole, np.int64)


def _below(top: Founded, members: int, population: Population, draws: Draws, number: int) -> Iterator[Founded]:
    """The basic organisations of one place, those above first; each under the units of its tier in turn."""
    made: dict[str, list[Founded]] = {top.tier: [top]}
    left = members
    counts: dict[tuple[str, str], int] = {}
    for row, basic in enumerate(population.basic):
        over = made.get(basic.under, [])
        sizes = _sizes(basic, members, left, len(over), draws, number * 64 + row) if over else np.zeros(0, np.int64)
        left = max(0, left - int(sizes.sum()))
        for place, size in enumerate(sizes.tolist()):
            above = over[place % len(over)]
            index = counts[(above.id, basic.tier)] = counts.get((above.id, basic.tier), 0) + 1
            name = f"{basic.name} {index} of {above.name}"
            unit = Founded(f"{above.id}/{basic.tier}-{index}", basic.tier, name, above.id, None, size)
            made.setdefault(basic.tier, []).append(unit)
            yield unit


def _sizes(basic: Basic, members: int, left: int, over: int, draws: Draws, key: int) -> Ints:
    """How many organisations there are, and how many members each has: binomial between the least and the most, with
    the mean stated; where they are to hold a share of the members, adjusted to hold it.
    """
    size = basic.size
    if basic.one_for:
        count = round(members / basic.one_for.value)
    elif basic.each:
        count = round(over * basic.each.value)
    else:
        assert basic.share is not None
        count = round(left * basic.share.value / size.mean)
        count = max(count, 1) if left >= size.fewest else 0
    span = size.most - size.fewest
    keys = np.arange(count)
    found = size.fewest + draws.binomial(
        f"size {basic.tier}", keys, key, span, (size.mean - size.fewest) / max(span, 1)
    )
    if basic.share and count:
        short = round(left * basic.share.value) - int(found.sum())
        step = np.sign(short)
        while short * step > 0:
            room = np.flatnonzero((found + step >= size.fewest) & (found + step <= size.most))[: abs(short)]
            if not len(room):
                break
            found[room] += step
            short -= step * len(room)
    return found
