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
