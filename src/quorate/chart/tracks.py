"""The exact course of each line: a track of its own for each bundle in each channel, and a port on each box side.

Tracks in a channel are put in an order with few crossings (adjacent exchange on the
pairwise counts), and bundles that do not overlap share one (channel routing: Hashimoto & Stevens 1971).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from quorate.chart.courses import TRACK, Course, Drawn
from quorate.chart.measure import INSET, STACK, Cell
from quorate.chart.parts import Net
from quorate.chart.place import Grid, tall
from quorate.chart.route import Channel, Gap, Port, Space, Way, Ways
from quorate.chart.uprights import Uprights

FOOT = 17.0  # between a channel's first track and the boxes above: room for an arrowhead
HEAD = 26.0  # between its last track and the boxes below: room for an arrowhead and a clause's id
PLAIN = 32.0  # the least height of a channel


def course(grid: Grid, ways: Ways, top: float) -> Course:
    """Turn rough ways into exact courses, from `top` downwards."""
    found = Course(grid, ways)
    cells = {cell.box.id: cell for row in grid.rows for cell in row}
    uprights = Uprights(found, cells)
    # Across: gaps first, for they have least room; then the ports on the tops and bottoms of boxes.
    uprights.gaps()
    uprights.ports()
    # Down: the tracks of each channel decide how far apart the rows stand.
    _down(found, top)
    # Ports on the sides of boxes, once rows have their y; then the corners.
    _side_ports(found, cells)
    found.drawn = [Drawn(way, _corners(found, cells, way)) for way in ways.ways]
    return found


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
        bent = [track for track in tracks if track.high - track.low >= 0.05]
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
