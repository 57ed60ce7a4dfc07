"""Reading a mapping file into a `Plan`: every key known, every value of its kind, each fault with its line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from quorate.log.tables.dates import interval
from quorate.log.tables.errors import BadInterval, BadMapping, nearest, short
from quorate.log.tables.mapping import (
    COUNTS,
    FIELDS,
    KINDS,
    PRECISIONS,
    Cell,
    Condition,
    Date,
    Plan,
    Template,
)
from quorate.log.tables.yamltext import Item, Scalar, read_yaml

_KEYS = (
    *("columns", "values", "constants", "date_format", "record", "charter", "entries", "ignore"),
    *("encoding", "delimiter", "trace", "lifecycle"),
)
_CELL_KEYS = ("from", "values", "default", "text", "as", "split")
_DATE_KEYS = ("from", "text", "values", "default", "format", "precision", "end", "earliest", "latest")
_SLOT = re.compile(r"\{([^{}]+)\}")
_DIRECTIVES = frozenset("YymbBdjHIMSpfaA%")
STANDARD = "the standard XES mapping"
TRACE = "trace:concept:name"
_XES = {"act": "concept:name", "at": "time:timestamp", "actor": "org:resource", "organ": "org:group"}


def read_mapping(path: Path | None, *, xes: bool = False) -> Plan:
    """The mapping in the file; for XES on top of the standard's own fields, which alone hold without a file.

    Raise `BadMapping` with file and line, `NoTable` when the file cannot be opened.
    """
    root = read_yaml(path) if path else Item({}, STANDARD)
    top = root.table()
    _known(top, _KEYS, root.where)
    trace = _choice(top, "trace", ("unit", "ref")) or "unit"
    base = _base(top, {trace: TRACE, **_XES} if xes else {})
    entries = top.get("entries")
    form = _format(top["date_format"]) if "date_format" in top else None
    templates = [_template(item, base, form) for item in (entries or Item({}, root.where)).items()]
    ignore = top["ignore"].items() if "ignore" in top else []
    return Plan(
        where=root.where,
        templates=tuple(templates),
        ignore=tuple(_conditions(item) for item in ignore),
        record=_choice(top, "record", ("complete", "partial")),
        charter=top["charter"].text() if "charter" in top else None,
        encoding=_encoding(top),
        delimiter=_delimiter(top),
        lifecycle=_lifecycle(top),
        rest=xes and not entries,
    )


# --- the keys of the top ---


def _known(table: Mapping[str, Item], keys: Iterable[str], where: str) -> None:
    valid = tuple(keys)
    for key, item in table.items():
        if key not in valid:
            place = item.where if isinstance(item, Item) else where
            raise BadMapping(place, f"there is no key {key!r} here", nearest(key, valid, "There are"))


def _choice(top: Mapping[str, Item], key: str, options: tuple[str, ...]) -> str | None:
    if key not in top:
        return None
    word = top[key].text()
    if word not in options:
        raise BadMapping(top[key].where, f"`{key}` is {short(word)}", nearest(word, options, "It may be"))
    return word


def _encoding(top: Mapping[str, Item]) -> str:
    if "encoding" not in top:
        return "utf-8"
    name = top["encoding"].text()
    try:
        if codecs.lookup(name)._is_text_encoding:  # as `bytes.decode` tells codecs of text apart
            return name
    except LookupError:
        pass
    raise BadMapping(top["encoding"].where, f"there is no encoding {short(name)}", "Use utf-8, cp1252, utf-16 ...")


def _delimiter(top: Mapping[str, Item]) -> str:
    if "delimiter" not in top:
        return ","
    mark = top["delimiter"].text().replace("\\t", "\t")
    if len(mark) != 1 or mark in '"\r\n':
        raise BadMapping(top["delimiter"].where, "a delimiter is one character", 'Write "," or ";" or "\\t".')
    return mark


def _lifecycle(top: Mapping[str, Item]) -> tuple[str, ...]:
    if "lifecycle" not in top:
        return ("complete",)
    words = tuple(item.text().lower() for item in top["lifecycle"].items())
    return () if words == ("all",) else words


# --- templates ---


def _base(top: Mapping[str, Item], standard: Mapping[str, str]) -> dict[str, Item]:
    """Fields of every template: `constants`, and `columns` as ``{from: column}`` with the translations of `values`."""
    fields = {name: Item({"from": Item(column, STANDARD)}, STANDARD) for name, column in standard.items()}
    columns = _spread(top["columns"]) if "columns" in top else {}
    for name, item in columns.items():
        fields[name] = Item({"from": item}, item.where) if isinstance(item.value, str) else item
    constants = _spread(top["constants"]) if "constants" in top else {}
    for name, item in constants.items():
        if columns.get(name):
            raise BadMapping(item.where, f"{name!r} is given by `columns` and by `constants`", "Keep one.")
        fields[name] = item
    for name, item in (_spread(top["values"]) if "values" in top else {}).items():
        _translate(fields, name, item)
    return fields


def _spread(item: Item) -> dict[str, Item]:
    """A table of fields, with ``payload: {a: ...}`` written as ``payload.a``."""
    table = dict(item.table())
    inner = table.pop("payload", None)
    if inner is not None:
        table |= {f"payload.{name}": part for name, part in inner.table().items()}
    for name, part in table.items():
        if not name.startswith("payload.") and name not in (*FIELDS, "at"):
            raise BadMapping(part.where, f"there is no field {name!r}", nearest(name, (*FIELDS, "at"), "There are"))
    return table


def _translate(fields: dict[str, Item], name: str, values: Item) -> None:
    given = fields.get(name)
    if given is None or not isinstance(given.value, dict) or "from" not in given.value:
        raise BadMapping(values.where, f"`values` for {name!r}, which no column gives", "Name its column in `columns`.")
    fields[name] = Item({"values": values, **given.value}, given.where)


def _template(item: Item, base: Mapping[str, Item], form: str | None) -> Template:
    own = dict(item.table())
    when = own.pop("when", None)
    fields = {**base, **_spread(Item(own, item.where))}
    kept = {name: part for name, part in fields.items() if part.value is not None}
    for name in ("unit", "act", "at"):
        if name not in kept:
            raise BadMapping(item.where, f"nothing gives {name!r}", "Name its column, or give it as a constant.")
    units: tuple[str, ...] = ()
    if isinstance(kept["unit"].value, list):
        units = tuple(part.text() for part in kept.pop("unit").items())
    payload = {name.removeprefix("payload."): part for name, part in kept.items() if name.startswith("payload.")}
    return Template(
        where=item.where,
        at=_date(kept["at"], form),
        fields={name: _cell(kept[name]) for name in FIELDS if name in kept},
        payload={name: _cell(part, name) for name, part in payload.items()},
        when=_conditions(when) if when else (),
        units=units,
    )


def _conditions(item: Item) -> tuple[Condition, ...]:
    found = []
    for column, wanted in item.table().items():
        negated = isinstance(wanted.value, dict)
        if negated:
            _known(wanted.value, ("not",), wanted.where)
            if not wanted.value:
                raise BadMapping(wanted.where, "this condition says nothing", "Write `{not: value}`.")
        cells = (wanted.value["not"] if negated else wanted).items()
        texts = frozenset("" if cell.value is None else cell.text().strip() for cell in cells)
        found.append(Condition(column, texts, negated, wanted.where))
    return tuple(found)


# --- fields ---


def _cell(item: Item, payload: str | None = None) -> Cell:
    """A field's value; `payload` is its name there, where values may be numbers."""
    kind = "number" if payload in COUNTS else "text"
    if not isinstance(item.value, dict):
        if isinstance(item.value, list) and payload:
            return Cell(item.where, constant="\n".join(part.text() for part in item.value), kind="list", split="\n")
        return Cell(item.where, constant=item.scalar() if payload else item.text(), kind=kind)
    table = item.value
    _known(table, _CELL_KEYS if payload else _CELL_KEYS[:4], item.where)
    if "as" in table:
        kind = _choice(table, "as", KINDS) or kind
    return _source(item, kind, table["split"].text() if "split" in table else ";")


