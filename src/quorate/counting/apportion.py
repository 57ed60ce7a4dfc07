"""Share seats among units by their numbers: largest remainder (Hare), D'Hondt, Sainte-Laguë; all exact.

Source: Balinski and Young, Fair Representation (2nd ed. 2001), for the methods (there Hamilton, Jefferson
and Webster) and for how a guaranteed minimum enters each of them. Under the divisor methods everyone starts
from the minimum and the remaining seats go one by one to the highest quotient. Under largest remainders,
whoever's exact quota is below the minimum gets the minimum and steps aside, and the rest of the seats are
shared among the rest by a new quota.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quorate.counting.election import whole
from quorate.counting.errors import BadParameter, BadSeats, BadWeights, TooFewSeats, UnknownMethod
from quorate.counting.result import exact, listed


@dataclass(frozen=True)
class Row:
    """How one name came by its seats."""

    name: str
    weight: int
    seats: int
    quota: Fraction
    """Its exact share of all seats: weight × seats ÷ all weights; 0 where there is no weight at all."""
    deciding: Fraction
    """Largest remainder: the remainder after whole seats. Divisors: the quotient that won its last seat.
    0 where the guaranteed minimum alone decided."""
    words: str


@dataclass(frozen=True)
class Tie:
    """Equals for the last seats, put in order by the tie order."""

    names: tuple[str, ...]
    """The tied names, most favoured first."""
    won: tuple[str, ...]


@dataclass(frozen=True)
class Apportionment:
    """Seats by name, in the tie order, and how they came about."""

    method: str
    rows: tuple[Row, ...]
    tie: Tie | None
    explanation: tuple[str, ...]

    def seats(self) -> dict[str, int]:
        """Return the seats by name; they add up to the seats there were."""
        return {row.name: row.seats for row in self.rows}

    def as_json(self) -> dict[str, object]:
        """Return everything as JSON values without floats; fractions are text such as "7/3"."""
        rows = [
            {
                "name": row.name,
                "weight": row.weight,
                "seats": row.seats,
                "quota": exact(row.quota),
                "deciding": exact(row.deciding),
                "words": row.words,
            }
            for row in self.rows
        ]
        tie = {"names": list(self.tie.names), "won": list(self.tie.won)} if self.tie else None
        return {"method": self.method, "rows": rows, "tie": tie, "explanation": list(self.explanation)}


@dataclass(frozen=True)
class _Shared:
    """What a method hands back: seats and deciding figure by name, and the tie for the last seats if any."""

    seats: Mapping[str, int]
    deciding: Mapping[str, Fraction]
    tie: Tie | None


def apportion(
    method: str,
    weights: Mapping[str, int],
    seats: int,
    minimum: int = 0,
    tie_order: Sequence[str] | None = None,
) -> Apportionment:
    """Share `seats` by `weights`, giving every name at least `minimum`.

    Equals for the last seats are served in `tie_order`, which names everyone once; without it, in the order
    of the sorted names. Names of weight 0 get the minimum only.
    Raises UnknownMethod, BadWeights, BadSeats, BadParameter and TooFewSeats.
    """
    if method not in METHODS:
        raise UnknownMethod(method, METHODS)
    order = _check(method, weights, seats, minimum, tie_order)
    in_order = {name: weights[name] for name in order}
    share = METHODS[method].share
    shared = share(in_order, seats, minimum)
    total = sum(weights.values())
    rows = tuple(_row(method, name, in_order, shared, seats, minimum, total) for name in order)
    lines = [f"{seats} seats shared by {METHODS[method].words}, at least {minimum} each."]
    if shared.tie:
        lines.append(f"Equal for the last seats: {listed(shared.tie.names)}; given to {listed(shared.tie.won)}.")
    return Apportionment(method, rows, shared.tie, tuple(lines))


def _check(
    method: str, weights: Mapping[str, int], seats: int, minimum: int, tie_order: Sequence[str] | None
) -> tuple[str, ...]:
    """Check the input and return the names in the tie order."""
    for name, weight in weights.items():
        if not isinstance(name, str) or not whole(weight, 0):
            raise BadWeights(f"{name!r} has {weight!r}.")
    if not whole(seats, 0):
        raise BadSeats(method, seats, "a whole number")
    if not whole(minimum, 0):
        raise BadParameter(method, "minimum", minimum, "a whole number")
    if minimum * len(weights) > seats:
        raise TooFewSeats(seats, minimum, len(weights))
    if minimum * len(weights) < seats and not any(weights.values()):
        raise BadWeights("there is nothing to share seats by.")
    order = tuple(sorted(weights)) if tie_order is None else tuple(tie_order)
    if len(order) != len(weights) or set(order) != set(weights):
        raise BadParameter(method, "tie_order", tie_order, "every name of the weights, once")
    return order


def _row(
    method: str, name: str, weights: Mapping[str, int], shared: _Shared, seats: int, minimum: int, total: int
) -> Row:
    weight, got = weights[name], shared.seats[name]
    quota = Fraction(weight * seats, total) if total else Fraction(0)
    deciding = shared.deciding.get(name, Fraction(0))
    why = f"{METHODS[method].figure} {deciding}" if name in shared.deciding else f"the minimum of {minimum}"
    return Row(
        name,
        weight,
        got,
        quota,
        deciding,
        f"{name}: weight {weight}, exact quota {quota}, {why}, seats {got}.",
    )


def _largest_remainder(weights: Mapping[str, int], seats: int, minimum: int) -> _Shared:
    """Hare quotas, whole parts first, then one seat each by largest remainder."""
    given: dict[str, int] = {}
    rest = dict(weights)
    while True:
        left, total = seats - sum(given.values()), sum(rest.values())
        below = [name for name, weight in rest.items() if weight * left < minimum * total or not weight]
        if not below:
            break
        for name in below:
            given[name] = minimum
            del rest[name]
    remainders = {}
    for name, weight in rest.items():
        given[name], over = divmod(weight * left, total)
        remainders[name] = Fraction(over, total)
    extra = seats - sum(given.values())
    ranked = sorted(remainders, key=lambda name: remainders[name], reverse=True)  # stable: equals in tie order
    for name in ranked[:extra]:
        given[name] += 1
    return _Shared(given, remainders, _tie_at(ranked, extra, remainders))


def _tie_at(ranked: Sequence[str], extra: int, remainders: Mapping[str, Fraction]) -> Tie | None:
    if not 0 < extra < len(ranked) or remainders[ranked[extra - 1]] != remainders[ranked[extra]]:
        return None
    cut = remainders[ranked[extra]]
    tied = tuple(name for name in ranked if remainders[name] == cut)
    return Tie(tied, tuple(name for name in tied if name in ranked[:extra]))


def _divisor(step: int) -> Callable[[Mapping[str, int], int, int], _Shared]:
    """Return the highest-averages method whose divisors are 1, 1 + step, 1 + 2·step and so on."""

    def share(weights: Mapping[str, int], seats: int, minimum: int) -> _Shared:
        given = dict.fromkeys(weights, minimum)
        deciding: dict[str, Fraction] = {}
        rank = {name: place for place, name in enumerate(weights)}
        start = 1 + step * minimum
        queue = [(Fraction(-weight, start), rank[name], name) for name, weight in weights.items() if weight]
        heapq.heapify(queue)
        for _ in range(seats - minimum * len(weights)):
            quotient, place, name = queue[0]
            given[name] += 1
            deciding[name] = -quotient
            following = Fraction(-weights[name], 1 + step * given[name])
            heapq.heapreplace(queue, (following, place, name))
        return _Shared(given, deciding, _tie_in(queue, deciding, rank))

    return share


def _tie_in(
    queue: Sequence[tuple[Fraction, int, str]], deciding: Mapping[str, Fraction], rank: Mapping[str, int]
) -> Tie | None:
    """Find names that missed a seat by the tie order alone: their next quotient equals the last that won."""
    last = min(deciding.values(), default=Fraction(0))
    missed = [name for quotient, _, name in queue if -quotient == last]
    if not missed or not deciding:
        return None
    won = sorted((name for name, quotient in deciding.items() if quotient == last), key=rank.__getitem__)
    return Tie(tuple(sorted([*won, *missed], key=rank.__getitem__)), tuple(won))


@dataclass(frozen=True)
class _Method:
    share: Callable[[Mapping[str, int], int, int], _Shared]
    words: str
    figure: str


METHODS: dict[str, _Method] = {
    "dhondt": _Method(_divisor(1), "D'Hondt quotients (divisors 1, 2, 3, ...)", "last winning quotient"),
    "largest-remainder-hare": _Method(_largest_remainder, "Hare quota and largest remainders", "remainder"),
    "sainte-lague": _Method(_divisor(2), "Sainte-Laguë quotients (divisors 1, 3, 5, ...)", "last winning quotient"),
}
