"""What is not an election is refused with its place, its fault and the next step."""

import pytest

from quorate.counting import (
    BadBallot,
    BadCandidates,
    BadParameter,
    BadSeats,
    BadWeights,
    TooFewSeats,
    UnknownMethod,
    UnknownParameter,
    apportion,
    apportionments,
    count,
    methods,
)
from quorate.errors import QuorateError


@pytest.mark.parametrize(
    ("method", "says", "fault"),
    [
        ("plurality", "anne", "'anne' is not a candidate. Did you mean 'ann'?"),
        ("plurality", ["ann"], "['ann'] is not a candidate"),
        ("approval", "ann", "'ann' is not a list of candidates"),
        ("approval", ["ann", "ann"], "'ann' is named twice"),
        ("approval", [["ann"]], "['ann'] is not a candidate"),
        ("slate", ["ann"], "does not give candidates a 'yes' or a 'no'"),
        ("slate", {"ann": True}, "'ann' has True"),
        ("slate", {"dan": "yes"}, "'dan' is not a candidate"),
        ("stv", "ann", "'ann' is not a list of ranks"),
        ("stv", ["ann"], "rank 1 is 'ann'"),
        ("stv", [["ann"], []], "rank 2 is []"),
        ("schulze", [["ann"], ["bob", "ann"]], "'ann' is named twice"),
        ("schulze", [["ann", 3]], "3 is not a candidate"),
    ],
)
def test_a_bad_ballot_is_named_by_its_number_and_its_fault(method, says, fault):
    good = {"plurality": None, "slate": {}}.get(method, [])
    with pytest.raises(BadBallot) as refused:
        count(method, ["ann", "bob"], 1, [(1, good), (2, says)])
    assert refused.value.number == 2
    assert str(refused.value).startswith("ballot 2: ")
    assert fault in str(refused.value)


@pytest.mark.parametrize("item", ["ann", (1,), (1, "ann", 2), 7, (-1, "ann"), (1.0, "ann"), (True, "ann")])
def test_a_ballot_that_is_not_a_number_of_papers_and_what_they_say_is_refused(item):
    with pytest.raises(BadBallot, match="ballot 1: "):
        count("plurality", ["ann"], 1, [item])


@pytest.mark.parametrize("candidates", [[], "ann", ["ann", "ann"], ["ann", ""], ["ann", 3], [["ann"]]])
def test_a_list_of_candidates_must_name_each_once(candidates):
    with pytest.raises(BadCandidates):
        count("plurality", candidates, 1, [])


@pytest.mark.parametrize("seats", [0, -1, 1.0, "1", True])
def test_seats_must_be_a_whole_number_above_nothing(seats):
    with pytest.raises(BadSeats):
        count("plurality", ["ann"], seats, [])


@pytest.mark.parametrize(
    ("method", "params", "name"),
    [
        ("plurality", {"tie": "coin"}, "tie"),
        ("plurality", {"tie": "lot"}, "seed"),
        ("slate", {"majority": 0.5}, "majority"),
        ("slate", {"majority": "1"}, "majority"),
        ("slate", {"majority": "1/0"}, "majority"),
        ("slate", {"majority": "1e999999999"}, "majority"),
        ("slate", {"majority": -1}, "majority"),
        ("slate", {"of": "all"}, "of"),
        ("slate", {"of": "electorate"}, "electorate"),
        ("slate", {"of": "electorate", "electorate": 2}, "electorate"),
        ("slate", {"of": "seats", "electorate": 9}, "organ_seats"),
        ("schulze", {"quorum": 2}, "default_option"),
        ("schulze", {"majority_ratio": {"ann": 2}}, "default_option"),
        ("schulze", {"default_option": "cy"}, "default_option"),
        ("schulze", {"default_option": "bob", "quorum": -1}, "quorum"),
        ("schulze", {"default_option": "bob", "majority_ratio": {"cy": 2}}, "majority_ratio"),
        ("schulze", {"default_option": "bob", "majority_ratio": {"bob": 2}}, "majority_ratio"),
        ("schulze", {"default_option": "bob", "majority_ratio": {"ann": "1/2"}}, "majority_ratio of ann"),
        ("schulze", {"default_option": "bob", "majority_ratio": 3}, "majority_ratio"),
    ],
)
def test_a_parameter_the_method_cannot_use_is_named(method, params, name):
    ballots = [(3, {"ann": "yes"})] if method == "slate" else []
    with pytest.raises(BadParameter, match=f"^{method}: {name} is "):
        count(method, ["ann", "bob"], 1, ballots, **params)


def test_schulze_elects_one_only():
    with pytest.raises(BadSeats):
        count("schulze", ["ann", "bob"], 2, [])


def test_an_unknown_method_or_parameter_is_answered_with_the_nearest_name():
    with pytest.raises(UnknownMethod, match="Did you mean 'schulze'"):
        count("shulze", ["ann"], 1, [])
    with pytest.raises(UnknownParameter, match=r"slate: takes no parameter 'majorty'\. Did you mean 'majority'"):
        count("slate", ["ann"], 1, [], majorty="2/3")
    with pytest.raises(UnknownMethod, match="Did you mean 'dhondt'"):
        apportion("hondt", {"a": 1}, 1)


@pytest.mark.parametrize(
    ("weights", "seats", "minimum", "tie_order", "error"),
    [
        ({"a": -1}, 1, 0, None, BadWeights),
        ({"a": 1.5}, 1, 0, None, BadWeights),
        ({"a": 0}, 1, 0, None, BadWeights),
        ({}, 1, 0, None, BadWeights),
        ({"a": 1}, -1, 0, None, BadSeats),
        ({"a": 1}, 1, -1, None, BadParameter),
        ({"a": 1, "b": 1}, 3, 2, None, TooFewSeats),
        ({"a": 1, "b": 1}, 3, 0, ["a"], BadParameter),
        ({"a": 1, "b": 1}, 3, 0, ["a", "a"], BadParameter),
    ],
)
@pytest.mark.parametrize("method", apportionments())
def test_seats_that_cannot_be_shared_are_refused(method, weights, seats, minimum, tie_order, error):
    with pytest.raises(error) as refused:
        apportion(method, weights, seats, minimum, tie_order)
    assert isinstance(refused.value, QuorateError)


def test_the_methods_are_listed_by_name():
    assert methods() == ("approval", "plurality", "schulze", "slate", "stv")
    assert apportionments() == ("dhondt", "largest-remainder-hare", "sainte-lague")
