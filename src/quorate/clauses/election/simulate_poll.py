"""An election in one meeting, simulated: called, nominated, counted by the clause's own method, and who is seated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from quorate.clauses.election import _told, result
from quorate.clauses.election.simulate_names import candidates, general
from quorate.clauses.election.simulate_posts import put_off, seated, term_end
from quorate.state.posts import Election as Called
from quorate.world.bodies import Sitting
from quorate.world.calendar import after
from quorate.world.posts import NEVER, Post
from quorate.world.units import NOBODY, plain
from quorate.world.world import SITTINGS, written

if TYPE_CHECKING:
    from quorate.clauses.election.simulate import Elects

Papers = list[list[Any]]


@dataclass(slots=True)
class Poll:
    """One election: to a post, by one meeting (`row` of the sitting)."""

    face: Elects
    post: Post
    sitting: Sitting
    row: int
    unit: int = field(init=False)
    called: Called = field(init=False)
    persons: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.unit = int(self.sitting.units[self.row])

    def hold(self, seats: int, *, anew: bool) -> None:
        """Call the election of so many, nominate, and count when the votes are in."""
        named = self._named(seats, anew=anew)
        if not named:
            return
        self._make_room(seats)
        seats = min(seats, len(named))
        self.sitting.elections[self.row] += 1
        world, meeting = self.face.world, f"{self.sitting.body.id}/{written(self.sitting.at)[:10]}"
        ident = f"{meeting}/e{int(self.sitting.elections[self.row])}"
        self.persons = {world.units.person(person): person for person in named}
        nominees = dict.fromkeys(self.persons, "")
        self.called = Called(ident, meeting, self.post.id, seats, "", None, nominees=nominees, seed=ident)
        self._note("election.call", {"election": ident, "fills": self.post.id, "seats": seats})
        self._note("election.nominate", {"election": ident, "persons": list(self.persons)})
        if self.sitting.body.polls is None:
            self._count(self.sitting.at)
        else:
            self.face.polling[self.post.id][self.unit - self.post.first] = True
            world.on(after(self.sitting.day, self.sitting.body.polls), SITTINGS, self._later)

    def _named(self, seats: int, *, anew: bool) -> list[int]:
        sitting, clause = self.sitting, self.face.clause
        world = self.face.world
        if sitting.body.organ.membership == "everyone":
            members = general(world, self.unit)
            present = frozenset(members)
        else:
            members = [person for person in sitting.members[self.row].tolist() if person != NOBODY]
            present = frozenset(sitting.members[self.row][sitting.there[self.row]].tolist())
        found = candidates(self.face, self.post, self.unit, members, present, anew=anew)
        rivals = 0
        if clause.ballot.method != "slate":
            rivals = int(world.value("rival_candidates", np.array([self.unit]))[0])
        return found[: seats + rivals]

    def _make_room(self, seats: int) -> None:
        """Where an election does not end the terms before, those whose term ends soon resign as it begins."""
        if self.face.clause.renews:
            return
        unit = np.array([self.unit])
        held = self.post.held(unit, self.sitting.at)[0]
        room = seats - int((held == NOBODY).sum())
        for seat in np.flatnonzero((held != NOBODY) & self.face.ending(self.post, unit)[0])[: max(room, 0)]:
            reason = "The term ends, and the post is elected anew (invented)"
            self.face.leaving[self.post.id].resign(unit, int(seat), reason, self.sitting.at)
            self.face.leaving[self.post.id].forget(unit)
            put_off(self.face.world, self.post, unit)
            for face in self.face.confirming(self.post):
                face.acting.vacancy(self.post, unit)

    def _note(self, act: str, payload: dict[str, Any]) -> None:
        text = np.array([self.face.world.loose.add(plain(payload))])
        self.sitting.note(act, np.array([self.row]), "{c:loose}", self.face.clause.id, c=text)

    def _later(self) -> None:
        self.sitting.at = self.face.world.now
        self._count(self.sitting.at)

    def _count(self, at: int) -> None:
        """Count the papers, and seat who is elected and needs nothing more."""
        face, ballot = self.face, self.face.clause.ballot
        papers = self._papers()
        found = result(ballot, self.called, papers, self.called.seed, int(self.sitting.entitled[self.row]))
        elected = [name for name in found.elected if name != ballot.default]
        payload: dict[str, Any] = {
            "ballots": papers,
            "elected": elected,
            "election": self.called.id,
            "rounds": [_told(step) for step in found.rounds],
            "tied": list(found.tied),
        }
        persons = [self.persons[name] for name in elected]
        if persons:
            payload |= self._follows(elected, persons, at)
        self._note("election.count", payload)
        face.counted(self.post, self.unit, persons)

    def _follows(self, elected: list[str], persons: list[int], at: int) -> dict[str, Any]:
        """What an election brings: who gives way, who is seated and until when."""
        face, post, unit = self.face, self.post, np.array([self.unit])
        payload: dict[str, Any] = {}
        if face.clause.renews:
            payload["replaces"] = True
            post.holder[self.unit - post.first] = NOBODY
        lapsed = face.lapsed(post, self.unit, persons)
        if lapsed:
            payload["lapsed"] = sorted(face.world.units.person(person) for person in lapsed)
        if face.confirming(post):
            return payload
        until = int(term_end(face.world.rules, post.id, np.array([at]))[0])
        payload |= {"seated": elected, "until": None if until == NEVER else written(until)}
        seats = np.flatnonzero(post.held(unit, at)[0] == NOBODY)[: len(persons)]
        units = np.repeat(unit, len(persons))
        post.seat(units, seats, np.array(persons), at, until)
        seated(face.world, post, units, np.full(len(units), until))
        return payload

    # --- the papers

    def _papers(self) -> Papers:
        """Papers as they fall: on a slate most agree and a few leave somebody out; else each has an order."""
        present = int(self.sitting.present[self.row])
        named = list(self.persons)
        if self.face.clause.ballot.method != "slate":
            return _ranked(self.face.clause.ballot.method, named, self._orders(present, len(named)))
        world, unit = self.face.world, np.array([self.unit])
        occasion = self.sitting.day * 64 + int(self.sitting.elections[self.row])
        rate = world.value("dissent", unit)
        doubt = int(world.draws.binomial(f"doubts {self.sitting.body.id}", unit, occasion, present, rate)[0])
        doubt = min(doubt, present // 3)
        papers: Papers = [[present - doubt, dict.fromkeys(named, "yes")]]
        if doubt:
            place = int(world.draws.whole(f"against {self.post.id}", unit, occasion, 0, len(named) - 1)[0])
            papers.append([doubt, {name: "no" if name == named[place] else "yes" for name in named}])
        return papers

    def _orders(self, present: int, count: int) -> list[tuple[int, ...]]:
        """Each voter's order of the candidates, by place."""
        number = int(self.sitting.elections[self.row])
        occasions = (self.sitting.day * 64 + number) * 2**20 + np.arange(present * count)
        drawn = self.face.world.draws.uniform(f"prefers {self.post.id}", np.full(len(occasions), self.unit), occasions)
        return [tuple(row) for row in np.argsort(drawn.reshape(present, count), axis=1).tolist()]


def _ranked(method: str, named: Sequence[str], orders: Sequence[tuple[int, ...]]) -> Papers:
    """Papers of those who have these orders of preference, equal ones together."""
    papers: Papers = []
    for order, number in sorted(Counter(orders).items()):
        names = [named[place] for place in order]
        half = names[: max(1, len(names) // 2)]
        said: Any = {"plurality": names[0], "approval": half}.get(method, [[name] for name in names])
        papers.append([number, said])
    return papers
