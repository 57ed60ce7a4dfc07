"""The checker: judge an export by its bytes alone, with no database and no trust in whoever wrote it.

Shares no code with what writes logs, chains and proofs. Two passes over each stretch of lines: the chain, on
bytes, without reading any JSON (each hash recomputed, each entry naming the hash before it), and then the
sense (`quorate.log.sense`: well-formed entries, numbers, times, deliveries). Runs of lines that were proved to
be in order in one stroke, as nearly all are, need only continue what stands before them. Where a chain does
not hold, `quorate.log.diagnosis` reads the stream again to name what was changed, removed, inserted or moved.
Nothing in a file makes this raise.

Codes of findings: ``file.header .line .order .totals .truncated``; ``stream.line .order .head .broken``;
``chain.broken``; ``entry.changed .missing .inserted .repeated .moved .foreign .beyond .unreadable .malformed
.number``; ``time.backwards .interval``; ``delivery.unsent .twice .malformed``; ``sealed.changed .stray``;
``checkpoint.malformed .signature .key .cut .missing .root .none``; ``findings.more``.
"""

from __future__ import annotations

import json
import os
import re
from binascii import hexlify
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from quorate.errors import QuorateError
from quorate.log.diagnosis import Stretch, diagnose
from quorate.log.findings import Finding, Findings
from quorate.log.reading import Lines
from quorate.log.sense import Run, Sense, content_digest
from quorate.log.signatures import Signatures

HEADER = b"quorate-log 1\n"
SPACE = 0x20
HASH = re.compile(rb"[0-9a-f]{64}")
CUT = re.compile(rb"cut ([0-9]{1,16}) (.*)")
ZEROS = b"0" * 64
_quoted = json.JSONEncoder(ensure_ascii=False).encode
_WORDS = (b"stream ", b"end ", b"checkpoint ", b"cut ")


class UnreadableFile(QuorateError):
    """The file to verify cannot be opened or read."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"it cannot be read: {problem}.", where=path, advice="Check the name.")


@dataclass(frozen=True, slots=True)
class Verification:
    """What a file holds and what is wrong with it; without findings it is whole and unchanged."""

    entries: int
    streams: int
    sealed: int  # sealed contents that came along
    checkpoints: int  # checkpoints checked: signature, root and the streams they cover
    findings: tuple[Finding, ...]


def verify(
    path: str | Path,
    *,
    key: bytes | None = None,
    sense: bool = True,
    processes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Check the export at `path`. Raise `UnreadableFile` when it cannot be read, and nothing else.

    `key` is the signer's public key (32 bytes): then the file must hold a checkpoint, and every one must be
    signed with it; without it a checkpoint's own key is taken, which shows that the statement is whole but
    not whose it is. `sense=False` leaves out the second pass: what was tampered with is found all the same,
    but not entries that were wrong when they were written. `processes` may work on a large file at once, by
    default one for each processor this one may use; 1 to start none. Whether runs are looked for at all (not
    with 0, nor without the second pass) makes no difference but time. `progress` is told (bytes read, bytes in
    all). Memory grows with the number of streams and of documents received, not of entries; a stream that is
    broken is held while it is diagnosed.
    """
    together = (_processors() if processes is None else processes) if sense else 0
    findings, named = Findings(), Findings()
    try:
        size = Path(path).stat().st_size
        with Lines(path, (lambda done: progress(done, size)) if progress else None, processes=together) as lines:
            check = _Check(lines, findings, Sense(findings) if sense else None, Signatures(findings, key))
            check.run()
        if check.broken:
            with Lines(path) as lines:
                diagnose(lines, check.broken, named)
    except OSError as error:
        raise UnreadableFile(str(path), error.strerror or str(error)) from None
    # What was done to which entry comes before what follows from it, totals and roots that are off.
    told = (*named.listed(), *findings.listed())
    return Verification(check.entries, check.streams, check.sealed, check.signatures.count, told)


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


