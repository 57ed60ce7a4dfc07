"""What flows through the kernel: an act someone wants to do, the refusal or record it meets, the obligations that
stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person wants to do, now, in one unit.

    `verb` names the act (``meeting.convene``). `actor` is a person's id; `office` or `organ` the capacity they act
    in, where they name it. `ref` is what the act is about (a matter, a document), `subject` the person or unit it is
    done to.
    """

    verb: str
    unit: str
    at: str
    actor: str | None = None
    organ: str | None = None
    office: str | None = None
    subject: str | None = None
    meeting: str | None = None
    ref: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - payloads are JSON
        """A payload field."""
        return self.payload.get(name, default)


def persons(act: Act) -> list[str]:
    """Whom an act that may name several persons is about."""
    named = act.payload.get("persons")
    return list(named) if isinstance(named, list) else [act.subject] if act.subject else []


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was not recorded: the clause that forbids it (or `closed-world` where none permits it), in words,
    and what would help.
    """

    clause: str
    message: str
    cite: str = ""
    advice: str = ""

    def __str__(self) -> str:
        cite = f" ({self.cite})" if self.cite else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"refused by {self.clause}{cite}: {self.message}{advice}"


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something a clause demands of a unit by a date.

    `arose` and `due` are dates or date-times; `met` is when it was done (None: not yet), `met_by` the entry that did
    it. `key` tells obligations of one clause apart (a period, a matter, a person), so that replay and audit speak of
    the same one.
    """

    clause: str
    unit: str
    who: str
    what: str
    key: str
    arose: str
    due: str
    met: str | None = None
    met_by: str | None = None
    ref: str | None = None

    def status(self, on: str) -> str:
        """`kept`, `late` (done after it was due), `missed` (due passed, not done) or `due`, as seen on a day."""
        if self.met is not None and self.met[:10] <= on[:10]:
            return "kept" if self.met[:10] <= self.due[:10] else "late"
        return "missed" if self.due[:10] < on[:10] else "due"
