"""What a cheat, a clumsy secretary or a lawyer would try: each case is a way round the charter that is closed, or a
way through it that stays open.
"""

import contextlib
import itertools
import json

import pytest
from clauses.situations import CENTRE, FIRST, PROVINCE, SECOND, in_situation, instruction, seats
from clauses.world import World, charter_of

from quorate.clauses import View
from quorate.errors import QuorateError
from quorate.log import Entry
from quorate.log.stores.memory import MemoryStore
from quorate.run.kernel import stages
from quorate.run.record import Record, Version
from quorate.run.verbs import SHAPES, STAGE
from quorate.state.people import know
from quorate.terms.act import Act, Refusal
from quorate.terms.stages import Send

SEATED = "a province with its committee seated"
CLUB = "a club of ten members with a board of six"
DISCIPLINE = {"business": "discipline", "text": "On the case"}


def refused(world, unit, do, at=None, *, saying="", **row):
    """The act changes nothing: it is refused, or cannot even be judged; the words say why."""
    before = list(world.record.store.heads())
    try:
        found = world.try_(unit, do, at, **row)
        message = found.message if isinstance(found, Refusal) else f"recorded by {found.clause}"
    except QuorateError as error:
        found, message = None, str(error)
    assert not isinstance(found, Entry), message
    assert saying in message, message
    assert list(world.record.store.heads()) == before
    return message


# --- offices named, held, ended


@pytest.mark.parametrize(
    "claim", [{"office": "chief-secretary"}, {"organ": "provincial-committee"}, {"organ": "no-such-organ"}]
)
def test_nobody_signs_with_an_office_or_organ_that_is_not_theirs(claim):
    world = in_situation("books with accounts opened")
    lines = [{"account": "cash", "amount": 5}, {"account": "dues", "amount": -5}]
    say = {"text": "Dues", "lines": lines}
    refused(world, PROVINCE, "transaction.post", actor="treasurer", say=say, **claim)
    world.must(PROVINCE, "transaction.post", actor="treasurer", office="treasurer", say=say)


def test_a_meetings_act_is_not_signed_with_somebody_elses_office():
    world = in_situation("a plenum in session")
    say = {"business": "policy-implementation", "text": "x"}
    refused(world, PROVINCE, "motion.put", actor="org", office="chief-secretary", meeting="plenum", say=say)


def test_no_act_outside_a_meeting_borrows_a_meetings_organ():
    world = in_situation("books with accounts opened")
    world.convene(PROVINCE, "provincial-committee", "2015-04-21T10:00", meeting="plenum")
    say = {"account": "x", "type": "assets", "currency": "KPW"}
    found = world.try_(PROVINCE, "account.open", actor="treasurer", meeting="plenum", say=say)
    assert not isinstance(found, Entry) or found.organ is None


def test_a_stranger_cannot_be_named_chair_and_then_act_in_the_meeting():
    world = in_situation(SEATED)
    world.convene(PROVINCE, "military-committee", "2015-04-21T10:00", meeting="m")
    say = {"present": ["mil-chair", "mil-2", "mil-3", "mil-4"], "chair": "stranger"}
    refused(world, PROVINCE, "meeting.open", "2015-04-21T10:00", actor="mil-chair", meeting="m", say=say)


def test_who_resigned_during_a_meeting_no_longer_acts_or_counts_in_it():
    world = in_situation("a club's board in session")
    state = world.record.state("club")
    for person in ("club:04", "club:05", "club:06"):
        world.must("club", "office.resign", actor=person, say={"post": "board"})
    view = View(world.record.charter, state, state.last)
    assert len(view.members("board")) == 3
    refused(world, "club", "motion.put", actor="club:06", meeting="board", say={"business": "plans", "text": "x"})
    world.must("club", "motion.put", actor="club:01", meeting="board", say={"business": "plans", "text": "x"})
    refused(world, "club", "motion.vote", actor="club:01", meeting="board", say={"motion": "board/m1", "for": 4})
    world.must("club", "motion.vote", actor="club:01", meeting="board", say={"motion": "board/m1", "for": 3})


def test_votes_are_not_given_by_members_whose_term_ended_in_the_meeting():
    world = World("club")
    holders = [{"person": f"club:{n:02d}", "post": "board", "until": "2015-04-22"} for n in range(1, 7)]
    world.open("club", members=[{"person": f"club:{n:02d}"} for n in range(1, 8)], holders=holders)
    world.sit("club", "board", "2015-04-21", meeting="board")
    say = {"business": "plans", "text": "x", "motion": "m"}
    world.must("club", "motion.put", actor="club:01", meeting="board", say=say)
    refused(world, "club", "motion.vote", "2015-04-23", actor="club:01", meeting="board", say={"motion": "m", "for": 6})


def test_a_member_who_is_absent_neither_closes_the_meeting_nor_empties_the_room():
    world = in_situation("a plenum in session with 14 of 21 present")
    present = sorted(world.record.state(PROVINCE).meetings["plenum"].present)
    refused(world, PROVINCE, "meeting.attend", actor="insp-9", meeting="plenum", say={"left": present})
    refused(world, PROVINCE, "meeting.adjourn", actor="insp-9", meeting="plenum", say={"reason": "late"})


