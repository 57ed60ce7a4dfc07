"""Who elects whom, by what method; and taking the seat that an election gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import inf
from typing import Any, Literal

from pydantic import Field

from quorate.clauses.base import Clause, Rules, View, order, register, votes_needed
from quorate.clauses.convening import Convening
from quorate.counting import Count, Round, count
from quorate.counting.result import exact
from quorate.errors import QuorateError
from quorate.state.posts import Election as Called
from quorate.terms import dates
from quorate.terms.act import Act, Obligation, persons
from quorate.terms.parts import Figure, OrganId, Part, PostId, Ratio

VERBS = frozenset(("election.call", "election.nominate", "election.count"))
Method = Literal["slate", "plurality", "approval", "stv", "schulze"]


class Ballot(Part):
    """How votes are cast and counted: the method, the share a slate candidate needs, what breaks a tie, the default
    option of a Schulze ballot.
    """

    method: Method
    majority: Ratio = "1/2"
    of: Literal["valid", "cast", "seats", "electorate"] = "cast"
    tie: Literal["lot", "order", "none"] = "lot"
    secret: bool = True
    default: str | None = None
    quorum: Figure | None = None


def result(ballot: Ballot, called: Called, papers: list[Any], seed: str, members: int) -> Count:
    """Count an election. Raise the counting package's `QuorateError`s for ballots that cannot be counted."""
    options: dict[str, Any] = {"tie": ballot.tie, "seed": seed} if ballot.tie == "lot" else {"tie": ballot.tie}
    if ballot.method == "slate":
        options |= {"majority": Fraction(ballot.majority), "of": ballot.of, "electorate": members}
    candidates = list(called.nominees)
    if ballot.method == "schulze" and ballot.default:
        quorum = votes_needed(ballot.quorum, {"members": members, "seats": 1, "present": 0, "cast": 0})
        options |= {"default_option": ballot.default, "quorum": quorum}
        candidates.append(ballot.default)
    return count(ballot.method, candidates, called.seats, [(row[0], row[1]) for row in papers], **options)


class Voting(Clause):
    """What every clause that lets an organ elect shares: calling, nominating and counting in one of its meetings."""

    ballot: Ballot

    def elector(self) -> str:
        """The organ that elects."""
        raise NotImplementedError

    def fills(self, post: str, rules: Rules) -> bool:
        """Whether this clause's election fills the post."""
        raise NotImplementedError

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return {rules.organs[self.elector()].tier: VERBS}

    def called(self, act: Act, view: View) -> Called | None:
        """The election an act is about, where it is this clause's."""
        found = view.state.elections.get(act.get("election", ""))
        meeting = view.meeting(act)
        if found is None or meeting is None or meeting.organ != self.elector():
            return None
        return found if self.fills(found.fills, view.rules) and found.meeting == meeting.id else None

    def ours(self, act: Act, view: View) -> bool:
        """Whether an act belongs to an election under this clause."""
        if act.verb == "election.call":
            meeting = view.meeting(act)
            return meeting is not None and meeting.organ == self.elector() and self.fills(act.get("fills"), view.rules)
        return self.called(act, view) is not None

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        if not self.ours(act, view):
            return None
        if act.verb == "election.call":
            if act.get("election") in view.state.elections:
                return f"there is an election {act.get('election')} already; give this one another id"
            return self.guard_call(act, view)
        called = self.called(act, view)
        assert called is not None
        if called.elected is not None:
            return f"election {called.id} has been counted already"
        if act.verb == "election.nominate":
            return self._guard_nominees(act, view, called)
        return self._guard_count(act, view, called)

    def guard_call(self, act: Act, view: View) -> str | None:
        """Why an election cannot be called for so many seats."""
        raise NotImplementedError

    def vacant(self, post: str, view: View) -> float:
        """How many can be elected to a post now."""
        raise NotImplementedError

    def pending(self, post: str, view: View) -> int:
        """The seats of elections to a post that are called and not counted."""
        waiting = (e for e in view.state.elections.values() if e.fills == post and e.elected is None)
        return sum(e.seats for e in waiting if view.state.meetings[e.meeting].status == "open")

    def _guard_nominees(self, act: Act, view: View, called: Called) -> str | None:
        named = persons(act)
        twice = next((person for person in named if person in called.nominees or named.count(person) > 1), None)
        if twice:
            return f"{twice} is nominated already"
        return next((why for person in named if (why := self.guard_nominee(person, view))), None)

    def guard_nominee(self, person: str, view: View) -> str | None:
        """Why somebody cannot be nominated."""
        raise NotImplementedError

    def _guard_count(self, act: Act, view: View, called: Called) -> str | None:
        meeting = view.meeting(act)
        assert meeting is not None
        papers = act.get("ballots", [])
        cast, present = sum(row[0] for row in papers), len(view.present(meeting))
        if not called.nominees:
            return f"nobody is nominated in election {called.id}"
        if cast > present:
            return f"{cast} ballots are in the box with {present} present"
        if called.seats > self.vacant(called.fills, view):
            return f"{called.seats} are to be elected {view.name(called.fills)}, and fewer places are left by now"
        try:
            self.outcome(act, view, called)
        except QuorateError as error:
            return str(error)
        return None

    def outcome(self, act: Act, view: View, called: Called) -> Count:
        """The count of the ballots of `election.count`."""
        members = len(view.members(self.elector()))
        return result(self.ballot, called, act.get("ballots", []), called.seed, members)

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        if act.verb not in VERBS or not self.ours(act, view):
            return False
        meeting = view.meeting(act)
        assert meeting is not None
        return act.actor in view.present(meeting) or "only members present act in an election"

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        if act.verb != "election.count" or not self.ours(act, view):
            return {}
        called = self.called(act, view)
        assert called is not None
        found = self.outcome(act, view, called)
        return {
            "elected": [person for person in found.elected if person != self.ballot.default],
            "tied": list(found.tied),
            "rounds": [_told(step) for step in found.rounds],
        }


