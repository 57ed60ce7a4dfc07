"""The steps that matters of all units went through, each beside what had gone before it: what the audit of procedures
rests on.

Which stages a matter has been through is told by bits, one for each stage a charter names, in as many whole numbers
(`_words`) as there are stages for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, Column, StringValue, Table

from quorate.clauses.procedure import Procedure
from quorate.facts import calendar
from quorate.facts.acts import text, units
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.documents import opening
from quorate.facts.engine import flag
from quorate.facts.matters import subject_of, taken
from quorate.terms.stages import Stage

_WORD = 60  # stages to a whole number
_MASKS = ("own", "after", "before", "awaited")
FALSY = ("", "[]", "{}", "0", "false")


@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]  # engines have it, though Ibis knows it not
def _bit_or(bits: int) -> int:  # type: ignore[empty-body]
    """The bits set in any row."""


def one_of(value: Column, texts: Column) -> BooleanValue:
    """Whether a text is one of a list as `listed` writes it."""
    return texts.contains(ibis.literal("\n") + value + "\n")


def listed(texts: Iterable[str]) -> str | None:
    """A list of names as one text; None where there are none."""
    found = list(texts)
    return "\n" + "\n".join(found) + "\n" if found else None


def declared(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Every stage of every procedure as a row of a small table; of it, `asks_<field>` are the fields it must state and
    `hides_<field>` those that the log may hide.
    """
    numbers = _numbers(clauses)
    fields = sorted({need for clause in clauses for stage in clause.stages for need in stage.needs})
    rows = [_row(clause, stage, numbers, fields) for clause in clauses for stage in clause.stages]
    return facts.small(rows, _schema(numbers, fields))


_PLAIN = {
    **dict.fromkeys(("clause", "tier", "act", "stage", "title", "name", "comes_after", "about"), "string"),
    **dict.fromkeys(("outcomes", "only_after", "barred_by", "organs", "businesses", "since", "awaits"), "string"),
    **dict.fromkeys(
        ("starts", "by_document", "repeat", "ends", "by_hand", "by_subject", "hides", "decides"), "boolean"
    ),
    **dict.fromkeys(("states_outcome", "states_standing", "to_above", "to_subject", "apart"), "boolean"),
    **calendar.SPAN,
}


PARTS = 4
"""Steps are made in so many times the parts that meetings are, for each is put in order beside all it says."""


def _schema(numbers: Mapping[str, int], fields: list[str]) -> dict[str, str]:
    asked = {f"{word}_{field}": "boolean" for field in fields for word in ("asks", "hides")}
    return _PLAIN | asked | {f"{mask}_{word}": "int64" for mask in _MASKS for word in _words(numbers)}


def _numbers(clauses: tuple[Procedure, ...]) -> dict[str, int]:
    names = sorted({stage.id for clause in clauses for stage in clause.stages})
    return {name: number for number, name in enumerate(names)}


