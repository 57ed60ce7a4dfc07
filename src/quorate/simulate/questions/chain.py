"""The conferences that lead up to one, as the charter lays them down: who elects to which, and the tasks that takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from quorate.charter.model import Charter
from quorate.clauses.convening import Convening
from quorate.clauses.representation import Representation
from quorate.simulate.questions.errors import NoSuchName, NothingToAnswer
from quorate.simulate.questions.network import Plan, Task
from quorate.terms import dates
from quorate.terms.parts import By, Span

ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Days:
    """Days that acts take for which the charter gives no time; all are assumed, and can be set.

    `post`: a document, or a delegate, on the way between units. `sitting`: a conference or meeting. `issue`: writing
    out credentials. `check`: checking them. `apportion`: sharing out the seats. `instruct`: issuing the instruction.
    """

    post: int = 1
    sitting: int = 1
    issue: int = 1
    check: int = 1
    apportion: int = 1
    instruct: int = 1


@dataclass(frozen=True, slots=True)
class Level:
    """One conference and how it is made up."""

    conference: str
    tier: str
    clause: Representation


def top_of(charter: Charter, conference: str | None = None) -> str:
    """The conference asked about; left out, the one whose representatives elect to no other. Raise `NoSuchName`,
    `NothingToAnswer`.
    """
    clauses = charter.of(Representation)
    known = list(dict.fromkeys(clause.conference for clause in clauses))
    if not known:
        raise NothingToAnswer("the charter has no conference of representatives.", advice="Ask it of one that has.")
    if conference is not None:
        if conference not in known:
            raise NoSuchName("conference", conference, known)
        return conference
    electing = {organ for clause in clauses for organ in clause.elected_by}
    tops = [name for name in known if name not in electing]
    if len(tops) != 1:
        raise NothingToAnswer(
            f"the charter has {len(tops)} conferences at the top.", advice=f"Name one: {', '.join(known)}."
        )
    return tops[0]


def levels(charter: Charter, conference: str) -> tuple[Level, ...]:
    """The conference, those that elect to it, and so on down."""
    found: list[Level] = []
    waiting = [conference]
    while waiting:
        name = waiting.pop(0)
        for clause in charter.of(Representation):
            if clause.conference == name and clause not in [level.clause for level in found]:
                found.append(Level(name, charter.organs[name].tier, clause))
                waiting += clause.elected_by
    return tuple(found)


def tasks(charter: Charter, conference: str, days: Days) -> tuple[Task, ...]:
    """What is to be done up to the conference, in an order that can be kept; the last is to hold it."""
    chain = levels(charter, conference)
    made = list(_convening(charter, conference, days, None))
    begin = f"convene:{conference}"
    for level in reversed(chain):
        made += _level(charter, level, days, begin)
    elected = list(dict.fromkeys(organ for level in chain for organ in level.clause.elected_by))
    conferences = {level.conference for level in chain}
    for organ in (organ for organ in elected if organ not in conferences):
        made += _convening(charter, organ, days, begin)
    made += [_hold(charter, organ, chain, days) for organ in (*elected, conference)]
    return _in_order(made, f"hold:{conference}")


def _convening(charter: Charter, organ: str, days: Days, begin: str | None) -> Iterator[Task]:
    """Calling an organ together: the instruction it waits for, its way, the call itself."""
    rule = next((clause for clause in charter.of(Convening) if clause.organ == organ), None)
    name, tier = charter.name(organ), charter.organs[organ].tier
    after: dict[str, Span | None] = {begin: None} if begin else {}
    if rule is not None and rule.instruction:
        above = _tier(charter, rule.instruction)
        yield Task(
            f"instruct:{organ}",
            f"instruct units to hold the {name}",
            above,
            _who(charter, rule.instruction),
            days.instruct,
            rule.id,
            after,
        )
        yield Task(
            f"instructed:{organ}",
            "the instruction on its way",
            above,
            "",
            days.post,
            ASSUMED,
            {f"instruct:{organ}": None},
        )
        after = {f"instructed:{organ}": None}
    by, basis = (_who(charter, rule.by), rule.id) if rule else ("", ASSUMED)
    notice = f" with {rule.notice} of notice" if rule and rule.notice else ""
    yield Task(f"convene:{organ}", f"call the {name} together{notice}", tier, by, 0, basis, after)


def _level(charter: Charter, level: Level, days: Days, begin: str) -> Iterator[Task]:
    """The seats shared out, the quotas' way, and for each electing organ the credentials, their way, their check."""
    clause, name = level.clause, charter.name(level.conference)
    here = level.conference
    if f"convene:{here}" != begin:
        yield from _convening(charter, here, days, begin)
    yield Task(
        f"apportion:{clause.id}",
        f"share out the seats of the {name}",
        level.tier,
        _who(charter, clause.apportioned_by),
        days.apportion,
        clause.id,
        {begin: None},
    )
    below = {charter.organs[organ].tier for organ in clause.elected_by}
    post = 0 if below == {level.tier} else days.post
    yield Task(
        f"quota:{clause.id}", "the quotas on their way", level.tier, "", post, ASSUMED, {f"apportion:{clause.id}": None}
    )
    tier = charter.organs[clause.elected_by[0]].tier
    held: dict[str, Span | None] = {f"hold:{organ}": None for organ in clause.elected_by}
    yield Task(
        f"issue:{clause.id}",
        f"send the credentials for the {name}",
        tier,
        _who(charter, clause.sent_by),
        days.issue,
        clause.id,
        held,
    )
    yield Task(
        f"sent:{clause.id}", "the credentials on their way", tier, "", post, ASSUMED, {f"issue:{clause.id}": None}
    )
    yield Task(
        f"check:{clause.id}",
        f"check the credentials for the {name}",
        level.tier,
        _who(charter, clause.checked_by),
        days.check,
        clause.id,
        {f"sent:{clause.id}": None},
    )


