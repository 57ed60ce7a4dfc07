"""What an audit's report is made of: plain values, no tables, so that any engine's findings can be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

Verdict = Literal["kept", "breached", "possibly breached", "unknown"]
Record = Literal["complete", "partial"]
KEPT: Verdict = "kept"
BREACHED: Verdict = "breached"
POSSIBLY: Verdict = "possibly breached"
UNKNOWN: Verdict = "unknown"
VERDICTS: tuple[Verdict, ...] = (KEPT, BREACHED, POSSIBLY, UNKNOWN)  # as the numbers of a count stand


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause of the charter. `words` is one plain sentence, `rule` whether it is one of the register's rules,
    `assumed` the figures it rests on that no source gives, each as text.
    """

    id: str
    kind: str
    cite: str
    words: str
    rule: bool = False
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit audited: `label` is its name in the organisation's own language, `parent` the id of the unit above."""

    id: str
    name: str
    label: str | None
    tier: str
    tier_name: str
    parent: str | None = None


class CountLine(NamedTuple):
    """How many cases of a clause in a unit and month ("2015-03") were found kept, breached and so on.

    A unit that the report does not list (the units of a very large audit that kept everything, summed under any one
    name) counts in the totals and in its clause, and has no row in the calendar. So does a month outside the span.
    """

    clause: str
    unit: str
    month: str
    kept: int = 0
    breached: int = 0
    possibly: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One thing not kept, or not known to be kept. `on` is its ISO date, `period` the term it belongs to, `key` tells
    it from others of its clause and unit, `how` is "late", "missing", "forbidden" ..., `says` a sentence, `evidence`
    the ids of entries, `count` how many cases the line stands for.
    """

    clause: str
    unit: str
    key: str
    period: str
    on: str
    verdict: Verdict
    how: str
    says: str
    evidence: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """An entry of the log that a finding points to. `at` is its time as text, in EDTF where it is imprecise."""

    entry: str
    unit: str
    at: str
    act: str
    organ: str | None = None
    actor: str | None = None
    text: str = ""
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """An audit of the log `log_name` against a charter, from `start` to `end`, both included.

    `record` says which world it was judged in: in a complete record what is missing was not done, in a partial one
    it is not known. `made_from` is one line on how the report came about; `notes` are sentences for the head.
    `units_audited` is how many units were audited where `units` lists only some of them, `findings_found` how many
    findings there are where `findings` has only the most serious; the counts are of all.
    """

    title: str
    charter_id: str
    charter_title: str
    log_name: str
    record: Record
    start: date
    end: date
    made_from: str
    notes: tuple[str, ...]
    clauses: Sequence[ClauseLine]
    units: Sequence[UnitLine]
    counts: Sequence[CountLine]
    findings: Sequence[FindingLine]
    evidence: Mapping[str, EvidenceLine]
    units_audited: int | None = None
    findings_found: int | None = None
