"""The checker's second pass: are the entries of an unbroken chain such as may stand in a log?

Finds what a chain cannot show because it was wrong from the beginning: entries that are not canonical JSON of
the right columns, numbers that do not count, times that run backwards, documents received twice or never
sent.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

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


class Sense:
    """Reads the entries of one stream after another; memory grows with the documents received."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._at = ""  # time of the entry before, in this stream
        self._received: set[str] = set()  # by this stream
        self._lengths: dict[str, int] = {}  # of the streams read
        self._pending: dict[str, list[tuple[int, str]]] = {}  # sender: (its entry, receiver's entry)

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
                self._receipt(row, where)

    def leave(self, unit: str, length: int) -> None:
        """The stream of `unit` is over: judge what others say to have received from it."""
        self._lengths[unit] = length
        for number, where in self._pending.pop(unit, ()):
            self._sent(unit, number, where)

    def _times(self, row: dict[str, Any], where: str) -> None:
        begins, ends = row["at_earliest"], row["at_latest"]
        if begins < self._at:
            self._findings.add("time.backwards", where, f"it is of {begins}, the entry before it of {self._at}.")
        if ends < begins:
            self._findings.add("time.interval", where, f"it ends at {ends}, before it begins at {begins}.")
        self._at = begins

    def _receipt(self, row: dict[str, Any], where: str) -> None:
        ref = row.get("ref", "")
        sender, _, number = ref.rpartition("#")
        if not sender or not number.isascii() or not number.isdigit() or len(number) > 16:
            problem = "it receives a document without naming the sender's entry."
            self._findings.add("delivery.malformed", where, problem)
            return
        if ref in self._received:
            self._findings.add("delivery.twice", where, f"the document {ref} has been received before.")
        self._received.add(ref)
        if sender in self._lengths:
            self._sent(sender, int(number), where)
        else:
            self._pending.setdefault(sender, []).append((int(number), where))

    def _sent(self, sender: str, number: int, where: str) -> None:
        if not 1 <= number <= self._lengths[sender]:
            problem = f"it receives a document as {sender}#{number}, which the sender's stream does not have."
            self._findings.add("delivery.unsent", where, problem)


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
