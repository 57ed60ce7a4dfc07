"""Merkle trees over the heads of all streams, after RFC 6962 section 2.1: the prover's side.

A leaf is the canonical JSON of a head, ``{"hash":...,"seq":...,"unit":...}``; leaves are sorted by unit (code
points). Roots, hashes and the members of a proof are 32 bytes. The checker's side is `quorate.log.check`,
written apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from quorate.log.canonical import canonical
from quorate.log.stores.base import Head


def leaf(head: Head) -> bytes:
    """The bytes that stand for a head in the tree."""
    return canonical({"unit": head.unit, "seq": head.seq, "hash": head.hash})


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of the leaves, in their order (RFC 6962, 2.1)."""
    return _subtree(leaves, 0, len(leaves))


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`, from the leaf's sibling up (RFC 6962, 2.1.1)."""
    assert 0 <= index < len(leaves), "no such leaf"
    path, low, high = [], 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_subtree(leaves, middle, high))
            high = middle
        else:
            path.append(_subtree(leaves, low, middle))
            low = middle
    return path[::-1]


def consistency(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that the tree of the first `old` leaves is a beginning of the whole one (RFC 6962, 2.1.2)."""
    assert 0 < old <= len(leaves), "the old tree has at least one leaf, and no more than the new one"
    path, low, high, whole = [], 0, len(leaves), True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_subtree(leaves, middle, high))
            high = middle
        else:
            path.append(_subtree(leaves, low, middle))
            low, whole = middle, False
    if not whole:
        path.append(_subtree(leaves, low, high))
    return path[::-1]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _subtree(leaves: Sequence[bytes], low: int, high: int) -> bytes:
    if high - low == 0:
        return hashlib.sha256().digest()
    if high - low == 1:
        return hashlib.sha256(b"\x00" + leaves[low]).digest()
    middle = low + _split(high - low)
    return hashlib.sha256(b"\x01" + _subtree(leaves, low, middle) + _subtree(leaves, middle, high)).digest()
