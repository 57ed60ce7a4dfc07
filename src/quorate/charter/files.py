"""Where a charter's bytes come from: a folder, or files kept in memory. Sizes are looked at before anything is read."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from quorate.charter.findings import Finding, closest, nearest

MAIN = "charter.yaml"
MAX_YAML = 5_000_000
MAX_CSV = 64_000_000


class Files(Protocol):
    """A charter's files by name. Names are the charter's own words and are not trusted."""

    def shown(self, name: str) -> str:
        """The file's name as findings cite it."""

    def fetch(self, name: str, limit: int) -> bytes | Finding:
        """The file's bytes, or why there are none: not there, not a file, over `limit` bytes (seen unread)."""


class Folder:
    """Files in a folder on disk."""

    def __init__(self, path: Path) -> None:
        try:
            folder = path.is_dir()
        except OSError:  # a name too long, a folder that may not be entered: `fetch` will say so
            folder = False
        self._base = path if folder else path.parent
        self._main = MAIN if folder else path.name

    def shown(self, name: str) -> str:  # noqa: D102
        return str(self._path(name))

    def _path(self, name: str) -> Path:
        return self._base / (self._main if name == MAIN else name)

    def fetch(self, name: str, limit: int) -> bytes | Finding:  # noqa: D102
        path = self._path(name)
        try:
            facts = path.stat()
            if not stat.S_ISREG(facts.st_mode):
                return Finding("missing-file", str(path), "this is not a file", advice="Name a plain file.")
            if facts.st_size > limit:
                return too_large(str(path), facts.st_size, limit)
            return path.read_bytes()
        except FileNotFoundError:
            meant = closest(path.name, self._names())
            advice = f"Did you mean `{meant}`?" if meant else "Name a charter's folder or file."
            return Finding("missing-file", str(path), "there is no such file", advice=advice)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return Finding("missing-file", str(path), f"the file cannot be read: {reason}")

    def _names(self) -> list[str]:
        try:
            return [other.name for other in self._base.iterdir()]
        except OSError:
            return []


class Kept:
    """Files kept in memory, of a record or an export."""

    def __init__(self, files: Mapping[str, bytes], main: str, where: str) -> None:
        self._files, self._main, self._where = files, main, where

    def _name(self, name: str) -> str:
        return self._main if name == MAIN else name

    def shown(self, name: str) -> str:  # noqa: D102
        return f"{self._where}/{self._name(name)}" if self._where else self._name(name)

    def fetch(self, name: str, limit: int) -> bytes | Finding:  # noqa: D102
        data = self._files.get(self._name(name))
        if data is None:
            return Finding(
                "missing-file", self.shown(name), "there is no such file", advice=nearest(self._name(name), self._files)
            )
        return data if len(data) <= limit else too_large(self.shown(name), len(data), limit)


def too_large(where: str, size: int, limit: int) -> Finding:
    """A file beyond its bound."""
    message = f"the file has {size:,} bytes; a file of its kind may have {limit:,}"
    return Finding(
        "too-large",
        where,
        message,
        advice="It was not read. Put units in a CSV file, and leave out what is no charter.",
    )


def is_plain(name: str) -> bool:
    """Whether a name the charter gives can only be a file beside or below it."""
    steps = name.split("/")
    return bool(name) and "\\" not in name and ":" not in name and all(step.strip(". ") for step in steps)
