"""The checker's eyes: the lines of a file, many at a time, with bounded memory."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

CHUNK = 1 << 17
MAX_LINE = 1 << 26  # 64 MiB: no entry is longer, and a file without line feeds must not fill the memory


class _Bounded(io.RawIOBase):
    """A file that ends for us once `MAX_LINE` bytes in a row have held no line feed."""

    def __init__(self, path: str | Path) -> None:
        self._file = Path(path).open("rb", buffering=0)  # noqa: SIM115  closed below
        self._since = 0  # bytes since a stretch with a line feed
        self.done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = (self._file.readinto(buffer) or 0) if self._since <= MAX_LINE else 0
        self.done += count
        feed = b"\n" in bytes(buffer[: min(count, 4096)]) or b"\n" in bytes(buffer[:count])
        self._since = 0 if feed else self._since + count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class Lines:
    """The lines of a file in order, each with its line feed; `number` is that of the next one, from 1.

    `progress` is told how many bytes have been read. `whole` turns False when the file ends without a line
    feed or a line is longer than `MAX_LINE`; such a piece is no line and is not handed out. Raise `OSError`
    like the file.
    """

    def __init__(self, path: str | Path, progress: Callable[[int], None] | None = None) -> None:
        self._raw = _Bounded(path)
        self._file = io.BufferedReader(self._raw, CHUNK)
        self._progress = progress
        self._lines: list[bytes] = []
        self._at = 0
        self.number, self.whole = 1, True

    def ahead(self) -> bytes | None:
        """The next line, left where it is; None at the end of the file."""
        if self._at == len(self._lines) and not self._fill():
            return None
        return self._lines[self._at]

    def stretch(self, limit: int) -> list[bytes]:
        """Some of the next lines, at most `limit`, left where they are; none at the end of the file."""
        return self._lines[self._at : self._at + limit] if self.ahead() is not None else []

    def skip(self, count: int = 1) -> None:
        """Go on by `count` of the lines just seen."""
        self._at += count
        self.number += count

    def between(self, first: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Go on to line `first` and hand out the lines from there to `end` - 1, with their numbers."""
        while self.number < end and (line := self.ahead()) is not None:
            number = self.number
            self.skip()
            if number >= first:
                yield number, line

    def _fill(self) -> bool:
        self._lines, self._at = self._file.readlines(CHUNK) if self.whole else [], 0
        if self._lines and not self._lines[-1].endswith(b"\n"):
            self._lines.pop()
            self.whole = False
        if self._progress:
            self._progress(self._raw.done)
        return bool(self._lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
