"""A matter through its stages and down its tree: from where it was opened to every unit that was given a part of it.

What the log seals stays out: a stage shows what its entry shows in the open, and the sealed rest only to a reader whom
the procedure names (`case`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quorate.clauses import View
from quorate.clauses.base import who
from quorate.clauses.procedure import Procedure
from quorate.errors import QuorateError
from quorate.log import Entry
from quorate.run.record import Record
from quorate.state.matters import Matter, Step
from quorate.terms import dates
from quorate.terms.act import Obligation
from quorate.views.base import AHEAD, Named, Shown, entries_on, nearest, person, require, until, view_on

FACTS = (
    "title",
    "charge",
    "text",
    "statement",
    "findings",
    "outcome",
    "reasons",
    "standing",
    "due",
    "to",
    "organ",
    "office",
    "motion",
    "figures",
)

HIDDEN_ACTOR = "by"  # under which the kernel seals who acted, where that would tell whom a restricted matter is about


class NoSuchMatter(QuorateError):
    """A matter that no unit's record holds."""


class AmbiguousMatter(QuorateError):
    """An id that several units gave to matters of their own."""

    def __init__(self, matter: str, units: list[str]) -> None:
        super().__init__(
            f"{', '.join(units)} each have a matter {matter}.", advice=f"Name one with its unit, such as {units[0]}."
        )


@dataclass(frozen=True, slots=True)
class Stage(Shown):
    """A stage taken (`at`, `entry`, `actor`) or still owed (`at` is None). `status` is kept, late, missed, due or done.

    `facts` are what the stage stated; `restricted` names what is kept from this reader.
    """

    stage: str
    name: str
    at: str | None
    entry: str | None
    actor: Named | None
    due: str | None
    status: str
    facts: Mapping[str, Any]
    restricted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node(Shown):
    """A matter in one unit, with the parts given to other units as `children`.

    `status` is closed, overdue or open; `outcome` the last one stated; `waits_for` are units whose own part is not open
    yet. `subject` is None where there is none or it is restricted.
    """

    id: str
    kind: str
    title: str
    unit: str
    unit_name: str
    origin: str | None
    opened: str
    due: str | None
    closed: str | None
    status: str
    outcome: str | None
    subject: Named | None
    restricted: tuple[str, ...]
    readers: str | None
    stages: tuple[Stage, ...]
    children: tuple[Node, ...]
    waits_for: tuple[str, ...]


def matter_tree(record: Record, matter: str, on: str, unit: str | None = None) -> Node:
    """The whole tree a matter belongs to, from its root, as seen on a day. Name the `unit` where several have the id.

    Raise `NoSuchMatter`, `AmbiguousMatter`, `NoSuchUnit`, `NotYetOpen`, `BadDate`.
    """
    at = until(on)
    home, found = find(record, matter, at, unit)
    while found.origin is not None:
        above = view_on(record, found.origin, at).state.matters.values()
        parent = next((other for other in above if _gave(other, home, found.id)), None)
        if parent is None:
            break
        home, found = found.origin, parent
    return node(record, home, found.id, at, None)


def _gave(matter: Matter, unit: str, task: str) -> bool:
    part = matter.sent.get(task)
    return part is not None and part["to"] == unit


def find(record: Record, matter: str, at: str, unit: str | None = None) -> tuple[str, Matter]:
    """The unit whose matter it is, and the matter. Raise `NoSuchMatter` or `AmbiguousMatter`."""
    if unit is not None:
        require(record, unit)
    units = [unit] if unit else [other for other in record.units() if _mentions(record, other, matter)]
    found = []
    for other in units:
        if record.state(other).opened <= at:
            known = view_on(record, other, at).state.matters.get(matter)
            if known is not None:
                found.append((other, known))
    if not found:
        ids = [ident for other in (units or record.units()) for ident in record.state(other).matters]
        where = f" in {unit}" if unit else ""
        raise NoSuchMatter(
            f"there is no matter {matter!r}{where} by then.", advice=nearest(matter, set(ids) - {matter})
        )
    if len(found) > 1:
        raise AmbiguousMatter(matter, [other for other, _ in found])
    return found[0]


def _mentions(record: Record, unit: str, matter: str) -> bool:
    """Whether the unit's stream holds the id at all: looking at bytes is much quicker than folding every unit."""
    known = json.dumps(matter, ensure_ascii=False).encode()
    return any(known in raw for _, raw in record.store.read_raw(unit))


