"""Parquet in: our own as it is, that of others as far as it can be told, and nothing that is broken."""

import datetime as dt
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quorate.errors import QuorateError
from quorate.log.tables.files import Meta, write_parquet
from quorate.log.tables.opening import open_table, to_csv
from quorate.log.tables.schema import schema

AT = dt.datetime(2015, 3, 4, 10)
ROW = {"entry": "n#1", "unit": "n", "seq": 1, "tier": "t", "act": "meeting.open", "at_earliest": AT, "at_latest": AT}


def table(*rows):
    return pa.Table.from_pylist([{**ROW, **row} for row in rows], schema=schema())


@pytest.fixture
def opened(tmp_path, workdir):
    def take(found, name="log.parquet", mapping=None):
        pq.write_table(found, tmp_path / name)
        source = open_table(tmp_path / name, mapping, workdir)
        return source, pa.concat_tables([pq.read_table(path) for path in source.paths]).to_pylist()

    return take


@pytest.fixture
def refused(opened, workdir):
    def message(found, name="log.parquet"):
        with pytest.raises(QuorateError) as error:
            opened(found, name)
        assert [path for path in workdir.iterdir() if path.is_file()] == []
        return str(error.value)

    return message


def test_a_whole_table_is_used_where_it_lies(tmp_path, workdir):
    path = tmp_path / "a [1] *?'.parquet"
    batches = table({}, {"entry": "n#2", "seq": 2}).to_batches()
    assert write_parquet(path, batches, Meta("club", "complete")) == 2
    told = []
    source = open_table(path, None, workdir, lambda done, total: told.append((done, total)))
    assert (source.paths, source.rows, source.charter, source.record) == ((path,), 2, "club", "complete")
    assert told == [(0, 2), (2, 2)]
    assert pq.read_table(path).schema.equals(schema())


def test_batches_of_any_size_become_row_groups_of_one(tmp_path):
    one = table(*[{"entry": f"n#{i}", "seq": i} for i in range(1, 3001)]).to_batches()[0]
    path = tmp_path / "log.parquet"
    assert write_parquet(path, [one] * 100) == 300_000
    meta = pq.read_metadata(path)
    assert [meta.row_group(index).num_rows for index in range(meta.num_row_groups)] == [131072, 131072, 37856]
    assert json.loads(meta.metadata[b"quorate"]) == {"format": 1, "charter": None, "record": None}


def test_nothing_is_left_of_a_table_whose_rows_fail(tmp_path):
    def batches():
        yield table({}).to_batches()[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_parquet(tmp_path / "log.parquet", batches())
    assert list(tmp_path.iterdir()) == []


def test_a_poorer_table_is_filled_up(opened):
    days = pa.table(
        {
            "unit": ["n", "n", "s"],
            "act": ["b", "a", "c"],
            "at_earliest": [dt.date(2015, 3, 5), dt.date(2015, 3, 4), dt.date(2015, 3, 4)],
        }
    )
    source, rows = opened(days)
    assert source.paths[0].name == "log.parquet"
    assert [(r["entry"], r["seq"], r["act"], r["tier"]) for r in rows] == [
        ("n#1", 1, "a", None),
        ("n#2", 2, "b", None),
        ("s#1", 1, "c", None),
    ]
    assert (rows[0]["at_earliest"], rows[0]["at_latest"]) == (dt.datetime(2015, 3, 4), dt.datetime(2015, 3, 4, 23, 59))


@pytest.mark.parametrize(
    ("column", "earliest"),
    [
        (pa.array(["2015-03-04T10:00"]), AT),
        (pa.array(["2015-03-04 10:00:00,5"]), AT.replace(microsecond=500000)),
        (pa.array(["2015-03-04T10:00:00+09:00"]), AT),
        (pa.array(["2015-03-04T10:00Z"]).dictionary_encode(), AT),
        (pa.array(["2015-03-04"], pa.large_string()), AT.replace(hour=0)),
        (pa.array([AT], pa.timestamp("ns")), AT),
        (pa.array([AT], pa.timestamp("ms", "UTC")), AT),
        (pa.array([AT], pa.timestamp("us", "+09:00")), AT.replace(hour=19)),
        (pa.array([AT], pa.timestamp("us", "Asia/Tokyo")), AT.replace(hour=19)),
        (pa.array([AT.date()]), AT.replace(hour=0)),
    ],
    ids=str,
)
def test_dates_are_taken_as_the_clock_there_showed_them(opened, column, earliest):
    _, (row,) = opened(pa.table({"unit": ["n"], "act": ["a"], "at": column}))
    assert row["at_earliest"] == earliest


def test_a_folder_is_one_log(tmp_path, workdir):
    folder = tmp_path / "log"
    folder.mkdir()
    write_parquet(folder / "b.parquet", table({"unit": "s", "entry": "s#1"}).to_batches(), Meta("club", "partial"))
    write_parquet(folder / "a.parquet", table({}).to_batches(), Meta("club", "complete"))
    (folder / "_SUCCESS").touch()
    source = open_table(folder, None, workdir)
    assert [path.name for path in source.paths] == ["a.parquet", "b.parquet"]
    assert (source.rows, source.charter, source.record) == (2, "club", "partial")
    write_parquet(folder / "c.parquet", table({"unit": "z", "entry": "z#1"}).to_batches(), Meta("guild"))
    with pytest.raises(QuorateError, match=r"c.parquet: it is of the charter 'guild'; a.parquet is of 'club'"):
        open_table(folder, None, workdir)


def test_a_folder_without_parquet_and_a_name_without_a_file_are_refused(tmp_path, workdir):
    for path, said in [(workdir, "no Parquet file in this folder"), (tmp_path / "no.parquet", "no such file")]:
        with pytest.raises(QuorateError, match=said):
            open_table(path, None, workdir)
    (tmp_path / "log.doc").write_text("x")
    with pytest.raises(QuorateError, match="cannot be told from its name"):
        open_table(tmp_path / "log.doc", None, workdir)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw[:-20], "cut off after"),
        (lambda raw: raw[: len(raw) // 2], "cut off after"),
        (lambda raw: b"entry,unit\n" + raw, "this is not a Parquet file, whatever its name"),
        (lambda raw: b"", "the file is empty"),
        (lambda raw: raw[:-40] + b"\xff" * 32 + raw[-8:], "log.parquet: "),
        (lambda raw: raw[:4] + b"\0" * 400 + raw[404:], "log.parquet: the file cannot be read whole"),
        (lambda raw: raw[:-8] + b"\xff\xff\xff\x7f" + raw[-4:], "footer cannot be read"),
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path, workdir, change, said):
    path = tmp_path / "log.parquet"
    write_parquet(
        path, table(*[{"entry": f"n#{i}", "seq": i} for i in range(1, 500)]).to_batches(), Meta("c", "partial")
    )
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(QuorateError, match=said):
        open_table(path, None, workdir)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{}, {"seq": 2}], "row 1, "),
        ([{}, {"seq": 2}], "row 2: the id n#1 is given 2 times."),
        ([{}, {"entry": "x"}], "the place in the unit's record n#1 is given 2 times."),
        ([{"unit": None}], "row 1 n#1: the entry names no unit."),
        ([{"act": ""}, {"act": "", "entry": "n#2", "seq": 2}], "the entry names no act (and 1 more)."),
        ([{"at_latest": dt.datetime(2015, 3, 3)}], "the date ends (2015-03-03 00:00:00) before it starts (2015-03-04"),
        ([{"at_earliest": None}], "the entry has no date."),
        ([{}, {"entry": None, "seq": 2}], "row 2: the entry has no 'entry', while others have."),
        ([{"payload": "{present: 12}"}], "the payload '{present: 12}' is not a JSON object."),
        ([{"payload": "[1]"}], "the payload '[1]' is not a JSON object."),
    ],
)
def test_a_row_that_is_no_entry_is_told_with_its_place(refused, rows, said):
    loose = pa.schema([field.with_nullable(True) for field in schema()])
    assert said in refused(pa.Table.from_pylist([{**ROW, **row} for row in rows], schema=loose))


