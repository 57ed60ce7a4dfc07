"""What stands before every clause: order, the charter's own time, the shape of an act; and the closed world."""

import re

import pytest
from clauses.situations import CENTRE, PROVINCE, in_situation
from clauses.world import files

from quorate.charter.findings import CharterRefused
from quorate.log.stores.memory import MemoryStore
from quorate.run.kernel import CLOSED_WORLD, IN_FORCE, ORDER
from quorate.run.record import UnknownUnit, create
from quorate.run.verbs import Malformed, UnknownVerb
from quorate.terms.dates import BadDate

SEATED = "a province with its committee seated"
CALL = {"actor": "chief", "organ": "executive-committee", "say": {"on": "2015-04-21"}}


@pytest.fixture
def world():
    return in_situation(SEATED)


def test_an_act_before_the_units_last_entry_is_refused(world):
    world.must(PROVINCE, "meeting.convene", "2015-04-10", **CALL)
    assert world.try_(PROVINCE, "meeting.convene", "2015-04-09", **CALL).clause == ORDER


def test_another_units_clock_is_its_own(world):
    world.must(PROVINCE, "meeting.convene", "2015-04-10", **CALL)
    say = {"title": "Plant", "to": [PROVINCE], "due": "2015-06-01"}
    world.must(CENTRE, "directive.issued", "2015-03-01", actor="cc", ref="d1", say=say)


def test_a_document_is_never_delivered_into_the_receivers_past(world):
    world.must(PROVINCE, "meeting.convene", "2015-04-10", **CALL)
    say = {"title": "Plant", "to": [PROVINCE], "due": "2015-06-01"}
    world.must(CENTRE, "directive.issued", "2015-03-01", actor="cc", ref="d1", say=say)
    world.deliver()
    assert world.record.state(PROVINCE).matters["d1>KP-13"].opened == "2015-04-10T00:00"


def test_nothing_is_done_before_the_charter_is_in_force(world):
    assert world.try_(PROVINCE, "meeting.convene", "2010-09-27", **CALL).clause == IN_FORCE


def test_a_unit_without_an_opening_statement_does_nothing(world):
    found = world.try_("KP-10", "meeting.convene", "2015-04-10", **CALL)
    assert found.clause == ORDER
    assert "no opening statement" in found.message


def test_a_unit_nobody_knows_is_an_error_that_names_the_nearest(world):
    with pytest.raises(UnknownUnit, match=r"Did you mean KP-13/rajin\?"):
        world.try_("KP-13/rajinn", "meeting.convene", "2015-04-10", **CALL)


def test_a_verb_nobody_knows_is_an_error_that_names_the_nearest(world):
    with pytest.raises(UnknownVerb, match=r"Did you mean 'meeting\.convene'\?"):
        world.try_(PROVINCE, "meeting.convenes", "2015-04-10", **CALL)


@pytest.mark.parametrize(
    ("verb", "row", "words"),
    [
        ("meeting.convene", {"organ": "executive-committee", "say": {}}, "`on` is missing"),
        ("meeting.convene", {"organ": "executive-committee", "say": {"on": "2015-04-21", "agend": []}}, "Did you mean"),
        ("meeting.close", {}, "`meeting` is missing"),
        ("motion.vote", {"meeting": "m", "say": {"motion": "m", "for": -1}}, "nought or more"),
        ("motion.vote", {"meeting": "m", "say": {"motion": "m", "for": True}}, "nought or more"),
        ("transaction.post", {"say": {"text": "x", "lines": [{"account": "a", "amount": 1.5}]}}, "whole minor units"),
        ("transaction.post", {"say": {"text": "x", "lines": []}}, "must be a list"),
        ("credential.check", {"say": {"conference": "c", "accepted": True}}, "nobody is named"),
    ],
)
def test_an_act_of_the_wrong_shape_cannot_be_judged(world, verb, row, words):
    with pytest.raises(Malformed, match=re.escape(words)):
        world.try_(PROVINCE, verb, "2015-04-10", actor="chief", **row)


@pytest.mark.parametrize("at", ["2015-02-29", "2015-13-01", "yesterday", "2015-04-10T25:00", "2015-4-1"])
def test_a_day_the_calendar_does_not_have_cannot_be_judged(world, at):
    with pytest.raises(BadDate):
        world.try_(PROVINCE, "meeting.convene", at, **CALL)


def test_what_no_clause_permits_is_refused_by_the_closed_world(world):
    found = world.try_(PROVINCE, "unit.establish", "2015-04-10", subject="x", say={"tier": "affiliate", "name": "X"})
    assert found.clause == CLOSED_WORLD


def test_an_act_without_an_actor_is_permitted_by_nobody(world):
    say = {"report": "routine-report", "period": "2015-01", "text": "All is well"}
    assert world.try_(PROVINCE, "report.file", "2015-02-08", say=say).clause == "duty.report"


def test_a_charter_whose_organ_decides_by_no_stated_majority_is_refused_with_the_place():
    text = files("club")["charter.yaml"].decode()
    without = re.sub(r"  - id: section\.majority\n(?:    .*\n)+", "", text)
    assert without != text
    with pytest.raises(CharterRefused, match="by what majority the section-meeting decides") as refused:
        create(MemoryStore(), {"charter.yaml": without.encode()}, "2015-01-01")
    assert all(finding.where.startswith("charter.yaml:") for finding in refused.value.findings)
