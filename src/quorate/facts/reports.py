"""Routine reports: what was filed, what came in, how it was answered, of all units at once. Mirrors `state.matters`."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.facts.acts import of, text
from quorate.facts.book import Facts, fact, kept


@fact
def returned(facts: Facts) -> Table:
    """When a report was first returned to the unit that filed it: `unit`, `id`, `returned`, `returned_latest`,
    `returned_seq`, `returned_by` (the entry).
    """
    table = of(facts, "document.receive")
    table = table.filter(table.payload.contains('"report-returned"'), text(facts, table, "kind") == "report-returned")
    table = table.select("unit", "seq", "at", "latest", "entry", id=text(facts, table, "data.report_id"))
    return table.group_by("unit", "id").agg(
        returned=table["at"].argmin(table.seq),
        returned_latest=table.latest.argmin(table.seq),
        returned_by=table.entry.argmin(table.seq),
        returned_seq=table.seq.min(),
    )


@kept
def filings(facts: Facts) -> Table:
    """One row a report filed: `unit`, `entry`, `seq`, `at`, `latest`, `actor`, `office`, `report`, `period`, `id`,
    `version` (1 for the first on its period), `reused` (an earlier report has the id), as in `returned`, and
    `again`, `again_latest`, `again_by` of the next version.
    """
    table = of(facts, "report.file")
    table = table.select(
        "unit", "entry", "seq", "at", "latest", "actor", "office",
        report=text(facts, table, "report"),
        period=text(facts, table, "period"),
        id=ibis.coalesce(table.ref, table.entry),
    )  # fmt: skip
    versions = ibis.window(group_by=("unit", "report", "period"), order_by="seq")
    named = ibis.window(group_by=("unit", "id"), order_by="seq")
    table = table.mutate(
        version=ibis.row_number().over(versions) + 1,
        reused=ibis.row_number().over(named) > 0,
        again=table["at"].lead().over(versions),
        again_latest=table.latest.lead().over(versions),
        again_by=table.entry.lead().over(versions),
    )
    given = returned(facts).rename(answered="id")
    found = table.left_join(given, [table.unit == given.unit, table.id == given.answered])
    return found.select(*table.columns, "returned", "returned_latest", "returned_by", "returned_seq")


@kept
def received(facts: Facts) -> Table:
    """One row a report that came in: `unit`, `id` (the entry that filed it), `report`, `period`, `sender`, `filed`
    (when it came), `filed_latest`, `filed_seq`, `filed_by`; of its last answer `answered`, `answered_latest`,
    `answered_by`.
    """
    table = of(facts, "document.receive")
    table = table.filter(table.payload.contains('"report"'), text(facts, table, "kind") == "report")
    table = table.select(
        "unit",
        id=ibis.coalesce(table.ref, table.entry),
        report=text(facts, table, "data.report"),
        period=text(facts, table, "data.period").fill_null("a period not stated"),
        sender=text(facts, table, "from").fill_null("a unit not stated"),
        filed=table["at"],
        filed_latest=table.latest,
        filed_seq=table.seq,
        filed_by=table.entry,
    )
    said = answers(facts)
    last = said.group_by("unit", "id").agg(
        answered=said["at"].argmax(said.seq),
        answered_latest=said.latest.argmax(said.seq),
        answered_by=said.entry.argmax(said.seq),
    )
    return table.left_join(last, ["unit", "id"])[[*table.columns, "answered", "answered_latest", "answered_by"]]


@kept
def answers(facts: Facts) -> Table:
    """Each answer to a report: `unit`, `entry`, `seq`, `at`, `latest`, `actor`, `office`, `act`, `id`, `before`
    (whether the report was answered before).
    """
    table = of(facts, "report.acknowledge", "report.return")
    table = table.select("unit", "entry", "seq", "at", "latest", "actor", "office", "act", id="ref")
    window = ibis.window(group_by=("unit", "id"), order_by="seq")
    return table.mutate(before=ibis.row_number().over(window) > 0)
