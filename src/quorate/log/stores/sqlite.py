"""The default store: one SQLite file, readable while it is written, durable against a loss of power."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from quorate.errors import QuorateError
from quorate.log.entry import GENESIS, Entry
from quorate.log.errors import (
    GroupLost,
    NoStore,
    NotALog,
    StoreCorrupt,
    StoreFailed,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
)
from quorate.log.stores.base import RECEIVE, Head
from quorate.log.stores.plan import Plan, Tip, checked, plan

APPLICATION = 0x51756F72  # "Quor" in the file's header, so that `file` and we can tell whose database it is
VERSION = 1
PAGE = 1000  # entries fetched at a time: no cursor stays open between them, so readers never hold up writers

SCHEMA = f"""
CREATE TABLE entry (
  unit TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, act TEXT NOT NULL, ref TEXT, body BLOB NOT
  NULL, PRIMARY KEY (unit, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX entry_delivered ON entry (unit, ref) WHERE act = '{RECEIVE}';
CREATE TABLE head (
  unit TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE sealed (digest TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE blob (kind TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (kind, name));
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""


class SqliteStore:
    """A `Store` in the SQLite file at `path`, made when it is not there unless `create` is False.

    `patience` is how many seconds to wait for another process that is writing, before `StoreLocked`.
    Write-ahead log with full synchronisation: an append has reached the disk when it returns. Content
    redacted is overwritten in the file. Copy a record with an export, not by copying the file while it is in
    use.
    """

    def __init__(self, path: str | Path, *, create: bool = True, patience: float = 10.0) -> None:
        self._where, self._patience, self._depth = str(path), patience, 0
        if not create and not Path(path).is_file():
            raise NoStore(self._where)
        with self._typed():
            self._db = sqlite3.connect(path, timeout=patience, isolation_level=None)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        # In this order: another process may be making the tables at this moment, and sets both at once.
        ours = self._number("PRAGMA application_id") == APPLICATION
        version = self._number("PRAGMA user_version")
        if ours and version != VERSION:
            raise NotALog(self._where, f"the record is of version {version}; this program knows {VERSION}.")
        self._refuse_foreign()
        self._write_ahead()
        self._do("PRAGMA synchronous = FULL")
        self._do("PRAGMA secure_delete = ON")
        if not ours:
            with self.group():
                if not self._number("PRAGMA user_version"):  # another process may have been first
                    for statement in SCHEMA.split(";"):
                        self._do(statement)

    def _refuse_foreign(self) -> None:
        """Leave another program's database alone; an empty file is taken for a new one."""
        tables = self._number("SELECT count(*) FROM sqlite_schema")
        if tables and self._number("PRAGMA application_id") != APPLICATION:
            raise NotALog(self._where, "this is another program's SQLite database.")

    def _write_ahead(self) -> None:
        """Switch to the write-ahead log; SQLite does not wait here when another process does the same."""
        until = time.monotonic() + self._patience
        while True:
            try:
                self._do("PRAGMA journal_mode = WAL")
            except StoreLocked:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    # --- talking to SQLite ---

    @contextmanager
    def _typed(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _translated(error, self._where) from error

    def _do(self, statement: str, values: Sequence[Any] = ()) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise _translated(error, self._where) from error

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _translated(error, self._where) from error

    def _one(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        rows = self._rows(statement, values)
        return rows[0] if rows else None

    def _number(self, statement: str) -> int:
        row = self._one(statement)
        return row[0] if row else 0

    # --- reading ---

    def head(self, unit: str) -> Head:
        """See `Store.head`."""
        return self.tip(unit).head

    def tip(self, unit: str) -> Tip:
        """See `Stored.tip`."""
        row = self._one("SELECT seq, hash, at FROM head WHERE unit = ?", (unit,))
        return Tip(Head(unit, row[0], row[1]), row[2]) if row else Tip(Head(unit))

    def heads(self) -> Iterator[Head]:
        """See `Store.heads`."""
        return (Head(*row) for row in self._rows("SELECT unit, seq, hash FROM head ORDER BY unit"))

    def units(self) -> Iterator[str]:
        """See `Store.units`."""
        return (row[0] for row in self._rows("SELECT unit FROM head ORDER BY unit"))

    def read(self, unit: str, after: int = 0) -> Iterator[Entry]:
        """See `Store.read`."""
        before = self._one("SELECT hash FROM entry WHERE unit = ? AND seq = ?", (unit, after)) if after else (GENESIS,)
        expected = (after, before[0] if before else None, self.head(unit).seq)
        return checked(unit, expected, self.read_raw(unit, after), lambda why: StoreCorrupt(self._where, why))

    def read_raw(self, unit: str, after: int = 0) -> Iterator[tuple[str, bytes]]:
        """See `Store.read_raw`."""
        query = "SELECT seq, hash, body FROM entry WHERE unit = ? AND seq > ? ORDER BY seq LIMIT ?"
        while rows := self._rows(query, (unit, after, PAGE)):
            for _, digest, raw in rows:
                yield digest, raw
            after = rows[-1][0]
            if len(rows) < PAGE:
                return

    def delivered(self, unit: str, ref: str) -> bool:
        """See `Store.delivered`."""
        query = f"SELECT 1 FROM entry WHERE unit = ? AND ref = ? AND act = '{RECEIVE}'"
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
            self._carry_out(plan(self, entries, sealed, missing_ok=allow_missing_sealed), sealed)

    def _carry_out(self, batch: Plan, sealed: Mapping[str, bytes]) -> None:
        rows = [
            (row.entry.unit, row.entry.seq, row.entry.hash, row.entry.act, row.entry.ref, row.raw) for row in batch.rows
        ]
        heads = [(tip.head.unit, tip.head.seq, tip.head.hash, tip.at) for tip in batch.after.values()]
        with self._typed():
            self._db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._db.executemany("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?)", heads)
            if sealed:
                self._db.executemany("INSERT OR IGNORE INTO sealed VALUES (?, ?)", list(sealed.items()))

    @contextmanager
    def group(self) -> Iterator[None]:
        """See `Store.group`."""
        self._begin()
        self._depth += 1
        try:
            yield
            self._commit()
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._depth -= 1

    def _begin(self) -> None:
        if self._depth and not self._db.in_transaction:
            raise GroupLost(self._where)
        # The write lock is taken at once: a reader that turns writer could not wait for another writer.
        self._do(f"SAVEPOINT level{self._depth}" if self._depth else "BEGIN IMMEDIATE")

    def _commit(self) -> None:
        # A full disk makes SQLite undo the whole transaction on its own; a commit would then report success.
        if not self._db.in_transaction:
            raise GroupLost(self._where)
        self._do("COMMIT" if self._depth == 1 else f"RELEASE level{self._depth - 1}")

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # the failure that brought us here is the one to report
            if self._db.in_transaction and self._depth == 1:
                self._db.execute("ROLLBACK")
            elif self._db.in_transaction:
                self._db.execute(f"ROLLBACK TO level{self._depth - 1}")
                self._db.execute(f"RELEASE level{self._depth - 1}")

    # --- sealed content and blobs ---

    def has_sealed(self, digest: str) -> bool:
        """See `Stored.has_sealed`."""
        return self._one("SELECT 1 FROM sealed WHERE digest = ?", (digest,)) is not None

    def unseal(self, digest: str) -> bytes | None:
        """See `Store.unseal`."""
        row = self._one("SELECT content FROM sealed WHERE digest = ?", (digest,))
        return row[0] if row else None

    def redact(self, digest: str) -> None:
        """See `Store.redact`. The write-ahead log is emptied too, as far as other readers allow."""
        self._do("DELETE FROM sealed WHERE digest = ?", (digest,))
        if not self._depth:
            self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def put(self, kind: str, name: str, content: bytes) -> None:
        """See `Store.put`."""
        self._do("INSERT OR REPLACE INTO blob VALUES (?, ?, ?)", (kind, name, content))

    def get(self, kind: str, name: str) -> bytes | None:
        """See `Store.get`."""
        row = self._one("SELECT content FROM blob WHERE kind = ? AND name = ?", (kind, name))
        return row[0] if row else None

    def names(self, kind: str) -> Iterator[str]:
        """See `Store.names`."""
        return (row[0] for row in self._rows("SELECT name FROM blob WHERE kind = ? ORDER BY name", (kind,)))

    def close(self) -> None:
        """See `Store.close`."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _translated(error: sqlite3.Error, where: str) -> QuorateError:
    """Our error for one of SQLite's, by its primary result code (https://www.sqlite.org/rescode.html)."""
    problem = f"SQLite says: {error}."
    if "Could not decode to UTF-8" in str(error):  # raised by Python's module, without a code
        return StoreCorrupt(where, problem)
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return NotALog(where, "this is not a SQLite database.")
    kinds: dict[int, type[StoreCorrupt | StoreLocked | StoreReadOnly | StoreFull]] = {
        sqlite3.SQLITE_CORRUPT: StoreCorrupt,
        sqlite3.SQLITE_BUSY: StoreLocked,
        sqlite3.SQLITE_LOCKED: StoreLocked,
        sqlite3.SQLITE_READONLY: StoreReadOnly,
        sqlite3.SQLITE_CANTOPEN: StoreReadOnly,
        sqlite3.SQLITE_PERM: StoreReadOnly,
        sqlite3.SQLITE_FULL: StoreFull,
    }
    return kinds.get(code, StoreFailed)(where, problem)
