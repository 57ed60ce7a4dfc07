"""The small work, done with one library: cells meet each month; who comes is drawn; each meeting is one row written,
with whether it had its quorum. Run as a program: ``work.py LIBRARY CELLS MONTHS OUT``.

All draw from a generator of their own, so the numbers differ; how many meetings there are, and that about the same
share of seats is filled, is checked by `bench/simulate.py`. Rows are kept as whatever the library's user would keep,
and written once, as Parquet.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

SIZES = (5, 30)
RATE = 0.93
DAYS = 28


def write(out, cells, days, present, entitled, met):
    """The rows as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {"cell": cells, "day": days, "present": present, "entitled": entitled, "quorum": met}
    pq.write_table(pa.table(columns), out, compression="zstd")


def plain_numpy(cells, months, out):
    """Arrays, as anyone would write it by hand."""
    import numpy as np

    rng = np.random.default_rng(1)
    entitled = rng.integers(SIZES[0], SIZES[1] + 1, cells)
    begin = time.perf_counter()
    rows = []
    for month in range(months):
        day = month * DAYS + rng.integers(0, DAYS, cells)
        present = rng.binomial(entitled, RATE)
        rows.append((np.arange(cells), day, present, entitled, 2 * present >= entitled))
    drawn = time.perf_counter() - begin
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)]
    write(out, *columns)
    return len(columns[0]), int(columns[2].sum()), int(columns[3].sum()), drawn


def mesa(cells, months, out):
    """Agents, each a cell, that step once a month."""
    from mesa import Agent, Model

    rows = []

    class Cell(Agent):
        def __init__(self, model, entitled):
            super().__init__(model)
            self.entitled = entitled

        def step(self):
            rng = self.model.random
            present = sum(rng.random() < RATE for _ in range(self.entitled))
            day = self.model.month * DAYS + rng.randrange(DAYS)
            rows.append((self.unique_id, day, present, self.entitled, 2 * present >= self.entitled))

    class Organisation(Model):
        def __init__(self):
            super().__init__(rng=1) if "rng" in Model.__init__.__code__.co_varnames else super().__init__(seed=1)
            self.month = 0
            for _ in range(cells):
                Cell(self, self.random.randint(*SIZES))

    model = Organisation()
    begin = time.perf_counter()
    for month in range(months):
        model.month = month
        model.agents.do("step")
    drawn = time.perf_counter() - begin
    write(out, *map(list, zip(*rows, strict=True)))
    return len(rows), sum(row[2] for row in rows), sum(row[3] for row in rows), drawn


def simpy(cells, months, out):
    """Processes, each a cell, that wait for the day of their next meeting."""
    import simpy as sp

    rng, rows = random.Random(1), []

    def cell(env, number, entitled):
        for month in range(months):
            day = month * DAYS + rng.randrange(DAYS)
            yield env.timeout(day - env.now)
            present = sum(rng.random() < RATE for _ in range(entitled))
            rows.append((number, day, present, entitled, 2 * present >= entitled))

    env = sp.Environment()
    for number in range(cells):
        env.process(cell(env, number, rng.randint(*SIZES)))
    begin = time.perf_counter()
    env.run()
    drawn = time.perf_counter() - begin
    write(out, *map(list, zip(*rows, strict=True)))
    return len(rows), sum(row[2] for row in rows), sum(row[3] for row in rows), drawn


def ours_bare(cells, months, out):
    """The same with our draws: one number for each purpose, cell and month, whatever else is drawn."""
    import numpy as np

    from quorate.world.draws import Draws

    draws, units = Draws(1), np.arange(cells)
    draws.binomial("warm", units[:2], 0, 5, 0.5), draws.uniform("warm", units[:2], 0)  # compiled code is read
    entitled = draws.whole("size", units, 0, *SIZES)
    begin = time.perf_counter()
    rows = []
    for month in range(months):
        day = month * DAYS + draws.whole("day", units, month, 0, DAYS - 1)
        present = draws.binomial("attend", units, month, entitled, RATE)
        rows.append((units, day, present, entitled, 2 * present >= entitled))
    drawn = time.perf_counter() - begin
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)]
    write(out, *columns)
    return len(columns[0]), int(columns[2].sum()), int(columns[3].sum()), drawn


def ours(cells, months, out):
    """The whole engine on a charter of cells: meetings are called, opened and closed, each an entry of the log."""
    from quorate.charter.read import read
    from quorate.simulate.engine import Plan
    from quorate.simulate.run import simulate
    from quorate.simulate.scenario import read_scenario

    folder = Path(__file__).parent / "charter"
    charter = read(folder)
    scenario = read_scenario(folder / "cells.yaml", charter)
    scale = cells / 100_000
    begin = time.perf_counter()
    summary = simulate(
        Plan(charter, scenario, "2016-01-01", f"2016-{months:02d}-28", 1, scale), Path(out).with_suffix("")
    )
    return summary.by_act["meeting.open"], summary.entries, summary.members, time.perf_counter() - begin


if __name__ == "__main__":
    library, cells, months, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    names = ("meetings", "present", "entitled", "drawn")
    print(json.dumps(dict(zip(names, globals()[library](cells, months, out), strict=True))))
