"""Which units there are, and which stand below which, of all units at once."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.facts.acts import declared, units
from quorate.facts.book import Facts, kept, unite


@kept
def known(facts: Facts) -> Table:
    """Every unit the charter or an opening statement names: `unit`, `tier`, `parent`."""
    named, there = declared(facts), units(facts)
    named = named.select("unit", "tier", "parent")
    return unite(named, there.select("unit", "tier", "parent").anti_join(named, "unit"))


@kept
def lineage(facts: Facts) -> Table:
    """Each unit with itself and every unit above it: `unit`, `above`, `tier` (of the unit above), `steps` between them.

    Found by doubling: from all lines of up to n steps, joined end to end, follow all of up to 2 n.
    """
    there = known(facts)
    own = there.select("unit", above="unit", steps=ibis.literal(0, "int64"))
    up = there.filter(there.parent.notnull()).select("unit", above="parent", steps=ibis.literal(1, "int64"))
    lines, reach = unite(own, up), 1
    while reach < 2 * _deepest(facts):
        first = lines.filter(lines.steps == reach).select("unit", through="above")
        onward = lines.filter(lines.steps > 0).select(through="unit", above="above", steps="steps")
        longer = first.join(onward, "through").select("unit", "above", "steps")
        lines, reach = unite(lines, longer.mutate(steps=longer.steps + reach)), 2 * reach
    tiers = there.select("tier", above="unit")
    return lines.join(tiers, "above").select("unit", "above", "tier", "steps")


def _deepest(facts: Facts) -> int:
    """How many units at most stand one above the other, as far as the charter tells."""
    parents = {unit.id: unit.parent for tier in facts.declared.tiers for unit in facts.declared.units_of(tier)}
    depths: dict[str, int] = {}
    for unit in parents:
        way: list[str] = []
        here = unit
        while here in parents and here not in depths and len(way) < len(parents):
            way.append(here)
            here = parents[here] or ""
        base = depths.get(here, 0)
        depths |= {one: base + number for number, one in enumerate(reversed(way), 1)}
    return max(len(facts.declared.tiers), *depths.values()) if depths else len(facts.declared.tiers)
