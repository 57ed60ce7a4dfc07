"""Calling organs together and holding their meetings: attendance, business, motions, elections."""

from __future__ import annotations

from typing import Any

from quorate.clauses.agenda import Agenda
from quorate.clauses.cadence import Cadence
from quorate.clauses.competence import Competence
from quorate.clauses.convening import Convening
from quorate.clauses.leadership import Leadership
from quorate.clauses.quorum import Quorum
from quorate.log import Entry
from quorate.officers import polls
from quorate.officers.desk import Desk, Wanted
from quorate.state.meetings import Meeting
from quorate.terms import dates
from quorate.terms.act import Obligation


def waiting(desk: Desk, organ: str) -> Meeting | None:
    """The organ's meeting that is called and not yet held."""
    return next((m for m in desk.state.by_organ.get(organ, ()) if m.status == "convened"), None)


def call(desk: Desk, organ: str, on: str, ref: str | None = None) -> bool:
    """Call an organ together for a day, or the first day its notice allows. False where nobody could."""
    rule: Convening | None = next((c for c in desk.clauses(Convening) if c.organ == organ), None)
    if (
        rule is None
        or not desk.view().has_organ(organ)
        or waiting(desk, organ)
        or (not desk.view().members(organ) and not ref)
    ):
        return False
    if any(c.organ == organ and desk.lapsed(c.id, "*") for c in desk.clauses(Cadence)):
        return False
    person, office = desk.able(rule.by)
    earliest = dates.day(dates.after(desk.now, rule.notice)) if rule.notice else desk.day
    agenda = [item for clause in desk.clauses(Agenda) if clause.organ == organ for item in clause.items]
    say: dict[str, Any] = {"on": f"{max(on, earliest)}T10:00", "agenda": agenda}
    if rule.sponsors and person:
        others = sorted(desk.view().members(organ) - {person})
        say["sponsors"] = others[: rule.sponsors.value]
    return isinstance(desk.do("meeting.convene", person, office=office, organ=organ, ref=ref, say=say), Entry)


