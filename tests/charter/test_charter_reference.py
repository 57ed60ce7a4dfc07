"""The written reference of the language keeps up with the models."""

from pathlib import Path

from quorate.charter.reference import reference
from quorate.clauses import KINDS

WRITTEN = Path(__file__).resolve().parents[2] / "docs" / "reference" / "clauses.md"


def test_the_reference_is_current():
    assert WRITTEN.read_text(encoding="utf-8") == reference()


def test_every_kind_of_clause_shows_an_example_kept_and_one_broken():
    for kind, model in KINDS.items():
        assert "Conforming:" in model.__doc__, kind
        assert "Breaching:" in model.__doc__, kind
        assert model.summary, kind


def test_every_key_of_every_kind_is_in_the_reference():
    text = WRITTEN.read_text(encoding="utf-8")
    for kind, model in KINDS.items():
        section = text.split(f"\n## {kind}\n")[1].split("\n## ")[0]
        for name in model.model_fields.keys() - {"id", "kind", "cite", "note", "assumed"}:
            assert f"| `{name}` |" in section, f"{kind}.{name}"
