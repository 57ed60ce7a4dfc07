"""The way of each line, roughly: through which channels between rows and which gaps between boxes it goes.

A channel lies above each row and below the last; gap `(r, j)` lies before the j-th box of row r (or at its
end). A line leaves a box
upwards or downwards into a channel, or sideways into a gap, and takes the shortest way (Dijkstra 1959) whose
cost counts
length, bends and how full the gaps are. Lines of a bundle find it cheap to follow one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Literal, NamedTuple

from quorate.chart.parts import Line, Net
from quorate.chart.place import Grid

Side = Literal["top", "bottom", "left", "right"]


class Channel(NamedTuple):
    """The channel above a row (or, after the last row, below it)."""

    row: int


class Gap(NamedTuple):
    """The gap before a row's box at `place`, or at the row's end."""

    row: int
    place: int


class Port(NamedTuple):
    """Where lines end: a side of a box or, where `row` is not empty, of that row of it."""

    box: str
    row: str
    side: Side


Space = Channel | Gap
_Opening = tuple[Port, Space, float]  # a port, the space it opens to, its x
_Found = tuple[float, Port, Port, tuple[Space, ...]]  # the cost of a way, its ports and spaces

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
        self.gaps = {(r, j): gap_middle(grid, r, j) for r, row in enumerate(grid.rows) for j in range(len(row) + 1)}
        self.at: list[list[tuple[int, int, float]]] = [[] for _ in range(len(grid.rows) + 1)]
        for (r, j), x in self.gaps.items():
            self.at[r].append((r, j, x))
            self.at[r + 1].append((r, j, x))

    def ports(self, end: tuple[str, str | None]) -> Iterator[_Opening]:
        """The ports of a line's end, each with the space it opens to and its x."""
        box, row = end
        r, j = self.grid.row_of[box], self.place[box]
        cell = self.grid.rows[r][j]
        x = self.grid.x[box]
        if row is None:
            yield Port(box, "", "top"), Channel(r), x + cell.width / 2
            yield Port(box, "", "bottom"), Channel(r + 1), x + cell.width / 2
        yield Port(box, row or "", "left"), Gap(r, j), x
        yield Port(box, row or "", "right"), Gap(r, j + 1), x + cell.width

    def way(self, line: Line) -> Way:
        """The cheapest way for a line. Both ends on one box are tried port by port, for no line ends at the
        port it leaves.
        """
        net = line.net
        starts, ends = list(self.ports(line.start)), list(self.ports(line.end))
        if line.start == line.end:
            pairs = [([start], [end]) for start in starts for end in ends if start[0] != end[0]]
        else:
            pairs = [(starts, ends)]
        found = min((self._search(first, second, net) for first, second in pairs), key=lambda way: way[0])
        return Way(line, net, found[1], found[2], found[3])

    def _search(self, starts: list[_Opening], ends: list[_Opening], net: Net) -> _Found:
        """The cheapest way from any of some ports to any of others."""
        direct = self._direct(starts, ends, net)
        best = direct[0] if direct else float("inf")
        exits: dict[int, list[tuple[float, float, _Opening]]] = {}
        for end in ends:
            for channel, x, cost in self._entries(end, net):
                exits.setdefault(channel, []).append((x, cost, end))
        # A step in the queue is (cost, number, channel, x); `back` tells for each number the step before it and
        # the spaces since.
        queue: list[tuple[float, int, int, float]] = []
        back: list[tuple[int, tuple[Space, ...]]] = []
        for number, start in enumerate(starts):
            for channel, x, cost in self._entries(start, net):
                heappush(queue, (cost, len(back), channel, x))
                back.append((-1 - number, (start[1],) if isinstance(start[1], Gap) else ()))
        done: set[tuple[int, float]] = set()
        last: tuple[int, int, _Opening] | None = None
        while queue and queue[0][0] < best:
            cost, number, channel, x = heappop(queue)
            if (channel, x) in done:
                continue
            done.add((channel, x))
            rate, full = self._rate(Channel(channel), net)
            for to, more, end in exits.get(channel, ()):
                total = cost + _along(abs(to - x), rate, full) + more
                if total < best:
                    best, last = total, (number, channel, end)
            for r, j, to in self.at[channel]:
                other = 2 * r + 1 - channel  # the gap's other end
                if (other, to) not in done:
                    share, crowd = self._rate(Gap(r, j), net)
                    down = (self.height[r] + _CHANNEL) * share + crowd
                    heappush(queue, (cost + _along(abs(to - x), rate, full) + down, len(back), other, to))
                    back.append((number, (Channel(channel), Gap(r, j))))
        if last is None:
            assert direct is not None, "the channels and gaps of a grid are connected"
            return direct
        number, channel, end = last
        spaces: tuple[Space, ...] = (Channel(channel), *([end[1]] if isinstance(end[1], Gap) else []))
        while number >= 0:
            number, before = back[number]
            spaces = (*before, *spaces)
        return best, starts[-1 - number][0], end[0], spaces

    def _rate(self, space: Space, net: Net) -> tuple[float, float]:
        """What a unit of length costs a bundle in a space, and what entering it costs."""
        users = self.found.users.get(space, ())
        return (_SHARED, 0.0) if net in users else (1.0, _FULL * len(users))

    def _port_cost(self, port: Port, net: Net) -> float:
        """Ports already the bundle's are free; sides of a box cost a little more than its top and bottom."""
        if net in self.found.ports.get(port, ()):
            return 0.0
        return (8.0 if port.row else 30.0) if port.side in ("left", "right") else 0.0

    def _entries(self, opening: _Opening, net: Net) -> Iterator[tuple[int, float, float]]:
        """The channels a port leads to: channel, x there, cost so far."""
        port, space, x = opening
        cost = self._port_cost(port, net)
        if isinstance(space, Channel):
            yield space.row, x, cost
            return
        r, j = space
        share, crowd = self._rate(space, net)
        for channel in (r, r + 1):
            yield channel, self.gaps[r, j], cost + self.height[r] / 2 * share + crowd + _BEND

    def _direct(self, starts: list[_Opening], ends: list[_Opening], net: Net) -> _Found | None:
        """The cheapest way through one gap alone, between boxes side by side or two parts of one box."""
        found: list[_Found] = []
        for start in starts:
            for end in ends:
                if start[1] == end[1] and isinstance(start[1], Gap) and start[0] != end[0]:
                    share, crowd = self._rate(start[1], net)
                    ports = self._port_cost(start[0], net) + self._port_cost(end[0], net)
                    cost = abs(start[2] - end[2]) * share + crowd + 2 * _BEND + ports
                    found.append((cost, start[0], end[0], (start[1],)))
        return min(found, key=lambda way: way[0], default=None)


def _along(far: float, rate: float, full: float) -> float:
    return far * rate + full + (_BEND if far > 1 else 0)


def route(grid: Grid, lines: Sequence[Line]) -> Ways:
    """Find every line's way, the widest bundles first, so that single lines keep out of their way."""
    router = _Router(grid)
    nets: dict[Net, list[int]] = {}
    for number, line in enumerate(lines):
        nets.setdefault(line.net, []).append(number)
    order = sorted(nets.values(), key=lambda numbers: (-len(numbers), numbers))
    for numbers in order:
        for number in numbers:
            router.found.take(router.way(lines[number]))
    return router.found
