"""The same simulation on Spark, in a cluster of two workers on this machine: the same log, to the byte."""

import os
import shutil
import subprocess
import sys
import warnings

import pytest

import quorate.spark
from quorate.cli.failing import run
from quorate.errors import QuorateError
from simulate.small import CHARTER, digests

try:
    import pyspark  # noqa: F401

    WHY = None if shutil.which("java") else "Java"
except ImportError:
    WHY = "pyspark"
MAIN = "from quorate.cli import main; main()"
DAYS = ["--from", "2016-01-01", "--to", "2016-02-29", "--scale", "0.0005"]


def called(*words):
    """Run the program in a process of its own: a session of Spark is for the whole of a process."""
    return subprocess.run([sys.executable, "-c", MAIN, *words], capture_output=True, text=True, check=False)


def test_a_cluster_writes_the_same_bytes_as_this_process(tmp_path):
    if WHY:
        assert not os.environ.get("CI"), f"{WHY} is missing: scripts/services installs it"
        warnings.warn(f"{WHY} is missing; the simulation on Spark was not tested", stacklevel=1)
        pytest.skip(f"{WHY} is missing")
    words = ["simulate", str(CHARTER), *DAYS, "--out", str(tmp_path / "there")]
    done = called(*words, "--engine", "spark", "--master", "local-cluster[2,1,1024]")
    assert done.returncode == 0, done.stderr
    assert run(["simulate", str(CHARTER), *DAYS, "--out", str(tmp_path / "here")]) == 0
    assert len(digests(tmp_path / "here" / "log")) > 4
    assert digests(tmp_path / "there" / "log") == digests(tmp_path / "here" / "log")


@pytest.mark.parametrize(("lacking", "words"), [("pyspark", "Install `quorate[spark]`."), ("Java", "JAVA_HOME")])
def test_what_spark_lacks_is_told_with_a_next_step(lacking, words, tmp_path, monkeypatch, capsys):
    if lacking == "pyspark" or WHY == "pyspark":
        monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    if lacking == "Java":
        if WHY == "pyspark":
            pytest.skip("pyspark is told of first")
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("JAVA_HOME", raising=False)
        monkeypatch.delenv("SPARK_REMOTE", raising=False)
    assert run(["simulate", str(CHARTER), *DAYS, "--out", str(tmp_path / "out"), "--engine", "spark"]) == 2
    told = capsys.readouterr().err
    assert f"{lacking} is not installed" in told
    assert words in told
    with pytest.raises(QuorateError, match="is not installed"):
        quorate.spark.builder("test")
    assert not (tmp_path / "out").exists()