def node(record: Record, unit: str, matter: str, at: str, reader: str | None) -> Node:
    """A matter in a unit and, below it, the parts it gave to others; what is sealed is shown to an entitled reader."""
    view = view_on(record, unit, at)
    found = view.state.matters[matter]
    procedure = procedure_of(view, found.kind)
    entitled = may_read(view, found, procedure, reader)
    entries = entries_on(record, unit, at)
    first = public(entries[found.opened_by])
    open_title = entitled or not found.title or "title" in first
    open_subject = entitled or "subject" in first
    reading = _Reading(record, view, found, procedure, entries, entitled, open_subject)
    stages = tuple(reading.stages())
    children, waits = _children(record, found, at, reader)
    return Node(
        found.id,
        procedure.title if procedure else found.kind,
        found.title if open_title else "restricted",
        unit,
        view.name(unit),
        found.origin,
        found.opened,
        found.due,
        found.closed,
        _status(found, stages, at),
        _outcome(stages),
        person(view.state, found.subject) if found.subject and open_subject else None,
        tuple(sorted({name for stage in stages for name in stage.restricted})),
        who(view.rules, procedure.readers) if procedure and procedure.readers else None,
        stages,
        children,
        waits,
    )


def procedure_of(view: View, kind: str) -> Procedure | None:
    """The procedure that a kind of matter goes through in the view's unit."""
    clauses = (clause for clause in view.rules.clauses if isinstance(clause, Procedure))
    return next((c for c in clauses if c.matter == kind and c.tier == view.state.tier), None)


def may_read(view: View, matter: Matter, procedure: Procedure | None, reader: str | None) -> bool:
    """Whether somebody may read what is sealed: readers the procedure names, in office then, and the subject."""
    if reader is None:
        return False
    if procedure is not None and procedure.about == "person" and reader == matter.subject:
        return True
    if procedure is None or procedure.readers is None:
        return False
    holds = any(t.person == reader for office in procedure.readers.offices for t in view.holders(office))
    return holds or any(reader in view.members(organ) for organ in procedure.readers.organs)


def _children(record: Record, matter: Matter, at: str, reader: str | None) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    found, waits = [], []
    for task, part in sorted(matter.sent.items()):
        unit = part["to"]
        below = record.store.head(unit).seq and record.state(unit).opened <= at
        if below and task in view_on(record, unit, at).state.matters:
            found.append(node(record, unit, task, at, reader))
        else:
            waits.append(unit)
    return tuple(found), tuple(waits)


def public(entry: Entry) -> dict[str, Any]:
    """What an entry shows in the open of the matter it is about."""
    payload = dict(entry.payload or {})
    if entry.act == "document.receive":
        return dict(payload.get("data", {}))
    return payload | ({"subject": entry.subject} if entry.subject else {})


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reader's way through a matter in a unit."""

    record: Record
    view: View
    matter: Matter
    procedure: Procedure | None
    entries: Mapping[str, Entry]
    entitled: bool
    open_subject: bool

    def stages(self) -> Iterator[Stage]:
        """The stages taken, in order, then those owed, by date."""
        limits = {o.key.rpartition("/")[2]: o for o in self._owed()}
        for step in self.matter.steps:
            yield self._taken(step, limits.pop(step.stage, None))
        for stage, limit in sorted(limits.items(), key=lambda item: item[1].due):
            if limit.met is None:
                status = limit.status(self.view.at)
                yield Stage(stage, self._name(stage), None, None, None, limit.due, status, {}, ())

    def _owed(self) -> list[Obligation]:
        if self.procedure is None:
            return []
        ahead = dates.add(self.view.at, AHEAD, "years")
        return [o for o in self.procedure.obligations(self.view, ahead) if o.ref == self.matter.id]

    def _name(self, stage: str) -> str:
        known = self.procedure.stage(stage) if self.procedure else None
        return known.name if known else stage

    def _taken(self, step: Step, limit: Obligation | None) -> Stage:
        entry = self.entries[step.entry]
        shown = public(entry)
        hidden = self._hidden(step, entry, shown)
        actor = step.actor or (step.payload.get(HIDDEN_ACTOR) if self.entitled else None)
        masked = actor is not None and actor == self.matter.subject and not self.open_subject
        source = step.payload if self.entitled else shown
        return Stage(
            step.stage,
            self._name(step.stage),
            step.at,
            step.entry,
            person(self.view.state, actor) if actor and not masked else None,
            limit.due if limit else None,
            limit.status(self.view.at) if limit else "done",
            {name: source[name] for name in FACTS if source.get(name) not in (None, "")},
            (*hidden, HIDDEN_ACTOR) if masked else hidden,
        )

    def _hidden(self, step: Step, entry: Entry, shown: Mapping[str, Any]) -> tuple[str, ...]:
        """The names of what the entry seals from this reader; ``redacted`` where the content is gone for all."""
        if entry.sealed is None:
            return ()
        if self.record.store.unseal(entry.sealed) is None:
            return ("redacted",)
        names = tuple(sorted(set(step.payload) - set(shown)))
        return () if self.entitled else names or ("what it sends",)


def _status(matter: Matter, stages: tuple[Stage, ...], at: str) -> str:
    if matter.closed is not None:
        return "closed"
    late = any(stage.status == "missed" for stage in stages) or (matter.due is not None and matter.due[:10] < at[:10])
    return "overdue" if late else "open"


def _outcome(stages: tuple[Stage, ...]) -> str | None:
    return next((str(s.facts["outcome"]) for s in reversed(stages) if "outcome" in s.facts), None)
