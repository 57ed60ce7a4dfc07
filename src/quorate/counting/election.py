"""What every method is given besides the ballots: candidates, seats and the tie rule."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from quorate.counting.errors import BadCandidates, BadParameter, BadSeats
from quorate.counting.result import Number, Round, in_order, listed, votes

TIE_RULES = ("lot", "order", "none")


@dataclass(frozen=True)
class TieRule:
    """How equals are put in order when the votes do not.

    "lot" draws by SHA-256 of the seed followed by the candidate's name, in UTF-8, lowest digest first.
    Anyone who knows the seed can draw again; it is fair only where nobody could choose the seed knowing the
    names, or the names knowing the seed: throw dice before witnesses once nominations have closed. "order"
    favours who stands earlier in the list of candidates. "none" decides nothing.
    """

    rule: str
    seed: str
    order: tuple[str, ...]

    def favoured_first(self, tied: Collection[str]) -> tuple[str, ...] | None:
        """Return the tied names, most favoured first, or None where the rule leaves ties undecided."""
        if self.rule == "none":
            return None
        in_list = [name for name in self.order if name in tied]
        return tuple(sorted(in_list, key=self._draw) if self.rule == "lot" else in_list)

    def words(self) -> str:
        """Say how ties are broken, as the end of a sentence."""
        return f"by lot (seed {self.seed!r})" if self.rule == "lot" else "by the order of the list"

    def _draw(self, name: str) -> bytes:
        return sha256((self.seed + name).encode(errors="surrogatepass")).digest()


@dataclass(frozen=True)
class Election:
    """The checked common input of a count."""

    method: str
    candidates: tuple[str, ...]
    seats: int
    tie: TieRule


def election(method: str, candidates: Sequence[str], seats: int, tie: str, seed: str) -> Election:
    """Check the common input. Raises BadCandidates, BadSeats or BadParameter."""
    names = tuple(candidates)
    if isinstance(candidates, str) or not names:
        raise BadCandidates("there are no candidates." if not names else "the candidates are one piece of text.")
    for name in names:
        if not isinstance(name, str) or not name:
            raise BadCandidates(f"{name!r} is not a name.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BadCandidates(f"{twice!r} is listed twice.")
    if not whole(seats, 1):
        raise BadSeats(method, seats, "a whole number of at least 1")
    if tie not in TIE_RULES:
        raise BadParameter(method, "tie", tie, "'lot', 'order' or 'none'")
    if not isinstance(seed, str) or (tie == "lot" and not seed):
        raise BadParameter(method, "seed", seed, "the text from which lots are drawn")
    return Election(method, names, seats, TieRule(tie, seed, names))


def whole(value: object, least: int) -> bool:
    """Tell whether a value is a whole number (True and False are not) of at least `least`."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


EXACT = re.compile(r"[0-9]{1,9}(?:/[0-9]{1,9}|\.[0-9]{1,9})?")
"""Text that is an exact number: "2", "2/3", "0.6"; bounded, so that no exponent can fill the memory."""


def fraction(method: str, name: str, value: object) -> Fraction:
    """Read an exact fraction from a Fraction, a whole number or text such as "2/3"; floats are refused."""
    if isinstance(value, Fraction):
        return value
    text = str(value) if whole(value, 0) else value
    if isinstance(text, str) and EXACT.fullmatch(text) and not re.search("/0+$", text):
        return Fraction(text)
    raise BadParameter(method, name, value, "an exact fraction such as '2/3'")


@dataclass(frozen=True)
class Selection:
    """Who of several candidates takes the seats when the most votes win."""

    elected: tuple[str, ...]
    tied: tuple[str, ...]
    rounds: tuple[Round, ...]
    """The tie that was broken or left, where there was one."""


def most_votes(contest: Election, tallies: Mapping[str, Number]) -> Selection:
    """Give the seats to those with most votes; a tie across the last seat goes to the tie rule.

    A candidate without a single vote takes no seat, however many are left: nobody chose them.
    """
    standing = [name for name in contest.candidates if tallies.get(name, 0) > 0]
    standing.sort(key=lambda name: tallies[name], reverse=True)  # stable: equals stay in the order of the list
    if len(standing) <= contest.seats:
        return Selection(tuple(standing), (), ())
    cut = tallies[standing[contest.seats - 1]]
    if tallies[standing[contest.seats]] < cut:
        return Selection(tuple(standing[: contest.seats]), (), ())
    safe = tuple(name for name in standing if tallies[name] > cut)
    tied = tuple(name for name in standing if tallies[name] == cut)
    return _share_last_seats(contest, safe, tied, cut)


def _share_last_seats(contest: Election, safe: tuple[str, ...], tied: tuple[str, ...], cut: Number) -> Selection:
    left = contest.seats - len(safe)
    ranked = contest.tie.favoured_first(tied)
    seats = "the last seat" if left == 1 else f"the last {left} seats"
    words = f"{listed(tied)} tie with {votes(cut)} for {seats}"
    numbers = in_order(contest.candidates, dict.fromkeys(tied, cut))
    if ranked is None:
        return Selection(safe, tied, (Round(f"{words}; the tie is left undecided.", numbers),))
    won = ranked[:left]
    step = Round(f"{words}; decided {contest.tie.words()} for {listed(won)}.", numbers)
    return Selection(safe + won, (), (step,))
