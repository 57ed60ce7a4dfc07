"""The single transferable vote: integer Droop quota, weighted inclusive Gregory transfers, exact fractions.

The rules are those of the Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules
45 to 52, one stage at a time:

- 46: the quota is the valid papers divided by one more than the seats, ignoring any fraction, plus one;
- 47: whoever has the quota at any stage is elected;
- 48, 49: the largest surplus goes first; every paper of the elected candidate moves to the next continuing
  candidate on it, at (surplus × the value at which it came) ÷ (the candidate's votes);
- 50, 51: with no surplus left to move, the candidate with fewest votes is excluded and their papers move on
  at the value at which they came;
- 49(2), 51(2): among equals, the most recent earlier stage at which they were unequal decides; among those
  still equal there, the stages before it; then the tie rule, which stands where the Order draws lots;
- 52: when as many continue as there are seats left, they are elected, and nothing more is moved.

One departure: the Order cuts transfer values to five decimals (48(3)); here they are exact fractions, so no
vote is lost to rounding. A paper that ranks two candidates equal counts up to the rank before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from quorate.counting.ballots import Ranking, ranking, read
from quorate.counting.election import Election
from quorate.counting.result import Count, Number, Round, in_order, listed, outcome, votes

Order = tuple[str, ...]
"""A paper's candidates, best first, none equal."""
Pile = dict[Fraction, Counter[Order]]
"""Papers a candidate holds, by the value at which they came."""


def stv(contest: Election, ballots: Iterable[object]) -> Count:
    """Count ranked papers; equals within a rank spoil a paper from that rank on. Raises BadBallot."""
    papers: Counter[Order] = Counter()
    for many, ranks in read(contest, ballots, ranking):
        papers[strict_part(ranks)] += many
    return _Stages(contest, papers).count()


def strict_part(ranks: Ranking) -> Order:
    """Return the candidates ranked before the first rank that holds several."""
    first_shared = next((place for place, rank in enumerate(ranks) if len(rank) > 1), len(ranks))
    return tuple(rank[0] for rank in ranks[:first_shared])


class _Undecided(Exception):  # a way out of the count, not an error
    """A tie that the tie rule leaves open; the count can go no further."""

    def __init__(self, tied: Order) -> None:
        self.tied = tied


