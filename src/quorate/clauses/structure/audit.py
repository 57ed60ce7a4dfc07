"""Structure over a whole log: which units were established, where and by whom, and whether each had its organ."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules, names
from quorate.clauses.structure import Structure
from quorate.facts import calendar, judged
from quorate.facts.acts import bodies, declared, of, posts, text, units, vague
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.people import steps
from quorate.facts.posts import tenures
from quorate.facts.powers import allowed, entitled


def audit(clauses: tuple[Structure, ...], facts: Facts, rules: Rules) -> Table:
    """Judge what units there were, and whether they were constituted."""
    return judged.together(facts, _established(clauses, facts, rules), _constituted(clauses, facts, rules))


# --- what is demanded of units


def _constituted(clauses: tuple[Structure, ...], facts: Facts, rules: Rules) -> Table:
    """Each unit has somebody on its organ; a general meeting may be had by having members."""
    rows = [
        {"clause": c.id, "tier": c.tier, "of_kind": c.of_kind, "organ": c.organ, "says": _what(c, rules), **_span(c)}
        for c in clauses
        if c.organ
    ]
    texts = dict.fromkeys(("clause", "tier", "of_kind", "organ", "says"), "string")
    wanted = facts.small(rows, texts | calendar.SPAN)
    there = units(facts).join(wanted, "tier")
    there = there.filter(there.of_kind.isnull() | (there.of_kind == there.unit_kind).fill_null(False))
    there = there.select("clause", "unit", "organ", "opened", "says", *calendar.SPAN, basis="opened_by")
    there = there.semi_join(bodies(facts).select("unit", organ="post"), ["unit", "organ"])
    held = _held(facts, sorted({c.organ for c in clauses if c.organ}))
    found = there.left_join(held, ["unit", "organ"])[[*there.columns, "since", "by"]]
    enrolled = _enrolled(facts, found.filter(found.since.isnull()), rules)
    found = found.left_join(enrolled, ["unit", "organ"])[[*found.columns, "joined"]]
    first = ibis.coalesce(found.since, found.joined)
    met = ibis.ifelse(first.isnull(), ibis.null(MOMENT), ibis.greatest(first, found.opened))
    entry = ibis.cases((found.since.notnull(), found.by), (found.joined.notnull(), found.basis))
    found = found.mutate(met=met, entry=entry)
    times = vague(facts).select("entry", "latest", given="at")
    found = found.left_join(times, "entry")[[*found.columns, "latest", "given"]]
    owed = found.select(
        "clause", "unit", "basis", "says", "met", "entry",
        key=ibis.literal("constituted"),
        arose=found.opened,
        due=calendar.after(found.opened, found.days, found.months),
        met_latest=ibis.ifelse((found.given == found.met).fill_null(False), found.latest, found.met),
    )  # fmt: skip
    return judged.duties(facts, owed, absent=True)


def _what(clause: Structure, rules: Rules) -> str:
    return f"constitute the {rules.name(clause.organ or '')}"


def _span(clause: Structure) -> dict[str, int | None]:
    return calendar.span(clause.constituted) if clause.constituted else {"days": 0, "months": None}


def _held(facts: Facts, organs: list[str]) -> Table:
    """The first tenure on each organ: `unit`, `organ`, `since`, `by`."""
    within = posts(facts)
    held = tenures(facts).select("unit", "post", "since", "by").join(within.filter(within.organ.isin(organs)), "post")
    return held.group_by("unit", "organ").agg(since=held.since.min(), by=held.by.argmin(held.since))


def _enrolled(facts: Facts, where: Table, rules: Rules) -> Table:
    """When the first member joined, of units whose organ is a general meeting: `unit`, `organ`, `joined`.

    Who left and came again counts from then.
    """
    general = [organ.id for organ in rules.organs.values() if organ.membership == "everyone"]
    where = where.filter(where.organ.isin(general)).select("unit", "organ").distinct()
    came = steps(facts)
    came = came.filter(came.step == "enrol").select("unit", "person", "seq", "since").join(where, "unit")
    came = came.group_by("unit", "organ", "person").agg(since=came.since.argmax(came.seq))
    return came.group_by("unit", "organ").agg(joined=lambda table: table.since.min())


# --- acts judged


def _ours(clauses: tuple[Structure, ...], facts: Facts) -> Table:
    """The acts that establish units, beside the clause for units of the kind."""
    rows = [{"clause": c.id, "tier_of": c.tier, "of_kind": c.of_kind} for c in clauses]
    kinds = facts.small(rows, dict.fromkeys(("clause", "tier_of", "of_kind"), "string"))
    table = of(facts, "unit.establish")
    table = table.select(
        "unit", "entry", "seq", "at", "tier", "actor", "office", "subject",
        tier_of=text(facts, table, "tier"),
        kind_of=text(facts, table, "kind"),
    )  # fmt: skip
    found = table.join(kinds, "tier_of")
    return found.filter(found.of_kind.isnull() | (found.of_kind == found.kind_of).fill_null(False))


def _established(clauses: tuple[Structure, ...], facts: Facts, rules: Rules) -> Table:
    table = _numbered(clauses, facts, _taken(facts, _under(clauses, facts, rules, _ours(clauses, facts))))
    kind = ibis.coalesce(table.of_kind, table.tier_of)
    too_many = ibis.literal("there were ") + table.there.cast("string") + " units of the kind " + kind + " already"
    checks = {
        "no id": (
            ~table.subject.re_search("^[A-Za-z0-9][A-Za-z0-9./_-]{0,119}$"),
            table.subject + " is no id of a unit",
        ),
        "wrong place": (
            ibis.ifelse(table.tier.isnull(), ibis.null("boolean"), table.below.isnull()),
            table.subject + " stands below " + table.unit + ", and such a unit stands below a " + table.places,
        ),
        "exists": (table.taken, ibis.literal("there was a unit ") + table.subject + " already"),
        "too many": ((table.there >= table.number).fill_null(False), too_many),
    }
    return judged.acts(facts, table, checks)


def _under(clauses: tuple[Structure, ...], facts: Facts, rules: Rules, table: Table) -> Table:
    """With `below`, the tier of the unit above where the new one may stand below it, and `places`, those it may."""
    named = [{"clause": c.id, "places": names(rules, rules.tiers[c.tier].under, "or")} for c in clauses]
    lawful = [{"clause": c.id, "tier": tier, "below": tier} for c in clauses for tier in rules.tiers[c.tier].under]
    places = facts.small(named, {"clause": "string", "places": "string"})
    below = facts.small(lawful, {"clause": "string", "tier": "string", "below": "string"})
    found = table.join(places, "clause")
    return found.left_join(below, ["clause", "tier"])[[*found.columns, "below"]]


def _there(facts: Facts) -> Table:
    """Every unit, with the moment it came to be there (null: from the beginning) and the entry that founded it."""
    opened = of(facts, "unit.open").select("unit", founder="ref", opened="at")
    founded = units(facts).join(opened, "unit").filter(lambda table: table.founder.notnull())
    founded = founded.select("unit", "tier", "founder", kind="unit_kind", since="opened")
    known = declared(facts).anti_join(founded, "unit")
    begun = known.select("unit", "tier", founder=ibis.null("string"), kind="unit_kind", since=ibis.null(MOMENT))
    others = units(facts).anti_join(founded, "unit").anti_join(begun, "unit")
    return unite(
        begun, founded, others.select("unit", "tier", founder=ibis.null("string"), kind="unit_kind", since="opened")
    )


def _taken(facts: Facts, table: Table) -> Table:
    """With `taken`: whether there was a unit of that id."""
    there = _there(facts).select("founder", "since", subject="unit")
    pairs = table.select("clause", "entry", "at", "subject").join(there, "subject")
    pairs = pairs.filter(
        (pairs.founder != pairs.entry).fill_null(True), pairs.since.isnull() | (pairs.since < pairs["at"])
    )
    found = pairs.select("clause", "entry").distinct().mutate(there=True)
    joined = table.left_join(found, ["clause", "entry"])[[*table.columns, "there"]]
    return joined.mutate(taken=joined.there.notnull()).drop("there")


def _numbered(clauses: tuple[Structure, ...], facts: Facts, table: Table) -> Table:
    """With `number`, the units the charter knows of, and `there`, how many there were."""
    rows = [{"clause": c.id, "number": c.number.value, "tier_of": c.tier} for c in clauses if c.number is not None]
    fixed = facts.small(rows, {"clause": "string", "number": "int64", "tier_of": "string"})
    have = _there(facts).select("founder", "since", "kind", tier_of="tier")
    asked = table.select("clause", "entry", "at", "of_kind").join(fixed, "clause")
    pairs = asked.join(have, "tier_of")
    pairs = pairs.filter(
        pairs.of_kind.isnull() | (pairs.of_kind == pairs.kind).fill_null(False),
        (pairs.founder != pairs.entry).fill_null(True),
        pairs.since.isnull() | (pairs.since < pairs["at"]),
    )
    counted = pairs.group_by("clause", "entry").agg(there=pairs.count())
    found = table.left_join(fixed.drop("tier_of"), "clause")[[*table.columns, "number"]]
    found = found.left_join(counted, ["clause", "entry"])[[*found.columns, "there"]]
    return found.mutate(there=found.there.fill_null(0))


def permits(clauses: tuple[Structure, ...], facts: Facts, rules: Rules) -> Table:  # noqa: ARG001 - the shape of a face
    """Who may establish a unit; nobody, where the charter names nobody."""
    table = _ours(clauses, facts).select("clause", "unit", "entry", "seq", "at", "actor", "office")
    by = allowed(facts, [(c.id, c.established_by) for c in clauses if c.established_by])
    found = entitled(facts, table, by)
    nobody = found.clause.isin([c.id for c in clauses if not c.established_by] or [""])
    return found.select("clause", "unit", "entry", ok=ibis.ifelse(nobody, False, found.entitled))
