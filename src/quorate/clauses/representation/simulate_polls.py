"""Elections of representatives, as meetings enter them: one person by many organs at once, or several by one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.election import result
from quorate.clauses.representation import Representation
from quorate.state.posts import Election as Called
from quorate.world.bodies import Body, Sitting
from quorate.world.units import NOBODY, PERSON, plain
from quorate.world.world import World

Ints = NDArray[np.int64]
NEWEST = 4
"""So many of an organisation's newest founding members are sent before others are: they stay longest."""


class Polls:
    """The elections of one clause."""

    def __init__(self, clause: Representation, world: World) -> None:
        self.clause, self.world = clause, world

    def simple(self, body: Body) -> bool:
        """Whether one person can be elected in many meetings at once: by the members of a unit, yes or no."""
        return body.organ.membership == "everyone" and self.clause.ballot.method == "slate"

    # --- one person each

    def one(self, sitting: Sitting, rows: Ints) -> Ints:
        """Elect a member in each of these meetings; return the persons, -2 where the votes did not do."""
        if not len(rows):
            return np.zeros(0, np.int64)
        clause = self.clause
        units, present = sitting.units[rows], sitting.present[rows]
        persons = units * PERSON + self._members(units, sitting.day)
        sitting.elections[rows] += 1
        number = sitting.elections[rows]
        against = self._against(sitting, rows)
        elected = self._carried(present - against, against, sitting.entitled[rows])
        name = f'"election":"{sitting.meeting}/e{{c}}"'
        sitting.note("election.call", rows, f'{{{name},"fills":"{clause.conference}","seats":1}}', clause.id, c=number)
        sitting.note(
            "election.nominate", rows, f'{{{name},"persons":["{{d:person}}"]}}', clause.id, c=number, d=persons
        )
        for some in (False, True):
            for won in (False, True):
                these = np.flatnonzero(((against > 0) == some) & (elected == won))
                no = ',[{f},{"{d:person}":"no"}]' if some else ""
                who = '"{d:person}"' if won else ""
                payload = f'{{"ballots":[[{{e}},{{"{{d:person}}":"yes"}}]{no}],"elected":[{who}],{name},"tied":[]}}'
                gaps = {"c": number, "d": persons, "e": present - against, "f": against}
                picked = {letter: value[these] for letter, value in gaps.items()}
                sitting.note("election.count", rows[these], payload, clause.id, **picked)
        return np.where(elected, persons, NOBODY - 1)

    def _members(self, units: Ints, day: int) -> Ints:
        """Numbers of full members in good standing: one of the newest founding members, or whoever heads the
        organisation.
        """
        people, founded = self.world.people, self.world.units.members[units]
        span = np.minimum(founded - people.first[units] + 1, NEWEST)
        back = self.world.draws.whole(f"stands {self.clause.id}", units, day, 0, np.maximum(span, 1) - 1)
        marked = np.array(sorted(people.marked), np.int64)
        found = people.head[units]
        for turn in range(NEWEST - 1, -1, -1):  # the first of them who is fit
            number = founded - (back + turn) % np.maximum(span, 1)
            found = np.where((span > 0) & ~np.isin(units * PERSON + number, marked), number, found)
        return found

    def _against(self, sitting: Sitting, rows: Ints) -> Ints:
        units, present = sitting.units[rows], sitting.present[rows]
        occasion = sitting.day * 64 + sitting.elections[rows]
        rate = self.world.value("dissent", units)
        return np.minimum(
            self.world.draws.binomial(f"against {self.clause.id}", units, occasion, present, rate), present // 3
        )

    def _carried(self, yes: Ints, no: Ints, members: Ints) -> NDArray[np.bool_]:
        """Whether votes do for a slate. As `quorate.counting.slate`."""
        share = Fraction(self.clause.ballot.majority)
        base = {"cast": yes + no, "valid": yes + no, "electorate": members, "seats": members}[self.clause.ballot.of]
        return np.asarray(yes * share.denominator > base * share.numerator)

    # --- several by one organ

    def several(self, sitting: Sitting, row: int, persons: Ints) -> Ints:
        """Elect as many as are put forward in one meeting; return who was elected."""
        where = np.array([row])
        sitting.elections[where] += 1
        names = [self.world.units.person(int(code)) for code in persons]
        papers = self._papers(names, int(sitting.present[row]), int(self._against(sitting, where)[0]))
        elected = self._won(names, papers, int(sitting.entitled[row]))
        add = self.world.loose.add
        name, number = f'"election":"{sitting.meeting}/e{{c}}"', sitting.elections[where]
        call = f'{{{name},"fills":"{self.clause.conference}","seats":{{d}}}}'
        sitting.note("election.call", where, call, self.clause.id, c=number, d=len(names))
        listed = add(plain_list(names))
        nominate = f'{{{name},"persons":{{d:loose}}}}'
        sitting.note("election.nominate", where, nominate, self.clause.id, c=number, d=listed)
        count = f'{{"ballots":{{d:loose}},"elected":{{e:loose}},{name},"tied":[]}}'
        ballots, won = add(plain_list(papers)), add(plain_list(elected))
        sitting.note("election.count", where, count, self.clause.id, c=number, d=ballots, e=won)
        return persons[np.isin(names, elected)]

    def candidates(self, sitting: Sitting, row: int, chosen: Ints) -> Ints:
        """Who may be elected besides those `chosen`, in the order they are put forward: the unit's own members; or
        those who sit, then those the unit knows besides, each lot in an order drawn.
        """
        world, unit = self.world, int(sitting.units[row])
        if sitting.body.organ.membership == "everyone":
            people, founded = world.people, int(world.units.members[unit])
            numbers = [*range(founded, int(people.first[unit]) - 1, -1), int(people.head[unit])]
            numbers += range(founded + 1, int(people.full[unit]) + 1)
            found = unit * PERSON + np.array(numbers, np.int64)
            return found[~np.isin(found, [*chosen.tolist(), *people.marked])]
        members = sitting.members[row][sitting.members[row] != NOBODY]
        known = world.pools.get(unit, np.zeros(0, np.int64))
        lots = [self._drawn(members, sitting.day), self._drawn(np.setdiff1d(known, members), sitting.day)]
        found = np.concatenate(lots)
        return found[(world.units.members[found // PERSON] > 0) & ~np.isin(found, chosen)]

    def _drawn(self, persons: Ints, day: int) -> Ints:
        return persons[np.argsort(self.world.draws.uniform(f"stands {self.clause.id}", persons, day), kind="stable")]

    def _papers(self, names: Sequence[str], present: int, against: int) -> list[list[Any]]:
        """The ballots of a meeting: most agree, some leave out one."""
        method = self.clause.ballot.method
        if method == "slate":
            agree = dict.fromkeys(names, "yes")
            return [[present - against, agree]] + ([[against, agree | {names[-1]: "no"}]] if against else [])
        if method == "plurality":
            share = [present // len(names) + (place < present % len(names)) for place in range(len(names))]
            return [[number, name] for number, name in zip(share, names, strict=True) if number]
        return [[present, list(names) if method == "approval" else [[name] for name in names]]]

    def _won(self, names: Sequence[str], papers: list[list[Any]], members: int) -> list[str]:
        ballot = self.clause.ballot
        if ballot.method == "slate" and ballot.of in ("cast", "valid"):
            cast = sum(number for number, _ in papers)
            votes = {name: sum(number for number, paper in papers if paper[name] == "yes") for name in names}
            return [name for name in names if votes[name] > Fraction(ballot.majority) * cast]
        called = Called("e", self.clause.conference, "", len(names), "", "", dict.fromkeys(names, ""))
        return [name for name in result(ballot, called, papers, "e", members).elected if name != ballot.default]


def plain_list(values: Sequence[Any]) -> str:
    """A list as JSON."""
    return plain({"": list(values)})[4:-1]
