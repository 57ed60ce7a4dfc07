"""The world of a simulation: units, people, posts, organs, matters and the calendar, and what faces may do in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from quorate.terms import dates
from quorate.terms.parts import By, Office, Organ
from quorate.world.bodies import Body
from quorate.world.draws import Draws
from quorate.world.matters import Matters
from quorate.world.people import People
from quorate.world.posts import Posts
from quorate.world.rows import DAY, Form, Forms, Loose, Pool, Rows
from quorate.world.units import NOBODY, Units

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
MORNING, SITTINGS, EVENING = range(3)
HOURS = (9 * 60, 10 * 60, 17 * 60)
"""The parts of a day, in order, and the minute each begins: papers are done, organs sit, the post is delivered."""


class Wishes(Protocol):
    """What a scenario says of behaviour: see `quorate.simulate.scenario`."""

    def value_on(self, day: str, name: str, tier: str, units: list[str]) -> Floats:
        """A parameter in each unit on a day."""

    def lapse_on(self, day: str, clause: str, tier: str, units: list[str]) -> Floats:
        """The share of a clause's obligations left undone in each unit on a day."""

    def changes(self, first: str, last: str) -> list[str]:
        """The days on which anything of that changes."""


class RulesLike(Protocol):
    """What is asked of the charter."""

    @property
    def organs(self) -> Mapping[str, Organ]: ...  # noqa: D102
    @property
    def offices(self) -> Mapping[str, Office]: ...  # noqa: D102


def minutes(text: str) -> int:
    """Minutes since 1970 of a date or date-time."""
    return int(np.datetime64(dates.moment(text), "m").astype(np.int64))


def written(moment: int) -> str:
    """A moment as a date-time."""
    return str(np.datetime64(int(moment), "m"))


def day_of(text: str) -> int:
    """Days since 1970 of a date."""
    return minutes(text[:10]) // DAY


def dated(day: int) -> str:
    """A day as a date."""
    return str(np.datetime64(int(day), "D"))


