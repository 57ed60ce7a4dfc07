"""Opening statements from CSV files: who is a member, who holds what, how many members the units below have.

Each file is UTF-8 with a header; every fault is told with file:line:column, and nothing is used of files that have any.

- members: ``person,name,unit`` and, where known, ``label,standing,since``
- holders: ``unit,post,person`` and, where known, ``name,label,since,until,source``; ``until`` is the day the term ends
- figures: ``unit,members``
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quorate.charter.files import MAX_CSV
from quorate.charter.findings import Finding, nearest
from quorate.charter.model import Charter
from quorate.charter.text import decode
from quorate.charter.units import Row, Table, table
from quorate.clauses.election import capacity_of
from quorate.cli.failing import Faults
from quorate.terms import dates
from quorate.terms.parts import Office, Organ

Statement = dict[str, Any]
ADVICE = "Nothing was written."


@dataclass(frozen=True, slots=True)
class Sources:
    """The CSV files an opening is read from, each None where there is none."""

    members: Path | None = None
    holders: Path | None = None
    figures: Path | None = None


@dataclass(slots=True)
class _Reader:
    """Collects the statements, and the faults, of all the files."""

    charter: Charter
    units: frozenset[str]
    at: str
    found: dict[str, Statement]
    faults: list[str] = field(default_factory=list)
    homes: dict[str, tuple[str, Statement]] = field(default_factory=dict)

    def fault(self, source: Table, row: Row, column: str, problem: str, advice: str = "") -> None:
        self.faults.append(f"{source.where(row, column)}: {problem}.{f' {advice}' if advice else ''}")

    def day(self, source: Table, row: Row, column: str) -> str | None:
        """A cell's date, None where it is empty or wrong."""
        cell = source.cell(row, column)
        if not cell:
            return None
        try:
            return dates.moment(cell)
        except dates.BadDate as error:
            self.fault(source, row, column, f"`{column}` {error.what}", error.advice)
            return None

    def text(self, source: Table, row: Row, column: str) -> str:
        """A cell that must not be empty."""
        cell = source.cell(row, column)
        if not cell:
            self.fault(source, row, column, f"`{column}` is empty")
        return cell

    def unit(self, source: Table, row: Row) -> str | None:
        """A cell's unit, if it is one that is being opened."""
        cell = self.text(source, row, "unit")
        if not cell or cell in self.units:
            return cell or None
        if cell in self.charter.known:
            self.fault(source, row, "unit", f"{cell} is not being opened", "Name it with --unit, or leave out the row.")
        else:
            self.fault(source, row, "unit", f"there is no unit {cell!r}", nearest(cell, self.charter.known))
        return None

    def member(self, source: Table, row: Row) -> None:
        """Take in a row of the members."""
        person, name, unit = self.text(source, row, "person"), self.text(source, row, "name"), self.unit(source, row)
        since = self.day(source, row, "since")
        if since and since > self.at:
            self.fault(source, row, "since", f"{dates.day(since)} is after the opening on {dates.day(self.at)}")
        if unit and not self.charter.tiers[self.charter.known[unit].tier].basic:
            self.fault(source, row, "unit", f"{self.charter.name(unit)} is no basic organisation, and has no members")
        elif person in self.homes:
            self.fault(source, row, "person", f"{person} is a member of {self.homes[person][0]} already")
        elif unit and person and name:
            kept = {"person": person, "name": name, "since": since, **self.optional(source, row, "label", "standing")}
            member = {key: value for key, value in kept.items() if value}
            self.homes[person] = (unit, member)
            self.found[unit].setdefault("members", []).append(member)

    def optional(self, source: Table, row: Row, *columns: str) -> Statement:
        """The cells of optional columns that are filled."""
        return {column: cell for column in columns if (cell := source.cell(row, column))}

    def holder(self, source: Table, row: Row) -> None:
        """Take in a row of the holders."""
        unit, post, person = self.unit(source, row), self.text(source, row, "post"), self.text(source, row, "person")
        since, until = self.day(source, row, "since"), self.day(source, row, "until")
        if since and since > self.at:
            self.fault(source, row, "since", f"{dates.day(since)} is after the opening on {dates.day(self.at)}")
        if since and until and until <= since:
            self.fault(source, row, "until", f"the term ends on {dates.day(until)}, before it begins")
        if unit and post and person and self._fits(source, row, unit, post, person):
            kept = {"post": post, "person": person, "since": since, "until": until}
            kept |= self.optional(source, row, "name", "label", "source")
            self.found[unit].setdefault("holders", []).append({k: v for k, v in kept.items() if v})
            self._introduce(unit, person)

    def _fits(self, source: Table, row: Row, unit: str, post: str, person: str) -> bool:
        """Whether the unit has the post, and a place in it."""
        tier = self.charter.known[unit].tier
        parts: dict[str, Organ | Office] = {**self.charter.organs, **self.charter.offices}
        here = [ident for ident, part in parts.items() if part.tier == tier and (not part.units or unit in part.units)]
        if post not in here:
            self.fault(source, row, "post", f"{self.charter.name(unit)} has no post {post!r}", nearest(post, here))
            return False
        held = [holder["person"] for holder in self.found[unit].get("holders", ()) if holder["post"] == post]
        limit = capacity_of(post, self.charter)
        if person in held:
            self.fault(source, row, "person", f"{person} is stated to hold {post} in {unit} twice")
        elif limit is not None and len(held) >= limit:
            seats = "one seat" if limit == 1 else f"{limit} seats"
            self.fault(
                source, row, "post", f"the {self.charter.name(post)} of {unit} has {seats}, and this is one more"
            )
        else:
            return True
        return False

    def _introduce(self, unit: str, person: str) -> None:
        """Let a unit know the name and basic organisation of a holder who is a member elsewhere."""
        home = self.homes.get(person)
        if home is not None and home[0] != unit:
            known = {k: v for k, v in home[1].items() if k in ("person", "name", "label")} | {"unit": home[0]}
            persons = self.found[unit].setdefault("persons", [])
            if known not in persons:
                persons.append(known)

    def figure(self, source: Table, row: Row) -> None:
        """Take in a row of the figures: every open unit above gets to know it."""
        unit, members = self.text(source, row, "unit"), self.text(source, row, "members")
        if unit and unit not in self.charter.known:
            self.fault(source, row, "unit", f"there is no unit {unit!r}", nearest(unit, self.charter.known))
        elif members and not (members.isascii() and members.isdigit()):
            self.fault(source, row, "members", f"{members!r} is not a whole number")
        elif unit and members:
            above = self.charter.known[unit].parent
            while above is not None:
                if above in self.units:
                    self.found[above].setdefault("figures", {})[unit] = {"members": int(members)}
                above = self.charter.known[above].parent


