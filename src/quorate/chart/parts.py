"""What a chart shows: a box for each organ and each body that stands alone, with the offices that sit in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from quorate.chart.lines import BY_KIND, Key, Relation
from quorate.charter.model import Charter, Unit
from quorate.terms.parts import Office, Organ

_SINGLY = 8  # units of a tier without common organs are drawn one by one up to this number, by sort beyond it


Net = tuple[str, str, str]  # kind, the box of the shared end, its row or ""


@dataclass(frozen=True, slots=True)
class Row:
    """An office, or a unit within a unit, drawn inside a box. `count` is the number of units that have it."""

    id: str
    sort: Literal["office", "unit"]
    name: str
    label: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Box:
    """An organ, or a unit (or all units of a tier), with its offices. `of` names the one unit an organ belongs to.

    The heading of a tier is a box too: lines go round it.
    """

    id: str
    sort: Literal["organ", "unit", "heading"]
    tier: str
    name: str
    label: str | None = None
    of: str | None = None
    count: int = 1
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two ends, each a box and, where it ends at an office or inner unit, the row."""

    clause: str
    words: str
    kind: str
    start: tuple[str, str | None]
    end: tuple[str, str | None]

    @property
    def net(self) -> Net:
        """The bundle the line belongs to: lines of its kind that share its hub end."""
        box, row = self.start if BY_KIND[self.kind].hub == "start" else self.end
        return self.kind, box, row or ""


