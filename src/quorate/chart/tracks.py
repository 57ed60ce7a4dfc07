"""The exact course of each line: a track of its own for each bundle in each channel and gap, and a port on each
box side.

Tracks in a channel are put in the order that gives the fewest crossings between them (adjacent exchange on the
pairwise counts, as in channel routing
after Hashimoto & Stevens 1971, with bundles that do not overlap sharing a track).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from quorate.chart.measure import INSET, PORT, STACK, Cell
from quorate.chart.parts import Net
from quorate.chart.place import Grid, tall
from quorate.chart.route import Channel, Gap, Port, Space, Way, Ways, gap_middle
from quorate.chart.text import LABEL, width

TRACK = 13.0  # between two tracks
APART = 7.0  # the least distance between two bundles' lines that run side by side for a while
FOOT = 17.0  # between a channel's first track and the boxes above: room for an arrowhead
HEAD = 26.0  # between its last track and the boxes below: room for an arrowhead and a clause's id
PLAIN = 32.0  # the least height of a channel


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


def needs(ways: Ways, labelled: bool) -> dict[tuple[int, int], float]:
    """The width each gap needs for its tracks and, if `labelled`, for the ids of the clauses whose lines stay within it."""
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


def course(grid: Grid, ways: Ways, top: float) -> Course:
    """Turn rough ways into exact courses, from `top` downwards."""
    found = Course(grid, ways)
    cells = {cell.box.id: cell for row in grid.rows for cell in row}
    uprights = _Uprights(found, cells)
    # Across: gaps first, for they have least room; then the ports on the tops and bottoms of boxes.
    uprights.gaps()
    uprights.ports()
    # Down: the tracks of each channel decide how far apart the rows stand.
    _down(found, top)
    # Ports on the sides of boxes, once rows have their y; then the corners.
    _side_ports(found, cells)
    found.drawn = [Drawn(way, _corners(found, cells, way)) for way in ways.ways]
    return found


class _Uprights:
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


@dataclass(slots=True)
class _Track:
    """A bundle's span along a channel, and the x's at which it goes on upwards and downwards."""

    net: Net
    up: list[float] = field(default_factory=list)
    down: list[float] = field(default_factory=list)

    @property
    def low(self) -> float:
        return min([*self.up, *self.down])

    @property
    def high(self) -> float:
        return max([*self.up, *self.down])


def _tracks(found: Course, channel: int) -> list[_Track]:
    tracks: dict[Net, _Track] = {}
    for way in found.ways.ways:
        steps: list[Space | Port] = [way.start, *way.spaces, way.end]
        for place, step in enumerate(steps):
            if step != Channel(channel) or isinstance(step, Gap | Port):
                continue
            track = tracks.setdefault(way.net, _Track(way.net))
            for beside in (steps[place - 1], steps[place + 1]):
                x, row = _upright(found, way.net, beside)
                (track.up if row == channel - 1 else track.down).append(x)
    return [tracks[net] for net in sorted(tracks)]


def _upright(found: Course, net: Net, step: Space | Port) -> tuple[float, int]:
    """The x and row of what a channel's track meets: a gap or a port."""
    if isinstance(step, Gap):
        return found.gap_x[net, step], step.row
    assert isinstance(step, Port)
    return found.port_at[net, step], found.grid.row_of[step.box]


def _crossings(above: _Track, below: _Track) -> int:
    """How often two tracks cross where the first lies above the second."""
    down = sum(below.low < x < below.high for x in set(above.down))
    return down + sum(above.low < x < above.high for x in set(below.up))


def _ordered(tracks: list[_Track]) -> list[_Track]:
    order = sorted(tracks, key=lambda t: (len(t.down) - len(t.up), t.low, t.net))
    for _ in order:
        moved = False
        for place in range(len(order) - 1):
            first, second = order[place : place + 2]
            if _crossings(second, first) < _crossings(first, second):
                order[place : place + 2] = [second, first]
                moved = True
        if not moved:
            break
    return order


def _levels(tracks: list[_Track]) -> dict[Net, int]:
    """The number of each bundle's track, counted from the top; bundles that do not overlap share one."""
    found: dict[Net, int] = {}
    order = _ordered(tracks)
    for place, track in enumerate(order):
        over = [
            found[other.net] + 1
            for other in order[:place]
            if other.low < track.high + TRACK and track.low < other.high + TRACK
        ]
        found[track.net] = max(over, default=0)
    return found


