"""The way of each line, roughly: through which channels between rows and which gaps between boxes it goes.

A channel lies above each row and below the last; gap `(r, j)` lies before the j-th box of row r (or at its end). A line leaves a box
upwards or downwards into a channel, or sideways into a gap, and takes the shortest way (Dijkstra 1959) whose cost counts
length, bends and how full the gaps are. Lines of a bundle find it cheap to follow one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Literal

from quorate.chart.lines import BY_KIND
from quorate.chart.parts import Line
from quorate.chart.place import Grid

Side = Literal["top", "bottom", "left", "right"]
Space = tuple[Literal["channel"], int] | tuple[Literal["gap"], int, int]
Net = tuple[str, str, str]  # kind, the box of the shared end, its row or ""
Port = tuple[str, str, Side]  # box, row or "", side

_BEND = 26.0
_FULL = 9.0
_CHANNEL = 70.0  # what crossing a channel is taken to cost before its height is known
_SHARED = 0.3  # a bundle's own spaces cost this much of their length


@dataclass(frozen=True, slots=True)
class Way:
    """A line's ports and the channels and gaps between them, from its start to its end."""

    line: Line
    net: Net
    start: Port
    end: Port
    spaces: tuple[Space, ...]


@dataclass(slots=True)
class Ways:
    """All lines' ways, in the order of the lines, and which bundles use each space."""

    ways: list[Way] = field(default_factory=list)
    users: dict[Space, set[Net]] = field(default_factory=dict)
    ports: dict[Port, set[Net]] = field(default_factory=dict)

    def take(self, way: Way) -> None:
        """Note a way."""
        self.ways.append(way)
        for space in way.spaces:
            self.users.setdefault(space, set()).add(way.net)
        for port in (way.start, way.end):
            self.ports.setdefault(port, set()).add(way.net)


def net_of(line: Line) -> Net:
    """The bundle a line belongs to: its kind and the end it shares."""
    box, row = line.start if BY_KIND[line.kind].hub == "start" else line.end
    return line.kind, box, row or ""


def gap_middle(grid: Grid, row: int, place: int) -> float:
    """The x of a gap's middle; of the outermost gaps, near the boxes."""
    cells = grid.rows[row]
    left = grid.x[cells[place - 1].box.id] + cells[place - 1].width if place else None
    right = grid.x[cells[place].box.id] if place < len(cells) else None
    if left is None:
        assert right is not None
        return right - 16
    return left + 16 if right is None else (left + right) / 2


