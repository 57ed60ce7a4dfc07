"""Members, and the persons a unit knows by the certificates and credentials sent to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quorate.state import posts

if TYPE_CHECKING:
    from quorate.log.entry import Entry
    from quorate.state.unit import UnitState

Payload = dict[str, Any]


@dataclass(slots=True)
class Member:
    """A member of this basic organisation.

    `standing` is the last of `history`; `left` says when and `how` they left, `to` to which other organisation.
    """

    person: str
    name: str
    since: str
    standing: str
    history: list[tuple[str, str]] = field(default_factory=list)
    left: str | None = None
    how: str | None = None
    label: str | None = None
    to: str | None = None

    def change(self, standing: str, at: str) -> None:
        """Note a change of standing."""
        self.standing = standing
        self.history.append((at, standing))

    def belongs(self, at: str) -> bool:
        """Whether the person belongs to the organisation at a moment."""
        return self.since <= at and (self.left is None or at < self.left)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody this unit knows: their basic organisation `unit`, and the entry that certified it."""

    id: str
    name: str
    unit: str | None
    by: str
    label: str | None = None


@dataclass(slots=True)
class Credential:
    """A representative sent to a conference: `accepted` is None until the conference's credentials are checked."""

    person: str
    conference: str
    unit: str
    received: str
    by: str
    ref: str
    accepted: bool | None = None
    checked_by: str | None = None


def know(state: UnitState, by: str, row: Payload, unit: str | None = None) -> None:
    """Note a person named in a document or an opening statement; what it leaves out is kept as known before."""
    known = state.persons.get(row["person"])
    name = row.get("name") or (known.name if known else row["person"])
    label = row.get("label") or (known.label if known else None)
    home = row.get("unit") or unit or (known.unit if known else None)
    state.persons[row["person"]] = Person(row["person"], name, home, by, label)


def enrol(state: UnitState, entry: Entry, row: Payload) -> None:
    """Make somebody a member of this unit."""
    member = Member(
        person=row["person"],
        name=row.get("name") or row["person"],
        since=row.get("since", entry.at_earliest),
        standing=row.get("standing", "member"),
        label=row.get("label"),
    )
    member.history.append((member.since, member.standing))
    state.members[member.person] = member
    know(state, entry.entry, row, state.unit)


def admit(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``member.admit``."""
    person = entry.subject or ""
    known = state.persons.get(person)
    name = payload.get("name") or (known.name if known else person)
    enrol(state, entry, {**payload, "person": person, "name": name, "since": entry.at_earliest})
    if entry.ref:
        state.admitted_by[entry.ref] = person
    state.transfers.pop(person, None)
    state.brought.pop(person, None)


def stand(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``member.standing``."""
    state.members[entry.subject or ""].change(payload["standing"], entry.at_earliest)


def leave(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``member.leave`` and ``member.transfer``: who leaves an organisation leaves the posts they hold in it."""
    member = state.members[entry.subject or ""]
    member.left, member.to = entry.at_earliest, payload["to"] if entry.act == "member.transfer" else None
    member.how = f"transferred to {member.to}" if member.to else payload.get("reason", "left")
    posts.leave(state, member.person, entry.at_earliest)


def certify(state: UnitState, entry: Entry, _payload: Payload) -> None:
    """Fold ``member.certify``: its effect is the document it sends."""


def check(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``credential.check``."""
    for person in payload.get("persons") or [entry.subject]:
        credential = state.credentials[(payload["conference"], person)]
        credential.accepted, credential.checked_by = payload["accepted"], entry.entry


def issue(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``credential.issue``."""
    for person in payload["persons"]:
        state.issued[(payload["conference"], person)] = (entry.entry, entry.at_earliest)


def apportion(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``conference.apportion``: how many representatives each unit below sends."""
    state.apportioned[payload["conference"]] = (
        dict(payload["seats_by_unit"]),
        entry.entry,
        entry.at_earliest,
    )


FOLDS = {
    "member.admit": admit,
    "member.standing": stand,
    "member.leave": leave,
    "member.transfer": leave,
    "member.certify": certify,
    "credential.check": check,
    "credential.issue": issue,
    "conference.apportion": apportion,
}
