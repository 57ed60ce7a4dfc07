"""The checker finds and names whatever was done to an export, and never stumbles over one."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_files import lines_of, plain, small, written
from log_streams import after, chain

import quorate.log
from quorate.log import GENESIS, Head
from quorate.log.canonical import canonical
from quorate.log.checkpoint import new_key, public, sign
from quorate.log.export import export
from quorate.log.stores.memory import MemoryStore
from quorate.log.verify import UnreadableFile, verify


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return new_key(tmp_path_factory.mktemp("key") / "key.pem")


@pytest.fixture(scope="module")
def whole(key):
    out = io.BytesIO()
    export(small(key), out, sealed=True)
    return out.getvalue()


@pytest.fixture
def findings(tmp_path, monkeypatch):
    """Verify bytes or lines, by runs and entry by entry, and return the findings as (code, where) pairs."""
    monkeypatch.setattr("quorate.log.reading.BLOCK", 1 << 11)

    def check(data, **options):
        path = tmp_path / "log"
        path.write_bytes(data if isinstance(data, bytes) else b"".join(data))
        by_runs, by_entries = verify(path, **options), verify(path, processes=0, **options)
        assert by_runs == by_entries
        return [(finding.code, finding.where) for finding in by_runs.findings]

    return check


def entries_of(lines):
    """The numbers of the lines that are entries, with their ids."""
    return {
        number: "{unit}#{seq}".format(**json.loads(line[65:]))
        for number, line in enumerate(lines)
        if line[64:66] == b" {"
    }


def test_a_whole_export_has_no_findings_and_is_counted(whole, key, tmp_path):
    (tmp_path / "log").write_bytes(whole)
    result = verify(tmp_path / "log", key=public(key))
    assert (result.entries, result.streams, result.sealed, result.checkpoints) == (9, 3, 1, 2)
    assert result.findings == ()


# --- everything that can be flipped, cut, moved ---


def test_a_bit_flipped_in_any_byte_is_found(whole, findings):
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << (place % 8)
        assert findings(bytes(flipped)), f"byte {place}, in {whole[max(0, place - 20) : place + 20]!r}"


def test_a_file_cut_short_anywhere_is_found(whole, findings):
    for end in range(0, len(whole), 7):
        assert findings(whole[:end])
    assert findings(whole[:-1])


def test_anything_after_the_end_is_found(whole, findings):
    assert ("file.order", "line 23") in findings(whole + b"end 0 0 0 0\n")
    assert findings(whole + b" ")
    assert findings(whole + whole)
    for more in (b"", b"\n" * (1 << 18)):  # however much it is, the end is looked at
        assert ("file.truncated", "line 23") in findings(whole + b"end 0 0 0 0\n" + more + b"x")


def test_every_line_removed_repeated_or_swapped_with_the_next_is_found(whole, findings):
    lines = lines_of(whole)
    for number in range(len(lines)):
        assert findings(lines[:number] + lines[number + 1 :])
        assert findings([*lines[:number], lines[number], *lines[number:]])
        swapped = lines[:number] + lines[number : number + 2][::-1] + lines[number + 2 :]
        assert number == len(lines) - 1 or findings(swapped)


@pytest.mark.parametrize("sense", [True, False])
def test_every_entry_removed_is_named(whole, findings, sense):
    lines = lines_of(whole)
    for number, name in entries_of(lines).items():
        assert ("entry.missing", name) in findings(lines[:number] + lines[number + 1 :], sense=sense)


def test_every_entry_repeated_is_named(whole, findings):
    lines = lines_of(whole)
    for number, name in entries_of(lines).items():
        assert ("entry.repeated", name) in findings(lines[: number + 1] + lines[number:])


def test_every_entry_moved_is_named(whole, findings):
    lines = lines_of(whole)
    for number, name in entries_of(lines).items():
        if number + 1 in entries_of(lines):
            moved = [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]
            assert ("entry.moved", name) in findings(moved)


@pytest.mark.parametrize("sense", [True, False])
def test_every_entry_changed_is_named(whole, findings, sense):
    lines = lines_of(whole)
    for number, name in entries_of(lines).items():
        changed = lines[number].replace(b'"tier":"province"', b'"tier":"county"')
        assert ("entry.changed", name) in findings([*lines[:number], changed, *lines[number + 1 :]], sense=sense)


def resealed(line, **columns):
    """An entry's line with other columns and a hash that fits them."""
    raw = canonical({**json.loads(line[65:]), **columns})
    return hashlib.sha256(raw).hexdigest().encode() + b" " + raw + b"\n"


