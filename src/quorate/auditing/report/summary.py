"""The audit in a few plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quorate.auditing.report.data import Record
from quorate.auditing.report.tally import Four, Tally
from quorate.auditing.report.text import listing, many

WORLDS: dict[Record, tuple[str, str]] = {
    "complete": (
        "Complete record",
        "The log is held to contain everything that was done, so what it does not show counts as not done: "
        "a missing act is a breach.",
    ),
    "partial": (
        "Partial record",
        "The log was gathered from sources and does not claim to contain everything. What it does not show is "
        "unknown, not breached; where a date is imprecise, a breach is called possible unless it is certain.",
    ),
}


def outcome(four: Four) -> str:
    """What became of one clause, in a word: breached, possibly, kept, known (kept where known), unknown or none."""
    if four.breached:
        return "breached"
    if four.possibly:
        return "possibly"
    if four.kept:
        return "known" if four.unknown else "kept"
    return "unknown" if four.unknown else "none"


def sentences(tally: Tally, clauses: Iterable[str]) -> list[str]:
    """What the audit found, as a board would want to hear it."""
    by: dict[str, list[str]] = {}
    for clause in clauses:
        by.setdefault(outcome(tally.of_clause(clause)), []).append(clause)
    told = [f"Of {many(sum(map(len, by.values())), 'clause')}, {_told(by, tally)}."] if by else []
    four = tally.together()
    if four.all:
        told.append(f"{many(four.all, 'case')} came under them in all: {_cases(four)}.")
    return told


def _told(by: Mapping[str, list[str]], tally: Tally) -> str:
    number = {name: len(by.get(name, ())) for name in ("kept", "breached", "possibly", "known", "unknown", "none")}
    parts = {
        "kept": f"{_were(number['kept'])} kept throughout",
        "breached": f"{_were(number['breached'])} breached, in {_units(tally, by.get('breached', ()), 1)}",
        "possibly": f"{_were(number['possibly'])} possibly breached, in {_units(tally, by.get('possibly', ()), 2)}",
        "known": f"{_were(number['known'])} kept wherever the record tells",
        "unknown": f"{number['unknown']:,} cannot be judged",
        "none": f"nothing came under {number['none']:,}",
    }
    return "; ".join(words for name, words in parts.items() if number[name])


def _were(number: int) -> str:
    return f"{number:,} {'was' if number == 1 else 'were'}"


def _units(tally: Tally, clauses: Iterable[str], index: int) -> str:
    """How many units have a case of the verdict that stands at `index` of a count, under these clauses."""
    bad = {place for place, four in enumerate(tally.kinds) if four[index]}
    units = (item for clause in clauses for item in tally.cells[clause].items())
    return many(len({unit for unit, row in units if not bad.isdisjoint(row)}), "unit")


def _cases(four: Four) -> str:
    words = ("kept", "breached", "possibly breached", "unknown")
    return listing(f"{number:,} {word}" for number, word in zip(four, words, strict=True) if number)


def assumed(clauses: Iterable[str], all_clauses: int) -> str:
    """The sentence on figures that no source gives; empty where there are none."""
    number = len(list(clauses))
    if not number:
        return ""
    rest = "rests on a figure" if number == 1 else "rest on figures"
    return (
        f"{number:,} of the {many(all_clauses, 'clause')} {rest} that no source gives and the charter assumes; "
        "they are marked “assumed” below. A verdict that depends on such a figure is no firmer than the figure."
    )
