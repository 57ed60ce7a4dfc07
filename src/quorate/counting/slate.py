"""The approval slate: a yes or a no to each candidate, who must win more than a given share to be elected."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from quorate.counting.ballots import read
from quorate.counting.ballots import slate as slate_paper
from quorate.counting.election import Election, fraction, most_votes, whole
from quorate.counting.errors import BadParameter
from quorate.counting.result import Count, Round, in_order, listed, outcome

BASES = {
    "valid": "the yes and no votes on the candidate",
    "cast": "the papers cast, abstentions and blanks included",
    "seats": "the seats of the voting organ, vacant ones included",
    "electorate": "all who are entitled to vote",
}


def slate(
    contest: Election,
    ballots: Iterable[object],
    *,
    majority: Fraction | int | str = Fraction(1, 2),
    of: str = "valid",
    electorate: int | None = None,
    organ_seats: int | None = None,
) -> Count:
    """Elect whoever has strictly more yes votes than `majority` of the base named by `of`.

    `of` is "valid" (yes and no votes on that candidate), "cast" (all papers), "seats" (of the organ that
    votes, given as `organ_seats`; not the seats to fill) or "electorate" (given as `electorate`). Where
    more pass than there are seats, those with most yes votes take them. Raises BadBallot and BadParameter.
    """
    share = fraction(contest.method, "majority", majority)
    if not 0 <= share < 1:
        raise BadParameter(contest.method, "majority", majority, "a share from 0 up to, not including, 1")
    papers = read(contest, ballots, slate_paper)
    cast = sum(many for many, _ in papers)
    base = _base(contest.method, of, cast, {"electorate": electorate, "organ_seats": organ_seats})
    yes, no = dict.fromkeys(contest.candidates, 0), dict.fromkeys(contest.candidates, 0)
    for many, words in papers:
        for name, in_favour in words.items():
            (yes if in_favour else no)[name] += many
    need = {name: share * (yes[name] + no[name] if base is None else base) for name in contest.candidates}
    passed = {name: yes[name] for name in contest.candidates if yes[name] > need[name]}
    selection = most_votes(contest, passed)
    rounds = (
        Round(f"Votes in favour, on {cast} papers.", in_order(contest.candidates, yes)),
        Round("Votes against.", in_order(contest.candidates, no)),
        Round("Votes in favour that must be exceeded.", in_order(contest.candidates, need)),
        Round(f"Past the majority: {listed(list(passed))}.", in_order(contest.candidates, passed)),
        *selection.rounds,
    )
    need_words = f"A candidate needs more than {share} of {BASES[of]}"
    rule = f"{need_words}; those with most yes votes take the seats ({contest.seats})."
    explanation = (rule, *outcome(contest.seats, selection.elected, selection.tied))
    return Count(contest.method, contest.seats, selection.elected, selection.tied, rounds, explanation)


def _base(method: str, of: str, cast: int, given: dict[str, int | None]) -> int | None:
    """Return the number the majority is taken of, or None where each candidate has their own."""
    if not isinstance(of, str) or of not in BASES:
        raise BadParameter(method, "of", of, f"one of {listed(list(BASES))}")
    if of in ("valid", "cast"):
        return cast if of == "cast" else None
    name = "electorate" if of == "electorate" else "organ_seats"
    number = given[name]
    if number is None or not whole(number, cast):
        raise BadParameter(method, name, number, f"a whole number, at least the {cast} papers cast")
    return number
