"""What arrays tell of texts is what Python tells of them: payloads read by bytes, marks, numbers for marks."""

import json
from collections import Counter
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.facts.arrays import marks, numbering

PLAIN = st.text(st.characters(exclude_characters='"\\', exclude_categories=("Cs", "Cc")), max_size=8)
DAYS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)).map(lambda day: day.strftime("%Y-%m-%dT%H:%M"))
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELDS = dict.fromkeys(marks.FIELDS, ANY) | {"motion": PLAIN, "business": PLAIN, "on": DAYS, "other": ANY}
OBJECTS = st.fixed_dictionaries({}, optional=FIELDS)


@settings(deadline=None)
@given(st.lists(OBJECTS, max_size=5), st.sampled_from([None, 1]), st.booleans(), st.integers(0, 2))
def test_a_payload_is_read_as_json_reads_it(objects, indent, ascii_, left_out):
    payloads = [json.dumps(each, indent=indent, ensure_ascii=ascii_) for each in objects]
    array = pa.array(["{", *payloads], pa.string()).slice(1 + min(left_out, len(payloads)))
    found, data = marks.said(array), marks.texts(array).data.tobytes()
    for place, said in enumerate(objects[left_out:]):
        if ascii_ and not all(said.get(name, "").isascii() for name in ("motion", "business")):
            assert found.fields[place] == -1
            continue
        bits = sum(1 << marks.FIELDS.index(name) for name in said if name in marks.FIELDS)
        bits |= marks.OTHER * ("other" in said)
        present = said.get("present")
        counted = isinstance(present, int) and not isinstance(present, bool) and 0 <= present < 10**15
        assert found.fields[place] == bits | marks.COUNTED * counted
        for name in ("motion", "business"):
            begin, end = getattr(found, name)[place]
            assert (data[begin:end].decode() if begin >= 0 else None) == said.get(name)
        day = np.datetime64(said["on"], "us").astype(np.int64) if "on" in said else marks.NOTHING
        assert found.on[place] == day


@pytest.mark.parametrize(
    "payload",
    [
        "", "x", "[]", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"motion":1}', '{"motion":null}',
        '{"motion":"a\\u0062"}', '{"business":"a","business":"b"}', '{"on":"soon"}', '{"on":"2015-02-30"}',
        '{"on":"2015-02-03T24:00"}', '{"on":"2015-02-03 10:61"}', '{"m\\u006ftion":"a"}', '{"a" 1}', '{"a":"b}',
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_others(payload):
    fields = marks.said(pa.array([payload])).fields[0]
    assert fields == (0 if payload == "" else -1)


def test_payloads_that_differ_only_in_when_they_call_for_have_one_mark():
    days = [json.dumps({"on": day, "agenda": []}) for day in ("2015-02-03", "2015-03-04T10:00")]
    first, second, other = marks.said(pa.array([*days, json.dumps({"on": "2015-02-03", "agenda": [1]})])).mark
    assert first == second != other


@settings(deadline=None)
@given(st.lists(st.text(max_size=5)), st.lists(st.text(max_size=5)))
def test_texts_have_one_mark_where_they_are_the_same(first, second):
    told = [marks.marks(pa.array(part, pa.string())) for part in (first, second)]
    for one, mark in zip(first, told[0], strict=True):
        for two, other in zip(second, told[1], strict=True):
            assert (one == two) == (mark == other)
    names = [each.rpartition("/") for each in first]
    before = marks.before(pa.array(first, pa.string()))
    assert [bool(mark) for mark in before] == [bool(slash) for _, slash, _ in names]
    expected = marks.marks(pa.array([head for head, _, _ in names], pa.string()))
    assert all(mark == known for mark, known in zip(before, expected, strict=True) if mark)


SOME = st.lists(st.integers(0, 40).map(lambda n: n * 0x9E3779B97F4A7C15 % 2**64), max_size=30)


@settings(deadline=None)
@given(st.lists(SOME, max_size=6))
def test_marks_are_numbered_as_they_are_first_seen(parts):
    numbers, seen = numbering.Numbering(), []
    for part in parts:
        found, new = numbers.numbered(np.array(part, np.uint64))
        assert [part[place] for place in new] == [m for m in dict.fromkeys(part) if m not in seen]
        seen += [part[place] for place in new]
        assert [seen[number] for number in found] == part
    assert numbers.count == len(seen)
    asked = np.array([*seen, 5], np.uint64)
    assert numbers.known(asked).tolist() == [*range(len(seen)), -1]


@settings(deadline=None)
@given(st.lists(SOME, max_size=6))
def test_those_there_more_than_once_have_a_number_of_their_own(parts):
    found, count = numbering.repeated([np.array(part, np.uint64) for part in parts])
    times = Counter(mark for part in parts for mark in part)
    known = {}
    for part, numbers in zip(parts, found, strict=True):
        for mark, number in zip(part, numbers.tolist(), strict=True):
            assert (number >= 0) == (times[mark] > 1)
            assert number < 0 or known.setdefault(mark, number) == number
    assert sorted(known.values()) == list(range(count))


def test_a_numbering_holds_many():
    many = np.arange(1, 100_001, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    numbers = numbering.Numbering()
    for part in np.split(many, 7_000 * np.arange(1, 14)):
        numbers.numbered(part)
    assert np.array_equal(numbers.known(many), np.arange(100_000))
