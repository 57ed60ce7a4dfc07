"""How many matters lie open, how old they are, and how many are past their time, month by month."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from quorate.charter.model import Charter
from quorate.clauses.procedure import Procedure
from quorate.simulate.questions.answer import Column, Headline, Spread, Table, bounds, quantile, rounded, shown, spread
from quorate.simulate.questions.errors import NoSuchName, NothingToAnswer
from quorate.simulate.questions.log import Log
from quorate.simulate.questions.months import MONTHLY, WHOLE, needed, prepare

PERSONS = "person"
MEANS = (
    "A matter is open from its opening in a unit until its last stage there; more open than Little's law says means "
    "that the backlog grows, or holds matters that never close."
)


@dataclass(frozen=True, slots=True)
class Month:
    """One procedure in one month of one run: matters opened, decided and closed in it, `open` at its end (at the log's
    end in the last); of those the age in days (`age` median, `oldest` 90 %; None where none is open) and how many are
    past the time the charter gives a stage (`late`).
    """

    run: str
    clause: str
    month: str
    opened: int
    decided: int
    closed: int
    open: int
    age: float | None
    oldest: float | None
    late: int


@dataclass(frozen=True, slots=True)
class Balance:
    """One procedure over one run: matters opened a day, days to close (`median`, `mean`; None where none closed), and
    how many lay open on average over the days of the log.

    By Little's law (Little 1961, A Proof for the Queuing Formula L = λW) the average open is the rate times the mean
    time, where neither grows: `expected`.
    """

    run: str
    clause: str
    days: float
    opened: int
    rate: float
    median: float | None
    mean: float | None
    average: float
    expected: float | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """The answer, for each procedure asked about, by clause id."""

    runs: tuple[str, ...]
    names: dict[str, str]
    months: tuple[Month, ...]
    balances: tuple[Balance, ...]

    def over_runs(self, clause: str, month: str, what: str = "open") -> Spread:
        """A column of `Month` over the runs."""
        rows = (m for m in self.months if (m.clause, m.month) == (clause, month))
        return spread(getattr(m, what) for m in rows)

    def calendar(self) -> tuple[str, ...]:
        """The months, in order."""
        return tuple(sorted({m.month for m in self.months}))

    def by_month(self) -> Table:
        """A row for each procedure and month; medians over runs, and the bounds of what is open."""
        columns = (
            Column("matter", "matter"), Column("clause", "clause"), Column("month", "month"),
            Column("opened", "opened", "matters"), Column("decided", "decided", "matters"),
            Column("closed", "closed", "matters"), Column("open", "open at the end", "matters"),
            *bounds("", "matters"), Column("age", "age, median", "days"),
            Column("oldest", "age, 90 %", "days"), Column("late", "past their time", "% of open"),
        )  # fmt: skip
        rows = []
        for clause in self.names:
            for month in self.calendar():
                opened, decided, closed = (
                    self.over_runs(clause, month, w).median for w in ("opened", "decided", "closed")
                )
                still = self.over_runs(clause, month)
                age, oldest = (_known(self, clause, month, w) for w in ("age", "oldest"))
                figures = (opened, decided, closed, still.median, still.low, still.high)
                rows.append(
                    (self.names[clause], clause, month, *(rounded(f, 1) for f in figures),
                     rounded(age, 0), rounded(oldest, 0), rounded(self.late(clause, month), 1))
                )  # fmt: skip
        return Table("Matters by month", columns, tuple(rows), heads=2)

    def late(self, clause: str, month: str) -> float | None:
        """The percentage of the open that are past their time, of all runs together; None where none is open."""
        rows = [m for m in self.months if (m.clause, m.month) == (clause, month)]
        still = sum(m.open for m in rows)
        return 100 * sum(m.late for m in rows) / still if still else None

    def tables(self) -> tuple[Table, ...]:
        """The balance of each procedure, and the months."""
        return self.table(), self.by_month()

    def table(self) -> Table:
        """A row for each procedure: its rate, time and backlog, medians over runs."""
        columns = (
            Column("matter", "matter"), Column("clause", "clause", aside=2), Column("opened", "opened", "matters"),
            Column("median", "to close, median", "days", aside=1), Column("mean", "to close, mean", "days"),
            Column("average", "open on average", "matters"), Column("expected", "by Little's law", "matters"),
            Column("peak", "most at a month's end", "matters"), Column("end", "at the end", "matters"),
        )  # fmt: skip
        rows = []
        for clause, name in self.names.items():
            mine = [b for b in self.balances if b.clause == clause]
            figures = [
                quantile([getattr(b, what) for b in mine], 0.5)
                for what in ("opened", "median", "mean", "average", "expected")
            ]
            rows.append(
                (
                    name,
                    clause,
                    *(
                        rounded(f, 1)
                        for f in (*figures, quantile(self._peaks(clause), 0.5), quantile(self._ends(clause), 0.5))
                    ),
                )
            )
        return Table("Rate, time and backlog over the whole log, medians over runs", columns, tuple(rows))

    def _peaks(self, clause: str) -> list[float]:
        return [
            max((float(m.open) for m in self.months if (m.run, m.clause) == (run, clause)), default=0.0)
            for run in self.runs
        ]

    def _ends(self, clause: str) -> list[float]:
        last = self.calendar()[-1]
        return [
            next((float(m.open) for m in self.months if (m.run, m.clause, m.month) == (run, clause, last)), 0.0)
            for run in self.runs
        ]

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        return {"question": "backlog", "answer": self.words(), **asdict(self)}

    def words(self) -> str:
        """The answer in plain sentences."""
        parts = [self._sentence(clause) for clause in self.names]
        over = f"Medians over {len(self.runs)} runs; in brackets what nine in ten runs lie between. "
        return "\n".join(parts) + "\n" + (over if len(self.runs) > 1 else "") + MEANS

    def _sentence(self, clause: str) -> str:
        mine = [b for b in self.balances if b.clause == clause]
        peak, end = spread(self._peaks(clause)), spread(self._ends(clause))
        most = max(self.calendar(), key=lambda month: self.over_runs(clause, month).median or 0)
        rate = quantile([30 * b.rate for b in mine], 0.5)
        close, average, expected = (spread(getattr(b, what) for b in mine) for what in ("mean", "average", "expected"))
        ends = f"at most {peak.text()} open at a month's end ({most}), {end.text()} at the end of the log"
        if not peak.high:
            ends = "none open at any month's end"
        text = (
            f"{self.names[clause]}: {shown(rate, 1)} opened in thirty days; {ends}; on average {average.text(1)} open"
        )
        if close.median is None:
            return text + ", and none closed."
        return text + f", where those closed had taken {close.text(1)} days: {expected.text(1)} by Little's law."

    def chart(self, path: Path) -> None:
        """What is open at each month's end, and what came in and was closed. Raise `CannotDraw`."""
        from quorate.simulate.questions.backlog_chart import draw

        draw(self, path)

    def headlines(self) -> tuple[Headline, ...]:
        """The largest, last and average backlog and the days to close, of each procedure, run by run."""
        found = []
        for clause, name in self.names.items():
            mine = {b.run: b for b in self.balances if b.clause == clause}
            means = tuple(mine[run].mean if run in mine else None for run in self.runs)
            averages = tuple(mine[run].average if run in mine else 0.0 for run in self.runs)
            for key, words, unit, values in (
                ("peak", "most open at a month's end", "matters", tuple(self._peaks(clause))),
                ("end", "open at the end", "matters", tuple(self._ends(clause))),
                ("average", "open on average", "matters", averages),
                ("mean", "mean time to close", "days", means),
            ):
                found.append(Headline(f"backlog.{clause}.{key}", f"{name}: {words}", unit, values))
        return tuple(found)


