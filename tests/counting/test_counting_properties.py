"""What holds of every election, whatever the ballots."""

import json
from fractions import Fraction
from random import Random

import draws
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.counting import apportion, apportionments, count, methods

DRAW = {
    "plurality": draws.choices,
    "approval": draws.approvals,
    "slate": draws.slates,
    "stv": lambda random: draws.rankings(random, shared=True),
    "schulze": lambda random: (*draws.rankings(random, shared=True)[:1], 1, draws.rankings(random)[2]),
}
seeds = st.integers(0, 2**32)
ties = st.sampled_from(["none", "order", "lot"])


def drawn(method, seed):
    random = Random(seed)
    candidates, seats, ballots = DRAW[method](random)
    if method == "schulze":
        ballots = [
            (many, [kept for rank in ranks if (kept := [n for n in rank if n in candidates])])
            for many, ranks in ballots
        ]
    return candidates, seats, ballots


def renamed(value, names):
    """Rename candidates wherever they stand in a ballot."""
    if isinstance(value, dict):
        return {names[name]: word for name, word in value.items()}
    if isinstance(value, (list, tuple)):
        return [renamed(item, names) for item in value]
    return names.get(value, value)


def numbers(value):
    """Yield every value inside JSON."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from numbers(item)
    else:
        yield value


every_method = pytest.mark.parametrize("method", methods())


@every_method
@given(seed=seeds, tie=ties)
@settings(max_examples=40)
def test_the_order_of_ballots_and_how_they_are_added_up_change_nothing(method, seed, tie):
    candidates, seats, ballots = drawn(method, seed)
    papers = [(1, says) for many, says in ballots for _ in range(many)]
    Random(seed).shuffle(papers)
    one = count(method, candidates, seats, ballots, tie=tie, seed="s")
    assert count(method, candidates, seats, papers, tie=tie, seed="s") == one
    as_json_gives_them = json.loads(json.dumps(papers))
    assert count(method, list(candidates), seats, as_json_gives_them, tie=tie, seed="s") == one


@every_method
@given(seed=seeds)
@settings(max_examples=40)
def test_other_names_give_the_same_result_under_those_names(method, seed):
    candidates, seats, ballots = drawn(method, seed)
    others = [f"candidate {number}" for number in range(len(candidates))]
    Random(seed).shuffle(others)
    names = dict(zip(candidates, others, strict=True))
    result = count(method, candidates, seats, ballots)
    other = count(method, others, seats, [(many, renamed(says, names)) for many, says in ballots])
    assert [names[name] for name in result.elected] == list(other.elected)
    assert [names[name] for name in result.tied] == list(other.tied)


@every_method
@given(seed=seeds)
@settings(max_examples=40)
def test_the_order_of_candidates_changes_nobodys_fate_when_ties_are_left_open(method, seed):
    candidates, seats, ballots = drawn(method, seed)
    shuffled = Random(seed).sample(candidates, len(candidates))
    one, other = count(method, candidates, seats, ballots), count(method, shuffled, seats, ballots)
    assert (set(one.elected), set(one.tied)) == (set(other.elected), set(other.tied))


@every_method
@given(seed=seeds, tie=ties)
@settings(max_examples=40)
def test_nobody_is_elected_twice_or_beyond_the_seats_and_ties_stay_open_only_without_a_rule(method, seed, tie):
    candidates, seats, ballots = drawn(method, seed)
    result = count(method, candidates, seats, ballots, tie=tie, seed="s")
    assert len(set(result.elected)) == len(result.elected) <= seats
    both = set(result.elected) & set(result.tied)
    assert not both or (method == "stv" and both == set(result.tied))  # whose equal surplus moves first is open
    if tie != "none":
        assert not result.tied
    if method in ("stv", "schulze"):
        assert len(result.elected) == seats or result.tied
    assert bool(result.tied) <= (len(result.elected) < seats)


@every_method
@given(seed=seeds)
@settings(max_examples=40)
def test_a_count_is_json_without_floats_and_says_something_at_every_step(method, seed):
    result = count(method, *drawn(method, seed), tie="order")
    plain = result.as_json()
    assert json.loads(json.dumps(plain)) == plain
    assert {type(value) for value in numbers(plain)} <= {int, str}
    assert all(step.words.endswith(".") for step in result.rounds)
    assert all(line.endswith(".") for line in result.explanation)


@given(seed=seeds)
@settings(max_examples=100)
def test_stv_never_gains_or_loses_a_vote_at_any_stage(seed):
    candidates, seats, ballots = drawn("stv", seed)
    valid = sum(many for many, ranks in ballots if ranks and len(ranks[0]) == 1)
    for step in count("stv", candidates, seats, ballots, tie="order").rounds:
        assert sum(step.tally().values(), Fraction(step.set_aside)) == valid


@given(seed=seeds, bloc=st.integers(0, 40), size=st.integers(1, 3))
@settings(max_examples=100)
def test_stv_gives_a_solid_bloc_a_seat_for_every_quota_it_has(seed, bloc, size):
    candidates, seats, ballots = drawn("stv", seed)
    theirs = candidates[:size]
    random = Random(seed)
    solid = [(1, [[name] for name in random.sample(theirs, len(theirs))]) for _ in range(bloc)]
    all_papers = ballots + solid
    valid = sum(many for many, ranks in all_papers if ranks and len(ranks[0]) == 1)
    earned = min(bloc // (valid // (seats + 1) + 1), len(theirs))
    assert len(set(theirs) & set(count("stv", candidates, seats, all_papers, tie="order").elected)) >= earned


@pytest.mark.parametrize("method", ["plurality", "approval", "slate"])
@given(seed=seeds)
@settings(max_examples=60)
def test_one_more_vote_for_the_elected_keeps_them_elected(method, seed):
    candidates, seats, ballots = drawn(method, seed)
    for name in count(method, candidates, seats, ballots).elected:
        paper = {"plurality": name, "approval": [name], "slate": {name: "yes"}}[method]
        assert name in count(method, candidates, seats, [*ballots, (1, paper)]).elected


@given(seed=seeds)
@settings(max_examples=60)
def test_schulze_still_elects_a_winner_who_is_raised_to_the_top_of_a_paper(seed):
    candidates, seats, ballots = drawn("schulze", seed)
    for winner in count("schulze", candidates, seats, ballots).elected:
        many, ranks = ballots[0]
        rest = [kept for rank in ranks if (kept := [name for name in rank if name != winner])]
        raised = [(many, [[winner], *rest]), *ballots[1:]]
        assert count("schulze", candidates, seats, raised).elected == (winner,)


@given(seed=seeds)
@settings(max_examples=100)
def test_schulze_elects_whoever_beats_each_of_the_others(seed):
    candidates, _, ballots = drawn("schulze", seed)
    result = count("schulze", candidates, 1, ballots)
    above = {one: step.tally() for one, step in zip(candidates, result.rounds, strict=False)}
    for one in candidates:
        if all(above[one][other] > above[other][one] for other in candidates if other != one):
            assert result.elected == (one,)


shares = st.dictionaries(st.sampled_from(draws.NAMES), st.integers(0, 10**9), min_size=1)
every_apportionment = pytest.mark.parametrize("method", apportionments())


@every_apportionment
@given(weights=shares, seats=st.integers(0, 80), minimum=st.integers(0, 3), more=st.randoms())
def test_the_seats_add_up_hold_the_minimum_and_do_not_hang_on_the_order_of_the_weights(
    method, weights, seats, minimum, more
):
    weights[draws.NAMES[0]] = 1
    seats = max(seats, minimum * len(weights))
    result = apportion(method, weights, seats, minimum)
    assert sum(result.seats().values()) == seats
    assert min(result.seats().values()) >= minimum
    names = list(weights)
    more.shuffle(names)
    assert apportion(method, {name: weights[name] for name in names}, seats, minimum) == result
    assert {type(value) for value in numbers(result.as_json())} <= {int, str, type(None)}


@every_apportionment
@given(weights=shares, seats=st.integers(0, 80), times=st.integers(1, 1000))
def test_weights_in_the_same_proportion_get_the_same_seats_and_larger_weights_never_fewer(
    method, weights, seats, times
):
    weights[draws.NAMES[0]] = 1
    result = apportion(method, weights, seats).seats()
    assert apportion(method, {name: times * weight for name, weight in weights.items()}, seats).seats() == result
    for one in weights:
        for other in weights:
            assert weights[one] <= weights[other] or result[one] >= result[other]


@given(weights=shares, seats=st.integers(0, 80))
def test_hare_seats_stay_within_one_of_the_exact_quota(weights, seats):
    weights[draws.NAMES[0]] = 1
    for row in apportion("largest-remainder-hare", weights, seats).rows:
        assert abs(row.seats - row.quota) < 1


@pytest.mark.parametrize("method", ["dhondt", "sainte-lague"])
@given(weights=shares, seats=st.integers(0, 80), minimum=st.integers(0, 2))
def test_one_seat_more_costs_nobody_a_seat_under_the_divisor_methods(method, weights, seats, minimum):
    weights[draws.NAMES[0]] = 1
    seats = max(seats, minimum * len(weights))
    before = apportion(method, weights, seats, minimum).seats()
    after = apportion(method, weights, seats + 1, minimum).seats()
    assert all(after[name] >= before[name] for name in weights)