def test_an_empty_room_can_still_be_adjourned():
    world = in_situation("a club's board in session")
    everyone = sorted(world.record.state("club").meetings["board"].present)
    world.must("club", "meeting.attend", actor="club:01", meeting="board", say={"left": everyone})
    world.must("club", "meeting.adjourn", actor="club:01", meeting="board", say={"reason": "all have gone"})


def test_who_leaves_an_organisation_leaves_its_offices():
    world = in_situation(SEATED)
    world.must("cell-1", "member.transfer", "2015-02-02", actor="cell-1:01", subject="cell-1:01", say={"to": "cell-2"})
    refused(world, "cell-1", "member.leave", actor="cell-1:01", subject="cell-1:05", say={"reason": "spite"})


@pytest.mark.parametrize("actor", [None, "stranger", "cell-1:02"])
def test_taking_office_is_recorded_by_somebody_entitled(actor):
    world = in_situation("a secretary for propaganda elected and approved")
    say = {"post": "secretary-propaganda"}
    refused(world, PROVINCE, "office.take", "2015-05-05", actor=actor, subject="mil-4", say=say)
    world.must(PROVINCE, "office.take", "2015-05-05", actor="mil-4", subject="mil-4", say=say)


RECALL = {"post": "military-committee", "reason": "long absent"}


def recall_carried(ref="mil-4"):
    world = in_situation("a plenum in session")
    world.carry(PROVINCE, "plenum", "personnel", ref=ref, motion="recall")
    return world


@pytest.mark.parametrize("actor", [None, "stranger"])
def test_a_recall_is_recorded_by_somebody_entitled(actor):
    world = recall_carried()
    refused(world, PROVINCE, "office.recall", actor=actor, subject="mil-4", ref="recall", say=RECALL)
    world.must(PROVINCE, "office.recall", actor="chief", subject="mil-4", ref="recall", say=RECALL)


def test_an_old_recall_does_not_recall_who_was_elected_again():
    world = recall_carried()
    world.must(PROVINCE, "office.recall", actor="chief", subject="mil-4", ref="recall", say=RECALL)
    world.elect(PROVINCE, "plenum", "military-committee", ["mil-4", "mil-5"])
    refused(world, PROVINCE, "office.recall", actor="chief", subject="mil-4", ref="recall", say=RECALL)


def test_nobody_is_recalled_from_a_post_they_do_not_hold():
    world = recall_carried("insp-2")
    refused(world, PROVINCE, "office.recall", actor="chief", subject="insp-2", ref="recall", say=RECALL)


@pytest.mark.parametrize("to", [None, "nowhere", "KP-13/rajin", "KP.PAD"])
def test_an_appointment_goes_to_a_unit_that_has_the_office(to):
    world = in_situation(SEATED)
    say = {"post": "chief-secretary"} | ({"to": to} if to else {})
    refused(world, "KP.OGD", "office.appoint", "2015-02-02", actor="ogd", subject="mil-4", say=say)


def test_a_county_appoints_no_organiser_in_another_countys_cell():
    world = in_situation(SEATED)
    say = {"post": "cell-organiser", "to": "cell-2"}
    refused(world, FIRST, "office.appoint", "2015-02-02", actor="r-2", subject="r-2x", say=say)
    world.must(FIRST, "office.appoint", "2015-02-02", actor="r-2", subject="r-2x", say={**say, "to": "cell-1"})


def test_nobody_appoints_or_confirms_themselves():
    world = in_situation(SEATED)
    say = {"post": "cell-organiser", "to": "cell-1"}
    refused(world, FIRST, "office.appoint", "2015-02-02", actor="r-2", subject="r-2", say=say)


def test_acting_in_an_office_is_not_prolonged_by_acting_again():
    world = in_situation("a province whose secretaries' offices are vacant")
    say = {"post": "secretary-economy", "reason": "vacant"}
    world.must(PROVINCE, "office.act", "2015-02-01", actor="chief", subject="newcomer", say=say)
    refused(world, PROVINCE, "office.act", "2015-04-28", actor="chief", subject="newcomer", say=say)
    refused(world, PROVINCE, "office.act", "2015-06-28", actor="chief", subject="newcomer", say=say)
    world.must(PROVINCE, "office.act", "2015-06-28", actor="chief", subject="mil-4", say=say)


# --- votes, elections


def test_a_motion_is_voted_on_in_the_meeting_it_was_put_in():
    world = in_situation("a club's board in session")
    world.must(
        "club", "motion.put", actor="club:01", meeting="board", say={"business": "plans", "text": "x", "motion": "m"}
    )
    world.must("club", "meeting.convene", actor="club:01", organ="board", meeting="b2", say={"on": "2015-04-21T11:00"})
    world.must("club", "meeting.open", "2015-04-21T11:00", actor="club:01", meeting="b2", say={"present": ["club:01"]})
    refused(world, "club", "motion.vote", actor="club:01", meeting="b2", say={"motion": "m", "for": 1})


def test_a_motion_named_by_hand_does_not_block_the_next_one():
    world = in_situation("a club's board in session")
    for say in ({"motion": "board/m2"}, {}):
        say |= {"business": "plans", "text": "x"}
        world.must("club", "motion.put", actor="club:01", meeting="board", say=say)


