"""`quorate check`."""

from __future__ import annotations

from typing import Annotated

import typer

from quorate.cli.failing import BAD_INPUT, FINDINGS
from quorate.cli.options import AsJson, CharterPlace
from quorate.cli.show import as_json, count, screen


def run(
    charter: CharterPlace,
    json: AsJson = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Show at most so many findings.")] = 50,
) -> None:
    """Find everything that is wrong with a charter.

    Each finding has its file:line:column, and the nearest valid name where there is one. Exit code 1 for findings, 2
    where there is no charter to check.

    Example: quorate check club
    """
    from quorate.charter.read import load

    found, findings = load(charter)
    missing = found is None and [finding.code for finding in findings] == ["missing-file"]
    if json:
        rows = [
            {"code": f.code, "where": f.where, "message": f.message, "clause": f.clause, "advice": f.advice}
            for f in findings
        ]
        as_json({"charter": found.file.id if found else None, "findings": rows})
    else:
        out = screen(stderr=missing)
        for finding in findings[:limit]:
            out.print(str(finding), soft_wrap=True)
        if len(findings) > limit:
            out.print(f"and {len(findings) - limit:,} more")
        if found is not None and not findings:
            parts = (
                count(len(found.clauses), "clause"),
                count(len(found.organs), "organ"),
                count(len(found.offices), "office"),
                count(len(found.known), "unit"),
            )
            stated = f"; states all {count(len(found.register), 'rule')} of its register" if found.register else ""
            out.print(f"{found.file.title}: {', '.join(parts)}{stated}. Nothing wrong found.")
    if findings:
        raise typer.Exit(BAD_INPUT if missing else FINDINGS)
