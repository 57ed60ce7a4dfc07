"""Composition over a whole log: whether each place in an organ was held, and each of its members had a seat besides."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules, names
from quorate.clauses.composition import Composition
from quorate.clauses.election import capacity_of
from quorate.facts import calendar, judged
from quorate.facts.acts import bodies, of, text, vague
from quorate.facts.book import Facts
from quorate.facts.posts import running, tenures
from quorate.facts.vacancies import vacancies


def audit(clauses: tuple[Composition, ...], facts: Facts, rules: Rules) -> Table:
    """Judge of whom organs were made up."""
    return judged.together(
        facts, _taken(clauses, facts, rules), _vacant(clauses, facts, rules), _unseated(clauses, facts, rules)
    )


def _taken(clauses: tuple[Composition, ...], facts: Facts, rules: Rules) -> Table:
    """Nobody takes a place that others hold already."""
    rows = [
        {
            "clause": c.id,
            "post": place.office,
            "limit": capacity_of(place.office, rules) or 1,
            "office": rules.name(place.office),
        }
        for c in clauses
        for place in c.offices
    ]
    places = facts.small(rows, {"clause": "string", "post": "string", "limit": "int64", "office": "string"})
    table = of(facts, "office.take")
    table = table.select("unit", "entry", "seq", "at", "tier", "subject", post=text(facts, table, "post"))
    table = table.join(places, "post")
    held = tenures(facts)
    held = held.filter(~held.acting).select(
        "unit", "post", "since", "since_seq", "until", "ended", "ended_seq", "person"
    )
    asked = table.select("clause", "unit", "entry", "seq", "at", "post").join(held, ["unit", "post"])
    asked = asked.filter(running(asked, asked.seq, asked["at"]))
    counted = asked.group_by("clause", "entry").agg(held=asked.count())
    found = table.left_join(counted, ["clause", "entry"])[[*table.columns, "held"]]
    says = found.subject + " took the office of " + found.office + ", which was held"
    full = found.held.fill_null(0) >= found["limit"]
    return judged.acts(facts, found, {"place held": (full, ibis.coalesce(says, "an office was taken that was held"))})


def _vacant(clauses: tuple[Composition, ...], facts: Facts, rules: Rules) -> Table:
    rows = [
        {
            "clause": c.id,
            "organ": c.organ,
            "post": place.office,
            "need": place.at_least.value,
            "says": f"fill the office of {rules.name(place.office)}",
        }
        | calendar.span(c.within)
        for c in clauses
        for place in c.offices
    ]
    shape = {"clause": "string", "organ": "string", "post": "string", "need": "int64", "says": "string"}
    wanted = facts.small(rows, shape | calendar.SPAN)
    found = vacancies(facts, wanted).join(wanted.select("clause", "post", "says", *calendar.SPAN), ["clause", "post"])
    owed = found.mutate(
        key=found.post + "@" + calendar.text(found.since),
        arose=found.since,
        due=calendar.after(found.since, found.days, found.months),
        due_latest=calendar.after(found.since_latest, found.days, found.months),
        met=found.to,
        met_latest=found.to_latest,
    )
    return judged.duties(facts, owed, absent=True)


def _unseated(clauses: tuple[Composition, ...], facts: Facts, rules: Rules) -> Table:
    """Each member's seat brings a duty to be seated on one of the organs, met by the first tenure on one that runs or
    begins after it.
    """
    rows = [
        {"clause": c.id, "organ": c.organ, "where": names(rules, c.sits_on, "or")} | calendar.span(c.within)
        for c in clauses
        if c.sits_on
    ]
    wanted = facts.small(rows, {"clause": "string", "organ": "string", "where": "string"} | calendar.SPAN)
    having = bodies(facts).select("unit", organ="post")
    held = tenures(facts).select("unit", "person", "since", "since_seq", "by", "ended", "until", organ="post")
    seat = wanted.join(having, "organ").join(held, ["unit", "organ"])
    seat = seat.mutate(over=ibis.coalesce(seat.ended, seat.until)).drop("ended", "until", "organ")
    seat = seat.mutate(due=calendar.after(seat.since, seat.days, seat.months))
    found = _first(seat, _elsewhere(clauses, facts, rules))
    found = found.filter(found.first.notnull() | found.over.isnull() | (found.over > found.due))
    met = ibis.greatest(found.first, found.since)
    times = vague(facts).select("latest", entry="entry", given="at")
    found = found.mutate(met=ibis.ifelse(found.first.isnull(), found.first, met))
    late = found.left_join(times, "entry")[[*found.columns, "latest", "given"]]
    owed = late.select(
        "clause", "unit", "due", "met", "entry",
        met_latest=ibis.ifelse((late.given == late.met).fill_null(False), late.latest, late.met),
        key=late.person + "@" + calendar.text(late.since),
        arose=late.since,
        basis=late.by,
        says=ibis.literal("seat ") + late.person + " on the " + late["where"],
    )  # fmt: skip
    return judged.duties(facts, owed, absent=True)


def _elsewhere(clauses: tuple[Composition, ...], facts: Facts, rules: Rules) -> Table:
    """The tenures that seat somebody on one of the organs a clause names."""
    rows = [
        {"clause": c.id, "post": post}
        for c in clauses
        for organ in c.sits_on
        for post in (organ, *(office.id for office in rules.offices.values() if office.organ == organ))
    ]
    posts = facts.small(rows, {"clause": "string", "post": "string"}).distinct()
    held = tenures(facts)
    held = held.filter(~held.acting).select(
        "unit", "post", "person", "since", "by", over=ibis.coalesce(held.ended, held.until)
    )
    return posts.join(held, "post").select("clause", "unit", "person", sat="since", sat_by="by", sat_over="over")


def _first(seat: Table, elsewhere: Table) -> Table:
    """Each seat with the `first` time its holder sat on one of the organs, and the `entry` that seated them there."""
    pairs = seat.select("clause", "unit", "person", "since", "since_seq").join(elsewhere, ["clause", "unit", "person"])
    pairs = pairs.filter(pairs.sat_over.isnull() | (pairs.sat_over > pairs.since))
    keys = ["clause", "unit", "person", "since", "since_seq"]
    first = pairs.group_by(*keys).agg(first=pairs.sat.min(), entry=pairs.sat_by.argmin(pairs.sat))
    return seat.left_join(first, keys)[[*seat.columns, "first", "entry"]]
