"""Who held which post, from when to when, of all units at once. Mirrors `state.posts`."""

from __future__ import annotations

import ibis
from ibis.expr.types import ArrayValue, BooleanValue, Column, Table

from quorate.facts.acts import of, text
from quorate.facts.book import MOMENT, Facts, fact, kept, unite
from quorate.facts.engine import TEXT, flag

_SHAPE = ("unit", "post", "person", "since", "since_seq", "until", "by", "acting", "opening")


def _stated(facts: Facts) -> Table:
    """Tenures an opening statement gives."""
    table = of(facts, "unit.open")
    fields = {"post": TEXT, "person": TEXT, "since": TEXT, "until": TEXT}
    rows = table.select("unit", "seq", "at", "entry", row=facts.engine.rows(table.payload, "holders", **fields)).unnest(
        "row"
    )
    row = rows.row
    return rows.select(
        "unit",
        post=row["post"],
        person=row["person"],
        since=ibis.coalesce(row["since"].try_cast(MOMENT), rows["at"]),
        since_seq=rows.seq,
        until=row["until"].try_cast(MOMENT),
        by=rows.entry,
        acting=False,
        opening=True,
    )


@kept
def counted(facts: Facts) -> Table:
    """One row an election: `unit`, `election`, `meeting`, `post`, `seats`, `called_seq`, `called_by`, `called`; of its
    count `counted`, `counted_seq`, `counted_by`, `result` (the payload, null while uncounted), and `first_seq`, the
    number of the entry that counted it first.
    """
    table = of(facts, "election.call", "election.count")
    table = table.mutate(election=text(facts, table, "election"))
    calls, counts = table.act == "election.call", table.act == "election.count"
    made = table.group_by("unit", "election").agg(
        meeting=table.meeting.argmax(table.seq, where=calls),
        called=table["at"].argmax(table.seq, where=calls),
        called_seq=table.seq.max(where=calls),
        called_by=table.entry.argmax(table.seq, where=calls),
        call=table.payload.argmax(table.seq, where=calls),
        counted=table["at"].argmax(table.seq, where=counts),
        counted_seq=table.seq.max(where=counts),
        first_seq=table.seq.min(where=counts),
        counted_by=table.entry.argmax(table.seq, where=counts),
        result=table.payload.argmax(table.seq, where=counts),
    )
    return made.mutate(
        post=facts.engine.text(made.call, "fills"), seats=facts.engine.text(made.call, "seats").try_cast("int64")
    )


@kept
def counts(facts: Facts) -> Table:
    """Each count of an election, a second one of the same election too: `unit`, `entry`, `seq`, `at`, `election`,
    `post`, `result` (the payload).
    """
    table = of(facts, "election.count")
    table = table.select("unit", "entry", "seq", "at", election=text(facts, table, "election"), result=table.payload)
    called = counted(facts).select("unit", "election", "post")
    return table.join(called, ["unit", "election"])


@kept
def elected(facts: Facts) -> Table:
    """Who was elected: `unit`, `election`, `post`, `person`, `at`, `seq`, `entry`, `until`, `seated` (took the seat by
    the count itself).
    """
    table = counts(facts)
    rows = table.select(
        "unit", "election", "post", "at", "seq", "entry",
        until=facts.engine.text(table.result, "until").try_cast(MOMENT),
        seats=facts.engine.texts(table.result, "seated"),
        person=facts.engine.texts(table.result, "elected"),
    ).unnest("person")  # fmt: skip
    return rows.mutate(seated=rows.seats.contains(rows.person).fill_null(False)).drop("seats")


@kept
def nominated(facts: Facts) -> Table:
    """Who was nominated for election: `unit`, `entry`, `seq`, `at`, `election`, `person`."""
    table = of(facts, "election.nominate")
    found = table.select(
        "unit", "entry", "seq", "at", election=text(facts, table, "election"), person=named(facts, table)
    )
    return found.unnest("person")


def named(facts: Facts, table: Table) -> ArrayValue:
    """Whom an act that may name several persons is about: its `persons`, else its subject."""
    one = ibis.ifelse(table.subject.isnull(), ibis.null("array<string>"), ibis.array([table.subject]))
    return ibis.coalesce(facts.engine.texts(table.payload, "persons"), one)


def _begun(facts: Facts) -> Table:
    """Tenures that acts begin: by a count that seats, by taking office, by acting in it."""
    chosen = elected(facts)
    chosen = chosen.filter(chosen.seated)
    seated = chosen.select(
        "unit", "post", "person", since=chosen["at"], since_seq=chosen.seq, until=chosen.until, by=chosen.entry,
        acting=False, opening=False,
    )  # fmt: skip
    table = of(facts, "office.take", "office.act")
    taken = table.select(
        "unit",
        post=text(facts, table, "post"),
        person=table.subject,
        since=table["at"],
        since_seq=table.seq,
        until=text(facts, table, "until").try_cast(MOMENT),
        by=table.entry,
        acting=table.act == "office.act",
        opening=False,
    )
    return unite(seated, taken)