def test_two_elections_for_the_same_seats_seat_no_more_than_there_are():
    world = in_situation("a club's assembly in session")
    chair = {"actor": "club:01", "meeting": "assembly"}
    recorded = []
    for ident, persons in (("e1", ["club:02", "club:03"]), ("e2", ["club:04", "club:05"])):
        say = {"fills": "guide", "seats": 2, "election": ident}
        if isinstance(world.try_("club", "election.call", **chair, say=say), Entry):
            world.must("club", "election.nominate", **chair, say={"election": ident, "persons": persons})
            recorded.append((ident, persons))
    for ident, persons in recorded:
        world.try_("club", "election.count", **chair, say={"election": ident, "ballots": [[5, persons]]})
    assert len(View(world.record.charter, world.record.state("club"), world.now("club")).holders("guide")) <= 2


def test_two_elections_of_representatives_elect_no_more_than_the_quota():
    world = in_situation("a county conference in session")
    chair = world.record.state(FIRST).meetings["county"].chair
    how = {"actor": chair, "meeting": "county"}
    say = {"fills": "provincial-conference", "seats": 3}
    world.must(FIRST, "election.call", **how, say={**say, "election": "e1"})
    refused(world, FIRST, "election.call", **how, say={**say, "election": "e2"})


def test_the_teller_does_not_choose_the_lot_after_seeing_the_ballots():
    world = in_situation(CLUB)
    meeting = world.sit("east", "section-meeting", "2015-02-02")
    how = {"actor": "east:1", "meeting": meeting}
    world.must("east", "election.call", **how, say={"election": "e", "fills": "warden", "seats": 1})
    world.must("east", "election.nominate", **how, say={"election": "e", "persons": ["east:2", "east:3"]})
    say = {"election": "e", "ballots": [[2, "east:2"], [2, "east:3"]]}
    for seed in range(3):
        refused(world, "east", "election.count", **how, say={**say, "seed": str(seed)})
    world.must("east", "election.count", **how, say=say)


def test_a_lot_drawn_before_the_vote_decides_a_tie():
    winners = set()
    for seed in range(12):
        world = in_situation(CLUB)
        meeting = world.sit("east", "section-meeting", "2015-02-02")
        how = {"actor": "east:1", "meeting": meeting}
        called = {"election": "e", "fills": "warden", "seats": 1, "seed": f"drawn {seed}"}
        world.must("east", "election.call", **how, say=called)
        world.must("east", "election.nominate", **how, say={"election": "e", "persons": ["east:2", "east:3"]})
        say = {"election": "e", "ballots": [[2, "east:2"], [2, "east:3"]]}
        winners.add(world.must("east", "election.count", **how, say=say).payload["elected"][0])
    assert winners == {"east:2", "east:3"}


def test_a_meeting_called_for_one_day_is_not_opened_on_another():
    world = in_situation("a plenum called for 21 April 2015")
    say = {"present": world.members(PROVINCE, "provincial-committee", "2016-04-21")}
    refused(world, PROVINCE, "meeting.open", "2016-04-21T10:00", actor="chief", meeting="plenum", say=say)


def test_nobody_is_counted_twice_among_those_present():
    world = in_situation("a plenum called for 21 April 2015")
    refused(
        world,
        PROVINCE,
        "meeting.open",
        "2015-04-21T10:00",
        actor="chief",
        meeting="plenum",
        say={"present": ["chief", "chief"]},
    )


def test_minutes_are_of_a_meeting_that_was_held():
    world = in_situation("a plenum called for 21 April 2015")
    refused(world, PROVINCE, "meeting.minutes", actor="chief", meeting="plenum", say={"text": "All agreed"})


@pytest.mark.parametrize("name", ["mover", "seconder"])
def test_nobody_is_said_to_move_or_second_who_is_not_there(name):
    world = in_situation("a plenum in session with 14 of 21 present")
    say = {"business": "policy-implementation", "text": "x", name: "insp-9"}
    refused(world, PROVINCE, "motion.put", actor="chief", meeting="plenum", say=say)
    world.must(PROVINCE, "motion.put", actor="chief", meeting="plenum", say={**say, name: "org"})


# --- instructions, conferences


def test_credentials_are_sent_of_somebody():
    world = in_situation("three representatives elected by a county")
    say = {"conference": "provincial-conference", "persons": []}
    refused(world, FIRST, "credential.issue", "2016-02-02", actor="r-1", say=say)


@pytest.mark.parametrize("to", [["nowhere"], ["KP-13", "KP-13"]])
def test_an_instruction_goes_only_to_units_below_each_once(to):
    world = in_situation(SEATED)
    say = {"to": to}
    refused(world, CENTRE, "instruction.issue", "2015-11-02", actor="cc", organ="provincial-conference", say=say)


@pytest.mark.parametrize(
    "members", [{"nowhere": 9000}, {FIRST: "many"}, {FIRST: True}, {FIRST: -1}, {"KP-10/hyesan": 3000}]
)
def test_seats_are_apportioned_among_the_units_below_by_whole_numbers(members):
    world = in_situation("a province instructed to convene its conference")
    say = {"conference": "provincial-conference", "members": members}
    refused(world, PROVINCE, "conference.apportion", "2016-01-11", actor="chief", say=say)


