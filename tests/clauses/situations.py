"""The named situations in which cases are judged; each is built once, through the record, and copied for every case."""

from functools import cache

from clauses.world import World

CENTRE, PROVINCE = "KP", "KP-13"
FIRST, SECOND = "KP-13/rajin", "KP-13/sonbong"
SECRETARIES = ["chief", "org", "prop", "econ", "work"]
MILITARY = ["mil-chair", *(f"mil-{n}" for n in range(2, 8))]
INSPECTORS = ["insp-chair", *(f"insp-{n}" for n in range(2, 10))]
COMMITTEE = SECRETARIES + MILITARY + INSPECTORS
EXECUTIVE = [*SECRETARIES, "mil-chair", "mil-2", "mil-3", "insp-chair", "insp-2", "insp-3"]
AUDITORS = ["aud-chair", *(f"aud-{n}" for n in range(2, 10))]

BUILDERS = {}


def situation(name, after=None, charter=None):
    """Register a function that builds a situation, on top of another or on an empty record."""

    def keep(build):
        assert name not in BUILDERS, f"two situations are called {name!r}"
        BUILDERS[name] = (build, after, charter)
        return build

    return keep


@cache
def _built(name):
    build, after, charter = BUILDERS[name]
    world = _built(after).copy() if after else World(charter or "wpk-provincial")
    build(world)
    return world


def in_situation(name):
    """A record of one's own in a named situation."""
    return _built(name).copy()


def seats(post, persons):
    return [{"person": person, "post": post} for person in persons]


def offices(**held):
    return [{"person": person, "post": post.replace("_", "-")} for post, person in held.items()]


def known(*persons, cell="cell-1"):
    return [{"person": person, "name": person, "unit": cell} for person in persons]


def province_posts():
    """Who holds what in a province with its committee seated: 21 on the committee, 11 on the executive committee."""
    return (
        seats("provincial-committee", COMMITTEE)
        + seats("executive-committee", EXECUTIVE)
        + seats("military-committee", MILITARY[1:])
        + seats("inspection-committee", INSPECTORS[1:])
        + seats("auditing-committee", AUDITORS[1:])
        + offices(chief_secretary="chief", secretary_organisation="org", secretary_propaganda="prop")
        + offices(secretary_economy="econ", secretary_workers="work", military_chair="mil-chair")
        + offices(inspection_chair_provincial="insp-chair", auditing_chair="aud-chair", treasurer="treasurer")
    )


def county_posts(prefix):
    committee = [f"{prefix}-{n}" for n in range(1, 13)]
    inspectors = [f"{prefix}-insp-chair", f"{prefix}-insp-2", f"{prefix}-insp-3"]
    return (
        seats("county-committee", committee)
        + seats("county-executive", committee[:5])
        + seats("county-inspection", inspectors[1:])
        + offices(county_chief_secretary=f"{prefix}-1", county_secretary_organisation=f"{prefix}-2")
        + offices(county_secretary_propaganda=f"{prefix}-3", county_inspection_chair=inspectors[0])
    )


def open_centre(world):
    world.open(
        CENTRE,
        holders=offices(cc_secretary="cc", inspection_chair="central-chair")
        + seats("central-inspection", ["central-2", "central-3"]),
    )
    world.open("KP.OGD", holders=offices(ogd_director="ogd"))
    world.open("KP.OGD.guidance", holders=offices(guidance_head="guide"))
    world.open("KP.OGD.local", holders=offices(local_head="local"))
    world.open("KP.PAD", holders=offices(pad_director="pad"))
    world.open("KP.MAD", holders=offices(mad_director="mad"))
    world.open("KP.MPAF", holders=offices(mpaf_liaison="mpaf"))
    world.open("KP.KPA", holders=offices(kpa_liaison="kpa"))


def open_below(world):
    world.open(FIRST, holders=county_posts("r"), persons=known(*(f"cell-1:{n:02d}" for n in range(1, 9))))
    world.open(
        SECOND, holders=county_posts("s"), persons=known(*(f"cell-2:{n:02d}" for n in range(1, 9)), cell="cell-2")
    )
    for cell, county in (("cell-1", FIRST), ("cell-2", SECOND)):
        members = [{"person": f"{cell}:{n:02d}", "name": f"Member {n}"} for n in range(1, 9)]
        world.open(cell, tier="cell", parent=county, members=members, holders=offices(cell_secretary=f"{cell}:01"))
    world.open("KP-13.people-committee", holders=offices(people_committee_chair="governor"))
    world.open("KP-13.youth-league", holders=offices(affiliate_chair="youth") + seats("affiliate-board", ["youth-2"]))
    world.open("KP-13.worker-peasant-red-guards", holders=offices(reserve_commander="commander"))