@dataclass(frozen=True, slots=True)
class Parts:
    """All boxes, in charter order, and all lines."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


class _Sorting:
    """Puts every organ, office and unit into its box, once."""

    def __init__(self, charter: Charter, relations: Iterable[Relation]) -> None:
        self.charter = charter
        self.boxes: dict[str, Box] = {}
        self.where: dict[Key, tuple[str, str | None]] = {}
        for organ in charter.organs.values():
            ident = f"organ:{organ.id}"
            unit = charter.name(organ.units[0]) if len(organ.units) == 1 else organ.name
            of = unit if unit != organ.name else None
            count = self._count(organ.tier, organ.units)
            self.boxes[ident] = Box(ident, "organ", organ.tier, organ.name, organ.label, of, count)
            self.where["organ", organ.id] = (ident, None)
        for office in charter.offices.values():
            body = self._body_of(office.organ, office.tier, office.units)
            row = f"office:{office.id}"
            count = self._count(office.tier, office.units)
            self._into(body, Row(row, "office", office.name, office.label, count))
            self.where["office", office.id] = (body, row)
        named = [key for relation in relations for key in (relation.start, relation.end)]
        self._units([ident for kind, ident in named if kind == "unit"])
        for kind, ident in named:
            if kind == "tier" and (kind, ident) not in self.where:
                self.where[kind, ident] = (self._main(ident), None)

    def _count(self, tier: str, units: tuple[str, ...]) -> int:
        return len(units) or sum(1 for _ in self.charter.units_of(tier)) or 1

    def _into(self, body: str, row: Row) -> None:
        box = self.boxes[body]
        if all(other.id != row.id for other in box.rows):
            self.boxes[body] = replace(box, rows=(*box.rows, row))

    def _body_of(self, organ: str | None, tier: str, units: tuple[str, ...]) -> str:
        """The box an office sits in: its organ's, or that of its unit, or of all units of its tier."""
        if organ is not None:
            return f"organ:{organ}"
        if len(units) == 1:
            return self._unit_box(units[0])
        return self._tier_box(tier, units)

    def _unit_box(self, ident: str) -> str:
        body = f"unit:{ident}"
        unit = self.charter.unit(ident)
        if body not in self.boxes and unit is not None:
            above = self.charter.unit(unit.parent or "")
            of = above.name if above is not None and above.tier == unit.tier and above.parent else None
            self.boxes[body] = Box(body, "unit", unit.tier, unit.name, unit.label, of)
            self.where["unit", ident] = (body, None)
        return body

    def _tier_box(self, ident: str, units: tuple[str, ...] = ()) -> str:
        body = f"tier:{ident}" + "".join(f"+{unit}" for unit in units)
        if body not in self.boxes:
            tier = self.charter.tiers[ident]
            name = ", ".join(self.charter.name(unit) for unit in units) or tier.name
            label = None if units else tier.label
            self.boxes[body] = Box(body, "unit", ident, name, label, None, self._count(ident, units))
        return body

    def _main(self, tier: str) -> str:
        """What stands for a whole tier: its first standing organ that every unit has, else any such, else the
        box of its units.
        """
        common = [o for o in self.charter.organs.values() if o.tier == tier and not o.units]
        common.sort(key=_passing)
        return f"organ:{common[0].id}" if common else self._tier_box(tier)

    def _units(self, named: list[str]) -> None:
        """Boxes or rows for the units that are drawn for themselves."""
        for tier in self.charter.tiers:
            units = list(self.charter.units_of(tier))
            common = any(part.tier == tier and not part.units for part in self._posts())
            sorts = [each for each in self.charter.file.units.each if each.tier == tier]
            if common:
                alone = [unit for unit in units if unit.id in named]
            elif len(units) > _SINGLY:
                alone = [unit for unit in units if unit.id in named or self._has_own(unit)]
                apart = {unit.id for unit in alone}
                self._by_sort(tier, [unit for unit in units if unit.id not in apart])
            else:
                alone = units
            if common and len(sorts) > 1:
                self._by_sort(tier, units)
            for unit in sorted(alone, key=lambda unit: (_order(self.charter, unit), unit.id)):
                self._place(unit)
            if not any(box.tier == tier for box in self.boxes.values()) and not self._inside(units):
                self._tier_box(tier)

    def _posts(self) -> list[Organ | Office]:
        return [*self.charter.organs.values(), *self.charter.offices.values()]

    def _inside(self, units: list[Unit]) -> bool:
        return any(("unit", unit.id) in self.where for unit in units)

    def _has_own(self, unit: Unit) -> bool:
        return any(part.units == (unit.id,) for part in self._posts())

    def _place(self, unit: Unit) -> None:
        """A unit's place: its own box; else its one organ; else a row of the unit above; else a box made for it."""
        if ("unit", unit.id) in self.where:
            return
        only = self._count(unit.tier, ()) == 1
        organs = [o for o in self.charter.organs.values() if o.tier == unit.tier]
        organs.sort(key=_passing)
        own = next((o.id for o in organs if o.units == (unit.id,) or (only and not o.units)), None)
        if own is not None:
            self.where["unit", unit.id] = (f"organ:{own}", None)
            return
        above = self.where.get(("unit", unit.parent or ""))
        parent = self.charter.unit(unit.parent or "")
        if above is None or above[1] is not None or parent is None or parent.parent is None:
            self._unit_box(unit.id)
            return
        self._into(above[0], Row(f"unit:{unit.id}", "unit", unit.name, unit.label))
        self.where["unit", unit.id] = (above[0], f"unit:{unit.id}")

    def _by_sort(self, tier: str, units: list[Unit]) -> None:
        """One row for each sort of unit of a tier: those declared to stand below each of another, and each kind."""
        body = self._tier_box(tier)
        sorts: dict[str, list[Unit]] = {}
        for unit in units:
            sorts.setdefault(unit.id.rpartition(".")[2] if "." in unit.id else unit.kind or "", []).append(unit)
        each = {each.id: each for each in self.charter.file.units.each if each.tier == tier}
        for sort, those in sorts.items():
            known = each.get(sort)
            name = known.name if known else sort.replace("-", " ").capitalize() or self.charter.tiers[tier].name
            if len(sorts) > 1 or known:
                label = known.label if known else None
                self._into(body, Row(f"{body}/{sort}", "unit", name, label, len(those)))

    def ends(self, relation: Relation) -> Line:
        start, end = self.where[relation.start], self.where[relation.end]
        return Line(relation.clause, relation.words, relation.kind, start, end)


def _passing(organ: Organ) -> bool:
    """Whether an organ is there only while it meets, so that no report is meant for it where a standing organ is."""
    return organ.membership != "seats"


def _order(charter: Charter, unit: Unit) -> int:
    """How many units stand above one: those above are placed first."""
    depth, above = 0, charter.unit(unit.parent or "")
    while above is not None and depth < len(charter.known):
        depth, above = depth + 1, charter.unit(above.parent or "")
    return depth


def parts(charter: Charter, relations: Iterable[Relation]) -> Parts:
    """Sort a charter's organs, offices and units into boxes, and tie the lines to them. Every organ and office
    appears once.
    """
    relations = tuple(relations)
    sorting = _Sorting(charter, relations)
    order = {tier: place for place, tier in enumerate(charter.tiers)}
    boxes = sorted(sorting.boxes.values(), key=lambda box: order[box.tier])
    lines: dict[tuple[object, ...], Line] = {}
    for relation in relations:
        line = sorting.ends(relation)
        lines.setdefault((line.clause, line.kind, line.start, line.end), line)
    return Parts(tuple(boxes), tuple(lines.values()))