@pytest.mark.parametrize("sense", [True, False])
def test_every_entry_rewritten_with_a_new_hash_is_named(whole, findings, sense):
    lines = lines_of(whole)
    for number, name in entries_of(lines).items():
        rewritten = [*lines[:number], resealed(lines[number], tier="county"), *lines[number + 1 :]]
        assert {("chain.broken", name), ("stream.head", name)} & set(findings(rewritten, sense=sense))


def test_every_entry_put_in_is_named(whole, findings):
    lines = lines_of(whole)
    for number, name in entries_of(lines).items():
        forged = resealed(lines[number], tier="county")
        for place in (number, number + 1):
            assert ("entry.inserted", name) in findings([*lines[:place], forged, *lines[place:]])


def test_an_entry_of_another_unit_put_in_is_named(whole, findings):
    lines = lines_of(whole)
    first, *_, last = entries_of(lines)
    moved = [*lines[: first + 1], lines[last], *lines[first + 1 :]]
    assert ("entry.foreign", "평양#1") in findings(moved)


def test_streams_that_changed_places_are_named(whole, findings):
    lines = lines_of(whole)
    starts = [number for number, line in enumerate(lines) if line.startswith(b"stream ")]
    a, b, c = starts
    assert ("stream.order", f"line {a + 1 + c - b}") in findings(lines[:a] + lines[b:c] + lines[a:b] + lines[c:])
    swapped = list(lines)
    swapped[a], swapped[b] = swapped[b], swapped[a]
    assert {code for code, _ in findings(swapped)} >= {"entry.foreign"}


def altered(lines, begin, old, new):
    """The lines, with a replacement in those that begin so."""
    return [line.replace(old, new) if line.startswith(begin) else line for line in lines]


@pytest.mark.parametrize(
    ("begin", "old", "new", "code"),
    [
        (b"end ", b"end 3 9 1 2", b"end 3 8 1 2", "file.totals"),
        (b"end ", b"end 3 9 1 2", b"end 03 9 1 2", "file.totals"),
        (b"quorate-log", b"log 1", b"log 2", "file.header"),
        (b"stream 3 ", b"stream 3", b"stream 2", "entry.beyond"),
        (b"stream 3 ", b"stream 3", b"stream 4", "entry.missing"),
        (b"stream 3 ", b"stream 3", b"stream 999999999999999", "entry.missing"),
        (b"stream 3 ", b"stream 3", b"stream 0", "stream.line"),
        (b"stream 3 ", b"stream 3", b"stream 03", "stream.line"),
        (b'checkpoint {"at":"2015-02-01"', b"2015-02-01", b"2015-02-02", "checkpoint.signature"),
        (b"cut 3 ", b"cut 3", b"cut 2", "checkpoint.root"),
        (b"cut 3 ", b"OGD", b"OGE", "checkpoint.missing"),
        (b"cut 3 ", b"cut 3", b"cut 03", "checkpoint.cut"),
        (b"sealed ", b" AAAA", b" AAAB", "sealed.changed"),
    ],
)
def test_an_altered_line_around_the_entries_is_found(whole, findings, begin, old, new, code):
    assert code in {found for found, _ in findings(altered(lines_of(whole), begin, old, new))}


def test_sealed_content_under_another_entry_is_named(whole, findings):
    lines = lines_of(whole)
    at = next(number for number, line in enumerate(lines) if line.startswith(b"sealed "))
    moved = [*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]]
    assert ("sealed.stray", "KP-01#3") in findings(moved)


# --- what only a checkpoint shows: a log rewritten from end to end ---


def test_a_log_rewritten_whole_is_told_from_the_one_that_was_signed(key, findings):
    store, out = small(key), io.BytesIO()
    blocks = {name: store.get("checkpoint", name) for name in store.names("checkpoint")}
    forged = MemoryStore()
    forged.append(chain("OGD", 3, tier="county"))
    forged.append([item for unit in ("KP-01", "평양") for item in store.read(unit)], allow_missing_sealed=True)
    for name, block in blocks.items():
        forged.put("checkpoint", name, block)
    export(forged, out)
    assert findings(out.getvalue()) == [("checkpoint.root", "line 2"), ("checkpoint.root", "line 5")]


def test_a_stream_left_out_with_the_totals_put_right_is_named_by_the_checkpoint(whole, findings):
    lines = lines_of(whole)
    start = next(number for number, line in enumerate(lines) if line.startswith(b"stream 1 "))
    shorter = [*lines[:start], *altered(lines[start + 2 :], b"end ", b"3 9 1 2", b"2 8 1 2")]
    assert findings(shorter) == [("checkpoint.missing", "평양#1")]


def test_an_end_of_a_stream_left_out_with_all_else_put_right_is_named_by_the_checkpoint(key, findings):
    store, out = small(key), io.BytesIO()
    store._streams["KP-01"].pop()
    export(store, out)
    assert ("checkpoint.missing", "KP-01#5") in findings(out.getvalue())


