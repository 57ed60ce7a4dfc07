"""The checker's view of checkpoints: are they signed, and does the file still hold what they cover?"""

from __future__ import annotations

import json
import re
from typing import Any

from quorate.log.check import head_leaf, tree_root
from quorate.log.findings import Findings

DOMAIN = b"quorate-checkpoint-1\n"
TYPES = {"at": str, "entries": int, "key": str, "origin": str, "root": str, "signature": str, "size": int}
_CUT = re.compile(rb'cut ([1-9][0-9]{0,15}) (".*")')


class _Signed:
    """A checkpoint of the file, with its cut: the streams it covers, each with the entry it ended with."""

    def __init__(self, statement: dict[str, Any], where: str) -> None:
        self.statement, self.where = statement, where
        self.cut: dict[str, int] = {}
        self.hashes: dict[str, str] = {}
        self.last = ""  # unit of the cut so far; units are sorted, each once


class Signatures:
    """Collects checkpoints as they are read, then the hashes they cover: as many as checkpoints times streams.

    `key` is the public key that must have signed each of them, 32 bytes; None to take each one's own.
    """

    def __init__(self, findings: Findings, key: bytes | None) -> None:
        self._findings, self._key = findings, key
        self._all: list[_Signed] = []
        self._wanted: dict[str, list[tuple[int, _Signed]]] = {}  # unit: entries whose hashes are needed
        self._blind = False  # the last checkpoint was not readable, and so its cut is passed over

    @property
    def count(self) -> int:
        """Checkpoints that could be read."""
        return len(self._all)

    def read(self, line: bytes, where: str) -> None:
        """Take in a ``checkpoint`` or ``cut`` line."""
        if line.startswith(b"checkpoint "):
            self._checkpoint(line[11:], where)
        elif not self._blind:
            self._cut(line, where)

    def _checkpoint(self, raw: bytes, where: str) -> None:
        statement = _statement(raw)
        self._blind = statement is None
        if statement is None:
            self._findings.add("checkpoint.malformed", where, "this is not a checkpoint.")
            return
        self._all.append(_Signed(statement, where))
        if self._key is not None and statement["key"] != self._key.hex():
            self._findings.add("checkpoint.key", where, "it is signed with another key than the one given.")
        if not _signature_holds(statement):
            self._findings.add("checkpoint.signature", where, "the signature is not one of this checkpoint.")

    def _cut(self, line: bytes, where: str) -> None:
        said = _cut_line(line)
        if said is None or not self._all or said[1] <= self._all[-1].last:
            self._findings.add("checkpoint.cut", where, "this line does not say where a stream ended.")
            return
        (number, unit), signed = said, self._all[-1]
        signed.cut[unit] = number
        signed.last = unit
        self._wanted.setdefault(unit, []).append((number, signed))

    def page(self, unit: str, seq: int, lines: list[bytes]) -> None:
        """Entries `seq` + 1 and on of a stream: note the hashes that checkpoints cover."""
        for number, signed in self._wanted.get(unit, ()):
            if seq < number <= seq + len(lines):
                signed.hashes[unit] = lines[number - seq - 1][:64].decode()

    def close(self) -> None:
        """All streams have been read: does each checkpoint's root follow from them?"""
        if self._key is not None and not self._all:
            self._findings.add("checkpoint.none", "", "the file has no checkpoint to hold against the key.")
        for signed in self._all:
            self._root(signed)

    def _root(self, signed: _Signed) -> None:
        said = signed.statement
        missing = [unit for unit in signed.cut if unit not in signed.hashes]
        for unit in missing:
            problem = f"the checkpoint ({signed.where}) covers this entry; the file does not hold the stream up to it."
            self._findings.add("checkpoint.missing", f"{unit}#{signed.cut[unit]}", problem)
        if (said["size"], said["entries"]) != (len(signed.cut), sum(signed.cut.values())):
            problem = (
                f"it was signed over {said['size']} streams with {said['entries']} entries; its cut says otherwise."
            )
            self._findings.add("checkpoint.cut", signed.where, problem)
        leaves = (head_leaf(unit, signed.cut[unit], digest) for unit, digest in sorted(signed.hashes.items()))
        if not missing and tree_root(leaves).hex() != said["root"]:
            problem = f"the streams are not those that were signed at {said['at']}: the root is another."
            self._findings.add("checkpoint.root", signed.where, problem)


def _cut_line(line: bytes) -> tuple[int, str] | None:
    """Read ``cut <seq> <unit>``: (seq, unit), or None when it is not exactly that."""
    match = _CUT.fullmatch(line)
    if not match:
        return None
    try:
        unit = json.loads(match[2].decode())
        exact = json.dumps(unit, ensure_ascii=False).encode() == match[2]
    except (ValueError, RecursionError):
        return None
    return (int(match[1]), unit) if exact and type(unit) is str else None


def _statement(raw: bytes) -> dict[str, Any] | None:
    try:
        columns = json.loads(raw.decode())
        if type(columns) is not dict or {name: type(item) for name, item in columns.items()} != TYPES:
            return None
        return columns if _canonical(columns) == raw else None
    except (ValueError, RecursionError):
        return None


def _canonical(columns: dict[str, Any]) -> bytes:
    return json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _signature_holds(statement: dict[str, Any]) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    signed = {name: item for name, item in statement.items() if name != "signature"}
    try:
        if any(item != bytes.fromhex(item).hex() for item in (statement["key"], statement["signature"])):
            return False
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(statement["key"]))
        key.verify(bytes.fromhex(statement["signature"]), DOMAIN + _canonical(signed))
    except (ValueError, InvalidSignature):
        return False
    return True
