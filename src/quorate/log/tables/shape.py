"""Rows of a file made into entries as a `Plan` says, column by column.

What a reader of CSV, XES or foreign Parquet hands in is `Rows`: text by column, with the place of each row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quorate.log.tables.dates import EVER, NEVER, Bounds, interval, widened, written
from quorate.log.tables.errors import BadInterval, BadMapping, BadRow, nearest, short
from quorate.log.tables.mapping import FIELDS, OTHERS, PRECISIONS, SIZES, Cell, Condition, Date, Plan, Template
from quorate.log.tables.yamltext import Scalar

if TYPE_CHECKING:
    import pyarrow as pa

LISTED = 5  # unmatched rows named in the error
_NUMBER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Rows:
    """Part of a file: for each column a cell per row (empty text for none), each row's place, attributes left over."""

    columns: Mapping[str, Sequence[str]]
    places: Sequence[int]  # line of each row, or its number
    rest: Sequence[dict[str, Any]] | None = None  # for the payload, below what the plan says


class _Fault(Exception):
    """A cell nothing can be made of; `index` counts within the rows picked."""

    def __init__(self, index: int, problem: str, advice: str = "") -> None:
        self.index, self.problem, self.advice = index, problem, advice


@dataclass(slots=True)
class Shaper:
    """Applies a plan to the rows of one file. After the last row `finish` raises if any row found no template."""

    plan: Plan
    path: Path
    mark: str = ""  # before a row's place: nothing for lines, "row " for numbers
    left_out: int = 0  # rows that `ignore` names
    _row: int = 0
    _unmatched: list[str] = field(default_factory=list)
    _missing: int = 0

    def place(self, number: int) -> str:
        """Where a row stands, for messages."""
        return f"{self.path}:{self.mark}{number}"

    def check(self, columns: Sequence[str], where: str) -> None:
        """Raise `BadMapping` if the plan names a column the file has not; `where` names the file."""
        for column, place in self.plan.used().items():
            if column not in columns:
                raise BadMapping(place, f"{where} has no column {column!r}", nearest(column, columns))

    def entries(self, rows: Rows) -> Iterator[pa.RecordBatch]:
        """Entries of these rows as batches of `schema.rough`. Raise `BadRow`."""
        count = len(rows.places)
        taken = bytearray(count)
        width = sum(max(1, len(template.units)) for template in self.plan.templates)
        turn = 0
        for template in self.plan.templates:
            picks = _fitting(template.when, rows, range(count))
            for index in picks:
                taken[index] = 1
            for unit in template.units or (None,):
                if picks:
                    yield self._made(template, unit, rows, picks, [(self._row + i) * width + turn for i in picks])
                turn += 1
        self._row += count
        if not all(taken):
            self._note(rows, [index for index in range(count) if not taken[index]])

    def finish(self) -> None:
        """Raise `BadRow` for the rows that no template fits and `ignore` does not name."""
        if self._missing:
            listed = ", ".join(self._unmatched) + (" ..." if self._missing > LISTED else "")
            many = f"{self._missing} rows fit" if self._missing > 1 else "a row fits"
            raise BadRow(
                str(self.path),
                f"{many} no template of {self.plan.where}: {listed}",
                "Add a template, or a condition under `ignore`.",
            )

    def _note(self, rows: Rows, alone: list[int]) -> None:
        ignored: set[int] = set()
        for conditions in self.plan.ignore:
            ignored.update(_fitting(conditions, rows, alone))
        self.left_out += len(ignored)
        for index in alone:
            if index not in ignored:
                self._missing += 1
                if len(self._unmatched) < LISTED:
                    self._unmatched.append(self._told(rows, index))

    def _told(self, rows: Rows, index: int) -> str:
        tested = dict.fromkeys(item.column for template in self.plan.templates for item in template.when)
        cells = ", ".join(f"{column} {short(rows.columns[column][index], 30)}" for column in tested)
        return f"{self.mark or 'line '}{rows.places[index]} ({cells})"

    # --- one template ---

    def _made(
        self, template: Template, unit: str | None, rows: Rows, picks: Sequence[int], order: list[int]
    ) -> pa.RecordBatch:
        import pyarrow as pa

        from quorate.log.tables.schema import rough

        try:
            data = self._fields(template, unit, rows, picks)
        except _Fault as fault:
            raise BadRow(self.place(rows.places[picks[fault.index]]), fault.problem, fault.advice) from None
        data["row"] = order
        schema = rough()
        empty = [None] * len(picks)
        return pa.record_batch([pa.array(data.get(item.name, empty), item.type) for item in schema], schema=schema)

    def _fields(self, template: Template, unit: str | None, rows: Rows, picks: Sequence[int]) -> dict[str, list[Any]]:
        data: dict[str, list[Any]] = {}
        if unit is not None:
            data["unit"] = [unit] * len(picks)
        for name in FIELDS:
            if name in template.fields:
                found = _read(template.fields[name], rows, picks)
                data[name] = [value if value is None else str(value) for value in found]
        for name in ("unit", "act"):
            _present(data[name], name)
        if "seq" in data:
            data["seq"] = _converted(data["seq"], "number", ";")
        sources = data.get("source") or [None] * len(picks)
        name = f"{self.path.name}:{self.mark}"
        data["source"] = [said or f"{name}{rows.places[i]}" for said, i in zip(sources, picks, strict=True)]
        bounds = _dates(template.at, rows, picks)
        data["at_earliest"], data["at_latest"] = [pair[0] for pair in bounds], [pair[1] for pair in bounds]
        data["payload"] = _payload(template.payload, rows, picks)
        return data


