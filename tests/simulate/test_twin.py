"""The small-scale twin: scripted officers through the kernel, and the engine, agree in distribution.

Both live the same year of a small union, for a dozen seeds. For each figure, two one-sided tests (Schuirmann 1987, "A
comparison of the two one-sided tests procedure and the power approach") hold the difference of the means within a
margin stated here: at 5 % each, engines that differ by the margin or more pass with a chance below 5 %. The power is
that of passing where there is no difference at all, from the spread that is seen; it must be over 90 %, or the test
would fail for its own weakness, and not for the engine's.
"""

from functools import cache
from math import erf, sqrt
from statistics import fmean, variance

import pytest

from simulate.twin.lives import by_engine, by_officers, measured

SEEDS = range(1, 13)
Z = 1.7171  # Student's t for 22 degrees of freedom at 5 %
MARGINS = {
    "days between boards": 4.5,
    "branch meetings": 0.01,
    "share who come": 0.012,
    "share against": 0.03,
    "reports filed": 0.01,
    "days to a report": 0.3,
    "days to an answer": 0.25,
    "share returned": 0.04,
    "days to a decision": 1.75,
    "days to hand on": 0.9,
    "days to do a task": 1.0,
    "days to report it": 1.0,
}


@cache
def lives():
    return [measured(by_officers(seed)) for seed in SEEDS], [measured(by_engine(seed)) for seed in SEEDS]


def normal(z):
    return (1 + erf(z / sqrt(2))) / 2


@pytest.mark.xdist_group("twin")
@pytest.mark.parametrize("figure", MARGINS)
def test_officers_and_engine_agree_on(figure):
    theirs, ours = ([year[figure] for year in years] for years in lives())
    error = sqrt(variance(theirs) / len(theirs) + variance(ours) / len(ours))
    power = 2 * normal(MARGINS[figure] / error - Z) - 1 if error else 1.0
    assert power > 0.9, f"the margin is too narrow for {len(SEEDS)} seeds: a power of {power:.2f}"
    assert abs(fmean(ours) - fmean(theirs)) + Z * error < MARGINS[figure], (fmean(theirs), fmean(ours), error)


@pytest.mark.xdist_group("twin")
def test_every_figure_has_its_margin():
    assert lives()[0][0].keys() == MARGINS.keys()
