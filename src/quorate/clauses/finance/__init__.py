"""A unit's finances: accounts, dues, the budget, and books that balance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from quorate.clauses.base import Clause, Rules, View, by_tiers, register, who
from quorate.terms import dates
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import BusinessId, By, OrganId, Span

_VERBS = frozenset(("account.open", "budget.adopt", "transaction.post"))
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])", re.ASCII)
TYPES = ("assets", "liabilities", "equity", "income", "expenses")


@register
class Finance(Clause):
    """The books are kept in double entry by named offices, in whole minor units that balance; the budget is adopted
    by an organ each year; dues are booked each month.

    Conforming: dues of 12000 debited to cash and credited to income. Breaching: a transaction whose lines do not add
    to nought; a budget without a carried motion; a month without dues booked. Reference: double entry as in ISO/IEC
    15944-4; signs as plain-text accounting has them, debits positive.
    """

    kind: Literal["finance"]
    kept_by: By
    organ: OrganId
    business: BusinessId
    budget_within: Span
    dues_within: Span | None = None
    summary = "How a unit's books are kept and its budget adopted."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        return dict.fromkeys(by_tiers(rules, self.kept_by), _VERBS)

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        ledger = view.state.ledger
        if act.verb == "account.open":
            if act.get("account") in ledger.accounts:
                return f"account {act.get('account')} is open already"
            return (
                None
                if act.get("type") in TYPES
                else f"{act.get('type')!r} is no type of account; write one of {', '.join(TYPES)}"
            )
        if act.verb == "transaction.post":
            return self._guard_post(act, view)
        return self._guard_budget(act, view)

    def _guard_post(self, act: Act, view: View) -> str | None:
        accounts = view.state.ledger.accounts
        lines = act.get("lines")
        unknown = next((line["account"] for line in lines if line["account"] not in accounts), None)
        if unknown:
            return f"there is no account {unknown}"
        currencies = {accounts[line["account"]].currency for line in lines}
        if len(currencies) > 1:
            return f"the lines are in {' and '.join(sorted(currencies))}; one transaction has one currency"
        total = sum(line["amount"] for line in lines)
        if total:
            return f"the lines add to {total}, not to nought: the books would not balance"
        return "a transaction has at least two lines" if len(lines) < 2 else self._guard_dues(act)

    def _guard_dues(self, act: Act) -> str | None:
        month = act.get("dues")
        if month is None:
            return None
        if not _MONTH.fullmatch(month) or month > act.at[:7]:
            return f"`dues` names the month they are for, up to this one, as {act.at[:7]}; {month!r} is none"
        net: Counter[str] = Counter()
        for line in act.get("lines"):
            net[line["account"]] += line["amount"]
        return None if any(net.values()) else f"no money moves, and so no dues of {month} are booked"

    def _guard_budget(self, act: Act, view: View) -> str | None:
        found = view.state.motions.get(act.ref or "")
        if found is None or not found[0].carried or found[0].decided != self.business or found[1].organ != self.organ:
            return f"the budget is adopted by the {view.name(self.organ)}; name the carried motion in `ref`"
        if not _YEAR.fullmatch(act.get("year")):
            return f"a budget is of a calendar year, written like {act.at[:4]}, not {act.get('year')!r}"
        if act.get("year") in view.state.ledger.budgets:
            return f"the budget of {act.get('year')} is adopted already"
        if act.ref in view.state.ledger.decided:
            return f"motion {act.ref} adopted the budget of {view.state.ledger.decided[act.ref or '']}"
        unknown = next(
            (line["account"] for line in act.get("lines") if line["account"] not in view.state.ledger.accounts),
            None,
        )
        return f"there is no account {unknown}" if unknown else None

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        return bool(view.capacity(act, self.kept_by)) or f"the books are kept by {who(view.rules, self.kept_by)}"

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if not view.has_organ(self.organ):
            return
        for year, start, _ in dates.periods(view.state.opened, until, "year"):
            due = dates.after(start, self.budget_within)
            adopted = view.state.ledger.budgets.get(year)
            if adopted is None and due > until[:10]:
                continue
            met, by = (adopted[2], adopted[1]) if adopted else (None, None)
            yield Obligation(
                self.id,
                view.unit,
                self.organ,
                f"adopt the budget of {year}",
                f"budget/{year}",
                start,
                due,
                met,
                by,
            )
        yield from self._dues(view, until)

    def _dues(self, view: View, until: str) -> Iterator[Obligation]:
        if self.dues_within is None:
            return
        booked = {t.dues: (t.at, t.entry) for t in reversed(view.state.ledger.transactions) if t.dues}
        holder = (self.kept_by.offices + self.kept_by.organs)[0]
        for month, _, end in dates.periods(view.state.opened, until, "month"):
            due = dates.day(dates.after(end, self.dues_within))
            met, by = booked.get(month, (None, None))
            if met is None and due > until[:10]:
                continue
            yield Obligation(
                self.id, view.unit, holder, f"book the dues of {month}", f"dues/{month}", end, due, met, by
            )

    def words(self, rules: Rules) -> str:  # noqa: D102
        text = (
            f"The books are kept by {who(rules, self.kept_by)}, in double entry; the {rules.name(self.organ)} adopts "
            f"the year's budget within {self.budget_within} of its beginning"
        )
        return text + (
            f", and dues are booked within {self.dues_within} of each month's end." if self.dues_within else "."
        )