def _known(answer: Backlog, clause: str, month: str, what: str) -> float | None:
    rows = (getattr(m, what) for m in answer.months if (m.clause, m.month) == (clause, month))
    return quantile([value for value in rows if value is not None], 0.5)


def backlog(logs: Sequence[Log], charter: Charter, *, matters: Collection[str] = ()) -> Backlog:
    """Matters opened, closed and open by month, of one log or several runs.

    `matters` are kinds of matter or ids of procedures; left out: all that are about persons. Raise `NoSuchName` for one
    the charter does not know, `NothingToAnswer` where the log holds none of them.
    """
    procedures = _chosen(charter, matters)
    found = [_run(log, charter, procedures) for log in logs]
    seen = {month.clause for months, _ in found for month in months}
    if not seen:
        kinds = ", ".join(sorted({p.matter for p in procedures}))
        raise NothingToAnswer(f"no log holds a matter of these kinds: {kinds}.", advice="Ask of others with `matters`.")
    names = {p.id: f"{p.title}, {charter.tiers[p.tier].name}" for p in procedures if p.id in seen}
    return Backlog(
        tuple(log.name for log in logs),
        names,
        tuple(month for months, _ in found for month in months),
        tuple(balance for _, balances in found for balance in balances),
    )


def _chosen(charter: Charter, matters: Collection[str]) -> tuple[Procedure, ...]:
    every = charter.of(Procedure)
    known = {name for p in every for name in (p.matter, p.id)}
    for name in matters:
        if name not in known:
            raise NoSuchName("matter", name, sorted(known))
    found = tuple(p for p in every if (p.matter in matters or p.id in matters if matters else p.about == PERSONS))
    if not found:
        raise NothingToAnswer("the charter has no procedure about persons.", advice="Name other matters.")
    return found


def _run(log: Log, charter: Charter, procedures: Sequence[Procedure]) -> tuple[list[Month], list[Balance]]:
    with log.open({unit.id: unit.tier for unit in charter.known.values()}, needed(procedures)) as db:
        first, last = log.window(db)
        prepare(db, procedures, first, last)
        rows = db.execute(MONTHLY).fetchall()
        months = [Month(log.name, clause, month, *numbers) for clause, month, *numbers in rows]
        whole = db.execute(WHOLE, {"first": first, "last": last}).fetchall()
        calendar = [row[0] for row in db.execute("SELECT month FROM months ORDER BY month").fetchall()]
    balances = [_balance(log.name, row, first, last) for row in whole]
    return _filled(log.name, months, calendar), balances


def _filled(run: str, months: list[Month], calendar: list[str]) -> list[Month]:
    """The months with those in which nothing was open or came."""
    have = {(m.clause, m.month): m for m in months}
    clauses = dict.fromkeys(m.clause for m in months)
    empty = (0, 0, 0, 0, None, None, 0)
    return [have.get((c, month)) or Month(run, c, month, *empty) for c in clauses for month in calendar]


def _balance(run: str, row: tuple[Any, ...], first: datetime, last: datetime) -> Balance:
    clause, opened, median, mean, matter_days = row
    days = max((last - first).total_seconds() / 86400, 1.0)
    rate = opened / days
    expected = rate * mean if mean is not None else None
    return Balance(run, clause, days, opened, rate, median, mean, float(matter_days) / days, expected)
