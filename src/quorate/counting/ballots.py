"""Read ballots as JSON gives them and refuse what is not a ballot, naming the ballot and the fault.

Ballots come added up: each item is (how many papers, what they say). What a paper may say:

- slate: ``{"ann": "yes", "bob": "no"}``; a candidate left out is an abstention;
- plurality: ``"ann"``, or ``None`` for a blank paper;
- approval: ``["ann", "bob"]``, in any order;
- ranked: ``[["ann"], ["bob", "cy"]]``, best rank first, equals in one rank; candidates left out are
  unranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from quorate.counting.election import Election, whole
from quorate.counting.errors import BadBallot, nearest

Ranking = tuple[tuple[str, ...], ...]
"""Ranks, best first; each the candidates ranked equal."""

T = TypeVar("T")


@dataclass(frozen=True)
class Paper:
    """One ballot of the input, with what is needed to say what is wrong with it."""

    number: int
    says: object
    candidates: frozenset[str]

    def known(self, name: object) -> str:
        """Return a candidate's name, or raise BadBallot."""
        if not isinstance(name, str) or name not in self.candidates:
            raise BadBallot(self.number, f"{name!r} is not a candidate.", nearest(name, self.candidates))
        return name

    def once(self, names: Iterable[object]) -> tuple[str, ...]:
        """Return candidates' names each given once, or raise BadBallot."""
        known = tuple(self.known(name) for name in names)
        if len(set(known)) < len(known):
            twice = next(name for name in known if known.count(name) > 1)
            raise BadBallot(self.number, f"{twice!r} is named twice.")
        return known


def read(contest: Election, ballots: Iterable[object], reader: Callable[[Paper], T]) -> list[tuple[int, T]]:
    """Read every ballot with its method's reader; return (papers, what they say). Raises BadBallot."""
    candidates = frozenset(contest.candidates)
    papers: list[tuple[int, T]] = []
    for number, item in enumerate(ballots, start=1):
        if not isinstance(item, Sequence) or isinstance(item, str) or len(item) != 2:
            raise BadBallot(number, f"{item!r} is not a pair of how many papers and what they say.")
        many, says = item
        if not whole(many, 0):
            raise BadBallot(number, f"{many!r} is not a number of papers.")
        papers.append((many, reader(Paper(number, says, candidates))))
    return papers


def slate(paper: Paper) -> dict[str, bool]:
    """Read yes or no per candidate."""
    if not isinstance(paper.says, Mapping):
        raise BadBallot(paper.number, f"{paper.says!r} does not give candidates a 'yes' or a 'no'.")
    for name, word in paper.says.items():
        paper.known(name)
        if word not in ("yes", "no"):
            raise BadBallot(paper.number, f"{name!r} has {word!r}.", "Write 'yes' or 'no', or leave the name out.")
    return {name: word == "yes" for name, word in paper.says.items()}


def choice(paper: Paper) -> str | None:
    """Read one candidate, or None for a blank paper."""
    return None if paper.says is None else paper.known(paper.says)


def approved(paper: Paper) -> tuple[str, ...]:
    """Read the candidates approved of."""
    if not isinstance(paper.says, (list, tuple, Set)):
        raise BadBallot(paper.number, f"{paper.says!r} is not a list of candidates.")
    return paper.once(paper.says)


def ranking(paper: Paper) -> Ranking:
    """Read ranks of candidates, best first."""
    ranks = paper.says
    if not isinstance(ranks, (list, tuple)):
        raise BadBallot(paper.number, f"{ranks!r} is not a list of ranks.")
    for place, rank in enumerate(ranks, start=1):
        if not isinstance(rank, (list, tuple)) or not rank:
            raise BadBallot(paper.number, f"rank {place} is {rank!r}.", "Make each rank a list of candidates.")
    paper.once(name for rank in ranks for name in rank)
    return tuple(tuple(rank) for rank in ranks)
