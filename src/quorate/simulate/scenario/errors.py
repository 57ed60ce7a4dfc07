"""The failures a scenario can cause."""

from __future__ import annotations

from collections.abc import Iterable

from quorate.charter.findings import Finding
from quorate.errors import QuorateError

SHOWN = 20


class BadScenario(QuorateError):
    """A scenario that cannot be read, does not fit its shape or the charter; `findings` says why, by place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        found = tuple(findings)
        self.findings = found[:SHOWN]
        first = found[0]
        more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
        super().__init__(first.message + more, where=first.where, advice=first.advice)
