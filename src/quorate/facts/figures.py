"""Figures of a charter on columns, exactly: fractions of members, seats, present or cast, and roots of members."""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, Column, Table

from quorate.terms.parts import Figure

FIGURE = {"top": "int64", "bottom": "int64", "counted": "string"}
"""A figure as columns of a small table: numerator, denominator, and of what (null: a plain number)."""


def figure(given: Figure | None) -> dict[str, int | str | None]:
    """A figure as those columns; all null where there is none."""
    if given is None:
        return dict.fromkeys(FIGURE)
    return {"top": given.number.numerator, "bottom": given.number.denominator, "counted": given.of}


def reached(table: Table, number: Column, *, strictly: Column, cast: Column) -> BooleanValue:
    """Whether `number` is at least (or, where `strictly`, more than) the figure in `table`'s columns, which has
    `members`, `seats` and `present` as well; null where what it counts is not known.

    In whole numbers throughout: number x bottom is compared with top x count; a root of members is compared by squares,
    the number asked for being the smallest whole one not below factor x sqrt(members).
    """
    total = ibis.cases(
        (table.counted == "members", table.members),
        (table.counted == "seats", table.seats),
        (table.counted == "present", table.present),
        (table.counted == "cast", cast),
        else_=ibis.literal(1, "int64"),
    )
    have, need = number * table.bottom, table.top * total
    plain = ibis.ifelse(strictly, have > need, have >= need)
    squares = (have * have, table.top * table.top * table.members)
    below = (number - 1) * table.bottom  # more than the root asked for: the number below it reaches the root already
    over = (below >= 0) & (below * below >= squares[1])
    rooted = ibis.ifelse(strictly, over, squares[0] >= squares[1])
    return ibis.ifelse((table.counted == "root-of-members").fill_null(False), rooted, plain)
