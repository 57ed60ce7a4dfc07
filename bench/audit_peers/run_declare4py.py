"""Declare4Py on one log: a deadline as a timed Response, "at least two a month" as Existence2 over cases of a month.

    python run_declare4py.py FILE.csv

Prints JSON: seconds to load and for each rule, peak memory, and the cases found to break each rule. Runs in an
environment of its own, with nothing of ours in it.
"""

import json
import resource
import sys
import time

import pandas as pd
import pm4py
from Declare4Py.D4PyEventLog import D4PyEventLog
from Declare4Py.ProcessMiningTasks.ConformanceChecking.MPDeclareAnalyzer import MPDeclareAnalyzer
from Declare4Py.ProcessModels.DeclareModel import DeclareModel

RULES = {
    "deadline": "activity received\nactivity acknowledged\nResponse[received, acknowledged] | | |0,20,d\n",
    "twice a month": "activity opened\nExistence2[opened] | |\n",
}


def main() -> None:
    """Load, check each rule, print."""
    start = time.perf_counter()
    table = pd.read_csv(sys.argv[1], parse_dates=["at"])
    table = pm4py.format_dataframe(table, case_id="case", activity_key="activity", timestamp_key="at")
    traces = pm4py.convert_to_event_log(table)
    log = D4PyEventLog(log=traces)
    names = [trace.attributes["concept:name"] for trace in traces]
    seconds, broken = {"load": time.perf_counter() - start}, {}
    for rule, text in RULES.items():
        start = time.perf_counter()
        model = DeclareModel().parse_from_string(text)
        found = MPDeclareAnalyzer(log, model, consider_vacuity=True).run().get_metric("state", constr_id=0)
        seconds[rule] = time.perf_counter() - start
        broken[rule] = [name for name, kept in zip(names, found, strict=True) if not kept]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "peak MB": peak, "broken": broken}))


if __name__ == "__main__":
    main()
