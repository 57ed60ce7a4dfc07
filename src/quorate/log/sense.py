"""The checker's second pass: are the entries of an unbroken chain such as may stand in a log?

Finds what a chain cannot show because it was wrong from the beginning: entries that are not canonical JSON of
the right columns, numbers that do not count, times that run backwards, documents received twice or never
sent.

Most entries have nothing wrong with them, and that can be proved much faster than what is wrong can be told:
`survey` decodes many lines at once into typed rows, writes the rows again and compares bytes. Where the bytes
are the same and rows and hashes follow each other, the lines are a `Run`. What is no run has not been judged;
it is read entry by entry, as `Sense.page` does, which alone makes findings.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass
from hashlib import sha256
from operator import le
from typing import Annotated, Any, NoReturn

from msgspec import UNSET, DecodeError, Meta, Struct, UnsetType
from msgspec.json import Decoder, Encoder

from quorate.log.findings import Findings

Json = Any
"""A value of JSON as Python reads it."""

NEEDED = ("act", "at_earliest", "at_latest", "prev", "seq", "tier", "unit")
OTHERS = ("actor", "clause", "meeting", "office", "organ", "payload", "ref", "sealed", "source", "subject")
TYPES = dict.fromkeys((*NEEDED, *OTHERS), str) | {"seq": int, "payload": dict}
RECEIVE = "document.receive"
BATCH = 64  # entries parsed at a time: enough to save calls, few enough to stay in the cache
LARGEST = 2**53 - 1
_NOT_CANONICAL = "its bytes are not canonical JSON."
_HEX = re.compile(r"[0-9a-f]{64}")


class _Improper(ValueError):
    """A value that canonical JSON, as logs use it, does not have."""


def _no_float(text: str) -> NoReturn:
    raise _Improper(f"{text} is not a whole number")


def _whole(text: str) -> int:
    number = int(text) if len(text) < 18 else LARGEST + 1
    if not -LARGEST <= number <= LARGEST:
        raise _Improper("a number is too large for JSON to keep exactly")
    return number


_decoder = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_whole)
_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Run:
    """Lines of a file proved to be entries of one unit, canonical, hashed, linked, numbered, in order of time.

    Sealed contents between them match their entries. Whether the run continues what stands before it, and
    whether documents were received rightly, is left to the reader.
    """

    at: int  # byte of the file where it begins
    size: int  # bytes
    lines: int
    unit: str
    first: int  # number of the first entry
    prev: str  # the hash that the first entry follows
    hashes: str  # of the entries, one after the other, 64 digits each
    begins: str  # time of the first entry
    until: str  # time of the last entry
    receipts: list[tuple[int, str]]  # entries that receive a document, with their `ref`, "" for none
    opened: int  # sealed contents among the lines
    commits: str | None  # the digest that the last entry commits to, "" for none; None when its content is here

    @property
    def count(self) -> int:
        """How many entries it has."""
        return len(self.hashes) // 64

    @property
    def head(self) -> str:
        """The hash of the last entry."""
        return self.hashes[-64:]


class Sense:
    """Reads the entries of one stream after another; memory grows with the documents received."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._at = ""  # time of the entry before, in this stream
        self._received: set[str] = set()  # by this stream
        self._lengths: dict[str, int] = {}  # of the streams read
        self._pending: dict[str, list[tuple[int, tuple[str, int]]]] = {}  # sender: (its entry, receiver's entry)

    def page(self, unit: str, seq: int, prev: str, lines: list[bytes]) -> None:
        """Judge entries `seq` + 1 and on of `unit`'s stream, the first of which follows the hash `prev`."""
        if seq == 0:
            self._at = ""
            self._received.clear()
        for start in range(0, len(lines), BATCH):
            some = lines[start : start + BATCH]
            for line, (row, problem) in zip(some, _rows([line[65:-1] for line in some]), strict=True):
                seq += 1
                self._entry(row, problem, (unit, seq, prev))
                prev = line[:64].decode()

    def follows(self, run: Run) -> bool:
        """Whether the run is not of an earlier time than the entry before it."""
        return run.first == 1 or run.begins >= self._at

    def run(self, run: Run) -> None:
        """Judge what a run that continues the stream leaves to be judged."""
        if run.first == 1:
            self._received.clear()
        self._at = run.until
        for number, ref in run.receipts:
            self._receipt(ref, (run.unit, number))

    def _entry(self, row: dict[str, Any], problem: str, due: tuple[str, int, str]) -> None:
        where = f"{due[0]}#{due[1]}"
        if problem:
            self._findings.add("entry.malformed", where, problem)
        elif (row["unit"], row["seq"], row["prev"]) != due:
            said = f"{row['unit']}#{row['seq']}"
            message = f"it says it is {said}, or does not follow the one before it."
            self._findings.add("entry.number", where, message)
        else:
            self._times(row, where)
            if row["act"] == RECEIVE:
                self._receipt(row.get("ref", ""), due[:2])

    def leave(self, unit: str, length: int) -> None:
        """The stream of `unit` is over: judge what others say to have received from it."""
        self._lengths[unit] = length
        for number, by in self._pending.pop(unit, ()):
            self._sent(unit, number, by)

    def _times(self, row: dict[str, Any], where: str) -> None:
        begins, ends = row["at_earliest"], row["at_latest"]
        if begins < self._at:
            self._findings.add("time.backwards", where, f"it is of {begins}, the entry before it of {self._at}.")
        if ends < begins:
            self._findings.add("time.interval", where, f"it ends at {ends}, before it begins at {begins}.")
        self._at = begins

    def _receipt(self, ref: str, by: tuple[str, int]) -> None:
        sender, _, number = ref.rpartition("#")
        if not sender or not number.isascii() or not number.isdigit() or len(number) > 16:
            problem = "it receives a document without naming the sender's entry."
            self._findings.add("delivery.malformed", f"{by[0]}#{by[1]}", problem)
            return
        if ref in self._received:
            self._findings.add("delivery.twice", f"{by[0]}#{by[1]}", f"the document {ref} has been received before.")
        self._received.add(ref)
        if sender in self._lengths:
            self._sent(sender, int(number), by)
        else:
            self._pending.setdefault(sender, []).append((int(number), by))

    def _sent(self, sender: str, number: int, by: tuple[str, int]) -> None:
        if not 1 <= number <= self._lengths[sender]:
            problem = f"it receives a document as {sender}#{number}, which the sender's stream does not have."
            self._findings.add("delivery.unsent", f"{by[0]}#{by[1]}", problem)


