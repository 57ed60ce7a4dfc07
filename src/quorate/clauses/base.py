"""What every kind of clause is: a frozen part of the charter with up to eight faces, registered under one name.

A clause answers for the verbs it names in `places`. The kernel asks, in this order: `guard` (does this clause forbid
the act?), `permit` (does it allow it?), `settle` (what follows from it: a result, an end of term, documents to send).
`obligations` lists what the clause demands of a unit over its whole record up to a horizon, kept or not. `words` puts
the clause in plain English. All are pure. `audit` and `simulate` stand in modules of their own, loaded when asked for.

The institutional grammar behind it: Crawford & Ostrom 1995, "A Grammar of Institutions"; Frantz & Siddiki 2021,
"Institutional Grammar 2.0".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from quorate.state.meetings import Meeting
from quorate.state.posts import Tenure
from quorate.state.unit import UnitState
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import Business, By, Figure, Office, Organ, Part, Slug, Text, Tier

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from quorate.facts.book import Facts
    from quorate.world.face import Face
    from quorate.world.world import World

C = TypeVar("C", bound="Clause")


class UnitInfo(Protocol):
    """What is known of a unit without reading its stream."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def tier(self) -> str: ...  # noqa: D102
    @property
    def parent(self) -> str | None: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str | None: ...  # noqa: D102


class Rules(Protocol):
    """The charter, and the units there are, as clauses see them."""

    @property
    def clauses(self) -> tuple[Clause, ...]: ...  # noqa: D102
    @property
    def tiers(self) -> Mapping[str, Tier]: ...  # noqa: D102
    @property
    def organs(self) -> Mapping[str, Organ]: ...  # noqa: D102
    @property
    def offices(self) -> Mapping[str, Office]: ...  # noqa: D102
    @property
    def businesses(self) -> Mapping[str, Business]: ...  # noqa: D102

    def unit(self, unit: str) -> UnitInfo | None:
        """The unit of that id, None where there is none."""

    def units_of(self, tier: str) -> Iterable[UnitInfo]:
        """All units of a tier, by id."""

    def below(self, unit: str, tier: str) -> Iterable[UnitInfo]:
        """The units of a tier that stand, at any depth, below a unit."""

    def above(self, unit: str, tier: str) -> UnitInfo | None:
        """The nearest unit of a tier at or above a unit."""

    def speaking(self, tier: str, verb: str) -> tuple[Clause, ...]:
        """The clauses that answer for a verb in units of a tier, in charter order."""

    def of(self, kind: type[C], tier: str | None = None) -> tuple[C, ...]:
        """The clauses of a kind, in charter order; those that concern a tier, where one is named."""

    def name(self, ident: str) -> str:
        """The name of an organ, office, tier, business or unit, for people to read."""


class Clause(Part):
    """One rule of the charter. Subclasses add their schema and faces; `register` lists them by `kind`."""

    id: Slug
    kind: str
    cite: Text
    note: Text | None = None
    assumed: bool = False

    summary: ClassVar[str] = ""

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:
        """The verbs this clause answers for, by tier."""
        raise NotImplementedError

    def guard(self, act: Act, view: View) -> str | None:  # noqa: ARG002 - the default forbids nothing
        """Why the clause forbids the act, or None."""
        return None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: ARG002
        """True where the clause allows the act; a reason where the act is its business but the conditions are not
        met; else False.
        """
        return False

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: ARG002
        """What follows from the act once it is allowed, to be written into its entry."""
        return {}

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: ARG002
        """All the clause demands of the unit from its opening up to what falls due by `until`, kept or not."""
        return iter(())

    @classmethod
    def audit(cls, rules: Rules, facts: Facts) -> Table | None:
        """Judge a whole log by all clauses of this kind: one Ibis expression of the shape `facts.judged.JUDGED`; None
        where the charter has no clause of the kind.

        The face stands in the module ``audit`` of the kind's package, which is loaded only to audit, with the libraries
        it needs.
        """
        return cls._face("audit", rules, facts)

    @classmethod
    def permits(cls, rules: Rules, facts: Facts) -> Table | None:
        """Which acts clauses of this kind allow: an expression of the shape `facts.judged.PERMITS`, one row for each
        act that is a clause's business; None where the kind allows nothing.
        """
        return cls._face("permits", rules, facts)

    @classmethod
    def _face(cls, name: str, rules: Rules, facts: Facts) -> Table | None:
        ours = tuple(clause for clause in rules.of(cls) if not facts.clauses or clause.id in facts.clauses)
        face = getattr(import_module(f"{cls.__module__}.audit"), name, None) if ours else None
        found: Table | None = face(ours, facts, rules) if face else None
        return found

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: ARG002 - the default judges no meetings
        """The organs of whose meetings the audit face judges something, and whether it judges each by what is done in
        it, by whom, and how many there are: then, in a large log, one stands for all that are alike. False where it
        looks at several meetings together, at who else was in office, or at what came after.
        """
        return {}

    def simulate(self, world: World) -> Face:
        """The clause at work in all units of a simulated world.

        The face stands in the module ``simulate`` of the kind's package, which is loaded only to simulate.
        """
        found: Face = import_module(f"{type(self).__module__}.simulate").face(self, world)
        return found

    def words(self, rules: Rules) -> str:
        """The clause in one plain sentence or two."""
        raise NotImplementedError

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: ARG002
        """Faults of the clause against the rest of the charter: `(field, message)`."""
        return iter(())


