"""How fast an audit is: beside reading the files, beside SQL written by hand, beside programs for process mining.

    python bench/audit.py [--log DIR] [--entries N] [--units U] [--repeats R] [--cases C] [--no-peers]

One run prints five tables. The first two are of a national log (`audit_log.py`; a new one of N entries over U units, or
the one in DIR with its two files beside it): a plain scan with DuckDB, the whole reference charter, and three of its
clauses beside hand-written DuckDB queries that answer the same. The others are of a log of C cases of ten events
(`audit_peers/logs.py`), with Declare4Py and pm4py; of the same twenty times over, beside queries by hand; and of hard
cases, where what each gets right shows.

The peers judge cases, and are given one for each branch and month, made for them: a month without events is none, and
nobody tells them. Both count seconds from one moment an event, and take every case as over. With a case for each report
they would tell the two reports of one month apart; no cases could give them dates that are not exact.

Everything runs as a process of its own, start of the interpreter included; the seconds are medians of R runs, taken in
turn, and the memory is the highest any of them held (what is below this program's own, some 150 MB, is not told). The
peers are installed into an environment apart, once.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from audit_peers import logs
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
CHARTER = HERE.parent / "charters" / "wpk-provincial"
SMALL = HERE / "audit_peers" / "charter"
PEERS = HERE.parent / ".venv-audit-peers"
BY_HAND = HERE / "audit_peers" / "by_hand.py"
CLAUSES = ("county.report", "executive.cadence", "cell.cadence")
TIMES = 20  # the log of branches is measured so many times over
UNTIL = "2016-04-25"  # its last day
OURS = {"deadline": "answered", "twice a month": "twice-a-month"}
RULES = logs.RULES


class Failed(Exception):
    """A program that did not do what it was measured at."""


@dataclass(slots=True)
class Taken:
    """What runs of a program took: seconds each, of the clock and of processors, the highest memory in MB, and what
    the last one printed.
    """

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: int = 0
    printed: str = ""

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)

    @property
    def work(self) -> float:
        """The median of the processors' seconds, which other programs on the machine change less."""
        return statistics.median(self.cpu)


