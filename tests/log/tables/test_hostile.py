"""Whatever bytes come in, they are a log or a refusal that says where; never a traceback, never half a table."""

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_csv import RICH, ROSTER, SIMPLE, TABLE
from test_parquet import table
from test_xes import LOG

from quorate.errors import QuorateError
from quorate.log.tables.files import Meta, write_parquet
from quorate.log.tables.mapfile import read_mapping
from quorate.log.tables.opening import open_table

DOCS = Path(__file__).parents[3] / "docs" / "reference" / "logs.md"
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def taken(name, content, mapping=None):
    """Open the content as a file of this name; what is refused leaves nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        path, plan, work = Path(folder) / name, Path(folder) / "map.yaml", Path(folder) / "work"
        work.mkdir()
        path.write_bytes(content)
        if mapping is not None:
            plan.write_bytes(mapping)
        try:
            return open_table(path, plan if mapping is not None else None, work).rows
        except QuorateError as error:
            refusal = error
        assert refusal.where
        assert [item for item in work.iterdir() if item.is_file()] == []
        return None


def parquet():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.parquet"
        rows = [{"entry": f"n#{i}", "seq": i, "payload": '{"a":1}'} for i in range(1, 9)]
        write_parquet(path, table(*rows).to_batches(), Meta("club", "partial"))
        return path.read_bytes()


WHOLE = {
    "log.csv": (TABLE.encode(), SIMPLE.encode()),
    "log.xes": (LOG.encode(), None),
    "log.parquet": (parquet(), None),
}


@few
@given(name=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_a_file_with_bytes_changed_or_cut_is_taken_or_refused(name, data):
    content, mapping = WHOLE[name]
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start, min(len(content), start + 8)))
    put = data.draw(st.binary(max_size=6))
    tail = data.draw(st.sampled_from([None, 0, 1]))
    taken(name, content[:start] + put + (content[end:] if tail is None else b"" * tail), mapping)


@few
@given(table=st.sampled_from([TABLE, ROSTER]), data=st.data())
def test_a_mapping_with_bytes_changed_is_used_or_refused(table, data):
    mapping = data.draw(st.sampled_from([SIMPLE, RICH])).encode()
    start = data.draw(st.integers(0, len(mapping) - 1))
    put = data.draw(st.sampled_from([b"", b"[", b"{", b": ", b"null", b"~", b"\n", b"  ", b"- ", b'"', b"\xff", b"*"]))
    taken("log.csv", table.encode(), mapping[:start] + put + mapping[start + data.draw(st.integers(0, 9)) :])


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@few
@given(st.lists(st.tuples(cells, cells, st.dates()), max_size=20))
def test_any_text_a_spreadsheet_can_hold_comes_through(rows):
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([("u", "x", "d"), *((f"u{unit}", text, day) for unit, text, day in rows)])
    mapping = b"columns: {unit: u, payload.x: x, at: d}\nconstants: {act: a}\n"
    assert taken("log.csv", out.getvalue().encode(), mapping) == len(rows)


@pytest.mark.parametrize("part", range(len(re.findall(r"```yaml\n", DOCS.read_text()))))
def test_every_mapping_in_the_reference_can_be_read(tmp_path, part):
    text = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL)[part]
    (tmp_path / "map.yaml").write_text(text)
    assert read_mapping(tmp_path / "map.yaml", xes=text.startswith("trace")).templates


def test_the_reference_example_of_several_kinds_works(tmp_path):
    text = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL)[1]
    head = "Branch,Source,Kind,Date,Attendance,Post,Name,Until\n"
    rows = "north,minutes,annual meeting,2015-03,12,,,\nnorth,letter,appointment,2015,,Chair,Ann,2016-02-01\n"
    assert taken("log.csv", f"{head}{rows}north,,social,2015,,,,\n".encode(), text.encode()) == 2


def test_a_table_with_no_rows_is_a_log_with_no_entries(tmp_path):
    assert taken("log.csv", TABLE.splitlines()[0].encode(), SIMPLE.encode()) == 0
    assert taken("log.xes", b"<log/>") == 0
    write_parquet(tmp_path / "none.parquet", [])
    assert taken("log.parquet", (tmp_path / "none.parquet").read_bytes()) == 0
