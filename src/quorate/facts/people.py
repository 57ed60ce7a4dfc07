"""Members and their standing, representatives, and who sits on which organ, of all units at once. Mirrors
`state.people` and the membership of organs as `clauses.View` sees it.
"""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanScalar, BooleanValue, Column, StringValue, Table

from quorate.facts.acts import of, posts, text, units
from quorate.facts.book import MOMENT, Facts, fact, kept, large, unite
from quorate.facts.engine import TEXT, flag, whole
from quorate.facts.matters import imposed
from quorate.facts.meetings import meetings
from quorate.facts.posts import named, tenures

_STEP = ("unit", "person", "seq", "at", "step", "standing", "since", "moved")


@large
def enrolled(facts: Facts) -> Table:
    """Members that opening statements list: `unit`, `person`, `seq`, `at`, `step` (enrol), `standing`, `since` (from
    when the enrolment counts), `moved` (null).
    """
    opening = of(facts, "unit.open")
    fields = {"person": TEXT, "standing": TEXT, "since": TEXT}
    rows = opening.select("unit", "seq", "at", row=facts.engine.rows(opening.payload, "members", **fields)).unnest(
        "row"
    )
    return rows.select(
        "unit",
        person=rows.row["person"],
        seq=rows.seq,
        at=rows["at"],
        step=ibis.literal("enrol"),
        standing=ibis.coalesce(rows.row["standing"], ibis.literal("member")),
        since=ibis.coalesce(rows.row["since"].try_cast(MOMENT), rows["at"]),
        moved=ibis.null("string"),
    )


@kept
def moves(facts: Facts) -> Table:
    """What happened to members later: `unit`, `person`, `seq`, `at`, `step` (enrol, standing, leave), `standing` (null
    where the log does not state it), `since`, `moved` (the unit they were transferred to).
    """
    table = of(facts, "member.admit", "member.standing", "member.leave", "member.transfer")
    names = {
        "member.admit": "enrol",
        "member.standing": "standing",
        "member.leave": "leave",
        "member.transfer": "leave",
    }
    acted = table.select(
        "unit", person=table.subject, seq=table.seq, at=table["at"], step=table.act.cases(*names.items()),
        standing=_given(facts, table), since=table["at"],
        moved=ibis.ifelse(table.act == "member.transfer", text(facts, table, "to"), ibis.null("string")),
    )  # fmt: skip
    return unite(acted.select(*_STEP), *(part.select(*_STEP) for part in _imposed(facts)))


def _given(facts: Facts, table: Table) -> StringValue:
    """The standing an act gives. A record that begins with opening statements states it, or gives the plain one."""
    plain = ibis.ifelse((table.act == "member.admit") & told(facts), "member", ibis.null("string"))
    return ibis.coalesce(text(facts, table, "standing"), plain)


def _imposed(facts: Facts) -> tuple[Table, Table]:
    """Standings decided elsewhere: by a document that comes, and by a stage of a case; where the person is named."""
    table = of(facts, "document.receive")
    table = table.filter(table.payload.contains('"standing"'))
    standing = text(facts, table, "data.standing")
    sent = table.filter(standing.notnull()).select(
        "unit", person=text(facts, table, "data.subject"), seq=table.seq, at=table["at"],
        step=ibis.literal("standing"), standing=standing, since=table["at"], moved=ibis.null("string"),
    )  # fmt: skip
    here = imposed(facts)
    here = here.mutate(step=ibis.literal("standing"), since=here["at"], moved=ibis.null("string"))
    return sent.filter(sent.person.notnull()), here


@fact
def steps(facts: Facts) -> Table:
    """What happened to each member, as `enrolled` and `moves`."""
    return unite(enrolled(facts).select(*_STEP), moves(facts).select(*_STEP))


def steps_of(facts: Facts, asked: Table) -> Table:
    """The steps of some persons only (`unit`, `person`)."""
    pairs = asked.select("unit", "person").distinct()
    found = enrolled(facts).semi_join(pairs, ["unit", "person"])
    return unite(found.select(*_STEP), moves(facts).semi_join(pairs, ["unit", "person"]).select(*_STEP))


