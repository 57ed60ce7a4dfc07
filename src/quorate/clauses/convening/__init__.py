"""Who may call an organ together, with what notice, on whose instruction; and the order every meeting keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from quorate.clauses.base import Clause, Rules, View, by_tiers, register, who
from quorate.state.meetings import Meeting
from quorate.terms import dates
from quorate.terms.act import Act
from quorate.terms.parts import By, OrganId, Span, Whole

_IN_MEETING = (
    "meeting.attend",
    "meeting.minutes",
    "meeting.close",
    "meeting.adjourn",
)
_NEEDS_OPEN = frozenset(
    (
        "meeting.attend",
        "meeting.hear",
        "meeting.close",
        "motion.put",
        "motion.vote",
        "election.call",
        "election.nominate",
        "election.count",
    )
)


@register
class Convening(Clause):
    """An organ meets when called by those who may call it, after due notice, and, where the charter says so, only on
    an instruction.

    Conforming: the executive committee convenes a plenum for a day at least ten days ahead.
    Breaching: a conference is convened without the instruction it needs, or on two days' notice.
    """

    kind: Literal["convening"]
    organ: OrganId
    by: By
    notice: Span | None = None
    instruction: By | None = None
    sponsors: Whole | None = None
    polls: Span | None = Field(
        default=None, description="How long votes and ballots may be given before they are counted."
    )
    summary = "Who may call an organ together, with what notice and on whose instruction."

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102
        here = rules.organs[self.organ].tier
        verbs = {"meeting.convene", "meeting.open", "meeting.cancel", *_IN_MEETING, *_NEEDS_OPEN}
        found = {here: verbs}
        for tier in by_tiers(rules, self.instruction) if self.instruction else ():
            found.setdefault(tier, set()).add("instruction.issue")
        return {tier: frozenset(those) for tier, those in found.items()}

    def _organ_of(self, act: Act, view: View) -> str | None:
        meeting = view.meeting(act)
        return meeting.organ if meeting else act.organ

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        if self._organ_of(act, view) != self.organ:
            return None
        if act.verb == "instruction.issue":
            astray = next((unit for unit in act.get("to", ()) if not view.reaches(unit)), None)
            return f"{view.name(astray)} does not stand below {view.name(view.unit)}" if astray else None
        if act.verb == "meeting.convene":
            return self._guard_convene(act, view)
        meeting = view.meeting(act)
        if meeting is None:
            return None
        if act.verb in _NEEDS_OPEN and meeting.status != "open":
            return f"meeting {meeting.id} is {meeting.status}, not open"
        if act.verb in ("meeting.cancel", "meeting.adjourn") and meeting.status not in ("convened", "open"):
            return f"meeting {meeting.id} is {meeting.status}"
        if act.verb == "meeting.cancel" and meeting.status == "open":
            return f"meeting {meeting.id} is open; close or adjourn it"
        if act.verb == "motion.put" and act.get("motion") in view.state.motions:
            return f"there is a motion {act.get('motion')} already; give this one another id"
        if act.verb == "motion.vote" and act.get("motion") not in meeting.motions:
            return f"there is no motion {act.get('motion')} in meeting {meeting.id}"
        if act.verb == "meeting.open":
            return self._guard_open(act, view, meeting)
        if act.verb == "meeting.minutes" and meeting.opened is None:
            return f"meeting {meeting.id} has not been held"
        if act.verb == "motion.put":
            movers = [person for name in ("mover", "seconder") if (person := act.get(name)) is not None]
            absent = next((person for person in movers if person not in view.present(meeting)), None)
            return f"{absent} is not present and can neither move nor second" if absent else None
        if act.verb == "meeting.attend":
            return _strangers(set(act.get("arrived", ())), view, meeting)
        if act.verb == "meeting.close":
            return _unfinished(meeting, view)
        return self._guard_polls(act, view, meeting) if self.polls else None

    def _guard_polls(self, act: Act, view: View, meeting: Meeting) -> str | None:
        """The time runs from when the question stood: a motion put, or somebody nominated, late is polled as long."""
        if act.verb == "motion.vote":
            motion = meeting.motions.get(act.get("motion", ""))
            start = motion.put if motion else None
        elif act.verb == "election.count":
            election = view.state.elections.get(act.get("election", ""))
            start = election.asked if election else None
        else:
            return None
        assert self.polls is not None
        ends = dates.after(start, self.polls) if start else act.at
        return f"votes may be given for {self.polls} and are counted from {ends}, not before" if act.at < ends else None

    def _guard_convene(self, act: Act, view: View) -> str | None:
        organ = view.name(self.organ)
        if not view.has_organ(self.organ):
            return f"{view.name(view.unit)} has no {organ}"
        if act.meeting in view.state.meetings:
            return f"there is a meeting {act.meeting} already; give this one another id"
        earliest = dates.day(dates.after(act.at, self.notice)) if self.notice else dates.day(act.at)
        if dates.day(act.get("on")) < earliest:
            notice = (
                f"{self.notice} of notice" if self.notice else "no notice, but it cannot be held before it is called"
            )
            return (
                f"the {organ} is to be called with {notice}: on {earliest} at the earliest, not "
                f"{dates.day(act.get('on'))}"
            )
        named = set(act.get("sponsors", ())) - {act.actor}
        strangers = sorted(named - view.members(self.organ))
        if self.sponsors and len(named) - len(strangers) < self.sponsors.value:
            why = f"; {', '.join(strangers)} cannot sponsor it" if strangers else ""
            need = f"{self.sponsors} members of the {organ} must sponsor the call besides the proposer"
            return f"{need}; {len(named) - len(strangers)} do{why}"
        return self._uninstructed(act, view) if self.instruction else None

    def _uninstructed(self, act: Act, view: View) -> str | None:
        organ = view.name(self.organ)
        document = view.state.instructions.get(act.ref or "")
        if document is None or document.data.get("organ") != self.organ:
            assert self.instruction is not None
            return (
                f"the {organ} is convened on the instruction of {who(view.rules, self.instruction)} and not "
                "otherwise; no such instruction is named in `ref`"
            )
        used = next((m for m in view.state.by_organ.get(self.organ, ()) if m.instruction == act.ref), None)
        if used is not None and used.status not in ("cancelled", "adjourned"):
            return f"instruction {act.ref} has been used for meeting {used.id}"
        return None

    def _guard_open(self, act: Act, view: View, meeting: Meeting) -> str | None:
        if meeting.status != "convened":
            return f"meeting {meeting.id} is {meeting.status} and cannot be opened"
        if act.at < meeting.at:
            return f"meeting {meeting.id} is called for {meeting.at}, not before"
        if dates.day(act.at) != dates.day(meeting.at):
            return f"meeting {meeting.id} was called for {dates.day(meeting.at)}; to meet on another day, call it anew"
        if act.get("chair") not in (None, *act.get("present", ())):
            return f"{act.get('chair')} is to preside and is not among those present"
        return _strangers(set(act.get("present", ())), view, meeting)

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        if act.verb == "instruction.issue":
            return self._permit_instruction(act, view)
        if self._organ_of(act, view) != self.organ:
            return False
        if act.verb in ("meeting.convene", "meeting.cancel"):
            return (
                bool(view.capacity(act, self.by))
                or f"only {who(view.rules, self.by)} may call the {view.name(self.organ)} together"
            )
        meeting = view.meeting(act)
        if act.verb == "meeting.open":
            present = act.actor in set(act.get("present", ()))
            return (present and bool(view.capacity(act, By(organs=(self.organ,), offices=self.by.offices)))) or (
                f"a member of the {view.name(self.organ)} who is present opens it"
            )
        if act.verb in _IN_MEETING and meeting is not None:
            return act.actor in self._acting(act, view, meeting) or (
                f"only members of the {view.name(self.organ)} who are present act in its meetings"
            )
        return False

    def _acting(self, act: Act, view: View, meeting: Meeting) -> set[str]:
        """Who may run an open meeting: those in the room; any member once it is empty, or where it is not open."""
        here = view.present(meeting) if meeting.status == "open" and act.verb != "meeting.minutes" else set()
        return here or view.members(self.organ)

    def _permit_instruction(self, act: Act, view: View) -> bool | str:
        if act.organ != self.organ or self.instruction is None:
            return False
        return bool(view.capacity(act, self.instruction)) or (
            f"only {who(view.rules, self.instruction)} may instruct that the {view.name(self.organ)} be convened"
        )

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        if act.verb == "meeting.open" and self._organ_of(act, view) == self.organ:
            return {"entitled": len(view.members(self.organ))}
        if act.verb == "instruction.issue" and act.organ == self.organ:
            data = {
                "organ": self.organ,
                **{k: act.payload[k] for k in ("text", "hold_by") if k in act.payload},
            }
            tier = view.rules.organs[self.organ].tier
            targets = act.get("to") or [unit.id for unit in view.rules.below(view.unit, tier)]
            return {"send": [{"to": unit, "kind": "instruction", "data": data} for unit in targets]}
        return {}

    def sits(self, rules: Rules) -> Mapping[str, bool]:  # noqa: D102
        by_itself = not (self.instruction or self.sponsors or self.polls or rules.organs[self.organ].units)
        return {self.organ: by_itself and (self.notice is None or self.notice.unit in ("days", "weeks"))}

    def words(self, rules: Rules) -> str:  # noqa: D102
        text = f"The {rules.name(self.organ)} is called together by {who(rules, self.by)}"
        if self.notice:
            text += f", with at least {self.notice} of notice"
        if self.polls:
            text += f", and votes for {self.polls}"
        if self.sponsors:
            text += f", with {self.sponsors} sponsors"
        if self.instruction:
            text += f", on the instruction of {who(rules, self.instruction)} and not otherwise"
        return text + "."

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        here = rules.organs[self.organ].tier
        if by_tiers(rules, self.by) - {here}:
            yield "by", f"those who call the {self.organ} together must belong to its tier, {here}"


def _strangers(named: set[str], view: View, meeting: Meeting) -> str | None:
    strangers = sorted(named - view.members(meeting.organ))
    if strangers:
        return f"{strangers[0]} is not a member of the {view.name(meeting.organ)} and cannot be counted as present"
    return None


def _unfinished(meeting: Meeting, view: View) -> str | None:
    open_motion = next((m for m in meeting.motions.values() if m.carried is None), None)
    if open_motion is not None:
        return f"motion {open_motion.id} has been put and not voted on"
    uncounted = next((e for e in meeting.elections if view.state.elections[e].elected is None), None)
    return f"election {uncounted} has been called and not counted" if uncounted else None
