"""One pass over a log's files by arrays: a row of each meeting that may be like others, and all other acts.

Row groups are read side by side. What is in each is gathered meeting by meeting, whatever the order of the rows, and
put together at the end: a meeting may be spread over any number of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray

from quorate.facts.acts import RECORD
from quorate.facts.arrays import marks
from quorate.facts.arrays.files import Files, Group, Tell, Writer, coded, codes, one, plain, whole
from quorate.facts.arrays.gathering import VERBS, Coded, Columns, Gathered, Rows, gathered, merged
from quorate.facts.arrays.marks import Marks
from quorate.facts.arrays.numbering import Numbering, Numbers
from quorate.log.tables.schema import TIMES

_TEXTS = ("unit", "act", "organ", "office", "tier", "actor", "meeting", "subject", "ref", "payload")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what meetings a digest is made: of `organs`; of acts before the moment `end` (microseconds since 1970); of
    `tiers` (empty: all), the charter knowing those of its own units (`known`).
    """

    organs: Sequence[str]
    end: int
    tiers: Collection[str]
    known: Mapping[str, str]


@dataclass(slots=True)
class Digest:
    """What a pass found: the `meetings`, part by part (see `gathering.Gathered`); the texts that their numbers stand
    for, `units`, and `persons` (rows `unit`, `person`) who presided or called; the ids of the acts that opened them,
    `entries` (None: the unit, `#` and the number); the keys of meetings that are `bound`, because acts elsewhere name
    their motions; and the files of all other acts, `rest`.
    """

    meetings: list[Gathered]
    units: Any
    persons: Any
    entries: list[Any] | None
    bound: Marks
    rest: list[Path]