def entry_row(raw: bytes) -> tuple[dict[str, Any], str]:
    """Read the canonical body of an entry: (its columns, ""), or ({}, what is wrong with it)."""
    row, text, problem = _parsed(raw)
    if not problem and not _canonical([row], text):
        problem = _NOT_CANONICAL
    return ({}, problem) if problem else (row, "")


def _rows(raws: list[bytes]) -> list[tuple[dict[str, Any], str]]:
    """What `entry_row` says of each of these, in one stroke while all of them are in order."""
    parsed = [_parsed(raw) for raw in raws]
    sound = not any(problem for _, _, problem in parsed)
    if sound and _canonical([row for row, _, _ in parsed], ",".join(text for _, text, _ in parsed)):
        return [(row, "") for row, _, _ in parsed]
    return [entry_row(raw) for raw in raws]


def _parsed(raw: bytes) -> tuple[Any, str, str]:
    """(columns, text, problem); that the text is canonical remains to be seen."""
    try:
        text = raw.decode()
        row, end = _decoder.raw_decode(text)
        plain = not _supplementary(text) or _plain_keys(row)
    except _Improper as error:
        return None, "", f"its bytes are not canonical JSON: {error}."
    except (ValueError, RecursionError):
        return None, "", "its bytes are not JSON."
    if end != len(text):
        return None, "", "there is more after the JSON."
    problem = _columns(row)
    if not problem and not plain:
        problem = "a key in it has characters whose order is not settled."
    return row, text, problem


def _canonical(rows: list[Any], text: str) -> bool:
    """Whether `text` is the canonical JSON of these values, separated by commas.

    No object's text is the beginning of another's; so when the whole is canonical each part is.
    """
    try:
        return _write(rows) == f"[{text}]"
    except (ValueError, RecursionError):
        return False


def _columns(row: Json) -> str:
    if type(row) is not dict:
        return "it is not an object."
    for name, value in row.items():
        if type(value) is not TYPES.get(name):
            return f"column {name!r} is unknown or has the wrong type."
    missing = [name for name in NEEDED if name not in row]
    if missing:
        return f"column {missing[0]!r} is missing."
    if not _HEX.fullmatch(row["prev"]) or ("sealed" in row and not _HEX.fullmatch(row["sealed"])):
        return "'prev' or 'sealed' is not a SHA-256 digest."
    return ""


def _supplementary(text: str) -> bool:
    """Whether the text has characters beyond the Basic Multilingual Plane."""
    return not text.isascii() and len(text.encode("utf-16-le")) > 2 * len(text)


def _plain_keys(value: Json) -> bool:
    """Whether no key has characters that RFC 8785 (UTF-16) and Python (code points) would sort differently."""
    if type(value) is dict:
        return all(max(key, default="") <= "\uffff" and _plain_keys(item) for key, item in value.items())
    return all(map(_plain_keys, value)) if type(value) is list else True


# --- many lines at once ---

_OPENS = b" {"  # between an entry's hash and its body; no other kind of line has it there
_TOGETHER = 64  # lines proved at a time: enough to save calls, few enough to stay in the cache
_NESTED = 6  # levels below the payload's own; what lies deeper is read entry by entry
_HIGH = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")  # with these UTF-8 begins characters beyond the BMP

_Scalar = str | Annotated[int, Meta(ge=-LARGEST, le=LARGEST)] | bool | None
_Value: Any = _Scalar
for _ in range(_NESTED):
    _Value = _Scalar | list[_Value] | dict[str, _Value]
_Text = str | UnsetType


