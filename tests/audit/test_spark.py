"""The same audit on Spark, in local mode: the same findings, row for row."""

import os
import shutil
import warnings

import pytest

import quorate
from audit.test_audit_of_files import diary  # noqa: F401 - a fixture

os.environ.setdefault(
    "PYSPARK_SUBMIT_ARGS",
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN "
    "--driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell",
)  # of ten rows, hundreds of plans are dearer to compile than to run
WHY = next((need for need, there in (("pyspark", True), ("Java", shutil.which("java"))) if not there), None)
try:
    import pyspark  # noqa: F401
except ImportError:
    WHY = "pyspark"


@pytest.fixture(autouse=True)
def spark():
    """Skip, loudly and never in CI, where Spark cannot run."""
    if WHY:
        assert not os.environ.get("CI"), f"{WHY} is missing: scripts/services installs it"
        warnings.warn(f"{WHY} is missing; the audit on Spark was not tested", stacklevel=1)
        pytest.skip(f"{WHY} is missing")


def test_duckdb_and_spark_find_the_same(diary):  # noqa: F811
    asked = {"mapping": "diary.yaml", "start": "2025-01-01"}
    here, there = (quorate.audit("diary.csv", "rowing", **asked, engine=engine) for engine in ("duckdb", "spark"))
    assert there.to_arrow().to_pylist() == here.to_arrow().to_pylist()
    assert there.totals == here.totals
