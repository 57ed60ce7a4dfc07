"""A month's rows written as Parquet in the log's own schema, one file for each part of the organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from quorate.log.tables.files import KEY, Meta, whole
from quorate.log.tables.schema import schema
from quorate.simulate.rendering import Kept, Renderer, fixed, texts
from quorate.world.rows import FIXED, TEMPLATED, Form, template
from quorate.world.units import ENTRY
from quorate.world.world import World

Ints = NDArray[np.int64]
GROUP = 1 << 17
"""Rows of a row group, and at most so many are made into text at once."""
BULK = 1 << 28
"""Bytes of a column made at once; a smaller piece is made where texts are long."""
_ENTRY = Form(0, "", None, None, None, {"entry": template("{a:entry}")})
_CODED = ("unit", "tier", *FIXED)
"""Columns written as places in a small table of texts."""
_DISTINCT = ("entry",)
"""Columns in which no text comes twice."""


def table_schema() -> pa.Schema:
    """The log's schema, with what repeats as dictionaries; read back, it is the log's schema."""
    kinds = {name: pa.dictionary(pa.int32(), pa.string()) for name in _CODED}
    return pa.schema([pa.field(f.name, kinds.get(f.name, f.type), f.nullable) for f in schema()])


class Writer:
    """Writes months. `folder` gets ``2016-01.<part>.parquet``; a file is there whole or not at all."""

    def __init__(self, world: World, folder: Path, charter: str) -> None:
        self.world, self.folder = world, folder
        self.renderer = Renderer(world.units)
        self.meta = Meta(charter, "complete").text()

    def month(
        self, name: str, rows: Mapping[str, Any], parts: Mapping[str, NDArray[np.int32]], kept: Kept | None = None
    ) -> int:
        """Write a month's rows, one file for each part (its units' numbers of `Units.top`). Return how many. What gaps
        point to is `kept`, or what they point to now.

        Raise `CannotWriteTable`.
        """
        kept = kept or self.kept()
        top = self.world.units.top[rows["unit"]]
        written = 0
        for part, tops in parts.items():
            mine = np.flatnonzero(np.isin(top, tops))
            order = mine[np.lexsort((rows["seq"][mine], rows["unit"][mine]))]
            self._file(self.folder / f"{name}.{part}.parquet", rows, order, kept)
            written += len(order)
        return written

    def kept(self) -> Kept:
        """What gaps point to now."""
        return self.noted()()

    def noted(self) -> Callable[[], Kept]:
        """What gaps point to now, to be laid out when it is needed."""
        world = self.world
        pool, loose, base = list(world.pool.texts), list(world.loose.texts), world.loose.base
        links = world.matters.parent, world.matters.root, world.matters.owner
        return lambda: Kept(texts(pool), texts(loose), base, *links)

    def _file(self, path: Path, rows: Mapping[str, Any], order: Ints, kept: Kept) -> None:
        shape = table_schema()
        options = {"compression": "zstd", "store_schema": False, "use_dictionary": _repeating(shape)}
        with whole(path) as partial, pq.ParquetWriter(partial, shape, **options) as writer:
            for start in range(0, len(order), GROUP):
                writer.write_table(self.table(rows, order[start : start + GROUP], kept), row_group_size=GROUP)
            writer.add_key_value_metadata({KEY: self.meta})

    def table(self, rows: Mapping[str, Any], order: Ints, kept: Kept) -> pa.Table:
        """Rows as a table of the log's columns, in this order."""
        forms = self.world.forms.all
        picked = {name: rows[name][order] for name in ("form", "unit", "seq", "at")}
        picked["gaps"] = np.ascontiguousarray(rows["gaps"][:, order])
        moments = pa.array(picked["at"] * 60_000_000, pa.timestamp("us"))
        columns: dict[str, Any] = {
            "entry": self._ids(picked, kept),
            "unit": self._units(picked["unit"]),
            "seq": pa.array(picked["seq"]),
            "tier": self._tiers(picked["unit"]),
            "at_earliest": moments,
            "at_latest": moments,
        }
        used, places = np.unique(picked["form"], return_inverse=True)
        columns |= {name: fixed(forms, name, used, places) for name in FIXED}
        columns |= {name: self.renderer.column(forms, name, picked, kept) for name in TEMPLATED}
        shape = table_schema()
        empty = pa.nulls(len(order), pa.string())
        return pa.Table.from_arrays([columns.get(name, empty) for name in shape.names], schema=shape)

    def _ids(self, picked: Mapping[str, Any], kept: Kept) -> pa.Array:
        gaps = (picked["unit"] * ENTRY + picked["seq"]).reshape(1, -1)
        rows = {"form": np.zeros(len(picked["unit"]), np.int64), "unit": picked["unit"], "gaps": gaps}
        return self.renderer.column([_ENTRY], "entry", rows, kept)

    def _units(self, unit: Ints) -> pa.DictionaryArray:
        found, places = np.unique(unit, return_inverse=True)
        ids = self.world.units.ids
        return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array([ids[i] for i in found]))

    def _tiers(self, unit: Ints) -> pa.DictionaryArray:
        units = self.world.units
        return pa.DictionaryArray.from_arrays(pa.array(units.tier[unit].astype(np.int32)), pa.array(list(units.tiers)))


def _repeating(shape: pa.Schema) -> list[str]:
    return [name for name in shape.names if name not in _DISTINCT]


def months(first: int, last: int) -> Iterator[tuple[str, int, int]]:
    """Each month between two days, with its first and last day of those."""
    day = first
    while day <= last:
        name = str(np.datetime64(day, "D"))[:7]
        after = int((np.datetime64(name, "M") + 1).astype("datetime64[D]").astype(np.int64))
        yield name, day, min(after - 1, last)
        day = after
