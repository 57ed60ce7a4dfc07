"""The same simulation on Spark, where one machine is outgrown: each task lives through the organisation and writes its
part. Needs the extra ``quorate[spark]`` and Java, and a folder that all workers see.
"""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from quorate.simulate.engine import Plan
from quorate.simulate.run import Summary, begun, finished, made_units, parts, stated, write_parts
from quorate.spark import builder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def session(master: str | None = None) -> SparkSession:
    """A Spark session; `master` is Spark's own setting: ``local[2]``, ``local-cluster[2,1,2048]``, an address. Raise
    `SparkMissing`.
    """
    found = builder("quorate simulate").config("spark.task.maxFailures", "1")
    import pyspark

    if (master or "local").startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # all of it is on this machine
    os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))  # workers of a local cluster start from it
    started: SparkSession = found.master(master or "local[*]").getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    return started


def simulate_on_spark(plan: Plan, out: Path, spark: SparkSession, *, resume: bool = False) -> Summary:
    """As `run.simulate`, with the parts as tasks of Spark. The log is the same, byte for byte."""
    begin = time.monotonic()
    folder = begun(plan, out, resume)
    if folder is None:
        return stated(out)
    names = list(parts(made_units(plan)))
    count = max(1, min(len(names), spark.sparkContext.defaultParallelism))
    groups = [names[place::count] for place in range(count)]
    work = partial(write_parts, plan, folder.absolute())
    found = spark.sparkContext.parallelize(groups, count).map(work).collect()
    return finished(plan, out, folder, found, begin)