def test_a_nonsensical_figure_in_a_report_does_not_stop_the_apportionment():
    world = in_situation(SEATED)
    say = {"report": "membership-return", "period": "2015-Q1", "figures": {"members": "a great many"}}
    world.must(FIRST, "report.file", "2015-04-02", actor="r-2", say=say)
    say["figures"] = {"members": 2500}
    world.must(SECOND, "report.file", "2015-04-02", actor="s-2", say=say)
    world.deliver()
    say = {"conference": "provincial-conference"}
    found = world.must(PROVINCE, "conference.apportion", "2016-01-11", actor="chief", say=say)
    assert world.payload(found)["weights"] == {SECOND: 2500}


def test_a_conference_is_not_opened_before_the_credentials_that_came_are_checked():
    world = in_situation("credentials sent up by both counties")
    say = {"conference": "provincial-conference", "persons": ["cell-1:02"], "accepted": True}
    world.must(PROVINCE, "credential.check", "2016-02-08", actor="org", say=say)
    ref = instruction(world, PROVINCE, "provincial-conference")
    meeting = world.convene(PROVINCE, "provincial-conference", "2016-03-10T10:00", ref=ref)
    say = {"present": ["cell-1:02"]}
    refused(world, PROVINCE, "meeting.open", "2016-03-10T10:00", actor="cell-1:02", meeting=meeting, say=say)


def test_seats_are_not_apportioned_anew_while_the_conference_sits():
    world = in_situation("a provincial conference in session")
    say = {"conference": "provincial-conference", "members": {FIRST: 9000, SECOND: 1000}}
    refused(world, PROVINCE, "conference.apportion", actor="chief", say=say)


def test_seats_apportioned_anew_are_not_filled_by_credentials_for_the_old_ones():
    world = in_situation("credentials sent up by both counties")
    first, second = ["cell-1:02", "cell-1:03", "cell-1:04"], ["cell-2:02", "cell-2:03"]
    say = {"conference": "provincial-conference", "accepted": True}
    world.must(PROVINCE, "credential.check", "2016-02-08", actor="org", say={**say, "persons": first})
    anew = {"conference": "provincial-conference", "members": {FIRST: 3000, SECOND: 2000}}
    world.must(PROVINCE, "conference.apportion", "2016-02-09", actor="chief", say=anew)
    assert world.members(PROVINCE, "provincial-conference", "2016-02-10") == []
    refused(world, PROVINCE, "credential.check", "2016-02-10", actor="org", say={**say, "persons": second})


# --- matters


def test_only_the_stage_that_imposes_a_standing_changes_one():
    world = in_situation("a disciplinary case opened on 2 March 2015")
    refused(
        world,
        PROVINCE,
        "case.notified",
        "2015-03-03",
        actor="insp-chair",
        ref="case-1",
        say={"standing": "expelled"},
        saying="standing",
    )
    assert world.record.state("cell-1").members["cell-1:02"].standing == "member"


def test_an_outcome_is_stated_only_where_the_charter_asks_for_one():
    world = in_situation("a member warned on 20 March 2015")
    refused(world, PROVINCE, "case.appealed", "2015-03-21", actor="insp-chair", ref="case-1", say={"outcome": "none"})


def test_a_standing_no_organisation_knows_is_not_imposed():
    world = in_situation("a member warned on 20 March 2015")
    say = {"standing": "exiled"}
    refused(world, PROVINCE, "case.enforced", "2015-04-10", actor="insp-chair", ref="case-1", say=say)


def test_a_verdict_voted_before_the_hearing_decides_nothing():
    world = in_situation("a disciplinary case of which the member was notified on 3 March 2015")
    world.hold(
        PROVINCE,
        "inspection-committee",
        "2015-03-08",
        decide=[{"business": "discipline", "ref": "case-1", "motion": "v"}],
    )
    world.must(PROVINCE, "case.heard", "2015-03-10", actor="insp-chair", ref="case-1", say={"statement": "no"})
    say = {"motion": "v", "outcome": "warning", "reasons": "so"}
    refused(world, PROVINCE, "case.decided", "2015-03-11", actor="insp-chair", ref="case-1", say=say)


def test_a_verdict_voted_before_the_case_was_opened_decides_nothing():
    world = in_situation(SEATED)
    meeting = world.sit(PROVINCE, "inspection-committee", "2015-03-08")
    world.carry(PROVINCE, meeting, "discipline", ref="case-7", motion="v")
    say = {"charge": "slept"}
    world.must(PROVINCE, "case.opened", actor="insp-chair", ref="case-7", subject="insp-2", say=say)
    world.close(PROVINCE, meeting)
    how = {"actor": "insp-chair", "ref": "case-7"}
    world.record.state(PROVINCE).persons["insp-2"]  # a member of cell-1, where the notice goes
    world.must(PROVINCE, "case.notified", "2015-03-09", **how)
    world.must(PROVINCE, "case.heard", "2015-03-17", **how, say={"statement": "no"})
    say = {"motion": "v", "outcome": "warning", "reasons": "so"}
    refused(world, PROVINCE, "case.decided", "2015-03-17", **how, say=say, saying="before")


