"""The log: entries with canonical bytes in hash chains, one per unit, in a store; exports that outsiders can verify.

Heavier parts are imported by name where they are used: `quorate.log.export`, `quorate.log.verify`,
`quorate.log.checkpoint`.
"""

from quorate.log.entry import COLUMNS, GENESIS, Entry, body, from_body, seal
from quorate.log.errors import AlreadyDelivered, Conflict
from quorate.log.stores import RECEIVE, Head, Store, open_store

__all__ = [
    "COLUMNS",
    "GENESIS",
    "RECEIVE",
    "AlreadyDelivered",
    "Conflict",
    "Entry",
    "Head",
    "Store",
    "body",
    "from_body",
    "open_store",
    "seal",
]
