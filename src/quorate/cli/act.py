"""`quorate act`."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from quorate.cli.batch import Written, check_names, fields, kinds, read
from quorate.cli.failing import BAD_INPUT, FINDINGS
from quorate.cli.options import AsJson, now
from quorate.cli.place import RecordCommand, opened
from quorate.cli.show import as_json, dim, heading, indented, screen, table
from quorate.cli.told import Outcome, told
from quorate.errors import QuorateError
from quorate.run.record import Record
from quorate.run.verbs import SHAPES, Shape, shape_of
from quorate.terms.act import Act, Refusal

GROUP = 100  # acts of a file that become durable together; they are acknowledged after that


COMMAND = RecordCommand


class Incomplete(QuorateError):
    """An act without what every act needs."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what} is missing", advice=advice)


def run(
    record: Annotated[
        str | None, typer.Argument(metavar="RECORD", help="The record: its folder, or a postgresql:// address.")
    ] = None,
    verb: Annotated[str | None, typer.Argument(metavar="VERB", help="What is done, such as meeting.open.")] = None,
    stated: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE", help="What the act states: JSON where it is that, else text."),
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="The unit in which it is done.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="When: 2015-01-31 or 2015-01-31T09:30; left out: now.")] = None,
    actor: Annotated[str | None, typer.Option("--as", help="Who does it: a person's id.")] = None,
    organ: Annotated[str | None, typer.Option("--organ", help="The organ it is about, or in whose name.")] = None,
    office: Annotated[str | None, typer.Option("--office", help="The office in whose name it is done.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="The person or unit it is done to.")] = None,
    meeting: Annotated[str | None, typer.Option("--meeting", "-m", help="The meeting it belongs to.")] = None,
    ref: Annotated[str | None, typer.Option("--ref", help="What it is about: a matter, a motion, a document.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Where it is evidenced.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Record the acts of a YAML or JSON Lines file.")
    ] = None,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="With --file: go on after a refusal.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge the act, and record nothing.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show the verbs there are, or one verb's fields.")] = False,
    json: AsJson = False,
) -> None:
    """Record an act, or say which clause refuses it and why.

    Documents the act sends are delivered at once. Each act is acknowledged on a line of its own once it is durable.
    Exit code 1 for a refusal.

    Example: quorate act book meeting.convene --unit B1 --at 2015-02-20 --as B1:1 --organ committee on=2015-02-25
    """
    if listed:
        return _listed(record, verb, json=json)
    if record is None:
        raise Incomplete("the record", "Name its folder, or set QUORATE_RECORD.")
    with opened(record) as found:
        if file is not None:
            return _many(found, file, keep_going=keep_going, json=json)
        if verb is None:
            raise Incomplete("the verb", "`quorate act --list RECORD` shows the verbs there are.")
        verbs = found.versions[-1].verbs
        payload = fields(stated or [], verb, verbs)
        if unit is None:
            raise Incomplete("`--unit`", "Name the unit in which it is done.")
        from quorate.cli.options import known_unit

        known_unit(found, unit)
        act = Act(verb, unit, at or now(), actor, organ, office, subject, meeting, ref, payload, source)
        check_names(act, found.charter_on(act.at).charter)
        if dry_run:
            draft = found.judge(act)
            outcome = Outcome.of(draft if isinstance(draft, Refusal) else draft.entry, found)
            told(outcome, json=json, recorded=False)
        else:
            outcome = _one(found, act)
            told(outcome, json=json)
    if outcome.refusal is not None:
        raise typer.Exit(FINDINGS)
    return None


def _one(record: Record, act: Act) -> Outcome:
    """Record an act and deliver what it sends, durable together."""
    with record.group():
        answer = record.act(act)
        sent = record.deliver() if not isinstance(answer, Refusal) else 0
        record.save_post()
    return Outcome.of(answer, record, sent)


