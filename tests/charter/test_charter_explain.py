import pytest

from quorate.charter.explain import UnknownClause, explain
from quorate.charter.read import load


def test_a_clause_is_explained_in_its_own_words_with_the_place_it_comes_from(coop):
    found = explain(coop, "board.cadence")
    assert found.words == coop.by_id["board.cadence"].words(coop)
    assert (found.kind, found.cite, found.assumed) == ("cadence", "Rule 13", False)


def test_each_number_comes_with_its_source_or_is_called_assumed(coop):
    found = explain(coop, "houses.steward-confirmed")
    assert [str(item) for item in found.evidence] == [
        "answer: 30 days, The co-operative's own rule book",
        "acting: 3 months, assumed",
    ]


def test_a_number_stated_deep_in_a_clause_is_named_by_its_way_there(coop):
    fields = [item.field for item in explain(coop, "complaints").evidence]
    assert sorted(fields) == ["stages[1].not_before", "stages[1].within"]


def test_what_a_clause_names_comes_with_its_label_in_the_organisations_own_language(coop):
    names = {str(name) for name in explain(coop, "houses.steward-confirmed").names}
    assert names == {
        "house steward",
        "chair (cadeirydd)",
        "executive",
        "Mill Lane Housing Co-operative (Tai Lôn y Felin)",
        "house meeting (cyfarfod y tŷ)",
    }


def test_the_other_clauses_that_speak_to_the_same_acts_are_named(coop):
    found = {other.id: other.acts for other in explain(coop, "houses.steward").related}
    assert "office.take" in found["houses.steward-confirmed"]
    assert "election.nominate" not in found.get("houses.repairs", ())
    assert "board.quorum" not in found


def test_the_clauses_with_most_in_common_come_first_and_a_few_are_printed(coop):
    found = explain(coop, "board.quorum")
    assert found.related[0].id in {"board.elects-executive", "board.majority", "board.rents", "board.options"}
    printed = [line for line in str(found).splitlines() if line.startswith("  see also ")]
    assert printed == [f"  see also {other.id}: {other.summary}" for other in found.related[:6]]
    assert str(found).endswith(f"and {len(found.related) - 6} more")


def test_an_unknown_clause_is_answered_with_the_nearest(coop):
    with pytest.raises(UnknownClause, match=r"Did you mean `board\.quorum`"):
        explain(coop, "board.qurum")


def test_every_clause_of_a_good_charter_can_be_explained(good):
    charter, _ = load(good)
    assert charter is not None
    for clause in charter.clauses:
        text = str(explain(charter, clause.id))
        assert clause.id in text
        assert clause.cite in text
