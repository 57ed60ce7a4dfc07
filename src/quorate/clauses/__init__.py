"""The kinds of clause. Every module here registers one kind under one name; adding a kind is adding a module."""

from importlib import import_module
from pkgutil import iter_modules

from quorate.clauses.base import KINDS, Clause, Rules, UnitInfo, View, register

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

__all__ = ["KINDS", "Clause", "Rules", "UnitInfo", "View", "register"]
