"""Conferences over a whole log: whether units elected no more representatives than their quota, sent whom they elected
in time, and whether the conference sat with checked credentials only.

An apportionment is not worked out anew; that it gives the seats there are, and the least each unit has, is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import ibis
from ibis.expr.types import Table

from quorate.clauses.base import Rules
from quorate.clauses.election.audit import members_present
from quorate.clauses.election.ballots import counting, tally
from quorate.clauses.election.calls import VOTING, about, calls, first_of, nominees, some, voting, waiting
from quorate.clauses.representation import Representation
from quorate.facts import calendar, judged
from quorate.facts.acts import of, text
from quorate.facts.book import Facts, unite
from quorate.facts.lineage import known, lineage
from quorate.facts.meetings import meetings
from quorate.facts.people import apportioned, checked, credentials, issued, now, quotas
from quorate.facts.posts import elected
from quorate.facts.powers import allowed, entitled

_RULE = {**dict.fromkeys(("clause", "verb", "tier", "conference", "name"), "string"), **calendar.SPAN}
_SIZE = {"clause": "string", "seats": "int64", "per": "int64", "minimum": "int64"}
_CHAMBER = ("unit", "conference")


def audit(clauses: tuple[Representation, ...], facts: Facts, rules: Rules) -> Table:
    """Judge the election, sending and checking of representatives."""
    ours = facts.small((row for clause in clauses for row in _voting(clause, rules)), VOTING)
    there = _rules(clauses, facts, rules)
    return judged.together(
        facts,
        _called(facts, ours),
        _nominated(facts, ours),
        _counted(facts, ours),
        _opened(facts, there),
        _apportioned(clauses, facts, rules),
        _issued(facts, there),
        _checked(facts, there),
        _sending(facts, there),
    )


def permits(clauses: tuple[Representation, ...], facts: Facts, rules: Rules) -> Table:
    """Elections are for members present; the rest is for those the clause names."""
    ours = facts.small((row for clause in clauses for row in _voting(clause, rules)), VOTING)
    verbs = ("conference.apportion", "credential.issue", "credential.check")
    table = of(facts, *verbs)
    table = table.select(
        "unit", "entry", "seq", "at", "tier", "actor", "office", verb="act", conference=text(facts, table, "conference")
    )
    table = table.join(_rules(clauses, facts, rules), ["verb", "tier", "conference"])
    table = table.mutate(of_clause=table.clause, clause=table.clause + "/" + table.verb)
    by = [
        (f"{clause.id}/{verb}", by)
        for clause in clauses
        for verb, by in zip(verbs, (clause.apportioned_by, clause.sent_by, clause.checked_by), strict=True)
    ]
    table = entitled(facts, table, allowed(facts, by))
    named = table.select("unit", "entry", clause="of_clause", ok="entitled")
    return unite(*(part.select(*judged.PERMITS) for part in (members_present(facts, ours), named)))


def _voting(clause: Representation, rules: Rules) -> Iterator[dict[str, Any]]:
    for organ in clause.elected_by:
        yield voting(clause, organ, clause.conference, rules)


def _rules(clauses: Iterable[Representation], facts: Facts, rules: Rules) -> Table:
    """Which clause speaks to which act in units of which tier."""
    rows = []
    for clause in clauses:
        above = rules.organs[clause.conference].tier
        below = {rules.organs[organ].tier for organ in clause.elected_by}
        places = [("conference.apportion", above), ("credential.check", above), ("meeting.open", above)]
        places += [("credential.issue", tier) for tier in sorted(below)]
        rows += [
            {
                "clause": clause.id,
                "verb": verb,
                "tier": tier,
                "conference": clause.conference,
                "name": rules.name(clause.conference),
                **calendar.span(clause.within),
            }
            for verb, tier in places
        ]
    return facts.small(rows, _RULE)


def _under_quota(facts: Facts, table: Table) -> Table:
    """Acts of an election to a conference, with the unit's `quota` then (null: none) and `chosen`, how many it has
    elected since.
    """
    granted = quotas(facts).select("unit", "from_seq", "to_seq", quota="seats", granted="at", post="conference")
    asked = table.select("clause", "unit", "post", "entry", "seq").join(granted, ["unit", "post"])
    asked = asked.filter(now(asked, asked.seq)).select("clause", "unit", "post", "entry", "seq", "quota", "granted")
    rows = elected(facts).select("unit", "post", elected_at="at", elected_seq="seq")
    chosen = asked.join(rows, ["unit", "post"])
    chosen = chosen.filter(chosen.elected_seq < chosen.seq, chosen.elected_at >= chosen.granted)
    chosen = chosen.group_by("clause", "entry").agg(chosen=chosen.count())
    quota = asked.select("clause", "entry", "quota")
    joined = table.left_join(quota, ["clause", "entry"])[[*table.columns, "quota"]]
    joined = joined.left_join(chosen, ["clause", "entry"])[[*joined.columns, "chosen"]]
    return joined.mutate(chosen=joined.chosen.fill_null(0))


# --- guards


def _called(facts: Facts, ours: Table) -> Table:
    """No more are called for than the quota leaves."""
    table = waiting(facts, _under_quota(facts, calls(facts, ours)))
    wanted, quota = table.seats + table.chosen, table.quota
    quota_is = ibis.literal("the quota is ") + quota.cast("string")
    over = quota_is + "; " + table.chosen.cast("string") + " were elected and " + table.seats.cast("string")
    pending = quota_is + "; an election of " + table.waiting.cast("string") + " was not counted yet"
    return judged.acts(
        facts,
        table,
        {
            "id used again": (table.again, "an election of that id had been called already"),
            "no quota": (quota.isnull(), "no quota had been received"),
            "beyond the quota": (quota.notnull() & (wanted > quota), over + " more called for"),
            "beyond what is left": (quota.notnull() & (wanted + table.waiting > quota), pending),
        },
        absent=("no quota",),
    )


def _nominated(facts: Facts, ours: Table) -> Table:
    """Nobody is nominated twice, or elected twice over."""
    table = about(facts, ours, "election.nominate")
    rows = nominees(facts, table)
    chosen = _chosen(facts, rows.select("clause", "unit", "entry", "seq", "person", conference="post"))
    rows = rows.left_join(chosen, ["clause", "entry", "person"])[[*rows.columns, "chosen"]]
    said = rows.group_by("clause", "entry").agg(
        twice=some(rows.again), twin=first_of(rows.person, rows.again),
        over=some(rows.chosen.notnull()), whom=first_of(rows.person, rows.chosen.notnull()),
    )  # fmt: skip
    table = table.left_join(said, ["clause", "entry"])[[*table.columns, "twice", "twin", "over", "whom"]]
    return judged.acts(
        facts,
        table,
        {
            "counted already": (table.done, "the election had been counted already"),
            "nominated twice": (table.twice.fill_null(False), table.twin + " was nominated already"),
            "elected already": (table.over.fill_null(False), table.whom + " had been elected already"),
        },
    )


def _chosen(facts: Facts, asked: Table) -> Table:
    """Of those asked about (`clause`, `unit`, `entry`, `seq`, `person`, `conference`) those the unit has elected since
    it was given its quota: `clause`, `entry`, `person`, `chosen` (true).
    """
    granted = quotas(facts).select("unit", "conference", "from_seq", "to_seq", granted="at")
    found = asked.join(granted, ["unit", "conference"])
    found = found.filter(now(found, found.seq)).drop("from_seq", "to_seq")
    rows = elected(facts).select("unit", "person", conference="post", elected_at="at", elected_seq="seq")
    found = found.join(rows, ["unit", "person", "conference"])
    found = found.filter(found.elected_seq < found.seq, found.elected_at >= found.granted)
    return found.select("clause", "entry", "person").distinct().mutate(chosen=True)


def _counted(facts: Facts, ours: Table) -> Table:
    """A count keeps to the papers, the nominees and the quota."""
    table = tally(facts, _under_quota(facts, about(facts, ours, "election.count")), "representation")
    left = table.quota.fill_null(0) - ibis.ifelse(table.quota.isnull(), 0, table.chosen)
    says = table.seats.cast("string") + " are elected, and the quota leaves " + left.cast("string")
    return judged.acts(facts, table, counting(table, table.seats > left, says), absent=("nobody nominated",))


def _opened(facts: Facts, there: Table) -> Table:
    """A conference opens when all credentials sent to it have been checked."""
    table = of(facts, "meeting.open").select("unit", "entry", "seq", "at", "meeting", "tier")
    sitting = meetings(facts).select("unit", "meeting", conference="organ")
    table = table.join(sitting, ["unit", "meeting"])
    there = there.filter(there.verb == "meeting.open").select("clause", "tier", "conference")
    table = table.join(there, ["tier", "conference"])
    sent = credentials(facts).select(*_CHAMBER, "person", "received", "received_seq", "next_seq", "first_seq")
    found = table.select("clause", "entry", "seq", *_CHAMBER).join(sent, list(_CHAMBER))
    found = found.filter(
        found.received_seq < found.seq,
        found.next_seq.isnull() | (found.next_seq >= found.seq),
        found.first_seq.isnull() | (found.first_seq >= found.seq),
    )
    found = _apportioned_then(facts, found)
    found = found.filter(found.granted.isnull() | (found.received >= found.granted))
    found = found.group_by("clause", "entry").agg(unchecked=found.count(), person=found.person.min())
    table = table.left_join(found, ["clause", "entry"])[[*table.columns, "unchecked", "person"]]
    says = table.unchecked.cast("string") + " credentials had not been checked, that of " + table.person + " among them"
    return judged.acts(facts, table, {"credentials not checked": (table.unchecked.notnull(), says)}, absent=True)


def _apportioned_then(facts: Facts, table: Table) -> Table:
    """Rows (`clause`, `entry`, `seq`, `unit`, `conference`, and more) with `granted` and `quotas` of the apportionment
    in force then; null where there was none.
    """
    made = apportioned(facts).select(*_CHAMBER, granted="at", from_seq="seq", to_seq="next_seq", quotas="quotas")
    acts = table.select("clause", "entry", "seq", *_CHAMBER).distinct().join(made, list(_CHAMBER))
    acts = acts.filter(now(acts, acts.seq)).select("clause", "entry", "granted", "quotas")
    return table.left_join(acts, ["clause", "entry"])[[*table.columns, "granted", "quotas"]]


def _apportioned(clauses: tuple[Representation, ...], facts: Facts, rules: Rules) -> Table:
    """Seats are given out before the conference sits, by numbers of members of those who send, and all of them."""
    sizes = [
        {
            "clause": clause.id,
            "seats": clause.seats.value if clause.seats else None,
            "per": clause.members_per_seat.value if clause.members_per_seat else None,
            "minimum": clause.minimum.value if clause.minimum else 0,
        }
        for clause in clauses
    ]
    there = _rules(clauses, facts, rules)
    there = there.filter(there.verb == "conference.apportion").select("clause", "tier", "conference", "name")
    table = of(facts, "conference.apportion")
    table = table.select(
        "unit", "entry", "seq", "at", "tier",
        conference=text(facts, table, "conference"),
        stated=facts.engine.names(table.payload, "members"),
        weights=facts.engine.counts(table.payload, "weights"),
        given=facts.engine.counts(table.payload, "seats_by_unit"),
    )  # fmt: skip
    table = table.join(there, ["tier", "conference"]).join(facts.small(sizes, _SIZE), "clause")
    table = _in_session(facts, table)
    for more in (_stated(clauses, facts, rules, table), _shares(table)):
        fresh = [name for name in more.columns if name not in ("clause", "entry")]
        table = table.left_join(more, ["clause", "entry"])[[*table.columns, *fresh]]
    wanted = ibis.coalesce(table.seats, (table.weight / ibis.greatest(table.per, 1)).floor().cast("int64"))
    given = table.total.cast("string") + " seats were given out of " + wanted.cast("string")
    return judged.acts(
        facts,
        table,
        {
            "in session": (table.session.notnull(), "the conference was in session"),
            "elects nobody here": (table.stranger.notnull(), table.stranger + " elects no representatives here"),
            "no number": (table.odd.notnull(), table.odd + " has no whole number of members"),
            "other seats than there are": ((table.total != wanted).fill_null(False), given),
            "below the least": (table.scanty.notnull(), table.scanty + " was given fewer seats than the least"),
        },
    )


def _in_session(facts: Facts, table: Table) -> Table:
    """Apportionments with the meeting of the conference that was in `session`."""
    sat = meetings(facts).select("unit", "opened_seq", "closed_seq", "meeting", conference="organ")
    found = table.select("clause", "entry", "seq", *_CHAMBER).join(sat, list(_CHAMBER))
    found = found.filter(found.opened_seq < found.seq, found.closed_seq.isnull() | (found.closed_seq >= found.seq))
    found = found.group_by("clause", "entry").agg(session=found.meeting.min())
    return table.left_join(found, ["clause", "entry"])[[*table.columns, "session"]]


def _stated(clauses: tuple[Representation, ...], facts: Facts, rules: Rules, table: Table) -> Table:
    """Numbers of members an apportionment states itself: of a unit that sends nobody (`stranger`), or no number
    (`odd`).
    """
    tiers = {(clause.id, rules.organs[organ].tier) for clause in clauses for organ in clause.elected_by}
    sending = facts.small(
        ({"clause": clause, "below": tier} for clause, tier in sorted(tiers)), {"clause": "string", "below": "string"}
    )
    rows = table.filter(table.stated.notnull()).select("clause", "entry", "unit", "stated")
    rows = rows.mutate(member=rows.stated.keys()).unnest("member")
    rows = rows.mutate(number=rows.stated.get(rows.member)).drop("stated")
    under = lineage(facts).select(member="unit", unit="above")
    electing = known(facts).select(member="unit", below="tier").join(sending, "below").select("clause", "member")
    fit = rows.select("clause", "entry", "unit", "member").join(under, ["unit", "member"])
    fit = fit.filter(fit.unit != fit.member).join(electing.distinct(), ["clause", "member"])
    fit = fit.select("clause", "entry", "member").distinct().mutate(fit=True)
    rows = rows.left_join(fit, ["clause", "entry", "member"])[[*rows.columns, "fit"]]
    whole = rows.number.re_search("^[0-9]+$").fill_null(False)
    return rows.group_by("clause", "entry").agg(
        stranger=rows.member.min(where=rows.fit.isnull()), odd=rows.member.min(where=~whole)
    )


def _shares(table: Table) -> Table:
    """Of what apportionments say they gave: `total`, the `weight` of all, and who got fewer than the least
    (`scanty`).
    """
    rows = table.filter(table.given.notnull()).select("clause", "entry", "given", "minimum")
    rows = rows.mutate(member=rows.given.keys()).unnest("member")
    rows = rows.mutate(number=rows.given.get(rows.member))
    given = rows.group_by("clause", "entry").agg(
        total=rows.number.sum(), scanty=rows.member.min(where=rows.number < rows.minimum)
    )
    heavy = (
        table.filter(table.weights.notnull()).select("clause", "entry", weight=table.weights.values()).unnest("weight")
    )
    heavy = heavy.group_by("clause", "entry").agg(weight=heavy.weight.sum())
    return given.left_join(heavy, ["clause", "entry"])[[*given.columns, "weight"]]


def _named(facts: Facts, there: Table, rows: Table, verb: str) -> Table:
    """Each person acts of a verb name, with the clause that speaks to it."""
    acts = of(facts, verb)
    acts = acts.select("entry", "tier", reason=text(facts, acts, "reason"))
    mine = there.filter(there.verb == verb).select("clause", "tier", "conference", "name")
    return rows.join(acts, "entry").join(mine, ["tier", "conference"])


def _issued(facts: Facts, there: Table) -> Table:
    """Credentials are sent of those elected, once a quota."""
    rows = _named(facts, there, issued(facts), "credential.issue")
    chosen = _chosen(facts, rows)
    rows = rows.left_join(chosen, ["clause", "entry", "person"])[[*rows.columns, "chosen"]]
    granted = quotas(facts).select(*_CHAMBER, "from_seq", "to_seq", granted="at")
    before = issued(facts).select(*_CHAMBER, "person", sent="at", sent_seq="seq")
    sent = rows.select("clause", "entry", "seq", "person", *_CHAMBER).join(granted, list(_CHAMBER))
    sent = sent.filter(now(sent, sent.seq)).drop("from_seq", "to_seq").join(before, [*_CHAMBER, "person"])
    sent = sent.filter(sent.sent_seq < sent.seq, sent.sent >= sent.granted)
    sent = sent.select("clause", "entry", "person").distinct().mutate(sent=True)
    rows = rows.left_join(sent, ["clause", "entry", "person"])[[*rows.columns, "sent"]]
    table = rows.group_by("clause", "unit", "entry", "at").agg(
        stranger=rows.person.min(where=rows.chosen.isnull()), again=rows.person.min(where=rows.sent.notnull())
    )
    return judged.acts(
        facts,
        table,
        {
            "not elected": (table.stranger.notnull(), table.stranger + " had not been elected here"),
            "sent before": (table.again.notnull(), "the credential of " + table.again + " had been sent"),
        },
        absent=("not elected",),
    )


def _checked(facts: Facts, there: Table) -> Table:
    """Credentials that came, and stand, are checked once, and accepted up to the quota."""
    rows = _named(facts, there, checked(facts), "credential.check")
    sent = credentials(facts).select(*_CHAMBER, "person", "sender", "received", "received_seq", "next_seq", "first_seq")
    came = rows.select("clause", "entry", "seq", "person", *_CHAMBER).join(sent, [*_CHAMBER, "person"])
    came = came.filter(came.received_seq < came.seq, came.next_seq.isnull() | (came.next_seq >= came.seq))
    came = came.select("clause", "entry", "person", "sender", "received", "first_seq")
    rows = rows.left_join(came, ["clause", "entry", "person"])[[*rows.columns, "sender", "received", "first_seq"]]
    rows = _apportioned_then(facts, rows)
    rows = rows.mutate(
        stale=(rows.received < rows.granted).fill_null(False), done=(rows.first_seq < rows.seq).fill_null(False)
    )
    table = rows.group_by("clause", "unit", "entry", "at").agg(
        unreasoned=(~rows.accepted & rows.reason.isnull()).any(),
        missing=rows.person.min(where=rows.received.isnull()),
        stale=rows.person.min(where=rows.stale),
        done=rows.person.min(where=rows.done),
        twice=rows.person.count() > rows.person.nunique(),
    )
    beyond = _beyond(facts, rows)
    table = table.left_join(beyond, ["clause", "entry"])[[*table.columns, "beyond"]]
    return judged.acts(
        facts,
        table,
        {
            "no reason": (table.unreasoned.fill_null(False), "a credential was rejected without a reason"),
            "not received": (table["missing"].notnull(), "no credential of " + table["missing"] + " had been received"),
            "out of date": (table.stale.notnull(), "the seats had been given anew since " + table.stale + " was sent"),
            "checked before": (table.done.notnull(), "the credential of " + table.done + " had been checked"),
            "named twice": (table.twice, "somebody was named twice"),
            "beyond the quota": (table.beyond.notnull(), "more were accepted of " + table.beyond + " than its seats"),
        },
        absent=("not received",),
    )


def _beyond(facts: Facts, rows: Table) -> Table:
    """A unit of which more are accepted than it has seats: `clause`, `entry`, `beyond`."""
    fresh = rows.filter(rows.accepted, rows.sender.notnull())
    fresh = fresh.group_by("clause", "entry", "seq", *_CHAMBER, "sender").agg(
        more=fresh.count(), granted=fresh.granted.max()
    )
    given = apportioned(facts).select(*_CHAMBER, "quotas", "at")
    quota = fresh.select("clause", "entry", "sender", "granted", *_CHAMBER).join(given, list(_CHAMBER))
    quota = quota.filter(quota["at"] == quota.granted)
    quota = quota.select("clause", "entry", "sender", quota=quota.quotas.get(quota.sender)).distinct()
    taken = credentials(facts)
    taken = taken.filter(taken.accepted)
    taken = taken.select(*_CHAMBER, "sender", "received", "checked_seq", "next_seq")
    found = fresh.join(taken, [*_CHAMBER, "sender"])
    found = found.filter(
        found.checked_seq < found.seq,
        found.next_seq.isnull() | (found.next_seq >= found.seq),
        found.received >= found.granted,
    )
    found = found.group_by("clause", "entry", "sender").agg(taken=found.count())
    keys = ["clause", "entry", "sender"]
    fresh = fresh.left_join(quota, keys)[[*fresh.columns, "quota"]]
    fresh = fresh.left_join(found, keys)[[*fresh.columns, "taken"]]
    over = fresh.taken.fill_null(0) + fresh.more > fresh.quota.fill_null(0)
    return fresh.group_by("clause", "entry").agg(beyond=fresh.sender.min(where=over))


# --- obligations


def _sending(facts: Facts, there: Table) -> Table:
    """A unit with a quota elects and sends so many in time; a later quota takes the place of an earlier one."""
    rules = there.filter(there.verb == "credential.issue").select(
        "clause", "tier", "conference", "name", "days", "months"
    )
    granted = quotas(facts)
    granted = granted.filter(granted.to_seq.isnull())
    table = granted.join(known(facts).select("unit", "tier"), "unit").join(rules, ["tier", "conference"])
    every = issued(facts)
    sent = every.group_by(*_CHAMBER, "person").agg(
        sent=every["at"].argmax(every.seq), seq=every.seq.max(), by=every.entry.argmax(every.seq)
    )
    found = table.select("clause", *_CHAMBER, "at").join(sent, list(_CHAMBER))
    found = found.filter(found.sent >= found["at"]).group_by("clause", *_CHAMBER)
    found = found.agg(
        sent=lambda row: row.count(), last=lambda row: row.sent.max(), last_by=lambda row: row.by.argmax(row.seq)
    )
    table = table.left_join(found, ["clause", *_CHAMBER])[[*table.columns, "sent", "last", "last_by"]]
    done = table.sent.fill_null(0) >= table.seats
    owed = table.select(
        "clause", "unit",
        key=table.entry,
        basis=table.entry,
        arose=table["at"],
        due=calendar.after(table["at"], table.days, table.months),
        due_latest=calendar.after(table.latest, table.days, table.months),
        met=ibis.ifelse(done, table["last"], None),
        entry=ibis.ifelse(done, table.last_by, None),
        says=ibis.literal("elect ") + table.seats.cast("string") + " representatives to the " + table["name"],
    )  # fmt: skip
    return judged.duties(facts, owed.mutate(says=owed.says + " and send their credentials"))
