"""Case files: what they may say, read into plain values, and judged against the kernel.

A file `tests/cases/<kind>.yaml` names its `kind`, the `unit` its cases stand in unless they name another, and `cases`.
A case has

- `name`, a sentence; `clause`, the id it is about; `charter` where it is not the reference charter;
- `given`: a named situation, then what else happened: acts (`do`, `at`, columns, `say` for the payload), whole meetings
  (`hold: organ`, `on: [days]`, `decide`, `elect`) and `the post goes round`;
- `act`, the one judged, or `on` and `key`, the day on which one obligation of the clause is looked at (`key` may be
  left out where there is but one);
- `expect`, last: `recorded`, `refused`, `kept`, `late`, `missed`, `due` or `not owed`, alone or with particulars: `by`
  (the clause an entry cites, or that refuses), `facts` (of the entry's payload, or of the obligation), `saying` (words
  of the refusal).
"""

import datetime
from dataclasses import dataclass

from ruamel.yaml import YAML

from clauses.situations import BUILDERS, in_situation, instruction
from clauses.world import CASES, REFERENCE, World, act_of
from quorate.clauses import View
from quorate.log import Entry
from quorate.terms.act import Refusal

ACTS = ("recorded", "refused")
OWED = ("kept", "late", "missed", "due", "not owed")
GOOD, BAD = ("recorded", "kept"), ("refused", "late", "missed")
POST = "the post goes round"
_KEYS = ["name", "clause", "charter", "unit", "given", "act", "key", "on", "expect"]
_PARTICULARS = {"by", "facts", "saying"}


@dataclass(frozen=True)
class Case:
    """One case; `wanted` is the word expected and `more` its particulars."""

    kind: str
    name: str
    clause: str
    charter: str
    unit: str
    given: list
    act: dict | None
    on: str | None
    key: str | None
    wanted: str
    more: dict

    @property
    def good(self):
        """Whether it shows the rule kept to."""
        return self.wanted in GOOD

    @property
    def bad(self):
        """Whether it shows the rule broken, or an act refused."""
        return self.wanted in BAD


def plain(value):
    """YAML's values as the kernel takes them: dates as text."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def read(path):
    """The cases of a file."""
    data = plain(YAML(typ="safe").load(path.read_bytes()))
    assert data.keys() <= {"kind", "unit", "charter", "cases"}, data.keys()
    return [_case(row, data) for row in data["cases"]]


def _case(row, file):
    assert not row.keys() - set(_KEYS), f"a case has no {row.keys() - set(_KEYS)}"
    assert next(iter(row)) == "name", row
    assert list(row)[-1] == "expect", f"{row['name']}: the expected result comes last"
    assert ("act" in row) != ("on" in row), f"{row['name']}: judge one act, or look at one day"
    expect = row["expect"]
    wanted, more = next(iter(expect.items())) if isinstance(expect, dict) else (expect, {})
    assert wanted in (ACTS if "act" in row else OWED), f"{row['name']}: {wanted!r}"
    assert more.keys() <= _PARTICULARS, f"{row['name']}: {more.keys()}"
    given = row["given"] if isinstance(row["given"], list) else [row["given"]]
    charter = row.get("charter") or file.get("charter") or REFERENCE
    unit = row.get("unit") or file["unit"]
    tail = (row.get("act"), row.get("on"), row.get("key"), wanted, more)
    return Case(file["kind"], row["name"], row["clause"], charter, unit, given, *tail)


def all_cases():
    """The cases of all files, in order."""
    return [case for path in sorted(CASES.glob("*.yaml")) for case in read(path)]


# --- judging


def prepared(case):
    """The case's situation, and the act it judges (None where it looks at a day)."""
    world = _situation(case)
    for step in case.given[1:] if isinstance(case.given[0], str) else case.given:
        _step(world, case.unit, step)
    if case.act is None:
        return world, None
    unit = case.act.get("unit", case.unit)
    row = {key: value for key, value in case.act.items() if key not in ("at", "unit")}
    return world, act_of(unit, case.act.get("at") or world.now(unit), _pointed(world, unit, row))


