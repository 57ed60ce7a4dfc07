"""Every id declared once, every id named declared somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from quorate.charter.document import Path
from quorate.charter.draft import Draft
from quorate.charter.findings import MOST, Finding, Names, short
from quorate.charter.walk import references

_TABLES = ("sources", "tiers", "organs", "offices", "business", "clauses")
_WORDS = {
    "source": "source",
    "tier": "tier",
    "organ": "organ",
    "office": "office",
    "post": "organ or office",
    "business": "kind of business",
    "unit": "unit",
    "matter": "matter",
}


def duplicates(draft: Draft) -> Iterator[Finding]:
    """Ids declared twice in a table. Organs and offices share one: a post is either."""
    seen: dict[tuple[str, str], Path] = {}
    for table in _TABLES:
        space = "organs" if table == "offices" else table
        for index, part in enumerate(getattr(draft.file, table)):
            path: Path = (table, index, "id")
            first = seen.setdefault((space, part.id), path)
            if first != path:
                kind = " or ".join(dict.fromkeys((str(first[0]), table)))
                message = f"two {kind} have the id `{part.id}`"
                yield draft.finding(
                    "duplicate-id", path, message, f"The first stands at {draft.document.place(first)}."
                )


def dangling(draft: Draft) -> Iterator[Finding]:
    """References to what is declared nowhere, with the nearest id that is."""
    known = _declared(draft)
    missed = (found for found in references(draft.file) if found.id not in known[found.to])
    names: dict[str, Names] = {}
    for path, to, ident in islice(missed, MOST):
        message = f"there is no {_WORDS[to]} `{short(ident)}`"
        if to not in names:
            names[to] = Names(known[to])
        yield draft.finding("dangling", path, message, names[to].advice(ident))


def _declared(draft: Draft) -> dict[str, Iterable[str]]:
    file = draft.file
    organs = {organ.id for organ in file.organs}
    offices = {office.id for office in file.offices}
    return {
        "source": {source.id for source in file.sources},
        "tier": {tier.id for tier in file.tiers},
        "organ": organs,
        "office": offices,
        "post": organs | offices,
        "business": {kind.id for kind in file.business},
        "unit": draft.units.keys(),
        "matter": set(filter(None, (getattr(clause, "matter", None) for clause in file.clauses))),
    }
