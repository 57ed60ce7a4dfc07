"""Procedures over a whole log: each step of each matter against what had gone before it, and each stage against its
time.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.procedure import Procedure
from quorate.clauses.procedure.acted import judged_steps
from quorate.clauses.procedure.moved import put, voted
from quorate.clauses.procedure.steps import one_of, ruled, steps
from quorate.facts import calendar, judged
from quorate.facts.acts import units
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.powers import allowed, entitled


def audit(clauses: tuple[Procedure, ...], facts: Facts, rules: Rules) -> Table:
    """Judge the stages taken, the motions about matters, and what was to be done by when."""
    return judged.together(
        facts,
        judged_steps(clauses, facts, rules),
        put(clauses, facts),
        voted(clauses, facts),
        _timely(clauses, facts),
        _regular(tuple(c for c in clauses if c.every), facts),
    )


def permits(clauses: tuple[Procedure, ...], facts: Facts, rules: Rules) -> Table:  # noqa: ARG001 - all faces take them
    """Whether whoever took a stage may take it."""
    stages = {f"{c.id}/{stage.id}": (c, stage) for c in clauses for stage in c.stages}
    by = allowed(facts, ((key, stage.by) for key, (_, stage) in stages.items() if stage.by))
    rows = [
        {
            "clause": key,
            "of_clause": c.id,
            "tier": c.tier,
            "act": f"{c.matter}.{stage.id}",
            "by_hand": stage.by is not None,
            "by_subject": stage.by_subject,
        }
        for key, (c, stage) in stages.items()
    ]
    shape = dict.fromkeys(("clause", "of_clause", "tier", "act"), "string")
    table = ruled(clauses, facts, facts.small(rows, {**shape, "by_hand": "boolean", "by_subject": "boolean"}))
    table = table.select(
        "unit", "entry", "seq", "at", "actor", "office", "matter_sealed", *shape, "by_hand", "by_subject",
        about=ibis.ifelse(table.turn == 0, table.subject, table.matter_subject),
    )  # fmt: skip
    found = entitled(facts, table, by)
    own = found.by_subject & ibis.cases(
        (found.actor == found.about, True),
        (found.matter_sealed & (found.actor.isnull() | found.about.isnull()), ibis.null("boolean")),
        else_=False,
    )  # the log may hide whom a matter is about, and so that it is they who act
    return found.select("unit", "entry", clause="of_clause", ok=own | (found.by_hand & found.entitled))


def _owed(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Stages that have a time: `clause`, `tier`, `matter_kind`, `owed` (the stage), `by_due`, `since`, `days`,
    `months`, `only_after`, `what`.
    """
    stages = {(c.id, s.id): (c, s) for c in clauses for s in c.stages if s.by_due or (s.within and s.after)}
    rows = [
        {
            "clause": clause.id,
            "tier": clause.tier,
            "matter_kind": clause.matter,
            "owed": stage.id,
            "by_due": stage.by_due,
            "since": None if stage.by_due else stage.since or stage.after[0],
            "only_after": "\n" + "\n".join(stage.only_after_outcome) + "\n" if stage.only_after_outcome else None,
            "what": f"{stage.name} ({clause.title.lower()} ",
        }
        | calendar.span(None if stage.by_due else stage.within)
        for clause, stage in stages.values()
    ]
    texts = ("clause", "tier", "matter_kind", "owed", "since", "only_after", "what")
    return facts.small(rows, {**dict.fromkeys(texts, "string"), "by_due": "boolean", **calendar.SPAN})


