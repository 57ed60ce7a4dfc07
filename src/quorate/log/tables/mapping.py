"""What a mapping says: how cells become fields, which rows make which entries. Plain data; `mapfile` reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from quorate.log.tables.yamltext import Scalar

FIELDS = (
    *("entry", "unit", "seq", "tier", "act", "organ", "office", "actor", "subject", "meeting", "ref", "clause"),
    "source",
)
"""Columns of the table that a mapping may fill, apart from `at` and the payload."""
COUNTS = frozenset(("present", "entitled", "for", "against", "abstain", "seats"))
"""What an act states as a whole number, so that a mapping need not say so."""
KINDS = ("text", "number", "flag", "list", "json")
SIZES = ("day", "month", "year")
PRECISIONS = (*SIZES, "between", "before", "by", "reported", "after", "none")
OTHERS = "*"  # in a translation: every cell it does not name; as its result: the cell as it is


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a field's value comes from: columns (the first that is not empty), a text with cells put in, or itself."""

    where: str  # file:line of the mapping
    columns: tuple[str, ...] = ()
    constant: Scalar = None
    pieces: tuple[str, ...] = ()  # of `text`: words and columns by turns, beginning with words
    values: Mapping[str, Scalar] | None = None
    default: Scalar = None
    kind: str = "text"
    split: str = ";"
    told: str = ""  # file:line of the translations

    def used(self) -> Iterator[tuple[str, str]]:
        """Each column it reads, with the place that names it."""
        for column in (*self.columns, *self.pieces[1::2]):
            yield column, self.where


@dataclass(frozen=True, slots=True)
class Date:
    """When: a cell with its precision and end, or the earliest of one date and the latest of another."""

    where: str
    cell: Cell | None = None
    format: str | None = None
    precision: Cell | None = None
    end: Date | None = None
    earliest: Date | None = None
    latest: Date | None = None

    def used(self) -> Iterator[tuple[str, str]]:
        """Each column it reads, with the place that names it."""
        for part in (self.cell, self.precision, self.end, self.earliest, self.latest):
            if part is not None:
                yield from part.used()


@dataclass(frozen=True, slots=True)
class Condition:
    """A column that must (or, `negated`, must not) hold one of these cells."""

    column: str
    cells: frozenset[str]
    negated: bool
    where: str


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of entry: which rows make it, for which units, and its fields."""

    where: str
    at: Date
    fields: Mapping[str, Cell]
    payload: Mapping[str, Cell] = field(default_factory=dict)
    when: tuple[Condition, ...] = ()
    units: tuple[str, ...] = ()  # where it names several; else `unit` is a field

    def used(self) -> Iterator[tuple[str, str]]:
        """Each column it reads, with the place that names it."""
        yield from self.at.used()
        for cell in (*self.fields.values(), *self.payload.values()):
            yield from cell.used()
        for condition in self.when:
            yield condition.column, condition.where


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole mapping."""

    where: str
    templates: tuple[Template, ...]
    ignore: tuple[tuple[Condition, ...], ...] = ()
    record: str | None = None  # complete or partial
    charter: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    lifecycle: tuple[str, ...] = ("complete",)  # of XES events that are kept; none: all
    rest: bool = False  # attributes that nothing names go to the payload (XES without templates)

    def used(self) -> dict[str, str]:
        """Each column the mapping reads: the first place that names it."""
        found: dict[str, str] = {}
        for template in self.templates:
            for column, where in template.used():
                found.setdefault(column, where)
        for conditions in self.ignore:
            for condition in conditions:
                found.setdefault(condition.column, condition.where)
        return found
