"""The reference of the charter language, written from the models themselves: every kind of clause, every key."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from quorate.charter.schema import schema
from quorate.clauses import KINDS

_COMMON = ("id", "kind", "cite", "note", "assumed")


def reference() -> str:
    """The kinds of clause as Markdown: what each says, an example kept and one broken, and its keys."""
    known = schema()
    parts = {name: part for name, part in known["$defs"].items() if "properties" in part}
    lines = [
        "# Kinds of clause",
        "",
        "Written from the models by `python -m quorate.charter.reference`. Every clause has an `id`, its `kind`, and "
        "`cite`, the place in the bylaws it comes from; it may have a `note`, and `assumed: true` where no source "
        "states it.",
        "",
        *(f"- [{kind}](#{kind}): {KINDS[kind].summary}" for kind in sorted(KINDS)),
        "",
    ]
    shown: set[str] = set()
    for kind in sorted(KINDS):
        name = KINDS[kind].__name__
        lines += [f"## {kind}", "", *_docstring(KINDS[kind]), "", *_table(parts[name]), ""]
        shown.add(name)
    rest = sorted(name for name in parts if name not in shown and name not in {"CharterFile"})
    lines += ["# Parts", ""]
    for name in rest:
        text = parts[name].get("description", "")
        lines += [f"## {name}", "", *([text, ""] if text else []), *_table(parts[name]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _docstring(kind: type) -> Iterator[str]:
    for line in (kind.__doc__ or "").strip().splitlines():
        yield line.strip()


def _table(part: dict[str, Any]) -> Iterator[str]:
    yield "| key | holds | |"
    yield "|---|---|---|"
    for name, field in part["properties"].items():
        if name in _COMMON and "cite" in part["properties"]:
            continue
        needed = "**needed**. " if name in part.get("required", ()) else ""
        said = str(field.get("description", "")).replace("|", "\\|").replace("\n", " ")
        yield f"| `{name}` | {_holds(field)} | {needed}{said} |"


def _holds(field: dict[str, Any]) -> str:
    """What a key holds, in words."""
    if "anyOf" in field:
        kinds = [_holds(option) for option in field["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in field:
        name = str(field["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{str(field['const']).lower() if isinstance(field['const'], bool) else field['const']}`"
    if field.get("type") == "array":
        return f"a list of {_holds(field.get('items', {}))}"
    return {"string": "text", "integer": "a whole number", "boolean": "true or false"}.get(
        field.get("type", ""), "a value"
    )


if __name__ == "__main__":
    sys.stdout.write(reference())
