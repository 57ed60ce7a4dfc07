"""Elections over a whole log: who called, nominated and counted, who took office, resigned or was recalled, and whether
the seats were filled again before their terms ended.

A slate, a plurality or an approval ballot is counted anew from the papers the log holds; ranked ballots are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.convening import Convening
from quorate.clauses.election import VERBS, Election, capacity_of, confirmers
from quorate.clauses.election.ballots import counting, tally
from quorate.clauses.election.calls import (
    VOTING,
    about,
    calls,
    first_of,
    held,
    nominees,
    some,
    vacancies,
    voting,
    waiting,
)
from quorate.facts import calendar, judged
from quorate.facts.acts import bodies, of, text
from quorate.facts.book import Facts, unite
from quorate.facts.meetings import motions
from quorate.facts.people import sits
from quorate.facts.posts import claimed, claims, counts, running, tenures
from quorate.facts.powers import allowed, entitled, inside
from quorate.terms.parts import By

_POSTS = {
    **dict.fromkeys(("clause", "tier", "post", "organ", "recalled_by", "name"), "string"),
    "confirmed": "boolean",
    "recall": "boolean",
}


def audit(clauses: tuple[Election, ...], facts: Facts, rules: Rules) -> Table:
    """Judge elections, and what is done with the posts they fill."""
    ours = facts.small((row for clause in clauses for row in _voting(clause, rules)), VOTING)
    return judged.together(
        facts,
        _called(facts, ours),
        _nominated(facts, ours),
        _counted(facts, ours),
        _taken(facts, _posts(clauses, facts, rules)),
        _recalled(facts, _posts(clauses, facts, rules)),
        _renewals(facts, _posts(clauses, facts, rules)),
    )


def permits(clauses: tuple[Election, ...], facts: Facts, rules: Rules) -> Table:
    """Who may take part in an election: members present. Who is elected, and needs nothing else, takes the post and
    resigns it; the electing organ recalls by a motion.
    """
    ours = facts.small((row for clause in clauses for row in _voting(clause, rules)), VOTING)
    posts = _posts(clauses, facts, rules)
    parts = (members_present(facts, ours), _may_take(facts, posts), _may_resign(facts, posts))
    return unite(*(part.select(*judged.PERMITS) for part in (*parts, _may_recall(clauses, facts, rules))))


def filled(clause: Election, rules: Rules) -> list[str]:
    """The posts a clause's elections fill: the organ itself and the offices in it, or the office."""
    found = [clause.elects] if clause.elects in rules.organs else []
    return found + [o.id for o in rules.offices.values() if clause.elects in (o.id, o.organ)]


def _voting(clause: Election, rules: Rules) -> Iterator[dict[str, Any]]:
    for post in filled(clause, rules):
        yield {
            **voting(clause, clause.organ, post, rules),
            "capacity": capacity_of(post, rules),
            "renews": clause.renews,
            "among": clause.organ if clause.from_members else None,
        }


def _posts(clauses: tuple[Election, ...], facts: Facts, rules: Rules) -> Table:
    """The posts clauses fill, for what is done with them outside an election: `clause`, `tier`, `post` and more."""
    rows = [
        {
            "clause": clause.id,
            "tier": rules.organs[clause.organ].tier,
            "post": post,
            "organ": clause.organ,
            "recalled_by": clause.recalled_by or clause.organ,
            "name": rules.name(post),
            "confirmed": bool(confirmers(post, rules)),
            "recall": clause.recall,
        }
        for clause in clauses
        for post in filled(clause, rules)
    ]
    return facts.small(rows, _POSTS)


# --- guards


def _called(facts: Facts, ours: Table) -> Table:
    """No more are to be elected than there are seats free, those of elections not counted yet left out as well."""
    table = vacancies(facts, calls(facts, ours))
    table = waiting(facts, table)
    limited, wanted = table.left.notnull(), table.seats
    over = limited & (wanted > table.left)
    rest = limited & ~table.renews & (wanted > table.left - table.waiting)
    text_ = wanted.cast("string") + " are to be elected to " + table.left.cast("string") + " free seats"
    also = text_ + ", and an election of " + table.waiting.cast("string") + " is not counted yet"
    return judged.acts(
        facts,
        table,
        {
            "id used again": (table.again, "an election of that id had been called already"),
            "more than seats": (over, text_),
            "more than seats left": (rest, also),
        },
    )