class _Check:
    """One reading of a file from its first line to its last."""

    def __init__(self, lines: Lines, findings: Findings, sense: Sense | None, signatures: Signatures) -> None:
        self.lines, self.findings, self.sense, self.signatures = lines, findings, sense, signatures
        self.entries = self.streams = self.sealed = 0
        self.broken: list[Stretch] = []
        self._unit: str | None = None  # of the stream before
        self._cuts: dict[bytes, list[int]] = {}  # unit as JSON: entries that checkpoints cover

    def run(self) -> None:
        """Read all of the file: header, checkpoints, streams, totals."""
        if self.lines.ahead() != HEADER:
            self.findings.add("file.header", "line 1", "this is not an export, or one of another version.")
            return
        self.lines.skip()
        ended = False
        while not ended and (line := self.lines.ahead()) is not None:
            ended = self._block(line)
        where = f"line {self.lines.number}"
        if self.lines.ahead() is not None:
            self.findings.add("file.order", where, "there is more after the last line.")
            self.lines.drain()
        if not ended or not self.lines.whole:
            self.findings.add("file.truncated", where, "the file does not end as it should.")
        self.signatures.close()

    def _block(self, line: bytes) -> bool:
        """Read what begins with this line; True when it was the last."""
        if line.startswith(b"stream "):
            self._stream(line)
            return False
        where = f"line {self.lines.number}"
        self.lines.skip()
        line = line[:-1]
        if line.startswith(b"end "):
            self._end(line, where)
            return True
        if line.startswith((b"checkpoint ", b"cut ")) and not self.streams:
            self.signatures.read(line, where)
            if cut := CUT.fullmatch(line):
                self._cuts.setdefault(cut[2], []).append(int(cut[1]))
        else:
            self.findings.add("file.line", where, "this line has no place here.")
        return False

    def _end(self, line: bytes, where: str) -> None:
        totals = (self.streams, self.entries, self.sealed, self.signatures.count)
        if line != b"end %d %d %d %d" % totals:
            said = line[4:60].decode(errors="replace")
            problem = f"the totals say {said!r}; the file has streams, entries, sealed contents, checkpoints: {totals}."
            self.findings.add("file.totals", where, problem)

    # --- one stream ---

    def _stream(self, line: bytes) -> None:
        where, first = f"line {self.lines.number}", self.lines.number
        self.lines.skip()
        self.streams += 1
        declared = stream_line(line[:-1])
        if declared is None:
            self.findings.add("stream.line", where, "this is not the beginning of a stream.")
            self._to_next()
            return
        count, head, unit = declared
        if self._unit is not None and unit <= self._unit:
            self.findings.add(
                "stream.order", where, f"{unit} stands after {self._unit}; streams are sorted, each once."
            )
        self._unit = unit
        if not self._entries(unit, count, head):
            self._to_next()
            self.broken.append(Stretch(unit, count, head.decode(), first + 1, self.lines.number))
        if self.sense:
            self.sense.leave(unit, count)

    def _entries(self, unit: str, count: int, head: bytes) -> bool:
        """Check the chain of `count` entries that should come now; False where it breaks."""
        name = _quoted(unit).encode()
        ending = b',"unit":%b}\n' % name
        seq, prev = 0, ZEROS
        last: bytes | Run | None = None  # whose content may come now
        while seq < count:
            run = self.lines.run()
            if run and run.count <= count - seq and self._continues(run, unit, seq, prev):
                self._run(run, name)
                last, seq, prev = run if run.commits is not None else None, seq + run.count, run.head.encode()
                continue
            page = self.lines.stretch(count - seq)
            good = chained(page, prev, ending)
            if good:
                if self.sense:
                    self.sense.page(unit, seq, prev.decode(), page[:good])
                self.signatures.page(unit, seq, page[:good])
                last, seq = page[good - 1], seq + good
                prev = page[good - 1][:64]
                self.entries += good
                self.lines.skip(good)
            if good < len(page) and last and page[good].startswith(b"sealed "):
                self._sealed(page[good], last, f"{unit}#{seq}")
                last = None  # one content for one entry
            elif not good or good < len(page):
                return False
        after = self.lines.ahead()
        if after is not None and last and after.startswith(b"sealed "):
            self._sealed(after, last, f"{unit}#{seq}")
            after = self.lines.ahead()
        return prev == head and (after is None or after.startswith(_WORDS))

    def _continues(self, run: Run, unit: str, seq: int, prev: bytes) -> bool:
        """Whether the run is what comes after entry `seq` of the unit, which has the hash `prev`."""
        follows = run.unit == unit and run.first == seq + 1 and run.prev.encode() == prev
        return follows and self.sense is not None and self.sense.follows(run)

    def _run(self, run: Run, name: bytes) -> None:
        """Take in a run that continues its stream."""
        if self.sense:
            self.sense.run(run)
        for number in self._cuts.get(name, ()):
            if run.first <= number < run.first + run.count:
                place = 64 * (number - run.first)
                self.signatures.page(run.unit, number - 1, [run.hashes[place : place + 64].encode()])
        self.entries += run.count
        self.sealed += run.opened
        self.lines.accept(run)

    def _sealed(self, line: bytes, entry: bytes | Run, where: str) -> None:
        """Hold sealed content against the digest that the entry (its line, or a run's last one) commits to."""
        self.lines.skip()
        self.sealed += 1
        digest = content_digest(line[:-1])
        if not digest:
            self.findings.add("sealed.changed", where, "its sealed content does not match the digest.")
        elif not _commits(entry, digest):
            self.findings.add("sealed.stray", where, "the entry does not commit to this sealed content.")

    def _to_next(self) -> None:
        """Pass over what is left of a broken stream, counting what look like entries and contents."""
        while (line := self.lines.ahead()) is not None and not line.startswith(_WORDS):
            self.lines.skip()
            if line.startswith(b"sealed "):
                self.sealed += 1
            else:
                self.entries += 1


def _commits(entry: bytes | Run, digest: bytes) -> bool:
    """Whether an entry commits to this digest, after its last ``prev``."""
    if isinstance(entry, Run):
        return entry.commits == digest.decode()
    return entry.find(b',"sealed":"%b"' % digest, entry.rfind(b',"prev":"')) >= 0


def chained(lines: list[bytes], prev: bytes, ending: bytes) -> int:
    """How many of these lines are a chain of entries after the hash `prev`, each ending with `ending`.

    No JSON is read. In canonical JSON a quote inside text is escaped, so ``,"prev":"`` can only be a key of
    an object; keys are sorted and what follows the entry's own ``prev`` are text and numbers, so the last one
    is the entry's own, whatever its payload holds. That the line is such JSON is for the sense pass to judge.
    """
    good = 0
    for line in lines:
        digest = hexlify(sha256(line[65:-1]).digest())
        if not (
            line[:64] == digest
            and line.startswith(prev, line.rfind(b',"prev":"') + 9)
            and line.endswith(ending)
            and line[64] == SPACE
        ):
            break
        prev = digest
        good += 1
    return good


def stream_line(line: bytes) -> tuple[int, bytes, str] | None:
    """Read ``stream <count> <head> <unit>``: (count, head, unit), or None when it is not exactly that."""
    try:
        _, count, head, unit = line.split(b" ", 3)
        found = int(count), head, json.loads(unit.decode())
        again = b"stream %d %b %b" % (found[0], head, _quoted(found[2]).encode())
    except (ValueError, RecursionError):
        return None
    valid = type(found[2]) is str and found[0] > 0 and HASH.fullmatch(head) and again == line
    return found if valid else None
