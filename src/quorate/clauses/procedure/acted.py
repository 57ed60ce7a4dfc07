"""What a stage's checks ask of each step, over a whole log, in the order the guard asks it."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
from ibis.expr.types import BooleanValue, Column, StringValue, Table

from quorate.clauses.base import Rules
from quorate.clauses.membership import Membership
from quorate.clauses.procedure import Procedure
from quorate.clauses.procedure.answered import answered
from quorate.clauses.procedure.sent import misaddressed, unaddressed
from quorate.clauses.procedure.steps import any_of, declared, listed, masked, one_of, ruled, steps
from quorate.facts import calendar, judged
from quorate.facts.book import Facts
from quorate.facts.lineage import known
from quorate.facts.meetings import motions, room

Checks = Mapping[str, tuple[BooleanValue, StringValue | str]]

ABSENT = (
    "not open",
    "too early",
    "not stated",
    "no outcome",
    "no person",
    "no decision",
    "about nothing",
    "unanswered",
)
"""What would not be a breach if the log held more."""


_ASKED = (
    "clause", "title", "name", "comes_after", "about", "outcomes", "only_after", "organs", "businesses", "starts",
    "by_document", "repeat", "by_subject", "hides", "decides", "states_outcome", "states_standing", "days", "months",
)  # fmt: skip


def judged_steps(clauses: tuple[Procedure, ...], facts: Facts, rules: Rules) -> Table:
    """Judge each step that somebody took."""
    table = _beside(
        _stages(clauses, facts),
        _before(clauses, facts),
        _decisions(clauses, facts),
        _own_there(clauses, facts),
        _about(clauses, facts),
        _apart(clauses, facts),
        answered(clauses, facts),
        misaddressed(clauses, facts),
        unaddressed(clauses, facts),
    )
    checks = {
        **_order(table),
        **_conflict(table, clauses),
        **_stated(table, rules),
        **_timing(table),
        **_decided(table),
        **_answers(table),
        **_addressed(table),
    }
    return judged.acts(facts, table, checks, absent=ABSENT)


def _stages(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Each step that somebody took, with what its stage asks of it."""
    stages = declared(clauses, facts)
    own_kind = stages.act.substr(0, stages.act.find("."))
    table = ruled(clauses, facts, stages.select("tier", "act", *_ASKED, *masked(stages), own_kind=own_kind))
    first = table.turn == 0
    return table.select(
        "unit", "entry", "at", "latest", "actor", "subject", "sealed", "motion", "outcome", "standing", "due", "lacks",
        "matter", "matter_kind", "over", "own_kind", *_ASKED,
        first=first,
        about_whom=ibis.ifelse(first, table.subject, table.matter_subject),
        reached=any_of(table, "after"),
        barred=any_of(table, "before"),
        again=any_of(table, "own"),
    )  # fmt: skip


def _beside(table: Table, *sides: Table) -> Table:
    """Each step with what tables keyed by `entry` say of it, in one chain of joins."""
    chain = table
    for number, side in enumerate(sides):
        keyed = side.rename({f"entry_{number}": "entry"})
        chain = chain.left_join(keyed, [("entry", f"entry_{number}")])
    return chain.select(*table.columns, *(name for side in sides for name in side.columns if name != "entry"))


