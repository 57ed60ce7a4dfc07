"""What a scenario changes in the charter: clauses with other fields, clauses added, clauses dropped.

The changed charter is written as a charter's files and read as any charter is, so nothing is simulated that `quorate
check` would refuse; what it finds is told at the line of the scenario.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from quorate.charter.document import Path as Steps
from quorate.charter.document import at, parse, resolve
from quorate.charter.files import MAIN
from quorate.charter.findings import Finding, closest, nearest
from quorate.charter.model import Charter
from quorate.charter.read import files_of, load_files, read
from quorate.charter.text import decode
from quorate.simulate.scenario.errors import BadScenario
from quorate.simulate.scenario.model import Scenario
from quorate.simulate.scenario.parts import lists
from quorate.simulate.scenario.read import checked, shaped

ADD, DROP, FOLLOWING = "add", "drop", "following"
EVIDENCE = ("source", "assumed")


class Misfit(Exception):
    """A rule that cannot be laid over the charter: where in the rules, what, advice."""

    def __init__(self, path: Steps, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.path, self.message, self.advice = path, message, advice


def changed_charter(folder: Path, scenario: Scenario) -> Charter:
    """The charter in a folder with the scenario's rules. Raise `CharterRefused` where the charter itself is unfit,
    `BadScenario` where the changed one is, or where the scenario does not fit it.
    """
    if not scenario.rules:
        return read(folder)
    files = changed_files(folder, scenario)
    charter, findings = load_files(files)
    if charter is None:
        raise BadScenario(_told(finding, files[MAIN], scenario) for finding in findings)
    merged = scenario.merged
    beside = checked(shaped(merged).model_copy(update={"rules": {}}), merged, charter, scenario.parameters)
    assert beside.values == scenario.values
    return charter


def changed_files(folder: Path, scenario: Scenario) -> dict[str, bytes]:
    """The changed charter's files, by name. Raise as `changed_charter` does, all but for its check."""
    files = files_of(folder)
    if not scenario.rules:
        return files
    text = decode(MAIN, files[MAIN])
    assert not isinstance(text, Finding)  # it has just been read
    document, _ = parse(text)
    try:
        data = changed_data(lists(document.data), scenario.rules)
    except Misfit as error:
        where = scenario.merged.place(("rules", *error.path), key=True)
        raise BadScenario([Finding("rule", where, error.message, advice=error.advice)]) from None
    head = f"# Changed by a scenario ({scenario.title}): {', '.join(scenario.rules)}.\n"
    return {**files, MAIN: (head + written(data)).encode()}


def write_changed(folder: Path, scenario: Scenario, out: Path) -> Path:
    """Write the changed charter's folder, whole or not at all; without rules it is the charter as it is."""
    made = out.with_name(f"{out.name}.part")
    shutil.rmtree(made, ignore_errors=True)
    for name, data in changed_files(folder, scenario).items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(data)
    shutil.rmtree(out, ignore_errors=True)
    return made.rename(out)


def changed_data(data: dict[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    """A charter's data with rules laid over its clauses. Raise `Misfit`."""
    clauses = {clause["id"]: clause for clause in data["clauses"]}
    for ident, rule in rules.items():
        if rule == DROP:
            _there(ident, clauses, (ident,), "clause")
            del clauses[ident]
        elif isinstance(rule, dict) and set(rule) == {ADD} and isinstance(rule[ADD], dict):
            if ident in clauses:
                raise Misfit((ident,), f"there is a clause `{ident}` already", "To change it, leave out `add`.")
            clauses[ident] = {"id": ident, **rule[ADD]}
        elif isinstance(rule, dict):
            _there(ident, clauses, (ident,), "clause")
            clauses[ident] = _over(clauses[ident], rule, (ident,))
        else:
            advice = "Write the fields that change, `{add: {...}}`, or `drop`."
            raise Misfit((ident,), f"`{rule}` is nothing that a clause can be changed to", advice)
    return {**data, "clauses": list(clauses.values())}


def _over(old: Any, new: Any, path: Steps) -> Any:
    """A field laid over another. A number changed has the evidence it states, and is assumed where it states none."""
    if not isinstance(new, dict):
        return new
    if isinstance(old, list) and all(isinstance(row, dict) and "id" in row for row in old):
        return _rows(old, new, path)
    if not isinstance(old, dict):
        return new
    figure = "value" in old or "value" in new
    kept = {key: value for key, value in old.items() if not (figure and key in EVIDENCE)}
    found = kept | ({"assumed": True} if figure and not (new.keys() & set(EVIDENCE)) else {})
    for key, value in new.items():
        if value == DROP:
            found.pop(key, None)
        else:
            found[key] = _over(old.get(key), value, (*path, key))
    return found


def _rows(old: list[Any], new: dict[str, Any], path: Steps) -> list[Any]:
    """A list of entries with ids, changed by id: fields replaced, an entry dropped, one added (at the end, or
    `following` another).
    """
    rows = list(old)
    for ident, value in new.items():
        ids = [row["id"] for row in rows]
        steps = (*path, ident)
        if isinstance(value, dict) and isinstance(value.get(ADD), dict) and value.keys() <= {ADD, FOLLOWING}:
            before = value.get(FOLLOWING, ids[-1] if ids else None)
            if FOLLOWING in value:
                _there(str(before), ids, (*steps, FOLLOWING), "entry")
            place = ids.index(before) + 1 if before is not None else 0
            rows.insert(place, {"id": ident, **value[ADD]})
            continue
        _there(ident, ids, steps, "entry")
        place = ids.index(ident)
        rows[place : place + 1] = [] if value == DROP else [_over(rows[place], value, steps)]
    return rows


def _there(ident: str, known: Collection[str], path: Steps, what: str) -> None:
    if ident not in known:
        near = closest(ident, known)
        advice = nearest(ident, known) if near else f"To add it, write `{ident}: {{add: {{...}}}}`."
        raise Misfit(path, f"there is no {what} `{ident}`", advice)


# --- told at the scenario's own lines


def _told(finding: Finding, text: bytes, scenario: Scenario) -> Finding:
    """A finding of the changed charter at the line of the rule that brings it about, or of all rules."""
    steps: Steps = ("rules",)
    if finding.clause in scenario.rules:
        steps = ("rules", str(finding.clause), *_steps(finding.where, text))
    message = f"with these rules the charter cannot be used: {finding.message}"
    return Finding(finding.code, scenario.merged.place(steps, key=True), message, finding.clause, finding.advice)


def _steps(where: str, text: bytes) -> Steps:
    """The steps below its clause of what stands at a place of the changed charter, entries of lists by their ids."""
    decoded = decode(MAIN, text)
    assert not isinstance(decoded, Finding)
    document = parse(decoded)[0]
    tables = (document.keys, document.values)
    paths = (path for table in tables for path, place in table.items() if decoded.where(place) == where)
    path = max(paths, key=len, default=())
    rows = {end: at(document.data, path[:end]) for end in range(3, len(path) + 1)}
    return tuple(row["id"] if isinstance(row, dict) and "id" in row else path[end - 1] for end, row in rows.items())


# --- YAML that our own reader reads back as it was


class _Dumper(yaml.SafeDumper):
    """Writes without aliases, and quotes every text that would be read as something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write every part out."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = isinstance(resolve(text), str) and text not in ("", "~") and text.casefold() != "null"
    style = None if plain else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def written(data: Any) -> str:
    """Data as YAML."""
    return str(yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=160))
