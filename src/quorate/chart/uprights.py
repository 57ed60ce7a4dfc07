"""The x of everything that runs up and down: bundles' tracks in gaps, their ports on the tops and bottoms of boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from quorate.chart.courses import APART, TRACK, Course
from quorate.chart.measure import PORT, Cell
from quorate.chart.parts import Net
from quorate.chart.place import Grid
from quorate.chart.route import Gap, Port, Way, Ways, gap_middle
from quorate.chart.text import LABEL, width


def needs(ways: Ways, labelled: bool) -> dict[tuple[int, int], float]:
    """The width each gap needs for its tracks and, if `labelled`, for the ids of the clauses whose lines stay
    within it.
    """
    found = {
        (space.row, space.place): 2 * APART + 8 + TRACK * len(nets)
        for space, nets in ways.users.items()
        if isinstance(space, Gap)
    }
    for way in ways.ways if labelled else ():
        if len(way.spaces) == 1 and isinstance(way.spaces[0], Gap):
            gap = way.spaces[0]
            room = width(way.line.clause, LABEL) + 34
            found[gap.row, gap.place] = max(found[gap.row, gap.place], room)
    return found


class Uprights:
    """The x of everything that runs up and down. `taken` lists, by channel, the x's of bundles that reach into it."""

    def __init__(self, found: Course, cells: dict[str, Cell]) -> None:
        self.found, self.cells = found, cells
        self.taken: dict[int, list[tuple[float, Net]]] = {}
        self.aims: dict[tuple[Net, Gap | Port], list[float]] = {}
        for way in found.ways.ways:
            steps: list[Gap | Port] = [way.start, *(s for s in way.spaces if isinstance(s, Gap)), way.end]
            for first, second in pairwise(steps):
                self.aims.setdefault((way.net, first), []).append(self._middle(second))
                self.aims.setdefault((way.net, second), []).append(self._middle(first))

    def _middle(self, step: Gap | Port) -> float:
        if isinstance(step, Gap):
            return gap_middle(self.found.grid, step.row, step.place)
        cell = self.cells[step.box]
        x = self.found.grid.x[cell.box.id]
        return {"left": x, "right": x + cell.width}.get(step.side, x + cell.width / 2)

    def _free(self, x: float, channels: Iterable[int], net: Net) -> bool:
        return all(abs(x - other) >= APART or user == net for c in channels for other, user in self.taken.get(c, ()))

    def _take(self, x: float, channels: Iterable[int], net: Net) -> None:
        for channel in channels:
            self.taken.setdefault(channel, []).append((x, net))

    def _pick(
        self,
        aim: float,
        low: float,
        high: float,
        channels: Sequence[int],
        net: Net,
        beside: Sequence[float],
        apart: float,
    ) -> float:
        """The x nearest to `aim` in [low, high] that keeps its distance; where there is none, the one that
        keeps most.
        """
        aim = min(max(aim, low), high)
        steps = [0.0]
        for step in range(1, int((high - low) * 2) + 2):
            steps += [step * 0.5, -step * 0.5]
        tries = [aim + step for step in steps if low <= aim + step <= high]
        roomy = [x for x in tries if all(abs(x - other) >= apart for other in beside)]
        for x in roomy:
            if self._free(x, channels, net):
                return x
        others = [*beside, *(x for c in channels for x, user in self.taken.get(c, ()) if user != net)]
        return max(tries, key=lambda x: (min((abs(x - other) for other in others), default=0.0), -abs(x - aim)))

    def gaps(self) -> None:
        """Give each bundle its x in each gap it uses, in the order of where it comes from and goes to."""
        grid = self.found.grid
        spaces = sorted(space for space in self.found.ways.users if isinstance(space, Gap))
        for space in spaces:
            r, j = space
            low, high = _gap_bounds(grid, r, j)
            nets = sorted(self.found.ways.users[space], key=lambda net: (self._aim(net, space, r), net))
            placed: list[float] = []
            room = high - low
            width = TRACK * (len(nets) - 1)
            for number, net in enumerate(nets):
                first = low + max(0.0, (room - width) / 2) + TRACK * number
                aim = first if room < 3 * TRACK * len(nets) + 40 else self._near(net, space, r, low + 8, high - 8)
                left = [x + min(TRACK, room / (len(nets) + 1)) for x in placed[-1:]]
                rest = TRACK * (len(nets) - 1 - number)
                x = self._pick(aim, max([low, *left]), max(high - rest, *left, low), (r, r + 1), net, placed, APART)
                placed.append(x)
                self.found.gap_x[net, space] = x
                self._take(x, (r, r + 1), net)

    def _aim(self, net: Net, space: Gap, row: int) -> float:
        """Where a bundle comes from and goes to, on the average."""
        aims = self.aims[net, space]
        above = [self.found.gap_x[key] for key in self._above(net, row)]
        every = [*aims, *above]
        return sum(every) / len(every)

    def _near(self, net: Net, space: Gap, row: int, low: float, high: float) -> float:
        """The x in a wide gap that keeps a bundle's way straight, else short."""
        for key in self._above(net, row):
            if low <= self.found.gap_x[key] <= high:
                return self.found.gap_x[key]
        aims = sorted(self.aims[net, space])
        return aims[len(aims) // 2]

    def _above(self, net: Net, row: int) -> Iterator[tuple[Net, Gap]]:
        for user, space in self.found.gap_x:
            if user == net and space.row == row - 1:
                yield user, space

    def ports(self) -> None:
        """Give each bundle its x on the top or bottom of each box where it ends there."""
        grid = self.found.grid
        sides = sorted(port for port in self.found.ways.ports if port.side in ("top", "bottom"))
        sides.sort(key=lambda port: (grid.row_of[port.box], grid.x[port.box], port.side))
        for port in sides:
            cell = self.cells[port.box]
            x, r = grid.x[port.box], grid.row_of[port.box]
            channel = r if port.side == "top" else r + 1
            nets = self.found.ways.ports[port]
            aims = {net: self._port_aim(net, port, x + cell.width / 2, cell.width) for net in nets}
            placed: list[float] = []
            middle = x + cell.width / 2
            for net in sorted(nets, key=lambda net: (abs(aims[net] - middle), net)):
                at = self._pick(aims[net], x + 8, x + cell.width - 8, (channel,), net, placed, PORT - 1)
                placed.append(at)
                self.found.port_at[net, port] = at
                self._take(at, (channel,), net)

    def _port_aim(self, net: Net, port: Port, middle: float, width: float) -> float:
        """The middle where a bundle spreads from; else towards the other end, straight where that can be."""
        if net[1] == port.box and len(self.aims[net, port]) > 1:
            return middle
        beyond = [
            at
            for way in self.found.ways.ways
            if way.net == net and port in (way.start, way.end)
            for at in [self._known(way, port)]
        ]
        aim = sum(beyond) / len(beyond)
        return min(max(aim, middle - width * 0.36), middle + width * 0.36)

    def _known(self, way: Way, port: Port) -> float:
        gaps = [space for space in way.spaces if isinstance(space, Gap)]
        if gaps:
            return self.found.gap_x[way.net, gaps[0] if port == way.start else gaps[-1]]
        other = way.end if port == way.start else way.start
        return self.found.port_at.get((way.net, other), self._middle(other))


def _gap_bounds(grid: Grid, row: int, place: int) -> tuple[float, float]:
    """The x's between which a gap's tracks may run."""
    cells = grid.rows[row]
    low = grid.x[cells[place - 1].box.id] + cells[place - 1].width + APART + 4 if place else 10.0
    high = grid.x[cells[place].box.id] - APART - 4 if place < len(cells) else grid.width - 10
    return low, max(low, high)
