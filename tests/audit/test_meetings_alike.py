"""In a large log one meeting stands for all that are alike, and a year's meetings are judged together where all were
held. That changes nothing in what is found: of years of meetings of many branches, most of them lawful and alike, some
with every fault a meeting can have, the same is found as by judging every act.
"""

import re
from collections import Counter
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from audit.forced import TEXTS, table
from quorate.auditing import run
from quorate.facts import alike, many

pytestmark = pytest.mark.xdist_group("meetings alike")
CHARTER = Path(__file__).parents[1] / "simulate" / "twin"
BRANCHES = 40
COMMON = 0.85
"""How many of the meetings are as they should be."""


class Log:
    """A log written act by act."""

    def __init__(self):
        self.entries, self.seqs = [], Counter()

    def add(self, unit, act, at, *, tier="branch", latest=None, payload=None, **columns):
        self.seqs[unit] += 1
        row = {**dict.fromkeys(TEXTS), **columns, "tier": tier, "act": act}
        self.entries.append(
            SimpleNamespace(
                entry=f"{unit}#{self.seqs[unit]}", unit=unit, seq=self.seqs[unit], at_earliest=at,
                at_latest=latest or at, payload=payload or {}, **row,
            )
        )  # fmt: skip


class Meeting:
    """A branch's meeting as it should be: what follows changes one thing in it, and writes it down."""

    def __init__(self, log, unit, month, dice):
        self.log, self.unit, self.month = log, unit, month
        self.id, self.day = f"branch-meeting/{month}", f"{month}-{10 + dice.randrange(3):02d}"
        self.steward, self.others = f"{unit}:01", [f"{unit}:{n:02d}" for n in range(2, 9)]
        self.called = self.hears = self.closes = True
        self.moves = dice.random() < 0.5
        self.call = {"agenda": [], "on": f"{self.day}T10:00"}
        self.open = {"present": 6 + dice.randrange(2), "entitled": 8}
        self.hear = {"business": "work", "text": f"Work of {month}."}
        self.put = {"motion": f"{self.id}/m1", "business": "work", "text": "Do it."}
        self.vote = {"motion": f"{self.id}/m1", "for": 5, "against": dice.randrange(2), "abstain": 0, "carried": True}
        self.by = {"call": self.steward, "chair": self.steward}
        self.called_at, self.opened_at = f"{month}-03T09:00", f"{self.day}T10:00"
        self.order = ["open", "hear", "put", "vote", "close"]
        self.more = {}

    def write(self):
        on = {"organ": "branch-meeting", "meeting": self.id}
        if self.called:
            columns = {**on, "office": "steward", **self.more.get("call", {})}
            self.log.add(
                self.unit, "meeting.convene", self.called_at, actor=self.by["call"], payload=self.call, **columns
            )
        verbs = {"open": "meeting.open", "hear": "meeting.hear", "put": "motion.put", "vote": "motion.vote"}
        left = {"hear"} if not self.hears else set()
        left |= {"put", "vote"} if not self.moves else set()
        left |= {"close"} if not self.closes else set()
        for step in self.order:
            if step in left:
                continue
            if step == "leave":
                self.log.add(self.unit, "member.leave", self.opened_at, subject=self.others[-1], actor=self.steward)
                continue
            verb = verbs.get(step, f"meeting.{step}")
            columns = {"actor": self.by.get(step, self.by["chair"]), **on, **self.more.get(step, {})}
            self.log.add(self.unit, verb, self.opened_at, payload=getattr(self, step, None), **columns)


def moving(meeting):
    meeting.moves = True
    return meeting


def change(name, **fields):
    """Something else said in one of the acts."""

    def changed(meeting):
        moving(meeting)
        getattr(meeting, name).update(fields)

    return changed


def by(role, number):
    def changed(meeting):
        moving(meeting)
        meeting.by[role] = f"{meeting.unit}:{number:02d}"

    return changed


def order(*steps):
    def changed(meeting):
        moving(meeting).order = list(steps)

    return changed


def put(**values):
    def changed(meeting):
        for name, value in values.items():
            setattr(moving(meeting), name, value)

    return changed


def more(step, **columns):
    def changed(meeting):
        moving(meeting).more[step] = columns

    return changed


