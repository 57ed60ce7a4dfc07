"""How the outcome of an act is told: one line on standard output once it is durable, refusals on standard error."""

from __future__ import annotations

import json as jsonlib
import sys
from dataclasses import dataclass
from typing import Any, Self

from rich.text import Text

from quorate.cli.show import count, screen, status, when
from quorate.errors import QuorateError
from quorate.log import Entry
from quorate.run.record import Record
from quorate.terms.act import Refusal

RESULTS = ("carried", "outcome", "elected", "tied", "seats_by_unit", "entitled", "until", "standing")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act: recorded as `entry`, with so many documents delivered; refused; or in `error`."""

    entry: Entry | None = None
    refusal: Refusal | None = None
    error: QuorateError | None = None
    cite: str = ""
    delivered: int = 0
    where: str = ""

    @classmethod
    def of(cls, answer: Entry | Refusal, record: Record, delivered: int = 0, where: str = "") -> Self:
        """The outcome of what the record answered."""
        if isinstance(answer, Refusal):
            return cls(refusal=answer, where=where)
        clause = record.charter_on(answer.at_latest).charter.by_id.get(answer.clause or "")
        return cls(entry=answer, cite=clause.cite if clause else "", delivered=delivered, where=where)


def told(outcome: Outcome, *, json: bool, recorded: bool = True) -> None:
    """Tell an outcome; with `json` as one line of JSON on standard output, whatever it is."""
    if json:
        sys.stdout.write(jsonlib.dumps(_as_json(outcome, recorded=recorded), ensure_ascii=False) + "\n")
    elif outcome.entry is not None:
        _entry(outcome, outcome.entry, recorded=recorded)
    else:
        sys.stdout.flush()
        place = f"{outcome.where}: " if outcome.where else ""
        screen(stderr=True).print(Text(place).append_text(_why(outcome)), soft_wrap=True)


def _why(outcome: Outcome) -> Text:
    if outcome.refusal is None:
        return Text(f"error: {outcome.error}")
    refusal = outcome.refusal
    cite = f" ({refusal.cite})" if refusal.cite else ""
    text = status("refused", f"refused by {refusal.clause}")
    stop = "" if refusal.message.endswith(".") else "."
    advice = f" {refusal.advice}" if refusal.advice else ""
    return text.append(f"{cite}: {refusal.message}{stop}{advice}", style="not bold default")


def _entry(outcome: Outcome, entry: Entry, *, recorded: bool) -> None:
    line = Text(entry.entry if recorded else "allowed", style="bold" if recorded else "bold cyan")
    line.append(f"  {when(entry.at_latest)}  {entry.act}", style="not bold")
    about = next((part for part in (entry.meeting, entry.ref, entry.subject) if part), None)
    if about:
        line.append(f"  {about}", style="not bold")
    for name, value in _results(entry):
        line.append(f"  {name}: {value}", style="not bold green")
    if outcome.delivered:
        line.append(f"  {count(outcome.delivered, 'document')} delivered", style="not bold cyan")
    cite = f", {outcome.cite}" if outcome.cite else ""
    line.append(f"  by {entry.clause}{cite}", style="not bold dim")
    screen().print(line, soft_wrap=True)


def _results(entry: Entry) -> list[tuple[str, str]]:
    payload = entry.payload or {}
    return [
        (name.removesuffix("_by_unit"), _short(payload[name]))
        for name in RESULTS
        if payload.get(name) not in (None, [], {})
    ]


def _short(value: Any) -> str:  # noqa: ANN401 - any result
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value[:12])) + (f" and {len(value) - 12} more" if len(value) > 12 else "")
    if isinstance(value, dict):
        return _short([f"{name} {item}" for name, item in value.items()])
    return when(value) if isinstance(value, str) else str(value)


def _as_json(outcome: Outcome, *, recorded: bool) -> dict[str, Any]:
    where = {"where": outcome.where} if outcome.where else {}
    if outcome.entry is not None:
        entry = outcome.entry
        found: dict[str, Any] = {
            "entry": entry.entry if recorded else None,
            "act": entry.act,
            "unit": entry.unit,
            "at": entry.at_latest,
        }
        found |= {"clause": entry.clause, "cite": outcome.cite, "delivered": outcome.delivered}
        ids = {name: value for name in ("meeting", "ref", "subject") if (value := getattr(entry, name))}
        return {**found, **ids, "payload": dict(entry.payload or {}), **where}
    if outcome.refusal is not None:
        refusal = outcome.refusal
        parts = {"clause": refusal.clause, "message": refusal.message, "cite": refusal.cite, "advice": refusal.advice}
        return {"refused": parts, **where}
    return {"error": str(outcome.error), **where}
