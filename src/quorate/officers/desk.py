"""The desk: where an officer sits down in one unit, with what it takes to act there."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from quorate.charter.model import Charter
from quorate.clauses import Clause, View
from quorate.log import Entry
from quorate.officers.scenario import Scenario
from quorate.run.record import Record
from quorate.state.unit import UnitState
from quorate.terms import dates
from quorate.terms.act import Act, Refusal
from quorate.terms.parts import By


@dataclass(slots=True)
class Wanted:
    """A decision somebody waits for: a motion on `business` about `ref` in one of these organs."""

    organs: tuple[str, ...]
    business: str
    ref: str
    text: str


@dataclass(slots=True)
class Tally:
    """What the officers have done: acts recorded, acts refused with why, documents delivered."""

    recorded: int = 0
    delivered: int = 0
    refused: list[tuple[Act, Refusal]] = field(default_factory=list)
    attempts: list[tuple[str, Act, Refusal | Entry]] = field(default_factory=list)
    sittings: dict[str, set[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Desk:
    """One unit, one day. All acting goes through `do`; nothing here touches the store."""

    record: Record
    scenario: Scenario
    unit: str
    day: str
    tally: Tally
    wanted: dict[str, list[Wanted]]
    rng: random.Random
    charter: Charter = field(init=False)

    def __post_init__(self) -> None:
        self.charter = self.record.charter_on(self.day).charter

    @property
    def state(self) -> UnitState:
        """The unit's state now."""
        return self.record.state(self.unit)

    @property
    def now(self) -> str:
        """This morning, or the moment of the unit's last entry if that is later."""
        return max(f"{self.day}T09:00", self.state.last)

    def view(self, at: str | None = None) -> View:
        """The unit beside the charter."""
        return View(self.charter, self.state, at or self.now)

    def clauses(self, kind: type[Clause]) -> Iterator[Any]:
        """The charter's clauses of a kind."""
        return iter(self.charter.of(kind, self.state.tier))

    def able(self, by: By | None, avoid: Iterable[str | None] = ()) -> tuple[str | None, str | None]:
        """Somebody whom `by` names, with the office they act in: office holders first."""
        if by is None:
            return None, None
        view, shunned = self.view(), set(avoid)
        for office in by.offices:
            for tenure in view.holders(office):
                if tenure.person not in shunned:
                    return tenure.person, office
        for organ in by.organs:
            person = next((p for p in sorted(view.members(organ)) if p not in shunned), None)
            if person:
                return person, None
        return None, None

    def do(
        self,
        verb: str,
        actor: str | None,
        *,
        office: str | None = None,
        at: str | None = None,
        **columns: Any,  # noqa: ANN401 - the columns of Act
    ) -> Entry | Refusal:
        """Act, now or at a later moment of the day. `say` holds the payload."""
        payload = columns.pop("say", {})
        act = Act(
            verb, self.unit, max(at or self.now, self.state.last), actor, office=office, payload=payload, **columns
        )
        found = self.record.act(act)
        if isinstance(found, Refusal):
            self.tally.refused.append((act, found))
            return found
        self.tally.recorded += 1
        if verb == "meeting.convene":
            self.tally.sittings.setdefault(payload["on"][:10], set()).add(self.unit)
        return found

    def would(
        self,
        verb: str,
        actor: str | None,
        *,
        office: str | None = None,
        at: str | None = None,
        **columns: Any,  # noqa: ANN401 - the columns of Act
    ) -> bool:
        """Whether an act would be recorded."""
        payload = columns.pop("say", {})
        act = Act(
            verb, self.unit, max(at or self.now, self.state.last), actor, office=office, payload=payload, **columns
        )
        return not isinstance(self.record.judge(act), Refusal)

    def lapsed(self, clause: str, key: str) -> bool:
        """Whether the scenario leaves an obligation undone today."""
        return any(
            lapse.unit == self.unit
            and lapse.clause == clause
            and (lapse.key is None or lapse.key == key)
            and (lapse.from_ is None or lapse.from_ <= self.day)
            and (lapse.to is None or self.day <= lapse.to)
            for lapse in self.scenario.lapses
        )

    def text(self, matter: str, name: str) -> str:
        """What is stated in a field."""
        texts = self.scenario.manner.texts
        return texts.get(f"{matter}.{name}") or texts.get(name) or f"({name})"

    def want(self, organs: tuple[str, ...], business: str, ref: str, text: str) -> None:
        """Ask for a decision, once."""
        waiting = self.wanted.setdefault(self.unit, [])
        if not any(item.ref == ref and item.business == business for item in waiting):
            waiting.append(Wanted(organs, business, ref, text))

    def carried(self, ref: str, organs: Iterable[str], business: Iterable[str]) -> str | None:
        """The carried motion about something, if there is one."""
        kinds, bodies = set(business), set(organs)
        for motion, meeting in self.state.motions.values():
            if (
                motion.ref == ref
                and motion.carried
                and meeting.organ in bodies
                and (not kinds or motion.business in kinds)
            ):
                return motion.id
        return None

    def days_on(self, count: int) -> str:
        """The day so many days on."""
        return dates.add(self.day, count, "days")