def _source(item: Item, kind: str = "text", split: str = ";") -> Cell:
    """What `from` or `text` with its `values` and `default` says."""
    table = item.table()
    if ("from" in table) == ("text" in table):
        raise BadMapping(item.where, "a field says either `from` or `text`")
    columns: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    if "from" in table:
        columns = tuple(part.text() for part in table["from"].items())
    else:
        pieces = tuple(_SLOT.split(table["text"].text()))
    if not split or not (columns or len(pieces) > 1):
        raise BadMapping(item.where, "it names no column", 'Write `{from: Column}` or `{text: "{Column}"}`.')
    values = {key: part.scalar() for key, part in table["values"].table().items()} if "values" in table else None
    default = table["default"].scalar() if "default" in table else None
    told = table["values"].where if "values" in table else ""
    return Cell(item.where, columns, None, pieces, values, default, kind, split, told)


def _date(item: Item, form: str | None) -> Date:
    """When; `form` is the format of dates that state none of their own."""
    if not isinstance(item.value, dict):
        _check_date(item)
        return Date(item.where, Cell(item.where, constant=item.text()))
    table = item.value
    _known(table, _DATE_KEYS, item.where)
    form = _format(table["format"]) if "format" in table else form
    if "earliest" in table or "latest" in table:
        if table.keys() - {"earliest", "latest", "format"}:
            raise BadMapping(item.where, "`earliest` and `latest` stand alone", "Put `from` into them.")
        first, last = (_date(table[key], form) if key in table else None for key in ("earliest", "latest"))
        return Date(item.where, earliest=first, latest=last)
    end = _date(table["end"], form) if "end" in table else None
    return Date(item.where, _source(item), form, _precision(table.get("precision")), end)


def _check_date(item: Item) -> None:
    try:
        interval(item.text())
    except BadInterval as error:
        raise BadMapping(item.where, error.what, error.advice) from None


def _format(item: Item) -> str:
    form = item.text()
    codes = re.findall(r"%(.?)", form)
    if not {"Y", "y"} & set(codes) or set(codes) - _DIRECTIVES:
        problem = f"the date format {short(form)} is not taken"
        raise BadMapping(item.where, problem, "Use %Y or %y with %m, %b, %B, %d, %j, %H, %I, %M, %S, %p.")
    return form


def _precision(item: Item | None) -> Cell | None:
    if item is None:
        return None
    cell = _source(item) if isinstance(item.value, dict) else Cell(item.where, constant=item.text())
    words: list[Scalar] = [cell.constant, cell.default, *(cell.values or {}).values()]
    for word in words:
        if word is not None and word not in (*PRECISIONS, "*"):
            raise BadMapping(cell.where, f"there is no precision {short(word)}", nearest(str(word), PRECISIONS))
    return cell
