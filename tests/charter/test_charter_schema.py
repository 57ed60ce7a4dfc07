import json
from importlib import resources

import jsonschema
import pytest

from quorate.charter.read import files_of
from quorate.charter.schema import published, schema
from quorate.clauses import KINDS

from .conftest import COOP
from .mutations import Broken, as_json

VALIDATOR = jsonschema.Draft202012Validator(published())


def test_the_published_schema_is_what_the_models_say_today():
    assert published() == json.loads(json.dumps(schema())), "run: python -m quorate.charter.schema > schema.json"


def test_the_published_schema_is_a_schema_of_its_draft():
    jsonschema.Draft202012Validator.check_schema(published())
    assert published()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_lies_in_the_package():
    assert resources.files("quorate.charter").joinpath("schema.json").is_file()


def test_a_good_charter_fits_the_schema(good):
    VALIDATOR.validate(as_json(files_of(good)["charter.yaml"].decode()))


def test_every_kind_of_clause_is_in_the_schema_and_every_key_is_described():
    assert {part["properties"]["kind"]["const"] for part in kinds()} == set(KINDS)
    parts = {"Charter": published(), **published()["$defs"]}
    bare = [
        (name, key)
        for name, part in parts.items()
        for key, found in part["properties"].items()
        if not found.get("description")
    ]
    assert bare == []


def kinds():
    return [part for part in published()["$defs"].values() if "const" in part["properties"].get("kind", {})]


def test_no_key_may_be_null_as_the_reader_refuses_empty_values():
    assert '"null"' not in json.dumps(published())


BAD = [
    ("kind: quorum", "kind: quorun"),
    ("organ: board\n", "organ: [board]\n"),
    ("cite: Rule 12", "cite: 12"),
    ("cite: Rule 12", "sight: Rule 12"),
    ("value: 9, source", "value: nine, source"),
    ("value: 9, source", "value: -9, source"),
    ("value: 9, source: rulebook", "value: 9"),
    ("value: 9, source: rulebook", "value: 9, source: rulebook, assumed: true"),
    ("quorate: 1", "quorate: 2"),
    ("method: stv", "method: stw"),
    ("id: board\n", "id: The Board\n"),
    ("in_force: {from: 2014-01-01}", "in_force: {}"),
    ("by: {organs: [board]}", "by: {}"),
    ("file: units.csv", "path: units.csv"),
]


@pytest.mark.parametrize(("old", "new"), BAD)
def test_a_bad_charter_does_not_fit_the_schema(old, new):
    text = files_of(COOP)["charter.yaml"].decode()
    assert old in text
    assert not VALIDATOR.is_valid(as_json(text.replace(old, new, 1)))


def test_misspelt_keys_of_every_part_do_not_fit_the_schema():
    for edit in list(Broken(files_of(COOP)).misspelt_keys())[::60]:
        assert not VALIDATOR.is_valid(as_json(edit.make().files["charter.yaml"].decode())), edit.name