@situation("a province with its committee seated")
def _seated(world):
    open_centre(world)
    others = known("newcomer", "cell-1:02", "cell-1:03", "cell-1:04", "cell-2:02", "cell-2:03")
    persons = known(*COMMITTEE, *AUDITORS, "treasurer") + others
    world.open(PROVINCE, holders=province_posts(), persons=persons)
    open_below(world)


@situation("a province whose secretaries' offices are vacant")
def _vacant(world):
    open_centre(world)
    gone = {"secretary-organisation", "secretary-propaganda", "secretary-economy", "secretary-workers"}
    holders = [row for row in province_posts() if row["post"] not in gone]
    world.open(PROVINCE, holders=holders, persons=known(*COMMITTEE, "newcomer"))
    open_below(world)


@situation("a province without a Chief Secretary")
def _headless(world):
    open_centre(world)
    holders = [row for row in province_posts() if row["post"] != "chief-secretary"]
    world.open(PROVINCE, holders=holders, persons=known(*COMMITTEE, "newcomer"))


@situation("a province where nobody holds anything")
def _nobody(world):
    open_centre(world)
    world.open(PROVINCE)


@situation("a plenum called for 21 April 2015", after="a province with its committee seated")
def _called(world):
    world.convene(PROVINCE, "provincial-committee", "2015-04-21T10:00", meeting="plenum")


@situation("a plenum in session", after="a province with its committee seated")
def _plenum(world):
    world.sit(PROVINCE, "provincial-committee", "2015-04-21", meeting="plenum")


@situation("a plenum with a motion put", after="a plenum in session")
def _motion(world):
    say = {"motion": "m", "business": "policy-implementation", "text": "Carry out the policy"}
    world.must(PROVINCE, "motion.put", actor="chief", meeting="plenum", say=say)


@situation("a plenum in session with 13 of 21 present", after="a province with its committee seated")
def _thin(world):
    world.sit(PROVINCE, "provincial-committee", "2015-04-21", meeting="plenum", present=["chief", *COMMITTEE[1:13]])


@situation("a plenum in session with 14 of 21 present", after="a province with its committee seated")
def _just(world):
    world.sit(PROVINCE, "provincial-committee", "2015-04-21", meeting="plenum", present=["chief", *COMMITTEE[1:14]])


@situation("an executive committee in session", after="a province with its committee seated")
def _executive(world):
    world.sit(PROVINCE, "executive-committee", "2015-04-21", meeting="executive")


@situation("a Secretariat in session", after="a province with its committee seated")
def _secretariat(world):
    world.sit(PROVINCE, "secretariat", "2015-04-21", meeting="secretariat")


@situation("a Military Committee in session", after="a province with its committee seated")
def _military(world):
    world.sit(PROVINCE, "military-committee", "2015-04-21", meeting="military")


@situation("an Inspection Committee in session", after="a province with its committee seated")
def _inspection(world):
    world.sit(PROVINCE, "inspection-committee", "2015-04-21", meeting="inspection")


@situation("an executive committee and a plenum both in session", after="a province with its committee seated")
def _both(world):
    world.convene(PROVINCE, "provincial-committee", "2015-04-21T09:00", meeting="plenum")
    world.sit(PROVINCE, "executive-committee", "2015-04-21", meeting="executive", at="2015-04-20")
    world.must(PROVINCE, "meeting.open", actor="chief", meeting="plenum", say={"present": COMMITTEE})


# --- offices


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


# --- conferences


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


# --- money


@situation("books with accounts opened", after="a province with its committee seated")
def _books(world):
    for account, kind in (("cash", "assets"), ("dues", "income"), ("lectures", "expenses")):
        say = {"account": account, "type": kind, "currency": "KPW"}
        world.must(PROVINCE, "account.open", "2015-01-02", actor="treasurer", say=say)
    say = {"account": "till", "type": "assets", "currency": "EUR"}
    world.must(PROVINCE, "account.open", actor="treasurer", say=say)


