"""Counting ballots anew, of all elections at once: slates, pluralities and approvals. Ranked ballots are not counted
anew; that they name nobody but nominees is looked at.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from quorate.clauses.election.calls import first_of
from quorate.facts.book import Facts, unite
from quorate.facts.engine import whole
from quorate.facts.posts import nominated
from quorate.facts.powers import floor

Check = tuple[BooleanValue, StringValue | str]
_KEY = ("clause", "entry")


def tally(facts: Facts, table: Table, name: str) -> Table:
    """Counts (of `calls.about`) with what their papers say; kept under a name.

    `standing` (nominees), `box` (how many papers; null where no ballots are stated), `present`; `odd` (somebody on a
    paper who was not nominated, or whose vote is neither yes nor no); of the result stated `winners` (their number;
    null where it is not stated), `stranger` (elected and not nominated), `short` (elected without the votes it takes),
    `passed_over` (somebody had more votes than one elected, or votes enough while seats stayed empty).
    """
    table = table.mutate(papers=facts.engine.texts(table.payload, "ballots"))
    here = floor(facts).select("entry", "present", "members")
    found = table.left_join(here, "entry").drop("entry_right")
    asked = facts.made(f"{name}_asked", lambda _: found, keep=True)
    papers = facts.made(f"{name}_papers", lambda _: _papers(facts, asked), keep=True)
    boxes = papers.group_by(*_KEY).agg(box=papers.number.sum())
    table = asked.left_join(boxes, _KEY)[[*asked.columns, "box"]]
    counts = table.mutate(box=ibis.ifelse(table.papers.isnull(), ibis.null("int64"), table.box.fill_null(0)))
    people = facts.made(f"{name}_people", lambda _: _nominees(facts, counts), keep=True)
    votes = facts.made(f"{name}_votes", lambda _: _votes(facts, papers), keep=True)
    standing = people.group_by(*_KEY).agg(standing=people.count())
    odd = _odd(votes, people)
    result = _result(facts, counts, people, votes)
    table = counts
    for more in (standing, odd, result):
        fresh = [name for name in more.columns if name not in _KEY]
        table = table.left_join(more, _KEY)[[*table.columns, *fresh]]
    return table


def counting(table: Table, over: BooleanValue, full: StringValue) -> dict[str, Check]:
    """The checks of a count (of `tally`); `over` is whether the seats are more than are free, `full` what to say."""
    box, chosen = table.box, table.winners
    full_box = box.cast("string") + " ballots were in the box with " + table.present.cast("string") + " present"
    many = chosen.cast("string") + " were elected to " + table.seats.cast("string") + " seats"
    return {
        "counted already": (table.done, "the election had been counted already"),
        "nobody nominated": (table.standing.isnull(), "nobody was nominated"),
        "more ballots than members": (box > table.present, full_box),
        "more than seats": (over, full),
        "not a ballot": (
            table.odd.notnull(),
            "a paper names " + table.odd + ", who was not nominated, or miswrites a vote",
        ),
        "more elected than seats": ((chosen > table.seats).fill_null(False), many),
        "not nominated": (table.stranger.notnull(), table.stranger + " was elected without being nominated"),
        "not enough votes": (table.short.notnull(), table.short + " was elected without the votes it takes"),
        "passed over": (
            table.passed_over.fill_null(False),
            "somebody with the votes it takes was not elected",
        ),
    }


def _papers(facts: Facts, table: Table) -> Table:
    """Each paper, as often as it was cast: `number`, and `paper`, a JSON object whose `r` is `[number, words]`."""
    rows = table.select(*_KEY, "method", paper=table.papers).unnest("paper")
    rows = rows.mutate(paper=ibis.literal('{"r":') + rows.paper + "}")
    return rows.mutate(number=whole(facts.engine.text(rows.paper, "r[0]")))


def _votes(facts: Facts, papers: Table) -> Table:
    """Each vote: `person`, `word` (yes, no, or what else a slate has), `number`."""
    engine = facts.engine
    slates = papers.filter(papers.method == "slate")
    said = slates.select(*_KEY, "number", said=engine.names(slates.paper, "r[1]"))
    said = said.mutate(person=said.said.keys()).unnest("person")
    said = said.select(*_KEY, "number", "person", word=said.said.get(said.person))
    one = papers.filter(papers.method == "plurality")
    one = one.select(*_KEY, "number", person=engine.text(one.paper, "r[1]"), word=ibis.literal("yes"))
    some = papers.filter(papers.method == "approval")
    some = some.select(*_KEY, "number", person=engine.texts(some.paper, "r[1]"), word=ibis.literal("yes"))
    ranked = papers.filter(papers.method.isin(("stv", "schulze")))
    ranks = ranked.select(*_KEY, "number", rank=engine.texts(ranked.paper, "r[1]")).unnest("rank")
    ranks = ranks.mutate(rank=ibis.literal('{"r":') + ranks.rank + "}")
    ranks = ranks.select(*_KEY, "number", person=engine.texts(ranks.rank, "r"), word=ibis.literal("ranked"))
    return unite(said, one.filter(one.person.notnull()), some.unnest("person"), ranks.unnest("person"))


def _nominees(facts: Facts, table: Table) -> Table:
    """Who stands at each count: `person`, and the count's `seats`, `method`, majority, `box` and `members`."""
    rows = nominated(facts).select("unit", "election", "person", named="seq")
    columns = ("seats", "method", "top", "bottom", "base", "box", "members")
    found = table.select(*_KEY, "unit", "election", "seq", *columns).join(rows, ["unit", "election"])
    found = found.filter(found.named < found.seq).select(*_KEY, "person", *columns).distinct()
    fallback = table.filter(table.default.notnull(), table.method == "schulze")
    return unite(found, fallback.select(*_KEY, *columns, person="default"))


