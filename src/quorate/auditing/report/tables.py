"""The rows of the three tables: clauses, findings, evidence. What is too much for a page is counted and said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from markupsafe import Markup

from quorate.auditing.report.data import (
    BREACHED,
    POSSIBLY,
    UNKNOWN,
    ClauseLine,
    EvidenceLine,
    FindingLine,
    Report,
    UnitLine,
)
from quorate.auditing.report.summary import outcome
from quorate.auditing.report.tally import Four, Tally
from quorate.auditing.report.text import many

FINDINGS = 4_000  # rows in the page: what a browser lays out in a second, and some 3 MB with their evidence
EVIDENCE = 6_000  # entries in the page; those of the most serious findings come first
ENTRIES = 12  # entries that one finding links to
SOURCES = 6  # sources that one finding names
_RANK = {BREACHED: 0, POSSIBLY: 1, UNKNOWN: 2}
_BAR, _HIGH = 120, 10  # pixels


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause with its counts, a bar of them, and the anchor of its first finding in the table."""

    place: int
    line: ClauseLine
    four: Four
    outcome: str
    bar: Markup
    finding: str | None


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry that a finding rests on: its id, and its anchor where the page has it."""

    entry: str
    anchor: str | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding of the table; `clause` and `unit` are places, None where the report lists no such clause or unit."""

    place: int
    line: FindingLine
    mark: str
    clause: int | None
    unit: UnitLine | None
    unit_place: int | None
    cited: tuple[Cited, ...]
    more: int
    sources: tuple[str, ...]
    more_sources: int


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """An entry of the evidence table, and the findings that cite it."""

    place: int
    line: EvidenceLine
    unit: UnitLine | None
    findings: tuple[int, ...]
    more: int


def serious(report: Report) -> list[FindingLine]:
    """All findings, the most serious first: by verdict, the register's rules first, then by date, clause and unit."""
    rules = {clause.id: (not clause.rule, place) for place, clause in enumerate(report.clauses)}
    units = {unit.id: place for place, unit in enumerate(report.units)}
    last = (True, len(rules))

    def order(line: FindingLine) -> tuple[object, ...]:
        later, clause = rules.get(line.clause, last)
        return (_RANK[line.verdict], later, line.on, clause, units.get(line.unit, len(units)), line.key, line.says)

    return sorted((line for line in report.findings if line.verdict in _RANK), key=order)


def finding_rows(
    listed: Sequence[FindingLine], report: Report, places: Mapping[str, int], anchors: Mapping[str, int]
) -> list[FindingRow]:
    """The rows for the findings listed. `places` are the units' of the page, `anchors` the entries' of the evidence."""
    clauses = {clause.id: place for place, clause in enumerate(report.clauses)}
    units = {unit.id: unit for unit in report.units}
    return [
        FindingRow(
            place,
            line,
            "bpu"[_RANK[line.verdict]],
            clauses.get(line.clause),
            units.get(line.unit),
            places.get(line.unit),
            tuple(Cited(entry, _anchor(anchors.get(entry))) for entry in line.evidence[:ENTRIES]),
            max(len(line.evidence) - ENTRIES, 0),
            line.sources[:SOURCES],
            max(len(line.sources) - SOURCES, 0),
        )
        for place, line in enumerate(listed)
    ]


def _anchor(place: int | None) -> str | None:
    return None if place is None else f"e{place}"


def cited(listed: Sequence[FindingLine], report: Report) -> dict[str, list[int]]:
    """The entries that the findings listed link to, in the order in which they come up, and the findings' places."""
    found: dict[str, list[int]] = {}
    for place, line in enumerate(listed):
        for entry in line.evidence[:ENTRIES]:
            if entry in report.evidence:
                found.setdefault(entry, []).append(place)
    return found


def evidence_rows(entries: Mapping[str, Sequence[int]], report: Report) -> list[EvidenceRow]:
    """The rows of the evidence table: the first 6,000 of the entries cited."""
    units = {unit.id: unit for unit in report.units}
    return [
        EvidenceRow(
            place,
            report.evidence[entry],
            units.get(report.evidence[entry].unit),
            tuple(found[:3]),
            max(len(found) - 3, 0),
        )
        for place, (entry, found) in enumerate(islice(entries.items(), EVIDENCE))
    ]


def clause_rows(clauses: Iterable[ClauseLine], tally: Tally, listed: Sequence[FindingLine]) -> list[ClauseRow]:
    """The clauses, the register's rules first, else in the charter's order."""
    first: dict[str, str] = {}
    for place, line in enumerate(listed):
        first.setdefault(line.clause, f"f{place}")
    rows = []
    for place, clause in enumerate(clauses):
        four = tally.of_clause(clause.id)
        rows.append(ClauseRow(place, clause, four, outcome(four), bar(four), first.get(clause.id)))
    return sorted(rows, key=lambda row: not row.line.rule)


def bar(four: Four) -> Markup:
    """The shares of the four verdicts as one bar; a share above nought is never too thin to see."""
    parts = [(four.breached, "b"), (four.possibly, "p"), (four.unknown, "u"), (four.kept, "k")]
    present = [(number, mark) for number, mark in parts if number]
    if not present:
        return Markup("")
    least = 3
    room = _BAR - least * len(present)
    x, shapes = 0.0, []
    for number, mark in present:
        wide = round(least + room * number / four.all, 1)
        shapes.append(f'<rect class="s{mark}" x="{round(x, 1)}" width="{wide}" height="{_HIGH}"/>')
        x += wide
    inner = Markup("".join(shapes))
    return Markup('<svg viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">{}</svg>').format(
        _BAR, _HIGH, _BAR, _HIGH, inner
    )


def listing_note(listed: int, every: int) -> str:
    """The sentence on findings that are not in the table; empty when all are."""
    if listed == every:
        return ""
    return (
        f"The table lists the {many(listed, 'most serious finding')} of {every:,}: breaches first, then possible ones, "
        "the register’s rules before other clauses. All are counted above; the audit’s JSON and CSV hold every one."
    )


def evidence_note(shown: int, every: int) -> str:
    """The sentence on entries cited that are not in the table; empty when all are."""
    return "" if shown == every else f"The table holds the first {shown:,} of the {every:,} entries cited above."
