"""Logs as tables: Parquet, CSV with a mapping, and XES come in; our own records and exports go out.

`opening.open_table` takes any of them; `own` and `files` write. Heavy libraries load when they are needed.
"""
