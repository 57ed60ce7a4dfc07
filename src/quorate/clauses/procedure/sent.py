"""Whether what a step sends has somebody to go to, over a whole log."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.clauses.procedure import Procedure
from quorate.clauses.procedure.steps import ruled
from quorate.facts.acts import units
from quorate.facts.book import Facts
from quorate.facts.documents import known as persons_known
from quorate.facts.lineage import known, lineage
from quorate.facts.matters import taken


def misaddressed(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Steps that name a unit they cannot send to: `entry`, `misfit` (it is of a tier it cannot go to), `beyond` (it
    does not stand below).
    """
    rows = [
        {"act": f"{clause.matter}.{stage.id}", "tier": clause.tier, "of": tier}
        for clause in clauses
        for stage in clause.stages
        for tier in set.intersection(*([set(s.to_named) for s in stage.sends if s.to_named] or [set()]))
    ]
    fitting = facts.small(rows, dict.fromkeys(("act", "tier", "of"), "string"))
    sending = [
        {"act": f"{clause.matter}.{stage.id}", "tier": clause.tier}
        for clause in clauses
        for stage in clause.stages
        if any(send.to_named for send in stage.sends)
    ]
    stages = facts.small(sending, {"act": "string", "tier": "string"})
    there = units(facts).select("unit", "tier")
    acts = taken(facts).drop("tier").join(stages.select("act").distinct(), "act").join(there, "unit")
    acts = acts.semi_join(stages, ["act", "tier"])
    acts = acts.select("entry", "unit", "act", "tier", to=facts.engine.texts(acts.payload, "to")).unnest("to")
    acts = acts.left_join(known(facts).select(to="unit", of="tier"), "to").drop("to_right")
    acts = acts.left_join(fitting.mutate(fits=True), ["act", "tier", "of"])
    acts = acts.select("entry", "unit", "to", fits=acts.fits.fill_null(False))
    lines = lineage(facts).select(to="unit", unit="above").mutate(below=True)
    acts = acts.left_join(lines, ["to", "unit"])
    acts = acts.select("entry", "fits", below=acts.below.fill_null(False))
    found = acts.group_by("entry").agg(misfit=(~acts.fits).any(), beyond=(~acts.below).any())
    return found.filter(found.misfit | found.beyond)


_WAYS = {"tier": "string", "act": "string", "number": "int64", "above": "string", "to_subject": "boolean"}


def unaddressed(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Steps with a document that goes up, or to whom the matter is about, and has no receiver: `entry`, `nobody`."""
    rows = [
        {
            "tier": clause.tier,
            "act": f"{clause.matter}.{stage.id}",
            "hides": "subject" in clause.restricted,
            "number": number,
            "above": send.to_above,
            "to_subject": send.to_subject,
            "to_origin": send.to_origin,
            "to_named": bool(send.to_named),
            "to_units": send.to_units[0] if send.to_units else None,
            "another": send.to_units[1] if len(send.to_units) > 1 else None,
        }
        for clause in clauses
        for stage in clause.stages
        for number, send in enumerate(stage.sends)
        if send.to_above or send.to_subject
    ]
    shape = {
        **_WAYS,
        "to_origin": "boolean",
        "to_named": "boolean",
        "hides": "boolean",
        "to_units": "string",
        "another": "string",
    }
    asked = ruled(clauses, facts, facts.small(rows, shape))
    asked = asked.mutate(
        first=asked.turn == 0, about_whom=ibis.ifelse(asked.turn == 0, asked.subject, asked.matter_subject)
    )
    asked = asked.select(*shape, "unit", "entry", "seq", "matter_sealed", "about_whom", "matter_origin", "first")
    asked = _upward(facts, asked)
    asked = _homeward(facts, asked)
    fixed = (asked.to_units.notnull() & (asked.to_units != asked.unit)) | asked.another.notnull()
    origin = asked.to_origin & ~asked["first"] & asked.matter_origin.notnull() & (asked.matter_origin != asked.unit)
    home = asked.to_subject & (
        asked.home_known.notnull() | (asked.matter_sealed & asked.hides & asked.about_whom.isnull())
    )
    # names in `to` are judged by themselves, and an act that names none has been
    reached = asked.up.notnull() | home | fixed | origin.fill_null(False) | asked.to_named
    return asked.filter(~reached).select("entry").distinct().mutate(nobody=True)


def _upward(facts: Facts, asked: Table) -> Table:
    """With `up`: the nearest unit of the tier at or above the one above, if it is not the unit itself."""
    there = units(facts).select("unit", "parent")
    start = asked.filter(asked.above.notnull()).select("entry", "number", "unit", of_tier="above").join(there, "unit")
    start = start.mutate(start=ibis.coalesce(start.parent, start.unit))
    lines = lineage(facts).select("steps", of_tier="tier", start="unit", up="above")
    found = start.join(lines, ["start", "of_tier"]).group_by("entry", "number", "unit")
    found = found.agg(up=lambda one: one.up.argmin(one.steps))
    found = found.filter(found.up != found.unit).drop("unit")
    return asked.left_join(found, ["entry", "number"]).drop("entry_right", "number_right")


def _homeward(facts: Facts, asked: Table) -> Table:
    """With `home_known` where the unit knows to which unit whom the matter is about belongs."""
    wanted = asked.filter(asked.to_subject, asked.about_whom.notnull())
    wanted = wanted.select("entry", "unit", "seq", person="about_whom").distinct()
    told = persons_known(facts, wanted.select("unit").distinct())
    told = told.filter(told.home.notnull()).select("unit", "person", told_seq="seq")
    found = wanted.join(told, ["unit", "person"])
    found = found.filter(found.told_seq < found.seq).select("entry").distinct().mutate(home_known=True)
    return asked.left_join(found, "entry").drop("entry_right")