@large
def standings(facts: Facts) -> Table:
    """Each member's time in each standing: `unit`, `person`, `standing` (null where not stated) from `from_seq`,
    `since` to `to_seq`, `to` (null while it lasts).

    Most members only ever are; the few of whom the log tells more are put in order.
    """
    touched = moves(facts).select("unit", "person").distinct()
    still = enrolled(facts).anti_join(touched, ["unit", "person"])
    still = still.select(
        "unit", "person", "standing", "since", to_seq=ibis.null("int64"), to=ibis.null(MOMENT), from_seq=still.seq
    )
    table = steps_of(facts, touched)
    window = ibis.window(group_by=("unit", "person"), order_by="seq")
    up_to = ibis.window(group_by=("unit", "person"), order_by="seq", following=0)
    came = (table.step == "enrol").ifelse(table.seq, 0).max().over(up_to)
    went = (table.step == "leave").ifelse(table.seq, -1).max().over(up_to)
    table = table.mutate(belongs=(came > 0) & (came > went))
    table = table.filter(table.belongs | (table.step == "leave")).drop("belongs")
    table = table.mutate(to_seq=table.seq.lead().over(window), to=table["at"].lead().over(window))
    found = table.filter(table.step != "leave")
    found = found.select("unit", "person", "standing", "since", "to_seq", "to", from_seq=found.seq)
    return unite(still, found)


def known(facts: Facts, asked: Table) -> Table:
    """Whom units know, of the persons asked about (`unit`, `person`): `unit`, `person`, `home` (the basic organisation
    they are known to belong to; null where only the name is known) from the entry numbered `from_seq` to the one
    numbered `to_seq` (null: to the end).
    """
    pairs = asked.select("unit", "person").distinct()
    rows = unite(*(table.select("unit", "person", "seq", "home", "place") for table in _met(facts, pairs)))
    rows = rows.semi_join(pairs, ["unit", "person"])
    told = rows.group_by("unit", "person", "seq")
    told = told.agg(home=lambda met: met.home.argmax(met.place, where=met.home.notnull()))
    window = ibis.window(group_by=("unit", "person"), order_by="seq")
    told = told.mutate(first=ibis.row_number().over(window) == 0)
    told = told.filter(told.home.notnull() | told["first"])
    return told.select("unit", "person", "home", from_seq=told.seq, to_seq=told.seq.lead().over(window))


def _met(facts: Facts, pairs: Table) -> tuple[Table, ...]:
    """What makes persons known; of one entry the row with the greatest `place` counts."""
    members = steps_of(facts, pairs)
    members = members.filter(members.step == "enrol").mutate(home=members.unit, place=0)
    opening = of(facts, "unit.open").semi_join(pairs, "unit")
    fields = {"person": TEXT, "unit": TEXT}
    rows = opening.select("unit", "seq", row=facts.engine.rows(opening.payload, "persons", **fields)).unnest("row")
    persons = rows.select("unit", "seq", person=rows.row["person"], home=rows.row["unit"], place=1)
    held = tenures(facts)
    holders = held.filter(held.opening).select(
        "unit", "person", seq=held.since_seq, home=ibis.null("string"), place=ibis.literal(0)
    )
    table = of(facts, "document.receive")
    table = table.mutate(kind=text(facts, table, "kind"), home=text(facts, table, "data.unit"))
    table = table.filter(table.kind.isin(("certificate", "transfer", "confirmation", "appointment")))
    homes = ibis.cases(
        (table.kind == "certificate", ibis.coalesce(table.home, text(facts, table, "from"))),
        (table.kind == "transfer", ibis.coalesce(table.home, table.unit)),
        else_=ibis.null("string"),
    )
    sent = table.select("unit", "seq", person=text(facts, table, "data.person"), home=homes, place=0)
    table = of(facts, "document.receive")
    table = table.filter(text(facts, table, "kind") == "credential")
    rows = table.select("unit", "seq", row=facts.engine.rows(table.payload, "data.persons", **fields)).unnest("row")
    credited = rows.select("unit", "seq", person=rows.row["person"], home=rows.row["unit"], place=0)
    return members, persons, holders, sent, credited


@fact
def transfers(facts: Facts) -> Table:
    """Who is on the way to a unit: `unit`, `person`, `standing` (what they bring) from the entry numbered `from_seq` to
    the one numbered `to_seq`.
    """
    table = of(facts, "document.receive")
    table = table.filter(text(facts, table, "kind") == "transfer")
    come = table.select(
        "unit", "seq", person=text(facts, table, "data.person"), step=ibis.literal("come"),
        standing=text(facts, table, "data.standing"),
    )  # fmt: skip
    pairs = come.select("unit", "person").distinct()
    arrivals = moves(facts)
    arrivals = arrivals.filter(arrivals.step == "enrol")
    decided, _ = _imposed(facts)
    later = (part.semi_join(pairs, ["unit", "person"]) for part in (arrivals, decided))
    later = (part.select("unit", "seq", "person", "step", "standing") for part in later)
    rows = unite(come, *later)
    window = ibis.window(group_by=("unit", "person"), order_by="seq")
    up_to = ibis.window(group_by=("unit", "person"), order_by="seq", following=0)
    came = (rows.step == "come").ifelse(rows.seq, 0).max().over(up_to)
    arrived = (rows.step == "enrol").ifelse(rows.seq, 0).max().over(up_to)
    rows = rows.mutate(pending=came > arrived, to_seq=rows.seq.lead().over(window))
    return rows.filter(rows.pending).select("unit", "person", "standing", "to_seq", from_seq=rows.seq)


