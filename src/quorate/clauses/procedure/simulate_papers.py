"""What is written of a step: the entry, the documents it sends, and what the receivers' entries say of them.

Steps that state nothing of their own are forms with gaps, for any number of units at once; all others are put together
one by one, but for the list of those a task is handed to.

A live record seals what only some may read. A simulation has nothing to hide, for all in it is invented: what a
procedure restricts is stated openly, so that an audit can judge it, and entries say that nothing of theirs is private.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.clauses.procedure import Procedure
from quorate.terms.stages import Send, Stage
from quorate.world.rows import Form
from quorate.world.units import NOBODY, plain, quoted
from quorate.world.world import World

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
_CANONICAL: Any = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
PROSE = ("text", "reasons", "findings", "charge", "statement")
CARRIED = ("outcome", "due", "text", "reasons", "findings", "title", "figures", "standing")
"""What a document carries of what the step states, as the kernel has it."""


@dataclass(slots=True)
class Step:
    """One stage taken in several matters at once.

    `matters` are their numbers, `units` where, `actors` by whom and `places` in which capacity of the stage's `by` (-1:
    by whom the matter is about). `said` is what each states besides the stage's usual texts (empty where the step is
    a form); `first` tells that it opens the matters. `owner` (a row of this), `to` and `send` (a place among the
    stage's sends) say to whom documents go.
    """

    number: int
    stage: Stage
    matters: Ints
    units: Ints
    actors: Ints
    places: Ints
    first: bool = False
    said: list[dict[str, Any]] = field(default_factory=list)
    owner: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    to: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    send: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    data: list[list[tuple[str, str]]] = field(default_factory=list)
    """For each send of the stage and each row: the fields of a document before and after the matter's id."""

    def only(self, rows: Ints) -> Step:
        """Those of the matters only, nothing being stated yet."""
        place = np.full(len(self.matters), NOBODY, np.int64)
        place[rows] = np.arange(len(rows))
        mine = place[self.owner] != NOBODY
        return replace(
            self,
            **{name: getattr(self, name)[rows] for name in ("matters", "units", "actors", "places")},
            owner=place[self.owner[mine]],
            to=self.to[mine],
            send=self.send[mine],
        )


def uniform(clause: Procedure, stage: Stage) -> bool:
    """Whether a step at this stage states nothing that differs from matter to matter, but for titles and ids."""
    return (
        stage.decision is None
        and not stage.outcomes
        and not stage.by_subject
        and bool(stage.after)
        and clause.about == "nothing"
        and set(stage.needs) <= set(PROSE)
        and all(send == Send(document=send.document, to_origin=True) for send in stage.sends)
    )


class Papers:
    """Writes the steps of one procedure."""

    def __init__(self, world: World, clause: Procedure) -> None:
        self.world, self.clause = world, clause
        self.hidden = "subject" in clause.restricted
        self.private = ',"private":[]' if clause.restricted else ""

    @staticmethod
    def texts(stage: Stage) -> dict[str, Any]:
        """What a stage states in the same words always."""
        return {need: f"{need.capitalize()} (invented)." for need in stage.needs if need in PROSE}

    def ident(self, matter: int) -> str:
        """A matter's id."""
        matters, names = self.world.matters, []
        while matters.parent[matter] >= 0:
            names.append(self.world.units.ids[matters.owner[matter]])
            matter = int(matters.parent[matter])
        return ">".join([self.world.pool.texts[matters.root[matter]], *reversed(names)])

    def write(self, step: Step) -> Ints:
        """Write the entries; return their numbers."""
        return self._written(step) if step.said else self._formed(step)

    # --- by form

    def _formed(self, step: Step) -> Ints:
        world, matters = self.world, self.world.matters
        entries = np.full(len(step.matters), NOBODY, np.int64)
        answers = np.zeros(len(step.matters), np.bool_)
        answers[step.owner] = True
        to = np.zeros(len(step.matters), np.int64)
        to[step.owner] = step.to
        for sends in (True, False):
            for place, name in enumerate(self._capacities(step.stage)):
                rows = np.flatnonzero((answers == sends) & (step.places == place))
                if len(rows):
                    form = self._form(step.stage, name, ref="{b:matter}", payload=self._uniform(step.stage, sends))
                    about = step.matters[rows]
                    gaps = {"b": about, "c": matters.title[about], "d": to[rows]}
                    entries[rows] = world.write(form, step.units[rows], a=step.actors[rows], **gaps)
        return entries

    def _uniform(self, stage: Stage, sends: bool) -> str | None:
        own: dict[str, Any] = self.texts(stage) | ({"final": True} if stage.final else {})
        if sends:
            document = {"data": self.answer(stage), "kind": stage.sends[0].document, "to": "{d:unit}"}
            own["send"] = [document | ({"private": []} if self.clause.restricted else {})]
        return plain(own) if own else None

    def answer(self, stage: Stage) -> dict[str, Any]:
        """What an answer at this stage says: gap `b` is the matter, `c` its title."""
        said = {"matter": "{b:matter}", "stage": stage.id, "final": stage.final, "title": "{c:pooled}"}
        return {name: text for name, text in self.texts(stage).items() if name in CARRIED} | said

    def _capacities(self, stage: Stage) -> tuple[str, ...]:
        return (*stage.by.offices, *stage.by.organs) if stage.by else ()

    def _form(self, stage: Stage, capacity: str | None, **templates: str | None) -> Form:
        office = capacity if stage.by and capacity in stage.by.offices else None
        actor = templates.pop("actor", "{a:person}")
        act = f"{self.clause.matter}.{stage.id}"
        return self.world.forms.form(act, self.clause.id, office=office, actor=actor, **templates)

    # --- one by one

    def _written(self, step: Step) -> Ints:
        stage, world = step.stage, self.world
        step.data = [[self._data(send, step, row) for row in range(len(step.said))] for send in stage.sends]
        payloads = [self._payload(step, row) for row in range(len(step.said))]
        texts = np.array([world.loose.add(text) if text else NOBODY for text in payloads], np.int64)
        subject = world.matters.subject[step.matters]
        entries = np.full(len(step.matters), NOBODY, np.int64)
        for place, name in (*enumerate(self._capacities(stage)), (NOBODY, None)):
            for told in (True, False):
                rows = np.flatnonzero((step.places == place) & ((texts != NOBODY) == told))
                if not len(rows):
                    continue
                templates = {"ref": "{b:matter}", "payload": "{c:loose}" if told else None}
                if step.first and not self.hidden and self.clause.about != "nothing":
                    templates["subject"] = "{d:person}" if self.clause.about == "person" else "{d:unit}"
                if place == NOBODY and self.hidden:
                    templates["actor"] = None
                form = self._form(stage, name, **templates)
                gaps = {"b": step.matters[rows], "c": texts[rows], "d": subject[rows]}
                entries[rows] = world.write(form, step.units[rows], a=step.actors[rows], **gaps)
        return entries

    def _payload(self, step: Step, row: int) -> str:
        """A step's payload as canonical JSON; empty where it states nothing."""
        fields = {name: _json(value) for name, value in step.said[row].items()}
        mine = np.flatnonzero(step.owner == row) if len(step.said) > 1 else np.arange(len(step.owner))
        if step.stage.final:
            fields["final"] = "true"
        if len(mine):
            ids, sends = self.world.units.ids, step.send[mine]
            to = [[ids[unit] for unit in step.to[mine[sends == n]].tolist()] for n in range(len(step.stage.sends))]
            if "to" in step.stage.needs:
                named = [name for n, send in enumerate(step.stage.sends) if send.to_named for name in to[n]]
                fields["to"] = '["' + '","'.join(named) + '"]' if named else "[]"
            fields["send"] = "[" + ",".join(self._documents(step, row, to)) + "]"
        return "{" + ",".join(f'"{name}":{fields[name]}' for name in sorted(fields)) + "}" if fields else ""

    def _documents(self, step: Step, row: int, to: list[list[str]]) -> list[str]:
        """The documents a step sends, as JSON, in order; `to` names the receivers for each of the stage's sends."""
        ident = quoted(self.ident(int(step.matters[row])))
        found: list[str] = []
        for number, send in enumerate(step.stage.sends):
            before, after = step.data[number][row]
            head = f'{{"data":{{{before}"matter":"{ident}'
            tail = f'"{after}}},"kind":"{send.document}"{self.private},"to":"'
            between = f"{head}>" if send.task else f"{head}{tail}"
            found += [f'{between}{name}{tail}{name}"}}' if send.task else f'{between}{name}"}}' for name in to[number]]
        return found

    def _data(self, send: Send, step: Step, row: int) -> tuple[str, str]:
        """A document's fields before and after the matter's id, as JSON with their commas."""
        matters, matter, said = self.world.matters, int(step.matters[row]), step.said[row]
        data = {name: said[name] for name in CARRIED if name in said}
        data["title"] = Quoted(self.world.pool.texts[matters.title[matter]])
        subject = int(matters.subject[matter])
        if subject >= 0 and self.clause.about != "nothing":
            units = self.world.units
            data["subject"] = units.person(subject) if self.clause.about == "person" else units.ids[subject]
        if send.task:
            data |= {"opens_task": True, "root": self.world.pool.texts[matters.root[matter]]}
        else:
            data |= {"stage": step.stage.id, "final": step.stage.final}
        before = [f'"{name}":{_json(data[name])}' for name in sorted(data) if name < "matter"]
        after = [f'"{name}":{_json(data[name])}' for name in sorted(data) if name > "matter"]
        return "".join(f"{each}," for each in before), "".join(f",{each}" for each in after)

    # --- what receivers write

    def receipt(self, kind: str, opens: tuple[str, str, str] | None) -> Form:
        """The entry of whoever receives a document put together one by one: gaps as `post` fills them; `opens` is
        the clause, the kind of matter and the stage it opens there.
        """
        opened = ""
        if opens:
            clause, matter, stage = opens
            opened = f',"opens":{{"clause":"{clause}","kind":"{matter}","matter":"{{c:matter}}","stage":"{stage}"}}'
        payload = (
            f'{{"data":{{{{b:loose}}"matter":"{{c:matter}}"{{d:loose}}}},"from":"{{e:unit}}","kind":"{kind}"{opened}}}'
        )
        return self.world.forms.form("document.receive", self.clause.id, ref="{a:entry}", payload=payload)

    def answered(self, stage: Stage) -> Form:
        """The entry of whoever receives an answer that is a form."""
        payload = plain({"data": self.answer(stage), "from": "{d:unit}", "kind": stage.sends[0].document})
        return self.world.forms.form("document.receive", self.clause.id, ref="{a:entry}", payload=payload)


class Quoted(str):
    """A text as it stands within JSON's quotation marks already."""

    __slots__ = ()


def _json(value: Any) -> str:
    return f'"{value}"' if isinstance(value, Quoted) else json.dumps(value, **_CANONICAL)
