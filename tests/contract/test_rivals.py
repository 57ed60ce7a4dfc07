"""Two processes act on one committee: exactly one wins each time, the other is told so and can retry."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from log_streams import chain, entry, opening

from quorate.log import Conflict
from quorate.log.export import export
from quorate.log.verify import verify

RIVAL = Path(__file__).with_name("rival.py")


@contextmanager
def rivals(kind, place, count=2):
    """Start processes that have the log open and wait for commands."""
    started = [
        subprocess.Popen(
            [sys.executable, RIVAL, kind, place, f"rival {number}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )
        for number in range(count)
    ]  # fmt: skip
    try:
        assert [rival.stdout.readline() for rival in started] == ["ready\n"] * count
        yield started
    finally:
        for rival in started:
            rival.stdin.close()
            rival.wait(20)
            rival.stdout.close()


def tell(started, command):
    for rival in started:
        rival.stdin.write(command + "\n")
        rival.stdin.flush()


def test_two_that_begin_at_once_make_one_log(shared):
    with rivals(*shared, count=3), opening(*shared) as store:
        assert list(store.heads()) == []


def test_exactly_one_of_two_moves_each_head(shared):
    with rivals(*shared) as started, opening(*shared) as store:
        for number in range(30):
            head = store.head("KP-01")
            tell(started, f"try {head.seq} {head.hash}")
            assert sorted(rival.stdout.readline() for rival in started) == ["conflict\n", "won\n"]
            assert store.head("KP-01").seq == number + 1


def test_of_two_that_begin_a_unit_at_once_the_second_waits_and_is_told_of_the_first(shared):
    met = []

    def second():
        with opening(*shared) as store:
            with pytest.raises(Conflict) as caught:
                store.append([entry(actor="second")])
            met.append(caught.value.found.seq)

    rival = threading.Thread(target=second)
    with opening(*shared) as first:
        with first.group():
            first.append([entry(actor="first")])
            rival.start()
            time.sleep(0.2)  # time enough for the second to come as far as it can
        rival.join(10)
        assert met == [1]
        assert [item.actor for item in first.read("KP-01")] == ["first"]


def test_with_retries_everything_acknowledged_survives_in_one_chain(shared, tmp_path):
    acknowledged = []
    with rivals(*shared) as started:
        tell(started, "run 60")
        for rival in started:
            while not (line := rival.stdout.readline()).startswith("done"):
                acknowledged.append(line.split()[1])
    with opening(*shared) as store:
        assert sorted(item.hash for item in store.read("KP-01")) == sorted(acknowledged)
        with (tmp_path / "log").open("wb") as file:
            export(store, file)
    result = verify(tmp_path / "log")
    assert (result.entries, result.findings) == (120, ())


def test_one_that_waits_too_long_for_another_is_told_that_the_log_is_locked(shared):
    from quorate.log.errors import StoreLocked
    from quorate.log.stores.postgres import PostgresStore
    from quorate.log.stores.sqlite import SqliteStore

    kind, place = shared
    with opening(kind, place) as first:
        first.append(chain("KP-01", 1))
        impatient = SqliteStore if kind == "sqlite" else PostgresStore
        with impatient(place, patience=0.1) as second:
            with first.group():
                first.append(chain("KP-01", 1, first.head("KP-01")))
                with pytest.raises(StoreLocked, match="try again"):
                    second.append(chain("KP-01", 1, second.head("KP-01")))
            second.append(chain("KP-01", 1, second.head("KP-01")))
            assert second.head("KP-01").seq == 3
