"""Canonical bytes of JSON values: RFC 8785 (JSON Canonicalization Scheme), without floating point.

Entries hold text, whole numbers, truth values, lists and objects; money is integer minor units and shares
are fractions written as text. With floats excluded and integers within +/- 2**53, CPython's C encoder with
sorted keys yields RFC 8785 exactly, as long as keys hold no characters beyond the Basic Multilingual Plane
(RFC 8785 sorts by UTF-16 code unit, Python by code point); `check_json` holds values to that.
"""

from __future__ import annotations

import json
from typing import Any

from quorate.errors import QuorateError

Json = Any
"""A value of JSON: text, whole number, truth value, None, list or object with text keys."""

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64  # far from where parsers give up

_encoder = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
)
_LAST_BMP = "\uffff"


class NotCanonical(QuorateError):
    """A value that has no canonical bytes here: a float, an integer over 2**53, a lone surrogate, a foreign type."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path or 'value'}: {problem}", advice="Use text, whole numbers, lists and objects.")


def check_json(value: Json, path: str = "", depth: int = 0) -> None:
    """Raise `NotCanonical` unless `value`, `depth` levels down at `path`, is JSON that has canonical bytes."""
    kind = type(value)
    if depth > MAX_DEPTH:
        raise NotCanonical(path[:40], f"it is nested more than {MAX_DEPTH} levels deep")
    if kind is str:
        _check_text(value, path)
    elif kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key or (not key.isascii() and max(key) > _LAST_BMP):
                raise NotCanonical(path, f"key {key!r} is not plain text")
            _check_text(key, path)
            check_json(item, f"{path}.{key}", depth + 1)
    elif kind is list:
        for index, item in enumerate(value):
            check_json(item, f"{path}[{index}]", depth + 1)
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotCanonical(path, f"{value} is beyond the integers JSON keeps exactly")
    elif value is not None and kind is not bool:
        raise NotCanonical(path, f"{kind.__name__} is not allowed")


def _check_text(text: str, path: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotCanonical(path, "text holds half a surrogate pair") from None


def canonical(value: Json) -> bytes:
    """Return the RFC 8785 bytes of `value`, which `check_json` must accept."""
    return _encoder.encode(value).encode()
