"""What business an organ deliberates and decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from quorate.clauses.base import Clause, Rules, View, names, register
from quorate.clauses.majority import Majority
from quorate.terms.act import Act
from quorate.terms.parts import BusinessId, OrganId

BUSINESS_VERBS = frozenset(("meeting.hear", "motion.put", "motion.vote"))


def business_of(act: Act, view: View) -> str | None:
    """The kind of business a meeting act is about."""
    if act.verb == "motion.vote":
        found = view.state.motions.get(act.get("motion", ""))
        return found[0].business if found else None
    business = act.get("business")
    return business if isinstance(business, str) else None


@register
class Competence(Clause):
    """An organ deliberates and decides the kinds of business the charter gives it; with `only`, no other organ of the
    unit may.

    Conforming: the Secretariat decides a personnel matter. Breaching: the Military Committee votes on the budget.
    """

    kind: Literal["competence"]
    organ: OrganId
    business: tuple[BusinessId, ...] = Field(min_length=1)
    only: bool = Field(default=False, description="No other organ of the unit may decide this business.")
    summary = "What business an organ deliberates and decides."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return {rules.organs[self.organ].tier: BUSINESS_VERBS}

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        meeting = view.meeting(act)
        if meeting is not None and meeting.organ == self.organ and act.verb == "motion.put":
            return self._stray_option(act, view)
        if not self.only or meeting is None or act.verb == "meeting.hear" or meeting.organ == self.organ:
            return None
        business = business_of(act, view)
        if business in self.business:
            return (
                f"{view.name(business)} is for the {view.name(self.organ)} alone, not for the "
                f"{view.name(meeting.organ)}"
            )
        return None

    def _stray_option(self, act: Act, view: View) -> str | None:
        """An option of a kind of business that is none of this organ's is no way round its competence."""
        ours = [b for clause in view.rules.of(Competence) if clause.organ == self.organ for b in clause.business]
        for option, kind in act.get("kinds", {}).items():
            if kind not in ours:
                return (
                    f"the option {option!r} is of the kind {kind!r}, which the {view.name(self.organ)} does not decide"
                )
        return None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        meeting = view.meeting(act)
        if meeting is None or meeting.organ != self.organ or business_of(act, view) not in self.business:
            return False
        return (
            in_the_room(act, view) or f"only members of the {view.name(self.organ)} who are present act in its meeting"
        )

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002, D102
        return {self.organ: True}

    def words(self, rules: Rules) -> str:  # noqa: D102
        alone = ", and no other organ does" if self.only else ""
        return f"The {rules.name(self.organ)} deliberates and decides on {names(rules, self.business)}{alone}."

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        for business in self.business:
            if not any(majority.governs(rules, self.organ, business) for majority in rules.of(Majority)):
                yield "business", f"no clause says by what majority the {self.organ} decides on {business}"
        here = rules.organs[self.organ].tier
        for other in rules.clauses:
            if not isinstance(other, Competence) or other.id <= self.id or other.organ == self.organ:
                continue
            both = sorted(set(self.business) & set(other.business))
            if both and (self.only or other.only) and rules.organs[other.organ].tier == here:
                yield "only", f"contradicts {other.id}: both organs are given {both[0]}, one of them alone"


def in_the_room(act: Act, view: View) -> bool:
    """Whether the actor is present in the meeting, as a member of the organ that sits."""
    meeting = view.meeting(act)
    return meeting is not None and act.actor in view.present(meeting)
