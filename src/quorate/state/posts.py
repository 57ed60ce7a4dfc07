"""Posts as folded from entries: who was elected, confirmed, appointed, seated; until when, acting or full.

A post is an organ (a seat on it) or an office. A person may claim a post on several grounds (elected, confirmed,
appointed, exception); they hold it from the entry that seats them. Until then the post is vacant, or held by somebody
acting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quorate.log.entry import Entry
    from quorate.state.unit import UnitState

Payload = dict[str, Any]


@dataclass(slots=True)
class Tenure:
    """One person's time in one post: from `since`, until `until` (the end of the term, None: open), or until it
    `ended` before that.
    """

    post: str
    person: str
    since: str
    until: str | None
    by: str
    acting: bool = False
    ended: str | None = None
    how: str | None = None
    basis: str = "elected"
    source: str | None = None

    def runs(self, at: str) -> bool:
        """Whether the tenure holds at a moment."""
        end = self.ended or self.until
        return self.since <= at and (end is None or at < end)


@dataclass(slots=True)
class Election:
    """An election called in a meeting to fill seats on an organ or in an office; `elected` once counted.

    `asked` is when the ballot took its shape: when it was called, or the last nomination was made; `seed`, drawn before
    anybody votes, settles ties by lot.
    """

    id: str
    meeting: str
    fills: str
    seats: int
    called_by: str
    clause: str | None
    nominees: dict[str, str] = field(default_factory=dict)
    elected: list[str] | None = None
    counted: str | None = None
    counted_by: str | None = None
    rounds: list[str] = field(default_factory=list)
    asked: str = ""
    seed: str = ""


@dataclass(slots=True)
class Nomination:
    """A person put forward for a post in a unit, waiting at the appointing unit for its answer."""

    id: str
    unit: str
    post: str
    person: str
    name: str
    received: str
    answered: str | None = None
    answer: str | None = None
    answered_by: str | None = None


def call(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``election.call``."""
    election = Election(
        payload["election"],
        entry.meeting or "",
        payload["fills"],
        payload["seats"],
        entry.entry,
        entry.clause,
        asked=entry.at_earliest,
        seed=payload.get("seed") or payload["election"],
    )
    state.elections[election.id] = election
    state.meetings[election.meeting].elections.append(election.id)


def nominate(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``election.nominate``: one person, or several."""
    election = state.elections[payload["election"]]
    for person in payload.get("persons") or [entry.subject]:
        election.nominees[person] = entry.entry
    election.asked = entry.at_earliest


def count(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``election.count``: the result, the claims it gives, the seats it fills where nothing more is needed."""
    election = state.elections[payload["election"]]
    election.elected, election.rounds = list(payload["elected"]), list(payload.get("rounds", ()))
    election.counted, election.counted_by = entry.at_earliest, entry.entry
    meeting = state.meetings[election.meeting]
    meeting.taken.setdefault(f"elect:{election.fills}", entry.entry)
    for person in payload.get("lapsed", ()):
        state.claims.get((election.fills, person), {}).pop("elected", None)
    for person in election.elected:
        claim(state, election.fills, person, "elected", entry)
    if payload.get("replaces"):
        for tenure in state.tenures.get(election.fills, ()):
            if tenure.runs(entry.at_earliest):
                tenure.ended, tenure.how = entry.at_earliest, "term ended by election"
    for person in payload.get("seated", ()):
        seat(state, election.fills, person, entry, payload.get("until"), basis="elected")


def claim(state: UnitState, post: str, person: str, ground: str, entry: Entry) -> None:
    """Note a ground on which a person may take a post."""
    grounds = state.claims.setdefault((post, person), {})
    grounds[ground] = (entry.entry, entry.at_earliest)


def seat(
    state: UnitState,
    post: str,
    person: str,
    entry: Entry,
    until: str | None,
    *,
    acting: bool = False,
    basis: str = "elected",
) -> None:
    """Seat a person; whoever acted in the post gives way."""
    tenures = state.tenures.setdefault(post, [])
    for tenure in tenures:
        if (tenure.person == person or tenure.acting) and tenure.runs(entry.at_earliest):
            tenure.ended, tenure.how = entry.at_earliest, "succeeded"
    tenures.append(
        Tenure(post, person, entry.at_earliest, until, entry.entry, acting, basis=basis, source=entry.source)
    )
    if not acting:
        state.claims.pop((post, person), None)


def take(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``office.take``."""
    grounds = state.claims.get((payload["post"], entry.subject or ""), {})
    basis = "+".join(sorted(grounds)) or "elected"
    seat(state, payload["post"], entry.subject or "", entry, payload.get("until"), basis=basis)


def act_in(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``office.act``: somebody acts in a vacant post."""
    seat(state, payload["post"], entry.subject or "", entry, payload.get("until"), acting=True, basis="acting")


def except_(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``office.except``: the recorded exception stands in for the approval."""
    claim(state, payload["post"], entry.subject or "", "exception", entry)


def end(how: str) -> Any:  # noqa: ANN401 - a fold; its type is that of its siblings
    """Make the fold of ``office.resign`` or ``office.recall``."""

    def fold(state: UnitState, entry: Entry, payload: Payload) -> None:
        vacate(state, payload["post"], entry.subject or entry.actor or "", entry.at_earliest, how)

    return fold


def vacate(state: UnitState, post: str, person: str, at: str, how: str) -> None:
    """End a running tenure."""
    for tenure in state.tenures.get(post, ()):
        if tenure.person == person and tenure.runs(at):
            tenure.ended, tenure.how = at, how
    state.claims.pop((post, person), None)


def leave(state: UnitState, person: str, at: str) -> None:
    """End all that somebody who left the organisation held, or could have taken, in it."""
    for post, tenures in state.tenures.items():
        if any(tenure.person == person and tenure.runs(at) for tenure in tenures):
            vacate(state, post, person, at, "left the organisation")
    for key in [key for key in state.claims if key[1] == person]:
        del state.claims[key]


def propose(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``office.nominate``: this unit asks the appointing unit to confirm somebody."""
    state.proposed[(payload["post"], entry.subject or "")] = (entry.entry, entry.at_earliest)


def answer(state: UnitState, entry: Entry, _payload: Payload) -> None:
    """Fold ``nomination.approve`` and ``nomination.refuse`` in the appointing unit."""
    nomination = state.nominations[entry.ref or ""]
    nomination.answered, nomination.answer = entry.at_earliest, entry.act.split(".")[1]
    nomination.answered_by = entry.entry


def appoint(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``office.appoint``: a ground to take office, unless the appointment goes to another unit as a document."""
    if "send" not in payload:
        claim(state, payload["post"], entry.subject or "", "appointed", entry)


def withdraw(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``office.withdraw``: the office falls vacant here, unless it is in another unit."""
    if "send" not in payload:
        vacate(state, payload["post"], entry.subject or "", entry.at_earliest, "withdrawn")


FOLDS = {
    "election.call": call,
    "election.nominate": nominate,
    "election.count": count,
    "office.nominate": propose,
    "office.take": take,
    "office.act": act_in,
    "office.except": except_,
    "office.resign": end("resigned"),
    "office.recall": end("recalled"),
    "nomination.approve": answer,
    "nomination.refuse": answer,
    "office.appoint": appoint,
    "office.withdraw": withdraw,
}
