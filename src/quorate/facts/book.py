"""`Facts`: one log on one engine beside one charter, from which every other fact is made, once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

import ibis
import pyarrow as pa
from ibis.expr.schema import Schema
from ibis.expr.types import Column, StringValue, Table

from quorate.facts.engine import Engine
from quorate.terms.parts import Office, Organ, Tier

if TYPE_CHECKING:
    from quorate.facts.alike import Alike

MOMENT = "timestamp(6)"
"""The type of a moment, everywhere."""

Make = Callable[["Facts"], Table]
_OF_ACTS = ("acts_acts", "acts_seldom", "acts_vague", "meetings_", "powers_", "competence_", "convening_")
"""What facts that rest on acts of meetings are called."""


class UnitLike(Protocol):
    """A unit as the charter knows it."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def tier(self) -> str: ...  # noqa: D102
    @property
    def parent(self) -> str | None: ...  # noqa: D102
    @property
    def kind(self) -> str | None: ...  # noqa: D102


class Declared(Protocol):
    """What facts need to know of a charter."""

    @property
    def tiers(self) -> Mapping[str, Tier]: ...  # noqa: D102
    @property
    def organs(self) -> Mapping[str, Organ]: ...  # noqa: D102
    @property
    def offices(self) -> Mapping[str, Office]: ...  # noqa: D102

    def units_of(self, tier: str) -> Iterable[UnitLike]:
        """All units of a tier."""

    def votes(self) -> Mapping[str, tuple[str, ...]]:
        """The standings that vote, by tier; a tier that is not named, or with none: all of them."""

    def stages(self) -> Iterable[str]:
        """The verbs of the stages that procedures declare."""


class Facts:
    """A log (`source`, the columns of the log's table) between two days, on an engine, beside a charter.

    `start` is the first day of which anything is demanded of units without an opening statement; `until` the last day
    looked at. Acts that keep a clause are counted `by` month or year. `clauses` are those asked about (empty: all), and
    `tiers` the tiers they are about (empty: all): units of others are left out. The largest facts are made in so many
    `parts` (0: the log is not large). Facts made from it are kept by name.
    """

    def __init__(
        self,
        engine: Engine,
        source: Table,
        declared: Declared,
        start: str,
        until: str,
        *,
        by: str = "month",
        clauses: Collection[str] = (),
        tiers: Collection[str] = (),
        parts: int = 0,
    ) -> None:
        self.engine, self.source, self.declared = engine, source, declared
        self.start, self.until, self.by, self.parts = start, until, by, parts
        self.clauses, self.tiers = frozenset(clauses), frozenset(tiers)
        self._told: dict[str, Any] = {}
        self._made: dict[str, Table] = {}
        self.alike: Alike | None = None
        self.parting = False  # whether what is being made is made in parts, and must be of acts read part by part

    def upon(self, source: Table) -> Facts:
        """The facts of a part of the log that can be read at once, with all that this one has but acts of meetings."""
        other = copy(self)
        other.source, other.parts = source, min(1, self.parts)
        other._made = {name: table for name, table in self._made.items() if not name.startswith(_OF_ACTS)}
        other._told = {name: value for name, value in self._told.items() if name != "usual"}
        return other

    def of(self, source: Table) -> Facts:
        """The facts of some of the log's entries, of which none have been made yet, and which can be read at once."""
        other = self.upon(source)
        other.parts, other._made = 0, {}
        return other

    def period(self, at: Column) -> StringValue:
        """The period by which acts that keep a clause are counted, of a moment."""
        return at.strftime("%Y" if self.by == "year" else "%Y-%m")

    def made(self, name: str, make: Make, *, keep: bool, parts: int = 0) -> Table:
        """The fact of that name, made at first asking; `parts` as `Engine.keep` has them."""
        if name not in self._made:
            before, self.parting = self.parting, parts > 1
            expr = make(self)
            self._made[name] = self.engine.keep(name, expr, parts) if keep else self.engine.view(name, expr)
            self.parting = before
        return self._made[name]

    def first_day(self) -> str:
        """The first day of which anything can be demanded: of the units that opened, or `start`."""
        from quorate.facts.acts import units

        first = self.told("first", lambda facts: units(facts).agg(first=units(facts).opened.min().strftime("%Y-%m-%d")))
        return str(first or self.start)

    def told(self, name: str, ask: Callable[[Facts], Table]) -> Any:  # noqa: ANN401 - a scalar
        """One value about the whole log, asked for once: the only cell of a one-row table."""
        if name not in self._told:
            self._told[name] = self.engine.run(ask(self)).column(0)[0].as_py()
        return self._told[name]

    def know(self, **values: Any) -> None:  # noqa: ANN401 - scalars
        """Values about the whole log that are known, and need not be asked for."""
        self._told |= values

    def small(self, rows: Iterable[Mapping[str, Any]], schema: Mapping[str, str]) -> Table:
        """A small table of given rows; empty where there are none."""
        return small(rows, schema)


def small(rows: Iterable[Mapping[str, Any]], schema: Mapping[str, str]) -> Table:
    """A table of given rows, each a mapping from names of columns, in memory; empty where there are none."""
    given, types = list(rows), ibis.schema(dict(schema))
    arrays = [[row.get(name) for row in given] for name in types]
    return ibis.memtable(pa.table(arrays, schema=types.to_pyarrow()))


def _named(make: Make) -> str:
    """The name a fact is kept under: that of its module and its own."""
    return f"{make.__module__.rpartition('.')[2]}_{make.__name__}"


def fact(make: Make) -> Make:
    """A fact that is only a view of others."""

    @wraps(make)
    def get(facts: Facts) -> Table:
        return facts.made(_named(make), make, keep=False)

    return get


def kept(make: Make) -> Make:
    """A fact that is computed once, because several clauses read it."""

    @wraps(make)
    def get(facts: Facts) -> Table:
        return facts.made(_named(make), make, keep=True)

    return get


def large(make: Make) -> Make:
    """A kept fact that has a row or more for each of millions of entries: kept in a file, where the log is large."""

    @wraps(make)
    def get(facts: Facts) -> Table:
        return facts.made(_named(make), make, keep=True, parts=min(1, facts.parts))

    return get


def parted(make: Make) -> Make:
    """A large fact too large to be made at once: made in parts, each of some of the units, where the log is large. Its
    rows have a `unit`, and depend on entries of that unit alone.
    """

    @wraps(make)
    def get(facts: Facts) -> Table:
        return facts.made(_named(make), make, keep=True, parts=facts.parts)

    return get


def unite(*tables: Table) -> Table:
    """The rows of tables with the same columns, whatever their order and the precision of their moments."""
    first = tables[0].schema()
    types = ibis.schema({name: MOMENT if kind.is_timestamp() else kind for name, kind in first.items()})
    cast = [as_(table, types) for table in tables]
    return cast[0].union(*cast[1:]) if len(cast) > 1 else cast[0]


def as_(table: Table, types: Schema) -> Table:
    """The columns named, in order and of these types; the table itself, where it has them and no others."""
    if table.schema() == types and table.columns == types.names:
        return table
    return table.select(**{name: table[name].cast(kind) for name, kind in types.items()})
