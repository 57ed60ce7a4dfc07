"""The one way in: count an election by the name of its method."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence

from quorate.counting.approval import approval
from quorate.counting.election import election
from quorate.counting.errors import UnknownMethod, UnknownParameter
from quorate.counting.plurality import plurality
from quorate.counting.result import Count
from quorate.counting.schulze import schulze
from quorate.counting.slate import slate
from quorate.counting.stv import stv

METHODS: dict[str, Callable[..., Count]] = {
    "approval": approval,
    "plurality": plurality,
    "schulze": schulze,
    "slate": slate,
    "stv": stv,
}
"""Each method once, under its name: (election, ballots, its own parameters by keyword) -> Count."""


def methods() -> tuple[str, ...]:
    """Return the names of the methods, sorted."""
    return tuple(sorted(METHODS))


def parameters(method: str) -> tuple[str, ...]:
    """Return the names of a method's own parameters. Raises UnknownMethod."""
    if method not in METHODS:
        raise UnknownMethod(method, METHODS)
    described = inspect.signature(METHODS[method]).parameters.values()
    return tuple(each.name for each in described if each.kind is inspect.Parameter.KEYWORD_ONLY)


def count(
    method: str,
    candidates: Sequence[str],
    seats: int,
    ballots: Iterable[object],
    *,
    tie: str = "none",
    seed: str = "",
    **params: object,
) -> Count:
    """Count the ballots, each (how many papers, what they say), and return who is elected and why.

    `tie` is "lot" (drawn from `seed`), "order" (of `candidates`) or "none" (ties are reported and their
    seats stay empty). The order of the ballots changes nothing; the order of the candidates changes only
    how equals are listed and, with "order", who is favoured. Raises UnknownMethod, UnknownParameter,
    BadParameter, BadCandidates, BadSeats and BadBallot.
    """
    known = parameters(method)
    for name in params:
        if name not in known:
            raise UnknownParameter(method, name, (*known, "tie", "seed"))
    return METHODS[method](election(method, candidates, seats, tie, seed), ballots, **params)
