"""How fast a simulation is: beside frameworks for simulation, beside arrays by hand, beside writing the files alone.

    python bench/simulate.py [--cells N] [--repeats R] [--no-peers] [--curve] [--national]

The first table is one small piece of work (`simulate_peers/work.py`): N cells, twelve monthly meetings each, who comes
is drawn member by member or at once, the quorum looked at, one row written for each meeting. "drawn" is the time of the
meetings alone, "in all" that of the whole program, its start and the writing included. `floor` writes the same rows,
and nothing else. Ours, bare, draws with counters; ours, whole, is the engine, which calls, opens and closes every
meeting and writes a log (three entries a meeting).

`--curve` adds what a simulation of the reference organisation takes by members and by months, `--national` one national
year of it with all flows. Everything runs as a process of its own; the seconds are medians of R runs,
taken in turn, and the memory is the most any of its processes held. The peers are installed into an environment apart.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
WORK = HERE / "simulate_peers" / "work.py"
PEERS = HERE.parent / ".venv-simulate-peers"
CHARTER = HERE.parent / "charters" / "wpk-provincial"
SMALL = (
    ("Mesa", "mesa", True),
    ("SimPy", "simpy", True),
    ("NumPy by hand", "plain_numpy", False),
    ("ours, bare", "ours_bare", False),
    ("ours, whole", "ours", False),
)
FLOOR = """
import sys, time
import pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
begin = time.perf_counter()
pq.write_table(table, sys.argv[2], compression="zstd")
print('{"meetings": %d, "drawn": 0, "written": %f}' % (table.num_rows, time.perf_counter() - begin))
"""
WHOLE = """
import json, sys
from pathlib import Path
from quorate.charter.read import read
from quorate.simulate.engine import Plan
from quorate.simulate.run import simulate
from quorate.simulate.scenario import read_scenario

if __name__ == "__main__":
    folder, out, scale, last, jobs = sys.argv[1:6]
    charter = read(Path(folder))
    scenario = read_scenario(Path(folder) / "simulate" / "default.yaml", charter)
    plan = Plan(charter, scenario, "2016-01-01", last, 1, float(scale))
    print(json.dumps(simulate(plan, Path(out), jobs=int(jobs)).as_dict()))
"""


@dataclass(slots=True)
class Taken:
    """What runs of a program took: seconds each, the most memory in MB, and what the last one printed."""

    seconds: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    peak: int = 0
    printed: dict[str, float] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The median of the seconds in all."""
        return statistics.median(self.seconds)


def run(command: list[str | Path], taken: Taken) -> None:
    """Run a program to its end."""
    with tempfile.TemporaryFile() as out:
        begin = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        taken.seconds.append(time.perf_counter() - begin)
        out.seek(0)
        text = out.read().decode()
    if status:
        sys.exit(f"{command[1]} failed: {text}")
    taken.printed = json.loads(text.splitlines()[-1])
    taken.peak = max(taken.peak, used.ru_maxrss // 1024, int(taken.printed.get("peak_mb", 0)))
    taken.drawn.append(float(taken.printed.get("drawn", 0)))


def peers() -> Path:
    """The interpreter of the peers' environment, made where it is not there."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        wanted = HERE / "requirements-simulate-peers.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
    return python


def small(cells: int, repeats: int, with_peers: bool, folder: Path) -> Table:
    """The small work by everyone."""
    names = [row for row in SMALL if with_peers or not row[2]]
    found = {name: Taken() for name, _, _ in names}
    floor = Taken()
    for _ in range(repeats):
        for name, what, apart in names:
            out = folder / f"{what}.parquet"
            shutil.rmtree(out.with_suffix(""), ignore_errors=True)
            run([peers() if apart else sys.executable, WORK, what, str(cells), "12", out], found[name])
        run([sys.executable, "-c", FLOOR, folder / "plain_numpy.parquet", folder / "floor.parquet"], floor)
    best = statistics.median(found["ours, bare"].drawn)
    table = Table(
        "what", "drawn s", "meetings/s", "to ours, bare", "in all s", "peak MB", title=f"{cells:,} cells, a year"
    )
    for name, _, _ in names:
        taken = found[name]
        printed, drawn = taken.printed, statistics.median(taken.drawn)
        if printed["meetings"] != 12 * cells:
            sys.exit(f"{name}: {printed['meetings']} meetings")
        share = printed["present"] / printed["entitled"]
        if name != "ours, whole" and abs(share - 0.93) > 0.002:
            sys.exit(f"{name}: a share of {share:.4f} came")
        rate = f"{12 * cells / drawn:,.0f}"
        table.add_row(name, f"{drawn:.2f}", rate, f"{drawn / best:.1f}", f"{taken.median:.1f}", f"{taken.peak:,}")
    written = float(floor.printed["written"])
    table.add_row("floor: writing alone", f"{written:.2f}", "", "", f"{floor.median:.1f}", f"{floor.peak:,}")
    return table


def curve(repeats: int, folder: Path) -> Table:
    """What the reference organisation takes, by members and months, in one process."""
    table = Table("share of members", "months", "units", "entries", "seconds", "entries/s", "peak MB", title="by size")
    for scale, last in (
        (0.125, "06-30"),
        (0.25, "06-30"),
        (0.5, "06-30"),
        (1, "06-30"),
        (0.25, "03-31"),
        (0.25, "12-31"),
    ):
        taken = Taken()
        for _ in range(repeats):
            whole(scale, f"2016-{last}", 1, folder, taken)
        said = taken.printed
        rate = f"{said['entries'] / taken.median:,.0f}"
        row = (f"{scale:g}", str(int(last[:2])), f"{said['units']:,}", f"{said['entries']:,}", f"{taken.median:.1f}")
        table.add_row(*row, rate, f"{taken.peak:,}")
    return table


def whole(scale: float, last: str, jobs: int, folder: Path, taken: Taken) -> None:
    """One simulation of the reference organisation."""
    out, program = folder / "whole", folder / "whole.py"
    shutil.rmtree(out, ignore_errors=True)
    program.write_text(WHOLE)
    run([sys.executable, program, CHARTER, out, str(scale), last, str(jobs)], taken)


def national(repeats: int, folder: Path) -> Table:
    """One national year with all flows, and writing its files alone."""
    import pyarrow.parquet as pq

    taken = Taken()
    for _ in range(repeats):
        whole(1.0, "2016-12-31", 1, folder, taken)
    seconds = 0.0
    for file in sorted((folder / "whole" / "log").iterdir()):
        table = pq.read_table(file)
        begin = time.perf_counter()
        pq.write_table(table, folder / "again.parquet", compression="zstd")
        seconds += time.perf_counter() - begin
    said = taken.printed
    found = Table("units", "members", "entries", "MB", "seconds", "entries/s", "peak MB a process", "writing alone s")
    sizes = (f"{said['units']:,}", f"{said['members']:,}", f"{said['entries']:,}", f"{said['bytes'] / 1e6:,.0f}")
    found.add_row(
        *sizes, f"{taken.median:.1f}", f"{said['entries'] / taken.median:,.0f}", f"{taken.peak:,}", f"{seconds:.1f}"
    )
    return found


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--cells", type=int, default=100_000)
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--no-peers", action="store_true")
    options.add_argument("--curve", action="store_true")
    options.add_argument("--national", action="store_true")
    given = options.parse_args()
    console = Console(width=130)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        console.print(small(given.cells, given.repeats, not given.no_peers, folder))
        if given.curve:
            console.print(curve(given.repeats, folder))
        if given.national:
            console.print(national(given.repeats, folder))


if __name__ == "__main__":
    main()
