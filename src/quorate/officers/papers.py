"""An officer's paperwork: reports, answers, nominations, credentials, books, and matters taken stage by stage."""

from __future__ import annotations

from typing import Any

from quorate.clauses.appointment import Appointment
from quorate.clauses.finance import Finance
from quorate.clauses.membership import Membership
from quorate.clauses.procedure import Procedure
from quorate.clauses.reporting import Reporting
from quorate.clauses.representation import Representation
from quorate.log import Entry
from quorate.officers.desk import Desk
from quorate.state.matters import Matter
from quorate.terms import dates
from quorate.terms.act import Obligation
from quorate.terms.stages import Stage


def file_report(desk: Desk, owed: Obligation, rule: Reporting) -> None:
    """File a report once its period is over; one that was returned, completed."""
    period = owed.key.split("/")[0]
    if period >= dates.period_of(desk.now, rule.per):
        return
    person, office = desk.able(rule.by)
    if person is None:
        return
    say: dict[str, Any] = {"report": rule.report, "period": period, "text": desk.text(rule.report, "text")}
    figures = desk.state.figures.get(desk.unit)
    if figures:
        say["figures"] = dict(figures)
    desk.do("report.file", person, office=office, say=say)


def answer_report(desk: Desk, owed: Obligation, rule: Reporting) -> None:
    """Acknowledge a report; now and then return one for completion."""
    person, office = desk.able(rule.received_by)
    again = desk.state.received[owed.key]
    first = sum(
        r.report == again.report and r.unit == again.unit and r.period == again.period
        for r in desk.state.received.values()
    )
    if rule.again and first == 1 and desk.rng.random() < 0.03:
        desk.do("report.return", person, office=office, ref=owed.key, say={"reason": desk.text(rule.report, "return")})
    else:
        desk.do("report.acknowledge", person, office=office, ref=owed.key)


def answer_nomination(desk: Desk, owed: Obligation, rule: Appointment) -> None:
    """Approve or appoint whoever a unit has put forward, after a decent interval; refuse whom the scenario says."""
    nomination = desk.state.nominations[owed.key]
    if dates.days_between(nomination.received, desk.day) < 5:
        return
    person, office = desk.able(rule.by)
    outcomes = desk.scenario.manner.outcomes.get("nomination", [])
    number = list(desk.state.nominations).index(owed.key)
    refused = bool(outcomes) and outcomes[number % len(outcomes)] == "refused"
    if rule.mode == "appoints" and not refused:
        say = {"post": nomination.post, "to": nomination.unit, "name": nomination.name}
        desk.do("office.appoint", person, office=office, subject=nomination.person, say=say)
    verb, say = (
        ("nomination.refuse", {"reason": desk.text("nomination", "reason")}) if refused else ("nomination.approve", {})
    )
    desk.do(verb, person, office=office, ref=nomination.id, say=say)


def seat(desk: Desk) -> None:
    """Put the elected forward for confirmation, and seat whoever has all that is needed."""
    for rule in desk.clauses(Appointment):
        for (post, person), grounds in list(desk.state.claims.items()):
            if post not in rule.offices:
                continue
            actor, office = desk.able(rule.proposed_by)
            if desk.would("office.take", actor, office=office, subject=person, say={"post": post}):
                desk.do("office.take", actor, office=office, subject=person, say={"post": post})
            elif (post, person) not in desk.state.proposed and "elected" in grounds and rule.unit:
                desk.do("office.nominate", actor, office=office, subject=person, say={"post": post})
            elif (post, person) in desk.state.turned_down and "exception" not in grounds:
                _except(desk, rule, post, person)


def _except(desk: Desk, rule: Appointment, post: str, person: str) -> None:
    """Keep to whom the unit elected, where the rule holds only generally and the scenario's officers stand by them."""
    if rule.generally and desk.unit in desk.scenario.manner.exceptions:
        actor, office = desk.able(rule.exception_by)
        say = {"post": post, "reason": desk.text("exception", "reason")}
        desk.do("office.except", actor, office=office, subject=person, say=say)


def credentials(desk: Desk) -> None:
    """Send the credentials of those elected; check those that have come."""
    for rule in desk.clauses(Representation):
        quota = desk.state.quotas.get(rule.conference)
        if quota:
            chosen = rule.chosen(desk.view())
            fresh = [p for p in chosen if desk.state.issued.get((rule.conference, p), ("", ""))[1] < quota[2]]
            if fresh and len(chosen) >= quota[0]:
                actor, office = desk.able(rule.sent_by)
                say = {"conference": rule.conference, "persons": fresh}
                desk.do("credential.issue", actor, office=office, say=say)
        if rule.conference in desk.state.apportioned:
            _check(desk, rule)


