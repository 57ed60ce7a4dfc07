"""Matters that go through the stages of procedures, of all units at once. Mirrors `state.matters`."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.facts.acts import of, text
from quorate.facts.book import Facts, fact, kept
from quorate.facts.documents import opening
from quorate.facts.engine import TEXT, flag


@fact
def taken(facts: Facts) -> Table:
    """The acts that take a matter a stage on, with `matter`: what they refer to."""
    table = of(facts, "", *sorted(facts.declared.stages()))
    return table.mutate(matter=table.ref.fill_null(""))


def subject_of(facts: Facts, table: Table) -> ibis.expr.types.StringValue:
    """Whom or what an act that opens a matter is about: as settled, else as the act names it."""
    stated = ibis.ifelse(table.payload.contains('"subject"'), text(facts, table, "subject"), ibis.null("string"))
    return ibis.coalesce(stated, table.subject)


@kept
def imposed(facts: Facts) -> Table:
    """Standings that stages impose on members of the unit itself: `unit`, `person`, `seq`, `at`, `standing`.

    Where the log hides whom the matter is about, nobody can be named, and there is no row.
    """
    acts = taken(facts)
    acts = acts.filter(acts.payload.contains('"imposed"')).select("unit", "matter", "seq", "at", "payload")
    acts = acts.filter(flag(text(facts, acts, "imposed")))
    here = taken(facts).semi_join(acts.select("unit", "matter").distinct(), ["unit", "matter"])
    by_act = here.select("unit", "matter", "seq", about=subject_of(facts, here))
    came = opening(facts)
    steps = by_act.union(came.select("unit", "matter", "seq", about="subject"))
    firsts = steps.group_by("unit", "matter").agg(
        first=steps.seq.min(), named=steps.seq.min(where=steps.about.notnull()), person=steps.about.argmin(steps.seq)
    )
    firsts = firsts.filter(firsts["first"] == firsts.named).select("unit", "matter", "person")
    found = acts.join(firsts, ["unit", "matter"])
    return found.select("unit", "person", "seq", "at", standing=text(facts, found, "standing"))


def tasks(facts: Facts, sending: Table) -> Table:
    """The tasks given by acts of `sending` (`unit`, `matter`, `seq`, `stage`, `payload`): `unit`, `matter`, `seq`,
    `via` (the stage), `task`, `to`.
    """
    sent = sending.filter(sending.payload.contains('"opens_task"'))
    rows = sent.select(
        "unit", "matter", "seq", via="stage", row=facts.engine.rows(sent.payload, "send", to=TEXT, data=TEXT)
    ).unnest("row")
    data = rows.row["data"]
    rows = rows.select(
        "unit", "matter", "seq", "via", to=rows.row["to"],
        task=facts.engine.text(data, "matter"),
        opens=flag(facts.engine.text(data, "opens_task")),
    )  # fmt: skip
    return rows.filter(rows.opens).drop("opens")
