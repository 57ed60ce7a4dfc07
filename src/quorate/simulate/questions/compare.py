"""What differs between two sets of runs: every headline number side by side, and whether chance alone could do it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quorate.charter.diff import Change, diff
from quorate.charter.model import Charter
from quorate.simulate.questions.answer import Column, Headline, Spread, Table, bounds, rounded, shown, spread
from quorate.simulate.questions.backlog import backlog
from quorate.simulate.questions.chance import LEVEL, rank_sum, signed_rank
from quorate.simulate.questions.conferences import conferences
from quorate.simulate.questions.diffusion import diffusion
from quorate.simulate.questions.errors import NothingToAnswer
from quorate.simulate.questions.log import Log
from quorate.simulate.questions.vacancies import vacancies

PAIRED, APART, CERTAIN = "signed-rank", "rank-sum", "no chance in it"
SAME = "the same"


@dataclass(frozen=True, slots=True)
class Line:
    """One number in A and in B. `difference` is B less A: of each pair of runs, or of the medians where runs are not
    paired (then without bounds). `p` is of the `test` named, with `n` pairs (or runs, both sides); None where there is
    no chance in it, nothing differs, or a single run says nothing of chance. `beyond` chance is p under 5 %.
    """

    key: str
    words: str
    unit: str
    a: Spread
    b: Spread
    difference: Spread
    test: str
    n: int
    p: float | None

    @property
    def beyond(self) -> bool | None:
        """Whether the difference is beyond chance; None where that cannot be told."""
        if self.test == CERTAIN:
            return self.difference.median != 0
        return None if self.p is None else self.p < LEVEL


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer. `changes` are what differs between the charters; `unanswered`, what neither side can answer."""

    runs_a: tuple[str, ...]
    runs_b: tuple[str, ...]
    paired: bool
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    unanswered: tuple[str, ...]

    def table(self) -> Table:
        """The numbers that are not the same on both sides in every run, those that differ beyond chance first."""
        differing = (line for line in self.lines if _verdict(line) != SAME)
        return _side_by_side(sorted(differing, key=lambda line: not line.beyond))

    def numbers(self) -> Table:
        """Every number, side by side."""
        return _side_by_side(self.lines)

    def tables(self) -> tuple[Table, ...]:
        """The numbers, and what differs between the charters."""
        columns = (Column("code", "change"), Column("id", "of"), Column("words", "in words"))
        rows = tuple((change.code, change.id, change.words) for change in self.changes)
        return self.table(), Table("What differs between the charters", columns, rows)

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        lines = [{**asdict(line), "beyond": line.beyond} for line in self.lines]
        return {
            "question": "compare", "answer": self.words(), "runs_a": list(self.runs_a), "runs_b": list(self.runs_b),
            "paired": self.paired, "lines": lines, "changes": [asdict(change) for change in self.changes],
            "unanswered": list(self.unanswered),
        }  # fmt: skip

    def words(self) -> str:
        """The answer in plain sentences."""
        return " ".join((self._charters(), self._numbers(), self._how()))

    def _charters(self) -> str:
        if not self.changes:
            return "The charters are the same."
        first = "; ".join(change.words for change in self.changes[:3])
        more = f"; and {len(self.changes) - 3} changes more" if len(self.changes) > 3 else ""
        return f"Of the charters: {first}{more}."

    def _numbers(self) -> str:
        tested = [line for line in self.lines if line.p is not None]
        beyond = sorted((line for line in self.lines if line.beyond), key=_size, reverse=True)
        if not beyond:
            return f"None of {len(self.lines)} numbers differs beyond chance."
        told = "; ".join(
            f"{line.words}: {_told(line.a)} in A, {_told(line.b)} in B ({line.unit})" for line in beyond[:3]
        )
        text = f"{len(beyond)} of {len(self.lines)} numbers differ beyond chance, most of all {told}."
        return text + (
            f" Of {len(tested)} tested, about {LEVEL * len(tested):.0f} would by chance alone." if tested else ""
        )

    def _how(self) -> str:
        if min(len(self.runs_a), len(self.runs_b)) < 2:
            return "With a single run on a side nothing can be said of chance; run more (--runs)."
        if self.paired:
            test = f"Wilcoxon's signed-rank test, exact, n = {len(self.runs_a)}, at 5 %"
            text = f"Runs are paired by name (of one seed if both sides began from the same one); {test}."
            return text + (
                " With fewer than six pairs nothing can come out beyond chance." if len(self.runs_a) < 6 else ""
            )
        sizes = f"n = {len(self.runs_a)} and {len(self.runs_b)}"
        return f"Runs are not paired; Wilcoxon's rank-sum test, exact, {sizes}, at 5 %."

    def chart(self, path: Path) -> None:
        """The changes in percent of A, those beyond chance filled. Raise `CannotDraw`."""
        from quorate.simulate.questions.compare_chart import draw

        draw(self, path)

    def headlines(self) -> tuple[Headline, ...]:
        """The differences."""
        return tuple(
            Headline(f"compare.{line.key}", line.words, line.unit, (line.difference.median,)) for line in self.lines
        )


