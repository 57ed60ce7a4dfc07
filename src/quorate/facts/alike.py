"""Meetings alike: of millions that clauses can only judge the same way, one stands for all, and the rest of the log is
what has to be read act by act.

Two meetings are alike where what is done in them is the same, by the same posts, in the same order and with the same
numbers, so that no clause that judges a meeting by itself can tell them apart. Which organs are judged so, their
clauses say (`Clause.sits`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import ibis
from ibis.expr.types import ArrayValue, BooleanValue, Column, IntegerValue, StringValue, Table

from quorate.facts import calendar
from quorate.facts.acts import READ, acts, text
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.people import seats, sizes
from quorate.facts.posts import tenures

CALL = "meeting.convene"
INSIDE = ("meeting.open", "meeting.hear", "motion.put", "motion.vote", "meeting.close")
"""The acts that a meeting like others may hold, besides its call."""
OPEN, HEAR, PUT, VOTE, CLOSE = (16**slot for slot in range(5))
STRAY = 16**5
"""What acts of each kind weigh: the sum of the weights of a meeting tells how many there are of each."""
MOST = 7  # acts inside, of which three hear: the sum of the places of each kind then stays below 16
FEW = 4
"""So few meetings alike are judged one by one."""
SAID = {
    CALL: {"on", "agenda", "place"},
    "meeting.open": {"present", "entitled"},
    "meeting.hear": {"business", "text"},
    "motion.put": {"motion", "business", "text"},
    "motion.vote": {"motion", "for", "against", "abstain", "carried"},
    "meeting.close": {"text"},
}
"""What the payloads of acts may say that names nobody, and rests on nothing outside the meeting."""


@dataclass(frozen=True)
class Alike:
    """Meetings that are left out of a log: `left`, with `unit`, `meeting`, `organ`, `opened`, `opened_seq`,
    `opened_by`, `closed`; the acts of those that stand for them: `acts`, with `entry`, `pattern`; and all meetings of
    each pattern, those that stand for others too: `meetings`, with `pattern`, `unit`, `period`, `opened`, `opened_by`.
    """

    left: Table
    acts: Table
    meetings: Table


def digest(facts: Facts, organs: Collection[str]) -> Table:
    """One row a meeting with an id: `unit`, `meeting`; how many acts it has (`number`, `weights`), in what `order`, and
    what they say (`marks`); motions put or voted on that are not the meeting's own, one a line (`strange`); `call_seq`,
    `convened`, `called_for`, `caller` (a mark); `first` and `last` (of the acts but the call), `opened`, `opened_by`,
    `closed`; and of the acts but the call the least and greatest moment (`least`, `most`) and the mark of who did them
    (`chair`, `other`). Acts of other organs than `organs`, and on motions not the meeting's own, weigh as strays.
    """
    table = acts(facts)
    table = table.filter(table.meeting.notnull())
    mark = facts.engine.mark
    called, opens, closes = table.act == CALL, table.act == "meeting.open", table.act == "meeting.close"
    on = ibis.ifelse(called, text(facts, table, "on"), ibis.null("string"))
    said, names, strange = _told(facts, table, on)
    doubt = ibis.cases((table["at"] != table.latest, "vague"), (table.actor.isnull(), "nobody"), else_="")
    said = mark(table.act, table.organ, table.office, table.tier, table.subject, table.ref, doubt, said, names)
    weights = ((verb, 16**slot) for slot, verb in enumerate(INSIDE))
    usual = table.organ.isin(organs) & strange.isnull()
    table = table.mutate(
        weight=ibis.ifelse(usual, table.act.cases(*weights, (CALL, 0), else_=STRAY), STRAY),
        strange=strange,
        said=said % 2**59,
        doer=mark(table.actor),
        on=on.try_cast(MOMENT),
        called=called,
        opens=opens,
        closes=closes,
    )
    inside = ~table.called
    made = table.group_by("unit", "meeting").agg(
        number=table.count(),
        weights=table.weight.sum(),
        places=(table.weight * table.seq).sum(),
        marks=table.said.sum(),
        call_seq=table.seq.max(where=table.called),
        convened=table["at"].max(where=table.called),
        called_for=table.on.max(),
        caller=table.doer.max(where=table.called),
        first=table.seq.min(where=inside),
        last=table.seq.max(),
        opened=table["at"].max(where=table.opens),
        opened_by=table.entry.max(where=table.opens),
        closed=table["at"].max(where=table.closes),
        least=table["at"].min(where=inside),
        most=table["at"].max(where=inside),
        chair=table.doer.max(where=inside),
        other=table.doer.min(where=inside),
        strange=table.strange.group_concat("\n"),
    )
    return made.mutate(order=made.places - made["first"] * made.weights).drop("places")


def _told(facts: Facts, table: Table, on: StringValue) -> tuple[StringValue, ArrayValue, StringValue]:
    """What an act says, in words that are the same in meetings of another id and day, whatever is said in words of its
    own; of what names, where these are left out; and the motion it is on, if that is not called by the meeting, a slash
    and a word.
    """
    payload, named = table.payload, table.meeting + "/"
    moves, worded = table.act.isin(("motion.put", "motion.vote")), table.act.isin(("meeting.hear", "motion.put"))
    motion = ibis.ifelse(moves, text(facts, table, "motion"), ibis.null("string"))
    word = motion.substr(named.length())
    own = (motion.startswith(named) & ~word.contains("/")).fill_null(False)
    said = ibis.cases(
        (on.notnull(), payload.replace(ibis.literal('"') + on + '"', '"@"')),
        (worded, text(facts, table, "business").fill_null("") + " " + word.fill_null("")),
        (moves, payload.replace(ibis.literal('"') + named, '"@/')),
        else_=payload,
    )
    names = ibis.ifelse(worded, facts.engine.fields(payload), ibis.null("array<string>"))
    return said, names, ibis.cases((moves & ~own, motion.fill_null("")), else_=ibis.null("string"))


class Condensed:
    """A log in which meetings alike are told apart from all else, for the organs whose meetings may be."""

    def __init__(self, facts: Facts, organs: Collection[str], tell: Callable[[int], None]) -> None:
        """`tell` is told how many of four steps are done."""
        tell(0)
        self.whole, self.organs = facts, sorted(organs)
        self.source = facts.source
        self.told = facts.made("alike_digest", lambda _: digest(facts, self.organs), keep=True, parts=facts.parts)
        tell(1)
        # who held what, which acts in such meetings do not change
        rest = facts.engine.keep("alike_rest", self._others(self._read()), parts=1)
        tell(2)
        self.rest = facts.upon(rest)
        self.found = facts.made("alike_found", lambda _: self._patterned(), keep=True, parts=1)
        tell(3)

    def _read(self) -> Table:
        """The log's entries, without what an audit does not read."""
        return self.source.select([name for name in READ if name in self.source.columns])

    def _simple(self, table: Table) -> Table:
        """The acts of a log that may be left out with their meeting."""
        return table.filter(self._kind(table) == 1)

    def _others(self, table: Table) -> Table:
        """All other acts."""
        return table.filter(self._kind(table) == 0)

    def _kind(self, table: Table) -> IntegerValue:
        """1 for the acts that may be left out, else 0; by cases, for of long lists DuckDB makes joins."""
        ours = table.organ.cases(*((organ, 1) for organ in self.organs), else_=0)
        usual = table.act.cases(*((verb, 1) for verb in (CALL, *INSIDE)), else_=0)
        return ibis.cases((table.meeting.isnull() | table.organ.isnull(), 0), else_=usual * ours)

    def _patterned(self) -> Table:
        """All meetings of the log, and by which `pattern` others are like them; null where they are like no other."""
        facts, mark = self.rest, self.rest.engine.mark
        table = self.told
        # 1. the posts of who presided, and of who called
        there = facts.made("alike_places", lambda _: self._places(), keep=True, parts=facts.parts)
        for role in ("chair", "caller"):
            theirs = there.rename({f"{role}_{name}": name for name in there.columns})
            on = [table.unit == theirs[f"{role}_unit"], table[role] == theirs[f"{role}_who"]]
            table = table.left_join(theirs, on).drop(f"{role}_unit", f"{role}_who")
        # 2. how many sit on the unit's organs, where they voted
        size = facts.made("alike_sizes", lambda _: self._sizes(), keep=True, parts=facts.parts)
        table = table.mutate(voting=ibis.ifelse(_votes(table) > 0, table.unit, ibis.null("string")))
        table = table.left_join(size.rename(size_unit="unit"), [table.voting == size.unit]).drop("size_unit")
        # 3. what has to do with anything outside
        bound = facts.made("alike_bound", lambda _: self._bound(), keep=True, parts=facts.parts).mutate(bound=True)
        columns = table.columns
        table = table.left_join(bound, ["unit", "meeting"])[[*columns, "bound"]]
        like = _closed_in_itself(table, facts.start) & _in_place(table) & table.bound.isnull()
        like = like & ~table.moves.fill_null(False)
        pattern = mark(
            table.weights, table.order, table.marks, table.chair_places, table.caller_places, table.sizes,
            _days(table.convened, table.called_for), _days(table.called_for, table.opened),
            table.opened < table.called_for, table.called_for.isnull(),
        )  # fmt: skip
        shape = ("unit", "meeting", "opened", "opened_by", "closed")
        pattern = ibis.ifelse(like.fill_null(False), pattern, ibis.null(pattern.type()))
        return table.select(*shape, opened_seq=table["first"], period=facts.period(table.opened), pattern=pattern)

    def _places(self) -> Table:
        """Whoever presided or called: `unit`, `who` (a mark), all their posts and seats as a mark, `places`; and the
        time in which they had all of them at once, from after the entry `from_seq` and from `since` to before `to`
        (null: open).
        """
        facts, mark = self.rest, self.rest.engine.mark
        ended = {"to_seq": "ended_seq", "to": "over"}
        held = tenures(facts).select("unit", "person", "since", from_seq="since_seq", place="post", **ended)
        sits = seats(facts)
        sits = sits.select(
            "unit", "person", "since", "from_seq", "to", "to_seq", place=ibis.literal("on ") + sits.organ
        )
        each = unite(held, sits).drop_null(["person", "since", "from_seq"])
        did = (self.told.select("unit", who=role) for role in ("chair", "caller"))
        each = each.mutate(who=mark(each.person)).semi_join(ibis.union(*did, distinct=True), ["unit", "who"])
        each = _throughout(each)
        found = each.group_by("unit", "who").agg(
            since=each.since.max(), from_seq=each.from_seq.max(), to=each.to.min(),
            places=each.place.collect().sort().join("\n"),
        )  # fmt: skip
        return found.mutate(places=mark(found.places))

    def _sizes(self) -> Table:
        """How many sit on each organ of a unit, all in one text, and whether that changes: `unit`, `sizes`, `moves`."""
        each = sizes(self.rest)
        told = each.organ + " " + each["size"].cast("string")
        return each.group_by("unit").agg(sizes=told.collect().sort().join(", "), moves=each.moves.any())

    def _bound(self) -> Table:
        """Meetings of motions that are named elsewhere: `unit`, `meeting`."""
        table = acts(self.rest)
        strange = self.told.filter(self.told.strange.notnull())
        named = unite(
            table.select("unit", motion="ref"),
            table.select("unit", motion=text(self.rest, table, "motion")),
            strange.select("unit", motion=strange.strange.split("\n")).unnest("motion"),
        )
        named = named.filter(named.motion.contains("/"))
        named = named.select("unit", meeting=named.motion.re_extract("^(.*)/[^/]*$", 1))
        return self.told.select("unit", "meeting").semi_join(named, ["unit", "meeting"])

    def facts(self, apart: Collection[int] = ()) -> Facts:
        """The facts of a log in which one meeting stands for all that are alike, but for those of the patterns `apart`,
        which stand for themselves (see `troubled`).
        """
        table = self.found
        table = table.filter(table.pattern.notnull())
        patterns = table.group_by("pattern").agg(number=table.count(), chosen=table.opened_by.min())
        patterns = self._without(patterns.filter(patterns.number > FEW), apart)
        facts = self._left(patterns)
        odd = self._odd(facts)
        return self._left(self._without(patterns, odd)) if odd else facts

    def _without(self, patterns: Table, apart: Collection[int]) -> Table:
        if not apart:
            return patterns
        gone = self.whole.small([{"pattern": each} for each in apart], {"pattern": str(patterns.pattern.type())})
        return patterns.anti_join(gone, "pattern")

    def _left(self, patterns: Table) -> Facts:
        """The facts of the log without meetings of these patterns, but for those chosen."""
        engine, table = self.whole.engine, self.found
        engine.over("log")
        chosen = engine.keep("alike_chosen", patterns)
        several = table.join(chosen, "pattern")
        left = engine.view("alike_left", several.filter(several.opened_by != several.chosen))
        standing = engine.keep("alike_standing", several.filter(several.opened_by == several.chosen))
        marked = table.left_join(chosen.select("pattern", "chosen"), "pattern")
        stay = marked.filter((marked.opened_by == marked.chosen).fill_null(True)).select("unit", "meeting")
        stay = engine.keep("alike_stay", stay)  # whose number is known then
        engine.keep("alike_some", self._simple(self._read()).semi_join(stay, ["unit", "meeting"]), parts=1)
        engine.together("condensed", "alike_rest", "alike_some")
        source = engine.over("condensed")
        done = source.join(standing.select("unit", "meeting", "pattern"), ["unit", "meeting"])
        done = engine.keep("alike_acts", done.select("entry", "pattern", "organ"))
        organs = done.group_by("pattern").agg(organ=done.organ.min())
        facts = self.rest.upon(source)
        facts.alike = Alike(
            left=left.join(organs, "pattern").drop("pattern", "period", "number", "chosen"),
            acts=done.select("entry", "pattern"),
            meetings=several.select("pattern", "unit", "period", "opened", "opened_by"),
        )
        return facts

    def _odd(self, facts: Facts) -> list[int]:
        """Patterns of which an act says what may rest on something outside the meeting."""
        assert facts.alike
        engine, table = facts.engine, facts.source
        table = table.join(facts.alike.acts, "entry")
        shape = engine.fields(table.payload).sort().join(",").fill_null("")
        table = table.mutate(shape=shape, number=text(facts, table, "present").try_cast("int64"))
        kinds = engine.run(table.select("act", "shape").distinct()).to_pylist()
        plain = [f"{kind['act']} {kind['shape']}" for kind in kinds if _plain(kind["act"], kind["shape"])]
        odd = (
            (table.act + " " + table.shape).notin(plain)
            | table.organ.isnull() | table.actor.isnull() | table.ref.notnull() | table.subject.notnull()
            | ((table.act == "meeting.open") & table.number.isnull())
        )  # fmt: skip
        strange = table.filter(odd).select("pattern")
        mixed = table.group_by("pattern").agg(least=table.organ.min(), most=table.organ.max())
        mixed = mixed.filter(mixed.least != mixed.most).select("pattern")
        return [row["pattern"] for row in engine.run(strange.union(mixed).distinct()).to_pylist()]


