"""Who holds what in a unit on a day: organs, offices and holders, what is vacant, and who waits for an approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quorate.charter.model import Charter
from quorate.clauses import View
from quorate.clauses.appointment import Appointment
from quorate.clauses.base import who
from quorate.clauses.election import capacity_of, confirmers
from quorate.run.record import Record
from quorate.state.posts import Tenure
from quorate.terms import dates
from quorate.terms.parts import Office, Organ
from quorate.views.base import Named, Shown, label_of, person, until, view_on


@dataclass(frozen=True, slots=True)
class Holder(Shown):
    """Somebody in a post. `basis` says on what ground: elected, confirmed+elected, stated at opening, exception ..."""

    person: Named
    since: str
    until: str | None
    basis: str
    acting: bool
    source: str | None
    entry: str


@dataclass(frozen=True, slots=True)
class Claim(Shown):
    """Somebody who was chosen for a post and has not taken it: on what grounds, since when, and what is awaited."""

    person: Named
    grounds: tuple[str, ...]
    since: str
    awaits: str


@dataclass(frozen=True, slots=True)
class Post(Shown):
    """An office, or the seats of an organ. `vacant` is how many places are empty (None: the charter sets no number)."""

    id: str
    name: str
    label: str | None
    kind: str
    seats: int | None
    holders: tuple[Holder, ...]
    vacant: int | None
    vacant_since: str | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Body(Shown):
    """An organ: its own seats, and the offices in it.

    `members` counts all who sit on it, each once; `size` all its seats (None: the charter sets no number).
    """

    id: str
    name: str
    label: str | None
    membership: str
    size: int | None
    members: int
    seats: Post
    offices: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Roster(Shown):
    """The roster of a unit on a day. `offices` are those with a seat on no organ."""

    unit: str
    name: str
    label: str | None
    tier: str
    on: str
    organs: tuple[Body, ...]
    offices: tuple[Post, ...]


def roster(record: Record, unit: str, on: str) -> Roster:
    """Every organ and office of the unit at a day's end or a moment.

    Raise `NoSuchUnit`, `NotYetOpen`, `BadDate`.
    """
    view = view_on(record, unit, until(on))
    charter = record.charter_on(view.at).charter
    here = [organ for organ in charter.organs.values() if view.has_organ(organ.id)]
    loose = [office for office in charter.offices.values() if office.organ is None and _has(view, office)]
    return Roster(
        unit,
        view.state.name,
        view.state.label,
        charter.name(view.state.tier),
        on,
        tuple(_body(organ, view, charter, record) for organ in here),
        tuple(_office(office, view, charter, record) for office in loose),
    )


def _has(view: View, office: Office) -> bool:
    return office.tier == view.state.tier and (not office.units or view.unit in office.units)


def _body(organ: Organ, view: View, charter: Charter, record: Record) -> Body:
    offices = [office for office in charter.offices.values() if office.organ == organ.id and _has(view, office)]
    limit = capacity_of(organ.id, charter)
    full = [tenure for tenure in view.state.tenures.get(organ.id, ()) if not tenure.acting]
    held = sum(tenure.runs(view.at) for tenure in full)
    vacant = None if limit is None or organ.membership != "seats" else max(0, limit - held)
    seats = Post(
        organ.id,
        organ.name,
        label_of(record, organ.id),
        "organ",
        limit,
        _holders(organ.id, view),
        vacant,
        _short_since(full, limit or 0, view) if vacant else None,
        _claims(organ.id, view, charter),
    )
    posts = tuple(_office(office, view, charter, record) for office in offices)
    return Body(
        organ.id,
        organ.name,
        label_of(record, organ.id),
        organ.membership,
        organ.seats.value if organ.seats else None,
        len(view.members(organ.id)),
        seats,
        posts,
    )


def _office(office: Office, view: View, charter: Charter, record: Record) -> Post:
    tenures = view.state.tenures.get(office.id, [])
    limit = capacity_of(office.id, charter) or 1
    held = sum(not tenure.acting for tenure in view.holders(office.id))
    vacant = max(0, limit - held)
    return Post(
        office.id,
        office.name,
        label_of(record, office.id),
        "office",
        limit,
        _holders(office.id, view),
        vacant,
        _short_since([t for t in tenures if not t.acting], limit, view) if vacant else None,
        _claims(office.id, view, charter),
    )


def _holders(post: str, view: View) -> tuple[Holder, ...]:
    found = sorted(view.holders(post), key=lambda tenure: (tenure.acting, tenure.since, tenure.person))
    return tuple(
        Holder(person(view.state, t.person), t.since, t.until, t.basis, t.acting, t.source, t.by) for t in found
    )


def _short_since(tenures: Iterable[Tenure], need: int, view: View) -> str:
    """Since when fewer than `need` persons have held the posts, given that they do at the view's moment."""
    held = list(tenures)
    ends = {end for t in held if (end := t.ended or t.until) is not None and view.state.opened < end <= view.at}
    begins = {t.since for t in held if view.state.opened < t.since <= view.at}
    since = view.at
    for moment in sorted(ends | begins, reverse=True):
        if len({t.person for t in held if t.runs(moment)}) >= need:
            return since
        since = moment
    full = len({t.person for t in held if t.runs(view.state.opened)}) >= need
    return since if full else view.state.opened


def _claims(post: str, view: View, charter: Charter) -> tuple[Claim, ...]:
    found = []
    for (claimed, ident), grounds in sorted(view.state.claims.items()):
        if claimed == post:
            since = min(at for _, at in grounds.values())
            found.append(
                Claim(
                    person(view.state, ident),
                    tuple(sorted(grounds)),
                    since,
                    _awaits(post, ident, grounds, view, charter),
                )
            )
    return tuple(found)


def _awaits(post: str, ident: str, grounds: Iterable[str], view: View, charter: Charter) -> str:
    """What stands between somebody chosen and the post."""
    refused = view.state.turned_down.get((post, ident))
    if refused is not None and refused[1] >= view.state.proposed.get((post, ident), ("", ""))[1]:
        reason = f": {refused[2]}" if refused[2] else ""
        return f"refused on {dates.day(refused[1])}{reason}"
    for clause in confirmers(post, charter):
        if isinstance(clause, Appointment) and not _answered(clause, set(grounds)):
            deed = "appointment" if clause.mode == "appoints" else "approval"
            by = charter.name(clause.unit) if clause.unit else who(charter, clause.by)
            asked = (post, ident) in view.state.proposed or clause.proposed_by is None
            return f"awaiting {deed} by {by}" if asked else f"not yet put forward for {deed} by {by}"
    return "to take office"


def _answered(clause: Appointment, grounds: set[str]) -> bool:
    wanted = {"appointed"} if clause.mode == "appoints" else {"appointed", "confirmed"}
    return bool(grounds & (wanted | ({"exception"} if clause.generally else set())))