def _words(numbers: Mapping[str, int]) -> range:
    return range(len(numbers) // _WORD + 1)


def _row(clause: Procedure, stage: Stage, numbers: Mapping[str, int], fields: list[str]) -> dict[str, Any]:
    after = [found.name for ident in stage.after if (found := clause.stage(ident))]
    masks = {"own": (stage.id,), "after": stage.after, "before": stage.before}
    masks["awaited"] = (stage.awaits,) if stage.awaits else ()
    bits = {
        f"{mask}_{word}": sum(1 << numbers[s] % _WORD for s in stages if numbers[s] // _WORD == word)
        for mask, stages in masks.items()
        for word in _words(numbers)
    }
    asked = {f"asks_{field}": field in stage.needs for field in fields}
    hidden = {f"hides_{field}": field in clause.restricted for field in fields}
    timed = stage.not_before is not None and bool(stage.since or stage.after)
    return {
        "clause": clause.id,
        "tier": clause.tier,
        "act": f"{clause.matter}.{stage.id}",
        "stage": stage.id,
        "title": clause.title.lower(),
        "name": stage.name,
        "comes_after": " or ".join(after),
        "about": clause.about,
        "outcomes": listed(stage.outcomes),
        "only_after": listed(stage.only_after_outcome),
        "barred_by": listed(stage.barred_by),
        "organs": listed(stage.decision.organs) if stage.decision else None,
        "businesses": listed(stage.decision.business) if stage.decision else None,
        "since": (stage.since or stage.after[0]) if timed else None,
        "awaits": stage.awaits,
        "starts": not stage.after,
        "by_document": stage.on is not None,
        "repeat": stage.repeat,
        "ends": stage.final,
        "by_hand": stage.by is not None,
        "by_subject": stage.by_subject,
        "hides": "subject" in clause.restricted,
        "decides": stage.decision is not None,
        "states_outcome": bool(stage.outcomes) or "outcome" in stage.needs,
        "states_standing": "standing" in stage.needs,
        "to_above": any(send.to_above for send in stage.sends),
        "to_subject": any(send.to_subject for send in stage.sends),
        "apart": bool(stage.not_by_actor_of),
        **calendar.span(stage.not_before),
        **asked,
        **hidden,
        **bits,
    }


_COLUMNS = {
    **dict.fromkeys(
        ("unit", "tier", "matter", "entry", "act", "kind", "stage", "actor", "office", "subject"), "string"
    ),
    **dict.fromkeys(("origin", "outcome", "standing", "motion", "lacks"), "string"),
    **{"seq": "int64", "at": MOMENT, "latest": MOMENT, "due": MOMENT, "sealed": "boolean", "final": "boolean"},
}


def steps(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Every step of every matter: the columns of `_COLUMNS` (`act` is null where a document opened the matter, `lacks`
    the first thing it must state and does not), and of what had gone before: `turn` (0: it opens the matter),
    `matter_kind`, `matter_subject`, `matter_due`, `matter_origin`, `matter_sealed`, `over` (the matter was closed), and
    `passed_0` ..., the stages it had been through.
    """

    def make(facts: Facts) -> Table:
        acts, came = _by_act(clauses, facts), _by_document(facts)
        words = _words(_numbers(clauses))
        rows = [
            {"stage": name, **{f"bit_{word}": 1 << n % _WORD if n // _WORD == word else 0 for word in words}}
            for name, n in _numbers(clauses).items()
        ]
        bits = facts.small(rows, {"stage": "string", **{f"bit_{word}": "int64" for word in words}})
        table = unite(acts.select(*_COLUMNS), came.select(*_COLUMNS))
        table = table.left_join(bits, "stage").drop("stage_right")
        whole = ibis.window(group_by=("unit", "matter"), order_by="seq")
        past = ibis.window(group_by=("unit", "matter"), order_by="seq", preceding=(None, 1))

        def first(column: str) -> Column:
            return table[column].first(include_null=True).over(whole)

        return table.mutate(
            turn=ibis.row_number().over(whole),
            matter_kind=first("kind"),
            matter_subject=first("subject"),
            matter_due=first("due"),
            matter_origin=first("origin"),
            matter_sealed=first("sealed"),
            over=(table.final.cast("int64").max().over(past) == 1).fill_null(False),
            **{f"passed_{word}": _bit_or(table[f"bit_{word}"]).over(past).fill_null(0) for word in words},
        )

    return facts.made("procedure_steps", make, keep=True, parts=PARTS * facts.parts)


def ruled(clauses: tuple[Procedure, ...], facts: Facts, stages: Table) -> Table:
    """The steps taken by somebody at stages of `stages` (`tier`, `act`, and more)."""
    return steps(clauses, facts).join(stages, ["tier", "act"])


def _by_act(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    there = units(facts).select("unit", "tier")
    table = taken(facts).drop("tier").join(there, "unit")
    stages = declared(clauses, facts)
    fields = [name.removeprefix("asks_") for name in stages.columns if name.startswith("asks_")]
    asks = [name for field in fields for name in (f"asks_{field}", f"hides_{field}")]
    rule = stages.select("tier", "act", "ends", *asks)
    table = table.left_join(rule, ["tier", "act"]).drop("act_right", "tier_right")
    dot = table.act.find(".")

    def stated(field: str) -> StringValue:
        return ibis.ifelse(table.payload.contains(f'"{field}"'), text(facts, table, field), ibis.null("string"))

    return table.mutate(
        kind=table.act.substr(0, dot),
        stage=table.act.substr(dot + 1),
        subject=subject_of(facts, table),
        actor=ibis.coalesce(table.actor, stated("by")),  # where whoever appeals is hidden, and the log unsealed
        origin=ibis.null("string"),
        outcome=stated("outcome"),
        standing=stated("standing"),
        motion=stated("motion"),
        due=stated("due").try_cast(MOMENT),
        final=flag(stated("final")).fill_null(False) | table.ends.fill_null(False),
        lacks=_lacking(facts, table, fields),
    )


def _lacking(facts: Facts, table: Table, fields: list[str]) -> StringValue:
    """The first thing that a step must state and does not; what the log may have hidden is not missed."""
    cases = []
    for field in fields:
        asked = ibis.ifelse(table[f"asks_{field}"].fill_null(False), text(facts, table, field), "not asked")
        hidden = table.sealed & table[f"hides_{field}"].fill_null(False) & asked.isnull()
        cases.append(((asked.isnull() | asked.isin(FALSY)) & ~hidden, ibis.literal(field)))
    return ibis.cases(*cases, else_=ibis.null("string")) if cases else ibis.null("string")


def _by_document(facts: Facts) -> Table:
    there = units(facts).select("unit", "tier")
    found = opening(facts).join(there, "unit")
    nothing = {name: ibis.null("string") for name in ("act", "actor", "office", "standing", "motion", "lacks")}
    return found.mutate(**nothing, final=ibis.literal(False), matter=found.matter.fill_null(""))


def masked(stages: Table) -> tuple[str, ...]:
    """The columns of `stages` that name other stages by bits."""
    return tuple(name for name in stages.columns if name.rpartition("_")[0] in _MASKS and name[-1].isdigit())


def any_of(table: Table, mask: str, against: str = "passed") -> BooleanValue:
    """Whether one of the stages of `mask` is among those of `against`."""
    words = [name.rpartition("_")[2] for name in table.columns if name.startswith(f"{mask}_") and name[-1].isdigit()]
    return reduce(or_, ((table[f"{mask}_{word}"] & table[f"{against}_{word}"]) != 0 for word in words))