def now(row: Table, seq: Column) -> BooleanValue:
    """Whether what is so from `from_seq` to `to_seq` is known, and so, when the entry numbered `seq` is made."""
    return (row.from_seq < seq) & (row.to_seq.isnull() | (row.to_seq >= seq))


@fact
def everyone(facts: Facts) -> Table:
    """Seats in general meetings: all members of a standing that votes; as `seats`."""
    votes = facts.declared.votes()
    general = [organ for organ in facts.declared.organs.values() if organ.membership == "everyone"]
    rows = [
        {"tier": organ.tier, "organ": organ.id, "standing": standing}
        for organ in general
        for standing in (votes.get(organ.tier) or (None,))
    ]
    entitled = facts.small(rows, dict.fromkeys(("tier", "organ", "standing"), "string"))
    there = units(facts).select("unit", "tier")
    found = standings(facts).join(there, "unit")
    found = found.join(
        entitled, [found.tier == entitled.tier, entitled.standing.isnull() | (entitled.standing == found.standing)]
    )
    return found.select("unit", "organ", "person", "from_seq", "since", "to_seq", "to")


@kept
def credentials(facts: Facts) -> Table:
    """Representatives sent to a conference, each time: `unit`, `conference`, `person`, `sender`, `received`,
    `received_seq`, `next_seq` (sent once more), `ref`, and of the last check `accepted`, `checked_seq`, `checked`;
    `first_seq` is the number of the first.
    """
    table = of(facts, "document.receive")
    table = table.filter(text(facts, table, "kind") == "credential")
    rows = table.select(
        "unit", "ref", received=table["at"], received_seq=table.seq,
        conference=text(facts, table, "data.conference"),
        sender=text(facts, table, "from"),
        row=facts.engine.rows(table.payload, "data.persons", person=TEXT),
    ).unnest("row")  # fmt: skip
    sent = rows.mutate(person=rows.row["person"]).drop("row")
    window = ibis.window(group_by=("unit", "conference", "person"), order_by="received_seq")
    sent = sent.mutate(next_seq=sent.received_seq.lead().over(window))
    checks = checked(facts).select("unit", "conference", "person", "accepted", "seq", "at")
    key = ("unit", "conference", "person")
    found = sent.join(checks, key)
    found = found.filter(found.seq > found.received_seq, found.next_seq.isnull() | (found.seq < found.next_seq))
    last = found.group_by(*key, "received_seq").agg(
        accepted=found.accepted.argmax(found.seq), checked=found["at"].argmax(found.seq), checked_seq=found.seq.max(),
        first_seq=found.seq.min(),
    )  # fmt: skip
    joined = sent.left_join(last, [*key, "received_seq"])
    return joined.select(*sent.columns, "accepted", "checked", "checked_seq", "first_seq")


@fact
def checked(facts: Facts) -> Table:
    """Each person a check of credentials names: `entry`, `unit`, `seq`, `at`, `conference`, `person`, `accepted`."""
    table = of(facts, "credential.check")
    return table.select(
        "entry", "unit", "seq", "at",
        conference=text(facts, table, "conference"),
        accepted=flag(text(facts, table, "accepted")),
        person=named(facts, table),
    ).unnest("person")  # fmt: skip


@fact
def issued(facts: Facts) -> Table:
    """Each person whose credential is sent: `entry`, `unit`, `seq`, `at`, `conference`, `person`."""
    table = of(facts, "credential.issue")
    return table.select(
        "entry", "unit", "seq", "at", conference=text(facts, table, "conference"), person=named(facts, table)
    ).unnest("person")  # fmt: skip


@fact
def quotas(facts: Facts) -> Table:
    """Each quota given to a unit: `unit`, `conference`, `seats`, `at`, `latest`, `entry`, from the entry numbered
    `from_seq` to the one numbered `to_seq` that replaced it.
    """
    table = of(facts, "document.receive")
    table = table.filter(text(facts, table, "kind") == "quota")
    table = table.select(
        "unit", "entry", "at", "latest",
        conference=text(facts, table, "data.conference"),
        seats=whole(text(facts, table, "data.seats")),
        from_seq=table.seq,
    )  # fmt: skip
    window = ibis.window(group_by=("unit", "conference"), order_by="from_seq")
    return table.mutate(to_seq=table.from_seq.lead().over(window))


