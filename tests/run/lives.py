"""Random lives of a small club: acts that may be right or wrong, by people who may or may not be entitled to them."""

from clauses.situations import in_situation
from hypothesis import strategies as st

from quorate.terms import dates
from quorate.terms.act import Act

CLUB = "a club of ten members with a board of six"
UNITS = ("club", "east", "west")
ORGANS = {"club": ("board", "assembly"), "east": ("section-meeting",), "west": ("section-meeting",)}
GAPS = (0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 32, -2)

steps = st.lists(st.lists(st.integers(0, 839), min_size=10, max_size=10), min_size=12, max_size=40)


def new_club():
    """A record of the club on its first day."""
    return in_situation(CLUB).record


class Dice:
    """Numbers of one step, used up one by one; the last ones are noughts."""

    def __init__(self, numbers):
        self.numbers = list(numbers)

    def pick(self, options):
        options = list(options)
        return options[(self.numbers.pop(0) if self.numbers else 0) % len(options)] if options else None


def act_for(record, numbers):
    """The act a step means in the record as it stands."""
    dice = Dice(numbers)
    fitting = [(make, [unit for unit in UNITS if fits(record.state(unit))]) for make, fits in MAKERS]
    make, units = dice.pick(
        fitting if dice.pick(range(8)) == 0 else [(make, units) for make, units in fitting if units]
    )
    unit = dice.pick(units or UNITS)
    state = record.state(unit)
    at = dates.add(state.last, dice.pick(GAPS), "days")
    return make(dice, unit, state, at)


def people(unit, dice):
    """Somebody of the unit; now and then somebody of another, or a stranger."""
    where = dice.pick([unit, unit, unit, unit, "east", "club"])
    number = dice.pick([1, 1, 1, 2, 3, 7, 9])
    return f"club:{number:02d}" if where == "club" else f"{where}:{number}"


def head(unit):
    return "club:01" if unit == "club" else f"{unit}:1"


def actor(unit, dice):
    """Mostly the one who may do most there."""
    return dice.pick([head(unit)] * 6 + [people(unit, dice)])


def latest(state, dice, *, status=None):
    """One of the unit's meetings, a late one rather."""
    found = [m.id for m in reversed(state.meetings.values()) if status is None or m.status == status]
    return dice.pick(found[:2]) or "no-such-meeting"


def convene(dice, unit, state, at):
    organ = dice.pick(ORGANS[unit])
    days = dice.pick([0, 1, 31]) if organ != "assembly" else dice.pick([31, 32, 5])
    say = {"on": dates.add(at, days, "days"), "agenda": []}
    if organ == "assembly":
        say["sponsors"] = ["club:02", "club:03"]
    return Act("meeting.convene", unit, at, actor(unit, dice), organ=organ, payload=say)


def open_(dice, unit, state, at):
    meeting = latest(state, dice, status="convened")
    called = state.meetings.get(meeting)
    size = dice.pick([10, 6, 4, 10, 1])
    names = [f"club:{n:02d}" for n in range(1, 11)] if unit == "club" else [f"{unit}:{n}" for n in range(1, 8)]
    known = names[: min(size, 6 if called and called.organ == "board" else size)]
    present = [p for p in known if unit == "club" or p in state.members]
    return Act(
        "meeting.open",
        unit,
        max(at, called.at) if called else at,
        head(unit),
        meeting=meeting,
        payload={"present": present},
    )


def in_meeting(verb, **say):
    def make(dice, unit, state, at):
        status = "convened" if verb == "meeting.cancel" else "open"
        return Act(verb, unit, at, actor(unit, dice), meeting=latest(state, dice, status=status), payload=say)

    return make


def attend(dice, unit, state, at):
    say = {dice.pick(["arrived", "left"]): [people(unit, dice)]}
    return Act("meeting.attend", unit, at, actor(unit, dice), meeting=latest(state, dice, status="open"), payload=say)


def put(dice, unit, state, at):
    fitting = ["plans", "money", "route", "statutes"] if unit == "club" else ["admission", "admission", "plans"]
    business = dice.pick([*fitting, "dissolution"])
    say = {"business": business, "text": "Let it be so"}
    if business == "route":
        say["options"] = {"north": "The north face"}
    ref = people(unit, dice)
    return Act(
        "motion.put", unit, at, actor(unit, dice), meeting=latest(state, dice, status="open"), ref=ref, payload=say
    )


