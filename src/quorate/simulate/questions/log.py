"""A log as questions see it: only the rows and columns asked for, wherever it lies, in flat memory."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from quorate.log.entry import COLUMNS
from quorate.log.tables.errors import CannotWriteTable, DamagedTable
from quorate.simulate.questions.errors import NothingToAnswer

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb
    import pyarrow as pa

RUNS = "run-*"
"""The folders of a simulation's runs."""
INSIDE = "log"
"""The folder of a run that holds its log, beside the charter."""


class Log:
    """One log: a Parquet file or a folder of them, any log that `quorate audit` takes, or an Arrow table.

    `name` tells it from others (of several runs). Parquet of the project's own writing is read where it lies; anything
    else is checked first, and kept in a temporary folder for as long as the object lives. Raise what
    `quorate.log.tables` raises.
    """

    def __init__(self, source: Path | str | pa.Table, *, name: str = "", mapping: Path | None = None) -> None:
        self.path = Path(source) if isinstance(source, str | Path) else None
        self.name = name or (self.path.name if self.path else "log")
        self._table = None if self.path else source
        self._kept = TemporaryDirectory(prefix="quorate-") if self.path else None
        self._files = self._open(mapping) if self.path else ()

    def _open(self, mapping: Path | None) -> tuple[Path, ...]:
        from quorate.log.tables.folder import open_place
        from quorate.log.tables.opening import kind_of
        from quorate.log.tables.parquet import files_of, inspect

        assert self.path is not None
        assert self._kept is not None
        if kind_of(self.path) == "parquet" and not mapping:
            files = [inspect(file) for file in files_of(self.path)]
            if all(file.conforms() and file.meta.record for file in files):
                return tuple(file.path for file in files)
        return open_place(self.path, mapping, Path(self._kept.name)).paths

    @contextmanager
    def open(self, tiers: Mapping[str, str] | None = None, only: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
        """A DuckDB with the view `whole`, and `log`: the rows of it that `only` (SQL) lets through, read once. `tiers`
        gives the tier of units whose entries name none, as logs of others may. Raise `DamagedTable`,
        `CannotWriteTable`.
        """
        import duckdb

        from quorate.log.tables.parquet import scan

        with duckdb.connect(config=self._settings()) as db, self._told():
            if self._table is not None:
                db.register("given", self._table)
            else:
                db.execute(f"CREATE TEMP VIEW given AS SELECT {', '.join(COLUMNS)} FROM {scan(list(self._files))}")
            whole = not db.execute("SELECT 1 FROM given WHERE tier IS NULL LIMIT 1").fetchall()
            db.execute(f"CREATE TEMP VIEW whole AS {_ALL if whole or not tiers else _placed(db, tiers)}")
            rows = f"TABLE log AS SELECT {_NEEDED} FROM whole WHERE {only}" if only else "VIEW log AS FROM whole"
            db.execute(f"CREATE TEMP {rows}")
            yield db

    def _settings(self) -> dict[str, Any]:
        found = {"memory_limit": "3GB", "threads": os.cpu_count() or 1, "preserve_insertion_order": "false"}
        return found | ({"temp_directory": str(Path(self._kept.name) / "spill")} if self._kept else {})

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the system or the file refuses, as failures a person can put right."""
        import duckdb

        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise CannotWriteTable(str(self.path or self.name), f"the memory or the disk is full ({error})") from None
        except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException):
            raise  # a fault of ours, not of the file
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise DamagedTable(str(self.path or self.name), f"it cannot be read whole: {why}.") from None

    def rows(
        self, acts: Collection[str] = (), prefixes: Collection[str] = (), columns: Sequence[str] = COLUMNS
    ) -> pa.Table:
        """The entries of these acts, and of acts that begin so; all, where neither is named. Only the columns asked
        for are read.
        """
        with self.open() as db:
            return db.sql(f"SELECT {', '.join(columns)} FROM log WHERE {which(acts, prefixes)}").to_arrow_table()

    def window(self, db: duckdb.DuckDBPyConnection) -> tuple[datetime, datetime]:
        """The first and the last moment of the log, dates that are open-ended left out. Raise `NothingToAnswer`."""
        sql = "SELECT min(at_earliest), max(at_earliest) FROM whole WHERE at_earliest > TIMESTAMP '0001-01-02'"
        found: Any = db.execute(sql).fetchall()[0]
        if found[0] is None:
            raise NothingToAnswer(f"{self.name} holds no entry with a date.", advice="Name a log that does.")
        return found[0], found[1]


_ALL = "SELECT * FROM given"
_NEEDED = "entry, unit, seq, tier, act, at_earliest, organ, actor, subject, meeting, ref, payload"


def _placed(db: duckdb.DuckDBPyConnection, tiers: Mapping[str, str]) -> str:
    import pyarrow as pa

    db.register("places", pa.table({"unit": list(tiers), "stands_in": list(tiers.values())}))
    return (
        "SELECT g.* EXCLUDE (tier), coalesce(g.tier, p.stands_in) AS tier "
        "FROM given g LEFT JOIN places p ON p.unit = g.unit"
    )


def which(acts: Collection[str] = (), prefixes: Collection[str] = ()) -> str:
    """SQL for: the act is one of these, or begins with one of those; true where neither is named."""
    parts = [f"act IN ({texts(acts)})"] if acts else []
    parts += [f"starts_with(act, {texts([prefix])})" for prefix in prefixes]
    return " OR ".join(parts) if parts else "true"


def texts(values: Collection[str]) -> str:
    """Texts as SQL, side by side; null where there are none."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values)) or "NULL"


def logs_of(place: Path | str) -> tuple[Log, ...]:
    """The logs at a place: the runs of a simulation (``run-001`` ...), each with its folder's name, else the one there.

    Raise what `Log` raises.
    """
    folder = Path(place)
    runs = sorted(path for path in folder.glob(RUNS) if path.is_dir()) if folder.is_dir() else []
    return tuple(Log(run / INSIDE if (run / INSIDE).is_dir() else run, name=run.name) for run in runs or [folder])
