"""Finance, simulated: accounts are opened, dues booked each month, money spent, and each year's budget adopted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.base import by_tiers
from quorate.clauses.finance import Finance
from quorate.world.bodies import Sitting
from quorate.world.calendar import after, periods
from quorate.world.face import Face
from quorate.world.parameters import LATE, Parameter
from quorate.world.rows import DAY
from quorate.world.units import quoted
from quorate.world.world import EVENING, MORNING, World

Ints = NDArray[np.int64]
PARAMETERS = (
    Parameter("dues_per_member", "dues of a member a month", 100, "minor units", 1, 1e9),
    Parameter("spending_share", "the share of a month's dues that is spent", 0.75, "share", 0, 10),
    Parameter("spending_spread", "how far spending goes above or below that, at most", 0.15, "share"),
    Parameter("dues_days", "days from a month's end until its dues are booked", 6, "days", 0, 400),
    Parameter("budget_days", "days from the decision on a budget until it is entered", 2, "days", 0, 400),
    Parameter("budget_margin_days", "days before the last on which a budget's meeting is called", 40, "days", 2, 300),
    *LATE,
)  # fmt: skip
AGAIN = 1
"""Days after which somebody looks again who may do what nobody could."""
PRESS = 14
"""Days after which a meeting is called anew for a budget that was not adopted."""
YEARS = 1 << 20
"""By which the occasions of budgets differ from those of dues."""
STANDARD = (
    ("cash", "assets", "XXX", "Cash"),
    ("dues", "income", "XXX", "Membership dues"),
    ("work", "expenses", "XXX", "Work of the organisation"),
)
"""Accounts of units whose opening names none of that type; XXX is ISO 4217's code for no currency."""


