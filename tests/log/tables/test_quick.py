"""The quick check of large logs says "sound" only of what the full check takes, and always of what is plainly so."""

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_parquet import ROW

from quorate.errors import QuorateError
from quorate.log.tables import opening, quick, sums
from quorate.log.tables.files import OPEN, Meta, Traits, write_parquet
from quorate.log.tables.opening import open_table
from quorate.log.tables.parquet import inspect
from quorate.log.tables.schema import TIMES, schema

LOOSE = pa.schema([field.with_nullable(True) for field in schema()])
FIRST, LAST = dt.datetime.min, dt.datetime.max
several = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
moments = st.one_of(st.datetimes(), st.sampled_from([FIRST, LAST, *OPEN]))
payloads = st.sampled_from([None, "{}", '{"a":[1,2]}', '{"a":"ü\\u0000"}', '{"n":1e400}'])


@st.composite
def logs(draw):
    """Rows of a sound log, in any order."""
    rows = []
    for unit in draw(st.lists(names, max_size=6, unique=True)):
        for seq in range(1, draw(st.integers(1, 12)) + 1):
            early, late = sorted([draw(moments), draw(moments)])
            row = {"entry": f"{unit}#{seq}", "unit": unit, "seq": seq, "act": draw(st.sampled_from(["a", "b.c", "ü"]))}
            row |= {"at_earliest": early, "at_latest": late, "payload": draw(payloads)}
            rows.append(row | {name: draw(st.sampled_from([None, "x", "y"])) for name in ("tier", "organ", "source")})
    return draw(st.permutations(rows))


@st.composite
def written(draw, folder, rows):
    """Write the rows as files of several kinds."""
    table = pa.Table.from_pylist(rows, schema=LOOSE)
    if draw(st.booleans()):
        wide = {name: pa.large_string() for name in draw(st.sets(st.sampled_from(["entry", "unit", "act", "payload"])))}
        table = table.cast(pa.schema([pa.field(field.name, wide.get(field.name, field.type)) for field in LOOSE]))
    cuts = sorted(draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    for number, (start, stop) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
        pq.write_table(
            table.slice(start, stop - start),
            folder / f"{number}.parquet",
            row_group_size=draw(st.integers(1, 30)),
            use_dictionary=draw(st.sampled_from([True, False, ["unit", "payload"], ["entry", "act"]])),
            dictionary_pagesize_limit=draw(st.sampled_from([8, 1 << 20])),
            data_page_size=draw(st.sampled_from([16, 1 << 20])),
            write_statistics=draw(st.booleans()),
            data_page_version=draw(st.sampled_from(["1.0", "2.0"])),
            compression=draw(st.sampled_from(["zstd", "snappy", "none"])),
        )
    return [inspect(path) for path in sorted(folder.glob("*.parquet"))]


FAULTS = {
    "no unit": {"unit": None},
    "an empty unit": {"unit": ""},
    "no act": {"act": None},
    "an empty act": {"act": ""},
    "no first date": {"at_earliest": None},
    "no last date": {"at_latest": None},
    "dates out of order": {"at_earliest": LAST, "at_latest": FIRST},
    "no number": {"seq": None},
    "a number below one": {"seq": 0},
    "a number too high": {"seq": 99},
    "a number below nought": {"seq": -1, "entry": None},
    "no id": {"entry": None},
    "another id": {"entry": "another"},
    "an id written otherwise": {"entry": "n#01"},
    "an id cut off": {"entry": "n#"},
    "a payload that is no JSON": {"payload": "{a:1}"},
    "a payload that is no object": {"payload": "[1]"},
    "a payload cut off": {"payload": '{"a":1'},
    "an object after a space": {"payload": ' {"a":1}'},
    "an empty payload": {"payload": ""},
}


def accepted(files):
    """Whether the full check takes the files as they are."""
    folder = files[0].path.parent
    with tempfile.TemporaryDirectory() as work, pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "LARGE", 1 << 60)
        try:
            source = open_table(folder, None, Path(work))
        except QuorateError:
            return False
    assert source.traits is None
    return source.paths == tuple(file.path for file in files)


def plain(files):
    """The traits, asked of the whole table column by column."""
    table = pa.concat_tables([pq.read_table(file.path).cast(LOOSE) for file in files])
    early, late = (table[name] for name in TIMES)
    dated = table.filter(pc.and_(pc.greater(early, pa.scalar(OPEN[0])), pc.less(late, pa.scalar(OPEN[1]))))
    acts, organs = (Counter(table[name].drop_null().to_pylist()) for name in ("act", "organ"))
    first, last = pc.min(early).as_py(), pc.max(late).as_py()
    own = pc.min(dated[TIMES[0]]).as_py(), pc.max(dated[TIMES[1]]).as_py()
    tierless, sourced = table["tier"].null_count > 0, table["source"].null_count < len(table)
    return Traits(len(table), first, last, *own, acts, organs, tierless, sourced)