def test_a_checkpoint_by_another_key_or_none_at_all_is_not_taken_for_ours(key, findings, tmp_path):
    store, out = MemoryStore(), io.BytesIO()
    store.append(chain("KP-01", 1))
    export(store, out)
    assert findings(out.getvalue()) == []
    assert findings(out.getvalue(), key=public(key)) == [("checkpoint.none", "")]
    stranger = new_key(tmp_path / "stranger")
    out = io.BytesIO()
    export(store, out, checkpoint=sign(store.heads(), stranger, origin="o", at="t"))
    assert findings(out.getvalue()) == []
    assert findings(out.getvalue(), key=public(key)) == [("checkpoint.key", "line 2")]


# --- what was wrong from the beginning, though every hash fits ---


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"payload": {"prev": GENESIS, 'a","prev":"': {"prev": "x"}}},
        {"payload": {"a": 1, "prev": "f" * 64}},
        {"payload": {"text": ',"prev":"' + "f" * 64}, "subject": '","prev":"'},
        {"actor": "😀", "payload": {"한": "😀"}},
        plain(b'"payload":{"a":{"prev":"","unit":"KP-01"}},'),
    ],
)
def test_odd_but_proper_entries_have_no_findings(body, findings):
    assert findings(written(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        {"colour": "red"},
        {"tier": ...},
        {"tier": 7},
        {"seq": "1"},
        {"seq": True},
        {"payload": []},
        {"payload": {"share": 0.5}},
        {"payload": {"sum": 2**53}},
        {"payload": {"sum": 10**4000}},
        {"payload": {"😀": 1}},
        {"sealed": "x"},
        plain(b'"payload":{"b":1,"a":2},'),
        plain(b'"payload":{"a":1,"a":1},'),
        plain(b'"payload":{"a": 1},'),
        plain(b'"payload":{"a":NaN},'),
        plain(b'"payload":{"a":1e2},'),
        plain(b'"payload":{"a":"\\u0041"},'),
        plain(b'"payload":{"a":"\\ud800"},'),
        plain(b'"payload":{"a":"\xff"},'),
        plain(b'"payload":' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b","),
        plain(b'"payload":' + b'{"a":' * 300_000 + b","),
        plain(b'"payload":' + b'{"a":' * 850 + '"😀"'.encode() + b"}" * 850 + b',"x":1,'),
        plain(b'"payload":{},,'),
        b'{"act":{"x":1,"prev":"<prev>","unit":"KP-01"}',
    ],
)
def test_an_entry_that_is_not_proper_is_named_though_its_hash_fits(body, findings):
    assert ("entry.malformed", "KP-01#1") in findings(written(body))
    if type(body) is dict and "seq" not in body and "unit" not in body:
        assert findings(written({}, body, {})) == [("entry.malformed", "KP-01#2")]


@pytest.mark.parametrize("line", [plain(b"") + b' {"unit":"KP-01"}', plain(b"")[:-1] + b"]", b"", b"{}", b"\xff" * 100])
def test_a_line_that_is_no_entry_is_found_though_its_hash_fits(line, findings):
    assert {("entry.unreadable", "line 3"), ("entry.missing", "KP-01#1")} <= set(findings(written(line)))


def test_two_lines_that_are_proper_only_together_are_named(findings):
    halves = plain(b'"payload":{"a":[{"b":1,"prev":"<prev>","unit":"KP-01"}').split(b',"prev":"<prev>","seq"')[0]
    assert findings(written(halves, plain(b"")))


def test_an_entry_that_lies_about_its_number_is_named(findings):
    assert findings(written({}, {"seq": 3})) == [("entry.number", "KP-01#2")]


def test_a_nested_link_does_not_pass_for_the_entrys_own(findings):
    """The object after the entry's own ``prev`` holds the right link; the entry's own is wrong."""
    body = b'{"act":"a","at_earliest":"b","at_latest":"b","prev":"%b","ref":{"a":1,"prev":"<prev>"},' % (b"f" * 64)
    assert findings(written(body + b'"seq":1,"tier":"t","unit":"KP-01"}'))


def test_time_that_runs_backwards_is_named(findings):
    times = [{"at_earliest": day, "at_latest": "2016"} for day in ("2015-01-02", "2015-01-02", "2015-01-01")]
    assert findings(written(*times)) == [("time.backwards", "KP-01#3")]
    assert findings(written({"at_latest": "2014"})) == [("time.interval", "KP-01#1")]


