"""One organ holding another's powers between its meetings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from quorate.clauses.base import Clause, Rules, View, names, register
from quorate.clauses.competence import BUSINESS_VERBS, Competence, business_of, in_the_room
from quorate.terms.act import Act
from quorate.terms.parts import BusinessId, OrganId


@register
class Delegation(Clause):
    """Between the meetings of one organ another holds its powers, save those reserved. Elections are never delegated.

    Conforming: the executive committee decides how a policy is carried out while no plenum sits.
    Breaching: it does so while the plenum is in session, or decides reserved business.
    """

    kind: Literal["delegation"]
    organ: OrganId
    of: OrganId
    reserved: tuple[BusinessId, ...] = ()
    summary = "One organ holding another's powers between its meetings."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return {rules.organs[self.organ].tier: BUSINESS_VERBS}

    def _delegated(self, act: Act, view: View) -> str | None:
        meeting = view.meeting(act)
        business = business_of(act, view)
        if meeting is None or meeting.organ != self.organ or business is None:
            return None
        competent = {c.organ for c in view.rules.of(Competence) if business in c.business}
        own, theirs = self.organ in competent, self.of in competent
        return business if theirs and not own else None

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        business = self._delegated(act, view)
        if business is None:
            return None
        if business in self.reserved:
            return f"{view.name(business)} is reserved to the {view.name(self.of)}"
        sitting = next((m for m in view.state.by_organ.get(self.of, ()) if m.status == "open"), None)
        if sitting is not None and act.verb != "meeting.hear":
            return f"the {view.name(self.of)} is in session (meeting {sitting.id}) and holds its own powers"
        return None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        if self._delegated(act, view) is None:
            return False
        return (
            in_the_room(act, view) or f"only members of the {view.name(self.organ)} who are present act in its meeting"
        )

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002, D102
        return {self.organ: False, self.of: False}

    def words(self, rules: Rules) -> str:  # noqa: D102
        text = f"Between meetings of the {rules.name(self.of)}, the {rules.name(self.organ)} holds its powers"
        return text + (f", except over {names(rules, self.reserved)}." if self.reserved else ".")

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        if self.organ == self.of:
            yield "of", "an organ cannot hold its own powers for itself"
        elif rules.organs[self.organ].tier != rules.organs[self.of].tier:
            yield "of", f"the {self.organ} and the {self.of} are organs of different tiers"
        for other in rules.clauses:
            if (
                isinstance(other, Delegation)
                and other.organ == self.of
                and other.of == self.organ
                and other.id > self.id
            ):
                yield "of", f"contradicts {other.id}: each organ would hold the other's powers"
