"""A log as one text file, for outsiders, archives and moves between stores; and back into an empty store.

UTF-8 lines, each ended by a line feed; ``verify`` recomputes all of it without a database::

    quorate-log 1
    checkpoint {"at":...}                  as many as were signed, the smallest log first, each followed by
    its cut: cut 17 "N-02"                         where each stream ended when it was signed stream 18 <head
    hash> "N-02"          the streams, sorted by unit: entries, hash of the last, unit as JSON text <hash>
    <canonical body>                an entry, oldest first sealed <SHA-256> <base64>              the sealed
    content of the entry above, if asked for and not redacted end 12 12345 6 1                       streams,
    entries, sealed contents, checkpoints

Canonical JSON has no line feed in it, so a line is an entry; the hash is over the bytes that follow it on the
line. The same log and choices give the same bytes.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from quorate.log import checkpoint as signed
from quorate.log.canonical import canonical
from quorate.log.entry import Entry, from_body
from quorate.log.errors import DoesNotVerify, NotEmpty, StoreCorrupt
from quorate.log.stores.base import Head, Store
from quorate.log.verify import verify

HEADER = b"quorate-log 1\n"
BATCH = 500  # entries appended, or lines written, at a time


@dataclass(frozen=True, slots=True)
class Totals:
    """What an export or import came to."""

    streams: int
    entries: int
    sealed: int
    checkpoints: int


def export(
    store: Store,
    out: BinaryIO,
    *,
    sealed: bool = False,
    checkpoint: signed.Checkpoint | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Totals:
    """Write the log to `out`, with the checkpoints kept in the store; entries appended meanwhile are left out.

    `sealed` adds the sealed content that is still there: such a file is for entitled readers only.
    `checkpoint` adds one signed elsewhere over the current heads, else `StaleCheckpoint`. `progress` is told
    (entries written, entries in all). Memory stays flat. Raise `StoreCorrupt` when a stream is shorter than
    its head says.
    """
    heads = list(store.heads())
    total = sum(head.seq for head in heads)
    blocks = [store.get(signed.KIND, name) or b"" for name in store.names(signed.KIND)]
    if checkpoint and (block := signed.lines(checkpoint, heads)) not in blocks:
        blocks = sorted([*blocks, block], key=signed.name)
    out.write(HEADER + b"".join(blocks))
    written = opened = 0
    for head in heads:
        out.write(f"stream {head.seq} {head.hash} {canonical(head.unit).decode()}\n".encode())
        for lines in _batches(_stream(store, head, sealed=sealed)):
            out.write(b"".join(lines))
            closed = sum(line.startswith(b"sealed ") for line in lines)
            written, opened = written + len(lines) - closed, opened + closed
            if progress:
                progress(written, total)
    out.write(f"end {len(heads)} {total} {opened} {len(blocks)}\n".encode())
    return Totals(len(heads), total, opened, len(blocks))


def _stream(store: Store, head: Head, *, sealed: bool) -> Iterator[bytes]:
    """The lines of a stream as far as `head`."""
    count, digest = 0, ""
    for digest, raw in store.read_raw(head.unit):
        count += 1
        yield b"%b %b\n" % (digest.encode(), raw)
        if sealed and b'"sealed":"' in raw and (mark := json.loads(raw).get("sealed")):
            content = store.unseal(mark)
            if content is not None:
                yield b"sealed %b %b\n" % (mark.encode(), b64encode(content))
        if count == head.seq:
            break
    if (count, digest) != (head.seq, head.hash):
        raise StoreCorrupt(head.unit, f"the stream has {count} entries up to {digest[:12]}, its head says {head.seq}.")


def _batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def load(
    store: Store,
    path: str | Path,
    *,
    key: bytes | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Totals:
    """Import an export into an empty store, all of it or nothing; its checkpoints come along.

    The file is verified first (with `key` as in `verify`): raise `DoesNotVerify` at any finding, `NotEmpty`
    when the store has entries. `progress` is told (bytes read, bytes in all), for the verification. Memory
    stays flat.
    """
    result = verify(path, key=key, progress=progress)
    if result.findings:
        first = result.findings[0]
        raise DoesNotVerify(str(path), len(result.findings), f"{first.where}: {first.message}")
    # The file could be swapped between the two readings: appending checks hashes and chains again, and the
    # group undoes everything when one of them fails or the totals differ.
    with store.group(), Path(path).open("rb") as file:
        if (unit := next(store.units(), None)) is not None:
            raise NotEmpty(unit)
        try:
            totals = _restore(store, file)
        except ValueError:
            raise DoesNotVerify(str(path), 1, "the file changed while it was being read.") from None
        if (totals.streams, totals.entries) != (result.streams, result.entries):
            raise DoesNotVerify(str(path), 1, "the file changed while it was being read.")
    return totals


def _restore(store: Store, file: BinaryIO) -> Totals:
    """Read the lines of a verified file into the store."""
    batch: list[Entry] = []
    contents: dict[str, bytes] = {}
    block = b""
    streams = entries = opened = checkpoints = 0

    def flush() -> None:
        if batch:
            store.append(batch, contents, allow_missing_sealed=True)
        batch.clear()
        contents.clear()

    for line in file:
        word, _, rest = line.rstrip(b"\n").partition(b" ")
        if block and word != b"cut":
            store.put(signed.KIND, signed.name(block), block)
            checkpoints, block = checkpoints + 1, b""
        if word in (b"checkpoint", b"cut"):
            block += line
        elif word == b"stream":
            streams += 1
        elif word == b"sealed":
            digest, _, text = rest.partition(b" ")
            contents[digest.decode()] = b64decode(text)
            opened += 1
        elif len(word) == 64:
            if len(batch) >= BATCH:
                flush()
            batch.append(from_body(json.loads(rest), word.decode()))
            entries += 1
    flush()
    return Totals(streams, entries, opened, checkpoints)
