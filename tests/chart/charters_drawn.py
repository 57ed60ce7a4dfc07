"""Charters to draw: a co-operative written out, and random ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from quorate.charter.model import Charter, CharterFile, Unit

_BALLOT = {"method": "slate"}


def assumed(value: int, unit: str | None = None) -> dict[str, Any]:
    return {"value": value, "assumed": True} | ({"unit": unit} if unit else {})


def election(ident: str, organ: str, elects: str) -> dict[str, Any]:
    return {"id": ident, "kind": "election", "cite": "Rules", "organ": organ, "elects": elects, "ballot": _BALLOT}


def appointment(ident: str, mode: str, by: dict[str, Any], *offices: str) -> dict[str, Any]:
    return {"id": ident, "kind": "appointment", "cite": "Rules", "mode": mode, "by": by, "offices": list(offices)}


def report(ident: str, by: dict[str, Any], **to: Any) -> dict[str, Any]:
    said = {"id": ident, "kind": "reporting", "cite": "Rules", "report": ident, "title": "report"}
    return said | {"by": by, "per": "month", "within": assumed(10, "days")} | to


def convening(ident: str, organ: str, by: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": ident, "kind": "convening", "cite": "Rules", "organ": organ, "by": by} | more


def delegation(ident: str, organ: str, of: str) -> dict[str, Any]:
    return {"id": ident, "kind": "delegation", "cite": "Rules", "organ": organ, "of": of}


def representation(ident: str, conference: str, *elected_by: str) -> dict[str, Any]:
    by = {"organs": [conference]}
    said = {"id": ident, "kind": "representation", "cite": "Rules", "conference": conference, "ballot": _BALLOT}
    said |= {"elected_by": list(elected_by), "method": "dhondt", "seats": assumed(20)}
    return said | {"apportioned_by": by, "sent_by": by, "checked_by": by, "within": assumed(9, "days")}


def built(known: list[Unit], **file: Any) -> Charter:
    said = {"quorate": 1, "id": "drawn", "title": "A charter to draw", "in_force": {"from": "2020-01-01"}, "units": {}}
    charter = Charter(CharterFile.model_validate(said | file), {unit.id: unit for unit in known})
    charter.index()
    return charter


def cooperative() -> Charter:
    """A federation of twelve shops with an audit body outside it: every kind of line, labels in another script."""
    tiers = [
        {"id": "federation", "name": "Federation", "label": "연합회"},
        {"id": "shop", "name": "Shop", "under": ["federation"], "basic": True},
        {"id": "club", "name": "Youth clubs", "under": ["shop"], "standing": "affiliated"},
        {"id": "auditor", "name": "Audit union", "standing": "outside"},
    ]
    organs = [
        {"id": "congress", "name": "Congress", "label": "총회", "tier": "federation", "membership": "credentials"},
        {"id": "board", "name": "Board", "label": "이사회", "tier": "federation"},
        {"id": "bureau", "name": "Bureau", "tier": "federation"},
        {"id": "members", "name": "Members' meeting", "tier": "shop", "membership": "everyone"},
        {"id": "council", "name": "Shop council", "label": "협의회", "tier": "shop"},
    ]
    offices = [
        {"id": "president", "name": "President", "label": "회장", "tier": "federation", "organ": "board"},
        {"id": "treasurer", "name": "Treasurer", "tier": "federation", "organ": "board"},
        {"id": "manager", "name": "Shop manager", "label": "점장", "tier": "shop", "organ": "council"},
        {"id": "cashier", "name": "Cashier", "tier": "shop", "organ": "council"},
        {"id": "examiner", "name": "Examiner", "tier": "auditor"},
    ]
    clauses = [
        election("congress.elects-board", "congress", "board"),
        election("board.elects-president", "board", "president"),
        election("members.elect-council", "members", "council"),
        election("members.elect-cashier", "members", "cashier"),
        appointment("board.appoints-manager", "appoints", {"organs": ["board"]}, "manager"),
        appointment("bureau.confirms-cashier", "confirms", {"organs": ["bureau"]}, "cashier", "treasurer"),
        report(
            "manager.reports", {"offices": ["manager"]}, to_tier="federation", received_by={"offices": ["treasurer"]}
        ),
        report("board.reports", {"organs": ["board"]}, to_units=["audit"]),
        convening("meeting.on-instruction", "members", {"organs": ["council"]}, instruction={"organs": ["board"]}),
        delegation("bureau.between-boards", "bureau", "board"),
        representation("shops.send", "congress", "members"),
    ]
    known = [Unit("fed", "federation", "The Federation"), Unit("audit", "auditor", "Union of Auditors", None, "감사")]
    known += [Unit(f"s{n:02}", "shop", f"Shop {n}", "fed") for n in range(12)]
    return built(known, tiers=tiers, organs=organs, offices=offices, clauses=clauses)


_NAMES = st.one_of(
    st.text(min_size=1, max_size=60),
    st.sampled_from(
        ["Board", 'Committee of <all> & "sundry"', "위원회", "A very long name of a body that meets seldom"]
    ),
)


@st.composite
def charters(draw: st.DrawFn) -> Charter:
    """Small charters with every kind of line anywhere, sensible or not: circles and lines from a part to itself
    included.
    """
    deep = draw(st.integers(1, 4))
    tiers: list[dict[str, Any]] = []
    known: list[Unit] = []
    for n in range(deep):
        under = draw(st.lists(st.sampled_from([f"t{m}" for m in range(n + 1)]), max_size=2, unique=True))
        standing = draw(st.sampled_from(["own", "own", "own", "affiliated", "outside"]))
        label = draw(st.none() | _NAMES)
        tiers.append({"id": f"t{n}", "name": draw(_NAMES), "label": label, "under": under, "standing": standing})
        for u in range(draw(st.integers(0, 10))):
            above = draw(st.sampled_from([None, *(unit.id for unit in known)]))
            kind = draw(st.sampled_from([None, "north", "south"]))
            known.append(Unit(f"u{n}-{u}", f"t{n}", draw(_NAMES), above, None, kind))
    units = {n: [unit.id for unit in known if unit.tier == f"t{n}"] for n in range(deep)}

    def part(ident: str, **more: Any) -> dict[str, Any]:
        n = draw(st.integers(0, deep - 1))
        some = draw(st.lists(st.sampled_from(units[n]), max_size=2, unique=True)) if units[n] else []
        label = draw(st.none() | _NAMES)
        return {"id": ident, "name": draw(_NAMES), "label": label, "tier": f"t{n}", "units": some} | more

    organs = [part(f"organ{n}") for n in range(draw(st.integers(1, 6)))]
    names = [organ["id"] for organ in organs]
    offices = [
        part(f"office{n}", organ=draw(st.none() | st.sampled_from(names))) for n in range(draw(st.integers(0, 6)))
    ]
    posts = [office["id"] for office in offices]
    clauses = [_clause(draw, n, names, posts, [u.id for u in known], deep) for n in range(draw(st.integers(1, 14)))]
    return built(known, tiers=tiers, organs=organs, offices=offices, clauses=clauses)


def _clause(
    draw: st.DrawFn, number: int, organs: list[str], offices: list[str], units: list[str], deep: int
) -> dict[str, Any]:
    ident = f"clause.number-{number}"
    organ, other = draw(st.sampled_from(organs)), draw(st.sampled_from(organs))
    by = draw(st.sampled_from([{"organs": [organ]}, *([{"offices": offices[:2]}] if offices else [])]))
    kinds = [
        "election",
        "delegation",
        "convening",
        "representation",
        "reporting",
        *(["appointment"] if offices else []),
    ]
    match draw(st.sampled_from(kinds)):
        case "election":
            return election(ident, organ, draw(st.sampled_from([*organs, *offices])))
        case "delegation":
            return delegation(ident, organ, other)
        case "convening":
            return convening(ident, other, by, instruction=by)
        case "representation":
            return representation(ident, organ, *dict.fromkeys((other, organs[0])))
        case "reporting":
            to = [{"to_tier": f"t{draw(st.integers(0, deep - 1))}"}, {"to_organ": other}]
            to += [{"to_units": units[:3]}] if units else []
            return report(ident, by, **draw(st.sampled_from(to)))
    modes = st.sampled_from(["appoints", "confirms"])
    return appointment(ident, draw(modes), by, *dict.fromkeys(draw(st.lists(st.sampled_from(offices), min_size=1))))
