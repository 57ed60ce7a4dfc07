"""DuckDB, in the process: the engine of an audit on one machine."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import ArrayValue, Column, IntegerValue, MapValue, StringValue, Table

from quorate.facts.engine import STRUCT, builtin, function, quoted, struct, unfused
from quorate.log.tables.parquet import plain
from quorate.log.tables.parquet import quoted as quoted_text

_text = function("json_extract_string", dt.string)
_json = function("json_extract", dt.string)  # a text stays a JSON text, which the readers below take for what it is not
_texts = function("from_json", dt.Array(dt.string))
_counts = function("from_json", dt.Map(dt.string, dt.int64))
_names = function("from_json", dt.Map(dt.string, dt.string))
_fields = builtin("json_keys", dt.Array(dt.string), dt.string)
_TYPES = {dt.string: "VARCHAR", dt.int64: "BIGINT"}
GROUP = 30_000
"""Rows of a kept file that are read at once: some have payloads of kilobytes."""


class Duck:
    """An Ibis DuckDB backend with a working folder of its own, in which it spills what does not fit in memory."""

    def __init__(self, folder: Path, memory: str = "3GB", threads: int | None = None) -> None:
        self.backend = ibis.duckdb.connect()
        self.folder = folder
        self._viewed: list[Table] = []
        self._kept: dict[str, str] = {}
        self._whole = "log"
        settings = {
            "memory_limit": memory,
            "threads": threads or os.cpu_count() or 1,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
        }
        for name, value in settings.items():
            self.backend.con.execute(f"SET {name} = {json.dumps(value).replace(chr(34), chr(39))}")

    def read(self, paths: Sequence[Path], name: str = "log") -> Table:  # noqa: D102
        return self.backend.read_parquet([plain(path) for path in paths], table_name=name)

    def over(self, name: str) -> Table:  # noqa: D102
        self._whole = name
        self._look_at("true")
        return self.backend.table("source")

    def _look_at(self, which: str) -> None:
        """Let `source` be the rows of the log of which a condition holds."""
        self.backend.con.execute(f'CREATE OR REPLACE TEMP VIEW source AS SELECT * FROM "{self._whole}" WHERE {which}')

    def _anew(self, name: str, kind: str) -> None:
        """Let go of what was kept under a name before."""
        if name in self._kept:
            self.backend.con.execute(f'DROP {self._kept[name]} "{name}"')
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self._kept[name] = kind

    def view(self, name: str, expr: Table) -> Table:  # noqa: D102
        sql = self._sql(expr)
        self._anew(name, "VIEW")
        self.backend.con.execute(f'CREATE TEMP VIEW "{name}" AS {sql}')
        self._viewed.append(expr)  # small tables in it are there for as long as it is
        return self.backend.table(name)

    def _sql(self, expr: Table) -> str:
        self.backend._run_pre_execute_hooks(expr)
        with unfused():
            return str(self.backend.compile(expr))

    def keep(self, name: str, expr: Table, parts: int = 0) -> Table:  # noqa: D102
        sql = self._sql(expr)
        self._anew(name, "VIEW" if parts else "TABLE")
        if not parts:
            self.backend.con.execute(f'CREATE TEMP TABLE "{name}" AS {sql}')
            return self.backend.table(name)
        place = self.folder / name
        place.mkdir()
        for part, which in enumerate(self._ranges(parts) if parts > 1 else ["true"]):
            self._look_at(which)
            file = quoted_text(plain(place / f"{part}.parquet"))
            how = f"FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE {GROUP}"
            self.backend.con.execute(f"COPY (SELECT * FROM ({sql}) WHERE {which}) TO {file} ({how})")
        self._look_at("true")
        return self._of_files(name, name)

    def together(self, name: str, *kept: str) -> Table:  # noqa: D102
        self._anew(name, "VIEW")
        return self._of_files(name, *kept)

    def _of_files(self, name: str, *places: str) -> Table:
        files = ", ".join(quoted_text(plain(self.folder / place) + "/*.parquet") for place in places)
        self.backend.con.execute(f'CREATE TEMP VIEW "{name}" AS SELECT * FROM read_parquet([{files}])')
        return self.backend.table(name)

    def _ranges(self, parts: int) -> Iterator[str]:
        """Conditions that part the units into so many ranges, about as many in each: where files keep units together,
        most of each file is passed over.
        """
        units = f'SELECT unit, ntile(?) OVER (ORDER BY unit) AS part FROM (SELECT DISTINCT unit FROM "{self._whole}")'
        sql = f"SELECT min(unit) FROM ({units}) GROUP BY part ORDER BY 1"
        firsts = [quoted_text(first) for (first,) in self.backend.con.execute(sql, [parts]).fetchall()]
        for first, after in zip_longest(firsts, firsts[1:]):
            yield f"unit >= {first}" + (f" AND unit < {after}" if after else "")

    def text(self, payload: Column, field: str) -> StringValue:  # noqa: D102
        return _text(payload, quoted(field))

    def texts(self, payload: Column, field: str) -> ArrayValue:  # noqa: D102
        return _texts(_json(payload, quoted(field)), '["VARCHAR"]')

    def rows(self, payload: Column, field: str, **fields: str) -> ArrayValue:  # noqa: D102
        shape = json.dumps([{name: _TYPES[STRUCT[kind]] for name, kind in fields.items()}])
        read = function("from_json", struct(fields))
        return read(_json(payload, quoted(field)), shape)

    def fields(self, payload: Column) -> ArrayValue:  # noqa: D102
        return _fields(payload)

    def mark(self, *values: Column) -> IntegerValue:  # noqa: D102
        return builtin("hash", dt.uint64, *(value.type() for value in values))(*values)

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
