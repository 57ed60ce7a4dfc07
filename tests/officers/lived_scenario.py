"""Living the reference scenario on a memory store."""

from pathlib import Path

from quorate.charter.read import files_of
from quorate.log.stores.memory import MemoryStore
from quorate.officers import Play, read_scenario
from quorate.run.record import create

CHARTER = Path(__file__).resolve().parents[2] / "charters" / "wpk-provincial"


def lived(to=None, seed=2016):
    """The record, the scenario and what its officers did, up to a day."""
    scenario = read_scenario(CHARTER / "demo.yaml")
    if to:
        scenario = scenario.model_copy(update={"to": to})
    numbers = iter(range(10**9))
    record = create(MemoryStore(), files_of(CHARTER), scenario.from_, salt=lambda: next(numbers).to_bytes(32, "big"))
    tally = Play(record, scenario, seed).run()
    return record, scenario, tally
