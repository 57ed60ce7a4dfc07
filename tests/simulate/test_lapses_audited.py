"""What a scenario says is left undone is what the audit finds left undone, clause by clause, and nothing else.

Each obligation lapses by itself with the scenario's rate, so what is found of n of them is binomial. A clause passes
within the bounds that the rate itself leaves once in five hundred times. The power: had the obligations of a clause
with some thousands of them lapsed at one and a half times the rate, it would pass with a chance below 10 %.
"""

from math import exp, lgamma, log

import pytest

from quorate.auditing.run import audit
from quorate.simulate.run import simulate
from quorate.simulate.runs import Window, planned
from simulate.small import CHARTER

FIRST, LAST = "2015-01-01", "2015-12-31"
TAIL = 0.001
OBLIGATIONS = "not starts_with(key, 'acts/') and not list_contains(evidence, key)"
"""Obligations, and not acts; those due on the log's last day are not over, and only seen if they were met."""


@pytest.fixture(scope="module")
def slack(tmp_path_factory):
    """Of each clause that is to lapse: the rate, how many obligations fell due, and how many were found broken."""
    place = tmp_path_factory.mktemp("slack")
    plan = planned(CHARTER, CHARTER / "simulate" / "slack.yaml", Window(FIRST, LAST, 1, 0.005))
    simulate(plan, place / "year")
    findings = audit(place / "year", CHARTER)
    (lapse,) = plan.scenario.lapses
    rows = findings.query(
        "SELECT clause, sum(count), coalesce(sum(count) FILTER (verdict = 'breached'), 0) FROM {rows} "
        f"WHERE {OBLIGATIONS} AND \"on\"::DATE < '{LAST}' GROUP BY 1"
    ).fetchall()
    return findings, lapse, {clause: (int(due), int(broken)) for clause, due, broken in rows}


def chance(due, broken, rate):
    """The probability of so many, of so many that fell due."""
    ways = lgamma(due + 1) - lgamma(broken + 1) - lgamma(due - broken + 1)
    return exp(ways + broken * log(rate) + (due - broken) * log(1 - rate))


def at_most(due, broken, rate):
    """The probability of so many or fewer."""
    return sum(chance(due, k, rate) for k in range(broken + 1))


def passes(due, broken, rate):
    """Whether so many are no wonder at that rate."""
    return at_most(due, broken, rate) >= TAIL and 1 - at_most(due, broken - 1, rate) >= TAIL


def test_every_clause_is_found_to_lapse_at_its_rate(slack):
    _, lapse, found = slack
    rate = lapse.rate.value
    strange = {clause for clause in lapse.clauses if not passes(*found[clause], rate)}
    assert strange == set(), found
    many = [due for due, _ in (found[clause] for clause in lapse.clauses) if due > 2_000]
    assert len(many) > 1
    for due in many:
        wrong = sum(chance(due, k, 1.5 * rate) for k in range(due // 10) if passes(due, k, rate))
        assert wrong < 0.1, due


def test_nothing_else_is_broken(slack):
    findings, lapse, _ = slack
    broken = {row["clause"] for row in findings.rows("breached")}
    assert broken
    assert broken <= set(lapse.clauses)
    assert findings.totals["unknown"] == findings.totals["possibly breached"] == 0