def _present(values: list[Any], name: str) -> None:
    if None in values:
        raise _Fault(values.index(None), f"nothing gives {name!r}: the cell is empty", "Fill it, or map a default.")


def _fitting(conditions: Sequence[Condition], rows: Rows, among: Sequence[int]) -> Sequence[int]:
    """The rows among these for which all conditions hold."""
    for condition in conditions:
        column, cells, negated = rows.columns[condition.column], condition.cells, condition.negated
        among = [index for index in among if (column[index] in cells) != negated]
    return among


# --- cells ---


def _read(cell: Cell, rows: Rows, picks: Sequence[int]) -> list[Any]:
    """The cell's value for each row picked."""
    if not cell.columns and not cell.pieces:
        return _converted([cell.constant] * len(picks), cell.kind, cell.split)
    raw: list[Scalar] = [text or cell.default for text in _texts(cell, rows, picks)]
    if cell.values is not None:
        raw = _translated(raw, cell)
    return _converted(raw, cell.kind, cell.split) if cell.kind != "text" else raw


def _texts(cell: Cell, rows: Rows, picks: Sequence[int]) -> list[str]:
    columns = [rows.columns[name] for name in cell.columns or cell.pieces[1::2]]
    if cell.pieces:
        words = cell.pieces
        parts = [[column[i] for column in columns] for i in picks]
        return [_joined(words, found) if any(found) else "" for found in parts]
    if len(columns) == 1:
        column = columns[0]
        return [column[i] for i in picks]
    return [next((column[i] for column in columns if column[i]), "") for i in picks]


