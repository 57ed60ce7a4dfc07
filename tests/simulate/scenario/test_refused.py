"""What cannot be is refused with its file, line and column, and the nearest valid name."""

import pytest

from quorate.simulate.scenario import BadScenario, read_scenario

SECTIONS = [
    # what is written (over the default scenario), where it is told, the words
    ("behaviour: {attendance: 1.2}", "3:25", ["`attendance` is 1.2, and must be between 0 and 1"]),
    ("behaviour: {attendance: -0.1}", "3:25", ["must be between 0 and 1"]),
    ("behaviour: {attendance: .nan}", "3:25", ["`attendance` must be a number"]),
    ("behaviour: {attendance: true}", "3:25", ["`attendance` must be a number"]),
    ("behaviour: {attendence: 0.2}", "3:13", ["no parameter `attendence`", "Did you mean `attendance`?"]),
    ("flows: {attendance: 0.2}", "3:9", ["given twice"]),
    ("behaviour: {approval_days: {tier: {regoin: 3}}}", "3:36", ["no tier `regoin`", "Did you mean `region`?"]),
    ("behaviour: {approval_days: {unit: {N/ahs: 3}}}", "3:36", ["no unit `N/ahs`", "Did you mean `N/ash`?"]),
    ("behaviour: {approval_days: {unit: {N/ash/circle-0: 3}}}", "3:36", ["no unit `N/ash/circle-0`"]),
    ("behaviour: {approval_days: {below: {X: 3}}}", "3:37", ["no unit `X`"]),
    ("behaviour: {approval_days: {clause: {grnat: 3}}}", "3:38", ["no clause `grnat`", "Did you mean `grant`?"]),
    ("behaviour: {approval_days: {teir: {region: 3}}}", "3:29", ["`teir` is not a key", "Did you mean `tier`?"]),
    ("behaviour: {approval_days: {value: 3}}", "3:13", ["needs either `source: ...` or `assumed: true`"]),
    ("lapses: [{clause: district.reprot, rate: 0.1}]", "3:19", ["Did you mean `district.report`?"]),
    ("lapses: [{clause: district.report, rate: 1.1}]", "3:42", ["must be between 0 and 1"]),
    ("lapses: [{clause: council.quorum, rate: 0.1}]", "3:19", ["`council.quorum` obliges nobody"]),
    ("lapses: [{clause: circle.cadence, rate: 0.1, tier: region}]", "3:19", ["obliges no unit of the tier `region`"]),
    ("lapses: [{clause: district.report, rate: 0.1, unit: M}]", "3:53", ["no unit `M`"]),
    ('lapses: [{clause: district.report, rate: 0.1, from: "2015-02-30"}]', "3:53", ["no day of the calendar"]),
    (
        'lapses: [{clause: district.report, rate: 0.1, from: "2015-03-02", to: "2015-03-01"}]',
        "3:71",
        ["ends on 2015-03-01, before it begins on 2015-03-02"],
    ),
    ('shocks: [{from: "2015-03-02", to: "2015-03-01", set: {attendance: 0}}]', "3:35", ["before it begins"]),
    ('shocks: [{from: "2015-03-02", set: {attendance: 3}}]', "3:49", ["must be between 0 and 1"]),
    ('shocks: [{from: "2015-03-02", set: {attend: 0}}]', "3:37", ["Did you mean `attendance`?"]),
    ('shocks: [{from: "2015-03-02", lapse: {council.quorum: 1}}]', "3:39", ["obliges nobody"]),
    ('shocks: [{from: "2015-03-02"}]', "3:10", ["a shock does something"]),
    (
        'happenings: [{on: "2015-03-02", unit: N, act: meting.convene}]',
        "3:47",
        ["no act `meting.convene` in units of the tier `region`", "Did you mean `meeting.convene`?"],
    ),
    ('happenings: [{on: "2015-03-02", unit: N, act: report.file}]', "3:47", ["no act `report.file`"]),
    ('happenings: [{on: "2015-03-02", unit: M, act: grant.asked}]', "3:39", ["no unit `M`"]),
    (
        'happenings: [{on: "2015-03-02", unit: N, act: meeting.convene, organ: counsil}]',
        "3:71",
        ["no organ `counsil`", "Did you mean `council`?"],
    ),
    ("openings: [{tier: region, assumed: true, seats: {counsil: 3}}]", "3:50", ["Did you mean `council`?"]),
    ("openings: [{tier: region, assumed: true, seats: {board: 3}}]", "3:57", ["a post of the tier `district`"]),
    ("openings: [{tier: region, assumed: true, seats: {council: 8}}]", "3:59", ["filled with 8", "gives it 7"]),
    ("openings: [{tier: circle, assumed: true, seats: {host: 5}}]", "3:56", ["gives it 1"]),
    ("openings: [{tier: regoin, assumed: true}]", "3:19", ["Did you mean `region`?"]),
    ("openings: [{tier: region, seats: {council: 3}}]", "3:12", ["needs either `source: ...` or `assumed: true`"]),
    ("population: {members: {value: -1, assumed: true}}", "3:14", ["whole number, not negative"]),
    ("population: {members: {value: 10}}", "3:14", ["needs either `source: ...` or `assumed: true`"]),
    ("population: {by: {tier: district, fact: reeders}}", "3:41", ["Did you mean `readers`?"]),
    ("rule: {council.cadence: drop}", "3:1", ["`rule` is not a key of the scenario", "Did you mean `rules`?"]),
    ("openings: [{tier: region, assumed: true, untill: x}]", "3:42", ["Did you mean `until`?"]),
    ("behaviour: [1]", "3:1", ["`behaviour` is a list, and must be keys with values"]),
]