def both_appeal():
    """Two counties with a case of the same id; each member appeals to the province."""
    world = in_situation(SEATED)
    for unit, chair, person in ((FIRST, "r-insp-chair", "cell-1:03"), (SECOND, "s-insp-chair", "cell-2:03")):
        how = {"actor": chair, "ref": "case-1"}
        world.must(unit, "case.opened", "2015-03-02", subject=person, say={"charge": "late"}, **how)
        world.must(unit, "case.notified", "2015-03-03", **how)
        world.must(unit, "case.heard", "2015-03-10", say={"statement": "no"}, **how)
        decision = {"business": "discipline", "ref": "case-1", "motion": "v"}
        world.hold(unit, "county-inspection", "2015-03-20", decide=[decision])
        say = {"motion": "v", "outcome": "warning", "reasons": "so"}
        world.must(unit, "case.decided", "2015-03-20T12:00", say=say, **how)
        world.must(unit, "case.appealed", "2015-03-25", actor=person, ref="case-1", say={"outcome": "appealed"})
    world.deliver()
    return world


def test_two_counties_with_a_case_of_one_name_both_have_their_appeals_heard():
    world = both_appeal()
    appeals = world.record.state(PROVINCE).by_kind["appeal"]
    assert {appeal.subject for appeal in appeals} == {"cell-1:03", "cell-2:03"}
    assert len({appeal.id for appeal in appeals}) == 2
    assert all(world.record.state(PROVINCE).matters[a.id] is a for a in appeals)


def test_each_of_two_appeals_of_one_name_is_answered_where_it_came_from():
    world = both_appeal()
    for number, outcome in enumerate(("quashed", "upheld")):
        appeal = world.record.state(PROVINCE).by_kind["appeal"][number]
        decision = {"business": "discipline", "ref": appeal.id, "motion": f"r{number}"}
        world.hold(PROVINCE, "inspection-committee", f"2015-04-1{4 * number}", decide=[decision])
        say = {"motion": f"r{number}", "outcome": outcome, "reasons": "read"}
        world.must(PROVINCE, "appeal.decided", actor="insp-chair", ref=appeal.id, say=say)
    world.deliver()
    first = world.record.state(PROVINCE).by_kind["appeal"][0].origin
    for unit in (FIRST, SECOND):
        (part,) = world.record.state(unit).matters["case-1"].sent.values()
        assert part["outcome"] == ("quashed" if unit == first else "upheld")


def test_a_matter_opened_under_the_name_of_a_task_to_come_does_not_swallow_it():
    world = in_situation(SEATED)
    say = {"title": "A campaign", "due": "2015-12-01"}
    world.try_(PROVINCE, "campaign.opened", "2015-02-02", actor="chief", ref="d1>KP-13", say=say)
    say = {"title": "Spring planting", "to": [PROVINCE], "due": "2015-06-30"}
    world.must(CENTRE, "directive.issued", "2015-03-02", actor="cc", ref="d1", say=say)
    world.deliver()
    (directive,) = world.record.state(PROVINCE).by_kind["directive"]
    assert world.record.state(PROVINCE).matters[directive.id] is directive
    assert [m.kind for m in world.record.state(PROVINCE).matters.values()].count("directive") == 1


def changed(charter, ident, **changes):
    """A record of a charter in which one clause reads otherwise."""
    old = charter_of(charter)
    clauses = tuple(clause.model_copy(update=changes) if clause.id == ident else clause for clause in old.file.clauses)
    found = type(old)(old.file.model_copy(update={"clauses": clauses}), dict(old.known), old.register)
    found.index()
    return found


def test_a_basic_organisation_imposes_a_standing_on_its_own_member():
    clause = charter_of("club").by_id["complaint"]
    decided = clause.stages[1].model_copy(
        update={"needs": ("standing",), "sends": (Send(document="sanction", to_subject=True),)}
    )
    charter = changed("club", "complaint", stages=(clause.stages[0], decided, clause.stages[2]))
    record = Record(MemoryStore(), [Version(charter, stages(charter))])
    members = [{"person": f"east:{n}", "standing": "full"} for n in range(1, 4)]
    record.open_unit("east", "2015-01-01", {"members": members, "holders": seats("speaker", ["east:1"])})
    for stage, row in (
        ("opened", {"subject": "east:2", "payload": {"charge": "sang"}}),
        ("decided", {"payload": {"standing": "guest"}}),
    ):
        found = record.act(Act(f"complaint.{stage}", "east", "2015-02-01", "east:1", ref="x", **row))
        assert isinstance(found, Entry), found
    assert record.state("east").members["east:2"].standing == "guest"


def test_no_stage_sends_a_document_that_means_something_else():
    clause = charter_of("club").by_id["complaint"]
    forged = clause.stages[2].model_copy(update={"sends": (Send(document="appointment", to_above="club"),)})
    charter = changed("club", "complaint", stages=(*clause.stages[:2], forged))
    found = list(charter.by_id["complaint"].problems(charter)) or list(charter.file.clauses[-2].problems(charter))
    assert any("appointment" in message for _, message in found)


