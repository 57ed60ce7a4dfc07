"""Eligibility over a whole log: everybody who was nominated, sent, accepted, proposed, appointed or seated, against
what their unit knew of them then.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.election.calls import first_of
from quorate.clauses.eligibility import Eligibility
from quorate.facts import judged
from quorate.facts.acts import bodies, of, text
from quorate.facts.book import Facts, unite
from quorate.facts.lineage import known as every_unit
from quorate.facts.people import checked, issued, known, now, seated, seats, standings, steps_of, told
from quorate.facts.posts import counted, nominated, running, tenures

_VERBS = ("office.nominate", "office.appoint", "office.take", "office.act", "office.except")
_WHO = ("clause", "entry", "person")
_COLUMNS = ("unit", "entry", "seq", "at", "person", "post")


def audit(clauses: tuple[Eligibility, ...], facts: Facts, rules: Rules) -> Table:
    """Judge who was put in a post, or on the way to one."""
    posts = facts.small(
        ({"clause": clause.id, "post": post} for clause in clauses for post in clause.posts),
        {"clause": "string", "post": "string"},
    )
    rows = facts.made("eligibility_asked", lambda _: _asked(facts, rules).join(posts, "post"), keep=True)
    parts = (
        _certified(facts, rows, rules),
        _members(facts, rows, clauses),
        _among(facts, rows, clauses),
        _excluded(facts, rows, clauses),
    )
    for part in parts:
        fresh = [name for name in part.columns if name not in _WHO]
        rows = rows.left_join(part, list(_WHO))[[*rows.columns, *fresh]]
    uncertified = ibis.cases(
        (rows.certified.notnull(), False), (told(facts), True), else_=ibis.null("boolean")
    )  # unknown where the log does not begin with who is known
    gone, unfit = rows.member.notnull() & rows.standing_now.isnull(), rows.unfit.fill_null(False)
    outside, other = rows.outside.fill_null(False), rows.other.notnull()
    table = rows.mutate(uncertified=uncertified, gone=gone, unfit=unfit, outside=outside, excluded=other)
    kept = ("clause", "unit", "entry", "at")
    table = table.group_by(*kept).agg(
        stranger=first_of(table.person, table.uncertified),
        unsure=table.uncertified.isnull().any(),
        gone=first_of(table.person, table.gone),
        unfit=first_of(table.person, table.unfit),
        outside=first_of(table.person, table.outside),
        excluded=first_of(table.person, table.excluded),
    )
    unknown = ibis.ifelse(table.unsure, ibis.null("boolean"), False)
    return judged.acts(
        facts,
        table,
        {
            "not certified": (
                ibis.ifelse(table.stranger.notnull(), True, unknown),
                table.stranger + " was not certified as a member of a basic organisation",
            ),
            "no longer a member": (table.gone.notnull(), table.gone + " was no longer a member"),
            "standing": (table.unfit.notnull(), table.unfit + " did not have the standing it takes"),
            "not among its members": (table.outside.notnull(), table.outside + " did not sit on the organ it takes"),
            "holds another post": (table.excluded.notnull(), table.excluded + " held a post that excludes this one"),
        },
        absent=("not certified", "not among its members"),
    )


def _asked(facts: Facts, rules: Rules) -> Table:
    """Each person an act would put in a post: `unit`, `entry`, `seq`, `at`, `person`, `post`."""
    named = nominated(facts)
    called = counted(facts).select("unit", "election", "post", "called_seq")
    named = named.join(called, ["unit", "election"])
    named = named.filter(named.called_seq < named.seq)
    sent = issued(facts).rename(post="conference")
    accepted = checked(facts).rename(post="conference")
    accepted = accepted.filter(accepted.accepted)
    tiers = ({"post": office.id, "of_tier": office.tier} for office in rules.offices.values())
    offices = facts.small(tiers, {"post": "string", "of_tier": "string"})
    table = of(facts, *_VERBS)
    table = table.select(
        "unit", "entry", "seq", "at", "act", "tier", person=table.subject, post=text(facts, table, "post")
    )
    table = table.left_join(offices, "post").drop("post_right")
    elsewhere = (table.act == "office.appoint") & (table.of_tier != table.tier).fill_null(False)
    table = table.filter(~elsewhere, table.person.notnull())
    return unite(*(part.select(*_COLUMNS) for part in (named, sent, accepted, table)))


def _certified(facts: Facts, rows: Table, rules: Rules) -> Table:
    """Those whose home is known to be a basic organisation."""
    basic = [tier for tier, part in rules.tiers.items() if part.basic]
    homes = every_unit(facts)
    homes = homes.filter(homes.tier.isin(basic)).select(home="unit")
    found = rows.select(*_WHO, "unit", "seq").join(known(facts, rows), ["unit", "person"])
    found = found.filter(now(found, found.seq)).join(homes, "home")
    return found.select(*_WHO).distinct().mutate(certified=True)


def _members(facts: Facts, rows: Table, clauses: Iterable[Eligibility]) -> Table:
    """Those who are, or were, members of the unit itself: `member`, `standing_now` (true while they belong to it), and
    `unfit` where their standing is not one the clause asks for.
    """
    asked = rows.select(*_WHO, "unit", "seq", "at")
    past = steps_of(facts, rows)
    past = past.filter(past.step == "enrol").group_by("unit", "person").agg(enrolled=past.seq.min())
    been = asked.join(past, ["unit", "person"])
    been = been.filter(been.enrolled < been.seq).select(*_WHO).distinct().mutate(member=True)
    times = standings(facts).semi_join(rows, ["unit", "person"])
    here = asked.join(times, ["unit", "person"])
    here = here.filter(now(here, here.seq), here.since <= here["at"]).select(*_WHO, "standing").distinct()
    wanted = [{"clause": clause.id, "standing": standing} for clause in clauses for standing in clause.standing]
    fit = facts.small(wanted, {"clause": "string", "standing": "string"}).mutate(fit=True)
    strict = facts.small(({"clause": row["clause"]} for row in wanted), {"clause": "string"}).distinct()
    here = here.left_join(fit, ["clause", "standing"])[[*here.columns, "fit"]]
    here = here.left_join(strict.mutate(strict=True), "clause")[[*here.columns, "strict"]]
    unfit = here.strict.notnull() & here.fit.isnull() & here.standing.notnull()
    here = here.select(*_WHO, standing_now=True, unfit=unfit)
    return been.left_join(here, list(_WHO))[[*been.columns, "standing_now", "unfit"]]


def _among(facts: Facts, rows: Table, clauses: Iterable[Eligibility]) -> Table:
    """Those who do not sit on the organ whose members alone are eligible, where the unit has it: `outside`."""
    wanted = ({"clause": clause.id, "organ": clause.among} for clause in clauses if clause.among)
    organs = facts.small(wanted, {"clause": "string", "organ": "string"})
    asked = rows.select(*_WHO, "unit", "seq", "at").join(organs, "clause")
    asked = asked.join(bodies(facts).select("unit", organ="post"), ["unit", "organ"])
    sitting = asked.join(seats(facts), ["unit", "organ", "person"])
    sitting = sitting.filter(seated(sitting, sitting.seq, sitting["at"])).select(*_WHO).distinct()
    stray = asked.select(*_WHO).distinct().anti_join(sitting, list(_WHO))
    return stray.mutate(outside=ibis.ifelse(told(facts), True, ibis.null("boolean")))


def _excluded(facts: Facts, rows: Table, clauses: Iterable[Eligibility]) -> Table:
    """Those who hold a post that excludes the other: `other`, the post."""
    wanted = ({"clause": clause.id, "other": post} for clause in clauses for post in clause.excludes)
    posts = facts.small(wanted, {"clause": "string", "other": "string"})
    places = tenures(facts).select("unit", "person", "since", "since_seq", "until", "ended", "ended_seq", other="post")
    found = rows.select(*_WHO, "unit", "seq", "at").join(posts, "clause").join(places, ["unit", "person", "other"])
    found = found.filter(running(found, found.seq, found["at"]))
    return found.group_by(*_WHO).agg(other=found.other.min())
