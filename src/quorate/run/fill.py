"""What an act may leave out: ids that follow from the rest of it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from quorate.state.unit import UnitState
from quorate.terms.act import Act


def fill(act: Act, state: UnitState) -> Act:
    """Give a meeting, motion, election, report or matter its id where the act names none."""
    if act.verb == "meeting.convene" and act.meeting is None and act.organ and isinstance(act.get("on"), str):
        return replace(act, meeting=free(f"{act.organ}/{act.get('on')[:10]}", state.meetings))
    if act.meeting and act.verb == "motion.put" and "motion" not in act.payload:
        count = sum(meeting.id == act.meeting for _, meeting in state.motions.values())
        return replace(act, payload={**act.payload, "motion": _next(f"{act.meeting}/m", count, state.motions)})
    if act.meeting and act.verb == "election.call" and "election" not in act.payload:
        count = sum(election.meeting == act.meeting for election in state.elections.values())
        return replace(act, payload={**act.payload, "election": _next(f"{act.meeting}/e", count, state.elections)})
    if act.verb == "report.file" and act.ref is None and "report" in act.payload and "period" in act.payload:
        return replace(act, ref=free(f"{act.get('report')}/{act.get('period')}/{state.unit}", state.filed))
    return act


def _next(stem: str, count: int, taken: Container[str]) -> str:
    """The first of `stem1`, `stem2` ..., after so many, that is not taken."""
    while f"{stem}{count + 1}" in taken:
        count += 1
    return f"{stem}{count + 1}"


def free(ident: str, taken: Container[str]) -> str:
    """The id, or the first of `id/2`, `id/3` ... that is not taken."""
    number, found = 1, ident
    while found in taken:
        number += 1
        found = f"{ident}/{number}"
    return found
