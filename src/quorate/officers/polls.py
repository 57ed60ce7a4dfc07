"""Elections as officers hold them: whom to nominate, how people vote, what follows."""

from __future__ import annotations

from typing import Any

from quorate.clauses.composition import Composition
from quorate.clauses.election import Election, Voting, capacity_of
from quorate.clauses.eligibility import Eligibility
from quorate.clauses.representation import Representation
from quorate.log import Entry
from quorate.officers.desk import Desk
from quorate.state.meetings import Meeting
from quorate.terms import dates

HORIZON = 75  # days before a term ends in which its successor is elected


def hold(desk: Desk, meeting: Meeting, chair: str) -> None:
    """Hold every election that is due in this meeting."""
    for clause in desk.clauses(Voting):
        if isinstance(clause, Election) and clause.organ == meeting.organ:
            for post in posts_of(desk, clause):
                seats = due(desk, clause, post)
                if seats and not desk.lapsed(clause.id, post):
                    _run(desk, meeting, chair, clause, post, seats)
        elif isinstance(clause, Representation) and meeting.organ in clause.elected_by:
            seats = missing(desk, clause)
            if seats:
                _run(desk, meeting, chair, clause, clause.conference, seats)


def posts_of(desk: Desk, clause: Election) -> list[str]:
    """The posts an election fills: the organ's own seats, unless its offices are all it has, and the offices in it."""
    offices = [o for o in desk.charter.offices.values() if o.id == clause.elects or o.organ == clause.elects]
    found = [office.id for office in offices]
    if clause.elects in desk.charter.organs and capacity_of(clause.elects, desk.charter):
        found.insert(0, clause.elects)
    return found


def due(desk: Desk, clause: Election, post: str) -> int:
    """How many seats are to be filled now: all before a term ends, or where the post is empty; else the vacant ones."""
    view = desk.view()
    seats = capacity_of(post, desk.charter)
    if seats is None:
        return 0
    soon = dates.add(desk.day, HORIZON, "days")
    full = [tenure for tenure in view.holders(post) if not tenure.acting]
    staying = [tenure for tenure in full if tenure.until is None or tenure.until[:10] > soon]
    waiting = {p for (claimed, p), grounds in desk.state.claims.items() if claimed == post and "elected" in grounds}
    if desk.unit not in desk.scenario.manner.exceptions:
        waiting -= {person for claimed, person in desk.state.turned_down if claimed == post}
    if clause.renews:
        return seats if not staying and not waiting else 0
    return max(0, seats - len(full) - len(waiting))


def missing(desk: Desk, clause: Representation) -> int:
    """How many representatives the unit has still to elect."""
    quota = desk.state.quotas.get(clause.conference)
    if quota is None:
        return 0
    return quota[0] - len(clause.chosen(desk.view()))


def _run(desk: Desk, meeting: Meeting, chair: str, clause: Voting, post: str, seats: int) -> None:
    named = candidates(desk, meeting, clause, post)[:seats]
    if not named:
        return
    say: dict[str, Any] = {"fills": post, "seats": min(seats, len(named))}
    called = desk.do("election.call", chair, meeting=meeting.id, say=say)
    if not isinstance(called, Entry) or called.payload is None:
        return
    election = called.payload["election"]
    desk.do("election.nominate", chair, meeting=meeting.id, say={"election": election, "persons": named})
    papers = ballots(desk, clause.ballot.method, named, len(meeting.present))
    desk.do("election.count", chair, meeting=meeting.id, say={"election": election, "ballots": papers})


def candidates(desk: Desk, meeting: Meeting, clause: Voting, post: str) -> list[str]:
    """Whom officers put forward, best first: who holds the post already, who is present, who is not yet burdened."""
    view = desk.view()
    pool = set(desk.state.persons) | meeting.present
    incumbents: set[str] = set()
    if isinstance(clause, Representation):
        pool -= set(clause.chosen(view))
    elif isinstance(clause, Election):
        pool = view.members(clause.organ) if clause.from_members else pool | view.members(clause.organ)
        incumbents = {tenure.person for tenure in view.holders(post)}
    pool -= {person for claimed, person in desk.state.turned_down if claimed == post}
    rules = [rule for rule in desk.clauses(Eligibility) if post in rule.posts]
    fit = [person for person in pool if not any(rule.unfit(person, post, view) for rule in rules)]
    busy = _held(desk, post)
    weight = 1 if _counted(desk, post) or not getattr(clause, "from_members", False) else -1
    return sorted(fit, key=lambda p: (p not in incumbents, weight * busy.get(p, 0), p not in meeting.present, p))


def _counted(desk: Desk, post: str) -> set[str]:
    """The posts that, with this one, make up a body whose members must each hold one."""
    office = desk.charter.offices.get(post)
    organ = office.organ if office else post
    for rule in desk.clauses(Composition):
        if organ in rule.sits_on:
            return set(rule.sits_on) | {o.id for o in desk.charter.offices.values() if o.organ in rule.sits_on}
    return set()


def _held(desk: Desk, post: str) -> dict[str, int]:
    """How many posts each person holds or is elected to."""
    view = desk.view()
    counted = _counted(desk, post)
    found: dict[str, int] = {}
    for other, tenures in desk.state.tenures.items():
        if counted and other not in counted:
            continue
        for tenure in tenures:
            if tenure.runs(view.at):
                found[tenure.person] = found.get(tenure.person, 0) + 1
    for (other, person), grounds in desk.state.claims.items():
        if "elected" in grounds and (not counted or other in counted):
            found[person] = found.get(person, 0) + 1
    return found


def ballots(desk: Desk, method: str, named: list[str], present: int) -> list[list[Any]]:
    """Papers as they fall: most people agree, a few leave somebody out."""
    if method == "slate":
        doubters = sum(desk.rng.random() < desk.scenario.manner.dissent for _ in range(present))
        doubters = min(doubters, max(0, present // 3))
        papers: list[list[Any]] = [[present - doubters, dict.fromkeys(named, "yes")]]
        if doubters:
            against = desk.rng.choice(named)
            papers.append([doubters, {name: "no" if name == against else "yes" for name in named}])
        return papers
    found = []
    for _ in range(present):
        order = desk.rng.sample(named, len(named))
        found.append(
            [1, {"plurality": order[0], "approval": order[: max(1, len(order) // 2)]}.get(method, [[n] for n in order])]
        )
    return found
