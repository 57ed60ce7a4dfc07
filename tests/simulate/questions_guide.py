"""The guides of simulations. `python tests/simulate/questions_guide.py` writes what their commands print and draw."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from guide import examples, lay_out, write

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide" / "questions.md"
SIMULATE = GUIDE.with_name("simulate.md")
SMALL = (("--scale 0.02", "--scale 0.001"), ("--scale 0.2", "--scale 0.001"), ("--runs 8", "--seed 486255829187756567"),
         ("--runs 3", "--runs 1"), ("--to 2016-12-31", "--to 2016-03-31"), ("5,12.5,25", "12.5,25"))  # fmt: skip
"""What makes the guide's commands small enough for a test."""


def commands(text, *, small=False):
    """The guide's commands in order."""
    found = [command for command, _ in examples(text)]
    for one, other in SMALL if small else ():
        found = [command.replace(one, other) for command in found]
    return found


def prepare(folder):
    """Put what the guide begins with, the charters, into a folder."""
    shutil.copytree(ROOT / "charters", folder / "charters")


def settle(folder):
    """Put what the guide of simulations begins with into a folder: the charters, and its own scenario among them."""
    prepare(folder)
    lay_out(SIMULATE.read_text(encoding="utf-8"), folder)


if __name__ == "__main__":
    if "questions" in sys.argv[1:] or not sys.argv[1:]:
        write(GUIDE, prepare, "110")
    write(SIMULATE, settle, "100")
