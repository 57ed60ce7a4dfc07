"""Opening statements: what is so on the day a unit's record begins, so that an organisation can start from where it
stands.
"""

from __future__ import annotations

from typing import Any

from quorate.charter.model import Charter, Unit
from quorate.clauses import View
from quorate.clauses.election import capacity_of
from quorate.errors import QuorateError
from quorate.log.canonical import check_json
from quorate.run.kernel import Draft, draft
from quorate.state.unit import UnitState
from quorate.terms import dates
from quorate.terms.parts import Organ

OPENING = "opening"


class BadOpening(QuorateError):
    """An opening statement that the charter does not bear out."""

    def __init__(self, unit: str, problem: str, advice: str = "") -> None:
        super().__init__(problem, where=f"opening of {unit}", advice=advice)


def opening(unit: Unit, at: str, statement: dict[str, Any], charter: Charter, ref: str | None = None) -> Draft:
    """Make the first entry of a unit's stream.

    `statement` may hold `members` [{person, name, label?, standing?, since?}], `persons` [{person, name, unit}],
    `holders` [{person, post, name?, label?, since?, until?, source?, basis?}] and `figures` {unit: {members: n}}.
    Raise `BadOpening`.
    """
    dates.moment(at)
    check_json(statement, OPENING)
    _check_place(unit, charter)
    _check_rows(unit, statement)
    _check_holders(unit, at, statement, charter)
    facts = {"name": unit.name, "label": unit.label, "kind": unit.kind, "parent": unit.parent}
    payload = {k: v for k, v in facts.items() if v} | {k: v for k, v in statement.items() if v}
    state = UnitState(unit.id, tier=unit.tier)
    return draft(
        state, act="unit.open", at=at, public=payload, private={}, salt=b"", clause=OPENING, ref=ref, actor=None
    )


def _check_place(unit: Unit, charter: Charter) -> None:
    tier = charter.tiers.get(unit.tier)
    parent = charter.unit(unit.parent or "")
    if tier is None:
        raise BadOpening(unit.id, f"the charter knows no tier {unit.tier!r}")
    if tier.under and (parent is None or parent.tier not in tier.under):
        raise BadOpening(unit.id, f"a {tier.name} stands below a {' or '.join(tier.under)}, not below {unit.parent}")


_ROWS = {
    "members": frozenset(("person", "name", "label", "standing", "since")),
    "persons": frozenset(("person", "name", "label", "unit")),
    "holders": frozenset(("person", "name", "label", "post", "since", "until", "source", "basis")),
}


def _check_rows(unit: Unit, statement: dict[str, Any]) -> None:
    """Every row is a table of texts that names a person, with dates that are dates; figures are tables by unit."""
    stray = next((name for name in statement if name not in (*_ROWS, "figures")), None)
    if stray is not None:
        raise BadOpening(
            unit.id, f"{stray!r} is nothing an opening states", f"It may state {', '.join(_ROWS)}, figures."
        )
    for name, columns in _ROWS.items():
        rows = statement.get(name) or []
        for row in rows if isinstance(rows, list) else [rows]:
            if not isinstance(row, dict) or not isinstance(row.get("person"), str) or not row["person"].strip():
                raise BadOpening(unit.id, f"a row of `{name}` names no person: {row!r:.80}")
            wrong = next((key for key in columns if not isinstance(row.get(key, ""), str | None)), None)
            if wrong is not None:
                raise BadOpening(unit.id, f"`{wrong}` of {row['person']} is not text: {row[wrong]!r:.60}")
            for day in ("since", "until"):
                if row.get(day):
                    dates.moment(row[day])
    figures = statement.get("figures") or {}
    if not isinstance(figures, dict) or not all(isinstance(numbers, dict) for numbers in figures.values()):
        raise BadOpening(unit.id, "`figures` gives each unit a table of numbers")


def _check_holders(unit: Unit, at: str, statement: dict[str, Any], charter: Charter) -> None:
    state = UnitState(unit.id, tier=unit.tier)
    view = View(charter, state, at)
    count: dict[str, set[str]] = {}
    for row in statement.get("holders", ()):
        post, person = row.get("post"), row.get("person")
        part = charter.organs.get(post or "") or charter.offices.get(post or "")
        if part is None or part.tier != unit.tier or (part.units and unit.id not in part.units):
            raise BadOpening(unit.id, f"{person} is stated to hold {post!r}, which {unit.name} does not have")
        if isinstance(part, Organ) and part.membership == "credentials":
            raise BadOpening(
                unit.id, f"{person} is stated to sit on the {part.name}, where only credentials seat people"
            )
        if person in count.get(part.id, ()):
            raise BadOpening(unit.id, f"{person} is stated to hold {post!r} twice")
        count.setdefault(post, set()).add(person)
    for post, persons in count.items():
        limit = capacity_of(post, charter)
        if limit is not None and len(persons) > limit:
            raise BadOpening(
                unit.id, f"{len(persons)} persons are stated to hold {view.name(post)}, which has {limit} seats"
            )
    members = [row["person"] for row in statement.get("members", ())]
    if len(members) != len(set(members)):
        raise BadOpening(unit.id, "somebody is listed as a member twice")
    if members and not charter.tiers[unit.tier].basic:
        raise BadOpening(unit.id, f"members belong to basic organisations; {unit.name} is not one")
