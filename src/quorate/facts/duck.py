"""DuckDB, in the process: the engine of an audit on one machine."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import ArrayValue, Column, MapValue, StringValue, Table

from quorate.facts.engine import STRUCT, function, quoted, struct, unfused
from quorate.log.tables.parquet import plain

_text = function("json_extract_string", dt.string)
_json = function("json_extract", dt.string)  # a text stays a JSON text, which the readers below take for what it is not
_texts = function("from_json", dt.Array(dt.string))
_counts = function("from_json", dt.Map(dt.string, dt.int64))
_names = function("from_json", dt.Map(dt.string, dt.string))
_TYPES = {dt.string: "VARCHAR", dt.int64: "BIGINT"}


class Duck:
    """An Ibis DuckDB backend with a working folder of its own, in which it spills what does not fit in memory."""

    def __init__(self, folder: Path, memory: str = "2500MB", threads: int | None = None) -> None:
        self.backend = ibis.duckdb.connect()
        settings = {
            "memory_limit": memory,
            "threads": threads or os.cpu_count() or 1,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
        }
        for name, value in settings.items():
            self.backend.con.execute(f"SET {name} = {json.dumps(value).replace(chr(34), chr(39))}")

    def read(self, paths: Sequence[Path]) -> Table:  # noqa: D102
        self.backend.read_parquet([plain(path) for path in paths], table_name="whole")
        self._look_at("true")
        return self.backend.table("source")

    def _look_at(self, which: str) -> None:
        """Let `source` be the rows of the log of which a condition holds."""
        self.backend.con.execute(f"CREATE OR REPLACE TEMP VIEW source AS SELECT * FROM whole WHERE {which}")

    def keep(self, name: str, expr: Table, parts: int = 1) -> Table:  # noqa: D102
        with unfused():
            if parts == 1:
                return self.backend.create_table(name, expr, temp=True)
            sql = str(self.backend.compile(expr))
        self.backend._run_pre_execute_hooks(expr)
        for part in range(parts):
            self._look_at(f"hash(unit) % {parts} = {part}")
            into = f'INSERT INTO "{name}"' if part else f'CREATE TEMP TABLE "{name}" AS'
            self.backend.con.execute(f"{into} {sql}")
        self._look_at("true")
        return self.backend.table(name)

    def text(self, payload: Column, field: str) -> StringValue:  # noqa: D102
        return _text(payload, quoted(field))

    def texts(self, payload: Column, field: str) -> ArrayValue:  # noqa: D102
        return _texts(_json(payload, quoted(field)), '["VARCHAR"]')

    def rows(self, payload: Column, field: str, **fields: str) -> ArrayValue:  # noqa: D102
        shape = json.dumps([{name: _TYPES[STRUCT[kind]] for name, kind in fields.items()}])
        read = function("from_json", struct(fields))
        return read(_json(payload, quoted(field)), shape)

    def counts(self, payload: Column, field: str) -> MapValue:  # noqa: D102
        return _counts(_json(payload, quoted(field)), '"MAP(VARCHAR, BIGINT)"')

    def names(self, payload: Column, field: str) -> MapValue:  # noqa: D102
        return _names(_json(payload, quoted(field)), '"MAP(VARCHAR, VARCHAR)"')

    def run(self, expr: Table) -> Any:  # noqa: ANN401, D102
        with unfused():
            return self.backend.to_pyarrow(expr)

    def write(self, expr: Table, path: Path) -> None:  # noqa: D102
        with unfused():
            self.backend.to_parquet(expr, path, compression="zstd")

    def close(self) -> None:  # noqa: D102
        self.backend.disconnect()
