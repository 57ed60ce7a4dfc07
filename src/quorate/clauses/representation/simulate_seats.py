"""How many seats each unit has in a conference, as the kernel works it out, fast enough for a thousand units each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.representation import Representation
from quorate.counting import apportion
from quorate.errors import QuorateError

Ints = NDArray[np.int64]
HARE = "largest-remainder-hare"


def shared(clause: Representation, weights: Ints) -> Ints | None:
    """The seats of units with these numbers of members, who stand in order of their ids; None where they cannot be
    given out: nobody elects, or there are fewer than the least for each.
    """
    total = int(weights.sum())
    if clause.seats is not None:
        seats = clause.seats.value
    else:
        assert clause.members_per_seat is not None
        seats = total // max(1, clause.members_per_seat.value)
    least = clause.minimum.value if clause.minimum else 0
    if not total or least * len(weights) > seats:
        return None
    if clause.method == HARE:
        return hare(weights, seats, least)
    names = [f"{place:09d}" for place in range(len(weights))]  # in the order of their ids, as equals are served
    try:
        found = apportion(clause.method, dict(zip(names, weights.tolist(), strict=True)), seats, least).seats()
    except QuorateError:
        return None
    return np.array([found[name] for name in names], np.int64)


def hare(weights: Ints, seats: int, least: int = 0) -> Ints:
    """Seats by Hare quota and largest remainders, exact; equals for the last seats in the order given. As
    `quorate.counting.apportion` has it, unit by unit.
    """
    given = np.zeros(len(weights), np.int64)
    rest = np.ones(len(weights), np.bool_)
    while True:
        left, total = seats - int(given.sum()), int(weights[rest].sum())
        below = rest & ((weights * left < least * total) | (weights == 0))
        if not below.any():
            break
        given[below] = least
        rest &= ~below
    left, total = seats - int(given.sum()), int(weights[rest].sum())
    if not rest.any():
        return given
    over = np.where(rest, weights * left % max(total, 1), -1)
    given[rest] = weights[rest] * left // total
    ranked = np.argsort(-over, kind="stable")
    given[ranked[: seats - int(given.sum())]] += 1
    return given


def quotas_text(clause: Representation, ids: Sequence[str], weights: Ints, seats: Ints) -> str:
    """What an apportionment states, as JSON."""
    rows = list(zip(ids, seats.tolist(), strict=True))
    given = ",".join(f'"{name}":{number}' for name, number in rows)
    data = f'{{"data":{{"conference":"{clause.conference}","seats":'
    send = ",".join(f'{data}{number}}},"kind":"quota","to":"{name}"}}' for name, number in rows if number)
    heavy = ",".join(f'"{name}":{number}' for name, number in zip(ids, weights.tolist(), strict=True))
    return (
        f'{{"conference":"{clause.conference}","method":"{clause.method}","seats_by_unit":{{{given}}},'
        f'"send":[{send}],"weights":{{{heavy}}}}}'
    )
