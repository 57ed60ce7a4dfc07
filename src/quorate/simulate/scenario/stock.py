"""Whether a population can be: organisations of tiers that stand where they are put, and members who fit into them."""

from __future__ import annotations

from collections.abc import Iterator

from quorate.charter.document import Path as Steps
from quorate.charter.findings import Finding, listed, nearest
from quorate.charter.model import Charter
from quorate.clauses.membership import Membership
from quorate.simulate.scenario.layers import Merged
from quorate.simulate.scenario.parts import Basic, Population
from quorate.simulate.scenario.population import fact_of, members_of, room

MOST = 65_000
"""Members that one basic organisation can have."""


def stock(population: Population, charter: Charter, merged: Merged) -> Iterator[Finding]:
    """What is wrong with a population."""
    found = [*_divided_by(population, charter, merged)]
    tiers = [population.by.tier]
    tier = charter.tiers.get(population.by.tier)
    if tier is not None and not tier.basic and not population.basic:
        message = f"nobody belongs to a unit of the tier `{tier.id}` itself, and no basic organisations are stated"
        basic = [other.id for other in charter.tiers.values() if other.basic]
        advice = f"State them under `basic`, or divide by the tier {listed(basic)}." if basic else ""
        found.append(Finding("wrong-tier", merged.place(("population", "by", "tier")), message, advice=advice))
    for index, row in enumerate(population.basic):
        found += _row(row, tiers, charter, merged, ("population", "basic", index))
        tiers.append(row.tier)
    yield from found
    if not found:
        yield from _room(population, charter, merged)


def _divided_by(population: Population, charter: Charter, merged: Merged) -> Iterator[Finding]:
    members, by = population.members.value, population.by
    if members < 0 or members != int(members) or members > 1e9:
        where = merged.place(("population", "members"))
        yield Finding("wrong-value", where, f"there are {members:g} members: a whole number, not negative, is needed")
    if by.tier not in charter.tiers:
        where, advice = merged.place(("population", "by", "tier")), nearest(by.tier, charter.tiers)
        yield Finding("dangling", where, f"there is no tier `{by.tier}`", advice=advice)
        return
    units = list(charter.units_of(by.tier))
    if by.fact is not None and not any(fact_of(unit.facts.get(by.fact)) for unit in units):
        facts = sorted({name for unit in units for name, cell in unit.facts.items() if fact_of(cell)})
        where = merged.place(("population", "by", "fact"))
        message = f"no unit of the tier `{by.tier}` states `{by.fact}` as a number"
        yield Finding("dangling", where, message, advice=nearest(by.fact, facts))


def _row(row: Basic, tiers: list[str], charter: Charter, merged: Merged, path: Steps) -> Iterator[Finding]:
    tier = charter.tiers.get(row.tier)
    if tier is None or not tier.basic:
        basic = [other.id for other in charter.tiers.values() if other.basic]
        message = f"`{row.tier}` is no tier that members belong to"
        yield Finding("dangling", merged.place((*path, "tier")), message, advice=nearest(row.tier, basic))
        return
    if row.under not in tiers:
        message = f"there is nothing of the tier `{row.under}` to stand below yet"
        where = merged.place((*path, "under"))
        yield Finding("dangling", where, message, advice=nearest(row.under, tiers))
    elif row.under not in tier.under:
        message = f"a unit of the tier `{row.tier}` does not stand below one of the tier `{row.under}`"
        where = merged.place((*path, "under"))
        yield Finding("wrong-tier", where, message, advice=f"The charter allows {', '.join(tier.under)}.")
    for clause in charter.of(Membership, row.tier):
        least = clause.least.value if clause.least else 0
        most = clause.most.value if clause.most else row.size.most
        if row.size.fewest < least or row.size.most > most:
            size = f"at least {least}" if row.size.fewest < least else f"at most {most}"
            message = f"`{clause.id}` has {size} members in a unit of the tier `{row.tier}`"
            yield Finding("wrong-value", merged.place((*path, "size")), message, clause.id)


def _room(population: Population, charter: Charter, merged: Merged) -> Iterator[Finding]:
    """More members in a unit than its organisations can hold, or it itself."""
    basic = charter.tiers[population.by.tier].basic
    least = 1 if basic else min(row.size.fewest for row in population.basic)
    for unit, members in members_of(population, charter).items():
        held = min(members, MOST) if basic else room(population, members)
        if members - held >= least:
            message = f"`{unit}` has {members:,} members, and its basic organisations can hold {held:,}"
            advice = "Make them more or larger, or end `basic` with a row of `share` 1: all who are left."
            yield Finding("no-room", merged.place(("population", "members")), message, advice=advice)
            return
