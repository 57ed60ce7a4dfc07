"""`quorate books`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quorate.cli.chart import write
from quorate.cli.options import AsJson, On, RecordPlace, day_of, known_unit
from quorate.cli.place import RecordCommand, opened
from quorate.cli.progress import track
from quorate.cli.show import as_json, count, dim, heading, indented, screen, table, when
from quorate.views.books import Books, money

COMMAND = RecordCommand


def run(
    record: RecordPlace,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", "-u", help="This unit; may be given again; left out: all.")
    ] = None,
    on: On = "today",
    beancount: Annotated[
        Path | None, typer.Option("--beancount", help="Write the books as a Beancount file instead.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show at most so many transactions, the latest.")] = 20,
    json: AsJson = False,
) -> None:
    """Show a unit's accounts, balances and transactions.

    Amounts are kept in whole minor units and shown with two decimals; debits are positive. With --beancount, write the
    books as a file that bean-check accepts.

    Example: quorate books book --unit B1
    """
    from quorate.views import beancount as text
    from quorate.views import books

    with opened(record) as found:
        day = day_of(found, on, hint=False)
        units = [known_unit(found, other) for other in unit or found.units()]
        units = [other for other in units if unit or found.state(other).ledger.accounts]
        if beancount is not None:
            write(beancount, text(found, units, day).encode())
            return screen().print(f"Wrote the books of {count(len(units), 'unit')} to {beancount}.")
        answers = [books(found, other, day) for other in track(units, "Reading units")]
    if json:
        return as_json([answer.as_json() for answer in answers])
    for answer in answers:
        show(answer, limit)
    if not answers:
        screen().print("No unit keeps books yet.")
    return None


def show(answer: Books, limit: int = 20) -> None:
    """Print a unit's books."""
    out = screen()
    out.print(heading(answer.name, answer.unit, f"on {when(answer.on)}"))
    accounts = table("account", "", "kind", ("balance", "rn"), "", (f"budget {answer.year}", "rn"))
    for account in answer.accounts:
        budget = money(account.budget) if account.budget is not None else ""
        name = account.name if account.name != account.account else ""
        accounts.add_row(account.account, name, account.kind, money(account.balance), account.currency, budget)
    out.print(indented(accounts))
    if not answer.transactions or not limit:
        return
    out.print(
        heading(
            "Transactions",
            f"the last {limit} of {len(answer.transactions)}" if len(answer.transactions) > limit else None,
        )
    )
    lines = table(("day", "n"), "what", "account", ("amount", "rn"), ("", "n"), "entry")
    for posted in answer.transactions[-limit:]:
        first = True
        for account_id, amount in posted.lines:
            day, text, entry = (posted.at[:10], posted.text, posted.entry) if first else ("", "", "")
            lines.add_row(day, text, account_id, money(amount), posted.currency, dim(entry))
            first = False
    out.print(indented(lines))
