"""What the audits of all clauses that let an organ elect share: the acts of their elections, and the seats free."""

from __future__ import annotations

from typing import Any

import ibis
from ibis.expr.types import BooleanScalar, BooleanValue, StringScalar, StringValue, Table

from quorate.clauses.base import Rules
from quorate.clauses.election import Voting
from quorate.facts.acts import of, text
from quorate.facts.book import Facts
from quorate.facts.meetings import meetings
from quorate.facts.posts import counted, nominated, running, tenures

VOTING = {
    **dict.fromkeys(("clause", "organ", "post", "tier"), "string"),
    **{"capacity": "int64", "renews": "boolean", "among": "string"},
    **{"method": "string", "top": "int64", "bottom": "int64", "base": "string", "default": "string"},
}
"""What an election under a clause goes by: the electing `organ`, the `post`; how many hold it (`capacity`, null: any
number), whether a count ends the tenures before (`renews`), the organ `among` whose members alone can be nominated; the
`method`, a slate's majority (`top`/`bottom` of `base`), and the `default` option.
"""


def voting(clause: Voting, organ: str, post: str, rules: Rules) -> dict[str, Any]:
    """A row of `VOTING`, as far as it follows from any clause that elects."""
    top, _, bottom = clause.ballot.majority.partition("/")
    return {
        "clause": clause.id,
        "organ": organ,
        "post": post,
        "tier": rules.organs[organ].tier,
        "renews": False,
        "method": clause.ballot.method,
        "top": int(top),
        "bottom": int(bottom),
        "base": clause.ballot.of,
        "default": clause.ballot.default,
    }


def some(found: BooleanValue) -> BooleanScalar:
    """Whether it holds of any row of a group; null where it holds of none for certain and of some perhaps."""
    perhaps = ibis.ifelse(found.fill_null(True).any(), ibis.null("boolean"), False)  # `isnull` of a negation misreads
    return ibis.ifelse(found.fill_null(False).any(), True, perhaps)


def first_of(person: StringValue, found: BooleanValue) -> StringScalar:
    """One of those of a group of whom it holds; the first by name."""
    return person.min(where=found.fill_null(False))


def calls(facts: Facts, ours: Table) -> Table:
    """Calls of elections under clauses: the act, `election`, `post`, `seats`, `again` (the id was used before), and the
    columns of `VOTING`.
    """
    table = of(facts, "election.call")
    table = table.select(
        "unit", "entry", "seq", "at", "actor", "office", "meeting",
        election=text(facts, table, "election"),
        post=text(facts, table, "fills"),
        seats=text(facts, table, "seats").try_cast("int64"),
    )  # fmt: skip
    window = ibis.window(group_by=("unit", "election"), order_by="seq")
    table = table.mutate(again=ibis.row_number().over(window) > 0)
    return _sitting(facts, table).join(ours, ["organ", "post"])


def about(facts: Facts, ours: Table, verb: str) -> Table:
    """Nominations or counts in elections under clauses: the act, `election`, `post`, `seats`, `basis` (its call),
    `done` (it was counted before), and the columns of `VOTING`.
    """
    table = of(facts, verb)
    table = table.select(
        "unit", "entry", "seq", "at", "actor", "office", "subject", "payload", "meeting",
        election=text(facts, table, "election"),
    )  # fmt: skip
    called = counted(facts)
    called = called.filter(called.called_seq.notnull())
    called = called.select("unit", "election", "meeting", "post", "seats", "called_seq", "first_seq", basis="called_by")
    table = table.join(called, ["unit", "election", "meeting"])
    table = table.filter(table.called_seq < table.seq)
    table = table.mutate(done=(table.first_seq < table.seq).fill_null(False))
    return _sitting(facts, table).join(ours, ["organ", "post"])


def _sitting(facts: Facts, table: Table) -> Table:
    return table.join(meetings(facts).select("unit", "meeting", "organ"), ["unit", "meeting"])


def vacancies(facts: Facts, table: Table) -> Table:
    """Acts with `left`: how many places are free; null where any number may hold the post."""
    asked = table.filter(table.capacity.notnull(), ~table.renews).select("clause", "unit", "post", "entry", "seq", "at")
    places = tenures(facts)
    places = places.filter(~places.acting)
    places = places.select("unit", "post", "since", "since_seq", "until", "ended", "ended_seq")
    found = asked.join(places, ["unit", "post"])
    found = found.filter(running(found, found.seq, found["at"]))
    found = found.group_by("clause", "entry").agg(taken=found.count())
    joined = table.left_join(found, ["clause", "entry"])[[*table.columns, "taken"]]
    return joined.mutate(left=joined.capacity - joined.taken.fill_null(0)).drop("taken")


def waiting(facts: Facts, table: Table) -> Table:
    """Calls with `waiting`: the seats of elections to the post, in meetings still open, that are not counted yet."""
    others = counted(facts).select("unit", "post", "meeting", "called_seq", "first_seq", more="seats")
    rooms = meetings(facts).select("unit", "meeting", "opened_seq", "closed_seq")
    others = others.join(rooms, ["unit", "meeting"]).drop("meeting")
    found = table.select("clause", "unit", "post", "entry", "seq").join(others, ["unit", "post"])
    found = found.filter(
        found.called_seq < found.seq,
        found.first_seq.isnull() | (found.first_seq >= found.seq),
        found.opened_seq < found.seq,
        found.closed_seq.isnull() | (found.closed_seq >= found.seq),
    )
    found = found.group_by("clause", "entry").agg(waiting=found.more.sum())
    joined = table.left_join(found, ["clause", "entry"])[[*table.columns, "waiting"]]
    return joined.mutate(waiting=joined.waiting.fill_null(0))


def nominees(facts: Facts, table: Table) -> Table:
    """Each person nominations (of `about`) name: the act's `clause`, `unit`, `entry`, `seq`, `at`, `post`, `among`,
    with `person` and `again`: they had been nominated in the election before.
    """
    rows = nominated(facts)
    window = ibis.window(group_by=("unit", "election", "person"), order_by="seq")
    rows = rows.mutate(again=ibis.row_number().over(window) > 0).select("entry", "person", "again")
    asked = table.select("clause", "unit", "entry", "seq", "at", "post", "among")
    return asked.join(rows, "entry")


def held(facts: Facts, table: Table) -> Table:
    """Of `table` (`clause`, `unit`, `entry`, `seq`, `at`, `post`, `person`) those, by `clause` and `entry`, whose
    person holds the post then.
    """
    asked = table.select("clause", "unit", "entry", "seq", "at", "post", "person")
    places = tenures(facts).select("unit", "post", "person", "since", "since_seq", "until", "ended", "ended_seq")
    found = asked.join(places, ["unit", "post", "person"])
    return found.filter(running(found, found.seq, found["at"])).select("clause", "entry").distinct()
