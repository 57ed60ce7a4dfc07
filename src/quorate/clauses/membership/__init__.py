"""How people become members, move, change standing and leave; one member, one basic organisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from quorate.clauses.base import Clause, Rules, View, register, who
from quorate.terms import dates
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import BusinessId, By, OrganId, Slug, Span, TierId, Whole

_VERBS = frozenset(("member.admit", "member.standing", "member.leave", "member.transfer", "member.certify"))


@register
class Membership(Clause):
    """Every member belongs to one basic organisation, which admits by a decision of its meeting and keeps the
    member's standing.

    A number is given once, by the organisation that first admits (``<unit>:<number>``), or comes with a transfer.
    Conforming: a cell admits a candidate by a carried motion. Breaching: it admits somebody who has another
    organisation's number and no transfer; it grows beyond its size.
    """

    kind: Literal["membership"]
    tier: TierId
    organ: OrganId
    business: BusinessId
    standings: tuple[Slug, ...] = Field(min_length=1)
    admitted_as: Slug
    votes: tuple[Slug, ...] = Field(
        default=(), description="The standings that sit and vote in the general meeting; empty: all of them."
    )
    least: Whole | None = None
    most: Whole | None = None
    below_least: Span | None = Field(
        default=None, description="How long an organisation may stay below its least size."
    )
    kept_by: By
    summary = "How people become members, move, change standing and leave."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102, ARG002
        return {self.tier: _VERBS}

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        member = view.state.members.get(act.subject or "")
        belongs = member is not None and member.belongs(act.at)
        if act.verb == "member.admit":
            return self._guard_admit(act, view, belongs)
        if not belongs:
            return f"{act.subject} is not a member of {view.name(view.unit)}"
        if act.verb == "member.standing":
            own = f"{act.actor} does not decide on their own standing" if act.actor == act.subject else None
            return own or self._unknown_standing(act.get("standing"))
        target = view.rules.unit(act.get("to", ""))
        if act.verb == "member.transfer":
            if target is None or not view.rules.tiers[target.tier].basic:
                return f"{act.get('to')} is not a basic organisation"
            if target.id == view.unit:
                return f"{act.subject} is a member of {view.name(view.unit)} already"
        if act.verb == "member.certify" and target is None:
            return f"there is no unit {act.get('to')}"
        return None

    def _guard_admit(self, act: Act, view: View, belongs: bool) -> str | None:
        if belongs:
            return f"{act.subject} is a member of {view.name(view.unit)} already"
        former = view.state.members.get(act.subject or "")
        if former is not None and former.to and act.subject not in view.state.transfers:
            return (
                f"{act.subject} was {former.how} and comes back only by a transfer: a member belongs to one basic "
                "organisation"
            )
        ours = (act.subject or "").startswith(f"{view.unit}:")
        known_here = act.subject in view.state.members
        if not ours and not known_here and act.subject not in view.state.transfers:
            return (
                f"{act.subject} is not a number this organisation gives (those begin {view.unit}:) and no "
                "transfer has come: "
                "a member belongs to one basic organisation"
            )
        count = sum(m.belongs(act.at) for m in view.state.members.values())
        brought = self._brought(act, view)
        if brought is not None and act.get("standing", brought) != brought:
            return f"{act.subject} comes with the standing {brought!r}, and an admission does not change it"
        if self.most is not None and count >= self.most.value:
            return f"{view.name(view.unit)} has {count} members and may have {self.most}"
        return self._unknown_standing(act.get("standing", self.admitted_as)) or self._undecided(act, view)

    def _unknown_standing(self, standing: str) -> str | None:
        if standing in self.standings:
            return None
        return f"{standing!r} is no standing here; the charter knows {', '.join(self.standings)}"

    def _undecided(self, act: Act, view: View) -> str | None:
        if act.subject in view.state.transfers:
            return None
        found = view.state.motions.get(act.ref or "")
        if found is None or not found[0].carried or found[0].decided != self.business or found[1].organ != self.organ:
            return f"admission is decided by the {view.name(self.organ)}; name the carried motion in `ref`"
        if found[0].ref not in (None, act.subject):
            return f"motion {act.ref} is about {found[0].ref}, not about {act.subject}"
        used = act.ref in view.state.admitted_by
        return f"motion {act.ref} has admitted somebody already" if used else None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        if act.verb == "member.leave" and act.actor == act.subject:
            return True
        return bool(view.capacity(act, self.kept_by)) or f"the register is kept by {who(view.rules, self.kept_by)}"

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        person = view.state.persons.get(act.subject or "")
        data = {"person": act.subject, "name": person.name if person else act.subject, "unit": view.unit}
        if act.verb == "member.admit":
            return {"standing": self._brought(act, view) or act.get("standing") or self.admitted_as}
        if act.verb == "member.transfer":
            standing = view.state.members[act.subject or ""].standing
            document = {
                "to": act.get("to"),
                "kind": "transfer",
                "data": {**data, "unit": act.get("to"), "standing": standing},
            }
            return {"send": [document]}
        if act.verb == "member.certify":
            return {"send": [{"to": act.get("to"), "kind": "certificate", "data": data}]}
        return {}

    def _brought(self, act: Act, view: View) -> str | None:
        """The standing that comes with a transfer."""
        standing = view.state.brought.get(act.subject or "")
        return standing if standing in self.standings else None

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if self.least is None or self.below_least is None or view.state.tier != self.tier:
            return
        changes = [(m.since, 1) for m in view.state.members.values()]
        changes += [(m.left, -1) for m in view.state.members.values() if m.left]
        size, short_since = 0, view.state.opened
        short = True
        for at, step in sorted(changes, key=lambda change: (change[0], -change[1])):
            size += step
            if short and size >= self.least.value:
                if at > view.state.opened:
                    yield self._shortage(view, short_since, at)
                short = False
            elif not short and size < self.least.value:
                short, short_since = True, max(at, view.state.opened)
        if short and dates.after(short_since, self.below_least)[:10] <= until[:10]:
            yield self._shortage(view, short_since, None)

    def _shortage(self, view: View, since: str, met: str | None) -> Obligation:
        assert self.below_least is not None
        what = f"have at least {self.least} members, or be joined to another organisation"
        due = dates.after(since, self.below_least)
        return Obligation(self.id, view.unit, self.organ, what, since[:10], since, due, met)

    def words(self, rules: Rules) -> str:  # noqa: D102
        tier = rules.tiers[self.tier].name
        text = (
            f"Every member belongs to one basic organisation; a {tier} admits by decision of its "
            f"{rules.name(self.organ)}"
        )
        if self.least and self.most:
            text += f", and has from {self.least} to {self.most} members"
        if self.votes:
            text += f"; those with the standing {' or '.join(self.votes)} vote"
        return f"{text}. The register is kept by {who(rules, self.kept_by)}."

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        if self.least and self.most and self.least.value > self.most.value:
            yield "least", f"the least size {self.least} is over the greatest, {self.most}"
        if self.admitted_as not in self.standings:
            yield "admitted_as", f"{self.admitted_as!r} is not among the standings"
        stray = next((standing for standing in self.votes if standing not in self.standings), None)
        if stray:
            yield "votes", f"{stray!r} is not among the standings"
        if not rules.tiers[self.tier].basic:
            yield "tier", f"the tier {self.tier} is not marked `basic: true`"
