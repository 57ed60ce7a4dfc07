"""Checkpoints: a signed statement of all streams' heads at one moment, to be handed to outsiders.

Whoever holds last year's checkpoint can tell from today's export whether anything it covers has been altered
since. The signature is Ed25519 (RFC 8032) over ``quorate-checkpoint-1``, a line feed, and the canonical JSON
of the statement. No clock in here: the caller says what time it is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quorate.log import merkle
from quorate.log.canonical import canonical, check_json
from quorate.log.errors import BadCheckpoint, BadKey, StaleCheckpoint
from quorate.log.stores.base import Head, Store

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

DOMAIN = b"quorate-checkpoint-1\n"  # so that the signature cannot be taken for one of anything else
KIND = "checkpoint"  # blobs of this kind in a store are checkpoints with their cuts, as an export writes them
_NUMBERS = frozenset({"size", "entries"})


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement: at `at`, the log of `origin` was these heads and no others."""

    origin: str  # whose log it is
    at: str  # ISO 8601 date-time, as the signer gave it
    size: int  # streams with at least one entry
    entries: int  # entries in all of them
    root: str  # Merkle root over the heads, hex
    key: str  # the signer's public key, 32 bytes, hex
    signature: str = ""  # 64 bytes, hex

    def statement(self) -> bytes:
        """The bytes that are signed."""
        return DOMAIN + canonical({name: value for name, value in self._columns().items() if name != "signature"})

    def text(self) -> str:
        """The checkpoint as one line of canonical JSON, without the line feed."""
        return canonical(self._columns()).decode()

    def _columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def parse(text: str) -> Checkpoint:
    """Read back `Checkpoint.text`; raise `BadCheckpoint`. The signature is for the checker to judge."""
    try:
        columns = json.loads(text)
    except ValueError as error:
        raise BadCheckpoint(f"this is not JSON: {error}.") from None
    names = {field.name for field in fields(Checkpoint)}
    if type(columns) is not dict or columns.keys() != names:
        raise BadCheckpoint(f"a checkpoint has {', '.join(sorted(names))} and nothing else.")
    for name, value in columns.items():
        if type(value) is not (int if name in _NUMBERS else str):
            raise BadCheckpoint(f"{name!r} has the wrong type.")
    return Checkpoint(**columns)


def sign(heads: Iterable[Head], key: Ed25519PrivateKey, *, origin: str, at: str) -> Checkpoint:
    """Sign the heads, which must be sorted by unit. Raise `NotCanonical` for an origin or time that is no text."""
    listed = list(heads)
    check_json([origin, at])
    bare = Checkpoint(origin, at, len(listed), sum(head.seq for head in listed), _root(listed).hex(), public(key).hex())
    signature = key.sign(bare.statement()).hex()
    return Checkpoint(bare.origin, bare.at, bare.size, bare.entries, bare.root, bare.key, signature)


def take(store: Store, key: Ed25519PrivateKey, *, origin: str, at: str) -> Checkpoint:
    """Sign the store's heads of this moment and keep the checkpoint there; every export carries it."""
    heads = list(store.heads())
    checkpoint = sign(heads, key, origin=origin, at=at)
    block = lines(checkpoint, heads)
    store.put(KIND, name(block), block)
    return checkpoint


def lines(checkpoint: Checkpoint, heads: Iterable[Head]) -> bytes:
    """The checkpoint as an export writes it, with its cut: where each stream ended when it was signed.

    Raise `StaleCheckpoint` when it signs other heads than these.
    """
    listed = list(heads)
    if _root(listed).hex() != checkpoint.root:
        raise StaleCheckpoint(checkpoint.origin, f"it was signed at {checkpoint.at} over other heads.")
    cut = "".join(f"cut {head.seq} {canonical(head.unit).decode()}\n" for head in listed)
    return f"checkpoint {checkpoint.text()}\n{cut}".encode()


def name(block: bytes) -> str:
    """The name to keep a checkpoint under: sorted by name, they are sorted by the size of the log."""
    entries = parse(block.partition(b"\n")[0].decode().removeprefix("checkpoint ")).entries
    return f"{entries:016d}-{hashlib.sha256(block).hexdigest()[:16]}"


def saved(store: Store) -> list[Checkpoint]:
    """The checkpoints kept in the store, the smallest log first."""
    blocks = (store.get(KIND, item) or b"" for item in store.names(KIND))
    return [parse(block.partition(b"\n")[0].decode().removeprefix("checkpoint ")) for block in blocks]


def prove(store: Store, checkpoint: Checkpoint, unit: str) -> bytes:
    """One line of JSON that shows, with the checkpoint alone, how `unit`'s stream ends (`check.stream_included`).

    The heads must still be those signed, else `StaleCheckpoint`; so too when the unit has no entries.
    """
    heads = list(store.heads())
    if _root(heads).hex() != checkpoint.root:
        raise StaleCheckpoint(checkpoint.origin, "the log has grown since it was signed.")
    places = [index for index, head in enumerate(heads) if head.unit == unit]
    if not places:
        raise StaleCheckpoint(checkpoint.origin, f"it covers no stream of {unit!r}.")
    head, path = heads[places[0]], merkle.inclusion([merkle.leaf(item) for item in heads], places[0])
    proof = {"unit": unit, "seq": head.seq, "hash": head.hash, "index": places[0], "size": len(heads)}
    return canonical({**proof, "path": [item.hex() for item in path]})


def _root(heads: Iterable[Head]) -> bytes:
    return merkle.root([merkle.leaf(head) for head in heads])


# --- keys ---


def new_key(path: str | Path) -> Ed25519PrivateKey:
    """Make a signing key and keep it in a new file (PEM, PKCS 8) that only its owner may read. Raise `BadKey`."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadKey(str(path), "there is a file of this name already.", "Choose another name.") from None
    except OSError as error:
        raise BadKey(str(path), f"it cannot be made: {error.strerror}.", "Check the folder.") from None
    with os.fdopen(number, "wb") as file:
        file.write(pem)
    return key


def load_key(path: str | Path) -> Ed25519PrivateKey:
    """Read a key that `new_key` made. Raise `BadKey` when it is missing, is another kind, or others may read it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        pem, mode = Path(path).read_bytes(), Path(path).stat().st_mode
    except OSError as error:
        raise BadKey(str(path), f"it cannot be read: {error.strerror}.", "Check the name.") from None
    if os.name == "posix" and mode & 0o077:
        raise BadKey(str(path), "others may read this key.", f"Allow only yourself: chmod 600 {path}")
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(str(path), "this is not an unencrypted Ed25519 key.", "Make one with new_key.")
    return key


def public(key: Ed25519PrivateKey) -> bytes:
    """The public half, 32 bytes, to give to whoever is to verify."""
    return key.public_key().public_bytes_raw()
