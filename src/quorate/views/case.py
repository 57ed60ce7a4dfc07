"""One matter in one unit, stage by stage, as one reader may see it."""

from __future__ import annotations

from quorate.run.record import Record
from quorate.views.base import until
from quorate.views.matters import Node, find, node


def case(record: Record, matter: str, reader: str | None, on: str, unit: str | None = None) -> Node:
    """A matter, stage by stage, with what became of it in other units, as `reader` may see it on a day.

    What is sealed is shown to a person whom the unit's procedure names as a reader and who holds that place on the day,
    and to the person the case is about; to others each stage names what is restricted. Raise `NoSuchMatter`,
    `AmbiguousMatter`, `NoSuchUnit`, `NotYetOpen`, `BadDate`.
    """
    at = until(on)
    home, found = find(record, matter, at, unit)
    return node(record, home, found.id, at, reader)
