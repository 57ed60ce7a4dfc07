"""The members of basic organisations, as numbers of them.

Members of one organisation are alike but for when they came, so they are counted, not listed: the first holds the
organisation's own office, the next to leave is the one who has been there longest of the others, and who joins takes the
next number. Those who might hold office above are the organisation's newest members of the first day, and are the last
to leave.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quorate.world.units import PERSON, Units

Ints = NDArray[np.int64]


@dataclass(slots=True)
class People:
    """For every unit (int64, nought for units that are no basic organisations): `first`, the lowest number of a member
    besides number 1; `full`, the highest number of a full member; `last`, the highest number given; `guests`, how many
    came from other organisations (they keep the numbers those gave, and stay).

    Numbers 1 and `first` to `last` belong; those over `full` are candidates.
    """

    units: Units
    first: Ints = field(init=False)
    full: Ints = field(init=False)
    last: Ints = field(init=False)
    guests: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.units.members.copy()
        self.full = self.last.copy()
        self.first = np.where(self.last > 0, 2, 0)
        self.guests = np.zeros_like(self.last)

    def count(self, units: Ints) -> Ints:
        """How many belong."""
        last = self.last[units]
        return np.where(last > 0, last - self.first[units] + 2 + self.guests[units], 0)

    def voting(self, units: Ints) -> Ints:
        """How many of them are full members."""
        full = self.full[units]
        return np.where(full > 0, full - self.first[units] + 2 + self.guests[units], 0)

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
        return gone

    def promote(self, units: Ints) -> Ints:
        """Make the longest-waiting candidate of each organisation a full member; return their persons' numbers."""
        self.full[units] += 1
        return units * PERSON + self.full[units]

    def officers(self, units: Ints, place: int) -> Ints:
        """Persons who may hold office above: the founding member `place` from the end of each organisation."""
        return units * PERSON + np.maximum(self.units.members[units] - place, 1)
