"""Where logs are kept: memory, SQLite (the default) and PostgreSQL, under one contract (`base.Store`)."""

from __future__ import annotations

from quorate.log.errors import DriverMissing
from quorate.log.stores.base import RECEIVE, Head, Store

__all__ = ["RECEIVE", "Head", "Store", "open_store"]


def open_store(where: str, *, create: bool = True) -> Store:
    """Open the store at `where`: a ``postgresql://`` address, or else the path of a SQLite file.

    With `create` False a SQLite file that is not there is `NoStore`, not a new one. The drivers load when
    needed.
    """
    if where.startswith(("postgresql://", "postgres://")):
        try:
            from quorate.log.stores.postgres import PostgresStore
        except ImportError:
            raise DriverMissing(where.partition("://")[0]) from None
        return PostgresStore(where)
    from quorate.log.stores.sqlite import SqliteStore

    return SqliteStore(where, create=create)
