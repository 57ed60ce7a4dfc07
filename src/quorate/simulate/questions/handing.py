"""How a matter is handed down from unit to unit, as tables of one log: who received it when, from whom, who waited.

A matter handed down opens a matter of its own in the unit that gets it, by a document; the entry that sent the document
names the matter it was sent for, so that the chain goes from entry to entry whatever ids look like.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quorate.charter.model import Charter
from quorate.clauses.procedure import Procedure
from quorate.simulate.questions.log import texts, which

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Routes:
    """What the charter says of handing down: acts that open a matter at the top, all acts of procedures that hand on,
    the tiers they stand in; `names` are the names of stages by ``tier/act``.
    """

    openings: frozenset[str]
    stages: frozenset[str]
    tiers: frozenset[str]
    top: frozenset[str]
    names: dict[str, str]


def routes(charter: Charter, *, anywhere: bool = False) -> Routes:
    """The procedures that hand tasks on. Those that open at the top stand in a tier of the organisation's own below no
    other; `anywhere` takes those that open in any tier.
    """
    handing = [p for p in charter.of(Procedure) if any(send.task for stage in p.stages for send in stage.sends)]
    top = {tier.id for tier in charter.tiers.values() if tier.standing == "own" and not tier.under}
    places = {p.tier for p in handing} if anywhere else top
    opened = {
        f"{p.matter}.{s.id}" for p in handing if p.tier in places for s in p.stages if not s.after and s.on is None
    }
    stages = {f"{p.matter}.{s.id}" for p in handing for s in p.stages}
    names = {f"{p.tier}/{p.matter}.{s.id}": s.name for p in handing for s in p.stages}
    return Routes(frozenset(opened), frozenset(stages), frozenset(p.tier for p in handing), frozenset(places), names)


def needed(way: Routes) -> str:
    """The entries that say how matters are handed down, as SQL."""
    received = "act = 'document.receive' AND contains(payload, '\"opens\"')"
    return f"{which(way.stages)} OR act = 'unit.open' OR ({received})"


def prepare(db: duckdb.DuckDBPyConnection, way: Routes, roots: Collection[str]) -> None:
    """Make the tables `roots`, `steps`, `sent`, `handed`, `legs`, `arrivals` of the matters named, or of all."""
    for sql in (
        _roots(way, roots),
        _STEPS.format(acts=which(way.stages), tiers=texts(way.tiers)),
        _SENT,
        _HANDED,
        _LEGS,
        _ARRIVALS,
    ):
        db.execute(sql)


def _roots(way: Routes, roots: Collection[str]) -> str:
    named = f"ref IN ({texts(roots)})" if roots else f"tier IN ({texts(way.top)})"
    return (
        "CREATE TEMP TABLE roots AS SELECT ref AS root, min(at_earliest) AS opened, arg_min(tier, seq) AS tier, "
        "max(json_extract_string(payload, '$.title')) AS title "
        f"FROM log WHERE ({which(way.openings)}) AND {named} AND ref IS NOT NULL GROUP BY ref"
    )


_STEPS = """CREATE TEMP TABLE steps AS
    SELECT entry, unit, tier, act, seq, at_earliest AS moment, ref AS matter,
        CASE WHEN contains(payload, '"opens_task"') THEN payload END AS payload
    FROM log WHERE ({acts}) AND tier IN ({tiers})"""
_SENT = """CREATE TEMP TABLE sent AS
    WITH rows AS (
        SELECT unit, moment, unnest(json_extract(payload, '$.send[*]')) AS document FROM steps WHERE payload IS NOT NULL
    ), told AS (
        SELECT moment, json_extract_string(
            document, ['$.to', '$.data.matter', '$.data.root', '$.data.opens_task']) AS said FROM rows
    )
    SELECT moment, said[1] AS unit, said[2] AS matter, roots.root FROM told
    JOIN roots ON roots.root = coalesce(said[3], split_part(said[2], '>', 1)) WHERE said[4] = 'true'"""
_HANDED = """CREATE TEMP TABLE handed AS
    WITH told AS (
        SELECT unit, tier, at_earliest AS moment, ref AS sent_by, json_extract_string(
            payload, ['$.opens.matter', '$.data.matter', '$.data.root', '$.opens.kind']) AS said
        FROM log WHERE act = 'document.receive' AND contains(payload, '"opens"')
    ), rows AS (
        SELECT unit, tier, moment, sent_by, coalesce(said[1], said[2]) AS matter,
            coalesce(said[3], split_part(said[2], '>', 1)) AS root FROM told WHERE said[4] IS NOT NULL
    )
    SELECT rows.* FROM rows JOIN roots USING (root)"""
_LEGS = """CREATE TEMP TABLE legs AS
    SELECT h.root, h.unit, h.tier, h.matter, h.moment AS received, s.seq,
        s.unit AS from_unit, s.tier AS from_tier, s.matter AS from_matter, s.moment AS sent,
        coalesce(p.moment, CASE WHEN s.matter = h.root THEN roots.opened END) AS from_received
    FROM handed h JOIN roots USING (root)
    LEFT JOIN steps s ON s.entry = h.sent_by
    LEFT JOIN handed p ON p.matter = s.matter AND p.unit = s.unit"""

_ARRIVALS = """CREATE TEMP TABLE arrivals AS
    SELECT root, unit, any_value(handed.tier) AS tier, min(epoch(moment - opened) / 86400) AS days,
        arg_min(matter, moment) AS matter FROM handed JOIN roots AS r USING (root) GROUP BY root, unit"""
WAITS = """WITH turns AS (
        SELECT from_unit AS unit, from_tier AS tier, from_matter AS matter, min(from_received) AS received,
            min(seq) AS last FROM legs WHERE from_received IS NOT NULL AND sent IS NOT NULL GROUP BY ALL
    ), steps_taken AS (
        SELECT t.unit, t.tier, t.matter, s.act AS stage, min(s.moment) AS moment, min(s.seq) AS seq,
            any_value(t.received) AS received
        FROM turns t JOIN steps s ON s.unit = t.unit AND s.matter = t.matter AND s.seq <= t.last GROUP BY ALL
    ), parts AS (
        SELECT tier, stage, greatest(0, epoch(moment - coalesce(lag(moment) OVER turn, received)) / 86400) AS days
        FROM steps_taken WINDOW turn AS (PARTITION BY unit, matter ORDER BY seq)
    ), whole AS (
        SELECT t.tier, '' AS stage, greatest(0, epoch(max(s.moment) - any_value(t.received)) / 86400) AS days
        FROM turns t JOIN steps s ON s.unit = t.unit AND s.matter = t.matter AND s.seq = t.last
        GROUP BY t.tier, t.unit, t.matter
    ), way AS (
        SELECT tier, '>' AS stage, greatest(0, epoch(received - sent) / 86400) AS days FROM legs WHERE sent IS NOT NULL
    )
    SELECT tier, stage, count(*), median(days), quantile_cont(days, 0.9), avg(days)
    FROM (FROM parts UNION ALL FROM whole UNION ALL FROM way) GROUP BY ALL ORDER BY ALL"""
"""Days a unit has a matter before it sends it on, by tier: in all (stage empty), until each stage on the way from the
one before it, and on the way to a unit (stage ``>``, the tier is the receiver's).
"""

_SLOW = """CREATE TEMP TABLE trail AS
    WITH ends AS (
        SELECT *, quantile_cont(days, 0.9) OVER (PARTITION BY root) AS slow FROM arrivals WHERE tier IN ({tiers})
    )
    SELECT row_number() OVER () AS path, unit AS at_unit, matter AS at_matter, 0 AS depth
    FROM ends WHERE days >= slow"""
_UP = """CREATE TEMP TABLE {made} AS
    SELECT t.path, l.from_unit AS at_unit, l.from_matter AS at_matter, t.depth + 1 AS depth, l.from_tier AS tier,
        greatest(0, epoch(l.sent - l.from_received) / 86400) AS waited,
        greatest(0, epoch(l.received - l.sent) / 86400) AS on_the_way
    FROM {of} t JOIN legs l ON l.unit = t.at_unit AND l.matter = t.at_matter
    WHERE l.sent IS NOT NULL AND l.from_received IS NOT NULL"""
_DEEPEST = 30


def slowest(db: duckdb.DuckDBPyConnection, tiers: Collection[str]) -> dict[str, float]:
    """The median days that the slowest tenth of all paths to units of these tiers waited in each tier, and on the way
    (empty); a path whose chain is broken counts as far as it goes.
    """
    db.execute(_SLOW.format(tiers=texts(tiers)))
    made, parts = "trail", []
    for depth in range(_DEEPEST):
        of, made = made, f"trail{depth}"
        db.execute(_UP.format(made=made, of=of))
        if not db.execute(f"SELECT 1 FROM {made} LIMIT 1").fetchall():
            break
        parts.append(f"SELECT path, tier, waited, on_the_way FROM {made}")
    if not parts:
        return {}
    db.execute(f"CREATE TEMP TABLE walked AS {' UNION ALL '.join(parts)}")
    sql = """SELECT tier, median(days) FROM (
        SELECT path, tier, sum(waited) AS days FROM walked GROUP BY ALL UNION ALL
        SELECT path, '' AS tier, sum(on_the_way) AS days FROM walked GROUP BY ALL) GROUP BY tier ORDER BY tier"""
    return {tier: float(days) for tier, days in db.execute(sql).fetchall()}
