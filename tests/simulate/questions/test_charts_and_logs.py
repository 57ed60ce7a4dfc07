"""Charts are the same bytes each time and refuse what they cannot be; logs are read from wherever they lie."""

import json
import xml.etree.ElementTree as ET

import pyarrow.parquet as pq
import pytest

from quorate.log.tables.errors import DamagedTable, NoTable
from quorate.log.tables.files import Meta, write_parquet
from quorate.log.tables.schema import schema
from quorate.simulate.questions.backlog import backlog
from quorate.simulate.questions.compare import compare
from quorate.simulate.questions.conferences import conferences
from quorate.simulate.questions.diffusion import diffusion
from quorate.simulate.questions.errors import CannotDraw, NothingToAnswer
from quorate.simulate.questions.log import Log, logs_of
from quorate.simulate.questions.vacancies import vacancies

from .little import charter, lived
from .test_compare import runs
from .test_diffusion import chain

pytestmark = pytest.mark.xdist_group("questions")


@pytest.fixture(scope="module")
def answers():
    log = lived()[1]
    return {
        "diffusion": diffusion([log], charter()),
        "backlog": backlog([log], charter(), matters=["task", "directive", "case", "programme"]),
        "vacancies": vacancies([log], charter()),
        "conferences": conferences(charter(), "2016-05-06"),
        "compare": compare(runs(2, 4, 6, 8, 10, 12), runs(5, 7, 9, 11, 13, 15), charter(), charter()),
    }


QUESTIONS = ("diffusion", "backlog", "vacancies", "conferences", "compare")


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_chart_is_the_same_bytes_each_time_and_tells_no_date(answers, name, tmp_path):
    for file in ("one.svg", "two.svg"):
        answers[name].chart(tmp_path / file)
    text = (tmp_path / "one.svg").read_bytes()
    assert text == (tmp_path / "two.svg").read_bytes()
    assert b"dc:date" not in text
    assert ET.fromstring(text).tag.endswith("svg")


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_chart_may_be_a_png(answers, name, tmp_path):
    answers[name].chart(tmp_path / "chart.PNG")
    assert (tmp_path / "chart.PNG").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_is_json_words_and_tables_of_even_rows(answers, name):
    answer = answers[name]
    told = json.loads(json.dumps(answer.as_dict()))
    assert (told["question"], told["answer"]) == (name, answer.words())
    assert answer.tables()[0] == answer.table()
    for table in answer.tables():
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert len(table.records()) == len(table.rows)
    keys = [headline.key for headline in answer.headlines()]
    assert keys
    assert len(keys) == len(set(keys))


def test_a_chart_of_another_kind_or_in_no_folder_is_refused(answers, tmp_path):
    with pytest.raises(CannotDraw, match="SVG or PNG"):
        answers["backlog"].chart(tmp_path / "chart.pdf")
    with pytest.raises(CannotDraw, match="cannot be written"):
        answers["backlog"].chart(tmp_path / "nowhere" / "chart.svg")


def test_where_nothing_differs_there_is_no_chart(tmp_path):
    same = compare(runs(2, 4), runs(2, 4), charter(), charter())
    with pytest.raises(NothingToAnswer, match="nothing to draw"):
        same.chart(tmp_path / "same.svg")


def written(folder, log, meta):
    folder.mkdir(parents=True)
    write_parquet(folder / "2015-01.parquet", log.rows().cast(schema()).to_batches(), meta)
    return folder


def test_a_folder_of_parquet_is_a_log_whether_ours_or_not(tmp_path):
    wanted = diffusion([chain().log()], charter()).of()[0].days
    for number, meta in enumerate((Meta("wpk-provincial", "complete"), Meta())):
        folder = written(tmp_path / str(number), chain().log(), meta)
        assert diffusion([Log(folder)], charter()).of()[0].days == wanted


def test_the_runs_of_a_simulation_are_logs_by_their_folders_names(tmp_path):
    for name in ("run-002", "run-001"):
        written(tmp_path / "out" / name / "log", chain().log(), Meta("wpk-provincial", "complete"))
        (tmp_path / "out" / name / "charter").mkdir()
    assert [log.name for log in logs_of(tmp_path / "out")] == ["run-001", "run-002"]
    (alone,) = logs_of(tmp_path / "out" / "run-001")
    assert diffusion([alone], charter()).runs == ("run-001",)


def test_only_the_rows_and_columns_asked_for_come_back():
    found = chain().log().rows(acts=["unit.open"], prefixes=["task."], columns=["act", "unit"])
    assert found.column_names == ["act", "unit"]
    assert set(found["act"].to_pylist()) == {"unit.open", "task.assigned"}


def test_a_log_that_is_not_there_or_damaged_is_refused(tmp_path):
    with pytest.raises(NoTable):
        Log(tmp_path / "nothing.parquet")
    folder = written(tmp_path / "log", chain().log(), Meta("wpk-provincial", "complete"))
    file = folder / "2015-01.parquet"
    log, data = Log(folder), file.read_bytes()
    column = pq.read_metadata(file).row_group(0).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    file.write_bytes(
        data[:start] + b"\xff" * column.total_compressed_size + data[start + column.total_compressed_size :]
    )
    with pytest.raises(DamagedTable):
        log.rows()