def _hold(charter: Charter, organ: str, chain: tuple[Level, ...], days: Days) -> Task:
    """The meeting: after its notice, after its own credentials are checked, once its quotas are there."""
    rule = next((clause for clause in charter.of(Convening) if clause.organ == organ), None)
    after: dict[str, Span | None] = {f"convene:{organ}": rule.notice if rule else None}
    after |= {f"check:{level.clause.id}": None for level in chain if level.conference == organ}
    electing = [level.clause for level in chain if organ in level.clause.elected_by]
    after |= {f"quota:{clause.id}": None for clause in electing}
    to = " and ".join(f"the {charter.name(clause.conference)}" for clause in electing)
    words = f"hold the {charter.name(organ)}" + (f", which elects to {to}" if to else "")
    return Task(f"hold:{organ}", words, charter.organs[organ].tier, "", days.sitting, ASSUMED, after)


def _in_order(made: list[Task], last: str) -> tuple[Task, ...]:
    """Each after those it comes after; the one asked about at the end."""
    left = {task.id: task for task in made}
    found: list[Task] = []
    while left:
        ready = [task for task in left.values() if not left.keys() & task.after.keys()]
        if not ready:
            raise NothingToAnswer(
                "the charter's conferences elect to one another in a circle.", advice="Run `quorate check` on it."
            )
        for task in ready:
            found.append(left.pop(task.id))
    return (*(task for task in found if task.id != last), *(task for task in found if task.id == last))


def bounded(plan: Plan, charter: Charter, conference: str) -> tuple[Task, ...]:
    """The planned tasks, with the day before which seats are not to be shared out if all else is done at the last:
    credentials are to be sent within a time of the quota, so that a quota given too soon runs out before.
    """
    found = {task.id: task for task in plan.tasks}
    for level in levels(charter, conference):
        clause = level.clause
        share, way = found[f"apportion:{clause.id}"], found[f"quota:{clause.id}"]
        day = _soonest(found[f"issue:{clause.id}"].latest, clause.within)
        found[share.id] = replace(share, not_before=dates.add(day, -share.days - way.days, "days"))
    return tuple(found.values())


def _soonest(on: str, span: Span) -> str:
    """The first day from which the span has not run out by a day."""
    day = dates.add(on, -int(span.value), span.unit)
    while dates.after(day, span) < on:
        day = dates.add(day, 1, "days")
    while dates.after(earlier := dates.add(day, -1, "days"), span) >= on:
        day = earlier
    return day


def _tier(charter: Charter, by: By) -> str:
    if by.offices:
        return charter.offices[by.offices[0]].tier
    return charter.organs[by.organs[0]].tier


def _who(charter: Charter, by: By) -> str:
    return " or ".join(
        [charter.name(office) for office in by.offices]
        + [f"a member of the {charter.name(organ)}" for organ in by.organs]
    )
