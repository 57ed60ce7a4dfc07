"""A value put at a path of a scenario, as ``--sweep`` names it: ``behaviour.attendance``, ``lapses.some.clause``,
``rules.some.clause.at_most.value``, ``population.members``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from quorate.charter.document import Path as Steps
from quorate.charter.document import resolve
from quorate.charter.findings import Finding, nearest
from quorate.charter.model import Charter
from quorate.simulate.scenario.errors import BadScenario
from quorate.simulate.scenario.layers import SETTINGS, Merged

SECTIONS = (*SETTINGS, "lapses", "rules", "population")


def override(merged: Merged, charter: Charter, key: str, text: str) -> None:
    """Put a value, given as text, at a path. Raise `BadScenario` where there is no such path."""
    section, _, rest = key.partition(".")
    if section not in SECTIONS or not rest:
        raise _no_path(key, f"`{key}` is no path of a scenario", nearest(section, SECTIONS))
    value: Any = resolve(text)
    origin = f"--sweep {key}"
    if section in SETTINGS:
        path = _setting(merged, section, rest)
    elif section == "lapses":
        _known(key, rest, charter.by_id.keys() | merged.data.get("rules", {}).keys())
        row = len(merged.data.setdefault("lapses", []))
        path, value = ("lapses", row), {"clause": rest, "rate": value}
    elif section == "rules":
        path = _rule(merged, charter, key, rest)
    else:
        path, value = _population(merged, key, rest.split("."), value)
    merged.put(path, value, origin)


def _setting(merged: Merged, section: str, rest: str) -> Steps:
    """A parameter, or one of the places where it is set: ``attendance``, ``attendance.tier.cell``."""
    name, *scoped = rest.split(".", 2)
    section = next((other for other in SETTINGS if name in merged.data.get(other, {})), section)
    old = merged.data.get(section, {}).get(name)
    if scoped and old is not None and (not isinstance(old, dict) or "value" in old):
        origin = merged.origins.get((section, name), "")
        merged.put((section, name), {}, origin)
        merged.put((section, name, "default"), old, origin)
    return (section, name, *scoped)


def _rule(merged: Merged, charter: Charter, key: str, rest: str) -> Steps:
    """A clause by the longest id that the path begins with, and the steps below it."""
    known = charter.by_id.keys() | merged.data.get("rules", {}).keys()
    ids = [ident for ident in known if rest == ident or rest.startswith(f"{ident}.")]
    _known(key, rest, known, found=bool(ids))
    ident = max(ids, key=len)
    below = rest[len(ident) + 1 :]
    steps = tuple(below.split(".")) if below else ()
    return ("rules", ident, *steps)


def _population(merged: Merged, key: str, steps: list[str], value: Any) -> tuple[Steps, Any]:
    """A number of the population; what is put there is assumed."""
    here, path = merged.data.get("population"), ["population"]
    for step in steps:
        known = here if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        place: Any = int(step) if step.isdecimal() else step
        if place not in known:
            raise _no_path(key, f"there is no `{step}` in `{'.'.join(path)}`", nearest(step, map(str, known)))
        here = here[place]
        path.append(place)
    figure = isinstance(here, dict) and "value" in here
    return tuple(path), {"value": value, "assumed": True} if figure else value


def _known(key: str, ident: str, known: Iterable[str], *, found: bool | None = None) -> None:
    if ident not in known if found is None else not found:
        raise _no_path(key, f"there is no clause `{ident}`", nearest(ident, known))


def _no_path(key: str, message: str, advice: str) -> BadScenario:
    return BadScenario([Finding("dangling", f"--sweep {key}", message, advice=advice)])
