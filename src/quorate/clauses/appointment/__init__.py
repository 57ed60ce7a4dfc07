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
    def _somebody_proposes(self) -> Appointment:
        if self.proposed_first and self.proposed_by is None:
            raise ValueError("`proposed_first: true` needs `proposed_by`, or nobody can ever be appointed")
        return self

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
        if act.verb in ("office.appoint", "office.withdraw"):
            astray = self._astray(act, view, post)
            if astray:
                return astray
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

    def _astray(self, act: Act, view: View, post: str) -> str | None:
        """Why the unit named (`to`, else this one) is not one whose office this unit fills."""
        office, ident = view.rules.offices[post], act.get("to") or view.unit
        unit = view.rules.unit(ident)
        if unit is None or unit.tier != office.tier or (office.units and unit.id not in office.units):
            return f"{view.name(ident)} has no {view.name(post)}; name the unit that has in `to`"
        if self.unit is None and not view.reaches(unit.id):
            return f"{view.name(unit.id)} does not stand below {view.name(view.unit)}"
        return None

    def _elected_first(self, post: str, view: View) -> bool:
        return any(clause.fills(post, view.rules) for clause in view.rules.of(Election))

    def _proposed(self, act: Act, view: View, post: str) -> bool:
        """Whether somebody stands proposed: here, or by the office's own unit; not refused, and not seated since."""
        unit = act.get("to") or view.unit
        if unit != view.unit:
            asked = (n for n in view.state.nominations.values() if n.unit == unit and n.answer != "refuse")
            return any((n.post, n.person) == (post, act.subject) for n in asked)
        proposed = view.state.proposed.get((post, act.subject or ""))
        seated = (t.since for t in view.state.tenures.get(post, ()) if t.person == act.subject)
        return proposed is not None and proposed[1] > max(seated, default="")

    def _chosen(self, act: Act, view: View) -> bool:
        return act.subject in view.state.persons

    def _guard_seat(self, act: Act, view: View, post: str) -> str | None:
        full = [tenure for tenure in view.holders(post) if not tenure.acting]
        if any(tenure.person == act.subject for tenure in full):
            return f"{act.subject} holds the office of {view.name(post)} already"
        if len(full) >= (capacity_of(post, view.rules) or 1):
            return f"the office of {view.name(post)} is held by {full[0].person}; it must fall vacant first"
        if act.verb == "office.act":
            return self._guard_acting(act, view, post)
        return self._unconfirmed(act, view, post)

    def _guard_acting(self, act: Act, view: View, post: str) -> str | None:
        if self.acting is None:
            return f"nobody may act as {view.name(post)}: the charter sets no time for it"
        tenures = view.state.tenures.get(post, ())
        vacant = max((t.ended or t.until or "" for t in tenures if not t.acting), default="")
        before = any(t.acting and t.person == act.subject and t.since >= vacant for t in tenures)
        return f"{act.subject} has acted as {view.name(post)} in this vacancy already" if before else None

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
            if not (here and view.capacity(act, self.by)):
                return f"only {who(view.rules, self.by)} decides on this office"
            return self._not_own(act, view)
        if act.verb == "office.resign":
            held = any(tenure.person == act.actor for tenure in view.holders(post))
            return (held and act.subject in (None, act.actor)) or "only the holder of an office can resign it"
        if act.verb == "office.recall":
            return False
        if act.verb == "office.take" and view.state.claims.get((post, act.subject or "")):
            entitled = (by for by in (self.proposed_by, self.exception_by, self.by) if by is not None)
            taken = act.actor == act.subject or any(view.capacity(act, by) for by in entitled)
            return taken or f"{act.subject} takes office by their own word, or by that of who fills it"
        by = self.exception_by if act.verb == "office.except" else self.proposed_by
        if by is None:
            return "the rule knows no exception" if act.verb == "office.except" else "nobody is named who may propose"
        if not view.capacity(act, by):
            return f"only {who(view.rules, by)} may do this"
        return self._not_own(act, view) if act.verb == "office.except" else True

    def _not_own(self, act: Act, view: View) -> bool | str:
        """Nobody decides on their own case: True, or why not."""
        nomination = view.state.nominations.get(act.ref or "") if act.verb.startswith("nomination.") else None
        own = act.actor == (nomination.person if nomination else act.subject) and act.verb != "office.withdraw"
        return f"{act.actor} does not decide on their own appointment" if own else True

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
        if self.proposed_first and self.proposed_by:
            text += f", once put forward by {who(rules, self.proposed_by)}"
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
