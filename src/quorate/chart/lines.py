"""The lines of a chart: which clauses join which parts of the organisation, and how each kind of line looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from quorate.charter.model import Charter
from quorate.clauses.appointment import Appointment
from quorate.clauses.base import Clause
from quorate.clauses.convening import Convening
from quorate.clauses.delegation import Delegation
from quorate.clauses.election import Election
from quorate.clauses.reporting import Reporting
from quorate.clauses.representation import Representation
from quorate.terms.parts import By


@dataclass(frozen=True, slots=True)
class Look:
    """A kind of line: what it means, its colour, dashes (SVG `stroke-dasharray`) and arrowhead.

    Lines of one kind that share their `hub` end are bundled: they leave it as one line and branch off.
    """

    kind: str
    meaning: str
    colour: str
    dash: str
    head: str
    hub: Literal["start", "end"]


# Colours are told apart by readers with the common colour deficiencies (after Okabe & Ito 2008), darkened to a
# contrast of at
# least 4.5:1 on the panels; dashes and arrowheads tell the kinds apart in black and white.
LOOKS = (
    Look("elects", "elects", "#1d4f91", "", "triangle", "start"),
    Look("appoints", "appoints", "#b5370a", "9 4", "triangle", "start"),
    Look("confirms", "confirms or approves", "#8a5a00", "5 3", "hollow", "start"),
    Look("reports", "reports to", "#1b7045", "1.5 4", "vee", "end"),
    Look("instructs", "instructs to convene", "#8b1f7e", "11 4 2 4", "diamond", "start"),
    Look("empowers", "gives its powers, between its meetings, to", "#0b6a78", "16 5", "dot", "start"),
    Look("represents", "sends representatives to", "#6d3d18", "7 3 2 3 2 3", "double", "end"),
)
BY_KIND = {look.kind: look for look in LOOKS}

Key = tuple[Literal["organ", "office", "unit", "tier"], str]


@dataclass(frozen=True, slots=True)
class Relation:
    """One line before it is drawn: the clause's id and words, the kind of line, and the parts it joins."""

    clause: str
    words: str
    kind: str
    start: Key
    end: Key


def post(charter: Charter, ident: str) -> Key:
    """The key of an office or organ."""
    return ("office", ident) if ident in charter.offices else ("organ", ident)


def _posts(by: By) -> list[Key]:
    return [("office", o) for o in by.offices] + [("organ", o) for o in by.organs]


def _elections(charter: Charter, clause: Clause) -> Iterator[tuple[str, Key, Key]]:
    assert isinstance(clause, Election)
    yield "elects", ("organ", clause.organ), post(charter, clause.elects)


def _appointments(charter: Charter, clause: Clause) -> Iterator[tuple[str, Key, Key]]:  # noqa: ARG001
    assert isinstance(clause, Appointment)
    for office in clause.offices:
        for by in _posts(clause.by):
            yield clause.mode, by, ("office", office)


def _reports(charter: Charter, clause: Clause) -> Iterator[tuple[str, Key, Key]]:
    assert isinstance(clause, Reporting)
    ends: list[Key] = [("unit", unit) for unit in clause.to_units]
    if clause.to_organ:
        ends = [("organ", clause.to_organ)]
    elif clause.to_tier:
        received = _posts(clause.received_by) if clause.received_by else []
        ends = [end for end in received if _tier_of(charter, end) == clause.to_tier][:1]
        ends = ends or [("tier", clause.to_tier)]
    for end in ends:
        for by in _posts(clause.by):
            yield "reports", by, end


def _instructions(charter: Charter, clause: Clause) -> Iterator[tuple[str, Key, Key]]:  # noqa: ARG001
    assert isinstance(clause, Convening)
    for by in _posts(clause.instruction) if clause.instruction else ():
        yield "instructs", by, ("organ", clause.organ)


def _delegations(charter: Charter, clause: Clause) -> Iterator[tuple[str, Key, Key]]:  # noqa: ARG001
    assert isinstance(clause, Delegation)
    yield "empowers", ("organ", clause.of), ("organ", clause.organ)


def _representations(charter: Charter, clause: Clause) -> Iterator[tuple[str, Key, Key]]:  # noqa: ARG001
    assert isinstance(clause, Representation)
    for organ in clause.elected_by:
        yield "represents", ("organ", organ), ("organ", clause.conference)


_DRAWN: dict[type[Clause], Callable[[Charter, Clause], Iterator[tuple[str, Key, Key]]]] = {
    Election: _elections,
    Appointment: _appointments,
    Reporting: _reports,
    Convening: _instructions,
    Delegation: _delegations,
    Representation: _representations,
}


def relations(charter: Charter) -> tuple[Relation, ...]:
    """All the lines a charter's clauses draw, in charter order."""
    found: dict[tuple[str, str, Key, Key], Relation] = {}
    for clause in charter.clauses:
        draw = _DRAWN.get(type(clause))
        for kind, start, end in draw(charter, clause) if draw else ():
            relation = Relation(clause.id, clause.words(charter), _kind(kind), start, end)
            found.setdefault((clause.id, relation.kind, start, end), relation)
    return tuple(found.values())


def _kind(kind: str) -> str:
    assert kind in BY_KIND, f"no look for the lines of kind {kind}"
    return kind


def _tier_of(charter: Charter, key: Key) -> str:
    return (charter.offices[key[1]] if key[0] == "office" else charter.organs[key[1]]).tier
