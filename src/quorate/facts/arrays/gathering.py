"""The acts of a row group gathered by meeting, and the meetings of several row groups put together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quorate.facts.arrays.marks import (
    COUNTED,
    FIELDS,
    NOTHING,
    Ints,
    Marks,
    Said,
    Texts,
    both,
    fed,
    mixed,
    number,
    slash,
    start,
    stirred,
)  # fmt: skip
from quorate.facts.arrays.numbering import Numbers, repeated

CALL = "meeting.convene"
INSIDE = ("meeting.open", "meeting.hear", "motion.put", "motion.vote", "meeting.close")
"""The acts that a meeting like others may hold, besides its call."""
SAID = {
    CALL: {"on", "agenda", "place"},
    "meeting.open": {"present", "entitled"},
    "meeting.hear": {"business", "text"},
    "motion.put": {"motion", "business", "text"},
    "motion.vote": {"motion", "for", "against", "abstain", "carried"},
    "meeting.close": {"text"},
}
"""What the payloads of acts may say that names nobody, and rests on nothing outside the meeting."""
VERBS = (CALL, *INSIDE)
OPEN, HEAR, PUT, VOTE, CLOSE = (16**place for place in range(len(INSIDE)))
STRAY = 16 ** len(INSIDE)
"""What acts of each kind weigh: the sum of the weights of a meeting tells how many there are of each. One that weighs
as much as `STRAY` holds something by which it is like no other.
"""
MOST = 15  # acts of one kind
_MAY = np.array([sum(1 << FIELDS.index(name) for name in SAID[verb]) for verb in VERBS], np.int64)
_CALL, _OPEN, _HEAR, _PUT, _VOTE, _CLOSE = range(len(VERBS))
_CALLED, _OPENED, _CLOSED, _PRESIDED = range(4)
_WEIGHTS = np.array([0, OPEN, HEAR, PUT, VOTE, CLOSE], np.int64)
_SLASH = ord("/")
_LAST = np.iinfo(np.int64).max


class Gathered(NamedTuple):
    """Meetings, an item each: its `key` (a mark of unit and id); its `unit` and `organ` by number; what its acts weigh
    together (`weights`), and each times its number (`places`), and their `marks`, summed up; the number of its call
    (-1: none), when it was `convened`, and `called_for` (`NOTHING`: not stated); of all other acts the `first` number
    and the earliest and latest moment (`least`, `most`); the `last` number of all; the number of its opening (`opens`);
    who presided (`chair`) and who called (`caller`, -1: nobody), by number.
    """

    key: Marks
    unit: Numbers
    organ: Numbers
    weights: Numbers
    places: Ints
    marks: Marks
    call: Numbers
    convened: Ints
    called_for: Ints
    first: Numbers
    last: Numbers
    opens: Numbers
    least: Ints
    most: Ints
    chair: Numbers
    caller: Numbers


class Rows(NamedTuple):
    """What was found of a row group's rows: of which meeting each is, if it may be left out with it (`of`, else -1);
    whether it is to stay whatever becomes of meetings (`rest`); for each meeting the rows in which it was called,
    opened, and first presided over (-1: none there); rows whose payloads are to be read with more care (`odd`), and
    that open a meeting without a name (`nameless`); keys of meetings whose motions others name (`bound`).
    """

    of: Numbers
    rest: NDArray[np.bool_]
    called: Numbers
    opened: Numbers
    presided: Numbers
    odd: Ints
    nameless: Ints
    bound: Marks


class Coded(NamedTuple):
    """A column of a row group: the number of each row's text (-1: none), and a mark of each text."""

    code: Numbers
    mark: Marks


