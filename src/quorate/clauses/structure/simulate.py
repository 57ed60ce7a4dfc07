"""Structure, simulated: the units are those of the first day, and their organs are constituted by what each states.

No unit is founded while a simulation runs: units are numbered once, and everything else is counted by those numbers.
"""

from __future__ import annotations

from quorate.clauses.structure import Structure
from quorate.world.face import Face
from quorate.world.world import World

PARAMETERS = ()


def face(clause: Structure, world: World) -> Face:
    """The clause at work."""
    return Face(clause, world)