@register
class Election(Voting):
    """An organ elects the members of another, or the holder of an office, from those eligible, by a stated method.

    Conforming: a plenum elects eleven members of the executive committee from among its own members, yes or no to
    each name. Breaching: the executive committee elects the board; somebody who is not a member is nominated;
    more are elected than there are seats. Where another clause demands a confirmation, the elected take office only
    when that is there as well.
    """

    kind: Literal["election"]
    organ: OrganId
    elects: PostId
    from_members: bool = Field(default=False, description="Only members of the electing organ can be nominated.")
    renews: bool = Field(default=False, description="A count ends the tenures of all who held the post before.")
    recalled_by: OrganId | None = Field(
        default=None, description="The organ that may recall, where it is not the electing one."
    )
    recall: bool = Field(default=True, description="The electing organ may recall whom it elected.")
    summary = "Who elects whom, by what method."

    def elector(self) -> str:  # noqa: D102
        return self.organ

    def fills(self, post: str, rules: Rules) -> bool:  # noqa: D102
        office = rules.offices.get(post)
        return post == self.elects or (office is not None and office.organ == self.elects)

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        verbs = VERBS | {"office.take", "office.recall", "office.resign"}
        return {rules.organs[self.organ].tier: frozenset(verbs)}

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        if act.verb in VERBS:
            return super().guard(act, view)
        post = act.get("post", "")
        if act.verb == "office.recall" and self.fills(post, view.rules):
            return self._guard_recall(act, view, post)
        if act.verb == "office.take" and self.fills(post, view.rules):
            grounds = view.state.claims.get((post, act.subject or ""), {})
            if "elected" not in grounds:
                return f"{act.subject} has not been elected {view.name(post)} by the {view.name(self.organ)}"
        return None

    def _guard_recall(self, act: Act, view: View, post: str) -> str | None:
        held = next((tenure for tenure in view.holders(post) if tenure.person == act.subject), None)
        if held is None:
            return f"{act.subject} does not hold a place as {view.name(post)}"
        found = view.state.motions.get(act.ref or "")
        if found is not None and found[0].voted_by and order(found[0].voted_by) < order(held.by):
            return f"motion {act.ref} was voted on before {act.subject} came to the post they hold now"
        return None

    def guard_call(self, act: Act, view: View) -> str | None:  # noqa: D102
        post, seats = act.get("fills"), act.get("seats")
        limit = capacity_of(post, view.rules)
        if limit is None:
            return None
        left = self.vacant(post, view)
        if seats > left:
            return f"{seats} are to be elected, but the {view.name(post)} has {limit} seats and {limit - left} are held"
        waiting = 0 if self.renews else self.pending(post, view)
        if seats > left - waiting:
            return f"{seats} are to be elected to {left} seats, and an election of {waiting} to them is not counted yet"
        return None

    def vacant(self, post: str, view: View) -> float:  # noqa: D102
        limit = capacity_of(post, view.rules)
        if limit is None:
            return inf
        return limit - (0 if self.renews else sum(not tenure.acting for tenure in view.holders(post)))

    def guard_nominee(self, person: str, view: View) -> str | None:  # noqa: D102
        if self.from_members and person not in view.members(self.organ):
            organ = view.name(self.organ)
            return (
                f"{person} is not a member of the {organ}, from whose members the {view.name(self.elects)} is elected"
            )
        return None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        if act.verb in VERBS:
            return super().permit(act, view)
        post = act.get("post", "")
        if not self.fills(post, view.rules):
            return False
        if act.verb == "office.resign":
            held = any(tenure.person == act.actor for tenure in view.holders(post))
            return (held and act.subject in (None, act.actor)) or "only the holder of a post can resign it"
        if act.verb == "office.recall":
            return self._permit_recall(act, view)
        return act.actor == act.subject and not confirmers(post, view.rules)

    def _permit_recall(self, act: Act, view: View) -> bool | str:
        found = view.state.motions.get(act.ref or "")
        organ = self.recalled_by or self.organ
        by_us = found is not None and found[0].carried and found[1].organ == organ
        if self.recall and by_us and found is not None and found[0].ref == act.subject:
            by = [clause.by for clause in view.rules.of(Convening) if clause.organ == self.organ]
            entitled = act.actor in view.members(self.organ) or any(view.capacity(act, those) for those in by)
            return entitled or f"a recall is entered by the {view.name(self.organ)} or those who call it together"
        return (
            f"a recall from the {view.name(self.elects)} needs a motion about {act.subject} (its `ref`) carried in "
            f"the {view.name(organ)}; name it in `ref`"
        )

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        facts = super().settle(act, view)
        if act.verb == "office.take" and self.fills(act.get("post", ""), view.rules):
            return {"until": term_end(act.get("post"), act.at, view.rules)}
        if not facts.get("elected"):
            return facts
        called = self.called(act, view)
        assert called is not None
        if self.renews:
            facts["replaces"] = True
        lapsed = self._lapsed(called.fills, facts["elected"], view)
        if lapsed:
            facts["lapsed"] = lapsed
        if not confirmers(called.fills, view.rules):
            facts |= {"seated": facts["elected"], "until": term_end(called.fills, act.at, view.rules)}
        return facts

    def _lapsed(self, post: str, elected: list[str], view: View) -> list[str]:
        """Who was elected before, has not taken the place, and gives way to those elected now."""
        others = {p for (claimed, p), grounds in view.state.claims.items() if claimed == post and "elected" in grounds}
        others -= set(elected)
        return sorted(others) if self.renews or len(others) + len(elected) > self.vacant(post, view) else []

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if not view.has_organ(self.organ):
            return
        posts = [self.elects] if self.elects in view.rules.organs else []
        posts += [o.id for o in view.rules.offices.values() if o.id == self.elects or o.organ == self.elects]
        for post in posts:
            yield from self._renewals(post, view, until)

    def _renewals(self, post: str, view: View, until: str) -> Iterator[Obligation]:
        counted = sorted(
            (e.counted, e.counted_by)
            for e in view.state.elections.values()
            if e.fills == post and e.counted and e.elected
        )
        ends = {(t.until, t.since) for t in view.state.tenures.get(post, ()) if t.until and not t.acting}
        latest: dict[str, str] = {}
        for end, since in ends:
            latest[end] = max(since, latest.get(end, ""))
        for end, since in sorted(latest.items()):
            met = next(((at, by) for at, by in counted if at and at > since), (None, None))
            if end[:10] > until[:10] and met[0] is None:
                continue
            what = f"elect the {view.name(post)} before the term ends"
            yield Obligation(self.id, view.unit, self.organ, what, f"{post}@{end[:10]}", since, end, met[0], met[1])

    def words(self, rules: Rules) -> str:  # noqa: D102
        source = " from among its members" if self.from_members else ""
        secret = "secret ballot" if self.ballot.secret else "open vote"
        text = (
            f"The {rules.name(self.organ)} elects the {rules.name(self.elects)}{source}, by {secret} "
            f"({self.ballot.method})"
        )
        also = confirmers(self.elects, rules)
        return text + (f"; who is elected takes office once {also[0].id} is met as well." if also else ".")

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        if self.elects == self.organ:
            yield "elects", f"the {self.organ} cannot elect itself"
        for other in rules.clauses:
            if isinstance(other, Election) and other.id > self.id and other.elects == self.elects:
                yield "elects", f"contradicts {other.id}: both say who elects the {self.elects}"


