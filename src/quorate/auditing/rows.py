"""From judgements to findings: verdicts in the world the log is read in, with evidence and sources."""

from __future__ import annotations

import ibis
from ibis.expr.types import ArrayValue, Column, Table

from quorate.charter.model import Charter
from quorate.facts import acts as log
from quorate.facts.book import MOMENT, Facts
from quorate.facts.engine import Engine
from quorate.log.tables.files import Traits

KEPT, BREACHED, POSSIBLY, UNKNOWN = "kept", "breached", "possibly breached", "unknown"
VERDICTS = (KEPT, BREACHED, POSSIBLY, UNKNOWN)
COLUMNS = {
    "clause": "the clause",
    "unit": "the unit",
    "key": "tells the demands of a clause in a unit apart: a period, a matter, an entry",
    "period": "the calendar period it is of",
    "on": "when it could first be told",
    "verdict": "kept, breached, possibly breached or unknown",
    "how": "kept, late, missing, or what was wrong in a word",
    "says": "what was owed, or wrong, in a sentence",
    "count": "how many demands the row stands for",
    "evidence": "the entries it rests on",
    "sources": "the sources of those entries",
}


def span(engine: Engine, source: Table, rules: Charter, traits: Traits | None) -> tuple[str, str, bool]:
    """The first and the last day of a log, leaving out open bounds, and whether the charter knows anything in it."""
    verbs = sorted({verb for tier in rules.tiers for verb in _verbs(rules, tier)})
    start = rules.file.in_force.from_
    if traits:
        days = (traits.first, traits.last), (traits.first_dated, traits.last_dated)
        (first, last), dated = ([day.date().isoformat() if day else "" for day in pair] for pair in days)
        if first < DATED[0] or last > DATED[1]:
            first, last = dated
        fits = traits.acts.keys() & set(verbs) or traits.organs.keys() & rules.organs.keys()
        return first or start, last or start, bool(fits)
    early, late = source.at_earliest.cast(MOMENT), source.at_latest.cast(MOMENT)
    first, last = _days(engine, source.agg(first=early.min(), last=late.max()))
    if first < DATED[0] or last > DATED[1]:
        is_dated = (early > ibis.literal(DATED[0]).cast(MOMENT)) & (late < ibis.literal(DATED[1]).cast(MOMENT))
        first, last = _days(engine, source.agg(first=early.min(where=is_dated), last=late.max(where=is_dated)))
    organs = source.organ.isin(list(rules.organs)) if "organ" in source.columns else ibis.literal(False)
    known = source.filter(source.act.isin(verbs) | organs).select("entry").limit(1)
    return first or start, last or start, engine.run(known).num_rows > 0


DATED = ("0002-01-01", "9999-01-01")
"""Days before and after which an entry has an open bound, and no date of its own."""


def _days(engine: Engine, bounds: Table) -> tuple[str, str]:
    """A first and a last moment as days; empty where there are none."""
    found = engine.run(bounds).to_pylist()[0]
    first, last = found["first"], found["last"]
    return first.date().isoformat() if first else "", last.date().isoformat() if last else ""


def _verbs(rules: Charter, tier: str) -> set[str]:
    return {verb for clause in rules.clauses for verb in clause.places(rules).get(tier, ())}


def findings(facts: Facts, judged: Table, *, partial: bool) -> Table:
    """Judgements as findings: what is missing is breached where the record is complete, unknown where it is partial."""
    table = judged.filter(judged.on >= ibis.literal(facts.start).cast(MOMENT))
    lost = table.missing & ibis.literal(partial)
    verdict = ibis.cases(
        (table.sure.isnull(), UNKNOWN),
        (table.sure, KEPT),
        (table.maybe, POSSIBLY),
        (lost, UNKNOWN),
        else_=BREACHED,
    )
    table = table.mutate(verdict=verdict)
    evidence = _both(table.basis, table.entry)
    if not sourced(facts):
        return table.mutate(evidence=evidence, sources=ibis.null("array<string>")).select(*COLUMNS)
    cited = log.acts(facts).filter(lambda act: act.source.notnull()).select("entry", "source")
    basis = cited.rename(basis="entry", basis_source="source")
    table = table.left_join(cited, "entry").drop("entry_right")
    table = table.left_join(basis, "basis").drop("basis_right")
    evidence, sources = _both(table.basis, table.entry), _both(table.basis_source, table.source)
    return table.mutate(evidence=evidence, sources=sources).select(*COLUMNS)


def _both(first: Column, second: Column) -> ArrayValue:
    """Two texts as a list, in that order: without what is missing, and once if they are the same."""
    return ibis.cases(
        (first.isnull() & second.isnull(), ibis.null("array<string>")),
        (first.isnull() | (first == second), ibis.array([second])),
        (second.isnull(), ibis.array([first])),
        else_=ibis.array([first, second]),
    )


def sourced(facts: Facts) -> bool:
    """Whether any entry of the log names its source."""
    return bool(facts.told("sourced", lambda facts: log.acts(facts).agg(any=lambda acts: acts.source.notnull().any())))


def plain_ids(engine: Engine, source: Table) -> bool:
    """Whether the id of every entry is its unit, `#` and its number."""
    same = source.entry == source.unit + "#" + source.seq.cast("string")
    return bool(engine.run(source.agg(all=same.all())).column(0)[0].as_py())
