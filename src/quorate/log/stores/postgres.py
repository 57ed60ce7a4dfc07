"""The store for many users at once: PostgreSQL through psycopg 3 (``pip install 'quorate[postgres]'``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from quorate.errors import QuorateError
from quorate.log.entry import GENESIS, Entry
from quorate.log.errors import (
    Conflict,
    GroupLost,
    NotALog,
    StoreCorrupt,
    StoreFailed,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
)
from quorate.log.stores.base import RECEIVE, Head
from quorate.log.stores.plan import Plan, Tip, checked, plan

VERSION = "1"
PAGE = 1000  # entries fetched at a time; no transaction stays open between them
_SCHEMA_LOCK = 0x51756F72  # advisory lock: two programs that start at once make the tables once

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS quorate_entry (
  unit TEXT COLLATE "C" NOT NULL, seq BIGINT NOT NULL, hash TEXT COLLATE "C" NOT NULL, act TEXT COLLATE "C"
  NOT NULL, ref TEXT COLLATE "C", body BYTEA NOT NULL, PRIMARY KEY (unit, seq)
);
CREATE UNIQUE INDEX IF NOT EXISTS quorate_entry_delivered ON quorate_entry (unit, ref) WHERE act = '{RECEIVE}';
CREATE TABLE IF NOT EXISTS quorate_head (
  unit TEXT COLLATE "C" PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT COLLATE "C" NOT NULL, at TEXT COLLATE "C"
  NOT NULL
);
CREATE TABLE IF NOT EXISTS quorate_sealed (digest TEXT COLLATE "C" PRIMARY KEY, content BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS quorate_blob (
  kind TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, content BYTEA NOT NULL, PRIMARY KEY (kind,
  name)
);
INSERT INTO quorate_blob VALUES ('format', 'version', '{VERSION}') ON CONFLICT DO NOTHING;
"""


