"""Read a charter and check it: bytes in, a `Charter` and findings out, and never an exception for what a file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from quorate.charter.circles import all_circles
from quorate.charter.contradictions import contradictions
from quorate.charter.document import parse
from quorate.charter.draft import Draft
from quorate.charter.faults import faults
from quorate.charter.files import MAIN, MAX_CSV, MAX_YAML, Files, Folder, Kept, is_plain
from quorate.charter.findings import MOST, CharterRefused, Finding, by_place, nearest, short
from quorate.charter.gather import gather
from quorate.charter.model import Charter, CharterFile
from quorate.charter.references import dangling, duplicates
from quorate.charter.text import Text, decode
from quorate.charter.units import Table, table

UNITS_COLUMNS = ("id", "tier", "name")
REGISTER_COLUMNS = ("id", "rule", "from")


def load(path: Path) -> tuple[Charter | None, tuple[Finding, ...]]:
    """Read the charter in a folder (or its YAML file) and check it.

    The charter is None if anything was found that makes it unfit for use. A rule of its register that no clause states
    is a finding (``rule-missing``) too, but leaves the charter usable.
    """
    return _load(_Source(Folder(Path(path))))


def load_files(
    files: Mapping[str, bytes], main: str = MAIN, where: str = ""
) -> tuple[Charter | None, tuple[Finding, ...]]:
    """The same for a charter kept as bytes, by file name. Nothing is read from disk; `where` goes before file names."""
    return _load(_Source(Kept(files, main, where)))


def read(path: Path) -> Charter:
    """The charter at a path. Raise `CharterRefused`, with all findings, if it is unfit for use."""
    charter, findings = load(path)
    if charter is None:
        raise CharterRefused(path, findings)
    return charter


def files_of(path: Path) -> dict[str, bytes]:
    """The bytes of a charter's files, for a record to keep: its YAML as ``charter.yaml``, and each CSV it names.

    `load_files` reads them back. Raise `CharterRefused` for a charter that is unfit for use.
    """
    source = _Source(Folder(Path(path)))
    charter, findings = _load(source)
    if charter is None:
        raise CharterRefused(path, findings)
    return source.taken


@dataclass
class _Source:
    """Fetches files, decoded, and keeps the bytes it fetched."""

    files: Files
    taken: dict[str, bytes] = field(default_factory=dict)

    def text(self, name: str, limit: int) -> Text | Finding:
        data = self.files.fetch(name, limit)
        if isinstance(data, Finding):
            return data
        self.taken[name] = data
        return decode(self.files.shown(name), data)


def _load(source: _Source) -> tuple[Charter | None, tuple[Finding, ...]]:
    # Size, then encoding: the file is not read at all if it is too large.
    text = source.text(MAIN, MAX_YAML)
    if isinstance(text, Finding):
        return None, (text,)

    # Form: YAML as plain data, with the place of each part.
    document, found = parse(text)
    if found:
        return None, by_place(found)

    # Shape: the language's own keys, types and values.
    try:
        file = CharterFile.model_validate(document.data, strict=True)
    except ValidationError as error:
        return None, by_place(faults(error.errors(include_url=False), document, CharterFile))
    draft = Draft(document, file)

    # The CSV files the charter names.
    draft.table, found_units = _csv(source, draft, ("units", "file"), file.units.file, UNITS_COLUMNS)
    register, found_rows = _csv(source, draft, ("register",), file.register_, REGISTER_COLUMNS)
    rules, found_rules = _rules(register) if register else ({}, [])
    findings = [*found_units, *found_rows, *found_rules]

    # Units, then ids and what refers to them, then circles.
    if not found_units:
        gathered = gather(draft)
        findings += gathered
        if len(gathered) < MOST:  # else not all units are known, and references to them cannot be judged
            findings += dangling(draft)
    findings += duplicates(draft)
    if not findings:
        findings += all_circles(draft)
    if findings:
        return None, by_place(findings)

    # Sense: numbers that cannot be, clauses that contradict one another.
    charter = Charter(file, draft.units, {ident: (rule, cite) for ident, (rule, cite, _) in rules.items()})
    charter.index()
    findings += contradictions(draft, charter)
    if findings:
        return None, by_place(findings)

    # Completeness: every rule of the register is a clause.
    return charter, by_place(_missing(charter, rules))


def _csv(
    source: _Source, draft: Draft, path: tuple[str, ...], name: str | None, columns: tuple[str, ...]
) -> tuple[Table | None, list[Finding]]:
    """A CSV file that the charter names at `path`."""
    if name is None:
        return None, []
    if not is_plain(name):
        advice = "Name a file beside the charter, such as units.csv."
        return None, [draft.finding("file-name", path, f"`{short(name)}` does not lie beside the charter", advice)]
    text = source.text(name, MAX_CSV)
    if isinstance(text, Finding):
        if text.code != "missing-file":
            return None, [text]
        return None, [draft.finding(text.code, path, f"{text.message}: {text.where}", text.advice)]
    return table(text, columns)


def _rules(register: Table) -> tuple[dict[str, tuple[str, str, str]], list[Finding]]:
    """The register's rules (what each says, where it comes from, its place); rows without an id of their own."""
    found: dict[str, tuple[str, str, str]] = {}
    findings: list[Finding] = []
    for row in register.rows:
        if len(findings) >= MOST:
            break
        ident, where = register.cell(row, "id"), register.where(row, "id")
        if not ident:
            findings.append(Finding("missing-key", where, "the rule has no `id`", advice="Give the id of its clause."))
        elif ident in found:
            advice = f"The first stands at {found[ident][2]}."
            findings.append(Finding("duplicate-id", where, f"two rules have the id `{short(ident)}`", advice=advice))
        else:
            found[ident] = (register.cell(row, "rule"), register.cell(row, "from"), where)
    return found, findings


def _missing(charter: Charter, rules: Mapping[str, tuple[str, str, str]]) -> list[Finding]:
    free = [ident for ident in charter.by_id if ident not in rules]
    missing = [(ident, rule, where) for ident, (rule, _, where) in rules.items() if ident not in charter.by_id]
    found = []
    for ident, rule, where in missing[:MOST]:
        near = nearest(ident, free)
        advice = near if near.startswith("Did") else "Add a clause with that id."
        found.append(
            Finding("rule-missing", where, f"no clause states the rule `{ident}`: {short(rule)}", advice=advice)
        )
    return found
