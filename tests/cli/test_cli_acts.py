"""Acts on the command line: how values are read, files of acts, what is acknowledged, what is left out."""

import json
import shlex

import pytest
from guide import called
from hypothesis import given
from hypothesis import strategies as st

from quorate.cli.batch import BadActs, fields, read
from quorate.cli.failing import run
from quorate.cli.place import shown
from quorate.log import open_store

VERBS = frozenset({"directive.issue"})


def entries(folder, unit="B1"):
    with open_store(str(folder / "book" / "record.db"), create=False) as store:
        return list(store.read(unit))


@pytest.mark.parametrize(
    ("verb", "word", "value"),
    [
        ("budget.adopt", "year=2015", "2015"),
        ("report.file", "period=2015-01", "2015-01"),
        ("motion.vote", "for=3", 3),
        ("motion.vote", "secret=true", True),
        ("meeting.open", "present=B1:1, B1:2", ["B1:1", "B1:2"]),
        ("meeting.open", 'present=["B1:1"]', ["B1:1"]),
        ("meeting.open", "present=B1:1", ["B1:1"]),
        ("meeting.minutes", "text=null", "null"),
        ("meeting.minutes", 'text="in quotes"', "in quotes"),
        ("meeting.minutes", "text=a=b", "a=b"),
        ("conference.apportion", 'members={"B1": 5}', {"B1": 5}),
        ("directive.issue", "due=2015-02-18", "2015-02-18"),
        ("directive.issue", "to=B1,B2", ["B1", "B2"]),
    ],
)
def test_a_value_is_read_as_the_act_wants_it(verb, word, value):
    name = word.partition("=")[0]
    assert fields([word], verb, VERBS) == {name: value}


@given(st.text(min_size=1).filter(lambda text: text.strip() and not text.startswith('"')))
def test_text_stays_the_text_it_is(text):
    assert fields([f"text={text}"], "meeting.minutes", VERBS) == {"text": text}


def test_a_field_stated_twice_is_refused():
    with pytest.raises(BadActs, match="stated twice"):
        fields(["text=a", "text=b"], "meeting.minutes", VERBS)


BAD_FILES = {
    "not a list": ("acts.yaml", "verb: meeting.open\n", "not a list"),
    "an unknown key": (
        "acts.yaml",
        "- {verb: meeting.open, unit: B1, at: 2015-01-01, acter: x}\n",
        "acts.yaml:1:3: `acter`",
    ),
    "a missing unit": ("acts.yaml", "\n- {verb: meeting.open, at: 2015-01-01}\n", "acts.yaml:2:3: `unit` is missing"),
    "a number for a unit": ("acts.yaml", "- {verb: meeting.open, unit: 7, at: 2015-01-01}\n", "must be text"),
    "a list for the statement": ("acts.yaml", "- {verb: x.y, unit: B1, at: 2015-01-01, with: [1]}\n", "`with`"),
    "broken YAML": ("acts.yaml", "- {verb: meeting.open\n", "acts.yaml:"),
    "an anchor": ("acts.yaml", "- &a {verb: x}\n- *a\n", "acts.yaml:1"),
    "not JSON": ("acts.jsonl", "\n{verb}\n", "acts.jsonl:2"),
    "not an object": ("acts.jsonl", "[1]\n", "acts.jsonl:1: this is not an act"),
    "not UTF-8": ("acts.yaml", b"- {verb: \xff}\n", "UTF-8"),
}


