"""`quorate roster`: of a record, or from a log that was gathered from sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from quorate.cli.options import AsJson, On, OneUnit, RecordPlace, day_of, now
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, count, dim, heading, indented, screen, table, when
from quorate.errors import QuorateError
from quorate.log.tables.dates import NEVER
from quorate.views.roster import Body, Holder, Post, Roster
from quorate.views.tenures import Evidence

MANY = 5  # members seated alike who are listed together
LOG = "--log"


class NoCharter(QuorateError):
    """A log without the charter it is to be read by."""

    def __init__(self, log: Path) -> None:
        super().__init__("a log is read by a charter, and none is named", where=str(log), advice="Add `--charter`.")


class NotTogether(QuorateError):
    """What is for records, given with what is for logs."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(f"{problem}.", advice=advice)


class RosterCommand(RecordCommand):
    """The command with a record and a unit, or with a log instead of both."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the framework's own context
        """Ask for no record and no unit where a log is given."""
        if not any(arg == LOG or arg.startswith(f"{LOG}=") for arg in args):
            return super().parse_args(ctx, args)
        for param in self.params:
            param.required = False
        return list(typer.core.TyperCommand.parse_args(self, ctx, args))


COMMAND = RosterCommand


def run(
    record: RecordPlace,
    unit: OneUnit,
    on: On = "today",
    log: Annotated[
        Path | None,
        typer.Option(
            LOG,
            help="Ask a log gathered from sources: a folder of CSV files with their mappings, or any table. RECORD is "
            "then left out; --unit asks for one unit alone.",
            show_default=False,
        ),
    ] = None,
    charter: Annotated[
        Path | None, typer.Option("--charter", help="With --log: the charter to read it by.", show_default=False)
    ] = None,
    office: Annotated[
        str | None, typer.Option("--office", help="With --log: only this office.", show_default=False)
    ] = None,
    json: AsJson = False,
) -> None:
    """Show who holds what in a unit on any day.

    And what is vacant since when, who acts, and who is elected and awaits an approval.

    With --log: who held an office in each unit certainly, who possibly, and of which units nothing is known.

    Example: quorate roster book --unit B1 --on 2015-03-01
    """
    if log is not None:
        if record is not None:
            raise NotTogether(f"a record and {LOG} do not go together", "Leave one out.")
        return _observed(log, charter, on, office, unit, json=json)
    if charter is not None or office is not None:
        raise NotTogether(f"--charter and --office need {LOG}", "A record has its own charter, and shows all offices.")
    from quorate.views import roster

    with opened(record) as found:
        answer = roster(found, unit, day_of(found, on))
    if json:
        return as_json(answer.as_json())
    return show(answer)


def _observed(log: Path, place: Path | None, on: str, office: str | None, unit: str | None, *, json: bool) -> None:
    from quorate.charter.read import read
    from quorate.cli.observed import show as show_observed
    from quorate.cli.progress import bar
    from quorate.views.gathered import read_evidence
    from quorate.views.observed import observed_roster

    if place is None:
        raise NoCharter(log)
    charter = read(place)
    with TemporaryDirectory() as work, bar("Reading the log") as tick:
        evidence = read_evidence(log, charter.file.id, Path(work), lambda done, total: tick(done, total or done))
    answer = observed_roster(evidence, charter, _asked(on, evidence), office, unit, str(log))
    return as_json(answer.as_json()) if json else show_observed(answer)


def _asked(on: str, evidence: Iterable[Evidence]) -> str:
    """The day a question about a log is about; `last` is that of its last entry whose latest moment is told."""
    if on == "today":
        return now()[:10]
    told = [item.latest for item in evidence if item.latest != NEVER]
    return max(told).date().isoformat() if on == "last" and told else on


def show(answer: Roster) -> None:
    """Print a roster."""
    out = screen()
    out.print(heading(_named(answer.name, answer.label), answer.unit, answer.tier, f"on {when(answer.on)}"))
    for body in answer.organs:
        out.print()
        out.print(heading(_named(body.name, body.label), _size(body)))
        rows = _table(*body.offices, body.seats)
        if rows.row_count:
            out.print(indented(rows))
    if answer.offices:
        out.print()
        out.print(heading("Offices on no organ"))
        out.print(indented(_table(*answer.offices)))


def _named(name: str, label: str | None) -> str:
    return f"{name} {label}" if label else name


def _size(body: Body) -> str:
    if body.membership == "everyone":
        return f"all {count(body.members, 'member')}"
    if body.membership == "credentials":
        return f"{count(body.members, 'accepted representative')}"
    if body.size is None:
        return count(body.members, "member")
    return f"{body.members} of {count(body.size, 'seat')} held"


def _table(*posts: Post) -> Table:
    shown = table("post", "holder", ("time", "n"), "basis")
    shown.show_header = False
    for post in posts:
        name = _named(post.name, post.label) if post.kind == "office" else "member"
        for row in _rows(post):
            shown.add_row(name, *row)
            name = ""
    return shown


def _rows(post: Post) -> Iterator[tuple[Text, str, Text]]:
    for time, basis, names in _alike(post):
        yield names, time, dim(basis)
    if post.vacant:
        many = "vacant" if post.seats == 1 else f"{post.vacant} vacant"
        yield Text(many, style="bold red"), f"since {_day(post.vacant_since)}", dim("")
    for claim in post.claims:
        grounds = ", ".join(claim.grounds)
        yield Text(str(claim.person), style="cyan"), _day(claim.since), Text(f"{grounds}, {claim.awaits}", style="cyan")


def _alike(post: Post) -> Iterator[tuple[str, str, Text]]:
    """The holders, each on a line; many who sit from the same day to the same day on the same ground, together."""
    groups: dict[tuple[str, str, bool], list[Holder]] = {}
    for holder in post.holders:
        end = f" to {_day(holder.until)}" if holder.until else ""
        time, basis = f"from {_day(holder.since)}{end}", holder.basis.replace("+", ", ")
        groups.setdefault((time, basis, holder.acting), []).append(holder)
    for (time, basis, acting), holders in groups.items():
        if len(holders) > MANY:
            yield time, basis, Text(", ".join(str(holder.person) for holder in holders))
            continue
        for holder in holders:
            mark = Text(" (acting)" if acting else "", style="yellow")
            yield time, basis, Text(str(holder.person)).append_text(mark)


def _day(at: str | None) -> str:
    return when(at)[:10]
