"""Runs prove no more than is so, whoever finds them, and make no difference but time."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_files import lines_of, plain, small, written
from log_streams import after, chain

from quorate.log import GENESIS
from quorate.log.canonical import canonical
from quorate.log.checkpoint import new_key
from quorate.log.export import export
from quorate.log.reading import BLOCK, Lines, Surveys, _Helper, identity, surveyed
from quorate.log.sealed import commit
from quorate.log.sense import entry_row, survey
from quorate.log.stores.memory import MemoryStore
from quorate.log.verify import verify

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LOOSE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(2**70), 2**70) | st.sampled_from([2**53, 2**53 - 1]) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


def row(**columns):
    """The columns of a first entry, and these."""
    base = {"act": "a", "at_earliest": "b", "at_latest": "b", "prev": GENESIS, "seq": 1, "tier": "t", "unit": "U"}
    return base | columns


def raw_of(columns, **options):
    return json.dumps(columns, sort_keys=True, separators=(",", ":"), **{"ensure_ascii": False} | options).encode()


def line_of(raw):
    """A body as a line without its line feed, with a hash that fits."""
    return hashlib.sha256(raw).hexdigest().encode() + b" " + raw


def proved(*raws):
    """How many of these bodies are in runs."""
    return sum(run.count for run in survey([line_of(raw) for raw in raws], 0))


def exported(store, **options):
    out = io.BytesIO()
    export(store, out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return exported(small(new_key(tmp_path_factory.mktemp("key") / "key")), sealed=True)


@pytest.fixture
def file(tmp_path):
    def make(data):
        path = tmp_path / "log"
        path.write_bytes(data if isinstance(data, bytes) else b"".join(data))
        return path

    return make


# --- a line in a run is what reading it as an entry says it is ---


def test_the_entries_of_a_log_are_all_in_runs(whole):
    lines = [line[:-1] for line in lines_of(whole)]
    runs = survey(lines, 0)
    assert (sum(run.count for run in runs), sum(run.opened for run in runs)) == (9, 1)
    for run in runs:
        assert whole[run.at : run.at + run.size].count(b"\n") == run.lines
        first, *_ = whole[run.at :].splitlines()
        last = whole[run.at : run.at + run.size].splitlines()
        assert json.loads(first[65:])["seq"] == run.first
        assert run.head.encode() in {line[:64] for line in last}


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(TEXT, LOOSE, max_size=3), st.booleans())
def test_a_payload_that_is_proved_is_one_that_is_read_without_complaint(payload, ascii_only):
    raw = raw_of(row(payload=payload), ensure_ascii=ascii_only)
    assert not proved(raw) or entry_row(raw) == (row(payload=payload), "")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*row(), "actor", "payload", "sealed", "other"]), LOOSE, max_size=2))
def test_columns_that_are_proved_are_read_without_complaint(columns):
    raw = raw_of(row(**columns))
    assert not proved(raw) or entry_row(raw)[1] == ""


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_bytes_put_anywhere_into_an_entry_are_not_proved_unless_they_are_proper(data):
    raw = canonical(row(payload={"a": [1, {"b": None, "한": "\n😀"}], "c": True}))
    place, end = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 3))
    part = data.draw(st.binary(max_size=3) | st.sampled_from([b" ", b"1.0", b"-0", b"\\u00e9", b'"a":1,', b"},{"]))
    other = raw[:place] + part.replace(b"\n", b"") + raw[place + end :]
    assert not proved(other) or entry_row(other)[1] == ""


def test_every_character_is_proved_as_it_is_and_not_as_another_escape():
    for code in (*range(0x300), 0x2028, 0xD7FF, 0xE000, 0xFEFF, 0xFFFF, 0x10000, 0x10FFFF):
        text = f"<{chr(code)}>"
        assert proved(canonical(row(subject=text))) == 1, hex(code)
        pair = chr(code).encode("utf-16-be")
        units = [int.from_bytes(pair[at : at + 2]) for at in range(0, len(pair), 2)]
        for escaped in ("".join(f"\\u{unit:04x}" for unit in units), "".join(f"\\u{unit:04X}" for unit in units)):
            raw = canonical(row(subject="<?>")).replace(b"?", escaped.encode())
            assert proved(raw) == (entry_row(raw)[1] == ""), escaped


@pytest.mark.parametrize(
    "payload",
    [
        {"a": 0.5},
        {"a": [{"b": 1.5}]},
        {"a": 2**53},
        {"a": -(2**53)},
        {"a": 2**64},
        {"a": {"😀": 1}},
        {"😀": 1},
        {"a": [{"\uffff": 1, "😀": 1}]},
    ],
)
def test_what_canonical_json_does_not_have_is_not_proved(payload):
    assert entry_row(raw_of(row(payload=payload)))[1]
    assert not proved(raw_of(row(payload=payload)))


@pytest.mark.parametrize("payload", [{"a": 2**53 - 1}, {"a": 1 - 2**53}, {"a": "😀", "한": ["😀"]}, {"": {"": ""}}, {}])
def test_what_canonical_json_may_have_is_proved(payload):
    assert proved(raw_of(row(payload=payload))) == 1


def test_columns_twice_are_not_proved():
    raw = canonical(row())
    assert not proved(raw.replace(b'"tier":"t"', b'"tier":"t","tier":"t"'))
    assert not proved(canonical(row(payload={"a": 1})).replace(b'"a":1', b'"a":1,"a":1'))


def test_lines_divided_at_another_comma_than_the_one_between_entries_are_not_proved():
    first = canonical(row(payload={"a": [1, 2], "b": ",{", "c": {"d": [{"e": 1}, {"f": 2}]}}))
    both = first + b"," + canonical(row(seq=2, prev=hashlib.sha256(first).hexdigest()))
    for place in (place for place, byte in enumerate(both) if byte == 0x2C):
        assert proved(both[:place], both[place + 1 :]) == 2 * (place == len(first)), both[place - 9 : place + 9]
    assert not proved(first + first, b"")


def test_a_run_ends_where_entries_do_not_follow_each_other():
    def two(**columns):
        first = canonical(row())
        return proved(first, canonical(row(seq=2, prev=hashlib.sha256(first).hexdigest()) | columns))

    assert two() == two(at_earliest="b", at_latest="c") == two(seq=2) == 2
    for other in ({"seq": 3}, {"prev": "0" * 64}, {"unit": "V"}, {"at_earliest": "a"}, {"at_latest": "a"}):
        assert two(**other) < 2
    assert two(sealed="f" * 64) == 2
    assert two(sealed="x") < 2


def test_sealed_contents_are_proved_with_the_entries_that_commit_to_them_only():
    store = MemoryStore()
    digest, content = commit({"votes": 3}, bytes(32))
    store.append(chain("U", 2))
    store.append([after(store.head("U"), sealed=digest)], {digest: content})
    store.append([after(store.head("U"))])
    lines = exported(store, sealed=True).splitlines()[2:-1]
    (run,) = survey(lines, 0)
    assert (run.count, run.opened, run.lines, run.commits) == (4, 1, 5, "")
    assert survey(lines[:4], 0)[0].commits is None
    assert survey(lines[:3], 0)[0].commits == digest
    one, two, entry, opened, last = lines
    assert [run.opened for run in survey([one, two, entry, opened, opened, last], 0)] == [1, 0]
    for wrong in (
        [one, opened, two, entry, last],
        [one, two, entry, opened[:-4] + b"AAAA", last],
        [one, two, entry, last, opened],
        [opened, one, two, entry, last],
    ):
        assert sum(run.opened for run in survey(wrong, 0)) == 0


# --- by runs and entry by entry, the same is found ---

DAYS = st.sampled_from(["2014-12-31", "2015-01-01", "2015-01-02", "2016-02"])
ODD = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"at_earliest": DAYS}),
    st.fixed_dictionaries({"at_latest": DAYS}),
    st.builds(lambda ref: {"act": "document.receive", "ref": ref}, st.sampled_from(["KP-01#1", "KP-01#99", "OGD#1"])),
    st.sampled_from([{"act": "document.receive"}, {"payload": {"a": 0.5}}, {"seq": 9}, {"sealed": "a" * 64}, {"x": 1}]),
    st.sampled_from([plain(b'"payload":{"b":1,"a":2},'), {"payload": {"a": "😀"}}, {"payload": {"😀": 1}}]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ODD | st.just({}), min_size=1, max_size=30), st.integers(100, 3000), st.integers(1, 8))
def test_entries_wrong_from_the_beginning_are_told_alike(file, bodies, block, together):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quorate.log.reading.BLOCK", block)
        patch.setattr("quorate.log.sense._TOGETHER", together)
        path = file(written(*bodies))
        assert verify(path) == verify(path, processes=0)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_files_tampered_with_are_told_alike(file, whole, data):
    lines = lines_of(whole)
    for _ in range(data.draw(st.integers(0, 3))):
        place, end = data.draw(st.integers(0, len(lines))), data.draw(st.integers(0, 3))
        lines[place : place + end] = data.draw(st.lists(st.sampled_from(lines) | st.binary(max_size=90), max_size=2))
    mixed = bytearray(b"".join(lines))
    for _ in range(data.draw(st.integers(0, 2)) if mixed else 0):
        mixed[data.draw(st.integers(0, len(mixed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quorate.log.reading.BLOCK", data.draw(st.sampled_from([200, 999, 4000, 1 << 19])))
        patch.setattr("quorate.log.sense._TOGETHER", data.draw(st.integers(1, 4)))
        path = file(bytes(mixed))
        found = verify(path)
        assert found == verify(path, processes=0)
        assert bool(found.findings) == (bytes(mixed) != whole)


@pytest.mark.parametrize("block", [1, 50, 64, 65, 66, 100, 333, 500, 1000, 5000])
def test_wherever_blocks_end_each_line_is_looked_at_once(file, whole, block, monkeypatch):
    monkeypatch.setattr("quorate.log.reading.BLOCK", block)
    path = file(whole)
    told = identity(path.stat())
    runs = [run for at in range(0, len(whole), block) for run in surveyed(path, told, at)]
    assert sum(run.count for run in runs) == 9
    assert all(before.at + before.size <= run.at for before, run in pairwise(runs))
    assert verify(path) == verify(path, processes=0)


def test_a_whole_log_is_read_by_runs_and_not_line_by_line(file, monkeypatch):
    store = MemoryStore()
    store.append(chain("U", 300))
    monkeypatch.setattr("quorate.log.verify.chained", lambda *_: pytest.fail("an entry was read by itself"))
    assert verify(file(exported(store))).entries == 300


def test_sealed_content_that_comes_twice_is_told_alike(file, whole):
    lines = lines_of(whole)
    at = next(number for number, line in enumerate(lines) if line.startswith(b"sealed "))
    path = file([*lines[:at], lines[at], *lines[at:]])
    assert verify(path) == verify(path, processes=0)
    assert "stream.broken" in {finding.code for finding in verify(path).findings}


def test_lines_that_are_in_no_run_are_handed_out_and_no_more(file, whole):
    lines = lines_of(whole)
    first = next(number for number, line in enumerate(lines) if line.startswith(b"stream ")) + 1
    for between in ([b"\n"], [b"x\n"], [b"\n", b"\n"], [b"\n", b"some words\n"]):
        mixed = [*lines[:first], lines[first], *between, *lines[first + 1 :]]
        with Lines(file(mixed), processes=1) as reader:
            reader.skip(len(reader.stretch(first)))
            one = reader.run()
            assert (reader.number, one.lines) == (first + 1, 1)
            reader.accept(one)
            assert reader.stretch(99) == between
            reader.skip(len(between))
            assert (reader.number, reader.run().first) == (first + 2 + len(between), 2)
            assert reader.ahead() == lines[first + 1]  # a run that is not accepted is read as lines
            assert reader.run() is None


def test_a_file_that_is_not_the_one_that_was_opened_has_no_runs(file, whole):
    path = file(whole)
    told = identity(path.stat())
    assert surveyed(path, told, 0)
    path.write_bytes(whole + b"\n")
    assert surveyed(path, told, 0) == []


def test_a_line_longer_than_the_limit_is_read_all_the_same(file, monkeypatch):
    monkeypatch.setattr("quorate.log.reading.BLOCK", 1 << 12)
    monkeypatch.setattr("quorate.log.reading.LONGEST", 1 << 14)
    path = file(written({}, {"payload": {"text": "x" * (1 << 17)}}, {}))
    result = verify(path)
    assert (result.entries, result.findings) == (3, ())


def test_a_stream_of_bytes_that_is_no_regular_file_is_verified_without_runs(tmp_path, whole):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    if os.fork() == 0:  # a writer, which must be another process: opening a pipe waits for the other end
        path.write_bytes(whole)
        os._exit(0)
    result = verify(path)
    os.wait()
    assert (result.entries, result.findings) == (9, ())


# --- several processes ---


@pytest.fixture(scope="module")
def large():
    """A file of four blocks, with one time that runs backwards in the third."""
    bodies = [{"subject": "x" * 200}] * 3600
    bodies[2500] = {"at_earliest": "1999"}
    return written(*bodies)


@pytest.fixture
def eager(monkeypatch):
    """Other processes are started for the smallest file; the answers they gave are listed."""
    monkeypatch.setattr("quorate.log.reading.WORTH", 1)
    monkeypatch.setattr("quorate.log.reading.PATIENCE", 20)
    answers, answer = [], _Helper.answer

    def noting(self):
        found = answer(self)
        if found is not None:
            answers.append(found)
        return found

    monkeypatch.setattr(_Helper, "answer", noting)
    return answers


def test_another_process_proves_what_this_one_would(file, large, eager):
    path = file(large)
    told = identity(path.stat())
    assert verify(path, processes=2) == verify(path, processes=0)
    assert eager
    ours = [surveyed(path, told, at) for at in range(0, len(large), BLOCK)]
    assert all(found and found in ours for found in eager)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_with_several_processes_tampering_is_told_alike(file, large, eager, data):
    place = data.draw(st.integers(0, len(large) - 1))
    path = file(large[:place] + data.draw(st.binary(max_size=3)) + large[place + data.draw(st.integers(0, 2)) :])
    assert verify(path, processes=data.draw(st.integers(2, 3))) == verify(path, processes=0)


@pytest.mark.parametrize(
    "program", ["exit 3", "echo nonsense; exec cat >/dev/null", "read line; exit 0", "exec sleep 60", "echo '[{}]'"]
)
def test_a_process_that_fails_garbles_or_hangs_is_done_without(file, large, eager, monkeypatch, tmp_path, program):
    monkeypatch.setattr("quorate.log.reading.PATIENCE", 0.3)
    broken = tmp_path / "python"
    broken.write_text(f"#!/bin/sh\n{program}\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    path, begun = file(large), time.monotonic()
    surveys = Surveys(path, identity(path.stat()), len(large), 3)
    assert len(surveys._helpers) == 2
    assert sum(1 for _ in iter(surveys.next, None)) == 4
    assert not surveys._ahead
    # The first that fails is the end of all, so that there is one wait and no more; some were no more before.
    assert all(helper._process.poll() is not None for helper in surveys._helpers)
    surveys.close()
    assert verify(path, processes=3) == verify(path, processes=0)
    assert eager == []
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("name", ["nowhere/python", "some-server", "", None])
def test_where_no_process_can_be_started_one_does_all(file, large, eager, monkeypatch, tmp_path, name):
    monkeypatch.setattr(sys, "executable", name and str(tmp_path / name))
    path = file(large)
    assert verify(path, processes=2) == verify(path, processes=0)
    assert eager == []


def test_a_process_is_asked_again_once_it_has_answered(file, large):
    path = file(large)
    helper = _Helper(path, identity(path.stat()))
    for _ in range(3):
        assert helper.idle()
        helper.ask(0)
    ours = surveyed(path, identity(path.stat()), 0)
    assert helper.answer() == helper.answer() == helper.answer() == ours
    assert helper.idle()
    helper.close()


def test_no_process_is_left_behind(file, large, eager):
    path = file(large)
    with Lines(path, processes=3) as lines:
        lines.ahead()
        started = [helper._process for helper in lines._surveys._helpers]
        assert len(started) == 2
    assert all(process.poll() is not None for process in started)


def test_a_small_file_is_not_worth_another_process(file, large):
    path = file(large)
    surveys = Surveys(path, identity(path.stat()), len(large), 8)
    assert surveys._helpers == []