class _Stages:
    """The state of one count, stage by stage."""

    def __init__(self, contest: Election, papers: Counter[Order]) -> None:
        self.contest = contest
        self.invalid = papers.pop((), 0)
        self.valid = sum(papers.values())
        self.quota = self.valid // (contest.seats + 1) + 1
        self.piles: dict[str, Pile] = {name: {} for name in contest.candidates}
        self.held: dict[str, Number] = dict.fromkeys(contest.candidates, 0)
        self.lost: Number = 0  # votes of papers with no further preference
        for order, many in papers.items():
            self.piles[order[0]].setdefault(Fraction(1), Counter())[order] += many
            self.held[order[0]] += many
        self.continuing = set(contest.candidates)
        self.elected: list[str] = []
        self.pending: list[str] = []  # elected, with a surplus still to move
        self.history: list[dict[str, Number]] = []  # what each held at the end of every stage
        self.rounds: list[Round] = []

    def count(self) -> Count:
        tied: Order = ()
        self._end_stage(f"First preferences on {self.valid} valid papers; the quota is {votes(self.quota)}.")
        try:
            while not self._finished():
                if self.pending:
                    self._move_surplus()
                else:
                    self._exclude_lowest()
        except _Undecided as stopped:
            tied = stopped.tied
        rule = (
            f"{self.valid} valid papers for {self.contest.seats} seats give a quota of {votes(self.quota)}; "
            f"{self.invalid} papers have no usable first preference."
        )
        explanation = (rule, *outcome(self.contest.seats, self.elected, tied))
        contest = self.contest
        return Count(contest.method, contest.seats, tuple(self.elected), tied, tuple(self.rounds), explanation)

    def _left(self) -> int:
        return self.contest.seats - len(self.elected)

    def _finished(self) -> bool:
        """Tell whether every seat is filled, filling the last ones where nobody else continues (rule 52)."""
        if self._left() and len(self.continuing) <= self._left():
            last = self._by_votes(self.continuing)
            self.elected += last
            self.continuing.clear()
            if last:
                self._note(f"As many continue as there are seats left: {listed(last)} elected.")
            return True
        return not self._left()

    def _end_stage(self, words: str) -> None:
        """Record a stage and elect whoever has the quota (rule 47)."""
        self.history.append(dict(self.held))
        risen = self._by_votes([name for name in self.continuing if self.held[name] >= self.quota])
        self.elected += risen
        self.continuing -= set(risen)
        self.pending += [name for name in risen if self.held[name] > self.quota]
        self._note(f"{words} Elected with the quota: {listed(risen)}." if risen else words)

    def _note(self, words: str) -> None:
        self.rounds.append(Round(words, in_order(self.contest.candidates, self.held), self.lost))

    def _by_votes(self, names: Iterable[str]) -> list[str]:
        """Sort by votes now, then at earlier stages; full equals stay in the order of the list."""
        among = set(names)
        in_list = [name for name in self.contest.candidates if name in among]
        past = self.history[::-1]
        return sorted(in_list, key=lambda name: [self.held[name], *(stage[name] for stage in past)], reverse=True)

    def _move_surplus(self) -> None:
        """Move the largest surplus (rules 48 and 49)."""
        name = self._pick(self.pending, highest=True, doing="their surplus to be moved first")
        self.pending.remove(name)
        surplus = self.held[name] - self.quota
        rate = Fraction(surplus) / self.held[name]
        gained, lost = self._move(name, rate)
        self.held[name] = self.quota
        words = f"{name}'s surplus of {votes(surplus)} moves on, each paper at {rate} of its value"
        self._end_stage(f"{words}: {_gains(gained, lost)}.")

    def _exclude_lowest(self) -> None:
        """Exclude whoever has fewest votes (rules 50, 51) and move their papers unless rule 52 ends it."""
        name = self._pick(self.continuing, highest=False, doing="exclusion")
        self.continuing.remove(name)
        had = self.held[name]
        if len(self.continuing) == self._left():
            self._note(f"{name} has fewest votes ({exact_text(had)}) and is excluded.")
            return
        gained, lost = self._move(name, Fraction(1))
        self.held[name] = 0
        self._end_stage(f"{name} has fewest votes ({exact_text(had)}) and is excluded: {_gains(gained, lost)}.")

    def _move(self, name: str, rate: Fraction) -> tuple[dict[str, Number], Number]:
        """Move a candidate's papers to the next continuing one on each; return the votes gained, and lost."""
        gained: dict[str, Number] = {}
        lost: Number = 0
        for value, papers in self.piles.pop(name).items():
            moved = value * rate
            arriving: Counter[str] = Counter()
            for order, many in papers.items():
                heir = next((other for other in order if other in self.continuing), None)
                if heir is None:
                    lost += moved * many
                else:
                    arriving[heir] += many
                    self.piles[heir].setdefault(moved, Counter())[order] += many
            for heir, many in arriving.items():
                gained[heir] = gained.get(heir, 0) + moved * many
        for heir, more in gained.items():
            self.held[heir] += more
        self.lost += lost
        return dict(in_order(self.contest.candidates, gained)), lost

    def _pick(self, names: Iterable[str], *, highest: bool, doing: str) -> str:
        """Return who has most (or fewest) votes; earlier stages, then the tie rule, decide among equals."""
        best = max if highest else min
        among = set(names)
        equal = [name for name in self.contest.candidates if name in among]
        for stage in reversed(self.history):
            wanted = best(stage[name] for name in equal)
            remaining = [name for name in equal if stage[name] == wanted]
            if len(remaining) < len(equal) and stage is not self.history[-1]:
                self._note(f"Equal votes for {doing}: {listed(equal)}; an earlier stage leaves {listed(remaining)}.")
            equal = remaining
            if len(equal) == 1:
                return equal[0]
        return self._by_tie_rule(equal, highest, doing)

    def _by_tie_rule(self, equal: Sequence[str], highest: bool, doing: str) -> str:
        tie = self.contest.tie
        words = f"Equal at every stage for {doing}: {listed(equal)}"
        ranked = tie.favoured_first(equal)
        if ranked is None:
            self._note(f"{words}; the tie is left undecided and the count stops.")
            raise _Undecided(tuple(equal))
        name = ranked[0] if highest else ranked[-1]
        self._note(f"{words}; decided {tie.words()}: {name}.")
        return name


def exact_text(number: Number) -> str:
    """Say a bare number exactly: "7/3"."""
    return str(Fraction(number))


def _gains(gained: dict[str, Number], lost: Number) -> str:
    parts = [f"{votes(number)} to {name}" for name, number in gained.items()]
    if lost:
        parts.append(f"{votes(lost)} to nobody, for want of a further preference")
    return ", ".join(parts) or "nothing to move"
