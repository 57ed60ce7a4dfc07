"""The log as an Arrow table: the contract every way in keeps and every query builds on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from quorate.log.entry import COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

TIMES = ("at_earliest", "at_latest")
REQUIRED = ("entry", "unit", "seq", "act", *TIMES)
"""Columns without nulls. A tier may be null in logs of others; the charter knows it."""


@cache
def schema() -> pa.Schema:
    """Columns in order: `seq` int64, `at_*` timestamp[us] without zone, all others text (see `quorate.log.entry`)."""
    import pyarrow as pa

    kinds = {"seq": pa.int64(), **dict.fromkeys(TIMES, pa.timestamp("us"))}
    return pa.schema([pa.field(name, kinds.get(name, pa.string()), name not in REQUIRED) for name in COLUMNS])


@cache
def rough() -> pa.Schema:
    """The same columns, all nullable, and `row` int64: its order in the file. What is made before ids are given."""
    import pyarrow as pa

    return pa.schema([field.with_nullable(True) for field in schema()] + [pa.field("row", pa.int64())])