@pytest.mark.parametrize(("name", "content", "told"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_of_acts_that_cannot_be_understood_is_told_with_its_line(name, content, told, book, capsys):
    path = book / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = len(entries(book))
    assert run(["act", "book", "--file", name]) == 2
    assert told in capsys.readouterr().err
    assert len(entries(book)) == before


def account(number, name=None):
    return {"verb": "account.open", "unit": "B1", "at": "2015-03-01", "as": "B1:2", "with": {
        "account": name or f"a{number}", "type": "assets", "currency": "EUR"}}  # fmt: skip


def written(book, rows):
    (book / "more.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return ["act", "book", "--file", "more.jsonl"]


def test_the_first_refusal_stops_a_file_and_keeps_what_came_before(book, capsys):
    before = len(entries(book))
    command = written(book, [account(1), account(2), account(0, "a1"), account(3)])
    assert run(command) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert err.startswith("more.jsonl:3: refused by branch.finance (Bylaws 14): account a1 is open already")
    assert len(entries(book)) == before + 2


def test_with_keep_going_the_rest_of_a_file_is_recorded_as_well(book, capsys):
    before = len(entries(book))
    rows = [account(1), account(0, "a1"), {**account(0), "verb": "acount.open"}, account(2)]
    assert run([*written(book, rows), "--keep-going"]) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert "Did you mean 'account.open'?" in err
    assert len(entries(book)) == before + 2


def test_a_line_that_cannot_be_read_undoes_none_of_those_before_it(book, capsys):
    before = len(entries(book))
    command = written(book, [account(1), account(2)])
    with (book / "more.jsonl").open("a") as file:
        file.write("{nonsense\n")
    assert run(command) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert "more.jsonl:3" in err
    assert len(entries(book)) == before + 2


def test_more_acts_than_fit_a_group_are_all_recorded_and_acknowledged(book, capsys):
    before = len(entries(book))
    assert run([*written(book, [account(n) for n in range(250)]), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["entry"] for row in rows] == [f"B1#{before + n}" for n in range(1, 251)]
    assert len(entries(book)) == before + 250


def test_acts_read_from_yaml_and_from_json_lines_are_the_same(book):
    rows = [account(n) for n in range(3)]
    written(book, rows)
    text = "".join(f"- {json.dumps(row)}\n" for row in rows)
    (book / "more.yaml").write_text(text)
    assert [w.act for w in read(book / "more.yaml")] == [w.act for w in read(book / "more.jsonl")]


def test_a_dry_run_says_what_would_be_and_records_nothing(book, capsys):
    before = entries(book)
    words = shlex.split("act book meeting.convene --unit B1 --at 2015-02-20 --as B1:1 --organ committee --dry-run")
    assert run([*words, "on=2015-02-25"]) == 0
    assert capsys.readouterr().out.startswith("allowed  2015-02-20")
    assert run([*words, "on=2015-02-21"]) == 1
    assert "committee.convening" in capsys.readouterr().err
    assert entries(book) == before


def test_a_file_in_json_tells_refusals_and_errors_on_standard_output_too(book, capsys):
    rows = [account(1), account(0, "a1"), {**account(0), "unit": "B9"}]
    assert run([*written(book, rows), "--json", "--keep-going"]) == 2
    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["clause"] == "branch.finance"
    assert second["refused"]["clause"] == "branch.finance"
    assert second["where"] == "more.jsonl:2"
    assert "B9" in third["error"]


def test_the_environment_names_the_record_where_the_command_does_not(book, capsys, monkeypatch):
    monkeypatch.setenv("QUORATE_RECORD", "book")
    assert run(shlex.split("roster --unit B1 --on 2015-02-01")) == 0
    first = capsys.readouterr().out
    assert run(shlex.split("roster book --unit B1 --on 2015-02-01")) == 0
    assert capsys.readouterr().out == first
    words = shlex.split("--unit B1 --at 2015-02-20 --as B1:1 --organ committee on=2015-02-25")
    assert run(["act", "meeting.convene", *words, "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("allowed")
    assert run(["delegates", "assembly", "--on", "2015-02-20"]) == 0
    assert run(["export", "book.log"]) == 0
    assert (book / "book.log").is_file()
    capsys.readouterr()
    assert run(["verify", "book.log"]) == 0
    assert "sealed" not in capsys.readouterr().out  # the file was verified, not the record
    assert run(["verify"]) == 0
    assert "2 sealed contents" in capsys.readouterr().out
    assert run(["due", "bok"]) == 2
    assert "bok/record.db: there is no record here" in capsys.readouterr().err


def test_the_day_of_a_question_may_be_the_records_last(book, capsys, monkeypatch):
    assert run(shlex.split("roster book --unit B1 --on last")) == 0
    assert "on 2015-02-18" in capsys.readouterr().out
    monkeypatch.setenv("QUORATE_ON", "2015-02-01")
    assert run(shlex.split("roster book --unit B1")) == 0
    assert "on 2015-02-01" in capsys.readouterr().out


def test_a_document_waits_for_a_unit_whose_record_is_opened_later(folder):
    """Whatever processes come and go in between, each with another unit to act in."""
    begin = "quorate init book --charter club --at 2015-01-01 --members m.csv --holders h.csv --unit FED --unit B1"
    for name, source in (("m.csv", "members.csv"), ("h.csv", "holders.csv")):
        lines = (folder / source).read_text().splitlines(keepends=True)
        kept = [line for line in lines if "B2" not in line]
        (folder / name).write_text("".join(kept))
    assert called(begin)[-1].startswith("Opened 2 units")
    told = called(
        "quorate act book directive.issue --unit FED --at 2015-01-02 --as B1:5 --ref D1"
        " title=Map due=2015-03-01 to=B1,B2"
    )
    assert "1 document delivered" in told[0]
    told = called(
        "quorate act book account.open --unit B1 --at 2015-01-03 --as B1:2 account=x type=assets currency=EUR"
    )
    assert told[0].startswith("B1#3")
    assert called("quorate init book --unit B2 --at 2015-01-05")[0].startswith("Opened 1 unit in book")
    assert "South Branch" in "\n".join(called("quorate directive book D1 --on 2015-01-06"))
    assert [entry.act for entry in entries(folder, "B2")] == ["unit.open", "document.receive"]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("postgresql://me:s3cret@host/db", "postgresql://me@host/db"),
        ("postgresql://me:s3@cret@host/db?sslmode=require", "postgresql://me@host/db?sslmode=require"),
        ("postgresql://host/db", "postgresql://host/db"),
        ("books/a:b@c", "books/a:b@c"),
    ],
)
def test_the_password_of_a_database_is_never_told(record, told):
    assert shown(record) == told
