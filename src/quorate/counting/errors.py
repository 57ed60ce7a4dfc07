# each is named after what is wrong, like the rest of the package
"""What can be wrong with a count, one class per failure, each saying what, where and what next."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from quorate.errors import QuorateError


def nearest(name: object, known: Iterable[str]) -> str:
    """Return "Did you mean 'x'?" for the closest known name, else the list of names there are."""
    names = sorted(known)
    close = get_close_matches(str(name), names, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(names)}."


class UnknownMethod(QuorateError):
    """No method of counting or apportionment goes by that name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"there is no method {name!r}.", advice=nearest(name, known))


class UnknownParameter(QuorateError):
    """The method takes no parameter of that name."""

    def __init__(self, method: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"takes no parameter {name!r}.", where=method, advice=nearest(name, known))


class BadParameter(QuorateError):
    """A parameter has a value the method cannot use."""

    def __init__(self, method: str, name: str, value: object, expected: str) -> None:
        super().__init__(f"{name} is {value!r}.", where=method, advice=f"Give {expected}.")


class BadSeats(QuorateError):
    """The number of seats cannot be filled by this method."""

    def __init__(self, method: str, seats: object, expected: str) -> None:
        super().__init__(f"seats is {seats!r}.", where=method, advice=f"Give {expected}.")


class BadCandidates(QuorateError):
    """The list of candidates is empty, holds something that is not a name, or names someone twice."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault, where="candidates", advice="List every candidate once, by a name that is text.")


class BadBallot(QuorateError):
    """A ballot does not have the shape its method reads; `number` is its place in the input, from 1."""

    def __init__(self, number: int, fault: str, advice: str = "Correct or set aside this ballot.") -> None:
        self.number = number
        super().__init__(fault, where=f"ballot {number}", advice=advice)


class BadWeights(QuorateError):
    """The weights seats are to be shared by are not whole numbers from 0, or are all nothing."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault, where="weights", advice="Give each name a whole number, at least one above 0.")


class TooFewSeats(QuorateError):
    """The guaranteed minimum for everyone comes to more seats than there are."""

    def __init__(self, seats: int, minimum: int, names: int) -> None:
        super().__init__(
            f"{names} names with at least {minimum} each need {names * minimum} seats; there are {seats}.",
            where="seats",
            advice="Raise the seats or lower the minimum.",
        )
