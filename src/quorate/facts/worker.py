"""A thread of its own for what a database does, beside the one that thinks of what to ask next."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

Result = TypeVar("Result")


class Dropped(Exception):
    """A job was not done because one before it failed."""


class Worker:
    """Does jobs one after another, in the order they were given, in a thread of its own.

    Once a job fails, those given after it are dropped, and the error comes out where the next job is given or waited
    for: once, as it is. The worker then takes jobs as before.
    """

    def __init__(self, interrupt: Callable[[], None]) -> None:
        """`interrupt` makes the job that is being done end early; it is called from other threads."""
        self._interrupt = interrupt
        self._pool = ThreadPoolExecutor(1, "quorate-engine")
        self._failed: BaseException | None = None
        self._last: Future[Any] | None = None

    def give(self, job: Callable[[], object]) -> None:
        """Give a job to be done after those before it, whose results nobody waits for."""
        self._raise()
        self._last = self._pool.submit(self._do, job)

    def ask(self, job: Callable[[], Result]) -> Result:
        """Give a job, and wait for its result."""
        self._raise()
        self._last = found = self._pool.submit(self._do, job)
        try:
            return found.result()
        except Dropped:
            self._raise()
            raise
        except BaseException as error:
            if error is self._failed:
                self._failed = None
            raise

    def wait(self) -> None:
        """Wait until all jobs given so far are done."""
        if self._last:
            wait([self._last])
        self._raise()

    def close(self) -> None:
        """End the thread: the job being done is interrupted, those after it are dropped."""
        self._failed = self._failed or Dropped()
        while self._last and not self._last.done():
            self._interrupt()
            wait([self._last], timeout=0.1)
        self._pool.shutdown()

    def _do(self, job: Callable[[], Result]) -> Result:
        if self._failed:
            raise Dropped
        try:
            return job()
        except BaseException as error:
            self._failed = error
            raise

    def _raise(self) -> None:
        """Let the error of a job come out, once all jobs given after it are dropped."""
        if self._failed:
            if self._last:
                wait([self._last])
            failed, self._failed = self._failed, None
            raise failed
