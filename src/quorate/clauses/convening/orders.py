"""What breaks the order of meetings, for the audit of `convening`: each function gives rows `clause`, `unit`, `entry`,
`at`, `on_` (when the meeting was), `rank` (of several on one entry the lowest counts), `sure`, `how`, `says`, `missing`
and `basis`.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr.types import BooleanValue, Column, StringValue, Table

from quorate.clauses.base import Rules
from quorate.clauses.convening import Convening
from quorate.facts import calendar, judged
from quorate.facts.acts import bodies, of, text
from quorate.facts.book import Facts, unite
from quorate.facts.lineage import lineage
from quorate.facts.meetings import SITTING, astray, motions, records, room
from quorate.facts.people import seated, seats
from quorate.facts.people import told as recorded
from quorate.facts.posts import counted
from quorate.facts.powers import deliberated, placed, through

Check = tuple[str, BooleanValue, StringValue | str, bool]
"""How a clause is broken, whether it is (null: not known), what to say, and whether that rests on something missing."""
_FIRST, _SECOND, _THIRD = 0, 10, 20


def told(facts: Facts, clauses: tuple[Convening, ...], rules: Rules, met: Table) -> Table:
    """All that is out of order in the meetings `met` (with their clauses)."""
    parts = [_statuses(facts, met), _calls(facts, clauses, rules, met), _openings(facts, met), *_within(facts, met)]
    if any(clause.polls for clause in clauses):
        parts.append(_polls(facts, clauses, met))
    return unite(*parts)


def _found(table: Table, checks: Sequence[Check], rank: int, basis: Column | None = None) -> Table:
    """The rows of `table` that a check breaks, or cannot tell."""
    broken = [check.fill_null(False) for _, check, _, _ in checks]
    unknown = [check.fill_null(True) & ~check.fill_null(False) for _, check, _, _ in checks]
    sure = ibis.cases(*((found, 1) for found in broken), *((doubt, 2) for doubt in unknown), else_=0)
    table = table.mutate(
        state=sure,
        how=ibis.cases(*zip(broken, (how for how, *_ in checks), strict=True), else_=""),
        says=ibis.cases(*((found, says) for found, (_, _, says, _) in zip(broken, checks, strict=True)), else_=""),
        missing=ibis.cases(*((found, absent) for found, (*_, absent) in zip(broken, checks, strict=True)), else_=False),
        basis_=ibis.null("string") if basis is None else basis,
    )
    table = table.filter(table.state > 0)
    known = ibis.ifelse(table.state == 1, False, ibis.null("boolean"))
    order = ibis.ifelse(table.state == 1, rank, rank + 100)
    return table.select(
        "clause", "unit", "entry", "at", "on_", "how", "says", "missing", rank=order, sure=known, basis=table.basis_
    )


def _statuses(facts: Facts, met: Table) -> Table:
    """Acts at a time when the meeting was not in the state for them."""
    there = met.filter(~met.orderly).select("clause", "on_", "meeting", "calls", unit_of="unit", meeting_of="meeting")
    table = astray(facts)
    table = table.join(there.drop("meeting"), [table.unit == there.unit_of, table.meeting == there.meeting_of])
    before = table.before
    needs = table.act.isin((*SITTING, "meeting.close"))
    unopened = table.opened_seq.isnull()
    is_ = ibis.literal("meeting ") + table.meeting + " was " + before.fill_null("not opened")
    ends = table.act.isin(("meeting.cancel", "meeting.adjourn"))
    again = (table.act == "meeting.open") & (before != "convened").fill_null(False)
    minuted = (table.act == "meeting.minutes") & ~table.was_open
    shut = needs & (before != "open").fill_null(True)
    checks = [
        ("not opened", shut & unopened, is_ + ", not open", True),
        ("not open", shut, is_ + ", not open", False),
        ("over", ends & ~before.isin(("convened", "open")).fill_null(True), is_, False),
        ("cancelled while open", (table.act == "meeting.cancel") & (before == "open").fill_null(False), is_, False),
        ("opened again", again, is_ + " and could not be opened", False),
        ("minutes of nothing", minuted & unopened, "the meeting had not been held", True),
        ("minutes before", minuted, "the meeting had not been held", False),
    ]
    return _found(table, checks, _FIRST)


def _calls(facts: Facts, clauses: tuple[Convening, ...], rules: Rules, met: Table) -> Table:
    """Calls without the organ, the notice, the sponsors or the instruction they need."""
    table = met.filter(met.convened_by.notnull())
    first = ibis.coalesce(calendar.after(table.convened, table.days, table.months), table.convened)
    last = ibis.coalesce(calendar.after(table.convened_latest, table.days, table.months), table.convened_latest)
    held_on = calendar.day(table.called_for)
    hasty = ibis.cases((held_on < calendar.day(first), True), (held_on >= calendar.day(last), False))
    table = table.select(
        "clause", "unit", "on_", "name", "notice", "instructor", "sponsors", "instructed", "instruction", "meeting",
        "calls", "organ", "convened_seq", "called_for",
        entry="convened_by", at="convened", hasty=hasty,
    )  # fmt: skip
    says = (
        "the " + table.name + " was to be called with " + table.notice + ", not for " + calendar.text(table.called_for)
    )
    checks = [
        ("called twice", table.calls > 1, "there was a meeting of that id already", False),
        ("notice", table.hasty, says, False),
    ]
    parts = [_found(table, checks, _SECOND)]
    if any(rules.organs[c.organ].units for c in clauses):
        here = bodies(facts).select("unit", organ="post")
        none = table.join(here, ["unit", "organ"], how="anti")
        parts.append(
            _found(none, [("no such organ", ibis.literal(True), "the unit has no " + none.name, False)], _FIRST)
        )
    if any(c.sponsors for c in clauses):
        parts.append(_unsponsored(facts, table.filter(table.sponsors > 0)))
    if any(c.instruction for c in clauses):
        parts.append(_uninstructed(facts, met, table.filter(table.instructed)))
    return unite(*parts)


def _unsponsored(facts: Facts, calls: Table) -> Table:
    """Calls that fewer members sponsor than must, besides who proposes."""
    log = of(facts, "meeting.convene")
    said = log.select("actor", entry_of="entry", named=facts.engine.texts(log.payload, "sponsors"))
    table = calls.join(said, calls.entry == said.entry_of)
    each = table.select("clause", "entry", "unit", "organ", "actor", "at", seq="convened_seq", person="named")
    each = each.unnest("person").filter(lambda row: (row.person != row.actor).fill_null(True)).drop("actor")
    each = each.join(seats(facts), ["unit", "organ", "person"])
    each = each.filter(seated(each, each.seq, each["at"]))
    backed = each.group_by(clause_of=each.clause, entry_of=each.entry).agg(backers=each.person.nunique())
    table = table.drop("entry_of", "actor")
    table = table.left_join(backed, [table.clause == backed.clause_of, table.entry == backed.entry_of])
    backers = table.backers.fill_null(0)
    few = ibis.cases((backers >= table.sponsors, False), (recorded(facts), True), else_=ibis.null("boolean"))
    says = (
        table.sponsors.cast("string") + " members of the " + table.name + " must sponsor the call; "
        + backers.cast("string") + " did"
    )  # fmt: skip
    silent = table.named.isnull()
    return _found(table, [("no sponsors", few & silent, says, True), ("sponsors", few & ~silent, says, False)], _THIRD)


def _uninstructed(facts: Facts, met: Table, calls: Table) -> Table:
    """Calls without the instruction they need, or on one already used for a meeting that was not given up."""
    sent = of(facts, "document.receive")
    sent = sent.select("unit", "seq", ref="ref", kind=text(facts, sent, "kind"), organ=text(facts, sent, "data.organ"))
    sent = (
        sent.filter(sent.kind == "instruction").group_by("unit", "ref", "organ").agg(told_seq=lambda row: row.seq.min())
    )
    sent = sent.rename(unit_of="unit", organ_of="organ")
    table = calls.left_join(
        sent,
        [calls.unit == sent.unit_of, calls.organ == sent.organ_of, calls.instruction == sent.ref],
    ).drop("unit_of", "organ_of")
    used = met.filter(met.instructed, met.instruction.notnull())
    used = used.group_by(unit_of=used.unit, clause_of=used.clause, ref_of=used.instruction).agg(
        used_seq=used.convened_seq.min(),
        used_how=used.how.argmin(used.convened_seq),
        used_end=used.closed_seq.argmin(used.convened_seq),
    )
    table = table.left_join(
        used,
        [table.unit == used.unit_of, table.clause == used.clause_of, table.instruction == used.ref_of],
    )
    given_up = table.used_how.isin(("meeting.cancel", "meeting.adjourn")) & (table.used_end < table.convened_seq)
    without = ~(table.told_seq < table.convened_seq).fill_null(False)
    again = (table.used_seq < table.convened_seq).fill_null(False) & ~given_up.fill_null(False)
    says = "the " + table.name + " is convened on the instruction of " + table.instructor + ", and none is named"
    checks = [
        ("no instruction", without, says, True),
        ("instruction used", again, "the instruction had been used for another meeting", False),
    ]
    return _found(table, checks, _THIRD)


def _openings(facts: Facts, met: Table) -> Table:
    """Meetings opened without a call, before their hour, on another day, or with people who do not belong there."""
    table = met.filter(met.opened_by.notnull(), (met.convened_seq < met.opened_seq).fill_null(True))
    own = table.meeting == table.opened_by  # a log that gives meetings no ids cannot say which call this was
    uncalled = (table.calls == 0) & ~own & records(facts, "meeting.convene")
    same_day = calendar.day(table.opened) == calendar.day(table.opened_latest)  # such a log keeps days, not hours
    before = ibis.cases(
        (table.opened_latest < table.called_for, True), ((table.opened >= table.called_for) | same_day, False)
    )
    first, last, wanted = (calendar.day(at) for at in (table.opened, table.opened_latest, table.called_for))
    astray_ = ibis.cases(((wanted < first) | (wanted > last), True), (first == last, False))
    table = table.mutate(uncalled=uncalled, before=before, elsewhere=astray_)
    table = table.rename(entry="opened_by", at="opened")
    called = "meeting " + table.meeting + " was called for " + table.called_for.strftime("%Y-%m-%d %H:%M")
    many = table.stated.cast("string") + " are counted present, and " + table.entitled.cast("string") + " are entitled"
    checks = [
        ("not called", table.uncalled, "meeting " + table.meeting + " had not been called", True),
        ("too soon", table.before, called + ", not before", False),
        ("another day", table.elsewhere, called, False),
        ("too many present", (table.stated > table.entitled).fill_null(False), many, False),
    ]
    return _found(table, checks, _SECOND)


def _within(facts: Facts, met: Table) -> list[Table]:
    """What is out of order in meetings apart from the times: strangers, absent movers, stray motions, loose ends."""
    there = met.select("clause", "on_", "organ", "chair", "stated", "opened_seq", "name", unit_of="unit", in_="meeting")
    return [
        _strangers(facts, there),
        _chairless(facts, there),
        _movers(facts, there),
        _motions(facts, there),
        _unfinished(facts, met),
    ]


def _of(table: Table, there: Table) -> Table:
    """Acts (`unit`, `meeting`, ...) beside their meeting and its clauses."""
    found = table.join(there, [table.unit == there.unit_of, table.meeting == there.in_])
    return found.drop("unit_of", "in_")


def _strangers(facts: Facts, there: Table) -> Table:
    """Openings and arrivals that count as present who does not sit on the organ."""
    came = room(facts).select("unit", "meeting", "person", seq_of="came_seq")
    acts = of(facts, "meeting.open", "meeting.attend").select("entry", "seq", "at", unit_="unit")
    came = came.join(acts, [came.unit == acts.unit_, came.seq_of == acts.seq]).drop("unit_", "seq_of")
    came = _of(came, there).select("clause", "entry", "unit", "seq", "at", "on_", "organ", "name", "person")
    sits = seats(facts)
    asked = through(
        came,
        sits,
        ("unit", "organ", "person"),
        ("clause", "entry", "person"),
        lambda row: seated(row, row.seq, row["at"]),
    )
    asked = asked.filter(~asked.found, recorded(facts))
    first = asked.group_by("clause", "unit", "entry", "at", "on_", "name").agg(person=asked.person.min())
    says = first.person + " is not a member of the " + first.name + " and cannot be counted as present"
    return _found(first, [("stranger", first.person.notnull(), says, False)], _THIRD)


def _chairless(facts: Facts, there: Table) -> Table:
    """Openings under somebody who is not among those named as present."""
    table = of(facts, "meeting.open").select("entry", "unit", "seq", "at", "meeting", "payload")
    table = table.mutate(presides=text(facts, table, "chair"), named=facts.engine.texts(table.payload, "present"))
    table = table.filter(table.presides.notnull(), table.named.notnull()).drop("payload")
    table = _of(table.filter(~table.named.contains(table.presides)), there)
    says = table.presides + " presided and is not among those present"
    return _found(table, [("chair not present", table.presides.notnull(), says, False)], _SECOND + 1)


def _movers(facts: Facts, there: Table) -> Table:
    """Motions moved or seconded by somebody who is not in the room."""
    puts = of(facts, "motion.put")
    parts = [
        puts.select(
            "entry", "unit", "seq", "at", "act", "meeting", role=ibis.literal(name), actor=text(facts, puts, name)
        )
        for name in ("mover", "seconder")
    ]
    named = unite(*parts)
    named = _of(named.filter(named.actor.notnull()), there).mutate(ident=lambda row: row.entry + "/" + row.role)
    shape = ("unit", "seq", "at", "act", "actor", "meeting", "organ", "chair", "stated", "opened_seq", "clause", "on_")
    asked = placed(facts, named.select(*shape, of_entry="entry", entry=named.ident + "/" + named.clause))
    asked = asked.group_by("clause", "unit", "at", "on_", entry="of_entry").agg(
        absent=asked.actor.min(where=~asked.inside), doubt=asked.inside.isnull().any()
    )
    check = ibis.cases((asked.absent.notnull(), True), (asked.doubt, ibis.null("boolean")), else_=False)
    says = asked.absent + " was not present and could neither move nor second"
    return _found(asked, [("absent mover", check, says, False)], _THIRD)


def _motions(facts: Facts, there: Table) -> Table:
    """Motions put under an id already used, and votes on a motion that was not put in the meeting."""
    again = motions(facts)
    again = again.filter(again.puts > 1)
    again = again.select("unit", "meeting", entry="put_by", at="put", motion="motion", twice=ibis.literal(True))
    done = deliberated(facts)
    votes = done.filter(done.act == "motion.vote")
    here = ((votes.put_in == votes.meeting) & (votes.put_seq < votes.seq)).fill_null(False)
    votes = votes.mutate(unput=votes.put_in.isnull()).filter(~here)
    votes = votes.select("unit", "meeting", "entry", "at", "motion", "unput")
    table = _of(again, there)
    says = ibis.literal("there was a motion ") + table.motion + " already"
    stray = _of(votes, there)
    none = ibis.literal("there was no motion ") + stray.motion.fill_null("") + " in meeting " + stray.meeting
    puts = records(facts, "motion.put")
    checks = [
        ("no motion", ibis.cases((~stray.unput, False), (puts, True), else_=ibis.null("boolean")), none, True),
        ("another meeting's motion", ~stray.unput, none, False),
    ]
    return unite(
        _found(table, [("motion put twice", table.twice, says, False)], _SECOND), _found(stray, checks, _SECOND)
    )


def _unfinished(facts: Facts, met: Table) -> Table:
    """Meetings closed over a motion not voted on, or an election not counted."""
    closed = met.filter(met.how == "meeting.close")
    closed = closed.select("clause", "on_", "closed_seq", unit_of="unit", in_="meeting", entry="closed_by", at="closed")
    moved, called = motions(facts), counted(facts)
    loose = unite(
        moved.select(
            "unit", "meeting", begun="put_seq", done="first_voted_seq",
            says=ibis.literal("motion ") + moved.motion + " had been put and not voted on",
        ),
        called.select(
            "unit", "meeting", begun="called_seq", done="counted_seq",
            says=ibis.literal("election ") + called.election + " had been called and not counted",
        ),
    )  # fmt: skip
    table = loose.join(closed, [loose.unit == closed.unit_of, loose.meeting == closed.in_])
    table = table.filter(table.begun < table.closed_seq, ~(table.done < table.closed_seq).fill_null(False))
    table = table.group_by("clause", "unit", "entry", "at", "on_").agg(
        says=table.says.min(), late=table.done.notnull().any()
    )
    checks = [("left open", table.late, table.says, False), ("never decided", ~table.late, table.says, True)]
    return _found(table, checks, _THIRD)


def _polls(facts: Facts, clauses: Sequence[Convening], met: Table) -> Table:
    """Votes and ballots counted before the time for giving them was over."""
    rows = [{"clause": c.id, "organ": c.organ, **calendar.span(c.polls)} for c in clauses if c.polls]
    polls = facts.small(rows, {"clause": "string", "organ": "string", **calendar.SPAN})
    there = met.select("clause", "on_", unit_of="unit", in_="meeting").join(polls, "clause")
    votes = deliberated(facts)
    votes = votes.filter(votes.act == "motion.vote").select("entry", "unit", "seq", "at", "latest", "meeting", "motion")
    put = motions(facts).select("put", unit_="unit", motion_="motion")
    votes = votes.join(put, [votes.unit == put.unit_, votes.motion == put.motion_])
    counts = _asked(facts)
    shape = ("entry", "unit", "at", "latest", "meeting")
    table = _of(unite(votes.select(*shape, asked="put"), counts.select(*shape, "asked")), there)
    ends = calendar.after(table.asked, table.days, table.months)
    soon = ibis.cases((table.latest < ends, True), (table["at"] >= ends, False))
    says = "votes could be given until " + calendar.text(ends)
    return _found(table, [("polls open", soon, says, False)], _THIRD)


def _asked(facts: Facts) -> Table:
    """Counts of elections, and when the ballot took its shape: at the call, or the last nomination before the count."""
    table = of(facts, "election.call", "election.nominate", "election.count")
    table = table.select(
        "entry", "unit", "seq", "at", "latest", "act", "meeting", election=text(facts, table, "election")
    )
    counts = table.filter(table.act == "election.count").drop("act")
    shaped = table.filter(table.act != "election.count").select(
        unit_="unit", election_="election", asked_seq="seq", asked="at"
    )
    pairs = counts.join(shaped, [counts.unit == shaped.unit_, counts.election == shaped.election_])
    pairs = pairs.filter(pairs.asked_seq < pairs.seq)
    return pairs.group_by("entry", "unit", "at", "latest", "meeting").agg(asked=pairs.asked.max())


def instructions_judged(facts: Facts, clauses: Sequence[Convening]) -> Table:
    """Whether instructions went to units below only."""
    rows = [{"clause": c.id, "organ": c.organ} for c in clauses if c.instruction]
    log = of(facts, "instruction.issue").select("entry", "unit", "at", "organ", "payload")
    issued = log.join(facts.small(rows, {"clause": "string", "organ": "string"}), "organ")
    to = issued.select("clause", "entry", home="unit", to=facts.engine.texts(issued.payload, "to")).unnest("to")
    below = lineage(facts).select(to="unit", home="above")
    astray_ = to.filter(to.to.notnull()).join(below, ["to", "home"], how="anti")
    astray_ = astray_.group_by(clause_of=astray_.clause, entry_of=astray_.entry).agg(to=astray_.to.min())
    table = issued.left_join(astray_, [issued.clause == astray_.clause_of, issued.entry == astray_.entry_of])
    says = table.to + " does not stand below " + table.unit
    return judged.acts(facts, table, {"not below": (table.to.notnull(), says)})