def _odd(votes: Table, people: Table) -> Table:
    """Somebody a paper names who does not stand, or whose vote is miswritten: `odd`."""
    stands = people.select(*_KEY, "person").mutate(stands=True)
    found = votes.left_join(stands, [*_KEY, "person"])[[*votes.columns, "stands"]]
    wrong = found.stands.isnull() | ~found.word.isin(("yes", "no", "ranked")).fill_null(False)
    return found.filter(wrong).group_by(*_KEY).agg(odd=lambda row: row.person.min())


def _result(facts: Facts, table: Table, people: Table, votes: Table) -> Table:
    """What is wrong with the result a count states: `winners`, `stranger`, `short`, `passed_over`."""
    stated = table.select(*_KEY, person=facts.engine.texts(table.payload, "elected"))
    stated = stated.filter(stated.person.notnull())
    chosen = stated.select(*_KEY, winners=stated.person.length())
    named = stated.unnest("person").distinct().mutate(elected=True)
    tied = table.select(*_KEY, person=facts.engine.texts(table.payload, "tied")).unnest("person")
    tied = tied.distinct().mutate(tied=True)
    strangers = named.anti_join(people, [*_KEY, "person"])
    strangers = strangers.group_by(*_KEY).agg(stranger=strangers.person.min())
    rows = people.filter(people.method.isin(("slate", "plurality", "approval")), people.box.notnull())
    sums = votes.group_by(*_KEY, "person").agg(
        yes=votes.number.sum(where=votes.word == "yes"), no=votes.number.sum(where=votes.word == "no")
    )
    for more in (sums, named, tied):
        fresh = [name for name in more.columns if name not in (*_KEY, "person")]
        rows = rows.left_join(more, [*_KEY, "person"])[[*rows.columns, *fresh]]
    rows = rows.semi_join(chosen, _KEY)
    rows = rows.mutate(yes=rows.yes.fill_null(0), no=rows.no.fill_null(0), elected=rows.elected.fill_null(False))
    rows = rows.mutate(passed=_passed(rows), left=~rows.elected & rows.tied.isnull())
    judged = rows.group_by(*_KEY).agg(
        short=first_of(rows.person, rows.elected & ~rows.passed),
        least=rows.yes.min(where=rows.elected),
        most=rows.yes.max(where=rows.left & rows.passed.fill_null(False)),
        served=(~rows.left).sum(),
        seats=rows.seats.max(),
    )
    over = (judged.most > judged.least).fill_null(False) | (judged.most.notnull() & (judged.served < judged.seats))
    judged = judged.select(*_KEY, "short", passed_over=over)
    found = chosen.left_join(strangers, _KEY)[[*chosen.columns, "stranger"]]
    return found.left_join(judged, _KEY)[[*found.columns, "short", "passed_over"]]


def _passed(rows: Table) -> BooleanValue:
    """Whether somebody has the votes it takes: on a slate more than the share; else any."""
    base = ibis.cases((rows.base == "valid", rows.yes + rows.no), (rows.base == "cast", rows.box), else_=rows.members)
    share = rows.yes * rows.bottom > rows.top * base
    return (rows.yes > 0) & ibis.ifelse(rows.method == "slate", share, True)
