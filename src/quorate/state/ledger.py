"""A unit's books as folded from entries: accounts, budgets and balanced transactions in integer minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quorate.log.entry import Entry
    from quorate.state.unit import UnitState

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """An account: `kind` is assets, liabilities, equity, income or expenses."""

    id: str
    kind: str
    currency: str
    opened: str
    name: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """A balanced transaction; `lines` are `(account, amount in minor units)`, debits positive.

    `dues` names the month whose dues it books.
    """

    id: str
    at: str
    text: str
    lines: tuple[tuple[str, int], ...]
    entry: str
    dues: str | None = None


@dataclass(slots=True)
class Ledger:
    """Accounts by id, transactions in order, balances in minor units, adopted budgets by year, the year
    each decision adopted one for.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    balances: dict[str, int] = field(default_factory=dict)
    budgets: dict[str, tuple[Payload, str, str]] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)


def open_account(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``account.open``."""
    account = Account(
        payload["account"],
        payload["type"],
        payload["currency"],
        entry.at_earliest,
        payload.get("name") or payload["account"],
    )
    state.ledger.accounts[account.id] = account
    state.ledger.balances[account.id] = 0


def adopt(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``budget.adopt``."""
    state.ledger.budgets[payload["year"]] = (payload, entry.entry, entry.at_earliest)
    state.ledger.decided[entry.ref or ""] = payload["year"]


def post(state: UnitState, entry: Entry, payload: Payload) -> None:
    """Fold ``transaction.post``."""
    lines = tuple((line["account"], line["amount"]) for line in payload["lines"])
    state.ledger.transactions.append(
        Transaction(
            entry.ref or entry.entry,
            entry.at_earliest,
            payload["text"],
            lines,
            entry.entry,
            payload.get("dues"),
        )
    )
    for account, amount in lines:
        state.ledger.balances[account] += amount


FOLDS = {"account.open": open_account, "budget.adopt": adopt, "transaction.post": post}
