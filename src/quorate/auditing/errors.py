"""What can be wrong with a request to audit."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from quorate.errors import QuorateError


class BadRequest(QuorateError):
    """An option that means nothing here."""

    def __init__(self, what: str, given: str, known: Sequence[str]) -> None:
        near = get_close_matches(given, known, n=1)
        advice = (
            f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(known)}." if 0 < len(known) < 9 else ""
        )
        message = f"there is nothing to look at from {given}" if what == "days" else f"there is no {what} {given!r}"
        super().__init__(message, advice=advice)


class TooLittleMemory(QuorateError):
    """The audit needs more memory than it may use."""

    def __init__(self, name: str, memory: str) -> None:
        super().__init__(
            f"the audit of this log needs more memory than the {memory} it may use",
            where=name,
            advice="Give it more with `memory` (--memory 4GB), or leave clauses out.",
        )


class NothingToAudit(QuorateError):
    """A log without entries."""

    def __init__(self, name: str) -> None:
        super().__init__("the log holds no entries", where=name, advice="Is it the right file?")


class OtherCharter(QuorateError):
    """A log that another charter speaks of."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why, where=name, advice="Name the charter the log was kept under in --charter.")
