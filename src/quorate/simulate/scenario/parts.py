"""What is written in a scenario, part by part."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from quorate.terms.parts import Day, Part, Slug, Text


class Evidenced(Part):
    """A part whose numbers have a source, or are assumed."""

    source: Text | None = Field(default=None, description="Where the number comes from.")
    assumed: Literal[True] | None = Field(default=None, description="True where no source gives the number.")
    note: Text | None = None

    @model_validator(mode="after")
    def _has_evidence(self) -> Evidenced:
        if (self.source is None) == (self.assumed is None):
            raise ValueError("a number needs either `source: ...` or `assumed: true`")
        return self


class Stated(Evidenced):
    """A number with its evidence."""

    value: float = Field(allow_inf_nan=False, description="The number.")


Number = float | Stated


def number(stated: Number) -> float:
    """The number itself."""
    return stated.value if isinstance(stated, Stated) else float(stated)


class Size(Evidenced):
    """How many members a basic organisation has: no fewer, no more, and on average."""

    fewest: int = Field(ge=1, le=65_000, description="No fewer.")
    most: int = Field(ge=1, le=65_000, description="No more.")
    mean: float = Field(gt=0, description="On average.")

    @model_validator(mode="after")
    def _in_order(self) -> Size:
        if not self.fewest <= self.mean <= self.most:
            raise ValueError(f"the mean is {self.mean:g}, and must lie between {self.fewest} and {self.most}")
        return self


class Basic(Part):
    """Basic organisations of a tier below each unit of another. How many: `one_for` so many members, or so many
    below `each`; or, with `share`, as many as hold that share of the members whom the rows before leave.
    """

    tier: Slug = Field(description="Of which tier they are.")
    under: Slug = Field(description="Of which tier the units are that they stand below.")
    name: Text = Field(description="What one is called: `Cell` makes `Cell 7 of ...`.")
    one_for: Stated | None = Field(default=None, description="One for so many members.")
    each: Stated | None = Field(default=None, description="So many below each unit of the tier above.")
    share: Stated | None = Field(default=None, description="The share of the members whom the rows before leave.")
    size: Size = Field(description="The members of one.")
    note: Text | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Basic:
        if sum(way is not None for way in (self.one_for, self.each, self.share)) != 1:
            raise ValueError("state one of `one_for`, `each` and `share`")
        for way in (self.one_for, self.each):
            if way is not None and way.value <= 0:
                raise ValueError("a number of members or of organisations is more than nought")
        if self.share is not None and not 0 <= self.share.value <= 1:
            raise ValueError("a share is between 0 and 1")
        return self


class By(Part):
    """The units among which the members are divided, and the fact of theirs in proportion to which. Units of a tier
    that members belong to hold their share themselves.
    """

    tier: Slug
    fact: Text | None = Field(default=None, description="A column of the charter's units file; left out: to all alike.")


class Population(Part):
    """Who there is on the first day."""

    members: Stated = Field(description="Members in all.")
    by: By = Field(description="How they are divided.")
    basic: tuple[Basic, ...] = Field(
        default=(),
        description="Organisations to belong to, beside the charter's own; rows stand below those before them.",
    )


class Spread(Part):
    """Days drawn evenly between two, both among them."""

    from_: Day = Field(alias="from", description="The first day.")
    to: Day = Field(description="The last day.")


class Opening(Evidenced):
    """How the units of a tier stand on the first day."""

    tier: Slug
    seats: dict[str, int] = Field(default_factory=dict, description="How many hold each post.")
    among: dict[str, str] = Field(default_factory=dict, description="Posts filled from the holders of another.")
    until: Day | Spread | None = Field(default=None, description="When the terms end that are running.")
    accounts: tuple[tuple[str, str, str, str], ...] = Field(
        default=(), description="Accounts, each [id, type, currency, name]."
    )


class Where(Part):
    """Which units: one or several by id, those below a unit, those of a tier; all of them where nothing is said."""

    unit: str | tuple[str, ...] | None = Field(default=None, description="A unit's id, or several.")
    below: str | None = Field(default=None, description="Units that stand, at any depth, below this one.")
    tier: Slug | None = Field(default=None, description="Units of this tier.")

    @property
    def units(self) -> tuple[str, ...]:
        """The units named."""
        return (self.unit,) if isinstance(self.unit, str) else self.unit or ()


class Lapse(Where):
    """What is left undone: a share of the obligations of a clause, in some units or between two days."""

    clause: Slug | tuple[Slug, ...] = Field(description="A clause's id, or several.")
    rate: Number = Field(description="The share of its obligations left undone, from 0 to 1.")
    from_: Day | None = Field(default=None, alias="from", description="The first day; left out: from the beginning.")
    to: Day | None = Field(default=None, description="The last day; left out: to the end.")
    note: Text | None = None

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses named."""
        return (self.clause,) if isinstance(self.clause, str) else self.clause


class Shock(Where):
    """What is otherwise between two days: parameters set, obligations left undone."""

    from_: Day = Field(alias="from", description="The first day.")
    to: Day | None = Field(default=None, description="The last day; left out: to the end.")
    set: dict[str, Number] = Field(default_factory=dict, description="Parameters, and what they are meanwhile.")
    lapse: dict[str, Number] = Field(
        default_factory=dict, description="Clauses, and the share of their obligations left undone meanwhile."
    )
    note: Text | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Shock:
        if not (self.set or self.lapse):
            raise ValueError("a shock does something: state `set` or `lapse`")
        return self


class Happening(Part):
    """Something that comes from outside on a day: an act of whoever may do it."""

    on: Day = Field(description="The day.")
    unit: str = Field(description="Where it is done.")
    act: str = Field(description="The verb, as `quorate act` has it: `meeting.convene`, `<matter>.<stage>`.")
    organ: Slug | None = Field(default=None, description="The organ it is about.")
    subject: str | None = Field(default=None, description="The person or unit it is about.")
    ref: str | None = Field(default=None, description="The matter's id, or the entry it answers.")
    say: dict[str, Any] = Field(default_factory=dict, description="What the act states.")
    note: Text | None = None

    @field_validator("say", mode="after")
    @classmethod
    def _as_acts_state_it(cls, value: dict[str, Any]) -> dict[str, Any]:
        return {key: lists(item) for key, item in value.items()}


class ScenarioFile(Part):
    """A scenario as written, after what it is based on."""

    title: Text
    note: Text | None = None
    based_on: str | None = Field(default=None, description="A scenario beside this one, which this one changes.")
    population: Population
    openings: tuple[Opening, ...] = ()
    behaviour: dict[str, Any] = Field(default_factory=dict, description="How people act: parameters by name.")
    flows: dict[str, Any] = Field(default_factory=dict, description="What comes up, how often: parameters by name.")
    lapses: tuple[Lapse, ...] = ()
    happenings: tuple[Happening, ...] = ()
    rules: dict[str, Any] = Field(default_factory=dict, description="What is changed in the charter, by clause.")
    shocks: tuple[Shock, ...] = ()


def lists(value: Any) -> Any:
    """JSON's lists where the reader of YAML gives tuples."""
    if isinstance(value, dict):
        return {key: lists(item) for key, item in value.items()}
    return [lists(item) for item in value] if isinstance(value, tuple) else value


def is_number(value: Any) -> bool:
    """Whether a value is a plain number that is finite."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
