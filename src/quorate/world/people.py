"""The members of basic organisations, as numbers of them.

Members of one organisation are alike but for when they came, so they are counted, not listed: one, at first number 1,
heads it and holds its own office; the next to leave is the one who has been there longest of the others, and who joins
takes the next number. Who headed it before stays, until they head it again; so do those who hold its other posts on the
first day. Those who might hold office above are the
organisation's newest members of the first day, and are the last to leave.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quorate.world.units import PERSON, Units

Ints = NDArray[np.int64]


@dataclass(slots=True)
class People:
    """For every unit (int64, nought for units that are no basic organisations): `head`, the number of the member who
    heads it; `staying`, how many more, at the numbers from 2 on, hold its posts; `former`, of the one who did before
    and is still there (nought: none); `first`, the lowest number of a member besides these; `full`, the highest number
    of a full member; `last`, the highest number given; `guests`, how many came from other organisations (they keep the
    numbers those gave, and stay); `struck`, how many full members have lost their vote; `marked` are the persons who
    are of another standing than they were admitted or promoted to.

    Numbers `head`, `former`, 2 to `staying` + 1, and `first` to `last` belong; those over `full` are candidates.
    """

    units: Units
    head: Ints = field(init=False)
    staying: Ints = field(init=False)
    former: Ints = field(init=False)
    first: Ints = field(init=False)
    full: Ints = field(init=False)
    last: Ints = field(init=False)
    guests: Ints = field(init=False)
    struck: Ints = field(init=False)
    marked: set[int] = field(default_factory=set)
    _voteless: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.last = self.units.members.copy()
        self.full = self.last.copy()
        self.first = np.where(self.last > 0, 2, 0)
        self.head = np.where(self.last > 0, 1, 0)
        self.staying = np.zeros_like(self.last)
        self.former = np.zeros_like(self.last)
        self.guests = np.zeros_like(self.last)
        self.struck = np.zeros_like(self.last)

    def count(self, units: Ints) -> Ints:
        """How many belong."""
        last = self.last[units]
        return np.where(last > 0, last - self.first[units] + 2 + self._besides(units), 0)

    def voting(self, units: Ints) -> Ints:
        """How many of them are full members, and have their vote."""
        full = self.full[units]
        return np.where(full > 0, full - self.first[units] + 2 + self._besides(units) - self.struck[units], 0)

    def _besides(self, units: Ints) -> Ints:
        return np.asarray(self.guests[units] + self.staying[units] + (self.former[units] > 0), np.int64)

    def settle(self, units: Ints, number: int) -> None:
        """Let the first `number` members of each organisation, which has so many, stay: they hold its posts."""
        more = np.maximum(number - 1 - self.staying[units], 0)
        self.staying[units] += more
        self.first[units] += more

    def belongs(self, unit: int, number: int, *, full: bool = False) -> bool:
        """Whether a member of that number is an organisation's own; of full members, a full one."""
        last = self.full[unit] if full else self.last[unit]
        stays = number in (self.head[unit], self.former[unit]) or 2 <= number <= self.staying[unit] + 1
        return number > 0 and bool(stays or self.first[unit] <= number <= last)

    def succeed(self, units: Ints) -> Ints:
        """Let another member head each organisation (named once): who did before, else the longest-serving; return
        their persons' numbers. Who heads it now stays.
        """
        fresh = self.former[units] == 0
        heirs = np.where(fresh, self.first[units], self.former[units])
        self.former[units], self.head[units] = self.head[units], heirs
        self.first[units[fresh]] += 1
        return units * PERSON + heirs

    def bury(self, units: Ints) -> Ints:
        """Take who headed each organisation before, and has died; return their persons' numbers."""
        gone = units * PERSON + self.former[units]
        self.former[units] = 0
        return gone

    def join(self, units: Ints) -> Ints:
        """Add one to each organisation; return their persons' numbers."""
        self.last[units] += 1
        return units * PERSON + self.last[units]

    def welcome(self, units: Ints) -> None:
        """Add one who comes from another organisation to each, as a full member; an organisation may be named more
        than once.
        """
        np.add.at(self.guests, units, 1)

    def leave(self, units: Ints) -> Ints:
        """Take one from each organisation; return their persons' numbers."""
        gone = units * PERSON + self.first[units]
        self.first[units] += 1
        self._forget(gone)
        return gone

    def strike(self, persons: Ints) -> None:
        """Take the vote from full members, for as long as they belong; those who have left are passed over."""
        for person in persons.tolist():
            home, number = divmod(person, PERSON)
            if person not in self._voteless and self.first[home] <= number <= self.full[home]:
                self._voteless.add(person)
                self.struck[home] += 1

    def _forget(self, gone: Ints) -> None:
        """Whoever leaves is no longer among those without a vote."""
        if self._voteless:
            left = self._voteless.intersection(gone.tolist())
            self._voteless -= left
            for person in left:
                self.struck[person // PERSON] -= 1

    def promote(self, units: Ints) -> Ints:
        """Make the longest-waiting candidate of each organisation a full member; return their persons' numbers."""
        self.full[units] += 1
        return units * PERSON + self.full[units]

    def officers(self, units: Ints, place: int) -> Ints:
        """Persons who may hold office above: the founding member `place` from the end of each organisation."""
        return units * PERSON + np.maximum(self.units.members[units] - place, 1)