@several
@given(rows=logs(), data=st.data())
def test_what_is_plainly_sound_is_told_with_its_traits(rows, data):
    with tempfile.TemporaryDirectory() as folder:
        files = data.draw(written(Path(folder), rows))
        assert quick.sound(files, payload=True) == plain(files)
        assert accepted(files)


@several
@given(rows=logs().filter(len), fault=st.sampled_from(sorted(FAULTS)), data=st.data())
def test_what_is_wrong_anywhere_is_never_sound(rows, fault, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    rows = [dict(row) for row in rows]
    rows[place] |= FAULTS[fault]
    with tempfile.TemporaryDirectory() as folder:
        files = data.draw(written(Path(folder), rows))
        if quick.sound(files, payload=True):
            assert accepted(files)


@several
@given(rows=logs().filter(len), data=st.data())
def test_what_is_given_twice_or_left_out_is_never_sound(rows, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(st.integers(0, len(rows) - 1))
    change = data.draw(st.sampled_from(["twice", "gap", "swapped"]))
    rows = [dict(row) for row in rows]
    if change == "twice":
        rows.insert(other, rows[place])
    elif change == "gap":
        del rows[place]
    else:
        rows[place]["seq"] = rows[other]["seq"]
    with tempfile.TemporaryDirectory() as folder:
        files = data.draw(written(Path(folder), rows)) if rows else []
        if files and quick.sound(files, payload=True):
            assert accepted(files)


@several
@given(rows=logs(), data=st.data())
def test_rows_without_ids_are_sound_if_all_are_without(rows, data):
    rows = [row | {"entry": None} for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        files = data.draw(written(Path(folder), rows))
        assert quick.sound(files, payload=True) == plain(files)
        assert accepted(files)


def one(folder, *rows, **options):
    pq.write_table(
        pa.Table.from_pylist([{**ROW, **row} for row in rows], schema=LOOSE), folder / "a.parquet", **options
    )
    return [inspect(folder / "a.parquet")]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_is_doubtful(tmp_path, fault):
    rows = [{}, {"entry": "n#2", "seq": 2}, {"entry": "s#1", "unit": "s"}]
    assert quick.sound(one(tmp_path, *rows), payload=True)
    for place in range(3):
        bad = [row | FAULTS[fault] if at == place else row for at, row in enumerate(rows)]
        assert quick.sound(one(tmp_path, *bad), payload=True) is None


def test_numbers_that_only_add_up_are_doubtful(tmp_path):
    rows = [{"entry": f"n#{seq}", "seq": seq} for seq in (1, 3, 3, 3)]
    assert quick.sound(one(tmp_path, *rows), payload=False) is None


@pytest.mark.parametrize("unit", ["u", "n#1", "x" * 7, "x" * 8, "x" * 9, "é" * 40, "a\0b"])
def test_ids_are_compared_to_the_last_byte(tmp_path, unit):
    entry = f"{unit}#12"
    rows = [{"unit": unit, "seq": seq, "entry": f"{unit}#{seq}"} for seq in range(1, 13)]
    assert quick.sound(one(tmp_path, *rows), payload=False)
    assert accepted([inspect(tmp_path / "a.parquet")])
    for wrong in [entry[:place] + "~" + entry[place + 1 :] for place in range(len(entry))] + [entry[:-1], f"{entry}0"]:
        assert quick.sound(one(tmp_path, *rows[:-1], rows[-1] | {"entry": wrong}), payload=False) is None


def test_payloads_are_read_only_where_asked(tmp_path):
    files = one(tmp_path, {"payload": "no"})
    assert quick.sound(files, payload=False)
    assert quick.sound(files, payload=True) is None


@pytest.mark.parametrize("name", ["entry", "unit", "act", "payload"])
def test_bytes_that_are_no_text_are_left_to_the_full_check(tmp_path, name):
    field = LOOSE.field(name)
    rows = pa.Table.from_pylist([ROW], schema=LOOSE)
    bad = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, 4], np.int32)), pa.py_buffer(b"a\xff\xed\xa0")]
    )
    pq.write_table(rows.set_column(LOOSE.get_field_index(name), field, bad), tmp_path / "a.parquet")
    files = [inspect(tmp_path / "a.parquet")]
    assert quick.sound(files, payload=True) is None
    assert not accepted(files)


def test_bytes_that_are_no_text_hide_in_neither_id_nor_unit(tmp_path):
    text = [pa.py_buffer(b"\xff#1"), pa.py_buffer(b"\xff")]
    ends = [pa.py_buffer(np.array([0, size], np.int32)) for size in (3, 1)]
    rows = pa.Table.from_pylist([ROW], schema=LOOSE)
    for place, name in enumerate(("entry", "unit")):
        bad = pa.Array.from_buffers(pa.string(), 1, [None, ends[place], text[place]])
        rows = rows.set_column(LOOSE.get_field_index(name), LOOSE.field(name), bad)
    pq.write_table(rows, tmp_path / "a.parquet")
    assert quick.sound([inspect(tmp_path / "a.parquet")], payload=True) is None


