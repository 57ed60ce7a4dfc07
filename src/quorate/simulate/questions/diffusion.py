"""How fast a matter handed down from the top reaches the units below, and in which tier it waits longest."""

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
from quorate.simulate.questions.handing import Routes, routes
from quorate.simulate.questions.log import Log
from quorate.simulate.questions.reach import LOWEST, SHARES, Reach, Run, of_log

ON_THE_WAY = ">"


@dataclass(frozen=True, slots=True)
class Wait:
    """Days that units of a tier have a matter before they send it on: until a stage (an act) from the one before it, or
    in all (`stage` empty); for the stage ``>``, days a document is on its way to that tier. `n` counts all runs
    together, the figures are medians over runs.
    """

    tier: str
    stage: str
    name: str
    n: int
    median: float
    high: float
    mean: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of the units of a tier, of those it was sent to, that have a matter so many days from its opening: the
    median over matters and runs, and the bounds of nine in ten.
    """

    tier: str
    low: tuple[float, ...]
    median: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Diffusion:
    """The answer. `slow` are the median days the slowest tenth of all ways to a lowest unit spent in each tier, and on
    the way (empty); `bottleneck` the tier with most of them.
    """

    runs: tuple[str, ...]
    lowest: tuple[str, ...]
    tier_names: dict[str, str]
    reaches: tuple[Reach, ...]
    waits: tuple[Wait, ...]
    slow: tuple[tuple[str, Spread], ...]
    slow_by_run: tuple[dict[str, float], ...]
    bottleneck: str | None
    curves: tuple[Curve, ...]

    def of(self, tier: str = LOWEST) -> tuple[Reach, ...]:
        """How far each matter came in each run, in one scope."""
        return tuple(reach for reach in self.reaches if reach.tier == tier)

    def time(self, share: int, tier: str = LOWEST, *, of_all: bool = False) -> Spread:
        """The days until the share of that number (of `SHARES`) had it, over matters and runs."""
        return spread((r.days_of_all if of_all else r.days)[share] for r in self.of(tier))

    def name(self, tier: str) -> str:
        """A scope in words."""
        return self.tier_names.get(tier, tier) if tier else "lowest units together"

    def table(self) -> Table:
        """Days to half, nine tenths, all; for the lowest units together and for each tier."""
        columns = [Column("tier", "tier"), Column("share", "reached", "%"), Column("matters", "n", "matters")]
        for key, title in (("", "of those sent it"), ("all_", "of all there are")):
            columns += [Column(f"{key}days", title, "days"), *bounds(key, "days")]
        scopes = dict.fromkeys(r.tier for r in self.reaches)
        rows = tuple(self._row(tier, share) for tier in scopes for share in range(len(SHARES)))
        return Table("Days until a matter has reached its share of units", tuple(columns), rows)

    def _row(self, tier: str, share: int) -> tuple[Cell, ...]:
        sent, all_ = self.time(share, tier), self.time(share, tier, of_all=True)
        figures = [rounded(v, 1) for s in (sent, all_) for v in (s.median, s.low, s.high)]
        return (self.name(tier), round(100 * SHARES[share]), sent.n, *figures)

    def tables(self) -> tuple[Table, ...]:
        """The reach, each matter's own, and the waits."""
        return self.table(), self._matters(), self._waits(), self._slowest()

    def _matters(self) -> Table:
        columns = (
            Column("run", "run"), Column("matter", "matter"), Column("opened", "opened"),
            Column("sent", "sent to", "units"), Column("reached", "reached", "units"), Column("units", "of", "units"),
            Column("half", "50 %", "days"), Column("ninety", "90 %", "days"), Column("all", "all", "days"),
        )  # fmt: skip
        rows = tuple(
            (r.run, r.root, r.opened, r.sent, r.reached, r.units, *(rounded(d, 1) for d in r.days)) for r in self.of()
        )
        return Table("Each matter, among the lowest units it was sent to", columns, rows)

    def _waits(self) -> Table:
        columns = (
            Column("tier", "tier"), Column("stage", "until"), Column("n", "n", "matters"),
            Column("median", "median", "days"), Column("high", "90 %", "days"), Column("mean", "mean", "days"),
        )  # fmt: skip
        rows = tuple(
            (self.name(w.tier), w.name, w.n, *(rounded(v, 1) for v in (w.median, w.high, w.mean))) for w in self.waits
        )
        return Table("Where a matter waits before it is sent on", columns, rows)

    def _slowest(self) -> Table:
        columns = (
            Column("tier", "tier"),
            Column("days", "median", "days"),
            *bounds("", "days"),
        )
        rows = tuple(
            (
                self.name(tier) if tier else "on the way between units",
                *(rounded(v, 1) for v in (s.median, s.low, s.high)),
            )
            for tier, s in self.slow
        )
        return Table("Where the slowest tenth of all ways down spent their days", columns, rows)

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        return {"question": "diffusion", "answer": self.words(), **asdict(self)}

    def words(self) -> str:
        """The answer in plain sentences."""
        half, ninety, whole = (self.time(share) for share in range(len(SHARES)))
        matters, runs = len({r.root for r in self.of()}), len(self.runs)
        over = f"{matters} matter{'s' * (matters != 1)}" + (f" and {runs} runs" if runs > 1 else "")
        sent = spread(float(r.sent) for r in self.of())
        share = spread(100 * r.sent / r.units for r in self.of() if r.units)
        text = (
            f"A matter reaches half of the {sent.text()} {self._lowest()} it is sent to {_by(half)}, nine tenths "
            f"{_by(ninety)}, and all {_by(whole)} (medians over {over}; where a range stands, nine in ten cases lie in "
            f"it). It was sent to {share.text(1)} % of all such units."
        )
        if self.bottleneck:
            slow = dict(self.slow)[self.bottleneck].median
            tier = self.name(self.bottleneck)
            text += f" The slowest tenth of the ways down wait longest in the tier {tier}: {shown(slow, 1)} days."
        return text + " Reached means that the document was received there; days run from the matter's opening."

    def _lowest(self) -> str:
        names = [self.name(tier) for tier in self.lowest]
        return "units" if len(names) > 2 else f"units ({', '.join(names)})"

    def chart(self, path: Path) -> None:
        """The reach by day, and the waits by tier and stage. Raise `CannotDraw`."""
        from quorate.simulate.questions.diffusion_chart import draw

        draw(self, path)

    def headlines(self) -> tuple[Headline, ...]:
        """Days to half, nine tenths, all, and the wait of each tier, run by run."""
        found = []
        for share, words in enumerate(("half", "nine tenths", "all")):
            for of_all in (False, True):
                whom = "all units there are" if of_all else "the units it is sent to"
                values = tuple(
                    quantile([(r.days_of_all if of_all else r.days)[share] for r in self.of() if r.run == run], 0.5)
                    for run in self.runs
                )
                key = f"diffusion.{'all' if of_all else 'sent'}.{round(100 * SHARES[share])}"
                found.append(Headline(key, f"until {words} of {whom} have a matter", "days", values))
        for tier in dict.fromkeys(tier for run in self.slow_by_run for tier in run):
            words = (
                f"the slowest tenth wait in the tier {self.name(tier)}" if tier else "the slowest tenth are on the way"
            )
            values = tuple(run.get(tier) for run in self.slow_by_run)
            found.append(Headline(f"diffusion.slow.{tier or 'way'}", words, "days", values))
        return tuple(found)


