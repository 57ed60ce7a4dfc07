"""The state of one unit and its fold: pure, without clock, charter or database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from quorate.log.entry import GENESIS, Entry
from quorate.log.sealed import reveal
from quorate.state import documents, ledger, matters, meetings, people, posts
from quorate.state.documents import Document
from quorate.state.matters import Filed, Matter
from quorate.state.meetings import Meeting, Motion
from quorate.state.people import Credential, Member, Person
from quorate.state.posts import Election, Nomination, Tenure

Payload = dict[str, Any]
Unseal = Callable[[str], bytes | None]
Mark = tuple[str, str]  # entry id, moment


@dataclass(slots=True)
class UnitState:
    """All that a unit knows: read it freely, change it only through `apply`.

    Tables are keyed by id; `tenures` by post; `claims`, `proposed` and `turned_down` by (post, person); `credentials`
    and `issued` by (conference organ, person); `figures` are the latest numbers each unit below reported; `brought` the
    standing of whom a transfer announced; `admitted_by` whom each motion admitted.
    """

    unit: str
    tier: str = ""
    name: str = ""
    label: str | None = None
    parent: str | None = None
    kind: str | None = None
    opened: str = ""
    opened_by: str = ""
    seq: int = 0
    hash: str = GENESIS
    last: str = ""
    meetings: dict[str, Meeting] = field(default_factory=dict)
    by_organ: dict[str, list[Meeting]] = field(default_factory=dict)
    motions: dict[str, tuple[Motion, Meeting]] = field(default_factory=dict)
    elections: dict[str, Election] = field(default_factory=dict)
    tenures: dict[str, list[Tenure]] = field(default_factory=dict)
    claims: dict[tuple[str, str], dict[str, Mark]] = field(default_factory=dict)
    proposed: dict[tuple[str, str], Mark] = field(default_factory=dict)
    turned_down: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    nominations: dict[str, Nomination] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    transfers: dict[str, tuple[str, str]] = field(default_factory=dict)
    brought: dict[str, str] = field(default_factory=dict)
    admitted_by: dict[str, str] = field(default_factory=dict)
    credentials: dict[tuple[str, str], Credential] = field(default_factory=dict)
    issued: dict[tuple[str, str], Mark] = field(default_factory=dict)
    quotas: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    apportioned: dict[str, tuple[dict[str, int], str, str]] = field(default_factory=dict)
    instructions: dict[str, Document] = field(default_factory=dict)
    inbox: dict[str, Document] = field(default_factory=dict)
    matters: dict[str, Matter] = field(default_factory=dict)
    by_kind: dict[str, list[Matter]] = field(default_factory=dict)
    filed: dict[str, Filed] = field(default_factory=dict)
    received: dict[str, Filed] = field(default_factory=dict)
    figures: dict[str, Payload] = field(default_factory=dict)
    established: dict[str, str] = field(default_factory=dict)
    ledger: ledger.Ledger = field(default_factory=ledger.Ledger)

    def apply(self, entry: Entry, payload: Payload) -> None:
        """Take in the unit's next entry; `payload` is its payload with the sealed part, where known, merged in."""
        handler = _FOLDS.get(entry.act, matters.advance)
        handler(self, entry, payload)
        self.seq, self.hash, self.last = entry.seq, entry.hash, entry.at_latest


def unsealed(entry: Entry, unseal: Unseal | None) -> Payload:
    """The entry's payload with its sealed part merged in where `unseal` can give it."""
    payload = dict(entry.payload or {})
    if entry.sealed is not None and unseal is not None:
        content = unseal(entry.sealed)
        if content is not None:
            payload.update(reveal(content))
    return payload


def fold(
    unit: str, entries: Iterable[Entry], unseal: Unseal | None = None, state: UnitState | None = None
) -> UnitState:
    """Fold a unit's entries, in order, onto a fresh state (or onto `state`, which is changed)."""
    state = state or UnitState(unit)
    for entry in entries:
        state.apply(entry, unsealed(entry, unseal))
    return state


def _open(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``unit.open``: the opening statement, with who is a member and who holds what on the day the record
    begins.
    """
    state.tier, state.name, state.label = entry.tier, payload["name"], payload.get("label")
    state.parent, state.kind = payload.get("parent"), payload.get("kind")
    state.opened, state.opened_by = entry.at_earliest, entry.entry
    for row in payload.get("members", ()):
        people.enrol(state, entry, row)
    for row in payload.get("persons", ()):
        people.know(state, entry.entry, row)
    for row in payload.get("holders", ()):
        if row["person"] not in state.persons:
            people.know(state, entry.entry, row)
        state.tenures.setdefault(row["post"], []).append(
            Tenure(
                row["post"],
                row["person"],
                row.get("since", entry.at_earliest),
                row.get("until"),
                entry.entry,
                basis=row.get("basis", "stated at opening"),
                source=row.get("source"),
            )
        )
    for unit, figures in payload.get("figures", {}).items():
        state.figures[unit] = dict(figures)


def _establish(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``unit.establish``: a unit below this one."""
    state.established[entry.subject or ""] = payload["tier"]


_FOLDS = {
    "unit.open": _open,
    "unit.establish": _establish,
    **meetings.FOLDS,
    **posts.FOLDS,
    **matters.FOLDS,
    **people.FOLDS,
    **ledger.FOLDS,
    **documents.FOLDS,
}
