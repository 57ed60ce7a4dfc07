"""Membership over a whole log: who was admitted by whose decision, who moved and left, how large organisations were."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.membership import _VERBS, Membership
from quorate.facts import calendar, judged
from quorate.facts.acts import of, text, units
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.lineage import known as every_unit
from quorate.facts.meetings import motions
from quorate.facts.people import enrolled, moves, now, standings, steps_of, told, transfers
from quorate.facts.powers import allowed, entitled

_RULE = {
    **dict.fromkeys(("clause", "tier", "organ", "business", "admitted_as", "name", "known_as"), "string"),
    "most": "int64",
}
_SIZE = {"clause": "string", "tier": "string", "least": "int64", **calendar.SPAN}
_KEY = ("clause", "entry")


def audit(clauses: tuple[Membership, ...], facts: Facts, rules: Rules) -> Table:
    """Judge admissions, moves, standings and sizes."""
    table = _acts(clauses, facts, rules)
    return judged.together(
        facts,
        _admitted(facts, table.filter(table.verb == "member.admit"), clauses),
        _moved(facts, table.filter(table.verb != "member.admit"), clauses, rules),
        _sizes(clauses, facts),
    )


def permits(clauses: tuple[Membership, ...], facts: Facts, rules: Rules) -> Table:
    """The register is kept by those the clause names; a member leaves by their own word."""
    table = _acts(clauses, facts, rules)
    table = table.select("clause", "unit", "entry", "seq", "at", "actor", "office", "verb", "person")
    table = entitled(facts, table, allowed(facts, ((clause.id, clause.kept_by) for clause in clauses)))
    own = (table.verb == "member.leave") & (table.actor == table.person).fill_null(False)
    return table.select("clause", "unit", "entry", ok=ibis.ifelse(own, True, table.entitled))


def _acts(clauses: tuple[Membership, ...], facts: Facts, rules: Rules) -> Table:
    """Acts about members with the clause that speaks to them."""
    rows: list[dict[str, Any]] = [
        {
            "clause": clause.id,
            "tier": clause.tier,
            "organ": clause.organ,
            "business": clause.business,
            "admitted_as": clause.admitted_as,
            "name": rules.name(clause.organ),
            "most": clause.most.value if clause.most else None,
        }
        for clause in clauses
    ]
    table = of(facts, *sorted(_VERBS))
    table = table.select(
        "unit", "entry", "seq", "at", "tier", "actor", "office", "ref", verb="act", person="subject",
        standing=text(facts, table, "standing"), to=text(facts, table, "to"),
    )  # fmt: skip
    return table.join(facts.small(rows, _RULE), "tier")


def _history(facts: Facts, table: Table) -> Table:
    """Acts with what is known of the person in the unit: `first_seq` of their first enrolment, `moved` (the unit their
    last leaving took them to), `belongs` (they are a member then).
    """
    asked = table.select(*_KEY, "unit", "person", "seq", "at")
    steps = steps_of(facts, table)
    been = asked.join(steps.select("unit", "person", "step", "moved", its="seq"), ["unit", "person"])
    been = been.filter(been.its < been.seq)
    been = been.group_by(*_KEY).agg(
        enrolled=been.its.min(where=been.step == "enrol"),
        left=been.its.max(where=been.step == "leave"),
        moved=been.moved.fill_null("").argmax(been.its, where=been.step == "leave"),
        again=been.its.max(where=been.step == "enrol"),
    )
    times = standings(facts).select("unit", "person", "from_seq", "to_seq", "since")
    here = asked.join(times, ["unit", "person"])
    here = here.filter(now(here, here.seq), here.since <= here["at"]).select(*_KEY).distinct().mutate(belongs=True)
    for more in (been, here):
        fresh = [name for name in more.columns if name not in _KEY]
        table = table.left_join(more, list(_KEY))[[*table.columns, *fresh]]
    return table.mutate(belongs=table.belongs.fill_null(False))


def _listed(facts: Facts, clauses: Iterable[Membership]) -> Table:
    """The standings each clause knows."""
    rows = ({"clause": clause.id, "standing": standing} for clause in clauses for standing in clause.standings)
    return facts.small(rows, {"clause": "string", "standing": "string"})


def _unknown_standing(facts: Facts, table: Table, clauses: Iterable[Membership]) -> Table:
    """Acts with `stray`: the standing stated is none the charter knows."""
    known = _listed(facts, clauses).mutate(listed=True)
    joined = table.left_join(known, ["clause", "standing"])[[*table.columns, "listed"]]
    return joined.mutate(stray=joined.standing.notnull() & joined.listed.isnull())


# --- guards


def _admitted(facts: Facts, table: Table, clauses: tuple[Membership, ...]) -> Table:
    """Somebody is admitted by a motion about them, once, with a number of this organisation's or a transfer, while
    there is room.
    """
    table = _unknown_standing(facts, _history(facts, table), clauses)
    window = ibis.window(group_by=("clause", "unit", "ref"), order_by="seq")
    table = table.mutate(turn=ibis.row_number().over(window))
    for more in (_coming(facts, table, clauses), _decided(facts, table), _numbers(facts, table)):
        fresh = [name for name in more.columns if name not in _KEY]
        table = table.left_join(more, list(_KEY))[[*table.columns, *fresh]]
    comes, person = table.coming.fill_null(False), table.person
    ours = person.startswith(table.unit + ":").fill_null(False)
    unknown = ~ours & table.enrolled.isnull() & ~comes
    elsewhere = ~comes & (table.moved != "").fill_null(False)
    full = (table.size_then >= table.most).fill_null(False)
    decided = comes | table.decided.fill_null(False)
    another = ~comes & table.about.notnull() & (table.about != person)
    used = ~comes & table.ref.notnull() & (table.turn > 0)
    large = (
        "the organisation had " + table.size_then.cast("string") + " members and may have " + table.most.cast("string")
    )
    return judged.acts(
        facts,
        table,
        {
            "member already": (table.belongs, person + " was a member already"),
            "came back without a transfer": (elsewhere, person + " had moved away, and came back without a transfer"),
            "number of another": (
                unknown,
                person + " is a number of another organisation, and no transfer had come",
            ),
            "another standing": (
                (comes & (table.standing != table.brings)).fill_null(False),
                person + " came with another standing than was entered",
            ),
            "too large": (full, large),
            "unknown standing": (table.stray, table.standing.fill_null("") + " is no standing the charter knows"),
            "not decided": (~decided, ibis.literal("no carried motion of the ") + table["name"] + " was named"),
            "motion about another": (
                another.fill_null(False),
                "the motion is about another, " + table.about,
            ),
            "motion used before": (used, "the motion had admitted somebody already"),
        },
        absent=("came back without a transfer", "number of another", "not decided"),
    )


def _coming(facts: Facts, table: Table, clauses: Iterable[Membership]) -> Table:
    """Who is admitted on a transfer: `coming`, and the standing they `brings`, if the clause knows it."""
    found = table.select(*_KEY, "unit", "person", "seq").join(transfers(facts), ["unit", "person"])
    found = found.filter(now(found, found.seq)).select(*_KEY, "standing").mutate(coming=True)
    known = _listed(facts, clauses).mutate(brings=lambda row: row.standing)
    return found.left_join(known, ["clause", "standing"])[[*_KEY, "coming", "brings"]]


def _decided(facts: Facts, table: Table) -> Table:
    """Whether the motion an admission names was carried, by the right organ: `decided`; and whom it is `about`."""
    moved = motions(facts).select(
        "unit", "about", "carried", ref="motion", voted_seq="voted_seq", sat="organ", what="decided"
    )
    found = table.filter(table.ref.notnull()).select(*_KEY, "unit", "ref", "seq", "organ", "business")
    found = found.join(moved, ["unit", "ref"])
    carried = found.carried & (found.voted_seq < found.seq)
    right = (found.sat == found.organ) & (found.what == found.business)
    return found.select(*_KEY, "about", decided=(carried & right).fill_null(False))


def _numbers(facts: Facts, table: Table) -> Table:
    """How many members the organisation has when somebody is admitted, where the charter sets a limit: `size_then`."""
    limited = table.filter(table.most.notnull()).select(*_KEY, "unit", "seq")
    here = limited.select("unit").distinct()
    start = enrolled(facts).semi_join(here, "unit")
    first = start.group_by("unit", "seq").agg(change=start.person.count())
    spans = _spans(facts, here)
    later = unite(
        spans.filter(~spans.opening).select("unit", seq=spans.from_seq, change=ibis.literal(1)),
        spans.filter(spans.to_seq.notnull()).select("unit", seq=spans.to_seq, change=ibis.literal(-1)),
    )
    steps = unite(first, later).group_by("unit", "seq").agg(change=lambda row: row.change.sum())
    window = ibis.window(group_by="unit", order_by="seq", following=0)
    sums = steps.mutate(
        size_then=steps.change.sum().over(window),
        next_seq=steps.seq.lead().over(ibis.window(group_by="unit", order_by="seq")),
    )
    found = limited.join(sums.rename(from_seq="seq", to_seq="next_seq"), "unit")
    found = found.filter(now(found, found.seq))
    return found.select(*_KEY, "size_then")


def _spans(facts: Facts, here: Table) -> Table:
    """From when to when those belonged to organisations of whom the log tells more than that they were there at the
    beginning: `unit`, `person`, `from_seq`, `to_seq`, `opening` (they were).
    """
    moved = moves(facts)
    moved = moved.filter(moved.step != "standing").semi_join(here, "unit").select("unit", "person", "seq", "at", "step")
    pairs = moved.select("unit", "person").distinct()
    start = enrolled(facts).semi_join(pairs, ["unit", "person"])
    rows = unite(moved.mutate(opening=False), start.select("unit", "person", "seq", "at", "step", opening=True))
    window = ibis.window(group_by=("unit", "person"), order_by="seq")
    before = rows.step.lag().over(window)
    rows = rows.mutate(turns=before.isnull() & (rows.step == "enrol") | (before != rows.step))
    rows = rows.filter(rows.turns)
    rows = rows.mutate(to_seq=rows.seq.lead().over(window), to=rows["at"].lead().over(window))
    rows = rows.filter(rows.step == "enrol")
    return rows.select("unit", "person", "opening", "to_seq", "to", from_seq=rows.seq, since=rows["at"])


def _moved(facts: Facts, table: Table, clauses: tuple[Membership, ...], rules: Rules) -> Table:
    """Who leaves, moves, is certified or given a standing is a member; standings are known, and others' than one's own;
    people move to another basic organisation.
    """
    table = _unknown_standing(facts, _history(facts, table), clauses)
    basic = [tier for tier, part in rules.tiers.items() if part.basic]
    places = every_unit(facts)
    places = places.select(to="unit", basic=places.tier.isin(basic))
    table = table.left_join(places, "to")[[*table.columns, "basic"]]
    stands, moves_ = table.verb == "member.standing", table.verb == "member.transfer"
    certifies = table.verb == "member.certify"
    belongs = ibis.ifelse(table.belongs, True, ibis.ifelse(told(facts) | table.enrolled.notnull(), False, None))
    own = stands & (table.actor == table.person).fill_null(False)
    astray = moves_ & ~table.basic.fill_null(False)
    return judged.acts(
        facts,
        table,
        {
            "no member": (~belongs.cast("boolean"), table.person + " was not a member"),
            "own standing": (own, table.person + " decided on their own standing"),
            "unknown standing": (stands & table.stray, table.standing + " is no standing the charter knows"),
            "not a basic organisation": (astray, table.to + " is not a basic organisation"),
            "to itself": (
                (moves_ & (table.to == table.unit)).fill_null(False),
                "the transfer is to the organisation itself",
            ),
            "no such unit": (certifies & table.basic.isnull(), "there is no unit " + table.to),
        },
        absent=("no member",),
    )


# --- obligations


def _sizes(clauses: Iterable[Membership], facts: Facts) -> Table:
    """An organisation that falls below its least size grows again in time."""
    rows = [
        {"clause": c.id, "tier": c.tier, "least": c.least.value, **calendar.span(c.below_least)}
        for c in clauses
        if c.least is not None and c.below_least is not None
    ]
    there = units(facts).select("unit", "tier", "opened", "opened_by").join(facts.small(rows, _SIZE), "tier")
    spans = _turns(facts, there)
    short = unite(_beginning(there, spans), _falling(spans))
    owed = short.mutate(
        key=calendar.text(short.arose),
        due=calendar.after(short.arose, short.days, short.months),
        says=ibis.literal("have at least ") + short.least.cast("string") + " members, or be joined to another",
        basis=short.opened_by,
        entry=ibis.null("string"),
    )
    return judged.duties(facts, owed)


def _turns(facts: Facts, there: Table) -> Table:
    """When organisations came to have enough members, or too few: `at`, `entry`, `enough`, and the turn after it,
    `next_at`, `next_by`.

    Of who came back only the last time counts, as the register shows it.
    """
    here = there.select("unit").distinct()
    start = enrolled(facts).semi_join(here, "unit")
    moved = moves(facts)
    moved = moved.filter(moved.step != "standing").semi_join(here, "unit")
    pairs = moved.select("unit", "person").distinct()
    still = start.anti_join(pairs, ["unit", "person"])
    came = still.group_by("unit", at="since").agg(plus=still.person.count()).mutate(minus=0)
    steps = unite(
        start.semi_join(pairs, ["unit", "person"]).select("unit", "person", "seq", "step", at="since"),
        moved.select("unit", "person", "seq", "step", "at"),
    )
    last = steps.group_by("unit", "person").agg(
        since=steps["at"].argmax(steps.seq, where=steps.step == "enrol"),
        since_seq=steps.seq.max(where=steps.step == "enrol"),
        left=steps["at"].argmax(steps.seq, where=steps.step == "leave"),
        left_seq=steps.seq.max(where=steps.step == "leave"),
    )
    ups = last.filter(last.since.notnull()).group_by("unit", at="since").agg(plus=lambda row: row.count())
    downs = last.filter(last.left.notnull(), last.left_seq > last.since_seq)
    downs = downs.group_by("unit", at="left").agg(minus=downs.person.count())
    sums = unite(came, ups.mutate(minus=0), downs.mutate(plus=0))
    sums = sums.group_by("unit", "at").agg(plus=sums.plus.sum(), minus=sums.minus.sum())
    both = unite(
        sums.select("unit", "at", change="plus", order=ibis.literal(0)),
        sums.filter(sums.minus > 0).select("unit", "at", change=-sums.minus, order=ibis.literal(1)),
    )
    window = ibis.window(group_by="unit", order_by=("at", "order"), following=0)
    both = both.mutate(size=both.change.sum().over(window))
    table = both.join(there, "unit")
    table = table.mutate(enough=table["size"] >= table.least, was=table["size"] - table.change >= table.least)
    table = table.filter(table.enough != table.was)
    window = ibis.window(group_by=("clause", "unit"), order_by=("at", "order"))
    return table.mutate(next_at=table["at"].lead().over(window), turn=ibis.row_number().over(window))


_SHORT = ("clause", "unit", "least", "days", "months", "opened_by", "arose", "met")


def _beginning(there: Table, turns: Table) -> Table:
    """From the opening on, until there are enough; no time where there were enough from the beginning."""
    first = turns.filter(turns.turn == 0).select("clause", "unit", first="at")
    table = there.left_join(first, ["clause", "unit"])[[*there.columns, "first"]]
    table = table.filter(table["first"].isnull() | (table["first"] > table.opened))
    return table.mutate(arose=table.opened, met=table["first"]).select(*_SHORT)


def _falling(turns: Table) -> Table:
    """From the time there were too few, until there were enough again."""
    table = turns.filter(~turns.enough)
    table = table.filter(table.next_at.isnull() | (table.next_at > table.opened))
    arose = ibis.greatest(table["at"], table.opened).cast(MOMENT)
    return table.mutate(arose=arose, met=table.next_at).select(*_SHORT)
