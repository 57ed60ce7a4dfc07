"""From nothing to a record people can look through: begin it, live through the scenario, seal a checkpoint, show it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from quorate.charter.read import files_of
from quorate.cli.place import begun
from quorate.cli.show import screen
from quorate.demo.shown import show
from quorate.errors import QuorateError
from quorate.log.checkpoint import new_key, public, take
from quorate.log.export import export
from quorate.officers import Play, Scenario, read_scenario
from quorate.officers.play import Progress as Told
from quorate.run.record import Record, RecordExists, create

SCENARIO = "demo.yaml"


class NoScenario(QuorateError):
    """No charter with a scenario to play, or several and none named."""


def run(out: Path, *, seed: int = 2016, charter: Path | None = None) -> None:
    """Play a charter's scenario into a new record in `out`, and print what people would ask of it.

    `charter` is the charter's folder, which holds a ``demo.yaml``; left out, the one such folder below ``charters``.
    The same seed gives the same record. Raise `NoScenario`, `BadScenario`, `CharterRefused` or `RecordExists`;
    nothing is written then.
    """
    folder = charter or _only_scenario()
    scenario = read_scenario(folder / SCENARIO)
    files = files_of(folder)
    if (out / "record.db").exists():
        raise RecordExists(
            f"there is a record in {out} already", advice="Remove it, or name another folder with --out."
        )
    begin = time.monotonic()
    with begun(str(out)) as store:
        record = create(store, files, scenario.from_, salt=_salts(seed))
        with _bars() as told:
            tally = Play(record, scenario, seed, told).run()
        _seal(record, scenario, out)
        show(record, scenario, tally, out, time.monotonic() - begin)


def _only_scenario() -> Path:
    found = sorted(path.parent for path in Path("charters").glob(f"*/{SCENARIO}"))
    if len(found) != 1:
        what = "several charters here have a demonstration" if found else "no charter here has a demonstration"
        raise NoScenario(what, where="charters", advice="Name the charter's folder.")
    return found[0]


def _salts(seed: int) -> Callable[[], bytes]:
    """Salts that a seed repeats. For demonstrations only: whoever knows the seed can guess what is sealed."""
    number = 0

    def salt() -> bytes:
        nonlocal number
        number += 1
        return hashlib.sha256(f"demonstration {seed} {number}".encode()).digest()

    return salt


@contextmanager
def _bars() -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = screen(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        yield told


def _seal(record: Record, scenario: Scenario, out: Path) -> None:
    """Sign a checkpoint over every stream, and write the export an outsider can verify."""
    key = new_key(out / "checkpoint.key")
    (out / "checkpoint.pub").write_text(public(key).hex() + "\n")
    take(record.store, key, origin=record.charter.file.id, at=f"{scenario.to}T23:59")
    with (out / "export.log").open("wb") as file:
        export(record.store, file)
