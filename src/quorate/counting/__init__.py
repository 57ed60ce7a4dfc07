"""Count ballots and share seats: pure, exact, deterministic, explained step by step.

>>> result = count("plurality", ["ann", "bob"], 1, [(3, "ann"), (2, "bob"), (1, None)])
>>> result.elected
('ann',)
>>> apportion("dhondt", {"north": 53, "south": 24, "west": 23}, 7).seats()
{'north': 4, 'south': 2, 'west': 1}
"""

from quorate.counting.apportion import METHODS as _APPORTIONMENTS
from quorate.counting.apportion import Apportionment, Row, Tie, apportion
from quorate.counting.entry import count, methods, parameters
from quorate.counting.errors import (
    BadBallot,
    BadCandidates,
    BadParameter,
    BadSeats,
    BadWeights,
    TooFewSeats,
    UnknownMethod,
    UnknownParameter,
)
from quorate.counting.result import Count, Round


def apportionments() -> tuple[str, ...]:
    """Return the names of the methods of apportionment, sorted."""
    return tuple(sorted(_APPORTIONMENTS))


__all__ = [
    "Apportionment",
    "BadBallot",
    "BadCandidates",
    "BadParameter",
    "BadSeats",
    "BadWeights",
    "Count",
    "Round",
    "Row",
    "Tie",
    "TooFewSeats",
    "UnknownMethod",
    "UnknownParameter",
    "apportion",
    "apportionments",
    "count",
    "methods",
    "parameters",
]
