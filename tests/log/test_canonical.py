"""Canonical bytes, with the `rfc8785` library as the oracle."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from quorate.log.canonical import MAX_INTEGER, NotCanonical, canonical, check_json
from quorate.log.entry import Entry, MalformedEntry, body, from_body, seal
from quorate.log.sense import entry_row

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEY = st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF), min_size=1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_canonical_bytes_are_those_of_rfc_8785(value):
    check_json(value)
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(st.sampled_from(["prev", "seq", "unit", 'a","prev":"', "\\"]) | KEY, JSON, max_size=5))
def test_what_seals_an_entry_is_what_the_checker_reads(payload):
    entry, raw = seal(Entry("KP-01", 1, "province", "plan.adopt", "2015", "2015", payload=payload))
    assert raw == rfc8785.dumps(body(entry))
    assert entry_row(raw) == (body(entry), "")
    assert from_body(json.loads(raw), entry.hash) == entry


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (1.0, "float is not allowed"),
        ({"a": [0, float("nan")]}, r"\.a\[1\]: float"),
        (MAX_INTEGER + 1, "beyond the integers"),
        ("\ud800", "half a surrogate pair"),
        ({"\ud800": 1}, "half a surrogate pair"),
        ({"": 1}, "not plain text"),
        ({"😀": 1}, "not plain text"),
        ({1: 1}, "not plain text"),
        (json.loads("[" * 80 + "]" * 80), "more than 64 levels deep"),
        ((1, 2), "tuple is not allowed"),
        (b"x", "bytes is not allowed"),
    ],
)
def test_what_has_no_canonical_bytes_is_refused_with_its_place(value, problem):
    with pytest.raises(NotCanonical, match=problem):
        check_json(value)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({}, "'unit' is missing"),
        ({"colour": "red"}, "unknown column 'colour'"),
        ({"seq": "1"}, "wrong type"),
        ({"actor": 7}, "'actor' has the wrong type"),
        ({"payload": []}, "wrong type"),
    ],
)
def test_a_row_that_is_no_entry_is_refused_with_its_column(row, problem):
    whole = body(Entry("KP-01", 1, "province", "plan.adopt", "2015", "2015"))
    with pytest.raises(MalformedEntry, match=problem):
        from_body({**whole, **row} if row else {}, "")


def test_any_change_of_an_entry_changes_its_hash():
    entry, _ = seal(Entry("KP-01", 1, "province", "plan.adopt", "2015", "2015"))
    for name in body(entry):
        other = 2 if name == "seq" else "other"
        assert seal(replace(entry, **{name: other}))[0].hash != entry.hash
