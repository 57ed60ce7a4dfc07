"""Exports to try the checker on, whole ones and such as were wrong from the beginning."""

from __future__ import annotations

import hashlib
import json

from log_streams import after, chain

from quorate.log import GENESIS, Head
from quorate.log.checkpoint import take
from quorate.log.sealed import commit
from quorate.log.stores.memory import MemoryStore


def small(key):
    """Three streams of correspondence, sealed content, two checkpoints, of which the log has outgrown the first."""
    store = MemoryStore()
    store.append(chain("OGD", 3))
    digest, content = commit({"votes": 3}, bytes(32))
    store.append(chain("KP-01", 2))
    take(store, key, origin="the party", at="2015-02-01")
    odd = {"prev": GENESIS, "text": '","prev":"'}
    store.append([after(store.head("KP-01"), act="document.receive", ref="OGD#2", payload=odd)])
    store.append([after(store.head("KP-01"), sealed=digest)], {digest: content})
    store.append([after(store.head("KP-01"), act="plan.adopt")])
    store.append([after(Head("평양"), act="document.receive", ref="KP-01#5")])
    take(store, key, origin="the party", at="2015-03-01")
    return store


def lines_of(whole):
    return whole.splitlines(keepends=True)


def written(*bodies, unit="KP-01"):
    """An export of one stream, made without our code: the bodies are chained as they are, in order."""
    prev, out = GENESIS, []
    for number, columns in enumerate(bodies, 1):
        if isinstance(columns, bytes):
            raw = columns.replace(b"<prev>", prev.encode())
        else:
            base = {"act": "a", "at_earliest": "2015-01-01", "at_latest": "2016-01-01", "tier": "t", "unit": unit}
            base |= {"prev": prev, "seq": number} | columns
            kept = {name: item for name, item in base.items() if item is not ...}
            raw = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        prev = hashlib.sha256(raw).hexdigest()
        out.append(prev.encode() + b" " + raw + b"\n")
    head = f"quorate-log 1\nstream {len(out)} {prev} {json.dumps(unit, ensure_ascii=False)}\n".encode()
    return head + b"".join(out) + b"end 1 %d 0 0\n" % len(out)


def plain(text):
    """A first entry whose columns before ``prev`` are this text."""
    return b'{"act":"a","at_earliest":"b","at_latest":"b",%b"prev":"<prev>","seq":1,"tier":"t","unit":"KP-01"}' % text