class _Row(Struct, omit_defaults=True, kw_only=True, gc=False):
    """An entry as it may be: its columns in canonical order, for they are written as they stand here, others not."""

    act: str
    actor: _Text = UNSET
    at_earliest: str
    at_latest: str
    clause: _Text = UNSET
    meeting: _Text = UNSET
    office: _Text = UNSET
    organ: _Text = UNSET
    payload: dict[str, _Value] | UnsetType = UNSET
    prev: str
    ref: _Text = UNSET
    sealed: _Text = UNSET
    seq: Annotated[int, Meta(ge=1, le=LARGEST)]
    source: _Text = UNSET
    subject: _Text = UNSET
    tier: str
    unit: str


_reader = Decoder(_Row)
_writer = Encoder(order="deterministic")


def survey(lines: list[bytes], at: int) -> list[Run]:
    """Find the runs among these lines (without their line feeds), the first of which begins at byte `at`."""
    others = [number for number, line in enumerate(lines) if line[64:66] != _OPENS]
    after = {0, *(number + 1 for number in others)}  # lines that have no entry before them here
    contents = {number for number in others if number not in after and lines[number].startswith(b"sealed ")}
    walls = [number for number in others if number not in contents]
    runs, start, paper = [], 0, bytearray()
    for wall in (*walls, len(lines)):
        while start < wall:
            stop = min(start + _TOGETHER, wall)
            while stop in contents:  # stays with its entry
                stop += 1
            some = lines[start:stop]
            run = _proved(some, at, paper, mixed=not contents.isdisjoint(range(start, stop)))
            if run:
                runs.append(run)
            at, start = at + sum(map(len, some)) + len(some), stop
        at, start = at + sum(map(len, lines[wall : wall + 1])) + 1, wall + 1
    return runs


def _proved(lines: list[bytes], at: int, paper: bytearray, *, mixed: bool) -> Run | None:
    """The run that these lines are, with sealed contents among them if `mixed`; None when that is not shown."""
    entries = [line for line in lines if line[64:66] == _OPENS] if mixed else lines
    bodies = [line[65:] for line in entries]
    rows = _rewritten(bodies, paper)
    if not rows:
        return None
    hashes = [sha256(body).hexdigest() for body in bodies]
    first, last = rows[0], rows[-1]
    begins = [row.at_earliest for row in rows]
    opened = _contents(lines, rows) if mixed else 0
    if (
        opened is None
        or "".join(hashes).encode() != b"".join([line[:64] for line in entries])
        or not _HEX.fullmatch(first.prev)
        or [row.prev for row in rows] != [first.prev, *hashes[:-1]]
        or [row.seq for row in rows] != list(range(first.seq, first.seq + len(rows)))
        or [row.unit for row in rows] != [first.unit] * len(rows)
        or not all(map(le, begins, begins[1:]))
        or not all(map(le, begins, [row.at_latest for row in rows]))
        or not all(_HEX.fullmatch(row.sealed) for row in rows if row.sealed is not UNSET)
    ):
        return None
    return Run(
        at, sum(map(len, lines)) + len(lines), len(lines), first.unit, first.seq, first.prev, "".join(hashes),
        begins[0], begins[-1], [(row.seq, row.ref or "") for row in rows if row.act == RECEIVE], opened,
        None if lines[-1] is not entries[-1] else last.sealed or "",
    )  # fmt: skip


def _rewritten(bodies: list[bytes], paper: bytearray) -> list[_Row] | None:
    """The rows of bodies that are canonical: typed without floats or large numbers, and written again the same.

    What is written has the columns in order, keys sorted and once, no spaces, and only the escapes there must
    be; equal bytes are so too. They are read with line feeds between them and written with commas: no JSON
    has room for both at one place inside a value, so that each body is one row's. (Keys are sorted by code
    point: not as RFC 8785 has it for characters beyond the BMP, which no key may have.) `paper` is written on.
    """
    text, listed = b"\n".join(bodies), b",".join(bodies)
    try:
        rows = _reader.decode_lines(text)
        _writer.encode_into(rows, paper)
    except (DecodeError, UnicodeError, RecursionError):
        return None
    if len(rows) != len(bodies) or len(paper) != len(listed) + 2 or not paper.startswith(listed, 1):
        return None
    if not text.isascii() and any(lead in text for lead in _HIGH):
        return rows if all(_plain_keys(row.payload) for row in rows) else None
    return rows


def _contents(lines: list[bytes], rows: list[_Row]) -> int | None:
    """How many sealed contents these lines have; None unless each follows the entry that commits to it."""
    due, following, count = "", iter(rows), 0
    for line in lines:
        if line[64:66] == _OPENS:
            due = next(following).sealed or ""
        elif not due or content_digest(line) != due.encode():
            return None
        else:
            due, count = "", count + 1
    return count


def content_digest(line: bytes) -> bytes:
    """The digest on a ``sealed`` line (without its line feed) if the content beside it has it, else nothing."""
    digest, _, text = line[7:].partition(b" ")
    try:
        content = b64decode(text, validate=True)
    except Error:
        return b""
    return digest if b64encode(content) == text and sha256(content).hexdigest().encode() == digest else b""
