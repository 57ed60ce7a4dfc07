"""Posts, simulated: what fills them, what happens when one falls vacant, when terms end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.appointment import Appointment
from quorate.clauses.base import Rules
from quorate.clauses.composition import Composition
from quorate.clauses.election import Election
from quorate.clauses.leadership import Leadership
from quorate.terms.parts import Span
from quorate.world.calendar import after
from quorate.world.parameters import Parameter
from quorate.world.posts import NEVER, Post
from quorate.world.rows import DAY
from quorate.world.units import NOBODY
from quorate.world.world import MORNING, World

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
OVERDUE = Parameter(
    "filling_overdue_days",
    "how long after its time a post is filled whose filling is let slip, beyond the first day, on average",
    30,
    "days",
    0,
    400,
)


def fillers(world: World, post: str) -> list[Any]:
    """The faces of the clauses that fill a post, by election or appointment, in charter order."""
    found = world.posts.fillers.get(post)
    if found is None:
        rules = world.rules
        ours = [
            clause
            for clause in rules.clauses
            if (isinstance(clause, Election) and clause.fills(post, rules))
            or (isinstance(clause, Appointment) and post in clause.offices)
        ]
        found = world.posts.fillers[post] = [world.faces[clause.id] for clause in ours]
    return found


def term_of(rules: Rules, post: str) -> Span | None:
    """How long a term in a post is; an office without a term of its own has its organ's."""
    office = rules.offices.get(post)
    organ = rules.organs.get((office.organ or "") if office else post)
    return (office.term if office else None) or (organ.term if organ else None)


def term_end(rules: Rules, post: str, at: Ints) -> Ints:
    """When terms begun at these moments end; never, where there is no term."""
    term = term_of(rules, post)
    at = np.asarray(at, np.int64)
    return np.asarray(after(at // DAY, term) * DAY + at % DAY if term else np.full_like(at, NEVER), np.int64)


def vacant(world: World, post: Post, units: Ints) -> None:
    """A post has fallen vacant in these units: whoever fills it sets about it, or puts it off."""
    if not len(units):
        return
    put_off(world, post, units)
    for face in fillers(world, post.id):
        face.vacancy(post, units)


def put_off(world: World, post: Post, units: Ints) -> None:
    """Note until when a vacancy is let slip, where a clause that sets a limit to it lapses."""
    number = list(world.posts.all).index(post.id)
    occasion = world.today * 1024 + number
    for clause, limit in limits(world.rules, post.id):
        late = units[world.lapses(clause, units, occasion)]
        rows = late - post.first
        post.rest[rows] = np.maximum(post.rest[rows], _late(world, clause, late, occasion, after(world.today, limit)))


def _late(world: World, clause: str, units: Ints, occasion: Any, due: Any) -> Ints:
    """The days on which what was due is done late."""
    over = world.draws.delay(f"overdue {clause}", units, occasion, world.value(OVERDUE.name, units))
    return np.asarray(due + 1 + over, np.int64)


def limits(rules: Rules, post: str) -> Iterator[tuple[str, Span]]:
    """The clauses that say how long a post may be vacant, and how long."""
    for leads in rules.of(Leadership):
        if leads.office == post:
            yield leads.id, leads.vacancy
    for made_up in rules.of(Composition):
        if any(place.office == post for place in made_up.offices):
            yield made_up.id, made_up.within


def slipped(world: World, clause: str, post: Post, units: Ints, until: Ints) -> Mask:
    """Whether the renewal of terms that end at these moments is let slip; note until when."""
    occasion = until * 1024 + list(world.posts.all).index(post.id)
    missed = world.lapses(clause, units, occasion)
    late = units[missed]
    post.rest[late - post.first] = _late(world, clause, late, occasion[missed], until[missed] // DAY)
    return missed


def seated(world: World, post: Post, units: Ints, until: Ints) -> None:
    """Terms have begun in these units (a unit more than once, where several were seated): look to their ends."""
    pairs = np.unique(np.stack([units, until]), axis=1)
    units, until = pairs[0], pairs[1]
    ends = until < (world.last + 400) * DAY
    units, until = units[ends], until[ends]
    if not len(units):
        return
    for face in fillers(world, post.id):
        face.running(post, units, until)

    def over(units: Ints, until: Ints) -> None:
        rows = units - post.first
        done = (post.until[rows] == until[:, None]) & (post.holder[rows] != NOBODY)
        post.holder[rows] = np.where(done, NOBODY, post.holder[rows])
        vacant(world, post, units[done.any(axis=1)])

    world.on(-(-until // DAY), MORNING, over, units, until)


def opened(world: World, post: Post) -> None:
    """Look at the ends of the terms that run as the simulation begins."""
    rows, seats = np.nonzero((post.holder != NOBODY) & (post.until != NEVER))
    if len(rows):
        seated(world, post, rows + post.first, post.until[rows, seats])
