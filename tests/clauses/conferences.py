"""Situations on the way from the instruction to the conference."""

from clauses.seated import CENTRE, FIRST, PROVINCE, SECOND
from clauses.situation import situation


@situation("a province instructed to convene its conference", after="a province with its committee seated")
def _instructed(world):
    say = {"to": [PROVINCE, FIRST, SECOND], "text": "On the way to the Congress"}
    world.must(CENTRE, "instruction.issue", "2015-11-02", actor="cc", organ="provincial-conference", say=say)
    world.must(CENTRE, "instruction.issue", "2015-11-02", actor="cc", organ="county-conference", say=say)
    world.deliver()


def instruction(world, unit, organ):
    """The id of the instruction to convene an organ."""
    found = world.record.state(unit).instructions.values()
    return next(document.ref for document in found if document.data["organ"] == organ)


@situation("quotas sent to the counties", after="a province instructed to convene its conference")
def _quotas(world):
    say = {"conference": "provincial-conference", "members": {FIRST: 3000, SECOND: 2000}}
    world.must(PROVINCE, "conference.apportion", "2016-01-11", actor="chief", say=say)
    world.deliver()


def seat_county_conference(world, unit, cell, prefix):
    """Quota for the cell, its representatives elected, certified, sent and accepted."""
    say = {"conference": "county-conference", "members": {cell: 8}}
    world.must(unit, "conference.apportion", "2016-01-12", actor=f"{prefix}-1", say=say)
    world.deliver()
    chosen = [f"{cell}:{n:02d}" for n in range(1, 7)]
    meeting = world.sit(cell, "cell-meeting", "2016-01-15")
    world.elect(cell, meeting, "county-conference", chosen)
    world.close(cell, meeting)
    say = {"conference": "county-conference", "persons": chosen}
    world.must(cell, "credential.issue", actor=f"{cell}:01", say=say)
    world.deliver()
    say = {"conference": "county-conference", "persons": chosen, "accepted": True}
    world.must(unit, "credential.check", "2016-01-18", actor=f"{prefix}-2", say=say)


@situation("a county conference in session", after="quotas sent to the counties")
def _county_conference(world):
    seat_county_conference(world, FIRST, "cell-1", "r")
    ref = instruction(world, FIRST, "county-conference")
    world.sit(FIRST, "county-conference", "2016-02-01", meeting="county", ref=ref)


@situation("three representatives elected by a county", after="a county conference in session")
def _three(world):
    world.elect(FIRST, "county", "provincial-conference", ["cell-1:02", "cell-1:03", "cell-1:04"])
    world.close(FIRST, "county")


@situation("credentials sent up by a county", after="three representatives elected by a county")
def _sent(world):
    say = {"conference": "provincial-conference", "persons": ["cell-1:02", "cell-1:03", "cell-1:04"]}
    world.must(FIRST, "credential.issue", "2016-02-02", actor="r-1", say=say)
    world.deliver()


@situation("credentials sent up by both counties", after="credentials sent up by a county")
def _both_sent(world):
    seat_county_conference(world, SECOND, "cell-2", "s")
    ref = instruction(world, SECOND, "county-conference")
    meeting = world.sit(SECOND, "county-conference", "2016-02-03", ref=ref)
    world.elect(SECOND, meeting, "provincial-conference", ["cell-2:02", "cell-2:03"])
    world.close(SECOND, meeting)
    say = {"conference": "provincial-conference", "persons": ["cell-2:02", "cell-2:03"]}
    world.must(SECOND, "credential.issue", "2016-02-04", actor="s-1", say=say)
    world.deliver()


@situation("a provincial conference in session", after="credentials sent up by both counties")
def _conference(world):
    persons = ["cell-1:02", "cell-1:03", "cell-1:04", "cell-2:02", "cell-2:03"]
    say = {"conference": "provincial-conference", "persons": persons, "accepted": True}
    world.must(PROVINCE, "credential.check", "2016-02-08", actor="org", say=say)
    ref = instruction(world, PROVINCE, "provincial-conference")
    world.sit(PROVINCE, "provincial-conference", "2016-03-10", meeting="conference", ref=ref)


@situation("a provincial conference that has heard both summaries", after="a provincial conference in session")
def _summaries(world):
    for item in ("committee-summary", "auditing-summary"):
        world.must(PROVINCE, "meeting.hear", actor="cell-1:02", meeting="conference", say={"business": item})


@situation(
    "a provincial conference with its quota of delegates", after="a provincial conference that has heard both summaries"
)
def _delegates(world):
    say = {"conference": "party-congress", "members": {PROVINCE: 3000}}
    world.must(CENTRE, "conference.apportion", "2016-03-11", actor="cc", say=say)
    world.deliver()