def received(*refs):
    return written({}, *({"act": "document.receive", "ref": ref} for ref in refs))


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        (["OGD#1"], []),  # the sender's stream is not in the file: nothing can be said
        (["KP-01#1"], []),
        (["KP-01#9"], [("delivery.unsent", "KP-01#2")]),
        (["KP-01#0"], [("delivery.unsent", "KP-01#2")]),
        (["OGD#1", "OGD#2", "OGD#1"], [("delivery.twice", "KP-01#4")]),
        (["letter"], [("delivery.malformed", "KP-01#2")]),
        (["#1"], [("delivery.malformed", "KP-01#2")]),
        (["OGD#٣"], [("delivery.malformed", "KP-01#2")]),
        ([...], [("delivery.malformed", "KP-01#2")]),
    ],
)
def test_documents_received_are_held_against_what_was_sent(refs, expected, findings):
    assert findings(received(*refs)) == expected


@pytest.mark.parametrize(("receiver", "sender"), [("A", "B"), ("B", "A")])
def test_a_document_its_sender_never_sent_is_named_wherever_the_sender_stands(receiver, sender, findings):
    store, out = MemoryStore(), io.BytesIO()
    store.append(chain(sender, 2))
    store.append([after(Head(receiver), act="document.receive", ref=f"{sender}#2")])
    store.append([after(store.head(receiver), act="document.receive", ref=f"{sender}#3")])
    export(store, out)
    assert findings(out.getvalue()) == [("delivery.unsent", f"{receiver}#2")]


# --- files that are no exports at all ---


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_garbage_is_found_and_never_makes_the_checker_stumble(data, whole, findings):
    lines = lines_of(whole)
    junk = st.binary(max_size=80) | st.sampled_from([b"stream ", b"end ", b"cut ", b"sealed ", b"checkpoint ", b"\n"])
    for _ in range(data.draw(st.integers(1, 4))):
        place, end = data.draw(st.integers(0, len(lines))), data.draw(st.integers(0, 3))
        part = data.draw(junk | st.sampled_from(lines) | st.builds(bytes.__add__, st.sampled_from(lines), junk))
        lines[place : place + end] = [part]
    mixed = b"".join(lines)
    assert bool(findings(mixed)) == (mixed != whole)


def test_what_is_no_export_is_said_to_be_none(findings):
    for data in (b"", b"\n", b"Dear committee,\n", b"\x00" * 1000, b"quorate-log 1"):
        assert findings(data) == [("file.header", "line 1")] or data == b"quorate-log 1"
    assert findings(b"quorate-log 1\n") == [("file.truncated", "line 2")]


def test_a_line_without_end_is_not_read_into_memory(whole, findings, monkeypatch):
    monkeypatch.setattr("quorate.log.reading.MAX_LINE", 1 << 20)
    endless = lines_of(whole)[0] + b"x" * (1 << 22)
    assert findings(endless) == [("file.truncated", "line 2")]


def test_findings_beyond_what_a_person_reads_are_only_counted(findings):
    bad = written(*({"at_latest": "2014"} for _ in range(1500)))
    found = findings(bad)
    assert (len(found), found[-1][0]) == (1001, "findings.more")


def test_a_file_that_cannot_be_read_is_an_error_of_ours(tmp_path):
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(UnreadableFile, match="cannot be read"):
            verify(path)


# --- how the package is built ---

CHECKER = {"verify", "diagnosis", "sense", "signatures", "check", "findings", "reading"}


def imports(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "quorate.log"}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.startswith("quorate")}


def test_the_checker_shares_no_code_with_what_writes_logs():
    for name in CHECKER:
        allowed = {"quorate.errors"} | {f"quorate.log.{other}" for other in CHECKER}
        assert imports(Path(quorate.log.__path__[0]) / f"{name}.py") <= allowed


def test_the_log_builds_on_nothing_of_ours_but_the_errors():
    for path in Path(quorate.log.__path__[0]).rglob("*.py"):
        assert all(name.startswith(("quorate.errors", "quorate.log")) for name in imports(path)), path


def test_importing_the_log_loads_no_driver_and_no_cryptography():
    program = "import sys, quorate.log; print(*{'cryptography', 'psycopg', 'sqlite3'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


def test_every_code_of_a_finding_is_listed_in_the_checkers_docstring():
    folder = Path(quorate.log.__path__[0])
    nodes = [node for name in CHECKER for node in ast.walk(ast.parse((folder / f"{name}.py").read_text()))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) is str}
    kinds = ["file", "stream", "chain", "entry", "time", "delivery", "sealed", "checkpoint", "findings"]
    used = {text for text in texts if text.partition(".")[0] in kinds and text.partition(".")[2].isalpha()}
    listed = set()
    for group in re.findall(r"``(\w+)((?:\s*\.\w+)+)``", sys.modules["quorate.log.verify"].__doc__):
        listed |= {group[0] + name.strip() for name in group[1].split()}
    assert used == listed
