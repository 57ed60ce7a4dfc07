"""The report of a large audit, of random counts that hardly compress, is a file that can still be sent about."""

from __future__ import annotations

import random
from dataclasses import replace

from made_up import Size, clauses, months, report, units

from quorate.auditing.report import BREACHED, CountLine, EvidenceLine, FindingLine, render


def test_a_country_of_742_units_and_157_clauses_stays_under_five_mebibytes():
    rng = random.Random(3)
    size = Size(742, 17, 157)
    kinds = [(1, 0), (1, 0), (2, 0), (5, 0), (3, 0), (0, 1), (4, 1), (1, 2)]
    odds = [9, 9, 5, 3, 2, 0.1, 0.1, 0.1]
    names, span = [unit.id for unit in units(742)], months(17)
    counts, findings, evidence = [], [], {}
    for clause in clauses(157):
        for unit in names:
            drawn = rng.choices(kinds, odds, k=17)
            counts += [CountLine(clause.id, unit, month, *kind) for month, kind in zip(span, drawn, strict=True)]
        for at in range(60):
            entries = tuple(f"{names[at]}#{clause.id}-{each}" for each in range(at % 4))
            says = "The report on the month was filed 9 days after its date, which the register gives as the tenth."
            findings.append(
                FindingLine(
                    clause.id, names[at], "", span[at % 17], f"{span[at % 17]}-05", BREACHED, "late", says, entries
                )
            )
            for entry in entries:
                evidence[entry] = EvidenceLine(
                    entry,
                    names[at],
                    "2015-01-05T10:30",
                    "report.file",
                    "executive",
                    "secretary Moss",
                    "“Harvest, April”",
                )
    made = replace(
        report(replace(size, clauses=1)), clauses=clauses(157), counts=counts, findings=findings, evidence=evidence
    )
    text = render(made)
    assert len(text.encode()) < 5 * 2**20
    assert text.count('<tr id="f') == 4000
