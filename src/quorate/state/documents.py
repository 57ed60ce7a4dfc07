"""What a document delivered to a unit changes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quorate.state import posts
from quorate.state.matters import Filed, Matter, open_matter
from quorate.state.people import Credential, know
from quorate.state.posts import Nomination

if TYPE_CHECKING:
    from quorate.log.entry import Entry
    from quorate.state.unit import UnitState

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """A document in a unit's inbox: what kind, from which unit, delivered when; `ref` is the sender's entry id."""

    ref: str
    kind: str
    sender: str
    delivered: str
    entry: str
    data: Payload


def receive(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``document.receive``."""
    document = Document(
        entry.ref or "", payload["kind"], payload["from"], entry.at_earliest, entry.entry, payload["data"]
    )
    state.inbox[document.ref] = document
    effect = _EFFECTS.get(document.kind)
    if effect is not None:
        effect(state, entry, document)
    elif "stage" in document.data:
        _answer(state, entry, document)
    if "standing" in document.data:
        _impose(state, entry, document.data)
    if "opens" in payload:
        _open(state, entry, document, payload["opens"])


def _impose(state: UnitState, entry: Entry, data: Payload) -> None:
    """A standing decided elsewhere: of a member, or of somebody who is on the way here."""
    subject = data.get("subject", "")
    member = state.members.get(subject)
    if member is not None and member.belongs(entry.at_earliest):
        member.change(data["standing"], entry.at_earliest)
    elif subject in state.transfers:
        state.brought[subject] = data["standing"]


def _open(state: UnitState, entry: Entry, document: Document, opens: Payload) -> None:
    data = document.data
    matter = Matter(
        id=opens.get("matter") or data["matter"],
        task=data["matter"],
        kind=opens["kind"],
        opened=entry.at_earliest,
        opened_by=entry.entry,
        title=data.get("title", ""),
        origin=document.sender,
        origin_ref=document.ref,
        root=data.get("root", ""),
        due=data.get("due"),
        subject=data.get("subject"),
    )
    open_matter(state, entry, matter, opens["stage"], data)


def _nomination(state: UnitState, _entry: Entry, document: Document) -> None:
    data = document.data
    state.nominations[document.ref] = Nomination(
        document.ref,
        document.sender,
        data["post"],
        data["person"],
        data.get("name") or data["person"],
        document.delivered,
    )


def _ground(ground: str) -> Any:  # noqa: ANN401 - a table entry of the shape of its siblings
    def effect(state: UnitState, entry: Entry, document: Document) -> None:
        know_if_new(state, entry, document.data)
        posts.claim(state, document.data["post"], document.data["person"], ground, entry)

    return effect


def know_if_new(state: UnitState, entry: Entry, row: Payload) -> None:
    """Note a person a document names, without forgetting what is already known of them."""
    if row["person"] not in state.persons:
        know(state, entry.entry, row)


def _refusal(state: UnitState, entry: Entry, document: Document) -> None:
    data = document.data
    state.turned_down[(data["post"], data["person"])] = (
        entry.entry,
        entry.at_earliest,
        data.get("reason", ""),
    )


def _recall(state: UnitState, entry: Entry, document: Document) -> None:
    posts.vacate(state, document.data["post"], document.data["person"], entry.at_earliest, "recalled")


def _certificate(state: UnitState, entry: Entry, document: Document) -> None:
    know(state, entry.entry, document.data, document.sender)


def _transfer(state: UnitState, entry: Entry, document: Document) -> None:
    know(state, entry.entry, document.data, state.unit)
    state.transfers[document.data["person"]] = (document.sender, document.ref)
    state.brought[document.data["person"]] = document.data["standing"]


def _credential(state: UnitState, entry: Entry, document: Document) -> None:
    for row in document.data["persons"]:
        know(state, entry.entry, row)
        key = (document.data["conference"], row["person"])
        state.credentials[key] = Credential(
            row["person"], key[0], document.sender, document.delivered, entry.entry, document.ref
        )


def _quota(state: UnitState, entry: Entry, document: Document) -> None:
    state.quotas[document.data["conference"]] = (document.data["seats"], entry.entry, entry.at_earliest)


def _instruction(state: UnitState, _entry: Entry, document: Document) -> None:
    state.instructions[document.ref] = document


def _report(state: UnitState, entry: Entry, document: Document) -> None:
    data = document.data
    filed = Filed(document.ref, data["report"], data["period"], document.sender, document.delivered, entry.entry)
    state.received[filed.id] = filed
    state.figures.setdefault(document.sender, {}).update(data.get("figures", {}))


def _report_answer(status: str) -> Any:  # noqa: ANN401
    def effect(state: UnitState, entry: Entry, document: Document) -> None:
        filed = state.filed.get(document.data["report_id"])
        if filed is not None and filed.status != "returned":  # whoever returned it waits for it completed
            filed.status, filed.answered = status, entry.at_earliest

    return effect


def _answer(state: UnitState, entry: Entry, document: Document) -> None:
    """The answer to a task this unit gave: how far it is there, and its outcome."""
    data = document.data
    for matter in state.matters.values():
        part = matter.sent.get(data["matter"])
        if part is not None and part["to"] == document.sender:
            part |= {"stage": data["stage"], "at": entry.at_earliest, "entry": entry.entry, "final": data.get("final")}
            if "outcome" in data:
                part["outcome"] = data["outcome"]


_EFFECTS = {
    "nomination": _nomination,
    "confirmation": _ground("confirmed"),
    "appointment": _ground("appointed"),
    "nomination-refused": _refusal,
    "recall": _recall,
    "certificate": _certificate,
    "transfer": _transfer,
    "credential": _credential,
    "quota": _quota,
    "instruction": _instruction,
    "report": _report,
    "report-acknowledged": _report_answer("acknowledged"),
    "report-returned": _report_answer("returned"),
}

EFFECTIVE = frozenset(_EFFECTS)
"""The kinds of document that change a state in ways of their own."""

FOLDS = {"document.receive": receive}