def _by(found: Spread) -> str:
    """When a share was reached, in words."""
    if found.median is None:
        return "not by the log's end" if found.n < 2 else f"in most cases not by the log's end (of {found.n})"
    late = found.text() if found.high is not None else f"{shown(found.median)} ({shown(found.low)} to never)"
    return f"in {late} days"


def diffusion(
    logs: Sequence[Log], charter: Charter, *, roots: Collection[str] = (), tiers: Collection[str] = ()
) -> Diffusion:
    """How fast matters opened at the top (or those named by `roots`) came down, in one log or several runs.

    `tiers` are the lowest tiers, left out: the basic ones reached, or where none was, those that nothing was handed
    on from. Raise `NothingToAnswer` where nothing was handed down, `NoSuchName` for a tier or a matter unknown.
    """
    for tier in tiers:
        if tier not in charter.tiers:
            raise NoSuchName("tier", tier, charter.tiers)
    way = routes(charter, anywhere=bool(roots))
    if not way.openings:
        raise NothingToAnswer(
            "the charter has no procedure that opens at the top and hands tasks down.",
            advice="Name a matter opened elsewhere.",
        )
    found = [of_log(log, charter, way, roots, tuple(tiers)) for log in logs]
    return _together(found, tuple(log.name for log in logs), charter, way)


