"""What one log says of matters handed down: how far they came by when, and where they waited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quorate.charter.model import Charter
from quorate.simulate.questions.errors import NoSuchName, NothingToAnswer
from quorate.simulate.questions.handing import WAITS, Routes, needed, prepare, slowest
from quorate.simulate.questions.log import Log, texts

if TYPE_CHECKING:
    import duckdb

SHARES = (0.5, 0.9, 1.0)
LOWEST = ""
"""The scope of all lowest tiers together."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one matter came in one run among the units of a tier (`LOWEST`: of the lowest tiers together).

    `sent` units were sent it, `reached` received it, of `units` there are. `days` are the days from its opening until
    half, nine tenths and all of those it was sent to had it, `days_of_all` the same of all units there are; None where
    that had not come about when the log ends.
    """

    run: str
    root: str
    title: str
    opened: str
    tier: str
    sent: int
    reached: int
    units: int
    days: tuple[float | None, ...]
    days_of_all: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What one log says: how far each matter came, days waited (see `handing.WAITS`, `handing.slowest`), the shares
    reached by day of each matter by scope, and the lowest tiers.
    """

    reaches: list[Reach]
    waits: list[tuple[str, str, int, float, float, float]]
    slow: dict[str, float]
    shares: dict[str, list[list[float]]]
    lowest: tuple[str, ...]


def of_log(log: Log, charter: Charter, way: Routes, roots: Collection[str], tiers: tuple[str, ...]) -> Run:
    """What one log says; see `diffusion.diffusion`, which raises what this raises."""
    with log.open({unit.id: unit.tier for unit in charter.known.values()}, needed(way)) as db:
        prepare(db, way, roots)
        known = [row[0] for row in db.execute("SELECT root FROM roots").fetchall()]
        for root in roots:
            if root not in known:
                raise NoSuchName("matter", root, known)
        _demand(db, log, way)
        lowest = tiers or _lowest(db, charter)
        reaches, shares = _reaches(db, log.name, charter, lowest)
        waits = db.execute(WAITS).fetchall()
        return Run(reaches, waits, slowest(db, lowest), shares, lowest)


def _demand(db: duckdb.DuckDBPyConnection, log: Log, way: Routes) -> None:
    found: Any = db.execute("SELECT (SELECT count(*) FROM roots), (SELECT count(*) FROM arrivals)").fetchall()[0]
    if found[1]:
        return
    acts = ", ".join(sorted(way.openings))
    what = "was handed down to anybody" if found[0] else f"was opened at the top (by {acts})"
    raise NothingToAnswer(
        f"{log.name} holds no matter that {what}.",
        advice="Ask of a log that does, let the scenario issue directives, or name a matter opened elsewhere.",
    )


def _lowest(db: duckdb.DuckDBPyConnection, charter: Charter) -> tuple[str, ...]:
    reached = [row[0] for row in db.execute("SELECT DISTINCT tier FROM arrivals ORDER BY tier").fetchall()]
    basic = tuple(tier for tier in reached if tier in charter.tiers and charter.tiers[tier].basic)
    if basic:
        return basic
    handing = {row[0] for row in db.execute("SELECT DISTINCT from_tier FROM legs").fetchall()}
    return tuple(tier for tier in reached if tier not in handing)


def _reaches(
    db: duckdb.DuckDBPyConnection, run: str, charter: Charter, lowest: tuple[str, ...]
) -> tuple[list[Reach], dict[str, list[list[float]]]]:
    """How far each matter came in each scope, and the share reached by the end of each day."""
    units = _units(db, charter)
    reached = [row[0] for row in db.execute("SELECT DISTINCT tier FROM arrivals ORDER BY tier").fetchall()]
    order = [tier for tier in charter.tiers if tier in reached]
    matters = db.execute("SELECT root, title, opened FROM roots ORDER BY opened, root").fetchall()
    reaches: list[Reach] = []
    shares: dict[str, list[list[float]]] = {}
    for scope, members in ((LOWEST, lowest), *((tier, (tier,)) for tier in order)):
        count = sum(units.get(tier, 0) for tier in members)
        for root, title, opened in matters:
            days = _days(db, root, members)
            sent = max(_sent(db, root, members), len(days))
            if not sent:
                continue
            of_sent, of_all = (tuple(_until(days, share, n) for share in SHARES) for n in (sent, max(count, sent)))
            reaches.append(
                Reach(
                    run, root, title or "", str(opened)[:10], scope, sent, len(days), max(count, sent), of_sent, of_all
                )
            )
            shares.setdefault(scope, []).append(_by_day(days, sent))
    return reaches, shares


def _days(db: duckdb.DuckDBPyConnection, root: str, tiers: Collection[str]) -> Any:
    import numpy as np

    sql = f"SELECT days FROM arrivals WHERE root = ? AND tier IN ({texts(tiers)})"
    return np.sort(db.execute(sql, [root]).fetchnumpy()["days"])


def _sent(db: duckdb.DuckDBPyConnection, root: str, tiers: Collection[str]) -> int:
    sql = f"""SELECT count(DISTINCT unit) FROM (SELECT unit FROM sent JOIN tier_of USING (unit)
        WHERE root = ? AND tier IN ({texts(tiers)}) UNION ALL
        SELECT unit FROM arrivals WHERE root = ? AND tier IN ({texts(tiers)}))"""
    return int(db.execute(sql, [root, root]).fetchall()[0][0])


def _units(db: duckdb.DuckDBPyConnection, charter: Charter) -> dict[str, int]:
    """How many units of each tier there are: those of the charter and those the log opens or, failing that, names."""
    import pyarrow as pa

    known = {unit.id: unit.tier for unit in charter.known.values()}
    db.register("charted", pa.table({"unit": list(known), "tier": list(known.values())}))
    opened = db.execute("SELECT 1 FROM log WHERE act = 'unit.open' LIMIT 1").fetchall()
    there = "log WHERE act = 'unit.open'" if opened else "whole"
    db.execute(
        "CREATE TEMP TABLE tier_of AS SELECT unit, any_value(tier) AS tier FROM (FROM charted UNION ALL "
        f"SELECT unit, tier FROM {there} UNION ALL SELECT unit, tier FROM arrivals) GROUP BY unit"
    )
    return dict(db.execute("SELECT tier, count(*) FROM tier_of GROUP BY tier").fetchall())


def _until(days: Any, share: float, among: int) -> float | None:
    """The first day by which the share of that many had it."""
    needed = -(-round(share * 100) * among // 100)
    return float(days[needed - 1]) if 0 < needed <= len(days) else None


def _by_day(days: Any, among: int) -> list[float]:
    import numpy as np

    last = int(np.ceil(days[-1])) if len(days) else 0
    return [float(x) for x in np.searchsorted(days, np.arange(last + 1), side="right") / among]
