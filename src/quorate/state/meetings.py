"""Meetings as folded from entries: convened, open, closed; who was present, what was heard, moved and decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quorate.log.entry import Entry
    from quorate.state.unit import UnitState

Payload = dict[str, Any]


@dataclass(slots=True)
class Motion:
    """A motion: `carried` is None until it is voted on; `outcome` names the winning option where there were several.

    `kinds` is the kind of business of single options, where it is not the motion's; `put` is when it was put.
    """

    id: str
    business: str
    text: str
    ref: str | None
    mover: str | None
    put_by: str
    options: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    carried: bool | None = None
    outcome: str | None = None
    voted_by: str | None = None
    votes: Payload = field(default_factory=dict)
    put: str = ""

    @property
    def decided(self) -> str:
        """The kind of business it decides: the winning option's own where it has one, else the motion's."""
        return self.kinds.get(self.outcome or "", self.business)


@dataclass(slots=True)
class Meeting:
    """One meeting of one organ. `at` is when it is called for; `opened`, `closed` when it was.

    `status` is convened, open, closed or adjourned.
    """

    id: str
    organ: str
    convened: str
    at: str
    agenda: list[str]
    convened_by: str
    instruction: str | None = None
    status: str = "convened"
    opened: str | None = None
    opened_by: str | None = None
    closed: str | None = None
    closed_by: str | None = None
    chair: str | None = None
    present: set[str] = field(default_factory=set)
    entitled: int = 0
    heard: dict[str, str] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    motions: dict[str, Motion] = field(default_factory=dict)
    elections: list[str] = field(default_factory=list)
    minutes: str | None = None


def convene(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``meeting.convene``."""
    meeting = Meeting(
        id=entry.meeting or "",
        organ=entry.organ or "",
        convened=entry.at_earliest,
        at=payload["on"],
        agenda=list(payload.get("agenda", ())),
        convened_by=entry.entry,
        instruction=entry.ref,
    )
    state.meetings[meeting.id] = meeting
    state.by_organ.setdefault(meeting.organ, []).append(meeting)


def open_(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``meeting.open``."""
    meeting = state.meetings[entry.meeting or ""]
    meeting.status, meeting.opened, meeting.opened_by = "open", entry.at_earliest, entry.entry
    meeting.chair = payload.get("chair") or entry.actor
    meeting.present = set(payload.get("present", ()))
    meeting.entitled = payload.get("entitled", 0)


def attend(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``meeting.attend``: arrivals and departures."""
    meeting = state.meetings[entry.meeting or ""]
    meeting.present |= set(payload.get("arrived", ()))
    meeting.present -= set(payload.get("left", ()))


def hear(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``meeting.hear``: an item of business communicated or a report heard."""
    meeting = state.meetings[entry.meeting or ""]
    meeting.heard[payload["business"]] = entry.entry
    meeting.taken.setdefault(payload["business"], entry.entry)


def put(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``motion.put``."""
    meeting = state.meetings[entry.meeting or ""]
    motion = Motion(
        id=payload["motion"],
        business=payload["business"],
        text=payload.get("text", ""),
        ref=entry.ref,
        mover=payload.get("mover") or entry.actor,
        put_by=entry.entry,
        options=dict(payload.get("options", {})),
        kinds=dict(payload.get("kinds", {})),
        put=entry.at_earliest,
    )
    meeting.motions[motion.id] = motion
    state.motions[motion.id] = (motion, meeting)


def vote(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``motion.vote``: the votes and what they decided."""
    motion, meeting = state.motions[payload["motion"]]
    motion.carried, motion.outcome = payload["carried"], payload.get("outcome")
    motion.voted_by = entry.entry
    motion.votes = {name: payload[name] for name in ("for", "against", "abstain") if name in payload}
    meeting.taken.setdefault(motion.business, entry.entry)


def minutes(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``meeting.minutes``."""
    state.meetings[entry.meeting or ""].minutes = payload["text"]


def close(state: UnitState, entry: Entry, _payload: Payload) -> None:
    """Fold ``meeting.close``."""
    _end(state, entry, "closed")


def adjourn(state: UnitState, entry: Entry, _payload: Payload) -> None:
    """Fold ``meeting.adjourn``: it ends without having done its business, for want of a quorum or another reason."""
    _end(state, entry, "adjourned")


def cancel(state: UnitState, entry: Entry, _payload: Payload) -> None:
    """Fold ``meeting.cancel``."""
    _end(state, entry, "cancelled")


def _end(state: UnitState, entry: Entry, status: str) -> None:
    meeting = state.meetings[entry.meeting or ""]
    meeting.status, meeting.closed, meeting.closed_by = status, entry.at_earliest, entry.entry


FOLDS = {
    "meeting.convene": convene,
    "meeting.open": open_,
    "meeting.attend": attend,
    "meeting.hear": hear,
    "motion.put": put,
    "motion.vote": vote,
    "meeting.minutes": minutes,
    "meeting.close": close,
    "meeting.adjourn": adjourn,
    "meeting.cancel": cancel,
}
