"""Units' books: accounts, transactions and their lines, budgets, of all units at once. Mirrors `state.ledger`."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.facts.acts import of, text
from quorate.facts.book import Facts, fact, kept
from quorate.facts.engine import TEXT, WHOLE

_ACT = ("unit", "entry", "seq", "at", "latest", "tier", "actor", "office", "ref")


@kept
def opened(facts: Facts) -> Table:
    """Each opening of an account: `unit`, `entry`, `seq`, `at`, `latest`, `tier`, `actor`, `office`, `ref`, `account`,
    `type`, `currency`, `before` (whether it was open before).
    """
    table = of(facts, "account.open")
    table = table.select(
        *_ACT,
        account=text(facts, table, "account"),
        type=text(facts, table, "type"),
        currency=text(facts, table, "currency"),
    )
    window = ibis.window(group_by=("unit", "account"), order_by="seq")
    return table.mutate(before=ibis.row_number().over(window) > 0)


@fact
def accounts(facts: Facts) -> Table:
    """The accounts there are: `unit`, `account`, `account_seq`, `currency`."""
    table = opened(facts)
    return table.filter(~table.before).select("unit", "account", "currency", account_seq="seq")


@kept
def posted(facts: Facts) -> Table:
    """One row a transaction: as `opened`, with `dues` (the month it books the dues of), and of its lines `lines` (how
    many), `total`, `unknown` (an account that was not open), `currencies` (how many), `moves` (whether any account
    changes). What the lines do not state is null.
    """
    table = of(facts, "transaction.post")
    lines = _lines(facts, table)
    whole = lines.group_by("entry").agg(
        lines=lines.number.sum(),
        total=ibis.ifelse(lines.net.isnull().any(), ibis.null("int64"), lines.net.sum()),
        unknown=lines.account.min(where=lines.currency.isnull()),
        currencies=lines.currency.nunique(),
        moves=(lines.net != 0).any(),
    )
    table = table.select(*_ACT, dues=text(facts, table, "dues"))
    return table.left_join(whole, "entry")[[*table.columns, "lines", "total", "unknown", "currencies", "moves"]]


def _lines(facts: Facts, table: Table) -> Table:
    """The lines of acts, those on one account together: `entry`, `account`, `number`, `net`, and the `currency` of the
    account (null where it was not open).
    """
    rows = table.select(
        "unit", "entry", "seq", row=facts.engine.rows(table.payload, "lines", account=TEXT, amount=WHOLE)
    ).unnest("row")
    rows = rows.select("unit", "entry", "seq", account=rows.row["account"], amount=rows.row["amount"])
    one = rows.group_by("unit", "entry", "seq", "account").agg(
        number=rows.count(),
        net=ibis.ifelse(rows.amount.isnull().any(), ibis.null("int64"), rows.amount.sum()),
    )
    there = accounts(facts)
    found = one.left_join(there, ["unit", "account"])[[*one.columns, "currency", "account_seq"]]
    known = (found.account_seq < found.seq).fill_null(False)
    return found.mutate(
        currency=ibis.ifelse(known, ibis.coalesce(found.currency, ibis.literal("")), ibis.null("string"))
    ).drop("account_seq")


@kept
def adopted(facts: Facts) -> Table:
    """Each adoption of a budget: as `opened`, with `year`, `before` (whether that year's was adopted before), `reused`
    (whether the motion adopted one before), and `unknown` (an account in it that was not open).
    """
    table = of(facts, "budget.adopt")
    lines = _lines(facts, table)
    whole = lines.group_by("entry").agg(unknown=lines.account.min(where=lines.currency.isnull()))
    table = table.select(*_ACT, year=text(facts, table, "year"))
    table = table.left_join(whole, "entry")[[*table.columns, "unknown"]]
    years = ibis.window(group_by=("unit", "year"), order_by="seq")
    motions = ibis.window(group_by=("unit", "ref"), order_by="seq")
    return table.mutate(
        before=ibis.row_number().over(years) > 0, reused=table.ref.notnull() & (ibis.row_number().over(motions) > 0)
    )
