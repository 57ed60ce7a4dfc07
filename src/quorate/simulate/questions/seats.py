"""How many representatives each unit sends, by the charter's own apportionment; and, of a log, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quorate.charter.model import Charter
from quorate.clauses.representation import Representation
from quorate.counting import apportion
from quorate.errors import QuorateError
from quorate.simulate.questions.chain import Level
from quorate.simulate.questions.log import Log, texts

MEMBERS = "members"
"""The fact of a unit, and the figure of a report, from which seats are apportioned."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that elects: its organ, to which conference, where; its members, and its delegates (None: not known)."""

    unit: str
    tier: str
    parent: str | None
    organ: str
    conference: str
    host: str
    members: int | None
    delegates: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """What a log says of a unit: when it elected to the conference, how many it sent (None: not said)."""

    on: str | None
    sent: int | None


def shared_out(
    charter: Charter, chain: Sequence[Level], units: Mapping[str, tuple[str, str | None]], members: Mapping[str, int]
) -> tuple[tuple[Unit, ...], tuple[str, ...]]:
    """The delegates of every unit at every level; and, in words, what could not be shared out.

    `units` gives each unit's tier and parent, `members` how many each has; a unit without a number takes no part, as in
    the record.
    """
    found: list[Unit] = []
    problems: list[str] = []
    for level in chain:
        electing = _below(charter, level, units)
        for host, mine in electing.items():
            weights = {unit: members[unit] for unit, _ in mine if members.get(unit, 0) > 0}
            seats, problem = _seats(level.clause, weights)
            problems += [f"{host}: {problem}"] if problem else []
            for unit, organ in mine:
                tier, parent = units[unit]
                found.append(
                    Unit(unit, tier, parent, organ, level.conference, host, members.get(unit), seats.get(unit))
                )
    return tuple(found), tuple(problems)


def _below(
    charter: Charter, level: Level, units: Mapping[str, tuple[str, str | None]]
) -> dict[str, list[tuple[str, str]]]:
    """The units that elect to each conference of a level, with their organ, by the unit that holds it."""
    organs = {charter.organs[organ].tier: organ for organ in reversed(level.clause.elected_by)}
    found: dict[str, list[tuple[str, str]]] = {}
    for unit, (tier, _) in sorted(units.items()):
        if tier not in organs:
            continue
        only = charter.organs[organs[tier]].units
        host = _above(unit, level.tier, units)
        if host and not (only and unit not in only):
            found.setdefault(host, []).append((unit, organs[tier]))
    return found


def _above(unit: str, tier: str, units: Mapping[str, tuple[str, str | None]]) -> str | None:
    """The nearest unit of a tier above."""
    here: str | None = units[unit][1]
    while here is not None and here in units and units[here][0] != tier:
        here = units[here][1]
    return here if here in units else None


def _seats(clause: Representation, weights: Mapping[str, int]) -> tuple[dict[str, int], str]:
    """The seats by unit as the clause apportions them (see `Representation`), and why not."""
    if not weights:
        return {}, "no number of members is known of the units that elect"
    ratio = clause.members_per_seat.value if clause.members_per_seat else 1
    seats = clause.seats.value if clause.seats else sum(weights.values()) // max(1, ratio)
    try:
        return apportion(clause.method, weights, seats, clause.minimum.value if clause.minimum else 0).seats(), ""
    except QuorateError as error:
        return {}, str(error)


def known(charter: Charter) -> tuple[dict[str, tuple[str, str | None]], dict[str, int]]:
    """The charter's units, with tier and parent, and their members where its table of units states them."""
    units = {unit.id: (unit.tier, unit.parent) for unit in charter.known.values()}
    stated = {unit.id: unit.facts.get(MEMBERS, "") for unit in charter.known.values()}
    return units, {unit: int(number) for unit, number in stated.items() if number.isdigit()}


def told(log: Log, charter: Charter, until: str) -> tuple[dict[str, tuple[str, str | None]], dict[str, int]]:
    """Units and members as a log has them on a day, beside the charter's: as last reported, else as stated when a
    record began, else as many as a basic organisation opened with.
    """
    units, members = known(charter)
    with log.open({unit: tier for unit, (tier, _) in units.items()}, "act IN ('unit.open', 'report.file')") as db:
        opened = db.execute(_UNITS).fetchall()
        units |= {unit: (tier, parent or units.get(unit, (tier, None))[1]) for unit, tier, parent, _ in opened}
        members |= {unit: count for unit, _, _, count in opened if count}
        for sql in (_STATED, _REPORTED):
            members |= dict(db.execute(sql, [f"{until} 23:59:59"]).fetchall())
    return units, members


_UNITS = """SELECT unit, any_value(tier), any_value(json_extract_string(payload, '$.parent')),
        max(coalesce(json_array_length(payload, '$.members'), 0))
    FROM log WHERE act = 'unit.open' GROUP BY unit"""
_STATED = """SELECT f.key, max(TRY_CAST(json_extract_string(f.value, '$.members') AS BIGINT)) AS members
    FROM (SELECT payload FROM log WHERE act = 'unit.open' AND contains(payload, '"figures"') AND at_earliest <= $1) l,
        json_each(l.payload, '$.figures') f
    GROUP BY f.key HAVING members IS NOT NULL"""
_REPORTED = """SELECT unit, arg_max(members, seq) FROM (
        SELECT unit, seq, TRY_CAST(json_extract_string(payload, '$.figures.members') AS BIGINT) AS members
        FROM log WHERE act = 'report.file' AND contains(payload, '"members"') AND at_earliest <= $1)
    WHERE members IS NOT NULL GROUP BY unit"""


def held(log: Log, charter: Charter, conferences: Sequence[str], top: str, until: str) -> dict[tuple[str, str], Held]:
    """When each unit elected to each conference, by (unit, conference), and how many credentials it sent, up to a day;
    for the conference at the top, when it opened.
    """
    wanted = texts(conferences)
    with log.open({unit.id: unit.tier for unit in charter.known.values()}) as db:
        rows: list[Any] = db.execute(
            _HELD.format(conferences=wanted, top=texts([top])), [f"{until} 23:59:59"]
        ).fetchall()
    return {(unit, conference): Held(str(on)[:10] if on else None, sent) for unit, conference, on, sent in rows}


_HELD = """WITH elected AS (
        SELECT unit, json_extract_string(payload, '$.fills') AS conference, max(at_earliest) AS moment FROM log
        WHERE act = 'election.call' AND at_earliest <= $1 GROUP BY ALL
        UNION ALL SELECT unit, organ, max(at_earliest) FROM log
        WHERE act = 'meeting.open' AND organ IN ({top}) AND at_earliest <= $1 GROUP BY ALL
    ), sent AS (
        SELECT unit, json_extract_string(payload, '$.conference') AS conference,
            sum(json_array_length(payload, '$.persons'))::BIGINT AS persons FROM log
        WHERE act = 'credential.issue' AND at_earliest <= $1 GROUP BY ALL
    )
    SELECT coalesce(e.unit, s.unit), coalesce(e.conference, s.conference), e.moment, s.persons
    FROM elected e FULL JOIN sent s ON s.unit = e.unit AND s.conference = e.conference
    WHERE coalesce(e.conference, s.conference) IN ({conferences})"""
