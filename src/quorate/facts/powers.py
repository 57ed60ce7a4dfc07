"""Who was entitled to act, and who was there to decide, of all acts at once. Mirrors `capacity` and `present` of
`clauses.View`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import ibis
from ibis.expr.types import BooleanValue, Table

from quorate.facts.acts import of, text
from quorate.facts.book import Facts, fact, kept, large
from quorate.facts.meetings import meetings, motions, room
from quorate.facts.people import seated, seats, sizes, told
from quorate.facts.posts import tenures
from quorate.terms.parts import By

_BY = {"clause": "string", "post": "string", "organ": "boolean"}
_BALLOTS = ("motion.vote", "election.call", "election.count")


def allowed(facts: Facts, rules: Iterable[tuple[str, By]]) -> Table:
    """Whom clauses entitle: rows `clause`, `post`, `organ` (whether the post is an organ) of pairs (clause id, by)."""
    rows = [
        {"clause": clause, "post": post, "organ": organ}
        for clause, by in rules
        for organ, posts in ((False, by.offices), (True, by.organs))
        for post in posts
    ]
    return facts.small(rows, _BY)


Fits = Callable[[Table], BooleanValue]


def through(table: Table, spans: Table, keys: tuple[str, ...], ident: tuple[str, ...], fits: Fits) -> Table:
    """`table` with `found`: whether some row of `spans` with the same `keys` fits; rows of `table` stay one each.

    `fits` sees the columns of `table` and the others of `spans`, whose names must differ. `ident` tells the rows of
    `table` apart. Most keys have one span, and need no more than one join; only those with several are joined in full.
    """
    spans = spans.semi_join(table, list(keys))
    fields = [name for name in spans.columns if name not in keys]
    sole = spans.group_by(*keys).agg(spans_=spans.count(), **{name: spans[name].max() for name in fields})
    key_of = {name: f"{name}_of" for name in keys}
    sole = sole.rename({new: old for old, new in key_of.items()})
    joined = table.left_join(sole, list(key_of.items()))
    several = joined.filter(joined.spans_ > 1).select(*table.columns).join(spans, list(keys))
    several = several.filter(fits(several))
    several = several.select(several_=True, **{f"{name}_of": several[name] for name in ident}).distinct()
    joined = joined.select(*table.columns, sole_=fits(joined) & (joined.spans_ == 1))
    joined = joined.left_join(several, [joined[name] == several[f"{name}_of"] for name in ident])
    found = joined.sole_.fill_null(False) | joined.several_.fill_null(False)
    return joined.select(*table.columns, found=found)


def _now(table: Table) -> BooleanValue:
    return seated(table, table.seq, table["at"])


def _here(table: Table) -> BooleanValue:
    came = (table.came_seq < table.seq) | ((table.act == "meeting.open") & (table.came_seq == table.seq))
    return came & (table.went_seq.isnull() | (table.went_seq >= table.seq))


def entitled(facts: Facts, table: Table, by: Table) -> Table:
    """The acts of `table` (`clause`, `unit`, `entry`, `seq`, `at`, `actor`, `office`, and more) with `entitled`:
    whether the actor holds an office, or sits on an organ, that `by` names for the clause; null where no actor is
    stated, or where the log does not state who held what when it began and nothing says that this one did.

    An office the act names is the one that must be held.
    """
    of_office = by.filter(~by.organ).select("clause", "post")
    held = tenures(facts).select(
        "unit", "post", actor="person", from_seq="since_seq", since="since", to_seq="ended_seq", to="over"
    )
    held = of_office.join(held, "post")
    offices = through(
        table, held, ("clause", "unit", "actor"), ("clause", "entry"),
        lambda row: _now(row) & (row.office == row.post).fill_null(True),
    )  # fmt: skip
    of_organ = by.filter(by.organ).select("clause", organ_="post")
    sits = seats(facts).rename(organ_="organ", actor="person")
    organs = table.filter(table.office.isnull()).select("clause", "unit", "entry", "seq", "at", "actor")
    organs = organs.join(of_organ, "clause").join(sits, ["unit", "organ_", "actor"])
    organs = organs.filter(_now(organs)).select(clause_of="clause", entry_of="entry").distinct().mutate(sits=True)
    joined = offices.left_join(organs, [offices.clause == organs.clause_of, offices.entry == organs.entry_of])
    found = joined.found | joined.sits.fill_null(False)
    answer = ibis.cases(
        (joined.actor.isnull(), ibis.null("boolean")), (found, True), (told(facts), False), else_=ibis.null("boolean")
    )
    return joined.select(*table.columns, entitled=answer)


def placed(facts: Facts, table: Table) -> Table:
    """The acts of `table` (`entry`, `unit`, `seq`, `at`, `act`, `actor`, `meeting`, and of the meeting `organ`,
    `chair`, `stated`, `opened_seq`; and more) with `member`, whether the actor sits on the organ, `here`, whether they
    are in the room (for an opening: are stated to be), and `inside`, both; null where the log does not say.

    Where a log gives only the number present, whoever presides is taken to be there, and of others nothing is known.
    """
    kept_ = table.columns
    sits = seats(facts).rename(actor="person")
    table = through(table, sits, ("unit", "organ", "actor"), ("entry",), _now).rename(sits="found")
    stays = room(facts).rename(actor="person")
    table = through(table, stays, ("unit", "meeting", "actor"), ("entry",), _here).rename(named="found")
    unknown = ibis.null("boolean")
    member = ibis.cases((table.actor.isnull(), unknown), (table.sits, True), (told(facts), False), else_=unknown)
    table = table.mutate(member=member)
    presides = (table.actor == table.chair).fill_null(False) & table.stated.notnull()
    here = ibis.cases(
        (table.actor.isnull(), unknown), (table.named | presides, True),
        (table.stated.isnull() & table.opened_seq.notnull(), False), else_=unknown,
    )  # fmt: skip
    return table.select(*kept_, "member", here=here, inside=here & table.member)


def inside(facts: Facts, table: Table) -> Table:
    """The acts of `table` (`unit`, `entry`, `seq`, `at`, `actor`, `meeting`, and more) with `inside`: whether the actor
    is in the room of the meeting as a member of the organ that sits; null where the log does not say.
    """
    there = meetings(facts).select("unit", "meeting", "organ", "chair", "stated", "opened_seq")
    asked = table.select("unit", "entry", "seq", "at", "actor", "meeting").distinct().mutate(act=ibis.literal(""))
    found = placed(facts, asked.join(there, ["unit", "meeting"])).select(entry_of="entry", inside="inside")
    joined = table.left_join(found, table.entry == found.entry_of)
    return joined.select(*table.columns, "inside")


@fact
def heard(facts: Facts) -> Table:
    """What meetings heard: `entry`, `unit`, `seq`, `at`, `latest`, `act`, `actor`, `meeting`, `business`, and of the
    meeting `organ`, `chair`, `stated`, `opened_seq`.
    """
    table = of(facts, "meeting.hear")
    table = table.select(*_DONE, business=text(facts, table, "business"))
    return table.join(_presided(facts), ["unit", "meeting"])


_DONE = ("entry", "unit", "seq", "at", "latest", "act", "actor", "meeting")


def _presided(facts: Facts) -> Table:
    return meetings(facts).select("unit", "meeting", "organ", "chair", "stated", "opened_seq")


@large
def deliberated(facts: Facts) -> Table:
    """What meetings moved and voted on: `entry`, `unit`, `seq`, `at`, `latest`, `act`, `actor`, `meeting`, `organ`,
    `business`, `motion`, and for a vote `put_in` (the meeting it was put in, null if the log does not hold that) and
    `put_seq`; `member` and `inside` as of `placed`.
    """
    table = of(facts, "motion.put", "motion.vote")
    table = table.select(*_DONE, stated_business=text(facts, table, "business"), motion=text(facts, table, "motion"))
    put = motions(facts).select(
        of_unit="unit", of_motion="motion", put_in="meeting", put_seq="put_seq", moved="business"
    )
    voted = table.act == "motion.vote"
    table = table.mutate(asked=ibis.ifelse(voted, table.motion, ibis.null("string")))
    table = table.left_join(put, [table.unit == put.of_unit, table.asked == put.of_motion])
    table = table.join(_presided(facts), ["unit", "meeting"])
    table = table.mutate(business=ibis.ifelse(table.act == "motion.vote", table.moved, table.stated_business))
    table = table.select(*_DONE, "organ", "business", "motion", "put_in", "put_seq", "chair", "stated", "opened_seq")
    return placed(facts, table).drop("chair", "stated", "opened_seq")


@kept
def members_at(facts: Facts) -> Table:
    """How many sit on the organ at each vote, call and count of an election: `entry`, `members` (null where the log
    never says who sits there and the opening of the meeting does not state it).
    """
    table = of(facts, *_BALLOTS)
    there = meetings(facts).select("unit", "meeting", "organ", "entitled")
    asked = table.select("entry", "unit", "seq", "at", "meeting").join(there, ["unit", "meeting"])
    sits = seats(facts)
    asked = asked.left_join(sizes(facts), ["unit", "organ"])
    asked = asked.select("entry", "unit", "seq", "at", "organ", "entitled", "size", "moves")
    moving = asked.filter(asked.moves).select("entry", "unit", "organ", "seq", "at").join(sits, ["unit", "organ"])
    moving = moving.filter(seated(moving, moving.seq, moving["at"]))
    counted = moving.group_by("entry").agg(now=moving.person.nunique())
    asked = asked.left_join(counted, "entry")
    members = ibis.cases((asked.size.isnull(), asked.entitled), (asked.moves, asked.now.fill_null(0)), else_=asked.size)
    return asked.select("entry", members=members)


@large
def floor(facts: Facts) -> Table:
    """Each vote, call and count of an election in a meeting: `entry`, `unit`, `seq`, `at`, `act`, `meeting`, `organ`,
    `payload`, `present` (members of the organ in the room, or the number the log states) and `members`; null where not
    known.
    """
    table = of(facts, *_BALLOTS)
    there = meetings(facts).select("unit", "meeting", "organ", "stated", "opened_by")
    asked = table.select("entry", "unit", "seq", "at", "act", "meeting", "payload").join(there, ["unit", "meeting"])
    named = asked.filter(asked.stated.isnull()).select("entry", "unit", "seq", "at", "meeting", "organ")
    here = named.join(room(facts), ["unit", "meeting"])
    here = here.filter(here.came_seq < here.seq, here.went_seq.isnull() | (here.went_seq >= here.seq))
    sits = seats(facts)
    voting = here.select("entry", "unit", "seq", "at", "organ", "person").join(sits, ["unit", "organ", "person"])
    voting = voting.filter(seated(voting, voting.seq, voting["at"]))
    counted = voting.group_by("entry").agg(named=voting.person.nunique())
    rooms = room(facts).select("unit", "meeting").distinct().mutate(listed=True)
    asked = asked.left_join(rooms, ["unit", "meeting"])[[*asked.columns, "listed"]]
    asked = asked.left_join(counted, "entry")[[*asked.columns, "named"]]
    asked = asked.left_join(members_at(facts), "entry")[[*asked.columns, "members"]]
    present = ibis.cases(
        (asked.stated.notnull(), asked.stated),
        (asked.listed.notnull(), asked.named.fill_null(0)),
        else_=ibis.null("int64"),
    )
    return asked.mutate(present=present).drop("stated", "listed", "named")


@kept
def questions(facts: Facts) -> Table:
    """Motions put that name options, or kinds of business of options: `entry`, `unit`, `at`, `organ`, `business`,
    `options` and `kinds` (each a text by option's name; null where not given).
    """
    table = of(facts, "motion.put")
    given = text(facts, table, "options").notnull() | text(facts, table, "kinds").notnull()
    table = table.filter(given).select("entry", "payload")
    put = deliberated(facts).select("unit", "at", "organ", "business", entry_of="entry")
    table = table.join(put, table.entry == put.entry_of).drop("entry_of")
    names = facts.engine.names
    table = table.mutate(options=names(table.payload, "options"), kinds=names(table.payload, "kinds"))
    return table.drop("payload")


@fact
def kinds(facts: Facts) -> Table:
    """Each option for which a motion names a kind of business: `entry`, `unit`, `at`, `organ`, `option`, `kind`, and
    `stray` (there is no such option).
    """
    table = questions(facts)
    table = table.filter(table.kinds.notnull()).mutate(option=table.kinds.keys()).unnest("option")
    known = table.options.keys().contains(table.option).fill_null(False)
    return table.select("entry", "unit", "at", "organ", "option", kind=table.kinds.get(table.option), stray=~known)
