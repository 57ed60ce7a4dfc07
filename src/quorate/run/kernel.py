"""The kernel: an act and a unit's state in, an entry or a refusal out. Pure: no clock, no database, no randomness of
its own.

Closed world: an act that no clause permits is refused. Where several clauses permit, the first in the charter is the
one the entry cites.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quorate.charter.model import Charter
from quorate.clauses import Clause, View
from quorate.clauses.procedure import Procedure
from quorate.log.canonical import canonical
from quorate.log.entry import Entry, seal
from quorate.log.sealed import commit
from quorate.run.fill import free
from quorate.run.verbs import SHAPES, Malformed, check, shape_of
from quorate.state.unit import UnitState
from quorate.terms import dates
from quorate.terms.act import Act, Refusal

CLOSED_WORLD = "closed-world"
ORDER = "record-order"
IN_FORCE = "charter-in-force"
LONGEST = 1 << 20  # bytes of an entry: a ballot of thousands or a long report fits; a library does not

Payload = dict[str, Any]


class Draft:
    """An entry that may be recorded, with the sealed content that goes with it and the payload as its unit knows it."""

    __slots__ = ("content", "entry", "payload")

    def __init__(self, entry: Entry, payload: Payload, content: bytes | None = None) -> None:
        self.entry, self.payload, self.content = entry, payload, content


def stages(charter: Charter) -> frozenset[str]:
    """The verbs the charter's procedures declare."""
    return frozenset(
        f"{c.matter}.{stage.id}" for c in charter.clauses if isinstance(c, Procedure) for stage in c.stages
    )


def decide(act: Act, state: UnitState, charter: Charter, salt: bytes, known: frozenset[str]) -> Draft | Refusal:
    """Judge an act. Raise `Malformed`, `UnknownVerb` or `BadDate` for one that cannot be judged.

    `salt` is 32 unpredictable bytes, used where part of the payload is sealed; `known` is `stages(charter)`.
    """
    check(act, known)
    refusal = _out_of_order(act, state, charter)
    if refusal:
        return refusal
    view = View(charter, state, act.at)
    speaking = charter.speaking(state.tier, act.verb)

    # 1. what forbids it
    for clause in speaking:
        why = clause.guard(act, view)
        if why:
            return Refusal(clause.id, why, clause.cite)

    # 2. what permits it
    permitting, reasons = None, []
    for clause in speaking:
        answer = clause.permit(act, view)
        if answer is True:
            permitting = clause
            break
        if answer:
            reasons.append((clause, answer))
    if permitting is None:
        return _unpermitted(act, view, reasons)
    false = _false_claim(act, view, known)
    if false:
        return Refusal(permitting.id, false, permitting.cite)

    # 3. what follows from it
    payload: Payload = dict(act.payload)
    send: list[Payload] = []
    for clause in speaking:
        facts = clause.settle(act, view)
        taken = {document["to"] for document in send}  # an entry sends at most one document to one receiver
        send += [document for document in facts.pop("send", ()) if document["to"] not in taken]
        payload |= facts
    if send:
        payload["send"] = send
    if act.verb == "motion.vote" and "carried" not in payload:
        return Refusal(CLOSED_WORLD, "no clause of the charter says by what majority this is decided")
    return _draft(act, state, permitting, payload, salt)


_ORGAN_IS_OBJECT = frozenset(("meeting.convene", "instruction.issue"))


def _false_claim(act: Act, view: View, known: frozenset[str]) -> str | None:
    """Why the office, organ or meeting an act names is not one its actor can name."""
    meeting = view.meeting(act)
    if act.office is not None and not any(tenure.person == act.actor for tenure in view.holders(act.office)):
        return f"{act.actor} does not hold the office of {view.name(act.office)}"
    if act.verb in _ORGAN_IS_OBJECT:
        return None
    if act.meeting is not None and meeting is None:
        return f"there is no meeting {act.meeting}"
    if act.organ is None:
        return None
    if meeting is not None and "meeting" in shape_of(act.verb, known).columns:
        return None if act.organ == meeting.organ else f"meeting {meeting.id} is not one of {view.name(act.organ)}"
    return None if act.actor in view.members(act.organ) else f"{act.actor} is no member of {view.name(act.organ)}"


def _out_of_order(act: Act, state: UnitState, charter: Charter) -> Refusal | None:
    force = charter.file.in_force
    if act.at[:10] < force.from_ or (force.to is not None and act.at[:10] > force.to):
        return Refusal(IN_FORCE, f"the charter {charter.file.id} is not in force on {dates.day(act.at)}")
    if not state.opened:
        return Refusal(ORDER, f"{act.unit} has no opening statement yet", advice="Open the unit first.")
    if act.at < state.last:
        return Refusal(ORDER, f"the last entry of {act.unit} is of {state.last}; {act.at} lies before it")
    return None