def _ends(facts: Facts) -> Table:
    """What ends tenures: `unit`, `post` (null: all), `person` (null: all), `acting` (true: only who acts), `at`, `seq`,
    `how`.
    """
    table = counts(facts)
    replaced = flag(facts.engine.text(table.result, "replaces"))
    renewed = table.filter(replaced).select(
        "unit", "post", person=ibis.null("string"), acting=False, at=table["at"], seq=table.seq,
        how=ibis.literal("term ended by election"),
    )  # fmt: skip
    begun = _begun(facts)
    succeeded = begun.select(
        "unit", "post", person=ibis.null("string"), acting=True, at=begun.since, seq=begun.since_seq,
        how=ibis.literal("succeeded"),
    )  # fmt: skip
    again = begun.select(
        "unit", "post", "person", acting=False, at=begun.since, seq=begun.since_seq, how=ibis.literal("succeeded")
    )
    return unite(renewed, succeeded, again, *_vacated(facts), _gone(facts))


def _vacated(facts: Facts) -> tuple[Table, Table]:
    """What empties a post: acts of its unit, and recalls sent to it."""
    table = of(facts, "office.resign", "office.recall", "office.withdraw", "office.leave")
    elsewhere = (table.act == "office.withdraw") & text(facts, table, "send").notnull()
    left = table.filter(~elsewhere).select(
        "unit",
        post=text(facts, table, "post"),
        person=ibis.coalesce(table.subject, table.actor),
        acting=False,
        at=table["at"],
        seq=table.seq,
        how=table.act,
    )
    sent = of(facts, "document.receive")
    recalled = sent.filter(text(facts, sent, "kind") == "recall").select(
        "unit",
        post=text(facts, sent, "data.post"),
        person=text(facts, sent, "data.person"),
        acting=False,
        at=sent["at"],
        seq=sent.seq,
        how=ibis.literal("recalled"),
    )
    return left, recalled


def _gone(facts: Facts) -> Table:
    """Who left the organisation, and with it all posts."""
    gone = of(facts, "member.leave", "member.transfer")
    return gone.select(
        "unit", post=ibis.null("string"), person=gone.subject, acting=False, at=gone["at"], seq=gone.seq,
        how=ibis.literal("left the organisation"),
    )  # fmt: skip


@kept
def tenures(facts: Facts) -> Table:
    """One row a tenure: `unit`, `post`, `person`, `since`, `since_seq`, `until` (end of the term), `by`, `acting`,
    `opening` (stated when the record began), `ended`, `ended_seq`, `how`, and `over` (the sooner of `ended` and
    `until`, null while open).
    """
    begun = unite(_stated(facts).select(*_SHAPE), _begun(facts).select(*_SHAPE))
    ends = _ends(facts)
    of_post = ends.post.notnull()
    pairs = [
        _ended(begun, ends.filter(of_post, ends.person.notnull()), ("unit", "post", "person")),
        _ended(begun, ends.filter(of_post, ends.person.isnull(), ~ends.acting), ("unit", "post")),
        _ended(begun.filter(begun.acting), ends.filter(ends.acting), ("unit", "post")),
        _ended(begun, ends.filter(~of_post), ("unit", "person")),
    ]
    found = unite(*pairs)
    first = found.group_by("unit", "post", "person", "since_seq").agg(
        ended=found["at"].argmin(found.seq), how=found.how.argmin(found.seq), ended_seq=found.seq.min()
    )
    joined = begun.left_join(first, ["unit", "post", "person", "since_seq"])
    joined = joined.select(*_SHAPE, "ended", "ended_seq", "how")
    return joined.mutate(over=ibis.least(joined.ended, joined.until))


def _ended(begun: Table, ends: Table, keys: tuple[str, ...]) -> Table:
    """Each tenure beside each act that ends it."""
    given = ends.select(*(ends[key].name(f"end_{key}") for key in keys), "at", "seq", "how")
    on = [begun[key] == given[f"end_{key}"] for key in keys]
    pairs = begun.join(given, on)
    pairs = pairs.filter(
        pairs.since_seq < pairs.seq, pairs.since <= pairs["at"], pairs.until.isnull() | (pairs["at"] < pairs.until)
    )
    return pairs.select("unit", "post", "person", "since_seq", "at", "seq", "how")


def running(tenure: Table, seq: Column, at: Column) -> BooleanValue:
    """Whether a tenure is known, and runs, when the entry numbered `seq` is made at `at`."""
    begun = (tenure.since_seq < seq) & (tenure.since <= at)
    ended = (tenure.ended_seq < seq).fill_null(False) & (tenure.ended <= at).fill_null(False)
    return begun & ~ended & (tenure.until.isnull() | (at < tenure.until))