class _Router:
    """Finds ways over one grid. A point is a channel and an x; each gap joins the point above it with the one below."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.found = Ways()
        self.place = {cell.box.id: j for row in grid.rows for j, cell in enumerate(row)}
        self.height = [max(cell.height for cell in row) for row in grid.rows]
        self.gaps = {
            (r, j): gap_middle(grid, r, j) for r, row in enumerate(grid.rows) for j in range(len(row) + 1)
        }
        self.at: list[list[tuple[int, int]]] = [[] for _ in range(len(grid.rows) + 1)]
        for r, j in self.gaps:
            self.at[r].append((r, j))
            self.at[r + 1].append((r, j))

    def ports(self, end: tuple[str, str | None]) -> Iterator[tuple[Port, Space, float]]:
        """The ports of a line's end, each with the space it opens to and its x."""
        box, row = end
        r, j = self.grid.row_of[box], self.place[box]
        cell = self.grid.rows[r][j]
        x = self.grid.x[box]
        if row is None:
            yield (box, "", "top"), ("channel", r), x + cell.width / 2
            yield (box, "", "bottom"), ("channel", r + 1), x + cell.width / 2
        yield (box, row or "", "left"), ("gap", r, j), x
        yield (box, row or "", "right"), ("gap", r, j + 1), x + cell.width

    def _cost(self, space: Space, length: float, net: Net) -> float:
        users = self.found.users.get(space, set())
        if net in users:
            return length * _SHARED
        return length + _FULL * len(users)

    def _port_cost(self, port: Port, net: Net) -> float:
        """Ports already the bundle's are free; sides of a box cost a little more than its top and bottom."""
        if net in self.found.ports.get(port, ()):
            return 0.0
        return (8.0 if port[1] else 30.0) if port[2] in ("left", "right") else 0.0

    def way(self, line: Line) -> Way:
        """The cheapest way for a line."""
        net = net_of(line)
        best: tuple[float, Way] | None = None
        for start in self.ports(line.start):
            for end in self.ports(line.end):
                if start[0] == end[0]:
                    continue
                cost, spaces = self._between(start, end, net)
                cost += self._port_cost(start[0], net) + self._port_cost(end[0], net)
                if best is None or cost < best[0] - 1e-9:
                    best = cost, Way(line, net, start[0], end[0], spaces)
        assert best is not None
        return best[1]

    def _between(
        self, start: tuple[Port, Space, float], end: tuple[Port, Space, float], net: Net
    ) -> tuple[float, tuple[Space, ...]]:
        if start[1] == end[1]:
            return self._direct(start, end, net)
        queue: list[tuple[float, int, float, tuple[Space, ...]]] = []
        for channel, x, cost, spaces in self._entries(start, net):
            heappush(queue, (cost, channel, x, spaces))
        exits: dict[int, list[tuple[float, float, tuple[Space, ...]]]] = {}
        for channel, x, cost, spaces in self._entries(end, net):
            exits.setdefault(channel, []).append((x, cost, spaces[::-1]))
        done: set[tuple[int, float]] = set()
        while queue:
            cost, channel, x, spaces = heappop(queue)
            if channel < 0:
                return cost, spaces
            if (channel, x) in done:
                continue
            done.add((channel, x))
            for to, more, tail in exits.get(channel, ()):
                heappush(queue, (cost + self._along(channel, x, to, net) + more, -1, to, _join(spaces, ("channel", channel), tail)))
            for r, j in self.at[channel]:
                other = r + 1 if r == channel else r
                to = self.gaps[r, j]
                if (other, to) in done:
                    continue
                step = self._along(channel, x, to, net) + self._cost(("gap", r, j), self.height[r] + _CHANNEL, net)
                heappush(queue, (cost + step, other, to, _join(spaces, ("channel", channel), (("gap", r, j),))))
        raise AssertionError("the channels and gaps of a grid are connected")

    def _along(self, channel: int, x: float, to: float, net: Net) -> float:
        far = abs(to - x)
        return self._cost(("channel", channel), far, net) + (_BEND if far > 1 else 0)

    def _entries(
        self, port: tuple[Port, Space, float], net: Net
    ) -> Iterator[tuple[int, float, float, tuple[Space, ...]]]:
        """The channels a port leads to: channel, x there, cost so far, spaces gone through."""
        space = port[1]
        if space[0] == "channel":
            yield space[1], port[2], 0.0, ()
        else:
            _, r, j = space
            for channel in (r, r + 1):
                half = self.height[r] / 2
                yield channel, self.gaps[r, j], self._cost(space, half, net) + _BEND, (space,)

    def _direct(
        self, start: tuple[Port, Space, float], end: tuple[Port, Space, float], net: Net
    ) -> tuple[float, tuple[Space, ...]]:
        return self._cost(start[1], abs(start[2] - end[2]), net) + 2 * _BEND, (start[1],)


def _join(spaces: tuple[Space, ...], channel: Space, tail: tuple[Space, ...]) -> tuple[Space, ...]:
    return (*spaces, channel, *tail)


def route(grid: Grid, lines: Sequence[Line]) -> Ways:
    """Find every line's way, the widest bundles first, so that single lines keep out of their way."""
    router = _Router(grid)
    nets: dict[Net, list[int]] = {}
    for number, line in enumerate(lines):
        nets.setdefault(net_of(line), []).append(number)
    order = sorted(nets.values(), key=lambda numbers: (-len(numbers), numbers))
    for numbers in order:
        for number in numbers:
            router.found.take(router.way(lines[number]))
    return router.found
