"""Entries as numbers: what is written of an act is a form with gaps, and a row says what goes into the gaps.

A form names the act, the clause and whatever else is the same in each entry made by it; its templates say how the other
columns read. Thousands of entries are then a few arrays, and turning them into text can wait until a month is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.world.units import ENTRY, Units

Ints = NDArray[np.int64]
GAPS = 6
"""How many gaps a form may have: arguments `a` to `f` of `Rows.write`."""
LETTERS = "abcdef"
KINDS = (
    "text", "self", "unit", "name", "person", "whole", "day", "moment", "month", "entry", "matter", "pooled", "loose",
    "two", "roster",
)  # fmt: skip
"""What stands in a gap: a unit's id or name, a person's id, a whole number (plain, or with two digits), a moment
(minutes since 1970) as a day, moment or month, an entry's id, a matter's id, a text kept (`pooled`) or kept for a
while (`loose`); so many members of the unit as its opening lists them (`roster`). `self` is the unit's own id."""
TEMPLATED = ("actor", "subject", "meeting", "ref", "payload")
FIXED = ("act", "organ", "office", "clause")
_GAP = re.compile(r"\{([a-f]|self):?(\w*)\}")
DAY = 1440
"""Minutes of a day. Moments are minutes since 1 January 1970."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with gaps: constants, and `(kind, gap)` where something is filled in."""

    pieces: tuple[tuple[int, int, str], ...]
    """(kind's place in KINDS, gap's place in LETTERS, constant text)"""


def template(text: str) -> Template:
    """Read a template: ``{a:unit}`` is gap `a` filled with a unit's id; ``{self}`` the entry's own unit. A gap's name
    without a kind is a whole number.
    """
    pieces: list[tuple[int, int, str]] = []
    end = 0
    for gap in _GAP.finditer(text):
        if gap.start() > end:
            pieces.append((0, 0, text[end : gap.start()]))
        letter, kind = gap.group(1), gap.group(2)
        if letter == "self":
            pieces.append((KINDS.index("self"), 0, ""))
        else:
            pieces.append((KINDS.index(kind or "whole"), LETTERS.index(letter), ""))
        end = gap.end()
    if end < len(text):
        pieces.append((0, 0, text[end:]))
    return Template(tuple(pieces))


@dataclass(frozen=True, slots=True)
class Form:
    """How entries of one sort are written. `number` is its place among the run's forms."""

    number: int
    act: str
    organ: str | None
    office: str | None
    clause: str | None
    templates: Mapping[str, Template]


class Forms:
    """All forms of a run. Asking for the same form again gives the same one."""

    def __init__(self) -> None:
        self.all: list[Form] = []
        self._known: dict[tuple[Any, ...], Form] = {}

    def form(
        self,
        act: str,
        clause: str | None,
        *,
        organ: str | None = None,
        office: str | None = None,
        **templates: str | None,
    ) -> Form:
        """A form; `templates` are texts with gaps for the columns `TEMPLATED`."""
        given = {name: text for name, text in templates.items() if text is not None}
        assert not given.keys() - set(TEMPLATED), f"no such columns: {given.keys() - set(TEMPLATED)}"
        key = (act, clause, organ, office, tuple(sorted(given.items())))
        found = self._known.get(key)
        if found is None:
            made = {name: template(text) for name, text in given.items()}
            found = self._known[key] = Form(len(self.all), act, organ, office, clause, made)
            self.all.append(found)
        return found


class Pool:
    """Texts that are not made from a form, each kept once, known by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._known: dict[str, int] = {}

    def add(self, text: str) -> int:
        """The number of a text."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = len(self.texts)
            self.texts.append(text)
        return found


class Loose:
    """Texts that will not come again, known by number, and forgotten after `KEPT` months: long enough for what is
    written today to be delivered.
    """

    KEPT = 4

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.base = 0
        self._months: list[int] = []

    def add(self, text: str) -> int:
        """The number of a text."""
        self.texts.append(text)
        return self.base + len(self.texts) - 1

    def turn(self) -> None:
        """A month is over: forget what is old."""
        self._months.append(self.base + len(self.texts))
        if len(self._months) > self.KEPT:
            cut = self._months.pop(0)
            del self.texts[: cut - self.base]
            self.base = cut


Batch = tuple[Form, Ints, Ints, Ints, tuple[Any, ...]]
"""Entries written at once: their form, units, places in the units' streams, moments, and what fills their gaps."""


@dataclass(slots=True)
class Rows:
    """What has been written since the last month's end, as arrays by batch; and where each unit's stream stands.

    `seq` (int64) counts each unit's entries, `last` (int64) is the moment of its newest.
    """

    units: Units
    seq: Ints = field(init=False)
    last: Ints = field(init=False)
    batches: list[Batch] = field(default_factory=list)
    written: int = 0

    def __post_init__(self) -> None:
        self.seq = np.zeros(len(self.units), np.int64)
        self.last = np.full(len(self.units), -(2**40), np.int64)

    def write(self, form: Form, units: Ints, at: Any, **gaps: Any) -> Ints:
        """Write an entry in each of these units at a moment (one for all or one each; the unit's last moment where that
        is later); a unit may be named more than once. Return the entries' numbers (see `ENTRY`).
        """
        units = np.asarray(units, np.int64)
        if not len(units):
            return units
        repeated = len(units) > 1 and bool((units[1:] <= units[:-1]).any()) and len(np.unique(units)) < len(units)
        if repeated:
            seq, moment = self._in_turn(units, np.broadcast_to(np.asarray(at, np.int64), len(units)))
        else:
            seq = self.seq[units] + 1
            moment = np.maximum(self.last[units], at)
            self.seq[units], self.last[units] = seq, moment
        self.batches.append((form, units, seq, moment, tuple(gaps.get(letter, 0) for letter in LETTERS)))
        self.written += len(units)
        return units * ENTRY + seq

    def _in_turn(self, units: Ints, moment: Ints) -> tuple[Ints, Ints]:
        """Places and moments of entries where units come more than once: in the order given."""
        order = np.argsort(units, kind="stable")
        found, starts, counts = np.unique(units[order], return_index=True, return_counts=True)
        rank = np.empty(len(units), np.int64)
        rank[order] = np.arange(len(units)) - np.repeat(starts, counts)
        seq = self.seq[units] + 1 + rank
        latest = np.full(len(found), -(2**40), np.int64)
        np.maximum.at(latest, np.searchsorted(found, units), moment)
        latest = np.maximum(latest, self.last[found])
        self.seq[found] += counts
        self.last[found] = latest
        return seq, latest[np.searchsorted(found, units)]

    def cut(self) -> list[Batch]:
        """All that was written, batch by batch, and forget it."""
        batches, self.batches = self.batches, []
        return batches


def joined(batches: Sequence[Batch]) -> dict[str, Any]:
    """Batches as one array for each column: `form`, `unit`, `seq`, `at` (int64, [rows]) and `gaps` ([gaps, rows])."""
    sizes = [len(batch[1]) for batch in batches]

    def column(place: int) -> Ints:
        return np.concatenate([batch[place] for batch in batches]) if batches else np.zeros(0, np.int64)

    gaps = np.zeros((GAPS, sum(sizes)), np.int64)
    start = 0
    for batch, size in zip(batches, sizes, strict=True):
        for place, value in enumerate(batch[4]):
            if not (isinstance(value, int) and value == 0):
                gaps[place, start : start + size] = value
        start += size
    form = np.repeat(np.array([batch[0].number for batch in batches], np.int64), sizes)
    return {"form": form, "unit": column(1), "seq": column(2), "at": column(3), "gaps": gaps}
