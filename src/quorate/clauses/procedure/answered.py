"""Whether the answers a step waits for had come, over a whole log."""

from __future__ import annotations

from ibis.expr.types import Table

from quorate.clauses.procedure import Procedure
from quorate.clauses.procedure.steps import any_of, declared, one_of, ruled
from quorate.facts.book import Facts
from quorate.facts.documents import answers
from quorate.facts.matters import taken, tasks


def _given(facts: Facts, clauses: tuple[Procedure, ...]) -> Table:
    """The tasks given at stages whose answers are waited for."""
    rows = [
        {"act": f"{clause.matter}.{stage.awaits}", "stage": stage.awaits}
        for clause in clauses
        for stage in clause.stages
        if stage.awaits
    ]
    stages = facts.small(list({row["act"]: row for row in rows}.values()), {"act": "string", "stage": "string"})
    sending = taken(facts).join(stages, "act").select("unit", "matter", "seq", "stage", "payload")
    return tasks(facts, sending)


def answered(clauses: tuple[Procedure, ...], facts: Facts) -> Table:
    """Steps at stages that wait for an answer, once the stage to be answered was taken: `entry`, `unanswered` (not all
    its tasks had their final answer), `untold` (the log never tells what is sent), `forbidden` (an answer bars it).
    """
    given = facts.made("procedure_tasks", lambda facts: _given(facts, clauses), keep=True)
    stages = declared(clauses, facts)
    masks = [name for name in stages.columns if name.startswith("awaited_")]
    stages = stages.filter(stages.awaits.notnull()).select("tier", "act", "awaits", "barred_by", *masks)
    waits = ruled(clauses, facts, stages)
    waits = waits.filter(any_of(waits, "awaited"))
    waits = waits.select("entry", "unit", "matter", "barred_by", via="awaits", now="seq")
    asked = waits.left_join(
        given.rename(sent_seq="seq"),
        [waits.unit == given.unit, waits.matter == given.matter, waits.via == given.via, given.seq < waits.now],
    ).select("entry", "unit", "task", "to", "barred_by", "now", "sent_seq")
    come = answers(facts).select("unit", "task", "final", "outcome", to="sender", come_seq="seq")
    pairs = asked.select("entry", "unit", "task", "to", "now", "sent_seq").join(come, ["unit", "task", "to"])
    pairs = pairs.filter(pairs.come_seq > pairs.sent_seq, pairs.come_seq < pairs.now)
    latest = pairs.group_by("entry", "task").agg(
        final=pairs.final.argmax(pairs.come_seq),
        outcome=pairs.outcome.argmax(pairs.come_seq, where=pairs.outcome.notnull()),
    )
    each = asked.left_join(latest, ["entry", "task"])
    each = each.select("entry", "task", "barred_by", "outcome", final=each.final.fill_null(False))
    bars = one_of(each.outcome, each.barred_by).fill_null(False)
    found = each.group_by("entry").agg(settled=each.final.all(), forbidden=bars.any(), tasks=each.task.count())
    told = (given.count() > 0).as_scalar()
    return found.select("entry", "forbidden", unanswered=~found.settled & told, untold=(found.tasks == 0) & ~told)