class Books(Face):
    """Keeps the books of the units of one tier. `ready` says whose accounts are open; `wanted` (int64, the pool's
    number of a year, -1: none) for which year a budget is to be decided, `due` by when.
    """

    clause: Finance

    def join(self) -> None:  # noqa: D102
        self.body = self.world.bodies.get(self.clause.organ)
        if self.body is None or self.body.organ.tier not in by_tiers(self.world.rules, self.clause.kept_by):
            self.body = None
            return
        self.body.business.append(self)
        count = len(self.body.has)
        self.ready = np.zeros(count, np.bool_)
        self.wanted = np.full(count, -1, np.int64)
        self.due = np.zeros(count, np.int64)
        self.accounts = self._accounts()
        of = {kind: ident for ident, kind, _, _ in reversed(self.accounts)}
        self.cash, self.income = of["assets"], of["income"]
        self.costs = [ident for ident, kind, _, _ in self.accounts if kind == "expenses"]

    def _accounts(self) -> list[tuple[str, str, str, str]]:
        """The accounts the scenario's opening names, and a standard one of each type it leaves out."""
        assert self.body is not None
        opening = self.world.openings.get(self.body.organ.tier)
        named = list(opening.accounts) if opening else []
        kinds = {kind for _, kind, _, _ in named}
        currency = named[0][2] if named else None
        return named + [(i, kind, currency or none, name) for i, kind, none, name in STANDARD if kind not in kinds]

    def begin(self) -> None:  # noqa: D102
        world, clause = self.world, self.clause
        if self.body is None:
            return
        world.on(world.first, MORNING, self._open, self.body.units())
        if clause.dues_within is not None:
            for number, (name, _, last) in enumerate(periods(world.first, world.last, "month")):
                world.on(last, EVENING, self._month, number, world.pool.add(name), last + 1)
        for number, (name, first, _) in enumerate(periods(world.first, world.last, "year")):
            world.on(first, MORNING, self._year, number, world.pool.add(name), first)

    def _open(self, units: Ints) -> None:
        """Open the accounts; where nobody keeps the books, look again."""
        assert self.body is not None
        world = self.world
        done = np.ones(len(units), np.bool_)
        for ident, kind, currency, name in self.accounts:
            payload = f'{{"account":"{ident}","currency":"{currency}","name":"{quoted(name)}","type":"{kind}"}}'
            _, done = world.act(
                self.clause.kept_by, "account.open", self.clause.id, units, templates={"payload": payload}
            )
        self.ready[units[done] - self.body.first] = True
        world.on(world.today + AGAIN, MORNING, self._open, units[~done])

    # --- dues and spending

    def _month(self, number: int, name: int, day: int) -> None:
        assert self.body is not None
        assert self.clause.dues_within is not None
        world, units = self.world, self.body.units()
        members = world.members(self.body.organ.tier)[units - self.body.first]
        amount = np.maximum(np.floor(members * world.value("dues_per_member", units)), 1).astype(np.int64)
        due = after(day, self.clause.dues_within)
        days = world.done_on(self.clause.id, units, number, due, "dues_days")
        rows = (np.full(len(units), each) for each in (number, name))
        world.on(days, MORNING, self._book, units, amount, *rows)

    def _book(self, units: Ints, amount: Ints, number: Ints, name: Ints) -> None:
        """Book the dues of a month, and what is spent of them."""
        assert self.body is not None
        world, ready = self.world, self.ready[units - self.body.first]
        share = world.value("spending_share", units)
        spread = world.value("spending_spread", units)
        drawn = world.draws.uniform(f"spending {self.clause.id}", units, number)
        spent = np.floor(amount * np.maximum(share + (2 * drawn - 1) * spread, 0)).astype(np.int64)
        rows = np.flatnonzero(ready)
        done = self._post("dues", self.cash, self.income, units[rows], amount[rows], name[rows])
        booked = rows[done]
        paid = booked[spent[booked] > 0]
        self._post("work", self.costs[0], self.cash, units[paid], spent[paid], name[paid])
        left = np.setdiff1d(np.arange(len(units)), booked)
        world.on(world.today + AGAIN, MORNING, self._book, *(each[left] for each in (units, amount, number, name)))

    def _post(self, what: str, debit: str, credit: str, units: Ints, amount: Ints, name: Ints) -> NDArray[np.bool_]:
        lines = f'[{{"account":"{debit}","amount":{{b}}}},{{"account":"{credit}","amount":{{c}}}}]'
        dues = '"dues":"{d:pooled}",' if what == "dues" else ""
        text = "Dues of {d:pooled} (invented)." if what == "dues" else "Work of {d:pooled} (invented)."
        payload = f'{{{dues}"lines":{lines},"text":"{text}"}}'
        _, done = self.world.act(
            self.clause.kept_by, "transaction.post", self.clause.id, units, templates={"payload": payload},
            b=amount, c=-amount, d=name,
        )  # fmt: skip
        return done

    # --- the budget

    def _year(self, number: int, name: int, first: int) -> None:
        """A year has begun: a budget is wanted, which the organ's next meeting decides; unless that is let slip."""
        assert self.body is not None
        world, units = self.world, self.body.units()
        due = int(after(first, self.clause.budget_within))
        lapsed = world.lapses(self.clause.id, units, YEARS + number)
        days = np.full(len(units), world.today)
        if lapsed.any():
            days[lapsed] = world.done_on(self.clause.id, units[lapsed], YEARS + number, due, "budget_days")
        rows = (np.full(len(units), each) for each in (name, due))
        world.on(days, EVENING, self._want, units, *rows)

    def _want(self, units: Ints, name: Ints, due: Ints) -> None:
        assert self.body is not None
        places = units - self.body.first
        self.wanted[places], self.due[places] = name, due
        margin = np.floor(self.world.value("budget_margin_days", units)).astype(np.int64)
        self.world.on(due - margin, MORNING, self._press, units, name)

    def _press(self, units: Ints, name: Ints) -> None:
        """Have a meeting called where the budget is still wanted; and look again."""
        assert self.body is not None
        still = self.wanted[units - self.body.first] == name
        units, name = units[still], name[still]
        self.body.plan(units, self.world.today + 1)
        self.world.on(self.world.today + PRESS, MORNING, self._press, units, name)

    def sitting(self, sitting: Sitting) -> None:
        """Decide on the budget that is wanted."""
        assert self.body is not None
        world = self.world
        places = sitting.units - self.body.first
        rows = np.flatnonzero((self.wanted[places] >= 0) & self.ready[places])
        if not len(rows):
            return
        name = self.wanted[places[rows]]
        text = "Adopt the budget of {d:pooled} (invented)."
        carried, number = sitting.resolve(rows, self.clause.business, text, ref="budget/{d:pooled}", d=name)
        places, units = places[rows][carried], sitting.units[rows][carried]
        self.wanted[places] = -1
        mean = world.value("budget_days", units)
        days = world.today + 1 + world.draws.delay(f"budget_days {self.clause.id}", units, sitting.day, mean)
        days = np.where(self.due[places] > world.today, np.minimum(days, self.due[places]), days)
        day = np.full(len(units), sitting.day)
        world.on(days, MORNING, self._adopt, units, name[carried], day, number[carried])

    def _adopt(self, units: Ints, name: Ints, day: Ints, number: Ints) -> None:
        """Enter a budget that was carried: what a year's dues leave to spend, in equal parts."""
        assert self.body is not None
        world = self.world
        members = world.members(self.body.organ.tier)[units - self.body.first]
        share = world.value("dues_per_member", units) * world.value("spending_share", units)
        amount = np.floor(12 * members * share / len(self.costs)).astype(np.int64)
        lines = ",".join(f'{{"account":"{ident}","amount":{{d}}}}' for ident in self.costs)
        templates = {
            "ref": f"{self.clause.organ}/{{b:day}}/m{{c}}",
            "payload": f'{{"lines":[{lines}],"year":"{{e:pooled}}"}}',
        }
        _, done = world.act(
            self.clause.kept_by, "budget.adopt", self.clause.id, units, templates=templates,
            b=day * DAY, c=number, d=amount, e=name,
        )  # fmt: skip
        world.on(world.today + AGAIN, MORNING, self._adopt, *(each[~done] for each in (units, name, day, number)))


def face(clause: Finance, world: World) -> Face:
    """The clause at work."""
    return Books(clause, world)
