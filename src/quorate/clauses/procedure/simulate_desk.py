"""What procedures have in common: which opens on which document, who hears of answers, what waits for decisions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.procedure import Procedure
from quorate.clauses.procedure.simulate_docket import Docket
from quorate.clauses.procedure.simulate_papers import Papers, Step
from quorate.clauses.procedure.simulate_subjects import Subjects
from quorate.terms.stages import Send
from quorate.world.rows import Form
from quorate.world.units import NOBODY
from quorate.world.world import World, minutes

if TYPE_CHECKING:
    from quorate.clauses.procedure.simulate import Takes

Ints = NDArray[np.int64]
KIND = "procedure"


class Desk:
    """`opens` are the procedures that documents open, and at which stage, by tier and kind of document; `faces` the
    procedures by their place in the charter.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.docket, self.subjects = Docket(world), Subjects(world)
        self.opens: dict[tuple[str, str], tuple[Takes, int]] = {}
        self.faces: dict[int, Takes] = {}

    # --- what is sent

    def send(self, papers: Papers, step: Step, entries: Ints) -> None:
        """Send the documents of a step whose entries are written."""
        for number, send in enumerate(step.stage.sends):
            rows = np.flatnonzero(step.send == number)
            levels = self.world.units.tier[step.to[rows]]
            for level in np.unique(levels):
                self._to(papers, step, send, entries, rows[levels == level], self.world.units.tiers[level])

    def _to(self, papers: Papers, step: Step, send: Send, entries: Ints, rows: Ints, tier: str) -> None:
        """Send one kind of document to units of one tier."""
        matters, owner, to = self.world.matters, step.owner[rows], step.to[rows]
        own, sender = step.matters[owner], step.units[owner]
        answers = np.where((matters.giver[own] >= 0) & (matters.owner[matters.giver[own]] == to), own, NOBODY)
        if not step.said:
            gaps = {"a": entries[owner], "b": own, "c": matters.title[own], "d": sender}
            form = papers.answered(step.stage)
            self.world.send(form, to, self._heard, answers, np.int64(NOBODY), step.stage.final, **gaps)
            return
        opens = self.opens.get((tier, send.document)) if send.task else None
        about = self._children(papers, step, entries, rows, opens) if send.task else own
        form = papers.receipt(send.document, opens and (opens[0].clause.id, opens[0].clause.matter, _stage(opens)))
        pairs = step.data[step.stage.sends.index(send)]
        texts = np.array([[self.world.loose.add(text) for text in pair] for pair in pairs], np.int64)
        gaps = {"a": entries[owner], "b": texts[owner, 0], "c": about, "d": texts[owner, 1], "e": sender}
        if send.task:
            self.world.send(form, to, partial(opens[0].received, opens[1]) if opens else None, about, **gaps)
        elif send.to_subject:
            self._impose(form, step, owner, to, gaps)
        else:
            outcome = np.array([self._outcome(said) for said in step.said], np.int64)[owner]
            self.world.send(form, to, self._heard, answers, outcome, step.stage.final, **gaps)

    def _outcome(self, said: dict[str, Any]) -> int:
        return self.world.pool.add(said["outcome"]) if "outcome" in said else NOBODY

    def _impose(self, form: Form, step: Step, owner: Ints, to: Ints, gaps: dict[str, Ints]) -> None:
        """Send what concerns persons to their own organisations, where a standing takes effect."""
        standing = np.array([self.world.pool.add(said.get("standing", "")) for said in step.said], np.int64)[owner]
        persons = self.world.matters.subject[step.matters[owner]]
        self.world.send(form, to, self._stood, persons, standing, **gaps)

    def _stood(self, _entries: Ints, persons: Ints, standing: Ints) -> None:
        for code in np.unique(standing).tolist():
            if self.world.pool.texts[code]:
                self.subjects.stand(persons[standing == code], self.world.pool.texts[code])

    def _children(self, papers: Papers, step: Step, entries: Ints, rows: Ints, opens: tuple[Takes, int] | None) -> Ints:
        """The matters that tasks open in the units that get them."""
        matters, owner = self.world.matters, step.owner[rows]
        own = step.matters[owner]
        due = np.array([minutes(said["due"]) if "due" in said else NOBODY for said in step.said], np.int64)[owner]
        subject = matters.subject[own] if papers.clause.about != "nothing" else NOBODY
        np.add.at(matters.below, own, 1)
        return matters.add(
            len(rows), parent=own, root=matters.root[own], owner=step.to[rows], due=due,
            clause=opens[0].place if opens else NOBODY, subject=subject, origin=entries[owner],
            title=matters.title[own], below=0, giver=own, via=step.number, key=matters.key[own],
        )  # fmt: skip

    def firsts(self, awaited: str, clause: Procedure) -> set[str]:
        """The outcomes named first by those who answer what a stage sends: that all is as it was put to them."""
        stage = clause.stage(awaited)
        kinds = {send.document for send in stage.sends if send.task} if stage else set()
        faces = {face for (_, kind), (face, _) in self.opens.items() if kind in kinds}
        return {each.outcomes[0] for face in faces for each in face.clause.stages if each.outcomes}

    # --- what comes

    def _heard(self, _entries: Ints, own: Ints, outcome: Ints, final: Any) -> None:
        """Answers to tasks have come to those who gave them (`own` is -1 where they are for somebody else)."""
        matters = self.world.matters
        given = own >= 0
        own, outcome, final = own[given], outcome[given], np.asarray(final, np.bool_)[given]
        giver = matters.giver[own]
        np.subtract.at(matters.below, giver[final], 1)
        open_ = matters.place[giver] >= 0
        own, giver, outcome, final = own[open_], giver[open_], outcome[open_], final[open_]
        place = matters.clause[giver]
        for each in np.unique(place).tolist():
            mine = place == each
            self.faces[each].heard(matters.place[giver[mine]], matters.via[own[mine]], outcome[mine], final[mine])


def _stage(opens: tuple[Takes, int]) -> str:
    return opens[0].clause.stages[opens[1]].id


def desk_of(world: World) -> Desk:
    """The one desk of a world."""
    found: Desk = world.shared.setdefault(KIND, None) or Desk(world)
    world.shared[KIND] = found
    return found
