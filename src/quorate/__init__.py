"""Quorate: committee organisations as code. One charter, read to run, to simulate and to audit."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "audit"]


def audit(log: Any, charter: Any, **options: Any) -> Any:  # noqa: ANN401 - the types stand in `auditing.run`
    """Audit a log against a charter; the findings, which show themselves in a notebook and become tables.

    `log` is the path of a record, an export, Parquet, CSV (with `mapping=`) or XES; or a pyarrow table or data frame
    with the columns of docs/reference/logs.md. `charter` is a charter's path. Options are `record` ("complete" or
    "partial"), `start` and `until` (dates), `clauses` (ids), `engine` ("duckdb" or "spark"), `out` (a folder to keep
    the findings in). Raises `quorate.errors.QuorateError`s for what cannot be used.

    >>> found = quorate.audit("diary.csv", "rowing", mapping="diary.yaml")
    >>> found.totals["breached"]
    """
    return import_module("quorate.auditing.run").audit(log, charter, **options)
