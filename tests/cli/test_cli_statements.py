"""Opening statements from CSV: every fault is told with its place, and nothing is written when there is one."""

import shlex

import pytest

from quorate.charter.read import files_of, read
from quorate.cli.failing import Faults, run
from quorate.cli.statements import Sources, statements
from quorate.log import open_store
from quorate.run.record import open_record

AT = "2015-01-01"
BAD = {
    "an unknown unit": ("members.csv", "B1:9,Nobody,,B7,,", ":10:", "there is no unit 'B7'"),
    "a unit that has no members": ("members.csv", "B1:9,Nobody,,FED,,", ":10:14:", "no basic organisation"),
    "a member twice": ("members.csv", "B1:1,Han Sora,,B2,,", ":10:1:", "B1:1 is a member of B1 already"),
    "a member without a name": ("members.csv", "B1:9,,,B1,,", ":10:6:", "`name` is empty"),
    "a member since later": ("members.csv", "B1:9,New,,B1,,2015-06-01", ":10:", "after the opening"),
    "a date that is none": ("members.csv", "B1:9,New,,B1,,2014-02-30", ":10:", "'2014-02-30' is not a date"),
    "a cell too many": ("members.csv", "B1:9,New,,B1,,,,", ":10:", "cells"),
    "an unknown post": ("holders.csv", "B1,chiar,B1:3,,,", ":9:4:", "Did you mean `chair`?"),
    "a post of another tier": ("holders.csv", "B1,president,B1:3,,,", ":9:4:", "has no post 'president'"),
    "a post held already": ("holders.csv", "B1,chair,B1:3,,,", ":9:4:", "has one seat"),
    "a holder twice": ("holders.csv", "FED,council,B2:3,,,", ":9:", "twice"),
    "an end before the beginning": (
        "holders.csv",
        "B1,committee,B1:4,2014-05-01,2014-04-01,",
        ":9:",
        "before it begins",
    ),
    "nobody": ("holders.csv", "B1,committee,,,,", ":9:14:", "`person` is empty"),
}


@pytest.mark.parametrize(("name", "row", "place", "told"), BAD.values(), ids=BAD)
def test_a_bad_row_is_told_with_its_place_and_nothing_is_written(name, row, place, told, folder, capsys):
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    command = f"init new/book --charter club --at {AT} --members members.csv --holders holders.csv"
    assert run(command.split()) == 2
    err = capsys.readouterr().err
    assert f"{name}{place}" in err
    assert told in err
    assert "Nothing was written." in err
    assert not (folder / "new").exists()


def test_all_faults_of_all_files_are_told_together(folder):
    for name, row, _, _ in BAD.values():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    sources = Sources(folder / "members.csv", folder / "holders.csv", folder / "no.csv")
    with pytest.raises(Faults) as caught:
        statements(read(folder / "club"), ["B1", "B2", "FED"], AT, sources)
    assert len(caught.value.faults) >= len(BAD)
    assert "no.csv: it cannot be read" in caught.value.faults[-1]


def test_the_statements_say_what_the_files_say(folder):
    (folder / "figures.csv").write_text("unit,members\nB2,17\n")
    sources = Sources(folder / "members.csv", folder / "holders.csv", folder / "figures.csv")
    found = statements(read(folder / "club"), ["B1", "B2", "FED"], AT, sources)
    assert [member["person"] for member in found["B2"]["members"]] == ["B2:1", "B2:2", "B2:3"]
    assert found["FED"]["figures"] == {"B2": {"members": 17}}
    president = found["FED"]["holders"][0]
    assert president == {
        "post": "president",
        "person": "B1:5",
        "since": "2014-01-01T00:00",
        "source": "minutes of 2014",
    }
    assert {"person": "B1:5", "name": "Choe Yun", "label": "최윤", "unit": "B1"} in found["FED"]["persons"]


def test_figures_that_are_no_numbers_or_of_no_unit_are_told(folder):
    (folder / "figures.csv").write_text("unit,members\nB7,1\nB2,many\nB2,-3\n")
    with pytest.raises(Faults) as caught:
        statements(read(folder / "club"), ["FED"], AT, Sources(figures=folder / "figures.csv"))
    assert [":2:1" in caught.value.faults[0], ":3:4" in caught.value.faults[1], ":4:4" in caught.value.faults[2]] == [
        True
    ] * 3


def test_a_record_can_be_opened_unit_by_unit(folder, capsys):
    assert run(shlex.split(f"init book --charter club --at {AT} --unit FED")) == 0
    assert run(shlex.split("init book --at 2015-02-01 --unit B1")) == 0
    assert run(shlex.split("init book --at 2015-02-01 --unit B1")) == 2
    assert "open already" in capsys.readouterr().err
    with open_store(str(folder / "book" / "record.db"), create=False) as store:
        record = open_record(store)
        assert record.units() == ["B1", "FED"]
        assert record.versions[0].charter.file.id == "hiking-club"
        adopted = next(iter(store.read("@record")))
        assert adopted.payload["files"]["charter.yaml"].encode() == files_of(folder / "club")["charter.yaml"]
