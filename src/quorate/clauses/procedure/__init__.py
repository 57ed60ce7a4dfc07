"""Procedures: the stages a matter goes through, who takes each, by when, and what is sent to whom.

One mechanism serves directives and their execution, compliance reviews, campaigns, programmes, requests, disciplinary
cases, reviews and appeals; the charter's data tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from quorate.clauses.base import Clause, Rules, View, by_tiers, order, register, who
from quorate.clauses.membership import Membership
from quorate.state.documents import EFFECTIVE
from quorate.state.matters import Matter, Step
from quorate.state.meetings import Meeting, Motion
from quorate.terms import dates
from quorate.terms.act import Act, Obligation
from quorate.terms.parts import By, Slug, Text, TierId
from quorate.terms.stages import Send, Stage


@register
class Procedure(Clause):
    """A matter goes through its stages in order, each taken by those entitled, in time, with what must be stated;
    nobody decides on their own case.

    Conforming: a case is opened, notified, heard after its notice has run, and decided with reasons. Breaching: it is
    decided unheard; the member concerned votes on it; it is enforced while an appeal is open; a directive is not put
    to an organ within its week.
    """

    kind: Literal["procedure"]
    matter: Slug
    tier: TierId
    title: Text
    about: Literal["nothing", "person", "unit"] = "nothing"
    about_tiers: tuple[TierId, ...] = Field(default=(), description="The tiers of the units the matter may be about.")
    restricted: tuple[Slug, ...] = Field(default=(), description="What only readers may see; kept sealed in the log.")
    readers: By | None = None
    stages: tuple[Stage, ...] = Field(min_length=1)
    every: Literal["month", "quarter", "half-year", "year"] | None = Field(
        default=None, description="At least one such matter is opened each period."
    )
    summary = "The stages of a matter: by whom, by when, with what stated."

    @model_validator(mode="after")
    def _stages_fit(self) -> Procedure:
        known: set[str] = set()
        for stage in self.stages:
            if stage.id in known:
                raise ValueError(f"two stages have the id {stage.id!r}")
            for other in (
                *stage.after,
                *([stage.since] if stage.since else ()),
                *([stage.awaits] if stage.awaits else ()),
            ):
                if other not in known and other != stage.id:
                    raise ValueError(f"stage {stage.id!r} refers to {other!r}, which is not an earlier stage")
            known.add(stage.id)
        stray = next((other for stage in self.stages for other in stage.before if other not in known), None)
        if stray is not None:
            raise ValueError(f"`before` names {stray!r}, which is none of the stages")
        if self.restricted and self.readers is None:
            raise ValueError("a restricted procedure names its `readers`")
        return self

    def stage(self, ident: str) -> Stage | None:
        """The stage of that id."""
        return next((stage for stage in self.stages if stage.id == ident), None)

    def places(self, rules: Rules) -> Mapping[str, frozenset[str]]:  # noqa: D102, ARG002
        stages = {f"{self.matter}.{stage.id}" for stage in self.stages}
        return {self.tier: frozenset(stages | {"motion.put", "motion.vote"})}

    def _at(self, act: Act, view: View) -> tuple[Stage | None, Matter | None]:
        kind, _, name = act.verb.partition(".")
        return (self.stage(name) if kind == self.matter else None), view.state.matters.get(act.ref or "")

    def subject(self, act: Act, matter: Matter | None) -> str | None:
        """The person or unit the matter is about."""
        return matter.subject if matter else (act.subject or act.get("subject"))

    # guard: each check a stage makes, in the order a reader would ask them

    def guard(self, act: Act, view: View) -> str | None:  # noqa: D102
        if act.verb == "motion.put":
            return self._guard_put(act, view)
        if act.verb == "motion.vote":
            return self._guard_vote(act, view)
        stage, matter = self._at(act, view)
        if stage is None:
            return None
        checks = (
            self._order,
            self._conflict,
            self._stated,
            self._timing,
            self._decided,
            self._answered,
            self._addressed,
        )
        return next((why for check in checks if (why := check(stage, matter, act, view))), None)

    def _guard_put(self, act: Act, view: View) -> str | None:
        """A motion is open to all; where the matter hides whom it is about, so must the motion. To those outside the
        room nothing is said either way.
        """
        matter, meeting = view.state.matters.get(act.ref or ""), view.meeting(act)
        if matter is None or matter.kind != self.matter or "subject" not in self.restricted or not matter.subject:
            return None
        if meeting is None or act.actor not in view.present(meeting):
            return None
        said = " ".join(str(value) for value in act.payload.values())
        known = view.state.persons.get(matter.subject)
        if any(name in said for name in (matter.subject, known.name if known else matter.subject)):
            return f"the motion gives away whom {matter.id} is about; write `the member`"
        return None

    def _guard_vote(self, act: Act, view: View) -> str | None:
        found = view.state.motions.get(act.get("motion", ""))
        matter = view.state.matters.get(found[0].ref or "") if found else None
        if self.about != "person" or matter is None or matter.kind != self.matter or found is None:
            return None
        if matter.subject in found[1].present:  # unnamed: refusals are not only for those who may read the case
            return f"whom {matter.id} is about is present, and nobody votes on their own case; they must leave first"
        return None

    def _order(self, stage: Stage, matter: Matter | None, act: Act, view: View) -> str | None:  # noqa: ARG002
        if matter is None:
            if stage.after or stage.on:
                return f"there is no {self.title.lower()} {act.ref} here"
            if set("#>") & set(act.ref or ""):
                return f"{act.ref!r} reads like an entry's or a task's id; give the {self.title.lower()} another"
            if "subject" in self.restricted and act.subject and act.subject in (act.ref or ""):
                return f"the id gives away whom the {self.title.lower()} is about; give it another"
            return None
        if matter.kind != self.matter:
            return f"{act.ref} is not a {self.title.lower()}"
        if matter.closed:
            return f"{matter.id} was closed on {dates.day(matter.closed)}"
        if not stage.after:
            return f"{matter.id} is open already"
        if not any(matter.step(other) for other in stage.after):
            return f"{stage.name!r} comes after {self._titles(stage.after)}, which {matter.id} has not reached"
        passed = next((other for other in stage.before if matter.step(other)), None)
        if passed:
            return f"{stage.name!r} is no longer open: {matter.id} has been through {self._titles((passed,))}"
        if matter.step(stage.id) and not stage.repeat:
            return f"{matter.id} has been through {stage.name!r}"
        if stage.only_after_outcome:
            outcome = next((s.payload.get("outcome") for s in reversed(matter.steps) if s.payload.get("outcome")), None)
            if outcome not in stage.only_after_outcome:
                return f"{stage.name!r} follows only the outcome {' or '.join(stage.only_after_outcome)}, not {outcome}"
        return None

    def _titles(self, stages: tuple[str, ...]) -> str:
        return " or ".join(repr(found.name) for ident in stages if (found := self.stage(ident)))

    def _conflict(self, stage: Stage, matter: Matter | None, act: Act, view: View) -> str | None:
        subject = self.subject(act, matter)
        if matter is None and self.about == "person" and subject is None:
            return "name the person the case is about as `subject`"
        if matter is None and self.about == "unit":
            unit = view.rules.unit(subject or "")
            if unit is None or (self.about_tiers and unit.tier not in self.about_tiers):
                return (
                    f"a {self.title.lower()} is about an organisation, never a person: {subject} is not one it can be "
                    "about"
                )
        if self.about == "person" and act.actor == subject and not stage.by_subject:
            return f"{act.actor} takes no part in deciding their own case"
        for other in stage.not_by_actor_of if matter else ():
            done = matter.step(other) if matter else None
            if done is not None and done.actor == act.actor:
                return f"{act.actor} took the stage {other!r} and cannot take {stage.name!r} as well"
        return None

    def _stated(self, stage: Stage, matter: Matter | None, act: Act, view: View) -> str | None:  # noqa: ARG002
        missing = next((need for need in stage.needs if not act.get(need)), None)
        if missing:
            return f"{stage.name!r} must state `{missing}`"
        if stage.outcomes and act.get("outcome") not in stage.outcomes:
            return f"{stage.name!r} has an `outcome`: {' or '.join(stage.outcomes)}"
        for field in ("outcome", "standing"):  # both have effects of their own, here and where documents go
            if field in act.payload and field not in stage.needs and not (field == "outcome" and stage.outcomes):
                return f"{stage.name!r} states no `{field}`"
        standings = {standing for clause in view.rules.of(Membership) for standing in clause.standings}
        if standings and act.get("standing", next(iter(standings))) not in standings:
            return f"{act.get('standing')!r} is no standing; the charter knows {', '.join(sorted(standings))}"
        if act.get("due") is not None and dates.moment(act.get("due")) < act.at[:10]:
            return f"the date set, {act.get('due')}, is past"
        return None

    def _timing(self, stage: Stage, matter: Matter | None, act: Act, view: View) -> str | None:  # noqa: ARG002
        if stage.not_before is None or matter is None:
            return None
        since = matter.step(stage.since or stage.after[0])
        earliest = dates.after(since.at, stage.not_before) if since else None
        if earliest and act.at < earliest:
            return (
                f"{stage.name!r} may be taken from {dates.day(earliest)}, {stage.not_before} after "
                f"{self._titles((stage.since or stage.after[0],))}"
            )
        return None

    def _decided(self, stage: Stage, matter: Matter | None, act: Act, view: View) -> str | None:
        if stage.decision is None:
            return None
        found = view.state.motions.get(act.get("motion") or "")
        if found is None:
            return f"{stage.name!r} rests on a decision; name the carried motion in `motion`"
        motion, meeting = found
        if not motion.carried:
            return f"motion {motion.id} has not been carried"
        if meeting.organ not in stage.decision.organs:
            return f"motion {motion.id} was carried in the {view.name(meeting.organ)}, which does not decide this"
        if stage.decision.business and motion.decided not in stage.decision.business:
            return f"motion {motion.id} was about {view.name(motion.decided)}"
        if motion.ref != act.ref:
            return f"motion {motion.id} is about {motion.ref or 'nothing named'}, not about {act.ref}"
        return self._untimely(stage, matter, motion, meeting, act)

    def _untimely(self, stage: Stage, matter: Matter | None, motion: Motion, meeting: Meeting, act: Act) -> str | None:
        """Why a motion was voted on too early for the stage, or has been carried out, or by whom it is about."""
        if matter is None:
            own = self.about == "person" and self.subject(act, None) in meeting.present
            return "whom it is about was present, and nobody votes on their own case" if own else None
        reached = [step for step in matter.steps if step.stage in stage.after]
        if reached and motion.voted_by and order(motion.voted_by) < order(reached[0].entry):
            return f"motion {motion.id} was voted on before {matter.id} had been through {self._titles(stage.after)}"
        done = any(step.stage == stage.id and step.payload.get("motion") == motion.id for step in matter.steps)
        return f"{stage.name!r} has been taken on motion {motion.id} already" if done else None

    def _answered(self, stage: Stage, matter: Matter | None, act: Act, view: View) -> str | None:  # noqa: ARG002
        if stage.awaits is None or matter is None or matter.step(stage.awaits) is None:
            return None
        answers = [part for part in matter.sent.values() if part.get("via") == stage.awaits]
        waiting = next((part for part in answers if not part.get("final")), None)
        if waiting is not None or not answers:
            return f"{stage.name!r} waits for the answer to {self._titles((stage.awaits,))}"
        barred = next((part for part in answers if part.get("outcome") in stage.barred_by), None)
        return f"the answer was {barred['outcome']}, and so {stage.name!r} is not to be taken" if barred else None

    def _addressed(self, stage: Stage, matter: Matter | None, act: Act, view: View) -> str | None:
        for send in stage.sends:
            for unit in act.get("to", ()) if send.to_named else ():
                found = view.rules.unit(unit)
                if found is None or found.tier not in send.to_named:
                    return f"{unit} is not a unit this can be sent to"
                if not view.reaches(found.id):
                    return f"{view.name(unit)} does not stand below {view.name(view.unit)}"
            if send.to_named and send.document and not act.get("to") and "to" in stage.needs:
                return f"{stage.name!r} must name the units it goes to in `to`"
            at_home = send.to_subject and self._home(act, matter, view) == view.unit
            if (send.to_above or send.to_subject) and not at_home and not self._targets(send, act, matter, view):
                return f"{stage.name!r} has nobody to send its {send.document} to"
        return None

    # permit and settle

    def permit(self, act: Act, view: View) -> bool | str:  # noqa: D102
        stage, matter = self._at(act, view)
        if stage is None:
            return False
        if stage.by_subject and act.actor is not None and act.actor == self.subject(act, matter):
            return True
        if stage.by is None:
            return f"nobody takes {stage.name!r} by hand"
        return bool(view.capacity(act, stage.by)) or f"{stage.name!r} is for {who(view.rules, stage.by)}"

    def settle(self, act: Act, view: View) -> dict[str, Any]:  # noqa: D102
        stage, matter = self._at(act, view)
        if stage is None:
            return {}
        facts: dict[str, Any] = {"final": True} if stage.final else {}
        if matter is None and self.about == "person" and act.subject:
            facts["subject"] = act.subject
        to_subject = any(send.to_subject for send in stage.sends)
        if to_subject and "standing" in act.payload and self._home(act, matter, view) == view.unit:
            facts["imposed"] = True
        documents: dict[str, dict[str, Any]] = {}
        for send in stage.sends:
            for unit in self._targets(send, act, matter, view):
                documents.setdefault(unit, self._document(send, stage, unit, act, matter))
        return facts | ({"send": list(documents.values())} if documents else {})

    def _targets(self, send: Send, act: Act, matter: Matter | None, view: View) -> list[str]:
        found = list(send.to_units)
        if send.to_above:
            above = view.rules.above(view.state.parent or view.unit, send.to_above)
            found += [above.id] if above else []
        if send.to_named:
            found += list(act.get("to", ()))
        if send.to_origin and matter is not None and matter.origin:
            found.append(matter.origin)
        if send.to_subject:
            home = self._home(act, matter, view)
            found += [home] if home else []
        return [unit for unit in dict.fromkeys(found) if unit != view.unit]

    def _home(self, act: Act, matter: Matter | None, view: View) -> str | None:
        """The unit of the person the matter is about, as far as it is known here."""
        person = view.state.persons.get(self.subject(act, matter) or "")
        return person.unit if person is not None else None

    def _document(self, send: Send, stage: Stage, unit: str, act: Act, matter: Matter | None) -> dict[str, Any]:
        ident = act.ref or ""
        carried = {
            k: act.payload[k]
            for k in ("outcome", "due", "text", "reasons", "findings", "title", "figures", "standing")
            if k in act.payload
        }
        data: dict[str, Any] = {**carried, "title": matter.title if matter else act.get("title", "")}
        subject = self.subject(act, matter)
        if subject and self.about != "nothing":
            data["subject"] = subject
        if send.task:
            task = f"{ident}>{unit}"
            if matter is not None and task in matter.sent:
                task = f"{task}/{len(matter.steps) + 1}"
            data |= {"matter": task, "root": matter.root if matter else ident, "opens_task": True}
        else:
            there = matter.task if matter is not None and unit == matter.origin else None
            data |= {"matter": there or ident, "stage": stage.id, "final": stage.final}
        return {"to": unit, "kind": send.document, "data": data}

    # obligations

    def obligations(self, view: View, until: str) -> Iterator[Obligation]:  # noqa: D102
        if view.state.tier != self.tier:
            return
        matters = view.state.by_kind.get(self.matter, ())
        for matter in matters:
            for stage in self.stages:
                yield from self._timely(stage, matter, view, until)
        if self.every:
            yield from self._regular(list(matters), view, until)

    def _timely(self, stage: Stage, matter: Matter, view: View, until: str) -> Iterator[Obligation]:
        start: Step | None
        if stage.by_due:
            start, due = matter.steps[0], matter.due
        elif stage.within is not None:
            found = matter.step(stage.since or stage.after[0]) if stage.after else None
            start, due = found, dates.after(found.at, stage.within) if found else None
        else:
            return
        done = matter.first(stage.id)
        if start is None or due is None or (done is None and (due[:10] > until[:10] or self._passed_by(stage, matter))):
            return
        holder = ((stage.by.offices + stage.by.organs)[0]) if stage.by else view.unit
        what = f"{stage.name} ({self.title.lower()} {matter.id})"
        key = f"{matter.id}/{stage.id}"
        met, by = (done.at, done.entry) if done else (None, None)
        yield Obligation(self.id, view.unit, holder, what, key, start.at, due, met, by, matter.id)

    def _passed_by(self, stage: Stage, matter: Matter) -> bool:
        """Whether the matter went another way, so that the stage is not owed: it closed, or its outcome does not lead
        there.
        """
        if matter.closed:
            return True
        if not stage.only_after_outcome:
            return False
        outcome = next((s.payload.get("outcome") for s in reversed(matter.steps) if s.payload.get("outcome")), None)
        return outcome not in stage.only_after_outcome

    def _regular(self, matters: list[Matter], view: View, until: str) -> Iterator[Obligation]:
        assert self.every is not None
        opened: dict[str, Step] = {}
        for matter in matters:
            opened.setdefault(dates.period_of(matter.opened, self.every), matter.steps[0])
        holder = next(((s.by.offices + s.by.organs)[0] for s in self.stages if s.by), view.unit)
        for name, start, end in dates.periods(view.state.opened, until, self.every):
            due = dates.add(end, -1, "days")
            if due > until[:10]:
                return
            done = opened.get(name)
            what = f"open a {self.title.lower()} in {name}"
            met, by = (done.at, done.entry) if done else (None, None)
            yield Obligation(self.id, view.unit, holder, what, name, start, due, met, by)

    def words(self, rules: Rules) -> str:  # noqa: D102
        parts = []
        for stage in self.stages:
            text = stage.name
            if stage.within:
                text += f" within {stage.within}"
            if stage.by:
                text += f" (by {who(rules, stage.by)})"
            parts.append(text)
        every = f" At least one is opened each {self.every}." if self.every else ""
        about = {"person": " about a person", "unit": " about an organisation", "nothing": ""}[self.about]
        return f"{self.title}{about}, in each {rules.tiers[self.tier].name}: {'; '.join(parts)}.{every}"

    def problems(self, rules: Rules) -> Iterator[tuple[str, str]]:  # noqa: D102
        if self.stages[0].after:
            yield "stages", "the first stage can come after no other"
        for stage in self.stages:
            own = next((send.document for send in stage.sends if send.document in EFFECTIVE), None)
            if own:
                yield "stages", f"stage {stage.id!r} sends a document of the kind {own!r}, which means something else"
            if stage.by and by_tiers(rules, stage.by) - {self.tier}:
                yield "stages", f"stage {stage.id!r} is taken by somebody outside the tier {self.tier}"
            if stage.by is None and stage.on is None and not stage.by_subject:
                yield "stages", f"nobody takes the stage {stage.id!r}: name `by`, `by_subject` or `on`"
        for other in rules.clauses:
            if (
                isinstance(other, Procedure)
                and other.id > self.id
                and (other.matter, other.tier) == (self.matter, self.tier)
            ):
                yield (
                    "matter",
                    f"contradicts {other.id}: both are the procedure of {self.matter!r} in the tier {self.tier}",
                )
