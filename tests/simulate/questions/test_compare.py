"""Two sets of runs side by side: what differs, and whether chance alone could do it."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.charter.read import read
from quorate.simulate.questions.answer import quantile, spread
from quorate.simulate.questions.chance import rank_sum, ranks, signed_rank
from quorate.simulate.questions.compare import compare
from quorate.simulate.questions.errors import NothingToAnswer

from .little import CHARTER, Little, charter

ROOT = "directive/d"


def run(days, name):
    """A run in which a directive takes so many days to its one cell."""
    log = Little()
    log.hand("KP", "directive.issued", "2015-01-01", ROOT, ["KP-01"], ["2015-01-01"])
    log.hand(
        "KP-01",
        "directive.assigned",
        f"2015-01-{days:02}",
        f"{ROOT}>KP-01",
        ["KP-01/jung"],
        [f"2015-01-{days:02}"],
        ROOT,
    )
    to = ["KP-01/jung/cell-1"]
    log.hand(
        "KP-01/jung",
        "task.assigned",
        f"2015-01-{days:02}",
        f"{ROOT}>KP-01>KP-01/jung",
        to,
        [f"2015-01-{days:02}"],
        ROOT,
    )
    return log.log(name)


def runs(*days):
    return [run(one, f"run-{number:03}") for number, one in enumerate(days)]


def line(answer, key="diffusion.sent.50"):
    (found,) = (one for one in answer.lines if one.key == key)
    return found


def test_runs_of_the_same_names_are_compared_pair_by_pair():
    answer = compare(runs(2, 4, 6, 8, 10, 12), runs(5, 7, 9, 11, 13, 15), charter(), charter())
    half = line(answer)
    assert answer.paired
    assert (half.a.median, half.b.median) == (6.0, 9.0)
    assert (half.difference.low, half.difference.high) == (3.0, 3.0)
    assert half.p == pytest.approx(2 / 2**6)
    assert half.beyond
    assert "signed-rank" in answer.words()
    assert "n = 6" in answer.words()


def test_runs_of_other_names_are_compared_unpaired():
    b = [run(days, f"other-{days}") for days in (5, 7, 9, 11)]
    answer = compare(runs(2, 4, 6, 8), b, charter(), charter())
    assert not answer.paired
    assert line(answer).p == pytest.approx(rank_sum([1, 3, 5, 7], [4, 6, 8, 10]))
    assert "rank-sum" in answer.words()


def test_of_a_single_run_nothing_is_said_of_chance():
    half = line(compare(runs(2), runs(9), charter(), charter()))
    assert half.difference.median == 7.0
    assert (half.p, half.beyond) == (None, None)


def test_a_number_that_does_not_differ_is_not_beyond_chance():
    answer = compare(runs(2, 4), runs(2, 4), charter(), charter())
    assert not any(one.beyond for one in answer.lines)
    assert "None of" in answer.words()
    assert {row[-1] for row in answer.numbers().rows} == {"the same"}


def test_what_differs_in_the_charters_is_told_and_so_are_its_dates(tmp_path):
    for name in ("charter.yaml", "units.csv", "rules.csv"):
        text = (CHARTER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            text.replace("notice: {value: 6, unit: months", "notice: {value: 3, unit: months"), encoding="utf-8"
        )
    answer = compare(runs(2, 4), runs(2, 4), charter(), read(tmp_path), on="2016-05-06")
    assert "changes from six months to three months" in answer.words()
    called = line(answer, "conferences.convene.party-congress")
    assert (called.a.median, called.b.median) == (182.0, 90.0)
    assert called.beyond, "what follows from the charter is not chance"


def test_sides_that_answer_nothing_and_pairs_that_do_not_match_are_refused():
    empty = Little()
    empty.add("KP", "unit.open", "2015-01-01")
    with pytest.raises(NothingToAnswer, match="neither side"):
        compare([empty.log()], [empty.log()], charter(), charter())
    with pytest.raises(NothingToAnswer, match="cannot be paired"):
        compare(runs(2, 4), runs(2), charter(), charter(), paired=True)


small = st.lists(st.integers(-4, 4), max_size=8)


@given(small)
def test_the_signed_rank_test_counts_all_signs(values):
    moved = [value for value in values if value]
    p = signed_rank(values)
    if not moved:
        assert p is None
        return
    rank = ranks([abs(value) for value in moved])
    centre = sum(rank) / 2
    found = abs(sum(r for r, v in zip(rank, moved, strict=True) if v > 0) - centre)
    sums = [sum(r for r, sign in zip(rank, signs, strict=True) if sign) for signs in product((0, 1), repeat=len(rank))]
    assert p == pytest.approx(sum(abs(s - centre) >= found - 1e-9 for s in sums) / len(sums))


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_the_rank_sum_test_counts_all_ways_to_deal_the_ranks_out(one, other):
    p = rank_sum(one, other)
    if len({*one, *other}) == 1:
        assert p is None
        return
    rank = ranks([*one, *other])
    centre = len(one) * sum(rank) / len(rank)
    found = abs(sum(rank[: len(one)]) - centre)
    sums = [sum(chosen) for chosen in combinations(rank, len(one))]
    assert p == pytest.approx(sum(abs(s - centre) >= found - 1e-9 for s in sums) / len(sums))


def test_wilcoxons_own_example():
    """Darwin's plants, as in Wilcoxon 1945: of fifteen differences those below nought have ranks that add to 24."""
    darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    assert signed_rank(darwin) == pytest.approx(0.0413, abs=0.0002)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=1, max_size=20))
def test_what_never_came_about_stands_at_the_end_of_a_spread(values):
    found = spread(values)
    known = sorted(value for value in values if value is not None)
    assert found.n == len(values)
    if len(known) == len(values):
        assert found.low <= found.median + 1e-6
        assert found.median <= found.high + 1e-6
    if not known:
        assert found.median is None
    assert quantile(values, 0.0) == (pytest.approx(known[0]) if known else None)
