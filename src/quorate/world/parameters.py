"""The numbers a simulation is given: what each is, how large it may be, and how we know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that says how people behave. Declared beside the clause whose simulation asks for it.

    `least` and `most` bound what a scenario may say. A default is sourced, or `assumed`.
    """

    name: str
    words: str
    default: float
    unit: str = ""
    least: float = 0.0
    most: float = 1.0
    source: str | None = None
    assumed: bool = True


PARAMETERS = (Parameter("post_days", "days that a document takes from unit to unit", 0, "days", 0, 60),)
"""What the world itself asks for, whatever the kinds of clause."""

LATE = (
    Parameter("late_share", "the share of what is left undone that is done in the end, late", 0.5, "share"),
    Parameter("late_days", "how many days late it is done then, on average", 20, "days", 1, 400),
)
"""For kinds of clause that oblige: see `World.done_on`."""
