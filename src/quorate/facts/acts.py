"""The acts of a log, its units, and the bodies the charter gives them."""

from __future__ import annotations

import ibis
from ibis.expr.types import StringValue, Table

from quorate.facts.book import MOMENT, Facts, fact, kept, unite
from quorate.terms.parts import Office, Organ

RECORD = "@record"
"""The record's own stream, which speaks of charters and not of the organisation."""

_TEXTS = ("tier", "organ", "office", "actor", "subject", "meeting", "ref", "clause", "source", "payload")

READ = ("entry", "unit", "seq", "act", "at_earliest", "at_latest", "sealed", *_TEXTS)
"""The columns of a log that an audit reads."""


@fact
def acts(facts: Facts) -> Table:
    """Every entry up to the last day looked at: `entry`, `unit`, `seq`, `tier`, `act`, `at`, `latest` (moments),
    `organ`, `office`, `actor`, `subject`, `meeting`, `ref`, `clause`, `source`, `payload`, `sealed` (whether part of
    the payload is hidden).

    A meeting's act without a meeting's id is a meeting of its own.
    """
    table = facts.source
    have = set(table.columns)
    end = ibis.literal(facts.until).cast(MOMENT) + ibis.interval(days=1)
    columns = {name: table[name] if name in have else ibis.null("string") for name in _TEXTS}
    meeting = columns["meeting"]
    found = table.select(
        entry=table.entry,
        unit=table.unit,
        seq=table.seq,
        act=table.act,
        at=table.at_earliest.cast(MOMENT),
        latest=table.at_latest.cast(MOMENT),
        sealed=table.sealed.notnull() if "sealed" in have else ibis.literal(False),
        **{
            **columns,
            "meeting": ibis.cases((meeting.isnull() & (table.act == "meeting.open"), table.entry), else_=meeting),
        },
    )
    found = found.filter(found.at < end, found.unit != RECORD)
    if _tierless(facts):
        tiers = declared(facts).select("unit", known_tier="tier")
        found = found.left_join(tiers, "unit")[[*found.columns, "known_tier"]]
        found = found.mutate(tier=ibis.coalesce(found.tier, found.known_tier)).drop("known_tier")
    if facts.tiers:
        asked = found.tier.isin(sorted(facts.tiers)) | found.tier.isnull() | (found.act == "unit.open")
        found = found.filter(asked)
    return found


def _tierless(facts: Facts) -> bool:
    """Whether the log leaves it to the charter to say of which tier some unit is."""
    table = facts.source
    return "tier" not in table.columns or bool(
        facts.told("tierless", lambda facts: facts.source.agg(some=facts.source.tier.isnull().any()))
    )


def of(facts: Facts, *verbs: str) -> Table:
    """The acts of some verbs."""
    apart = not facts.parting and not usual(facts).intersection(verbs)
    table = seldom(facts) if apart else acts(facts)
    return table.filter(table.act == verbs[0] if len(verbs) == 1 else table.act.isin(verbs))


MANY = 100_000
"""So many acts of one verb, and they stay where they are."""


def usual(facts: Facts) -> frozenset[str]:
    """The verbs of which the log has very many acts."""

    def many(facts: Facts) -> Table:
        verbs = facts.source.group_by("act").agg(number=facts.source.count()).filter(lambda row: row.number > MANY)
        return verbs.agg(verbs=verbs.act.collect())

    return frozenset(facts.told("usual", many) or ())


@kept
def seldom(facts: Facts) -> Table:
    """The acts of all other verbs, which most facts are about, apart: so that the log need not be read for each."""
    table = acts(facts)
    return table.filter(table.act.notin(sorted(usual(facts)))) if usual(facts) else table


def text(facts: Facts, table: Table, field: str) -> StringValue:
    """A field of the payload, as text."""
    return facts.engine.text(table.payload, field)


@kept
def vague(facts: Facts) -> Table:
    """The acts whose time is not known exactly: `unit`, `seq`, `entry`, `at`, `latest`."""
    table = acts(facts)
    return table.filter(table["at"] != table.latest).select("unit", "seq", "entry", "at", "latest")


@kept
def units(facts: Facts) -> Table:
    """The units there are: `unit`, `tier`, `parent`, `unit_kind`, `opened` (from when anything is demanded of them),
    `opened_by` (the entry; null where the log holds no opening statement).

    In a log without any opening statements every unit of the charter, and every unit that acts, is there from
    `facts.start`.
    """
    opened = of(facts, "unit.open")
    stated = opened.select(
        unit=opened.unit,
        tier=opened.tier,
        parent=text(facts, opened, "parent"),
        unit_kind=text(facts, opened, "kind"),
        opened=opened.at,
        opened_by=opened.entry,
    )
    known = declared(facts)
    start = ibis.literal(facts.start).cast(MOMENT)
    any_stated = stated.count().as_scalar() > 0
    supposed = known.filter(~any_stated)
    supposed = supposed.select("unit", "tier", "parent", "unit_kind", opened=start, opened_by=ibis.null("string"))
    return unite(stated, supposed)


@fact
def declared(facts: Facts) -> Table:
    """The charter's own units: `unit`, `tier`, `parent`, `unit_kind`."""
    rows = (
        {"unit": unit.id, "tier": unit.tier, "parent": unit.parent, "unit_kind": unit.kind}
        for tier in facts.declared.tiers
        for unit in facts.declared.units_of(tier)
    )
    return facts.small(rows, dict.fromkeys(("unit", "tier", "parent", "unit_kind"), "string"))


@kept
def bodies(facts: Facts) -> Table:
    """Which unit has which organ or office: `unit`, `post`, `opened`, `opened_by`, `tier`."""
    rows = []
    parts: tuple[Organ | Office, ...] = (*facts.declared.organs.values(), *facts.declared.offices.values())
    for part in parts:
        rows += [{"post": part.id, "tier": part.tier, "only": unit} for unit in part.units or (None,)]
    having = facts.small(rows, dict.fromkeys(("post", "tier", "only"), "string"))
    there = units(facts)
    found = there.join(having, [there.tier == having.tier, having.only.isnull() | (having.only == there.unit)])
    return found.select("unit", "post", "opened", "opened_by", "tier")


@fact
def posts(facts: Facts) -> Table:
    """The posts by which somebody sits on an organ: `organ`, `post` (the organ itself, and each office in it)."""
    rows = [{"organ": organ, "post": organ} for organ in facts.declared.organs]
    rows += [{"organ": office.organ, "post": office.id} for office in facts.declared.offices.values() if office.organ]
    return facts.small(rows, {"organ": "string", "post": "string"})
