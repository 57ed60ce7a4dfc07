"""A bar for anything that takes over a second; nothing at all where no terminal would show it."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from quorate.cli.show import screen

AFTER = 1.0  # seconds

T = TypeVar("T")


class Tick(Protocol):
    """Tells a bar how far the work is: (done, in all)."""

    def __call__(self, done: int, total: int, /) -> None: ...  # noqa: D102


@contextmanager
def bar(label: str) -> Iterator[Tick]:
    """Give the function to call as work goes on; the bar appears on standard error once it has gone on for a second."""
    if not sys.stderr.isatty():
        yield lambda _done, _total, /: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = Progress(*columns, console=screen(stderr=True), transient=True)
    task = shown.add_task(label, total=None)
    begun, running = time.monotonic(), False

    def tick(done: int, total: int, /) -> None:
        nonlocal running
        if not running and time.monotonic() - begun > AFTER:
            shown.start()
            running = True
        shown.update(task, completed=done, total=total)

    try:
        yield tick
    finally:
        if running:
            shown.stop()


def track(items: Collection[T], label: str) -> Iterator[T]:
    """The items, with a bar that counts them."""
    with bar(label) as tick:
        for done, item in enumerate(items):
            tick(done, len(items))
            yield item
