"""Read a scenario: a file and what it is based on, in; a `Scenario` that fits its charter, or every fault, out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from quorate.charter.faults import faults
from quorate.charter.model import Charter
from quorate.simulate.scenario.checks import Checks
from quorate.simulate.scenario.errors import BadScenario
from quorate.simulate.scenario.layers import Merged, read_layers
from quorate.simulate.scenario.model import Scenario
from quorate.simulate.scenario.overrides import override
from quorate.simulate.scenario.parameters import declared
from quorate.simulate.scenario.parts import ScenarioFile, lists
from quorate.simulate.scenario.settings import Settings
from quorate.world.parameters import Parameter


def read_scenario(
    path: Path,
    charter: Charter,
    *,
    overrides: Mapping[str, str] | None = None,
    parameters: Mapping[str, Parameter] | None = None,
) -> Scenario:
    """Read a scenario and check it against a charter.

    `overrides` puts values at paths of it, as ``--sweep`` names them; `parameters` are those there are (left out: those
    declared). Raise `BadScenario`, with every fault by file, line and column.
    """
    merged = read_layers(path)
    for key, text in (overrides or {}).items():
        override(merged, charter, key, text)
    merged.settle()
    file = shaped(merged)
    return checked(file, merged, charter, declared() if parameters is None else parameters)


def shaped(merged: Merged) -> ScenarioFile:
    """A scenario's data in its shape. Raise `BadScenario`."""
    try:
        return ScenarioFile.model_validate(merged.data, strict=True)
    except ValidationError as error:
        found = faults(error.errors(include_url=False), merged, ScenarioFile)
        # the words of a charter's faults, where they are about the whole of what is read
        raise BadScenario(
            replace(fault, message=fault.message.replace("the charter", "the scenario")) for fault in found
        ) from None


def checked(file: ScenarioFile, merged: Merged, charter: Charter, parameters: Mapping[str, Parameter]) -> Scenario:
    """The scenario, if it fits the charter. Raise `BadScenario`."""
    settings = Settings(merged, parameters)
    values = settings.read()
    checks = Checks(file, merged, charter, settings)
    findings = tuple(checks.findings())
    if findings:
        raise BadScenario(findings)
    return Scenario(
        file.title,
        file.note,
        file.population,
        file.openings,
        file.happenings,
        file.lapses,
        file.shocks,
        {ident: lists(rule) for ident, rule in file.rules.items()},
        values,
        merged,
        parameters,
        checks.standing,
    )