def _timely(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Stages taken by the time they were due; none is owed by a matter that went another way."""
    owed = _owed(clauses, facts)
    table = steps(clauses, facts).join(owed, ["tier", "matter_kind"])
    due, since = table.stage == table.owed, (table.stage == table.since).fill_null(False)
    stated = table.outcome.notnull() & (table.outcome != "")
    first, last = {"where": due}, {"where": since}
    made = table.group_by("clause", "unit", "matter", "owed").agg(
        begun=table["at"].argmin(table.seq),
        begun_by=table.entry.argmin(table.seq),
        set_for=table.matter_due.max(),
        since_at=table["at"].argmax(table.seq, **last),
        since_latest=table.latest.argmax(table.seq, **last),
        since_by=table.entry.argmax(table.seq, **last),
        met=table["at"].argmin(table.seq, **first),
        met_latest=table.latest.argmin(table.seq, **first),
        entry=table.entry.argmin(table.seq, **first),
        closed=table.final.any(),
        outcome=table.outcome.argmax(table.seq, where=stated),
    )
    made = made.join(owed.drop("tier", "matter_kind", "since"), ["clause", "owed"])
    elsewhere = made.only_after.notnull() & ~one_of(made.outcome.fill_null(""), made.only_after)
    made = made.mutate(
        key=made.matter + "/" + made.owed,
        says=made.what + made.matter + ")",
        arose=ibis.ifelse(made.by_due, made.begun, made.since_at),
        basis=ibis.ifelse(made.by_due, made.begun_by, made.since_by),
        due=ibis.ifelse(made.by_due, made.set_for, calendar.after(made.since_at, made.days, made.months)),
        due_latest=ibis.ifelse(made.by_due, made.set_for, calendar.after(made.since_latest, made.days, made.months)),
    )
    made = made.filter(made.due.notnull(), made.met.notnull() | ~(made.closed | elsewhere.fill_null(False)))
    return judged.duties(facts, made)


def _regular(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """At least one matter opened each calendar period."""
    rows = [
        {
            "clause": c.id,
            "tier": c.tier,
            "matter_kind": c.matter,
            "per": c.every,
            "what": f"open a {c.title.lower()} in ",
        }
        for c in clauses
    ]
    wanted = facts.small(rows, dict.fromkeys(("clause", "tier", "matter_kind", "per", "what"), "string"))
    calendars = calendar.calendar(facts.first_day(), facts.until, {c.every for c in clauses if c.every})
    there = units(facts).select("unit", "tier", "opened", "opened_by")
    due = wanted.join(there, "tier").join(calendars, "per")
    last = due.end - ibis.interval(days=1)
    due = due.filter(due.start >= calendar.day(due.opened), last <= ibis.literal(facts.until).cast(MOMENT))
    due = due.mutate(due=due.end - ibis.interval(days=1))
    met = _opened(steps(clauses, facts).filter(lambda step: step.turn == 0), wanted, calendars)
    owed = due.left_join(met, ["clause", "unit", "start"])
    owed = owed.select(
        "clause", "unit", "period", "due", "met", "met_latest", "entry",
        basis="opened_by",
        certain=owed.certain.fill_null(True),
        key=owed.period,
        arose=owed.start,
        says=owed.what + owed.period,
    )  # fmt: skip
    return judged.duties(facts, owed)


def _opened(begun: Table, wanted: Table, calendars: Table) -> Table:
    """The first matter opened in each period, one that certainly was if there is any: `clause`, `unit`, `start`, `met`,
    `met_latest`, `entry`, `certain`.
    """
    begun = begun.select("unit", "tier", "matter_kind", "seq", "entry", met="at", met_latest="latest")
    begun = begun.join(wanted.select("clause", "tier", "matter_kind", "per"), ["tier", "matter_kind"])
    begun = begun.mutate(
        start=calendar.period_start(begun.met, begun.per), last=calendar.period_start(begun.met_latest, begun.per)
    )
    shape = ("clause", "unit", "seq", "entry", "met", "met_latest", "start")
    exact = begun.filter(begun.start == begun["last"]).select(*shape, certain=True)
    wide = begun.filter(begun.start != begun["last"]).rename(earliest="start", of_per="per")
    spread = calendars.select("per", "start").join(
        wide,
        [calendars.per == wide.of_per, calendars.start >= wide.earliest, calendars.start <= wide["last"]],
    )
    found = unite(exact, spread.select(*shape, certain=False))
    order = ibis.ifelse(found.certain, 0, 1) * 2**40 + found.seq
    return found.group_by("clause", "unit", "start").agg(
        **{name: found[name].argmin(order) for name in ("met", "met_latest", "entry", "certain")}
    )
