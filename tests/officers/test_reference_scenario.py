"""The reference scenario through the kernel: what was planted is found, and nothing else."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from lived_scenario import CHARTER, lived

from quorate.clauses import View
from quorate.log.export import export
from quorate.log.verify import verify
from quorate.terms.act import Refusal

pytestmark = pytest.mark.xdist_group("scenario")  # one worker lives it, once


def owed(whole):
    record, scenario, _ = whole
    return [o for o in record.obligations(scenario.to) if o.status(scenario.to) in ("late", "missed")]


def test_every_planted_lapse_is_found(whole):
    found = {(o.unit, o.clause) for o in owed(whole)}
    for lapse in whole[1].lapses:
        assert found & {(lapse.unit, clause) for clause in (lapse.clause, *lapse.brings)}, lapse.note


def test_nothing_is_late_or_missed_but_what_was_planted_and_what_that_brings(whole):
    planted = {(lapse.unit, clause) for lapse in whole[1].lapses for clause in (lapse.clause, *lapse.brings)}
    others = [o for o in owed(whole) if (o.unit, o.clause) not in planted]
    assert not others


def test_officers_are_refused_only_what_the_scenario_has_refused(whole):
    _, scenario, tally = whole
    assert not tally.refused
    wanted = [h for h in scenario.happenings if h.expect == "refused"]
    assert [act.verb for _, act, found in tally.attempts if isinstance(found, Refusal)] == [h.act for h in wanted]


def test_conferences_are_held_on_the_days_the_scenario_gives(whole):
    record, scenario, _ = whole
    for sitting in scenario.sittings:
        meeting = record.state(sitting.unit).by_organ[sitting.organ][-1]
        assert meeting.status == "closed"
        assert meeting.opened[:10] == sitting.on


def test_each_province_sends_one_delegate_for_a_thousand_members(whole):
    record, _, _ = whole
    centre = record.state("KP")
    seats = centre.apportioned["party-congress"][0]
    members = {unit: centre.figures[unit]["members"] for unit in seats}
    assert sum(seats.values()) == sum(members.values()) // 1000
    assert all(abs(seats[unit] - members[unit] / 1000) < 1 for unit in seats)
    accepted = Counter(c.unit for (post, _), c in centre.credentials.items() if post == "party-congress" and c.accepted)
    assert dict(accepted) == seats


def test_every_delegate_belongs_to_a_basic_organisation(whole):
    record, _, _ = whole
    for (post, person), credential in record.state("KP").credentials.items():
        if post == "party-congress":
            home = record.state(person.rpartition(":")[0])
            assert record.charter.tiers[home.tier].basic
            assert home.members[person].belongs(credential.received)


def test_a_secretary_takes_office_only_elected_and_confirmed_or_by_a_recorded_exception(whole):
    record, _, _ = whole
    grounds = Counter()
    for unit in record.charter.units_of("province"):
        for office in ("secretary-organisation", "secretary-propaganda", "secretary-economy", "secretary-workers"):
            for tenure in record.state(unit.id).tenures.get(office, ()):
                grounds[tenure.basis] += 1
    assert set(grounds) == {"confirmed+elected", "elected+exception", "acting"}
    assert grounds["elected+exception"] == 1


def test_the_books_of_every_province_balance(whole):
    record, _, _ = whole
    for unit in record.charter.units_of("province"):
        assert sum(record.state(unit.id).ledger.balances.values()) == 0


def test_a_directive_reaches_cells_and_comes_back(whole):
    record, _, _ = whole
    top = record.state("KP").matters["directive/2015-forests"]
    assert top.closed
    cells = [u.id for u in record.charter.units_of("cell") if record.state(u.id).matters]
    tasks = [m for u in cells for m in record.state(u).matters.values() if m.root == top.id]
    assert len(tasks) > 20
    assert all(task.closed for task in tasks)


def test_no_export_shows_whom_a_case_is_about(whole, tmp_path):
    record, _, _ = whole
    out = io.BytesIO()
    export(record.store, out)
    text = out.getvalue().decode()
    case = record.state("KP-02").matters["case/KP-02/2015-1"]
    lines = [line for line in text.splitlines() if case.id in line]
    assert len(lines) > 6
    assert not [line for line in lines if case.subject in line]
    path = tmp_path / "export.log"
    path.write_bytes(out.getvalue())
    assert verify(path).findings == ()


def test_the_same_seed_gives_the_same_entries_and_another_seed_others():
    heads = [{h.unit: h.hash for h in lived("2015-02-10", seed)[0].store.heads()} for seed in (1, 1, 2)]
    assert heads[0] == heads[1]
    assert heads[0] != heads[2]


def test_every_obligation_that_was_met_names_an_entry_of_the_unit(whole):
    record, scenario, _ = whole
    for unit in ("KP", "KP-02", "KP-02/anju", "KP-02/anju/cell-1", "KP.OGD"):
        view = View(record.charter, record.state(unit), scenario.to)
        for clause in record.charter.clauses:
            for obligation in clause.obligations(view, scenario.to):
                if obligation.met_by:
                    assert obligation.met_by.rpartition("#")[0] == unit


def test_numbers_of_members_add_up_from_the_units_file():
    with (CHARTER / "units.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    total = sum(int(row["members"] or 0) for row in rows if row["tier"] == "province")
    assert total == 3_000_000
    assert sum(int(row["members"] or 0) for row in rows if row["tier"] == "county") == total
    assert all("assumed" in row["members_basis"] for row in rows if row["members"])


def test_what_the_scenario_dates_has_a_source_or_is_marked_assumed(whole):
    for sitting in whole[1].sittings:
        assert (sitting.source is None) == (sitting.assumed is True)
    assert Path(CHARTER / "demo.yaml").read_text(encoding="utf-8").count("(invented") > 10
