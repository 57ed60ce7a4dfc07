"""Spark: the same expressions where one machine is outgrown. Needs the extra ``quorate[spark]`` and Java."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import ArrayValue, Column, MapValue, StringValue, Table

from quorate.facts.engine import STRUCT, function, quoted, struct, unfused
from quorate.spark import builder

_text = function("get_json_object", dt.string)
_texts = function("from_json", dt.Array(dt.string))
_counts = function("from_json", dt.Map(dt.string, dt.int64))
_names = function("from_json", dt.Map(dt.string, dt.string))
_TYPES = {dt.string: "string", dt.int64: "bigint"}


class Spark:
    """An Ibis PySpark backend. `master` is Spark's own setting (``local[2]``, a cluster's address). Facts are kept as
    Parquet in `folder`, which all workers must see. Raise `SparkMissing`.
    """

    def __init__(self, master: str | None = None, folder: Path | None = None) -> None:
        found = builder("quorate audit")
        if master or "SPARK_REMOTE" not in os.environ:
            found = found.master(master or "local[*]")
        settings = {
            "spark.sql.session.timeZone": "UTC",
            "spark.driver.memory": "3g",  # heeded where the session is not there yet; plans are large
            "spark.sql.shuffle.partitions": "8",
            "spark.sql.ansi.enabled": "false",
            "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
        }
        for name, value in settings.items():
            found = found.config(name, value)
        self.session = found.getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")
        self.backend = ibis.pyspark.connect(self.session)
        self.backend._register_in_memory_table = self._register
        self.folder = folder or Path(tempfile.mkdtemp(prefix="quorate-spark-"))

    def _register(self, table: Any) -> None:  # noqa: ANN401 - Ibis's table in memory
        """Hand a small table over as Arrow: by way of pandas, as Ibis does it, a missing text becomes ``NaN``, and a
        column of whole numbers of which one is missing becomes empty.
        """
        frame = self.session.createDataFrame(table.data.to_pyarrow(table.schema))
        frame.createOrReplaceTempView(table.name)

    def read(self, paths: Sequence[Path], name: str = "log") -> Table:  # noqa: D102
        self.session.read.parquet(*map(str, paths)).createOrReplaceTempView(name)
        return self.backend.table(name)

    def over(self, name: str) -> Table:  # noqa: D102
        self.session.table(name).createOrReplaceTempView("source")
        return self.backend.table("source")

    def view(self, name: str, expr: Table) -> Table:  # noqa: D102
        self.session.sql(self._sql(expr)).createOrReplaceTempView(name)
        return self.backend.table(name)

    def keep(self, name: str, expr: Table, parts: int = 0) -> Table:  # noqa: D102, ARG002 - Spark parts by itself
        place = str(self.folder / name)
        self.session.sql(self._sql(expr)).write.mode("overwrite").parquet(place)
        self.session.read.parquet(place).createOrReplaceTempView(name)  # cuts the plan: facts stand on facts
        return self.backend.table(name)

    def _sql(self, expr: Table) -> str:
        self.backend._run_pre_execute_hooks(expr)
        with unfused():
            return str(self.backend.compile(expr))

    def text(self, payload: Column, field: str) -> StringValue:  # noqa: D102
        return _text(payload, quoted(field))

    def texts(self, payload: Column, field: str) -> ArrayValue:  # noqa: D102
        return _texts(self.text(payload, field), "array<string>")

    def rows(self, payload: Column, field: str, **fields: str) -> ArrayValue:  # noqa: D102
        shape = ",".join(f"`{name}`:{_TYPES[STRUCT[kind]]}" for name, kind in fields.items())
        read = function("from_json", struct(fields))
        return read(self.text(payload, field), f"array<struct<{shape}>>")

    def counts(self, payload: Column, field: str) -> MapValue:  # noqa: D102
        return _counts(self.text(payload, field), "map<string,bigint>")

    def names(self, payload: Column, field: str) -> MapValue:  # noqa: D102
        return _names(self.text(payload, field), "map<string,string>")

    def run(self, expr: Table) -> Any:  # noqa: ANN401, D102
        with unfused():
            return self.backend.to_pyarrow(expr)

    def write(self, expr: Table, path: Path) -> None:  # noqa: D102
        self.session.sql(self._sql(expr)).write.mode("overwrite").parquet(str(path))

    def wait(self) -> None:
        """Everything is done as soon as it is asked for."""

    def close(self) -> None:
        """Leave the session to others; what was kept goes with its folder."""