class World:
    """A run's whole state. Faces read and write it; the engine moves `today`.

    `pools` are the persons each unit above basic organisations knows of those below; `openings` how the scenario says
    each tier's units begin, `faces` the clauses at work by id, `shared` what those of one kind keep in common, `owing`
    who is asked what is left to be done by whom (see `needed`). `first` and `last` are the days simulated. Days are
    counted from 1 January 1970, moments in minutes from then.
    """

    def __init__(self, rules: Any, units: Units, wishes: Wishes, first: str, last: str, seed: int) -> None:
        self.rules, self.units, self.wishes = rules, units, wishes
        self.first, self.last = day_of(first), day_of(last)
        self.today, self.part = self.first, MORNING
        self.draws, self.forms, self.pool, self.matters = Draws(seed), Forms(), Pool(), Matters()
        self.loose = Loose()
        self.rows, self.people = Rows(units), People(units)
        self.posts = Posts(units, list(rules.organs.values()), list(rules.offices.values()))
        self.bodies = {organ.id: Body(self, organ) for organ in rules.organs.values() if units.count(organ.tier)}
        self.pools: dict[int, Ints] = {}
        self.openings: dict[str, Any] = {}
        self.faces: dict[str, Any] = {}
        self.shared: dict[str, Any] = {}
        self.owing: list[Callable[[str, Ints], Mask]] = []
        self._calendar: dict[tuple[int, int], list[tuple[Callable[..., None], tuple[Any, ...]]]] = {}
        self._numbers: dict[str, tuple[int, Ints]] = {}
        self._told: dict[str, Ints] = {}
        self._values: dict[tuple[str, str, str], Floats] = {}
        self._changes = {day_of(day) for day in wishes.changes(first, last)}

    # --- time

    @property
    def now(self) -> int:
        """This part of today, in minutes."""
        return self.today * DAY + HOURS[self.part]

    def on(self, days: Any, part: int, do: Callable[..., None], *arrays: Any) -> None:
        """Have something done on a day: one day for all, or a day for each row of `arrays`, whose rows are then handed
        to `do` day by day. A day gone by means as soon as may be; one after the last is dropped, and so is what is to
        be done for nobody.
        """
        soonest = self.today if part > self.part else self.today + 1
        if any(isinstance(array, np.ndarray) and not array.size for array in arrays):
            return
        if np.ndim(days) == 0:
            self._note(max(int(days), soonest), part, do, arrays)
            return
        when = np.maximum(np.asarray(days, np.int64), soonest)
        if not len(when):
            return
        order = np.argsort(when, kind="stable")
        found, starts = np.unique(when[order], return_index=True)
        for day, rows in zip(found, np.split(order, starts[1:]), strict=True):
            self._note(int(day), part, do, tuple(np.asarray(array)[rows] for array in arrays))

    def _note(self, day: int, part: int, do: Callable[..., None], arrays: tuple[Any, ...]) -> None:
        if day <= self.last:
            self._calendar.setdefault((day, part), []).append((do, arrays))

    def live(self, day: int) -> None:
        """Let a day pass."""
        self.today = day
        if day in self._changes:
            self._values.clear()
        for part in (MORNING, SITTINGS, EVENING):
            self.part = part
            for do, arrays in self._calendar.pop((day, part), ()):
                do(*arrays)

    # --- what the scenario says

    def value(self, name: str, units: Ints) -> Floats:
        """A parameter in each of these units today."""
        return self._wished("value", name, units)

    def _wished(self, what: str, name: str, units: Ints) -> Floats:
        if not len(units):
            return np.zeros(0)
        levels = self.units.tier[units]
        if levels[0] != levels[-1] or (levels != levels[0]).any():
            out = np.empty(len(units))
            for level in np.unique(levels):
                out[levels == level] = self._wished(what, name, units[levels == level])
            return out
        tier = self.units.tiers[levels[0]]
        found = self._values.get((what, name, tier))
        if found is None:
            ask = self.wishes.value_on if what == "value" else self.wishes.lapse_on
            of = self.units.of(tier)
            found = ask(dated(self.today), name, tier, self.units.ids[int(of[0]) : int(of[-1]) + 1])
            self._values[(what, name, tier)] = found
        return found[units - self.units.first(tier)]

    def lapses(self, clause: str, units: Ints, occasion: Any) -> Mask:
        """Whether each unit leaves an obligation of a clause undone; `occasion` tells one obligation from the next."""
        rate = self._wished("lapse", clause, units)
        if not rate.any():
            return np.zeros(len(units), np.bool_)
        return self.draws.chance(f"lapse {clause}", units, occasion, rate)

    def done_on(self, clause: str, units: Ints, occasion: Any, due: Any, name: str) -> Ints:
        """The days on which units do what a clause obliges them to, from today on: after as many days as the parameter
        `name` says on average, and by the day it is due; unless it lapses, and is done late or (a day after the last)
        never.
        """
        due = np.broadcast_to(np.asarray(due, np.int64), len(units))
        prompt = self.today + self.draws.delay(f"{name} {clause}", units, occasion, self.value(name, units))
        late = self.happens(f"late {clause}", units, occasion, "late_share")
        over = self.draws.delay(f"how late {clause}", units, occasion, self.value("late_days", units) - 1)
        never = np.where(late, np.maximum(due, self.today) + 1 + over, self.last + 1)
        return np.where(self.lapses(clause, units, occasion), never, np.minimum(prompt, due))

    def needed(self, post: str, units: Ints) -> Mask:
        """In which of these units something is under way, or soon will be, that only the holder of a post can do."""
        found = np.zeros(len(units), np.bool_)
        for owes in self.owing:
            found |= owes(post, units)
        return found

    def happens(self, purpose: str, units: Ints, occasion: Any, name: str) -> Mask:
        """Whether something of the probability that the parameter `name` gives happens in each unit."""
        return self.draws.chance(purpose, units, occasion, self.value(name, units))

    # --- numbers of members

    def members(self, tier: str) -> Ints:
        """How many members each unit of a tier has today: its own, and those of the organisations below it, each of
        which is counted in the nearest unit of the tier.
        """
        day, found = self._numbers.get(tier, (self.first - 1, np.zeros(0, np.int64)))
        if day != self.today:
            found = self.units.counted(tier, self.people.count(self.units.holding()))
            self._numbers[tier] = (self.today, found)
        return found

    def told(self, tier: str) -> Ints:
        """How many members each unit has as the unit of this tier above it was last told, [units]: to begin with as
        opening statements say. Whoever reads a report with figures writes them here.
        """
        found = self._told.get(tier)
        if found is None:
            founded = self.units.members
            found = self._told[tier] = founded.copy()
            for other in self.units.tiers:
                of = self.units.of(other)
                if len(of) and not founded[of].any():
                    found[of] = self.units.counted(other, founded[self.units.holding()])
        return found

    # --- acting

    def act(
        self, by: By, act: str, clause: str, units: Ints, *, at: Any = None, organ: str | None = None,
        avoid: Ints | None = None, templates: Mapping[str, str], **gaps: Any,
    ) -> tuple[Ints, Mask]:  # fmt: skip
        """An act of whoever may do it under `by` in each unit: write the entries; return their numbers (-1 where
        nobody could act) and where somebody did. Gap `a` is the actor's; `gaps` are `b` to `f`.
        """
        moment = self.now if at is None else at
        person, place = self.posts.able(by, units, moment)
        if avoid is not None:
            place = np.where(person == avoid, NOBODY, place)
        entries = np.full(len(units), NOBODY, np.int64)
        for number, name in enumerate((*by.offices, *by.organs)):
            rows = np.flatnonzero(place == number)
            if len(rows):
                office = name if name in by.offices else None
                form = self.forms.form(act, clause, organ=organ, office=office, **{"actor": "{a:person}", **templates})
                entries[rows] = self.write(form, units[rows], moment, a=person[rows], **_picked(gaps, rows))
        return entries, entries != NOBODY

    def write(self, form: Form, units: Ints, at: Any = None, **gaps: Any) -> Ints:
        """Write entries, now unless another moment is given. See `Rows.write`."""
        return self.rows.write(form, units, self.now if at is None else at, **gaps)

    # --- documents

    def send(self, form: Form, to: Ints, then: Callable[..., None] | None, *arrays: Any, **gaps: Any) -> None:
        """Have documents delivered: the receivers' entries (`form`, with its gaps) are written when the post comes,
        after the days that the parameter `post_days` says; then `then(entries, *arrays)` is called.
        """
        if not len(to):
            return
        days = np.floor(self.value("post_days", to))
        names = sorted(gaps)
        columns = [np.broadcast_to(np.asarray(gaps[name]), len(to)) for name in names]
        arrays = tuple(np.broadcast_to(np.asarray(array), len(to)) for array in arrays)

        def deliver(to: Ints, *rest: Ints) -> None:
            entries = self.rows.write(form, to, self.now, **dict(zip(names, rest[: len(names)], strict=True)))
            if then is not None:
                then(entries, *rest[len(names) :])

        self.on(self.today + days, EVENING, deliver, to, *columns, *arrays)


def _picked(gaps: Mapping[str, Any], rows: Ints) -> dict[str, Any]:
    return {name: value[rows] if np.ndim(value) else value for name, value in gaps.items()}


def spread(starts: Ints, places: Ints) -> tuple[Ints, Ints]:
    """The rows of a list of lists (`starts`, as `Units.below` gives them) at these places: for each row found, the
    place (by its rank in `places`) it belongs to, and its index.
    """
    lengths = starts[places + 1] - starts[places]
    owner = np.repeat(np.arange(len(places)), lengths)
    offset = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return owner, starts[places][owner] + offset


def by_day(days: Ints) -> Iterable[tuple[int, Ints]]:
    """Each day that occurs, and the rows it occurs in."""
    order = np.argsort(days, kind="stable")
    found, starts = np.unique(days[order], return_index=True)
    return zip((int(day) for day in found), np.split(order, starts[1:]), strict=True)
