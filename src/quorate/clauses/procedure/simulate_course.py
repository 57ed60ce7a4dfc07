"""The way matters take through a procedure's stages, as far as the charter alone decides it."""

from __future__ import annotations

from collections.abc import Iterator

from quorate.clauses.procedure import Procedure
from quorate.terms.stages import Stage

NONE = -1


class Course:
    """A procedure's stages by number, in the charter's order; sets of stages are the bits of a whole number.

    `since` is the stage each one's time runs from (-1: none), `timed` says which must be taken by some day, `leads`
    which a stage that has its time waits for, `awaited` are those whose answers another waits for. `sanctions` are the
    outcomes that matters about persons go on with, mildest first.
    """

    def __init__(self, clause: Procedure) -> None:
        self.clause, self.stages = clause, clause.stages
        self.number = {stage.id: place for place, stage in enumerate(clause.stages)}
        self.after = [self._bits(stage.after) for stage in self.stages]
        self.before = [self._bits(stage.before) for stage in self.stages]
        self.since = [self.number[s.since or s.after[0]] if s.since or s.after else NONE for s in self.stages]
        self.timed = [bool(s.by_due or (s.within and s.after)) for s in self.stages]
        self.leads = [self._leads(place) for place in range(len(self.stages))]
        self.awaited = tuple(sorted({self.number[s.awaits] for s in self.stages if s.awaits}))
        self.sanctions = max((s.only_after_outcome for s in self.stages), key=len)

    def _bits(self, names: tuple[str, ...]) -> int:
        return sum(1 << self.number[name] for name in names)

    def _leads(self, place: int) -> bool:
        """Whether a later stage that has its time can only be reached through this one's followers."""
        found = 1 << place
        for later in range(place + 1, len(self.stages)):
            if self.after[later] & found:
                if self.timed[later]:
                    return True
                found |= 1 << later
        return False

    @property
    def opening(self) -> int:
        """The stage at which somebody opens a matter by hand; -1 where only documents open it."""
        return next((i for i, s in enumerate(self.stages) if not s.after and s.on is None and s.by), NONE)

    def decides(self, place: int) -> bool:
        """Whether a stage must name a motion."""
        stage = self.stages[place]
        return stage.decision is not None or "motion" in stage.needs

    def following(self, reached: int, outcome: str | None) -> Iterator[int]:
        """The stages that may come after those reached, in order, but for time and for answers they wait for."""
        for place in range(reached.bit_length(), len(self.stages)):
            stage = self.stages[place]
            fits = not stage.only_after_outcome or outcome in stage.only_after_outcome
            open_ = self.after[place] & reached and not self.before[place] & reached
            if fits and open_ and _by_somebody(stage):
                yield place


def _by_somebody(stage: Stage) -> bool:
    return stage.on is None and (stage.by is not None or stage.by_subject)
