"""What documents delivered to units change there, as far as matters go. Mirrors `state.documents`."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from quorate.facts.acts import of, text
from quorate.facts.book import MOMENT, Facts, fact, kept, unite
from quorate.facts.engine import TEXT, flag
from quorate.state.documents import EFFECTIVE


@fact
def opening(facts: Facts) -> Table:
    """Documents that open a matter where they are delivered: `unit`, `matter`, `seq`, `at`, `latest`, `entry`,
    `sealed`, `kind` (of matter), `stage`, `origin` (the sender), `outcome`, `due`, `subject`.
    """
    table = of(facts, "document.receive")
    table = table.filter(table.payload.contains('"opens"'), text(facts, table, "opens.stage").notnull())
    return table.select(
        "unit", "seq", "at", "latest", "entry", "sealed",
        matter=ibis.coalesce(text(facts, table, "opens.matter"), text(facts, table, "data.matter")),
        kind=text(facts, table, "opens.kind"),
        stage=text(facts, table, "opens.stage"),
        origin=text(facts, table, "from"),
        outcome=text(facts, table, "data.outcome"),
        due=text(facts, table, "data.due").try_cast(MOMENT),
        subject=text(facts, table, "data.subject"),
    )  # fmt: skip


@kept
def answers(facts: Facts) -> Table:
    """Answers to tasks: `unit` (that gave the task), `task`, `sender`, `seq`, `at`, `entry`, `stage`, `final`,
    `outcome`.
    """
    table = of(facts, "document.receive")
    table = table.filter(
        table.payload.contains('"stage"'),
        text(facts, table, "data.stage").notnull(),
        text(facts, table, "kind").notin(sorted(EFFECTIVE)),
    )
    return table.select(
        "unit", "seq", "at", "entry",
        task=text(facts, table, "data.matter"),
        sender=text(facts, table, "from"),
        stage=text(facts, table, "data.stage"),
        final=flag(text(facts, table, "data.final")).fill_null(False),
        outcome=text(facts, table, "data.outcome"),
    )  # fmt: skip


_PERSON = {"person": TEXT, "name": TEXT, "unit": TEXT}
_KNOWN = ("unit", "person", "seq", "name", "home")


def known(facts: Facts, where: Table) -> Table:
    """What the units of `where` (`unit`) learn of persons: `unit`, `person`, `seq`, `name`, and `home`, the unit they
    belong to (null where it is not said).
    """
    opened = of(facts, "unit.open").semi_join(where, "unit").select("unit", "seq", "payload")
    parts = []
    for field in ("members", "persons", "holders"):
        rows = opened.select("unit", "seq", row=facts.engine.rows(opened.payload, field, **_PERSON)).unnest("row")
        here = rows.unit if field == "members" else ibis.null("string")
        parts.append(
            rows.select(
                "unit", "seq", person=rows.row["person"], name=rows.row["name"],
                home=ibis.coalesce(rows.row["unit"], here),
            )
        )  # fmt: skip
    admitted = of(facts, "member.admit").semi_join(where, "unit")
    parts.append(
        admitted.select("unit", "seq", person=admitted.subject, name=text(facts, admitted, "name"), home=admitted.unit)
    )
    parts += _told(facts, of(facts, "document.receive").semi_join(where, "unit"))
    return unite(*(part.select(*_KNOWN) for part in parts))


def _told(facts: Facts, table: Table) -> list[Table]:
    """Persons made known by documents."""
    kind = text(facts, table, "kind")
    one = table.filter(kind.isin(("certificate", "transfer", "confirmation", "appointment")))
    kind = text(facts, one, "kind")
    where = ibis.cases((kind == "certificate", text(facts, one, "from")), (kind == "transfer", one.unit))
    single = one.select(
        "unit", "seq",
        person=text(facts, one, "data.person"),
        name=text(facts, one, "data.name"),
        home=ibis.coalesce(text(facts, one, "data.unit"), where),
    )  # fmt: skip
    several = table.filter(text(facts, table, "kind") == "credential")
    rows = several.select("unit", "seq", row=facts.engine.rows(several.payload, "data.persons", **_PERSON))
    rows = rows.unnest("row")
    many = rows.select("unit", "seq", person=rows.row["person"], name=rows.row["name"], home=rows.row["unit"])
    return [single, many]
