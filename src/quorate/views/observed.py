"""Who held an office in each unit on a day, by a log gathered from sources: certainly, possibly, or not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from quorate.charter.model import Charter, Unit
from quorate.clauses.election import capacity_of
from quorate.errors import QuorateError
from quorate.log.tables.dates import EVER, NEVER, edtf
from quorate.views.base import Named, NoSuchUnit, Shown, nearest, until
from quorate.views.gathered import OtherCharter
from quorate.views.tenures import SEEN, TAKE, Evidence, Standing, Tenure, narrowed, standing, tenures


class NoSuchOffice(QuorateError):
    """An office or organ that the charter does not declare."""

    def __init__(self, office: str, known: Iterable[str]) -> None:
        super().__init__(f"the charter has no office {office!r}.", advice=nearest(office, known))


# ---------------------------------------------------------------- what is shown


@dataclass(frozen=True, slots=True)
class Proof(Shown):
    """An entry that a holder rests on; `at` is EDTF."""

    entry: str
    act: str
    at: str
    confidence: str | None
    source: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Holder(Shown):
    """Somebody who held the office `certainly` or `possibly`; all dates are EDTF, None where nothing tells.

    `not_before` and `not_after` say when others held it, so that this one did not.
    """

    person: Named
    held: str
    took: str | None
    left: str | None
    named: tuple[str, ...]
    not_before: str | None
    not_after: str | None
    confidence: tuple[str, ...]
    evidence: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Line(Shown):
    """A post of one unit. `status` is one of

    * certain: as many as it has seats certainly held it,
    * possible: some held it possibly, or fewer certainly than it has seats; whom no source names may have,
    * not known: sources tell of the post at other times only (`says` of which),
    * contradiction: sources cannot all be right (`says` why),
    * no source: the log has nothing on it.
    """

    unit: str
    name: str
    label: str | None
    status: str
    says: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class PostRoster(Shown):
    """A post in all units that have it."""

    id: str
    name: str
    label: str | None
    seats: int | None
    units: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ObservedRoster(Shown):
    """Posts on a day. `entries` counts the log's entries about posts; `notes` are what a reader should know besides."""

    on: str
    charter: str
    log: str
    entries: int
    posts: tuple[PostRoster, ...]
    notes: tuple[str, ...]


# ---------------------------------------------------------------- the question


def observed_roster(
    evidence: Sequence[Evidence],
    charter: Charter,
    on: str,
    office: str | None = None,
    unit: str | None = None,
    log: str = "",
) -> ObservedRoster:
    """Who held an office (or every post the log names) at the end of a day, in each unit that has it, or in one.

    Raise `NoSuchOffice`, `NoSuchUnit`, `BadDate`, `OtherCharter`.
    """
    at = datetime.fromisoformat(until(on))
    _known(evidence, charter, office, unit, log)
    told = tenures(item for item in evidence if item.post)
    posts = [office] if office else [post for post in _posts(charter) if any(t.evidence[0].post == post for t in told)]
    found = tuple(_post(post, told, charter, at, unit) for post in posts)
    return ObservedRoster(on, charter.file.id, log, len(evidence), found, tuple(_notes(evidence, charter, on)))


def _posts(charter: Charter) -> list[str]:
    return [*charter.offices, *charter.organs]


def _known(evidence: Sequence[Evidence], charter: Charter, office: str | None, unit: str | None, log: str) -> None:
    if office is not None and office not in _posts(charter):
        raise NoSuchOffice(office, _posts(charter))
    if unit is not None and charter.unit(unit) is None:
        raise NoSuchUnit(f"there is no unit {unit!r}.", advice=nearest(unit, charter.known))
    units = {item.unit for item in evidence}
    if units and not any(charter.unit(name) for name in units):
        raise OtherCharter(Path(log), f"the charter {charter.file.id} knows none of its units ({min(units)} ...)")


def _post(post: str, told: Iterable[Tenure], charter: Charter, at: datetime, only: str | None) -> PostRoster:
    part: Any = charter.offices.get(post) or charter.organs[post]
    seats = capacity_of(post, charter)
    by_unit: dict[str, list[Tenure]] = {}
    for tenure in told:
        if tenure.evidence[0].post == post:
            by_unit.setdefault(tenure.evidence[0].unit, []).append(tenure)
    units = [unit for unit in charter.units_of(part.tier) if not part.units or unit.id in part.units]
    lines = (_line(unit, by_unit.get(unit.id, ()), at, seats) for unit in units if only in (None, unit.id))
    return PostRoster(post, part.name, part.label, seats, tuple(lines))


