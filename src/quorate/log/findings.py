"""What the checker reports, and no more of it than a person can use."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a file."""

    code: str  # the kind, ``entry.changed``; they are listed in `quorate.log.verify`
    where: str  # the entry's id, ``N-02#17``, or a place in the file, ``line 20``
    message: str


class Findings:
    """Collects findings, each once, at most `MOST` of them and a last one that says that there are more."""

    def __init__(self) -> None:
        self._kept: dict[Finding, None] = {}
        self._more = 0

    def add(self, code: str, where: str, message: str) -> None:
        """Note a finding."""
        if len(self._kept) < MOST:
            self._kept.setdefault(Finding(code, where, message))
        else:
            self._more += 1

    def __len__(self) -> int:
        return len(self._kept) + self._more

    def listed(self) -> tuple[Finding, ...]:
        """The findings in the order they were made."""
        more = (Finding("findings.more", "", f"and {self._more} more."),) if self._more else ()
        return (*self._kept, *more)
