"""The charter's units: rows of the units file, units declared, and units that exist once below each of a tier."""

from __future__ import annotations

from collections.abc import Iterator

from quorate.charter.document import Path
from quorate.charter.draft import Draft
from quorate.charter.findings import MOST, Finding, Names, nearest, short
from quorate.charter.model import Unit
from quorate.charter.units import Row, units
from quorate.terms.parts import Each, Tier

MAX_UNITS = 1_000_000


def gather(draft: Draft) -> list[Finding]:
    """Fill in the draft's units; return what is wrong with each and with its place in the organisation."""
    findings: list[Finding] = []
    for row, unit, faults in units(draft.table) if draft.table else ():
        findings += faults if unit is None else _add(draft, unit, row)
        if len(findings) >= MOST:
            return findings
    for index, made in enumerate(draft.file.units.declared):
        unit = Unit(made.id, made.tier, made.name, made.parent, made.label, made.kind)
        findings += _add(draft, unit, ("units", "declared", index))
    for index, each in enumerate(draft.file.units.each):
        findings += _below_each(draft, each, ("units", "each", index))
    tiers = {tier.id: tier for tier in draft.file.tiers}
    names = Names(draft.units)
    for unit in draft.units.values():
        findings += _standing(draft, unit, tiers, names)
        if len(findings) >= MOST:
            break
    return findings


def _add(draft: Draft, unit: Unit, origin: Row | Path) -> list[Finding]:
    """Take in a unit, or say where one of the same id stands."""
    if unit.id not in draft.units:
        draft.units[unit.id] = unit
        draft.origins[unit.id] = origin
        return []
    first = draft.unit_place(unit.id, "id")
    message = f"there are two units with the id `{short(unit.id)}`"
    return [Finding("duplicate-id", draft.origin_place(origin, "id"), message, advice=f"The first stands at {first}.")]


def _below_each(draft: Draft, each: Each, path: Path) -> list[Finding]:
    parents = [unit for unit in draft.units.values() if unit.tier == each.of]
    if len(draft.units) + len(parents) > MAX_UNITS:
        return [
            draft.finding(
                "too-many", path, f"there would be more than {MAX_UNITS:,} units", "Found them as the record goes on."
            )
        ]
    findings: list[Finding] = []
    for parent in parents:
        name = f"{each.name}, {parent.name}"
        unit = Unit(f"{parent.id}.{each.id}", each.tier, name, parent.id, each.label, each.kind)
        findings += _add(draft, unit, path)
    return findings


def _standing(draft: Draft, unit: Unit, tiers: dict[str, Tier], names: Names) -> Iterator[Finding]:
    """A unit's tier exists, and its parent is a unit of a tier it may stand below."""
    origin, who = draft.origins[unit.id], f"the unit `{short(unit.id)}`"
    from_file = isinstance(origin, Row)  # what the charter itself names is checked with all its other references
    tier = tiers.get(unit.tier)
    if tier is None:
        if from_file:
            message = f"{who} has the tier `{short(unit.tier)}`, which the charter does not declare"
            yield Finding("dangling", draft.unit_place(unit.id, "tier"), message, advice=nearest(unit.tier, tiers))
        return
    if unit.parent is None:
        if set(tier.under) - {tier.id}:
            message = f"{who} has no parent, and a unit of the tier `{tier.id}` stands below another"
            advice = f"Name as `parent` a unit of the tier {' or '.join(tier.under)}."
            yield Finding("missing-key", draft.unit_place(unit.id, "parent"), message, advice=advice)
        return
    parent = draft.units.get(unit.parent)
    if parent is None and from_file:
        message = f"{who} stands below `{short(unit.parent)}`, and there is no such unit"
        where = draft.unit_place(unit.id, "parent")
        yield Finding("dangling", where, message, advice=names.advice(unit.parent))
    elif parent is not None and parent.tier in tiers and parent.tier not in tier.under:
        under = f"below a unit of the tier {' or '.join(tier.under)}" if tier.under else "below no other"
        message = f"{who} stands below `{parent.id}` of the tier `{parent.tier}`"
        advice = f"A unit of the tier `{tier.id}` stands {under}."
        yield Finding("wrong-tier", draft.unit_place(unit.id, "parent"), message, advice=advice)
