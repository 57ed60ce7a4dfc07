"""Meetings alike: of millions that clauses can only judge the same way, one stands for all, and the rest of the log is
what has to be read act by act.

Two meetings are alike where what is done in them is the same, by the same posts, in the same order and with the same
numbers, so that no clause that judges a meeting by itself can tell them apart. Which organs are judged so, their
clauses say (`Clause.sits`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr.types import Table

from quorate.facts.acts import acts, text
from quorate.facts.arrays import marks
from quorate.facts.arrays.digest import Asked, Digest, Pass
from quorate.facts.arrays.files import Tell
from quorate.facts.arrays.gathering import STRAY, Gathered
from quorate.facts.arrays.marks import Ints, Marks
from quorate.facts.arrays.numbering import Numbers
from quorate.facts.arrays.patterns import DAY, NEVER, Company, Sizes, among, numbered, patterned
from quorate.facts.book import MOMENT, Facts, unite
from quorate.facts.people import seats, sizes
from quorate.facts.posts import tenures

FEW = 4
"""So few meetings alike are judged one by one."""
_SHAPE = pa.schema(
    [
        *((name, pa.int32()) for name in ("pattern", "kind", "place", "period")),
        ("opened", pa.timestamp("us")),
        ("opened_seq", pa.int64()),
        ("opened_by", pa.string()),
        ("stands", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Alike:
    """Meetings of which one stands in the log for all that are alike.

    `acts` are those of the meetings that stand there, with `entry`, `pattern`. `meetings` are all of each pattern: with
    `pattern`, `kind` (a number of what is done in which organ, the same of all of a pattern), `place` (a number of the
    unit), `period` (as acts that keep a clause are counted: 2015, or 201503), `opened`, `opened_seq`, `opened_by` (null
    where ids are plain), and whether it `stands` in the log. `places` has `place`, `unit`; `kinds` has `pattern`,
    `kind`, `organ`. `plain_ids`: every entry's id is its unit, `#` and its number.
    """

    acts: Table
    meetings: Table
    places: Table
    kinds: Table
    plain_ids: bool

    def entries(self, table: Table) -> Table:
        """Rows (`unit`, `place`, `opened_seq` of a meeting, and more) with the `entry` that opened it."""
        if self.plain_ids:
            return table.mutate(entry=table.unit + "#" + table.opened_seq.cast("string"))
        names = self.meetings.select("place", "opened_seq", entry="opened_by")
        return table.join(names, ["place", "opened_seq"])[[*table.columns, "entry"]]


class Condensed:
    """A log in which meetings alike are told apart from all else, for the organs whose meetings may be."""

    def __init__(
        self, facts: Facts, organs: Collection[str], paths: Sequence[Path], folder: Path, tell: Tell, *, plain_ids: bool
    ) -> None:
        """`paths` are the log's files; others are written to `folder`. `plain_ids`: every entry's id is its unit, `#`
        and its number. `tell` is told what share is done.
        """
        folder.mkdir()
        self.whole, self.folder, self.tell, self.plain_ids = facts, folder, tell, plain_ids
        known = {unit.id: unit.tier for tier in facts.declared.tiers for unit in facts.declared.units_of(tier)}
        asked = Asked(sorted(organs), _moment(facts.until) + DAY, facts.tiers, known)
        self.log = Pass(paths, asked, folder, plain_ids=plain_ids)
        found = self.log.digest(lambda share: tell(share / 2))
        self.files = found.rest
        # who held what, which acts in such meetings do not change
        self.rest = facts.upon(facts.engine.read(found.rest, "alike_rest"))
        self.pattern, self.chosen = self._patterns(found)
        self.times = 0  # the facts were asked for
        self._keep(found)

    def _patterns(self, found: Digest) -> tuple[Numbers, Ints]:
        """The number of the pattern of each meeting, -1 for those like no others; and the first meeting of each."""
        company, sizes, start = self._company(found), self._sizes(found), _moment(self.whole.start)
        bound = np.concatenate([found.bound, self._bound()])
        marks = [patterned(part, company, sizes, among(part.key, bound), start) for part in found.meetings]
        return numbered(np.concatenate(marks), FEW)

    def _company(self, found: Digest) -> Company:
        """Whoever presided or called, with all their posts and seats."""
        facts, engine = self.rest, self.rest.engine
        number = pa.array(np.arange(found.persons.num_rows, dtype=np.int64))
        asked = engine.keep("alike_persons", ibis.memtable(found.persons.append_column("who", number)))
        ended = {"to_seq": "ended_seq", "to": "over"}
        held = tenures(facts).select("unit", "person", "since", from_seq="since_seq", place="post", **ended)
        sits = seats(facts)
        sits = sits.select(
            "unit", "person", "since", "from_seq", "to", "to_seq", place=ibis.literal("on ") + sits.organ
        )
        each = unite(held, sits).drop_null(["person", "since", "from_seq"])
        each = _throughout(each.join(asked, ["unit", "person"]))
        told = each.group_by("who").agg(
            since=each.since.max(), from_seq=each.from_seq.max(), to=each.to.min(),
            places=each.place.collect().sort().join("\n"),
        )  # fmt: skip
        table = engine.run(told)
        who = table["who"].to_numpy()
        company = Company(*(np.full(found.persons.num_rows, first, kind) for first, kind in _NOBODY))
        company.places[who] = _numbers(table["places"])
        company.from_seq[who] = table["from_seq"].to_numpy()
        company.since[who] = _moments(table["since"], NEVER)
        company.to[who] = _moments(table["to"], NEVER)
        return company

    def _sizes(self, found: Digest) -> Sizes:
        """How many sit on each organ of each unit."""
        each = sizes(self.rest)
        told = each.organ + " " + each["size"].cast("string")
        told = each.group_by("unit").agg(sizes=told.collect().sort().join(", "), moves=each.moves.any())
        table = self.rest.engine.run(told)
        place = pc.index_in(table["unit"], value_set=found.units)
        there = pc.is_valid(place).to_numpy()
        place = pc.fill_null(place, -1).to_numpy()[there]
        made = Sizes(np.full(len(found.units), -1, np.int32), np.zeros(len(found.units), np.bool_))
        made.size[place] = _numbers(table["sizes"])[there]
        made.moves[place] = pc.fill_null(table["moves"], False).to_numpy()[there]
        return made

    def _bound(self) -> Marks:
        """The keys of meetings whose motions other acts name."""
        table = acts(self.rest)
        named = unite(table.select("unit", motion="ref"), table.select("unit", motion=text(self.rest, table, "motion")))
        named = named.filter(named.motion.contains("/"))
        named = named.select("unit", meeting=named.motion.re_extract("^(.*)/[^/]*$", 1)).distinct()
        table = self.rest.engine.run(named).combine_chunks()
        return marks.joined(*(marks.marks(pc.fill_null(_array(table[name]), "")) for name in ("unit", "meeting")))

    def _keep(self, found: Digest) -> None:
        """Write down the meetings of each pattern, and what their units are called."""
        stands = np.zeros(len(self.pattern), np.bool_)
        stands[self.chosen] = True
        first, kinds = 0, np.zeros(len(self.chosen), np.int32)
        how = {"compression": "lz4", "dictionary_pagesize_limit": 1 << 26}
        with pq.ParquetWriter(self.folder / "meetings.parquet", _SHAPE, **how) as file:
            for number, part in enumerate(found.meetings):
                pattern = self.pattern[first : first + len(part.key)]
                rows = np.flatnonzero(pattern >= 0)
                told = {"pattern": pattern[rows], "kind": _kind(part, rows), "stands": stands[first + rows]}
                kinds[told["pattern"]] = told["kind"]
                file.write_table(
                    pa.table({**told, **self._told(found, number, rows)}).select(_SHAPE.names).cast(_SHAPE)
                )
                first += len(part.key)
        organs, pattern = pa.array(self.log.asked.organs, pa.string()), pa.array(np.arange(len(kinds), dtype=np.int32))
        told = {"pattern": pattern, "kind": kinds, "organ": organs.take(pa.array(kinds // (2 * STRAY)))}
        pq.write_table(pa.table(told), self.folder / "kinds.parquet")
        numbers = pa.array(np.arange(len(found.units), dtype=np.int32))
        pq.write_table(pa.table({"place": numbers, "unit": found.units}), self.folder / "places.parquet")

    def _told(self, found: Digest, number: int, rows: Ints) -> dict[str, Any]:
        """What is written down of some meetings of a part."""
        part, entries = found.meetings[number], found.entries
        ids = pa.nulls(len(rows), pa.string()) if entries is None else entries[number].take(pa.array(rows))
        return {
            "place": part.unit[rows],
            "period": _period(part.least[rows], self.whole.by),
            "opened": pa.array(part.least[rows]).cast(pa.timestamp("us")),
            "opened_seq": part.opens[rows],
            "opened_by": ids,
        }

    def facts(self, apart: Collection[int] = ()) -> Facts:
        """The facts of a log in which one meeting stands for all that are alike, but for those of the patterns `apart`,
        which stand for themselves (see `troubled`).
        """
        engine, self.times = self.whole.engine, self.times + 1
        alone = np.isin(self.pattern, np.array(sorted(apart), np.int32)) | (self.pattern < 0)
        stay = alone.copy()
        stay[self.chosen] = True
        some, entries, whose = self.log.acts_of(stay, f"some{self.times}", lambda share: self.tell((1 + share) / 2))
        standing = ~alone[whose]
        done = pa.table({"entry": entries.filter(standing), "pattern": pa.array(self.pattern[whose[standing]])})
        standing_for = self.folder / f"acts{self.times}.parquet"
        pq.write_table(done, standing_for)
        engine.read([*self.files, *some], "condensed")
        facts = self.rest.upon(engine.over("condensed"))
        files = ("meetings", "kinds", "places")
        meetings, kinds, places = (engine.read([self.folder / f"{name}.parquet"], f"alike_{name}") for name in files)
        if apart:
            gone = self.whole.small([{"pattern": each} for each in sorted(apart)], {"pattern": "int32"})
            meetings, kinds = meetings.anti_join(gone, "pattern"), kinds.anti_join(gone, "pattern")
        facts.alike = Alike(
            acts=engine.read([standing_for], "alike_acts"),
            meetings=meetings.mutate(opened=meetings.opened.cast(MOMENT)),
            places=places,
            kinds=kinds,
            plain_ids=self.plain_ids,
        )
        return facts


def troubled(facts: Facts, findings: Table) -> list[int]:
    """Patterns of which one meeting stands for others, and breaks a clause or may: which others do, only they can say.
    `findings` are as `auditing.rows` has them.
    """
    if facts.alike is None:
        return []
    told = findings.filter(findings.verdict != "kept").select(entry="key")
    found = facts.alike.acts.semi_join(told, "entry").select("pattern").distinct()
    return [row["pattern"] for row in facts.engine.run(found).to_pylist()]


_NOBODY = ((-1, np.int32), (0, np.int64), (NEVER, np.int64), (0, np.int64))
"""Of whom nothing is known: see `Company`."""


def _kind(part: Gathered, rows: Ints) -> Numbers:
    """What is done in which organ in some meetings of a part, as a number."""
    called = part.call[rows] >= 0
    return np.asarray((part.organ[rows] * 2 + called) * STRAY + part.weights[rows], np.int32)


def _moment(day: str) -> int:
    """A day as microseconds since 1970."""
    return int(np.datetime64(day, "us").astype(np.int64))


def _array(column: Any) -> Any:  # noqa: ANN401
    """A column as one array."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _numbers(column: Any) -> Numbers:  # noqa: ANN401
    """A number for each text of a column."""
    return np.asarray(_array(column.dictionary_encode()).indices.to_numpy(zero_copy_only=False), np.int32)


