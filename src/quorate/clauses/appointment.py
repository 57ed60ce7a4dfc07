"""Who appoints to an office, or must confirm whoever is elected to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from quorate.clauses.base import Clause, Rules, View, by_tiers, names, register, who
from quorate.clauses.election import Election, capacity_of, term_end
from quorate.terms import dates
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import By, OfficeId, Span, UnitId

_HERE = frozenset(("office.nominate", "office.take", "office.act", "office.except", "office.resign", "office.recall"))
_THERE = frozenset(("nomination.approve", "nomination.refuse", "office.appoint", "office.withdraw"))


@register
class Appointment(Clause):
    """An office is filled, or its election confirmed, by an appointing unit.

    Where the rule holds only generally, an exception is recorded with its reason.

    `mode: confirms` wants an approval (or an appointment); `mode: appoints` an appointment. Conforming: a deputy
    secretary takes office elected and approved. Breaching: takes office without the approval; is refused without a
    reason; an exception without one.
    """

    kind: Literal["appointment"]
    offices: tuple[OfficeId, ...] = Field(min_length=1)
    mode: Literal["confirms", "appoints"]
    by: By
    unit: UnitId | None = Field(default=None, description="The appointing unit; left out where it is the office's own.")
    proposed_by: By | None = None
    proposed_first: bool = Field(
        default=False, description="Nobody is appointed who has not been put forward for the office."
    )
    generally: bool = Field(default=False, description="An exception is possible, and recorded with its reason.")
    exception_by: By | None = None
    answer: Span | None = Field(
        default=None, description="How long the appointing unit may take to answer a nomination."
    )
    acting: Span | None = Field(default=None, description="How long somebody may act in the vacant office.")
    summary = "Who appoints to an office or confirms an election to it."

    @model_validator(mode="after")
    def _exception_has_an_author(self) -> Appointment:
        if self.generally != (self.exception_by is not None):
            raise ValueError("`generally: true` and `exception_by` go together")
        return self

    @property
    def confirms(self) -> tuple[str, ...]:
        """The posts that need this clause before they are taken."""
        return self.offices

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        found = {tier: set(_THERE) for tier in by_tiers(rules, self.by)}
        for office in self.offices:
            found.setdefault(rules.offices[office].tier, set()).update(_HERE)
        return {tier: frozenset(verbs) for tier, verbs in found.items()}

    def _post(self, act: Act, view: View) -> str | None:
        if act.verb.startswith("nomination."):
            nomination = view.state.nominations.get(act.ref or "")
            return nomination.post if nomination else None
        post = act.get("post")
        return post if isinstance(post, str) else None

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        post = self._post(act, view)
        if post not in self.offices:
            return None
        if act.verb in ("nomination.approve", "nomination.refuse"):
            nomination = view.state.nominations[act.ref or ""]
            if nomination.answered:
                return f"nomination {nomination.id} was answered on {dates.day(nomination.answered)}"
        if act.verb in ("office.take", "office.act"):
            return self._guard_seat(act, view, post)
        if act.verb == "office.appoint" and self.proposed_first and not self._proposed(act, view, post):
            return f"{act.subject} has not been put forward as {view.name(post)}"
        if (
            act.verb in ("office.nominate", "office.except")
            and self._elected_first(post, view)
            and not self._chosen(act, view)
        ):
            return f"{act.subject} has been neither elected nor nominated for election as {view.name(post)}"
        return None

    def _elected_first(self, post: str, view: View) -> bool:
        return any(clause.fills(post, view.rules) for clause in view.rules.of(Election))

    def _proposed(self, act: Act, view: View, post: str) -> bool:
        here = (post, act.subject or "") in view.state.proposed
        return here or any(n.post == post and n.person == act.subject for n in view.state.nominations.values())

    def _chosen(self, act: Act, view: View) -> bool:
        return act.subject in view.state.persons

    def _guard_seat(self, act: Act, view: View, post: str) -> str | None:
        full = [tenure for tenure in view.holders(post) if not tenure.acting]
        if any(tenure.person == act.subject for tenure in full):
            return f"{act.subject} holds the office of {view.name(post)} already"
        if len(full) >= (capacity_of(post, view.rules) or 1):
            return f"the office of {view.name(post)} is held by {full[0].person}; it must fall vacant first"
        if act.verb == "office.act":
            return None if self.acting else f"nobody may act as {view.name(post)}: the charter sets no time for it"
        return self._unconfirmed(act, view, post)

    def _unconfirmed(self, act: Act, view: View, post: str) -> str | None:
        grounds = view.state.claims.get((post, act.subject or ""), {})
        wanted = {"appointed"} if self.mode == "appoints" else {"appointed", "confirmed"}
        if self.generally:
            wanted.add("exception")
        if wanted & grounds.keys():
            return None
        deed = "appointed" if self.mode == "appoints" else "approved"
        exception = " and no exception with its reason is on record" if self.generally else ""
        by = names(view.rules, [self.unit]) if self.unit else who(view.rules, self.by)
        return f"{act.subject} has not been {deed} as {view.name(post)} by {by}{exception}"

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        post = self._post(act, view)
        if post not in self.offices:
            return False
        if act.verb in _THERE:
            here = self.unit is None or view.unit == self.unit
            return (
                here and bool(view.capacity(act, self.by))
            ) or f"only {who(view.rules, self.by)} decides on this office"
        if act.verb == "office.resign":
            held = any(tenure.person == act.actor for tenure in view.holders(post))
            return (held and act.subject in (None, act.actor)) or "only the holder of an office can resign it"
        if act.verb == "office.recall":
            return False
        by = self.exception_by if act.verb == "office.except" else self.proposed_by
        if act.verb == "office.take" and view.state.claims.get((post, act.subject or "")):
            return True
        if by is None:
            return "the rule knows no exception" if act.verb == "office.except" else "nobody is named who may propose"
        return bool(view.capacity(act, by)) or f"only {who(view.rules, by)} may do this"

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        post = self._post(act, view)
        if post not in self.offices:
            return {}
        if act.verb == "office.take":
            return {"until": term_end(post, act.at, view.rules)}
        if act.verb == "office.act":
            assert self.acting is not None
            return {"until": dates.after(act.at, self.acting)}
        if act.verb == "office.nominate" and self.unit:
            person = view.state.persons.get(act.subject or "")
            data = {"person": act.subject, "post": post, "name": person.name if person else act.subject}
            return {"send": [{"to": self.unit, "kind": "nomination", "data": data}]}
        return self._answer(act, view, post)

    def _answer(self, act: Act, view: View, post: str) -> dict[str, Any]:
        if act.verb.startswith("nomination."):
            nomination = view.state.nominations[act.ref or ""]
            data = {
                "person": nomination.person,
                "name": nomination.name,
                "post": post,
                "nomination": nomination.id,
            }
            if act.verb == "nomination.refuse":
                data["reason"] = act.get("reason")
            kind = "confirmation" if act.verb == "nomination.approve" else "nomination-refused"
            return {
                "person": nomination.person,
                "post": post,
                "send": [{"to": nomination.unit, "kind": kind, "data": data}],
            }
        if act.verb in ("office.appoint", "office.withdraw"):
            data = {"person": act.subject or "", "name": act.get("name") or act.subject or "", "post": post}
            if act.get("reason"):
                data["reason"] = act.get("reason")
            kind = "appointment" if act.verb == "office.appoint" else "recall"
            elsewhere = act.get("to") not in (None, view.unit)
            return {"send": [{"to": act.get("to"), "kind": kind, "data": data}]} if elsewhere else {}
        return {}

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if self.answer is None or (self.unit is not None and view.unit != self.unit):
            return
        for nomination in view.state.nominations.values():
            if nomination.post not in self.offices:
                continue
            due = dates.after(nomination.received, self.answer)
            if due[:10] > until[:10] and nomination.answered is None:
                continue
            what = (
                f"answer the nomination of {nomination.name} as {view.name(nomination.post)} in "
                f"{view.name(nomination.unit)}"
            )
            yield Obligation(
                self.id,
                view.unit,
                (self.by.offices + self.by.organs)[0],
                what,
                nomination.id,
                nomination.received,
                due,
                nomination.answered,
                nomination.answered_by,
                nomination.id,
            )

    def words(self, rules: Rules) -> str:  # noqa: D102
        verb = "appoints" if self.mode == "appoints" else "approves"
        by = rules.name(self.unit) if self.unit else who(rules, self.by)
        text = (
            f"{by[0].upper()}{by[1:]} {'generally ' if self.generally else ''}{verb} the {names(rules, self.offices)}"
        )
        if self.answer:
            text += f", answering a nomination within {self.answer}"
        if self.generally and self.exception_by:
            text += f"; an exception is recorded, with its reason, by {who(rules, self.exception_by)}"
        if self.acting:
            text += f"; somebody may act in the vacant office for up to {self.acting}"
        return text + "."

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        for other in rules.clauses:
            both = sorted(set(other.offices) & set(self.offices)) if isinstance(other, Appointment) else []
            if both and other.id > self.id:
                yield (
                    "offices",
                    f"contradicts {other.id}: both say who appoints the {both[0]}",
                )
