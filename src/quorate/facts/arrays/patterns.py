"""Which meetings are alike: a number for all that a clause can tell of each by itself."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quorate.facts.arrays.gathering import CLOSE, HEAR, OPEN, PUT, STRAY, VOTE, Gathered
from quorate.facts.arrays.marks import NOTHING, Ints, Marks, mixed, number
from quorate.facts.arrays.numbering import Numbering, Numbers

MOST = 7  # acts inside, of which three hear: the sum of the places of each kind then stays below 16
DAY = 86_400_000_000
"""Microseconds of a day, in which moments are counted here."""
NEVER = np.iinfo(np.int64).max


class Company(NamedTuple):
    """Whoever presided or called, by number: all their posts and seats as a number (`places`, -1: none), and the time
    in which they had all of them at once: after the entry `from_seq`, from `since` to before `to`.
    """

    places: Numbers
    from_seq: Ints
    since: Ints
    to: Ints


class Sizes(NamedTuple):
    """How many sit on the organs of each unit, all as one number, and whether that changes."""

    size: Numbers
    moves: NDArray[np.bool_]


def patterned(meetings: Gathered, company: Company, sizes: Sizes, bound: NDArray[np.bool_], start: int) -> Marks:
    """By which mark each meeting is like others; nought where it is like none. `bound` are those that have to do with
    acts elsewhere; none is like others before the moment `start`.
    """
    found = np.zeros(len(meetings.key), np.uint64)
    _pattern(meetings, company, sizes, bound, start, found)
    return found


def numbered(pattern: Marks, few: int) -> tuple[Numbers, Ints]:
    """The number of the pattern of each meeting, -1 where no more than `few` share it; and the first meeting of each
    pattern.
    """
    like = np.flatnonzero(pattern)
    numbers, first = Numbering().numbered(pattern[like])
    many = np.bincount(numbers, minlength=len(first)) > few
    dense = np.where(many, np.cumsum(many) - 1, -1).astype(np.int32)
    found = np.full(len(pattern), -1, np.int32)
    found[like] = dense[numbers]
    return found, like[first[many]]


def among(keys: Marks, those: Marks) -> NDArray[np.bool_]:
    """Which keys are among those."""
    known = Numbering(len(those))
    known.numbered(those)
    return np.asarray(known.known(keys) >= 0, np.bool_)


@njit(inline="always")
def _in_place(company: Any, who: Any, seq: Any, first: Any, last: Any) -> Any:
    """Whether somebody had all their posts and seats as they did what they did."""
    if who < 0 or company.places[who] < 0:
        return False
    return company.from_seq[who] < seq and company.since[who] <= first and last < company.to[who]


@njit(cache=True, nogil=True)
def _pattern(m: Any, company: Any, sizes: Any, bound: Any, start: int, out: Any) -> None:
    for i in range(len(out)):
        weights, called = m.weights[i], m.call[i] >= 0
        if weights >= STRAY or bound[i]:
            continue
        # 1. closed in itself: opened, at most one motion and a vote on it, at most one closing, all of one person on
        #    one day without anything in between, and at most one call, before
        opens, hears, puts = weights // OPEN % 16, weights // HEAR % 16, weights // PUT % 16
        votes, closes = weights // VOTE % 16, weights // CLOSE % 16
        inside = opens + hears + puts + votes + closes
        if opens != 1 or hears > 3 or puts > 1 or votes != puts or closes > 1 or inside > MOST:
            continue
        if m.last[i] - m.first[i] + 1 != inside or (called and m.call[i] >= m.first[i]):
            continue
        if m.least[i] // DAY != m.most[i] // DAY or m.least[i] < start:
            continue
        # 2. whoever presided and called was in place, and those who voted stay as many
        if not _in_place(company, m.chair[i], m.first[i], m.least[i], m.most[i]):
            continue
        if called and not _in_place(company, m.caller[i], m.call[i], m.convened[i], m.convened[i]):
            continue
        size = -1
        if votes > 0:
            size = sizes.size[m.unit[i]]
            if sizes.moves[m.unit[i]]:
                continue
        # 3. all that tells it from others
        caller = company.places[m.caller[i]] if called else -1
        notice = ahead = -1_000_000
        if m.called_for[i] != NOTHING:
            ahead = m.least[i] // DAY - m.called_for[i] // DAY
            if called:
                notice = m.called_for[i] // DAY - m.convened[i] // DAY
        early = 1 if m.called_for[i] != NOTHING and m.least[i] < m.called_for[i] else 0
        order = m.places[i] - np.int64(m.first[i]) * weights
        people = mixed(
            number(company.places[m.chair[i]]), number(caller), number(size), number(notice), number(2 * ahead + early)
        )
        found = mixed(number(weights), number(order), m.marks[i], people, number(m.organ[i]))
        out[i] = found if found != 0 else number(1)
