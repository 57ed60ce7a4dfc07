"""Appointments over a whole log: who was put forward, answered, appointed, excepted and seated, and whether nominations
were answered in time.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
from ibis.expr.types import Table

from quorate.clauses.appointment import _HERE, _THERE, Appointment
from quorate.clauses.base import Rules
from quorate.clauses.election import Election, capacity_of
from quorate.clauses.election.audit import resigned
from quorate.clauses.election.calls import vacancies
from quorate.facts import calendar, judged
from quorate.facts.acts import of, text
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.lineage import known as every_unit
from quorate.facts.lineage import lineage
from quorate.facts.people import known, told
from quorate.facts.posts import claimed, claims, nominations, proposed, running, tenures
from quorate.facts.powers import allowed, entitled

_RULE = {
    **dict.fromkeys(("clause", "verb", "tier", "post", "name", "of_unit", "of_tier"), "string"),
    "capacity": "int64",
    **dict.fromkeys(("appoints", "generally", "first", "may_act", "elected", "proposes"), "boolean"),
}
_ANSWER = {"clause": "string", "post": "string", "of_unit": "string", "name": "string", **calendar.SPAN}
_KEY = ("clause", "entry")
_WHO = ("clause", "unit", "entry", "seq", "at", "post", "person")


def audit(clauses: tuple[Appointment, ...], facts: Facts, rules: Rules) -> Table:
    """Judge how offices are filled."""
    rows = _acts(clauses, facts, rules)
    return judged.together(
        facts,
        _filled(facts, rows.filter(rows.verb.isin(("office.appoint", "office.withdraw"))), clauses, rules),
        _answered(facts, rows.filter(rows.verb.isin(("nomination.approve", "nomination.refuse")))),
        _seated(facts, rows.filter(rows.verb.isin(("office.take", "office.act")))),
        _named(facts, rows.filter(rows.verb.isin(("office.nominate", "office.except")))),
        _answers(clauses, facts, rules),
    )


def permits(clauses: tuple[Appointment, ...], facts: Facts, rules: Rules) -> Table:
    """Who may put forward, answer, appoint, except, take and resign."""
    rows = _acts(clauses, facts, rules)
    posts = _rules(clauses, facts, rules)
    posts = posts.filter(posts.verb == "office.resign").select("clause", "tier", "post")
    named = rows.filter(rows.verb.notin(("office.resign", "office.recall")))
    parts = (_may(facts, named, clauses), resigned(facts, posts))
    return unite(*(part.select(*judged.PERMITS) for part in parts))


def _rules(clauses: Iterable[Appointment], facts: Facts, rules: Rules) -> Table:
    """Which clause speaks to which act about which office, in units of which tier."""
    elections = rules.of(Election)
    rows = [
        {
            "clause": clause.id,
            "verb": verb,
            "tier": tier,
            "post": office,
            "name": rules.name(office),
            "of_unit": clause.unit,
            "of_tier": rules.offices[office].tier,
            "capacity": capacity_of(office, rules) or 1,
            "appoints": clause.mode == "appoints",
            "generally": clause.generally,
            "first": clause.proposed_first,
            "may_act": clause.acting is not None,
            "elected": any(other.fills(office, rules) for other in elections),
            "proposes": clause.proposed_by is not None,
        }
        for clause in clauses
        for tier, verbs in clause.places(rules).items()
        for verb in sorted(verbs & (_HERE | _THERE))
        for office in clause.offices
    ]
    return facts.small(rows, _RULE)


def _acts(clauses: tuple[Appointment, ...], facts: Facts, rules: Rules) -> Table:
    """Acts about offices with the clauses that speak to them: `person` (the subject, or who was nominated), `to`, and
    of a nomination `first_seq`, the number of its first answer.
    """
    return facts.made("appointment_acts", lambda facts: _spoken(clauses, facts, rules), keep=True)


def _spoken(clauses: tuple[Appointment, ...], facts: Facts, rules: Rules) -> Table:
    table = of(facts, *sorted((_HERE | _THERE) - {"office.recall"}))
    table = table.select(
        "unit", "entry", "seq", "at", "tier", "actor", "office", "ref", "subject",
        verb="act", named=text(facts, table, "post"), to=text(facts, table, "to"),
    )  # fmt: skip
    asked = nominations(facts).select(
        "unit", "nomination", "received_seq", "first_seq", asked_post="post", asked_person="person"
    )
    answers = table.verb.startswith("nomination.")
    table = table.mutate(nomination=ibis.ifelse(answers, table.ref, ibis.null("string")))
    table = table.left_join(asked, ["unit", "nomination"]).drop("unit_right", "nomination_right")
    there = table.received_seq < table.seq
    answers = table.verb.startswith("nomination.")
    table = table.mutate(
        post=ibis.ifelse(answers, ibis.ifelse(there, table.asked_post, ibis.null("string")), table.named),
        person=ibis.ifelse(answers, table.asked_person, table.subject),
    )
    return table.drop("named", "asked_post", "asked_person").join(
        _rules(clauses, facts, rules), ["verb", "tier", "post"]
    )


# --- guards


def _filled(facts: Facts, table: Table, clauses: tuple[Appointment, ...], rules: Rules) -> Table:
    """Appointments and their withdrawal are of offices that the unit named has, below the appointing one; who must be
    put forward first, was.
    """
    table = table.mutate(of=ibis.coalesce(table.to, table.unit))
    tiers = every_unit(facts).select(of="unit", its_tier="tier")
    table = table.left_join(tiers, "of").drop("of_right")
    only = [
        {"clause": clause.id, "post": office, "of": unit}
        for clause in clauses
        for office in clause.offices
        for unit in rules.offices[office].units
    ]
    units = facts.small(only, dict.fromkeys(("clause", "post", "of"), "string"))
    bound = units.select("clause", "post").distinct().mutate(bound=True)
    table = table.left_join(bound, ["clause", "post"])[[*table.columns, "bound"]]
    table = table.left_join(units.mutate(listed=True), ["clause", "post", "of"])[[*table.columns, "listed"]]
    lines = lineage(facts).select(of="unit", unit="above").distinct().mutate(below=True)
    table = table.left_join(lines, ["of", "unit"])[[*table.columns, "below"]]
    table = _put_forward(facts, table)
    has = (table.its_tier == table.of_tier).fill_null(False) & (table.bound.isnull() | table.listed.notnull())
    appoints = table.verb == "office.appoint"
    return judged.acts(
        facts,
        table,
        {
            "no such office": (~has, table.of + " has no " + table["name"]),
            "not below": (table.of_unit.isnull() & table.below.isnull(), table.of + " does not stand below the unit"),
            "not put forward": (
                appoints & table["first"] & ~table.forward,
                table.person + " had not been put forward as " + table["name"],
            ),
        },
        absent=("not put forward",),
    )


def _put_forward(facts: Facts, table: Table) -> Table:
    """Appointments with `forward`: the person stands proposed, at the appointing unit by the office's own, or here and
    not seated since.
    """
    asked = nominations(facts).select(
        "unit", "post", "person", "answer", "received_seq", of="sender", answered_seq="first_seq"
    )
    there = table.filter(table.of != table.unit).select("of", *_WHO).join(asked, ["unit", "of", "post", "person"])
    refused = (there.answer == "nomination.refuse") & (there.answered_seq < there.seq)
    there = there.filter(there.received_seq < there.seq, ~refused.fill_null(False)).select(*_KEY)
    rows = proposed(facts).select("unit", "post", "person", put="at", put_seq="seq")
    own = table.filter(table.of == table.unit).select(*_WHO)
    here = own.join(rows, ["unit", "post", "person"])
    here = here.filter(here.put_seq < here.seq).group_by(*_KEY).agg(put=here.put.max())
    places = tenures(facts).select("unit", "post", "person", "since", "since_seq")
    seated = own.join(places, ["unit", "post", "person"])
    seated = seated.filter(seated.since_seq < seated.seq).group_by(*_KEY).agg(since=seated.since.max())
    here = here.left_join(seated, list(_KEY))[[*here.columns, "since"]]
    here = here.filter(here.since.isnull() | (here.put > here.since)).select(*_KEY)
    found = unite(there, here).distinct().mutate(forward=True)
    joined = table.left_join(found, list(_KEY))[[*table.columns, "forward"]]
    return joined.mutate(forward=joined.forward.fill_null(False))


def _answered(facts: Facts, table: Table) -> Table:
    """A nomination is answered once."""
    again = (table.first_seq < table.seq).fill_null(False)
    return judged.acts(facts, table, {"answered before": (again, "the nomination had been answered already")})


def _seated(facts: Facts, table: Table) -> Table:
    """An office is taken, or acted in, while there is room; taken by who is confirmed or appointed; acted in once a
    vacancy.
    """
    here = _in_full(facts, table).mutate(holding=True)
    table = vacancies(facts, table.mutate(renews=False))
    for more in (here, _grounds(facts, table), _acted(facts, table)):
        fresh = [name for name in more.columns if name not in _KEY]
        table = table.left_join(more, list(_KEY))[[*table.columns, *fresh]]
    takes, acts = table.verb == "office.take", table.verb == "office.act"
    ground = table.confirmed.fill_null(False)
    return judged.acts(
        facts,
        table,
        {
            "holds it already": (table.holding.notnull(), table.person + " held the office already"),
            "not vacant": (table["left"] <= 0, "the office of " + table["name"] + " was held"),
            "nobody may act": (acts & ~table.may_act, "nobody may act as " + table["name"]),
            "acted before": (acts & table.acted.notnull(), table.person + " had acted in this vacancy already"),
            "not confirmed": (takes & ~ground, table.person + " took office without the approval it takes"),
        },
        absent=("not confirmed",),
    )


def _in_full(facts: Facts, table: Table) -> Table:
    """Those of `table` whose person holds the office, and does not only act in it: `clause`, `entry`."""
    places = tenures(facts)
    places = places.filter(~places.acting)
    places = places.select("unit", "post", "person", "since", "since_seq", "until", "ended", "ended_seq")
    found = table.select(*_WHO).join(places, ["unit", "post", "person"])
    return found.filter(running(found, found.seq, found["at"])).select(*_KEY).distinct()


def _grounds(facts: Facts, table: Table) -> Table:
    """Who takes an office on one of the grounds the clause accepts: `confirmed`."""
    known_ = claims(facts).select("unit", "post", "person", "ground", "from_seq", "to_seq")
    asked = table.filter(table.verb == "office.take").select(*_WHO, "appoints", "generally")
    found = asked.join(known_, ["unit", "post", "person"])
    found = found.filter(claimed(found, found.seq))
    fit = ibis.cases(
        (found.ground == "appointed", True),
        (found.ground == "confirmed", ~found.appoints),
        (found.ground == "exception", found.generally),
        else_=False,
    )
    return found.filter(fit).select(*_KEY).distinct().mutate(confirmed=True)


def _acted(facts: Facts, table: Table) -> Table:
    """Who has acted in the office since it fell vacant: `acted`."""
    asked = table.filter(table.verb == "office.act").select(*_WHO)
    places = tenures(facts).select(
        "unit", "post", "acting", "since", "since_seq", "ended", "ended_seq", "until", who="person"
    )
    found = asked.join(places, ["unit", "post"])
    found = found.filter(found.since_seq < found.seq)
    stop = ibis.coalesce(ibis.ifelse(found.ended_seq < found.seq, found.ended, None), found.until)
    found = found.mutate(stop=ibis.ifelse(found.acting, None, stop).cast(MOMENT))
    before = found.acting & (found.who == found.person)
    sums = found.group_by(*_KEY).agg(vacant=found.stop.max(), began=found.since.max(where=before))
    sums = sums.filter(sums.began.notnull(), sums.vacant.isnull() | (sums.began >= sums.vacant))
    return sums.select(*_KEY, acted=True)


def _named(facts: Facts, table: Table) -> Table:
    """Whoever is put forward, or excepted, for an office filled by election is known to the unit."""
    people = known(facts, table.filter(table.person.notnull()))
    first = people.group_by("unit", "person").agg(met=people.from_seq.min())
    table = table.left_join(first, ["unit", "person"])[[*table.columns, "met"]]
    unknown = ibis.ifelse(table.met.isnull(), ibis.ifelse(told(facts), True, None), table.met >= table.seq)
    says = table.person + " had been neither elected nor nominated as " + table["name"]
    found = ibis.ifelse(table.elected, unknown.cast("boolean"), False)
    return judged.acts(facts, table, {"neither elected nor known": (found, says)}, absent=True)


# --- obligations


def _answers(clauses: Iterable[Appointment], facts: Facts, rules: Rules) -> Table:
    """A nomination is answered in time."""
    rows = [
        {"clause": c.id, "post": office, "of_unit": c.unit, "name": rules.name(office), **calendar.span(c.answer)}
        for c in clauses
        for office in c.offices
        if c.answer is not None
    ]
    tiers = ({"clause": c.id, "tier": tier} for c in clauses for tier in c.places(rules))
    there = facts.small(tiers, {"clause": "string", "tier": "string"})
    placed = every_unit(facts).select("unit", "tier").join(there, "tier").select("clause", "unit")
    table = nominations(facts).rename(whom="name").join(facts.small(rows, _ANSWER), "post")
    table = table.filter(table.of_unit.isnull() | (table.of_unit == table.unit)).join(placed, ["clause", "unit"])
    owed = table.select(
        "clause", "unit", key=table.nomination, basis=table.received_by, arose=table.received,
        due=calendar.after(table.received, table.days, table.months),
        due_latest=calendar.after(table.received_latest, table.days, table.months),
        met=table.answered, met_latest=table.answered_latest, entry=table.answered_by,
        says="answer the nomination of " + table.whom + " as " + table["name"],
    )  # fmt: skip
    return judged.duties(facts, owed)


# --- permissions


def _may(facts: Facts, table: Table, clauses: Iterable[Appointment]) -> Table:
    """Who the clause names for the act; nobody decides on their own case. Who has grounds to take an office does so by
    their own word, or by that of anybody who has a say in filling it.
    """
    by = [
        (f"{clause.id}/{role}", by)
        for clause in clauses
        for role, by in (("by", clause.by), ("proposed", clause.proposed_by), ("excepted", clause.exception_by))
        if by is not None
    ]
    table = _claiming(facts, table)
    roles = [
        {"verb": verb, "role": role, "claiming": claiming}
        for verb in sorted(_HERE | _THERE)
        for claiming in (True, False)
        for role in _roles(verb, claiming=claiming)
    ]
    kinds = facts.small(roles, {"verb": "string", "role": "string", "claiming": "boolean"})
    asked = table.select("clause", "unit", "entry", "seq", "at", "actor", "office", "verb", "claiming")
    asked = asked.join(kinds, ["verb", "claiming"])
    asked = asked.rename(of_clause="clause")
    asked = entitled(facts, asked.mutate(clause=asked.of_clause + "/" + asked.role), allowed(facts, by))
    found = asked.group_by(entry="entry", clause="of_clause").agg(
        may=asked.entitled.any(), unsure=asked.entitled.isnull().any()
    )
    table = table.left_join(found, list(_KEY))[[*table.columns, "may", "unsure"]]
    may = ibis.ifelse(table.may.fill_null(False), True, ibis.ifelse(table.unsure, None, False)).cast("boolean")
    here = table.of_unit.isnull() | (table.of_unit == table.unit)
    themselves = (table.actor == table.person).fill_null(False)
    decides = table.verb.isin(("office.except", *sorted(_THERE)))
    own = decides & themselves & (table.verb != "office.withdraw")
    takes = (table.verb == "office.take") & table.claiming & themselves
    outside = table.verb.isin(sorted(_THERE)) & ~here
    return table.select("clause", "unit", "entry", ok=ibis.cases((takes, True), (own | outside, False), else_=may))


def _roles(verb: str, *, claiming: bool) -> tuple[str, ...]:
    """Whom the clause may name for a verb."""
    if verb in _THERE:
        return ("by",)
    if verb == "office.take" and claiming:
        return ("proposed", "excepted", "by")
    return ("excepted",) if verb == "office.except" else ("proposed",)


def _claiming(facts: Facts, table: Table) -> Table:
    """Acts with `claiming`: whether the person has any ground to take the office."""
    known_ = claims(facts).select("unit", "post", "person", "from_seq", "to_seq")
    found = table.filter(table.verb == "office.take").select(*_WHO).join(known_, ["unit", "post", "person"])
    found = found.filter(claimed(found, found.seq)).select(*_KEY).distinct().mutate(claiming=True)
    joined = table.left_join(found, list(_KEY))[[*table.columns, "claiming"]]
    return joined.mutate(claiming=joined.claiming.fill_null(False))
