"""What a kind of clause does in a simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quorate.world.bodies import Sitting
    from quorate.world.world import World


class Face:
    """One clause, at work in all units of its tier. Made once, before the first day; what it needs to do later it
    schedules (`World.on`), and what it adds to meetings it gives when asked (`sitting`).

    A module ``clauses/<kind>/simulate.py`` holds `face(clause, world) -> Face` and `PARAMETERS`, the numbers it asks
    the scenario for.
    """

    def __init__(self, clause: Any, world: World) -> None:
        self.clause, self.world = clause, world

    def join(self) -> None:
        """Make itself known to others: to the organs it speaks of, to the documents it answers for. Nothing has
        happened yet, and other faces may not have joined.
        """

    def begin(self) -> None:
        """Lay down what is to happen first. All faces have joined and every unit is open."""

    def happen(self, unit: int, happening: Any) -> bool:  # noqa: ARG002 - `scenario.parts.Happening`
        """Do what the scenario says happens in a unit today, where it is this clause's; say whether it is."""
        return False

    def sitting(self, sitting: Sitting) -> None:
        """Bring business to meetings of an organ that are open and have a quorum."""
