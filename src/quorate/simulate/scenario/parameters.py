"""The parameters there are: the numbers that simulate faces and the engine ask a scenario for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from quorate.clauses import KINDS
from quorate.world.parameters import Parameter

__all__ = ["OWN", "Parameter", "declared", "declarers"]

OWN = "quorate.world.parameters"
"""The module whose `PARAMETERS` the engine itself asks for, whatever the kinds of clause."""


@cache
def declared() -> dict[str, Parameter]:
    """Every parameter by name, in order of name."""
    found: dict[str, Parameter] = {}
    for _, parameter in _declarations():
        first = found.setdefault(parameter.name, parameter)
        assert first == parameter, f"the parameter {parameter.name} is declared twice, and differently"
    return dict(sorted(found.items()))


@cache
def declarers() -> dict[str, tuple[str, ...]]:
    """By a parameter's name, the kinds of clause that ask for it; empty where only the engine does."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, parameter in _declarations():
        found[parameter.name] = (*found.get(parameter.name, ()), *((kind,) if kind else ()))
    return found


def _declarations() -> Iterator[tuple[str, Parameter]]:
    """Each declaration, with the kind of clause that makes it."""
    for parameter in getattr(import_module(OWN), "PARAMETERS", ()):
        yield "", parameter
    for kind, clause in sorted(KINDS.items()):
        module = f"{clause.__module__}.simulate"
        if find_spec(module) is not None:
            for parameter in getattr(import_module(module), "PARAMETERS", ()):
                yield kind, parameter
