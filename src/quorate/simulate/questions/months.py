"""Matters of procedures month by month, as tables of one log: opened, decided, closed, open, and past their time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from quorate.clauses.procedure import Procedure
from quorate.simulate.questions.log import which

if TYPE_CHECKING:
    import duckdb

MONTHLY = """WITH counted AS (
        SELECT m.month, t.clause, count(*) FILTER (opened >= m.start AND opened < m.stop) AS opened,
            count(*) FILTER (decided >= m.start AND decided < m.stop) AS decided,
            count(*) FILTER (closed >= m.start AND closed < m.stop) AS closed,
            count(*) FILTER (opened < m.stop AND (closed IS NULL OR closed >= m.stop)) AS still,
            median(epoch(m.stop - opened) / 86400)
                FILTER (opened < m.stop AND (closed IS NULL OR closed >= m.stop)) AS age,
            quantile_cont(epoch(m.stop - opened) / 86400, 0.9)
                FILTER (opened < m.stop AND (closed IS NULL OR closed >= m.stop)) AS oldest
        FROM months m JOIN matters t
            ON t.opened < m.stop AND (t.closed IS NULL OR t.closed >= m.start OR t.decided >= m.start)
        GROUP BY ALL
    ), late AS (
        SELECT m.month, l.clause, count(DISTINCT (l.unit, l.matter)) AS late
        FROM months m JOIN overdue l ON l.due < m.stop AND l.settled >= m.stop GROUP BY ALL
    )
    SELECT clause, month, opened, decided, closed, still, age, oldest, coalesce(late, 0)
    FROM counted LEFT JOIN late USING (clause, month) ORDER BY clause, month"""
"""Per clause and month: matters opened, decided, closed in it; still open at its end, their age in days (median and
90 %), and how many of those are past the time of a stage.
"""

WHOLE = """SELECT clause, count(*) FILTER (opened >= $first), median(epoch(closed - opened) / 86400),
        avg(epoch(closed - opened) / 86400),
        sum(greatest(0, epoch(least(coalesce(closed, $last), $last) - greatest(opened, $first)))) / 86400
    FROM matters GROUP BY clause ORDER BY clause"""
"""Per clause: matters opened in the window; days to close, median and mean; matter-days open within the window."""


def needed(procedures: Sequence[Procedure]) -> str:
    """The entries that say what became of these matters, as SQL."""
    acts = {f"{procedure.matter}.{stage.id}" for procedure in procedures for stage in procedure.stages}
    return f"{which(acts)} OR (act = 'document.receive' AND contains(payload, '\"opens\"'))"


def prepare(db: duckdb.DuckDBPyConnection, procedures: Sequence[Procedure], first: datetime, last: datetime) -> None:
    """Make the tables `stages`, `taken`, `matters`, `overdue` and `months` of these procedures."""
    import pyarrow as pa

    rows = [row for procedure in procedures for row in _stages(procedure)]
    names = ("clause", "tier", "act", "decides", "closes", "since", "number", "unit_of_time", "by_due", "outcomes")
    table = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    text, flag = pa.string(), pa.bool_()
    kinds = (text, text, text, flag, flag, text, pa.int64(), text, flag, pa.list_(text))
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    db.register("declared", pa.table(table, schema=schema))
    db.execute("CREATE TEMP TABLE stages AS FROM declared")
    for sql in (_TAKEN, _MATTERS, _overdue()):
        db.execute(sql)
    db.execute(_MONTHS, [first, last])


def _stages(procedure: Procedure) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for stage in procedure.stages:
        act = f"{procedure.matter}.{stage.id}"
        since = stage.since or (stage.after[0] if stage.after else None)
        found.append(
            (procedure.id, procedure.tier, act, stage.decision is not None, stage.final,
             f"{procedure.matter}.{since}" if since else None,
             stage.within.value if stage.within else None, stage.within.unit if stage.within else None,
             stage.by_due, list(stage.only_after_outcome))
        )  # fmt: skip
    return found


_TAKEN = """CREATE TEMP TABLE taken AS
    WITH by_hand AS (
        SELECT unit, tier, seq, at_earliest AS moment, act, ref AS matter, payload FROM log
        WHERE act IN (SELECT act FROM stages)
    ), by_document AS (
        SELECT unit, tier, seq, at_earliest AS moment, json_extract_string(
            payload, ['$.opens.kind', '$.opens.stage', '$.opens.matter', '$.data.matter', '$.data.due']) AS said
        FROM log WHERE act = 'document.receive' AND contains(payload, '"opens"')
    ), both_ways AS (
        SELECT unit, tier, seq, moment, act, matter, json_extract_string(payload, '$.outcome') AS outcome,
            json_extract_string(payload, '$.due') AS due FROM by_hand
        UNION ALL
        SELECT unit, tier, seq, moment, said[1] || '.' || said[2], coalesce(said[3], said[4]), NULL, said[5]
        FROM by_document
    )
    SELECT s.clause, t.unit, t.matter, t.seq, t.moment, t.act, t.outcome, TRY_CAST(t.due AS TIMESTAMP) AS due,
        s.decides, s.closes
    FROM both_ways t JOIN stages s ON s.act = t.act AND s.tier = t.tier"""
_MATTERS = """CREATE TEMP TABLE matters AS
    SELECT clause, unit, matter, min(moment) AS opened, min(moment) FILTER (decides) AS decided,
        min(moment) FILTER (closes) AS closed, arg_max(outcome, seq) AS outcome, arg_min(due, seq) AS due
    FROM taken GROUP BY ALL"""
_MONTHS = """CREATE TEMP TABLE months AS
    SELECT strftime(start, '%Y-%m') AS month, start, least(start + INTERVAL 1 MONTH, $2 + INTERVAL 1 MINUTE) AS stop
    FROM (SELECT unnest(generate_series(date_trunc('month', $1::TIMESTAMP), $2, INTERVAL 1 MONTH)) AS start)"""


def _overdue() -> str:
    """Stages not taken in their time: from when (`due`) until when they were taken after all, or the matter closed."""
    spans = " ".join(
        f"WHEN '{unit}' THEN begun.moment + to_{unit}(number::INTEGER)" for unit in ("days", "weeks", "months", "years")
    )
    return f"""CREATE TEMP TABLE overdue AS
    WITH first_last AS (
        SELECT clause, unit, matter, act, min(moment) AS first, max(moment) AS moment FROM taken GROUP BY ALL
    ), owed AS (
        SELECT s.clause, s.act, begun.unit, begun.matter, CASE unit_of_time {spans} END AS due
        FROM stages s JOIN first_last begun ON begun.clause = s.clause AND begun.act = s.since
        JOIN matters m ON m.clause = s.clause AND m.unit = begun.unit AND m.matter = begun.matter
        WHERE s.number IS NOT NULL AND (len(s.outcomes) = 0 OR list_contains(s.outcomes, m.outcome))
        UNION ALL
        SELECT s.clause, s.act, m.unit, m.matter, m.due + INTERVAL 1 DAY FROM stages s JOIN matters m USING (clause)
        WHERE s.by_due AND m.due IS NOT NULL
    )
    SELECT o.clause, o.unit, o.matter, o.due,
        least(coalesce(f.first, TIMESTAMP '9999-12-31'), coalesce(m.closed, TIMESTAMP '9999-12-31')) AS settled
    FROM owed o JOIN matters m USING (clause, unit, matter)
    LEFT JOIN first_last f USING (clause, unit, matter, act)
    WHERE o.due < coalesce(f.first, TIMESTAMP '9999-12-31') AND o.due < coalesce(m.closed, TIMESTAMP '9999-12-31')"""
