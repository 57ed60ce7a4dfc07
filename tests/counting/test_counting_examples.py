"""Published worked examples and the edges of each rule."""

import doctest
from fractions import Fraction

import pytest

import quorate.counting
from quorate.counting import apportion, count

SCHULZE_45 = [
    (5, "acbed"),
    (5, "adecb"),
    (8, "bedac"),
    (3, "cabed"),
    (7, "caebd"),
    (2, "cbade"),
    (7, "dceba"),
    (8, "ebadc"),
]
PATHS_45 = {
    "a": {"b": 28, "c": 28, "d": 30, "e": 24},
    "b": {"a": 25, "c": 28, "d": 33, "e": 24},
    "c": {"a": 25, "b": 29, "d": 29, "e": 24},
    "d": {"a": 25, "b": 28, "c": 28, "e": 24},
    "e": {"a": 25, "b": 28, "c": 28, "d": 31},
}
# PrefLib 00002-00000001: 41 orders on 475 papers; option 4 is "none of the above"; option 3 took office.
LEADER_2002 = (
    "60:3124 50:1324 40:312 34:3214 31:3241 29:2314 29:132 24:2134 22:1234 20:321 15:1342 14:231 "
    "11:3142 9:2341 9:3 8:123 7:1 5:234 5:213 5:34 5:32 4:3421 4:1423 4:3412 4:23 3:2143 3:324 2:2413 2:1432 "
    "2:1243 2:12 2:13 2:21 2:2 1:4231 1:2431 1:314 1:134 1:43 1:24 1:4"
)


def ranked(text):
    return [[name] for name in text]


def test_schulze_elects_e_in_the_45_voter_example_with_the_published_path_strengths():
    result = count("schulze", list("abcde"), 1, [(many, ranked(order)) for many, order in SCHULZE_45])
    assert result.elected == ("e",)
    chains = [step.tally() for step in result.rounds if step.words.startswith("Strongest chain")]
    assert dict(zip("abcde", chains, strict=True)) == PATHS_45


def test_schulze_elects_the_condorcet_winner_of_a_real_leader_election_with_unranked_options():
    papers = [line.split(":") for line in LEADER_2002.split()]
    ballots = [(int(many), ranked(order)) for many, order in papers]
    assert sum(many for many, _ in ballots) == 475
    result = count("schulze", list("1234"), 1, ballots, default_option="4", quorum=45)
    assert result.elected == ("3",)


def default(ballots, **params):
    return count("schulze", ["amend", "keep"], 1, ballots, default_option="keep", **params).elected


@pytest.mark.parametrize(
    ("case", "ahead", "behind", "params", "elected"),
    [
        ("three to one is enough for a ratio of three", 3, 1, {"majority_ratio": {"amend": 3}}, "amend"),
        ("one short of three to one is not", 5, 2, {"majority_ratio": {"amend": 3}}, "keep"),
        ("a ratio may be a fraction written as text", 3, 2, {"majority_ratio": {"amend": "3/2"}}, "amend"),
        ("without a ratio one paper more is enough", 2, 1, {}, "amend"),
        ("without a ratio as many papers are not", 2, 2, {}, "keep"),
        ("the quorum itself is enough", 4, 1, {"quorum": 4}, "amend"),
        ("one paper below the quorum is not", 4, 1, {"quorum": 5}, "keep"),
        ("nobody against and nobody for leaves the default", 0, 0, {"majority_ratio": {"amend": 3}}, "keep"),
    ],
)
def test_an_option_must_satisfy_quorum_and_ratio_against_the_default(case, ahead, behind, params, elected):
    ballots = [(ahead, [["amend"]]), (behind, [["keep"]]), (6, [["amend", "keep"]])]
    assert default(ballots, **params) == (elected,), case


def test_an_option_dropped_for_its_ratio_cannot_stop_another_that_it_beats():
    # "big" beats "small" outright but needs 3:1 against "keep"; once dropped it no longer counts.
    ballots = [(6, ranked(["big", "small", "keep"])), (4, ranked(["small", "keep", "big"]))]
    options = ["big", "small", "keep"]
    without = count("schulze", options, 1, ballots, default_option="keep")
    held = count("schulze", options, 1, ballots, default_option="keep", majority_ratio={"big": 3})
    assert (without.elected, held.elected) == (("big",), ("small",))


def test_stv_counts_the_party_food_example_stage_by_stage():
    names = ["orange", "pear", "chocolate", "strawberry", "bonbon"]
    ballots = [
        (4, [["orange"]]),
        (2, [["pear"], ["orange"]]),
        (8, [["chocolate"], ["strawberry"]]),
        (4, [["chocolate"], ["bonbon"]]),
        (1, [["strawberry"]]),
        (1, [["bonbon"]]),
    ]
    result = count("stv", names, 3, ballots)
    assert result.elected == ("chocolate", "orange", "strawberry")
    assert [tuple(step.tally().values()) for step in result.rounds] == [
        (4, 2, 12, 1, 1),
        (4, 2, 6, 5, 3),
        (6, 0, 6, 5, 3),
        (6, 0, 6, 5, 3),  # bonbon is excluded; rule 52 fills the last seat and nothing more is moved
        (6, 0, 6, 5, 3),
    ]