def _nominated(facts: Facts, ours: Table) -> Table:
    """Nobody is nominated twice, and where the electing organ's own members are chosen from, only they."""
    table = about(facts, ours, "election.nominate")
    rows = nominees(facts, table)
    chosen = sits(facts, rows.filter(rows.among.notnull()).mutate(organ=lambda row: row.among))
    chosen = chosen.group_by("clause", "entry").agg(
        astray=some(~chosen.sits), stranger=first_of(chosen.person, ~chosen.sits)
    )
    twice = rows.group_by("clause", "entry").agg(twice=some(rows.again), twin=first_of(rows.person, rows.again))
    table = table.left_join(twice, ["clause", "entry"])[[*table.columns, "twice", "twin"]]
    table = table.left_join(chosen, ["clause", "entry"])[[*table.columns, "astray", "stranger"]]
    outside = table.among.notnull() & table.astray
    says = table.stranger + ", who is nominated, does not sit on the organ from whose members is elected"
    return judged.acts(
        facts,
        table,
        {
            "counted already": (table.done, "the election had been counted already"),
            "nominated twice": (table.twice.fill_null(False), table.twin + " was nominated already"),
            "not from its members": (ibis.ifelse(table.among.isnull(), False, outside), says),
        },
        absent=("not from its members",),
    )


def _counted(facts: Facts, ours: Table) -> Table:
    """A count keeps to the papers, the nominees and the seats."""
    table = vacancies(facts, about(facts, ours, "election.count"))
    table = tally(facts, table, "election")
    over = table.left.notnull() & (table.seats > table.left)
    says = table.seats.cast("string") + " are elected to " + table.left.cast("string") + " free seats"
    return judged.acts(facts, table, counting(table, over, says), absent=("nobody nominated",))


def _taken(facts: Facts, posts: Table) -> Table:
    """A post that is filled by election is taken by who was elected to it."""
    table = of(facts, "office.take")
    table = table.select(
        "tier", "unit", "entry", "seq", "at", post=text(facts, table, "post"), person=table.subject
    ).join(posts.select("clause", "tier", "post", "name"), ["tier", "post"])
    known = claims(facts)
    known = known.filter(known.ground == "elected").select("unit", "post", "person", "from_seq", "to_seq", "entry")
    known = known.rename(basis="entry")
    found = table.join(known, ["unit", "post", "person"])
    found = found.filter(claimed(found, found.seq)).group_by("clause", "entry").agg(basis=found.basis.max())
    table = table.left_join(found, ["clause", "entry"])[[*table.columns, "basis"]]
    says = table.person + " took the office of " + table["name"] + " without having been elected"
    return judged.acts(facts, table, {"not elected": (table.basis.isnull(), says)}, absent=True)


def _recalls(facts: Facts, posts: Table) -> Table:
    """Recalls from posts filled by election: with the motion each names, as far as it was voted on by then."""
    table = of(facts, "office.recall")
    table = table.select(
        "tier", "unit", "entry", "seq", "at", "actor", "office", motion=table.ref, post=text(facts, table, "post"),
        person=table.subject,
    ).join(posts, ["tier", "post"])  # fmt: skip
    moved = motions(facts).select("unit", "motion", "voted_seq", "carried", "about", sat="organ")
    table = table.left_join(moved, ["unit", "motion"])
    table = table.drop("unit_right", "motion_right")
    return table.mutate(voted=(table.voted_seq < table.seq).fill_null(False))


def _recalled(facts: Facts, posts: Table) -> Table:
    """Who is recalled holds the post, and was not voted on before they came to it."""
    table = _recalls(facts, posts)
    places = tenures(facts).select("unit", "post", "person", "since", "since_seq", "until", "ended", "ended_seq")
    found = table.select("clause", "unit", "post", "person", "entry", "seq", "at").join(
        places, ["unit", "post", "person"]
    )
    found = found.filter(running(found, found.seq, found["at"]))
    found = found.group_by("clause", "entry").agg(came=found.since_seq.min())
    table = table.left_join(found, ["clause", "entry"])[[*table.columns, "came"]]
    early = (table.voted & (table.voted_seq < table.came)).fill_null(False)
    return judged.acts(
        facts,
        table,
        {
            "not in the post": (table.came.isnull(), table.person + " did not hold a place as " + table["name"]),
            "voted before": (early, "the motion was voted on before " + table.person + " came to the post"),
        },
        absent=("not in the post",),
    )