def _many(record: Record, file: Path, *, keep_going: bool, json: bool) -> None:
    """Record the acts of a file, in groups; stop at the first refusal unless told to go on."""
    acts = read(file)
    refused = wrong = 0
    with record.group():
        record.deliver()  # what a process that was stopped has left behind
    while batch := _group(record, acts, keep_going=keep_going):
        for outcome in batch:  # durable now, and so acknowledged
            told(outcome, json=json)
            refused += outcome.refusal is not None
            wrong += outcome.error is not None
        sys.stdout.flush()
        if (refused or wrong) and not keep_going:
            break
    if refused or wrong:
        raise typer.Exit(BAD_INPUT if wrong else FINDINGS)


def _group(record: Record, acts: Iterator[Written], *, keep_going: bool) -> list[Outcome]:
    """The next acts, made durable together; what cannot be judged is an outcome, so that it undoes no other."""
    done: list[Outcome] = []
    with record.group():
        for outcome in islice(_outcomes(record, acts), GROUP):
            done.append(outcome)
            if outcome.error or (outcome.refusal and not keep_going):
                break
        record.save_post()
    return done


def _outcomes(record: Record, acts: Iterator[Written]) -> Iterator[Outcome]:
    while True:
        try:
            written = next(acts)
        except StopIteration:
            return
        except QuorateError as error:  # the file cannot be read further
            yield Outcome(error=error)
            return
        try:
            check_names(written.act, record.charter_on(written.act.at).charter)
            answer = record.act(written.act)
            sends = not isinstance(answer, Refusal) and bool({"send", "founds"} & (answer.payload or {}).keys())
            outcome = Outcome.of(answer, record, record.deliver() if sends else 0, written.where)
        except QuorateError as error:
            outcome = Outcome(error=error, where=written.where)
        yield outcome


def _listed(record: str | None, verb: str | None, *, json: bool) -> None:
    """Show the verbs of the language and, with a record, those of its charter's procedures; or one verb's fields."""
    stages: frozenset[str] = frozenset()
    if record is not None and verb is None and (record in SHAPES or "." in record) and not Path(record).exists():
        record, verb = None, record
    if record is not None:
        with opened(record) as found:
            stages = found.versions[-1].verbs
    if verb is not None:
        return _fields(verb, shape_of(verb, stages), json=json)
    shapes = {**SHAPES, **{name: shape_of(name, stages) for name in sorted(stages)}}
    if json:
        return as_json({name: _described(shape) for name, shape in shapes.items()})
    shown = table(("verb", "n"), "what it does", "must state")
    for name, shape in shapes.items():
        needs = [f"--{column}" for column in shape.columns] + [f"{field}=" for field, _ in shape.needs]
        shown.add_row(name, shape.words, dim(" ".join(needs)))
    return screen().print(shown)


def _described(shape: Shape) -> dict[str, object]:
    return {"words": shape.words, "columns": shape.columns, "needs": dict(shape.needs), "may": dict(shape.may)}


def _fields(verb: str, shape: Shape, *, json: bool) -> None:
    if json:
        return as_json(_described(shape))
    out = screen()
    out.print(heading(verb, shape.words))
    shown = table("", "", "")
    shown.show_header = False
    for column in shape.columns:
        said = dim("left out: an id is given") if (verb, column) in NAMED else "must be stated"
        shown.add_row(f"--{column}", "text", said)
    needed = dict(shape.needs)
    for name, kind in kinds(shape).items():
        shown.add_row(f"{name}=", MEANT[kind], _need(verb, name, needed))
    return out.print(indented(shown))


def _need(verb: str, name: str, needed: Collection[str]) -> Text | str:
    if (verb, name) in NAMED:
        return dim("left out: an id is given")
    return "must be stated" if name in needed else dim("may be stated")


# what `quorate.run.fill` gives an id to
NAMED = {
    ("meeting.convene", "meeting"),
    ("motion.put", "motion"),
    ("election.call", "election"),
    ("report.file", "ref"),
}
MEANT = {
    "text": "text",
    "texts": 'names: a,b or ["a", "b"]',
    "number": "a whole number over nought",
    "count": "a whole number",
    "flag": "true or false",
    "date": "a date: 2015-01-31 or 2015-01-31T09:30",
    "map": 'a table: {"name": value}',
    "ballots": "ballots: [[papers, what they say], ...]",
    "lines": 'lines: [{"account": "cash", "amount": 1200}, ...], amounts in minor units',
}
