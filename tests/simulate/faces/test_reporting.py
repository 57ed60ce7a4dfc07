"""Reports simulated: filed in time, as the kernel would have them, returned and completed; and left undone as often as
a scenario says.
"""

from collections import Counter

import pytest

from simulate.faces.assembly_life import Lapses, acts, documents, judged, life, owed


def test_the_kernel_has_nothing_against_any_entry():
    assert judged().wrong == []


def test_every_unit_files_a_report_on_each_period_that_is_over():
    filed = Counter(
        (row["payload"]["report"], row["payload"]["period"])
        for row in acts(life(), "report.file")
        if not row["ref"].endswith("/2")
    )
    regions = {(report, period): number for (report, period), number in filed.items() if report != "season-report"}
    assert {period for report, period in regions if report == "region-report"} == {f"2016-0{n}" for n in range(1, 7)}
    assert {period for report, period in filed if report == "season-report"} == {"2016-Q1", "2016-Q2"}
    assert set(filed.values()) == {3}


@pytest.mark.parametrize("clause", ["region.report", "season.report", "audit.report"])
def test_nothing_is_missed_or_late_where_nothing_lapses(clause):
    found = owed(clause)
    assert len(found) >= 3
    assert {status for _, status in found} <= {"kept", "due"}


def test_a_report_to_an_organ_of_the_same_unit_is_sent_nowhere():
    filed = acts(life(), "report.file", clause="audit.report")
    assert len(filed) == 3
    assert all("send" not in row["payload"] for row in filed)


def test_a_report_to_several_units_reaches_each_of_them_and_each_answers_it():
    filed = acts(life(), "report.file", clause="season.report")
    came = documents(life(), "report", clause="season.report")
    assert Counter(row["ref"] for row in came) == {row["entry"]: 2 for row in filed}
    assert {row["unit"] for row in came} == {"H", "H2"}
    answered = acts(life(), "report.acknowledge") + acts(life(), "report.return")
    assert Counter(row["ref"] for row in answered if row["clause"] == "season.report") == {
        row["entry"]: 2 for row in filed
    }


def test_a_returned_report_is_filed_again_once():
    rows = life()
    back = {row["payload"]["data"]["report_id"] for row in documents(rows, "report-returned")}
    again = [row["ref"].removesuffix("/2") for row in acts(rows, "report.file") if row["ref"].endswith("/2")]
    assert back
    assert sorted(back) == sorted(again)


def test_no_report_is_returned_where_a_scenario_says_none_is():
    rows = life(returns=0)
    assert not acts(rows, "report.return")
    assert acts(rows, "report.acknowledge")


def test_a_report_states_the_members_there_are():
    opened = Counter()
    for row in acts(life(), "unit.open", tier="lodge"):
        opened[row["payload"]["parent"]] += len(row["payload"]["members"])
    filed = acts(life(), "report.file", clause="region.report")
    assert {row["unit"]: row["payload"]["figures"]["members"] for row in filed} == opened


def test_about_as_many_obligations_lapse_as_a_scenario_says_some_late_and_some_never():
    lapses = Lapses({"region.report": 0.3, "season.report": 0.3})
    found = [
        status
        for seed in range(3)
        for clause in lapses
        for _, status in owed(clause, seed=seed, lapses=lapses)
        if status != "due"
    ]
    share = sum(status != "kept" for status in found) / len(found)
    assert len(found) > 120
    assert abs(share - 0.3) < 3.5 * (0.3 * 0.7 / len(found)) ** 0.5  # three and a half standard errors
    assert {"late", "missed"} <= set(found)


def test_what_lapses_is_late_where_all_of_it_is_done_in_the_end():
    found = owed("region.report", lapses=Lapses({"region.report": 1}), late_share=1, late_days=3, returns=0)
    assert [status for each, status in found if each.key in ("2016-01", "2016-02")] == ["late"] * 6


def test_lapses_break_nothing_but_the_clause_that_lapses():
    assert judged(seed=1, lapses=Lapses({"region.report": 0.3, "season.report": 0.3})).wrong == []
