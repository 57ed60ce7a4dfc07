"""What is written about the commands is so: the guide's examples, the examples in their help, the reference."""

import shutil

import guide
import pytest

from quorate.cli import reference
from quorate.cli.app import COMMANDS
from quorate.cli.failing import run

LONG = {"demo"}  # plays for up to a minute; tested by itself


def test_every_example_of_the_guide_prints_what_the_guide_says(folder):
    for command, expected in guide.examples(guide.GUIDE.read_text(encoding="utf-8")):
        actual = guide.called(command)
        assert guide.agrees(expected, actual), "\n".join([f"$ {command}", *actual])


@pytest.mark.parametrize("page", [guide.FIRST, guide.AUDIT], ids=lambda page: page.stem)
def test_what_a_guide_shows_is_written_and_run_as_it_says(page, tmp_path, monkeypatch):
    text = page.read_text(encoding="utf-8")
    guide.lay_out(text, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", guide.WIDTH)
    for command, expected in guide.examples(text):
        actual = guide.called(command)
        assert guide.agrees(expected, actual), "\n".join([f"$ {command}", *actual])
    for program in guide.PYTHON.findall(text):
        exec(compile(program, page.name, "exec"), {})


def test_the_comparison_of_the_guide_can_fail():
    assert guide.agrees(["a ... c", "..."], ["a b c", "d", "e"])
    assert guide.agrees(["a", "..."], ["a"])
    assert not guide.agrees(["a ... c"], ["a b d"])
    assert not guide.agrees(["a"], ["a", "b"])
    assert not guide.agrees(["a", "b"], ["a"])


def test_every_command_has_its_place_in_the_guide():
    text = guide.GUIDE.read_text(encoding="utf-8")
    shown = {command.split()[1] for command, _ in guide.examples(text)}
    assert set(COMMANDS) - shown == LONG | {"schema"}
    assert "quorate demo" in text
    assert "quorate schema" in text


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - LONG))
def test_the_example_in_a_commands_help_runs(name, book, capfd):
    guide.called("quorate keygen signing.pem")
    guide.called("quorate export book book.log")
    made = {"init": "book", "keygen": "signing.pem"}.get(name)
    if made:
        path = book / made
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    command = reference.example(name).split(" > ")[0]
    capfd.readouterr()
    code = run(command.split()[1:])
    out, err = capfd.readouterr()
    assert code in (0, 1), err
    assert out
    assert not err


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_a_command_says_in_one_line_what_it_does(name, capsys):
    assert run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert "Example: quorate" in " ".join(out.split())
    first = (reference.function(name).__doc__ or "").splitlines()[0]
    assert first.endswith(".")
    assert len(first) <= 80


def test_the_help_of_the_program_lists_every_command(capsys):
    assert run([]) == 0
    out = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in out] == []


def test_the_reference_is_what_the_commands_say_today():
    path = guide.GUIDE.parents[1] / "reference" / "cli.md"
    assert path.read_text(encoding="utf-8") == reference.reference(), (
        "run: python -m quorate.cli.reference > docs/reference/cli.md"
    )
