"""A matter's tree goes down to every unit it was given to; what is sealed is for its readers alone."""

import json

import pytest

from quorate.run.record import open_record
from quorate.views import case, matter_tree
from quorate.views.matters import AmbiguousMatter, NoSuchMatter

ON = "2015-02-20"
SECRETS = ("Lost the tent", "A lost tent", "B1:4", "Park Dana", "It was the storm")


def told(found):
    return json.dumps(found.as_json(), ensure_ascii=False)


def test_the_tree_shows_every_part_with_its_stages_and_how_it_stands(club):
    root = matter_tree(club, "D1", ON)
    assert (root.unit, root.title, root.status, root.due[:10]) == ("FED", "Map the trails", "overdue", "2015-02-18")
    north, south = root.children
    assert (north.id, north.origin, north.status, north.closed) == ("D1>B1", "FED", "closed", "2015-02-16T09:00")
    assert [(stage.stage, stage.status) for stage in north.stages] == [
        ("received", "done"),
        ("assign", "kept"),
        ("done", "kept"),
    ]
    assert [(stage.stage, stage.at, stage.status) for stage in south.stages] == [
        ("received", "2015-02-02T10:00", "done"),
        ("assign", None, "missed"),
        ("done", None, "missed"),
    ]
    assert north.stages[1].actor.name == "Han Sora"
    assert north.stages[2].facts["text"] == "Mapped all seven trails"


def test_any_part_leads_to_the_whole_tree(club):
    assert matter_tree(club, "D1>B2", ON) == matter_tree(club, "D1", ON)


def test_the_tree_of_a_past_day_shows_what_was_known_then(club):
    then = matter_tree(club, "D1", "2015-02-10")
    assert then.status == "open"
    assert [child.status for child in then.children] == ["open", "overdue"]
    assert [stage.at is None for stage in then.children[0].stages] == [False, False, True]


def test_a_part_for_a_unit_without_a_record_is_awaited(club, do):
    club.charter.establish(type(club.charter.unit("B1"))("B3", "branch", "East Branch", "FED"))
    do(
        club,
        "directive.issue",
        "FED",
        "2015-02-19",
        "B1:5",
        ref="D2",
        title="Clean huts",
        due="2015-03-01",
        to=["B1", "B3"],
    )
    root = matter_tree(club, "D2", ON)
    assert [child.unit for child in root.children] == ["B1"]
    assert root.waits_for == ("B3",)


def test_strangers_see_the_stages_of_a_case_and_nothing_that_is_sealed(club):
    for reader in (None, "B1:5", "B2:1", "nobody"):
        found = case(club, "C1", reader, ON)
        assert [stage.stage for stage in found.stages] == ["open", "hear", "decide"]
        assert [secret for secret in SECRETS if secret in told(found)] == []
        assert found.stages[0].restricted == ("charge", "subject", "title")
        assert found.stages[1].restricted == ("statement",)
        assert found.title == "restricted"
        assert found.readers == "a member of the Committee"


@pytest.mark.parametrize("reader", ["B1:1", "B1:3", "B1:4"])
def test_the_committee_and_the_member_concerned_see_all_of_it(club, reader):
    found = case(club, "C1", reader, ON)
    assert [secret for secret in SECRETS if secret not in told(found)] == []
    assert found.restricted == ()
    assert found.subject.name == "Park Dana"


def test_a_reader_whose_term_has_ended_reads_no_longer(club):
    assert "Lost the tent" in told(case(club, "C1", "B1:3", "2016-02-09"))
    assert "Lost the tent" not in told(case(club, "C1", "B1:3", "2016-02-10"))


def test_who_replied_to_a_case_is_not_told_where_that_would_tell_whom_it_is_about(club, do):
    do(club, "case.reply", "B1", "2015-02-18", "B1:4", ref="C1", statement="I left it on the ridge")
    reply = next(stage for stage in case(club, "C1", None, ON).stages if stage.stage == "reply")
    assert (reply.actor, reply.restricted, reply.facts) == (None, ("by", "statement"), {})
    reply = next(stage for stage in case(club, "C1", "B1:1", ON).stages if stage.stage == "reply")
    assert (reply.actor.id, reply.restricted) == ("B1:4", ())


def test_content_that_was_redacted_is_gone_for_all(club):
    entry = next(entry for entry in club.store.read("B1") if entry.act == "case.open")
    club.store.redact(entry.sealed)
    found = case(open_record(club.store), "C1", "B1:1", ON)
    assert found.stages[0].restricted == ("redacted",)
    assert "Lost the tent" not in told(found)
    assert "It was the storm" in told(found)


def test_the_tree_never_shows_what_a_case_seals(club):
    assert [secret for secret in SECRETS if secret in told(matter_tree(club, "C1", ON))] == []


def test_an_id_that_two_units_gave_wants_the_unit_named(club, do):
    do(club, "case.open", "B2", "2015-02-19", "B2:2", subject="B2:1", ref="C1", charge="Another matter")
    with pytest.raises(AmbiguousMatter, match="B1, B2 each have a matter C1"):
        case(club, "C1", None, ON)
    assert case(club, "C1", "B2:2", ON, "B2").stages[0].facts["charge"] == "Another matter"
    assert case(club, "C1", "B2:2", ON, "B1").title == "restricted"


def test_a_matter_nobody_has_is_told_with_the_nearest(club):
    with pytest.raises(NoSuchMatter) as caught:
        matter_tree(club, "D11", ON)
    assert "Did you mean D1" in str(caught.value)
    with pytest.raises(NoSuchMatter, match="by then"):
        matter_tree(club, "D1", "2015-02-01")
