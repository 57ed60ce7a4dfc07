"""Routine reports: who reports to whom, how often, by when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from quorate.clauses.base import Clause, Rules, View, by_tiers, names, register, who
from quorate.terms import dates
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import By, OrganId, Slug, Span, TierId, UnitId

_ANSWERS = frozenset(("report.acknowledge", "report.return"))


@register
class Reporting(Clause):
    """A report on each calendar period goes to stated units, to the unit above, or to an organ of the same unit,
    within a time of the period's end.

    A report that is returned is filed again, completed. Conforming: the report on March is filed on 8 April where ten
    days are given. Breaching: it is filed on the 20th, or never; somebody without the office files it.
    """

    kind: Literal["reporting"]
    report: Slug
    title: str
    by: By
    to_units: tuple[UnitId, ...] = ()
    to_tier: TierId | None = None
    to_organ: OrganId | None = None
    per: Literal["month", "quarter", "half-year", "year"]
    within: Span
    received_by: By | None = Field(default=None, description="Who acknowledges or returns it at the addressee.")
    answer: Span | None = Field(
        default=None, description="How long the addressee may take to acknowledge or return it."
    )
    again: Span | None = Field(default=None, description="How long a returned report may take to be filed again.")
    summary = "Who reports to whom, how often, by when."

    @model_validator(mode="after")
    def _one_addressee(self) -> Reporting:
        if sum((bool(self.to_units), self.to_tier is not None, self.to_organ is not None)) != 1:
            raise ValueError("name the addressee once: `to_units`, `to_tier` or `to_organ`")
        return self

    def _sender_tiers(self, rules: Rules) -> set[str]:
        return by_tiers(rules, self.by)

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        found = {tier: {"report.file"} for tier in self._sender_tiers(rules)}
        for tier in by_tiers(rules, self.received_by) if self.received_by else ():
            found.setdefault(tier, set()).update(_ANSWERS)
        return {tier: frozenset(verbs) for tier, verbs in found.items()}

    def _received(self, act: Act, view: View) -> bool:
        received = view.state.received.get(act.ref or "")
        return received is not None and received.report == self.report

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        if act.verb == "report.file" and act.get("report") == self.report:
            return self._guard_file(act, view)
        if act.verb in _ANSWERS and self._received(act, view):
            received = view.state.received[act.ref or ""]
            return f"the report was {received.status} before" if received.status != "filed" else None
        return None

    def _guard_file(self, act: Act, view: View) -> str | None:
        period = act.get("period")
        current = dates.period_of(act.at, self.per)
        if not _is_period(period, self.per):
            return f"{period!r} is not a {self.per}; write it like {current}"
        if period >= current:
            return f"{period} is not over; the report on it is filed after its end"
        standing = [f for f in view.state.filed.values() if f.report == self.report and f.period == period]
        if any(filed.status != "returned" for filed in standing):
            return f"the report on {period} is filed already and has not been returned"
        if act.ref in view.state.filed:
            return f"there is a report {act.ref} already"
        return None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        if act.verb == "report.file":
            if act.get("report") != self.report:
                return False
            return bool(view.capacity(act, self.by)) or f"the {self.title} is filed by {who(view.rules, self.by)}"
        if not self._received(act, view) or self.received_by is None:
            return False
        return (
            bool(view.capacity(act, self.received_by))
            or f"only {who(view.rules, self.received_by)} answers this report"
        )

    def addressees(self, view: View) -> list[str]:
        """The ids of the units the report goes to."""
        if self.to_tier:
            parent = view.state.parent
            above = view.rules.above(parent, self.to_tier) if parent else None
            return [above.id] if above else []
        return list(self.to_units)

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        if act.verb == "report.file" and act.get("report") == self.report:
            data = {k: act.payload[k] for k in ("report", "period", "text", "figures") if k in act.payload}
            data["report_id"] = act.ref
            return {"send": [{"to": unit, "kind": "report", "data": data} for unit in self.addressees(view)]}
        if act.verb in _ANSWERS and self._received(act, view):
            received = view.state.received[act.ref or ""]
            kind = "report-acknowledged" if act.verb == "report.acknowledge" else "report-returned"
            document = view.state.inbox[received.id]
            data = {"report_id": document.data["report_id"], "reason": act.get("reason", "")}
            return {"send": [{"to": received.unit, "kind": kind, "data": data}]}
        return {}

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if self._files_here(view):
            yield from self._filings(view, until)
        if self.answer and self.received_by and view.state.tier in by_tiers(view.rules, self.received_by):
            yield from self._answers(view, until)

    def _files_here(self, view: View) -> bool:
        if view.state.tier not in self._sender_tiers(view.rules):
            return False
        return any(view.has_organ(o) for o in self.by.organs) or any(
            not view.rules.offices[o].units or view.unit in view.rules.offices[o].units for o in self.by.offices
        )

    def _filings(self, view: View, until: str) -> Iterator[Obligation]:
        by_period: dict[str, list[Any]] = {}
        for filed in view.state.filed.values():
            if filed.report == self.report:
                by_period.setdefault(filed.period, []).append(filed)
        holder = (self.by.offices + self.by.organs)[0]
        for name, _, end in dates.periods(view.state.opened, until, self.per):
            due = dates.day(dates.after(end, self.within))
            versions = by_period.get(name, [])
            if not versions and due > until[:10]:
                continue
            first = versions[0] if versions else None
            what = f"file the {self.title} on {name}"
            met, by = (first.filed, first.entry) if first else (None, None)
            yield Obligation(self.id, view.unit, holder, what, name, end, due, met, by, first.id if first else None)
            yield from self._completed(view, holder, name, versions, until)

    def _completed(self, view: View, holder: str, name: str, versions: list[Any], until: str) -> Iterator[Obligation]:
        for number, filed in enumerate(versions, 1):
            if filed.status != "returned" or self.again is None:
                continue
            due = dates.after(filed.answered, self.again)
            later = versions[number] if number < len(versions) else None
            if later is None and due[:10] > until[:10]:
                continue
            what = f"complete the {self.title} on {name}, which was returned"
            met, by = (later.filed, later.entry) if later else (None, None)
            yield Obligation(self.id, view.unit, holder, what, f"{name}/{number + 1}", filed.answered, due, met, by)

    def _answers(self, view: View, until: str) -> Iterator[Obligation]:
        assert self.answer is not None
        assert self.received_by is not None
        for received in view.state.received.values():
            if received.report != self.report:
                continue
            due = dates.after(received.filed, self.answer)
            if received.answered is None and due[:10] > until[:10]:
                continue
            what = f"answer the {self.title} of {view.name(received.unit)} on {received.period}"
            holder = (self.received_by.offices + self.received_by.organs)[0]
            yield Obligation(self.id, view.unit, holder, what, received.id, received.filed, due, received.answered)

    def words(self, rules: Rules) -> str:  # noqa: D102
        by = who(rules, self.by)
        to = names(rules, self.to_units or (self.to_tier or self.to_organ or "",))
        text = (
            f"{by[0].upper()}{by[1:]} files the {self.title} to {to} each {self.per}, within {self.within} of its end"
        )
        return text + (f"; it is answered within {self.answer}." if self.answer else ".")

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        for other in rules.clauses:
            if not isinstance(other, Reporting) or other.id <= self.id or other.report != self.report:
                continue
            if other.per != self.per and other._sender_tiers(rules) & self._sender_tiers(rules):
                yield (
                    "per",
                    f"contradicts {other.id}: the {self.report} is due each {self.per} here, each {other.per} there",
                )


_YEAR = r"\d{4}"
_PERIODS = {
    "month": re.compile(_YEAR + r"-(0[1-9]|1[0-2])", re.ASCII),
    "quarter": re.compile(_YEAR + r"-Q[1-4]", re.ASCII),
    "half-year": re.compile(_YEAR + r"-H[12]", re.ASCII),
    "year": re.compile(_YEAR, re.ASCII),
}


def _is_period(period: Any, per: str) -> bool:  # noqa: ANN401
    return isinstance(period, str) and _PERIODS[per].fullmatch(period) is not None
