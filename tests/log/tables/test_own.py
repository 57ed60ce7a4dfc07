"""Our own logs as tables: a record, its export and its entries give the same rows."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from log_files import small, written
from log_streams import chain

from quorate.errors import QuorateError
from quorate.log import GENESIS, Entry, seal
from quorate.log.checkpoint import new_key
from quorate.log.export import export, load
from quorate.log.stores.sqlite import SqliteStore
from quorate.log.tables.opening import export_parquet, open_table
from quorate.log.tables.own import from_entries
from quorate.log.tables.schema import schema


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """A folder with a record and its export, of entries that also hold the record's own stream."""
    folder = tmp_path_factory.mktemp("logs")
    store = small(new_key(folder / "key"))
    at = "2015-01-01T00:00"
    payload = {"charter": "club", "files": {"charter.yaml": "x"}}
    adopted = Entry("@record", 1, "@record", "charter.adopt", at, at, payload=payload, prev=GENESIS)
    store.append([seal(adopted)[0]])
    with (folder / "log.log").open("wb") as out:
        export(store, out, sealed=True)
    with SqliteStore(folder / "record.db") as record:
        load(record, folder / "log.log")
    return folder, [entry for unit in sorted(store.units()) for entry in store.read(unit)]


@pytest.mark.parametrize("name", ["log.log", "record.db", "."])
def test_a_record_and_its_export_are_the_same_table(logs, workdir, name):
    folder, entries = logs
    source = open_table(folder / name, None, workdir)
    assert (source.charter, source.record, source.rows) == ("club", "complete", len(entries) - 1)
    expected = pa.Table.from_batches(from_entries(entries))
    assert pq.read_table(source.paths[0]).equals(expected)
    assert expected.schema.equals(schema())
    assert "@record" not in expected["unit"].to_pylist()
    again = open_table(source.paths[0], None, workdir)
    assert again == source


def test_progress_is_told_in_entries(logs, tmp_path):
    told = []
    export_parquet(logs[0] / "record.db", tmp_path / "out.parquet", lambda done, total: told.append((done, total)))
    assert told[-1] == (len(logs[1]), len(logs[1]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw[:-30], "the export ends too early"),
        (lambda raw: raw[: raw.rindex(b"end ")], "the export ends too early"),
        (lambda raw: raw[:900], "the export ends too early|cannot be read"),
        (lambda raw: b"", "this is not an export"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "this is not an export"),
        (lambda raw: raw + b"more\n", "this line has no place"),
        (lambda raw: raw.replace(b'"act":"plan.adopt"', b'"act":"plan.ad\xff\xff"'), "an entry cannot be read"),
        (lambda raw: raw.replace(b'"act":"plan.adopt"', b'"act":7'), "an entry cannot be read"),
        (lambda raw: raw.replace(b'"at_latest":"2015', b'"at_latest":"20 5'), "date cannot be read"),
    ],
)
def test_an_export_that_is_not_whole_is_refused_and_leaves_nothing(logs, tmp_path, workdir, change, said):
    path = tmp_path / "log.log"
    path.write_bytes(change((logs[0] / "log.log").read_bytes()))
    with pytest.raises(QuorateError, match=said):
        open_table(path, None, workdir)
    assert list(workdir.iterdir()) == []


def test_an_export_made_without_our_code_comes_in(tmp_path, workdir):
    path = tmp_path / "log.jsonl"
    path.write_bytes(written({"payload": {"present": ["a", "b"]}, "at_latest": "2015-01-01"}, {"seq": 2}))
    source = open_table(path, None, workdir)
    first = pq.read_table(source.paths[0]).to_pylist()[0]
    assert (first["payload"], first["clause"], source.charter) == ('{"present":["a","b"]}', None, None)


def test_entries_in_memory_become_batches_in_their_order():
    table = pa.Table.from_batches(from_entries(chain("n", 3)))
    assert table["entry"].to_pylist() == ["n#1", "n#2", "n#3"]


def test_another_database_is_refused(tmp_path, workdir):
    (tmp_path / "x.db").write_bytes(b"not a database at all, but long enough to look at" * 50)
    with pytest.raises(QuorateError):
        open_table(tmp_path / "x.db", None, workdir)
    mapping = tmp_path / "map.yaml"
    mapping.write_text("record: partial")
    with pytest.raises(QuorateError, match="needs no mapping"):
        open_table(tmp_path / "x.db", mapping, workdir)
