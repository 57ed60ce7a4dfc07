"""The files of the observed record, read without our code."""

import csv
from pathlib import Path

CHARTER = Path(__file__).parents[2] / "charters" / "wpk-provincial"
OBSERVED = CHARTER / "observed"


def rows_of(name):
    with (OBSERVED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
