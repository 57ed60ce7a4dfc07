"""The audit as one self-contained HTML page: no network, readable without JavaScript, printable.

page = render(Report(title=..., clauses=..., units=..., counts=..., findings=..., evidence=...))
"""

from quorate.auditing.report.data import (
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
from quorate.auditing.report.page import render

__all__ = [
    "BREACHED",
    "KEPT",
    "POSSIBLY",
    "UNKNOWN",
    "ClauseLine",
    "CountLine",
    "EvidenceLine",
    "FindingLine",
    "Report",
    "UnitLine",
    "render",
]
