"""Who held which post from when to when, and how vacancies were filled, as tables of one log: DuckDB, set by set.

The rules are those of `quorate.state.posts`: somebody holds a post from the entry that seats them until it ends or its
term does; whoever acts gives way to whoever is seated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from quorate.charter.model import Charter
from quorate.clauses.appointment import Appointment
from quorate.clauses.election import capacity_of
from quorate.terms.parts import Office, Organ

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Post:
    """An office, or the seats of an organ that belong to no office: how many in each unit, and in which units."""

    id: str
    tier: str
    seats: int
    office: bool
    units: tuple[str, ...]


def posts(charter: Charter) -> tuple[Post, ...]:
    """What is to be held: organs' own seats, and offices, save those that an appointment alone fills when there is need
    (they sit on no organ, and nobody is elected to them).
    """
    parts: list[Organ | Office] = [o for o in charter.organs.values() if o.membership == "seats"]
    parts += [office for office in charter.offices.values() if not _at_need(office, charter)]
    found = ((part, capacity_of(part.id, charter) or 0) for part in parts)
    return tuple(Post(p.id, p.tier, seats, isinstance(p, Office), p.units) for p, seats in found if seats)


def _at_need(office: Office, charter: Charter) -> bool:
    appointed = any(office.id in clause.offices for clause in charter.of(Appointment))
    others = (c for c in charter.clauses if not isinstance(c, Appointment))
    demanded = any(office.id in (getattr(c, "elects", None), getattr(c, "office", None)) for c in others)
    return appointed and office.organ is None and not demanded


def prepare(db: duckdb.DuckDBPyConnection, wanted: Sequence[Post], first: datetime, last: datetime) -> None:
    """Make the tables `slots`, `elected`, `tenures`, `spans` and `spells` of these posts between two moments."""
    import pyarrow as pa

    columns = {
        "post": [p.id for p in wanted],
        "stands_in": [p.tier for p in wanted],
        "seats": [p.seats for p in wanted],
        "office": [p.office for p in wanted],
        "only": pa.array([list(p.units) for p in wanted], pa.list_(pa.string())),
    }
    db.register("wanted", pa.table(columns))
    db.execute("CREATE TEMP TABLE bounds AS SELECT $1::TIMESTAMP AS first, $2::TIMESTAMP AS last", [first, last])
    for sql in (_SLOTS, _COUNTS, _ELECTED, _BEGUN, _ENDS, _TENURES, _SPANS, _SPELLS):
        db.execute(sql)


NEEDED = """act IN ('unit.open', 'election.call', 'election.count', 'office.take', 'office.act', 'office.resign',
        'office.recall', 'office.withdraw', 'office.leave', 'office.nominate', 'office.appoint', 'office.except',
        'nomination.approve', 'nomination.refuse', 'member.leave', 'member.transfer')
    OR (act = 'document.receive' AND (contains(payload, '"recall"') OR contains(payload, '"confirmation"')
        OR contains(payload, '"nomination-refused"') OR contains(payload, '"appointment"')))"""
"""The entries that say who holds what, as SQL."""

_SLOTS = """CREATE TEMP TABLE slots AS
    WITH opened AS (
        SELECT unit, any_value(tier) AS tier, min(at_earliest) AS start FROM log WHERE act = 'unit.open' GROUP BY unit
    ), named AS (
        SELECT unit, any_value(tier) AS tier, NULL::TIMESTAMP AS start FROM whole
        WHERE NOT EXISTS (FROM opened) GROUP BY unit
    )
    SELECT u.unit, w.post, w.seats, w.office, greatest(coalesce(u.start, b.first), b.first) AS start, b.last AS stop
    FROM (FROM opened UNION ALL FROM named) u JOIN wanted w ON w.stands_in = u.tier CROSS JOIN bounds b
    WHERE len(w.only) = 0 OR list_contains(w.only, u.unit)"""
_COUNTS = """CREATE TEMP TABLE counts AS
    WITH calls AS (
        SELECT unit, json_extract_string(payload, '$.election') AS election,
            arg_max(json_extract_string(payload, '$.fills'), seq) AS post
        FROM log WHERE act = 'election.call' GROUP BY ALL
    )
    SELECT l.unit, l.seq, l.at_earliest AS moment, c.post,
        json_extract_string(l.payload, '$.elected[*]') AS elected,
        json_extract_string(l.payload, '$.seated[*]') AS seated,
        TRY_CAST(json_extract_string(l.payload, '$.until') AS TIMESTAMP) AS until,
        coalesce(json_extract_string(l.payload, '$.replaces') = 'true', false) AS replaces
    FROM log l JOIN calls c ON c.unit = l.unit AND c.election = json_extract_string(l.payload, '$.election')
    WHERE l.act = 'election.count' AND c.post IN (SELECT post FROM wanted)"""
_ELECTED = """CREATE TEMP TABLE elected AS SELECT unit, post, moment, unnest(elected) AS person FROM counts"""
_BEGUN = """CREATE TEMP TABLE begun AS
    WITH stated AS (
        SELECT unit, seq, at_earliest AS moment, unnest(json_extract(payload, '$.holders[*]')) AS holder
        FROM log WHERE act = 'unit.open'
    ), told AS (
        SELECT unit, seq, moment, json_extract_string(
            holder, ['$.post', '$.person', '$.since', '$.until']) AS said FROM stated
    ), taken AS (
        SELECT unit, seq, at_earliest AS moment, subject, act = 'office.act' AS acting,
            json_extract_string(payload, ['$.post', '$.until']) AS said
        FROM log WHERE act IN ('office.take', 'office.act')
    )
    SELECT unit, said[1] AS post, said[2] AS person, coalesce(TRY_CAST(said[3] AS TIMESTAMP), moment) AS since,
        seq, TRY_CAST(said[4] AS TIMESTAMP) AS until, false AS acting FROM told
    UNION ALL SELECT unit, post, unnest(seated), moment, seq, until, false FROM counts
    UNION ALL SELECT unit, said[1], subject, moment, seq, TRY_CAST(said[2] AS TIMESTAMP), acting FROM taken"""
_ENDS = """CREATE TEMP TABLE ends AS
    WITH left_post AS (
        SELECT unit, seq, at_earliest AS moment, coalesce(subject, actor) AS person,
            json_extract_string(payload, '$.post') AS post
        FROM log WHERE act IN ('office.resign', 'office.recall', 'office.withdraw', 'office.leave')
            AND NOT (act = 'office.withdraw' AND coalesce(json_extract_string(payload, '$.send') IS NOT NULL, false))
    ), recalled AS (
        SELECT unit, seq, at_earliest AS moment, json_extract_string(
            payload, ['$.data.person', '$.data.post', '$.kind']) AS said
        FROM log WHERE act = 'document.receive' AND contains(payload, '"recall"')
    )
    SELECT unit, post, person, false AS actor_only, moment, seq FROM left_post
    UNION ALL SELECT unit, said[2], said[1], false, moment, seq FROM recalled WHERE said[3] = 'recall'
    UNION ALL SELECT unit, post, NULL, false, moment, seq FROM counts WHERE replaces
    UNION ALL SELECT unit, post, NULL, true, since, seq FROM begun
    UNION ALL SELECT unit, post, person, false, since, seq FROM begun
    UNION ALL SELECT unit, NULL, subject, false, at_earliest, seq FROM log
        WHERE act IN ('member.leave', 'member.transfer')"""
_TENURES = """CREATE TEMP TABLE tenures AS
    WITH mine AS (SELECT b.* FROM begun b JOIN slots s USING (unit, post)), pairs AS (
        SELECT b.unit, b.post, b.person, b.seq, e.seq AS end_seq, e.moment FROM mine b JOIN ends e
            ON e.unit = b.unit AND e.post = b.post
        WHERE (e.person IS NULL OR e.person = b.person) AND (NOT e.actor_only OR b.acting)
            AND e.seq > b.seq AND e.moment >= b.since AND (b.until IS NULL OR e.moment < b.until)
        UNION ALL
        SELECT b.unit, b.post, b.person, b.seq, e.seq, e.moment FROM mine b JOIN ends e
            ON e.unit = b.unit AND e.person = b.person
        WHERE e.post IS NULL AND e.seq > b.seq AND e.moment >= b.since AND (b.until IS NULL OR e.moment < b.until)
    ), first_end AS (
        SELECT unit, post, person, seq, arg_min(moment, end_seq) AS ended FROM pairs GROUP BY ALL
    )
    SELECT b.unit, b.post, b.person, b.since, b.acting, least(f.ended, b.until) AS over
    FROM mine b LEFT JOIN first_end f USING (unit, post, person, seq)"""
_SPANS = """CREATE TEMP TABLE spans AS
    WITH changes AS (
        SELECT unit, post, start AS moment, 0 AS held, 0 AS acting FROM slots
        UNION ALL SELECT unit, post, since, (NOT acting)::INT, acting::INT FROM tenures
        UNION ALL SELECT unit, post, over, -(NOT acting)::INT, -acting::INT FROM tenures WHERE over IS NOT NULL
    ), kept AS (
        SELECT c.unit, c.post, greatest(c.moment, s.start) AS moment, sum(c.held) AS held, sum(c.acting) AS acting
        FROM changes c JOIN slots s USING (unit, post) WHERE c.moment < s.stop GROUP BY ALL
    ), running AS (
        SELECT unit, post, moment, sum(held) OVER turn AS held, sum(acting) OVER turn AS acting,
            lead(moment) OVER turn AS following
        FROM kept WINDOW turn AS (PARTITION BY unit, post ORDER BY moment)
    )
    SELECT r.unit, r.post, s.seats, s.office, r.moment AS since, coalesce(r.following, s.stop) AS until,
        least(s.seats, greatest(0, r.held)) AS held,
        least(s.seats - least(s.seats, greatest(0, r.held)), greatest(0, r.acting)) AS acting
    FROM running r JOIN slots s USING (unit, post)"""
_SPELLS = """CREATE TEMP TABLE spells AS
    WITH marked AS (
        SELECT *, held = 0 AS vacant, lag(held = 0) OVER turn AS before FROM spans WHERE office AND seats = 1
        WINDOW turn AS (PARTITION BY unit, post ORDER BY since)
    ), numbered AS (
        SELECT *, count(*) FILTER (vacant AND NOT coalesce(before, false)) OVER turn AS spell FROM marked
        WINDOW turn AS (PARTITION BY unit, post ORDER BY since)
    ), whole AS (
        SELECT unit, post, spell, min(since) AS since, max(until) AS until FROM numbered WHERE vacant GROUP BY ALL
    )
    SELECT row_number() OVER () AS id, w.unit, w.post, w.since, w.until, t.person FROM whole w
    LEFT JOIN tenures t ON t.unit = w.unit AND t.post = w.post AND t.since = w.until AND NOT t.acting
    QUALIFY row_number() OVER (PARTITION BY w.unit, w.post, w.since ORDER BY t.person) = 1"""

DAYS = """SELECT post, any_value(seats), count(DISTINCT unit), sum(seats * epoch(until - since)) / 86400,
        sum(held * epoch(until - since)) / 86400, sum(acting * epoch(until - since)) / 86400
    FROM spans GROUP BY post ORDER BY post"""
"""Per post: seats in a unit, units, and seat-days in all, held, and acted in."""

FILLING = """WITH asked AS (
        SELECT unit, entry, at_earliest AS moment, json_extract_string(payload, '$.post') AS post, subject AS person
        FROM log WHERE act = 'office.nominate'
    ), answers AS (
        SELECT ref AS entry, min(at_earliest) AS moment FROM log
        WHERE act IN ('nomination.approve', 'nomination.refuse') GROUP BY ref
    ), papers AS (
        SELECT unit, at_earliest AS moment, json_extract_string(
            payload, ['$.kind', '$.data.post', '$.data.person', '$.data.nomination']) AS said
        FROM log WHERE act = 'document.receive' AND (contains(payload, '"confirmation"')
            OR contains(payload, '"nomination-refused"') OR contains(payload, '"appointment"'))
    ), pending AS (
        SELECT a.unit, a.post, a.moment AS since, coalesce(
            min(p.moment) FILTER (p.said[4] = a.entry),
            min(p.moment) FILTER (p.said[3] = a.person AND p.moment >= a.moment),
            any_value(n.moment), TIMESTAMP '9999-01-01') AS until
        FROM asked a LEFT JOIN answers n ON n.entry = a.entry
        LEFT JOIN papers p ON p.unit = a.unit AND p.said[2] = a.post
        GROUP BY a.unit, a.entry, a.post, a.moment
    ), grounds AS (
        SELECT unit, post, person, moment FROM elected
        UNION ALL SELECT unit, said[2], said[3], moment FROM papers WHERE said[1] IN ('confirmation', 'appointment')
        UNION ALL SELECT unit, json_extract_string(payload, '$.post'), subject, at_earliest FROM log
            WHERE act IN ('office.except', 'office.appoint') AND json_extract_string(payload, '$.send') IS NULL
    ), entitled AS (
        SELECT s.id, max(g.moment) AS ready FROM spells s JOIN grounds g
            ON g.unit = s.unit AND g.post = s.post AND g.person = s.person AND g.moment <= s.until GROUP BY s.id
    ), filled AS (
        SELECT s.id, s.unit, s.post, s.since, s.until, greatest(s.since, coalesce(e.ready, s.until)) AS ready
        FROM spells s LEFT JOIN entitled e USING (id) WHERE s.person IS NOT NULL
    ), clipped AS (
        SELECT f.id, greatest(p.since, f.since) AS since, least(p.until, f.ready) AS until
        FROM filled f JOIN pending p USING (unit, post) WHERE p.since < f.ready AND p.until > f.since
    ), covered AS (
        SELECT id, greatest(0, epoch(until - greatest(since, coalesce(max(until) OVER before, since)))) AS seconds
        FROM clipped
        WINDOW before AS (PARTITION BY id ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ), waited AS (SELECT id, sum(seconds) AS seconds FROM covered GROUP BY id), parts AS (
        SELECT f.post, epoch(f.until - f.since) / 86400 AS days, coalesce(w.seconds, 0) / 86400 AS approval,
            epoch(f.until - f.ready) / 86400 AS taking FROM filled f LEFT JOIN waited w USING (id)
    )
    SELECT post, count(*), median(days), avg(days), avg(days - approval - taking), avg(approval), avg(taking)
    FROM parts GROUP BY post ORDER BY post"""
"""Per single-seat office: vacancies that were filled; days they lasted, median and mean, and the mean days of them
until who filled it had been elected (or put forward), while a nomination was unanswered, and from then until they sat.
"""
