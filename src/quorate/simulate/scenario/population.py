"""Who there is on the first day: members divided among units, and the basic organisations they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.charter.model import Charter
from quorate.counting import apportion
from quorate.simulate.scenario.parts import Basic, Population
from quorate.simulate.scenario.standing import founded_id
from quorate.world.draws import Draws
from quorate.world.units import Founded

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Share:
    """The basic organisations of one row of a population in one unit's area: how many, and their members in all."""

    row: Basic
    number: int
    members: int


def members_of(population: Population, charter: Charter, scale: float = 1.0) -> dict[str, int]:
    """The members by unit, in proportion to a fact of theirs, by largest remainders; they add up to `scale` times all
    members there are.
    """
    facts = {unit.id: fact_of(unit.facts.get(population.by.fact)) for unit in charter.units_of(population.by.tier)}
    weights = {unit: weight for unit, weight in facts.items() if weight}
    if not weights:
        return dict.fromkeys(facts, 0)
    total = round(population.members.value * scale)
    shared = apportion("largest-remainder-hare", weights, total).seats()
    return {unit: shared.get(unit, 0) for unit in facts}


def fact_of(text: str | None) -> int:
    """A unit's fact as a whole number; nought where it states none."""
    return int(text) if text and text.isascii() and text.isdigit() else 0


def divided(population: Population, members: int) -> tuple[Share, ...]:
    """The basic organisations of a unit with so many members, by row. Those of a row with `one_for` or `each` come
    first and have their mean size; what they leave is divided by `share`, or spread over them where no row has one.
    Members too few to make up an organisation are left out.
    """
    numbers: dict[str, int] = {population.by.tier: 1}
    found: dict[Basic, tuple[int, int]] = {}
    left = members
    for row in population.basic:
        if row.share is None:
            wanted = _wanted(row, members, numbers)
            number = max(min(wanted, left // row.size.fewest), 0)
            taken = min(round(number * row.size.mean), left)
            found[row], left = (number, taken), left - taken
            numbers[row.tier] = numbers.get(row.tier, 0) + number
    sharing = [row for row in population.basic if row.share is not None and numbers.get(row.under)]
    whole = sum(row.share.value for row in sharing if row.share)
    for place, row in enumerate(sharing):
        assert row.share is not None
        part = left if place == len(sharing) - 1 else min(round(left * row.share.value / whole), left) if whole else 0
        number = _number(part, row)
        found[row], left = (number, part if number else 0), left - (part if number else 0)
        whole -= row.share.value
    return (
        tuple(Share(row, *found[row]) for row in population.basic if row in found)
        if not left
        else _filled(population, found, left)
    )


def _wanted(row: Basic, members: int, numbers: dict[str, int]) -> int:
    if row.one_for is not None:
        return max(round(members / row.one_for.value), 1)
    assert row.each is not None
    return round(numbers.get(row.under, 0) * row.each.value)


def _number(members: int, row: Basic) -> int:
    """How many organisations hold so many members, near the mean size."""
    size = row.size
    return (
        max(min(round(members / size.mean), members // size.fewest), -(-members // size.most))
        if (members >= size.fewest)
        else 0
    )


def _filled(population: Population, found: dict[Basic, tuple[int, int]], left: int) -> tuple[Share, ...]:
    """Let organisations grow up to their greatest size for the members left."""
    shares = []
    for row in population.basic:
        number, taken = found.get(row, (0, 0))
        more = min(max(number * row.size.most - taken, 0), left)
        shares.append(Share(row, number, taken + more))
        left -= more
    return tuple(shares)


def founded(population: Population, charter: Charter, seed: int, scale: float = 1.0) -> list[Founded]:
    """All units of the first day: the charter's, then the basic organisations with the number of their members."""
    found = [Founded(unit.id, unit.tier, unit.name, unit.parent, unit.kind) for unit in charter.known.values()]
    draws, made = Draws(seed), dict.fromkeys((row.tier for row in population.basic), 0)
    for anchor, members in members_of(population, charter, scale).items():
        areas = {population.by.tier: [(anchor, charter.name(anchor))]}
        counts: dict[tuple[str, str], int] = {}
        for share in divided(population, members):
            sizes = _sizes(share, draws, made[share.row.tier])
            made[share.row.tier] += share.number
            rows = list(_below(share, sizes, areas[share.row.under], counts)) if share.number else []
            areas.setdefault(share.row.tier, []).extend((row.id, row.name) for row in rows)
            found += rows
    return found


def _below(
    share: Share, sizes: Ints, above: list[tuple[str, str]], counts: dict[tuple[str, str], int]
) -> Iterator[Founded]:
    """The organisations of a row, divided evenly among the units above them."""
    tier = share.row.tier
    for place, size in enumerate(sizes.tolist()):
        parent, name = above[place * len(above) // share.number]
        number = counts[parent, tier] = counts.get((parent, tier), 0) + 1
        yield Founded(
            founded_id(parent, tier, number), tier, f"{share.row.name} {number} of {name}", parent, None, size
        )


def _sizes(share: Share, draws: Draws, start: int) -> Ints:
    """How many members each organisation has: drawn between the fewest and the most, with the total that is given.

    With U uniform, fewest + (most - fewest) * U**g has the mean that g = (most - fewest) / (mean - fewest) - 1 gives it.
    """
    if not share.number:
        return np.zeros(0, np.int64)
    low, high = share.row.size.fewest, share.row.size.most
    drawn = draws.uniform(f"size of {share.row.tier}", np.arange(start, start + share.number))
    mean = min(max(share.members / share.number, low), high)
    power: Any = (high - low) / (mean - low) - 1 if mean > low else np.inf
    sizes = np.clip(np.rint(low + (high - low) * drawn**power), low, high).astype(np.int64)
    order = np.argsort(drawn, kind="stable")
    while over := int(sizes.sum()) - share.members:
        able = order[(sizes[order] > low) if over > 0 else (sizes[order] < high)]
        if not len(able):
            break  # fewer members than the least sizes make, or more than the greatest
        sizes[able[: abs(over)]] -= 1 if over > 0 else -1
    return sizes
