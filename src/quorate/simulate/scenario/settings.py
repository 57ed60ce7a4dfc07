"""What a scenario says of its parameters: by tier, below a unit, in a unit, for a clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from quorate.charter.document import Path as Steps
from quorate.charter.findings import Finding, nearest
from quorate.simulate.scenario.layers import SETTINGS, Merged
from quorate.simulate.scenario.parts import is_number
from quorate.world.parameters import Parameter

SCOPES = ("tier", "below", "unit", "clause")
_EVIDENCE = {"value", "source", "assumed", "note"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter's values. The most specific holds: unit before below before tier before default; among units one
    stands below, the nearest. What is said of a clause holds before all that is said in general.
    """

    default: float | None = None
    tier: Mapping[str, float] = field(default_factory=dict)
    below: Mapping[str, float] = field(default_factory=dict)
    unit: Mapping[str, float] = field(default_factory=dict)
    clause: Mapping[str, Setting] = field(default_factory=dict)


class Settings:
    """Reads the sections `behaviour` and `flows`, noting what is wrong."""

    def __init__(self, merged: Merged, parameters: Mapping[str, Parameter]) -> None:
        self.merged, self.parameters = merged, parameters
        self.findings: list[Finding] = []
        self.named: list[tuple[str, Steps]] = []
        """What is named by its id, to be looked up: (table, path of the key)."""

    def read(self) -> dict[str, Setting]:
        """All settings, by parameter."""
        found: dict[str, Setting] = {}
        for section in SETTINGS:
            for name, value in self.merged.data.get(section, {}).items():
                path = (section, name)
                parameter = self.parameters.get(name)
                if parameter is None:
                    advice = nearest(name, self.parameters) or "`quorate simulate parameters` lists them."
                    self._fault("unknown-parameter", path, f"there is no parameter `{name}`", advice, key=True)
                elif name in found:
                    self._fault("duplicate-key", path, f"the parameter `{name}` is given twice", "Keep one.", key=True)
                else:
                    found[name] = self._setting(parameter, value, path)
        return found

    def one(self, name: str, value: Any, path: Steps) -> float | None:
        """The number that a parameter is set to at a path, None (and a finding) where it may not be."""
        number = value["value"] if isinstance(value, dict) and "value" in value else value
        parameter = self.parameters[name]
        if isinstance(value, dict) and not self._evidenced(name, value, path):
            return None
        if not is_number(number):
            self._fault("wrong-type", path, f"`{path[-1]}` must be a number", f"Write {_shape(parameter)}.")
        elif not parameter.least <= number <= parameter.most:
            message = f"`{name}` is {number:g}, and must be between {parameter.least:g} and {parameter.most:g}"
            self._fault("wrong-value", path, message, _unit(parameter))
        else:
            return float(number)
        return None

    def _evidenced(self, name: str, value: dict[str, Any], path: Steps) -> bool:
        for key in value.keys() - _EVIDENCE:
            message = f"`{key}` is not a key of a number"
            self._fault("unknown-key", (*path, key), message, nearest(key, _EVIDENCE), key=True)
            return False
        if (value.get("assumed") is True) == isinstance(value.get("source"), str):
            message = f"`{name}` needs either `source: ...` or `assumed: true` beside its `value`"
            self._fault("wrong-value", path, message, "")
            return False
        return True

    def _setting(self, parameter: Parameter, value: Any, path: Steps, inner: bool = False) -> Setting:
        if not isinstance(value, dict) or "value" in value:
            return Setting(self.one(parameter.name, value, path))
        scopes = SCOPES[:-1] if inner else SCOPES
        tables: dict[str, dict[str, Any]] = {scope: {} for scope in SCOPES}
        default = None
        for key, part in value.items():
            steps = (*path, key)
            if key == "default":
                default = self.one(parameter.name, part, steps)
            elif key == "note":
                continue
            elif key not in scopes:
                advice = nearest(key, ("default", *scopes, "note"))
                self._fault("unknown-key", steps, f"`{key}` is not a key of `{path[-1]}`", advice, key=True)
            elif not isinstance(part, dict):
                advice = f"Write `{key}: {{<id>: <number>}}`."
                self._fault("wrong-type", steps, f"`{key}` must be keys with values", advice)
            else:
                tables[key] = dict(self._table(parameter, key, part, steps))
        return Setting(default, **tables)

    def _table(self, parameter: Parameter, scope: str, part: dict[str, Any], path: Steps) -> Iterator[tuple[str, Any]]:
        for ident, value in part.items():
            steps = (*path, ident)
            self.named.append((scope, steps))
            if scope == "clause":
                yield ident, self._setting(parameter, value, steps, inner=True)
                continue
            number = self.one(parameter.name, value, steps)
            if number is not None:
                yield ident, number

    def _fault(self, code: str, path: Steps, message: str, advice: str, *, key: bool = False) -> None:
        self.findings.append(Finding(code, self.merged.place(path, key=key), message, advice=advice))


def _shape(parameter: Parameter) -> str:
    return f"{parameter.default:g}, say, or `{{default: {parameter.default:g}, tier: {{<tier>: ...}}}}`"


def _unit(parameter: Parameter) -> str:
    return f"It is {parameter.words[:1].lower()}{parameter.words[1:].rstrip('.')}" + (
        f", in {parameter.unit}." if parameter.unit else "."
    )