def run(command: list[str | Path], taken: Taken) -> None:
    """Run a program to its end; exit code 1 is ours for findings. Raise `Failed`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        taken.seconds.append(time.perf_counter() - begin)
        taken.cpu.append(used.ru_utime + used.ru_stime)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        taken.printed = out.read().decode()
        taken.peak = max(taken.peak, used.ru_maxrss // 1024)
        if process.returncode not in (0, 1) or (process.returncode == 1 and command[0] != quorate()):
            raise Failed(f"{' '.join(map(str, command))}\n{err.read().decode()[-2000:]}")


def quorate() -> Path:
    """The program that is measured."""
    return Path(sys.executable).with_name("quorate")


def in_turn(repeats: int, commands: dict[str, Callable[[], list[str | Path]]]) -> dict[str, Taken]:
    """Run every program, one after the other, over and over."""
    taken = {name: Taken() for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            run(command(), taken[name])
    return taken


def audit(log: Path, charter: Path, out: Path, clause: str | None = None) -> list[str | Path]:
    """The command that audits a log."""
    given: list[str | Path] = [quorate(), "audit", log, "--charter", charter, "--record", "complete", "--out", out]
    return [*given, "--limit", "0", *(["--clause", clause] if clause else [])]


# --- a national log


def planted(log: Path, clause: str | None = None) -> set[tuple[str, str, str]]:
    """What was planted: clause, unit, key."""
    table = log.with_name(f"{log.name}-planted.parquet")
    rows = duckdb.sql(f"SELECT clause, unit, key FROM '{table}'").fetchall()
    return {row for row in rows if clause in (None, row[0])}


def found(out: Path) -> set[tuple[str, str, str]]:
    """What our audit found breached: clause, unit, key."""
    files = f"read_parquet('{out}/**/*.parquet', union_by_name = true)"
    return set(duckdb.sql(f"SELECT clause, unit, key FROM {files} WHERE verdict = 'breached'").fetchall())


def matched(ours: set[tuple[str, str, str]], theirs: set[tuple[str, str, str]]) -> str:
    """How many of those planted were found, and how many others."""
    return f"{len(ours & theirs):,} of {len(theirs):,}, {len(ours - theirs):,} others"


def national(log: Path, repeats: int, folder: Path) -> tuple[Table, Table]:
    """Measure the whole charter and three clauses on a national log."""
    facts = json.loads(log.with_name(f"{log.name}-facts.json").read_text())
    hand: list[str | Path] = [sys.executable, BY_HAND]
    tail: list[str | Path] = [log, folder / "hand.parquet", facts["from"], facts["until"]]
    whole = in_turn(
        repeats,
        {
            "scan, every column": lambda: [*hand, "scan-all", *tail],
            "scan, columns clauses read": lambda: [*hand, "scan-used", *tail],
            "audit, the whole charter": lambda: audit(log, CHARTER, folder / "whole"),
        },
    )
    title = f"{facts['entries']:,} entries, {facts['units']:,} units, {facts['bytes'] / 1e6:,.0f} MB of Parquet"
    first = Table("what", "s", "CPU s", "of scanning", "MB", "planted lapses found", title=title)
    scan = whole["scan, every column"].median
    for name, taken in whole.items():
        says = matched(found(folder / "whole"), planted(log)) if name.startswith("audit") else ""
        first.add_row(
            name, f"{taken.median:,.1f}", f"{taken.work:,.1f}", f"{taken.median / scan:,.1f}", f"{taken.peak:,}", says
        )
    second = Table(
        "clause",
        "by hand, s",
        "ours, s",
        "ratio",
        "ratio, CPU",
        "by hand, MB",
        "ours, MB",
        "planted, found by hand",
        "ours",
    )
    for clause in CLAUSES:
        second.add_row(clause, *_clause(log, clause, repeats, folder, [*hand, clause, *tail]))
    return first, second


def _clause(log: Path, clause: str, repeats: int, folder: Path, hand: list[str | Path]) -> tuple[str, ...]:
    """One clause by hand and by ours."""
    number, told = _beside(log, CHARTER, clause, repeats, folder, hand)
    so = planted(log, clause)
    return *told, f"{number:,} of {len(so):,}", matched(found(folder / clause), so)


def _beside(
    log: Path, charter: Path, clause: str, repeats: int, folder: Path, hand: list[str | Path]
) -> tuple[int, tuple[str, ...]]:
    """How many breaches a query by hand found, and what it and ours took: seconds, ratios, memory."""
    taken = in_turn(repeats, {"hand": lambda: hand, "ours": lambda: audit(log, charter, folder / clause, clause)})
    ours, theirs = taken["ours"], taken["hand"]
    ratios = f"{ours.median / theirs.median:.2f}", f"{ours.work / theirs.work:.2f}"
    times = f"{theirs.median:,.1f}", f"{ours.median:,.1f}", *ratios
    return json.loads(theirs.printed)["broken"], (*times, f"{theirs.peak:,}", f"{ours.peak:,}")


def many(log: Path, repeats: int, folder: Path) -> Table:
    """Measure the two rules on a log of many branches, beside queries by hand: there most entries are about them."""
    head, *rest = "clause", "by hand, s", "ours, s", "ratio", "ratio, CPU", "by hand, MB", "ours, MB"
    rows = pq.read_metadata(log).num_rows
    table = Table(head, *rest, "by hand: found", "ours", title=f"{rows:,} events, every branch under both rules")
    for clause in OURS.values():
        hand: list[str | Path] = [sys.executable, BY_HAND, clause, log, folder / "hand.parquet", "2013-01-01", UNTIL]
        number, told = _beside(log, SMALL, clause, repeats, folder, hand)
        table.add_row(clause, *told, f"{number:,}", f"{len(found(folder / clause)):,}")
    return table


# --- programs for process mining


def install() -> None:
    """Make the peers' environment, once; it is kept out of the repository."""
    wanted = HERE / "requirements-audit-peers.txt"
    if not (PEERS / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        (PEERS / ".gitignore").write_text("*\n")
    subprocess.run([PEERS / "bin" / "python", "-m", "pip", "install", "-q", "-r", wanted], check=True)


def peer(name: str, made: logs.Made) -> list[str | Path]:
    """The command that has a peer judge a log."""
    return [PEERS / "bin" / "python", HERE / "audit_peers" / f"run_{name}.py", made.csv]


PROGRAMS = {"declare4py": "Declare4Py 2.2.0", "pm4py": "pm4py 2.7.23"}


def beside(made: logs.Made, repeats: int, folder: Path) -> Table:
    """Measure the two rules on a large log, with ours and with each peer."""
    commands = {name: lambda name=name: peer(name, made) for name in PROGRAMS}
    ours = {
        rule: lambda clause=clause: audit(made.parquet, SMALL, folder / clause, clause) for rule, clause in OURS.items()
    }
    taken = in_turn(repeats, {"both": lambda: audit(made.parquet, SMALL, folder / "both"), **ours, **commands})
    title = f"{made.events:,} events, {made.cases:,} cases"
    heads = (
        "program",
        "load, s",
        "deadline, s",
        "twice a month, s",
        "in all, s",
        "CPU s",
        "MB",
        *(f"{rule}: found" for rule in RULES),
    )
    table = Table(*heads, title=title)
    both = taken["both"]
    times = "", *(f"{taken[rule].median:.1f}" for rule in RULES), f"{both.median:.1f}", f"{both.work:.1f}"
    judged = {rule: told(folder / clause, "breached", made) for rule, clause in OURS.items()}
    table.add_row("ours", *times, f"{both.peak:,}", *_right(judged, made))
    for name, title in PROGRAMS.items():
        said = json.loads(taken[name].printed.splitlines()[-1])
        times = tuple(f"{said['seconds'][part]:.1f}" for part in ("load", *RULES))
        judged = {rule: set(cases) for rule, cases in said["broken"].items()}
        whole = f"{taken[name].median:.1f}", f"{taken[name].work:.1f}"
        table.add_row(title, *times, *whole, f"{taken[name].peak:,}", *_right(judged, made))
    return table


def _right(judged: dict[str, set[str]], made: logs.Made) -> list[str]:
    found = []
    for rule in RULES:
        told, so = judged[rule], made.broken[rule]
        found.append(f"{len(told & so):,} of {len(so):,}, {len(told - so):,} others")
    return found


def told(out: Path, verdict: str, made: logs.Made) -> set[str]:
    """The cases of which our findings have a verdict: of a meeting, its unit and month; of an answer, its report's."""
    files = f"read_parquet('{out}/**/*.parquet', union_by_name = true)"
    rows = duckdb.sql(f"SELECT clause, unit, key FROM {files} WHERE verdict = ?", params=[verdict]).fetchall()
    months = {f"{unit}/{key[:7]}" for clause, unit, key in rows if clause == OURS["twice a month"]}
    return months | {made.filed[key] for clause, _, key in rows if clause == OURS["deadline"] and key in made.filed}


# --- hard cases


def hard(made: logs.Made, folder: Path) -> Table:
    """What each program says of the hard cases, beside what is so."""
    cases = logs.hard()
    for rule, clause in OURS.items():
        run(audit(made.parquet, SMALL, folder / rule, clause), Taken())
    said = {name: Taken() for name in PROGRAMS}
    for name, taken in said.items():
        run(peer(name, made), taken)
    broken = {name: json.loads(taken.printed.splitlines()[-1])["broken"] for name, taken in said.items()}
    with made.csv.open() as lines:
        known = {line.partition(",")[0] for line in lines}
    table = Table("rule", "situation", "so it is", "ours", *PROGRAMS.values(), title="Hard cases")
    right = dict.fromkeys(("ours", *PROGRAMS), 0)
    for each in cases:
        says = {"ours": _ours(each, folder / each.rule, made)}
        for name in PROGRAMS:
            says[name] = (
                "breached" if each.case in broken[name][each.rule] else "kept" if each.case in known else "no case"
            )
        for name, word in says.items():
            right[name] += word == each.so
        marked = [word if word == each.so else f"[red]{word}[/red]" for word in says.values()]
        table.add_row(each.rule, each.says, each.so, *marked)
    table.add_row("right", "", str(len(cases)), *map(str, right.values()))
    return table


def _ours(each: logs.Hard, out: Path, made: logs.Made) -> str:
    """Our verdict on a case, the worst there is; `open` where there is none, which is what is not yet due."""
    for verdict in ("breached", "possibly breached", "unknown", "kept"):
        if each.case in told(out, verdict, made):
            return verdict.removesuffix(" breached")
    return "open"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--log", type=Path, metavar="DIR", help="a log made before; else one is made")
    options.add_argument("--entries", type=int, default=4_000_000)
    options.add_argument("--units", type=int, default=25_000)
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--no-peers", action="store_true", help="leave out Declare4Py and pm4py")
    options.add_argument("--no-national", action="store_true", help="leave out the national log")
    given = options.parse_args()
    console = Console()
    console = console if console.is_terminal else Console(width=160)
    try:
        measure(given, console)
    except Failed as why:
        sys.exit(f"a program failed: {why}")


def measure(given: argparse.Namespace, console: Console) -> None:
    """All that was asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not given.no_national:
            log = given.log or folder / "log"
            if given.log is None:
                sizes = ["--entries", str(given.entries), "--units", str(given.units)]
                subprocess.run(
                    [sys.executable, HERE / "audit_log.py", log, *sizes], check=True, stdout=subprocess.DEVNULL
                )
            console.print(*national(log, given.repeats, folder), sep="\n")
        if not given.no_peers:
            install()
            made = [sys.executable, HERE / "audit_peers" / "logs.py", folder, str(given.cases), str(TIMES)]
            subprocess.run(made, check=True)  # apart: a program started from here counts our memory as its own
            console.print(beside(logs.stored(folder / "large.json"), given.repeats, folder))
            console.print(many(folder / "many.parquet", given.repeats, folder))
            console.print(hard(logs.stored(folder / "hard.json"), folder / "hard"))


if __name__ == "__main__":
    main()
