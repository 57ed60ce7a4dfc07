"""CSV with a mapping: what a clerk's spreadsheet becomes, and what is said of one that does not fit."""

import json
from datetime import datetime

import pyarrow.parquet as pq
import pytest

from quorate.errors import QuorateError
from quorate.log.tables.mapped import read_csv
from quorate.log.tables.opening import open_table
from quorate.log.tables.schema import schema

SIMPLE = """\
columns: {unit: Branch, act: Activity, at: When, actor: Who, payload.present: Attendance}
values: {act: {Meeting held: meeting.open, Report sent: report.file}}
constants: {tier: branch, organ: board}
record: partial
charter: club
"""
TABLE = """\
Branch,Activity,When,Who,Attendance,Remarks
north,Meeting held,2015-03-04 19:00,Ann,12,"cold, wet"
south,Report sent,2015-03,Bob,,
north,Meeting held,2015-02-04,Ann,9,
"""


@pytest.fixture
def read(written):
    return lambda table, mapping: read_csv(written("log.csv", table), written("map.yaml", mapping)).to_pylist()


@pytest.fixture
def refused(written, workdir):
    """The message for this table and mapping; nothing is left behind."""

    def message(table, mapping=SIMPLE):
        with pytest.raises(QuorateError) as error:
            open_table(written("log.csv", table), written("map.yaml", mapping), workdir)
        assert list(workdir.iterdir()) == []
        return str(error.value)

    return message


def test_each_row_is_an_entry_numbered_by_time_with_its_line_as_source(read):
    rows = read(TABLE, SIMPLE)
    told = [(row["entry"], row["act"], row["at_earliest"], row["at_latest"], row["source"]) for row in rows]
    assert told == [
        ("north#1", "meeting.open", datetime(2015, 2, 4), datetime(2015, 2, 4, 23, 59), "log.csv:4"),
        ("north#2", "meeting.open", datetime(2015, 3, 4, 19), datetime(2015, 3, 4, 19), "log.csv:2"),
        ("south#1", "report.file", datetime(2015, 3, 1), datetime(2015, 3, 31, 23, 59), "log.csv:3"),
    ]
    assert [json.loads(row["payload"] or "{}") for row in rows] == [{"present": 9}, {"present": 12}, {}]
    assert {(row["tier"], row["organ"]) for row in rows} == {("branch", "board")}


def test_the_log_says_which_charter_and_record_it_is(written, workdir):
    source = open_table(written("log.csv", TABLE), written("map.yaml", SIMPLE), workdir)
    assert (source.rows, source.charter, source.record, source.left_out) == (3, "club", "partial", 0)
    again = open_table(source.paths[0], None, workdir)
    assert again == source
    assert pq.read_schema(source.paths[0]).names == schema().names


def test_byte_order_mark_mixed_line_ends_blank_lines_and_lines_in_cells_do_no_harm(read):
    lines = TABLE.splitlines()
    table = "\ufeff" + lines[0] + "\r\n\r\n" + lines[1].replace("cold, wet", "cold\nwet") + "\r" + lines[2] + "\n"
    assert [row["source"] for row in read(table, SIMPLE)] == ["log.csv:3", "log.csv:5"]


def test_another_encoding_and_delimiter_are_read_when_the_mapping_says_so(read):
    mapping = SIMPLE + 'encoding: cp1252\ndelimiter: ";"\n'
    table = TABLE.replace(",", ";").replace("Ann", "Zoë").encode("cp1252")
    assert read(table, mapping)[0]["actor"] == "Zoë"
    assert read(TABLE.encode("utf-16"), SIMPLE + "encoding: utf-16\n")[0]["actor"] == "Ann"


