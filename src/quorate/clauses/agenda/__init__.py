"""What a meeting of an organ must take up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from quorate.clauses.base import Clause, Rules, View, names, register
from quorate.clauses.competence import BUSINESS_VERBS, business_of, in_the_room
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import BusinessId, OrganId


@register
class Agenda(Clause):
    """Every meeting of an organ takes up its mandatory business: it is on the agenda when the meeting is called, and
    heard or decided before it closes.

    Conforming: a plenum hears the policies and decides how to carry them out, then closes.
    Breaching: it is convened without them, or closed with one not taken.
    """

    kind: Literal["agenda"]
    organ: OrganId
    items: tuple[BusinessId, ...] = Field(min_length=1)
    before_elections: bool = Field(default=False, description="The business comes before any election is counted.")
    summary = "What a meeting must take up before it closes."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        verbs = BUSINESS_VERBS | {"meeting.convene", "meeting.close", "election.count"}
        return {rules.organs[self.organ].tier: frozenset(verbs)}

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        meeting = view.meeting(act)
        if act.verb == "meeting.convene" and act.organ == self.organ:
            left = [item for item in self.items if item not in act.get("agenda", ())]
            return f"the agenda leaves out {names(view.rules, left)}" if left else None
        if meeting is None or meeting.organ != self.organ:
            return None
        left = [item for item in self.items if item not in meeting.taken]
        if act.verb == "meeting.close" and left:
            return f"the meeting cannot close before it has taken {names(view.rules, left)}"
        if act.verb == "election.count" and self.before_elections and left:
            return f"{names(view.rules, left)} must be heard before anyone is elected"
        return None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        meeting = view.meeting(act)
        if meeting is None or meeting.organ != self.organ or business_of(act, view) not in self.items:
            return False
        return (
            in_the_room(act, view) or f"only members of the {view.name(self.organ)} who are present act in its meeting"
        )

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        for meeting in view.state.by_organ.get(self.organ, ()):
            if meeting.status != "closed" or meeting.closed is None or meeting.closed[:10] > until[:10]:
                continue
            for item in self.items:
                done = meeting.taken.get(item)
                what = f"take {view.name(item)} in meeting {meeting.id}"
                met = meeting.closed if done else None
                key = f"{meeting.id}/{item}"
                yield Obligation(
                    self.id, view.unit, self.organ, what, key, meeting.opened or "", meeting.closed, met, done
                )

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002, D102
        return {self.organ: False}

    def words(self, rules: Rules) -> str:  # noqa: D102
        first = ", before it elects anyone" if self.before_elections else ""
        return f"Every meeting of the {rules.name(self.organ)} takes up {names(rules, self.items)}{first}."
