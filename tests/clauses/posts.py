"""Situations in which offices are being filled."""

from clauses.seated import COMMITTEE, PROVINCE
from clauses.situation import situation


@situation(
    "a plenum in session with the secretaries' offices vacant", after="a province whose secretaries' offices are vacant"
)
def _filling(world):
    world.sit(PROVINCE, "provincial-committee", "2015-04-21", meeting="plenum")


@situation(
    "a secretary for propaganda elected and not approved",
    after="a plenum in session with the secretaries' offices vacant",
)
def _elected(world):
    world.elect(PROVINCE, "plenum", "secretary-propaganda", ["mil-4"])
    world.close(PROVINCE, "plenum")


@situation(
    "a secretary for propaganda elected and nominated", after="a secretary for propaganda elected and not approved"
)
def _nominated(world):
    say = {"post": "secretary-propaganda"}
    world.must(PROVINCE, "office.nominate", "2015-04-22", actor="chief", subject="mil-4", say=say)
    world.deliver()


@situation("a secretary for propaganda elected and approved", after="a secretary for propaganda elected and nominated")
def _approved(world):
    (nomination,) = world.record.state("KP.OGD").nominations
    world.must("KP.OGD", "nomination.approve", "2015-05-04", actor="ogd", ref=nomination)
    world.deliver()


@situation(
    "a secretary for propaganda approved and not elected", after="a province whose secretaries' offices are vacant"
)
def _approved_only(world):
    say = {"post": "secretary-propaganda"}
    world.must(PROVINCE, "office.nominate", "2015-04-22", actor="chief", subject="mil-4", say=say)
    world.deliver()
    (nomination,) = world.record.state("KP.OGD").nominations
    world.must("KP.OGD", "nomination.approve", "2015-05-04", actor="ogd", ref=nomination)
    world.deliver()


@situation("a Chief Secretary elected and not appointed", after="a province without a Chief Secretary")
def _chief_elected(world):
    world.convene(PROVINCE, "provincial-committee", "2015-04-21T10:00", meeting="plenum", actor="org")
    world.must(PROVINCE, "meeting.open", "2015-04-21T10:00", actor="org", meeting="plenum", say={"present": COMMITTEE})
    world.elect(PROVINCE, "plenum", "chief-secretary", ["chief"])
    world.close(PROVINCE, "plenum")


@situation("a Chief Secretary appointed and not elected", after="a province without a Chief Secretary")
def _chief_appointed(world):
    say = {"post": "chief-secretary", "to": PROVINCE, "name": "chief"}
    world.must("KP.OGD", "office.appoint", "2015-02-02", actor="ogd", subject="chief", say=say)
    world.deliver()