def vote(dice, unit, state, at):
    meeting = state.meetings.get(latest(state, dice, status="open"))
    waiting = [m.id for m in meeting.motions.values() if m.carried is None] if meeting else []
    motion = dice.pick(waiting) or "no-such-motion"
    size = len(meeting.present) if meeting else 1
    say = {"motion": motion, "for": dice.pick([size, size // 2, 0, size + 1])}
    if meeting and motion in meeting.motions and meeting.motions[motion].options:
        say = {"motion": motion, "ballots": [[size, [["north"], ["neither"]]]]}
    return Act("motion.vote", unit, at, actor(unit, dice), meeting=meeting.id if meeting else "none", payload=say)


def call(dice, unit, state, at):
    fills = dice.pick(["guide", "president", "board"] if unit == "club" else ["warden", "warden", "council", "guide"])
    say = {"fills": fills, "seats": dice.pick([1, 1, 2])}
    return Act("election.call", unit, at, actor(unit, dice), meeting=latest(state, dice, status="open"), payload=say)


def nominate(dice, unit, state, at):
    open_ones = [e for e in state.elections.values() if e.elected is None]
    election = dice.pick(open_ones)
    meeting = election.meeting if election else "none"
    say = {"election": election.id if election else "none"}
    return Act(
        "election.nominate", unit, at, actor(unit, dice), meeting=meeting, subject=people(unit, dice), payload=say
    )


def count(dice, unit, state, at):
    election = dice.pick([e for e in state.elections.values() if e.elected is None and e.nominees])
    if election is None:
        return nominate(dice, unit, state, at)
    first = next(iter(election.nominees))
    size = len(state.meetings[election.meeting].present)
    ballot = {"warden": first, "president": first, "board": [[first]]}.get(election.fills, [first])
    say = {"election": election.id, "ballots": [[dice.pick([size, 1, size + 1]), ballot]]}
    return Act("election.count", unit, at, actor(unit, dice), meeting=election.meeting, payload=say)


def account(dice, unit, state, at):
    say = {"account": dice.pick(["cash", "dues", "ropes"]), "type": dice.pick(["assets", "income"]), "currency": "CHF"}
    return Act(
        "account.open", "club", at_of("club", state, at), dice.pick(["club:07", "club:07", "club:01"]), payload=say
    )


def at_of(unit, state, at):
    """A moment for another unit's act: far enough on."""
    return at if state.unit == unit else dates.add(at, 400, "days")


def transact(dice, unit, state, at):
    amount = dice.pick([1, 500, 0, -7])
    lines = [
        {"account": dice.pick(["cash", "ropes", "nowhere"]), "amount": amount},
        {"account": "dues", "amount": dice.pick([-amount, -amount, -amount, 1 - amount])},
    ]
    say = {"text": "Bought a rope", "lines": lines}
    return Act("transaction.post", "club", at_of("club", state, at), "club:07", payload=say)


def budget(dice, unit, state, at):
    carried = [ident for ident, (motion, _) in state.motions.items() if motion.carried]
    say = {"year": at[:4], "lines": [{"account": "ropes", "amount": 100}]}
    return Act("budget.adopt", unit, at, "club:07", ref=dice.pick(carried) or "none", payload=say)


def admit(dice, unit, state, at):
    carried = [ident for ident, (motion, _) in state.motions.items() if motion.carried]
    subject = dice.pick([f"{unit}:{len(state.members) + 1}", people(unit, dice), *state.transfers])
    return Act("member.admit", unit, at, head(unit), subject=subject, ref=dice.pick(carried))


def move(dice, unit, state, at):
    subject, to = people(unit, dice), dice.pick(["east", "west"])
    verb, say = dice.pick(
        [
            ("member.transfer", {"to": to}),
            ("member.leave", {"reason": "tired"}),
            ("member.standing", {"standing": dice.pick(["full", "guest", "hero"]), "reason": "so"}),
            ("member.certify", {"to": "club"}),
        ]
    )
    return Act(verb, unit, at, head(unit), subject=subject, payload=say)


def report(dice, unit, state, at):
    name = dice.pick(["monthly", "accounts"])
    period = dates.period_of(
        dates.add(at, -dice.pick([1, 2, 3, 0]), "months"), "month" if name == "monthly" else "quarter"
    )
    say = {"report": name, "period": period, "figures": {"members": len(state.members)}}
    return Act("report.file", unit, at, actor(unit, dice), payload=say)


def answer(dice, unit, state, at):
    verb, say = dice.pick([("report.acknowledge", {}), ("report.return", {"reason": "more"})])
    return Act(verb, unit, at, actor(unit, dice), ref=dice.pick(state.received) or "none", payload=say)


def office(dice, unit, state, at):
    post, subject = dice.pick(["warden", "warden", "guide", "president"]), people(unit, dice)
    verb = dice.pick(
        ["office.take", "office.nominate", "office.except", "office.act", "office.resign", "office.recall"]
    )
    say = {"post": post} | ({"reason": "need"} if verb in ("office.except", "office.act", "office.recall") else {})
    claimed = [person for (claim, person) in state.claims if claim == post]
    who = dice.pick([*claimed, subject])
    ref = dice.pick(state.motions) if verb == "office.recall" else None
    actor_ = who if verb == "office.resign" else head(unit)
    return Act(
        verb, unit, at, actor_, subject=who, ref=ref or ("none" if verb == "office.recall" else None), payload=say
    )


def confirm(dice, unit, state, at):
    verb, say = dice.pick([("nomination.approve", {}), ("nomination.refuse", {"reason": "no"})])
    return Act(verb, unit, at, actor(unit, dice), ref=dice.pick(state.nominations) or "none", payload=say)


def errand(dice, unit, state, at):
    if unit == "club":
        verb = dice.pick(["errand.given", "errand.given", "errand.more", "errand.closed"])
        say = {"to": dice.pick([["east"], ["east", "west"]]), "due": dates.add(at, 30, "days")}
        ref = dice.pick(["e1", "e2", "e3"])
        return Act(verb, unit, at, actor(unit, dice), ref=ref, payload={} if verb == "errand.closed" else say)
    ref = dice.pick(state.matters) or "none"
    return Act("errand.done", unit, at, actor(unit, dice), ref=ref, payload={"text": "done"})


def complaint(dice, unit, state, at):
    if unit == "club":
        say = {"reasons": "We have read it", "outcome": dice.pick(["upheld", "quashed", "forgotten"])}
        return Act(
            "complaint-appeal.decided", unit, at, actor(unit, dice), ref=dice.pick(state.matters) or "none", payload=say
        )
    stage, say = dice.pick(
        [
            ("opened", {"charge": "sang too loud"}),
            ("appealed", {}),
            ("decided", {"reasons": "he sang"}),
            ("appealed", {}),
        ]
    )
    ref = dice.pick(["x1", "x2"] if stage == "opened" else list(state.matters) or ["x1"])
    found = state.matters.get(ref)
    by = found.subject if found and stage == "appealed" else actor(unit, dice)
    return Act(
        f"complaint.{stage}",
        unit,
        at,
        by,
        ref=ref,
        subject=dice.pick([f"{unit}:3", f"{unit}:2", people(unit, dice)]) if stage == "opened" else None,
        payload=say,
    )


def conference(dice, unit, state, at):
    say = {"conference": "council"}
    if unit == "club":
        waiting = [person for (_, person), c in state.credentials.items() if c.accepted is None]
        person = dice.pick(waiting)
        if person:
            say |= {"accepted": dice.pick([True, False]), "reason": "so"}
            return Act("credential.check", unit, at, actor(unit, dice), subject=person, payload=say)
        say |= {"members": {"east": 7, "west": dice.pick([3, 30])}}
        return Act("conference.apportion", unit, at, actor(unit, dice), payload=say)
    chosen = [p for e in state.elections.values() if e.fills == "council" for p in e.elected or ()]
    say |= {"persons": [dice.pick([*chosen, people(unit, dice)])]}
    return Act("credential.issue", unit, at, actor(unit, dice), payload=say)


def sitting(state):
    return any(meeting.status == "open" for meeting in state.meetings.values())


def called(state):
    return any(meeting.status == "convened" for meeting in state.meetings.values())


def moved(state):
    return any(motion.carried is None for motion, meeting in state.motions.values() if meeting.status == "open")


def electing(state):
    return any(e.elected is None and state.meetings[e.meeting].status == "open" for e in state.elections.values())


def standing(state):
    return any(e.elected is None and e.nominees for e in state.elections.values()) and electing(state)


def having(kind):
    return lambda state: kind in state.by_kind


def carried(state):
    return any(motion.carried for motion, _ in state.motions.values())


def anywhere(state):
    return True


# Each maker with what a unit must have for it to fit; most steps are such as fit somewhere, so that lives go somewhere.
MAKERS = [
    *[(convene, anywhere)] * 4,
    *[(open_, called)] * 4,
    *[(put, sitting)] * 4,
    *[(vote, moved)] * 12,
    *[(call, sitting)] * 5,
    *[(nominate, electing)] * 9,
    *[(count, standing)] * 16,
    *[(in_meeting("meeting.close"), sitting)] * 2,
    (in_meeting("meeting.adjourn", reason="late"), sitting),
    (in_meeting("meeting.cancel", reason="rain"), called),
    (in_meeting("meeting.minutes", text="All said"), sitting),
    (in_meeting("meeting.hear", business="plans"), sitting),
    (attend, sitting),
    (account, lambda state: state.unit == "club"),
    (transact, lambda state: len(state.ledger.accounts) > 1),
    *[(transact, lambda state: len(state.ledger.accounts) > 1)] * 3,
    (budget, lambda state: state.ledger.accounts and carried(state)),
    *[(admit, lambda state: state.unit != "club" and (carried(state) or state.transfers))] * 6,
    *[(move, lambda state: state.unit != "club")] * 2,
    *[(report, lambda state: state.unit != "club")] * 2,
    *[(answer, lambda state: state.received)] * 2,
    *[(office, lambda state: state.unit != "club")] * 3,
    *[(office, lambda state: state.claims)] * 6,
    *[(confirm, lambda state: state.nominations)] * 4,
    *[(errand, lambda state: state.unit == "club")] * 2,
    *[(errand, having("errand"))] * 2,
    *[(complaint, lambda state: state.unit != "club")] * 2,
    *[(complaint, having("complaint"))] * 4,
    *[(complaint, having("complaint-appeal"))] * 4,
    (conference, lambda state: state.unit == "club"),
    *[(conference, lambda state: any(e.fills == "council" and e.elected for e in state.elections.values()))] * 2,
]
