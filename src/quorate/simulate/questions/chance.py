"""Whether two sets of runs differ beyond chance: Wilcoxon's two tests, exact, ties and all.

Source: Wilcoxon 1945, Individual Comparisons by Ranking Methods. The distributions are those of the ranks as they are
(average ranks for ties), over all signs or all ways to deal the ranks out, so that no approximation is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

LEVEL = 0.05


def signed_rank(differences: Sequence[float]) -> float | None:
    """The two-sided p of paired differences with no shift in them; those of nought are left out. None where all are."""
    import numpy as np

    moved = [value for value in differences if value]
    if not moved:
        return None
    twice = [round(2 * rank) for rank in ranks([abs(value) for value in moved])]
    total = sum(twice)
    chances = np.zeros(total + 1)
    chances[0] = 1.0
    for rank in twice:
        shifted = np.zeros(total + 1)
        shifted[rank:] = chances[: total + 1 - rank]
        chances = (chances + shifted) / 2
    above = sum(rank for rank, value in zip(twice, moved, strict=True) if value > 0)
    return _two_sided(chances, above, total)


def rank_sum(one: Sequence[float], other: Sequence[float]) -> float | None:
    """The two-sided p of two unpaired samples being of one kind; None where one is empty or all values are equal."""
    import numpy as np

    if not one or not other or len({*one, *other}) == 1:
        return None
    twice = [round(2 * rank) for rank in ranks([*one, *other])]
    total, few = sum(twice), len(one)
    ways = np.zeros((few + 1, total + 1))
    ways[0, 0] = 1.0
    for rank in twice:
        ways[1:, rank:] = ways[1:, rank:] + ways[:-1, : total + 1 - rank]
    chances = ways[few] / ways[few].sum()
    centre = few * total / len(twice)
    away = abs(sum(twice[:few]) - centre)
    return float(min(1.0, chances[np.abs(np.arange(total + 1) - centre) >= away - 1e-9].sum()))


def _two_sided(chances: object, found: int, total: int) -> float:
    import numpy as np

    spread = np.abs(np.arange(total + 1) - total / 2)
    return float(min(1.0, np.asarray(chances)[spread >= abs(found - total / 2) - 1e-9].sum()))


def ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1, ties sharing their average."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    place = 0
    while place < len(order):
        end = place
        while end + 1 < len(order) and values[order[end + 1]] == values[order[place]]:
            end += 1
        for index in order[place : end + 1]:
            found[index] = (place + end) / 2 + 1
        place = end + 1
    return found