def _moments(column: Any, none: int) -> Ints:  # noqa: ANN401
    """Moments as microseconds since 1970."""
    column = column.cast(pa.timestamp("us")).cast(pa.int64())
    return np.asarray(pc.fill_null(column, none).to_numpy(), np.int64)


def _period(at: Ints, by: str) -> Numbers:
    """The year of each moment, or its year and month as ``201503``."""
    moments = at.astype("datetime64[us]")
    years = moments.astype("datetime64[Y]").astype(np.int32) + 1970
    if by == "year":
        return np.asarray(years, np.int32)
    months = moments.astype("datetime64[M]").astype(np.int64) % 12 + 1
    return np.asarray(years * 100 + months, np.int32)


def _throughout(each: Table) -> Table:
    """The time in which somebody had a place all along: `who`, `place`, `since`, `from_seq`, `to`. Elected anew before
    they were out, they stayed; of several times apart, what they share, which is none.
    """
    window = ibis.window(group_by=("who", "place"), order_by=("from_seq", "since"))
    before, till, nth = each.to.lag().over(window), each.to_seq.lag().over(window), ibis.row_number().over(window)
    goes_on = before.isnull() | ((till >= each.from_seq) & (each.since <= before))
    each = each.mutate(stays=(nth == 0) | goes_on.fill_null(False), open=each.to.isnull())
    found = each.group_by("who", "place").agg(
        stays=each.stays.all(), open=each.open.any(),
        first=each.since.argmin(each.from_seq), last=each.since.max(),
        first_seq=each.from_seq.min(), last_seq=each.from_seq.max(),
        least_to=each.to.min(), most_to=each.to.max(),
    )  # fmt: skip
    stayed = ibis.ifelse(found.open, ibis.null(found.most_to.type()), found.most_to)
    return found.select(
        "who", "place",
        since=found.stays.ifelse(found["first"], found["last"]),
        from_seq=found.stays.ifelse(found.first_seq, found.last_seq),
        to=found.stays.ifelse(stayed, found.least_to),
    )  # fmt: skip
