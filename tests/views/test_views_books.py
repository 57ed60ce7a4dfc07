"""The books: exact money, and a Beancount file that its own checker accepts."""

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quorate.state.ledger import Account, Ledger
from quorate.views import beancount, books
from quorate.views.books import NotACurrency, _account_names, money

ON = "2015-12-31"


def checker():
    """Beancount's own checker (bench/requirements-peers.txt), run as a program of its own."""
    beside = Path(sys.executable).parent / "bean-check"
    found = str(beside) if beside.is_file() else shutil.which("bean-check")
    if found is None:
        message = "BEANCOUNT IS NOT TESTED: bean-check is missing; pip install -r bench/requirements-peers.txt"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def checked(text, path):
    path.write_text(text, encoding="utf-8")
    found = subprocess.run([checker(), path], capture_output=True, text=True, timeout=60, check=False)
    return found.returncode, found.stderr


@given(st.integers(-(10**15), 10**15))
def test_money_is_exact(minor):
    assert Decimal(money(minor)) * 100 == minor
    assert len(money(minor).partition(".")[2]) == 2


def test_accounts_show_their_balance_and_what_the_budget_gives_them(club):
    found = books(club, "B1", ON)
    assert [(a.account, a.kind, a.balance, a.budget) for a in found.accounts] == [
        ("cash", "assets", 5000, None),
        ("dues", "income", -5000, -60000),
    ]
    (posted,) = found.transactions
    assert (posted.dues, posted.currency, posted.lines) == ("2015-01", "EUR", (("cash", 5000), ("dues", -5000)))
    assert books(club, "B1", "2015-01-30").transactions == ()


def test_every_posting_and_balance_reaches_the_file(club, do, tmp_path):
    do(club, "transaction.post", "B1", "2015-03-01", "B1:2", text='A "new" tent \\ and\nropes', lines=[
        {"account": "cash", "amount": -1999}, {"account": "dues", "amount": 1999}])  # fmt: skip
    text = beancount(club, ["B1", "B2"], ON)
    assert "Assets:B1:Cash  -19.99 EUR" in text
    assert "2015-03-02 balance Assets:B1:Cash  30.01 EUR" in text
    code, err = checked(text, tmp_path / "books.beancount")
    assert code == 0, err


def test_the_checker_would_notice_books_that_do_not_balance(club, tmp_path):
    text = beancount(club, ["B1"], ON)
    for wrong in (
        text.replace("-50.00 EUR", "-49.00 EUR", 1),
        text.replace("balance Assets:B1:Cash  50", "balance Assets:B1:Cash  51"),
    ):
        assert wrong != text
        assert checked(wrong, tmp_path / "books.beancount")[0] != 0


def test_random_books_pass_the_checker(club, do, tmp_path):
    rows = [
        ("소액 현금", "assets", "petty cash"),
        ("petty-cash", "assets", "petty cash"),
        ("petty cash", "liabilities", "loan"),
        ("-", "expenses", "-"),
    ]
    for ident, kind, name in rows:
        do(club, "account.open", "B1", "2015-03-01", "B1:2", account=ident, type=kind, currency="KPW", name=name)
    for number in range(40):
        first, second = rows[number % 4][0], rows[(number * 7 + 1) % 4][0]
        lines = [{"account": first, "amount": number * 37 - 500}, {"account": second, "amount": 500 - number * 37}]
        do(
            club,
            "transaction.post",
            "B1",
            f"2015-03-{2 + number // 4:02}",
            "B1:2",
            text=f"No. {number}; 거래",
            lines=lines,
        )
    code, err = checked(beancount(club, ["B1"], ON), tmp_path / "books.beancount")
    assert code == 0, err


def test_a_currency_beancount_does_not_take_is_told(club, do):
    do(club, "account.open", "B1", "2015-03-01", "B1:2", account="x", type="assets", currency="won")
    with pytest.raises(NotACurrency, match="'won' is no currency code"):
        beancount(club, ["B1"], ON)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.text(min_size=1, max_size=6), st.text(min_size=1, max_size=6)), unique=True, max_size=12))
def test_every_account_of_every_unit_has_a_name_of_its_own(pairs):
    taken = {}
    names = []
    for unit in sorted({unit for unit, _ in pairs}):
        ledger = Ledger()
        for other, ident in pairs:
            if other == unit:
                ledger.accounts[ident] = Account(ident, "assets", "EUR", "2015-01-01", ident)
        names += _account_names(unit, ledger, taken).values()
    assert len(names) == len(set(names)) == len(pairs)