def troubled(facts: Facts, findings: Table) -> list[int]:
    """Patterns of which one meeting stands for others, and breaks a clause or may: which others do, only they can say.
    `findings` are as `auditing.rows` has them.
    """
    if facts.alike is None:
        return []
    told = findings.filter(findings.verdict != "kept").select(entry="key")
    found = facts.alike.acts.semi_join(told, "entry").select("pattern").distinct()
    return [row["pattern"] for row in facts.engine.run(found).to_pylist()]


def _votes(table: Table) -> IntegerValue:
    return table.weights // VOTE % 16


def _closed_in_itself(table: Table, start: str) -> BooleanValue:
    """Whether a meeting has an opening, at most one motion and a vote on it, at most one closing, all of one person on
    one day without anything in between, and at most one call, before.
    """
    opens, hears, puts, votes, closes = (table.weights // weight % 16 for weight in (OPEN, HEAR, PUT, VOTE, CLOSE))
    inside = opens + hears + puts + votes + closes
    called = table.call_seq.notnull()
    return (
        (table.weights < STRAY) & (table.number == inside + called.cast("int64")) & (inside <= MOST)
        & (opens == 1) & (hears <= 3) & (puts <= 1) & (votes == puts) & (closes <= 1)
        & (table.last - table["first"] + 1 == inside) & (table.call_seq < table["first"]).fill_null(True)
        & (table.opened == table.least) & (table.closed == table.most).fill_null(True)
        & (calendar.day(table.least) == calendar.day(table.most)) & (table.chair == table.other)
        & (table.opened >= ibis.literal(start).cast(MOMENT)) & (table.opened_by != table.meeting)
    )  # fmt: skip


def _in_place(table: Table) -> BooleanValue:
    """Whether who presided and who called had all their posts and seats as they did so."""

    def throughout(role: str, first: Column, last: Column, seq: Column) -> BooleanValue:
        since, to, from_seq = (table[f"{role}_{name}"] for name in ("since", "to", "from_seq"))
        return (from_seq < seq) & (since <= first) & (to.isnull() | (last < to))

    called = throughout("caller", table.convened, table.convened, table.call_seq)
    return throughout("chair", table.least, table.most, table["first"]) & (table.call_seq.isnull() | called)


def _days(first: Column, last: Column) -> IntegerValue:
    return last.date().delta(first.date(), unit="day")


def _plain(act: str, shape: str) -> bool:
    """Whether an act's payload has the fields in `shape`, with commas between, and no others than it may."""
    return set(filter(None, shape.split(","))) <= SAID.get(act, set())


def _throughout(each: Table) -> Table:
    """The time in which somebody had a place all along: `unit`, `who`, `place`, `since`, `from_seq`, `to`. Elected
    anew before they were out, they stayed; of several times apart, what they share, which is none.
    """
    window = ibis.window(group_by=("unit", "who", "place"), order_by=("from_seq", "since"))
    before, till, nth = each.to.lag().over(window), each.to_seq.lag().over(window), ibis.row_number().over(window)
    goes_on = before.isnull() | ((till >= each.from_seq) & (each.since <= before))
    each = each.mutate(stays=(nth == 0) | goes_on.fill_null(False), open=each.to.isnull())
    found = each.group_by("unit", "who", "place").agg(
        stays=each.stays.all(), open=each.open.any(),
        first=each.since.argmin(each.from_seq), last=each.since.max(),
        first_seq=each.from_seq.min(), last_seq=each.from_seq.max(),
        least_to=each.to.min(), most_to=each.to.max(),
    )  # fmt: skip
    stayed = ibis.ifelse(found.open, ibis.null(found.most_to.type()), found.most_to)
    return found.select(
        "unit", "who", "place",
        since=found.stays.ifelse(found["first"], found["last"]),
        from_seq=found.stays.ifelse(found.first_seq, found.last_seq),
        to=found.stays.ifelse(stayed, found.least_to),
    )  # fmt: skip
