"""When fewer persons held a post than it takes, of all units at once. Mirrors `clauses.base.gaps`."""

from __future__ import annotations

import ibis
from ibis.expr.types import Column, Table, TimestampValue

from quorate.facts.acts import bodies, vague
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.posts import tenures

_PLACE = ("clause", "unit", "post")


def vacancies(facts: Facts, wanted: Table) -> Table:
    """Each time, from a unit's opening on, in which fewer than `need` held a post, those who only acted left out.

    `wanted` has `clause`, `organ` (units without it owe nothing), `post`, `need`. Rows are `clause`, `unit`, `post`;
    `since`, `since_latest`; `to`, `to_latest` (null while it lasts) and `entry`, which ended it; `basis`, the opening.
    """
    having = bodies(facts).select("unit", organ="post", start="opened", basis="opened_by")
    there = wanted.select("clause", "organ", "post", "need").join(having, "organ").drop("organ")
    turns = _turns(_changes(facts, there))
    ended = turns.filter(turns.enough, turns["at"] > ibis.coalesce(turns.before, turns.start))
    ended = ended.select(
        *_PLACE, "entry", "basis", since=ibis.coalesce(ended.before, ended.start), since_seq=ended.before_seq,
        to=ended["at"], to_seq=ended.seq,
    )  # fmt: skip
    nothing = {"entry": ibis.null("string"), "to": ibis.null(MOMENT), "to_seq": ibis.null("int64")}
    lasting = turns.filter(~turns.enough, turns["last"])
    lasting = lasting.select(*_PLACE, "basis", since=lasting["at"], since_seq=lasting.seq, **nothing)
    never = there.anti_join(turns, _PLACE)
    never = never.select(*_PLACE, "basis", since=never.start, since_seq=ibis.null("int64"), **nothing)
    return _dated(facts, unite(ended, lasting, never))


def _changes(facts: Facts, there: Table) -> Table:
    """Every moment at which somebody came to a post or left it, before the last day looked at: `step` is 1 or -1."""
    held = tenures(facts)
    held = held.filter(~held.acting).select(
        "unit", "post", "person", "since", "since_seq", "ended_seq", "by", stop=ibis.coalesce(held.ended, held.until)
    )
    mine = there.join(held, ["unit", "post"])
    gone = mine.filter(mine.stop.notnull())

    def change(table: Table, at: Column, step: int, seq: Column) -> Table:
        return table.select(
            *_PLACE, "start", "basis", "need", "person", at=ibis.greatest(at, table.start), step=ibis.literal(step),
            seq=seq, order=table.since_seq, entry=table.by,
        )  # fmt: skip

    found = unite(change(mine, mine.since, 1, mine.since_seq), change(gone, gone.stop, -1, gone.ended_seq))
    return found.filter(found["at"] < ibis.literal(facts.until).cast(MOMENT))


def _turns(changes: Table) -> Table:
    """The changes by which a post came to be held by `enough`, or by too few: with the moment `before` and
    `before_seq` of the turn before, and whether it is the `last`.
    """
    order = [changes["at"], ibis.desc(changes.step), changes.order, changes.person]
    held = changes.step.sum().over(ibis.window(group_by=_PLACE, order_by=order, following=0))
    table = changes.mutate(held=held)
    table = table.mutate(enough=table.held >= table.need, was=table.held - table.step >= table.need)
    table = table.filter(table.enough != table.was)
    order = [table["at"], ibis.desc(table.step), table.order, table.person]
    window = ibis.window(group_by=_PLACE, order_by=order)
    return table.mutate(
        before=table["at"].lag().over(window),
        before_seq=table.seq.lag().over(window),
        last=table["at"].lead().over(window).isnull(),
    )


def _dated(facts: Facts, table: Table) -> Table:
    """The vacancies with the latest moments they may have begun and ended at, where the log is not exact."""
    for name in ("since", "to"):
        times = vague(facts).select("unit", "latest", "at", **{f"{name}_seq": "seq"})
        found = table.left_join(times, ["unit", f"{name}_seq"])
        table = found.select(*table.columns, **{f"{name}_latest": _latest(found, name)})
    return table.drop("since_seq", "to_seq")


def _latest(table: Table, name: str) -> TimestampValue:
    return ibis.ifelse((table["at"] == table[name]).fill_null(False), table.latest, table[name])