def _before(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """What earlier steps of the matter tell, by `entry`: when the stage was reached from which its time runs
    (`since_at`, `since_latest`), the latest `had` outcome, the first step it may follow (`reached_seq`), and whether it
    was taken on the same motion before (`motion_done`).
    """
    stages = declared(clauses, facts)
    masks = [name for name in stages.columns if name.startswith("after_")]
    stages = stages.filter(stages.since.notnull() | stages.only_after.notnull() | stages.decides)
    asked = ruled(clauses, facts, stages.select("tier", "act", "since", *masks))
    asked = asked.filter(asked.turn > 0)
    asked = asked.select("entry", "unit", "matter", "since", *masks, this="stage", now="seq", on="motion")
    earlier = steps(clauses, facts)
    own = [name for name in earlier.columns if name.startswith("bit_")]
    earlier = earlier.select("unit", "matter", "stage", "seq", "at", "latest", "outcome", "motion", *own)
    pairs = asked.join(earlier, ["unit", "matter"])
    pairs = pairs.filter(pairs.seq < pairs.now)
    since = (pairs.stage == pairs.since).fill_null(False)
    after = any_of(pairs, "after", "bit")
    stated = pairs.outcome.notnull() & (pairs.outcome != "")
    return pairs.group_by("entry").agg(
        since_at=pairs["at"].argmax(pairs.seq, where=since),
        since_latest=pairs.latest.argmax(pairs.seq, where=since),
        had=pairs.outcome.argmax(pairs.seq, where=stated),
        reached_seq=pairs.seq.min(where=after),
        motion_done=((pairs.stage == pairs.this) & (pairs.motion == pairs.on)).fill_null(False).any(),
    )


def _decisions(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """The motion a step rests on, by `entry`: `moved`, `carried`, `decided_in`, `decided`, `decided_about`,
    `voted_seq`.
    """
    stages = declared(clauses, facts)
    asked = ruled(clauses, facts, stages.filter(stages.decides).select("tier", "act"))
    asked = asked.select("entry", "unit", "motion", "seq")
    told = motions(facts).select(
        "unit", "motion", "put_seq", "voted_seq", "carried", "decided", decided_in="organ", decided_about="about"
    )
    found = asked.join(told, ["unit", "motion"])
    found = found.filter(ibis.coalesce(found.put_seq, found.voted_seq) < found.seq)
    return found.select(
        "entry", "decided", "decided_in", "decided_about", "voted_seq",
        moved=True,
        carried=(found.carried & (found.voted_seq < found.seq)).fill_null(False),
    )  # fmt: skip


def _own_there(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Steps that open a case on a motion while whom it is about is in the room: `entry`, `own_there`."""
    stages = declared(clauses, facts)
    asked = ruled(clauses, facts, stages.filter(stages.decides, stages.about == "person").select("tier", "act"))
    asked = asked.filter(asked.turn == 0).select("entry", "unit", "motion", "seq", person="subject")
    asked = asked.join(motions(facts).select("unit", "motion", "meeting"), ["unit", "motion"])
    there = asked.join(room(facts), ["unit", "meeting", "person"])
    there = there.filter(there.came_seq < there.seq, there.went_seq.isnull() | (there.went_seq >= there.seq))
    return there.select("entry").distinct().mutate(own_there=True)


def _about(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """The tier of the unit a new matter is about: `entry`, `about_tier`."""
    stages = declared(clauses, facts)
    asked = ruled(clauses, facts, stages.filter(stages.about == "unit").select("tier", "act"))
    asked = asked.filter(asked.turn == 0).select("entry", about_unit="subject")
    return asked.join(known(facts).select(about_unit="unit", about_tier="tier"), "about_unit").drop("about_unit")


def _apart(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Steps whose actor took, as the last to take it, a stage that others are to take: `entry`, `took`, its id."""
    rows = [
        {"act": f"{clause.matter}.{stage.id}", "tier": clause.tier, "other": other}
        for clause in clauses
        for stage in clause.stages
        for other in stage.not_by_actor_of
    ]
    asked = ruled(clauses, facts, facts.small(rows, dict.fromkeys(("act", "tier", "other"), "string")))
    asked = asked.filter(asked.turn > 0).select("entry", "unit", "matter", "other", now="seq", by="actor")
    earlier = steps(clauses, facts).select("unit", "matter", "seq", "actor", other="stage")
    pairs = asked.join(earlier, ["unit", "matter", "other"])
    pairs = pairs.filter(pairs.seq < pairs.now)
    last = pairs.group_by("entry", "other", "by").agg(actor=pairs.actor.argmax(pairs.seq))
    return last.filter(last.actor == last.by).group_by("entry").agg(took=lambda one: one.other.min())


def _quote(name: Column) -> StringValue:
    return ibis.literal("'") + name + "'"


def _order(table: Table) -> Checks:
    later = ~table.first
    ident = table.matter
    person = table.hides & (table.subject.notnull() & ident.contains(table.subject)).fill_null(False)
    wrong = table.only_after.notnull() & ~one_of(table.had.fill_null(""), table.only_after)
    return {
        "not open": (
            table.first & (~table.starts | table.by_document),
            ibis.literal("there was no ") + table.title + " " + ident,
        ),
        "taken id": (
            table.first & (ident.contains("#") | ident.contains(">")),
            _quote(ident) + " reads like an entry's or a task's id",
        ),
        "telling id": (table.first & person, ibis.literal("the id gives away whom the ") + table.title + " is about"),
        "another kind": (
            later & (table.matter_kind != table.own_kind),
            ident + " is not a " + table.title,
        ),
        "closed": (later & table.over, ident + " had been closed"),
        "open already": (later & table.starts, ident + " was open already"),
        "too early": (
            later & ~table.reached,
            _quote(table.name) + " comes after " + table.comes_after + ", which " + ident + " had not reached",
        ),
        "too late": (later & table.barred, _quote(table.name) + " was no longer open"),
        "again": (later & table.again & ~table.repeat, ident + " had been through " + _quote(table.name)),
        "another outcome": (
            later & wrong.fill_null(False),
            _quote(table.name) + " does not follow the outcome " + table.had.fill_null("none stated"),
        ),
    }


def _conflict(table: Table, clauses: tuple[Procedure, ...]) -> Checks:
    whom = table.about_whom
    tiers = [(table.clause == c.id, listed(c.about_tiers)) for c in clauses if c.about == "unit" and c.about_tiers]
    fits = one_of(table.about_tier, ibis.cases(*tiers, else_=ibis.null("string"))).fill_null(True) if tiers else True
    nobody = table.first & (table.about == "person") & whom.isnull() & ~(table.sealed & table.hides)
    unit = table.first & (table.about == "unit") & ~(table.sealed & table.hides & whom.isnull())
    own = (table.about == "person") & (table.actor == whom).fill_null(False) & ~table.by_subject
    return {
        "no person": (nobody, _quote(table.name) + " does not name the person it is about"),
        "no such unit": (
            unit & (table.about_tier.isnull() | ~fits),
            ibis.literal("a ") + table.title + " is about an organisation, never a person",
        ),
        "own case": (own, table.actor + " takes no part in deciding their own case"),
        "same person": (
            table.took.notnull(),
            table.actor + " took the stage " + _quote(table.took) + " as well",
        ),
    }


def _stated(table: Table, rules: Rules) -> Checks:
    standings = sorted({standing for clause in rules.of(Membership) for standing in clause.standings})
    outcome = table.outcomes.notnull() & ~one_of(table.outcome.fill_null(""), table.outcomes)
    unknown = table.standing.notin(standings).fill_null(False) if standings else ibis.literal(False)
    return {
        "not stated": (table.lacks.notnull(), _quote(table.name) + " must state " + table.lacks),
        "no outcome": (
            outcome.fill_null(False) & table.outcome.isnull(),
            _quote(table.name) + " must state its outcome",
        ),
        "wrong outcome": (outcome.fill_null(False), _quote(table.name) + " cannot have this outcome"),
        "stray outcome": (
            table.outcome.notnull() & ~table.states_outcome,
            _quote(table.name) + " states no outcome",
        ),
        "stray standing": (
            table.standing.notnull() & ~table.states_standing,
            _quote(table.name) + " states no standing",
        ),
        "wrong standing": (unknown, table.standing + " is no standing"),
        "past date": (
            (table.due < calendar.day(table["at"])).fill_null(False),
            ibis.literal("the date set, ") + calendar.text(table.due) + ", was past",
        ),
    }


def _timing(table: Table) -> Checks:
    sure = (table.latest < calendar.after(table.since_at, table.days, table.months)).fill_null(False)
    maybe = (table["at"] < calendar.after(table.since_latest, table.days, table.months)).fill_null(False)
    early = ibis.cases((sure, True), (maybe, ibis.null("boolean")), else_=False)
    return {"too soon": (early, _quote(table.name) + " was taken before its time")}


def _decided(table: Table) -> Checks:
    decides, motion = table.decides, table.motion.fill_null("")
    told = decides & table.moved.fill_null(False)
    elsewhere = ~one_of(table.decided_in, table.organs)
    otherwise = table.businesses.notnull() & ~one_of(table.decided, table.businesses)
    early = (~table.first & (table.voted_seq < table.reached_seq)).fill_null(False)
    return {
        "no decision": (
            decides & table.moved.isnull(),
            _quote(table.name) + " rests on a decision, and names no motion",
        ),
        "not carried": (told & ~table.carried.fill_null(False), "motion " + motion + " had not been carried"),
        "another organ": (told & elsewhere, "motion " + motion + " was carried in an organ that does not decide this"),
        "another business": (told & otherwise, "motion " + motion + " was about other business"),
        "about nothing": (told & table.decided_about.isnull(), "motion " + motion + " is about nothing named"),
        "another matter": (
            told & (table.decided_about != table.matter).fill_null(False),
            "motion " + motion + " is not about " + table.matter,
        ),
        "own vote": (told & table.own_there.fill_null(False), "whom it is about was present at the vote"),
        "voted early": (told & early, "motion " + motion + " was voted on before " + table.comes_after),
        "carried out": (
            told & ~table.first & table.motion_done.fill_null(False),
            _quote(table.name) + " had been taken on motion " + motion + " already",
        ),
    }


def _answers(table: Table) -> Checks:
    return {
        "unanswered": (
            table.unanswered.fill_null(False) | table.untold.fill_null(False).nullif(True),
            _quote(table.name) + " waits for an answer that had not come",
        ),
        "answered no": (
            table.forbidden.fill_null(False),
            _quote(table.name) + " is not to be taken after the answer that came",
        ),
    }


def _addressed(table: Table) -> Checks:
    return {
        "wrong unit": (table.misfit.fill_null(False), _quote(table.name) + " goes to a unit it cannot be sent to"),
        "not below": (table.beyond.fill_null(False), _quote(table.name) + " goes to a unit that does not stand below"),
        "nobody to send to": (
            table.nobody.fill_null(False),
            _quote(table.name) + " has nobody to send its document to",
        ),
    }
