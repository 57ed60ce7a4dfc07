"""Who leads an organisation and presides over its organ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from quorate.clauses.base import Clause, Rules, View, gaps, register
from quorate.terms import dates
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import OfficeId, OrganId, Span


@register
class Leadership(Clause):
    """An organ is led by the holder of an office, with an executive organ: one of them presides, and the office is
    not left empty.

    Conforming: the president opens the general meeting. Breaching: an ordinary member does; the office stays vacant
    beyond the limit.
    """

    kind: Literal["leadership"]
    organ: OrganId
    office: OfficeId
    executive: OrganId | None = None
    vacancy: Span
    summary = "Who leads an organ and presides over it; how long the leading office may be vacant."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return {rules.organs[self.organ].tier: frozenset(("meeting.open",))}

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        meeting = view.meeting(act)
        if meeting is None or meeting.organ != self.organ:
            return None
        chair = act.get("chair") or act.actor
        leaders = {tenure.person for tenure in view.holders(self.office)}
        if self.executive:
            leaders |= view.members(self.executive)
        if not leaders or chair in leaders:
            return None
        return f"{chair} neither is the {view.name(self.office)} nor sits on the leading organ, and cannot preside"

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        meeting = view.meeting(act)
        if meeting is None or meeting.organ != self.organ:
            return False
        return act.actor in set(act.get("present", ())) or "who opens the meeting must be present"

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if not view.has_organ(self.organ):
            return
        for since, to, by in gaps(view.state.tenures.get(self.office, ()), 1, view.state.opened, until):
            due = dates.after(since, self.vacancy)
            if to is None and due[:10] > until[:10]:
                continue
            what = f"fill the office of {view.name(self.office)}"
            yield Obligation(self.id, view.unit, self.office, what, since[:10], since, due, to, by)

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002, D102
        return {self.organ: False}

    def words(self, rules: Rules) -> str:  # noqa: D102
        leads = f"The {rules.name(self.organ)} is led by the {rules.name(self.office)}"
        if self.executive:
            leads += f" and the {rules.name(self.executive)}"
        return f"{leads}; one of them presides, and the office is filled within {self.vacancy} of falling vacant."
