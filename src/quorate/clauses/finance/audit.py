"""Finance over a whole log: books that balance, budgets that were decided and in time, dues booked each month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
from ibis.expr.types import BooleanValue, Table

from quorate.clauses.base import Rules, by_tiers
from quorate.clauses.finance import TYPES, Finance
from quorate.facts import calendar, judged, ledger
from quorate.facts.acts import bodies, units
from quorate.facts.book import Facts, unite
from quorate.facts.meetings import motions
from quorate.facts.powers import allowed, entitled


def audit(clauses: tuple[Finance, ...], facts: Facts, rules: Rules) -> Table:
    """Judge how the books were kept."""
    return judged.together(
        facts,
        _accounts(clauses, facts, rules),
        _transactions(clauses, facts, rules),
        _budgets(clauses, facts, rules),
        _yearly(clauses, facts),
        _monthly(tuple(c for c in clauses if c.dues_within), facts),
    )


# --- acts judged


def _ours(clauses: tuple[Finance, ...], facts: Facts, rules: Rules, table: Table) -> Table:
    """The acts of `table` beside the clauses that speak in their units."""
    rows = [{"clause": c.id, "of_tier": tier} for c in clauses for tier in sorted(by_tiers(rules, c.kept_by))]
    speaking = facts.small(rows, {"clause": "string", "of_tier": "string"})
    there = units(facts).select("unit", of_tier="tier").join(speaking, "of_tier").select("clause", "unit")
    return table.join(there, "unit")


def _accounts(clauses: tuple[Finance, ...], facts: Facts, rules: Rules) -> Table:
    table = _ours(clauses, facts, rules, ledger.opened(facts))
    checks = {
        "open already": (table.before, ibis.literal("account ") + table.account + " was open already"),
        "no type": (table.type.notin(TYPES), table.type + " is no type of account"),
    }
    return judged.acts(facts, table, checks)


def _transactions(clauses: tuple[Finance, ...], facts: Facts, rules: Rules) -> Table:
    table = _ours(clauses, facts, rules, ledger.posted(facts))
    month = table.dues.re_search("^[12][0-9]{3}-(0[1-9]|1[0-2])$")
    early = ibis.cases(
        (table.dues > calendar.month(table.latest), True),
        (table.dues > calendar.month(table["at"]), ibis.null("boolean")),
        else_=False,
    )
    booked = table.dues.notnull()
    total = table.total.cast("string")
    checks = {
        "no account": (_stated(table, table.unknown.notnull()), ibis.literal("there was no account ") + table.unknown),
        "currencies": (_stated(table, table.currencies > 1), "the lines are in several currencies"),
        "unbalanced": (table.total != 0, ibis.literal("the lines add to ") + total + ", not to nought"),
        "one line": (table.lines < 2, "a transaction has at least two lines"),
        "dues": (booked & ~month.fill_null(True), ibis.literal("no month: dues of ") + table.dues),
        "dues ahead": (ibis.ifelse(booked, early, False), ibis.literal("dues booked ahead: of ") + table.dues),
        "no dues": (
            ibis.ifelse(booked, ~table.moves, False), ibis.literal("no money moves for the dues of ") + table.dues
        ),
    }  # fmt: skip
    return judged.acts(facts, table, checks, absent=("no account",))


def _stated(table: Table, broken: BooleanValue) -> BooleanValue:
    """Null where the act states no lines."""
    return ibis.ifelse(table.lines.isnull(), ibis.null("boolean"), broken)


def _budgets(clauses: tuple[Finance, ...], facts: Facts, rules: Rules) -> Table:
    rows = [{"clause": c.id, "organ": c.organ, "business": c.business, "by": rules.name(c.organ)} for c in clauses]
    wanted = facts.small(rows, dict.fromkeys(("clause", "organ", "business", "by"), "string"))
    table = _ours(clauses, facts, rules, ledger.adopted(facts)).join(wanted, "clause")
    put = motions(facts).select(
        "unit", "put_seq", "voted_seq", "voted_by", "carried", "decided", ref="motion", sat="organ"
    )
    found = table.left_join(put, ["unit", "ref"])
    found = found[[*table.columns, "put_seq", "voted_seq", "voted_by", "carried", "decided", "sat"]]
    found = found.rename(basis="voted_by")
    known = (found.put_seq < found.seq).fill_null(False) | (found.voted_seq < found.seq).fill_null(False)
    voted = (found.voted_seq < found.seq).fill_null(False)
    other = (found.decided != found.business) | (found.sat != found.organ)
    not_decided = ibis.cases((~known, False), (~voted, True), else_=~found.carried | other)
    checks = {
        "no motion": (~known, ibis.literal("no motion of the ") + found.by + " adopted the budget"),
        "not carried": (not_decided, ibis.literal("the ") + found.by + " carried no such motion on the budget"),
        "no year": (~found.year.re_search("^[12][0-9]{3}$"), found.year + " is no calendar year"),
        "adopted already": (found.before, ibis.literal("the budget of ") + found.year + " was adopted already"),
        "motion used": (found.reused, ibis.literal("motion ") + found.ref + " had adopted another budget"),
        "no account": (found.unknown.notnull(), ibis.literal("there was no account ") + found.unknown),
    }
    return judged.acts(facts, found, checks, absent=("no motion", "no account"))


# --- what was due


def _having(facts: Facts, rows: Sequence[Mapping[str, object]], per: str) -> Table:
    """Each period of the units that have the organ: `clause`, `unit`, `opened`, `basis`, `period`, `start`, `end`."""
    wanted = facts.small(rows, {"clause": "string", "post": "string", "per": "string", **calendar.SPAN})
    there = wanted.join(bodies(facts), "post").select(
        "clause", "unit", "opened", "per", *calendar.SPAN, basis="opened_by"
    )
    found = there.join(calendar.calendar(facts.first_day(), facts.until, {per}), "per")
    return found.filter(found.start >= calendar.day(found.opened))


def _yearly(clauses: tuple[Finance, ...], facts: Facts) -> Table:
    """The budget of each year."""
    rows = [{"clause": c.id, "post": c.organ, "per": "year"} | calendar.span(c.budget_within) for c in clauses]
    due = _having(facts, rows, "year")
    made = ledger.adopted(facts)
    last = made.group_by("unit", "year").agg(
        met=made["at"].argmax(made.seq), met_latest=made.latest.argmax(made.seq), entry=made.entry.argmax(made.seq)
    )
    found = due.left_join(last.rename(period="year"), ["unit", "period"])
    owed = found.select(
        "clause", "unit", "basis", "met", "met_latest", "entry",
        key=ibis.literal("budget/") + found.period,
        arose=found.start,
        due=calendar.after(found.start, found.days, found.months),
        says=ibis.literal("adopt the budget of ") + found.period,
    )  # fmt: skip
    return judged.duties(facts, owed)


def _monthly(clauses: tuple[Finance, ...], facts: Facts) -> Table:
    """The dues of each month."""
    rows = [{"clause": c.id, "post": c.organ, "per": "month"} | calendar.span(c.dues_within) for c in clauses]
    due = _having(facts, rows, "month")
    made = ledger.posted(facts)
    first = made.group_by("unit", "dues").agg(
        met=made["at"].argmin(made.seq), met_latest=made.latest.argmin(made.seq), entry=made.entry.argmin(made.seq)
    )
    found = due.left_join(first.rename(period="dues"), ["unit", "period"])
    owed = found.select(
        "clause", "unit", "basis", "met", "met_latest", "entry",
        key=ibis.literal("dues/") + found.period,
        arose=found.end,
        due=calendar.day(calendar.after(found.end, found.days, found.months)),
        says=ibis.literal("book the dues of ") + found.period,
    )  # fmt: skip
    return judged.duties(facts, owed)


def permits(clauses: tuple[Finance, ...], facts: Facts, rules: Rules) -> Table:
    """Who keeps the books."""
    shape = ("unit", "entry", "seq", "at", "actor", "office")
    done = unite(*(made(facts).select(*shape) for made in (ledger.opened, ledger.posted, ledger.adopted)))
    table = _ours(clauses, facts, rules, done).select("clause", *shape)
    found = entitled(facts, table, allowed(facts, [(c.id, c.kept_by) for c in clauses]))
    return found.select("clause", "unit", "entry", ok="entitled")