def plan(desk: Desk, owed: Obligation, rule: Cadence) -> None:
    """Call the meeting an obligation asks for, in good time, at a day of the officers' own choosing."""
    if waiting(desk, rule.organ):
        return
    notice = next((c.notice.value for c in desk.clauses(Convening) if c.organ == rule.organ and c.notice), 0)
    if rule.at_most:
        on = dates.add(owed.due[:10], -desk.rng.randint(14, 22), "days")
    else:
        number = int(owed.key.rpartition("/")[2])
        assert rule.at_least is not None
        length = dates.days_between(owed.arose, owed.due) + 1
        on = dates.add(owed.arose[:10], (2 * number - 1) * length // (2 * rule.at_least.value), "days")
    visit = desk.scenario.manner.visit_days.get(desk.state.tier, 7)
    if dates.add(on, -notice - visit - 1, "days") <= desk.day:
        call(desk, rule.organ, on)


def held_today(desk: Desk) -> None:
    """Hold every meeting called for today or before."""
    for meeting in list(desk.state.meetings.values()):
        if meeting.status == "convened" and meeting.at[:10] <= desk.day:
            hold(desk, meeting)


def hold(desk: Desk, meeting: Meeting) -> None:
    """Hold a meeting: open it, take its business, motions and elections, close it; adjourn it where there is no
    quorum.
    """
    organ, at = meeting.organ, max(meeting.at, desk.now)
    members = sorted(desk.view(at).members(organ))
    chair = _chair(desk, organ, members)
    if chair is None:
        desk.do(
            "meeting.cancel",
            desk.able(_caller(desk, organ))[0],
            meeting=meeting.id,
            say={"reason": "nobody can preside"},
        )
        return
    rate = desk.scenario.manner.attendance
    present = [person for person in members if person == chair or desk.rng.random() < rate]
    opened = desk.do("meeting.open", chair, at=at, meeting=meeting.id, say={"present": present})
    if not isinstance(opened, Entry):
        return
    rule: Quorum | None = next((c for c in desk.clauses(Quorum) if c.organ == organ), None)
    if rule is not None and not rule.met(len(present), len(members), desk.charter):
        desk.do("meeting.adjourn", chair, meeting=meeting.id, say={"reason": f"no quorum: {len(present)} present"})
        return
    _business(desk, meeting, chair)
    _motions(desk, meeting, chair)
    polls.hold(desk, meeting, chair)
    if meeting.agenda:
        motions = len(meeting.motions)
        text = f"{len(meeting.present)} present; {motions} motions, {len(meeting.elections)} elections (invented)."
        desk.do("meeting.minutes", chair, meeting=meeting.id, say={"text": text})
    desk.do("meeting.close", chair, meeting=meeting.id)


def _caller(desk: Desk, organ: str) -> Any:  # noqa: ANN401
    return next((c.by for c in desk.clauses(Convening) if c.organ == organ), None)


def _chair(desk: Desk, organ: str, members: list[str]) -> str | None:
    """Who presides: the leader, somebody of the leading organ, who may call the organ, or any member."""
    view = desk.view()
    for rule in desk.clauses(Leadership):
        if rule.organ == organ:
            leaders = [t.person for t in view.holders(rule.office)]
            leaders += sorted(view.members(rule.executive)) if rule.executive else []
            found = next((person for person in leaders if person in members), None)
            if found:
                return found
    by = _caller(desk, organ)
    holders = [t.person for office in by.offices for t in view.holders(office)] if by else []
    return next((person for person in holders if person in members), members[0] if members else None)


def _business(desk: Desk, meeting: Meeting, chair: str) -> None:
    """Take the mandatory items: what the organ decides, by motion; what it only hears, by hearing."""
    decides = {b for c in desk.clauses(Competence) if c.organ == meeting.organ for b in c.business}
    for item in dict.fromkeys(meeting.agenda):
        if item in meeting.taken:
            continue
        if item in decides:
            resolve(desk, meeting, chair, Wanted((meeting.organ,), item, "", desk.text(meeting.organ, item)))
        else:
            desk.do(
                "meeting.hear",
                chair,
                meeting=meeting.id,
                say={"business": item, "text": desk.text(meeting.organ, item)},
            )


def _motions(desk: Desk, meeting: Meeting, chair: str) -> None:
    """Decide what has been waiting for this organ."""
    queue = desk.wanted.get(desk.unit, [])
    for item in [item for item in queue if meeting.organ in item.organs]:
        if resolve(desk, meeting, chair, item):
            queue.remove(item)


def resolve(desk: Desk, meeting: Meeting, chair: str, item: Wanted) -> bool:
    """Put a motion and vote on it; whoever the matter is about leaves the room first."""
    matter = desk.state.matters.get(item.ref)
    if matter is not None and matter.subject in meeting.present:
        desk.do("meeting.attend", chair, meeting=meeting.id, say={"left": [matter.subject]})
    say = {"business": item.business, "text": item.text}
    put = desk.do("motion.put", chair, meeting=meeting.id, ref=item.ref or None, say=say)
    if not isinstance(put, Entry) or put.payload is None:
        return False
    present = len(meeting.present)
    against = sum(desk.rng.random() < desk.scenario.manner.dissent for _ in range(present)) if present > 3 else 0
    abstain = 1 if present > 8 and desk.rng.random() < 0.2 else 0
    votes = {
        "motion": put.payload["motion"],
        "for": present - against - abstain,
        "against": against,
        "abstain": abstain,
    }
    return isinstance(desk.do("motion.vote", chair, meeting=meeting.id, say=votes), Entry)


def for_decisions(desk: Desk) -> None:
    """Call organs that decisions wait for and that have no meeting ahead of them."""
    for item in desk.wanted.get(desk.unit, []):
        if any(waiting(desk, organ) for organ in item.organs):
            continue
        organ = next((o for o in item.organs if desk.view().members(o)), None)
        if organ:
            call(desk, organ, desk.days_on(2))
