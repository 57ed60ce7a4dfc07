"""1,000 random elections per method against votelib, and against the published rules written out by hand."""

from fractions import Fraction
from random import Random

import by_hand
import draws
import pytest
from votelib.convert import RankedToCondorcetVotes
from votelib.evaluate.approval import QuotaSelector
from votelib.evaluate.condorcet import Schulze
from votelib.evaluate.core import Plurality, Tie
from votelib.evaluate.proportional import HighestAverages, LargestRemainder
from votelib.evaluate.sequential import TransferableVoteSelector

from quorate.counting import apportion, count

ELECTIONS = 1000


def split(result):
    """Split votelib's list of winners into (elected, tied)."""
    tied = {name for item in result if isinstance(item, Tie) for name in item}
    return {item for item in result if not isinstance(item, Tie)}, tied


def added_up(ballots, names_of):
    tallies = {}
    for many, says in ballots:
        for name in names_of(says):
            tallies[name] = tallies.get(name, 0) + many
    return tallies


def ours(method, drawn, **params):
    result = count(method, *drawn, **params)
    return set(result.elected), set(result.tied)


def test_plurality_elects_and_ties_as_votelib_does():
    random = Random(1)
    for _ in range(ELECTIONS):
        drawn = draws.choices(random)
        tallies = added_up(drawn[2], lambda says: [says] if says else [])
        expected = split(Plurality().evaluate(tallies, drawn[1])) if tallies else (set(), set())
        assert ours("plurality", drawn) == expected, drawn


def test_approval_elects_and_ties_as_votelib_does():
    random = Random(2)
    for _ in range(ELECTIONS):
        drawn = draws.approvals(random)
        tallies = added_up(drawn[2], list)
        expected = split(Plurality().evaluate(tallies, drawn[1])) if tallies else (set(), set())
        assert ours("approval", drawn) == expected, drawn


@pytest.mark.parametrize("majority", [Fraction(1, 2), Fraction(2, 3)])
def test_slate_of_papers_cast_elects_and_ties_as_votelibs_threshold_does(majority):
    random = Random(3)
    for _ in range(ELECTIONS):
        drawn = draws.slates(random)
        yes = added_up(drawn[2], lambda says: [name for name, word in says.items() if word == "yes"])
        need = majority * sum(many for many, _ in drawn[2])
        threshold = QuotaSelector(lambda votes, seats, need=need: need, False, "select")
        expected = split(threshold.evaluate(yes, drawn[1]))
        assert ours("slate", drawn, of="cast", majority=majority) == expected, drawn


def test_stv_elects_as_votelib_does_where_its_simultaneous_transfers_cannot_differ_and_no_tie_arises():
    # votelib moves all surpluses of a stage at once; the rules move one, and then skip whoever it elected.
    oracle = TransferableVoteSelector("Gregory", retainer=Plurality(), quota_function="droop")
    random, compared, drawn_in_all = Random(4), 0, 0
    while compared < ELECTIONS:
        drawn_in_all += 1
        candidates, seats, ballots = draws.rankings(random)
        papers = [[rank[0] for rank in ranks] for many, ranks in ballots for _ in range(many)]
        if {name for paper in papers for name in paper} != set(candidates):
            continue  # votelib knows only candidates somebody ranked
        try:
            _, _, may_differ = by_hand.stv(candidates, seats, papers)
            votes = added_up([(1, paper) for paper in papers], lambda paper: [tuple(paper)])
            expected = oracle.evaluate(votes, seats)
        except (by_hand.LotNeeded, NotImplementedError):
            continue
        if may_differ:
            continue
        compared += 1
        assert ours("stv", (candidates, seats, ballots)) == (set(expected), set()), ballots
    assert drawn_in_all < 2 * ELECTIONS  # most elections do compare


def test_stv_elects_and_tallies_as_the_rules_counted_paper_by_paper():
    random, compared, held_back = Random(5), 0, 0
    while compared < ELECTIONS:
        candidates, seats, ballots = draws.rankings(random)
        papers = [[rank[0] for rank in ranks] for many, ranks in ballots for _ in range(many)]
        try:
            elected, votes, rose_while_waiting = by_hand.stv(candidates, seats, papers)
        except by_hand.LotNeeded:
            continue
        compared += 1
        held_back += rose_while_waiting
        result = count("stv", candidates, seats, ballots)
        assert set(result.elected) == set(elected), ballots
        assert {name: result.rounds[-1].tally()[name] for name in candidates} == votes, ballots
    assert held_back > 10  # the case votelib cannot check is among them


def test_schulze_elects_as_votelib_does_on_full_rankings():
    random, compared = Random(6), 0
    while compared < ELECTIONS:
        candidates, _, ballots = draws.rankings(random, partial=False)
        votes = added_up(ballots, lambda ranks: [tuple(rank[0] for rank in ranks)])
        best = Schulze().evaluate(RankedToCondorcetVotes().convert(votes), 1)
        elected, tied = ours("schulze", (candidates, 1, ballots))
        if elected:
            compared += 1
            assert set(best) == elected, ballots
        else:
            first, equal = split(best)
            assert (first | equal) <= tied, ballots  # votelib favours who beats more of the others


def test_schulze_leaves_the_winners_that_dropping_weakest_defeats_leaves_with_gaps_and_equal_ranks():
    random, ties = Random(7), 0
    for _ in range(ELECTIONS):
        candidates, _, ballots = draws.rankings(random, shared=True)
        ranks = [(many, {name: at for at, rank in enumerate(says) for name in rank}) for many, says in ballots]
        expected = set(by_hand.schwartz_dropping(candidates, ranks))
        elected, tied = ours("schulze", (candidates, 1, ballots))
        ties += len(expected) > 1
        assert elected | tied == expected, ballots
    assert ties > 10


@pytest.mark.parametrize(
    ("method", "oracle"),
    [
        ("dhondt", HighestAverages("d_hondt")),
        ("sainte-lague", HighestAverages("sainte_lague")),
        ("largest-remainder-hare", LargestRemainder("hare")),
    ],
)
def test_seats_are_shared_as_votelib_shares_them_and_ties_are_seen_where_it_sees_them(method, oracle):
    random, untied = Random(8), 0
    while untied < ELECTIONS:
        weights, seats = draws.weights(random)
        expected = oracle.evaluate(weights, seats)
        shared = apportion(method, weights, seats)
        ties = [names for names in expected if isinstance(names, Tie)]
        assert bool(ties) == bool(shared.tie), weights
        if ties:
            assert set(ties[0]) == set(shared.tie.names), weights
            assert expected[ties[0]] == len(shared.tie.won), weights
        else:
            untied += 1
            assert shared.seats() == {name: expected.get(name, 0) for name in weights}, weights


@pytest.mark.parametrize(("method", "divisors"), [("dhondt", "d_hondt"), ("sainte-lague", "sainte_lague")])
def test_a_guaranteed_minimum_enters_the_divisor_methods_as_votelibs_earlier_gains_do(method, divisors):
    random, compared = Random(9), 0
    while compared < ELECTIONS:
        weights, seats = draws.weights(random)
        minimum = random.randint(1, 3)
        if minimum * len(weights) > seats:
            continue
        expected = HighestAverages(divisors).evaluate(weights, seats, prev_gains=dict.fromkeys(weights, minimum))
        if not any(isinstance(name, Tie) for name in expected):
            compared += 1
            shared = apportion(method, weights, seats, minimum).seats()
            assert shared == {name: minimum + expected.get(name, 0) for name in weights}, weights
