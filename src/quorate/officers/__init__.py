"""Scripted officers: people who keep to a charter because it is theirs, seeded, through the kernel and by no back door.

They know no organisation. They read what is owed, convene, vote, elect, file and answer; a scenario says what comes
from outside (a directive, a case, an instruction), how the unit began, and what they fail to do.
"""

from quorate.officers.play import Play
from quorate.officers.scenario import Scenario, read_scenario

__all__ = ["Play", "Scenario", "read_scenario"]
