"""No bytes whatever bring a traceback, and nothing large is parsed before it is refused."""

import json
import os
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.charter import document, read
from quorate.charter.files import MAX_CSV, MAX_YAML
from quorate.charter.findings import MOST, CharterRefused
from quorate.charter.read import files_of, load, load_files

from .conftest import COOP

GOOD = files_of(COOP)
TEXT = GOOD["charter.yaml"].decode()
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))


def refused(data: bytes):
    charter, findings = load_files({**GOOD, "charter.yaml": data})
    assert charter is None
    assert findings
    assert all(finding.message for finding in findings)
    return findings


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused_in_words(data):
    refused(data)


yamlish = st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,?~ \n\t0", max_size=120)


@settings(max_examples=300, deadline=None)
@given(yamlish)
def test_random_text_that_looks_like_yaml_is_refused_in_words(text):
    refused(text.encode())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(TEXT) - 1),
            st.integers(0, 40),
            st.one_of(yamlish, st.sampled_from(TEXT.split()), st.text(max_size=5)),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_a_good_charter_edited_at_random_is_read_or_refused_in_words(edits):
    text = TEXT
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    charter, findings = load_files({**GOOD, "charter.yaml": text.encode("utf-8", "replace")})
    assert charter is not None or findings
    lines = text.split("\n")
    for finding in findings:
        name, line, _ = finding.where.rsplit(":", 2)
        assert name != "charter.yaml" or 1 <= int(line) <= len(lines)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 400), st.integers(0, 10), st.text(alphabet='ab,"\n -/1.', max_size=12))
def test_a_units_file_edited_at_random_is_read_or_refused_in_words(start, length, new):
    text = GOOD["units.csv"].decode()
    data = (text[:start] + new + text[start + length :]).encode()
    charter, findings = load_files({**GOOD, "units.csv": data})
    assert charter is not None or findings


json_like = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["tiers", "organs", "units", "clauses", "in_force", "sources", "quorate", "register"]), json_like
)
def test_any_data_whatever_in_place_of_a_part_is_read_or_refused_in_words(key, data):
    start = TEXT.index(f"\n{key}:")
    end = next((found.start() for found in re.finditer(r"^[a-z]", TEXT, re.M) if found.start() > start + 1), len(TEXT))
    text = TEXT[:start] + f"\n{key}: {json.dumps(data, allow_nan=False) if _finite(data) else '.nan'}\n" + TEXT[end:]
    load_files({**GOOD, "charter.yaml": text.encode()})


def _finite(data):
    try:
        json.dumps(data, allow_nan=False)
    except ValueError:
        return False
    return True


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor():
    findings = refused(BOMB.encode())
    assert [(finding.code, finding.where) for finding in findings] == [("alias", "charter.yaml:1:5")]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "a: {", "\n- - - - - "])
def test_deep_nesting_is_refused(opening):
    refused((opening * 100_000).encode()[:MAX_YAML])


def test_more_nodes_than_a_charter_can_need_are_refused(monkeypatch):
    monkeypatch.setattr(document, "MAX_NODES", 1000)
    findings = refused(b"a: [" + b"1," * 5000 + b"]")
    assert findings[0].code == "too-many"


def test_nodes_beyond_the_bound_are_never_asked_of_the_parser(monkeypatch):
    asked = []
    events = document._events
    monkeypatch.setattr(document, "MAX_NODES", 100)
    monkeypatch.setattr(document, "_events", lambda loader: (asked.append(1) or event for event in events(loader)))
    refused(b"a: [" + b"1," * 50_000 + b"]")
    assert len(asked) < 200


def rows(count, parent):
    return "".join(f"u{n},club,{parent(n)},Unit,,,,,\n" for n in range(count)).encode()


def test_of_thousands_of_faults_as_many_are_told_as_anybody_mends():
    files = {**GOOD, "units.csv": GOOD["units.csv"] + rows(3000, lambda n: f"nowhere-{n}")}
    charter, findings = load_files(files)
    assert charter is None
    assert len(findings) == MOST
    assert {finding.code for finding in findings} == {"dangling"}


