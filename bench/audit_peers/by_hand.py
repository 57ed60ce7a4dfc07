"""The same questions put to DuckDB by hand: two plain scans, and three clauses as SQL by somebody who knows them.

    python by_hand.py QUESTION LOG OUT.parquet FROM UNTIL

LOG is a folder of Parquet files, FROM and UNTIL the first and last day looked at. A clause writes a row for each
demand, with the entry that met it, and prints as JSON how many were not met or late. What ours does besides and these
do not: dates that are not exact, records with gaps, sentences that say what is wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

NEVER = ("sealed", "prev", "hash")  # columns that no clause reads

# Meetings held: opened, and not adjourned or called off.
HELD = """
    SELECT unit, meeting, at_earliest AS moment, entry FROM log o
    WHERE act = 'meeting.open' AND organ = '{organ}' AND NOT EXISTS (
        SELECT 1 FROM log e WHERE e.act IN ('meeting.adjourn', 'meeting.cancel')
        AND e.unit = o.unit AND e.meeting = o.meeting)
"""

# So many meetings each calendar month, months without any among them: the calendar first, then what was held.
CADENCE = (
    """
    WITH held AS ("""
    + HELD
    + """),
    there AS (SELECT unit, at_earliest AS opened FROM log WHERE act = 'unit.open' AND tier = '{tier}'),
    months AS (SELECT unnest(generate_series(DATE '{start}', DATE '{until}', INTERVAL 1 MONTH))::DATE AS start),
    wanted AS (
        SELECT unit, start FROM there, months
        WHERE start >= opened::DATE AND start + INTERVAL 1 MONTH - INTERVAL 1 DAY < DATE '{until}'),
    met AS (
        SELECT unit, date_trunc('month', moment)::DATE AS start, count(*) AS number, arg_min(entry, moment) AS entry
        FROM held GROUP BY ALL)
    SELECT unit, strftime(start, '%Y-%m') AS key, entry, {number} - least(coalesce(number, 0), {number}) AS missing
    FROM wanted LEFT JOIN met USING (unit, start)
"""
)

# A report each month within five days, answered within twenty, filed again within ten where it was returned.
REPORT = """
    WITH counties AS (SELECT unit, at_earliest::DATE AS opened FROM log WHERE act = 'unit.open' AND tier = 'county'),
    filed AS (
        SELECT unit, ref, entry, at_earliest AS moment, payload ->> 'period' AS period,
            row_number() OVER (PARTITION BY unit, payload ->> 'period' ORDER BY seq) AS version
        FROM log WHERE act = 'report.file' AND payload ->> 'report' = 'county-report'),
    months AS (SELECT unnest(generate_series(DATE '{start}', DATE '{until}', INTERVAL 1 MONTH))::DATE AS start),
    filings AS (
        SELECT c.unit, strftime(start, '%Y-%m') AS key, start + INTERVAL 1 MONTH + INTERVAL 5 DAY AS due,
            f.moment, f.entry
        FROM counties c JOIN months ON start >= opened
        LEFT JOIN filed f ON f.unit = c.unit AND f.period = strftime(start, '%Y-%m') AND f.version = 1),
    returned AS (
        SELECT unit, payload ->> '$.data.report_id' AS ref, at_earliest AS moment FROM log
        WHERE act = 'document.receive' AND payload ->> 'kind' = 'report-returned'),
    again AS (
        SELECT f.unit, f.period || '/' || (f.version + 1) AS key, r.moment + INTERVAL 10 DAY AS due, n.moment, n.entry
        FROM filed f JOIN returned r USING (unit, ref)
        LEFT JOIN filed n ON n.unit = f.unit AND n.period = f.period AND n.version = f.version + 1),
    received AS (
        SELECT unit, ref, at_earliest AS moment FROM log
        WHERE act = 'document.receive' AND payload ->> '$.data.report' = 'county-report'),
    answers AS (
        SELECT unit, ref, min(at_earliest) AS moment, arg_min(entry, at_earliest) AS entry FROM log
        WHERE act IN ('report.acknowledge', 'report.return') GROUP BY ALL),
    answered AS (
        SELECT r.unit, r.ref AS key, r.moment + INTERVAL 20 DAY AS due, a.moment, a.entry
        FROM received r LEFT JOIN answers a USING (unit, ref)),
    owed AS (FROM filings UNION ALL FROM again UNION ALL FROM answered)
    SELECT unit, key, due, moment, entry, (moment IS NULL OR moment::DATE > due::DATE)::INT AS missing
    FROM owed WHERE moment IS NOT NULL OR due::DATE < DATE '{until}'
