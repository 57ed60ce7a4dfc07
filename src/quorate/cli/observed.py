"""How a roster from a gathered log looks: a line for each holder, what the doubt rests on, and numbered sources."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from quorate.cli.show import count, dim, heading, indented, screen, table, when
from quorate.views.observed import Holder, Line, ObservedRoster, PostRoster

STYLES = {"certainly": "green", "possibly": "yellow", "contradicted": "bold red"}


def show(answer: ObservedRoster) -> None:
    """Print a roster of posts in all their units, and the sources."""
    out = screen()
    sources: dict[str, int] = {}
    if not answer.posts:
        out.print(f"The log names no holder of any post that the charter {answer.charter} knows.")
    for post in answer.posts:
        name = f"{post.name} {post.label}" if post.label else post.name
        out.print(heading(name, f"on {when(answer.on)}", _totals(post)))
        rows = _lines(post, answer.on, sources)
        if rows.row_count:
            out.print()
            out.print(indented(rows))
        silent = [line.unit for line in post.units if line.status == "no source"]
        if silent:
            out.print()
            out.print(f"Nothing known of {', '.join(silent)}.")
        out.print()
    if answer.posts:
        out.print(dim("../D is D or any day before; A/B is some day from A to B. The day is taken at its end."))
    for note in answer.notes:
        out.print(note)
    if sources:
        out.print()
        out.print(heading("Sources"))
        for source, number in sources.items():
            out.print(f"  [{number}] {source}", soft_wrap=True)


def _totals(post: PostRoster) -> str:
    kinds = [line.status for line in post.units]
    words = (("certain", "certain"), ("possible", "possible"), ("not known", "not known"), ("no source", "no source"))
    parts = [f"{kinds.count(kind)} {word}" for kind, word in words if kind in kinds]
    if "contradiction" in kinds:
        parts.append(count(kinds.count("contradiction"), "contradiction"))
    return f"{count(len(kinds), 'unit')}: {', '.join(parts)}"


def _lines(post: PostRoster, on: str, sources: dict[str, int]) -> Table:
    shown = table("unit", ("holder", "n"), ("held it", "n"), "as told (EDTF; confidence)", "sources")
    for line in post.units:
        if line.status == "no source":
            continue
        unit = Text(f"{line.unit} {line.name}")
        for row in _rows(line, on, sources):
            shown.add_row(unit, *row)
            unit = Text("")
    return shown


def _rows(line: Line, on: str, sources: dict[str, int]) -> Iterator[tuple[Text, Text, Text, Text]]:
    nothing = Text("")
    if line.status == "contradiction":
        yield nothing, Text("contradicted", style=STYLES["contradicted"]), Text(line.says), nothing
    for holder in line.holders:
        sure = Text(holder.held, style=STYLES[holder.held])
        yield Text(str(holder.person)), sure, _told(holder, on), dim(_cited(holder, sources))
    if line.status == "not known":
        yield nothing, Text("not known", style="bold"), Text(line.says), nothing
    elif line.status == "possible":
        yield dim("or somebody else"), nothing, nothing, nothing


def _told(holder: Holder, on: str) -> Text:
    """What is told of a tenure: of several sightings the last up to the day and the first after it; of a doubtful
    holder, also between which days others held the post.
    """
    parts = [" ".join(f"{word} {at}" for word, at in (("from", holder.took), ("to", holder.left)) if at)]
    parts += [f"named {at}" for at in _nearest(holder, on)]
    parts += [f"{word} {at}" for word, at in (("not before", holder.not_before), ("not after", holder.not_after)) if at]
    sure = f" ({', '.join(holder.confidence)})" if holder.confidence else ""
    return Text("; ".join(filter(None, parts))).append(sure, style="dim")


def _nearest(holder: Holder, on: str) -> list[str]:
    implied = (holder.took or "").removeprefix("../")  # first named then, which the line says already
    named = sorted({at for at in holder.named if at != implied})
    return [*[at for at in named if at <= on][-1:], *[at for at in named if at > on][:1]]


def _cited(holder: Holder, sources: dict[str, int]) -> str:
    cited = dict.fromkeys(proof.source for proof in holder.evidence if proof.source)
    return " ".join(f"[{sources.setdefault(source, len(sources) + 1)}]" for source in cited)