class Columns(NamedTuple):
    """A row group as arrays. `verb` is the place of each act in `VERBS` (greater: another), `ours` of each organ in
    those asked about (-1: another), by their numbers; `passed` tells of each unit, and `wanted` of each tier (the last:
    of none), whether its acts are not looked at, or are; `before` has marks of all that stands before the last slash of
    a reference (0: it has none).
    """

    unit: Coded
    act: Coded
    organ: Coded
    office: Coded
    tier: Coded
    actor: Coded
    meeting: Coded
    subject: Numbers
    ref: Numbers
    payload: Numbers
    seq: Ints
    at: Ints
    latest: Ints
    verb: Numbers
    ours: Numbers
    passed: NDArray[np.bool_]
    wanted: NDArray[np.bool_]
    before: Marks
    said: Said
    payloads: Texts
    meetings: Texts
    end: int


def gathered(columns: Columns) -> tuple[Gathered, Rows]:
    """The meetings of a row group, and what was found of its rows. Units, chairs and callers are numbers of the row
    group's own.
    """
    rows = len(columns.seq)
    of, rest = np.full(rows, -1, np.int32), np.zeros(rows, np.bool_)
    odd, nameless, bound = np.empty(rows, np.int64), np.empty(rows, np.int64), np.empty(rows, np.uint64)
    size = 1 << max(4, (2 * rows).bit_length())
    numbers = np.empty(size, np.int64), np.full(size, -1, np.int32)
    made = _empty(rows)
    lines = np.full((4, rows), -1, np.int32)
    count, odds, unnamed, bounds = _gather(columns, *numbers, made, lines, of, rest, odd, nameless, bound)
    found = Gathered._make(values[:count].copy() for values in made)
    called, opened, presided = (lines[which, :count].copy() for which in (_CALLED, _OPENED, _PRESIDED))
    return found, Rows(of, rest, called, opened, presided, odd[:odds], nameless[:unnamed], bound[:bounds])


def _empty(rows: int) -> Gathered:
    """Meetings of which nothing is known yet."""
    kinds = {"key": np.uint64, "marks": np.uint64, **dict.fromkeys(("places", "convened", "called_for"), np.int64)}
    first = {"convened": NOTHING, "called_for": NOTHING, "least": _LAST, "most": NOTHING, "first": 2**31 - 1}
    kinds |= dict.fromkeys(("least", "most"), np.int64)
    first |= dict.fromkeys(("call", "last", "opens", "chair", "caller"), -1)
    return Gathered._make(np.full(rows, first.get(name, 0), kinds.get(name, np.int32)) for name in Gathered._fields)


