"""`quorate audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from quorate.cli.failing import FINDINGS
from quorate.cli.options import AsJson
from quorate.cli.progress import bar
from quorate.cli.show import as_json, count, screen, table

if TYPE_CHECKING:
    from quorate.auditing.findings import Findings, Tally


def run(
    log: Annotated[
        Path,
        typer.Argument(
            metavar="LOG", help="A record, our export, Parquet, CSV or XES; docs/reference/logs.md.", show_default=False
        ),
    ],
    charter: Annotated[
        Path, typer.Option("--charter", "-c", help="The charter's folder or YAML file.", show_default=False)
    ],
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", "-m", help="How columns become entries, for CSV and XES.", show_default=False),
    ] = None,
    record: Annotated[
        Literal["complete", "partial"] | None,
        typer.Option(
            "--record",
            help="Whether what the log does not hold was not done (complete) or is not known (partial).",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day looked at.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day looked at.", show_default=False)
    ] = None,
    clause: Annotated[
        list[str] | None, typer.Option("--clause", help="Only this clause; may be repeated.", show_default=False)
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the report, one self-contained page.", show_default=False)
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write what was not kept as CSV.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Keep all findings, as Parquet, in this folder.", show_default=False)
    ] = None,
    engine: Annotated[
        Literal["duckdb", "spark"],
        typer.Option("--engine", help="Where it runs; spark needs the extra `spark`."),
    ] = "duckdb",
    memory: Annotated[str, typer.Option("--memory", metavar="SIZE", help="What it may use, for large logs.")] = "3GB",
    each: Annotated[
        bool, typer.Option("--each", help="Judge every meeting by itself, also where a large log has many alike.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show at most so many findings.")] = 20,
    json: AsJson = False,
) -> None:
    """Audit a log against a charter: what was kept, breached, or cannot be known.

    Exit code 1 where something was breached, 2 where the log or the charter cannot be used.

    Example: quorate audit book --charter club
    """
    from quorate.auditing.run import audit

    with bar("auditing") as tick:
        found = audit(
            log,
            charter,
            mapping=mapping,
            out=out,
            progress=lambda done, total, _what: tick(done, total),
            record=record,
            start=start,
            until=until,
            clauses=tuple(clause or ()),
            engine=engine,
            memory=memory,
            each=each,
        )
    if html:
        found.write_html(html)
    if csv:
        found.write_csv(csv)
    if json:
        as_json(found.as_dict())
    else:
        _show(found, limit, html)
    if found.totals["breached"]:
        raise typer.Exit(FINDINGS)


def _show(found: Findings, limit: int, html: Path | None) -> None:
    out = screen()
    subject = found.subject
    world = "what is missing was not done" if subject.record == "complete" else "what is missing is not known"
    entries = count(subject.rows, "entry", "entries")
    out.print(f"{found.charter.file.title}: {subject.name}, {entries}, {subject.start} to {subject.until}")
    out.print(f"Read as a {subject.record} record: {world}.\n")
    out.print(_clauses(found))
    out.print(", ".join(f"{number:,} {verdict}" for verdict, number in found.totals.items()) + ".")
    rows = list(found.rows("breached", "possibly breached", limit=limit))
    if rows:
        out.print()
        shown = table(("day", "n"), ("clause", ""), ("unit", ""), ("verdict", "n"), ("finding", ""), ("evidence", ""))
        for row in rows:
            day = row["on"].date().isoformat() if row["on"] else ""
            says = f"{row['says']} ({row['how']})" if row["how"] in ("late", "missing") else row["says"]
            shown.add_row(day, row["clause"], row["unit"], row["verdict"], says, " ".join(row["evidence"] or ()))
        out.print(shown)
        left = found.totals["breached"] + found.totals["possibly breached"] - len(rows)
        if left > 0:
            out.print(f"and {left:,} more; --limit shows more, --html and --csv all of them")
    if html:
        out.print(f"\nThe report is in {html}.")


def _clauses(found: Findings) -> object:
    """The clauses of which something is not kept, how many were kept throughout, and of how many nothing was asked."""
    shown = table(("clause", ""), ("kept", "r"), ("breached", "r"), ("possibly", "r"), ("unknown", "r"), ("units", "r"))
    troubled = [tally for tally in found.tallies if tally.breached or tally.possibly or tally.unknown]
    for tally in troubled:
        shown.add_row(tally.clause, *_numbers(tally))
    whole = sum(1 for t in found.tallies if t.kept and not (t.breached or t.possibly or t.unknown))
    silent = len(found.tallies) - len(troubled) - whole
    if whole:
        shown.add_row(f"{count(whole, 'other clause')} kept throughout", "", "", "", "", "")
    if silent:
        shown.add_row(f"{count(silent, 'clause')} not put to the test", "", "", "", "", "")
    return shown


def _numbers(tally: Tally) -> list[str]:
    numbers = (tally.kept, tally.breached, tally.possibly, tally.unknown, tally.units)
    return [f"{number:,}" if number else "" for number in numbers]
