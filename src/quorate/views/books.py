"""A unit's books: accounts, balances, transactions; and the books of units as Beancount text.

Amounts are whole minor units, debits positive, and are written with two decimals, as ISO 4217 has it for most
currencies; the currency's code is data of the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quorate.errors import QuorateError
from quorate.run.record import Record
from quorate.state.ledger import Ledger
from quorate.terms import dates
from quorate.views.base import Shown, until, view_on

KINDS = ("assets", "liabilities", "equity", "income", "expenses")
DECIMALS = 2
_CURRENCY = re.compile(r"[A-Z](?:[A-Z0-9'._-]{0,22}[A-Z0-9])?")


class NotACurrency(QuorateError):
    """A currency code that Beancount does not take."""

    def __init__(self, code: str, where: str) -> None:
        super().__init__(
            f"{code!r} is no currency code Beancount takes.",
            where=where,
            advice="Codes are capital letters and digits, such as EUR.",
        )


@dataclass(frozen=True, slots=True)
class Account(Shown):
    """An account with its balance, in minor units; `budget` is what the year's budget gives it, if anything."""

    account: str
    name: str
    kind: str
    currency: str
    opened: str
    balance: int
    budget: int | None


@dataclass(frozen=True, slots=True)
class Posting(Shown):
    """A transaction with its lines: account and amount in minor units, debits positive, adding to nought."""

    id: str
    at: str
    text: str
    dues: str | None
    currency: str
    lines: tuple[tuple[str, int], ...]
    entry: str


@dataclass(frozen=True, slots=True)
class Books(Shown):
    """A unit's books as of a day; `year` is the year whose budget is shown."""

    unit: str
    name: str
    on: str
    year: str
    accounts: tuple[Account, ...]
    transactions: tuple[Posting, ...]


def money(minor: int) -> str:
    """Minor units as a decimal number: ``-12.05`` for -1205."""
    whole, rest = divmod(abs(minor), 10**DECIMALS)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{DECIMALS}d}"


def books(record: Record, unit: str, on: str) -> Books:
    """Accounts by kind and id, transactions in order. Raise `NoSuchUnit`, `NotYetOpen`, `BadDate`."""
    view = view_on(record, unit, until(on))
    ledger, year = view.state.ledger, on[:4]
    lines = ledger.budgets[year][0]["lines"] if year in ledger.budgets else []
    budget: dict[str, int] = {}
    for line in lines:
        budget[line["account"]] = budget.get(line["account"], 0) + line["amount"]
    accounts = [
        Account(a.id, a.name, a.kind, a.currency, a.opened, ledger.balances[a.id], budget.get(a.id))
        for a in sorted(ledger.accounts.values(), key=lambda a: (KINDS.index(a.kind), a.id))
    ]
    posted = tuple(
        Posting(t.id, t.at, t.text, t.dues, ledger.accounts[t.lines[0][0]].currency, t.lines, t.entry)
        for t in ledger.transactions
    )
    return Books(unit, view.state.name, on, year, tuple(accounts), posted)


def beancount(record: Record, units: Sequence[str], on: str) -> str:
    """The books of units as Beancount text, which closes each account with an assertion of its balance.

    An account is written ``Assets:<unit>:<account>``. Raise `NotACurrency`, `NoSuchUnit`, `NotYetOpen`, `BadDate`.
    """
    taken: dict[str, tuple[str, str]] = {}
    blocks = []
    for unit in units:
        view = view_on(record, unit, until(on))
        names = _account_names(unit, view.state.ledger, taken)
        blocks.append(f"; {_line(view.state.name)} ({_line(unit)})")
        blocks += _block(unit, view.state.ledger, names, on)
    title = _text(record.charter.file.title)
    return "\n".join([f'option "title" {title}', "", *blocks, ""])


def _account_names(unit: str, ledger: Ledger, taken: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Beancount's name for each account, every one its own."""
    names = {}
    for account in ledger.accounts.values():
        base = f"{account.kind.capitalize()}:{_component(unit)}:{_component(account.id)}"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken[name] = (unit, account.id)
        names[account.id] = name
    return names


def _component(text: str) -> str:
    """Text as a part of an account's name: ASCII letters, digits and hyphens, a capital or digit first."""
    plain = re.sub(r"[^A-Za-z0-9-]", "-", text).strip("-") or "X"
    return plain[0].upper() + plain[1:]


def _block(unit: str, ledger: Ledger, names: Mapping[str, str], on: str) -> Iterator[str]:
    for account in ledger.accounts.values():
        if not _CURRENCY.fullmatch(account.currency):
            raise NotACurrency(account.currency, f"{unit}, account {account.id}")
        yield f"{dates.day(account.opened)} open {names[account.id]} {account.currency}"
        yield f"  name: {_text(account.name)}"
    for posted in ledger.transactions:
        yield ""
        yield f"{dates.day(posted.at)} * {_text(posted.text)}"
        yield f"  entry: {_text(posted.entry)}"
        for name, amount in posted.lines:
            yield f"  {names[name]}  {money(amount)} {ledger.accounts[name].currency}"
    yield ""
    last = max([t.at for t in ledger.transactions] + [a.opened for a in ledger.accounts.values()], default=on)
    after = dates.add(dates.day(last), 1, "days")
    for account in ledger.accounts.values():
        yield f"{after} balance {names[account.id]}  {money(ledger.balances[account.id])} {account.currency}"
    yield ""


def _text(text: str) -> str:
    """Text between quotes, on one line."""
    plain = _line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _line(text: str) -> str:
    return " ".join(text.split())
