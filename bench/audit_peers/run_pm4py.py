"""pm4py on one log: a deadline as a temporal profile and a log skeleton, "at least two a month" as a log skeleton.

    python run_pm4py.py FILE.csv

The temporal profile holds a time of nought to twenty days between receipt and answer (mean 10, deviation 10, zeta 1)
and says nothing of a report never answered; the log skeleton's "always after" finds those, and knows no time. A case
breaks the deadline where either says so. Frequencies of the skeleton are sets, so "two or more" is two to ninety-nine.
Prints what `run_declare4py.py` prints.
"""

import json
import resource
import sys
import time
import warnings

import pandas as pd
import pm4py

DAY = 86_400
ALL = ("convened", "opened", "closed", "filed", "received", "acknowledged", "returned")
EMPTY = {name: set() for name in ("equivalence", "always_before", "never_together", "directly_follows")}


def skeleton(after: set, twice: bool) -> dict:
    """A log skeleton that allows everything but what the rule forbids."""
    times = {name: set(range(100)) for name in ALL}
    if twice:
        times["opened"] = set(range(2, 100))
    return {**EMPTY, "always_after": after, "activ_freq": times}


def main() -> None:
    """Load, check each rule, print."""
    warnings.filterwarnings("ignore")
    start = time.perf_counter()
    table = pd.read_csv(sys.argv[1], parse_dates=["at"])
    table = pm4py.format_dataframe(table, case_id="case", activity_key="activity", timestamp_key="at")
    seconds = {"load": time.perf_counter() - start}
    names = list(table["case:concept:name"].unique())
    start = time.perf_counter()
    profile = {("received", "acknowledged"): (10 * DAY, 10 * DAY)}
    late = pm4py.conformance_temporal_profile(table, profile, zeta=1.0)
    never = pm4py.conformance_log_skeleton(table, skeleton({("received", "acknowledged")}, twice=False))
    seconds["deadline"] = time.perf_counter() - start
    start = time.perf_counter()
    few = pm4py.conformance_log_skeleton(table, skeleton(set(), twice=True))
    seconds["twice a month"] = time.perf_counter() - start
    broken = {
        "deadline": [name for name, a, b in zip(names, late, never, strict=True) if a or not b["is_fit"]],
        "twice a month": [name for name, each in zip(names, few, strict=True) if not each["is_fit"]],
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "peak MB": peak, "broken": broken}))


if __name__ == "__main__":
    main()
