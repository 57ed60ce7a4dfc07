"""What differs between the engines an audit can run on: reading JSON payloads, and keeping a table once computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import ArrayValue, BooleanValue, Column, IntegerValue, MapValue, StringValue, Table

TEXT, WHOLE = "text", "whole"
"""The types a field of a row in a payload may have."""


class Engine(Protocol):
    """Where expressions run. Payloads are JSON objects as text; a missing field, or one of another type, is null.

    What is viewed, kept or written may only be done later, in the order it was asked for; what fails then raises its
    error at a later call.
    """

    def read(self, paths: Sequence[Path], name: str = "log") -> Table:
        """The rows of Parquet files, as one table of that name."""

    def over(self, name: str) -> Table:
        """The rows of a table that was read or kept, as `source`, from which facts are made."""

    def view(self, name: str, expr: Table) -> Table:
        """Give an expression a name. It is computed wherever it is used, and only as far as it is needed there: left
        as it is, an expression used in several places is computed whole first, and every place reads all of it.
        """

    def keep(self, name: str, expr: Table, parts: int = 0) -> Table:
        """Compute a table once and keep it until the engine is closed: in memory (`parts` is 0), or in files, made in
        so many parts, each of some of the units, where all of them at once would not fit in memory.
        """

    def text(self, payload: Column, field: str) -> StringValue:
        """A field as text: a string as it is, anything else as JSON. `field` may be a path (``data.person``)."""

    def texts(self, payload: Column, field: str) -> ArrayValue:
        """A list of texts."""

    def rows(self, payload: Column, field: str, **fields: str) -> ArrayValue:
        """A list of objects as structs of the named fields, each `TEXT` or `WHOLE`."""

    def counts(self, payload: Column, field: str) -> MapValue:
        """An object that gives each name a whole number."""

    def names(self, payload: Column, field: str) -> MapValue:
        """An object that gives each name a text."""

    def run(self, expr: Table) -> Any:  # noqa: ANN401 - pyarrow has no types
        """The expression's rows, as a pyarrow table."""

    def write(self, expr: Table, path: Path) -> None:
        """Write the expression's rows to a Parquet file (or a folder of them), without holding them in memory."""

    def wait(self) -> None:
        """Wait until all that was asked for is done."""

    def close(self) -> None:
        """Let go of what was kept, and of what is still to be done."""


@contextmanager
def unfused() -> Iterator[None]:
    """While SQL is made of an expression: leave its steps apart. Fused, large conditions are copied many times over,
    and making the SQL of an audit takes five times as long.
    """
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def whole(text: StringValue) -> IntegerValue:
    """A text as a whole number; null where it is none."""
    return text.try_cast("int64")


def flag(text: StringValue) -> BooleanValue:
    """A JSON truth value as text, as a truth value; null where it is none."""
    return ibis.cases((text == "true", True), (text == "false", False))


def function(name: str, returns: dt.DataType) -> Any:  # noqa: ANN401 - made by Ibis
    """A function of two texts that the engine has of its own, under the name it has there."""

    def called(*values: Any) -> Any:  # noqa: ANN401, ARG001
        raise AssertionError("an engine's own function is never called in Python")

    places = [Parameter(f"value{place}", Parameter.POSITIONAL_OR_KEYWORD) for place in range(2)]
    called.__signature__ = Signature(places)  # type: ignore[attr-defined]
    called.__name__ = name
    return ibis.udf.scalar.builtin(called, name=name, signature=((dt.string, dt.string), returns))


def quoted(field: str) -> str:
    """The path to a field from the top of a JSON document."""
    return "$." + field


STRUCT = {TEXT: dt.string, WHOLE: dt.int64}


def struct(fields: dict[str, str]) -> dt.Array:
    """The type of a list of rows."""
    return dt.Array(dt.Struct({name: STRUCT[kind] for name, kind in fields.items()}))
