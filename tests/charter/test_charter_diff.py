import pytest

from quorate.charter.diff import diff
from quorate.charter.read import load_files

# What is replaced in the small charter, by what; then the code, id and words of the only change, and whom it concerns.
CHANGES = [
    (
        "at_most: {value: 4, unit: months",
        "at_most: {value: 6, unit: months",
        (
            "clause-changed",
            "board.cadence",
            "In board.cadence, `at_most` changes from four months to six months",
            "board",
        ),
    ),
    (
        "at_most: {value: 4, unit: months, source: rulebook}",
        "at_most: {value: 4, unit: months, assumed: true}",
        (
            "clause-changed",
            "board.cadence",
            "In board.cadence, the evidence of `at_most` changes from The co-operative's own rule book to assumed",
            "board",
        ),
    ),
    (
        "seats: {value: 9",
        "seats: {value: 11",
        ("organ-changed", "board", "Of the organ board (bwrdd) [board], `seats` changes from nine to eleven", "board"),
    ),
    (
        "business: [rents, budget]",
        "business: [rents, repairs]",
        ("clause-changed", "board.business", "In board.business, `business` no longer has the budget", "board"),
    ),
    (
        "business: [rents, budget]",
        "business: [rents, repairs]",
        ("clause-changed", "board.business", "In board.business, `business` gains repairs", "board"),
    ),
    (
        "kept_by: {offices: [treasurer]}",
        "kept_by: {offices: [chair]}",
        ("clause-changed", "books", "In books, `kept_by.offices` gains chair", "chair"),
    ),
    (
        "    only: true\n",
        "",
        ("clause-changed", "board.business", "In board.business, `only` changes from yes to no", "board"),
    ),
    (
        "    notice: {value: 14, unit: days, source: model-rules}\n",
        "",
        (
            "clause-changed",
            "meeting.called",
            "In meeting.called, `notice` is no longer stated (it was 14 days)",
            "general meeting",
        ),
    ),
    (
        "unit: days, source: model-rules}\n        within: {value: 1, unit: months",
        "unit: days, source: model-rules}\n        within: {value: 2, unit: months",
        (
            "clause-changed",
            "complaints",
            "In complaints, `stages.hear.within` changes from one month to two months",
            "house steward",
        ),
    ),
    (
        "in_force: {from: 2014-01-01}",
        "in_force: {from: 2015-01-01}",
        (
            "in-force-changed",
            "mill-lane-coop",
            "The charter comes into force on 2015-01-01, where it was on 2014-01-01",
            "",
        ),
    ),
    (
        "      name: Young walkers\n",
        "      name: Junior walkers\n",
        (
            "unit-changed",
            "walkers-young",
            "Of the unit Junior walkers [walkers-young], `name` changes from Young walkers to Junior walkers",
            "Walking club",
        ),
    ),
    (
        "id: fit\n",
        "id: fitness\n",
        ("clause-removed", "fit", "The clause fit no longer holds: Eligible as board", "treasurer"),
    ),
    (
        "id: fit\n",
        "id: fitness\n",
        ("clause-added", "fitness", "The clause fitness is new: Eligible as board", "audit committee"),
    ),
]


def changed(files, old, new):
    text = files["charter.yaml"].decode()
    assert old in text
    charter, findings = load_files({**files, "charter.yaml": text.replace(old, new, 1).encode()})
    assert charter is not None, findings
    return charter


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_a_change_is_told_in_words_with_whom_it_concerns(coop, coop_files, old, new, expected):
    code, ident, words, concerned = expected
    found = [
        change
        for change in diff(coop, changed(coop_files, old, new))
        if (change.code, change.id) == (code, ident) and change.words.startswith(words)
    ]
    assert len(found) == 1
    assert not concerned or concerned in found[0].concerns


def test_a_charter_does_not_differ_from_itself(coop):
    assert diff(coop, coop) == ()


def test_one_edit_gives_one_change(coop, coop_files):
    assert len(diff(coop, changed(coop_files, "value: 9, source", "value: 8, source"))) == 1


def test_a_unit_a_tier_and_an_office_that_come_are_gone_when_the_charters_are_exchanged(coop, coop_files):
    text = coop_files["charter.yaml"].decode()
    text = text.replace("\nunits:", "  - {id: street, name: street, under: [house]}\n\nunits:", 1)
    text = text.replace("\nbusiness:", "  - {id: clerk, name: clerk, tier: cooperative}\n\nbusiness:", 1)
    rows = coop_files["units.csv"] + b"mill-lane/mews,street,mill-lane/east,Mews,,,,,\n"
    later, findings = load_files({**coop_files, "charter.yaml": text.encode(), "units.csv": rows})
    assert later is not None, findings
    assert [(c.code, c.id) for c in diff(coop, later)] == [
        ("tier-added", "street"),
        ("office-added", "clerk"),
        ("unit-added", "mill-lane/mews"),
    ]
    assert [(c.code, c.id) for c in diff(later, coop)] == [
        ("tier-removed", "street"),
        ("office-removed", "clerk"),
        ("unit-removed", "mill-lane/mews"),
    ]


def test_every_fact_of_a_unit_that_changes_is_told(coop, coop_files):
    rows = coop_files["units.csv"].replace(b",62", b",65")
    later, _ = load_files({**coop_files, "units.csv": rows})
    assert later is not None
    assert [change.words for change in diff(coop, later)] == [
        "Of the unit East House (Tŷ'r Dwyrain) [mill-lane/east], `population` changes from 62 to 65"
    ]
