"""Members divided among units, and how many of them basic organisations can hold."""

from __future__ import annotations

from quorate.charter.model import Charter, Unit
from quorate.counting import apportion
from quorate.simulate.scenario.parts import Population


def members_of(population: Population, charter: Charter) -> dict[str, int]:
    """The members by unit, in proportion to a fact of theirs, by largest remainders; they add up to all there are."""
    facts = {unit.id: weight_of(unit, population) for unit in charter.units_of(population.by.tier)}
    weights = {unit: weight for unit, weight in facts.items() if weight}
    if not weights:
        return dict.fromkeys(facts, 0)
    shared = apportion("largest-remainder-hare", weights, round(population.members.value)).seats()
    return {unit: shared.get(unit, 0) for unit in facts}


def weight_of(unit: Unit, population: Population) -> int:
    """In proportion to what a unit gets its members."""
    fact = population.by.fact
    return 1 if fact is None else fact_of(unit.facts.get(fact))


def fact_of(text: str | None) -> int:
    """A unit's fact as a whole number; nought where it states none."""
    return int(text) if text and text.isascii() and text.isdigit() else 0


def room(population: Population, members: int) -> int:
    """How many of a unit's members its basic organisations can hold: those with a share theirs, the others at their
    mean size where some have a share, else at their greatest.
    """
    numbers = {population.by.tier: 1}
    left, held, sharing = float(members), 0.0, any(row.share is not None for row in population.basic)
    for row in population.basic:
        over = numbers.get(row.under, 0)
        if row.share is not None:
            taken = left * row.share.value if over and left >= row.size.fewest else 0.0
            number = round(taken / row.size.mean)
        else:
            number = round(members / row.one_for.value if row.one_for else over * row.each.value if row.each else 0)
            number = number if over else 0
            taken = number * (row.size.mean if sharing else row.size.most)
        numbers[row.tier] = numbers.get(row.tier, 0) + number
        left, held = max(left - taken, 0.0), held + taken
    return min(round(held), members)
