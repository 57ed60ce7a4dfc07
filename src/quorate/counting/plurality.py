"""Plurality: each paper names one candidate; those named most take the seats.

With one seat this is first past the post, with several the single non-transferable vote.
"""

from __future__ import annotations

from collections.abc import Iterable

from quorate.counting.ballots import choice, read
from quorate.counting.election import Election, most_votes
from quorate.counting.result import Count, Round, in_order, outcome


def plurality(contest: Election, ballots: Iterable[object]) -> Count:
    """Count papers that name one candidate or are blank (None). Raises BadBallot."""
    tallies = dict.fromkeys(contest.candidates, 0)
    blank = 0
    for many, name in read(contest, ballots, choice):
        if name is None:
            blank += many
        else:
            tallies[name] += many
    selection = most_votes(contest, tallies)
    first = Round("Papers naming each candidate.", in_order(contest.candidates, tallies), blank)
    rule = f"Those named on most papers take the seats ({contest.seats}); blank papers do not count."
    return Count(
        contest.method,
        contest.seats,
        selection.elected,
        selection.tied,
        (first, *selection.rounds),
        (rule, *outcome(contest.seats, selection.elected, selection.tied)),
    )
