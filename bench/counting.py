"""Elections counted per second, against votelib on the same elections: ``python bench/counting.py``.

Each method counts the same random elections with both, in turn, several times; the table gives medians. Ours
also checks every ballot and writes the explanation; votelib is given its own input shapes, prepared before
the clock starts, so for plurality it only sorts totals. The slate is left out: votelib has no yes and no per
candidate.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table
from votelib.convert import ApprovalToSimpleVotes, RankedToCondorcetVotes
from votelib.evaluate.condorcet import Schulze
from votelib.evaluate.core import Plurality, VotingSystemError
from votelib.evaluate.proportional import HighestAverages, LargestRemainder
from votelib.evaluate.sequential import TransferableVoteSelector

from quorate.counting import apportion, count

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "counting"))
import draws  # the elections the tests use

ELECTIONS, REPEATS = 300, 7
Pair = tuple[str, list[Callable[[], object]], list[Callable[[], object]]]


def added_up(ballots, names_of) -> dict:
    """Add up papers by what they say."""
    votes: dict = {}
    for many, says in ballots:
        if says:
            votes[names_of(says)] = votes.get(names_of(says), 0) + many
    return votes


def as_order(ranks) -> tuple[str, ...]:
    """Write a ranking without equals as votelib does."""
    return tuple(rank[0] for rank in ranks)


def simple(method: str, draw, names_of, oracle) -> Pair:
    """Prepare elections of a method for both."""
    random = Random(1)
    drawn = [draw(random) for _ in range(ELECTIONS)]
    ours = [partial(count, method, *d) for d in drawn]
    return method, ours, [partial(oracle, added_up(d[2], names_of), d[1]) for d in drawn]


def stv() -> Pair:
    """Prepare elections votelib can finish: it fails at ties and where a candidate is on no paper."""
    selector = TransferableVoteSelector("Gregory", retainer=Plurality(), quota_function="droop")
    random, drawn = Random(1), []
    while len(drawn) < ELECTIONS:
        each = draws.rankings(random)
        try:
            selector.evaluate(added_up(each[2], as_order), each[1])
        except (NotImplementedError, VotingSystemError):
            continue
        drawn.append(each)
    ours = [partial(count, "stv", *d, tie="order") for d in drawn]
    return "stv", ours, [partial(selector.evaluate, added_up(d[2], as_order), d[1]) for d in drawn]


def schulze() -> Pair:
    """Prepare one-seat elections; votelib needs two steps, both on the clock, as ours does both."""
    random = Random(1)
    drawn = [draws.rankings(random, partial=False) for _ in range(ELECTIONS)]
    pairs, best = RankedToCondorcetVotes(), Schulze()
    ours = [partial(count, "schulze", d[0], 1, d[2]) for d in drawn]
    votes = [added_up(d[2], as_order) for d in drawn]
    return "schulze", ours, [lambda v=v: best.evaluate(pairs.convert(v), 1) for v in votes]


def sharing(method: str, oracle) -> Pair:
    """Prepare weights to share seats by."""
    random = Random(1)
    drawn = [draws.weights(random) for _ in range(ELECTIONS)]
    ours = [partial(apportion, method, *d) for d in drawn]
    return method, ours, [partial(oracle.evaluate, *d) for d in drawn]


def rate(counts: list[Callable[[], object]]) -> float:
    """Return elections per second, once through."""
    start = perf_counter()
    for each in counts:
        each()
    return len(counts) / (perf_counter() - start)


def main() -> None:
    """Measure and print."""
    approve = ApprovalToSimpleVotes()
    cases = [
        simple("plurality", draws.choices, str, Plurality().evaluate),
        simple("approval", draws.approvals, frozenset, lambda v, s: Plurality().evaluate(approve.convert(v), s)),
        stv(),
        schulze(),
        sharing("dhondt", HighestAverages("d_hondt")),
        sharing("sainte-lague", HighestAverages("sainte_lague")),
        sharing("largest-remainder-hare", LargestRemainder("hare")),
    ]
    table = Table("method", title=f"{ELECTIONS} elections, medians of {REPEATS} runs")
    for heading in ("quorate /s", "votelib /s", "ratio"):
        table.add_column(heading, justify="right")
    for method, ours, theirs in cases:
        pairs = [(rate(ours), rate(theirs)) for _ in range(REPEATS)]
        mine, other = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
        table.add_row(method, f"{mine:,.0f}", f"{other:,.0f}", f"{mine / other:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