class Pass(Files):
    """A pass over a log's files, and what is left to be read once more."""

    def __init__(self, paths: Sequence[Path], asked: Asked, folder: Path, *, plain_ids: bool) -> None:
        """`plain_ids`: every entry's id is its unit, `#` and its number. Files are written to `folder`."""
        super().__init__(paths, folder, plain_ids=plain_ids)
        self.asked = asked
        self.units, self.persons = Numbering(), Numbering()
        self.unit_texts: list[Any] = [pa.array([], pa.string())]
        self.person_texts: list[Any] = [pa.table({"unit": self.unit_texts[0], "person": self.unit_texts[0]})]
        self.bound: list[Marks] = [np.empty(0, np.uint64)]

    def digest(self, tell: Tell) -> Digest:
        """Read it all. `tell` is told what share of it is done."""
        found = self.each(self._gather, "rest", tell)
        parts, ids = [part for part, _ in found], [ids for _, ids in found]
        again = merged(parts)
        if not self.plain_ids:
            ids.append(_opened_by(ids, again, len(parts[-1].key)))
        firsts = np.cumsum([0, *(len(part.key) for part in parts)])
        for group, first, numbers in zip(self.groups, firsts[:-2], again, strict=True):
            group.of = _moved(group.of, numbers, int(first), int(firsts[-2]))
        units, persons = pa.concat_arrays(self.unit_texts), pa.concat_tables(self.person_texts)
        bound = np.unique(np.concatenate(self.bound))
        return Digest(parts, units, persons, None if self.plain_ids else ids, bound, self.written("rest"))

    def acts_of(self, stay: NDArray[np.bool_], name: str, tell: Tell) -> tuple[list[Path], Any, Numbers]:
        """Write the acts of those meetings of the digest of which `stay` is true to files of that name; return these,
        and of each act the id and the number of the meeting.
        """

        def select(group: Group, write: Writer) -> tuple[Any, Numbers]:
            rows = np.flatnonzero((group.of >= 0) & stay[group.of])
            if not len(rows):
                return pa.array([], pa.string()), np.empty(0, np.int32)
            table = self.rows(group, rows, {})
            write(table)
            return one(table["entry"]), group.of[rows]

        found = self.each(select, name, tell)
        ids = pa.concat_arrays([pa.array([], pa.string()), *(ids for ids, _ in found)])
        return self.written(name), ids, np.concatenate([np.empty(0, np.int32), *(whose for _, whose in found)])

    def _gather(self, group: Group, write: Writer) -> tuple[Gathered, Any]:
        read = self.read(group, (*_TEXTS, "seq", *TIMES), _TEXTS)
        told = {name: coded(read.get(name), group.rows) for name in _TEXTS}
        columns = self._columns(read, told)
        found, rows = gathered(columns)
        group.of = rows.of
        ids = None if self.plain_ids else self.ids(group, read, rows.opened)
        self._number(found, rows, columns, told)
        self._bind(group, rows, columns, read)
        left = np.flatnonzero(rows.rest)
        if len(left):
            write(self.rows(group, left, read))
        return found, ids

    def _columns(self, read: Mapping[str, Any], told: Mapping[str, Any]) -> Columns:
        """A row group as arrays."""
        code = {name: codes(told[name]) for name in _TEXTS}
        text = {name: told[name].dictionary for name in _TEXTS}
        tier, tiers, wanted = self._tiers(code, text)
        known: dict[str, Any] = {
            name: Coded(code[name], marks.marks(text[name]))
            for name in ("unit", "act", "organ", "office", "actor", "meeting")
        }
        verbs = {verb: place for place, verb in enumerate(VERBS)}
        ours = {organ: place for place, organ in enumerate(self.asked.organs)}
        known |= {name: code[name] for name in ("subject", "ref", "payload")}
        return Columns(
            **known,
            tier=Coded(tier, marks.marks(tiers)),
            seq=whole(read["seq"]),
            at=whole(read["at_earliest"]),
            latest=whole(read["at_latest"]),
            verb=np.array([verbs.get(act, len(verbs)) for act in text["act"].to_pylist()], np.int32),
            ours=np.array([ours.get(organ, -1) for organ in text["organ"].to_pylist()], np.int32),
            passed=pc.equal(text["unit"], RECORD).to_numpy(zero_copy_only=False).astype(np.bool_),
            wanted=wanted,
            before=marks.before(text["ref"]),
            said=marks.said(text["payload"]),
            payloads=marks.texts(text["payload"]),
            meetings=marks.texts(text["meeting"]),
            end=self.asked.end,
        )

    def _tiers(self, code: Mapping[str, Any], text: Mapping[str, Any]) -> tuple[Numbers, Any, NDArray[np.bool_]]:
        """The tier of each row as a number (-1: none), the tiers, and whether each is asked about, and none."""
        tier, names = code["tier"], text["tier"].to_pylist()
        if (tier < 0).any():
            own = [self.asked.known.get(unit) for unit in text["unit"].to_pylist()]
            names += sorted({name for name in own if name} - set(names))
            numbers = np.array([names.index(name) if name else -1 for name in own], np.int32)
            tier = np.where(tier < 0, numbers[code["unit"]], tier)
        wanted = [not self.asked.tiers or name in self.asked.tiers for name in names]
        return tier, pa.array(names, pa.string()), np.array([*wanted, True], np.bool_)

    def _number(self, found: Gathered, rows: Rows, columns: Columns, told: Mapping[str, Any]) -> None:
        """Give units, and who presided or called, the numbers they have in all row groups."""
        unit, actor = columns.unit, columns.actor
        with self.lock:
            numbers, new = self.units.numbered(unit.mark)
            self.unit_texts.append(told["unit"].dictionary.take(pa.array(new)))
            found.unit[:] = numbers[found.unit]
            for who, lines in ((found.chair, rows.presided), (found.caller, rows.called)):
                there = np.flatnonzero(lines >= 0)
                there = there[actor.code[lines[there]] >= 0]
                at = lines[there]
                pairs = marks.joined(unit.mark[unit.code[at]], actor.mark[actor.code[at]])
                who[there], new = self.persons.numbered(pairs)
                texts = {"unit": told["unit"], "person": told["actor"]}
                first = pa.array(at[new])
                self.person_texts.append(pa.table({name: plain(told.take(first)) for name, told in texts.items()}))

    def _bind(self, group: Group, rows: Rows, columns: Columns, read: Mapping[str, Any]) -> None:
        """Keep the keys of meetings that are named by others: by their motions, and such as are called by the id of an
        entry that opens a meeting without a name.
        """
        of_units, meetings = [rows.nameless], [self.ids(group, read, rows.nameless)]
        odd = [json.loads(payload) for payload in read["payload"].take(pa.array(rows.odd)).to_pylist()]
        meetings.append(pa.array([str(said.get("motion")).rpartition("/")[0] for said in odd], pa.string()))
        of_units.append(rows.odd)
        units = columns.unit.mark[columns.unit.code[np.concatenate(of_units)]]
        named = marks.joined(units, marks.marks(pa.concat_arrays(meetings)))
        with self.lock:
            self.bound += [np.unique(rows.bound), named]


def _opened_by(ids: Sequence[Any], index: Sequence[Numbers], count: int) -> Any:
    """The entry that opened each meeting that is in several parts; null where none did."""
    found: list[str | None] = [None] * count
    for part, numbers in zip(ids, index, strict=True):
        rows = np.flatnonzero(numbers >= 0)
        for number, entry in zip(numbers[rows].tolist(), part.take(pa.array(rows)).to_pylist(), strict=True):
            found[number] = entry or found[number]
    return pa.array(found, pa.string())


@njit(cache=True, nogil=True)
def _moved(of: Any, index: Any, first: int, last: int) -> Any:
    """The meeting of each row by its number among all: those of a part are counted from `first`, those that are in
    several from `last`.
    """
    for row in range(len(of)):
        if of[row] >= 0:
            number = index[of[row]]
            of[row] = last + number if number >= 0 else first + of[row]
    return of
