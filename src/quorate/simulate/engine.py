"""A simulation, from its first day to its last: the world made, faces joined, days lived, months written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quorate.charter.model import Charter
from quorate.simulate.opening import First
from quorate.simulate.population import populated
from quorate.simulate.writing import months
from quorate.world.draws import Draws
from quorate.world.face import Face
from quorate.world.rows import Batch, joined
from quorate.world.world import MORNING, World, day_of

if TYPE_CHECKING:
    from quorate.simulate.scenario import Scenario

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated: by which charter and scenario, from which day to which, with which seed; `scale` is the share
    of the members (and so of the basic organisations) that is.
    """

    charter: Charter
    scenario: Scenario
    first: str
    last: str
    seed: int = 1
    scale: float = 1.0


def made(plan: Plan) -> World:
    """The world on the morning of its first day: units numbered, posts filled, openings stated, faces begun."""
    units = populated(plan.charter, plan.scenario.population, Draws(plan.seed), plan.scale)
    world = World(plan.charter, units, plan.scenario, plan.first, plan.last, plan.seed)
    world.openings = {opening.tier: opening for opening in plan.scenario.openings}
    first = First(world, plan.scenario.openings)
    first.fill()
    faces = [clause.simulate(world) for clause in plan.charter.clauses]
    first.state()
    world.pools = {unit: np.array(pool, np.int64) for unit, pool in first.pools.items()}
    world.faces = {face.clause.id: face for face in faces}
    for face in faces:
        face.join()
    for face in faces:
        face.begin()
    for happening in plan.scenario.happenings:
        world.on(day_of(happening.on), MORNING, _happen, faces, units.number[happening.unit], happening)
    return world


def _happen(faces: list[Face], unit: int, happening: Any) -> None:
    for face in faces:
        if face.happen(unit, happening):
            return


def lived(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Live through every day; yield each month's name and rows (see `rows.joined`) as it ends."""
    for name, batches in lived_in_batches(world):
        yield name, joined(batches)


def lived_in_batches(world: World) -> Iterator[tuple[str, list[Batch]]]:
    """The same, with each month's rows as they were written."""
    for name, first, last in months(world.first, world.last):
        for day in range(first, last + 1):
            world.live(day)
        yield name, world.rows.cut()
        world.loose.turn()


def counted(world: World, forms: NDArray[np.int64]) -> Counter[str]:
    """How many entries of each act there are among entries of these forms."""
    numbers = np.bincount(forms, minlength=len(world.forms.all))
    found: Counter[str] = Counter()
    for form, number in zip(world.forms.all, numbers.tolist(), strict=True):
        found[form.act] += number
    return +found