def judge(case):
    """Build the case's situation, take its act or look at its day, and demand what it expects."""
    world, _ = prepared(case)
    if case.act is not None:
        _judge_act(world, case)
    else:
        _judge_owed(world, case)


def _situation(case):
    first = case.given[0]
    if isinstance(first, str):
        assert first in BUILDERS, f"no situation is called {first!r}"
        world = in_situation(first)
        assert world.charter == case.charter, f"{first!r} is a situation of {world.charter}"
        return world
    return World(case.charter)


def _step(world, unit, step):
    if step == POST:
        world.deliver()
    elif "open" in step:
        world.open(step["open"], **{key: value for key, value in step.items() if key != "open"})
    elif "hold" in step:
        rest = {key: value for key, value in step.items() if key not in ("hold", "on", "unit")}
        for day in step["on"] if isinstance(step["on"], list) else [step["on"]]:
            world.hold(step.get("unit", unit), step["hold"], day, **rest)
    else:
        where = step.get("unit", unit)
        row = {key: value for key, value in step.items() if key not in ("do", "at", "unit")}
        world.must(where, step["do"], step.get("at"), **_pointed(world, where, row))


def _pointed(world, unit, row):
    """`ref: instruction:ORGAN`, `nomination`, `report:NAME` stand for ids that the record gave."""
    state, ref = world.record.state(unit), row.get("ref", "")
    if ref.startswith("instruction:"):
        return {**row, "ref": instruction(world, unit, ref.partition(":")[2])}
    if ref == "the nomination":
        return {**row, "ref": next(iter(state.nominations))}
    if ref == "the latest nomination":
        return {**row, "ref": list(state.nominations)[-1]}
    if ref == "the report":
        return {**row, "ref": next(iter(state.received))}
    return row


def _judge_act(world, case):
    unit = case.act.get("unit", case.unit)
    row = {key: value for key, value in case.act.items() if key not in ("do", "at", "unit")}
    row, at = _pointed(world, unit, row), case.act.get("at") or world.now(unit)
    before = list(world.record.store.heads())
    found = world.try_(unit, case.act["do"], at, **row)
    if case.wanted == "refused":
        assert isinstance(found, Refusal), f"recorded by {found.clause}"
        assert found.clause == case.more.get("by", case.clause), str(found)
        assert case.more.get("saying", "") in found.message, found.message
        assert list(world.record.store.heads()) == before, "a refused act changes nothing"
        return
    assert isinstance(found, Entry), str(found)
    speaking = {clause.id for clause in world.record.charter.speaking(world.record.state(unit).tier, found.act)}
    assert case.clause in speaking, f"{case.clause} has no say in {found.act}; the case shows nothing about it"
    assert found.clause == case.more.get("by", found.clause), f"recorded by {found.clause}"
    _compare(world.payload(found), case.more.get("facts", {}))


def _judge_owed(world, case):
    state = world.record.state(case.unit)
    clause = world.record.charter.by_id[case.clause]
    view = View(world.record.charter, state, case.on)
    owed = {found.key: found for found in clause.obligations(view, case.on)}
    found = owed.get(case.key) if case.key else next(iter(owed.values()), None)
    assert case.key or len(owed) < 2, f"name the key: {sorted(owed)}"
    if case.wanted == "not owed":
        assert found is None, found
        return
    assert found is not None, f"owed are {sorted(owed)}"
    assert found.status(case.on) == case.wanted, found
    facts = {name: getattr(found, name) for name in case.more.get("facts", {})}
    _compare(
        {n: v[:10] if n in ("due", "arose", "met") and v else v for n, v in facts.items()}, case.more.get("facts", {})
    )


def _compare(found, wanted):
    shown = {name: found.get(name) for name in wanted}
    assert shown == wanted