@njit(cache=True, nogil=True)
def _gather(
    c: Any, keys: Any, numbers: Any, m: Any, lines: Any, of: Any, rest: Any, odd: Any, nameless: Any, bound: Any
) -> Any:
    count = odds = unnamed = bounds = 0
    many = len(c.meeting.mark) + 1
    before, here = -1, -1
    for row in range(len(c.seq)):
        verb, unit, meeting = c.verb[c.act.code[row]], c.unit.code[row], c.meeting.code[row]
        organ = c.organ.code[row]
        ours = c.ours[organ] if organ >= 0 else -1
        usual = verb < len(VERBS) and ours >= 0
        rest[row] = not usual or meeting < 0
        if meeting < 0:
            if verb == _OPEN:
                nameless[unnamed] = row
                unnamed += 1
            continue
        if c.at[row] >= c.end or c.passed[unit] or not c.wanted[c.tier.code[row]]:
            continue
        # 1. the meeting, most often that of the row before
        pair = unit * many + meeting
        if pair != before:
            place = (pair * 0x1E3779B97F4A7C15 >> 20) & (len(keys) - 1)
            while numbers[place] >= 0 and keys[place] != pair:
                place = (place + 1) & (len(keys) - 1)
            if numbers[place] < 0:
                keys[place], numbers[place] = pair, count
                m.key[count] = both(c.unit.mark[unit], c.meeting.mark[meeting])
                m.unit[count], m.organ[count] = unit, ours
                count += 1
            before, here = pair, numbers[place]
        if usual:
            of[row] = here
        # 2. what it says
        stray = not usual or m.organ[here] != ours or c.at[row] != c.latest[row]
        stray = stray or c.actor.code[row] < 0 or c.subject[row] >= 0 or c.ref[row] >= 0
        if usual and c.ref[row] >= 0 and c.before[c.ref[row]] != 0:
            bound[bounds] = both(c.unit.mark[unit], c.before[c.ref[row]])
            bounds += 1
        said = number(0)
        if usual:
            payload = c.payload[row]
            fields = c.said.fields[payload] if payload >= 0 else 0
            if fields < 0 and verb in (_PUT, _VOTE):
                odd[odds] = row
                odds += 1
            stray = stray or fields < 0 or (fields & ~(_MAY[verb] | COUNTED)) != 0
            stray = stray or (verb == _OPEN and (fields & COUNTED) == 0)
            begin = end = cut = -1
            if fields >= 0 and verb in (_PUT, _VOTE):
                begin, end = (c.said.motion[payload, 0], c.said.motion[payload, 1]) if payload >= 0 else (-1, -1)
                cut = _own(c, meeting, begin, end)
                if cut < 0:
                    stray = True
                    at = slash(c.payloads.data, begin, end)
                    if at >= 0:
                        named = stirred(fed(start(), c.payloads.data, begin, at))
                        bound[bounds] = both(c.unit.mark[unit], named)
                        bounds += 1
            if not stray:
                office, tier = c.office.code[row], c.tier.code[row]
                said = mixed(
                    _words(c, verb, payload, cut, end),
                    c.organ.mark[organ],
                    c.office.mark[office] if office >= 0 else number(0),
                    c.tier.mark[tier] if tier >= 0 else number(0),
                    number(verb << len(FIELDS) + 2 | fields),
                )
        # 3. and what that makes of the meeting
        seq = np.int32(c.seq[row])
        m.last[here] = max(m.last[here], seq)
        m.marks[here] += said
        if verb == _CALL:
            stray = stray or m.call[here] >= 0
            m.call[here], m.convened[here] = seq, c.at[row]
            if usual and c.payload[row] >= 0:
                m.called_for[here] = c.said.on[c.payload[row]]
            lines[_CALLED, here] = row
        else:
            m.first[here] = min(m.first[here], seq)
            m.least[here], m.most[here] = min(m.least[here], c.at[row]), max(m.most[here], c.at[row])
            if lines[_PRESIDED, here] < 0:
                lines[_PRESIDED, here] = row
            elif c.actor.code[lines[_PRESIDED, here]] != c.actor.code[row]:
                stray = True
            if verb == _OPEN:
                m.opens[here] = seq
                lines[_OPENED, here] = row
            elif verb == _CLOSE:
                lines[_CLOSED, here] = row
        weight = 0
        if usual and verb != _CALL:
            weight = _WEIGHTS[verb]
            stray = stray or (m.weights[here] // weight) % 16 == MOST
        if stray or m.weights[here] >= STRAY:
            m.weights[here] = STRAY
        else:
            m.weights[here] += weight
            m.places[here] += weight * c.seq[row]
    _unlike(c, m, lines, count)
    return count, odds, unnamed, bounds


@njit
def _unlike(c: Any, m: Any, lines: Any, count: int) -> None:
    """Weigh as strays meetings that were not opened first of all, or not closed last, by their moments."""
    for here in range(count):
        opened, closed = lines[_OPENED, here], lines[_CLOSED, here]
        if opened >= 0 and c.at[opened] != m.least[here]:
            m.weights[here] = STRAY
        if closed >= 0 and c.at[closed] != m.most[here]:
            m.weights[here] = STRAY


@njit(inline="always")
def _own(c: Any, meeting: Any, begin: Any, end: Any) -> Any:
    """Where the word begins by which a motion is called after its meeting's id and a slash; -1: it is called
    otherwise.
    """
    first, last = c.meetings.ends[meeting], c.meetings.ends[meeting + 1]
    length = last - first
    if begin < 0 or end - begin <= length or c.payloads.data[begin + length] != _SLASH:
        return -1
    for place in range(length):
        if c.payloads.data[begin + place] != c.meetings.data[first + place]:
            return -1
    for place in range(begin + length + 1, end):
        if c.payloads.data[place] == _SLASH:
            return -1
    return begin + length + 1


@njit(inline="always")
def _words(c: Any, verb: Any, payload: Any, cut: Any, end: Any) -> Any:
    """A mark of what an act says, the same in meetings of another id and day, whatever is said in words of its own."""
    if payload < 0:
        return number(0)
    if verb in (_HEAR, _PUT):
        begin, stop = c.said.business[payload, 0], c.said.business[payload, 1]
        mark = fed(start(), c.payloads.data, begin, stop)  # of nothing, where it is on no kind of business
        return stirred(mark if verb == _HEAR else fed(mark, c.payloads.data, cut - 1, end))
    if verb == _VOTE:
        mark = fed(start(), c.payloads.data, c.payloads.ends[payload], c.said.motion[payload, 0])
        return stirred(fed(mark, c.payloads.data, cut, c.payloads.ends[payload + 1]))
    return c.said.mark[payload]


# --- several row groups


def merged(parts: list[Gathered]) -> list[Numbers]:
    """Put meetings that are in several parts together, as one more part; in the others they are strays then. Return of
    each part the number in the new one of each of its meetings, -1 where it is in this part alone.
    """
    index, count = repeated([part.key for part in parts])
    made = _empty(count)
    for work in (_add, _check):
        for part, numbers in zip(parts, index, strict=True):
            work(part, numbers, made)
    for part, numbers in zip(parts, index, strict=True):
        part.weights[numbers >= 0] = STRAY
    parts.append(made)
    return index


@njit(cache=True, nogil=True)
def _add(part: Any, index: Any, m: Any) -> None:
    """Put meetings of a part to what is known of them."""
    for i in range(len(index)):
        here = index[i]
        if here < 0:
            continue
        new = m.key[here] != part.key[i] or m.last[here] < 0
        m.key[here], m.unit[here] = part.key[i], part.unit[i]
        stray = part.weights[i] >= STRAY or m.weights[here] >= STRAY
        stray = stray or not (new or m.organ[here] == part.organ[i])
        stray = stray or (part.call[i] >= 0 and m.call[here] >= 0)
        stray = stray or (part.chair[i] >= 0 and m.chair[here] >= 0 and part.chair[i] != m.chair[here])
        weight, together = 1, part.weights[i] + m.weights[here]
        while not stray and weight < STRAY:
            stray = (part.weights[i] // weight) % 16 + (m.weights[here] // weight) % 16 > MOST
            weight *= 16
        m.weights[here] = STRAY if stray else together
        m.organ[here] = part.organ[i]
        m.places[here] += part.places[i]
        m.marks[here] += part.marks[i]
        if part.call[i] >= 0:
            m.call[here], m.convened[here], m.called_for[here] = part.call[i], part.convened[i], part.called_for[i]
            m.caller[here] = part.caller[i]
        m.first[here], m.last[here] = min(m.first[here], part.first[i]), max(m.last[here], part.last[i])
        m.least[here], m.most[here] = min(m.least[here], part.least[i]), max(m.most[here], part.most[i])
        m.opens[here] = max(m.opens[here], part.opens[i])
        m.chair[here] = max(m.chair[here], part.chair[i])


@njit(cache=True, nogil=True)
def _check(part: Any, index: Any, m: Any) -> None:
    """Weigh as strays meetings that were not opened first of all, or not closed last, by their moments."""
    for i in range(len(index)):
        here = index[i]
        if here < 0:
            continue
        opened, closed = part.weights[i] // OPEN % 16, part.weights[i] // CLOSE % 16
        if (opened > 0 and part.least[i] != m.least[here]) or (closed > 0 and part.most[i] != m.most[here]):
            m.weights[here] = STRAY
