"""A scenario: what happens to an organisation from outside, and what its officers leave undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from quorate.charter.document import parse
from quorate.charter.faults import faults
from quorate.charter.findings import Finding
from quorate.charter.text import decode
from quorate.errors import QuorateError
from quorate.terms.parts import Day, Part, Slug, Text


class BadScenario(QuorateError):
    """A scenario file that cannot be read or does not fit its shape."""


class Opening(Part):
    """How the units of a tier begin: filled seats and offices, accounts, basic organisations and their size."""

    tier: Slug
    seats: dict[str, int] = Field(default_factory=dict, description="How many hold each post when the record begins.")
    among: dict[str, str] = Field(default_factory=dict, description="Posts filled from the holders of another.")
    until: Day | None = Field(default=None, description="When the terms stated at opening end.")
    accounts: tuple[tuple[str, str, str, str], ...] = ()
    members: tuple[int, int] | None = Field(
        default=None, description="Fewest and most members of a basic organisation."
    )


class Founding(Part):
    """Basic organisations below each unit of a tier: of which tier, how many, and one more for so many members."""

    under: Slug
    tier: Slug
    name: Text
    number: int = Field(default=1, ge=0)
    per_members: int | None = None
    only: tuple[str, ...] = Field(default=(), description="Only below these units.")


class Happening(Part):
    """Something from outside on a day: an act tried by whoever may do it."""

    on: Day
    unit: str
    act: str
    organ: str | None = None
    subject: str | None = Field(
        default=None, description="A person's or unit's id, `member` for somebody of the unit, `holder=<post>`."
    )
    ref: str | None = None
    say: dict[str, Any] = Field(default_factory=dict)
    actor: str | None = None
    expect: Literal["recorded", "refused"] = "recorded"

    @field_validator("say", mode="before")
    @classmethod
    def _as_acts_state_it(cls, value: Any) -> Any:  # noqa: ANN401 - any JSON value
        return _lists(value)


class Sitting(Part):
    """The day an organ of a unit meets, where it is known or laid down."""

    unit: str
    organ: Slug
    on: Day
    source: Text | None = None
    assumed: Literal[True] | None = None


class Lapse(Part):
    """Something officers leave undone: the obligations of a clause in a unit, of one key or of all between two days;
    or done late on a day.
    """

    unit: str
    clause: Slug
    key: str | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    brings: tuple[Slug, ...] = Field(default=(), description="Clauses that cannot be kept because of it.")
    note: Text


class Manner(Part):
    """How officers behave: attendance, dissent, delay; what they say where a stage must state something.

    All assumed.
    """

    attendance: float = Field(default=0.93, ge=0, le=1)
    dissent: float = Field(default=0.04, ge=0, le=1)
    visit_days: dict[str, int] = Field(
        default_factory=dict, description="Days between looks at a unit's papers, by tier."
    )
    texts: dict[str, str] = Field(default_factory=dict, description="What is stated, by field or by `matter.field`.")
    outcomes: dict[str, list[str]] = Field(
        default_factory=dict, description="Outcomes in turn, by `matter` or `matter.stage`."
    )
    standings: dict[str, str] = Field(default_factory=dict, description="The standing that carries out an outcome.")
    spread: int = Field(default=3, description="How many units below a task is given to.")
    task_days: int = 40
    exceptions: tuple[str, ...] = Field(default=(), description="Units that stand by somebody who was not approved.")
    admissions: int = Field(default=0, description="Days between a basic organisation's admissions; 0: none.")
    dues: dict[str, Any] = Field(default_factory=dict)


class Shown(Part):
    """What a demonstration shows of the record at its end."""

    roster: tuple[str, Day] = Field(description="A unit, and the day its roster is shown of.")
    due: tuple[str, ...] = Field(description="The units whose duties are shown.")
    directive: tuple[str, str] = Field(
        description="A matter given to units below, and the unit whose part is shown whole."
    )
    case: tuple[str, str] = Field(description="A case, and the unit that heard it.")
    conference: Slug = Field(description="The conference whose delegates are counted.")


class Scenario(Part):
    """All of it."""

    title: Text
    note: Text
    from_: Day = Field(alias="from")
    to: Day
    openings: tuple[Opening, ...]
    foundings: tuple[Founding, ...] = ()
    manner: Manner = Manner()
    happenings: tuple[Happening, ...] = ()
    sittings: tuple[Sitting, ...] = ()
    petitions: tuple[str, ...] = Field(
        default=(), description="Matters whose subject petitions or appeals as soon as they may."
    )
    lapses: tuple[Lapse, ...] = ()
    shows: Shown | None = None


def read_scenario(path: Path) -> Scenario:
    """Read a scenario. Raise `BadScenario`, which names the file, line and column of the first fault."""
    try:
        text = decode(str(path), path.read_bytes())
    except OSError as error:
        raise BadScenario(f"cannot read the scenario: {error.strerror}", where=str(path)) from None
    if isinstance(text, Finding):
        raise BadScenario(text.message, where=text.where, advice=text.advice)
    document, findings = parse(text)
    if not findings:
        try:
            return Scenario.model_validate(document.data)
        except ValidationError as error:
            findings = tuple(faults(error.errors(include_url=False), document, Scenario))
    raise BadScenario(findings[0].message, where=findings[0].where, advice=findings[0].advice)


def _lists(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """What acts state: lists where the reader of YAML gives tuples."""
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, tuple) else value