def _joined(words: Sequence[str], cells: list[str]) -> str:
    return "".join(cells[i // 2] if i % 2 else word for i, word in enumerate(words))


def _translated(raw: list[Scalar], cell: Cell) -> list[Scalar]:
    values = cell.values or {}
    table: dict[Scalar, Scalar] = {None: None}
    for text in set(raw) - {None}:
        if text in values:
            table[text] = values[str(text)]
        elif text == cell.default:
            table[text] = text
        elif OTHERS in values:
            table[text] = text if values[OTHERS] == OTHERS else values[OTHERS]
        else:
            near = nearest(str(text), values, f"{cell.told} names")
            column = " or ".join(cell.columns) or "the text"
            raise _Fault(raw.index(text), f"{column}: {short(text)} is not among the values of {cell.told}", near)
    return [table[text] for text in raw]


def _converted(raw: list[Any], kind: str, split: str) -> list[Any]:
    if kind == "text":
        return raw
    convert, found = _CONVERT[kind], []
    for index, value in enumerate(raw):
        try:
            found.append(convert(value, split) if isinstance(value, str) else value)
        except (ValueError, RecursionError):
            advice = "State `as: text` or `as: list` in the mapping if it should stay as it is."
            raise _Fault(index, f"{short(value)} is no {_WORDS[kind]}", advice) from None
    return found


def _number(text: str, _split: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _flag(text: str, _split: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(text)
    return _FLAGS[text.lower()]


def _list(text: str, split: str) -> list[str]:
    return [part.strip() for part in text.split(split) if part.strip()]


def _refuse_constant(text: str) -> None:
    raise ValueError(text)


_CONVERT: dict[str, Callable[[str, str], Any]] = {
    "number": _number,
    "flag": _flag,
    "list": _list,
    "json": lambda text, _split: json.loads(text, parse_constant=_refuse_constant),
}
_WORDS = {"number": "whole number", "flag": "true or false", "list": "list", "json": "JSON"}


def _payload(cells: Mapping[str, Cell], rows: Rows, picks: Sequence[int]) -> list[str | None]:
    """A JSON object for each row, without what is empty; None where nothing is left."""
    if not cells and not rows.rest:
        return [None] * len(picks)
    objects = [dict(rows.rest[i]) for i in picks] if rows.rest else [{} for _ in picks]
    for name, cell in cells.items():
        for found, value in zip(objects, _read(cell, rows, picks), strict=True):
            if value is not None:
                found[name] = value
    return [_encode(found) if found else None for found in objects]


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode


# --- dates ---


def _dates(date: Date, rows: Rows, picks: Sequence[int]) -> list[Bounds]:
    """First and last moment for each row picked."""
    if date.cell is None:
        first = _dates(date.earliest, rows, picks) if date.earliest else [(EVER, EVER)] * len(picks)
        last = _dates(date.latest, rows, picks) if date.latest else [(NEVER, NEVER)] * len(picks)
        pairs = [(start[0], end[1]) for start, end in zip(first, last, strict=True)]
        for index, (start, end) in enumerate(pairs):
            if start > end:
                raise _Fault(index, f"the date ends ({end:%Y-%m-%d}) before it starts ({start:%Y-%m-%d})")
        return pairs
    texts = [text if text is None else str(text) for text in _read(date.cell, rows, picks)]
    words = _read(date.precision, rows, picks) if date.precision else [None] * len(picks)
    ends: list[Bounds | None] = [None] * len(picks)
    if date.end:
        wanted = [index for index, word in enumerate(words) if word == "between"]
        filled = [index for index in wanted if any(_texts_of(date.end, rows, [picks[index]]))]
        for index, bounds in zip(filled, _ends(date.end, rows, picks, filled), strict=True):
            ends[index] = bounds
    return [_bounds(index, texts[index], words[index], ends[index], date.format) for index in range(len(picks))]


def _texts_of(date: Date, rows: Rows, picks: Sequence[int]) -> list[Scalar]:
    return _read(date.cell, rows, picks) if date.cell else [""]


def _ends(date: Date, rows: Rows, picks: Sequence[int], filled: list[int]) -> list[Bounds]:
    try:
        return _dates(date, rows, [picks[index] for index in filled])
    except _Fault as fault:
        raise _Fault(filled[fault.index], fault.problem, fault.advice) from None


def _bounds(index: int, text: str | None, word: Scalar, end: Bounds | None, form: str | None) -> Bounds:
    if word is not None and word not in PRECISIONS:
        raise _Fault(index, f"there is no precision {short(word)}", nearest(str(word), PRECISIONS, "There are"))
    if word == "none":
        return EVER, NEVER
    if not text:
        raise _Fault(index, "the date is empty", "Fill it, or map it with `default: ..` or the precision `none`.")
    try:
        found = written(text, form) if form else interval(text)
    except BadInterval as error:
        advice = f"The format is {form}." if form else error.advice
        raise _Fault(index, error.what, advice) from None
    return _precise(index, found, word, end)


def _precise(index: int, found: Bounds, word: Scalar, end: Bounds | None) -> Bounds:
    if word in SIZES:
        return widened(found, str(word))
    if word in ("before", "by", "reported"):
        return EVER, found[1]
    if word == "after":
        return found[0], NEVER
    if word == "between" and end:
        if end[1] < found[0]:
            raise _Fault(index, f"the date ends ({end[1]:%Y-%m-%d}) before it starts ({found[0]:%Y-%m-%d})")
        return found[0], end[1]
    return found
