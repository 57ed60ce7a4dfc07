"""What the page's script needs, small: the counts of every clause, unit and column in a few hundred kilobytes.

Most cells hold one of a few counts, and most rows are alike. So each distinct count has a number, the commonest ones
one letter; a row of the calendar is a string of those letters, a clause is its rows, and all are deflated (RFC 1951)
together, which makes a fifth of them. The page's script inflates them when a clause is chosen.
"""

from __future__ import annotations

import base64
import string
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

from quorate.auditing.report.data import ClauseLine, UnitLine
from quorate.auditing.report.heat import Frame, glyph, tier_name
from quorate.auditing.report.tally import Tally
from quorate.auditing.report.text import plain

LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
EMPTY, LONG = ".", "~"  # no case at all; three letters follow


def packed(
    tally: Tally, clauses: Sequence[ClauseLine], units: Sequence[UnitLine], rows: Sequence[str], at: Frame
) -> dict[str, object]:
    """The page's data as plain JSON values. `units` are all the units the page names, `rows` those of the calendar."""
    order = _order(tally, rows)
    letters = {kind: letter(place) for place, kind in enumerate(order)} | {0: EMPTY}
    cells = "\n".join(_cells(tally, clause.id, rows, letters) for clause in clauses)
    tiers = list(dict.fromkeys(unit.tier for unit in units))
    names = {unit.tier: plain(tier_name(unit)) for unit in units}
    return {
        "columns": [[column.name, column.first, column.last] for column in at.columns],
        "x": at.x,
        "clauses": [[plain(clause.id), int(clause.rule)] for clause in clauses],
        "tiers": [names[tier] for tier in tiers],
        "units": [[plain(unit.id), plain(unit.name), plain(unit.label), tiers.index(unit.tier)] for unit in units],
        "kinds": [[*tally.kinds[kind], glyph(tally.kinds[kind])] for kind in order],
        "cells": base64.b64encode(_deflated(cells.encode())).decode(),
    }


def _deflated(data: bytes) -> bytes:
    made = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return made.compress(data) + made.flush()


def letter(place: int) -> str:
    """One letter for the first 64 places, else `~` and three: enough for 262,144 more."""
    if place < len(LETTERS):
        return LETTERS[place]
    place -= len(LETTERS)
    return LONG + LETTERS[place >> 12 & 63] + LETTERS[place >> 6 & 63] + LETTERS[place & 63]


def _order(tally: Tally, rows: Sequence[str]) -> list[int]:
    """The kinds of count that the calendar shows, the commonest first; 0, no case, is not among them."""
    wanted = set(rows)
    found: Counter[int] = Counter()
    for units in tally.cells.values():
        for unit, row in units.items():
            if unit in wanted:
                found.update(row[:-1])
    del found[0]
    return [kind for kind, _ in sorted(found.items(), key=lambda item: (-item[1], tally.kinds[item[0]]))]


def _cells(tally: Tally, clause: str, rows: Sequence[str], letters: Mapping[int, str]) -> str:
    """The rows of a clause, one per unit, a comma between; a row with no case is empty, and so is a clause."""
    units = tally.cells.get(clause, {})
    width = len(tally.columns.columns)
    texts = (units.get(unit) for unit in rows)
    joined = ",".join("" if row is None else "".join([letters[kind] for kind in row[:width]]) for row in texts)
    return joined.strip(",") and joined
