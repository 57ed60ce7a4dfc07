"""What holds where and when: the most specific value, shocks over it, lapses, the days on which something changes."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import HealthCheck, given, settings

DISTRICTS = ["N/ash", "N/beech", "S/cedar", "S/elm"]
CIRCLES = ["N/ash/circle-1", "N/beech/circle-2", "S/cedar/circle-1", "S/elm/circle-3"]
DAY = "2015-06-15"


def of(scenario, name="attendance", tier="district", units=DISTRICTS):
    return scenario.value(name, tier, units).tolist()


def test_a_parameter_nobody_speaks_of_has_its_own_default(scenario):
    assert of(scenario(), "cases_a_year") == [2.5] * 4


def test_the_most_specific_value_holds(scenario):
    found = scenario(
        """
        behaviour:
          attendance: {tier: {district: 0.8}, below: {N: 0.7, HQ: 0.75}, unit: {N/beech: 0.6}}
        """
    )
    assert of(found) == [0.7, 0.6, 0.75, 0.75]
    assert of(found, tier="circle", units=CIRCLES) == [0.7, 0.7, 0.75, 0.75]
    assert of(found, tier="region", units=["N", "S"]) == [0.75, 0.75]  # below the head office, not below themselves


def test_the_nearest_unit_above_holds_whatever_the_order_written(scenario):
    one = scenario("behaviour: {attendance: {below: {N/ash: 0.1, N: 0.2, HQ: 0.3}}}")
    two = scenario("behaviour: {attendance: {below: {HQ: 0.3, N: 0.2, N/ash: 0.1}}}")
    assert of(one, tier="circle", units=CIRCLES) == of(two, tier="circle", units=CIRCLES) == [0.1, 0.2, 0.3, 0.3]


def test_a_circle_that_the_population_founds_can_be_named(scenario):
    found = scenario("behaviour: {attendance: {unit: {S/cedar/circle-1: 0.5}}}")
    assert of(found, tier="circle", units=CIRCLES) == [0.9, 0.9, 0.5, 0.9]


def test_what_is_said_of_a_clause_holds_before_what_is_said_in_general(scenario):
    found = scenario(
        "flows: {cases_a_year: {default: 1, unit: {N/ash: 9}, clause: {grant: {default: 3, tier: {circle: 4}}}}}"
    )
    assert of(found, "cases_a_year") == [9, 1, 1, 1]
    assert of(found, "cases_a_year@grant") == [3, 3, 3, 3]
    assert of(found, "cases_a_year@grant", "circle", CIRCLES) == [4, 4, 4, 4]
    assert of(found, "cases_a_year@council.cadence") == [9, 1, 1, 1]


def test_a_shock_holds_from_its_first_day_to_its_last(scenario):
    found = scenario('shocks: [{from: "2015-06-01", to: "2015-06-30", below: S, set: {attendance: 0.1}}]')
    on = {day: found.value_on(day, "attendance", "district", DISTRICTS).tolist() for day in
          ("2015-05-31", "2015-06-01", "2015-06-30", "2015-07-01")}  # fmt: skip
    assert on["2015-06-01"] == on["2015-06-30"] == [0.9, 0.9, 0.1, 0.1]
    assert on["2015-05-31"] == on["2015-07-01"] == [0.9] * 4


def test_of_two_shocks_the_later_written_holds_and_one_for_a_tier_leaves_others_alone(scenario):
    found = scenario(
        """
        shocks:
          - {from: "2015-01-01", set: {attendance: 0.5}}
          - {from: "2015-06-01", tier: district, unit: [N/ash, S/elm], set: {attendance: 0.2}}
        """
    )
    assert found.value_on(DAY, "attendance", "district", DISTRICTS).tolist() == [0.2, 0.5, 0.5, 0.2]
    assert found.value_on(DAY, "attendance", "circle", CIRCLES).tolist() == [0.5] * 4


def test_the_most_specific_lapse_holds_and_a_shock_before_it(scenario):
    found = scenario(
        """
        lapses:
          - {clause: district.report, rate: 0.3, unit: N/ash}
          - {clause: [district.report, council.cadence], rate: 0.02}
          - {clause: district.report, rate: 0.1, below: N}
        shocks:
          - {from: "2015-06-01", to: "2015-08-31", below: S, lapse: {district.report: 1}}
        """
    )
    assert found.lapse_on("2015-05-01", "district.report", "district", DISTRICTS).tolist() == [0.3, 0.1, 0.02, 0.02]
    assert found.lapse_on(DAY, "district.report", "district", DISTRICTS).tolist() == [0.3, 0.1, 1, 1]
    assert found.lapse_on(DAY, "circle.cadence", "circle", CIRCLES).tolist() == [0] * 4


def test_a_dated_lapse_holds_on_its_days_only(scenario):
    found = scenario('lapses: [{clause: district.report, rate: 1, from: "2015-03-01", to: "2015-03-31"}]')
    rates = [found.lapse_on(day, "district.report", "district", ["N/ash"])[0] for day in
             ("2015-02-28", "2015-03-01", "2015-03-31", "2015-04-01")]  # fmt: skip
    assert rates == [0, 1, 1, 0]


def test_changes_are_the_days_within_on_which_something_begins_or_holds_no_more(scenario):
    found = scenario(
        """
        lapses: [{clause: district.report, rate: 1, from: "2015-03-01", to: "2015-03-31"}]
        shocks:
          - {from: "2014-12-01", to: "2015-01-15", set: {attendance: 0.5}}
          - {from: "2015-11-01", to: "2016-02-01", set: {attendance: 0.5}}
        """
    )
    assert found.changes("2015-01-01", "2015-12-31") == ["2015-01-16", "2015-03-01", "2015-04-01", "2015-11-01"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spans=st.lists(st.tuples(st.integers(1, 28), st.integers(0, 40), st.sampled_from(["N", "S", "HQ"])), max_size=4),
    day=st.integers(0, 60),
)
def test_between_two_days_of_change_nothing_changes(scenario, spans, day):
    first = np.datetime64("2015-01-01")
    rows = ""
    for number, (start, length, unit) in enumerate(spans, 1):
        days = f'from: "{first + start}", to: "{first + start + length}"'
        rows += f"\n  - {{{days}, below: {unit}, set: {{attendance: 0.{number}}}}}"
    found = scenario(f"shocks:{rows}\n" if rows else "")
    today, tomorrow = str(first + day), str(first + day + 1)
    if tomorrow not in found.changes("2015-01-01", "2015-12-31"):
        before = found.value_on(today, "attendance", "district", DISTRICTS)
        assert before.tolist() == found.value_on(tomorrow, "attendance", "district", DISTRICTS).tolist()


def test_a_fraction_holds_where_the_default_is_a_whole_number(scenario):
    found = scenario("behaviour: {approval_days: 0.25}").value("approval_days", "district", ["N/ash"])
    assert found.tolist() == [0.25]