def of_last_month(meeting):
    """A vote on the motion of another meeting."""
    year, month = meeting.month.split("-")
    before = f"branch-meeting/{year}-{max(int(month) - 1, 1):02d}/m1"
    moving(meeting).vote["motion"] = before


def twice(meeting):
    """The same meeting called once more, after it."""
    moving(meeting).write()
    meeting.order = []


FAULTS = {
    "not called": put(called=False),
    "called by a member": by("call", 4),
    "called by a stranger": by("call", 99),
    "run by a stranger": by("chair", 99),
    "run by a member": by("chair", 3),
    "closed by another": by("close", 5),
    "opened before its hour": lambda meeting: setattr(meeting, "opened_at", f"{meeting.day}T09:00"),
    "opened on another day": lambda meeting: setattr(meeting, "opened_at", f"{meeting.month}-20T10:00"),
    "more votes than present": change("vote", **{"for": 9}),
    "a wrong result": change("vote", **{"for": 1, "against": 4}),
    "no quorum": change("open", present=2),
    "more present than entitled": change("open", present=9),
    "moved on what is not theirs": change("put", business="money"),
    "heard what is not theirs": change("hear", business="money"),
    "presided by another": lambda meeting: meeting.open.update(chair=f"{meeting.unit}:02"),
    "seconded": lambda meeting: change("put", seconder=f"{meeting.unit}:03")(meeting),
    "with those present by name": lambda meeting: meeting.open.update(present=[meeting.steward, *meeting.others]),
    "voted on before it was put": order("open", "vote", "put", "close"),
    "never voted on": order("open", "put", "close"),
    "heard before it was open": order("hear", "open", "put", "vote", "close"),
    "never closed": put(closes=False),
    "voted on after it closed": order("open", "put", "close", "vote"),
    "with something else between": order("open", "leave", "put", "vote", "close"),
    "adjourned": order("open", "hear", "adjourn"),
    "with two motions": order("open", "put", "vote", "put", "vote", "close"),
    "on the motion of another meeting": of_last_month,
    "a motion of another id": lambda meeting: [
        moving(meeting).put.update(motion="x"), meeting.vote.update(motion="x")
    ],
    "called twice": twice,
    "of another organ in one act": more("hear", organ="bureau"),
    "about a person": more("put", subject="R1:b1:02"),
    "never held": put(order=[]),
    "never called nor held": put(order=[], called=False),
}  # fmt: skip


@pytest.fixture(scope="module")
def log():
    """Two years of forty branches; in the last ten of them a fault that is common."""
    log, dice = Log(), Random(7)
    for number in range(1, BRANCHES + 1):
        unit = f"R{number % 3 + 1}/b{number}"
        members = [{"person": f"{unit}:{n:02d}", "standing": "member"} for n in range(1, 9)]
        holders = [{"person": f"{unit}:01", "post": "steward"}]
        opening = {"name": unit, "parent": f"R{number % 3 + 1}", "members": members, "holders": holders}
        log.add(unit, "unit.open", "2014-01-01T00:00", payload=opening)
    for year in (2014, 2015):
        for month in range(1, 13):
            for number in range(1, BRANCHES + 1):
                meeting = Meeting(log, f"R{number % 3 + 1}/b{number}", f"{year}-{month:02d}", dice)
                if number > 30 and year == 2015 and month % 3 == 0:
                    FAULTS["a wrong result"](meeting)
                elif dice.random() > COMMON:
                    dice.choice(list(FAULTS.values()))(meeting)
                meeting.write()
                if meeting.moves and dice.random() < 0.1:
                    unit = meeting.unit
                    log.add(
                        unit, "member.admit", f"{meeting.month}-25T10:00", actor=f"{unit}:01", office="steward",
                        subject=f"{unit}:{20 + month}", ref=meeting.put["motion"], payload={"standing": "candidate"},
                    )  # fmt: skip
    return table(log.entries)


