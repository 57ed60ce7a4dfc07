"""Acts that are alike: of millions that a clause must allow or not for the same reasons, one is judged for all."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.facts.acts import acts, text
from quorate.facts.book import Facts, kept, unite
from quorate.facts.meetings import meetings
from quorate.facts.people import seats
from quorate.facts.posts import tenures

_IN_MEETINGS = ("meeting.open", "meeting.attend", "meeting.hear", "meeting.minutes", "meeting.close", "meeting.adjourn")
ALIKE = ("meeting.convene", *_IN_MEETINGS)
"""Acts that are allowed, or not, by what they are and by the posts and seats of who does them, and nothing else: in a
meeting that is `plain` the actor is in the room, and everything in its order.
"""
KEY = ("tier", "act", "organ", "business", "office", "places")


@kept
def places(facts: Facts) -> Table:
    """Whoever presided, and has or had a place: `unit`, `actor`, all their posts and seats as one text, `places`; and
    the time in which they had all of them at once, from after the entry `from_seq` and from `since` to before `to`
    (null: open).
    """
    ended = {"to_seq": "ended_seq", "to": "over"}
    held = tenures(facts).select("unit", "person", "since", from_seq="since_seq", place="post", **ended)
    sits = seats(facts)
    sits = sits.select("unit", "person", "since", "from_seq", "to", "to_seq", place=ibis.literal("on ") + sits.organ)
    each = unite(held, sits).drop_null(["person", "since", "from_seq"])
    presided = meetings(facts)
    presided = presided.filter(presided.plain).select("unit", person="chair").distinct()
    each = _throughout(each.semi_join(presided, ["unit", "person"]))
    return each.group_by("unit", actor="person").agg(
        since=each.since.max(), from_seq=each.from_seq.max(), to=each.to.min(),
        places=each.place.group_concat("\n"),
    )  # fmt: skip


def _throughout(each: Table) -> Table:
    """The time in which somebody had a place all along: `unit`, `person`, `place`, `since`, `from_seq`, `to`. Elected
    anew before they were out, they stayed; of several times apart, what they share, which is none.
    """
    window = ibis.window(group_by=("unit", "person", "place"), order_by=("from_seq", "since"))
    before, till, nth = each.to.lag().over(window), each.to_seq.lag().over(window), ibis.row_number().over(window)
    goes_on = before.isnull() | ((till >= each.from_seq) & (each.since <= before))
    each = each.mutate(stays=(nth == 0) | goes_on.fill_null(False), open=each.to.isnull())
    found = each.group_by("unit", "person", "place").agg(
        stays=each.stays.all(), open=each.open.any(),
        first=each.since.argmin(each.from_seq), last=each.since.max(),
        first_seq=each.from_seq.min(), last_seq=each.from_seq.max(),
        least_to=each.to.min(), most_to=each.to.max(),
    )  # fmt: skip
    stayed = ibis.ifelse(found.open, ibis.null(found.most_to.type()), found.most_to)
    return found.select(
        "unit", "person", "place",
        since=found.stays.ifelse(found["first"], found["last"]),
        from_seq=found.stays.ifelse(found.first_seq, found.last_seq),
        to=found.stays.ifelse(stayed, found.least_to),
    )  # fmt: skip


def keyed(facts: Facts, pairs: Table) -> Table:
    """The acts of the kinds in `pairs` (`tier`, `act`): `entry`, `unit`, `at`, `actor`, `like` (whether there may be
    others alike), and `KEY`, by which those alike are told, never null.
    """
    table = acts(facts).semi_join(pairs, ["tier", "act"])
    hears = table.act == "meeting.hear"
    business = ibis.ifelse(hears, text(facts, table, "business"), ibis.null("string"))
    table = table.select(
        "entry", "unit", "seq", "at", "tier", "act", "actor", "meeting",
        **{name: table[name].fill_null("") for name in ("organ", "office")}, business=business.fill_null(""),
    )  # fmt: skip
    odd = meetings(facts)
    odd = odd.filter(~odd.plain).select("unit", "meeting").mutate(odd=True)
    found = table.left_join(odd, ["unit", "meeting"])[[*table.columns, "odd"]]
    there = places(facts)
    found = found.left_join(there, ["unit", "actor"])[[*found.columns, "since", "from_seq", "to", "places"]]
    before = found.to.isnull() | (found["at"] < found.to)
    within = (found.seq > found.from_seq) & (found["at"] >= found.since) & before
    calls = found.act == "meeting.convene"
    sits = found.act.isin(_IN_MEETINGS) & found.meeting.notnull() & found.odd.isnull()
    like = ((calls | sits) & within).fill_null(False)
    return found.select("entry", "unit", "at", "actor", *KEY[:-1], like=like, places=found.places.fill_null(""))


def standing(table: Table) -> Table:
    """One act for all that are alike, of a table as `keyed` gives it, and each act that is like no other: `entry`,
    `act`, `like`, and, of those that have others like them, `KEY`.
    """
    own = table.like.ifelse(ibis.literal(""), table.entry)
    keys = {name: table.like.ifelse(table[name], ibis.literal("")) for name in KEY if name != "act"}
    return table.group_by("like", "act", own=own, **keys).agg(entry=table.entry.min())
