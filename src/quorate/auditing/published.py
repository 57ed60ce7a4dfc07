"""From findings to the report people read: names, words, counts by month, and the entries that findings rest on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from quorate.auditing.findings import Findings
from quorate.auditing.permission import CLOSED_WORLD
from quorate.auditing.report.data import ClauseLine, CountLine, EvidenceLine, FindingLine, Report, UnitLine
from quorate.charter.walk import dotted, numbers
from quorate.clauses import Clause
from quorate.log.tables.dates import edtf

MOST_UNITS = 2000  # more than these, and only units with something not kept are listed
MOST_FINDINGS = 20_000


def report_of(findings: Findings) -> Report:
    """What the report shows of an audit."""
    about, subject = findings.charter.file, findings.subject
    shown = [_finding(row) for row in findings.rows(limit=MOST_FINDINGS)]
    evidence = findings.entries(entry for line in shown for entry in line.evidence)
    units, audited = _units(findings)
    counts = list(_counts(findings, {unit.id for unit in units} if audited is not None else None))
    return Report(
        title=f"{about.title}: audit of {subject.name}",
        charter_id=about.id,
        charter_title=about.title,
        log_name=subject.name,
        record="partial" if subject.record == "partial" else "complete",
        start=date.fromisoformat(subject.start),
        end=date.fromisoformat(subject.until),
        made_from=f"{subject.rows:,} entries of {subject.name} against the charter {about.id}",
        notes=tuple(_notes(findings)),
        clauses=[*_clauses(findings)],
        units=units,
        counts=counts,
        findings=shown,
        evidence={ident: _evidence(row) for ident, row in evidence.items()},
        units_audited=audited,
        findings_found=_found(findings),
    )


def _found(findings: Findings) -> int:
    """How many findings there are beside those kept."""
    row = findings.query("SELECT count(*) FROM {rows} WHERE verdict <> 'kept'").fetchone()
    return int(row[0]) if row else 0


def _clauses(findings: Findings) -> Iterator[ClauseLine]:
    rules = findings.charter
    for tally in findings.tallies:
        clause = rules.by_id.get(tally.clause)
        if clause is None:
            yield ClauseLine(CLOSED_WORLD, "permission", "", "What no clause of the charter allows is not allowed.")
        else:
            yield ClauseLine(
                clause.id, clause.kind, clause.cite, clause.words(rules), clause.id in rules.register, _assumed(clause)
            )


def _assumed(clause: Clause) -> tuple[str, ...]:
    """The figures of a clause that no source gives: ``at_most: 4 months``."""
    return tuple(f"{dotted(path)}: {figure}" for path, figure in numbers(clause) if figure.assumed)


def _units(findings: Findings) -> tuple[list[UnitLine], int | None]:
    """The units to list, and how many were audited where that is not all of them."""
    found = findings.query("SELECT unit, bool_or(verdict <> 'kept') FROM {rows} GROUP BY unit ORDER BY unit").fetchall()
    told = {unit for unit, _ in found}
    listed = [unit for unit, troubled in found if troubled] if len(found) > MOST_UNITS else [unit for unit, _ in found]
    rules = findings.charter
    stated = findings.query(
        "SELECT unit, tier, json_extract_string(payload, '$.name'), json_extract_string(payload, '$.label'), "
        "json_extract_string(payload, '$.parent') FROM {log} WHERE act = 'unit.open' AND list_contains(?, unit)",
        listed,
    ).fetchall()
    known = {row[0]: row for row in stated}
    lines = []
    for ident in listed:
        unit = rules.unit(ident)
        row = known.get(ident, (ident, None, None, None, None))
        tier = (unit.tier if unit else row[1]) or ""
        lines.append(
            UnitLine(
                ident,
                (unit.name if unit else row[2]) or ident,
                unit.label if unit else row[3],
                tier,
                rules.name(tier) if tier else "",
                unit.parent if unit else row[4],
            )
        )
    return lines, len(told) if len(listed) < len(told) else None


def _counts(findings: Findings, only: set[str] | None) -> Iterator[CountLine]:
    """How many were kept and so on, by clause, unit and month; units not listed come together as one."""
    unit = "unit" if only is None else "CASE WHEN list_contains(?, unit) THEN unit ELSE '' END"
    sql = f"""SELECT clause, {unit}, strftime("on", '%Y-%m'), sum(count) FILTER (verdict = 'kept'),
        sum(count) FILTER (verdict = 'breached'), sum(count) FILTER (verdict = 'possibly breached'),
        sum(count) FILTER (verdict = 'unknown') FROM {{rows}} GROUP BY ALL ORDER BY ALL"""
    for row in findings.query(sql, *([sorted(only)] if only is not None else ())).fetchall():
        yield CountLine(*row[:3], *(int(number or 0) for number in row[3:]))


def _finding(row: dict[str, Any]) -> FindingLine:
    return FindingLine(
        row["clause"],
        row["unit"],
        row["key"],
        row["period"] or "",
        row["on"].date().isoformat() if row["on"] else "",
        row["verdict"],
        row["how"],
        row["says"],
        tuple(row["evidence"] or ()),
        tuple(row["sources"] or ()),
        int(row["count"]),
    )


def _evidence(row: dict[str, Any]) -> EvidenceLine:
    return EvidenceLine(
        row["entry"],
        row["unit"],
        _when(row["at_earliest"], row["at_latest"]),
        row["act"],
        row.get("organ"),
        row.get("actor"),
        _text(row.get("payload")),
        row.get("source"),
    )


def _when(earliest: datetime, latest: datetime) -> str:
    return earliest.isoformat(sep=" ", timespec="minutes") if earliest == latest else edtf(earliest, latest)


_TOLD = ("text", "title", "name", "report", "period", "business", "motion", "post", "conference", "reason", "note")


def _text(payload: str | None) -> str:
    """The few words of a payload that tell what an entry was about."""
    if not payload:
        return ""
    try:
        data = json.loads(payload)
    except ValueError:
        return ""
    parts = [f"{name}: {data[name]}" for name in _TOLD if isinstance(data, dict) and isinstance(data.get(name), str)]
    return "; ".join(parts)[:200]


def _notes(findings: Findings) -> Iterator[str]:
    """What a reader should know before relying on the numbers."""
    silent = silent_units(findings)
    if silent:
        some = ", ".join(silent[:8])
        more = f" and {len(silent) - 8:,} more" if len(silent) > 8 else ""
        yield f"The log holds no entry of {len(silent):,} units of the charter: {some}{more}."


def silent_units(findings: Findings) -> list[str]:
    """The charter's units of which the log holds no entry, by id."""
    there = {row[0] for row in findings.query("SELECT DISTINCT unit FROM {log}").fetchall()}
    return sorted(unit for unit in findings.charter.known if unit not in there)
