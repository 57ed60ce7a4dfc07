"""Circles where there must be none: tiers below themselves, units, reporting lines, elections that can never begin."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from quorate.charter.document import Path
from quorate.charter.draft import Draft
from quorate.charter.findings import Finding, short
from quorate.clauses.appointment import Appointment
from quorate.clauses.election import Election
from quorate.clauses.reporting import Reporting
from quorate.terms.parts import By, Office, Organ

Node = TypeVar("Node", bound=Hashable)


MOST_CIRCLES = 20


def circles(graph: Mapping[Node, Iterable[Node]]) -> Iterator[list[Node]]:
    """Yield circles of a directed graph, some of each strongly connected part, at most `MOST_CIRCLES`: depth-first."""
    done: set[Node] = set()
    found = 0
    for start in graph:
        way, ahead, on_way = ([start], [iter(graph[start])], {start}) if start not in done else ([], [], set())
        while way:
            following = next(ahead[-1], None)
            if following is None:
                ahead.pop()
                done.add(way[-1])
                on_way.discard(way.pop())
            elif following in on_way:
                yield way[way.index(following) :]
                found += 1
                if found == MOST_CIRCLES:
                    return
            elif following not in done and following in graph:
                way.append(following)
                ahead.append(iter(graph[following]))
                on_way.add(following)


def all_circles(draft: Draft) -> Iterator[Finding]:
    """Every circle that a charter must not have."""
    yield from _tiers(draft)
    yield from _units(draft)
    yield from _reports(draft)
    yield from _elections(draft)


def _tiers(draft: Draft) -> Iterator[Finding]:
    index = {tier.id: number for number, tier in enumerate(draft.file.tiers)}
    for circle in circles({tier.id: [t for t in tier.under if t != tier.id] for tier in draft.file.tiers}):
        path: Path = ("tiers", index[circle[-1]], "under")
        yield draft.finding("circle", path, f"the tiers stand in a circle: {_round(circle)}", _BREAK)


def _units(draft: Draft) -> Iterator[Finding]:
    above = {unit.id: [unit.parent] if unit.parent else [] for unit in draft.units.values()}
    for circle in circles(above):
        where = draft.unit_place(circle[0], "parent")
        yield Finding("circle", where, f"the units stand in a circle: {_round(circle)}", advice=_BREAK)


_BREAK = "Leave out one of these lines."


def _round(circle: list[str]) -> str:
    shown = [*circle[:6], "..."] if len(circle) > 6 else circle
    return ", ".join(f"`{short(node)}`" for node in [*shown, circle[0]])


def _reports(draft: Draft) -> Iterator[Finding]:
    """Reporting lines: from units (or all units of a tier) to units or tiers, and from organ to organ within a unit."""
    lines: dict[tuple[str, str], dict[tuple[str, str], Path]] = {}
    for number, clause in enumerate(draft.file.clauses):
        if isinstance(clause, Reporting):
            for sender, receiver, key in _lines(draft, clause):
                lines.setdefault(sender, {}).setdefault(receiver, ("clauses", number, key))
    for name, node in {
        unit: ("unit", unit) for ways in lines.values() for (kind, unit) in ways if kind == "unit"
    }.items():
        lines.setdefault(node, {}).setdefault(("tier", draft.units[name].tier), ())
    for circle in circles(lines):
        ways = [lines[a][b] for a, b in zip(circle, [*circle[1:], circle[0]], strict=True)]
        names = list(dict.fromkeys(name for _, name in circle))
        yield draft.finding("circle", max(filter(None, ways)), f"the reports go in a circle: {_round(names)}", _BREAK)


def _lines(draft: Draft, clause: Reporting) -> Iterator[tuple[tuple[str, str], tuple[str, str], str]]:
    if clause.to_organ:
        for organ in clause.by.organs:
            yield ("organ", organ), ("organ", clause.to_organ), "to_organ"
    for sender in _senders(draft, clause.by):
        for unit in clause.to_units:
            yield sender, ("unit", unit), "to_units"
        if clause.to_tier and sender != ("tier", clause.to_tier):  # within a tier a report goes up to the unit above
            yield sender, ("tier", clause.to_tier), "to_tier"


def _senders(draft: Draft, by: By) -> Iterator[tuple[str, str]]:
    named = {*by.offices, *by.organs}
    posts: tuple[Office | Organ, ...] = (*draft.file.offices, *draft.file.organs)
    for post in posts:
        if post.id in named:
            yield from [("unit", unit) for unit in post.units] or [("tier", post.tier)]


def _elections(draft: Draft) -> Iterator[Finding]:
    """Organs whose members are elected by one another, none of which can ever be there first.

    An organ can begin if no election fills it, if it is a general meeting or made up by credentials, if somebody is
    appointed to an office in it, or if an organ that can begin elects to it.
    """
    seat = {office.id: office.organ for office in draft.file.offices}
    electors: dict[str, dict[str, int]] = {}
    for number, clause in enumerate(draft.file.clauses):
        if isinstance(clause, Election) and (organ := seat.get(clause.elects, clause.elects)):
            electors.setdefault(organ, {}).setdefault(clause.organ, number)
    begins = _begin_unelected(draft, seat) | {organ.id for organ in draft.file.organs if organ.id not in electors}
    while found := {organ for organ, by in electors.items() if organ not in begins and by.keys() & begins}:
        begins |= found
    stuck = {organ: by for organ, by in electors.items() if organ not in begins}
    for circle in circles(stuck):
        if len(circle) > 1:  # an organ that elects itself is told so by its own clause
            number = max(stuck[a][b] for a, b in zip(circle, [*circle[1:], circle[0]], strict=True))
            message = f"each of these organs is elected by the next, and none can begin: {_round(circle)}"
            advice = "Let one of them be elected or appointed otherwise."
            yield draft.finding("circle", ("clauses", number, "elects"), message, advice)


def _begin_unelected(draft: Draft, seat: Mapping[str, str | None]) -> set[str]:
    """The organs that need no election to have members."""
    begins = {organ.id for organ in draft.file.organs if organ.membership != "seats"}
    for clause in draft.file.clauses:
        if isinstance(clause, Appointment) and clause.mode == "appoints":
            begins.update(organ for office in clause.offices if (organ := seat.get(office)))
    return begins