def test_one_motion_takes_a_repeated_stage_once():
    clause = charter_of("wpk-provincial").by_id["scope.mobilise"]
    again = clause.stages[1].model_copy(update={"repeat": True})
    charter = changed("wpk-provincial", "scope.mobilise", stages=(clause.stages[0], again, *clause.stages[2:]))
    world = in_situation(SEATED)
    world.record.versions[:] = [Version(charter, stages(charter))]
    how = {"actor": "chief", "ref": "c"}
    world.must(PROVINCE, "campaign.opened", "2015-02-02", **how, say={"title": "Plant", "due": "2015-12-01"})
    decision = {"business": "mobilisation", "ref": "c", "motion": "m"}
    world.hold(PROVINCE, "executive-committee", "2015-02-05", decide=[decision])
    world.must(PROVINCE, "campaign.decided", **how, say={"motion": "m"})
    refused(world, PROVINCE, "campaign.decided", **how, say={"motion": "m"}, saying="already")


# --- what is sealed


def test_a_stranger_does_not_learn_from_a_refusal_whom_a_case_is_about():
    world = in_situation(SEATED)
    say = {"charge": "slept"}
    world.must(PROVINCE, "case.opened", "2015-03-02", actor="insp-chair", ref="case-1", subject="insp-2", say=say)
    meeting = world.sit(PROVINCE, "inspection-committee", "2015-03-20")
    say = {**DISCIPLINE, "motion": "v"}
    world.must(PROVINCE, "motion.put", actor="insp-chair", meeting=meeting, ref="case-1", say=say)
    message = refused(world, PROVINCE, "motion.vote", actor="cell-1:04", meeting=meeting, say={"motion": "v", "for": 1})
    assert "insp-2" not in message


def test_a_case_is_not_given_an_id_that_names_the_member():
    world = in_situation(SEATED)
    how = {"actor": "insp-chair", "subject": "cell-1:02", "say": {"charge": "took grain"}}
    refused(world, PROVINCE, "case.opened", "2015-03-02", ref="case-cell-1:02", **how)


def test_a_motion_on_a_case_does_not_name_the_member():
    world = in_situation("a disciplinary case heard on 10 March 2015")
    meeting = world.sit(PROVINCE, "inspection-committee", "2015-03-20")
    how = {"actor": "insp-chair", "meeting": meeting, "ref": "case-1"}
    refused(world, PROVINCE, "motion.put", **how, say={"business": "discipline", "text": "Warn cell-1:02"})
    world.must(PROVINCE, "motion.put", **how, say={"business": "discipline", "text": "Warn the member"})


# --- members


def admitting(ref, standing=None):
    world = in_situation(SEATED)
    decision = {"business": "membership-admission", "motion": "admit", "ref": ref}
    world.hold("cell-1", "cell-meeting", "2015-02-02", decide=[decision])
    return world


def test_a_motion_to_admit_one_person_admits_no_other():
    world = admitting("cell-1:09")
    refused(world, "cell-1", "member.admit", actor="cell-1:01", subject="cell-1:10", ref="admit", say={"name": "X"})
    world.must("cell-1", "member.admit", actor="cell-1:01", subject="cell-1:09", ref="admit", say={"name": "X"})


def test_a_motion_that_admitted_somebody_is_spent_even_when_they_are_admitted_again():
    world = admitting(None)
    how = {"actor": "cell-1:01", "say": {"name": "X"}}
    world.must("cell-1", "member.admit", subject="cell-1:09", ref="admit", **how)
    world.must("cell-1", "member.leave", actor="cell-1:09", subject="cell-1:09", say={"reason": "tired"})
    decision = {"business": "membership-admission", "motion": "again"}
    world.hold("cell-1", "cell-meeting", "2015-03-02", decide=[decision])
    world.must("cell-1", "member.admit", subject="cell-1:09", ref="again", **how)
    refused(world, "cell-1", "member.admit", subject="cell-1:10", ref="admit", **how)


def test_a_transfer_does_not_wash_a_standing_away():
    world = in_situation(SEATED)
    say = {"standing": "suspended", "reason": "a case"}
    world.must("cell-1", "member.standing", "2015-02-01", actor="cell-1:01", subject="cell-1:05", say=say)
    world.must("cell-1", "member.transfer", "2015-02-02", actor="cell-1:01", subject="cell-1:05", say={"to": "cell-2"})
    world.deliver()
    how = {"actor": "cell-2:01", "subject": "cell-1:05"}
    refused(world, "cell-2", "member.admit", "2015-02-03", **how, say={"standing": "member"})
    world.must("cell-2", "member.admit", "2015-02-03", **how)
    assert world.record.state("cell-2").members["cell-1:05"].standing == "suspended"


def test_nobody_sets_their_own_standing():
    world = in_situation(SEATED)
    say = {"standing": "candidate", "reason": "so"}
    refused(world, "cell-1", "member.standing", "2015-02-01", actor="cell-1:01", subject="cell-1:01", say=say)


def test_a_member_is_not_transferred_to_where_they_are():
    world = in_situation(SEATED)
    say = {"to": "cell-1"}
    refused(world, "cell-1", "member.transfer", "2015-02-02", actor="cell-1:01", subject="cell-1:05", say=say)