"""
# The same, but for what was returned: a report within ten days of the month, answered within twenty.
ANSWERED = """
    WITH branches AS (SELECT unit, at_earliest::DATE AS opened FROM log WHERE act = 'unit.open' AND tier = 'branch'),
    filed AS (
        SELECT unit, payload ->> 'period' AS period, min(at_earliest) AS moment, arg_min(entry, seq) AS entry
        FROM log WHERE act = 'report.file' AND payload ->> 'report' = 'monthly' GROUP BY ALL),
    months AS (SELECT unnest(generate_series(DATE '{start}', DATE '{until}', INTERVAL 1 MONTH))::DATE AS start),
    filings AS (
        SELECT b.unit, strftime(start, '%Y-%m') AS key, start + INTERVAL 1 MONTH + INTERVAL 10 DAY AS due,
            f.moment, f.entry
        FROM branches b JOIN months ON start >= opened
        LEFT JOIN filed f ON f.unit = b.unit AND f.period = strftime(start, '%Y-%m')),
    received AS (
        SELECT unit, ref, at_earliest AS moment FROM log
        WHERE act = 'document.receive' AND payload ->> '$.data.report' = 'monthly'),
    answers AS (
        SELECT unit, ref, min(at_earliest) AS moment, arg_min(entry, at_earliest) AS entry FROM log
        WHERE act IN ('report.acknowledge', 'report.return') GROUP BY ALL),
    answered AS (
        SELECT r.unit, r.ref AS key, r.moment + INTERVAL 20 DAY AS due, a.moment, a.entry
        FROM received r LEFT JOIN answers a USING (unit, ref)),
    owed AS (FROM filings UNION ALL FROM answered)
    SELECT unit, key, due, moment, entry, (moment IS NULL OR moment::DATE > due::DATE)::INT AS missing
    FROM owed WHERE moment IS NOT NULL OR due::DATE < DATE '{until}'
"""
CLAUSES = {
    "answered": ANSWERED,
    "twice-a-month": CADENCE.replace("{organ}", "council").replace("{tier}", "branch").replace("{number}", "2"),
    "county.report": REPORT,
    "executive.cadence": CADENCE.replace("{organ}", "executive-committee")
    .replace("{tier}", "province")
    .replace("{number}", "2"),
    "cell.cadence": CADENCE.replace("{organ}", "cell-meeting").replace("{tier}", "cell").replace("{number}", "1"),
}


def scan(log: duckdb.DuckDBPyRelation, *, all_: bool) -> str:
    """A query that reads every row of every column, or of those the audit may read."""
    parts = ["count(*)"]
    for name, kind in zip(log.columns, log.types, strict=True):
        if all_ or name not in NEVER:
            parts.append(f"sum(strlen({name}))" if str(kind) == "VARCHAR" else f"max({name})")
    return f"SELECT {', '.join(parts)} FROM log"


def main() -> None:
    """Ask one question."""
    question, folder, out, start, until = sys.argv[1:]
    con = duckdb.connect()
    con.execute("SET memory_limit = '2500MB'")
    con.execute("SET preserve_insertion_order = false")
    con.execute(f"SET temp_directory = '{Path(out).parent}/spill'")
    log = con.read_parquet(f"{folder}/*.parquet" if Path(folder).is_dir() else folder)
    log.create_view("log")
    if question in CLAUSES:
        sql = CLAUSES[question].replace("{start}", start).replace("{until}", until)
        con.execute(f"COPY ({sql}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
        broken = con.execute(f"SELECT sum(missing)::INT FROM '{out}'").fetchone()
        print(json.dumps({"broken": broken[0] if broken else 0}))
    else:
        row = con.execute(scan(log, all_=question == "scan-all")).fetchone()
        print(json.dumps({"rows": row[0] if row else 0}))


if __name__ == "__main__":
    main()
