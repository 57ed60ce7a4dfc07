"""Hundreds of ways to break a good charter: each gives findings at real places, at the line or naming the id."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from quorate.charter.read import files_of, load_files
from quorate.charter.schema import published

from .conftest import CHARTERS, COOP
from .mutations import Broken, Mutation, as_json

# Mutations of each sort that are tried, evenly taken from all: many on the small charter, fewer on the large.
MANY, FEW = 50, 24


def sample(broken, sort):
    found = list(getattr(broken, sort)())
    most = MANY if len(broken.text) < 10_000 else FEW
    return found[:: max(1, -(-len(found) // most))]


def place(where):
    name, line, column = where.rsplit(":", 2)
    return name, int(line), int(column)


def is_found(mutation: Mutation):
    """Demand what every broken charter must give; return the findings."""
    _, findings = load_files(mutation.files)
    assert findings, f"{mutation.name}: nothing found"
    for finding in findings:
        assert finding.message.strip(), mutation.name
        assert finding.code, mutation.name
        name, line, column = place(finding.where)
        lines = mutation.files[name].decode("utf-8", "replace").split("\n")
        assert 1 <= line <= len(lines), f"{mutation.name}: {finding}"
        assert 1 <= column <= len(lines[line - 1]) + 1, f"{mutation.name}: {finding}"
    if mutation.line is not None:
        at_line = any(place(f.where)[:2] == (mutation.file, mutation.line) for f in findings)
        named = any(word in str(f) for f in findings for word in mutation.named)
        assert at_line or named, f"{mutation.name}, line {mutation.line}: {[str(f) for f in findings]}"
    assert findings == tuple(sorted(findings, key=lambda f: place(f.where)))
    return findings


@pytest.fixture(params=CHARTERS, ids=lambda path: path.name, scope="module")
def broken(request):
    return Broken(files_of(request.param))


SORTS = [
    "misspelt_keys",
    "wrong_types",
    "numbers",
    "dangling",
    "doubled_ids",
    "doubled_keys",
    "tags_and_aliases",
    "tabs",
    "cuts",
    "encodings",
]


@pytest.mark.parametrize("sort", SORTS)
def test_every_such_fault_is_found_at_its_line_or_by_its_name(broken, sort):
    mutations = sample(broken, sort)
    assert mutations
    for edit in mutations:
        is_found(edit.make())


def test_every_charter_is_broken_in_more_than_two_hundred_ways(broken):
    assert len({edit.name for sort in SORTS for edit in sample(broken, sort)}) > 200


def test_every_key_that_the_schema_requires_is_missed_when_it_is_dropped(broken):
    validator = jsonschema.Draft202012Validator(published())
    tried = 0
    for edit, path in sample(broken, "dropped_keys"):
        mutation = edit.make()
        data = as_json(mutation.files["charter.yaml"].decode())
        clauses = [data["clauses"][path[1]]] if path[0] == "clauses" and len(path) > 1 else data.get("clauses", [])[:1]
        if validator.is_valid({**data, "clauses": clauses} if clauses else data):
            continue
        tried += 1
        findings = is_found(mutation)
        if path[0] == "clauses" and len(path) > 2 and path[2:] != ("id",):
            ident = data["clauses"][path[1]]["id"]
            assert any(finding.clause == ident for finding in findings), mutation.name
    assert tried > 5


def coop_broken(old, new, file="charter.yaml", after=""):
    """The small charter with a stretch replaced, its line the one where the new text stands."""
    files = files_of(COOP)
    text = files[file].decode()
    start = text.index(old, text.index(after))
    line = text.count("\n", 0, start) + 1
    return Mutation(old, {**files, file: (text[:start] + new + text[start + len(old) :]).encode()}, line, (), file)


IMPOSSIBLE = yaml.safe_load((Path(__file__).parent / "impossible.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", IMPOSSIBLE, ids=[case["name"] for case in IMPOSSIBLE])
def test_what_cannot_be_is_found_where_it_stands(case):
    mutation = coop_broken(case["old"], case["new"], after=case["after"])
    findings = is_found(mutation if "\n" not in case["new"] else Mutation(mutation.name, mutation.files))
    found = [str(finding) for finding in findings if finding.code == case["code"]]
    assert any(case["words"] in finding for finding in found), [str(finding) for finding in findings]


CSV = [
    ("a unit without an id", "\nmill-lane/west,", "\n,", "missing-key", "`id`"),
    ("an id of odd letters", "mill-lane/west", "mill lane west", "wrong-value", "unit's id"),
    ("a unit of no tier", "west,house,", "west,,", "missing-key", "`tier`"),
    ("a tier that is not declared", "west,house,", "west,hous,", "dangling", "Did you mean `house`?"),
    (
        "a parent that is not there",
        "west,house,mill-lane",
        "west,house,mil-lane",
        "dangling",
        "Did you mean `mill-lane`?",
    ),
    ("no parent where one is needed", "west,house,mill-lane,", "west,house,,", "missing-key", "no parent"),
    ("a parent of the wrong tier", "west,house,mill-lane,", "west,house,mill-lane/east,", "wrong-tier", "`house`"),
    ("a parent where there is none above", "cooperative,,", "cooperative,walkers,", "wrong-tier", "below no other"),
    ("an id given twice", "\nmill-lane/west,", "\nmill-lane/east,", "duplicate-id", "two units"),
    ("a latitude off the globe", "52.4151", "152.4", "wrong-value", "latitude"),
    ("a longitude that is no number", "-4.0840", "W4", "wrong-value", "longitude"),
    ("a population with separators", ",48", ',"4,800"', "wrong-value", "population"),
    ("a negative population", ",48", ",-48", "wrong-value", "population"),
    ("a row that is too long", ",48", ",48,49", "csv", "cells"),
    ("a row that is too short", ",48", "", "csv", "cells"),
    ("a quote that is not closed", '"The Barn, converted"', '"The Barn, converted', "csv", "not CSV"),
    ("a quote in the midst", '"The Barn, converted"', '"The Barn" converted', "csv", "not CSV"),
    ("a misspelt column", "id,tier", "id,teir", "csv", "Is it the one written `teir`?"),
    ("a column given twice", "label,kind", "label,label", "csv", "twice"),
    ("an odd kind", "terrace", "Terrace House", "wrong-value", "`kind`"),
    ("a cell of a hundred thousand letters", "West House", "W" * 200_000, "csv", "field"),
]


@pytest.mark.parametrize(("old", "new", "code", "words"), [case[1:] for case in CSV], ids=[case[0] for case in CSV])
def test_a_bad_cell_of_the_units_file_is_found_in_its_row(old, new, code, words):
    mutation = coop_broken(old, new, "units.csv")
    line = (mutation.line or 0) + old.startswith("\n")
    findings = is_found(Mutation(mutation.name, mutation.files, line, (), "units.csv"))
    found = [finding for finding in findings if finding.code == code and words in str(finding)]
    assert found, [str(finding) for finding in findings]
    assert any(finding.where.startswith(f"units.csv:{line}:") for finding in found)


def test_a_bad_cell_is_found_at_its_column_even_below_a_cell_of_several_lines():
    mutation = coop_broken('"The Barn, converted"', '"The Barn,\nconverted"', "units.csv")
    text = mutation.files["units.csv"].decode().replace("-4.0822", "400")
    findings = is_found(Mutation("x", {**mutation.files, "units.csv": text.encode()}))
    lines = text.split("\n")
    row = next(number for number, line in enumerate(lines, 1) if "400" in line)
    assert findings[0].where == f"units.csv:{row}:{lines[row - 1].index('400') + 1}"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"id,tier,name\n\x00", "id,tier,name\nŷ".encode("utf-16"), b'"'])
def test_a_units_file_that_is_no_csv_is_refused(data):
    is_found(Mutation("x", {**files_of(COOP), "units.csv": data}))


def test_circular_elections_are_found_where_nothing_can_begin():
    first = coop_broken("organ: meeting\n    elects: board", "organ: executive\n    elects: board")
    findings = is_found(Mutation(first.name, first.files))
    assert [finding.code for finding in findings] == ["circle"]
    assert "`board`" in findings[0].message
    assert "`executive`" in findings[0].message


def test_elections_in_a_circle_can_begin_where_somebody_is_appointed_to_one_of_the_organs():
    files = coop_broken("organ: meeting\n    elects: board", "organ: executive\n    elects: board").files
    clause = "  - {id: chair, kind: appointment, cite: x, offices: [chair], mode: appoints, by: {organs: [audit]}}\n"
    text = files["charter.yaml"].decode() + clause
    charter, findings = load_files({**files, "charter.yaml": text.encode()})
    assert findings == ()
    assert charter is not None


def test_units_of_the_file_in_a_circle_are_found():
    files = files_of(COOP)
    files["units.csv"] += b"a,club,b,A,,,,,\nb,club,a,B,,,,,\n"
    findings = is_found(Mutation("x", files))
    assert [finding.code for finding in findings] == ["circle"]
    assert "`a`" in findings[0].message


def test_a_rule_that_no_clause_states_is_found_and_leaves_the_charter_usable():
    mutation = coop_broken("board.quorum", "board.quorums", "rules.csv")
    charter, findings = load_files(mutation.files)
    assert charter is not None
    assert [finding.code for finding in findings] == ["rule-missing"]
    assert findings[0].where == "rules.csv:4:1"
    assert findings[0].advice == "Did you mean `board.quorum`?"


@pytest.mark.parametrize(
    ("new", "code", "words"),
    [
        ("houses.members,", "duplicate-id", "two rules have the id `houses.members`"),
        (",", "missing-key", "the rule has no `id`"),
    ],
)
def test_a_rule_without_an_id_of_its_own_is_found_in_the_register(new, code, words):
    findings = is_found(coop_broken("board.quorum,", new, "rules.csv"))
    assert [(finding.code, finding.message, finding.where) for finding in findings] == [(code, words, "rules.csv:4:1")]


def test_a_finding_names_its_clause_and_the_nearest_key():
    mutation = coop_broken("more_than", "more_then", after="board.quorum")
    found = {finding.code: finding for finding in is_found(mutation)}
    assert found["unknown-key"].clause == "board.quorum"
    assert found["unknown-key"].advice == "Did you mean `more_than`?"


def test_all_faults_of_a_kind_are_told_at_once():
    mutation = coop_broken("organ: board\n", "organ: bord\n", after="board.quorum")
    text = mutation.files["charter.yaml"].decode().replace("elects: audit", "elects: adit")
    findings = is_found(Mutation("x", {**mutation.files, "charter.yaml": text.encode()}))
    assert [finding.advice for finding in findings] == ["Did you mean `audit`?", "Did you mean `board`?"]