def test_stv_moves_every_paper_of_a_surplus_at_an_exact_value_and_keeps_the_value_on_exclusion():
    # Quota 15 // 3 + 1 = 6. a holds 9, surplus 3: each paper moves at 1/3; b gets 5/3, c gets 4/3.
    ballots = [(5, ranked("ab")), (4, ranked("ac")), (3, ranked("b")), (2, ranked("c")), (1, ranked("dc"))]
    result = count("stv", list("abcd"), 2, ballots)
    after_surplus, after_d = result.rounds[1].tally(), result.rounds[2].tally()
    assert after_surplus == {"a": 6, "b": Fraction(14, 3), "c": Fraction(10, 3), "d": 1}
    assert after_d == {"a": 6, "b": Fraction(14, 3), "c": Fraction(13, 3), "d": 0}
    assert result.elected == ("a", "b")
    assert result.as_json()["rounds"][1]["tallies"]["b"] == "14/3"


def test_stv_moves_the_larger_surplus_first_and_passes_over_whoever_it_elects():
    # Quota 25 // 4 + 1 = 7. a's surplus (3) lifts c to the quota, so b's papers pass c over to d.
    ballots = [(10, ranked("ac")), (9, ranked("bcd")), (4, ranked("c")), (2, ranked("d"))]
    result = count("stv", list("abcd"), 4 - 1, ballots)
    assert result.elected == ("a", "b", "c")
    assert result.rounds[1].tally() == {"a": 7, "b": 9, "c": 7, "d": 2}


def test_stv_breaks_equal_votes_by_the_most_recent_stage_at_which_they_differed():
    # Quota 6. d goes first and lifts b level with c at 4; b was behind at the first stage, so b is excluded.
    ballots = [(5, ranked("a")), (3, ranked("ba")), (4, ranked("c")), (1, ranked("db"))]
    result = count("stv", list("abcd"), 1, ballots)
    assert any("earlier stage leaves b" in step.words for step in result.rounds)
    assert result.elected == ("a",)


@pytest.mark.parametrize(
    ("paper", "first", "set_aside"),
    [
        ([["a"], ["b", "c"]], {"a": 1, "b": 0, "c": 0}, 0),
        ([["a", "b"], ["c"]], {"a": 0, "b": 0, "c": 0}, 0),
        ([], {"a": 0, "b": 0, "c": 0}, 0),
    ],
)
def test_stv_reads_a_paper_up_to_the_first_equal_rank_and_counts_no_paper_without_first_preference(
    paper, first, set_aside
):
    result = count("stv", list("abc"), 1, [(1, paper)], tie="order")
    assert result.rounds[0].tally() == first
    assert result.rounds[0].set_aside == set_aside


@pytest.mark.parametrize(
    ("case", "says", "params", "elected"),
    [
        ("half of the valid votes is not a majority", {"yes": 2, "no": 2}, {}, ()),
        ("one more than half is", {"yes": 3, "no": 2}, {}, ("ann",)),
        ("abstentions do not count against with valid votes", {"yes": 2, "no": 1, "": 9}, {}, ("ann",)),
        ("abstentions count against with papers cast", {"yes": 2, "no": 1, "": 9}, {"of": "cast"}, ()),
        ("two thirds must be exceeded", {"yes": 4, "no": 2}, {"majority": "2/3"}, ()),
        ("just over two thirds is enough", {"yes": 5, "no": 2}, {"majority": "2/3"}, ("ann",)),
        ("those who stayed away count", {"yes": 5}, {"of": "electorate", "electorate": 10}, ()),
        ("more than half of all entitled", {"yes": 6}, {"of": "electorate", "electorate": 10}, ("ann",)),
        ("vacant seats of the organ count", {"yes": 7}, {"of": "seats", "organ_seats": 14}, ()),
        ("more than half of the organ's seats", {"yes": 8}, {"of": "seats", "organ_seats": 14}, ("ann",)),
    ],
)
def test_slate_elects_past_the_majority_of_its_base_only(case, says, params, elected):
    ballots = [(many, {"ann": word} if word else {}) for word, many in says.items()]
    assert count("slate", ["ann"], 1, ballots, **params).elected == elected, case


def test_slate_gives_the_seats_to_those_with_most_yes_votes_when_more_pass_than_there_are_seats():
    ballots = [(5, {"a": "yes", "b": "yes", "c": "yes"}), (2, {"b": "yes", "c": "yes"}), (1, {"c": "yes"})]
    assert count("slate", list("abc"), 2, ballots).elected == ("c", "b")


