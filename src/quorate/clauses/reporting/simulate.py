"""Reporting, simulated: reports on each period are filed and sent, acknowledged or returned, and filed again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.base import by_tiers
from quorate.clauses.reporting import Reporting
from quorate.terms.parts import By
from quorate.world.calendar import after, periods
from quorate.world.face import Face
from quorate.world.parameters import LATE, Parameter
from quorate.world.units import NOBODY
from quorate.world.world import EVENING, MORNING, World

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter("report_days", "days from a period's end until the report on it is filed", 3, "days", 0, 400),
    Parameter("answer_days", "days until a report that has come in is acknowledged or returned", 4, "days", 0, 400),
    Parameter("returns", "the share of reports that are returned to be completed", 0.03, "share"),
    *LATE,
)
AGAIN = 1
"""Days after which somebody looks again who may do what nobody could."""
FILLING = 21
"""Days before a report falls due from which whoever alone can file it does not leave, so long may it take to replace
them.
"""
VERSIONS = 4
"""Numbers kept for the obligations of one report: filing it, filing it again, ..."""
PERIODS = 1 << 20
"""More than the periods of any run, times `VERSIONS`."""
TEXT = "As the figures state (invented)."
REASON = "Figures are missing (invented)."


class Reports(Face):
    """Files one kind of report, and answers it. A report is returned once at most; `returned` notes of which."""

    clause: Reporting

    def join(self) -> None:  # noqa: D102
        self.returned: dict[int, NDArray[np.bool_]] = {}
        self.spans = [
            (last + 1 - FILLING, int(after(last + 1, self.clause.within)))
            for _, _, last in periods(self.world.first, self.world.last, self.clause.per)
        ]
        self.world.owing.append(self.owes)

    def owes(self, post: str, units: Ints) -> NDArray[np.bool_]:
        """Whether a report falls due soon that only the holder of a post can file."""
        soon = any(first <= self.world.today <= last for first, last in self.spans)
        return np.full(len(units), soon and post == self.clause.by.alone)

    def begin(self) -> None:  # noqa: D102
        world = self.world
        for number, (name, _, last) in enumerate(periods(world.first, world.last, self.clause.per)):
            world.on(last, EVENING, self._over, number, world.pool.add(name), last + 1)

    def _over(self, number: int, name: int, day: int) -> None:
        """A period is over: have the report on it filed; it states the members of that day."""
        world = self.world
        for tier in sorted(by_tiers(world.rules, self.clause.by)):
            units = having(world, self.clause.by, tier)
            members = world.members(tier)[units - world.units.first(tier)]
            due = after(day, self.clause.within)
            days = world.done_on(self.clause.id, units, number * VERSIONS, due, "report_days")
            rows = (np.full(len(units), each) for each in (number, name, 1))
            world.on(days, MORNING, self._file, units, members, *rows)

    # --- filing

    def _file(self, units: Ints, members: Ints, number: Ints, name: Ints, version: Ints) -> None:
        to = self._above(units)
        kinds = np.stack([members > 0, to != NOBODY, version > 1])
        for kind in np.unique(kinds, axis=1).T:
            rows = np.flatnonzero((kinds == kind.reshape(-1, 1)).all(axis=0))
            self._filed(*(each[rows] for each in (units, to, members, number, name, version)))

    def _above(self, units: Ints) -> Ints:
        """The unit of the tier above that each reports to; -1 where it reports to units by name, or to nobody above."""
        world = self.world
        if self.clause.to_tier is None:
            return np.full(len(units), NOBODY, np.int64)
        parents = world.units.parent[units].astype(np.int64)
        found = world.units.above(parents, self.clause.to_tier)
        return np.where(parents < 0, NOBODY, found)

    def _filed(self, units: Ints, to: Ints, members: Ints, number: Ints, name: Ints, version: Ints) -> None:
        """File reports that are alike."""
        world, clause = self.world, self.clause
        figures = '"figures":{"members":{b}},' if members[0] > 0 else ""
        ref = self._ref("{self}", int(version[0]))
        known = ["{d:unit}"] if to[0] != NOBODY else list(clause.to_units)
        data = f'{{{figures}"period":"{{c:pooled}}","report":"{clause.report}","report_id":"{ref}","text":"{TEXT}"}}'
        sends = ",".join(f'{{"data":{data},"kind":"report","to":"{each}"}}' for each in known)
        send = f'"send":[{sends}],' if sends else ""
        payload = f'{{{figures}"period":"{{c:pooled}}","report":"{clause.report}",{send}"text":"{TEXT}"}}'
        entries, done = world.act(
            clause.by, "report.file", clause.id, units, templates={"ref": ref, "payload": payload}, b=members, c=name,
            d=to,
        )  # fmt: skip
        late = ~done
        world.on(
            world.today + AGAIN, MORNING, self._file,
            *(each[late] for each in (units, members, number, name, version)),
        )  # fmt: skip
        rows = [each[done] for each in (units, entries, members, number, name, version)]
        if to[0] != NOBODY:
            self._send(to[done], *rows)
        else:
            for unit in world.units.named(clause.to_units):
                self._send(np.full(int(done.sum()), unit), *rows)

    def _ref(self, unit: str, version: int) -> str:
        """A report's id, its period in gap `c`."""
        again = f"/{version}" if version > 1 else ""
        return f"{self.clause.report}/{{c:pooled}}/{unit}{again}"

    def _send(
        self, to: Ints, units: Ints, entries: Ints, members: Ints, number: Ints, name: Ints, version: Ints
    ) -> None:
        if not len(to):
            return
        figures = '"figures":{"members":{b}},' if members[0] > 0 else ""
        ref = self._ref("{a:unit}", int(version[0]))
        data = (
            f'{{{figures}"period":"{{c:pooled}}","report":"{self.clause.report}","report_id":"{ref}","text":"{TEXT}"}}'
        )
        payload = f'{{"data":{data},"from":"{{a:unit}}","kind":"report"}}'
        form = self.world.forms.form("document.receive", self.clause.id, ref="{d:entry}", payload=payload)
        rows = (to, units, entries, members, number, name, version)
        self.world.send(form, to, self._came, *rows, a=units, b=members, c=name, d=entries)

    # --- answering

    def _came(
        self, _: Ints, to: Ints, units: Ints, filed: Ints, members: Ints, number: Ints, name: Ints, version: Ints
    ) -> None:
        """Reports have come in: what they state is known now, and they are to be answered."""
        world, clause = self.world, self.clause
        for level in np.unique(world.units.tier[to]):
            rows = (world.units.tier[to] == level) & (members > 0)
            world.told(world.units.tiers[level])[units[rows]] = members[rows]
        if clause.received_by is None:
            return
        answers = np.isin(world.units.tier[to], self._levels(clause.received_by))
        to, units, filed, members, number, name, version = (
            each[answers] for each in (to, units, filed, members, number, name, version)
        )
        occasion = (units + 1) * PERIODS + number * VERSIONS + version
        if clause.answer is not None:
            days = world.done_on(clause.id, to, occasion, after(world.today, clause.answer), "answer_days")
        else:
            mean = world.value("answer_days", to)
            days = world.today + world.draws.delay(f"answer_days {clause.id}", to, occasion, mean)
        back = world.happens(f"returns {clause.id}", to, occasion, "returns")
        back &= (version == 1) & (clause.again is not None)
        for given in (True, False):
            rows = np.flatnonzero(back == given)
            whole = (each[rows] for each in (to, units, filed, members, number, name, version))
            world.on(days[rows], MORNING, self._return if given else self._acknowledge, *whole)

    def _levels(self, by: By) -> list[int]:
        return [self.world.units.tiers.index(tier) for tier in by_tiers(self.world.rules, by)]

    def _return(self, *rows: Ints) -> None:
        self._answer("return", REASON, self._return, *rows)

    def _acknowledge(self, *rows: Ints) -> None:
        self._answer("acknowledge", "", self._acknowledge, *rows)

    def _answer(self, verb: str, reason: str, again: Any, *rows: Ints) -> None:
        for version in np.unique(rows[-1]).tolist():
            self._answered(verb, reason, again, version, *(each[rows[-1] == version] for each in rows))

    def _answered(
        self, verb: str, reason: str, again: Any, version: int,
        to: Ints, units: Ints, filed: Ints, members: Ints, number: Ints, name: Ints, versions: Ints,
    ) -> None:  # fmt: skip
        """Answer reports that are alike, and tell those who filed them."""
        world, clause = self.world, self.clause
        assert clause.received_by is not None
        kind = "report-returned" if verb == "return" else "report-acknowledged"
        data = f'{{"reason":"{reason}","report_id":"{self._ref("{b:unit}", version)}"}}'
        said = f'"reason":"{reason}",' if reason else ""
        payload = f'{{{said}"send":[{{"data":{data},"kind":"{kind}","to":"{{b:unit}}"}}]}}'
        entries, done = world.act(
            clause.received_by, f"report.{verb}", clause.id, to,
            templates={"ref": "{d:entry}", "payload": payload}, b=units, c=name, d=filed,
        )  # fmt: skip
        rows = (to, units, filed, members, number, name, versions)
        world.on(world.today + AGAIN, MORNING, again, *(each[~done] for each in rows))
        told = f'{{"data":{data},"from":"{{a:unit}}","kind":"{kind}"}}'
        form = world.forms.form("document.receive", clause.id, ref="{d:entry}", payload=told)
        then = self._back if verb == "return" else None
        kept = (units[done], members[done], number[done], name[done])
        world.send(form, units[done], then, *kept, a=to[done], b=units[done], c=name[done], d=entries[done])

    def _back(self, _: Ints, units: Ints, members: Ints, number: Ints, name: Ints) -> None:
        """Reports have been returned: those returned for the first time are to be filed again."""
        world, clause = self.world, self.clause
        assert clause.again is not None
        for period in np.unique(number).tolist():
            known = self.returned.setdefault(period, np.zeros(len(world.units), np.bool_))
            rows = np.flatnonzero((number == period) & ~known[units])
            rows = rows[np.unique(units[rows], return_index=True)[1]]
            known[units[rows]] = True
            due = after(world.today, clause.again)
            days = world.done_on(clause.id, units[rows], period * VERSIONS + 1, due, "report_days")
            second = np.full(len(rows), 2)
            world.on(days, MORNING, self._file, units[rows], members[rows], number[rows], name[rows], second)


def having(world: World, by: By, tier: str) -> Ints:
    """The units of a tier that have one of the offices or organs of `by`."""
    units = world.units.of(tier)
    has = np.zeros(len(units), np.bool_)
    for name in (*by.offices, *by.organs):
        part = world.rules.offices.get(name) or world.rules.organs.get(name)
        if part is not None and part.tier == tier:
            has |= np.isin(units, world.units.named(part.units)) if part.units else True
    return units[has]


def face(clause: Reporting, world: World) -> Face:
    """The clause at work."""
    return Reports(clause, world)