@pytest.mark.parametrize(
    ("extra", "known"),
    [("more", True), ("Unit", False), ("filename", False), ("File_Row_Number", False)],
)
def test_columns_duckdb_would_take_otherwise_are_left_to_it(tmp_path, extra, known):
    table = pa.Table.from_pylist([ROW], schema=LOOSE).append_column(extra, pa.array(["z"]))
    pq.write_table(table, tmp_path / "a.parquet")
    assert bool(quick.sound([inspect(tmp_path / "a.parquet")], payload=True)) == known


@pytest.mark.parametrize(("what", "limit"), [("MOST_ROWS", 1), ("MOST_BYTES", 64), ("MOST_KINDS", 0)])
def test_what_takes_too_much_memory_is_left_to_the_full_check(tmp_path, monkeypatch, what, limit):
    files = one(tmp_path, {}, {"entry": "n#2", "seq": 2})
    assert quick.sound(files, payload=True)
    monkeypatch.setattr(quick, what, limit)
    assert quick.sound(files, payload=True) is None


def test_units_are_told_apart_however_many(tmp_path, monkeypatch):
    rows = [{"unit": f"u{unit}", "seq": seq, "entry": f"u{unit}#{seq}"} for seq in (1, 2) for unit in range(5000)]
    files = one(tmp_path, *rows, row_group_size=700)
    assert quick.sound(files, payload=True) == plain(files)
    monkeypatch.setattr(sums, "MOST_UNITS", 4000)
    assert quick.sound(files, payload=True) is None


def test_payloads_are_asked_of_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(quick, "HELD", 100)
    rows = [{"seq": seq, "entry": f"n#{seq}", "payload": f'{{"a":{seq}}}'} for seq in range(1, 200)]
    assert quick.sound(one(tmp_path, *rows, row_group_size=7), payload=True)
    rows[99]["payload"] = '{"a":}'
    assert quick.sound(one(tmp_path, *rows, row_group_size=7), payload=True) is None


def test_a_large_log_is_opened_with_its_traits(tmp_path, workdir, monkeypatch):
    monkeypatch.setattr(opening, "LARGE", 0)
    files, told = one(tmp_path, {}, {"entry": "n#2", "seq": 2}), []
    source = open_table(files[0].path, None, workdir, lambda done, total: told.append((done, total)))
    assert (source.paths, source.rows, source.traits) == ((files[0].path,), 2, plain(files))
    assert told == [(0, 2), (2, 2)]
    with pytest.raises(QuorateError, match="row 2: the id n#1 is given 2 times"):
        open_table(one(tmp_path, {}, {"seq": 2})[0].path, None, workdir)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_file_with_bytes_changed_is_sound_only_if_taken_or_if_nothing_it_says_is_changed(data):
    """In a page's head are bytes nobody needs, of which DuckDB refuses some and Arrow reads on."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [{"entry": f"n#{i}", "seq": i, "payload": '{"a":1}'} for i in range(1, 9)]
        files = one(Path(folder), *rows, compression=data.draw(st.sampled_from(["none", "zstd"])))
        raw, table = files[0].path.read_bytes(), pq.read_table(files[0].path)
        place = data.draw(st.integers(4, len(raw) - 9))
        files[0].path.write_bytes(raw[:place] + data.draw(st.binary(min_size=1, max_size=4)) + raw[place + 1 :])
        try:
            files = [inspect(files[0].path)]
        except QuorateError:
            return
        if files[0].conforms() and quick.sound(files, payload=True) and not accepted(files):
            read = ["entry", "unit", "seq", "act", *TIMES, "organ", "payload"]
            assert pq.read_table(files[0].path, columns=read).equals(table.select(read))


@pytest.mark.parametrize("place", [-1, 1])
def test_a_place_outside_the_list_of_texts_is_doubtful(tmp_path, place):
    column = pa.DictionaryArray.from_arrays(pa.array([place], pa.int32()), pa.array(["a"]), safe=False)
    with pytest.raises(quick._Doubt):
        quick._coded(column)


def test_our_own_files_are_known_by_what_they_say(tmp_path, workdir, monkeypatch):
    monkeypatch.setattr(opening, "LARGE", 0)
    batches = pa.Table.from_pylist([{**ROW, "payload": "as it is"}], schema=schema()).to_batches()
    write_parquet(tmp_path / "a.parquet", batches, Meta("club", "complete"))
    source = open_table(tmp_path / "a.parquet", None, workdir)
    assert source.traits is not None
    assert (source.charter, source.record) == ("club", "complete")
