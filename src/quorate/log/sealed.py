"""Sealed content: what only entitled readers see, while everyone can check that it was not changed.

An entry's `sealed` column is the SHA-256 digest of a salt of 32 bytes followed by the canonical JSON of the
content. The salt keeps anyone from guessing short content (a vote, a name) from its digest; forgetting both
leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import json

from quorate.log.canonical import Json, canonical, check_json

SALT = 32


def commit(value: Json, salt: bytes) -> tuple[str, bytes]:
    """Return the digest for the entry and the content to hand to `Store.append`.

    `salt` is 32 bytes that nobody can guess. Raise `NotCanonical` for a value without canonical bytes.
    """
    assert len(salt) == SALT, "a salt is 32 bytes"
    check_json(value)
    content = salt + canonical(value)
    return hashlib.sha256(content).hexdigest(), content


def reveal(content: bytes) -> Json:
    """Return the value inside sealed content that a store handed out."""
    return json.loads(content[SALT:])