ROSTER = """\
who,post,from,how,to,sure
Ann,Chair,2010-04,month,2014-05-14,seen
Bob,Hon. Sec.,2011-02-03,id,,
Cid,Chair,,none,2009-12,left
Dee,Guest,2015,year,,
"""
RICH = """\
columns: {subject: who}
constants: {unit: north}
entries:
  - when: {post: {not: Guest}}
    act: office.take
    office: &no {from: post, values: {Chair: chair, Hon. Sec.: secretary}}
    at: {from: from, precision: {from: how, values: {id: before, "*": "*"}}}
  - when: {post: {not: Guest}, to: {not: ""}}
    act: office.resign
    office: {from: post, values: {Chair: chair, Hon. Sec.: secretary}}
    at: {from: to, precision: {from: sure, values: {seen: after, left: month}}}
    ref: {text: "{who}/{to}"}
    payload: {title: {from: post}, terms: {from: to, as: list, split: "-"}, final: true, note: "7", count: 7}
ignore: [{post: Guest}]
""".replace("&no ", "")


def test_a_row_can_give_several_entries_with_dates_as_exact_as_they_are_known(read):
    from quorate.log.tables.dates import edtf

    rows = read(ROSTER, RICH)
    told = {(row["subject"], row["act"]): edtf(row["at_earliest"], row["at_latest"]) for row in rows}
    assert told == {
        ("Ann", "office.take"): "2010-04",
        ("Ann", "office.resign"): "2014-05-14/..",
        ("Bob", "office.take"): "../2011-02-03",
        ("Cid", "office.take"): "..",
        ("Cid", "office.resign"): "2009-12",
    }
    ann = next(row for row in rows if row["act"] == "office.resign" and row["subject"] == "Ann")
    assert (ann["office"], ann["ref"]) == ("chair", "Ann/2014-05-14")
    assert ann["payload"] == ('{"count":7,"final":true,"note":"7","terms":["2014","05","14"],"title":"Chair"}')


def test_rows_that_the_mapping_ignores_are_counted(written, workdir):
    assert open_table(written("log.csv", ROSTER), written("map.yaml", RICH), workdir).left_out == 1


def test_rows_that_nothing_fits_are_listed_unless_they_are_ignored(refused):
    message = refused(ROSTER, RICH.replace("ignore: [{post: Guest}]", ""))
    assert "a row fits no template of map.yaml:1: line 5 (post 'Guest', to '')" in message


def test_between_bounds_alternatives_defaults_and_several_units(read):
    from quorate.log.tables.dates import edtf

    table = "d,e,x\n2016-04-20,2016-04-22,\n2016-05-01,,board\n"
    mapping = """\
constants: {unit: [north, south], act: meeting.open}
columns: {meeting: {from: [e, d]}, organ: {from: x, default: assembly}}
entries:
  - at: {from: d, precision: between, end: {from: e}}
"""
    rows = read(table, mapping)
    assert [(r["unit"], edtf(r["at_earliest"], r["at_latest"]), r["meeting"], r["organ"]) for r in rows] == [
        ("north", "2016-04-20/2016-04-22", "2016-04-22", "assembly"),
        ("north", "2016-05-01", "2016-05-01", "board"),
        ("south", "2016-04-20/2016-04-22", "2016-04-22", "assembly"),
        ("south", "2016-05-01", "2016-05-01", "board"),
    ]
    mapping = "constants: {unit: n, act: a}\nentries:\n  - at: {earliest: {from: d}, latest: {from: e, default: ..}}\n"
    rows = read(table, mapping)
    assert [edtf(r["at_earliest"], r["at_latest"]) for r in rows] == ["2016-04-20/2016-04-22", "2016-05-01/.."]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2015-02-04", "2015-02-31", "log.csv:4: '2015-02-31' is not a date"),
        ("2015-02-04", "0000-02-04", "log.csv:4: '0000-02-04' is not a date"),
        ("2015-02-04", "99999-02-04", "log.csv:4: '99999-02-04' is not a date"),
        ("2015-02-04", "", "log.csv:4: the date is empty"),
        ("south,", ",", "log.csv:3: nothing gives 'unit': the cell is empty"),
        (
            "Report sent",
            "Report snt",
            "is not among the values of map.yaml:2. Did you mean 'Report sent'?",
        ),
        (",9,", ",nine,", "log.csv:4: 'nine' is no whole number"),
        (",9,", ",9,,", "log.csv:4: the row has 7 fields, the header has 6."),
        ('"cold', '"co"ld', "log.csv:2: the row cannot be read"),
        ('wet"', "wet", "log.csv:2: the row cannot be read: unexpected end of data."),
        ("Branch,", "Brunch,", "map.yaml:1: "),
        ("Branch,", "Brunch,", "has no column 'Branch'. Did you mean 'Brunch'?"),
        ("Remarks", "Who", "log.csv:1: the column 'Who' is there twice"),
        ("Bob", "B\0b", "log.csv:3: there is a NUL byte"),
    ],
)
def test_a_cell_that_does_not_fit_is_told_with_its_line(refused, old, new, said):
    assert said in refused(TABLE.replace(old, new))


