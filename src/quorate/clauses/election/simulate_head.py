"""Who heads a basic organisation, simulated for hundreds of thousands at once: its general meeting elects one of its
members, anew from time to time; who heads it resigns, or dies, and another comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.appointment import Appointment
from quorate.clauses.base import Rules
from quorate.clauses.cadence import Cadence
from quorate.clauses.convening import Convening
from quorate.clauses.election import Election, capacity_of, confirmers
from quorate.clauses.election.simulate_leaving import HEALTH, monthly, put_off
from quorate.clauses.election.simulate_posts import fillers, term_of, vacant
from quorate.clauses.eligibility import Eligibility
from quorate.clauses.membership import Membership
from quorate.world.bodies import Sitting
from quorate.world.parameters import Parameter
from quorate.world.posts import NEVER, Post
from quorate.world.units import NOBODY, PERSON
from quorate.world.world import MORNING

if TYPE_CHECKING:
    from quorate.clauses.election.simulate import Elects

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter(
        "reelection_years",
        "how often a general meeting elects anew who heads a basic organisation, where no term is set; nought: never",
        1,
        "years",
        0,
        50,
    ),
)
YEAR = 365.25
WAIT = 70
"""Days after which a meeting is called for an election that no regular meeting has held."""


def heads(clause: Election, rules: Rules) -> str | None:
    """The post that an election fills in the simple way: one seat, with no term, taken at once, elected on a slate by
    a general meeting from its members; None for others.
    """
    organ, office = rules.organs[clause.organ], rules.offices.get(clause.elects)
    if organ.membership != "everyone" or office is None or capacity_of(office.id, rules) != 1:
        return None
    strict = any(
        office.id in rule.posts and (rule.excludes or rule.among not in (None, organ.id))
        for rule in rules.of(Eligibility)
    )
    plain = clause.ballot.method == "slate" and clause.from_members and clause.renews
    simple = plain and term_of(rules, office.id) is None and not confirmers(office.id, rules) and not strict
    return office.id if simple else None


class Heads:
    """The post of who heads the organisations of one tier.

    `chosen` are those where whoever is to come is at the head already (an organiser, for now); `dead`, those where
    whoever headed it has died and the register does not say so yet, `quits` where they resign in the next meeting. All
    bool, [units].
    """

    def __init__(self, face: Elects, post: Post) -> None:
        self.face, self.world, self.post = face, face.world, post
        self.chosen = np.zeros(len(post.has), np.bool_)
        self.dead = np.zeros(len(post.has), np.bool_)
        self.quits = np.zeros(len(post.has), np.bool_)
        self.clause: Election = face.clause
        register = [rule for rule in self.world.rules.of(Membership) if rule.tier == post.tier]
        self.register = register[0] if register else None
        self.regular = any(rule.organ == self.clause.organ for rule in self.world.rules.of(Cadence))

    def begin(self) -> None:
        """Spread renewals over the years, and draw deaths from month to month."""
        world, post = self.world, self.post
        units = post.first + np.flatnonzero(post.has)
        years = world.value("reelection_years", units)
        often = years > 0
        part = world.draws.uniform(f"renewed {self.clause.id}", units[often], 0)
        days = world.first + 1 + np.floor(part * years[often] * YEAR).astype(np.int64)
        world.on(days, MORNING, self._anew, units[often])
        if self.register is not None:
            monthly(world, self._month)

    def _anew(self, units: Ints) -> None:
        """The time has come to elect anew."""
        world = self.world
        self._call(units)
        years = world.value("reelection_years", units)
        later = units[years > 0]
        days = world.today + np.maximum(np.round(years[years > 0] * YEAR), 30).astype(np.int64)
        world.on(days, MORNING, self._anew, later)

    def _call(self, units: Ints) -> None:
        """Elect in the next regular meeting, or one called for it."""
        world = self.world
        self.face.wish[self.post.id][units - self.post.first] = True
        wait = WAIT if self.regular else 1
        world.on(world.today + wait, MORNING, self.face.urge(self.post), units, np.full(len(units), world.today + wait))

    def quit(self, units: Ints) -> None:
        """Whoever heads these organisations means to resign, in the meeting that elects another."""
        self.quits[units - self.post.first] = True
        self._call(units)

    # --- dying

    def _month(self) -> None:
        world, post = self.world, self.post
        units = post.first + np.flatnonzero(post.has & (post.holder[:, 0] != NOBODY))
        rate = world.value("deaths_in_office_a_year", units) / 12
        if not rate.any():
            return
        dies = units[world.draws.chance(f"dies in office {post.id}", units, world.today, rate)]
        days = world.today + world.draws.whole(f"dies on {post.id}", dies, world.today, 1, 27)
        world.on(days, MORNING, self._die, dies, np.zeros(len(dies), np.int64))

    def _die(self, units: Ints, times: Ints) -> None:
        """Whoever heads these organisations dies, once nothing is left that only they can do. The register says so when
        somebody is there again who keeps it. An organisation of the fewest members there may be is spared.
        """
        world, post = self.world, self.post
        assert self.register is not None
        units = put_off(world, post, units, times, self._die)
        least = self.register.least.value if self.register.least else 2
        rows = units - post.first
        there = (post.holder[rows, 0] == units * PERSON + world.people.head[units]) & ~self.dead[rows]
        units = units[there & (world.people.count(units) > least)]
        self.dead[units - post.first] = True
        post.vacate(units, 0)
        vacant(world, post, units)

    def bury(self, units: Ints) -> None:
        """Enter in the register who has died, where another member is at the head by now and somebody keeps it."""
        world, rule = self.world, self.register
        units = units[self.dead[units - self.post.first]]
        if rule is None or not len(units):
            return
        person = units * PERSON + world.people.former[units]
        templates = {"subject": "{b:person}", "payload": '{"reason":"died in office (invented)"}'}
        _, done = world.act(rule.kept_by, "member.leave", rule.id, units, templates=templates, b=person)
        world.people.bury(units[done])
        self.dead[units[done] - self.post.first] = False

    # --- electing

    def organise(self, units: Ints) -> None:
        """The post is vacant: where an office filled by appointment may call the meeting as well, have it filled."""
        for office in stand_ins(self.face):
            for face in fillers(self.world, office):
                face.vacancy(self.world.posts.all[office], units)

    def heir(self, units: Ints) -> Ints:
        """Bring another member to the head of each organisation, where that has not been done since it fell vacant;
        return their persons' numbers.
        """
        people, rows = self.world.people, units - self.post.first
        fresh = units[~self.chosen[rows]]
        people.succeed(fresh)
        self.chosen[rows] = True
        return np.asarray(units * PERSON + people.head[units], np.int64)

    def hold(self, sitting: Sitting, rows: Ints) -> None:
        """Elect in these meetings: who holds the post, unless they do not stand again; else the next."""
        world, post, clause = self.world, self.post, self.clause
        units = sitting.units[rows]
        quits = units[self.quits[units - post.first] & (post.holder[units - post.first, 0] != NOBODY)]
        self.face.leaving[post.id].resign(quits, 0, HEALTH, sitting.at)
        self.quits[units - post.first] = False
        held = post.holder[units - post.first, 0]
        stays = (held != NOBODY) & ~world.happens(f"stands down {post.id}", units, sitting.day, "stands_down")
        person = held.copy()
        self.chosen[units[held != NOBODY] - post.first] = False
        person[~stays] = self.heir(units[~stays])
        sitting.elections[rows] += 1
        number = sitting.elections[rows]
        ident = f'"election":"{sitting.meeting}/e{{c}}"'
        sitting.note("election.call", rows, f'{{{ident},"fills":"{post.id}","seats":1}}', clause.id, c=number)
        named = f'{{{ident},"persons":["{{e:person}}"]}}'
        sitting.note("election.nominate", rows, named, clause.id, c=number, e=person)
        won = self._counted(sitting, rows, person, ident)
        units, person = units[won], person[won]
        post.seat(units, 0, person, sitting.at, NEVER)
        self.face.wish[post.id][units - post.first] = False
        self.chosen[units - post.first] = False
        world.on(world.today + 1, MORNING, self._after, units)

    def _counted(self, sitting: Sitting, rows: Ints, person: Ints, ident: str) -> NDArray[np.bool_]:
        """Write the counts; return who is elected."""
        world, ballot = self.world, self.clause.ballot
        units, present = sitting.units[rows], sitting.present[rows]
        number = sitting.elections[rows]
        rate = world.value("dissent", units)
        doubt = world.draws.binomial(f"doubts {sitting.body.id}", units, sitting.day * 64 + number, present, rate)
        doubt = np.minimum(doubt, present // 3)
        favour = present - doubt
        top, _, bottom = ballot.majority.partition("/")
        base = {"valid": present, "cast": present, "seats": np.ones_like(present)}.get(
            ballot.of, sitting.entitled[rows]
        )
        won = (favour * int(bottom) > int(top) * base) & (favour > 0)
        seats = '"replaces":true,"seated":["{e:person}"],"tied":[],"until":null'
        result = f'"elected":["{{e:person}}"],{ident},{seats}'
        for carried, said in ((True, result), (False, f'"elected":[],{ident},"tied":[]')):
            for split in (False, True):
                here = np.flatnonzero((won == carried) & ((doubt > 0) == split))
                against = ',[{f},{"{e:person}":"no"}]' if split else ""
                text = f'{{"ballots":[[{{d}},{{"{{e:person}}":"yes"}}]{against}],{said}}}'
                votes: dict[str, Any] = {"c": number[here], "d": favour[here], "e": person[here], "f": doubt[here]}
                sitting.note("election.count", rows[here], text, self.clause.id, **votes)
        return np.asarray(won)

    def _after(self, units: Ints) -> None:
        """Whoever organised for the time being goes, and the register is put in order."""
        for office in stand_ins(self.face):
            for face in fillers(self.world, office):
                face.step_down(self.world.posts.all[office], units)
        self.bury(units)


def stand_ins(face: Elects) -> list[str]:
    """The offices, filled by appointment, whose holders may call the electing organ as well."""
    rules = face.world.rules
    calling = [name for rule in rules.of(Convening) if rule.organ == face.clause.organ for name in rule.by.offices]
    own = {face.clause.elects}
    given = {office for rule in rules.of(Appointment) for office in rule.offices}
    return [name for name in dict.fromkeys(calling) if name in given - own and name in face.world.posts.all]
