"""Situations of books, registers of members, reports, and of a small club."""

from clauses.seated import CENTRE, FIRST, PROVINCE, offices, seats
from clauses.situation import situation

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
