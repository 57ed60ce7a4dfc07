"""The charter as written (`CharterFile`, one pydantic model of the YAML) and as used (`Charter`, indexed)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from quorate.clauses import KINDS, Clause
from quorate.terms.parts import (
    Business,
    Day,
    Each,
    Office,
    Organ,
    Part,
    Slug,
    Source,
    Text,
    Tier,
    UnitDecl,
)

C = TypeVar("C", bound=Clause)
if TYPE_CHECKING:
    AnyClause = Clause
else:
    AnyClause = Annotated[reduce(or_, KINDS.values()), Field(discriminator="kind")]

MOST_PARTS = 3000  # clauses are compared with one another; no organisation states thousands


class InForce(Part):
    """The days between which the charter holds; `to` is left out while it still does."""

    from_: Day = Field(alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> InForce:
        for day in filter(None, (self.from_, self.to)):
            try:
                date.fromisoformat(day)
            except ValueError:
                raise ValueError(f"{day} is no day of the calendar") from None
        if self.to is not None and self.to < self.from_:
            raise ValueError("the charter ends before it begins")
        return self


class Units(Part):
    """The organisation's units: rows of a CSV file beside the charter, units declared here, units that exist once
    below each of a tier.
    """

    file: str | None = Field(
        default=None, description="A CSV file beside the charter: id, tier, parent, name and more."
    )
    declared: tuple[UnitDecl, ...] = ()
    each: tuple[Each, ...] = Field(default=(), max_length=100)


class CharterFile(Part):
    """A charter as written."""

    quorate: Literal[1] = Field(description="The version of the charter language.")
    id: Slug
    title: Text
    label: Text | None = None
    note: Text | None = None
    in_force: InForce
    register_: str | None = Field(
        default=None,
        alias="register",
        description="A CSV file (id, rule, from) beside the charter, listing the rules it must state.",
    )
    sources: tuple[Source, ...] = Field(default=(), max_length=MOST_PARTS)
    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=MOST_PARTS)
    units: Units
    organs: tuple[Organ, ...] = Field(min_length=1, max_length=MOST_PARTS)
    offices: tuple[Office, ...] = Field(default=(), max_length=MOST_PARTS)
    business: tuple[Business, ...] = Field(default=(), max_length=MOST_PARTS)
    clauses: tuple[AnyClause, ...] = Field(min_length=1, max_length=MOST_PARTS)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as known without reading its stream; `facts` are the units file's other columns."""

    id: str
    tier: str
    name: str
    parent: str | None = None
    label: str | None = None
    kind: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Charter:
    """A charter in use: the file, its units and the units established since, indexed for the questions clauses ask."""

    file: CharterFile
    known: dict[str, Unit]
    register: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tiers: dict[str, Tier] = field(default_factory=dict)
    organs: dict[str, Organ] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    businesses: dict[str, Business] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    clauses: tuple[Clause, ...] = ()
    by_id: dict[str, Clause] = field(default_factory=dict)
    _speaking: dict[tuple[str, str], tuple[Clause, ...]] = field(default_factory=dict)
    _of: dict[tuple[type[Clause], str | None], tuple[Clause, ...]] = field(default_factory=dict)
    _children: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tiers = {tier.id: tier for tier in self.file.tiers}
        self.organs = {organ.id: organ for organ in self.file.organs}
        self.offices = {office.id: office for office in self.file.offices}
        self.businesses = {kind.id: kind for kind in self.file.business}
        self.sources = {source.id: source for source in self.file.sources}
        self.clauses = tuple(self.file.clauses)
        self.by_id = {clause.id: clause for clause in self.clauses}
        for unit in self.known.values():
            self._children.setdefault(unit.parent or "", []).append(unit.id)

    def index(self) -> None:
        """Index the clauses by tier and verb. Called once the charter is known to have no dangling references."""
        found: dict[tuple[str, str], list[Clause]] = {}
        for clause in self.clauses:
            for tier, verbs in clause.places(self).items():
                for verb in verbs:
                    found.setdefault((tier, verb), []).append(clause)
        self._speaking = {key: tuple(clauses) for key, clauses in found.items()}

    def establish(self, unit: Unit) -> None:
        """Take in a unit founded since the charter was written."""
        if unit.id not in self.known:
            self.known[unit.id] = unit
            self._children.setdefault(unit.parent or "", []).append(unit.id)

    def unit(self, unit: str) -> Unit | None:
        """The unit of that id, None where there is none."""
        return self.known.get(unit)

    def units_of(self, tier: str) -> Iterable[Unit]:
        """All units of a tier, by id."""
        return sorted((unit for unit in self.known.values() if unit.tier == tier), key=lambda unit: unit.id)

    def below(self, unit: str, tier: str) -> Iterator[Unit]:
        """The units of a tier that stand, at any depth, below a unit, by id."""
        found = []
        waiting = list(self._children.get(unit, ()))
        while waiting:
            child = self.known[waiting.pop()]
            if child.tier == tier:
                found.append(child)
            waiting.extend(self._children.get(child.id, ()))
        return iter(sorted(found, key=lambda unit: unit.id))

    def above(self, unit: str, tier: str) -> Unit | None:
        """The nearest unit of a tier at or above a unit."""
        here = self.known.get(unit)
        while here is not None and here.tier != tier:
            here = self.known.get(here.parent or "")
        return here

    def speaking(self, tier: str, verb: str) -> tuple[Clause, ...]:
        """The clauses that answer for a verb in units of a tier, in charter order."""
        return self._speaking.get((tier, verb), ())

    def of(self, kind: type[C], tier: str | None = None) -> tuple[C, ...]:
        """The clauses of a kind, in charter order; those that concern a tier, where one is named."""
        found = self._of.get((kind, tier))
        if found is None:
            found = tuple(
                clause
                for clause in self.clauses
                if isinstance(clause, kind) and (tier is None or tier in clause.places(self))
            )
            self._of[(kind, tier)] = found
        return found  # type: ignore[return-value]

    def name(self, ident: str) -> str:
        """The name of an organ, office, tier, business or unit, for people to read."""
        for table in (self.organs, self.offices, self.businesses, self.tiers, self.known):
            part: Any = table.get(ident)
            if part is not None:
                return str(part.name)
        return ident
