"""What a count says: who is elected, who is tied, and every step in words and exact numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Number = int | Fraction
"""An exact number of votes; never a float."""


def exact(number: Number) -> int | str:
    """Write a number for JSON: a whole number as it is, any other as text such as "7/3"."""
    return int(number) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"


def votes(number: Number) -> str:
    """Say a number of votes in words: "1 vote", "7/3 votes"."""
    return f"{exact(number)} {'vote' if number == 1 else 'votes'}"


def listed(names: Sequence[str]) -> str:
    """Join names for a sentence: "a", "a and b", "a, b and c"; "nobody" for none."""
    if not names:
        return "nobody"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@dataclass(frozen=True)
class Round:
    """One step of a count."""

    words: str
    """What happened, in plain language."""
    tallies: tuple[tuple[str, Number], ...] = ()
    """Candidate and number, in the order of the list of candidates; the words say what is numbered."""
    set_aside: Number = 0
    """Votes that no candidate holds: blank papers, papers with no further preference."""

    def tally(self) -> dict[str, Number]:
        """Return the tallies by candidate."""
        return dict(self.tallies)

    def as_json(self) -> dict[str, object]:
        """Return the step as JSON values without floats."""
        numbers = {name: exact(number) for name, number in self.tallies}
        return {"words": self.words, "tallies": numbers, "set_aside": exact(self.set_aside)}


@dataclass(frozen=True)
class Count:
    """The outcome of one count, with its reasons."""

    method: str
    seats: int
    """How many were to be elected."""
    elected: tuple[str, ...]
    """In order of election; equals elected at the same step stand in the order of the list."""
    tied: tuple[str, ...]
    """The equals where the tie rule left things undecided, in the order of the list; else empty. Under stv
    the count stops there, and they can be elected already: then it is open whose surplus moves first."""
    rounds: tuple[Round, ...]
    explanation: tuple[str, ...]
    """The rule and the outcome in a few sentences."""

    def as_json(self) -> dict[str, object]:
        """Return the whole count as JSON values without floats; fractions are text such as "7/3"."""
        return {
            "method": self.method,
            "seats": self.seats,
            "elected": list(self.elected),
            "tied": list(self.tied),
            "rounds": [step.as_json() for step in self.rounds],
            "explanation": list(self.explanation),
        }


def in_order(order: Sequence[str], numbers: Mapping[str, Number]) -> tuple[tuple[str, Number], ...]:
    """Return (name, number) pairs in the given order, leaving out names without a number."""
    return tuple((name, numbers[name]) for name in order if name in numbers)


def outcome(seats: int, elected: Sequence[str], tied: Sequence[str]) -> tuple[str, ...]:
    """Say who is elected, who is tied and how many seats stay empty."""
    lines = [f"Elected: {listed(elected)}."]
    if tied:
        lines.append(f"Tied and not decided: {listed(tied)}.")
    if len(elected) < seats:
        lines.append(f"Seats left unfilled: {seats - len(elected)} of {seats}.")
    return tuple(lines)
