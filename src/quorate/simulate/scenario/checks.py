"""Whether a scenario fits its charter: every name it uses is declared, every number and day can be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from quorate.charter.document import Path as Steps
from quorate.charter.findings import Finding, Names, short
from quorate.charter.model import Charter
from quorate.clauses import Clause
from quorate.simulate.scenario.layers import Merged
from quorate.simulate.scenario.parts import Happening, Opening, ScenarioFile, Shock, Spread, Where, number
from quorate.simulate.scenario.seats import Seats
from quorate.simulate.scenario.settings import Settings
from quorate.simulate.scenario.standing import Standing
from quorate.simulate.scenario.stock import stock


class Checks:
    """Finds what is wrong with a scenario beside a charter. Clauses its rules change or add are looked at again in the
    changed charter.
    """

    def __init__(self, file: ScenarioFile, merged: Merged, charter: Charter, settings: Settings) -> None:
        self.file, self.merged, self.charter, self.settings = file, merged, charter, settings
        self.standing = Standing(charter, file.population.basic)
        self.changed = frozenset(file.rules)
        self._names: dict[str, Names] = {}

    def findings(self) -> Iterator[Finding]:
        """All faults, in the order of the sections."""
        stocked = list(stock(self.file.population, self.charter, self.merged))
        yield from stocked
        seats = Seats(self.file, self.charter, self.merged)
        for index, opening in enumerate(self.file.openings):
            yield from self._opening(opening, ("openings", index))
            if not stocked:  # else there are no members to fill them
                yield from seats.findings(opening, ("openings", index))
        yield from self.settings.findings
        for scope, path in self.settings.named:
            yield from self._scope(scope, str(path[-1]), path, key=True)
        for index, lapse in enumerate(self.file.lapses):
            yield from self._lapse(index, lapse.clauses, lapse)
        for index, happening in enumerate(self.file.happenings):
            yield from self._happening(happening, ("happenings", index))
        for index, shock in enumerate(self.file.shocks):
            yield from self._shock(shock, ("shocks", index))

    # --- names

    def _unknown(self, table: str, ident: str, path: Steps, *, key: bool = False) -> Iterator[Finding]:
        """A finding where a table of the charter does not hold an id."""
        tables: dict[str, tuple[str, Collection[str]]] = {
            "tier": ("tier", self.charter.tiers),
            "clause": ("clause", self.charter.by_id),
            "organ": ("organ", self.charter.organs),
            "unit": ("unit", self.charter.known),
            "post": ("organ or office", self.charter.organs.keys() | self.charter.offices.keys()),
        }
        words, known = tables[table]
        if ident in known or (table == "clause" and ident in self.changed):
            return
        if table == "unit" and self.standing.tier(ident) is not None:
            return
        names = self._names.setdefault(table, Names(known))
        yield self._at("dangling", path, f"there is no {words} `{short(ident)}`", names.advice(ident), key=key)

    def _scope(self, scope: str, ident: str, path: Steps, *, key: bool = False) -> Iterator[Finding]:
        yield from self._unknown("unit" if scope == "below" else scope, ident, path, key=key)

    def _where(self, where: Where, path: Steps) -> Iterator[Finding]:
        if where.tier is not None:
            yield from self._unknown("tier", where.tier, (*path, "tier"))
        if where.below is not None:
            yield from self._unknown("unit", where.below, (*path, "below"))
        for place, unit in enumerate(where.units):
            steps = (*path, "unit") if isinstance(where.unit, str) else (*path, "unit", place)
            yield from self._unknown("unit", unit, steps)

    # --- days

    def _days(self, first: str | None, last: str | None, path: Steps) -> Iterator[Finding]:
        """Days of the calendar, in order."""
        for name, day in (("from", first), ("to", last)):
            yield from self._day(day, (*path, name))
        if first and last and last < first:
            yield self._at(
                "reversed", (*path, "to"), f"it ends on {last}, before it begins on {first}", "Exchange them."
            )

    def _day(self, day: str | None, path: Steps) -> Iterator[Finding]:
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError:
            yield self._at("wrong-value", path, f"{day} is no day of the calendar", "Write it as 2015-01-31.")

    # --- sections

    def _opening(self, opening: Opening, path: Steps) -> Iterator[Finding]:
        yield from self._unknown("tier", opening.tier, (*path, "tier"))
        if isinstance(opening.until, Spread):
            yield from self._days(opening.until.from_, opening.until.to, (*path, "until"))
        else:
            yield from self._day(opening.until, (*path, "until"))
        for post in opening.seats:
            yield from self._unknown("post", post, (*path, "seats", post), key=True)
        for post, other in opening.among.items():
            yield from self._unknown("post", post, (*path, "among", post), key=True)
            yield from self._unknown("post", other, (*path, "among", post))

    def _lapse(self, index: int, clauses: Iterable[str], where: Where) -> Iterator[Finding]:
        lapse, path = self.file.lapses[index], ("lapses", index)
        for place, clause in enumerate(clauses):
            steps = (*path, "clause") if isinstance(lapse.clause, str) else (*path, "clause", place)
            yield from self._obliges(clause, steps, where)
        yield from self._rate(number(lapse.rate), (*path, "rate"))
        yield from self._where(where, path)
        yield from self._days(lapse.from_, lapse.to, path)

    def _obliges(self, ident: str, path: Steps, where: Where, *, key: bool = False) -> Iterator[Finding]:
        """A clause whose obligations may be left undone, in units of a tier it speaks of."""
        yield from self._unknown("clause", ident, path, key=key)
        clause = self.charter.by_id.get(ident)
        if clause is None:
            return
        if not _obliges(clause):
            obliging = sorted(other.id for other in self.charter.clauses if _obliges(other))
            message = (
                f"`{ident}` obliges nobody (it is a clause of the kind `{clause.kind}`): nothing can be left undone"
            )
            advice = Names(obliging).advice(ident)
            yield self._at("obliges-nobody", path, message, advice or "Name one that demands something.", key=key)
        elif where.tier in self.charter.tiers and where.tier not in clause.places(self.charter):
            message = f"`{ident}` obliges no unit of the tier `{where.tier}`"
            yield self._at(
                "wrong-tier", path, message, f"Its tiers: {', '.join(clause.places(self.charter))}.", key=key
            )

    def _rate(self, rate: float, path: Steps) -> Iterator[Finding]:
        if not 0 <= rate <= 1:
            yield self._at("wrong-value", path, f"the rate is {rate:g}, and must be between 0 and 1", "")

    def _happening(self, happening: Happening, path: Steps) -> Iterator[Finding]:
        yield from self._day(happening.on, (*path, "on"))
        yield from self._unknown("unit", happening.unit, (*path, "unit"))
        if happening.organ is not None:
            yield from self._unknown("organ", happening.organ, (*path, "organ"))
        tier = self.standing.tier(happening.unit)
        if tier is None or self.changed:  # acts that a changed charter knows are looked up in it
            return
        verbs = {verb for clause in self.charter.clauses for verb in clause.places(self.charter).get(tier, ())}
        if happening.act not in verbs:
            message = f"there is no act `{short(happening.act)}` in units of the tier `{tier}`"
            yield self._at("dangling", (*path, "act"), message, Names(verbs).advice(happening.act))

    def _shock(self, shock: Shock, path: Steps) -> Iterator[Finding]:
        yield from self._where(shock, path)
        yield from self._days(shock.from_, shock.to, path)
        known = self.settings.parameters
        for name, value in shock.set.items():
            steps = (*path, "set", name)
            if name not in known:
                advice = Names(known).advice(name) or "`quorate simulate parameters` lists them."
                yield self._at("unknown-parameter", steps, f"there is no parameter `{name}`", advice, key=True)
            else:
                yield from self._bounds(name, number(value), steps)
        for clause, rate in shock.lapse.items():
            yield from self._obliges(clause, (*path, "lapse", clause), shock, key=True)
            yield from self._rate(number(rate), (*path, "lapse", clause))

    def _bounds(self, name: str, value: float, path: Steps) -> Iterator[Finding]:
        before = len(self.settings.findings)
        self.settings.one(name, value, path)
        yield from self.settings.findings[before:]
        del self.settings.findings[before:]

    def _at(self, code: str, path: Steps, message: str, advice: str, *, key: bool = False) -> Finding:
        return Finding(code, self.merged.place(path, key=key), message, advice=advice)


def _obliges(clause: Clause) -> bool:
    return type(clause).obligations is not Clause.obligations
