"""A network of tasks planned back from a day: latest and earliest dates, slack, and the critical path.

The critical-path method (Kelley & Walker 1959, Critical-Path Planning and Scheduling), on days of the calendar, so that
a delay of so many months is as long as the charter's clauses take it to be. A task that takes n days fills the n days
from its start; what follows may start on the day after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from quorate.terms import dates
from quorate.terms.parts import Span


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done: who by, in which tier, how many days it takes, and what that rests on (`basis`: a clause,
    or that it is assumed). `after` are the tasks before it, each with a delay that must pass from its end (None: none).

    Once planned: it starts on `earliest` at the soonest and on `latest` at the last, and may be put off by `slack`
    days. Done before `not_before`, it would be done too soon for what follows it on its last day.
    """

    id: str
    words: str
    tier: str
    by: str
    days: int
    basis: str
    after: Mapping[str, Span | None] = field(default_factory=dict)
    not_before: str | None = None
    earliest: str = ""
    latest: str = ""
    slack: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Tasks in the order they may be done in, planned, and the `critical` path, by ids: the chain that settles when
    to begin.
    """

    tasks: tuple[Task, ...]
    critical: tuple[str, ...]

    def task(self, ident: str) -> Task:
        """The task of that id."""
        return next(task for task in self.tasks if task.id == ident)

    def path(self, last: str) -> tuple[str, ...]:
        """The tightest chain up to a task: from each, back to the one before it with the least slack."""
        known = {task.id: task for task in self.tasks}
        found = [last]
        while known[found[-1]].after:
            before = [known[name] for name in known[found[-1]].after]
            found.append(min(before, key=lambda task: (task.slack, task.latest, task.id)).id)
        return tuple(reversed(found))


def planned(tasks: Sequence[Task], last: str, on: str) -> Plan:
    """The tasks with their dates, when the task `last` is to start on a day; every task is before it, in some chain.

    `tasks` stand in an order in which each follows those it comes after. The work begins on the latest day on which
    the longest chain can.
    """
    latest = _latest(tasks, last, on)
    begin = min(latest[task.id] for task in tasks if not task.after)
    earliest: dict[str, str] = {}
    done = []
    for task in tasks:
        ready = [_following(earliest[name], _known(tasks, name), delay) for name, delay in task.after.items()]
        start = max([*ready, begin]) if task.id != last else on
        earliest[task.id] = start
        slack = dates.days_between(start, latest[task.id])
        done.append(replace(task, earliest=start, latest=latest[task.id], slack=slack))
    plan = Plan(tuple(done), ())
    return Plan(plan.tasks, plan.path(last))


def _known(tasks: Sequence[Task], name: str) -> Task:
    return next(task for task in tasks if task.id == name)


def _following(start: str, task: Task, delay: Span | None) -> str:
    """When what comes after a task may start."""
    end = dates.add(start, task.days, "days")
    return dates.after(end, delay) if delay else end


def _latest(tasks: Sequence[Task], last: str, on: str) -> dict[str, str]:
    found = {last: on}
    for task in reversed(tasks):
        if task.id == last:
            continue
        ends = [before(found[other.id], other.after[task.id]) for other in tasks if task.id in other.after]
        found[task.id] = dates.add(min(ends), -task.days, "days")
    return found


def before(on: str, delay: Span | None) -> str:
    """The last day from which the delay has passed by a day. Months end where the calendar has them end, so this may
    be later than the day so many months before.
    """
    if delay is None:
        return on
    day = dates.add(on, -int(delay.value), delay.unit)
    while dates.after(following := dates.add(day, 1, "days"), delay) <= on:
        day = following
    while dates.after(day, delay) > on:
        day = dates.add(day, -1, "days")
    return day
