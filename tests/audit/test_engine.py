"""What an audit asks of DuckDB is done in order, in a thread of its own, and what fails there is told."""

import threading
import time

import duckdb
import ibis
import pytest

from audit.forced import Audited
from audit.test_posts_audited import CLUB, Log, opened
from quorate.clauses import KINDS
from quorate.facts.book import small
from quorate.facts.duck import Duck
from quorate.facts.worker import Worker


@pytest.fixture
def worker():
    """A worker whose jobs cannot be interrupted."""
    worker = Worker(lambda: None)
    yield worker
    worker.close()


@pytest.fixture
def duck(tmp_path):
    """DuckDB with numbers to 1000 as its log."""
    duck = Duck(tmp_path, threads=1)
    duck.backend.con.execute("CREATE VIEW log AS SELECT i AS number, 'u' || i % 7 AS unit FROM range(1000) AS r(i)")
    yield duck
    duck.close()


def threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("quorate-engine")]


def test_jobs_are_done_in_order_while_others_are_given(worker):
    done, go = [], threading.Event()
    worker.give(go.wait)
    for number in range(20):
        worker.give(lambda number=number: done.append(number))
    assert not done
    go.set()
    assert worker.ask(lambda: len(done)) == 20
    assert done == list(range(20))
    worker.wait()


@pytest.mark.parametrize("call", ["give", "ask", "wait"])
def test_an_error_comes_out_once_as_it_is_and_what_was_given_after_it_is_dropped(worker, call):
    done, go = [], threading.Event()
    error = duckdb.OutOfMemoryException("too much")

    def fail():
        go.wait()
        raise error

    worker.give(fail)
    worker.give(lambda: done.append("after"))
    go.set()
    worker._last.exception()
    with pytest.raises(duckdb.OutOfMemoryException) as raised:
        worker.wait() if call == "wait" else getattr(worker, call)(lambda: done.append("at"))
    assert raised.value is error
    assert not done
    worker.give(lambda: done.append("later"))
    worker.wait()
    assert done == ["later"]


def test_an_error_of_what_is_asked_comes_out_there(worker):
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda: 1 / 0)
    worker.wait()


def test_what_is_asked_after_a_failure_that_is_not_known_yet_raises_that_failure(worker):
    go = threading.Event()
    worker.give(lambda: go.wait() / 0)
    threading.Timer(0.05, go.set).start()
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda: "never")


def test_closing_interrupts_a_statement_and_ends_the_thread(tmp_path):
    before = len(threads())
    duck = Duck(tmp_path, threads=1)
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = -1"
    done = []
    duck._worker.give(lambda: duck.backend.con.execute(endless))
    duck._worker.give(lambda: done.append("after"))
    time.sleep(0.1)
    assert len(threads()) == before + 1
    duck.close()
    assert len(threads()) == before
    assert not done


def test_a_table_is_there_before_it_is_made_and_one_kept_anew_takes_its_place(duck):
    log = duck.over("log")
    few = duck.keep("some", log.filter(log.number < 10))
    seen = duck.view("seen", few.filter(few.number > 7))
    first = duck.run(seen.order_by("number")).to_pylist()
    assert [row["number"] for row in first] == [8, 9]
    parted = duck.keep("some", duck.over("log").filter(log.number >= 990), parts=3)
    assert sorted(row["number"] for row in duck.run(parted).to_pylist()) == list(range(990, 1000))


def test_a_failed_statement_is_told_and_tables_after_it_are_not_made(duck, tmp_path):
    log = duck.over("log")
    bad = log.mutate(number=ibis.literal("x").concat(log.unit).cast("int64"))
    duck.keep("bad", bad)
    duck.write(log, tmp_path / "after.parquet")
    with pytest.raises(duckdb.ConversionException):
        duck.wait()
    duck.wait()
    assert not (tmp_path / "after.parquet").exists()


def test_a_sum_is_stored_in_64_bits_and_is_null_where_it_has_no_place_there(duck, tmp_path):
    log = duck.over("log")
    group = log.group_by(odd=log.number % 2 == 1)
    sums = group.agg(sum=log.number.sum(), most=(log.number * 2**53).sum())
    for parts in (0, 1):
        kept = duck.keep("sums", sums, parts)
        rows = duck.run(kept.order_by("odd")).to_pylist()
        assert [row["sum"] for row in rows] == [sum(range(0, 1000, 2)), sum(range(1, 1000, 2))]
        assert [row["most"] for row in rows] == [None, None]
        assert kept.schema() == duck.backend.table("sums").schema()


def test_small_tables_are_there_as_long_as_the_engine(duck):
    log = duck.over("log")
    ranks = small([{"unit": "u1", "rank": 1}, {"unit": "u2", "rank": None}], {"unit": "string", "rank": "int64"})
    ranked = duck.view("ranked", log.join(ranks, "unit"))
    del ranks
    found = duck.run(ranked.group_by("unit").agg(number=ranked.count(), rank=ranked["rank"].max()).order_by("unit"))
    assert found.to_pylist() == [{"unit": "u1", "number": 143, "rank": 1}, {"unit": "u2", "number": 143, "rank": None}]


def test_all_facts_have_the_types_they_are_said_to_have():
    log = Log()
    opened(log)
    audited = Audited(log.entries, CLUB, "2020-12-31")
    for kind in KINDS:
        audited.rows(kind)
    audited.unpermitted()
    tables = audited.engine._tables
    assert len(tables) > 30
    assert [name for name, said in tables.items() if said.schema() != audited.engine.backend.table(name).schema()] == []
    audited.close()