def _down(found: Course, top: float) -> None:
    grid = found.grid
    y = top
    starts = set()
    count = 0
    for level in grid.levels:
        starts.add(count)
        count += max(tall(column) for column in level)
    for channel in range(len(grid.rows) + 1):
        edge = 16.0 if channel in starts or channel == len(grid.rows) else 0.0
        tracks = _tracks(found, channel)
        bent = [track for track in tracks if track.high - track.low >= 1]
        levels = _levels(bent)
        count = max(levels.values(), default=-1) + 1
        for track in tracks:
            place = levels.get(track.net, 0)
            found.track_y[track.net, Channel(channel)] = y + edge / 2 + FOOT + TRACK * place
        end = channel in (0, len(grid.rows))
        if count:
            y += edge + FOOT + HEAD + TRACK * (count - 1)
        else:
            y += edge / 2 + 6 if end else PLAIN + edge
        if channel < len(grid.rows):
            found.y.append(y)
            y += max(cell.height for cell in grid.rows[channel])
    found.height = y


def _side_ports(found: Course, cells: dict[str, Cell]) -> None:
    """Give each bundle its y on the side of each box or row where it ends there, apart from others in the same gap."""
    grid = found.grid
    used: dict[tuple[int, int], list[tuple[float, Net]]] = {}
    place = {cell.box.id: j for row in grid.rows for j, cell in enumerate(row)}
    sides = sorted(port for port in found.ways.ports if port.side in ("left", "right"))
    for port in sides:
        cell = cells[port.box]
        r = grid.row_of[port.box]
        gap = (r, place[port.box] + (port.side == "right"))
        top, tall = cell.rows[port.row] if port.row else (0.0, cell.head)
        low, high = found.y[r] + top + 4, found.y[r] + top + tall - 4
        for net in sorted(found.ways.ports[port]):
            at = _clear((low + high) / 2, low, high, [y for y, other in used.get(gap, ()) if other != net])
            used.setdefault(gap, []).append((at, net))
            found.port_at[net, port] = at


def _clear(aim: float, low: float, high: float, others: Sequence[float]) -> float:
    """The place nearest to `aim` at least `STACK` from others; where there is none, the one farthest from them."""
    tries = [aim]
    step = 0.5
    while step <= (high - low) / 2:
        tries += [aim - step, aim + step]
        step += 0.5
    for y in tries:
        if all(abs(y - other) >= STACK for other in others):
            return y
    return max(tries, key=lambda y: min(abs(y - other) for other in others))


def _end(found: Course, cells: dict[str, Cell], net: Net, port: Port) -> tuple[float, float]:
    cell = cells[port.box]
    x, y = found.grid.x[port.box], found.y[found.grid.row_of[port.box]]
    at = found.port_at[net, port]
    inset = INSET if port.row else 0.0
    return {
        "top": (at, y),
        "bottom": (at, y + cell.height),
        "left": (x + inset, at),
        "right": (x + cell.width - inset, at),
    }[port.side]


def _corners(found: Course, cells: dict[str, Cell], way: Way) -> tuple[tuple[float, float], ...]:
    start, end = _end(found, cells, way.net, way.start), _end(found, cells, way.net, way.end)
    points = [start]
    x, y = start
    for space in way.spaces:
        if isinstance(space, Channel):
            y = found.track_y[way.net, space]
        else:
            x = found.gap_x[way.net, space]
        points.append((x, y))
    if way.end.side in ("top", "bottom"):
        points += [(end[0], y), end]
    else:
        points += [(x, end[1]), end]
    return _straightened(points)


def _straightened(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The points without repetitions and without those in the middle of a straight run."""
    found: list[tuple[float, float]] = []
    for x, y in ((round(x, 1), round(y, 1)) for x, y in points):
        if found and found[-1] == (x, y):
            continue
        while len(found) > 1 and (
            (found[-1][0] == found[-2][0] == x and (found[-1][1] - found[-2][1]) * (y - found[-1][1]) > 0)
            or (found[-1][1] == found[-2][1] == y and (found[-1][0] - found[-2][0]) * (x - found[-1][0]) > 0)
        ):
            found.pop()
        found.append((x, y))
    return tuple(found)