def test_a_tie_for_the_last_seat_is_left_open_given_by_order_or_drawn_by_lot():
    ballots = [(3, "ann"), (2, "bob"), (2, "cy")]
    names = ["ann", "bob", "cy"]
    left = count("plurality", names, 2, ballots)
    assert (left.elected, left.tied) == (("ann",), ("bob", "cy"))
    assert "Seats left unfilled: 1 of 2." in left.explanation
    assert count("plurality", names, 2, ballots, tie="order").elected == ("ann", "bob")
    drawn = {count("plurality", names, 2, ballots, tie="lot", seed=str(n)).elected[1] for n in range(20)}
    assert drawn == {"bob", "cy"}
    lot = count("plurality", names, 2, ballots, tie="lot", seed="7")
    assert "by lot (seed '7')" in lot.rounds[-1].words


def test_the_lot_is_the_one_anyone_can_draw_with_sha256sum():
    # printf '%s' drawbob | sha256sum gives 9094e2e1..., drawcy gives 54095fca...: cy is drawn first.
    for names in (["bob", "cy"], ["cy", "bob"]):
        result = count("plurality", names, 1, [(1, "bob"), (1, "cy")], tie="lot", seed="draw")
        assert result.elected == ("cy",)


def test_stv_stops_at_an_exclusion_no_rule_decides_and_names_the_tied():
    result = count("stv", list("abc"), 1, [(2, ranked("a")), (1, ranked("b")), (1, ranked("c"))])
    assert (result.elected, result.tied) == ((), ("b", "c"))
    by_order = count("stv", list("abc"), 1, [(2, ranked("a")), (1, ranked("b")), (1, ranked("c"))], tie="order")
    assert by_order.elected == ("a",)
    assert any("c." in step.words and "by the order" in step.words for step in by_order.rounds)


def test_a_candidate_nobody_named_takes_no_seat():
    assert count("plurality", list("abc"), 2, [(1, "a"), (4, None)], tie="order").elected == ("a",)


@pytest.mark.parametrize(
    ("method", "weights", "seats", "expected"),
    [
        ("dhondt", (100_000, 80_000, 30_000, 20_000), 8, (4, 3, 1, 0)),
        ("sainte-lague", (100_000, 80_000, 30_000, 20_000), 8, (3, 3, 1, 1)),
        ("dhondt", (53_000, 24_000, 23_000), 7, (4, 2, 1)),
        ("sainte-lague", (53_000, 24_000, 23_000), 7, (3, 2, 2)),
        ("largest-remainder-hare", (47_000, 16_000, 15_800, 12_000, 6_100, 3_100), 10, (5, 2, 1, 1, 1, 0)),
        ("largest-remainder-hare", (1500, 1500, 900, 500, 500, 200), 25, (7, 7, 4, 3, 3, 1)),
        ("largest-remainder-hare", (1500, 1500, 900, 500, 500, 200), 26, (8, 8, 5, 2, 2, 1)),
    ],
)
def test_seats_are_shared_as_in_the_classic_tables(method, weights, seats, expected):
    shared = apportion(method, dict(zip("abcdef", weights, strict=False)), seats)
    assert tuple(shared.seats().values()) == expected


def test_rows_show_exact_quotas_and_remainders():
    rows = apportion("largest-remainder-hare", {"a": 5, "b": 2}, 3).rows
    assert [(row.quota, row.deciding) for row in rows] == [
        (Fraction(15, 7), Fraction(1, 7)),
        (Fraction(6, 7),) * 2,
    ]


def test_equals_for_the_last_seat_are_served_in_the_tie_order_and_the_tie_is_reported():
    weights = {"north": 1, "south": 1}
    first = apportion("dhondt", weights, 1)
    other = apportion("dhondt", weights, 1, tie_order=["south", "north"])
    assert (first.seats(), other.seats()) == ({"north": 1, "south": 0}, {"south": 1, "north": 0})
    assert other.tie.names == ("south", "north")
    assert other.tie.won == ("south",)


def test_hare_seats_with_a_minimum_are_shared_anew_among_those_above_it():
    # d's quota is 0.2, so d gets 1; of the 9 seats left c's quota is 90/98, so c gets 1; 8 are shared 59:29.
    shared = apportion("largest-remainder-hare", {"a": 59, "b": 29, "c": 10, "d": 2}, 10, 1)
    assert shared.seats() == {"a": 5, "b": 3, "c": 1, "d": 1}
    assert [row.deciding for row in shared.rows] == [Fraction(4, 11), Fraction(7, 11), 0, 0]


def test_the_examples_in_the_documentation_of_the_package_give_what_they_say():
    ran = doctest.testmod(quorate.counting)
    assert (ran.failed, ran.attempted) == (0, 3)
