"""What a person does wrong is told in one message with a place and a next step, and an exit code; never a traceback."""

import os
import shlex
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from quorate.cli.failing import run

WRONG = [
    ("roster nowhere --unit B1", 2, ["nowhere", "there is no record here"]),
    ("roster book --unit B7", 2, ["there is no unit 'B7'", "Did you mean B"]),
    ("roster book --unit nort", 2, ["Did you mean B1 (North Branch)?"]),
    ("roster book --unit B1 --on 2015-13-01", 2, ["'2015-13-01' is not a date", "Write it as"]),
    ("roster book --unit B1 --on 2014-06-01", 2, ["begins on 2015-01-01", "later day"]),
    ("roster book", 2, ["--unit", "See `quorate roster --help`"]),
    ("roster", 2, ["RECORD"]),
    ("rostr book", 2, ["rostr", "Did you mean", "roster"]),
    ("roster book --uint B1", 2, ["--uint", "--unit"]),
    ("due book --unit B7", 2, ["there is no unit 'B7'"]),
    ("calendar book --unit B1 --from 2015-02-02 --to 2015-02-01", 2, ["before the first"]),
    ("calendar book --unit B1 --kind meting", 2, ["'meting' is no kind of event", "meeting"]),
    ("meeting book --unit B1 --meeting general-meeting/2015-02-15 --on 2015-03-01", 2, ["general-meeting/2015-02-14"]),
    ("directive book D2 --on 2015-03-01", 2, ["there is no matter 'D2'", "Did you mean D1"]),
    ("case book C9 --on 2015-03-01", 2, ["there is no matter 'C9'", "Did you mean"]),
    ("delegates book assemby", 2, ["there is no conference 'assemby'", "Did you mean assembly?"]),
    ("log book --entry B1", 2, ["'B1'", "B1#12"]),
    ("log book --entry B1#9999", 2, ["the last of B1 is B1#"]),
    ("log book --unit B9", 2, ["there is no unit 'B9'"]),
    ("explain club comittee.cadence", 2, ["Did you mean `committee.cadence`?"]),
    ("explain nowhere x", 2, ["nowhere", "there is no such file"]),
    ("check nowhere", 2, []),
    ("chart club -o club.gif", 2, ["club.gif", ".svg or .png"]),
    ("chart club -o nowhere/club.svg", 2, ["cannot be written"]),
    ("verify nowhere", 2, ["there is no record here"]),
    ("verify book --key 12", 2, ["64 hexadecimal digits"]),
    ("import copy members.csv", 2, ["does not verify", "Nothing was imported"]),
    ("checkpoint book --key members.csv", 2, ["members.csv"]),
    ("init book --charter club --at 2015-01-01", 2, ["record"]),
    ("init new --charter club --at 2013-01-01 --unit B9", 2, ["there is no unit 'B9'", "Nothing was written"]),
    ("init new --charter club --at someday", 2, ["'someday' is not a date"]),
    ("init book", 2, ["open already"]),
    ("act book", 2, ["the verb is missing"]),
    ("act", 2, ["the record is missing"]),
    ("act book meeting.convene", 2, ["`--unit` is missing"]),
    ("act book meting.convene --unit B1", 2, ["there is no act 'meting.convene'", "Did you mean 'meeting.convene'?"]),
    ("act book meeting.convene --unit B7", 2, ["there is no unit 'B7'"]),
    ("act book meeting.convene --unit B1 --organ comittee on=2015-03-01", 2, ["organ 'comittee'", "`committee`"]),
    ("act book meeting.convene --unit B1 --organ committee onn=2015-03-01", 2, ["`onn`", "Did you mean `on`?"]),
    ("act book meeting.convene --unit B1 --organ committee 2015-03-01", 2, ["not of the form name=value"]),
    ("act book meeting.convene --unit B1 --organ committee on=soon", 2, ["'soon' is not a date"]),
    ("act book office.take --unit B1 --subject B1:1 post=chiar", 2, ["post 'chiar'", "Did you mean `chair`?"]),
    ("act book --file nowhere.yaml", 2, ["nowhere.yaml", "cannot be read"]),
    ("act --list meting.open", 2, ["Did you mean 'meeting.open'?"]),
    ("amend book nowhere", 2, ["there is no such file"]),
    ("keygen members.csv", 2, ["already"]),
]


