"""The Schulze method (Schulze 2011, Social Choice and Welfare 36:267-303), also against a default option.

One option beats another when more papers rank it above than below. A victory is stronger the more papers it
rests on, and, with equal papers, the fewer stand against it (Schulze's "winning votes"). A chain of
victories is as strong as its weakest link; an option wins when no other reaches it by a stronger chain than
it has back. That picks the same winners as dropping the weakest victories inside the Schwartz set until
none are left there.

A default option (keep things as they are, discuss further, none of the above) can hold the others to more.
Before the chains are compared, an option A other than the default D is dropped

- unless at least `quorum` papers rank A above D;
- unless it beats D, and the papers for A over D are at least its majority ratio times those for D over A
  (ratio 3 for 3:1; options without one have ratio 1, for which beating D is enough).

Candidates left off a paper are ranked equal, below all those on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from quorate.counting.ballots import Ranking, ranking, read
from quorate.counting.election import Election, fraction, most_votes, whole
from quorate.counting.errors import BadParameter, BadSeats, nearest
from quorate.counting.result import Count, Round, listed, outcome

Pairs = dict[tuple[str, str], int]
"""How many papers rank the first above the second."""
Strength = tuple[int, int]
"""Papers for a victory, and minus those against it: the larger tuple is the stronger link."""
NO_CHAIN: Strength = (0, 0)


def schulze(
    contest: Election,
    ballots: Iterable[object],
    *,
    default_option: str | None = None,
    quorum: int = 0,
    majority_ratio: Mapping[str, Fraction | int | str] | None = None,
) -> Count:
    """Elect the one option no other beats by a stronger chain. Raises BadSeats, BadBallot and BadParameter.

    `default_option` names one of the candidates; `quorum` and `majority_ratio` (by option) need it. The
    default option itself can be elected, which means that nothing else was.
    """
    if contest.seats != 1:
        raise BadSeats(contest.method, contest.seats, "1: this method elects one option")
    ratios = _ratios(contest, majority_ratio or {})
    _check_default(contest, default_option, quorum, majority_ratio)
    papers = read(contest, ballots, ranking)
    pairs = prefer(contest.candidates, papers)
    rounds = _pair_rounds(contest.candidates, pairs)
    standing = contest.candidates
    if default_option is not None:
        drops = _drops(standing, pairs, default_option, quorum, ratios)
        standing = tuple(name for name in standing if name not in drops)
        rounds += [Round(words) for words in drops.values()]
    chains = strongest_chains(standing, pairs)
    rounds += _chain_rounds(standing, chains)
    winners = _unbeaten(standing, chains)
    return _decide(contest, winners, rounds, default_option)


def prefer(candidates: Sequence[str], papers: Iterable[tuple[int, Ranking]]) -> Pairs:
    """Return for each ordered pair how many papers rank the first above the second."""
    pairs = {(one, other): 0 for one in candidates for other in candidates if one != other}
    for many, ranks in papers:
        below = set(candidates)
        for rank in ranks:
            below.difference_update(rank)
            for one in rank:
                for other in below:
                    pairs[one, other] += many
    return pairs


def strongest_chains(standing: Sequence[str], pairs: Pairs) -> dict[tuple[str, str], Strength]:
    """Return the strength of the strongest chain between any two options (Schulze 2011, section 2.3.1)."""
    chains = {
        (one, other): (pairs[one, other], -pairs[other, one]) if pairs[one, other] > pairs[other, one] else NO_CHAIN
        for one in standing
        for other in standing
        if one != other
    }
    for middle in standing:
        for start in standing:
            if start == middle or chains[start, middle] == NO_CHAIN:
                continue
            first = chains[start, middle]
            for end in standing:
                if end not in (start, middle):
                    chains[start, end] = max(chains[start, end], min(first, chains[middle, end]))
    return chains


def _unbeaten(standing: Sequence[str], chains: Mapping[tuple[str, str], Strength]) -> tuple[str, ...]:
    return tuple(one for one in standing if not _beaten_by(one, standing, chains))


def _beaten_by(one: str, standing: Sequence[str], chains: Mapping[tuple[str, str], Strength]) -> list[str]:
    return [other for other in standing if other != one and chains[other, one] > chains[one, other]]


def _drops(
    options: Sequence[str], pairs: Pairs, default: str, quorum: int, ratios: Mapping[str, Fraction]
) -> dict[str, str]:
    """Return the dropped options, each with the reason in words."""
    drops: dict[str, str] = {}
    for name in options:
        if name == default:
            continue
        above, below, ratio = pairs[name, default], pairs[default, name], ratios.get(name, Fraction(1))
        placed = f"{name} is above {default} on {above} papers and below it on {below}"
        if above < quorum:
            drops[name] = f"{placed}; the quorum of {quorum} is missed: dropped."
        elif above <= below or above < ratio * below:
            asked = f"at least {ratio} times as many" if ratio > 1 else "more"
            drops[name] = f"{placed}; {asked} are needed: dropped."
    return drops


def _decide(contest: Election, winners: tuple[str, ...], rounds: list[Round], default: str | None) -> Count:
    selection = most_votes(contest, dict.fromkeys(winners, 1))
    if len(winners) > 1:
        ranked = contest.tie.favoured_first(winners)
        end = "the tie is left undecided" if ranked is None else f"decided {contest.tie.words()} for {ranked[0]}"
        rounds.append(Round(f"Unbeaten alike: {listed(winners)}; {end}."))
    rule = "The option wins that no other beats by a stronger chain of victories"
    held = f", once dropped options are gone; the default option is {default}." if default is not None else "."
    explanation = (rule + held, *outcome(1, selection.elected, selection.tied))
    return Count(contest.method, 1, selection.elected, selection.tied, tuple(rounds), explanation)


def _pair_rounds(candidates: Sequence[str], pairs: Pairs) -> list[Round]:
    return [
        Round(
            f"Papers that rank {one} above each other option.",
            tuple((other, pairs[one, other]) for other in candidates if other != one),
        )
        for one in candidates
    ]


def _chain_rounds(standing: Sequence[str], chains: Mapping[tuple[str, str], Strength]) -> list[Round]:
    rounds = []
    for one in standing:
        beaten = _beaten_by(one, standing, chains)
        words = f"Strongest chain of victories from {one} to each other option, by papers at its weakest link; "
        words += f"by stronger chains {one} is beaten by {listed(beaten)}."
        rounds.append(Round(words, tuple((other, chains[one, other][0]) for other in standing if other != one)))
    return rounds


def _ratios(contest: Election, given: Mapping[str, Fraction | int | str]) -> dict[str, Fraction]:
    if not isinstance(given, Mapping):
        raise BadParameter(contest.method, "majority_ratio", given, "a ratio by option, such as {'amend': 3}")
    ratios = {}
    for name, value in given.items():
        if name not in contest.candidates:
            raise BadParameter(contest.method, "majority_ratio", name, f"options. {nearest(name, contest.candidates)}")
        ratios[name] = fraction(contest.method, f"majority_ratio of {name}", value)
        if ratios[name] < 1:
            raise BadParameter(contest.method, f"majority_ratio of {name}", value, "a ratio of at least 1")
    return ratios


def _check_default(contest: Election, default: str | None, quorum: object, ratios: object) -> None:
    if default is not None and default not in contest.candidates:
        advice = f"one of the options. {nearest(default, contest.candidates)}"
        raise BadParameter(contest.method, "default_option", default, advice)
    if not whole(quorum, 0):
        raise BadParameter(contest.method, "quorum", quorum, "a whole number of papers")
    if isinstance(ratios, Mapping) and default in ratios:
        raise BadParameter(contest.method, "majority_ratio", default, "ratios for options other than the default")
    if default is None and (quorum or ratios):
        raise BadParameter(contest.method, "default_option", default, "the option quorum and ratios are measured by")
