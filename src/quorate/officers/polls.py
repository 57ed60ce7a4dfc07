"""Elections as officers hold them: whom to nominate, how people vote, what follows."""

from __future__ import annotations

from typing import Any

from quorate.clauses.composition import Composition
from quorate.clauses.election import Election, Voting, capacity_of
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
    organ = desk.charter.organs.get(clause.elects)
    in_offices = sum(capacity_of(post, desk.charter) or 0 for post in found)
    if organ is not None and organ.seats is not None and organ.seats.value > in_offices:
        found.insert(0, organ.id)
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
    if clause.renews:
        return seats if not staying and not waiting else 0
    return max(0, seats - len(full) - len(waiting))


def missing(desk: Desk, clause: Representation) -> int:
    """How many representatives the unit has still to elect."""
    quota = desk.state.quotas.get(clause.conference)
    if quota is None:
        return 0
    return quota[0] - len(clause._elected_since(quota[2], desk.view()))


def _run(desk: Desk, meeting: Meeting, chair: str, clause: Voting, post: str, seats: int) -> None:
    named = candidates(desk, meeting, clause, post, seats)
    if not named:
        return
    say: dict[str, Any] = {"fills": post, "seats": min(seats, len(named))}
    called = desk.do("election.call", chair, meeting=meeting.id, say=say)
    if not isinstance(called, Entry) or called.payload is None:
        return
    election = called.payload["election"]
    fit = named[:seats]
    if not _fit(desk, meeting, chair, election, fit):
        fit = [person for person in named if _fit(desk, meeting, chair, election, [person])]
    desk.do("election.nominate", chair, meeting=meeting.id, say={"election": election, "persons": fit[:seats]})
    papers = ballots(desk, clause.ballot.method, fit[:seats], len(meeting.present))
    desk.do("election.count", chair, meeting=meeting.id, say={"election": election, "ballots": papers})


def _fit(desk: Desk, meeting: Meeting, chair: str, election: str, named: list[str]) -> bool:
    """Whether all of them can be nominated."""
    say = {"election": election, "persons": named}
    return desk.would("election.nominate", chair, meeting=meeting.id, say=say)


def candidates(desk: Desk, meeting: Meeting, clause: Voting, post: str, seats: int) -> list[str]:
    """Whom officers put forward: those who hold fewest of the posts that make up the same body, present ones first."""
    view = desk.view()
    if isinstance(clause, Representation):
        pool = set(meeting.present) | set(desk.state.persons)
        quota = desk.state.quotas[clause.conference]
        taken = set(clause._elected_since(quota[2], view))
        order = sorted(pool - taken, key=lambda person: (person not in meeting.present, person))
        return order[: seats + 20]
    assert isinstance(clause, Election)
    pool = view.members(clause.organ) if clause.from_members else view.members(clause.organ) | set(desk.state.persons)
    busy = _held(desk, post)
    executive = not _counted(desk, post)
    order = sorted(pool, key=lambda person: ((-busy.get(person, 0) if executive else busy.get(person, 0)), person))
    return order[: seats + 20]


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
