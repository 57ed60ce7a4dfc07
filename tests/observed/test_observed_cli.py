"""`quorate roster --log`: what it prints, and what it says to somebody who asks wrongly."""

import contextlib
import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from observed_files import CHARTER, OBSERVED

from quorate.cli.failing import run

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
import guide

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "observed.md"


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    monkeypatch.setenv("COLUMNS", guide.WIDTH)
    for name in ("QUORATE_RECORD", "QUORATE_ON", "QUORATE_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def asked(*arguments, log=OBSERVED, charter=CHARTER):
    out, err = io.StringIO(), io.StringIO()
    named = ["--charter", str(charter)] if charter else []
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["roster", "--log", str(log), *named, *arguments])
    return code, out.getvalue(), err.getvalue()


def test_the_examples_of_the_guide_print_what_the_guide_says(tmp_path, monkeypatch):
    shutil.copytree(CHARTER.parent, tmp_path / "charters")
    monkeypatch.chdir(tmp_path)
    examples = guide.examples(GUIDE.read_text(encoding="utf-8"))
    assert len(examples) >= 3
    for command, expected in examples:
        actual = guide.called(command)
        assert guide.agrees(expected, actual), "\n".join([f"$ {command}", *actual])


def test_json_holds_what_the_table_shows_and_the_evidence():
    code, out, err = asked("--on", "2014-06-01", "--office", "chief-secretary", "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert (answer["on"], answer["charter"], answer["entries"]) == ("2014-06-01", "wpk-provincial", 104)
    units = {line["unit"]: line for line in answer["posts"][0]["units"]}
    assert len(units) == 12
    (holder,) = units["KP-02"]["holders"]
    assert holder["person"] == {"id": "pak-thae-song", "name": "Pak Thae-song", "label": "박태성"}
    assert (holder["held"], holder["took"], holder["left"]) == ("certainly", "../2014-05-14", "2017-04-11/2017-10-31")
    assert {proof["act"] for proof in holder["evidence"]} == {"office.take", "office.seen", "office.leave"}
    assert all(proof["source"] for proof in holder["evidence"])


def test_one_unit_alone_can_be_asked_about():
    code, out, _ = asked("--on", "2014-06-01", "--unit", "KP-05")
    assert code == 0
    assert "Kim Rak-hui" in out
    assert "KP-06" not in out


def test_last_is_the_last_day_that_any_entry_tells():
    code, out, _ = asked("--on", "last", "--json")
    assert (code, json.loads(out)["on"]) == (0, "2023-12-31")


def test_a_table_of_any_kind_is_asked_in_the_same_way(tmp_path):
    from quorate.log.tables.opening import open_table

    source = open_table(OBSERVED / "officials.csv", OBSERVED / "officials.yaml", tmp_path)
    _, by_folder, _ = asked("--on", "2014-06-01", "--json")
    code, by_file, _ = asked("--on", "2014-06-01", "--json", log=source.paths[0])
    assert code == 0
    assert json.loads(by_file)["posts"] == json.loads(by_folder)["posts"]
    _, by_csv, _ = asked("--on", "2014-06-01", "--json", log=OBSERVED / "officials.csv")
    assert json.loads(by_csv)["posts"] == json.loads(by_folder)["posts"]


def test_a_record_named_in_the_environment_does_not_get_in_the_way(monkeypatch):
    monkeypatch.setenv("QUORATE_RECORD", "nowhere")
    assert asked("--on", "2014-06-01")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--on", "2014-02-30"], ["'2014-02-30' is not a date"]),
        (["--on", "soon"], ["'soon' is not a date"]),
        (["--office", "chief-secretery"], ["no office 'chief-secretery'", "chief-secretary"]),
        (["--unit", "KP-2"], ["no unit 'KP-2'", "KP-"]),
        (["book"], ["do not go together"]),
    ],
)
def test_what_is_asked_wrongly_is_told_with_the_next_step(arguments, told):
    code, out, err = asked(*arguments)
    assert (code, out) == (2, "")
    assert all(part in err for part in told), err


def test_a_log_without_its_charter_is_refused():
    code, _, err = asked("--on", "2014-06-01", charter=None)
    assert code == 2
    assert "--charter" in err


def test_a_log_of_another_charter_is_refused():
    code, _, err = asked("--on", "2014-06-01", charter=CHARTER.parent / "debian-project")
    assert code == 2
    assert "wpk-provincial" in err
    assert "debian" in err


def test_options_for_logs_are_refused_on_a_record():
    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        assert run(["roster", "book", "--unit", "B1", "--office", "chair"]) == 2
    assert "--log" in err.getvalue()


def test_a_folder_without_a_log_and_a_file_without_its_mapping_are_told(tmp_path):
    code, _, err = asked(log=tmp_path / "nowhere")
    assert code == 2
    assert "nowhere" in err
    assert asked(log=tmp_path)[0] == 2
    shutil.copy(OBSERVED / "officials.csv", tmp_path / "officials.csv")
    code, _, err = asked(log=tmp_path)
    assert code == 2
    assert "officials.csv" in err
    assert "officials.yaml" in err


def test_a_record_is_not_asked_as_a_log_since_it_knows_who_held_what_at_its_opening(tmp_path):
    (tmp_path / "record.db").touch()
    code, out, err = asked(log=tmp_path)
    assert (code, out) == (2, "")
    assert "quorate roster RECORD" in err


def test_an_id_given_by_two_files_of_a_folder_is_told(tmp_path):
    for name in ("officials", "again"):
        shutil.copy(OBSERVED / "officials.csv", tmp_path / f"{name}.csv")
        shutil.copy(OBSERVED / "officials.yaml", tmp_path / f"{name}.yaml")
    code, out, err = asked(log=tmp_path)
    assert (code, out) == (2, "")
    assert "officials.csv" in err
    assert "two entries have the id" in err


def test_a_row_that_the_mapping_cannot_read_is_told_with_its_line(tmp_path):
    shutil.copy(OBSERVED / "officials.yaml", tmp_path)
    text = (
        (OBSERVED / "officials.csv")
        .read_text(encoding="utf-8")
        .replace("2010-07,month,2014-04", "2010-77,month,2014-04")
    )
    (tmp_path / "officials.csv").write_text(text, encoding="utf-8")
    before = set(tmp_path.iterdir())
    code, _, err = asked(log=tmp_path)
    assert code == 2
    assert "officials.csv:3" in err
    assert set(tmp_path.iterdir()) == before


def test_the_command_does_not_load_heavy_libraries_to_show_its_help():
    import subprocess

    heavy = "{'pyarrow', 'duckdb', 'pandas', 'numpy', 'ibis'}"
    code = f"import sys; import quorate.cli.roster, quorate.views.observed; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
