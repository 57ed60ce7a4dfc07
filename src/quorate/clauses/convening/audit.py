"""Convening over a whole log: how meetings were called and opened, the order kept in them, and who did it.

There are millions of meetings and few that are out of order: each meeting counts with all its acts as lawful, and what
breaks a clause is found apart and taken off.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules, who
from quorate.clauses.convening import Convening, orders
from quorate.facts import calendar, judged
from quorate.facts.acts import of
from quorate.facts.book import Facts, unite
from quorate.facts.meetings import meetings, room
from quorate.facts.people import seated, seats
from quorate.facts.powers import allowed, entitled, placed
from quorate.terms.parts import By


def audit(clauses: tuple[Convening, ...], facts: Facts, rules: Rules) -> Table:
    """Judge how organs were called together and how their meetings went."""
    met = facts.made("convening_met", lambda facts: _met(clauses, facts, rules), keep=False)
    told = orders.told(facts, clauses, rules, met)
    told = told.group_by("clause", "unit", "entry").agg(
        at=told["at"].argmin(told.rank),
        on_=told.on_.argmin(told.rank),
        sure=told.sure.argmin(told.rank),
        how=told.how.argmin(told.rank),
        says=told.says.argmin(told.rank),
        missing=told.missing.argmin(told.rank),
        basis=told.basis.argmin(told.rank),
    )
    shape = {
        "entry": told.entry, "at": told["at"], "sure": told.sure, "how": told.how, "says": told.says,
        "missing": told.missing, "basis": told.basis, "number": ibis.literal(1, "int64"),
    }  # fmt: skip
    found = told.select("clause", "unit", **shape)
    kept = {
        "sure": ibis.literal(True), "how": ibis.literal(""), "says": ibis.literal(""), "missing": ibis.literal(False),
        "basis": ibis.null("string"),
    }  # fmt: skip
    # an act told of was counted among its meeting's, at the meeting's time
    taken_off = told.select("clause", "unit", **{**shape, **kept, "at": told.on_, "number": ibis.literal(-1, "int64")})
    whole = met.select(
        "clause", "unit", entry=ibis.coalesce(met.opened_by, met.convened_by, met.closed_by), at=met.on_, **kept,
        number=met.acts,
    )  # fmt: skip
    whole = whole.filter(whole["at"].notnull())
    return judged.together(
        facts,
        judged.verdicts(facts, unite(whole, taken_off, found)),
        orders.instructions_judged(facts, clauses),
    )


def _met(clauses: tuple[Convening, ...], facts: Facts, rules: Rules) -> Table:
    """The meetings with the clauses that speak to them, and when they were: `on_`."""
    met = meetings(facts).join(_given(clauses, facts, rules), "organ")
    return met.mutate(on_=ibis.coalesce(met.opened, met.convened, met.closed))


def _given(clauses: tuple[Convening, ...], facts: Facts, rules: Rules) -> Table:
    rows = [
        {
            "clause": c.id,
            "organ": c.organ,
            **calendar.span(c.notice),
            "sponsors": c.sponsors.value if c.sponsors else None,
            "instructed": c.instruction is not None,
            "name": rules.name(c.organ),
            "notice": f"{c.notice} of notice" if c.notice else "a day no earlier than that of the call",
            "instructor": who(rules, c.instruction) if c.instruction else "",
        }
        for c in clauses
    ]
    texts = dict.fromkeys(("clause", "organ", "name", "notice", "instructor"), "string")
    return facts.small(rows, {**texts, **calendar.SPAN, "sponsors": "int64", "instructed": "boolean"})


def permits(clauses: tuple[Convening, ...], facts: Facts, rules: Rules) -> Table:  # noqa: ARG001 - a face's shape
    """Who may call an organ together, call that off, instruct it, open its meetings, and act in them."""
    organs = facts.small([{"clause": c.id, "organ": c.organ} for c in clauses], {"clause": "string", "organ": "string"})
    there = meetings(facts).select("unit", "meeting", "organ", "chair", "stated", "opened_seq", "closed_seq")
    doing = ("entry", "unit", "seq", "at", "act", "actor", "office")
    done = of(
        facts, "meeting.open", "meeting.attend", "meeting.minutes", "meeting.close", "meeting.adjourn", "meeting.cancel"
    )
    done = done.select(*doing, "meeting").join(there, ["unit", "meeting"])
    calls = of(facts, "meeting.convene").select(*doing, "organ")
    calls = unite(calls, done.filter(done.act == "meeting.cancel").select(*doing, "organ"))
    called = entitled(facts, calls.join(organs, "organ"), allowed(facts, ((c.id, c.by) for c in clauses)))
    told = of(facts, "instruction.issue").select(*doing, "organ").join(organs, "organ")
    instructing = allowed(facts, ((c.id, c.instruction) for c in clauses if c.instruction))
    told = told.join(instructing.select("clause").distinct(), "clause", how="semi")
    told = entitled(facts, told, instructing)
    within = placed(facts, done.filter(done.act != "meeting.cancel"))
    opened = within.filter(within.act == "meeting.open").join(organs, "organ")
    offices = allowed(facts, ((c.id, By(offices=c.by.offices)) for c in clauses if c.by.offices))
    opened = entitled(facts, opened, offices)
    may_open = opened.here & ((opened.member & opened.office.isnull()) | opened.entitled)
    acting = _acting(facts, within.filter(within.act != "meeting.open")).join(organs, "organ")
    shape = ("clause", "unit", "entry")
    return unite(
        called.select(*shape, ok="entitled"),
        told.select(*shape, ok="entitled"),
        opened.select(*shape, ok=may_open),
        acting.select(*shape, "ok"),
    )


def _acting(facts: Facts, within: Table) -> Table:
    """Who may run a meeting: those in the room; any member once nobody is in it, or where it is not open."""
    open_ = (within.opened_seq < within.seq) & (within.closed_seq.isnull() | (within.closed_seq >= within.seq))
    within = within.mutate(sitting=open_.fill_null(False) & (within.act != "meeting.minutes"))
    doubted = within.filter(within.sitting, within.member, ~within.here)
    doubted = doubted.select("entry", "unit", "seq", "at", "meeting", "organ")
    stays = doubted.join(room(facts), ["unit", "meeting"])
    stays = stays.filter(stays.came_seq < stays.seq, stays.went_seq.isnull() | (stays.went_seq >= stays.seq))
    stays = stays.select("entry", "unit", "seq", "at", "organ", "person").join(
        seats(facts), ["unit", "organ", "person"]
    )
    others = stays.filter(seated(stays, stays.seq, stays["at"])).select(entry_of="entry").distinct().mutate(some=True)
    found = within.left_join(others, within.entry == others.entry_of)
    ok = ibis.cases(
        (~found.sitting, found.member),
        (found.member & ~found.here & found.some.isnull(), True),
        else_=found.inside,
    )
    return found.select("entry", "unit", "organ", ok=ok)
