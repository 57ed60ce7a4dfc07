"""Organs at work: who sits, when they are called together, and what a meeting does, in the order meetings keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from quorate.terms.parts import Organ, Span
from quorate.world.calendar import after
from quorate.world.rows import DAY
from quorate.world.units import NOBODY, PERSON

if TYPE_CHECKING:
    from quorate.world.face import Face
    from quorate.world.world import World

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
NONE = -1


class Caller(Protocol):
    """Who calls an organ together."""

    def call(self, units: Ints, days: Ints, again: bool = False) -> None:
        """Call it together in these units for these days, or the first days the notice allows; `again` where its
        meeting was adjourned.
        """

    def cancel(self, units: Ints) -> None:
        """Cancel today's meetings, over which nobody can preside."""


class Seating(Protocol):
    """Who gives out the seats of a conference."""

    def apportion(self, units: Ints, days: Ints) -> Mask:
        """Give out its seats in these units, where it is to meet on these days; say where that could be done."""


@dataclass(slots=True)
class Body:
    """An organ in all units of its tier.

    `ahead` (int64, [units]) is the day it is to meet next, -1: none; `plan` sets it. Faces make themselves known here:
    `caller`; `enough` (present, members -> quorum or not); `decides` (business -> (clause, for, against, present,
    members -> carried)); `answers` (business -> the clause it is answered for by); `business`, those who bring items to
    its meetings, in the order they come; `seating` and `delegates`, where credentials seat people: who gives out the
    seats, and accepted representatives by unit; `polls`, how long votes may be given before they are counted;
    `leading`, the office and the organ of those who alone preside, as long as there is one.
    """

    world: World
    organ: Organ
    caller: Caller | None = None
    enough: Callable[[Ints, Ints], Mask] | None = None
    decides: dict[str, Callable[..., Mask]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    agenda: list[str] = field(default_factory=list)
    business: list[Face] = field(default_factory=list)
    held: list[Callable[[Sitting], None]] = field(default_factory=list)
    chairs: list[str] = field(default_factory=list)
    delegates: dict[int, Ints] = field(default_factory=dict)
    convening: str | None = None
    polls: Span | None = None
    leading: tuple[str, str] | None = None
    seating: list[Seating] = field(default_factory=list)
    first: int = field(init=False)
    has: Mask = field(init=False)
    ahead: Ints = field(init=False)

    def __post_init__(self) -> None:
        units = self.world.units
        of = units.of(self.organ.tier)
        self.first = units.first(self.organ.tier)
        self.has = np.isin(of, units.named(self.organ.units)) if self.organ.units else np.ones(len(of), np.bool_)
        self.ahead = np.full(len(of), NONE, np.int64)

    @property
    def id(self) -> str:
        """The organ's id."""
        return self.organ.id

    def units(self) -> Ints:
        """The units that have the organ."""
        return self.first + np.flatnonzero(self.has)

    def idle(self, units: Ints) -> Mask:
        """Which of these units have the organ and no meeting of it ahead."""
        return np.asarray((self.ahead[units - self.first] == NONE) & self.has[units - self.first])

    def plan(self, units: Ints, days: Any, again: bool = False) -> Ints:
        """Have it meet on a day (or as soon after as may be) where it has no meeting ahead; return where it will.
        `again` where its meeting was adjourned.
        """
        days = np.broadcast_to(np.asarray(days, np.int64), len(units))
        free = self.idle(units)
        if self.caller is not None and free.any():
            self.caller.call(units[free], days[free], again)
        return units[free]

    def members(self, units: Ints, at: Any) -> Ints:
        """Who sits, [units, seats], -1 for nobody; of organs of everyone, nobody is named."""
        if self.organ.membership == "credentials":
            found = [self.delegates.get(int(unit), np.zeros(0, np.int64)) for unit in units]
            out = np.full((len(units), max((len(each) for each in found), default=0)), NOBODY, np.int64)
            for row, persons in enumerate(found):
                out[row, : len(persons)] = persons
            return out
        return self.world.posts.members(self.id, units, at)

    def chair(self, units: Ints, members: Ints, at: int) -> Ints:
        """Who presides: the first of those who lead or call it that is a member, else any member."""
        everyone = self.organ.membership == "everyone"
        found = np.full(len(units), NOBODY, np.int64)
        if self.leading is not None:
            members = self._led(units, members, at)
        for name in self.chairs:
            post = self.world.posts.all.get(name)
            if post is None or post.tier != self.organ.tier:
                continue
            person = post.one(units, at)
            sits = (person // PERSON == units) if everyone else (members == person[:, None]).any(axis=1)
            found = np.where((found == NOBODY) & sits, person, found)
        if everyone:
            people = self.world.people
            return np.where((found == NOBODY) & (people.last[units] > 0), units * PERSON + people.first[units], found)
        return np.where(found == NOBODY, members.max(axis=1) if members.shape[1] else NOBODY, found)

    def _led(self, units: Ints, members: Ints, at: int) -> Ints:
        """The members, without those who do not lead where anybody does."""
        assert self.leading is not None
        office, organ = self.leading
        leaders = [self.world.posts.members(organ, units, at)]
        post = self.world.posts.all.get(office)
        if post is not None:
            leaders += [post.held(units, at), post.one(units, at)[:, None]]
        leads = np.concatenate(leaders, axis=1)
        bound = (leads != NOBODY).any(axis=1)
        inside = (members[:, :, None] == leads[:, None, :]).any(axis=2)
        return np.asarray(np.where(inside | ~bound[:, None], members, NOBODY), np.int64)

    def hold(self, units: Ints) -> None:
        """Hold the meetings called for today: open, take the business, close; adjourn where there is no quorum."""
        at, today = self.world.now, self.world.today
        self.ahead[units - self.first] = NONE
        members = self.members(units, at)
        chair = self.chair(units, members, at)
        if self.caller is not None and (chair < 0).any():
            self.caller.cancel(units[chair < 0])
        units, members, chair = units[chair >= 0], members[chair >= 0], chair[chair >= 0]
        if not len(units):
            return
        sitting = self._opened(units, members, chair, today, at)
        if self.enough is not None:
            enough = self.enough(sitting.present, sitting.entitled)
            sitting.adjourned(~enough)
            sitting = sitting.only(enough)
        if not len(sitting.units):
            return
        for face in self.business:
            face.sitting(sitting)
        if self.polls is None:
            self._finish(sitting)
        else:
            self.world.on(after(today, self.polls), self.world.part, self._finish, sitting)

    def _finish(self, sitting: Sitting) -> None:
        sitting.at = self.world.now
        sitting.closed()
        for told in self.held:
            told(sitting)

    def _opened(self, units: Ints, members: Ints, chair: Ints, today: int, at: int) -> Sitting:
        world = self.world
        rate = world.value("attendance", units)
        gaps: dict[str, Any] = {}
        if self.organ.membership == "everyone":
            entitled = world.people.voting(units)
            present = 1 + world.draws.binomial(f"attend {self.id}", units, today, entitled - 1, rate)
            there = np.zeros((len(units), 0), np.bool_)
            payload = '{"entitled":{c},"present":{d}}'
            gaps["d"] = present
        else:
            seated = members != NOBODY
            seat = np.arange(members.shape[1])
            draw = world.draws.uniform(
                f"attend {self.id}", np.repeat(units, len(seat)), today * 4096 + np.tile(seat, len(units))
            ).reshape(members.shape)
            there = seated & ((draw < rate[:, None]) | (members == chair[:, None]))
            entitled, present = seated.sum(axis=1), there.sum(axis=1)
            payload = '{"entitled":{c},"present":{d:loose}}'
            gaps["d"] = listed(world, members, there)
        form = world.forms.form(
            "meeting.open",
            self.convening,
            organ=self.id,
            actor="{a:person}",
            meeting=f"{self.id}/{{b:day}}",
            payload=payload,
        )
        world.write(form, units, at, a=chair, b=today * DAY, c=entitled, **gaps)
        return Sitting(self, units, today, at, chair, members, there, present, entitled)


@dataclass(slots=True)
class Sitting:
    """Meetings of one organ in several units at the same hour.

    `units`, `chair` (persons), `present`, `entitled` (counts) have one row for each meeting; `members` ([meetings,
    seats], persons, -1: nobody) and `there` (who of them came) are empty for organs of everyone. `motions` and
    `elections` count what was put and called so far.
    """

    body: Body
    units: Ints
    day: int
    at: int
    chair: Ints
    members: Ints
    there: Mask
    present: Ints
    entitled: Ints
    motions: Ints = field(init=False)
    elections: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.motions = np.zeros(len(self.units), np.int64)
        self.elections = np.zeros(len(self.units), np.int64)

    @property
    def meeting(self) -> str:
        """The template of the meetings' ids; gap `b` is the day in minutes."""
        return f"{self.body.id}/{{b:day}}"

    def only(self, where: Mask) -> Sitting:
        """Those of the meetings only."""
        rows = (getattr(self, name)[where] for name in ("chair", "members", "there", "present", "entitled"))
        return Sitting(self.body, self.units[where], self.day, self.at, *rows)

    def note(self, act: str, where: Ints, payload: str | None, clause: str | None, **gaps: Any) -> Ints:
        """Write an entry of these meetings (rows of it), by who presides. Gaps `c` to `f` are the caller's."""
        ref = gaps.pop("ref", None)
        forms = self.body.world.forms
        form = forms.form(
            act, clause, organ=self.body.id, actor="{a:person}", meeting=self.meeting, payload=payload, ref=ref
        )
        return self.body.world.write(form, self.units[where], self.at, a=self.chair[where], b=self.day * DAY, **gaps)

    def hear(self, where: Ints, business: str, text: str) -> None:
        """Hear a report or communication."""
        payload = f'{{"business":"{business}","text":"{text}"}}'
        self.note("meeting.hear", where, payload, self.body.answers.get(business, self.body.convening))

    def resolve(
        self,
        where: Ints,
        business: str,
        text: str,
        ref: str | None = None,
        **gaps: Any,
    ) -> tuple[Mask, Ints]:
        """Put a motion in these meetings and vote on it; return which are carried, and the motions' numbers (a motion's
        id is the meeting's, `/m`, its number). `ref` may use gaps `d` to `f`, `text` too.
        """
        body, world = self.body, self.body.world
        self.motions[where] += 1
        number = self.motions[where]
        clause = body.answers.get(business)
        name = f"{self.meeting}/m{{c}}"
        payload = f'{{"business":"{business}","motion":"{name}","text":"{text}"}}'
        self.note("motion.put", where, payload, clause, ref=ref, c=number, **gaps)
        units, present = self.units[where], self.present[where]
        occasion = self.day * 64 + number
        against = world.draws.binomial(f"against {body.id}", units, occasion, present, world.value("dissent", units))
        abstain = world.draws.binomial(
            f"abstain {body.id}", units, occasion, present - against, world.value("abstention", units)
        )
        favour = present - against - abstain
        decide = body.decides.get(business) or body.decides.get("")
        carried = favour > against
        if decide is not None:
            carried = decide(favour, against, present, self.entitled[where])
        for outcome, said in ((True, "true"), (False, "false")):
            rows = np.flatnonzero(carried == outcome)
            told = f'{{"abstain":{{d}},"against":{{e}},"carried":{said},"for":{{f}},"motion":"{name}"}}'
            votes = {"c": number[rows], "d": abstain[rows], "e": against[rows], "f": favour[rows]}
            self.note("motion.vote", where[rows], told, clause, **votes)
        return carried, number

    def closed(self) -> None:
        """Enter minutes where there was an agenda, and close."""
        every = np.arange(len(self.units))
        if self.body.agenda:
            text = '{"text":"{c} present; {d} motions, {e} elections (invented)."}'
            counts = {"c": self.present, "d": self.motions, "e": self.elections}
            self.note("meeting.minutes", every, text, self.body.convening, **counts)
        self.note("meeting.close", every, None, self.body.convening)

    def adjourned(self, where: Mask) -> None:
        """End meetings that have no quorum, and call them anew."""
        rows = np.flatnonzero(where)
        if len(rows):
            text = '{"reason":"no quorum: {c} present"}'
            self.note("meeting.adjourn", rows, text, self.body.convening, c=self.present[rows])
            self.body.plan(self.units[rows], self.day + 3, again=True)


def listed(world: World, persons: Ints, where: Mask) -> Ints:
    """JSON lists of the ids of these persons, row by row, as loose texts."""
    return np.array(
        [
            world.loose.add("[" + ",".join(f'"{world.units.person(int(code))}"' for code in row[mask]) + "]")
            for row, mask in zip(persons, where, strict=True)
        ],
        np.int64,
    )