@pytest.mark.parametrize("year", [0, -4, 10_000, 99_999])
def test_a_year_out_of_range_is_refused(refused, year):
    moment = (year - 1970) * 31_556_952 * 1_000_000
    odd = table({}).set_column(5, "at_earliest", pa.array([moment], pa.timestamp("us")))
    odd = odd.set_column(6, "at_latest", pa.array([moment], pa.timestamp("us")))
    assert "row 1 n#1: the date " in refused(odd)


@pytest.mark.parametrize("text", ["2015-02-31", "0000-01-01", "99999-01-01", "yesterday", "2015-3-4", ""])
def test_text_that_is_no_date_is_told_with_its_row(refused, text):
    said = refused(pa.table({"unit": ["n", "n"], "act": ["a", "a"], "at": ["2015-03-04", text]}))
    assert "log.parquet: row 2: " in said
    assert (text or "the entry has no date") in said


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"unti": ["n"], "act": ["a"], "at": [AT]}, "it has no column 'unit'. Did you mean 'unti'?"),
        ({"unit": ["n"], "at": [AT]}, "it has no column 'act'."),
        ({"unit": ["n"], "act": ["a"], "time": [AT]}, "it has no column 'at_earliest' or 'at'."),
        ({"unit": ["n"], "act": ["a"], "at": [1.5]}, "its column 'at' holds double, not dates, times or text."),
        ({"unit": [1.5], "act": ["a"], "at": [AT]}, "its column 'unit' holds double, not text."),
        ({"unit": ["n"], "act": ["a"], "at": [AT], "seq": ["1"]}, "its column 'seq' holds string, not whole numbers."),
    ],
)
def test_wrong_columns_are_named_with_the_nearest(refused, columns, said):
    assert said in refused(pa.table(columns))


def test_columns_with_names_of_their_own_come_in_by_a_mapping(opened, written):
    mapping = written("map.yaml", "columns: {unit: case, act: what, at: 'the time', payload.present: n}\n")
    _, (row,) = opened(pa.table({"case": ["n"], "what": ["a"], "the time": [AT], "n": [12]}), mapping=mapping)
    assert (row["entry"], row["act"], row["at_earliest"], row["payload"]) == ("n#1", "a", AT, '{"present":12}')
    assert row["source"] == "log.parquet:row 1"


def test_a_payload_of_columns_becomes_json(opened):
    _, (row,) = opened(pa.table({"unit": [7], "act": ["a"], "at": [AT], "payload": [{"present": 12}]}))
    assert (row["unit"], json.loads(row["payload"])) == ("7", {"present": 12})


def test_a_table_goes_out_as_csv(tmp_path, opened):
    source, _ = opened(table({"payload": '{"a":"x, y"}', "at_earliest": dt.datetime(1, 1, 1)}))
    to_csv(source, tmp_path / "out.csv")
    head, line = (tmp_path / "out.csv").read_text().splitlines()
    assert head.split(",") == schema().names
    assert line.startswith('"n#1",n,1,t,meeting.open,0001-01-01T00:00:00,2015-03-04T10:00:00,,')
    assert '"{""a"":""x, y""}"' in line
