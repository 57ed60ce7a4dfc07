"""The checker's eyes: the lines of a file, many at a time, with bounded memory.

The same file is looked over block by block in advance for runs of lines that are proved to be in order
(`quorate.log.sense.survey`), if it is large by several processes, so that most lines need not be handed out
one by one. Other processes only ever prove; whatever they do not answer is done here.
"""

from __future__ import annotations

import io
import json
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import Self

from msgspec import DecodeError
from msgspec.json import Decoder, Encoder

from quorate.log.sense import Run, survey

CHUNK = 1 << 17
MAX_LINE = 1 << 26  # 64 MiB: no entry is longer, and a file without line feeds must not fill the memory
BLOCK = 1 << 19  # bytes looked over at a time
LONGEST = 1 << 20  # bytes beyond a block of a line that begins in it; a longer one is no part of a run
WORTH = 1 << 24  # bytes for each process; starting one takes as long as looking over half of it
MOST = 8  # processes
AHEAD = 32  # blocks looked over before their turn; what is known of each takes a fifth of its size
PIPE = 1 << 20  # bytes of answers that need not wait until they are heard, where the system allows it
PATIENCE = 30.0  # seconds to wait for another process's answer


class _Bounded(io.RawIOBase):
    """A file that ends for us once `MAX_LINE` bytes in a row have held no line feed."""

    def __init__(self, path: str | Path) -> None:
        self._file = Path(path).open("rb", buffering=0)  # noqa: SIM115  closed below
        self._since = 0  # bytes since a stretch with a line feed

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def fileno(self) -> int:
        return self._file.fileno()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._since = 0
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = (self._file.readinto(buffer) or 0) if self._since <= MAX_LINE else 0
        feed = b"\n" in bytes(buffer[: min(count, 4096)]) or b"\n" in bytes(buffer[:count])
        self._since = 0 if feed else self._since + count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class Lines:
    """The lines of a file in order, each with its line feed; `number` is that of the next one, from 1.

    `progress` is told how many bytes are behind us. `whole` turns False when the file ends without a line
    feed or a line is longer than `MAX_LINE`; such a piece is no line and is not handed out. With `processes`
    the file is looked over for runs by so many; without, or when it is no regular file, there are none. Raise
    `OSError` like the file.
    """

    def __init__(self, path: str | Path, progress: Callable[[int], None] | None = None, *, processes: int = 0) -> None:
        self._raw = _Bounded(path)
        self._file = io.BufferedReader(self._raw, CHUNK if not processes else CHUNK >> 4)
        self._progress = progress
        self._lines: list[bytes] = []
        self._at = 0
        self.number, self.whole = 1, True
        self._place = 0  # byte after the lines at hand
        self._moved = False  # the place is not where the file was read last
        self._runs: deque[Run] = deque()
        self._known = 0  # byte up to which the runs are known
        status = os.fstat(self._raw.fileno())
        surveyed = processes and S_ISREG(status.st_mode)
        self._surveys = Surveys(path, identity(status), status.st_size, processes) if surveyed else None

    def run(self) -> Run | None:
        """The run that begins with the next line, if one is known; take it with `accept` or read its lines."""
        if self._at < len(self._lines):
            return None
        self._room()
        return self._runs[0] if self._runs and self._runs[0].at == self._place else None

    def accept(self, run: Run) -> None:
        """Go on to the end of the run just seen."""
        self._runs.popleft()
        self._place += run.size
        self.number += run.lines
        self._moved = True
        if self._progress:
            self._progress(self._place)

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

    def drain(self) -> None:
        """Go on to the end of the file."""
        while self.ahead() is not None:
            self.skip(len(self._lines) - self._at)

    def between(self, first: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Go on to line `first` and hand out the lines from there to `end` - 1, with their numbers."""
        while self.number < end and (line := self.ahead()) is not None:
            number = self.number
            self.skip()
            if number >= first:
                yield number, line

    def _room(self) -> int:
        """Bytes from here to the next run, or to where runs are known; 0 when there are no more to come."""
        while self._surveys and not self._runs and self._known <= self._place:
            found = self._surveys.next()
            if found is None:
                self._surveys.close()
                self._surveys = None
            else:
                self._runs.extend(found)
                self._known += BLOCK
        while self._runs and self._runs[0].at < self._place:  # the file has changed under our eyes
            self._runs.popleft()
        return self._runs[0].at - self._place if self._runs else max(self._known - self._place, 0)

    def _fill(self) -> bool:
        if self.run():  # not accepted: its lines are wanted
            self._runs.popleft()
        self._lines, self._at = self._read() if self.whole else [], 0
        self._place += sum(map(len, self._lines))
        if self._lines and not self._lines[-1].endswith(b"\n"):
            self._lines.pop()
            self.whole = False
        if self._progress:
            self._progress(self._place)
        return bool(self._lines)

    def _read(self) -> list[bytes]:
        """The next lines, none of which begins beyond the room there is."""
        room = self._room()
        if self._moved:
            self._file.seek(self._place)
            self._moved = False
        if room == 1:
            return [line] if (line := self._file.readline()) else []
        # Stops after the line with which there are more bytes than this: the one that fills the room.
        return self._file.readlines(min(room - 1, CHUNK) if room else CHUNK)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._surveys:
            self._surveys.close()


def identity(status: os.stat_result) -> str:
    """What tells whether a file opened by its name is the one that was opened before, unchanged."""
    return f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"


def surveyed(path: str | Path, told: str, at: int) -> list[Run]:
    """The runs among the lines that begin in the block at byte `at`; none if the file is not the one `told`."""
    with Path(path).open("rb", buffering=0) as file:
        if identity(os.fstat(file.fileno())) != told:
            return []
        file.seek(max(at - 1, 0))
        data = file.read(BLOCK + (at > 0))
        if at and b"\n" not in data:
            return []  # no line begins here
        if not data.endswith(b"\n"):
            data += io.BufferedReader(file).readline(LONGEST)
    lines = data.split(b"\n")
    lines.pop()  # nothing after a line feed, or a piece of a line
    before = len(lines.pop(0)) if at else 0  # of the line that began in the block before, or just its line feed
    return survey(lines, at + before)


# --- several processes ---

_PROGRAM = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); import quorate.log.reading as r; r.serve()"
_writer, _reader = Encoder(), Decoder(list[Run])


def serve() -> None:
    """Be another process: for each line with a place that is asked, answer with a line of the runs found there."""
    path, told = sys.argv[2:]
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(_writer.encode(surveyed(path, told, int(line))) + b"\n")
        sys.stdout.buffer.flush()


class _Helper:
    """Another process with the same modules, which answers questions in the order they are asked.

    It is started as a program of its own: neither this one's threads nor its main module are repeated there,
    which `multiprocessing` would do. Nor has it a thread here: waiting for the interpreter's lock, that would
    hear of an answer later than the next is there. Raise `OSError` when it cannot be started.
    """

    def __init__(self, path: str | Path, told: str) -> None:
        ours = [*sys.path, str(Path(__file__).parents[2])]
        words = ["-I", "-S", "-c", _PROGRAM, json.dumps(ours), str(path), told]
        pipe, none = subprocess.PIPE, subprocess.DEVNULL
        self._process = subprocess.Popen(
            [sys.executable, *words], bufsize=0, stdin=pipe, stdout=pipe, stderr=none, pipesize=PIPE
        )
        assert self._process.stdin
        assert self._process.stdout
        self._asking, self._heard = self._process.stdin, self._process.stdout
        os.set_blocking(self._heard.fileno(), False)
        self._part = b""  # of an answer
        self._lines: deque[bytes] = deque()  # answers
        self._open = 0  # questions without an answer

    def idle(self) -> bool:
        """Whether it could do with another question: it should have one to go on with."""
        return self.ready() is not None and self._open < 3

    def ask(self, at: int) -> None:
        """Have the block at byte `at` looked over."""
        self._open += 1
        with suppress(OSError):  # it is no more, as will be found when the answer is wanted
            self._asking.write(b"%d\n" % at)

    def ready(self) -> bool | None:
        """Whether there is an answer; None if there is none and never will be."""
        try:
            while said := self._heard.read(PIPE):
                *lines, self._part = (self._part + said).split(b"\n")
                self._lines.extend(lines)
                self._open -= len(lines)
        except OSError:
            said = b""
        return bool(self._lines) or (None if said == b"" else False)

    def answer(self) -> list[Run] | None:
        """The answer to the first question that has had none; None if it does not come or makes no sense."""
        until = time.monotonic() + PATIENCE
        while (ready := self.ready()) is False:
            if not select.select([self._heard], [], [], max(until - time.monotonic(), 0))[0]:
                return None
        try:
            return _reader.decode(self._lines.popleft()) if ready else None
        except (DecodeError, UnicodeError):
            return None

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        with suppress(OSError), self._process:
            pass


class Surveys:
    """The runs of each block of a file in turn, found by this process and the others it can start."""

    def __init__(self, path: str | Path, told: str, size: int, processes: int) -> None:
        self._path, self._told = path, told
        self._places = iter(range(0, size, BLOCK))
        self._ahead: deque[tuple[int, _Helper | list[Run]]] = deque()  # blocks, who was asked or what was found
        self._helpers: list[_Helper] = []
        for _ in range(min(processes, MOST, size // WORTH) - 1 if _can_start() else 0):
            try:
                self._helpers.append(_Helper(path, told))
            except OSError:
                break

    def next(self) -> list[Run] | None:
        """The runs of the next block; None after the last."""
        self._hand_out()
        if not self._ahead:
            place = next(self._places, None)
            return None if place is None else self._own(place)
        place, found = self._ahead.popleft()
        if not isinstance(found, _Helper):
            return found
        while found.ready() is False and len(self._ahead) < AHEAD and (later := next(self._places, None)) is not None:
            self._ahead.append((later, self._own(later)))
            self._hand_out()
        answer = found.answer()
        if answer is None:
            self._give_up()
            return self._own(place)
        return answer

    def _own(self, place: int) -> list[Run]:
        return surveyed(self._path, self._told, place)

    def _hand_out(self) -> None:
        for helper in self._helpers:
            while len(self._ahead) < AHEAD and helper.idle() and (place := next(self._places, None)) is not None:
                self._ahead.append((place, helper))
                helper.ask(place)

    def _give_up(self) -> None:
        """Do without other processes from now on."""
        self.close()
        for number, (place, found) in enumerate(self._ahead):
            if isinstance(found, _Helper):
                self._ahead[number] = place, self._own(place)

    def close(self) -> None:
        """End the other processes."""
        for helper in self._helpers:
            helper.close()
        self._helpers = []


def _can_start() -> bool:
    """Whether this is a Python that can be started by its name, on a system with pipes that can be waited for."""
    name = Path(sys.executable or "").name.lower()
    return "python" in name and not getattr(sys, "frozen", False) and os.name == "posix"