def _line(unit: Unit, found: Sequence[Tenure], at: datetime, seats: int | None) -> Line:
    if not found:
        return Line(unit.id, unit.name, unit.label, "no source", "the log has nothing on it", ())
    now = standing(found, at, seats)
    certain = [_holder(tenure, "certainly", found, seats) for tenure in now.certain]
    possible = [_holder(tenure, "possibly", found, seats) for tenure in _by_nearness(now.possible, at)]
    clash = _clash(now, found, at, seats)
    if clash:
        status, says = "contradiction", clash
    elif certain and (seats is None or len(certain) >= seats):
        status, says = "certain", ""
    elif certain or possible:
        status, says = "possible", "or somebody whom no source names"
    else:
        status, says = "not known", _between(found, at)
    return Line(unit.id, unit.name, unit.label, status, says, (*certain, *possible))


def _by_nearness(found: Iterable[Tenure], at: datetime) -> list[Tenure]:
    """Those first of whom something is known nearest to the day."""
    return sorted(found, key=lambda tenure: min(_distance(item, at) for item in tenure.evidence))


def _distance(item: Evidence, at: datetime) -> tuple[float, str]:
    ends = [end for end in (item.earliest, item.latest) if end not in (EVER, NEVER)]
    return min((abs((end - at).total_seconds()) for end in ends), default=float("inf")), item.entry


def _clash(now: Standing, found: Iterable[Tenure], at: datetime, seats: int | None) -> str:
    """Why not all sources can be right, if so. That two are named on one day is none: the one may have followed the
    other that day.
    """
    whole = sum(tenure.throughout(at) for tenure in now.certain)
    if seats is not None and len(now.certain) > seats and whole >= seats:
        names = " and ".join(_person(tenure).name for tenure in now.certain)
        return f"sources have {names} in it at once, and it has {seats} seat{'s' if seats != 1 else ''}"
    for tenure in found:
        pair = tenure.clash()
        if pair:
            first, second = (f"{item.act} {_when(item)} ({item.entry})" for item in pair)
            return f"of {_person(tenure).name} sources have {second} and {first}"
    return ""


def _between(found: Sequence[Tenure], at: datetime) -> str:
    """The last known of before a gap, and the first after it."""
    before = [tenure for tenure in found if tenure.limits[1] < at]
    after = [tenure for tenure in found if tenure.limits[1] >= at]
    words = []
    if before:
        last = max(before, key=lambda tenure: tenure.limits[1])
        words.append(f"after {_told(last, max(last.evidence, key=lambda item: item.earliest))}")
    if after:
        first = min(after, key=lambda tenure: min(tenure.reach))
        words.append(f"before {_told(first, min(first.evidence, key=lambda item: item.latest))}")
    return ", ".join(words)


def _told(tenure: Tenure, item: Evidence) -> str:
    word = "from" if item.act == TAKE else "named" if item.act == SEEN else "to"
    return f"{_person(tenure).name} ({word} {_when(item)})"


def _holder(tenure: Tenure, held: str, found: Sequence[Tenure], seats: int | None) -> Holder:
    first, last = narrowed(tenure, found) if seats == 1 and held == "possibly" else tenure.limits
    limits = tenure.limits
    return Holder(
        _person(tenure),
        held,
        _hull(tenure.takes),
        _hull(tenure.leaves),
        tuple(_when(item) for item in sorted(tenure.seen, key=lambda item: item.earliest)),
        first.date().isoformat() if first > limits[0] else None,
        last.date().isoformat() if last < limits[1] else None,
        tuple(sorted({item.confidence for item in tenure.evidence if item.confidence})),
        tuple(
            Proof(item.entry, item.act, _when(item), item.confidence, item.source, item.note)
            for item in sorted(tenure.evidence, key=lambda item: (item.latest, item.earliest, item.entry))
        ),
    )


def _person(tenure: Tenure) -> Named:
    named = next((item for item in tenure.evidence if item.name), tenure.evidence[0])
    return Named(tenure.person, named.name or tenure.person, named.label)


def _when(item: Evidence) -> str:
    return edtf(item.earliest, item.latest)


def _hull(items: Sequence[Evidence]) -> str | None:
    if not items:
        return None
    return edtf(min(item.earliest for item in items), max(item.latest for item in items))


def _notes(evidence: Sequence[Evidence], charter: Charter, on: str) -> Iterator[str]:
    force = charter.file.in_force
    if on[:10] < force.from_ or (force.to is not None and on[:10] > force.to):
        end = f" to {force.to}" if force.to else ""
        yield f"The charter holds from {force.from_}{end}; how many held the office on another day is taken from it."
    untold = sum(not item.post for item in evidence)
    if untold:
        yield f"{untold} {'entry names' if untold == 1 else 'entries name'} somebody without saying in which post."
    strange = Counter(item.unit for item in evidence if charter.unit(item.unit) is None)
    strange += Counter(item.post for item in evidence if item.post and item.post not in _posts(charter))
    for name, number in sorted(strange.items()):
        yield f"The charter does not know {name}, of which {number} {'entry tells' if number == 1 else 'entries tell'}."