@pytest.mark.parametrize("moment", ["before the transfer is taken in", "after it"])
def test_a_sanction_follows_the_member_who_moved(moment):
    world = in_situation("a member warned on 20 March 2015")
    say = {"to": "cell-2"}
    world.must("cell-1", "member.transfer", "2015-03-30", actor="cell-1:01", subject="cell-1:02", say=say)
    world.deliver()
    if moment == "after it":
        world.must("cell-2", "member.admit", "2015-03-31", actor="cell-2:01", subject="cell-1:02")
    world.must(PROVINCE, "case.enforced", "2015-04-10", actor="insp-chair", ref="case-1", say={"standing": "warned"})
    world.deliver()
    if moment != "after it":
        world.must("cell-2", "member.admit", "2015-04-11", actor="cell-2:01", subject="cell-1:02")
    assert world.record.state("cell-2").members["cell-1:02"].standing == "warned"
    assert "cell-1:02" not in json.dumps(
        [e.payload for e in world.record.store.read("cell-1") if e.act == "document.receive"]
    )


def test_a_credential_that_leaves_out_the_basic_organisation_does_not_make_it_forgotten():
    state = in_situation(SEATED).record.state(PROVINCE)
    know(state, "x", {"person": "newcomer"})
    assert state.persons["newcomer"].unit == "cell-1"


# --- money


def test_one_decision_adopts_one_budget():
    world = in_situation("a budget decided by the plenum of 21 March 2015")
    say = {"lines": [{"account": "dues", "amount": -5}]}
    world.must(PROVINCE, "budget.adopt", actor="treasurer", ref="budget", say={**say, "year": "2015"})
    refused(world, PROVINCE, "budget.adopt", actor="treasurer", ref="budget", say={**say, "year": "2016"})


@pytest.mark.parametrize("year", ["15", "2015/16", " 2015", "２０１５", "next"])
def test_a_budget_is_of_a_calendar_year(year):
    world = in_situation("a budget decided by the plenum of 21 March 2015")
    say = {"lines": [{"account": "dues", "amount": -5}], "year": year}
    refused(world, PROVINCE, "budget.adopt", actor="treasurer", ref="budget", say=say)


@pytest.mark.parametrize("month", ["2015-13", "2015-3", "2016-01", "March", "2015-0²"])
def test_dues_are_booked_for_a_month_that_has_begun(month):
    world = in_situation("books with accounts opened")
    lines = [{"account": "cash", "amount": 5}, {"account": "dues", "amount": -5}]
    say = {"text": "Dues", "lines": lines, "dues": month}
    refused(world, PROVINCE, "transaction.post", "2015-04-01", actor="treasurer", say=say)


@pytest.mark.parametrize("amounts", [("cash", 0, "dues", 0), ("cash", 5, "cash", -5)])
def test_dues_that_move_no_money_are_not_booked(amounts):
    world = in_situation("books with accounts opened")
    first, one, second, two = amounts
    lines = [{"account": first, "amount": one}, {"account": second, "amount": two}]
    say = {"text": "Dues", "lines": lines, "dues": "2015-03"}
    refused(world, PROVINCE, "transaction.post", "2015-04-01", actor="treasurer", say=say)


# --- reports


@pytest.mark.parametrize("period", ["2015-0²", "２０１５-01", "2015-00", "2015-1 "])
def test_a_period_is_written_in_plain_figures(period):
    world = in_situation(SEATED)
    say = {"report": "county-report", "period": period}
    refused(world, FIRST, "report.file", "2015-05-02", actor="r-1", say=say)


def test_a_report_one_addressee_returned_can_be_completed_though_the_other_acknowledged_it():
    world = in_situation(SEATED)
    say = {"report": "ogd-report", "period": "2015-Q1"}
    world.must(PROVINCE, "report.file", "2015-04-02", actor="org", say=say)
    world.deliver()
    for unit, actor, verb, more in (
        ("KP.OGD.guidance", "guide", "report.return", {"reason": "thin"}),
        ("KP.OGD.local", "local", "report.acknowledge", {}),
    ):
        (received,) = world.record.state(unit).received
        world.must(unit, verb, "2015-04-03", actor=actor, ref=received, say=more)
        world.deliver()
    world.must(PROVINCE, "report.file", "2015-04-04", actor="org", say=say)


# --- ids


@pytest.mark.parametrize("ident", ["", " ", "a\nb", "x\u200by", "ｍ", "x" * 2000, 7, "a#1", "a>b", " a"])
def test_an_id_somebody_gives_is_plain_and_short_and_cannot_be_taken_for_an_entry_or_a_task(ident):
    world = in_situation(SEATED)
    say = {"title": "Plant", "due": "2015-12-01"}
    refused(world, PROVINCE, "campaign.opened", "2015-02-02", actor="chief", ref=ident, say=say)
    say = {"on": "2015-04-21", "agenda": []}
    how = {"actor": "chief", "organ": "executive-committee", "say": say}
    if ident and not {"#", ">"} & set(str(ident)):
        refused(world, PROVINCE, "meeting.convene", "2015-02-02", meeting=ident, **how)


@pytest.mark.parametrize("unit", ["@record", "a#1", "a b", "../x", "cell:9", "", "ｃ9"])
def test_a_unit_is_founded_under_an_id_a_charter_could_give(unit):
    world = in_situation(SEATED)
    say = {"tier": "cell", "name": "Cell"}
    refused(world, FIRST, "unit.establish", "2015-02-02", actor="r-1", subject=unit, say=say)


def test_an_entry_has_a_size():
    world = in_situation(SEATED)
    say = {"report": "county-report", "period": "2015-01", "text": "x" * 3_000_000}
    refused(world, FIRST, "report.file", "2015-05-02", actor="r-1", say=say)


