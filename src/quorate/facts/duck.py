"""DuckDB, in the process: the engine of an audit on one machine."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import starmap, zip_longest
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.backends.duckdb.converter import DuckDBPyArrowData
from ibis.backends.sql.datatypes import DuckDBType
from ibis.expr.operations import DatabaseTable, InMemoryTable, Namespace
from ibis.expr.schema import Schema
from ibis.expr.types import ArrayValue, Column, MapValue, StringValue, Table

from quorate.facts.engine import STRUCT, function, quoted, struct, unfused
from quorate.facts.worker import Worker
from quorate.log.tables.parquet import name_of, plain
from quorate.log.tables.parquet import quoted as quoted_text

_text = function("json_extract_string", dt.string)
_json = function("json_extract", dt.string)  # a text stays a JSON text, which the readers below take for what it is not
_texts = function("from_json", dt.Array(dt.string))
_counts = function("from_json", dt.Map(dt.string, dt.int64))
_names = function("from_json", dt.Map(dt.string, dt.string))
_TYPES = {dt.string: "VARCHAR", dt.int64: "BIGINT"}
GROUP = 30_000
"""Rows of a kept file that are read at once: some have payloads of kilobytes."""


class Duck:
    """An Ibis DuckDB backend with a working folder of its own, in which it spills what does not fit in memory.

    What is asked of the database is done in a thread of its own, in order, and only where a result is wanted is it
    waited for: meanwhile the next expressions become SQL. One statement runs at a time, with all of the memory.
    """

    def __init__(self, folder: Path, memory: str = "3GB", threads: int | None = None) -> None:
        self.backend = ibis.duckdb.connect()
        self.folder = folder
        self._con = self.backend.con
        self._worker = Worker(self._con.interrupt)
        self._tables: dict[str, Table] = {}
        self._small: set[str] = set()
        self._kept: dict[str, str] = {}
        self._whole = "log"
        settings = {
            "memory_limit": memory,
            "threads": threads or os.cpu_count() or 1,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": False,
        }
        for name, value in settings.items():
            self._con.execute(f"SET {name} = {json.dumps(value).replace(chr(34), chr(39))}")

    def read(self, paths: Sequence[Path], name: str = "log") -> Table:  # noqa: D102
        files = [plain(path) for path in paths]
        self._tables[name] = self._worker.ask(lambda: self.backend.read_parquet(files, table_name=name))
        return self._tables[name]

    def over(self, name: str) -> Table:  # noqa: D102
        def look() -> None:
            self._whole = name
            self._look_at("true")

        if name not in self._tables:
            self._tables[name] = self._worker.ask(lambda: self.backend.table(name))
        self._worker.give(look)
        return self._table("source", self._tables[name].schema())

    def _look_at(self, which: str) -> None:
        """Let `source` be the rows of the log of which a condition holds."""
        self._con.execute(f'CREATE OR REPLACE TEMP VIEW source AS SELECT * FROM "{self._whole}" WHERE {which}')

    def _table(self, name: str, schema: Schema) -> Table:
        """A table that the database has, or will have once what was asked of it is done."""
        self._tables[name] = DatabaseTable(name, schema=schema, source=self.backend, namespace=Namespace()).to_expr()
        return self._tables[name]

    def _anew(self, name: str, kind: str) -> None:
        """Let go of what was kept under a name before."""
        if name in self._kept:
            self._con.execute(f'DROP {self._kept[name]} "{name}"')
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self._kept[name] = kind

    def view(self, name: str, expr: Table) -> Table:  # noqa: D102
        sql = self.sql(expr, stored=True)

        def make() -> None:
            self._anew(name, "VIEW")
            self._con.execute(f'CREATE TEMP VIEW "{name}" AS {sql}')

        self._worker.give(make)
        return self._table(name, _stored(expr))

    def sql(self, expr: Table, *, stored: bool = False) -> str:
        """An expression as SQL, of which the small tables in it are there; as it is `stored`, with columns of the types
        it says.
        """
        for small in expr.op().find(InMemoryTable):
            if small.name not in self._small:
                self._small.add(small.name)
                self._worker.give(partial(self._copy, small.name, small.data.to_pyarrow(small.schema)))
        with unfused():
            sql = str(self.backend.compile(expr))
        return f"SELECT {', '.join(starmap(_typed, _stored(expr).items()))} FROM ({sql})" if stored else sql

    def _copy(self, name: str, rows: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        """Copy a small table into the database: to look into one of Python's, its threads would wait for Python."""
        self._con.register(f"{name} given", rows)
        self._con.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{name} given"')
        self._con.unregister(f"{name} given")

    def keep(self, name: str, expr: Table, parts: int = 0) -> Table:  # noqa: D102
        sql = self.sql(expr, stored=True)

        def make() -> None:
            self._anew(name, "VIEW" if parts else "TABLE")
            if parts:
                self._keep_parts(name, sql, parts)
            else:
                self._con.execute(f'CREATE TEMP TABLE "{name}" AS {sql}')

        self._worker.give(make)
        return self._table(name, _stored(expr))

    def _keep_parts(self, name: str, sql: str, parts: int) -> None:
        place = self.folder / name
        place.mkdir()
        for part, which in enumerate(self._ranges(parts) if parts > 1 else ["true"]):
            self._look_at(which)
            file = quoted_text(plain(place / f"{part}.parquet"))
            how = f"FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE {GROUP}"
            self._con.execute(f"COPY (SELECT * FROM ({sql}) WHERE {which}) TO {file} ({how})")
        self._look_at("true")
        files = quoted_text(plain(place) + "/*.parquet")
        self._con.execute(f'CREATE TEMP VIEW "{name}" AS SELECT * FROM read_parquet({files})')

    def _ranges(self, parts: int) -> Iterator[str]:
        """Conditions that part the units into so many ranges, about as many in each: where files keep units together,
        most of each file is passed over.
        """
        units = f'SELECT unit, ntile(?) OVER (ORDER BY unit) AS part FROM (SELECT DISTINCT unit FROM "{self._whole}")'
        sql = f"SELECT min(unit) FROM ({units}) GROUP BY part ORDER BY 1"
        firsts = [quoted_text(first) for (first,) in self._con.execute(sql, [parts]).fetchall()]
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

    def counts(self, payload: Column, field: str) -> MapValue:  # noqa: D102
        return _counts(_json(payload, quoted(field)), '"MAP(VARCHAR, BIGINT)"')

    def names(self, payload: Column, field: str) -> MapValue:  # noqa: D102
        return _names(_json(payload, quoted(field)), '"MAP(VARCHAR, VARCHAR)"')

    def run(self, expr: Table) -> Any:  # noqa: ANN401, D102
        sql = self.sql(expr)
        found = self._worker.ask(lambda: self._con.sql(sql).to_arrow_table())
        return expr.__pyarrow_result__(found, data_mapper=DuckDBPyArrowData)

    def write(self, expr: Table, path: Path) -> None:  # noqa: D102
        sql = f"COPY ({self.sql(expr)}) TO {quoted_text(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        self._worker.give(lambda: self._con.execute(sql))

    def wait(self) -> None:  # noqa: D102
        self._worker.wait()

    def close(self) -> None:  # noqa: D102
        self._worker.close()
        self.backend.disconnect()


@cache
def _type(kind: dt.DataType) -> tuple[str, dt.DataType]:
    """A type as DuckDB calls it, and as it is read from there."""
    name = DuckDBType.to_string(kind)
    return name, DuckDBType.from_string(name)


def _stored(expr: Table) -> Schema:
    """The columns of an expression once it is stored."""
    return Schema({name: _type(kind)[1] for name, kind in expr.schema().items()})


def _typed(name: str, kind: dt.DataType) -> str:
    """A column of the type it is said to be of, which DuckDB would make another: of numbers, it makes sums of 128 bits.
    A sum that has no place in 64 bits is null: it cannot be told. Where the type is the same, nothing is done.
    """
    column = name_of(name)
    if kind.is_string() or kind.is_boolean():
        return column
    return f"TRY_CAST({column} AS {_type(kind)[0]}) AS {column}"