def test_a_circle_of_thousands_of_units_is_one_finding():
    files = {**GOOD, "units.csv": GOOD["units.csv"] + rows(3000, lambda n: f"u{(n or 3000) - 1}")}
    _, findings = load_files(files)
    assert [finding.code for finding in findings] == ["circle"]


def test_thousands_of_clauses_that_contradict_one_another_are_not_all_told():
    clause = "  - {{id: x{0}, kind: election, cite: x, organ: board, elects: audit, ballot: {{method: stv}}}}\n"
    text = TEXT + "".join(clause.format(n) for n in range(400))
    _, findings = load_files({**GOOD, "charter.yaml": text.encode()})
    told = [finding for finding in findings if finding.code == "contradiction"]
    assert len(told) == MOST


def large(path, size):
    with path.open("wb") as file:
        file.truncate(size)


def test_a_file_of_a_hundred_megabytes_is_refused_unread(tmp_path, monkeypatch):
    large(tmp_path / "charter.yaml", 100_000_000)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail("the file was read"))
    monkeypatch.setattr(read, "parse", lambda text: pytest.fail("the file was parsed"))
    charter, findings = load(tmp_path)
    assert charter is None
    assert [finding.code for finding in findings] == ["too-large"]
    assert "100,000,000" in findings[0].message


def test_a_units_file_beyond_its_bound_is_refused_unread(tmp_path, monkeypatch):
    (tmp_path / "charter.yaml").write_bytes(GOOD["charter.yaml"])
    (tmp_path / "rules.csv").write_bytes(GOOD["rules.csv"])
    large(tmp_path / "units.csv", MAX_CSV + 1)
    charter, findings = load(tmp_path)
    assert charter is None
    assert [finding.code for finding in findings] == ["too-large"]


def test_bytes_beyond_the_bound_are_refused_unparsed(monkeypatch):
    monkeypatch.setattr(read, "parse", lambda text: pytest.fail("the file was parsed"))
    assert refused(b" " * (MAX_YAML + 1))[0].code == "too-large"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "latin-1"])
def test_another_encoding_is_refused_unparsed(encoding, monkeypatch):
    monkeypatch.setattr(read, "parse", lambda text: pytest.fail("the file was parsed"))
    data = ("é" + TEXT).encode(encoding, "replace")
    assert refused(data)[0].code == "encoding"


@pytest.mark.parametrize(
    "letter", ["[", "{", "a", "'", '"', "|\n", "- ", "#", "? ", "a: b\n", "&", "*", "!", "%", "%A b\n"]
)
def test_a_full_sized_file_of_one_thing_is_refused_before_one_grows_impatient(letter):
    data = (letter * (MAX_YAML // len(letter))).encode()
    begun = time.process_time()
    refused(data)
    assert time.process_time() - begun < 10  # a bound against quadratic time; the usual is well under a second


def test_a_folder_without_a_charter_is_refused_in_words(tmp_path):
    charter, findings = load(tmp_path)
    assert charter is None
    assert [finding.code for finding in findings] == ["missing-file"]


@pytest.mark.parametrize("name", ["nowhere", "nowhere/charter.yaml", "a\x00b", "n" * 300])
def test_a_path_that_is_not_there_is_refused_in_words(tmp_path, name):
    charter, findings = load(tmp_path / name)
    assert charter is None
    assert [finding.code for finding in findings] == ["missing-file"]


def test_what_is_no_plain_file_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "charter.yaml")
    charter, findings = load(tmp_path)
    assert charter is None
    assert "not a file" in findings[0].message


def test_read_refuses_with_all_the_findings(tmp_path):
    (tmp_path / "charter.yaml").write_text("quorate: 2\n", encoding="utf-8")
    with pytest.raises(CharterRefused, match="more") as caught:
        read.read(tmp_path)
    assert len(caught.value.findings) > 3
    with pytest.raises(CharterRefused):
        files_of(tmp_path)
