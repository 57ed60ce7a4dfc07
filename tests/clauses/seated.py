"""Who holds what where the cases are set, and the meetings they begin in."""

from clauses.situation import situation

CENTRE, PROVINCE = "KP", "KP-13"
FIRST, SECOND = "KP-13/rajin", "KP-13/sonbong"
SECRETARIES = ["chief", "org", "prop", "econ", "work"]
MILITARY = ["mil-chair", *(f"mil-{n}" for n in range(2, 8))]
INSPECTORS = ["insp-chair", *(f"insp-{n}" for n in range(2, 10))]
COMMITTEE = SECRETARIES + MILITARY + INSPECTORS
EXECUTIVE = [*SECRETARIES, "mil-chair", "mil-2", "mil-3", "insp-chair", "insp-2", "insp-3"]
AUDITORS = ["aud-chair", *(f"aud-{n}" for n in range(2, 10))]


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