def test_one_or_several_persons_are_named_not_both():
    world = in_situation("a plenum in session")
    how = {"actor": "chief", "meeting": "plenum"}
    world.must(PROVINCE, "election.call", **how, say={"fills": "military-committee", "seats": 1, "election": "e"})
    say = {"election": "e", "persons": ["mil-4"]}
    refused(world, PROVINCE, "election.nominate", **how, subject="mil-5", say=say)


# --- time


def clocked(now):
    old = in_situation(SEATED)
    return Record(old.record.store, old.record.versions, clock=lambda: now), old


def test_an_act_dated_in_the_far_future_does_not_lock_the_stream():
    record, _ = clocked("2015-03-01T12:00")
    act = Act("office.resign", PROVINCE, "9999-12-31", "prop", payload={"post": "secretary-propaganda"})
    found = record.act(act)
    assert isinstance(found, Refusal)
    assert isinstance(record.act(Act(act.verb, PROVINCE, "2015-03-01", "prop", payload=act.payload)), Entry)


def amended(club, **changes):
    """The club's charter with other words in it, as a second version."""
    charter = charter_of(club)
    file = charter.file.model_copy(update=changes)
    found = type(charter)(file, dict(charter.known), charter.register)
    found.index()
    return Version(found, stages(found))


def test_what_was_owed_is_judged_by_the_version_in_force_then():
    world = in_situation(CLUB)
    old = world.record.versions[0].charter
    tighter = old.by_id["board.cadence"].model_copy(
        update={"at_most": old.by_id["board.cadence"].at_most.model_copy(update={"value": 1})}
    )
    clauses = tuple(tighter if clause.id == "board.cadence" else clause for clause in old.file.clauses)
    force = old.file.in_force.model_copy(update={"from_": "2016-01-01"})
    world.record.versions.append(amended("club", clauses=clauses, in_force=force))
    world.hold("club", "board", "2015-03-15")
    world.hold("club", "board", "2015-06-01")
    late = [
        o
        for o in world.record.obligations("2016-02-01", ["club"])
        if o.clause == "board.cadence" and o.status("2016-02-01") == "late"
    ]
    assert late == []


def test_two_clauses_that_both_send_a_document_both_have_it_sent():
    world = World("club")
    old = world.record.versions[0].charter
    rule = old.by_id["section.report"]
    other = rule.model_copy(update={"id": "section.report-west", "to_tier": None, "to_units": ("west",)})
    file = old.file.model_copy(update={"clauses": (*old.file.clauses, other)})
    charter = type(old)(file, dict(old.known), old.register)
    charter.index()
    record = Record(MemoryStore(), [Version(charter, stages(charter))])
    for unit in ("club", "east", "west"):
        record.open_unit(unit, "2015-01-01", {"holders": seats("speaker", ["s"]) if unit == "east" else []})
    found = record.act(
        Act("report.file", "east", "2015-03-01", "s", payload={"report": "monthly", "period": "2015-02"})
    )
    assert isinstance(found, Entry), found
    assert sorted(document["to"] for document in found.payload["send"]) == ["club", "west"]


# --- openings


@pytest.mark.parametrize(
    "statement",
    [
        {"holders": [{"person": "x", "post": "chief-secretary", "until": "soon"}]},
        {"holders": [{"post": "chief-secretary"}]},
        {"holders": [{"person": "", "post": "chief-secretary"}]},
        {"holders": ["x"]},
        {"holders": [{"person": "x", "post": "provincial-conference"}]},
        {"persons": [{"name": "x"}]},
        {"figures": {FIRST: 7}},
        {"surprise": 1},
    ],
)
def test_an_opening_statement_says_what_a_unit_can_have(statement):
    world = World()
    with pytest.raises(QuorateError):
        world.open(PROVINCE, **statement)


# --- whatever is thrown at it


WILD = [None, 0, -1, True, "", "x", "²", [], ["x"], [["x"]], [[1, "x"]], [[1, {"x": 1}]], [[1, ["x"]]], {}, {"x": []}]


def test_no_payload_however_wild_raises_anything_but_what_people_can_put_right():
    world = in_situation("a club's assembly in session")
    how = {"meeting": "assembly", "actor": "club:01"}
    world.must("club", "election.call", **how, say={"fills": "board", "seats": 1, "election": "e"})
    world.must("club", "election.nominate", **how, say={"election": "e", "persons": ["club:08", "club:09"]})
    say = {"business": "route", "text": "x", "motion": "m", "options": {"north": "N"}}
    world.must("club", "motion.put", **how, say=say)
    good = {"election": "e", "motion": "m", "business": "plans", "conference": "council", "post": "board"}
    for (verb, shape), wild in itertools.product([*SHAPES.items(), ("inquiry.opened", STAGE)], WILD):
        fields = [name for name, _ in shape.needs + shape.may]
        for name in fields:
            needs = {need: good.get(need, "x") for need, _ in shape.needs}
            columns = {c: {"meeting": "assembly", "organ": "board"}.get(c, "club:08") for c in shape.columns}
            act = Act(verb, "club", world.now("club"), "club:01", payload={**needs, name: wild}, **columns)
            with contextlib.suppress(QuorateError):
                world.record.judge(act)