def _check(desk: Desk, rule: Representation) -> None:
    fresh = [c for c in desk.state.credentials.values() if c.conference == rule.conference and c.accepted is None]
    by_unit: dict[str, list[str]] = {}
    for credential in fresh:
        by_unit.setdefault(credential.unit, []).append(credential.person)
    actor, office = desk.able(rule.checked_by)
    for unit in sorted(by_unit):
        say = {"conference": rule.conference, "persons": by_unit[unit], "accepted": True}
        desk.do("credential.check", actor, office=office, say=say)


def books(desk: Desk, owed: Obligation, rule: Finance) -> None:
    """Ask for the budget, adopt it once it is carried, book a month's dues."""
    actor, office = desk.able(rule.kept_by)
    if actor is None:
        return
    if not desk.state.ledger.accounts:
        _accounts(desk, actor, office)
    kind, _, period = owed.key.partition("/")
    if kind == "budget":
        ref = f"budget/{period}"
        motion = desk.carried(ref, (rule.organ,), (rule.business,))
        if motion is None:
            desk.want((rule.organ,), rule.business, ref, desk.text("budget", "text"))
            return
        lines = [
            {"account": a.id, "amount": 100_000} for a in desk.state.ledger.accounts.values() if a.kind == "expenses"
        ]
        desk.do("budget.adopt", actor, office=office, ref=motion, say={"year": period, "lines": lines})
        return
    dues = desk.scenario.manner.dues
    members = desk.state.figures.get(desk.unit, {}).get("members", 1000)
    amount = int(members) * int(dues.get("amount", 100))
    lines = [{"account": dues["cash"], "amount": amount}, {"account": dues["income"], "amount": -amount}]
    desk.do("transaction.post", actor, office=office, say={"text": f"Dues of {period}", "lines": lines, "dues": period})
    spent = amount * desk.rng.randint(60, 90) // 100
    lines = [{"account": dues["costs"], "amount": spent}, {"account": dues["cash"], "amount": -spent}]
    desk.do("transaction.post", actor, office=office, say={"text": f"Work of {period}", "lines": lines})


def _accounts(desk: Desk, actor: str, office: str | None) -> None:
    opening = next((o for o in desk.scenario.openings if o.tier == desk.state.tier), None)
    for account, kind, currency, name in opening.accounts if opening else ():
        say = {"account": account, "type": kind, "currency": currency, "name": name}
        desk.do("account.open", actor, office=office, say=say)


def admissions(desk: Desk) -> None:
    """Admit a member now and then, as the general meeting decides."""
    for rule in desk.clauses(Membership):
        if rule.tier != desk.state.tier:
            continue
        carried = [m for m, meeting in desk.state.motions.values() if m.business == rule.business and m.carried]
        for motion in carried:
            if motion.ref and motion.ref not in desk.state.members:
                actor, office = desk.able(rule.kept_by)
                say = {"name": f"{desk.state.name}, no. {motion.ref.rpartition(':')[2]} (invented)"}
                desk.do("member.admit", actor, office=office, subject=motion.ref, ref=motion.id, say=say)
        every = desk.scenario.manner.admissions
        count = len(desk.state.members)
        due = every and dates.days_between(desk.state.opened, desk.day) // every > len(carried)
        if due and (rule.most is None or count < rule.most.value):
            desk.want((rule.organ,), rule.business, f"{desk.unit}:{count + 1:02d}", desk.text("admission", "text"))


def matters(desk: Desk) -> None:
    """Take every open matter as far on as it will go today."""
    for rule in desk.clauses(Procedure):
        if rule.tier != desk.state.tier:
            continue
        for matter in list(desk.state.by_kind.get(rule.matter, ())):
            while not matter.closed and advance(desk, rule, matter):
                pass


def advance(desk: Desk, rule: Procedure, matter: Matter) -> bool:
    """Take a matter one stage on, if one can be taken today. One stage a visit, unless time presses."""
    last = matter.steps[-1]
    if dates.days_between(last.at, desk.day) < 1:
        return False
    if matter.id in desk.scenario.petitions and _petition(desk, rule, matter):
        return True
    return any(_takes(desk, rule, matter, stage) for stage in rule.stages if _open_to(rule, stage, matter))


