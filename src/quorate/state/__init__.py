"""A unit's state: the fold of its own entries, and of nothing else."""

from quorate.state.unit import UnitState, fold

__all__ = ["UnitState", "fold"]
