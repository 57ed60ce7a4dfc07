"""The parts of a procedure: its stages, the decisions they rest on, the documents they send."""

from __future__ import annotations

from pydantic import Field

from quorate.terms.parts import BusinessId, By, OrganId, Part, Slug, Span, Text, TierId, UnitId


class Decision(Part):
    """A stage that rests on a motion carried in one of these organs, of one of these kinds of business, about this
    matter.
    """

    organs: tuple[OrganId, ...] = Field(min_length=1)
    business: tuple[BusinessId, ...] = ()


class Send(Part):
    """A document a stage sends: its kind; to named units, to the unit above of a tier, to units named in the act of
    given tiers, to where the matter came from, or to the subject's own unit.
    """

    document: Slug
    to_units: tuple[UnitId, ...] = ()
    to_above: TierId | None = None
    to_named: tuple[TierId, ...] = ()
    to_origin: bool = False
    to_subject: bool = False
    task: bool = Field(default=False, description="The document opens a matter there, whose answer comes back here.")


class Stage(Part):
    """One stage: after which others, by whom, within what time, with what stated, on what conditions."""

    id: Slug
    name: Text
    after: tuple[Slug, ...] = ()
    by: By | None = None
    by_subject: bool = Field(
        default=False, description="The person the matter is about may take this stage themselves."
    )
    on: Slug | None = Field(
        default=None, description="A delivered document of this kind opens the matter at this stage."
    )
    needs: tuple[Slug, ...] = Field(default=(), description="What the act must state: reasons, findings, due, to ...")
    outcomes: tuple[Slug, ...] = Field(default=(), description="The values its `outcome` may have.")
    decision: Decision | None = None
    only_after_outcome: tuple[Slug, ...] = Field(
        default=(), description="Only where the latest outcome is one of these."
    )
    within: Span | None = None
    since: Slug | None = Field(
        default=None, description="The stage the time runs from; left out: the first of `after`."
    )
    by_due: bool = Field(default=False, description="Must be done by the matter's own due date.")
    not_before: Span | None = Field(default=None, description="How long after the stage `since` it may first be taken.")
    not_by_actor_of: tuple[Slug, ...] = ()
    repeat: bool = False
    sends: tuple[Send, ...] = ()
    before: tuple[Slug, ...] = Field(
        default=(), description="Not once the matter has been through one of these stages, which may come later."
    )
    awaits: Slug | None = Field(default=None, description="If that stage was taken, its answer must be in first.")
    barred_by: tuple[Slug, ...] = Field(default=(), description="Answers that forbid this stage.")
    final: bool = False
