"""The exact courses of lines, as they are worked out: across in `uprights`, down in `tracks`."""

from __future__ import annotations

from dataclasses import dataclass, field

from quorate.chart.parts import Net
from quorate.chart.place import Grid
from quorate.chart.route import Channel, Gap, Port, Way, Ways

TRACK = 13.0  # between two tracks
APART = 7.0  # the least distance between two bundles' lines that run side by side for a while


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line with the corners of its course, from its start to its end."""

    way: Way
    points: tuple[tuple[float, float], ...]


@dataclass(slots=True)
class Course:
    """All coordinates: the y of each row, of each bundle's track in a channel, the x of its track in a gap, of
    each port.
    """

    grid: Grid
    ways: Ways
    y: list[float] = field(default_factory=list)
    height: float = 0.0
    gap_x: dict[tuple[Net, Gap], float] = field(default_factory=dict)
    track_y: dict[tuple[Net, Channel], float] = field(default_factory=dict)
    port_at: dict[tuple[Net, Port], float] = field(default_factory=dict)
    drawn: list[Drawn] = field(default_factory=list)
