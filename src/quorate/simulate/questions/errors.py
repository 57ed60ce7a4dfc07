"""What stops a question from being answered."""

from __future__ import annotations

from collections.abc import Iterable

from quorate.errors import QuorateError
from quorate.log.tables.errors import nearest


class NothingToAnswer(QuorateError):
    """The log holds nothing the question is about, or the charter has no such rule."""


class NoSuchName(QuorateError):
    """A matter, conference or post that neither the charter nor the log knows."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = list(known)
        super().__init__(f"there is no {what} {name!r}.", advice=nearest(name, names, "There is") if names else "")


class CannotDraw(QuorateError):
    """A chart cannot be written where it is wanted, or as that kind of file."""
