"""What can be wrong with a log of others: one class per failure, each with its place and the next step."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from quorate.errors import QuorateError

SHOWN = 8  # names or places listed in a message


def short(value: object, room: int = 60) -> str:
    """A value of the file as a message quotes it."""
    text = repr(value)
    return text if len(text) <= room else f"{text[:room]}..."


def nearest(name: str, names: Iterable[str], what: str = "It has") -> str:
    """Advice: the nearest valid name, or the valid names."""
    valid = [item for item in names if item]
    near = get_close_matches(name, valid, n=1) or [item for item in valid if item.lower() == name.lower()]
    if near:
        return f"Did you mean {near[0]!r}?"
    listed = ", ".join(valid[:SHOWN]) + (" ..." if len(valid) > SHOWN else "")
    return f"{what} {listed}." if valid else ""


class BadInterval(QuorateError):
    """Text that is no date, time or interval of the calendar between the years 1 and 9999."""

    def __init__(self, text: object) -> None:
        super().__init__(
            f"{short(text)} is not a date.", advice="Write it as 2015-01-31, 2015-01, 2015-01-31T09:30 or in EDTF."
        )


class TableError(QuorateError):
    """A log of others, or its mapping, that cannot be taken in: what is wrong, where, and what to do."""

    def __init__(self, where: str, problem: str, advice: str = "") -> None:
        super().__init__(problem.rstrip(".") + ".", where=where, advice=advice)


class NoTable(TableError):
    """Nothing there that is a log: a missing file, an empty one, a kind that is not taken in."""

    def __init__(self, where: str, problem: str, advice: str = "Check the name.") -> None:
        super().__init__(where, problem, advice)


class DamagedTable(TableError):
    """A file that ends too early or whose bytes are not what its name says."""

    def __init__(self, where: str, problem: str, advice: str = "Fetch or write the file again.") -> None:
        super().__init__(where, problem, advice)


class WrongColumns(TableError):
    """A column that is needed is not there, or cannot hold what it should."""

    def __init__(self, where: str, problem: str, advice: str) -> None:
        super().__init__(where, problem, advice)


class BadRow(TableError):
    """A row that is no entry: a date out of range, an id given twice, a cell nothing is known of."""

    def __init__(self, where: str, problem: str, advice: str = "") -> None:
        super().__init__(where, problem, advice)


class BadMapping(TableError):
    """A mapping file that cannot be read, or that does not go with the file it is used on."""

    def __init__(self, where: str, problem: str, advice: str = "See the reference of logs for the keys.") -> None:
        super().__init__(where, problem, advice)


class BadXes(TableError):
    """An XES log that is not well formed, or that holds what could harm whoever reads it."""

    def __init__(self, where: str, problem: str, advice: str) -> None:
        super().__init__(where, problem, advice)


class CannotWriteTable(TableError):
    """The table cannot be written where it should be."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, f"it cannot be written: {problem}", "Check the folder and its space.")
