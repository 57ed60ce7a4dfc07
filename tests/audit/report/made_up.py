"""Made-up reports of several sizes, seeded: the tests look at them, and so may anyone who changes the page."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from quorate.auditing.report import (
    BREACHED,
    KEPT,
    POSSIBLY,
    UNKNOWN,
    ClauseLine,
    CountLine,
    EvidenceLine,
    FindingLine,
    Report,
    UnitLine,
)

KINDS = ("cadence", "deadline", "quorum", "competence", "reporting", "election", "agenda")
SAYS = {
    "late": "The report on the month was filed 9 days after its date.",
    "missing": "No ordinary meeting of the committee was held in the month; at least two are due.",
    "forbidden": "A motion on the budget was put to the executive, which only the full committee may decide.",
    "not entitled": "The meeting was opened by a person who held none of the offices that may open it.",
}
PLACES = ("Ashby", "Brackley", "Corfe", "Dunmow", "Easing", "Fowey", "Garstang", "Hexham", "Ilkley", "Jarrow")


@dataclass(frozen=True)
class Size:
    """How large a report is, and how likely a case is breached, possibly breached, unknown (else kept)."""

    units: int
    months: int
    clauses: int
    odds: tuple[float, float, float] = (0.004, 0.0, 0.0)
    record: str = "complete"
    dense: float = 0.5  # the share of clauses with cases in a unit


def units(number: int) -> list[UnitLine]:
    """One centre, a province for each thirty, the rest districts."""
    made = [UnitLine("C", "Federal committee", None, "centre", "Centre")]
    provinces = max(1, number // 30)
    for at in range(1, number):
        name = f"{PLACES[at % 10]} {'' if at < 10 else at // 10 + 1}".strip()
        if at <= provinces:
            made.append(
                UnitLine(f"P{at:02}", f"{name} province", "州委員会" if at % 3 else None, "province", "Province", "C")
            )
        else:
            made.append(
                UnitLine(
                    f"P{at % provinces + 1:02}/{at:03}", name, None, "district", "District", f"P{at % provinces + 1:02}"
                )
            )
    return sorted(made, key=lambda unit: unit.id)


def clauses(number: int) -> list[ClauseLine]:
    return [
        ClauseLine(
            f"{KINDS[at % 7]}.{('monthly', 'of-the-executive', 'in-writing', 'yearly')[at % 4]}-{at + 1}",
            KINDS[at % 7],
            f"Bylaws, article {at // 3 + 1}, paragraph {at % 3 + 1}",
            f"The executive committee of each unit meets at least {at % 4 + 1} times a month, called by its secretary "
            "with an agenda sent seven days ahead.",
            rule=at % 3 == 0,
            assumed=(f"per_month: {at % 4 + 1}", "days of notice: 7")[: 2 if at % 5 == 0 else 0],
        )
        for at in range(number)
    ]  # fmt: skip


def months(number: int) -> list[str]:
    return [f"{2015 + at // 12}-{at % 12 + 1:02}" for at in range(number)]


def _cases(size: Size, seed: int) -> Iterator[tuple[str, str, str, str]]:
    """(clause, unit, month, verdict) of every case."""
    rng = random.Random(seed)
    breached, possibly, unknown = size.odds
    for clause in clauses(size.clauses):
        hard = rng.choice((0, 0, 0.3, 1, 1, 4))
        for unit in units(size.units):
            if rng.random() > size.dense:
                continue
            lax = rng.choice((0, 0.5, 1, 1, 3))
            for month in months(size.months):
                for _ in range(rng.choice((1, 1, 1, 2, 5))):
                    draw = rng.random() / max(hard * lax, 1e-9) if breached else rng.random()
                    yield clause.id, unit.id, month, (
                        BREACHED if draw < breached
                        else POSSIBLY if draw < breached + possibly
                        else UNKNOWN if rng.random() < unknown
                        else KEPT
                    )  # fmt: skip


def report(size: Size, seed: int = 1) -> Report:
    """A report whose counts and findings belong together."""
    rng = random.Random(seed)
    counts, findings, evidence = [], [], {}
    for (clause, unit, month), group in groupby(_cases(size, seed), key=lambda case: case[:3]):
        verdicts = [case[3] for case in group]
        counts.append(
            CountLine(clause, unit, month, *(verdicts.count(each) for each in (KEPT, BREACHED, POSSIBLY, UNKNOWN)))
        )
        for verdict in verdicts:
            if verdict == KEPT:
                continue
            how = rng.choice(list(SAYS)) if verdict != UNKNOWN else "missing"
            entries = tuple(
                f"{unit}#{rng.randrange(2000)}" for _ in range(0 if how == "missing" else rng.randint(1, 3))
            )
            sources = ("Gazette, no. 12",) if size.record == "partial" else ()
            says = (
                SAYS[how]
                if verdict != UNKNOWN
                else "The record tells of no meeting in the month; whether one was held is not known."
            )
            findings.append(
                FindingLine(
                    clause, unit, "", month, f"{month}-{rng.randint(1, 28):02}", verdict, how, says, entries, sources
                )
            )
            for entry in entries:
                evidence[entry] = EvidenceLine(
                    entry, unit, f"{month}-{rng.randint(1, 28):02}T10:30", "report.file", "executive", "secretary Moss",
                    "“Harvest, April”, sent to the province", sources[0] if sources else None,
                )  # fmt: skip
    last = months(size.months)[-1]
    return Report(
        title="The federation’s committees, judged by its bylaws",
        charter_id="federation-2015",
        charter_title="Bylaws of the federation, as amended 2014",
        log_name="federation.parquet",
        record=size.record,
        start=date(2015, 1, 1),
        end=date(int(last[:4]), int(last[5:]), 28),
        made_from="Made by quorate 0.1.0 from 41,204 entries; charter sha256 3f9a…",
        notes=("Two clauses of the charter are about votes by ballot, of which the log holds totals only.",),
        clauses=clauses(size.clauses),
        units=units(size.units),
        counts=counts,
        findings=findings,
        evidence=evidence,
    )


SIZES = {
    "twelve": Size(12, 17, 17, (0.02, 0.0, 0.0)),
    "provinces": Size(212, 17, 44, (0.006, 0.002, 0.0)),
    "country": Size(742, 17, 157, (0.004, 0.0, 0.0)),
    "partial": Size(30, 90, 20, (0.004, 0.02, 0.8), record="partial", dense=0.3),
}
