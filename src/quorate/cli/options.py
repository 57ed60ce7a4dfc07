"""Arguments and options that several commands share, and the day a question is about."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from quorate.run.record import RECORD, Record
from quorate.terms import dates

RecordPlace = Annotated[
    str,
    typer.Argument(metavar="RECORD", help="The record: its folder, or a postgresql:// address.", show_default=False),
]
CharterPlace = Annotated[Path, typer.Argument(metavar="CHARTER", help="A charter's folder or YAML file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
OneUnit = Annotated[str, typer.Option("--unit", "-u", help="The unit, by id.", show_default=False)]
On = Annotated[
    str,
    typer.Option(
        "--on", envvar="QUORATE_ON", help="As of this day: a date, `today`, or `last` for the record's last entry."
    ),
]
STALE = 90  # days without an entry after which a question about today is probably meant about then


def last_entry(record: Record) -> str:
    """The moment of the record's last entry."""
    heads = [head for head in record.store.heads() if head.unit != RECORD]
    found = [next(record.store.read(head.unit, head.seq - 1)).at_latest for head in heads]
    return max(found, default=dates.moment(_today()))


def day_of(record: Record, on: str, *, hint: bool = True) -> str:
    """The day a question is about. Raise `BadDate`.

    Where it is about today and the record ends long before, say on standard error how to ask about its end.
    """
    if on == "last":
        return last_entry(record)[:10]
    if on != "today":
        dates.moment(on)
        return on
    if hint and sys.stderr.isatty():
        last = last_entry(record)
        if dates.days_between(last, _today()) > STALE:
            print(f"The record's last entry is of {last[:10]}; `--on last` asks about that day.", file=sys.stderr)
    return _today()


def _today() -> str:
    return datetime.now(UTC).astimezone().date().isoformat()


def now() -> str:
    """This minute, in local time, as entries have it."""
    return datetime.now(UTC).astimezone().strftime("%Y-%m-%dT%H:%M")


def is_day(text: str) -> bool:
    """Whether text is a date of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2015-01-31")


def known_unit(record: Record, unit: str) -> str:
    """The unit, if the record has it. Raise `NoSuchUnit`, with the nearest."""
    from quorate.views.base import require

    if unit != RECORD:
        require(record, unit)
    return unit
