"""One clause in plain English: what it says, on what evidence, of whom, and beside which others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quorate.charter.figures import evidence
from quorate.charter.findings import nearest, short
from quorate.charter.model import Charter
from quorate.charter.walk import dotted, numbers, references
from quorate.clauses import Clause
from quorate.errors import QuorateError

NEAREST = 6  # the related clauses that are printed; all are in the data
_POSTS = {"organ", "office", "post", "business", "matter"}


class UnknownClause(QuorateError):
    """A clause id that the charter does not have."""

    def __init__(self, ident: str, charter: Charter) -> None:
        super().__init__(
            f"the charter {charter.file.id} has no clause `{short(ident)}`", advice=nearest(ident, charter.by_id)
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """A number of a clause: its field, the number in words, the source's title (None where assumed), a note."""

    field: str
    figure: str
    source: str | None
    note: str | None = None

    def __str__(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"{self.field}: {self.figure}, {self.source or 'assumed'}{note}"


@dataclass(frozen=True, slots=True)
class Named:
    """Something a clause names: its id, name, and its label in the organisation's own language where it has one."""

    id: str
    name: str
    label: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.label})" if self.label else self.name


@dataclass(frozen=True, slots=True)
class Related:
    """Another clause that answers for some of the same acts of the same posts; `acts` are the verbs both answer for."""

    id: str
    summary: str
    words: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clause explained. `assumed` is true where the clause itself rests on no source."""

    id: str
    kind: str
    summary: str
    words: str
    cite: str
    note: str | None
    assumed: bool
    evidence: tuple[Evidence, ...]
    names: tuple[Named, ...]
    related: tuple[Related, ...]

    def __str__(self) -> str:
        lines = [self.words, f"{self.id} ({self.kind}), {self.cite}{', assumed' if self.assumed else ''}"]
        lines += [self.note] if self.note else []
        lines += [f"  {item}" for item in self.evidence]
        lines += [f"  {name}" for name in self.names if name.label]
        lines += [f"  see also {other.id}: {other.summary}" for other in self.related[:NEAREST]]
        more = len(self.related) - NEAREST
        lines += [f"  and {more} more"] if more > 0 else []
        return "\n".join(lines)


def explain(charter: Charter, clause_id: str) -> Explanation:
    """Explain a clause. Raise `UnknownClause`, with the nearest id, where the charter has none of that id."""
    clause = charter.by_id.get(clause_id)
    if clause is None:
        raise UnknownClause(clause_id, charter)
    return Explanation(
        clause.id,
        clause.kind,
        clause.summary,
        clause.words(charter),
        clause.cite,
        clause.note,
        clause.assumed,
        tuple(
            Evidence(dotted(path), str(figure), None if figure.assumed else evidence(figure, charter), figure.note)
            for path, figure in numbers(clause)
        ),
        _names(charter, clause),
        _related(charter, clause),
    )


def _names(charter: Charter, clause: Clause) -> tuple[Named, ...]:
    """What a clause names, each once, in the order it names them."""
    tables: dict[str, tuple[Mapping[str, Any], ...]] = {
        "organ": (charter.organs,),
        "office": (charter.offices,),
        "post": (charter.organs, charter.offices),
        "business": (charter.businesses,),
        "tier": (charter.tiers,),
        "unit": (charter.known,),
    }
    found: dict[tuple[str, str], Named] = {}
    for _, to, ident in references(clause):
        part = next((table[ident] for table in tables.get(to, ()) if ident in table), None)
        if part is not None:
            found.setdefault((type(part).__name__, ident), Named(ident, part.name, part.label))
    return tuple(found.values())


def _related(charter: Charter, clause: Clause) -> tuple[Related, ...]:
    """Clauses that answer for the same acts in the same tier and name a post, business or matter this one names.

    Those about the same subject (the post or matter a clause names first) come first, then those with most in common.
    """
    ours, topics = _acts(charter, clause), _topics(clause)
    found: list[tuple[bool, int, int, Related]] = []
    for other in charter.clauses:
        theirs = _topics(other)
        common = [topic for topic in topics if topic in theirs]
        shared = {verb for _, verb in ours & _acts(charter, other)}
        if other.id != clause.id and common and shared:
            related = Related(other.id, other.summary, other.words(charter), tuple(sorted(shared)))
            found.append((topics[0] == theirs[0], len(common), len(shared), related))
    return tuple(related for *_, related in sorted(found, key=lambda item: item[:3], reverse=True))


def _acts(charter: Charter, clause: Clause) -> set[tuple[str, str]]:
    return {(tier, verb) for tier, verbs in clause.places(charter).items() for verb in verbs}


def _topics(clause: Clause) -> list[str]:
    return list(dict.fromkeys(ident for _, to, ident in references(clause) if to in _POSTS))