_CLAIM = ("unit", "post", "person", "ground", "seq", "at", "entry")


@kept
def claims(facts: Facts) -> Table:
    """Grounds on which somebody may take a post: `unit`, `post`, `person`, `ground` (elected, confirmed, appointed or
    exception), from the entry numbered `from_seq` (`entry`, at `at`) to the one numbered `to_seq` (null: still there).
    """
    begun = unite(*(table.select(*_CLAIM) for table in _grounds(facts)))
    key = ("unit", "post", "person")
    ends = unite(*(table.select(*key, "seq", "ground") for table in _lost(facts)))
    by_post = begun.join(ends.rename(end="seq", only="ground"), key)
    by_post = by_post.filter(by_post.end >= by_post.seq, by_post.only.isnull() | (by_post.only == by_post.ground))
    left = _gone(facts).select("unit", "person", end="seq")
    by_person = begun.join(left, ["unit", "person"])
    by_person = by_person.filter(by_person.end >= by_person.seq)
    found = unite(by_post.select(*key, "ground", "seq", "end"), by_person.select(*key, "ground", "seq", "end"))
    first = found.group_by(*key, "ground", "seq").agg(to_seq=found.end.min())
    joined = begun.left_join(first, [*key, "ground", "seq"])
    return joined.select(*key, "ground", "at", "entry", "to_seq", from_seq=joined.seq)


def _grounds(facts: Facts) -> tuple[Table, ...]:
    """What gives a ground: a count, a document, an exception, an appointment here."""
    chosen = elected(facts).mutate(ground=ibis.literal("elected"))
    sent = of(facts, "document.receive")
    grounds = {"confirmation": "confirmed", "appointment": "appointed"}
    sent = sent.mutate(ground=text(facts, sent, "kind").cases(*grounds.items()))
    sent = sent.filter(sent.ground.notnull())
    sent = sent.mutate(post=text(facts, sent, "data.post"), person=text(facts, sent, "data.person"))
    here = of(facts, "office.except", "office.appoint")
    here = here.filter(text(facts, here, "send").isnull())
    here = here.mutate(
        ground=ibis.ifelse(here.act == "office.except", "exception", "appointed"),
        post=text(facts, here, "post"),
        person=here.subject,
    )
    return chosen, sent, here


def _lost(facts: Facts) -> tuple[Table, ...]:
    """What takes a ground away: being seated, leaving the post, or giving way to those elected later."""
    begun = _begun(facts)
    seated = begun.filter(~begun.acting).mutate(seq=begun.since_seq, ground=ibis.null("string"))
    vacated = (table.mutate(ground=ibis.null("string")) for table in _vacated(facts))
    table = counts(facts)
    lapsed = table.select("unit", "post", "seq", person=facts.engine.texts(table.result, "lapsed")).unnest("person")
    return seated, *vacated, lapsed.mutate(ground=ibis.literal("elected"))


def claimed(claim: Table, seq: Column) -> BooleanValue:
    """Whether a ground is known, and there, when the entry numbered `seq` is made."""
    return (claim.from_seq < seq) & (claim.to_seq.isnull() | (claim.to_seq >= seq))


@fact
def nominations(facts: Facts) -> Table:
    """Persons put forward at their appointing unit: `unit` (that one), `nomination`, `sender`, `post`, `person`,
    `name`, `received`, `received_latest`, `received_seq`, `received_by`; of the answer `answered`, `answered_latest`,
    `answer` (nomination.approve or nomination.refuse), `answered_by`, and `first_seq`, the number of the first one.
    """
    table = of(facts, "document.receive")
    table = table.filter(text(facts, table, "kind") == "nomination")
    person = text(facts, table, "data.person")
    sent = table.select(
        "unit", nomination=table.ref, sender=text(facts, table, "from"), post=text(facts, table, "data.post"),
        person=person, name=ibis.coalesce(text(facts, table, "data.name"), person), received=table["at"],
        received_latest=table.latest, received_seq=table.seq, received_by=table.entry,
    )  # fmt: skip
    acts = of(facts, "nomination.approve", "nomination.refuse")
    answers = acts.group_by("unit", nomination=acts.ref).agg(
        answered=acts["at"].argmax(acts.seq),
        answered_latest=acts.latest.argmax(acts.seq),
        answer=acts.act.argmax(acts.seq),
        answered_by=acts.entry.argmax(acts.seq),
        first_seq=acts.seq.min(),
    )
    joined = sent.left_join(answers, ["unit", "nomination"])
    return joined.drop("unit_right", "nomination_right")


@fact
def proposed(facts: Facts) -> Table:
    """Who was put forward for a post by its own unit: `unit`, `post`, `person`, `seq`, `at`."""
    table = of(facts, "office.nominate")
    return table.select("unit", "seq", "at", post=text(facts, table, "post"), person=table.subject)
