"""How many office-days pass with nobody in office or somebody acting, and what the filling of a vacancy waits for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quorate.charter.model import Charter
from quorate.simulate.questions.answer import (
    Cell,
    Column,
    Headline,
    Spread,
    Table,
    bounds,
    quantile,
    rounded,
    shown,
    spread,
)
from quorate.simulate.questions.errors import NoSuchName, NothingToAnswer
from quorate.simulate.questions.held import DAYS, FILLING, NEEDED, Post, posts, prepare
from quorate.simulate.questions.log import Log


@dataclass(frozen=True, slots=True)
class Days:
    """One post in one run: its `seats` in each of so many `units`, and seat-days: `total`, of which somebody `held`
    the seat, `acting` somebody acted in it, and `vacant` nobody did. The three add up to the total.
    """

    run: str
    post: str
    tier: str
    office: bool
    seats: int
    units: int
    total: float
    held: float
    acting: float
    vacant: float


@dataclass(frozen=True, slots=True)
class Filling:
    """The vacancies of one single-seat office in one run: how many were filled, how many `lasting` at the end; days
    they took, `median` and `mean`, and the mean's parts: until an `election` (or being put forward), waiting for
    `approval`, and from then to `taking` the seat. None where none was filled.
    """

    run: str
    post: str
    filled: int
    lasting: int
    median: float | None
    mean: float | None
    election: float | None
    approval: float | None
    taking: float | None


@dataclass(frozen=True, slots=True)
class Vacancies:
    """The answer. `never_held` are posts nobody is ever named in, left out of all figures; `at_need`, offices that
    are filled when there is need for them, which are not counted either.
    """

    runs: tuple[str, ...]
    first: str
    last: str
    names: dict[str, str]
    tier_names: dict[str, str]
    days: tuple[Days, ...]
    fillings: tuple[Filling, ...]
    never_held: tuple[str, ...]
    at_need: tuple[str, ...]

    def of(self, post: str) -> tuple[Days, ...]:
        """The days of a post, run by run."""
        return tuple(d for d in self.days if d.post == post)

    def posts(self) -> tuple[str, ...]:
        """The posts counted, by tier as the charter has them, offices first."""
        order = {tier: place for place, tier in enumerate(self.tier_names)}
        kinds = {d.post: (order[d.tier], not d.office) for d in self.days}
        return tuple(sorted(kinds, key=lambda post: kinds[post]))

    def share(self, post: str, what: str) -> Spread:
        """The percentage of a post's days that are `held`, `acting` or `vacant`, over runs."""
        return spread(100 * getattr(d, what) / d.total if d.total else 0.0 for d in self.of(post))

    def table(self) -> Table:
        """A row for each post: seat-days in all, and in what state, medians over runs."""
        columns = (
            Column("tier", "tier"), Column("post", "post"), Column("units", "units", "units"),
            Column("total", "in all", "days", aside=2),
            Column("vacant", "vacant", "days", aside=3), Column("acting", "acting", "days", aside=4),
            Column("vacant_share", "vacant", "%", digits=2), *bounds("", "%"),
            Column("acting_share", "acting", "%", digits=2), Column("filled", "filled", "vacancies", aside=1),
            Column("lasting", "at the end", "vacancies", aside=1),
        )  # fmt: skip
        return Table("Days of office, by post", columns, tuple(self._row(post) for post in self.posts()), heads=1)

    def _row(self, post: str) -> tuple[Cell, ...]:
        mine = self.of(post)
        total, vacant, acting = (
            quantile([getattr(d, what) for d in mine], 0.5) for what in ("total", "vacant", "acting")
        )
        share, acted = self.share(post, "vacant"), self.share(post, "acting")
        fills = [f for f in self.fillings if f.post == post]
        filled, lasting = (quantile([float(getattr(f, what)) for f in fills], 0.5) for what in ("filled", "lasting"))
        figures = [rounded(v, 0) for v in (total, vacant, acting)]
        shares = [rounded(v, 2) for v in (share.median, share.low, share.high, acted.median)]
        units = max(d.units for d in mine)
        tier = self.tier_names[mine[0].tier]
        return (tier, self.names[post], units, *figures, *shares, rounded(filled, 0), rounded(lasting, 0))

    def tables(self) -> tuple[Table, ...]:
        """The days, and how vacancies were filled."""
        return self.table(), self._filling()

    def _filling(self) -> Table:
        columns = (
            Column("post", "office"), Column("filled", "filled", "vacancies", aside=1),
            Column("median", "waited, median", "days"),
            Column("mean", "mean", "days"), Column("election", "for an election", "days"),
            Column("approval", "for approval", "days"), Column("taking", "until seated", "days"),
        )  # fmt: skip
        rows = []
        for post in self.posts():
            figures = self.filling(post)
            if figures["mean"] is not None:
                rows.append((self.names[post], *(rounded(figures[c.key], 1) for c in columns[1:])))
        return Table(
            "What the filling of a vacancy waited for, means of vacancies, medians over runs", columns, tuple(rows)
        )

    def filling(self, post: str) -> dict[str, float | None]:
        """The figures of a post's vacancies, medians over the runs that have any."""
        mine = [f for f in self.fillings if f.post == post and f.filled]
        names = ("filled", "median", "mean", "election", "approval", "taking")
        return {name: quantile([float(getattr(f, name)) for f in mine], 0.5) for name in names}

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        return {"question": "vacancies", "answer": self.words(), **asdict(self)}

    def words(self) -> str:
        """The answer in plain sentences."""
        total, vacant, acting = (self._sum(what, offices=True) for what in ("total", "vacant", "acting"))
        text = (
            f"Of {total.text()} office-days from {self.first} to {self.last}, {vacant.text()} were vacant "
            f"({_share(vacant, total)}) and {acting.text()} acted in ({_share(acting, total)})."
        )
        offices = [post for post in self.posts() if self.of(post)[0].office]
        worst = max(offices, key=lambda post: self.share(post, "vacant").median or 0, default=None)
        if worst and self.share(worst, "vacant").median:
            share = self.share(worst, "vacant").text(1)
            text += f" The most vacant office is the {self.names[worst]}: {share} % of its days."
        waits = {name: self._wait(name) for name in ("election", "approval", "taking")}
        if any(value is not None for value in waits.values()):
            text += (
                f" A vacancy that was filled had waited on average {shown(waits['election'], 1)} days for an election "
                f"or for somebody to be put forward, {shown(waits['approval'], 1)} for approval, and "
                f"{shown(waits['taking'], 1)} until the seat was taken."
            )
        if self.never_held:
            left = ", ".join(self.names[post] for post in self.never_held)
            text += f" Nobody is ever named as {left}; that is left out."
        return text + " A seat counts from its unit's opening; seats of organs are in the table."

    def _sum(self, what: str, *, offices: bool) -> Spread:
        return spread(
            sum(getattr(d, what) for d in self.days if d.run == run and d.office == offices) for run in self.runs
        )

    def _wait(self, what: str, run: str | None = None) -> float | None:
        """The mean over all vacancies filled, of all runs or of one."""
        mine = [f for f in self.fillings if f.filled and run in (None, f.run)]
        count = sum(f.filled for f in mine)
        return sum(getattr(f, what) * f.filled for f in mine) / count if count else None

    def chart(self, path: Path) -> None:
        """The share of days vacant and acting by post, and what filling waits for. Raise `CannotDraw`."""
        from quorate.simulate.questions.vacancies_chart import draw

        draw(self, path)

    def headlines(self) -> tuple[Headline, ...]:
        """Vacant and acting shares, in all and of each post, and the waits, run by run."""
        found = []
        for what in ("vacant", "acting"):
            values = tuple(self._percent(run, what) for run in self.runs)
            found.append(Headline(f"vacancies.{what}", f"office-days {what}", "%", values))
        for what, words in (("election", "an election"), ("approval", "approval"), ("taking", "the seat to be taken")):
            values_ = tuple(self._wait(what, run) for run in self.runs)
            found.append(Headline(f"vacancies.wait.{what}", f"a vacancy's wait for {words}", "days", values_))
        for post in self.posts():
            by_run = {d.run: 100 * d.vacant / d.total for d in self.of(post) if d.total}
            values_ = tuple(by_run.get(run) for run in self.runs)
            found.append(Headline(f"vacancies.{post}", f"days vacant, {self.names[post]}", "%", values_))
        return tuple(found)

    def _percent(self, run: str, what: str) -> float | None:
        mine = [d for d in self.days if d.run == run and d.office]
        total = sum(d.total for d in mine)
        return 100 * sum(getattr(d, what) for d in mine) / total if total else None


def _share(part: Spread, whole: Spread) -> str:
    return f"{100 * (part.median or 0) / whole.median:.2f} %" if whole.median else "no share"


def vacancies(logs: Sequence[Log], charter: Charter, *, only: Collection[str] = ()) -> Vacancies:
    """Days of office vacant, acting and held, of one log or several runs; of all posts, or `only` those named.

    Raise `NoSuchName` for a post the charter does not know, `NothingToAnswer` where no log names a holder.
    """
    every = posts(charter)
    for name in only:
        if name not in {post.id for post in every}:
            raise NoSuchName("post with seats", name, [post.id for post in every])
    wanted = tuple(post for post in every if not only or post.id in only)
    found = [_run(log, charter, wanted) for log in logs]
    held = {d.post for days, _, _ in found for d in days if d.held or d.acting}
    if not held:
        raise NothingToAnswer(
            "no log says who holds any office.", advice="Ask of a log with openings, elections or appointments."
        )
    there = {d.post for days, _, _ in found for d in days}
    starts, ends = ([str(bounds[end])[:10] for _, _, bounds in found] for end in (0, 1))
    at_need = {o.id for o in charter.offices.values()} - {post.id for post in every}
    return Vacancies(
        tuple(log.name for log in logs),
        min(starts),
        max(ends),
        {post.id: charter.name(post.id) for post in wanted},
        {tier.id: tier.name for tier in charter.tiers.values()},
        tuple(d for days, _, _ in found for d in days if d.post in held),
        tuple(f for _, fills, _ in found for f in fills if f.post in held),
        tuple(post.id for post in wanted if post.id in there - held),
        tuple(sorted(at_need)),
    )


def _run(log: Log, charter: Charter, wanted: Sequence[Post]) -> tuple[list[Days], list[Filling], tuple[Any, Any]]:
    known = {post.id: post for post in wanted}
    with log.open({unit.id: unit.tier for unit in charter.known.values()}, NEEDED) as db:
        bounds = log.window(db)
        prepare(db, wanted, *bounds)
        days = [_days(log.name, known[row[0]], row) for row in db.execute(DAYS).fetchall()]
        filled = {row[0]: row[1:] for row in db.execute(FILLING).fetchall()}
        lasting = dict(db.execute("SELECT post, count(*) FILTER (person IS NULL) FROM spells GROUP BY post").fetchall())
    none = (0, None, None, None, None, None)
    fills = []
    for post in (d.post for d in days if d.office and d.seats == 1):
        count, *figures = filled.get(post, none)
        fills.append(Filling(log.name, post, count, lasting.get(post, 0), *figures))
    return days, fills, bounds


def _days(run: str, post: Post, row: tuple[Any, ...]) -> Days:
    _, seats, units, *numbers = row
    total, held, acting = (float(number) for number in numbers)
    return Days(
        run, post.id, post.tier, post.office, seats, units, total, held, acting, max(0.0, total - held - acting)
    )