def _together(found: Sequence[Run], runs: tuple[str, ...], charter: Charter, way: Routes) -> Diffusion:
    waits: dict[tuple[str, str], list[tuple[str, str, int, float, float, float]]] = {}
    for run in found:
        for row in run.waits:
            waits.setdefault(row[:2], []).append(row)
    order = {tier: place for place, tier in enumerate(charter.tiers)}
    slow = {tier: spread(run.slow.get(tier) for run in found if tier in run.slow) for run in found for tier in run.slow}
    within = {tier: s.median or 0.0 for tier, s in slow.items() if tier}
    return Diffusion(
        runs,
        tuple(dict.fromkeys(tier for run in found for tier in run.lowest)),
        {tier.id: tier.name for tier in charter.tiers.values()},
        tuple(reach for run in found for reach in run.reaches),
        tuple(
            sorted(
                (_wait(key, rows, way) for key, rows in waits.items()),
                key=lambda w: (order.get(w.tier, 99), _place(w.stage, w.tier, way)),
            )
        ),
        tuple(sorted(slow.items(), key=lambda item: order.get(item[0], 99))),
        tuple(run.slow for run in found),
        max(within, key=lambda tier: within[tier]) if within else None,
        tuple(_curve(tier, [one for run in found for one in run.shares.get(tier, ())]) for tier in _scopes(found)),
    )


def _scopes(found: Sequence[Run]) -> list[str]:
    return list(dict.fromkeys(tier for run in found for tier in run.shares))


def _place(stage: str, tier: str, way: Routes) -> int:
    """Where a wait stands in its tier's rows: the way there, the stages as the charter has them, all of it."""
    if stage in (ON_THE_WAY, ""):
        return -1 if stage else 10_000
    names = list(way.names)
    return names.index(f"{tier}/{stage}") if f"{tier}/{stage}" in names else 9_999


def _wait(key: tuple[str, str], rows: Sequence[tuple[str, str, int, float, float, float]], way: Routes) -> Wait:
    """The waits of several runs as one."""
    tier, stage = key
    name = {"": "sent on, in all", ON_THE_WAY: "on the way there"}.get(stage) or way.names.get(f"{tier}/{stage}", stage)
    figures = zip(*((row[3], row[4], row[5]) for row in rows), strict=True)
    median, high, average = (quantile(values, 0.5) or 0.0 for values in figures)
    return Wait(tier, stage, name, sum(row[2] for row in rows), median, high, average)


def _curve(tier: str, shares: Sequence[Sequence[float]]) -> Curve:
    """Curves of several matters as one, each held at its last value once it ends."""
    import numpy as np

    last = max(len(one) for one in shares)
    grid = np.array([[*one, *[one[-1]] * (last - len(one))] for one in shares])
    low, middle, high = np.quantile(grid, (0.05, 0.5, 0.95), axis=0)
    return Curve(tier, tuple(map(float, low)), tuple(map(float, middle)), tuple(map(float, high)))
