"""The parts a charter declares beside its clauses: sources, figures, tiers, organs, offices, kinds of business.

Every part is frozen, refuses keys it does not know, and marks what it refers to (`Ref`), so that one generic check
finds dangling references and one generic walk draws the lines between parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Ratio = Annotated[str, StringConstraints(pattern=r"^\d{1,9}/[1-9]\d{0,8}$")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


@dataclass(frozen=True)
class Ref:
    """Marks a field as the id of something declared elsewhere in the charter: an organ, an office, a tier ..."""

    to: str


SourceId = Annotated[Slug, Ref("source")]
TierId = Annotated[Slug, Ref("tier")]
OrganId = Annotated[Slug, Ref("organ")]
OfficeId = Annotated[Slug, Ref("office")]
PostId = Annotated[Slug, Ref("post")]  # an organ (a seat on it) or an office
BusinessId = Annotated[Slug, Ref("business")]
UnitId = Annotated[str, Ref("unit"), StringConstraints(min_length=1, max_length=120)]
MatterId = Annotated[Slug, Ref("matter")]


class Part(BaseModel):
    """Base of everything written in a charter: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(Part):
    """A number with its evidence: `value` (whole number, or a fraction such as "2/3"), what it counts, and `source`
    or `assumed`.
    """

    value: int | Ratio = Field(description='A whole number, or a fraction as text such as "2/3".')
    unit: Literal["days", "weeks", "months", "years"] | None = Field(
        default=None, description="The unit of time, for a figure that measures time."
    )
    of: Literal["seats", "members", "present", "cast", "root-of-members"] | None = Field(
        default=None, description="What a fraction is a fraction of."
    )
    source: SourceId | None = Field(default=None, description="The id of the source that gives the number.")
    assumed: Literal[True] | None = Field(default=None, description="True where no source gives the number.")
    note: Text | None = None

    @model_validator(mode="after")
    def _has_evidence(self) -> Figure:
        if (self.source is None) == (self.assumed is None):
            raise ValueError("a number needs either `source: <id>` or `assumed: true`")
        if Fraction(self.value) < 0:
            raise ValueError("a number in a charter is not negative")
        return self

    @property
    def number(self) -> Fraction:
        """The value, exactly."""
        return Fraction(self.value)

    def __str__(self) -> str:
        words = f"{self.value} {self.unit}" if self.unit else str(self.value)
        if self.value == 1 and self.unit:
            words = words.removesuffix("s")
        return f"{words} of the {self.of.replace('-', ' ')}" if self.of else words


class Span(Figure):
    """A figure that measures time."""

    value: int = Field(ge=0, le=36500)
    unit: Literal["days", "weeks", "months", "years"]


class Whole(Figure):
    """A figure that counts whole things: seats, meetings, persons."""

    value: int = Field(ge=0, le=10_000_000)


class Source(Part):
    """Where a number or rule comes from."""

    id: Slug
    title: Text
    note: Text | None = None


class Named(Part):
    """A part with an id, a name, and a label in the organisation's own language."""

    id: Slug
    name: Text
    label: Text | None = Field(default=None, description="The name in the organisation's own language.")
    note: Text | None = None


class Tier(Named):
    """A level of the organisation. `outside` marks bodies that are not the organisation's own; `affiliated`, ones it
    guides.
    """

    under: tuple[TierId, ...] = Field(
        default=(), description="The tiers whose units a unit of this tier may stand below."
    )
    standing: Literal["own", "affiliated", "outside"] = "own"
    basic: bool = Field(default=False, description="True for tiers whose units members belong to.")


class UnitDecl(Part):
    """A unit declared in the charter itself (most come from the units file)."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]*$", max_length=120)]
    tier: TierId
    name: Text
    label: Text | None = None
    parent: UnitId | None = None
    kind: Slug | None = None
    source: SourceId | None = None
    assumed: Literal[True] | None = None


class Each(Part):
    """Units that exist once below every unit of a tier: `{of: province, id: youth, ...}` makes ``N-02.youth``."""

    of: TierId
    tier: TierId
    id: Slug
    name: Text
    label: Text | None = None
    kind: Slug | None = None
    source: SourceId | None = None
    assumed: Literal[True] | None = None


class Organ(Named):
    """A body of a unit that sits or acts together. Its members are its seats' holders and the holders of offices in it.

    `membership` says otherwise: `everyone` (a general meeting: all the unit's members) or `credentials`
    (a conference: those whose credentials it accepted).
    """

    tier: TierId
    units: tuple[UnitId, ...] = Field(
        default=(), description="Only these units of the tier have the organ; empty: all."
    )
    membership: Literal["seats", "everyone", "credentials"] = "seats"
    seats: Whole | None = None
    term: Span | None = None


class Office(Named):
    """A post one person (or `seats` persons) hold in a unit, with a seat on `organ` where named."""

    tier: TierId
    units: tuple[UnitId, ...] = ()
    organ: OrganId | None = None
    seats: Whole | None = None
    term: Span | None = None


class Business(Named):
    """A kind of business that organs deliberate and decide."""


class By(Part):
    """Who may act: holders of these offices, members of these organs."""

    offices: tuple[OfficeId, ...] = ()
    organs: tuple[OrganId, ...] = ()

    @model_validator(mode="after")
    def _names_someone(self) -> By:
        if not (self.offices or self.organs):
            raise ValueError("name at least one office or organ")
        return self

    @property
    def alone(self) -> str | None:
        """The office whose holder alone may act, where there is one and nothing else is named."""
        return self.offices[0] if len(self.offices) == 1 and not self.organs else None
