"""Findings: what an audit found, kept as Parquet beside the log, to be asked, shown and handed on."""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from quorate.charter.model import Charter
from quorate.log.tables.files import Traits, whole
from quorate.log.tables.parquet import plain, quoted, scan

VERDICTS = ("kept", "breached", "possibly breached", "unknown")
SERIOUS = "CASE verdict WHEN 'breached' THEN 0 WHEN 'possibly breached' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END"
ORDER = f'{SERIOUS}, "on", clause, unit, key'


@dataclass(frozen=True, slots=True)
class Subject:
    """What was audited: the log's name, its table as Parquet files, its entries, the world, the days looked at; and
    what is known of all of its entries, where that was found out by the way.
    """

    name: str
    paths: tuple[Path, ...]
    rows: int
    record: str
    start: str
    until: str
    traits: Traits | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a clause was kept, breached, possibly breached, and how often it cannot be told; in how many units it
    was breached.
    """

    clause: str
    kept: int
    breached: int
    possibly: int
    unknown: int
    units: int


class Findings:
    """What an audit found. Rows are `clause`, `unit`, `key`, `period`, `on`, `verdict`, `how`, `says`, `count`,
    `evidence` (ids of entries), `sources`; kept acts are counted by unit and period, all else stands one by one.

    The rows lie in a folder, and are read when asked for; with a temporary folder they are gone when this object is.
    """

    def __init__(
        self, charter: Charter, subject: Subject, folder: Path, work: object = None, clauses: Sequence[str] = ()
    ) -> None:
        self.charter, self.subject, self.folder = charter, subject, folder
        self._work = work  # keeps the temporary folder while the findings live
        self.clauses = tuple(clauses) or tuple(clause.id for clause in charter.clauses)
        self._con = duckdb.connect()
        self._rows = f"read_parquet({quoted(plain(folder) + '/**/*.parquet')}, union_by_name=true)"

    # --- asking

    def query(self, sql: str, *given: Any) -> duckdb.DuckDBPyConnection:  # noqa: ANN401
        """Run SQL in which ``{rows}`` stands for the findings and ``{log}`` for the log's table."""
        text = sql.replace("{rows}", self._rows).replace("{log}", scan(list(self.subject.paths)))
        return self._con.cursor().execute(text, list(given))  # one asked before may not be read to its end

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """By clause, in the charter's order; clauses that demanded nothing have noughts."""
        found = {
            row[0]: Tally(*row)
            for row in self.query(
                """SELECT clause, sum(count) FILTER (verdict = 'kept'), sum(count) FILTER (verdict = 'breached'),
                sum(count) FILTER (verdict = 'possibly breached'), sum(count) FILTER (verdict = 'unknown'),
                count(DISTINCT unit) FILTER (verdict = 'breached') FROM {rows} GROUP BY clause"""
            ).fetchall()
        }
        found = {name: Tally(name, *(int(n or 0) for n in astuple(tally)[1:])) for name, tally in found.items()}
        order = [*self.clauses, *sorted(found.keys() - set(self.clauses))]
        return tuple(found.get(clause, Tally(clause, 0, 0, 0, 0, 0)) for clause in order)

    @property
    def totals(self) -> dict[str, int]:
        """How many demands were kept, breached, possibly breached, and cannot be told."""
        sums = [sum(getattr(t, name) for t in self.tallies) for name in ("kept", "breached", "possibly", "unknown")]
        return dict(zip(VERDICTS, sums, strict=True))

    def rows(self, *verdicts: str, limit: int | None = None) -> Iterator[dict[str, Any]]:
        """Findings of some verdicts (default: all but those kept), the most serious first, then by date."""
        asked = verdicts or VERDICTS[1:]
        sql = f"SELECT * FROM {{rows}} WHERE list_contains(?, verdict) ORDER BY {ORDER}"
        found = self.query(sql + (f" LIMIT {int(limit)}" if limit is not None else ""), list(asked))
        names = [column[0] for column in found.description or ()]
        while batch := found.fetchmany(10_000):
            for row in batch:
                yield dict(zip(names, row, strict=True))

    def entries(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Entries of the log, by id: what evidence points to."""
        found = self.query("SELECT * FROM {log} WHERE list_contains(?, entry)", sorted(set(ids)))
        names = [column[0] for column in found.description or ()]
        return {row[names.index("entry")]: dict(zip(names, row, strict=True)) for row in found.fetchall()}

    def __len__(self) -> int:
        found = self.query("SELECT count(*) FROM {rows}").fetchone()
        return int(found[0]) if found else 0

    # --- handing on

    def to_arrow(self) -> Any:  # noqa: ANN401 - pyarrow has no types
        """All rows as a pyarrow table."""
        return self._con.cursor().sql(f"SELECT * FROM {self._rows} ORDER BY {ORDER}").to_arrow_table()

    def to_pandas(self) -> Any:  # noqa: ANN401 - as above
        """All rows as a pandas data frame."""
        return self.to_arrow().to_pandas()

    def as_dict(self, limit: int | None = None) -> dict[str, Any]:
        """The findings as plain values for JSON: what was audited, the tally by clause, and what was not kept."""
        rows = [
            {**row, "on": row["on"].isoformat(timespec="minutes") if row["on"] else None}
            for row in self.rows(limit=limit)
        ]
        about = self.charter.file
        return {
            "charter": {"id": about.id, "title": about.title},
            "log": {"name": self.subject.name, "entries": self.subject.rows},
            "record": self.subject.record,
            "from": self.subject.start,
            "to": self.subject.until,
            "totals": self.totals,
            "clauses": [asdict(tally) for tally in self.tallies],
            "findings": rows,
        }

    def write_json(self, path: Path | str) -> None:
        """Write `as_dict` to a file."""
        with whole(Path(path)) as part, part.open("w", encoding="utf-8") as file:
            json.dump(self.as_dict(), file, ensure_ascii=False, indent=1)

    def write_csv(self, path: Path | str) -> None:
        """Write what was not kept, one row each; evidence and sources are joined by ``; ``."""
        with whole(Path(path)) as part, part.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(_CSV)
            for row in self.rows():
                lists = {name: "; ".join(row[name] or ()) for name in ("evidence", "sources")}
                cells = row | lists | {"on": row["on"].isoformat(timespec="minutes") if row["on"] else ""}
                out.writerow([_plain(cells[name]) for name in _CSV])

    def html(self) -> str:
        """The report: one page, for a browser or a printer."""
        from quorate.auditing.published import report_of
        from quorate.auditing.report import render

        return render(report_of(self))

    def write_html(self, path: Path | str) -> None:
        """Write the report."""
        text = self.html()
        with whole(Path(path)) as part:
            part.write_text(text, encoding="utf-8")

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(t.clause)}</td>"
            + "".join(f"<td style='text-align:right'>{n:,}</td>" for n in (t.kept, t.breached, t.possibly, t.unknown))
            + "</tr>"
            for t in self.tallies
            if t.breached or t.possibly or t.unknown
        )
        heads = "".join(f"<th>{name}</th>" for name in ("clause", *VERDICTS))
        return f"<p>{html.escape(str(self))}</p><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def __str__(self) -> str:
        told = ", ".join(f"{count:,} {verdict}" for verdict, count in self.totals.items())
        return (
            f"{self.subject.name} against {self.charter.file.title}, {self.subject.start} to {self.subject.until} "
            f"({self.subject.record} record): {told}"
        )

    __repr__ = __str__


_CSV = ("clause", "unit", "key", "period", "on", "verdict", "how", "says", "count", "evidence", "sources")


def _plain(cell: Any) -> Any:  # noqa: ANN401 - a cell
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell
