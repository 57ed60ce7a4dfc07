"""Appointments, simulated: the elected are put forward, approved or refused after a delay, and take office; somebody
acts meanwhile; offices nobody elects are filled by who appoints to them.

An approval takes as long as `approval_days` says: where that is longer than the charter lets it be, the answer comes
late. A share of answers is let slip besides, by the scenario's lapses.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.appointment import Appointment
from quorate.clauses.appointment.simulate_acting import Acting
from quorate.clauses.appointment.simulate_direct import AGAIN, Direct
from quorate.clauses.appointment.simulate_papers import KEPT, REFUSED, loose, nominated, receive
from quorate.clauses.election import Election
from quorate.clauses.election import simulate_leaving as leaving
from quorate.clauses.election.simulate_names import candidates, general
from quorate.clauses.election.simulate_posts import OVERDUE, fillers, opened, seated, term_end
from quorate.world.calendar import after
from quorate.world.face import Face
from quorate.world.parameters import Parameter
from quorate.world.posts import NEVER, Post
from quorate.world.units import NOBODY, plain
from quorate.world.world import MORNING, World, written

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter("approval_days", "days an appointing unit takes to answer a nomination, on average", 14, "days", 0, 1000),
    Parameter("approval_spread_days", "by how much more or fewer days it may take", 7, "days", 0, 400),
    Parameter("refusals", "the share of nominations that are refused", 0.05, "share"),
    Parameter("exceptions", "the share of refusals after which the choice is kept to, as an exception", 0.1, "share"),
    Parameter(
        "nominated_first", "the share of vacancies in which somebody is put forward before the election", 0.25, "share"
    ),
    Parameter(
        "appointment_days", "days until an office nobody elects is filled again, on average", 14, "days", 0, 1000
    ),
    Parameter(
        "stand_in_days",
        "days until somebody is appointed to organise a basic organisation without a head",
        1,
        "days",
        0,
        400,
    ),
    Parameter("acting_days", "days until somebody acts in a vacant office, on average", 1, "days", 0, 400),
    OVERDUE,
    *leaving.PARAMETERS,
)
Key = tuple[int, str]


class Appoints(Face):
    """Fills, or confirms elections to, the offices of one clause.

    `claims` are the grounds (elected, proposed, confirmed, appointed, exception) on which persons may take an office of
    a unit; `turned` who was refused for it, `stale` who of those was elected and has not given way to another yet.
    """

    clause: Appointment

    def join(self) -> None:  # noqa: D102
        posts = self.world.posts.all
        self.posts = [posts[office] for office in self.clause.offices if office in posts]
        self.claims: dict[Key, dict[int, set[str]]] = {}
        self.turned: dict[Key, set[int]] = {}
        self.stale: dict[Key, set[int]] = {}
        self.acting = Acting(self)
        self.direct: dict[str, Direct] = {}
        self.leaving: dict[str, leaving.Leaving] = {}

    def begin(self) -> None:  # noqa: D102
        for post in self.posts:
            if not self._electors(post):
                self.direct[post.id] = Direct(self, post)
                opened(self.world, post)
            stands_in = post.id in self.direct and self.direct[post.id].heads is not None
            self.leaving[post.id] = leaving.Leaving(self.world, self, post, remembers=not stands_in)
            if not stands_in:
                self.leaving[post.id].begin()

    def _electors(self, post: Post) -> list[Any]:
        return [face for face in fillers(self.world, post.id) if isinstance(face.clause, Election)]

    # --- what others tell

    def vacancy(self, post: Post, units: Ints) -> None:
        """An office fell vacant: somebody acts, and it is filled, or somebody put forward already."""
        self.acting.vacancy(post, units)
        if post.id in self.direct:
            self.direct[post.id].vacancy(units)
            return
        early = self.world.happens(f"proposes {post.id}", units, self.world.today, "nominated_first")
        self.world.on(self.world.today + 1, MORNING, partial(self._early, post), units[early])

    def running(self, post: Post, units: Ints, until: Ints) -> None:
        """Terms run until these moments: nothing to do before they end."""

    def step_down(self, post: Post, units: Ints) -> None:
        """Whoever stood in for the head of these organisations goes."""
        self.direct[post.id].step_down(units)

    def waiting(self, post: Post, units: Ints) -> Ints:
        """How many are elected to an office and wait to take it."""
        return np.array([len(self.elect(post, int(unit))) for unit in units], np.int64)

    def elect(self, post: Post, unit: int) -> set[int]:
        """Who is elected to an office and has not taken it."""
        claims = self.claims.get((unit, post.id), {})
        return {person for person, grounds in claims.items() if "elected" in grounds}

    def chosen(self, post: Post, unit: int, persons: list[int], lapsed: set[int]) -> None:
        """These were elected; those give way."""
        claims = self.claims.setdefault((unit, post.id), {})
        for person in lapsed:
            claims.pop(person, None)
            self.stale.get((unit, post.id), set()).discard(person)
        for person in persons:
            grounds = claims.setdefault(person, set())
            grounds.add("elected")
            todo = self._take if grounds & self._wanted() else self._propose
            if todo == self._take or "proposed" not in grounds:
                self.world.on(self.world.today + 1, MORNING, todo, post, unit, person)

    def known(self, unit: int) -> list[int]:
        """Persons a unit, or the one above it, knows of."""
        world = self.world
        if world.units.members[unit]:
            return general(world, unit)
        above = int(world.units.parent[unit])
        return [int(person) for place in (unit, above) for person in world.pools.get(place, ())]

    def busy(self, post: Post, unit: int) -> set[int]:
        """Who holds an office in a unit."""
        world = self.world
        posts = (p for p in world.posts.all.values() if p.tier == post.tier and p.id in world.rules.offices)
        here = np.array([unit])
        return {int(person) for held in posts for person in held.held(here, world.now)[0] if person != NOBODY}

    # --- putting forward

    def _wanted(self) -> set[str]:
        """Any of these grounds is enough besides an election."""
        grounds = {"appointed"} if self.clause.mode == "appoints" else {"appointed", "confirmed"}
        return grounds | ({"exception"} if self.clause.generally else set())

    def _early(self, post: Post, units: Ints) -> None:
        """Put forward who is to be elected, before the election."""
        world = self.world
        for unit in units.tolist():
            face = self._electors(post)[0]
            members = face.body.members(np.array([unit]), world.now)[0] if face.body else np.zeros(0, np.int64)
            sits = [int(person) for person in members if person != NOBODY]
            found = candidates(face, post, unit, sits or general(world, unit), frozenset(sits), anew=False)
            if found and not self.elect(post, unit):
                self._propose(post, unit, found[0])

    def _propose(self, post: Post, unit: int, person: int) -> None:
        """Put somebody forward, at the appointing unit where there is one."""
        world, clause = self.world, self.clause
        data = nominated(world, person, post.id)
        payload: dict[str, Any] = {"post": post.id}
        if clause.unit is not None:
            payload["send"] = [{"data": data, "kind": "nomination", "to": clause.unit}]
        by = clause.proposed_by or clause.by
        templates = {"subject": "{b:person}", "payload": "{c:loose}"}
        gaps: dict[str, Any] = {"b": np.array([person]), "c": loose(world, payload)}
        entries, done = world.act(by, "office.nominate", clause.id, np.array([unit]), templates=templates, **gaps)
        if not done[0]:
            world.on(world.today + AGAIN, MORNING, self._propose, post, unit, person)
            return
        self.claims.setdefault((unit, post.id), {}).setdefault(person, set()).add("proposed")
        if clause.unit is None:
            self._arrived(entries, post, unit, person, unit)
            return
        over = world.units.number[clause.unit]
        form, text = receive(world, clause.id, "nomination", unit, data)
        arrived = partial(self._received, post, unit, person, over, entries)
        world.send(form, np.array([over]), arrived, a=entries, b=text)

    def _received(self, post: Post, unit: int, person: int, over: int, entries: Ints, _got: Ints) -> None:
        self._arrived(entries, post, unit, person, over)

    def _arrived(self, entries: Ints, post: Post, unit: int, person: int, over: int) -> None:
        """A nomination has come: think it over."""
        world, clause, here = self.world, self.clause, np.array([over])
        mean, spread = (world.value(name, here)[0] for name in ("approval_days", "approval_spread_days"))
        low, high = round(max(mean - spread, 0)), round(mean + min(spread, mean))
        days = world.draws.whole(f"answers {clause.id}", here, entries, low, high)
        if clause.answer is not None:
            limit = int(after(world.today, clause.answer)) - world.today
            days = np.minimum(days, limit) if mean <= limit else days
            if world.lapses(clause.id, here, entries)[0]:
                days = (
                    limit + 1 + world.draws.delay(f"slips {clause.id}", here, entries, world.value(OVERDUE.name, here))
                )
        world.on(world.today + int(days[0]), MORNING, self._answer, post, unit, person, over, entries)

    # --- answering

    def _answer(self, post: Post, unit: int, person: int, over: int, entries: Ints) -> None:
        """Approve or appoint, or refuse; never on one's own case."""
        world, clause, here = self.world, self.clause, np.array([over])
        able, _ = world.posts.able(clause.by, here, world.now)
        if able[0] in (NOBODY, person):
            world.on(world.today + AGAIN, MORNING, self._answer, post, unit, person, over, entries)
            return
        refused = bool(world.happens(f"refuses {clause.id}", here, entries, "refusals")[0])
        if unit == over:
            self._here(post, unit, person, refused=refused)
            return
        data = nominated(world, person, post.id)
        if clause.mode == "appoints" and not refused:
            self._send("office.appoint", "appointment", post, unit, person, over, entries, data)
        answer = dict(data) | {"nomination": _entry(world, int(entries[0]))}
        if refused:
            self._send("nomination.refuse", "nomination-refused", post, unit, person, over, entries, answer)
        else:
            self._send("nomination.approve", "confirmation", post, unit, person, over, entries, answer)

    def _here(self, post: Post, unit: int, person: int, *, refused: bool) -> None:
        """The unit fills the office itself: appoint, or do nothing."""
        world, clause = self.world, self.clause
        if refused:
            self._refused(post, unit, person)
            return
        payload = {"name": world.units.person_name(person), "post": post.id}
        templates = {"subject": "{b:person}", "payload": "{c:loose}"}
        gaps: dict[str, Any] = {"b": np.array([person]), "c": loose(world, payload)}
        world.act(clause.by, "office.appoint", clause.id, np.array([unit]), templates=templates, **gaps)
        self._granted(post, unit, person, "appointed")

    def _send(
        self, act: str, kind: str, post: Post, unit: int, person: int, over: int, entries: Ints, data: dict[str, Any],
    ) -> None:  # fmt: skip
        """Write an answer, and send word of it."""
        world, clause, to = self.world, self.clause, self.world.units.ids[unit]
        own: dict[str, Any] = {"person": data["person"], "post": post.id}
        if act == "nomination.refuse":
            own["reason"] = data["reason"] = REFUSED
        if act == "office.appoint":
            own = {"name": data["name"], "post": post.id, "to": to}
        templates = {"payload": "{c:loose}"}
        templates |= {"subject": "{b:person}"} if act == "office.appoint" else {"ref": "{d:entry}"}
        text = loose(world, own | {"send": [{"data": data, "kind": kind, "to": to}]})
        gaps: dict[str, Any] = {"b": np.array([person]), "c": text, "d": entries}
        sent, _ = world.act(clause.by, act, clause.id, np.array([over]), templates=templates, **gaps)
        form, told = receive(world, clause.id, kind, over, data)
        world.send(form, np.array([unit]), partial(self._told, kind, post, unit, person), a=sent, b=told)

    def _told(self, kind: str, post: Post, unit: int, person: int, _entries: Ints) -> None:
        if kind == "nomination-refused":
            self._refused(post, unit, person)
        else:
            self._granted(post, unit, person, "appointed" if kind == "appointment" else "confirmed")

    # --- what follows

    def _granted(self, post: Post, unit: int, person: int, ground: str) -> None:
        grounds = self.claims.setdefault((unit, post.id), {}).setdefault(person, set())
        grounds.add(ground)
        if grounds & self._wanted():
            self.world.on(self.world.today + 1, MORNING, self._take, post, unit, person)

    def _refused(self, post: Post, unit: int, person: int) -> None:
        """Look for somebody else; or keep to the choice, where the rule holds only generally."""
        world, clause, here = self.world, self.clause, np.array([unit])
        occasion = world.today * 64 + len(self.turned.get((unit, post.id), ()))
        if clause.generally and world.happens(f"excepts {clause.id}", here, occasion, "exceptions")[0]:
            world.on(world.today + 1, MORNING, self._except, post, unit, person)
            return
        key = (unit, post.id)
        self.turned.setdefault(key, set()).add(person)
        if "elected" in self.claims.get(key, {}).pop(person, ()):
            self.stale.setdefault(key, set()).add(person)
        for face in self._electors(post):
            world.on(world.today + 1, MORNING, face.vacancy, post, here)

    def _except(self, post: Post, unit: int, person: int) -> None:
        world, clause, here = self.world, self.clause, np.array([unit])
        assert clause.exception_by is not None
        able, _ = world.posts.able(clause.exception_by, here, world.now)
        if able[0] in (NOBODY, person):
            world.on(world.today + AGAIN, MORNING, self._except, post, unit, person)
            return
        templates = {"subject": "{b:person}", "payload": plain({"post": post.id, "reason": KEPT})}
        world.act(
            clause.exception_by, "office.except", clause.id, here, templates=templates, b=np.array([person])
        )  # fmt: skip
        self._granted(post, unit, person, "exception")

    def _take(self, post: Post, unit: int, person: int) -> None:
        """Take office, where there is all it needs and a place is free."""
        world, clause, here = self.world, self.clause, np.array([unit])
        grounds = self.claims.get((unit, post.id), {}).get(person, set())
        free = np.flatnonzero(post.held(here, world.now)[0] == NOBODY)
        if "elected" not in grounds or not grounds & self._wanted() or not len(free):
            return
        rest = int(post.rest[unit - post.first])
        if rest > world.today:
            world.on(rest, MORNING, self._take, post, unit, person)
            return
        at = np.maximum(world.rows.last[here], world.now)
        until = int(term_end(world.rules, post.id, at)[0])
        payload = {"post": post.id, "until": None if until == NEVER else written(until)}
        templates = {"subject": "{b:person}", "payload": "{c:loose}"}
        gaps: dict[str, Any] = {"b": np.array([person]), "c": loose(world, payload)}
        by = clause.proposed_by or clause.by
        _, done = world.act(by, "office.take", clause.id, here, at=int(at[0]), templates=templates, **gaps)
        if not done[0]:
            form = world.forms.form("office.take", clause.id, **({"actor": "{b:person}"} | templates))
            world.write(form, here, at, **gaps)
        post.seat(here, free[:1], np.array([person]), at, until)
        self.claims[(unit, post.id)].pop(person, None)
        self.turned.pop((unit, post.id), None)
        self.leaving[post.id].forget(here)
        seated(world, post, here, np.array([until]))


def _entry(world: World, code: int) -> str:
    """An entry's id."""
    from quorate.world.units import ENTRY

    return f"{world.units.ids[code // ENTRY]}#{code % ENTRY}"


def face(clause: Appointment, world: World) -> Face:
    """The clause at work."""
    return Appoints(clause, world)