def _told(step: Round) -> str:
    """A step of a count as a line of the minutes: what happened, and the numbers it speaks of."""
    numbers = ", ".join(f"{name} {exact(number)}" for name, number in step.tallies)
    return f"{step.words} {numbers}." if numbers else step.words


def capacity_of(post: str, rules: Rules) -> int | None:
    """How many may hold a post: an office's seats (one unless stated); an organ's, less those of its offices."""
    if post in rules.offices:
        seats = rules.offices[post].seats
        return seats.value if seats else 1
    organ = rules.organs.get(post)
    if organ is None or organ.seats is None:
        return None
    offices = sum(o.seats.value if o.seats else 1 for o in rules.offices.values() if o.organ == post)
    return max(0, organ.seats.value - offices)


def term_end(post: str, at: str, rules: Rules) -> str | None:
    """When a term begun now ends; an office without a term of its own has its organ's."""
    office = rules.offices.get(post)
    term = office.term if office else None
    organ = rules.organs.get(office.organ or "" if office else post)
    term = term or (organ.term if organ else None)
    return dates.after(at, term) if term else None


def confirmers(post: str, rules: Rules) -> list[Clause]:
    """The clauses that demand more than an election before the post is taken."""
    office = rules.offices.get(post)
    wider = {post, office.organ} if office else {post}
    return [clause for clause in rules.of(Clause) if wider.intersection(getattr(clause, "confirms", ()))]
