"""A whole log as facts: what `state` is for one unit, set-based, for all units at once.

Every fact is an Ibis table expression over the table of acts, so the same code runs on DuckDB and on Spark. Only the
audit faces of clauses import this package; nothing else needs the libraries below it.
"""
