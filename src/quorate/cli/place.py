"""Where records are: a folder or a database's address, given or in the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from quorate.log import Store, open_store
from quorate.run.record import Record, open_record

FILE = "record.db"
VARIABLE = "QUORATE_RECORD"
_SCHEMES = ("postgresql://", "postgres://")


class RecordCommand(typer.core.TyperCommand):
    """A command whose first argument, the record, may be left out where the environment names one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the framework's own context
        """Put the environment's record in front where none is given.

        Where the command takes more arguments, a first one that is no record is taken for the second.
        """
        default = os.environ.get(VARIABLE)
        if default and "--help" not in args:
            given = self.make_parser(ctx).parse_args(list(args))[0].get("record")
            more = sum(param.param_type_name == "argument" for param in self.params) > 1
            if not isinstance(given, str) or (more and not is_record(given)):
                args = [default, *args]
        return list(super().parse_args(ctx, args))


def is_address(record: str) -> bool:
    """Whether a record is named by a database's address."""
    return record.startswith(_SCHEMES)


def shown(record: str) -> str:
    """A record's name for people: an address without its password."""
    return re.sub(r"(?<=://)([^/@:]*):[^/]*@", r"\1@", record) if is_address(record) else record


def is_record(word: str) -> bool:
    """Whether a word names a record: an address, or a folder or file that is there."""
    return is_address(word) or Path(word).is_dir() or (Path(word).suffix == ".db" and Path(word).is_file())


def located(record: str) -> str:
    """What the store is opened with: the address, or the file in the folder."""
    if is_address(record) or Path(record).suffix == ".db":
        return record
    return str(Path(record) / FILE)


@contextmanager
def opened(record: str) -> Iterator[Record]:
    """Open the record, and close it afterwards. Raise `NoStore` or `NoRecord` where there is none."""
    with stored(record) as store:
        yield open_record(store)


@contextmanager
def stored(record: str, *, create: bool = False) -> Iterator[Store]:
    """Open the store at a place, and close it afterwards."""
    where = located(record)
    if create and not is_address(record):
        Path(where).parent.mkdir(parents=True, exist_ok=True)
    with open_store(where, create=create) as store:
        yield store


@contextmanager
def begun(record: str) -> Iterator[Store]:
    """Make a store for a new record; where what follows fails, leave nothing behind that was not there before."""
    where = Path(located(record))
    if is_address(record) or where.exists():
        with stored(record, create=is_address(record)) as store:
            yield store
        return
    folders = [folder for folder in (where.parent, *where.parent.parents) if not folder.exists()]
    try:
        with stored(record, create=True) as store:
            yield store
    except BaseException:
        for suffix in ("", "-wal", "-shm"):
            where.with_name(where.name + suffix).unlink(missing_ok=True)
        for folder in folders:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise
