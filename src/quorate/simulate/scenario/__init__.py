"""Scenarios: who there is on the first day, how people act, what is left undone, what comes from outside, and what is
otherwise than in the charter.
"""

from quorate.simulate.scenario.errors import BadScenario
from quorate.simulate.scenario.model import Scenario
from quorate.simulate.scenario.parameters import Parameter, declared
from quorate.simulate.scenario.read import read_scenario
from quorate.simulate.scenario.rules import changed_charter, write_changed

__all__ = [
    "BadScenario",
    "Parameter",
    "Scenario",
    "changed_charter",
    "declared",
    "read_scenario",
    "write_changed",
]
