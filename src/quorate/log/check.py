"""Merkle trees, the checker's side: recompute roots and judge proofs (RFC 6962, section 2.1; RFC 9162, section 2.1).

Shares no code with the prover in `quorate.log.merkle`, so that a mistake there cannot vouch for itself.
Judgements on data from elsewhere are True or False, never an exception.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256


def head_leaf(unit: str, seq: int, digest: str) -> bytes:
    """The leaf of a stream that ends with entry `seq` and this hash: JSON, keys in order, no spaces, UTF-8."""
    return f'{{"hash":"{digest}","seq":{seq},"unit":{json.dumps(unit, ensure_ascii=False)}}}'.encode()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """The root over the leaves, one by one; complete subtrees wait on a stack, as a binary counter carries."""
    stack: list[bytes] = []
    for count, item in enumerate(leaves, start=1):
        stack.append(sha256(b"\0" + item).digest())
        for _ in range((count & -count).bit_length() - 1):  # as many as the count ends in zero bits
            _merge(stack)
    while len(stack) > 1:
        _merge(stack)
    return stack[0] if stack else sha256(b"").digest()


def _merge(stack: list[bytes]) -> None:
    right = stack.pop()
    stack.append(_node(stack.pop(), right))


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Does `path` prove `leaf` to stand at `index` in the tree of this size and root (RFC 9162, 2.1.3.2)?"""
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, sha256(b"\0" + leaf).digest()
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = _node(sibling, result)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            result = _node(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Does `path` prove that the tree of `old` leaves begins the one of `new` leaves (RFC 9162, 2.1.4.2)?"""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    # A whole old tree is a node of the new one and is left out of the proof.
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = _node(sibling, before), _node(sibling, after)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            after = _node(after, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def stream_included(proof: bytes, root: str) -> bool:
    """Does a proof line of `checkpoint.prove` show that the checkpoint with this root covers its stream?"""
    try:
        given = json.loads(proof)
        path = [bytes.fromhex(item) for item in given["path"]]
        item = head_leaf(given["unit"], int(given["seq"]), given["hash"])
        return included(item, int(given["index"]), int(given["size"]), path, bytes.fromhex(root))
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