def found(log, monkeypatch, *, condensed, fine, **days):
    """What an audit finds: what is not kept, row by row; how often clauses were kept, in each unit and period."""
    left, asked = [], []
    monkeypatch.setattr(run, "ALIKE", 0)
    monkeypatch.setattr(run, "FINE", fine)
    facts = alike.Condensed.facts

    def watched(self, apart=()):
        made = facts(self, apart)
        left.append(made.engine.run(many.left_out(made).count().as_table()).column(0)[0].as_py())
        asked.append(set(apart))
        return made

    monkeypatch.setattr(alike.Condensed, "facts", watched)
    rows = run.audit(log, CHARTER, each=not condensed, **days).to_arrow()
    monkeypatch.undo()
    counted = pc.or_(pc.equal(rows["verdict"], "kept"), pc.starts_with(rows["key"], "acts/"))
    broken = rows.filter(pc.invert(counted))
    broken = sorted(str(sorted((k, v) for k, v in row.items() if k != "sources")) for row in broken.to_pylist())
    kept = Counter()
    for row in rows.filter(counted).to_pylist():
        kept[row["verdict"], row["clause"], row["unit"], row["period"] if fine else row["period"][:4]] += row["count"]
    return broken, kept, left, asked


@pytest.fixture(scope="module")
def each(log):
    """What is found by judging every act, and every month."""
    with pytest.MonkeyPatch.context() as patch:
        return found(log, patch, condensed=False, fine=10**9)


def test_one_meeting_judged_for_all_alike_is_each_judged_by_itself(log, each, monkeypatch):
    broken, kept, left, asked = found(log, monkeypatch, condensed=True, fine=10**9)
    assert broken == each[0]
    assert kept == each[1]
    assert left[0] > BRANCHES * 24 * 0.5  # most meetings are left out
    assert len(asked) == 2  # a fault was common, and is found in each meeting that has it
    assert asked[1]
    assert 0 < left[1] < left[0]


def test_years_in_which_every_meeting_was_held_are_months_in_which_it_was(log, each, monkeypatch):
    broken, kept, left, _ = found(log, monkeypatch, condensed=True, fine=0)
    by_year = Counter()
    for (verdict, clause, unit, period), count in each[1].items():
        by_year[verdict, clause, unit, period[:4]] += count
    assert (broken, kept) == (each[0], by_year)
    assert left


def test_it_is_the_same_however_the_log_is_spread_over_files(log, each, monkeypatch, tmp_path):
    rows = log.take(pa.array(Random(3).sample(range(log.num_rows), log.num_rows)))
    for first in range(0, log.num_rows, 2000):
        pq.write_table(rows.slice(first, 2000), tmp_path / f"{first}.parquet", row_group_size=97)
    broken, kept, left, _ = found(tmp_path, monkeypatch, condensed=True, fine=10**9)
    assert (broken, kept) == each[:2]
    assert left[0] > BRANCHES * 24 * 0.5


def test_it_is_the_same_whatever_entries_are_called(log, each, monkeypatch):
    names = [f"no. {number}" for number in range(log.num_rows)]
    old = dict(zip(log["entry"].to_pylist(), names, strict=True))
    renamed = log.set_column(log.schema.get_field_index("entry"), log.schema.field("entry"), pa.array(names))
    broken, kept, left, _ = found(renamed, monkeypatch, condensed=True, fine=10**9)
    assert kept == each[1]
    assert len(broken) == len(each[0])
    assert left[0] > BRANCHES * 24 * 0.5
    told = {entry for row in broken for entry in re.findall(r"no\. \d+", row)}
    assert told == {old[entry] for row in each[0] for entry in re.findall(r"R\d/b\d+#\d+", row)}


def test_years_of_which_a_part_is_looked_at_are_the_same_of_meetings_alike(log, monkeypatch):
    days = {"start": "2014-03-20", "until": "2015-08-14"}
    each, alike_ = (found(log, monkeypatch, condensed=how, fine=0, **days) for how in (False, True))
    assert each[:2] == alike_[:2]
    assert alike_[2]


def test_in_a_log_with_sources_each_act_is_judged_with_its_own(log, monkeypatch):
    sources = pa.array(["report", *[None] * (log.num_rows - 1)])
    log = log.set_column(log.schema.get_field_index("source"), "source", sources)
    with monkeypatch.context() as patch:
        assert found(log, patch, condensed=True, fine=10**9)[2] == []


def test_the_log_has_every_fault(each):
    how = {row.split("('how', ")[1][1:].split(")")[0][:-1] for row in each[0]}
    assert how >= {
        "not called", "too soon", "another day", "too many votes", "wrong result", "no quorum", "not open",
        "too many present", "not entitled", "never decided", "another meeting's motion", "missing", "called twice",
    }  # fmt: skip