@kept
def apportioned(facts: Facts) -> Table:
    """Each apportionment of a conference's seats: `entry`, `unit`, `seq`, `at`, `conference`, `quotas` (seats by unit),
    and `next_seq`, `next_at` of the one that replaced it.
    """
    table = of(facts, "conference.apportion")
    made = table.select(
        "entry", "unit", "seq", "at",
        conference=text(facts, table, "conference"),
        quotas=facts.engine.counts(table.payload, "seats_by_unit"),
    )  # fmt: skip
    window = ibis.window(group_by=("unit", "conference"), order_by="seq")
    return made.mutate(next_seq=made.seq.lead().over(window), next_at=made["at"].lead().over(window))


@fact
def represented(facts: Facts) -> Table:
    """Seats in conferences: accepted representatives, until the conference has closed or its seats are given anew; as
    `seats`.
    """
    table = credentials(facts)
    table = table.filter(table.accepted)
    ends = meetings(facts)
    ends = ends.filter(ends.status == "closed").select("organ", "closed", "closed_seq", of_unit="unit")
    closings = table.left_join(
        ends, [table.unit == ends.of_unit, table.conference == ends.organ, ends.closed >= table.received]
    )
    keys = ("unit", "conference", "person", "received", "received_seq", "next_seq", "checked", "checked_seq")
    first = closings.group_by(*keys).agg(closed=closings.closed.min(), closed_seq=closings.closed_seq.min())
    again = apportioned(facts).select("conference", "at", "seq", of_unit="unit")
    anew = first.left_join(
        again, [first.unit == again.of_unit, first.conference == again.conference, again["at"] > first.received]
    )
    names = {name: first[name] for name in (*keys, "closed", "closed_seq")}
    anew = anew.select(**names, again=again["at"], again_seq=again.seq)
    found = anew.group_by(*keys, "closed", "closed_seq").agg(again=anew.again.min(), again_seq=anew.again_seq.min())
    ends = ibis.least(found.closed + ibis.interval(minutes=1), found.again)
    afresh = found.next_seq.notnull()  # sent once more: what was accepted before counts no longer
    return found.select(
        "unit",
        "person",
        organ=found.conference,
        from_seq=found.checked_seq,
        since=found.checked,
        to_seq=ibis.least(found.closed_seq, found.again_seq, found.next_seq),
        to=ibis.ifelse(afresh & ends.isnull(), found.checked, ends),
    )


@kept
def seats(facts: Facts) -> Table:
    """Who sits on which organ: `unit`, `organ`, `person` from the entry numbered `from_seq` and the moment `since`, to
    the entry numbered `to_seq` and the moment `to`, whichever comes (null while it lasts; a term's end has no entry).
    """
    held = tenures(facts)
    within = posts(facts)
    by_post = held.join(within, "post").select(
        "unit", "organ", "person", from_seq=held.since_seq, since=held.since, to_seq=held.ended_seq, to=held.over
    )
    shape = ("unit", "organ", "person", "from_seq", "since", "to_seq", "to")
    return unite(by_post.select(*shape), everyone(facts).select(*shape), represented(facts).select(*shape))


@kept
def sizes(facts: Facts) -> Table:
    """How many persons sit on each organ, ever: `unit`, `organ`, `size`; and whether any came or went since the opening
    statement, `moves`: where none did, so many sit there at any time.
    """
    sits = seats(facts)
    return sits.group_by("unit", "organ").agg(
        size=sits.person.nunique(), moves=(sits.to.notnull() | (sits.from_seq > 1)).any()
    )


def seated(seat: Table, seq: Column, at: Column) -> BooleanValue:
    """Whether a seat is known, and held, when the entry numbered `seq` is made at `at`."""
    over = (seat.to <= at) & (seat.to_seq.isnull() | (seat.to_seq < seq))
    return (seat.from_seq < seq) & (seat.since <= at) & ~over.fill_null(False)


def sits(facts: Facts, table: Table) -> Table:
    """The rows of `table` (`unit`, `entry`, `seq`, `at`, `organ`, `person`, and more) with `sits`: whether the person
    sits on the organ then; null where the log never says who held what when it began.
    """
    asked = table.select("unit", "entry", "seq", "at", "organ", "person").distinct()
    found = asked.join(seats(facts), ["unit", "organ", "person"])
    found = found.filter(seated(found, found.seq, found["at"])).select("entry", "organ", "person").distinct()
    joined = table.left_join(found.mutate(found=True), ["entry", "organ", "person"])[[*table.columns, "found"]]
    answer = ibis.cases((joined.found.notnull(), True), (told(facts), False), else_=ibis.null("boolean"))
    return joined.select(*table.columns, sits=answer)


def told(facts: Facts) -> BooleanScalar:
    """Whether the log begins with opening statements, so that what it does not say of persons is not so."""
    stated = facts.told("opened", lambda facts: units(facts).agg(any=units(facts).opened_by.notnull().any()))
    return ibis.literal(bool(stated))
