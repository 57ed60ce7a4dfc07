"""`quorate roster`."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from quorate.cli.options import AsJson, On, OneUnit, RecordPlace, day_of
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, count, dim, heading, indented, screen, table, when
from quorate.views.roster import Body, Holder, Post, Roster

COMMAND = RecordCommand
MANY = 5  # members seated alike who are listed together


def run(record: RecordPlace, unit: OneUnit, on: On = "today", json: AsJson = False) -> None:
    """Show who holds what in a unit on any day.

    And what is vacant since when, who acts, and who is elected and awaits an approval.

    Example: quorate roster book --unit B1 --on 2015-03-01
    """
    from quorate.views import roster

    with opened(record) as found:
        answer = roster(found, unit, day_of(found, on))
    if json:
        return as_json(answer.as_json())
    return show(answer)


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