@situation("a budget decided by the plenum of 21 March 2015", after="books with accounts opened")
def _budget(world):
    decision = {"business": "finance-budget", "motion": "budget"}
    world.hold(PROVINCE, "provincial-committee", "2015-03-21", decide=[decision])


# --- members


@situation("a cell whose meeting is to admit somebody", after="a province with its committee seated")
def _admitting(world):
    world.hold("cell-1", "cell-meeting", "2015-02-02", decide=[{"business": "membership-admission", "motion": "admit"}])


@situation("a full cell whose meeting is to admit somebody", after="a province with its committee seated")
def _full_cell(world):
    members = [{"person": f"cell-3:{n:02d}", "name": f"Member {n}"} for n in range(1, 31)]
    world.open("cell-3", tier="cell", parent=FIRST, members=members, holders=offices(cell_secretary="cell-3:01"))
    world.hold("cell-3", "cell-meeting", "2015-02-02", decide=[{"business": "membership-admission", "motion": "admit"}])


@situation("a cell with three members", after="a province with its committee seated")
def _small_cell(world):
    members = [{"person": f"cell-4:{n:02d}", "name": f"Member {n}"} for n in range(1, 4)]
    world.open("cell-4", tier="cell", parent=FIRST, members=members, holders=offices(cell_secretary="cell-4:01"))


@situation("a member on the way from one cell to another", after="a province with its committee seated")
def _moving(world):
    world.must("cell-1", "member.transfer", "2015-02-02", actor="cell-1:01", subject="cell-1:05", say={"to": "cell-2"})
    world.deliver()


@situation("a member who has moved from one cell to another", after="a member on the way from one cell to another")
def _moved(world):
    world.must("cell-2", "member.admit", "2015-02-03", actor="cell-2:01", subject="cell-1:05")


# --- a club, for what the reference charter does not use


def climbers(last):
    return [f"club:{n:02d}" for n in range(1, last + 1)]


@situation("a club of ten members with a board of six", charter="club")
def _club(world):
    members = [{"person": f"club:{n:02d}", "name": f"Member {n}", "standing": "full"} for n in range(1, 10)]
    members.append({"person": "club:10", "name": "Member 10", "standing": "guest"})
    holders = seats("board", climbers(6)) + offices(bursar="club:07")
    world.open("club", members=members, holders=holders)
    for section, size in (("east", 7), ("west", 3)):
        people = [{"person": f"{section}:{n}", "name": f"Member {n}"} for n in range(1, size + 1)]
        world.open(section, members=people, holders=offices(speaker=f"{section}:1"))


@situation("a club's board in session", after="a club of ten members with a board of six")
def _board(world):
    world.sit("club", "board", "2015-04-21", meeting="board")


@situation("a club's board in session with 3 of 6 present", after="a club of ten members with a board of six")
def _half_board(world):
    world.sit("club", "board", "2015-04-21", meeting="board", present=climbers(3))


def call_assembly(world, present):
    say = {"sponsors": ["club:02", "club:03"]}
    world.sit("club", "assembly", "2015-04-21", meeting="assembly", present=present, actor="club:01", say=say)


@situation("a club's assembly in session", after="a club of ten members with a board of six")
def _assembly(world):
    call_assembly(world, climbers(10))


@situation("a club's assembly in session with 6 of 10 present", after="a club of ten members with a board of six")
def _small_assembly(world):
    call_assembly(world, climbers(6))


@situation(
    "a province where the chair of the Inspection Committee has resigned", after="a province with its committee seated"
)
def _no_inspector(world):
    world.must(PROVINCE, "office.resign", "2015-02-02", actor="insp-chair", say={"post": "inspection-chair-provincial"})
    world.sit(PROVINCE, "provincial-committee", "2015-04-21", meeting="plenum")


@situation("a routine report returned on 20 February 2015", after="a province with its committee seated")
def _returned(world):
    say = {"report": "routine-report", "period": "2015-01", "text": "All is well"}
    world.must(PROVINCE, "report.file", "2015-02-08", actor="chief", say=say)
    world.deliver()
    (report,) = world.record.state(CENTRE).received
    world.must(CENTRE, "report.return", "2015-02-20", actor="cc", ref=report, say={"reason": "the figures are missing"})
    world.deliver()
