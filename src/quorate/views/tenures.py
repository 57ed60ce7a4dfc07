"""Who held a post when, by evidence that leaves doubt: what is certain of a tenure, and what is possible.

Evidence is that somebody took a post, left it, or was seen in it, each at some moment between two bounds. An unbroken
tenure runs certainly from the latest moment it can have begun to the earliest it can have ended, and possibly from the
earliest to the latest: its ends are themselves intervals. Where a post has one seat, nobody held it while
another certainly did, nor through such a time.

Widening the bounds of evidence never makes a tenure certain that was not (a property test holds this).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from quorate.log.tables.dates import EVER, NEVER, Bounds

TAKE = "office.take"
SEEN = "office.seen"
LEAVES = frozenset(("office.leave", "office.resign", "office.recall"))
ACTS = frozenset((TAKE, SEEN, *LEAVES))


@dataclass(frozen=True, slots=True)
class Evidence:
    """An entry about somebody and a post, at some moment from `earliest` to `latest` (naive local times).

    `ref` ties the entries of one tenure: they are then known to be of one unbroken time in the post.
    """

    entry: str
    act: str
    unit: str
    post: str
    person: str
    earliest: datetime
    latest: datetime
    ref: str | None = None
    source: str | None = None
    name: str | None = None
    label: str | None = None
    confidence: str | None = None
    note: str | None = None

    def on(self, moment: datetime) -> bool:
        """Whether it is certainly of the day that a moment is in."""
        return self.earliest.date() == self.latest.date() == moment.date()


@dataclass(frozen=True, slots=True)
class Tenure:
    """One unbroken time of one person in one post of one unit, as far as `evidence` (never empty) tells it.

    `bound` says that what was seen is known to be of this very tenure, so that it runs unbroken between sightings.
    """

    evidence: tuple[Evidence, ...]
    bound: bool
    takes: tuple[Evidence, ...] = field(init=False)
    leaves: tuple[Evidence, ...] = field(init=False)
    seen: tuple[Evidence, ...] = field(init=False)

    def __post_init__(self) -> None:
        for name, acts in (("takes", {TAKE}), ("leaves", LEAVES), ("seen", {SEEN})):
            object.__setattr__(self, name, tuple(item for item in self.evidence if item.act in acts))

    @property
    def person(self) -> str:
        """Whose it is."""
        return self.evidence[0].person

    @property
    def core(self) -> Bounds:
        """From when to when it certainly runs; the second before the first where that is never."""
        linked = self.seen if self.bound else ()
        begun = [item.latest for item in linked]
        ended = [item.earliest for item in linked]
        if self.takes:  # of two sources on one taking of office the later, of two on its leaving the earlier
            begun.append(max(item.latest for item in self.takes))
        if self.leaves:
            ended.append(min(item.earliest for item in self.leaves))
        return min(begun, default=NEVER), max(ended, default=EVER)

    @property
    def reach(self) -> Bounds:
        """What it must span at the least: its moments, each as near to the others as its bounds let it be."""
        known = self._known
        return min(item.latest for item in known), max(item.earliest for item in known)

    @property
    def limits(self) -> Bounds:
        """From when to when it can have run at the most; an open end is `EVER` or `NEVER`.

        What is said of it before its taking or after its leaving belongs to it all the same (see `clash`).
        """
        first, last = EVER, NEVER
        if self.takes:
            taken = min(item.earliest for item in self.takes)
            first = min(taken, *(item.earliest for item in self.evidence if item.latest < taken), NEVER)
        if self.leaves:
            left = max(item.latest for item in self.leaves)
            last = max(left, *(item.latest for item in self.evidence if item.earliest > left), EVER)
        return first, last

    @property
    def _known(self) -> tuple[Evidence, ...]:
        moves = (*self.takes, *self.leaves)
        return (*moves, *self.seen) if self.bound or not moves else moves

    def certain(self, at: datetime) -> bool:
        """Whether it certainly runs at the end of a day, `at`; or was seen to on that day."""
        begun, ended = self.core
        if begun <= at < ended or any(item.on(at) for item in self.seen):
            return True
        return any(item.on(at) for item in self.takes) and not any(item.earliest <= at for item in self.leaves)

    def throughout(self, at: datetime) -> bool:
        """Whether it certainly runs from the first to the last minute of the day that ends at `at`."""
        begun, ended = self.core
        return begun <= at.replace(hour=0, minute=0) and at < ended

    def possible(self, at: datetime) -> bool:
        """Whether it can have run at a moment, by its own evidence alone."""
        first, last = self.limits
        return first <= at <= last

    def clash(self) -> tuple[Evidence, Evidence] | None:
        """Two entries of it that cannot both be so: left before taken, seen before taken, seen after left."""
        for first, second in (
            *((take, other) for take in self.takes for other in (*self.leaves, *self.seen)),
            *((other, leave) for leave in self.leaves for other in self.seen),
        ):
            if second.latest < first.earliest:
                return first, second
        return None


def tenures(evidence: Iterable[Evidence]) -> tuple[Tenure, ...]:
    """Evidence as tenures. Entries of one unit, post, person and `ref` are one tenure.

    Without a `ref` takings and leavings are told apart where their order is beyond doubt, and are else taken together,
    which makes less certain; a sighting joins the tenure it can belong to, or stands alone.
    """
    groups: dict[tuple[str, str, str, str], list[Evidence]] = {}
    for item in evidence:
        groups.setdefault((item.unit, item.post, item.person, item.ref or ""), []).append(item)
    found: list[Tenure] = []
    for (_, _, _, ref), items in sorted(groups.items()):
        found += [Tenure(tuple(items), bound=True)] if ref else _untied(items)
    return tuple(found)


def _untied(items: Sequence[Evidence]) -> list[Tenure]:
    moves = [item for item in items if item.act != SEEN]
    parts = [Tenure(tuple(part), bound=False) for part in _told_apart(moves)]
    joined: dict[int, list[Evidence]] = {index: [] for index in range(len(parts))}
    alone = []
    for item in (item for item in items if item.act == SEEN):
        fits = [index for index, part in enumerate(parts) if _meets(part, item)]
        if fits:
            joined[fits[0]].append(item)
        else:
            alone.append(Tenure((item,), bound=False))
    return [Tenure((*part.evidence, *joined[index]), bound=False) for index, part in enumerate(parts)] + alone


def _meets(part: Tenure, item: Evidence) -> bool:
    first, last = part.limits
    return item.earliest <= last and first <= item.latest


def _told_apart(moves: Sequence[Evidence]) -> list[list[Evidence]]:
    """Takings and leavings, a list for each tenure; one list where it is not beyond doubt which belong together."""
    order = sorted(moves, key=lambda item: (item.earliest, item.latest))
    for first, second in pairwise(order):
        if first.latest >= second.earliest or (first.act == TAKE) == (second.act == TAKE):
            return [order]
    parts: list[list[Evidence]] = []
    for item in order:
        if item.act == TAKE or not parts:
            parts.append([])
        parts[-1].append(item)
    return parts


@dataclass(frozen=True, slots=True)
class Standing:
    """How a post stands at a moment: tenures that certainly run, and ones that possibly do."""

    certain: tuple[Tenure, ...]
    possible: tuple[Tenure, ...]


def standing(found: Sequence[Tenure], at: datetime, seats: int | None) -> Standing:
    """Who holds a post of one unit at the end of a day, given all tenures of that post; each person once.

    With one seat somebody is not possible who would have held it while, or through a time when, another certainly did.
    """
    certain = {tenure.person: tenure for tenure in found if tenure.certain(at)}
    others = [] if certain and seats == 1 else found
    possible = {
        tenure.person: tenure
        for tenure in others
        if tenure.person not in certain and tenure.possible(at) and not (seats == 1 and _barred(tenure, at, found))
    }
    return Standing(tuple(certain.values()), tuple(possible.values()))


def _barred(tenure: Tenure, at: datetime, found: Iterable[Tenure]) -> bool:
    first, last = narrowed(tenure, found)
    return not first <= at <= last


def narrowed(tenure: Tenure, found: Iterable[Tenure]) -> Bounds:
    """The limits of a tenure of a post with one seat, drawn in by when others certainly held it.

    Whoever is known to hold it later cannot have held it before somebody else did, for then the two would have held it
    together; and the other way round.
    """
    (first, last), (low, high) = tenure.limits, sorted(tenure.reach)
    for other in found:
        if other.person == tenure.person:
            continue
        begun, ended = other.core
        # Some moment of each span belongs to the other; the whole of a core does, so its far end counts.
        spans = [(item.earliest, item.latest) for item in other.evidence]
        after = [start for start, end in spans if end <= low] + ([ended] if begun < ended <= low else [])
        before = [end for start, end in spans if start >= high] + ([begun] if high <= begun < ended else [])
        first, last = max([first, *after]), min([last, *before])
    return first, last
