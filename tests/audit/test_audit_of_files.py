"""Files of others against a small charter, as `quorate audit` and `quorate.audit` take them: what is wrong with one is
said, with the place, and nothing is written.
"""

import gzip
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import quorate
from quorate.cli.failing import run
from quorate.errors import QuorateError

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "audit.md"


@pytest.fixture
def diary(tmp_path, monkeypatch):
    """The guide's diary, mapping and charter, in a folder one stands in."""
    import re

    text = GUIDE.read_text(encoding="utf-8")
    for name, content in re.findall(r"^`([^`]+)`:\n\n```(?:yaml|csv)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def table(**columns):
    rows = {"unit": ["RC"] * 3, "act": ["meeting.open"] * 3, "at_earliest": ["2025-02-01", "2025-03-01", "2025-04-01"]}
    return pa.table(rows | {"organ": ["board"] * 3} | columns)


def saved(columns, name="log.parquet"):
    pq.write_table(columns if isinstance(columns, pa.Table) else table(**columns), name)
    return name


def cut(name):
    raw = Path(saved({}, name)).read_bytes()
    Path(name).write_bytes(raw[: len(raw) // 2])
    return name


BOMB = """<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<log><trace><string key="concept:name" value="RC"/>
<event><string key="concept:name" value="&b;"/></event></trace></log>"""


def bomb(name, packed=False):
    (gzip.open if packed else open)(name, "wt").write(BOMB)
    return name


def of_another_charter(name):
    rows = table().replace_schema_metadata(
        {"quorate": json.dumps({"format": 1, "charter": "choir", "record": "complete"})}
    )
    pq.write_table(rows, name)
    return name


def knows_nothing(name):
    return saved({"act": ["sing", "dance", "rest"], "organ": ["choir"] * 3}, name)


BAD = {
    "a Parquet file cut short": (lambda: cut("cut.parquet"), "cut.parquet"),
    "text that calls itself Parquet": (lambda: shutil.copy("diary.csv", "text.parquet"), "text.parquet"),
    "a Parquet file without dates": (lambda: saved(table().drop(["at_earliest"]), "dateless.parquet"), "at_earliest"),
    "a day that is none": (
        lambda: saved({"at_earliest": ["2025-02-01", "2025-02-30", "2025-04-01"]}, "day.parquet"), "2025-02-30",
    ),
    "an id given twice": (lambda: saved({"entry": ["a", "b", "a"]}, "twice.parquet"), "a is given 2 times"),
    "an XES file with a bomb in it": (lambda: bomb("bomb.xes"), "bomb.xes"),
    "a packed one": (lambda: bomb("bomb.xes.gz", packed=True), "bomb.xes.gz"),
    "a log of another charter": (lambda: of_another_charter("other.parquet"), "choir"),
    "a log nothing of which the charter knows": (lambda: knows_nothing("alien.parquet"), "no organ, unit or act"),
    "a file that is not there": (lambda: "nowhere.csv", "nowhere.csv"),
    "a log without entries": (lambda: saved(table().slice(0, 0), "empty.parquet"), "no entries"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_told_with_its_place_and_nothing_is_written(what, diary, capsys):
    make, place = BAD[what]
    log = str(make())
    before = sorted(path.name for path in diary.rglob("*"))
    code = run(["audit", log, "--charter", "rowing", "--html", "report.html", "--csv", "findings.csv", "--out", "kept"])
    told = capsys.readouterr()
    assert code == 2, told
    assert place in told.err
    assert "Traceback" not in told.err
    assert not told.out
    assert sorted(path.name for path in diary.rglob("*")) == before


def test_a_csv_with_other_columns_is_told_with_file_and_line(diary, capsys):
    (diary / "diary.csv").write_text("Day,What,About\n2025-01-14,Board met,\n", encoding="utf-8")
    assert run(["audit", "diary.csv", "--mapping", "diary.yaml", "--charter", "rowing"]) == 2
    told = capsys.readouterr().err
    assert "diary.yaml" in told or "diary.csv" in told
    assert "Date" in told


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [("--clause", "board.meet", "board.meets"), ("--from", "2025-13-01", "2025-13-01"), ("--to", "2020-01-01", "2020")],
)
def test_an_option_that_means_nothing_is_told(option, value, word, diary, capsys):
    code = run(["audit", "diary.csv", "--mapping", "diary.yaml", "--charter", "rowing", option, value])
    assert code == 2
    assert word in capsys.readouterr().err


def test_a_table_in_memory_is_audited_as_the_file_is(diary):
    rows = table(ref=[None] * 3, tier=["club"] * 3)
    found = quorate.audit(rows, "rowing", start="2025-01-01", until="2025-05-01")
    assert found.totals["breached"] == 1  # January
    assert found.to_pandas().query("verdict == 'breached'").key.tolist() == ["2025-01/1"]
    as_frame = quorate.audit(rows.to_pandas(), "rowing", start="2025-01-01", until="2025-05-01")
    assert as_frame.totals == found.totals
    assert "board.meets" in found._repr_html_()


def test_an_imprecise_date_is_possibly_in_time(diary):
    rows = table(
        at_earliest=["2025-02-01", "2025-03-20", "2025-05-01"], at_latest=["2025-02-01", "2025-04-10", "2025-05-01"]
    )
    found = quorate.audit(rows, "rowing", start="2025-02-01", until="2025-06-15", record="complete")
    verdicts = {row["key"]: row["verdict"] for row in found.to_arrow().to_pylist() if row["key"].endswith("/1")}
    assert verdicts == {
        "2025-02/1": "kept", "2025-03/1": "possibly breached", "2025-04/1": "possibly breached", "2025-05/1": "kept",
    }  # fmt: skip


def test_what_a_partial_record_lacks_is_unknown_and_what_it_shows_is_breached(diary):
    found = quorate.audit("diary.csv", "rowing", mapping="diary.yaml", start="2025-01-01", record="partial")
    assert found.totals["breached"] == 1
    assert [row["how"] for row in found.rows("breached")] == ["late"]
    assert {row["key"] for row in found.rows("unknown")} == {"2025-03/1", "early starts/answered"}


def test_sources_are_carried_with_each_verdict(diary):
    found = quorate.audit("diary.csv", "rowing", mapping="diary.yaml", start="2025-01-01")
    late = next(found.rows("breached"))
    assert late["sources"] == ["diary.csv:6", "diary.csv:8"]


def test_findings_go_out_as_json_and_csv(diary):
    assert run(["audit", "diary.csv", "-m", "diary.yaml", "-c", "rowing", "--csv", "found.csv", "--out", "kept"]) == 1
    lines = Path("found.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("clause,unit,key,period,on,verdict")
    assert len(lines) == 4
    assert pq.read_table("kept/findings").num_rows > 4


def test_findings_kept_in_a_folder_are_those_of_the_last_audit_alone(diary):
    asked = ["audit", "diary.csv", "-m", "diary.yaml", "-c", "rowing", "--out", "kept"]
    run(asked)
    run([*asked, "--clause", "board.meets"])
    assert set(pq.read_table("kept/findings")["clause"].to_pylist()) == {"board.meets"}


def test_a_folder_that_holds_other_things_is_left_alone(diary, capsys):
    (diary / "kept" / "findings").mkdir(parents=True)
    (diary / "kept" / "findings" / "novel.txt").write_text("Chapter 1", encoding="utf-8")
    assert run(["audit", "diary.csv", "-m", "diary.yaml", "-c", "rowing", "--out", "kept"]) == 2
    assert "holds more than findings" in capsys.readouterr().err
    assert (diary / "kept" / "findings" / "novel.txt").read_text(encoding="utf-8") == "Chapter 1"


def test_a_library_user_gets_errors_of_ours(diary):
    with pytest.raises(QuorateError):
        quorate.audit("nowhere.parquet", "rowing")