def statements(charter: Charter, units: list[str], at: str, sources: Sources) -> dict[str, Statement]:
    """The opening statement of each unit, from CSV files. Raise `Faults` with everything that is wrong in them."""
    reader = _Reader(charter, frozenset(units), dates.moment(at), {unit: {} for unit in units})
    jobs: tuple[tuple[Path | None, tuple[str, ...], Callable[[Table, Row], None]], ...] = (
        (sources.members, ("person", "name", "unit"), reader.member),
        (sources.holders, ("unit", "post", "person"), reader.holder),
        (sources.figures, ("unit", "members"), reader.figure),
    )
    for path, columns, take in jobs:
        for source, row in _rows(path, columns, reader.faults) if path else ():
            take(source, row)
    if reader.faults:
        raise Faults(reader.faults, ADVICE)
    return reader.found


def _rows(path: Path, columns: tuple[str, ...], faults: list[str]) -> Iterator[tuple[Table, Row]]:
    try:
        if path.stat().st_size > MAX_CSV:
            faults.append(f"{path}: the file is larger than {MAX_CSV:,} bytes.")
            return
        data = path.read_bytes()
    except OSError as error:
        faults.append(f"{path}: it cannot be read: {error.strerror or error}.")
        return
    text = decode(str(path), data)
    if isinstance(text, Finding):
        faults.append(str(text))
        return
    found, problems = table(text, columns)
    faults += [str(problem) for problem in problems]
    for row in found.rows if found else ():
        assert found is not None
        yield found, row
