"""Approval voting (Brams and Fishburn 1978): name all you approve of; those named most take the seats."""

from __future__ import annotations

from collections.abc import Iterable

from quorate.counting.ballots import approved, read
from quorate.counting.election import Election, most_votes
from quorate.counting.result import Count, Round, in_order, outcome


def approval(contest: Election, ballots: Iterable[object]) -> Count:
    """Count papers that list any number of candidates; an empty list is a blank paper. Raises BadBallot."""
    tallies = dict.fromkeys(contest.candidates, 0)
    blank = 0
    for many, names in read(contest, ballots, approved):
        for name in names:
            tallies[name] += many
        if not names:
            blank += many
    selection = most_votes(contest, tallies)
    first = Round("Papers approving of each candidate.", in_order(contest.candidates, tallies), blank)
    rule = f"Those approved of on most papers take the seats ({contest.seats})."
    return Count(
        contest.method,
        contest.seats,
        selection.elected,
        selection.tied,
        (first, *selection.rounds),
        (rule, *outcome(contest.seats, selection.elected, selection.tied)),
    )
