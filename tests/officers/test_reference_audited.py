"""The reference scenario through the audit: it finds in the record what the kernel knows of, unit by unit, and nothing
else; and all rules of the register are judged.
"""

import pytest
from lived_scenario import CHARTER

from quorate.auditing.run import audit

pytestmark = pytest.mark.xdist_group("scenario")  # beside those that live it


@pytest.fixture(scope="module")
def found(whole):
    """The audit of the lived record."""
    record, scenario, _ = whole
    entries = [entry for unit in record.units() for entry in record.store.read(unit)]
    return audit(entries, CHARTER, until=scenario.to)


def test_what_is_breached_is_what_the_kernel_says_is_late_or_missed(whole, found):
    record, scenario, _ = whole
    owed = {
        (o.clause, o.unit, o.key): {"late": "late", "missed": "missing"}[o.status(scenario.to)]
        for o in record.obligations(scenario.to)
        if o.status(scenario.to) in ("late", "missed")
    }
    assert {(row["clause"], row["unit"], row["key"]): row["how"] for row in found.rows("breached")} == owed


def test_every_planted_lapse_is_found_and_nothing_but_what_they_bring(whole, found):
    lapses = whole[1].lapses
    breached = {(row["unit"], row["clause"]) for row in found.rows("breached")}
    assert breached <= {(lapse.unit, clause) for lapse in lapses for clause in (lapse.clause, *lapse.brings)}
    for lapse in lapses:
        assert breached & {(lapse.unit, clause) for clause in (lapse.clause, *lapse.brings)}, lapse.note


def test_of_a_record_of_ours_nothing_is_unknown(found):
    assert found.totals["unknown"] == 0
    assert found.totals["possibly breached"] == 0


def test_all_rules_of_the_register_are_judged_but_those_that_only_entitle(found):
    rules = found.charter.register
    assert len(rules) == 44
    judged = {tally.clause for tally in found.tallies if tally.kept or tally.breached}
    assert set(rules) - judged == ONLY_ENTITLE


ONLY_ENTITLE = {"appoint.chief-secretary", "military.competence", "secretariat.competence"}
"""Rules of which the scenario shows no act they could forbid: whom they entitle is judged under who may act."""


def test_evidence_can_be_looked_up(found):
    rows = list(found.rows("breached"))
    named = {entry for row in rows for entry in row["evidence"]}
    assert rows
    assert named == set(found.entries(named))
