"""Spark, an optional extra: a session of it, or what it lacks."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from quorate.errors import QuorateError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class SparkMissing(QuorateError):
    """Spark is asked for, and cannot run here."""

    def __init__(self, lacking: str, advice: str) -> None:
        super().__init__(f"Spark cannot run here: {lacking} is not installed", advice=advice)


def builder(app: str) -> SparkSession.Builder:
    """What makes a session, with the settings all of ours have; workers run this Python unless ``PYSPARK_PYTHON`` names
    another. Raise `SparkMissing`.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkMissing("pyspark", "Install `quorate[spark]`.") from None
    apart = "SPARK_REMOTE" in os.environ
    if not apart and not os.environ.get("JAVA_HOME") and not shutil.which("java"):
        raise SparkMissing("Java", "Install a Java runtime (17 or later), or name its folder in JAVA_HOME.")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    found = SparkSession.builder.appName(app)
    for name in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        found = found.config(name, "false")
    return found