class PostgresStore:
    """A `Store` in the database that `dsn` names (a connection string or a ``postgresql://`` address).

    The tables `quorate_*` are made in the first schema of the search path when they are not there. `patience`
    is how many seconds to wait for a row another program is writing, before `StoreLocked`.
    """

    def __init__(self, dsn: str, *, patience: float = 10.0) -> None:
        self._where = _place(dsn)
        with self._typed():
            self._db = psycopg.connect(dsn, autocommit=True, client_encoding="utf8")
        try:
            self._prepare(patience)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, patience: float) -> None:
        with self._typed():
            self._db.execute(f"SET lock_timeout = {int(patience * 1000)}")
            # An append is durable when it returns, also where the server is set to acknowledge early.
            self._db.execute(
                "SELECT set_config('synchronous_commit', 'on', false) "
                "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
            )
            if self._db.execute("SELECT to_regclass('quorate_blob')").fetchone() == (None,):
                with self._db.transaction():
                    self._db.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
                    self._db.execute(SCHEMA)
        version = self.get("format", "version")
        if version != VERSION.encode():
            raise NotALog(self._where, f"the record is of version {version!r}; this program knows {VERSION}.")

    # --- talking to PostgreSQL ---

    @contextmanager
    def _typed(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise _translated(error, self._where) from error

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._typed():
            return self._db.execute(query, values).fetchall()

    def _one(self, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        rows = self._rows(query, values)
        return rows[0] if rows else None

    # --- reading ---

    def head(self, unit: str) -> Head:
        """See `Store.head`."""
        row = self._one("SELECT seq, hash FROM quorate_head WHERE unit = %s", (unit,))
        return Head(unit, *row) if row else Head(unit)

    def tip(self, unit: str) -> Tip:
        """See `Stored.tip`; the row is locked until the transaction ends, so that a plan stays true."""
        row = self._one("SELECT seq, hash, at FROM quorate_head WHERE unit = %s FOR UPDATE", (unit,))
        return Tip(Head(unit, row[0], row[1]), row[2]) if row else Tip(Head(unit))

    def heads(self) -> Iterator[Head]:
        """See `Store.heads`."""
        return (Head(*row) for row in self._rows("SELECT unit, seq, hash FROM quorate_head ORDER BY unit"))

    def units(self) -> Iterator[str]:
        """See `Store.units`."""
        return (row[0] for row in self._rows("SELECT unit FROM quorate_head ORDER BY unit"))

    def read(self, unit: str, after: int = 0) -> Iterator[Entry]:
        """See `Store.read`."""
        query = "SELECT hash FROM quorate_entry WHERE unit = %s AND seq = %s"
        before = self._one(query, (unit, after)) if after else (GENESIS,)
        expected = (after, before[0] if before else None, self.head(unit).seq)
        return checked(unit, expected, self.read_raw(unit, after), lambda why: StoreCorrupt(self._where, why))

    def read_raw(self, unit: str, after: int = 0) -> Iterator[tuple[str, bytes]]:
        """See `Store.read_raw`."""
        query = "SELECT seq, hash, body FROM quorate_entry WHERE unit = %s AND seq > %s ORDER BY seq LIMIT %s"
        while rows := self._rows(query, (unit, after, PAGE)):
            for _, digest, raw in rows:
                yield digest, bytes(raw)
            after = rows[-1][0]
            if len(rows) < PAGE:
                return

    def delivered(self, unit: str, ref: str) -> bool:
        """See `Store.delivered`."""
        query = f"SELECT 1 FROM quorate_entry WHERE unit = %s AND ref = %s AND act = '{RECEIVE}'"
        return self._one(query, (unit, ref)) is not None

    # --- writing ---

    def append(
        self,
        entries: Sequence[Entry],
        sealed: Mapping[str, bytes] = {},
        *,
        allow_missing_sealed: bool = False,
    ) -> None:
        """See `Store.append`."""
        with self.group():
            batch = plan(self, entries, sealed, missing_ok=allow_missing_sealed)
            for unit, before in batch.before.items():
                self._move(unit, before, batch.after[unit])
            self._carry_out(batch, sealed)

    def _move(self, unit: str, before: Tip, after: Tip) -> None:
        """Compare and swap a head. An existing one is locked by `tip`; two programs may still begin a unit at once."""
        new = (after.head.seq, after.head.hash, after.at, unit)
        if before.head.seq:
            moved = self._db.execute("UPDATE quorate_head SET seq = %s, hash = %s, at = %s WHERE unit = %s", new)
        else:
            insert = "INSERT INTO quorate_head (seq, hash, at, unit) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
            moved = self._db.execute(insert, new)
        if moved.rowcount != 1:
            raise Conflict(unit, before.head, self.head(unit))

    def _carry_out(self, batch: Plan, sealed: Mapping[str, bytes]) -> None:
        rows = [
            (row.entry.unit, row.entry.seq, row.entry.hash, row.entry.act, row.entry.ref, row.raw) for row in batch.rows
        ]
        with self._db.cursor() as cursor:
            cursor.executemany("INSERT INTO quorate_entry VALUES (%s, %s, %s, %s, %s, %s)", rows)
            if sealed:
                query = "INSERT INTO quorate_sealed VALUES (%s, %s) ON CONFLICT DO NOTHING"
                cursor.executemany(query, list(sealed.items()))

    @contextmanager
    def group(self) -> Iterator[None]:
        """See `Store.group`."""
        with self._typed(), self._db.transaction():  # within another one, psycopg makes this a savepoint
            yield
            # A statement that failed outside an append spoils the transaction; its commit would undo it and
            # report success.
            if self._db.info.transaction_status == TransactionStatus.INERROR:
                raise GroupLost(self._where)

    # --- sealed content and blobs ---

    def has_sealed(self, digest: str) -> bool:
        """See `Stored.has_sealed`."""
        return self._one("SELECT 1 FROM quorate_sealed WHERE digest = %s", (digest,)) is not None

    def unseal(self, digest: str) -> bytes | None:
        """See `Store.unseal`."""
        row = self._one("SELECT content FROM quorate_sealed WHERE digest = %s", (digest,))
        return bytes(row[0]) if row else None

    def redact(self, digest: str) -> None:
        """See `Store.redact`. The server's own files and backups forget it when it vacuums and rotates them."""
        with self._typed():
            self._db.execute("DELETE FROM quorate_sealed WHERE digest = %s", (digest,))

    def put(self, kind: str, name: str, content: bytes) -> None:
        """See `Store.put`."""
        query = (
            "INSERT INTO quorate_blob VALUES (%s, %s, %s) "
            "ON CONFLICT (kind, name) DO UPDATE SET content = excluded.content"
        )
        with self._typed():
            self._db.execute(query, (kind, name, content))

    def get(self, kind: str, name: str) -> bytes | None:
        """See `Store.get`."""
        row = self._one("SELECT content FROM quorate_blob WHERE kind = %s AND name = %s", (kind, name))
        return bytes(row[0]) if row else None

    def names(self, kind: str) -> Iterator[str]:
        """See `Store.names`."""
        return (row[0] for row in self._rows("SELECT name FROM quorate_blob WHERE kind = %s ORDER BY name", (kind,)))

    def close(self) -> None:
        """See `Store.close`."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _place(dsn: str) -> str:
    """Name the database without its password."""
    try:
        parts = conninfo_to_dict(dsn)
    except psycopg.Error:
        return "PostgreSQL"
    return f"PostgreSQL database {parts.get('dbname', '(default)')} at {parts.get('host', '(default)')}"


def _translated(error: psycopg.Error, where: str) -> QuorateError:
    """Our error for one of PostgreSQL's (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
    problem = f"PostgreSQL says: {' '.join(str(error).split())}"
    if isinstance(error, pg.LockNotAvailable | pg.DeadlockDetected | pg.SerializationFailure):
        return StoreLocked(where, problem)
    if isinstance(error, pg.DiskFull):
        return StoreFull(where, problem)
    if isinstance(error, pg.ReadOnlySqlTransaction | pg.InsufficientPrivilege):
        return StoreReadOnly(where, problem)
    if isinstance(error, pg.DataCorrupted | pg.IndexCorrupted):
        return StoreCorrupt(where, problem)
    return StoreFailed(where, problem)
