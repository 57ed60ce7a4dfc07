"""Random numbers: NumPy's own Philox, and one number for each purpose, unit and occasion, whatever else is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.world.draws import Draws, block, purpose_of
from world.scipy_free import binomial_pmf

WORD = st.integers(0, 2**64 - 1)


@settings(max_examples=100, deadline=None)
@given(st.tuples(WORD, WORD), st.tuples(WORD, WORD, WORD, WORD))
def test_a_block_is_numpys_own(key, counter):
    theirs = np.random.Philox(key=np.array(key, np.uint64), counter=np.array(counter, np.uint64)).random_raw(4)
    total = (sum(word << (64 * i) for i, word in enumerate(counter)) + 1) % 2**256  # NumPy counts, then draws
    words = [np.uint64((total >> (64 * i)) % 2**64) for i in range(4)]
    assert [int(word) for word in block(*map(np.uint64, key), *words)] == theirs.tolist()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.sets(st.integers(0, 2**31), min_size=2, max_size=30), st.integers(0, 2**40))
def test_a_unit_draws_the_same_number_whoever_draws_beside_it(seed, units, occasion):
    together = sorted(units)
    drawn = Draws(seed).uniform("a purpose", together, occasion)
    for unit, number in zip(together, drawn, strict=True):
        assert Draws(seed).uniform("a purpose", [unit], occasion)[0] == number
    assert ((drawn >= 0) & (drawn < 1)).all()


def test_seeds_purposes_and_occasions_draw_apart():
    first = Draws(1).uniform("a", np.arange(2000), 1)
    for other in (
        Draws(2).uniform("a", np.arange(2000), 1),
        Draws(1).uniform("b", np.arange(2000), 1),
        Draws(1).uniform("a", np.arange(2000), 2),
    ):
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.1
    assert purpose_of("a") != purpose_of("b")


@pytest.mark.parametrize(("n", "p"), [(12, 0.93), (29, 0.5), (5, 0.05), (1, 0.3), (800, 0.02)])
def test_binomials_are_binomial(n, p):
    drawn = Draws(3).binomial("many", np.arange(40_000), 0, n, p)
    expected = binomial_pmf(n, p) * len(drawn)
    seen = np.bincount(drawn, minlength=n + 1)
    often = expected >= 5
    statistic = ((seen[often] - expected[often]) ** 2 / expected[often]).sum()
    freedom = often.sum() - 1
    assert statistic < freedom + 4.5 * np.sqrt(2 * freedom) + 6  # chance of a miss below one in 100,000


def test_whole_numbers_are_between_their_bounds_and_reach_both():
    drawn = Draws(4).whole("days", np.arange(5000), 7, 3, 9)
    assert sorted(set(drawn.tolist())) == list(range(3, 10))
    assert (Draws(4).whole("days", np.arange(50), 7, 5, 5) == 5).all()


def test_delays_have_the_mean_they_are_given():
    drawn = Draws(5).delay("wait", np.arange(100_000), 0, 20.0)
    assert abs(drawn.mean() - 20) < 0.4  # a standard error is 0.065
    assert (Draws(5).delay("wait", np.arange(10), 0, 0.0) == 0).all()