def _unpermitted(act: Act, view: View, reasons: list[tuple[Clause, str]]) -> Refusal:
    if reasons:
        clause, why = reasons[0]
        return Refusal(clause.id, why, clause.cite)
    where = view.name(view.unit)
    return Refusal(CLOSED_WORLD, f"no clause of the charter permits {act.verb} in {where} as stated{_hint(act, view)}")


def _hint(act: Act, view: View) -> str:
    if act.meeting and act.verb != "meeting.convene" and view.meeting(act) is None:
        return f"; there is no meeting {act.meeting}"
    if act.ref and act.verb.startswith("nomination.") and act.ref not in view.state.nominations:
        return f"; there is no nomination {act.ref}"
    return ""


def _draft(act: Act, state: UnitState, clause: Clause, payload: Payload, salt: bytes) -> Draft:
    restricted = frozenset(getattr(clause, "restricted", ()))
    subject, actor = act.subject, act.actor
    if "subject" in restricted:
        matter = state.matters.get(act.ref or "")
        subject = None
        if actor is not None and matter is not None and actor == matter.subject:  # who appeals is not to be read off
            payload, actor, restricted = {**payload, "by": actor}, None, restricted | {"by"}
    public, private = split(payload, restricted)
    meeting = state.meetings.get(act.meeting or "") if act.organ is None else None
    sits = meeting is not None and act.verb in SHAPES and "meeting" in SHAPES[act.verb].columns
    found = draft(
        state,
        act=act.verb,
        at=act.at,
        public=public,
        private=private,
        salt=salt,
        organ=meeting.organ if meeting is not None and sits else act.organ,
        office=act.office,
        actor=actor,
        subject=subject,
        meeting=act.meeting,
        ref=act.ref,
        clause=clause.id,
        source=act.source,
    )
    size = len(canonical(found.payload))
    if size > LONGEST:
        raise Malformed(act.verb, f"its content is {size:,} bytes long", f"Keep it below {LONGEST:,}.")
    return found


def split(payload: Payload, restricted: frozenset[str]) -> tuple[Payload, Payload]:
    """Part a payload in what the log shows and what it seals.

    Documents it sends are sealed in the same way, key by key.
    """
    if not restricted:
        return payload, {}
    private = {name: value for name, value in payload.items() if name in restricted}
    public = {name: value for name, value in payload.items() if name not in restricted}
    if "send" in payload:
        shown = []
        for document in payload["send"]:
            data = {name: value for name, value in document["data"].items() if name not in restricted}
            shown.append({**document, "data": data, "private": sorted(restricted & document["data"].keys())})
        if any(document["private"] for document in shown):
            private["send"] = [{**a, "private": b["private"]} for a, b in zip(payload["send"], shown, strict=True)]
        public["send"] = shown
    return public, private


def draft(
    state: UnitState,
    *,
    act: str,
    at: str,
    public: Payload,
    private: Payload,
    salt: bytes,
    **columns: Any,  # noqa: ANN401 - the columns of Entry
) -> Draft:
    """Make the next entry of a unit's stream."""
    sealed, content = commit(private, salt) if private else (None, None)
    entry, _ = seal(
        Entry(
            unit=state.unit,
            seq=state.seq + 1,
            tier=state.tier,
            act=act,
            at_earliest=at,
            at_latest=at,
            payload=public or None,
            sealed=sealed,
            prev=state.hash,
            **columns,
        )
    )
    return Draft(entry, {**public, **private}, content)


def receive(
    document: Mapping[str, Any], sender: Entry, at: str, state: UnitState, charter: Charter, salt: bytes
) -> Draft:
    """Make the receiving entry of a document; where a procedure of the receiver opens on its kind, it says so.

    The matter it opens has the id its sender gave it, or the next free one where that is taken here. What concerns a
    member who has moved on is sent on to where they went.
    """
    data = dict(document["data"])
    public: Payload = {"kind": document["kind"], "from": sender.unit, "data": data}
    private: Payload = {}
    hidden = set(document.get("private", ()))
    if hidden:
        private["data"] = data
        public["data"] = {name: value for name, value in data.items() if name not in hidden}
    for clause in charter.clauses if data.get("opens_task") else ():
        if isinstance(clause, Procedure) and clause.tier == state.tier:
            stage = next((s for s in clause.stages if s.on == document["kind"]), None)
            if stage is not None:
                ident = free(data["matter"], state.matters)
                public["opens"] = {"kind": clause.matter, "stage": stage.id, "clause": clause.id, "matter": ident}
                break
    member = state.members.get(data.get("subject", ""))
    if member is not None and member.to is not None and not member.belongs(at) and not data.get("opens_task"):
        onward = {**document, "to": member.to}
        public["send"] = [{**onward, "data": public["data"]}]
        if private:
            private["send"] = [onward]
    return draft(
        state,
        act="document.receive",
        at=at,
        public=public,
        private=private,
        salt=salt,
        ref=sender.entry,
        clause=sender.clause,
        source=None,
    )