# --- obligations


def _renewals(facts: Facts, posts: Table) -> Table:
    """Before a term ends somebody is elected anew."""
    there = posts.join(bodies(facts).select("unit", organ="post"), "organ")
    there = there.select("clause", "unit", "post", "name")
    ends = tenures(facts)
    ends = ends.filter(ends.until.notnull(), ~ends.acting)
    ends = ends.group_by("unit", "post", "until").agg(arose=ends.since.max(), basis=ends.by.argmax(ends.since))
    owed = there.join(ends, ["unit", "post"])
    table = counts(facts)
    anew = table.filter(facts.engine.texts(table.result, "elected").length() > 0)
    log = of(facts, "election.count").select("latest", count_entry="entry")
    anew = anew.join(log, anew.entry == log.count_entry)
    anew = anew.select("unit", "post", counted="at", counted_latest="latest", counted_by="entry")
    met = owed.join(anew, ["unit", "post"])
    met = met.filter(met.counted > met.arose)
    met = met.group_by("clause", "unit", "post", "until").agg(
        met=met.counted.min(),
        met_latest=met.counted_latest.argmin(met.counted),
        entry=met.counted_by.argmin(met.counted),
    )
    keys = ["clause", "unit", "post", "until"]
    table = owed.left_join(met, keys)[[*owed.columns, "met", "met_latest", "entry"]]
    table = table.mutate(
        due=table.until,
        key=table.post + "@" + calendar.text(table.until),
        says=ibis.literal("elect the ") + table["name"] + " before the term ends",
    )
    return judged.duties(facts, table)


# --- permissions


def members_present(facts: Facts, ours: Table) -> Table:
    """Calling, nominating and counting are for members present."""
    columns = ("clause", "unit", "entry", "seq", "at", "actor", "meeting")
    parts = [calls(facts, ours).select(*columns)]
    parts += [about(facts, ours, verb).select(*columns) for verb in sorted(VERBS - {"election.call"})]
    found = inside(facts, unite(*parts))
    return found.select("clause", "unit", "entry", ok=found.inside)


def _may_take(facts: Facts, posts: Table) -> Table:
    """Who was elected takes the post by their own word, where nobody else has to agree."""
    table = of(facts, "office.take")
    table = table.select("tier", "unit", "entry", "actor", "subject", post=text(facts, table, "post"))
    table = table.join(posts, ["tier", "post"]).filter(lambda row: ~row.confirmed)
    table = table.mutate(ok=table.actor == table.subject)
    return table.filter(table.ok.fill_null(True)).select(*judged.PERMITS)


def _may_resign(facts: Facts, posts: Table) -> Table:
    """Who holds a post resigns it, themselves."""
    return resigned(facts, posts.select("clause", "tier", "post"))


def resigned(facts: Facts, posts: Table) -> Table:
    """Resignations from posts (`clause`, `tier`, `post`): allowed to the holder, for themselves."""
    table = of(facts, "office.resign")
    table = table.select("tier", "unit", "entry", "seq", "at", "actor", "subject", post=text(facts, table, "post"))
    table = table.join(posts, ["tier", "post"])
    held_ = held(facts, table.mutate(person=table.actor))
    found = table.left_join(held_.mutate(held=True), ["clause", "entry"])[[*table.columns, "held"]]
    ok = found.held.fill_null(False) & (found.subject.isnull() | (found.subject == found.actor))
    return found.select("clause", "unit", "entry", ok=ibis.ifelse(found.actor.isnull(), ibis.null("boolean"), ok))


def _may_recall(clauses: tuple[Election, ...], facts: Facts, rules: Rules) -> Table:
    """A recall needs a motion about the person, carried in the organ that recalls; who sits on the electing organ or
    calls it together enters it.
    """
    table = _recalls(facts, _posts(clauses, facts, rules))
    calling = [
        (clause.id, other.by) for clause in clauses for other in rules.of(Convening) if other.organ == clause.organ
    ]
    by = allowed(facts, calling or [("", By(offices=("none",)))])
    table = entitled(facts, table, by)
    table = sits(facts, table.rename(whom="person").mutate(person=table.actor))
    decided = table.recall & table.voted & (table.sat == table.recalled_by) & (table.about == table.whom)
    ok = decided.fill_null(False) & table.carried.fill_null(False) & (table.entitled | table.sits)
    return table.select("clause", "unit", "entry", ok=ok)
