"""Matters as folded from entries: anything that goes through the stages of a procedure, and the routine reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quorate.log.entry import Entry
    from quorate.state.unit import UnitState

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One stage a matter went through."""

    stage: str
    at: str
    entry: str
    actor: str | None
    payload: Payload


@dataclass(slots=True)
class Matter:
    """A directive, case, review, request, campaign ...: `kind` names the procedure, `steps` what was done.

    `origin` is the unit whose document opened it here (None: opened here), `root` the id of the matter at the head of
    its tree, `task` its id there, which answers name. `sent` are the tasks given to other units, by id: to whom, at
    which stage, and the last answer.
    """

    id: str
    kind: str
    opened: str
    opened_by: str
    title: str
    origin: str | None = None
    origin_ref: str | None = None
    root: str = ""
    due: str | None = None
    subject: str | None = None
    steps: list[Step] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    closed: str | None = None
    task: str | None = None

    def step(self, stage: str) -> Step | None:
        """The last time the matter went through a stage."""
        return next((step for step in reversed(self.steps) if step.stage == stage), None)

    def first(self, stage: str) -> Step | None:
        """The first time it did."""
        return next((step for step in self.steps if step.stage == stage), None)


@dataclass(slots=True)
class Filed:
    """A report this unit filed, or one it received: `status` is filed, acknowledged or returned."""

    id: str
    report: str
    period: str
    unit: str
    filed: str
    entry: str
    status: str = "filed"
    answered: str | None = None


def open_matter(state: UnitState, entry: Entry, matter: Matter, stage: str, payload: Payload) -> None:
    """Open a matter at its first stage."""
    matter.steps.append(Step(stage, entry.at_earliest, entry.entry, entry.actor, payload))
    matter.root = matter.root or matter.id
    state.matters[matter.id] = matter
    state.by_kind.setdefault(matter.kind, []).append(matter)


def advance(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``<matter kind>.<stage>``: open the matter or take it one stage on."""
    kind, _, stage = entry.act.partition(".")
    matter = state.matters.get(entry.ref or "")
    if matter is None:
        matter = Matter(
            id=entry.ref or "",
            kind=kind,
            opened=entry.at_earliest,
            opened_by=entry.entry,
            title=payload.get("title", ""),
            subject=payload.get("subject") or entry.subject,
            root=payload.get("root", ""),
            due=payload.get("due"),
        )
        open_matter(state, entry, matter, stage, payload)
    else:
        matter.steps.append(Step(stage, entry.at_earliest, entry.entry, entry.actor, payload))
    member = state.members.get(matter.subject or "") if payload.get("imposed") else None
    if member is not None and member.belongs(entry.at_earliest):
        member.change(payload["standing"], entry.at_earliest)
    for document in payload.get("send", ()):
        data = document["data"]
        if data.get("opens_task"):
            matter.sent[data["matter"]] = {"to": document["to"], "via": stage, "since": entry.at_earliest}
    if payload.get("final"):
        matter.closed = entry.at_earliest


def file(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``report.file``."""
    filed = Filed(entry.ref or "", payload["report"], payload["period"], entry.unit, entry.at_earliest, entry.entry)
    state.filed[filed.id] = filed


def answer(state: UnitState, entry: Entry, _payload: Payload) -> None:
    """Fold ``report.acknowledge`` and ``report.return`` in the unit that received the report."""
    received = state.received[entry.ref or ""]
    received.status = "acknowledged" if entry.act == "report.acknowledge" else "returned"
    received.answered = entry.at_earliest


FOLDS = {"report.file": file, "report.acknowledge": answer, "report.return": answer}
