"""The page: gathers what each part shows and fills the template. Same report, same bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quorate.auditing.report import heat, summary, tables
from quorate.auditing.report.data import FindingLine, Report, UnitLine
from quorate.auditing.report.packed import packed
from quorate.auditing.report.periods import columns, spoken
from quorate.auditing.report.tally import Four, Tally, tally
from quorate.auditing.report.text import many, plain, script_json
from quorate.auditing.report.timeline import timeline


def render(report: Report) -> str:
    """The whole report as one HTML document, in UTF-8 when written: no network, no other file.

    At most 4,000 findings are listed, the most serious; all are counted. Of more than 1,000 units the calendar has
    the (at most 300) that did worst. Raises nothing for strange text; a clause or unit that the report does not list
    is shown by its id.
    """
    calendar = columns(report.start, report.end)
    at = heat.frame(calendar)
    counted = tally(report.counts, calendar)
    together = counted.of_units()

    # The findings of the page, and every unit it names.
    findings = tables.serious(report)
    listed = findings[: tables.FINDINGS]
    totals = {unit: _sum(cells) for unit, cells in together.items()}
    rows = heat.shown(report.units, totals)
    units = _named(report.units, rows, listed)
    places = {unit.id: place for place, unit in enumerate(units)}

    entries = tables.cited(listed, report)
    evidence = tables.evidence_rows(entries, report)
    anchors = {entry: place for place, entry in enumerate(entries) if place < len(evidence)}
    style, script = _own("report.css"), _own("report.js")
    return _environment().get_template("report.html").render(
        report=report,
        style=style,
        script=script,
        policy=_policy(style, script),
        data=script_json(packed(counted, report.clauses, units, [unit.id for unit in rows], at)),
        world=summary.WORLDS[report.record],
        span=_span(report.start, report.end),
        total=counted.together(),
        sentences=summary.sentences(counted, [clause.id for clause in report.clauses]),
        assumed=summary.assumed([clause.id for clause in report.clauses if clause.assumed], len(report.clauses)),
        outside=_outside(counted),
        clauses=tables.clause_rows(report.clauses, counted, listed),
        groups=heat.groups(rows, places, together, at),
        firsts=_firsts(listed),
        heat_head=heat.head(at),
        glyphs=heat.glyphs(at),
        legend=heat.LEGEND,
        cell=at.cell,
        left_out=_left_out(report, rows, totals),
        timeline=timeline(findings, _anchors(listed), report.start, report.end, calendar),
        drawn_from=len(findings) if (report.findings_found or 0) > len(findings) else 0,
        findings=tables.finding_rows(listed, report, places, anchors),
        listing_note=tables.listing_note(len(listed), max(len(findings), report.findings_found or 0)),
        sources=any(line.sources for line in listed),
        evidence=evidence,
        evidence_note=tables.evidence_note(len(evidence), len(entries)),
        evidence_sources=any(row.line.source for row in evidence),
    )  # fmt: skip


def _sum(cells: Sequence[Four]) -> Four:
    total = Four()
    for four in cells:
        total = total.plus(four)
    return total


def _named(every: Sequence[UnitLine], rows: Sequence[UnitLine], listed: Sequence[FindingLine]) -> list[UnitLine]:
    """The units that the page names, in their order: those of the calendar and those of the findings."""
    wanted = {unit.id for unit in rows} | {line.unit for line in listed}
    return [unit for unit in every if unit.id in wanted]


def _left_out(report: Report, rows: Sequence[UnitLine], totals: Mapping[str, Four]) -> str:
    amiss = sum(totals[unit.id].amiss > 0 for unit in report.units if unit.id in totals)
    return heat.left_out(len(report.units), len(rows), amiss, report.units_audited)


def _firsts(listed: Sequence[FindingLine]) -> dict[str, int]:
    """For each unit, the place of its first finding in the table."""
    found: dict[str, int] = {}
    for place, line in enumerate(listed):
        found.setdefault(line.unit, place)
    return found


def _anchors(listed: Sequence[FindingLine]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for place, line in enumerate(listed):
        found.setdefault((line.clause, line.on), f"f{place}")
    return found


def _outside(counted: Tally) -> str:
    number = counted.outside()
    if not number:
        return ""
    are = "lies" if number == 1 else "lie"
    return f"{many(number, 'case')} {are} outside the span and can be in the totals only, not in the calendar."


def _span(start: date, end: date) -> str:
    return spoken(start) if start == end else f"{spoken(start)} to {spoken(end)}"


def _policy(style: Markup, script: Markup) -> str:
    """Content Security Policy: our own style and script by their hashes, and nothing else from anywhere."""
    ours = f"script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    return f"default-src 'none'; {ours}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _own(name: str) -> Markup:
    """A file of ours that stands in the page as it is."""
    return Markup(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("quorate.auditing", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {"plain": plain, "many": many, "grouped": lambda number: f"{number:,}"}
    made.filters.update(filters)
    return made
