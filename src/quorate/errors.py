"""The one base of every failure a user can cause: what, where, what next."""

from __future__ import annotations


class QuorateError(Exception):
    """A failure that a person can put right; the command line prints it and exits with code 2.

    `what` states the fault, `where` the place (file:line:column, entry id or unit), `advice` the next step.
    Subclasses, one per kind of failure, build these from typed arguments.
    """

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what, self.where, self.advice = what, where, advice
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{place}{self.what}{advice}"

    def __reduce__(self) -> tuple[object, ...]:
        """As what it is, not by the arguments it was made from: so another process can tell what failed in it."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[QuorateError], args: tuple[object, ...], state: dict[str, object]) -> QuorateError:
    found = kind.__new__(kind)
    found.args = args
    found.__dict__.update(state)
    return found
