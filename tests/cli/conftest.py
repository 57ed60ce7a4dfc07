"""A folder with the small club's files, and one with its record as the guide leaves it before March 2015."""

import contextlib
import io
import shutil

import guide
import pytest

FIRST = (
    "quorate init book --charter club --at 2015-01-01 --members members.csv --holders holders.csv",
    "quorate act book meeting.convene --unit B1 --at 2015-01-05T09:00 --as B1:1 --organ committee"
    " on=2015-01-09T18:00 agenda=plans",
    "quorate act book meeting.cancel --unit B1 --at 2015-01-06 --as B1:1 --meeting committee/2015-01-09 reason=Snow",
    "quorate act book --file acts.yaml",
)


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    monkeypatch.setenv("COLUMNS", guide.WIDTH)
    for name in ("QUORATE_RECORD", "QUORATE_ON", "QUORATE_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def _lived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lived")
    guide.settle(folder)
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        for command in FIRST:
            assert "[" not in guide.called(command)[-1][:1], guide.called(command)
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, with the charter, the CSV files and the acts."""
    guide.settle(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def book(_lived, folder):
    """The same with a record, `book`, in which the acts have been recorded."""
    shutil.copytree(_lived / "book", folder / "book")
    return folder
