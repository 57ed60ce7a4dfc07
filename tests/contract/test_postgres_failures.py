"""A PostgreSQL store that cannot do its work says so in an error of ours, without giving away a password."""

from __future__ import annotations

import pytest
from log_streams import chain

from quorate.log import Head, open_store
from quorate.log.errors import GroupLost, NotALog, StoreCorrupt, StoreFailed, StoreReadOnly
from quorate.log.stores.postgres import PostgresStore


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path):
    with pytest.raises(StoreFailed, match="database party at") as caught:
        open_store(f"postgresql://someone:hunter2@/party?host={tmp_path}")
    assert "hunter2" not in str(caught.value)


def test_a_database_open_for_reading_only_is_reported(postgres_dsn):
    with PostgresStore(postgres_dsn) as store:
        store._db.execute("SET default_transaction_read_only = on")
        with pytest.raises(StoreReadOnly):
            store.append(chain("KP-01", 1))


def test_a_connection_lost_in_a_group_stores_nothing_of_it(postgres_dsn):
    def group():
        with PostgresStore(postgres_dsn) as store, PostgresStore(postgres_dsn) as other, store.group():
            store.append(chain("KP-01", 1))
            other._db.execute("SELECT pg_terminate_backend(%s)", (store._db.info.backend_pid,))
            store.append(chain("KP-02", 1))

    with pytest.raises(StoreFailed, match="read the heads first"):
        group()
    with PostgresStore(postgres_dsn) as store:
        assert list(store.heads()) == []


def test_a_group_spoilt_by_a_failed_statement_is_not_taken_for_stored(postgres_dsn):
    def group(store):
        with store.group():
            store.append(chain("KP-01", 1))
            with pytest.raises(StoreFailed):
                store.put("snapshot", "zero \0 character", b"")
            with pytest.raises(StoreFailed):
                store._rows("SELECT 1 / 0")

    with PostgresStore(postgres_dsn) as store:
        with pytest.raises(GroupLost, match="Repeat the whole group"):
            group(store)
        assert store.head("KP-01") == Head("KP-01")


def test_a_record_of_a_later_version_is_refused(postgres_dsn):
    with PostgresStore(postgres_dsn) as store:
        store.put("format", "version", b"2")
    with pytest.raises(NotALog, match="version"):
        PostgresStore(postgres_dsn)


def test_entries_altered_behind_our_back_are_noticed_when_they_are_read(postgres_dsn):
    with PostgresStore(postgres_dsn) as store:
        store.append(chain("KP-01", 3))
        store._db.execute("UPDATE quorate_entry SET body = body || '\\x20' WHERE seq = 2")
        with pytest.raises(StoreCorrupt, match="KP-01#2"):
            list(store.read("KP-01"))
