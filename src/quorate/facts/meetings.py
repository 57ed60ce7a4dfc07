"""Meetings, who was in the room, motions and elections, of all units at once. Mirrors `state.meetings`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ibis
from ibis.expr.types import BooleanScalar, BooleanValue, Column, StringValue, Table

from quorate.facts.acts import of, text
from quorate.facts.book import MOMENT, Facts, fact, kept, large, parted, unite
from quorate.facts.engine import flag, whole

_ENDS = ("meeting.close", "meeting.adjourn", "meeting.cancel")
_STATES = ("meeting.convene", "meeting.open", *_ENDS)
SITTING = (
    "meeting.attend",
    "meeting.hear",
    "motion.put",
    "motion.vote",
    "election.call",
    "election.nominate",
    "election.count",
)
"""Acts that are done in an open meeting, apart from closing it."""
STATUS = ("convened", "open", "closed", "adjourned", "cancelled")
"""What each act of `_STATES` makes of a meeting, in their order."""


@parted
def meetings(facts: Facts) -> Table:
    """One row a meeting: `unit`, `meeting`, `organ`; of its calling `convened`, `convened_latest`, `convened_seq`,
    `convened_by`, `called_for`, `instruction`; of its opening `opened`, `opened_latest`, `opened_seq`, `opened_by`,
    `chair`, `entitled`, `stated` (those present, where the log gives only their number); of its end `closed`,
    `closed_latest`, `closed_seq`, `closed_by`, `how` (the act); `status` (one of `STATUS`); `calls` (times it was
    called), `acts` (entries it has), and `orderly` (it was opened and ended at most once, and what is done in open
    meetings was done in between).

    The acts are numbered first and looked up after, and of payloads only what they state is carried on.
    """
    read = partial(text, facts)
    called = _nth(
        facts, ("meeting.convene",), "convened",
        lambda act: {"called_for": read(act, "on").try_cast(MOMENT), "instruction": act.ref},
    )  # fmt: skip
    opened = _nth(
        facts, ("meeting.open",), "opened",
        lambda act: {
            "chair": ibis.coalesce(read(act, "chair"), act.actor),
            "entitled": whole(read(act, "entitled")),
            "stated": whole(read(act, "present")),
        },
    )  # fmt: skip
    ended = _nth(facts, _ENDS, "closed", lambda act: {"how": act.act})
    made = _numbered(facts)
    for part, name in ((called, "convened"), (opened, "opened"), (ended, "closed")):
        key = part.rename(unit_of="unit", seq_of="seq")
        made = made.left_join(key, [made.unit == key.unit_of, made[f"{name}_seq"] == key.seq_of])
        made = made.drop("unit_of", "seq_of")
    found = made.mutate(
        organ=ibis.coalesce(made.convened_organ, made.opened_organ, made.closed_organ, made.some_organ),
        status=_last_status(made),
        orderly=_orderly(made),
    )
    gone = ("opens", "ends", "first", "last", "minuted", "some_organ", "convened_organ", "opened_organ", "closed_organ")
    return found.drop(*gone)


def _numbered(facts: Facts) -> Table:
    """The numbers of the acts of each meeting."""
    table = of(facts, *_STATES, *SITTING, "meeting.minutes")
    table = table.filter(table.meeting.notnull())
    calls, opens, ends = table.act == "meeting.convene", table.act == "meeting.open", table.act.isin(_ENDS)
    sits, minuted = table.act.isin(SITTING), table.act == "meeting.minutes"
    return table.group_by("unit", "meeting").agg(
        convened_seq=table.seq.max(where=calls),
        opened_seq=table.seq.max(where=opens),
        closed_seq=table.seq.max(where=ends),
        calls=calls.sum(),
        opens=opens.sum(),
        ends=ends.sum(),
        acts=table.count(),
        first=table.seq.min(where=sits),
        last=table.seq.max(where=sits),
        minuted=table.seq.min(where=minuted),
        some_organ=table.organ.max(where=sits),
    )


def _nth(facts: Facts, verbs: tuple[str, ...], name: str, more: Callable[[Table], dict[str, Column]]) -> Table:
    """Acts of some verbs, and `more` of what they state, under the names they have in a row of `meetings`."""
    table = of(facts, *verbs)
    columns = {f"{name}_organ": table.organ, name: table["at"], f"{name}_latest": table.latest}
    columns |= {f"{name}_by": table.entry} | more(table)
    return table.filter(table.meeting.notnull()).select("unit", "seq", **columns)


def _last_status(made: Table) -> StringValue:
    called, begun, ended = (ibis.coalesce(made[f"{name}_seq"], -1) for name in ("convened", "opened", "closed"))
    return ibis.cases(
        ((ended > begun) & (ended > called), _status(made.how)), (begun > called, "open"), else_="convened"
    )


def _orderly(made: Table) -> BooleanValue:
    opened = made.opened_seq.notnull()
    closing, cancelled = (made.how == "meeting.close").fill_null(False), (made.how == "meeting.cancel").fill_null(False)
    return (
        (made.calls <= 1) & (made.opens <= 1) & (made.ends <= 1)
        & (made.convened_seq < made.opened_seq).fill_null(True)
        & (made.convened_seq < made.closed_seq).fill_null(True)
        & (made.opened_seq < made.closed_seq).fill_null(True)
        & (made["first"].isnull() | (made.opened_seq < made["first"]).fill_null(False))
        & (made["last"] < made.closed_seq).fill_null(True)
        & (made.minuted.isnull() | (made.opened_seq < made.minuted).fill_null(False))
        & ~(closing & ~opened)
        & ~(cancelled & opened)
    )  # fmt: skip


def _status(act: StringValue) -> StringValue:
    return ibis.cases(*((act == verb, status) for verb, status in zip(_STATES, STATUS, strict=True)))


@kept
def astray(facts: Facts) -> Table:
    """Each act of the meetings that are not orderly: `entry`, `unit`, `seq`, `at`, `act`, `meeting`, `organ`; `before`
    (the meeting's status as the act is done, null where the log has none by then), `was_open` (it had been opened by
    then), `opened_seq` (of its opening, null where the log holds none).
    """
    odd = meetings(facts)
    odd = odd.filter(~odd.orderly).select("unit", "meeting", "organ", "opened_seq")
    table = of(facts, *_STATES, *SITTING, "meeting.minutes").select("entry", "unit", "seq", "at", "act", "meeting")
    table = table.join(odd, ["unit", "meeting"])
    window = ibis.window(group_by=("unit", "meeting"), order_by="seq", preceding=(None, 1))
    step = ibis.cases(*((table.act == verb, number) for number, verb in enumerate(_STATES)))
    coded = (table.seq * 8 + step).max().over(window) % 8
    opened = (table.act == "meeting.open").ifelse(1, 0).max().over(window)
    before = ibis.cases(*((coded == number, status) for number, status in enumerate(STATUS)))
    return table.mutate(before=before, was_open=(opened == 1).fill_null(False))


@kept
def sessions(facts: Facts) -> Table:
    """When meetings sat: `unit`, `meeting`, `organ`, from the entry numbered `from_seq` to the one numbered `to_seq`
    (null while they last); where the log never records closings, no longer than their opening.
    """
    table = meetings(facts)
    held_once = table.filter(table.orderly, table.opened_seq.notnull())
    plain = held_once.select("unit", "meeting", "organ", from_seq=held_once.opened_seq, to_seq=held_once.closed_seq)
    odd = astray(facts)
    odd = odd.filter(odd.act.isin(_STATES))
    window = ibis.window(group_by=("unit", "meeting"), order_by="seq")
    odd = odd.mutate(to_seq=odd.seq.lead().over(window))
    odd = odd.filter(odd.act == "meeting.open").select("unit", "meeting", "organ", "to_seq", from_seq=odd.seq)
    found = unite(plain, odd)
    closes = ends_recorded(facts)
    return found.mutate(to_seq=ibis.coalesce(found.to_seq, closes.ifelse(ibis.null("int64"), found.from_seq)))


def ends_recorded(facts: Facts) -> BooleanScalar:
    """Whether the log records the closing of meetings: some are in it, or it begins with opening statements as our own
    logs do.
    """
    return records(facts, "meeting.close", "unit.open")


def records(facts: Facts, *verbs: str) -> BooleanScalar:
    """Whether the log records acts of one of the verbs at all."""
    return of(facts, *verbs).count().as_scalar() > 0


@fact
def held(facts: Facts) -> Table:
    """The meetings that count as held, opened and not adjourned: `unit`, `meeting`, `organ`, `opened`, `opened_latest`,
    `opened_seq`, `opened_by`, `closed`, `closed_latest`, `closed_by`. `closed` is the opening where the log never
    records closings, and null for a meeting still in session. Not those that others in the log stand for, which
    `many.left_out` has: of organs whose meetings are looked at together, none are left out.
    """
    table = meetings(facts)
    table = table.filter(table.opened.notnull(), table.status.isin(("open", "closed")))
    closes = ends_recorded(facts)
    return table.mutate(
        closed=ibis.coalesce(table.closed, closes.ifelse(ibis.null(MOMENT), table.opened)),
        closed_latest=ibis.coalesce(table.closed_latest, closes.ifelse(ibis.null(MOMENT), table.opened_latest)),
        closed_by=ibis.coalesce(table.closed_by, closes.ifelse(ibis.null("string"), table.opened_by)),
    )


@kept
def room(facts: Facts) -> Table:
    """Who was in the room, where the log names them: `unit`, `meeting`, `person`, from the entry numbered `came_seq` to
    the one numbered `went_seq` (null: to the end).
    """
    table = of(facts, "meeting.open", "meeting.attend")
    opened = table.act == "meeting.open"
    came = ibis.ifelse(
        opened, facts.engine.texts(table.payload, "present"), facts.engine.texts(table.payload, "arrived")
    )
    steps = [
        table.select("unit", "meeting", "seq", here=True, person=came).unnest("person"),
        table.select("unit", "meeting", "seq", here=False, person=facts.engine.texts(table.payload, "left")).unnest(
            "person"
        ),
    ]
    moves = unite(*steps).group_by("unit", "meeting", "person", "seq")
    moves = moves.agg(here=lambda moved: moved.here.all())  # who arrives and leaves in one entry has left
    window = ibis.window(group_by=("unit", "meeting", "person"), order_by="seq")
    stays = moves.mutate(went_seq=moves.seq.lead().over(window))
    return stays.filter(stays.here).select("unit", "meeting", "person", "went_seq", came_seq=stays.seq)


@large
def motions(facts: Facts) -> Table:
    """One row a motion: `unit`, `motion`, `meeting`, `organ`, `business`, `about` (its `ref`), `mover`, `put`,
    `put_seq`, `put_by`, `puts` (times it was put), `question` (the payload); `voted`, `voted_seq`, `voted_by`,
    `first_voted_seq`, `answer` (the payload), `carried`, `outcome`, `decided` (the kind of business the winning option
    is of, else the motion's).
    """
    table = of(facts, "motion.put", "motion.vote")
    table = table.mutate(motion=text(facts, table, "motion"))
    puts, votes = table.act == "motion.put", table.act == "motion.vote"
    made = table.group_by("unit", "motion").agg(
        meeting=table.meeting.argmax(table.seq, where=puts),
        about=table.ref.argmax(table.seq, where=puts),
        actor=table.actor.argmax(table.seq, where=puts),
        put=table["at"].argmax(table.seq, where=puts),
        put_seq=table.seq.max(where=puts),
        put_by=table.entry.argmax(table.seq, where=puts),
        puts=puts.sum(),
        question=table.payload.argmax(table.seq, where=puts),
        voted=table["at"].argmax(table.seq, where=votes),
        voted_seq=table.seq.max(where=votes),
        first_voted_seq=table.seq.min(where=votes),
        voted_by=table.entry.argmax(table.seq, where=votes),
        answer=table.payload.argmax(table.seq, where=votes),
    )
    read = facts.engine.text
    made = made.mutate(
        business=read(made.question, "business"),
        mover=ibis.coalesce(read(made.question, "mover"), made.actor),
        carried=flag(read(made.answer, "carried")),
        outcome=read(made.answer, "outcome"),
    )
    there = meetings(facts)
    organs = there.select("unit", "meeting", "organ")
    found = made.left_join(organs, ["unit", "meeting"])[[*made.columns, "organ"]]
    kinds = facts.engine.names(found.question, "kinds")
    return found.mutate(decided=ibis.coalesce(kinds.get(found.outcome), found.business))
