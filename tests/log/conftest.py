"""The tests of the log share the builders of entries with the contract tests of its stores."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "contract"))
