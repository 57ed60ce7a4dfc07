"""Of whom an organ is made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import model_validator

from quorate.clauses.base import Clause, Rules, View, gaps, names, register, seat_count
from quorate.clauses.election import capacity_of
from quorate.state.posts import Tenure
from quorate.terms import dates
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import OfficeId, OrganId, Part, Span, Whole


class Place(Part):
    """An office in an organ and how many holders it must at least have."""

    office: OfficeId
    at_least: Whole


@register
class Composition(Clause):
    """An organ is made up of stated offices, each filled; or its members each sit on one of stated organs.

    Conforming: a board with its chair and a treasurer. Breaching: the office of treasurer
    is empty beyond the limit; a committee member sits on none of its organs.
    """

    kind: Literal["composition"]
    organ: OrganId
    offices: tuple[Place, ...] = ()
    sits_on: tuple[OrganId, ...] = ()
    within: Span
    summary = "Of whom an organ is made up."

    @model_validator(mode="after")
    def _one_form(self) -> Composition:
        if bool(self.offices) == bool(self.sits_on):
            raise ValueError("state either `offices` or `sits_on`")
        return self

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return {rules.organs[self.organ].tier: frozenset(("office.take",))}

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        post = act.get("post", "")
        if not any(place.office == post for place in self.offices):
            return None
        held = sum(not tenure.acting for tenure in view.holders(post))
        limit = capacity_of(post, view.rules) or 1
        return (
            f"the {view.name(self.organ)} has {limit} {view.name(post)}, and the place is held"
            if held >= limit
            else None
        )

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if not view.has_organ(self.organ):
            return
        for place in self.offices:
            yield from self._vacancies(place, view, until)
        if self.sits_on:
            yield from self._unseated(view, until)

    def _vacancies(self, place: Place, view: View, until: str) -> Iterator[Obligation]:
        tenures = view.state.tenures.get(place.office, ())
        for since, to, by in gaps(tenures, place.at_least.value, view.state.opened, until):
            due = dates.after(since, self.within)
            if to is None and due[:10] > until[:10]:
                continue
            what = f"fill the office of {view.name(place.office)}"
            key = f"{place.office}@{since[:10]}"
            yield Obligation(self.id, view.unit, self.organ, what, key, since, due, to, by)

    def _unseated(self, view: View, until: str) -> Iterator[Obligation]:
        """Each member's seat brings a duty to be seated on an organ, met by the first tenure on one that runs or
        begins after it.
        """
        posts = set(self.sits_on)
        posts.update(o.id for o in view.rules.offices.values() if o.organ in self.sits_on)
        by_person: dict[str, list[Tenure]] = {}
        for post in sorted(posts):
            for tenure in view.state.tenures.get(post, ()):
                if not tenure.acting:
                    by_person.setdefault(tenure.person, []).append(tenure)
        for seat in view.state.tenures.get(self.organ, ()):
            due = dates.after(seat.since, self.within)
            end = seat.ended or seat.until
            found = [t for t in by_person.get(seat.person, ()) if (t.ended or t.until or "9") > seat.since]
            first = min(found, key=lambda tenure: tenure.since, default=None)
            if first is None and (due[:10] > until[:10] or (end is not None and end <= due)):
                continue
            met = max(first.since, seat.since) if first else None
            what = f"seat {seat.person} on the {names(view.rules, self.sits_on, 'or')}"
            key = f"{seat.person}@{seat.since[:10]}"
            yield Obligation(
                self.id, view.unit, self.organ, what, key, seat.since, due, met, first.by if first else None
            )

    def words(self, rules: Rules) -> str:  # noqa: D102
        organ = rules.name(self.organ)
        if self.sits_on:
            seats = names(rules, self.sits_on, "or")
            return f"Each member of the {organ} sits on the {seats}, within {self.within} of taking their seat."
        parts = [f"{place.at_least} {rules.name(place.office)}" for place in self.offices]
        return f"The {organ} is made up of at least {', '.join(parts)}; a vacancy is filled within {self.within}."

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        for place in self.offices:
            limit = capacity_of(place.office, rules) or 1
            if place.at_least.value > limit:
                yield (
                    "offices",
                    f"at least {place.at_least} {place.office} are demanded, but the office has {limit} seats",
                )
            if rules.offices[place.office].organ != self.organ:
                yield "offices", f"the office {place.office} has no seat on the {self.organ}"
        seats = seat_count(rules.organs[self.organ])
        demanded = sum(place.at_least.value for place in self.offices)
        if seats is not None and demanded > seats:
            yield "offices", f"{demanded} places are demanded of an organ of {seats} seats"
