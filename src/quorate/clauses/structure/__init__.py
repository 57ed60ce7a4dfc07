"""What units there are, below which others, how many, and the organ each must have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from quorate.clauses.base import Clause, Rules, View, names, register, who
from quorate.terms import dates
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import By, OrganId, Slug, Span, TierId, Whole

_UNIT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,119}")  # as charters write them


@register
class Structure(Clause):
    """Units of a tier (of a kind) stand below units of another, in a fixed number where the charter gives one, and
    each has its organ constituted.

    Conforming: a county committee is established below a province. Breaching: a tenth province where there are nine;
    a unit below one of the wrong tier; a unit whose committee has nobody in it.
    """

    kind: Literal["structure"]
    tier: TierId
    of_kind: Slug | None = None
    number: Whole | None = None
    organ: OrganId | None = None
    constituted: Span | None = None
    established_by: By | None = None
    summary = "What units there are, and below which."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        found = {under: frozenset(("unit.establish",)) for under in rules.tiers}
        found.setdefault(self.tier, frozenset())
        return found

    def _ours(self, tier: str | None, kind: str | None) -> bool:
        return tier == self.tier and (self.of_kind is None or kind == self.of_kind)

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        if not self._ours(act.get("tier"), act.get("kind")):
            return None
        tier = view.rules.tiers[self.tier]
        if _UNIT_ID.fullmatch(act.subject or "") is None:
            return f"{act.subject!r} is no id of a unit; write letters, figures and ./_- only, at most 120"
        if view.state.tier not in tier.under:
            return (
                f"a {tier.name} stands below a {names(view.rules, tier.under, 'or')}, not below a "
                f"{view.name(view.state.tier)}"
            )
        if view.rules.unit(act.subject or "") is not None:
            return f"there is a unit {act.subject} already"
        count = sum(self._ours(unit.tier, unit.kind) for unit in view.rules.units_of(self.tier))
        if self.number is not None and count >= self.number.value:
            what = self.of_kind.replace("_", " ") if self.of_kind else tier.name
            return f"there are {count} units of the kind {what!r}, and the charter knows {self.number}"
        return None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        if not self._ours(act.get("tier"), act.get("kind")):
            return False
        if self.established_by is None:
            return f"the charter names nobody who may establish a {view.name(self.tier)}"
        return (
            bool(view.capacity(act, self.established_by))
            or f"only {who(view.rules, self.established_by)} may establish one"
        )

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        if not self._ours(act.get("tier"), act.get("kind")):
            return {}
        data = {k: act.payload[k] for k in ("name", "label", "kind") if act.payload.get(k)}
        return {"founds": {"unit": act.subject, "tier": self.tier, "parent": view.unit, **data}}

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if self.organ is None or not self._ours(view.state.tier, view.state.kind) or not view.has_organ(self.organ):
            return
        due = dates.after(view.state.opened, self.constituted) if self.constituted else view.state.opened
        first = min(
            (t for post in _posts(self.organ, view.rules) for t in view.state.tenures.get(post, ())),
            key=lambda tenure: tenure.since,
            default=None,
        )
        met, by = (max(first.since, view.state.opened), first.by) if first else self._everyone(view)
        if met is None and due[:10] > until[:10]:
            return
        what = f"constitute the {view.name(self.organ)}"
        yield Obligation(self.id, view.unit, self.organ, what, "constituted", view.state.opened, due, met, by)

    def _everyone(self, view: View) -> tuple[str | None, str | None]:
        """A general meeting is constituted by the unit's having members."""
        assert self.organ is not None
        if view.rules.organs[self.organ].membership != "everyone":
            return None, None
        since = min((member.since for member in view.state.members.values()), default=None)
        return (max(since, view.state.opened), view.state.opened_by) if since else (None, None)

    def words(self, rules: Rules) -> str:  # noqa: D102
        tier = rules.tiers[self.tier]
        kind = f" of the kind {self.of_kind.replace('_', ' ')!r}" if self.of_kind else ""
        number = f"There are {self.number} units" if self.number else "Units"
        text = f"{number} of the tier {tier.name}{kind}"
        text += (
            f"{' stand' if not self.number else ', standing'} below a {names(rules, tier.under, 'or')}"
            if tier.under
            else ""
        )
        return text + (f"; each has one {rules.name(self.organ)}." if self.organ else ".")

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        count = sum(self._ours(unit.tier, unit.kind) for unit in rules.units_of(self.tier))
        if self.number is not None and count != self.number.value:
            yield "number", f"the charter says {self.number} units, and its units are {count}"
        if self.organ and rules.organs[self.organ].tier != self.tier:
            yield (
                "organ",
                f"the {self.organ} is an organ of the tier {rules.organs[self.organ].tier}, not {self.tier}",
            )


def _posts(organ: str, rules: Rules) -> list[str]:
    return [organ, *(office.id for office in rules.offices.values() if office.organ == organ)]