KINDS: dict[str, type[Clause]] = {}


def register(cls: type[Clause]) -> type[Clause]:
    """List a kind of clause under the name its `kind` field fixes."""
    (name,) = cls.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]
    assert name not in KINDS, f"two modules register the kind {name}"
    assert cls.__doc__, f"{name} has no docstring"
    KINDS[name] = cls
    return cls


def seat_count(organ: Organ) -> int | None:
    """The organ's seats, where the charter fixes them."""
    return organ.seats.value if organ.seats else None


@dataclass(frozen=True, slots=True)
class View:
    """One unit's state beside the charter, at a moment: what a clause looks at."""

    rules: Rules
    state: UnitState
    at: str

    @property
    def unit(self) -> str:
        """The unit's id."""
        return self.state.unit

    def has_organ(self, organ: str) -> bool:
        """Whether this unit has the organ."""
        declared = self.rules.organs[organ]
        return declared.tier == self.state.tier and (not declared.units or self.unit in declared.units)

    def holders(self, post: str) -> list[Tenure]:
        """The tenures that run now in an office or on an organ's own seats."""
        return [tenure for tenure in self.state.tenures.get(post, ()) if tenure.runs(self.at)]

    def members(self, organ: str) -> set[str]:
        """Who sits on an organ now: seat holders, holders of offices in it, or everyone, or the accepted
        representatives.
        """
        declared = self.rules.organs.get(organ)
        if declared is None or not self.has_organ(organ):
            return set()
        found = {tenure.person for tenure in self.holders(organ)}
        for office in self.rules.offices.values():
            if office.organ == organ:
                found.update(tenure.person for tenure in self.holders(office.id))
        if declared.membership == "everyone":
            found.update(self._voting())
        elif declared.membership == "credentials":
            found.update(self._represented(organ))
        return found

    def _voting(self) -> set[str]:
        """The unit's members, of a standing that has a vote where the charter says which have."""
        rules = self.rules.of(Clause, self.state.tier)
        votes = next((found for rule in rules if (found := getattr(rule, "votes", ()))), ())
        members = (member for member in self.state.members.values() if member.belongs(self.at))
        return {member.person for member in members if not votes or member.standing in votes}

    def _represented(self, organ: str) -> set[str]:
        """Accepted representatives, leaving out those to conferences already closed and those of an apportionment that
        another has replaced.
        """
        ends = [m.closed for m in self.state.by_organ.get(organ, ()) if m.closed and m.status == "closed"]
        past = max((end for end in ends if end < self.at), default="")
        granted = self.state.apportioned.get(organ, ({}, "", ""))[2]
        return {
            credential.person
            for (conference, _), credential in self.state.credentials.items()
            if conference == organ and credential.accepted and past < credential.received >= granted
        }

    def present(self, meeting: Meeting) -> set[str]:
        """Those in the room who are, still, members of the organ that sits."""
        return meeting.present & self.members(meeting.organ)

    def reaches(self, unit: str) -> bool:
        """Whether a unit is this one or stands, at any depth, below it."""
        here = self.rules.unit(unit)
        while here is not None and here.id != self.unit:
            here = self.rules.unit(here.parent or "")
        return here is not None

    def capacity(self, act: Act, by: By) -> str | None:
        """The office or organ in which the actor may act here under `by`, or None.

        A named capacity must be the one held.
        """
        if act.actor is None:
            return None
        for office in by.offices:
            if act.office in (None, office) and any(t.person == act.actor for t in self.holders(office)):
                return office
        if act.office is not None:
            return None
        return next((organ for organ in by.organs if act.actor in self.members(organ)), None)

    def meeting(self, act: Act) -> Meeting | None:
        """The meeting the act belongs to."""
        return self.state.meetings.get(act.meeting or "")

    def name(self, ident: str) -> str:
        """A name for people to read."""
        return self.rules.name(ident)