@pytest.mark.parametrize(("command", "code", "words"), WRONG, ids=[command for command, _, _ in WRONG])
def test_what_is_wrong_is_told_with_a_next_step(command, code, words, book, capsys):
    before = {path: path.stat().st_mtime_ns for path in book.rglob("*.csv")}
    assert run(command.split()) == code
    err = capsys.readouterr()
    told = err.err if code == 2 else err.out
    assert "Traceback" not in told
    assert told.strip()
    assert [word for word in words if word not in told] == [], told
    assert len(told.splitlines()) <= 3
    assert not (book / "new").exists()
    assert not (book / "copy").exists()
    assert before == {path: path.stat().st_mtime_ns for path in book.rglob("*.csv")}


def test_a_refused_act_names_the_clause_the_words_and_the_place_in_the_rules(book, capsys):
    command = "act book meeting.convene --unit B1 --at 2015-02-20 --as B1:1 --organ committee on=2015-02-21"
    assert run(command.split()) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(
        "refused by committee.convening (Bylaws 10): the Committee is to be called with 2 days of notice"
    )


def test_a_damaged_record_is_said_to_be_damaged(book, capsys):
    path = book / "book" / "record.db"
    data = bytearray(path.read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    path.write_bytes(data)
    assert run(["roster", "book", "--unit", "B1"]) == 2
    assert "record.db" in capsys.readouterr().err


def test_a_file_that_is_no_record_is_said_to_be_none(folder, capsys):
    (folder / "book").mkdir()
    (folder / "book" / "record.db").write_text("hello, this is a text file\n" * 100)
    assert run(["due", "book"]) == 2
    err = capsys.readouterr().err
    assert "record.db" in err
    assert "Traceback" not in err


def test_a_fault_of_the_program_is_owned_up_to_without_a_traceback(book, capsys, monkeypatch):
    def fails(*_args, **_options):
        raise KeyError("surprise")

    monkeypatch.setattr(sys.modules["quorate.views.roster"], "view_on", fails)
    command = shlex.split("roster book --unit B1 --on 2015-02-01")
    assert run(command) == 70
    err = capsys.readouterr().err
    assert "surprise" in err
    assert "report" in err
    assert "Traceback" not in err
    monkeypatch.setenv("QUORATE_DEBUG", "1")
    assert run(command) == 70
    assert "Traceback" in capsys.readouterr().err


def quorate(*words, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "quorate.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def test_a_closed_pipe_ends_a_command_without_a_word(book):
    process = quorate("schema", cwd=book)
    process.stdout.close()  # long before it has anything to print
    assert process.wait(timeout=20) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
def test_ctrl_c_ends_a_command_cleanly(book):
    fifo = book / "acts.jsonl"
    os.mkfifo(fifo)  # so that the command waits for us
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # which what runs in the background does not
    process = quorate("act", "book", "--file", "acts.jsonl", cwd=book, preexec_fn=heed)
    with fifo.open("w"):
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == b"stopped\n"


def test_output_that_is_piped_has_no_colour_and_no_progress(book):
    process = quorate("due", "book", "--on", "2015-02-20", cwd=book)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert b"\x1b" not in out + err
    assert err == b""
    assert not [line for line in out.splitlines() if line.endswith(b" ")]


def test_the_installed_command_runs():
    path = Path(sys.executable).parent / "quorate"
    found = subprocess.run([path, "--help"], capture_output=True, check=True, timeout=20)
    assert b"Committee organisations as code" in found.stdout