@pytest.mark.parametrize(("text", "place", "words"), SECTIONS, ids=[text[:70] for text, _, _ in SECTIONS])
def test_what_cannot_be_is_refused_at_its_place(scenario, league, text, place, words):
    with pytest.raises(BadScenario) as failed:
        scenario(text)
    told = [str(finding) for finding in failed.value.findings]
    if words:
        assert failed.value.where == f"{league / 'simulate' / 'test.yaml'}:{place}", told
    assert [word for word in words if not any(word in line for line in told)] == [], told


BASIC = "{tier: circle, under: district, name: Circle, size: {fewest: 4, most: 20, mean: 10, assumed: true}, "


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (BASIC + "each: {value: 12, assumed: true}}", "`N/ash` has 300 members, and its basic organisations"),
        (BASIC + "one_for: {value: 25, assumed: true}}", "can hold 240"),
        (BASIC + "share: {value: 0.8, assumed: true}}", "can hold 240"),
        (BASIC + "share: {value: 1.8, assumed: true}}", "a share is between 0 and 1"),
        (BASIC.replace("4", "3") + "share: {value: 1, assumed: true}}", "`circle.members` has at least 4 members"),
        (BASIC.replace("20", "21") + "share: {value: 1, assumed: true}}", "`circle.members` has at most 20 members"),
        (BASIC.replace("10", "3") + "share: {value: 1, assumed: true}}", "the mean is 3, and must lie between"),
        (BASIC.replace("under: district", "under: region") + "share: {value: 1, assumed: true}}", "nothing of the"),
        (BASIC.replace("circle", "board") + "share: {value: 1, assumed: true}}", "no tier that members belong to"),
        (BASIC + "each: {value: 2, assumed: true}, share: {value: 1, assumed: true}}", "state one of"),
    ],
)  # fmt: skip
def test_members_must_fit_into_organisations_that_can_be(scenario, row, words):
    with pytest.raises(BadScenario) as failed:
        scenario(f"population: {{basic: [{row}]}}")
    assert any(words in str(finding) for finding in failed.value.findings), failed.value.findings


def test_more_posts_than_members_are_refused(scenario):
    few = "population: {members: {value: 40, assumed: true}}\n"
    scenario(few + "openings: [{tier: district, assumed: true, seats: {board: 3, chair: 1}}]")
    with pytest.raises(BadScenario, match="5 persons are to hold posts, and `S/elm` has 4 members"):
        scenario(few + "openings: [{tier: district, assumed: true, seats: {board: 4, chair: 1}}]")
    scenario(few + "openings: [{tier: district, assumed: true, seats: {board: 4, chair: 1}, among: {chair: board}}]")


def test_what_lies_outside_the_days_simulated_is_refused(scenario):
    found = scenario(
        """
        happenings: [{on: "2016-03-02", unit: N, act: grant.asked}]
        shocks: [{from: "2014-01-01", to: "2014-02-01", set: {attendance: 0}}]
        """
    )
    with pytest.raises(BadScenario) as failed:
        found.check_window("2015-01-01", "2015-12-31")
    told = [str(finding) for finding in failed.value.findings]
    assert len(told) == 2
    assert "test.yaml:4:19: 2016-03-02 lies outside the days simulated, 2015-01-01 to 2015-12-31" in told[0]
    assert "the shock lies outside" in told[1]
    with pytest.raises(BadScenario, match="terms end on 2016-01-01, before the first day simulated"):
        scenario().check_window("2016-06-01", "2016-12-31")
    scenario().check_window("2015-01-01", "2015-12-31")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a scenario is keys with values"),
        ("- a list", "a scenario is keys with values"),
        ("title: [", "this is not YAML"),
        ("title: &a x\nnote: *a\n", "anchors and aliases"),
        ("title: A test\n", "`population` is missing from the scenario"),
        ("title: A test\nbased_on: defualt.yaml\n", "Did you mean `default.yaml`?"),
        ("title: A test\nbased_on: ../x.yaml\n", "the name of a file beside the scenario"),
        ("title: A test\nbased_on: 7\n", "the name of a file beside the scenario"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(scenario, text, words):
    with pytest.raises(BadScenario) as failed:
        scenario(text, based=False)
    assert words in str(failed.value)
    assert "test.yaml" in failed.value.where


def test_a_file_that_is_not_there_is_told_with_the_nearest(league, charter):
    with pytest.raises(BadScenario, match=r"No such file.*Did you mean `default.yaml`?"):
        read_scenario(league / "simulate" / "defaults.yaml", charter)


def test_all_faults_are_told_at_once(scenario):
    with pytest.raises(BadScenario) as failed:
        scenario("behaviour: {attendance: 2, approval_days: -1}\nlapses: [{clause: no, rate: 3}]")
    assert len(failed.value.findings) == 4
    assert "(3 more)" in str(failed.value)
