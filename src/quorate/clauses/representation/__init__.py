"""Representatives: how many each unit below sends to a conference, who elects them, and the check of their
credentials.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from quorate.clauses.base import Rules, View, names, register, who
from quorate.clauses.election import VERBS, Voting
from quorate.counting import apportion
from quorate.errors import QuorateError
from quorate.state.posts import Election as Called
from quorate.terms import dates
from quorate.terms.act import Act, Obligation, persons
from quorate.terms.parts import By, OrganId, Span, Whole


@register
class Representation(Voting):
    """A conference is made up of representatives elected by organs of the units below, apportioned by a named method
    from numbers of members.

    Conforming: a county conference elects the nine representatives its quota gives it, and sends their credentials,
    which the province accepts. Breaching: it elects ten; it sends somebody it did not elect; credentials are accepted
    beyond the quota. Methods: largest remainder (Hare), D'Hondt, Sainte-Lague.
    """

    kind: Literal["representation"]
    conference: OrganId
    elected_by: tuple[OrganId, ...] = Field(min_length=1)
    method: Literal["largest-remainder-hare", "dhondt", "sainte-lague"]
    seats: Whole | None = Field(default=None, description="Seats in all.")
    members_per_seat: Whole | None = Field(
        default=None, description="One seat for so many members, instead of `seats`."
    )
    minimum: Whole | None = Field(default=None, description="Seats every unit has at least.")
    apportioned_by: By
    sent_by: By
    checked_by: By
    within: Span = Field(description="How long after its quota a unit may take to send credentials.")
    summary = "How many representatives each unit sends, who elects them and who checks their credentials."

    @model_validator(mode="after")
    def _one_size(self) -> Representation:
        if (self.seats is None) == (self.members_per_seat is None):
            raise ValueError("state either `seats` or `members_per_seat`")
        return self

    def elector(self) -> str:  # noqa: D102
        return self.elected_by[0]

    def fills(self, post: str, rules: Rules) -> bool:  # noqa: D102, ARG002
        return post == self.conference

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        found: dict[str, set[str]] = {}
        for organ in self.elected_by:
            found.setdefault(rules.organs[organ].tier, set()).update(VERBS | {"credential.issue"})
        above = found.setdefault(rules.organs[self.conference].tier, set())
        above.update(("conference.apportion", "credential.check", "meeting.open"))
        return {tier: frozenset(verbs) for tier, verbs in found.items()}

    def called(self, act: Act, view: View) -> Called | None:  # noqa: D102
        found = view.state.elections.get(act.get("election", ""))
        meeting = view.meeting(act)
        if found is None or meeting is None or meeting.organ not in self.elected_by:
            return None
        return found if found.fills == self.conference and found.meeting == meeting.id else None

    def ours(self, act: Act, view: View) -> bool:  # noqa: D102
        if act.verb != "election.call":
            return self.called(act, view) is not None
        meeting = view.meeting(act)
        return meeting is not None and meeting.organ in self.elected_by and act.get("fills") == self.conference

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        if act.verb in VERBS:
            return super().guard(act, view)
        if act.verb == "meeting.open":
            return self._guard_open(act, view)
        if act.get("conference") != self.conference:
            return None
        if act.verb == "conference.apportion":
            return self._guard_apportion(act, view)
        if act.verb == "credential.issue":
            return self._guard_issue(act, view)
        return self._guard_check(act, view)

    def _guard_open(self, act: Act, view: View) -> str | None:
        meeting = view.meeting(act)
        if meeting is None or meeting.organ != self.conference:
            return None
        granted = view.state.apportioned.get(self.conference, ({}, "", ""))[2]
        waiting = [
            credential.person
            for (conference, _), credential in view.state.credentials.items()
            if conference == self.conference and credential.accepted is None and credential.received >= granted
        ]
        if waiting:
            return f"the credentials of {len(waiting)} who were sent have not been checked, {waiting[0]}'s among them"
        return None

    def guard_call(self, act: Act, view: View) -> str | None:  # noqa: D102
        quota = view.state.quotas.get(self.conference)
        if quota is None:
            return f"no quota for the {view.name(self.conference)} has been received"
        chosen = self.chosen(view)
        if act.get("seats") + len(chosen) > quota[0]:
            return f"the quota is {quota[0]}; {len(chosen)} are elected and {act.get('seats')} more are called for"
        waiting = self.pending(self.conference, view)
        if act.get("seats") + len(chosen) + waiting > quota[0]:
            return f"the quota is {quota[0]}; an election of {waiting} is not counted yet"
        return None

    def vacant(self, post: str, view: View) -> float:  # noqa: D102, ARG002
        quota = view.state.quotas.get(self.conference)
        return quota[0] - len(self.chosen(view)) if quota else 0

    def chosen(self, view: View) -> list[str]:
        """Whom this unit has elected to the conference since it was given its quota."""
        quota = view.state.quotas.get(self.conference)
        at = quota[2] if quota else "9999"
        return [
            person
            for election in view.state.elections.values()
            if election.fills == self.conference and election.counted and election.counted >= at
            for person in election.elected or ()
        ]

    def guard_nominee(self, person: str, view: View) -> str | None:  # noqa: D102
        if person in self.chosen(view):
            return f"{person} is elected to the {view.name(self.conference)} already"
        return None

    def _guard_apportion(self, act: Act, view: View) -> str | None:
        sitting = next((m for m in view.state.by_organ.get(self.conference, ()) if m.status == "open"), None)
        if sitting is not None:
            return f"the {view.name(self.conference)} is in session (meeting {sitting.id}); its seats are given"
        electing = {u.id for o in self.elected_by for u in view.rules.below(view.unit, view.rules.organs[o].tier)}
        for unit, number in act.get("members", {}).items():
            if unit not in electing:
                return f"{view.name(unit)} elects no representatives to the {view.name(self.conference)} here"
            if type(number) is not int or number < 0:
                return f"{view.name(unit)} has a whole number of members, not {number!r:.40}"
        try:
            self._apportioned(act, view)
        except QuorateError as error:
            return str(error)
        return None

    def _apportioned(self, act: Act, view: View) -> Any:  # noqa: ANN401
        weights = self.weights(act, view)
        total = sum(weights.values())
        assert self.seats is not None or self.members_per_seat is not None
        seats = (
            self.seats.value
            if self.seats
            else total // max(1, self.members_per_seat.value if self.members_per_seat else 1)
        )
        return apportion(self.method, weights, seats, self.minimum.value if self.minimum else 0)

    def weights(self, act: Act, view: View) -> dict[str, int]:
        """Members of each unit that sends representatives: as the act states them, else as last reported or stated at
        opening.
        """
        stated = act.get("members")
        if isinstance(stated, dict):
            return dict(stated)
        found: dict[str, int] = {}
        for organ in self.elected_by:
            for unit in view.rules.below(view.unit, view.rules.organs[organ].tier):
                number = view.state.figures.get(unit.id, {}).get("members")
                if type(number) is int and number > 0:  # a report may say anything
                    found[unit.id] = number
        return found

    def _guard_issue(self, act: Act, view: View) -> str | None:
        quota = view.state.quotas.get(self.conference)
        chosen = self.chosen(view)
        stranger = next((person for person in act.get("persons") if person not in chosen), None)
        if stranger:
            return f"{stranger} has not been elected to the {view.name(self.conference)} here"
        again = next((p for p in act.get("persons") if quota and self._sent(p, view) >= quota[2]), None)
        return f"the credential of {again} has been sent" if again else None

    def _sent(self, person: str, view: View) -> str:
        return view.state.issued.get((self.conference, person), ("", ""))[1]

    def _guard_check(self, act: Act, view: View) -> str | None:
        if not act.get("accepted") and not act.get("reason"):
            return "a credential is rejected only with a reason"
        named = persons(act)
        credentials = []
        for person in named:
            credential = view.state.credentials.get((self.conference, person))
            if credential is None:
                return f"no credential of {person} for the {view.name(self.conference)} has been received"
            if credential.received < view.state.apportioned.get(self.conference, ({}, "", ""))[2]:
                return f"the credential of {person} was sent for seats that have been apportioned anew since"
            if credential.accepted is not None or named.count(person) > 1:
                return f"the credential of {person} has been checked"
            credentials.append(credential)
        return self._over_quota(Counter(c.unit for c in credentials), view) if act.get("accepted") else None

    def _over_quota(self, fresh: Mapping[str, int], view: View) -> str | None:
        granted = view.state.apportioned.get(self.conference)
        taken = Counter(
            credential.unit
            for (conference, _), credential in view.state.credentials.items()
            if conference == self.conference and credential.accepted and granted and credential.received >= granted[2]
        )
        for unit, more in fresh.items():
            quota = granted[0].get(unit, 0) if granted else 0
            if taken[unit] + more > quota:
                conference = view.name(self.conference)
                return (
                    f"{view.name(unit)} has {quota} seats in the {conference}; {taken[unit]} are accepted and {more} "
                    "more named"
                )
        return None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        if act.verb in VERBS:
            return super().permit(act, view)
        if act.get("conference") != self.conference:
            return False
        by = {"conference.apportion": self.apportioned_by, "credential.issue": self.sent_by}.get(
            act.verb, self.checked_by
        )
        return bool(view.capacity(act, by)) or f"this is for {who(view.rules, by)}"

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        if act.verb in VERBS:
            return super().settle(act, view)
        if act.get("conference") != self.conference:
            return {}
        if act.verb == "conference.apportion":
            found = self._apportioned(act, view)
            send = [
                {"to": unit, "kind": "quota", "data": {"conference": self.conference, "seats": seats}}
                for unit, seats in found.seats().items()
                if seats
            ]
            return {
                "seats_by_unit": dict(found.seats()),
                "method": self.method,
                "weights": self.weights(act, view),
                "send": send,
            }
        if act.verb == "credential.issue":
            return {"send": [self._credential(act, view)]}
        return {}

    def _credential(self, act: Act, view: View) -> dict[str, Any]:
        rows = []
        for person in act.get("persons"):
            known = view.state.persons.get(person)
            rows.append(
                {
                    "person": person,
                    "name": known.name if known else person,
                    "unit": known.unit if known else None,
                }
            )
        above = view.rules.above(view.unit, view.rules.organs[self.conference].tier)
        to = above.id if above else view.unit
        return {"to": to, "kind": "credential", "data": {"conference": self.conference, "persons": rows}}

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        quota = view.state.quotas.get(self.conference)
        if quota is None or view.state.tier not in {view.rules.organs[o].tier for o in self.elected_by}:
            return
        due = dates.after(quota[2], self.within)
        sent = sorted(
            (at, entry)
            for (conference, _), (entry, at) in view.state.issued.items()
            if conference == self.conference and at >= quota[2]
        )
        done = sent[-1] if len(sent) >= quota[0] else (None, None)
        if done[0] is None and due[:10] > until[:10]:
            return
        what = f"elect {quota[0]} representatives to the {view.name(self.conference)} and send their credentials"
        yield Obligation(self.id, view.unit, self.elector(), what, quota[1], quota[2], due, done[0], done[1])

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002, D102
        return {self.conference: False}

    def words(self, rules: Rules) -> str:  # noqa: D102
        size = f"{self.seats} seats" if self.seats else f"one seat for every {self.members_per_seat} members"
        electors = names(rules, self.elected_by, "or")
        return (
            f"The {rules.name(self.conference)} is made up of representatives elected by the {electors}: {size}, "
            f"apportioned by {self.method.replace('-', ' ')} from numbers of members; credentials are sent within "
            f"{self.within} of the quota and checked by {who(rules, self.checked_by)}."
        )

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        if self.conference in self.elected_by:
            yield "elected_by", f"the {self.conference} cannot send representatives to itself"
        if self.members_per_seat is not None and self.members_per_seat.value == 0:
            yield "members_per_seat", "a seat cannot stand for no members"
        seats = rules.organs[self.conference].seats
        if self.seats and seats and self.seats.value > seats.value:
            yield "seats", f"{self.seats} seats are apportioned, and the {self.conference} has {seats}"
