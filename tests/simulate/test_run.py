"""Simulations as they are run: the same bytes however many processes, whole or not at all, gone on with where broken
off."""

import json
import multiprocessing
import subprocess
import sys
import threading
import time

import pyarrow.parquet as pq
import pytest

from quorate.log.tables.opening import open_table
from quorate.log.tables.schema import schema
from quorate.simulate.run import Killed, NotEmpty, NotTheSame, simulate
from quorate.simulate.writing import Writer
from simulate.small import digests, plan


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, simulate(plan(), out)


def test_two_processes_write_the_same_bytes_as_one(whole, tmp_path):
    simulate(plan(), tmp_path / "out", jobs=2)
    assert digests(tmp_path / "out" / "log") == digests(whole[0] / "log")


def test_another_seed_writes_another_log(whole, tmp_path):
    simulate(plan(seed=2), tmp_path / "out")
    assert digests(tmp_path / "out" / "log") != digests(whole[0] / "log")


def test_the_log_has_the_logs_own_schema_and_every_stream_is_whole(whole):
    out, summary = whole
    table = pq.read_table(out / "log")
    assert table.schema.remove_metadata().types == schema().types
    assert table.schema.names == schema().names
    assert table.num_rows == summary.entries == sum(summary.by_act.values()) == sum(summary.by_month.values())
    counts = table.group_by("unit").aggregate([("seq", "max"), ("seq", "count"), ("entry", "count_distinct")])
    assert counts.num_rows == summary.units
    assert counts["seq_max"].to_pylist() == counts["seq_count"].to_pylist()
    ids = [f"{row['unit']}#{row['seq']}" for row in table.select(["unit", "seq"]).slice(0, 500).to_pylist()]
    assert table["entry"].slice(0, 500).to_pylist() == ids


def test_every_payload_is_json_as_canonical_bytes_have_it(whole):
    table = pq.read_table(whole[0] / "log", columns=["act", "payload"])
    seen = {}
    for row in table.to_pylist():
        if row["payload"] is not None and seen.setdefault(row["act"], 0) < 40:
            seen[row["act"]] += 1
            value = json.loads(row["payload"])
            assert row["payload"] == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert len(seen) > 8


def test_what_was_written_opens_as_a_log(whole, tmp_path):
    source = open_table(whole[0] / "log", None, tmp_path)
    assert (source.rows, source.charter, source.record) == (whole[1].entries, "wpk-provincial", "complete")


class BrokenOff(BaseException):
    pass


def test_what_is_broken_off_is_no_log_and_is_gone_on_with_to_the_same_bytes(whole, tmp_path, monkeypatch):
    out, write = tmp_path / "out", Writer.month

    def interrupted(self, name, rows, parts, kept):
        if name == "2016-03":
            raise BrokenOff
        return write(self, name, rows, parts, kept)

    monkeypatch.setattr(Writer, "month", interrupted)
    with pytest.raises(BrokenOff):
        simulate(plan(), out)
    assert not (out / "log").exists()
    assert json.loads((out / "simulation.json").read_text())["finished"] is False
    before = {file.name: file.stat().st_mtime_ns for file in (out / "log.unfinished").iterdir()}
    assert before
    monkeypatch.undo()
    simulate(plan(), out, resume=True)
    assert digests(out / "log") == digests(whole[0] / "log")
    assert {name: (out / "log" / name).stat().st_mtime_ns for name in before} == before, "whole months stay as they are"


def test_what_is_finished_is_not_done_again(whole):
    before = {file.name: file.stat().st_mtime_ns for file in (whole[0] / "log").iterdir()}
    assert simulate(plan(), whole[0], resume=True).entries == whole[1].entries
    assert {file.name: file.stat().st_mtime_ns for file in (whole[0] / "log").iterdir()} == before


def test_a_folder_with_something_in_it_is_left_alone(whole, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(NotEmpty):
        simulate(plan(), tmp_path)
    with pytest.raises(NotEmpty):
        simulate(plan(), whole[0])
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("changed", "named"), [({"seed": 5}, "seed"), ({"last": "2016-04-30"}, "to"), ({"scale": 0.001}, "scale")]
)
def test_what_was_begun_otherwise_is_not_gone_on_with(whole, changed, named):
    with pytest.raises(NotTheSame) as error:
        simulate(plan(**changed), whole[0], resume=True)
    assert named in str(error.value)


FULL = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from quorate.log.tables.errors import CannotWriteTable
from quorate.simulate.run import simulate
from simulate.small import plan
made = plan()
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    simulate(made, Path({out!r}))
except CannotWriteTable as error:
    print(error)
    sys.exit(7)
"""


def test_a_full_disk_is_told_and_leaves_no_file_that_reads_as_whole(tmp_path, request):
    tests = str(request.config.rootpath / "tests")
    code = FULL.format(tests=tests, out=str(tmp_path / "out"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert "cannot be written" in done.stdout
    assert not (tmp_path / "out" / "log").exists()
    for file in (tmp_path / "out" / "log.unfinished").iterdir():
        pq.read_table(file)
        assert file.stat().st_size < 20_000


def test_what_fails_in_another_process_is_told_as_here(tmp_path, request):
    tests = str(request.config.rootpath / "tests")
    code = FULL.format(tests=tests, out=str(tmp_path / "out")).replace("out'))", "out'), jobs=2)")
    guarded = "if __name__ == '__main__':\n" + "".join(f"    {line}\n" for line in code.strip().splitlines())
    (tmp_path / "full.py").write_text(guarded)
    done = subprocess.run([sys.executable, tmp_path / "full.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, "cannot be written" in done.stdout) == (7, True), done.stderr
    assert not (tmp_path / "out" / "log").exists()


def test_a_process_that_is_killed_is_told_of_and_the_run_can_be_gone_on_with(whole, tmp_path):
    def kill():
        while not (children := multiprocessing.active_children()):
            time.sleep(0.01)
        children[0].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(Killed, match="ended from outside"):
        simulate(plan(), tmp_path / "out", jobs=2)
    killer.join()
    assert not (tmp_path / "out" / "log").exists()
    simulate(plan(), tmp_path / "out", resume=True)
    assert digests(tmp_path / "out" / "log") == digests(whole[0] / "log")
