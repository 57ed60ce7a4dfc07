"""Situations of directives and of disciplinary cases."""

from clauses.seated import CENTRE, FIRST, PROVINCE
from clauses.situation import situation

# --- directives, tasks


def issue(world, ref="d1", due="2015-06-30", to=(PROVINCE,)):
    say = {"title": "Spring planting", "to": list(to), "due": due}
    world.must(CENTRE, "directive.issued", "2015-03-02", actor="cc", ref=ref, say=say)
    world.deliver()


@situation("a directive from the centre received on 2 March 2015", after="a province with its committee seated")
def _directive(world):
    issue(world)


@situation("a directive decided on", after="a directive from the centre received on 2 March 2015")
def _decided(world):
    put = {"organ": "executive-committee"}
    world.must(PROVINCE, "directive.put", "2015-03-03", actor="chief", ref="d1>KP-13", say=put)
    business = {"business": "policy-implementation", "ref": "d1>KP-13", "motion": "plan"}
    world.hold(PROVINCE, "executive-committee", "2015-03-05", decide=[business])
    world.must(PROVINCE, "directive.decided", actor="chief", ref="d1>KP-13", say={"motion": "plan"})


@situation("a directive assigned to a county", after="a directive decided on")
def _assigned(world):
    say = {"to": [FIRST], "due": "2015-06-01"}
    world.must(PROVINCE, "directive.assigned", "2015-03-06", actor="org", ref="d1>KP-13", say=say)
    world.deliver()


# --- discipline


@situation("a disciplinary case opened on 2 March 2015", after="a province with its committee seated")
def _case(world):
    say = {"charge": "took grain from the common store"}
    world.must(PROVINCE, "case.opened", "2015-03-02", actor="insp-chair", ref="case-1", subject="cell-1:02", say=say)


@situation(
    "a disciplinary case of which the member was notified on 3 March 2015",
    after="a disciplinary case opened on 2 March 2015",
)
def _notified(world):
    world.must(PROVINCE, "case.notified", "2015-03-03", actor="insp-chair", ref="case-1")
    world.deliver()


@situation(
    "a disciplinary case heard on 10 March 2015",
    after="a disciplinary case of which the member was notified on 3 March 2015",
)
def _heard(world):
    say = {"statement": "it was for the children"}
    world.must(PROVINCE, "case.heard", "2015-03-10", actor="insp-chair", ref="case-1", say=say)


def sentence(world, outcome):
    decision = {"business": "discipline", "ref": "case-1", "motion": "verdict"}
    world.hold(PROVINCE, "inspection-committee", "2015-03-20", decide=[decision])
    say = {"motion": "verdict", "outcome": outcome, "reasons": "the store books show it"}
    world.must(PROVINCE, "case.decided", "2015-03-20T12:00", actor="insp-chair", ref="case-1", say=say)


@situation("a member warned on 20 March 2015", after="a disciplinary case heard on 10 March 2015")
def _warned(world):
    sentence(world, "warning")


@situation("a member cleared on 20 March 2015", after="a disciplinary case heard on 10 March 2015")
def _cleared(world):
    sentence(world, "none")


@situation("a warned member's appeal lodged on 25 March 2015", after="a member warned on 20 March 2015")
def _appeal(world):
    world.must(PROVINCE, "case.appealed", "2015-03-25", actor="cell-1:02", ref="case-1")
    world.deliver()


def decide_appeal(world, outcome):
    decision = {"business": "discipline", "ref": "case-1>KP", "motion": "ruling"}
    world.hold(CENTRE, "central-inspection", "2015-04-20", decide=[decision])
    say = {"motion": "ruling", "outcome": outcome, "reasons": "having read the file"}
    world.must(CENTRE, "appeal.decided", actor="central-chair", ref="case-1>KP", say=say)
    world.deliver()


@situation("a warning quashed on appeal", after="a warned member's appeal lodged on 25 March 2015")
def _quashed(world):
    decide_appeal(world, "quashed")


@situation("a warning upheld on appeal", after="a warned member's appeal lodged on 25 March 2015")
def _upheld(world):
    decide_appeal(world, "upheld")


@situation("a county's warning", after="a province with its committee seated")
def _county_case(world):
    chair = "r-insp-chair"
    say = {"charge": "came late to every meeting"}
    world.must(FIRST, "case.opened", "2015-03-02", actor=chair, ref="case-9", subject="cell-1:03", say=say)
    world.must(FIRST, "case.notified", "2015-03-03", actor=chair, ref="case-9")
    world.must(FIRST, "case.heard", "2015-03-10", actor=chair, ref="case-9", say={"statement": "the road was out"})
    decision = {"business": "discipline", "ref": "case-9", "motion": "verdict"}
    world.hold(FIRST, "county-inspection", "2015-03-20", decide=[decision])
    say = {"motion": "verdict", "outcome": "warning", "reasons": "it was not the first time"}
    world.must(FIRST, "case.decided", "2015-03-20T12:00", actor=chair, ref="case-9", say=say)
    world.deliver()


@situation("a county's warning sent up for review on 10 April 2015", after="a county's warning")
def _review(world):
    world.must(FIRST, "case.submitted", "2015-04-10", actor="r-insp-chair", ref="case-9")
    world.deliver()


@situation("a county's warning appealed on 25 March 2015", after="a county's warning")
def _county_appeal(world):
    say = {"outcome": "appealed"}
    world.must(FIRST, "case.appealed", "2015-03-25", actor="cell-1:03", ref="case-9", say=say)
    world.deliver()
