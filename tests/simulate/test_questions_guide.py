"""The guide of questions: each of its commands answers, here on a smaller organisation, and its pictures are there."""

import json
import shlex
import sys
from pathlib import Path

from quorate.cli.failing import run
from simulate.questions_guide import GUIDE, SIMULATE, commands, prepare, settle

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from guide import PICTURE, agrees, called, examples


def test_every_command_of_the_guide_answers_with_what_it_says_it_does(tmp_path, monkeypatch, capsys):
    text = GUIDE.read_text(encoding="utf-8")
    prepare(tmp_path)
    monkeypatch.chdir(tmp_path)
    wanted = commands(text, small=True)
    assert {"turnover", "crowded", "congress"} <= {word for command in wanted for word in shlex.split(command)}
    for command in wanted:
        code = run(shlex.split(command)[1:])
        told = capsys.readouterr()
        assert code == 0, (command, told.err)
        assert told.err == "", command
        assert len(told.out.splitlines()) > 3, command
    drawn = {path.name for path in tmp_path.glob("*.svg")}
    shown = set(PICTURE.findall(text))
    assert drawn == shown
    assert all((GUIDE.parent / name).is_file() for name in shown)
    assert run(["simulate", "compare", "turnover", "slow", "--json"]) == 0
    lines = {line["key"]: line for line in json.loads(capsys.readouterr().out)["lines"]}
    assert lines["vacancies.acting"]["difference"]["median"] > 0


def test_the_guide_of_simulations_prints_what_it_says(tmp_path, monkeypatch):
    text = SIMULATE.read_text(encoding="utf-8")
    settle(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for command, expected in examples(text):
        assert agrees(expected, called(command)), command
