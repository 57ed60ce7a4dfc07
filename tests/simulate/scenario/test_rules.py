"""What a scenario changes in the charter is checked as any charter is, and told at the scenario's own lines."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from quorate.charter.diff import diff
from quorate.charter.document import parse
from quorate.charter.read import load, read
from quorate.charter.text import decode
from quorate.simulate.scenario import BadScenario, changed_charter, write_changed
from quorate.simulate.scenario.parts import lists
from quorate.simulate.scenario.rules import written


@pytest.fixture
def changed(scenario, league):
    """The charter with the rules written in the test."""
    return lambda text: changed_charter(league, scenario(text))


def test_a_scenario_without_rules_leaves_the_charter_as_it_is(scenario, league, charter, tmp_path):
    found = scenario()
    assert diff(changed_charter(league, found), charter) == ()
    folder = write_changed(league, found, tmp_path / "out" / "charter")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        name: (league / name).read_bytes() for name in ("charter.yaml", "units.csv")
    }


def test_fields_are_replaced_and_a_number_is_then_assumed_unless_it_names_its_source(changed, charter):
    found = changed("rules: {council.cadence: {at_most: {value: 6}}, circle.quorum: {at_least: {source: rulebook}}}")
    at_most = found.by_id["council.cadence"].at_most
    assert (at_most.value, at_most.unit, at_most.source, at_most.assumed) == (6, "months", None, True)
    at_least = found.by_id["circle.quorum"].at_least
    assert (at_least.value, at_least.of, at_least.source, at_least.assumed) == ("1/3", "members", "rulebook", None)
    assert {change.id for change in diff(charter, found)} == {"council.cadence", "circle.quorum"}


def test_a_clause_can_be_added_or_dropped_and_a_field_taken_away(changed, charter):
    found = changed(
        """
        rules:
          council.competence: drop
          board.convene: {add: {kind: convening, cite: Rule 9, organ: board, by: {offices: [chair]}}}
          council.convene: {notice: drop}
        """
    )
    assert found.by_id.keys() - charter.by_id.keys() == {"board.convene"}
    assert charter.by_id.keys() - found.by_id.keys() == {"council.competence"}
    assert found.by_id["council.convene"].notice is None


def test_stages_are_changed_added_and_dropped_by_id(changed):
    stages = changed(
        """
        rules:
          grant:
            stages:
              weighed: {following: asked, add: {name: Weighed, after: [asked], by: {offices: [steward]}}}
              given: {after: [weighed], within: {value: 60}}
        """
    ).by_id["grant"].stages  # fmt: skip
    assert [stage.id for stage in stages] == ["asked", "weighed", "given"]
    assert stages[2].after == ("weighed",)
    assert (stages[2].within.value, stages[2].within.unit) == (60, "days")
    assert [stage.id for stage in changed("rules: {grant: {stages: {given: drop}}}").by_id["grant"].stages] == ["asked"]


@pytest.mark.parametrize(
    ("rules", "place", "words"),
    [
        ("{council.cadense: {at_most: {value: 6}}}", "3:9", ["no clause `council.cadense`", "`council.cadence`"]),
        ("{council.cadense: drop}", "3:9", ["no clause `council.cadense`", "Did you mean"]),
        ("{council.cadence: {add: {kind: cadence}}}", "3:9", ["there is a clause `council.cadence` already"]),
        ("{council.cadence: 6}", "3:9", ["nothing that a clause can be changed to"]),
        ("{council.cadence: {at_mots: {value: 6}}}", "3:27", ["`at_mots` is not a key", "Did you mean `at_most`?"]),
        ("{council.cadence: {at_most: {value: -6}}}", "3:37", ["with these rules the charter cannot be used"]),
        ("{council.cadence: {organ: counsil}}", "3:27", ["no organ `counsil`", "Did you mean `council`?"]),
        ("{grant: {stages: {givn: {after: []}}}}", "3:26", ["no entry `givn`", "Did you mean `given`?"]),
        ("{grant: {stages: {x: {following: y, add: {name: X}}}}}", "3:30", ["no entry `y`"]),
        ("{grant: {stages: {given: {after: [begun]}}}}", "3:9", ["'begun'"]),
        ("{grant: {stages: {given: {within: {value: x}}}}}", "3:43", ["`value`", "a whole number"]),
        ("{board.convene: {add: {kind: convening, cite: Rule 9, organ: board}}}", "3:9", ["`by` is missing"]),
    ],
)
def test_rules_that_cannot_be_are_refused_at_their_line(changed, league, rules, place, words):
    with pytest.raises(BadScenario) as failed:
        changed(f"rules: {rules}")
    told = str(failed.value)
    assert failed.value.where.startswith(str(league / "simulate" / "test.yaml")), told
    assert [word for word in words if word not in told] == [], told
    assert failed.value.where.endswith(f":{place}"), told


def test_a_rule_swept_is_refused_by_the_name_of_its_path(scenario, league):
    found = scenario(overrides={"rules.council.cadence.at_most.value": "-3"})
    with pytest.raises(BadScenario) as failed:
        changed_charter(league, found)
    assert failed.value.where == "--sweep rules.council.cadence.at_most.value"


def test_a_lapse_may_be_of_a_clause_the_rules_add_but_not_of_one_they_drop_or_that_obliges_nobody(changed):
    add = "rules: {board.cadence: {add: {kind: cadence, cite: Rule 9, organ: board, per: month, at_least: {value: 1, assumed: true}}}}"  # noqa: E501
    assert "board.cadence" in changed(f"{add}\nlapses: [{{clause: board.cadence, rate: 0.1}}]").by_id
    quorum = "{add: {kind: quorum, cite: Rule 9, organ: board, at_least: {value: 1, assumed: true}}}"
    with pytest.raises(BadScenario, match="obliges nobody"):
        changed(f"rules: {{board.quorum: {quorum}}}\nlapses: [{{clause: board.quorum, rate: 0.1}}]")
    with pytest.raises(BadScenario, match=r"no clause `district\.report`"):
        changed("rules: {district.report: drop}\nlapses: [{clause: district.report, rate: 0.1}]")


def test_the_changed_charter_is_written_whole_and_reads_as_what_was_simulated(scenario, league, tmp_path):
    found = scenario("rules: {council.cadence: {at_most: {value: 6}}}")
    folder = write_changed(league, found, tmp_path / "charter")
    assert load(folder)[1] == ()
    assert diff(read(folder), changed_charter(league, found)) == ()
    assert (folder / "units.csv").read_bytes() == (league / "units.csv").read_bytes()
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []
    again = write_changed(league, scenario(), folder)  # in place of what was there
    assert diff(read(again), read(league)) == ()


SCALARS = (
    st.none().map(lambda _: "null")
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"))
    | st.sampled_from(["no", "~", "0o17", "0x1F", "1e5", "2015-01-31", "12:30", "true", "- a", "#", "'", '"', "é"])
)


KEYS = st.from_regex(r"[a-z][a-z0-9.-]{0,12}", fullmatch=True)
VALUES = st.recursive(SCALARS, lambda part: st.lists(part, max_size=4), max_leaves=8)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_what_is_written_is_read_back_as_it_was(data):
    document, findings = parse(decode("written.yaml", written(data).encode()))
    assert findings == ()
    assert lists(document.data) == data
