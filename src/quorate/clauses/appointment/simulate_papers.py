"""The papers of appointments, simulated: forms of what goes to the appointing unit and comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.world.units import plain
from quorate.world.world import World

Ints = NDArray[np.int64]
REFUSED = "Not enough experience of the work (invented)"
KEPT = "The organ stands by its choice (invented)"


def loose(world: World, value: dict[str, Any]) -> Ints:
    """One text, for one entry."""
    return np.array([world.loose.add(plain(value))])


def nominated(world: World, person: int, post: str) -> dict[str, str]:
    """What a nomination says of somebody."""
    units = world.units
    return {"name": units.person_name(person), "person": units.person(person), "post": post}


def receive(world: World, clause: str, kind: str, sender: int, data: dict[str, Any]) -> tuple[Any, Ints]:
    """The form in which one document is received (gap `a` is the sender's entry), and its text for gap `b`."""
    form = world.forms.form("document.receive", clause, ref="{a:entry}", payload="{b:loose}")
    return form, loose(world, {"data": data, "from": world.units.ids[sender], "kind": kind})


NAME = "{d:name}, no. {e:two} (invented)"


def appointed(post: str, *, elsewhere: bool) -> str:
    """The payload of an appointment: gap `b` the person, `c` the unit, `d` and `e` the person's home and number."""
    if not elsewhere:
        return f'{{"name":"{NAME}","post":"{post}"}}'
    data = f'{{"name":"{NAME}","person":"{{b:person}}","post":"{post}"}}'
    send = f'[{{"data":{data},"kind":"appointment","to":"{{c:unit}}"}}]'
    return f'{{"name":"{NAME}","post":"{post}","send":{send},"to":"{{c:unit}}"}}'


def told(post: str) -> str:
    """The payload in which an appointment is received: gap `b` the person, `c` the sender, `d` and `e` as above."""
    data = f'{{"name":"{NAME}","person":"{{b:person}}","post":"{post}"}}'
    return f'{{"data":{data},"from":"{{c:unit}}","kind":"appointment"}}'