def test_another_encoding_is_told_with_its_line(refused):
    assert "log.csv:3: this is not UTF-8 text." in refused(TABLE.replace("Bob", "Zoë").encode("cp1252"))
    assert "Say `encoding: utf-16`" in refused(TABLE.encode("utf-16"))


def test_an_empty_file_and_one_without_names_are_refused(refused):
    assert "the file is empty" in refused("")
    assert "there are no column names" in refused("\n\n")


def test_an_id_given_twice_is_told_with_both_places(refused):
    mapping = SIMPLE.replace("{unit:", "{entry: Who, unit:")
    assert "log.csv:2, " in refused(TABLE, mapping)
    assert "log.csv:4: the id Ann is given 2 times" in refused(TABLE, mapping)


def test_a_csv_without_a_mapping_is_refused(written, workdir):
    with pytest.raises(QuorateError, match="needs a mapping"):
        open_table(written("log.csv", TABLE), None, workdir)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("columns: [", ": this is not YAML: did not find"),
        ("colums: {}", "map.yaml:1: there is no key 'colums' here. Did you mean 'columns'?"),
        ("columns:\n  unti: Branch", "map.yaml:2: there is no field 'unti'. Did you mean 'unit'?"),
        ("columns: {unit: Branch, unit: Who}", "map.yaml:1: 'unit' stands here twice"),
        ("columns: {unit: Branch, act: Activity}", "nothing gives 'at'"),
        ("columns: &a {unit: *a}", "anchors and aliases are not taken"),
        ("columns: !!python/name:os.system {}", "tags are not taken"),
        (SIMPLE + "date_format: 'x'\n", "map.yaml:6: the date format 'x' is not taken"),
        (SIMPLE + "delimiter: ';;'\n", "map.yaml:6: a delimiter is one character"),
        (SIMPLE + "encoding: utf-9\n", "map.yaml:6: there is no encoding 'utf-9'"),
        (SIMPLE + "encoding: base64\n", "map.yaml:6: there is no encoding 'base64'"),
        (SIMPLE.replace("partial", "partly"), "map.yaml:4: `record` is 'partly'. Did you mean 'partial'?"),
        (SIMPLE.replace("values: {act:", "values: {ref:"), "map.yaml:2: `values` for 'ref', which no column gives"),
        (SIMPLE.replace("{tier: branch,", "{unit: branch,"), "'unit' is given by `columns` and by `constants`"),
        (
            SIMPLE + "entries:\n  - at: {from: When, precision: moth}\n",
            "there is no precision 'moth'. Did you mean 'month'",
        ),
        (SIMPLE + "entries:\n  - at: 2015-02-31\n", "map.yaml:7: '2015-02-31' is not a date"),
        (SIMPLE + "entries:\n  - at: {frm: When}\n", "map.yaml:7: there is no key 'frm' here. Did you mean 'from'?"),
        (SIMPLE + "entries:\n  - when: {Who: {is: Ann}}\n", "map.yaml:7: there is no key 'is' here"),
        ("[" * 3000, "map.yaml"),
        (b"\xff\xfe\x00", "map.yaml"),
    ],
)
def test_a_mapping_that_cannot_be_read_is_told_with_its_line(refused, mapping, said):
    assert said in refused(TABLE, mapping)
