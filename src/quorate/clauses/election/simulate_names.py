"""Whom an organ nominates, simulated: who is fit, and in what order they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from quorate.clauses.appointment import Appointment
from quorate.clauses.composition import Composition
from quorate.clauses.eligibility import Eligibility
from quorate.world.posts import Post
from quorate.world.units import NOBODY, PERSON
from quorate.world.world import World

if TYPE_CHECKING:
    from quorate.clauses.election.simulate import Elects

AT_HAND = 40
"""Members of a basic organisation that its general meeting considers for an office, at most."""
FRESH = 3
"""Where somebody new stands among those who might sit on a body: after who has a place, before who stands down."""
UNITS = 64
"""Occasions of draws are kept apart by so many seats."""


def candidates(
    face: Elects, post: Post, unit: int, members: Iterable[int], present: frozenset[int], *, anew: bool
) -> list[int]:
    """Who can be nominated for a post, best first: who has a claim to it, who holds it (unless, where all of it is
    elected `anew`, they do not stand again), who keeps the organs spread over the members, who is there.
    """
    world = face.world
    held = [int(person) for person in post.held(np.array([unit]), world.now)[0] if person != NOBODY]
    pool = set(members) if face.clause.from_members else _known(world, unit) | set(members) | set(held)
    spread = _spread(world, post.id)
    ranks = _ranks(world, post, unit, held) if not spread else {}
    leading = {person for person, rank in ranks.items() if not rank}
    pool -= (face.barred(post, unit) - leading) | face.staying(post, unit)
    rules = [world.faces[clause.id] for clause in world.rules.of(Eligibility) if post.id in clause.posts]
    fit = [person for person in pool if all(rule.fits(post.id, unit, person) for rule in rules)]
    claimed = face.claimed(post, unit)
    if anew and not spread and not ranks:
        gone = _stand_down(world, post, unit, held)
        fit = [person for person in fit if person not in gone]
    burden = _burden(world, post, unit, spread)
    known = frozenset(held)
    weight = -1 if face.clause.from_members and post.id in world.rules.organs else 1  # who leads sits there as well

    def key(person: int) -> tuple[object, ...]:
        if spread:
            order: tuple[int, ...] = (person in face.unplaced.get(unit, ()), burden[person], person not in known)
        elif ranks:
            order = (ranks.get(person, FRESH), burden[person], 0)
        else:
            order = (person not in known, weight * burden[person], 0)
        return (person not in claimed, *order, person not in present, person)

    return sorted(fit, key=key)


def general(world: World, unit: int) -> list[int]:
    """Full members of a basic organisation who might hold office: who heads it, and its founders from the newest on,
    who are the last to leave.
    """
    people = world.people
    newest = int(min(world.units.members[unit], people.full[unit]))
    oldest = max(int(people.first[unit]), newest - AT_HAND + 1)
    numbers = [int(people.head[unit]), *range(newest, oldest - 1, -1)]
    return [unit * PERSON + number for number in dict.fromkeys(numbers) if number > 0]


def _known(world: World, unit: int) -> set[int]:
    if world.units.members[unit]:
        return set(general(world, unit))
    return {int(person) for person in world.pools.get(unit, ())}


def _spread(world: World, post: str) -> frozenset[str]:
    """The posts that, with this one, make up a body whose members must each hold one; empty where there is none."""
    office = world.rules.offices.get(post)
    organ = (office.organ or post) if office else post
    for rule in world.rules.of(Composition):
        if organ in rule.sits_on:
            return places(world, rule)
    return frozenset()


def places(world: World, rule: Composition) -> frozenset[str]:
    """The posts by which one sits on the organs that a body's members must sit on."""
    return frozenset(post.id for organ in rule.sits_on for post in world.posts.of_organ[organ])


def _burden(world: World, post: Post, unit: int, spread: frozenset[str]) -> Counter[int]:
    """How many other posts (of those of the spread, where there is one) each person holds or is elected to."""
    found: Counter[int] = Counter()
    for other in world.posts.all.values():
        if other.tier != post.tier or other is post or (spread and other.id not in spread):
            continue
        held = other.held(np.array([unit]), world.now)[0]
        found.update(int(person) for person in held if person != NOBODY)
    for rule in world.rules.of(Appointment):
        for other in world.faces[rule.id].posts:
            if other is not post and (not spread or other.id in spread):
                found.update(world.faces[rule.id].elect(other, unit))
    return found


def _ranks(world: World, post: Post, unit: int, held: Sequence[int]) -> Mapping[int, int]:
    """For a body whose members must each have a place elsewhere, who has a place of their own, who one among several,
    and who sits on it already; empty for other posts.
    """
    rule = next((rule for rule in world.rules.of(Composition) if rule.sits_on and rule.organ == post.id), None)
    if rule is None:
        return {}
    down = _stand_down(world, post, unit, held)
    found: dict[int, int] = {}
    for name in places(world, rule):
        other = world.posts.all[name]
        for person in other.held(np.array([unit]), world.now)[0].tolist():
            rank = 0 if other.seats == 1 else FRESH + 1 if person in down else 1 if person in held else 2
            found[person] = min(found.get(person, rank), rank)
    for person in held:
        found.setdefault(person, FRESH + 1 if person in down else 2)
    found.pop(NOBODY, None)
    return found


def _stand_down(world: World, post: Post, unit: int, held: Sequence[int]) -> set[int]:
    """Which holders are not nominated again."""
    if not held:
        return set()
    units = np.full(len(held), unit)
    seats = world.today * UNITS * UNITS + np.arange(len(held))
    leave = world.draws.chance(f"stands down {post.id}", units, seats, world.value("stands_down", units))
    return {person for person, gone in zip(held, leave.tolist(), strict=True) if gone}
