"""A SQLite store that cannot do its work says what, where and what next, in an error of ours."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap

import pytest
from log_streams import chain

from quorate.errors import QuorateError
from quorate.log import Head, open_store
from quorate.log.errors import (
    DriverMissing,
    GroupLost,
    NoStore,
    NotALog,
    StoreCorrupt,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
)
from quorate.log.sealed import commit
from quorate.log.stores.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "log.db"
    with SqliteStore(path) as store:
        for unit in range(20):
            store.append(chain(f"KP-{unit:02}", 100))
    return path


def test_a_record_that_is_not_there_is_not_made_by_mistake(tmp_path):
    with pytest.raises(NoStore, match=r"typo\.db: there is no record here"):
        open_store(str(tmp_path / "typo.db"), create=False)
    assert not (tmp_path / "typo.db").exists()


def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear committee,\n" * 100)
    with pytest.raises(NotALog, match="not a SQLite database"):
        SqliteStore(letter)
    assert letter.read_text() == "Dear committee,\n" * 100


def test_another_programs_database_is_refused_and_left_as_it_was(tmp_path):
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE song (title TEXT)")
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(NotALog, match="another program"):
        SqliteStore(tmp_path / "other.db")
    assert (tmp_path / "other.db").read_bytes() == before


def test_a_record_of_a_later_version_is_refused(path):
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version = 2")
    with pytest.raises(NotALog, match="version 2"):
        SqliteStore(path)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreReadOnly, match=r"nowhere.*folder"):
        SqliteStore(tmp_path / "nowhere" / "log.db")
    with pytest.raises(QuorateError):
        SqliteStore(tmp_path)


def test_a_folder_that_is_closed_to_writing_is_named(path):
    """Root may write anywhere, so the attempt is made as another user."""
    program = """
        import os, sys
        from quorate.errors import QuorateError
        from quorate.log.stores.sqlite import SqliteStore
        from quorate.log.errors import StoreReadOnly
        if os.geteuid() == 0:
            os.setgroups([]); os.setegid(65534); os.seteuid(65534)
        for path in sys.argv[1:]:
            try:
                SqliteStore(path, patience=0.1)
            except StoreReadOnly as error:
                print(error)
    """
    folder = path.parent
    path.chmod(0o444)
    if os.geteuid() == 0:
        for above in folder.parents[:2]:
            above.chmod(0o711)
    folder.chmod(0o555)
    try:
        told = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program), path, folder / "new.db"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    finally:
        folder.chmod(0o755)
    assert len(told.stdout.splitlines()) == 2, told
    assert all("folder" in line for line in told.stdout.splitlines())


def test_damaged_pages_are_reported_whatever_they_hold(path):
    whole, units, reported = path.read_bytes(), [f"KP-{unit:02}" for unit in range(20)], 0
    for place in range(4096, len(whole), len(whole) // 60):
        path.write_bytes(whole[:place] + b"\xa5" * 700 + whole[place + 700 :])
        try:
            with SqliteStore(path) as store:
                for unit in units:
                    assert sum(1 for _ in store.read(unit)) == 100
        except (StoreCorrupt, NotALog):
            reported += 1
    assert reported >= 50


def test_a_file_cut_short_is_reported_as_damaged(path):
    path.write_bytes(path.read_bytes()[:50_000])

    def read():
        with SqliteStore(path) as store:
            return [list(store.read(unit)) for unit in store.units()]

    with pytest.raises(StoreCorrupt, match="Restore the record from an export"):
        read()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE entry SET body = replace(body, 'minutes', 'minuted') WHERE seq = 50", "do not match their hash"),
        ("UPDATE entry SET body = 'text' WHERE seq = 50", "do not match their hash"),
        ("DELETE FROM entry WHERE seq = 50", "does not follow"),
        ("DELETE FROM entry WHERE seq > 50", "ends with entry 50, its head says 100"),
        ("UPDATE entry SET seq = 1000 WHERE seq = 100; UPDATE entry SET seq = 100 WHERE seq = 50", "not follow"),
    ],
)
def test_entries_altered_behind_our_back_are_noticed_when_they_are_read(path, change, problem):
    with sqlite3.connect(path) as raw:
        raw.executescript(change)
    with SqliteStore(path) as store, pytest.raises(StoreCorrupt, match=problem):
        list(store.read("KP-01"))


def test_a_full_disk_keeps_the_batch_out_and_what_was_there_intact(path):
    with SqliteStore(path) as store:
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreFull, match="free some space"):
            store.append(chain("KP-50", 500))
        assert store.head("KP-50").seq == 0
        assert len(list(store.read("KP-01"))) == 100
        store._db.execute("PRAGMA max_page_count = 100000")
        store.append(chain("KP-50", 500))
        assert store.head("KP-50").seq == 500


def test_a_group_undone_by_the_database_is_not_taken_for_stored(path):
    def group():
        with SqliteStore(path) as store, store.group():
            store.append(chain("KP-50", 1))
            store._db.execute("ROLLBACK")  # as SQLite does by itself on some failures
            with pytest.raises(GroupLost):
                store.append(chain("KP-51", 1))

    with pytest.raises(GroupLost, match="Repeat the whole group"):
        group()
    with SqliteStore(path) as store:
        assert store.head("KP-50") == Head("KP-50")


def test_a_log_locked_by_another_program_past_ones_patience_is_reported(path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with SqliteStore(path, patience=0.05) as store:
        with pytest.raises(StoreLocked, match="try again"):
            store.append(chain("KP-50", 1))
        assert store.head("KP-01").seq == 100
        other.execute("ROLLBACK")
        store.append(chain("KP-50", 1))
    other.close()


def test_redacted_content_is_gone_from_the_files_too(path):
    digest, content = commit("the informant is Kim", bytes(32))
    with SqliteStore(path) as store:
        store.append(chain("KP-50", 1, sealed=digest), {digest: content})
        files = [file.read_bytes() for file in path.parent.iterdir()]
        assert any(b"informant" in file for file in files)
        store.redact(digest)
        files = [file.read_bytes() for file in path.parent.iterdir()]
        assert not any(b"informant" in file for file in files)


def test_a_missing_driver_is_named_with_the_way_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "quorate.log.stores.postgres", None)
    with pytest.raises(DriverMissing, match=r"pip install 'quorate\[postgres\]'"):
        open_store("postgresql://localhost/x")