def compare(
    a: Sequence[Log],
    b: Sequence[Log],
    charter_a: Charter,
    charter_b: Charter,
    *,
    on: str | None = None,
    paired: bool | None = None,
) -> Comparison:
    """Two sets of runs side by side: diffusion, backlog and vacancies; and conferences where the charters differ, for
    one on the day `on` (left out: the day the first log of A ends).

    Runs are `paired` by name where both sides have the same names, unless told otherwise. Raise `NothingToAnswer` where
    no question has an answer on either side.
    """
    changes = diff(charter_a, charter_b)
    together = sorted(log.name for log in a) == sorted(log.name for log in b) if paired is None else paired
    if together:
        a, b = sorted(a, key=lambda log: log.name), sorted(b, key=lambda log: log.name)
    if together and len(a) != len(b):
        raise NothingToAnswer(f"{len(a)} runs cannot be paired with {len(b)}.", advice="Compare them unpaired.")
    lines: list[Line] = []
    unanswered = []
    for name, ask in (("diffusion", diffusion), ("backlog", backlog), ("vacancies", vacancies)):
        one, other = _asked(ask, a, charter_a), _asked(ask, b, charter_b)
        lines += _lines(one, other, together, len(a), len(b))
        unanswered += [] if one or other else [name]
    if changes:
        day = on or _last_day(a[0])
        lines += _certain(*(_asked_conferences(charter, day) for charter in (charter_a, charter_b)))
    if not lines:
        raise NothingToAnswer("neither side answers any question.", advice="Compare logs of simulations.")
    return Comparison(
        tuple(log.name for log in a), tuple(log.name for log in b), together, tuple(lines), changes, tuple(unanswered)
    )


def _asked(ask: Callable[..., Any], logs: Sequence[Log], charter: Charter) -> tuple[Headline, ...]:
    try:
        found: tuple[Headline, ...] = ask(logs, charter).headlines()
    except NothingToAnswer:
        return ()
    return found


def _asked_conferences(charter: Charter, on: str) -> tuple[Headline, ...]:
    try:
        return conferences(charter, on).headlines()
    except NothingToAnswer:
        return ()


def _last_day(log: Log) -> str:
    with log.open() as db:
        return str(log.window(db)[1])[:10]


def _both(a: Sequence[Headline], b: Sequence[Headline]) -> list[tuple[Headline, Headline | None, Headline | None]]:
    mine, theirs = ({line.key: line for line in side} for side in (a, b))
    keys = dict.fromkeys([*mine, *theirs])
    return [(mine.get(key) or theirs[key], mine.get(key), theirs.get(key)) for key in keys]


def _lines(a: Sequence[Headline], b: Sequence[Headline], paired: bool, many_a: int, many_b: int) -> list[Line]:
    found = []
    for either, one, other in _both(a, b):
        left = one.values if one else (None,) * many_a
        right = other.values if other else (None,) * many_b
        found.append(_paired(either, left, right) if paired else _apart(either, left, right))
    return found


def _paired(either: Headline, left: Sequence[float | None], right: Sequence[float | None]) -> Line:
    moves = [_less(y, x) for x, y in zip(left, right, strict=True)]
    p = signed_rank(moves) if len(moves) > 1 else None
    return Line(
        either.key, either.words, either.unit, spread(left), spread(right), _moved(moves), PAIRED, len(moves), p
    )


def _apart(either: Headline, left: Sequence[float | None], right: Sequence[float | None]) -> Line:
    a, b = spread(left), spread(right)
    count = len(left) + len(right)
    p = rank_sum([_ranked(x) for x in left], [_ranked(y) for y in right]) if min(len(left), len(right)) > 1 else None
    return Line(either.key, either.words, either.unit, a, b, _moved([_less(b.median, a.median)]), APART, count, p)


def _certain(a: Sequence[Headline], b: Sequence[Headline]) -> list[Line]:
    """Numbers that follow from the charter; only those that differ, for the rest say nothing of the runs."""
    found = []
    for either, one, other in _both(a, b):
        left, right = (one.values if one else (None,)), (other.values if other else (None,))
        if left != right:
            moves = [_less(right[0], left[0])]
            found.append(
                Line(
                    either.key, either.words, either.unit, spread(left), spread(right), _moved(moves), CERTAIN, 1, None
                )
            )
    return found


def _ranked(value: float | None) -> float:
    return math.inf if value is None else value


def _less(one: float | None, other: float | None) -> float:
    """One less the other; what never came about is later than anything, and the same as itself."""
    if one is None or other is None:
        return 0.0 if one is other else math.inf if one is None else -math.inf
    return round(one - other, 9)


def _moved(moves: Sequence[float]) -> Spread:
    """A spread of differences, of which some may be without bound either way."""
    ends = [-math.inf, math.inf]
    if any(move in ends for move in moves):
        finite = [move for move in moves if move not in ends]
        return Spread(len(moves), None, spread(finite).median if len(finite) * 2 > len(moves) else None, None)
    return spread(moves)


def _size(line: Line) -> float:
    """How large a difference is beside what A has."""
    if line.difference.median is None:
        return math.inf
    return abs(line.difference.median) / max(abs(line.a.median or 0), 1e-9)


def _told(found: Spread) -> str:
    size = abs(found.median or 0)
    return shown(found.median, 0 if size >= 100 else 1 if size >= 1 else 2)


def _side_by_side(lines: Sequence[Line]) -> Table:
    columns = (
        Column("number", "number"), Column("unit", "in"),
        Column("a", "A", digits=2), *bounds("a_", ""), Column("b", "B", digits=2), *bounds("b_", ""),
        Column("difference", "B less A", digits=2), *bounds("", ""),
        Column("p", "p", digits=3, aside=1), Column("chance", "beyond chance"),
    )  # fmt: skip
    rows = tuple(
        (line.words, line.unit, *_figures(line), rounded(line.p, 4), _verdict(line)) for line in lines
    )  # fmt: skip
    return Table("A and B side by side", columns, rows)


def _figures(line: Line) -> list[float | None]:
    """The medians and bounds of A, B and the difference."""
    return [rounded(v) for s in (line.a, line.b, line.difference) for v in (s.median, s.low, s.high)]


def _verdict(line: Line) -> str:
    if line.test == CERTAIN:
        return "by the charter"
    if line.beyond is None:
        return "" if line.difference.median else SAME
    return "yes" if line.beyond else "no"
