"""A scenario over the one it is based on, as one document in which every part still knows its file and line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quorate.charter.document import Document, at, parse
from quorate.charter.document import Path as Steps
from quorate.charter.findings import Finding, closest
from quorate.charter.text import decode
from quorate.simulate.scenario.errors import BadScenario
from quorate.simulate.scenario.parts import lists

DEEPEST = 8
"""A scenario based on one based on one ... no further than this."""
ADDED = ("lapses", "happenings", "shocks")
"""Lists to which a scenario adds."""
SETTINGS = ("behaviour", "flows")


@dataclass(slots=True)
class Merged(Document):
    """The data of all layers as one. `origins` says of each path which document it stands in, and where in it; or, in
    words, where else it comes from.
    """

    origins: dict[Steps, tuple[Document, Steps] | str] = field(default_factory=dict)

    def place(self, path: Steps, *, key: bool = False) -> str:
        """``file:line:column`` of the part at `path`, or of the nearest part around it."""
        for end in range(len(path), 0, -1):
            origin = self.origins.get(path[:end])
            if isinstance(origin, str):
                return origin
            if origin is not None:
                document, steps = origin
                return document.place((*steps, *path[end:]), key=key)
        return Document.place(self, path, key=key)

    def put(self, path: Steps, value: Any, origin: tuple[Document, Steps] | str) -> None:
        """Put a part at a path, in place of what is there. Parts on the way are made where they are missing."""
        value = lists(value)
        here = self.data
        for step in path[:-1]:
            there = here.get(step) if isinstance(here, dict) else here[step]
            if not isinstance(there, (dict, list)):
                there = here[step] = {}
            here = there
        last = path[-1]
        if isinstance(here, list) and last == len(here):
            here.append(value)
        else:
            here[last] = value
        for old in [steps for steps in self.origins if steps[: len(path)] == path]:
            del self.origins[old]
        self.origins[path] = origin

    def settle(self) -> None:
        """Make of its lists what readers of YAML give: nothing is put after this."""
        self.data = _tuples(self.data)


def read_layers(path: Path) -> Merged:
    """Read a scenario's file and what it is based on, ready for more to be put. Raise `BadScenario`."""
    documents = [_document(path)]
    folder = path.parent
    while (base := at(documents[-1].data, ("based_on",))) is not None:
        where = documents[-1].place(("based_on",))
        if not isinstance(base, str) or "/" in base or "\\" in base:
            message = "`based_on` must be the name of a file beside the scenario"
            raise BadScenario([Finding("wrong-value", where, message, advice="Write, say, `default.yaml`.")])
        if len(documents) == DEEPEST or any(other.text.name == str(folder / base) for other in documents):
            raise BadScenario([Finding("circle", where, "the scenario is, in the end, based on itself")])
        documents.append(_document(folder / base, where))
    merged = Merged(documents[0].text, {}, documents[0].values, documents[0].keys)
    for document in reversed(documents):
        _lay(merged, document)
    return merged


def _document(path: Path, named_at: str = "") -> Document:
    """One file's document; `named_at` is where another names it."""
    try:
        text = decode(str(path), path.read_bytes())
    except OSError as error:
        meant = closest(path.name, _beside(path))
        advice = f"Did you mean `{meant}`?" if meant else "Name a scenario's YAML file."
        message = f"cannot read the scenario: {error.strerror}" + (f": {path}" if named_at else "")
        raise BadScenario([Finding("missing-file", named_at or str(path), message, advice=advice)]) from None
    if isinstance(text, Finding):
        raise BadScenario([text])
    document, findings = parse(text)
    if not findings and not isinstance(document.data, dict):
        message = "a scenario is keys with values, such as `title: ...`"
        findings = (Finding("wrong-type", document.place(()), message),)
    if findings:
        raise BadScenario(findings)
    return document


def _beside(path: Path) -> list[str]:
    try:
        return [other.name for other in path.parent.iterdir() if other.suffix == ".yaml"]
    except OSError:
        return []


def _lay(merged: Merged, document: Document) -> None:
    """Lay one document over those before it."""
    for section, value in document.data.items():
        old = merged.data.get(section)
        if section in ADDED and isinstance(value, tuple):
            rows = merged.data.setdefault(section, [])
            if isinstance(rows, list):
                for index, row in enumerate(value):
                    merged.put((section, len(rows)), row, (document, (section, index)))
                continue
        if section == "openings" and isinstance(value, tuple) and isinstance(old, list):
            _openings(merged, document, value)
        elif section in SETTINGS and isinstance(value, dict):
            merged.data.setdefault(section, {})
            for name in value:
                _setting(merged, document, (section, name))
        elif section in ("rules", "population") and isinstance(value, dict) and isinstance(old, dict):
            _over(merged, document, (section,))
        else:
            merged.put((section,), value, (document, (section,)))


def _openings(merged: Merged, document: Document, value: tuple[Any, ...]) -> None:
    """An opening replaces the one of the same tier."""
    rows = merged.data["openings"]
    for index, row in enumerate(value):
        tier = row.get("tier") if isinstance(row, dict) else None
        same = (place for place, other in enumerate(rows) if isinstance(other, dict) and other.get("tier") == tier)
        merged.put(("openings", next(same, len(rows))), row, (document, ("openings", index)))


def _setting(merged: Merged, document: Document, path: Steps) -> None:
    """A plain number replaces all that was said of a parameter; a mapping changes what it names."""
    value, old = at(document.data, path), at(merged.data, path)
    if isinstance(value, dict) and "value" not in value and old is not None:
        if not isinstance(old, dict) or "value" in old:
            origin = merged.origins[path]
            merged.put(path, {}, (document, path))
            merged.put((*path, "default"), old, origin)
        _over(merged, document, path)
    else:
        merged.put(path, value, (document, path))


def _over(merged: Merged, document: Document, path: Steps) -> None:
    """Lay a mapping over another, deep; figures (`value: ...`) and lists whole."""
    value, old = at(document.data, path), at(merged.data, path)
    if isinstance(value, dict) and isinstance(old, dict) and not ({"value"} & (value.keys() | old.keys())):
        for key in value:
            _over(merged, document, (*path, key))
    else:
        merged.put(path, value, (document, path))


def _tuples(value: Any) -> Any:
    """Lists as the reader of YAML gives them."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value
