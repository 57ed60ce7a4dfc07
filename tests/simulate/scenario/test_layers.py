"""A scenario based on another, and values put at a path."""

import pytest

from quorate.simulate.scenario import BadScenario

DISTRICTS = ["N/ash", "N/beech", "S/cedar", "S/elm"]


def attendance(scenario, tier="district", units=DISTRICTS):
    return scenario.value("attendance", tier, units).tolist()


def test_what_is_not_said_is_as_in_the_scenario_below(scenario):
    found = scenario("behaviour: {attendance: 0.5}")
    assert found.title == "A test"
    assert [opening.tier for opening in found.openings] == ["region", "district", "circle"]
    assert found.value("approval_days", "region", ["N"]).tolist() == [25]


def test_a_number_replaces_all_that_was_said_of_a_parameter_and_keys_change_what_they_name(scenario):
    plain = scenario("behaviour: {approval_days: 7}")
    assert plain.value("approval_days", "region", ["N"]).tolist() == [7]
    keyed = scenario("behaviour: {approval_days: {unit: {N: 90}}, attendance: {tier: {region: 0.4}}}")
    assert keyed.value("approval_days", "region", ["N", "S"]).tolist() == [90, 25]
    assert keyed.value("approval_days", "district", ["N/ash"]).tolist() == [20]
    assert attendance(keyed, "region", ["N", "S"]) == [0.4, 0.4]
    assert attendance(keyed) == [0.9] * 4


def test_an_opening_replaces_the_one_of_its_tier_and_lists_are_added_to(league, scenario):
    (league / "simulate" / "middle.yaml").write_text(
        "title: Middle\nbased_on: default.yaml\nlapses: [{clause: district.report, rate: 0.1}]\n"
    )
    (league / "simulate" / "default.yaml").open("a").write("lapses: [{clause: circle.cadence, rate: 0.2}]\n")
    found = scenario(
        """
        title: Top
        based_on: middle.yaml
        openings: [{tier: district, assumed: true, seats: {chair: 1}}]
        lapses: [{clause: council.cadence, rate: 0.3}]
        """,
        based=False,
    )
    assert [lapse.clause for lapse in found.lapses] == ["circle.cadence", "district.report", "council.cadence"]
    assert [(one.tier, dict(one.seats)) for one in found.openings][1] == ("district", {"chair": 1})
    assert len(found.openings) == 3


def test_a_scenario_based_in_the_end_on_itself_is_refused(league, scenario):
    (league / "simulate" / "other.yaml").write_text("title: Other\nbased_on: test.yaml\n")
    with pytest.raises(BadScenario, match="based on itself"):
        scenario("title: A test\nbased_on: other.yaml\n", based=False)


def test_a_fault_in_the_scenario_below_is_told_at_its_own_line(league, scenario):
    path = league / "simulate" / "default.yaml"
    path.write_text(path.read_text().replace("attendance: 0.9", "attendence: 0.9"))
    with pytest.raises(BadScenario) as failed:
        scenario("behaviour: {approval_days: 3}")
    assert failed.value.where == f"{path}:16:3"
    assert "Did you mean `attendance`?" in failed.value.advice


CADENCE = {"council.cadence": {"at_most": {"value": 6}}}


@pytest.mark.parametrize(
    ("key", "value", "seen"),
    [
        ("behaviour.attendance", "0.4", lambda s: attendance(s) == [0.4] * 4),
        ("behaviour.attendance.tier.circle", "0.4", lambda s: attendance(s) == [0.9] * 4),
        ("behaviour.attendance.unit.S/elm", "0.4", lambda s: attendance(s) == [0.9, 0.9, 0.9, 0.4]),
        ("flows.cases_a_year", "8", lambda s: s.value("cases_a_year", "region", ["N"])[0] == 8),
        ("flows.approval_days", "8", lambda s: s.value("approval_days", "region", ["N"])[0] == 8),
        ("lapses.district.report", "0.5", lambda s: [lapse.rate for lapse in s.lapses] == [0.5]),
        ("population.members", "500", lambda s: s.population.members.value == 500 and s.population.members.assumed),
        ("population.basic.0.size.mean", "12", lambda s: s.population.basic[0].size.mean == 12),
        ("rules.council.cadence.at_most.value", "6", lambda s: s.rules == CADENCE),
        ("rules.council.cadence", "drop", lambda s: s.rules == {"council.cadence": "drop"}),
    ],
)  # fmt: skip
def test_a_value_can_be_put_at_any_path(scenario, key, value, seen):
    assert not seen(scenario()) or key == "behaviour.attendance.tier.circle"
    assert seen(scenario(overrides={key: value}))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("behavior.attendance", "1", "Did you mean `behaviour`?"),
        ("behaviour.attendence", "1", "Did you mean `attendance`?"),
        ("behaviour.attendance", "1.5", "must be between 0 and 1"),
        ("behaviour.attendance", "most", "must be a number"),
        ("lapses.distric.report", "1", "Did you mean `district.report`?"),
        ("lapses.district.report", "2", "must be between 0 and 1"),
        ("rules.council.cadense.at_most", "1", "Did you mean `council.cadence`?"),
        ("population.membres", "1", "Did you mean `members`?"),
        ("title", "x", "no path of a scenario"),
    ],
)
def test_a_path_that_is_none_is_refused_by_its_name(scenario, key, value, words):
    with pytest.raises(BadScenario) as failed:
        scenario(overrides={key: value})
    assert words in str(failed.value)
    assert failed.value.where == f"--sweep {key}"