def _petition(desk: Desk, rule: Procedure, matter: Matter) -> bool:
    """The person concerned petitions or appeals, where they have not and now may."""
    reached = {step.stage for step in matter.steps}
    for stage in rule.stages:
        if stage.by_subject and stage.id not in reached and set(stage.after) & reached and stage.sends:
            say, verb = stated(desk, rule, matter, stage), f"{rule.matter}.{stage.id}"
            if desk.would(verb, matter.subject, ref=matter.id, say=say):
                return isinstance(desk.do(verb, matter.subject, ref=matter.id, say=say), Entry)
    return False


def _open_to(rule: Procedure, stage: Stage, matter: Matter) -> bool:
    reached = {step.stage for step in matter.steps}
    if stage.on or stage.by is None or stage.id in reached or not set(stage.after) & reached:
        return False
    passed = [s.id for s in rule.stages if s.id in reached]
    return [s.id for s in rule.stages].index(stage.id) > [s.id for s in rule.stages].index(passed[-1])


def _takes(desk: Desk, rule: Procedure, matter: Matter, stage: Stage) -> bool:
    if stage.by_subject or desk.lapsed(rule.id, f"{matter.id}/{stage.id}") or desk.lapsed(rule.id, stage.id):
        return False
    say = stated(desk, rule, matter, stage)
    if stage.decision:
        business = stage.decision.business or (next(iter(desk.charter.businesses)),)
        motion = desk.carried(matter.id, stage.decision.organs, stage.decision.business)
        if motion is None:
            if not _early(desk, stage, matter):
                desk.want(stage.decision.organs, business[0], matter.id, f"{rule.title}: {matter.title or matter.id}")
            return False
        say["motion"] = motion
    if stage.by_due and matter.due and not _done_below(matter) and desk.days_on(6) < matter.due[:10]:
        return False
    done = [step.actor for name in stage.not_by_actor_of if (step := matter.step(name))]
    actor, office = desk.able(stage.by, [matter.subject, *done])
    verb = f"{rule.matter}.{stage.id}"
    if not desk.would(verb, actor, office=office, ref=matter.id, say=say):
        return False
    return isinstance(desk.do(verb, actor, office=office, ref=matter.id, say=say), Entry)


def _early(desk: Desk, stage: Stage, matter: Matter) -> bool:
    if stage.not_before is None or not stage.after:
        return False
    since = matter.step(stage.since or stage.after[0])
    return since is not None and dates.after(since.at, stage.not_before) > desk.now


def _done_below(matter: Matter) -> bool:
    return all(part.get("final") for part in matter.sent.values())


def stated(desk: Desk, rule: Procedure, matter: Matter | None, stage: Stage) -> dict[str, Any]:
    """What a stage must state, in the scenario's words."""
    say: dict[str, Any] = {}
    manner = desk.scenario.manner
    if stage.outcomes:
        choices = (
            manner.outcomes.get(f"{rule.matter}.{stage.id}") or manner.outcomes.get(rule.matter) or list(stage.outcomes)
        )
        fit = [choice for choice in choices if choice in stage.outcomes] or list(stage.outcomes)
        number = sum(ord(char) for char in (matter.id if matter else stage.id))
        say["outcome"] = fit[number % len(fit)]
    for need in stage.needs:
        if need == "due":
            limit = matter.due[:10] if matter and matter.due else "9999"
            say["due"] = max(
                desk.day,
                min(desk.days_on(manner.task_days), dates.add(limit, -12, "days") if limit < "9999" else limit),
            )
        elif need == "to":
            say["to"] = receivers(desk, stage)
        elif need == "standing":
            outcome = (
                next((s.payload.get("outcome") for s in reversed(matter.steps) if s.payload.get("outcome")), "")
                if matter
                else ""
            )
            say["standing"] = manner.standings.get(str(outcome), "member")
        elif need == "figures":
            say["figures"] = {"strength": desk.rng.randint(200, 900), "ready": desk.rng.randint(150, 200)}
        elif need == "organ":
            decided = next((s for s in rule.stages if s.decision), None)
            say["organ"] = (
                decided.decision.organs[0] if decided and decided.decision else next(iter(desk.charter.organs))
            )
        elif need != "outcome" and need != "motion":
            say[need] = desk.text(rule.matter, need)
    return say


def receivers(desk: Desk, stage: Stage) -> list[str]:
    """Some of the units below that a stage may send to, opened ones only."""
    tiers = [tier for send in stage.sends for tier in send.to_named]
    found = [u.id for tier in tiers for u in desk.charter.below(desk.unit, tier) if desk.record.state(u.id).opened]
    return sorted(desk.rng.sample(found, min(desk.scenario.manner.spread, len(found))))