def names(rules: Rules, idents: Iterable[str], link: str = "and") -> str:
    """``A, B and C``, by name."""
    found = [rules.name(ident) for ident in idents]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {link} {found[-1]}" if found else "nobody"


def who(rules: Rules, by: By) -> str:
    """Whom `by` names, in words."""
    parts = [f"the {rules.name(office)}" for office in by.offices]
    parts += [f"a member of the {rules.name(organ)}" for organ in by.organs]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def by_tiers(rules: Rules, by: By) -> set[str]:
    """The tiers in which the offices and organs of `by` stand."""
    found = {rules.offices[o].tier for o in by.offices if o in rules.offices}
    return found | {rules.organs[o].tier for o in by.organs if o in rules.organs}


def order(entry: str) -> int:
    """Where an entry stands in its unit's stream, from its id."""
    return int(entry.rpartition("#")[2])


def required(figure: Figure, counts: Mapping[str, int]) -> tuple[int, int]:
    """Turn a figure into an exact comparison `(numerator, denominator)` of the number it asks for.

    A fraction of members, seats, present or cast is of the matching count; `root-of-members` gives the smallest whole
    number not below factor x sqrt(members).
    """
    share = figure.number
    if figure.of is None:
        return share.numerator, share.denominator
    if figure.of == "root-of-members":
        square = share * share * counts["members"]
        return root_up(square.numerator, square.denominator), 1
    total = share * counts[figure.of]
    return total.numerator, total.denominator


def votes_needed(figure: Figure | None, counts: Mapping[str, int]) -> int:
    """The whole number of votes a figure asks for, rounded up; nought where there is none."""
    if figure is None:
        return 0
    top, bottom = required(figure, counts)
    return -(-top // bottom)


def root_up(numerator: int, denominator: int) -> int:
    """The smallest whole number whose square is at least numerator/denominator."""
    guess = 0
    high = 1
    while high * high * denominator < numerator:
        high *= 2
    while guess < high:
        middle = (guess + high) // 2
        if middle * middle * denominator < numerator:
            guess = middle + 1
        else:
            high = middle
    return guess


def gaps(tenures: Iterable[Tenure], need: int, start: str, end: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield `(from, to, by)` for each time between `start` and `end` in which fewer than `need` persons held a post,
    not counting acting ones.

    `to` and `by` (the moment and the entry that ended the vacancy) are None while it lasts.
    """
    changes: list[tuple[str, int, str]] = []
    for tenure in tenures:
        if tenure.acting:
            continue
        changes.append((max(tenure.since, start), 1, tenure.by))
        stop = tenure.ended or tenure.until
        if stop is not None and stop > start:
            changes.append((stop, -1, tenure.by))
        elif stop is not None:
            changes.append((start, -1, tenure.by))
    held, since = 0, start
    short = True
    for at, step, entry in sorted(changes, key=lambda change: (change[0], -change[1])):
        if at > end:
            break
        held += step
        if short and held >= need:
            if at > since:
                yield since, at, entry
            short = False
        elif not short and held < need:
            short, since = True, at
    if short and since <= end:
        yield since, None, None
