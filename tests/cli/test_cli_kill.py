"""Acts are acknowledged once they are durable: a process killed in the middle loses none of those it acknowledged."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from quorate.cli.failing import run
from quorate.log import open_store

KILLS = 4  # the log's own test kills far more often


def acts(start):
    """More work than is done before the kill: one account after the other."""
    for number in range(start, start + 20_000):
        yield {"verb": "account.open", "unit": "B1", "at": "2015-03-01", "as": "B1:2", "with": {
            "account": f"a{number}", "type": "assets", "currency": "EUR"}}  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="kills a process as POSIX does")
def test_a_process_killed_while_it_records_loses_nothing_it_acknowledged(book, capsys):
    dice = random.Random(7)
    for kill in range(KILLS):
        (book / "work.jsonl").write_text("".join(json.dumps(act) + "\n" for act in acts(kill * 100_000)))
        with (book / "told").open("wb") as told:
            process = subprocess.Popen(
                [sys.executable, "-m", "quorate.cli", "act", "book", "--file", "work.jsonl", "--json"],
                stdout=told,
                cwd=book,
            )
            deadline = time.monotonic() + 20
            while not (book / "told").stat().st_size and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(dice.uniform(0, 0.4))
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL, "it was done before it could be killed"
        lines = (book / "told").read_text().split("\n")[:-1]
        acknowledged = [json.loads(line) for line in lines]
        assert acknowledged
        with open_store(str(book / "book" / "record.db"), create=False) as store:
            kept = {entry.entry: entry.payload["account"] for entry in store.read("B1") if entry.act == "account.open"}
        for row in acknowledged:
            assert kept[row["entry"]] == row["payload"]["account"]
    assert run(["verify", "book"]) == 0
    assert "Whole and unchanged" in capsys.readouterr().out
