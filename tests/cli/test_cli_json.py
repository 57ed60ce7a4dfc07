"""With --json every command prints one JSON document that says what its text says."""

import json

import pytest

from quorate.cli.failing import run

COMMANDS = [
    "check club",
    "explain club committee.cadence",
    "explain club",
    "diff club club-2016",
    "due book --on 2015-02-20",
    "roster book --unit B1 --on 2015-02-20",
    "calendar book --unit B1 --from 2015-02-01 --to 2015-02-28 --on 2015-02-20",
    "meeting book --unit B1 --on 2015-02-20",
    "meeting book --unit B1 --meeting general-meeting/2015-02-14 --on 2015-02-20",
    "directive book D1 --on 2015-02-20",
    "case book C1 --on 2015-02-20",
    "report book --unit B1 --on 2015-02-20",
    "report book --unit FED --on 2015-02-20",
    "delegates book assembly --on 2015-02-20",
    "books book --unit B1",
    "log book",
    "log book --unit B1",
    "log book --entry B1#7",
    "verify book",
    "export book book.log",
    "keygen signing.pem",
    "init other --charter club --at 2015-01-01",
    "amend book club-2016 --at 2015-12-01",
    "act --list",
    "act --list meeting.open",
    "act book meeting.convene --unit B1 --at 2015-02-20 --as B1:1 --organ committee on=2015-02-25",
    "act book meeting.convene --unit B1 --at 2015-02-20 --as B1:4 --organ committee on=2015-02-25",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_json_parses_and_is_the_same_each_time(command, book, capsys):
    words = [*command.split(), "--json"]
    code = run(words)
    out, err = capsys.readouterr()
    assert code in (0, 1)
    assert err == ""
    assert json.loads(out)
    if words[0] in ("due", "roster", "calendar", "meeting", "directive", "case", "report", "delegates", "books", "log"):
        assert run(words) == code
        assert capsys.readouterr().out == out


def test_json_of_a_case_keeps_back_what_the_text_keeps_back(book, capsys):
    for reader in ([], ["--as", "B1:5"], ["--as", "nobody"]):
        assert run(["case", "book", "C1", "--on", "2015-02-20", "--json", *reader]) == 0
        out = capsys.readouterr().out
        for secret in ("tent", "Park Dana", "B1:4", "storm"):
            assert secret not in out, (secret, reader)
    for reader in ("B1:1", "B1:4"):
        assert run(["case", "book", "C1", "--on", "2015-02-20", "--json", "--as", reader]) == 0
        assert "Lost the tent" in capsys.readouterr().out
