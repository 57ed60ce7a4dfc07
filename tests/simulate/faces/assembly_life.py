"""A hall, its regions and their lodges lived for some months, and the kernel's judgement of every entry written."""

import json
from functools import cache
from pathlib import Path

import numpy as np

from quorate.charter.model import Unit
from quorate.charter.read import read
from quorate.clauses import View
from quorate.run.kernel import Draft, decide, receive, stages
from quorate.run.opening import opening
from quorate.simulate.engine import Plan, lived, made
from quorate.simulate.scenario import read_scenario
from quorate.simulate.writing import Writer
from quorate.state.unit import UnitState
from quorate.terms.act import Act

CHARTER = Path(__file__).parent / "assembly_case"
END = "2016-07-31T23:59"
SETTLED = ("entitled", "carried", "send", "elected", "tied", "seats_by_unit", "method", "weights")
SALT = bytes(32)


class Lapses(dict):
    """Shares of clauses' obligations left undone, as a key."""

    def __hash__(self):
        return hash(tuple(sorted(self.items())))


class Wished:
    """The scenario, but for some parameters, and for the share of each clause's obligations that lapse."""

    def __init__(self, scenario, over, lapses):
        self.scenario, self.over, self.lapses = scenario, over, lapses

    def __getattr__(self, name):
        return getattr(self.scenario, name)

    def value_on(self, day, name, tier, units):
        if name in self.over:
            return np.full(len(units), float(self.over[name]))
        return self.scenario.value_on(day, name, tier, units)

    def lapse_on(self, day, clause, tier, units):
        return np.full(len(units), float(self.lapses.get(clause, 0)))


@cache
def charter():
    return read(CHARTER)


def world_of(seed=1, lapses=None, **over):
    """The first day of 2016."""
    scenario = read_scenario(CHARTER / "simulate" / "year.yaml", charter())
    return made(Plan(charter(), Wished(scenario, over, lapses or {}), "2016-01-01", END[:10], seed))


@cache
def life(**given):
    """Every entry from January to July, stream by stream; payloads read."""
    return lived_through(world_of(**given))


def lived_through(world):
    writer, rows = Writer(world, CHARTER, "assembly-case"), []
    for _, month in lived(world):
        order = np.lexsort((month["seq"], month["unit"]))
        rows += writer.table(month, order, writer.kept()).to_pylist()
    for row in rows:
        row["payload"] = json.loads(row["payload"]) if row["payload"] else {}
        row["at"] = row["at_earliest"].strftime("%Y-%m-%dT%H:%M")
    return sorted(rows, key=lambda row: (row["unit"], row["seq"]))


def acts(rows, act, **columns):
    return [row for row in rows if row["act"] == act and all(row[name] == value for name, value in columns.items())]


def documents(rows, kind, **columns):
    return [row for row in acts(rows, "document.receive", **columns) if row["payload"]["kind"] == kind]


class Judge:
    """Plays entries through the kernel: units side by side, documents once they have been sent."""

    def __init__(self):
        self.charter = read(CHARTER)  # its own: lodges are established in it
        self.verbs = stages(self.charter)
        self.states, self.sent, self.wrong = {}, {}, []

    def judge(self, rows):
        streams = {}
        for row in rows:
            streams.setdefault(row["unit"], []).append(row)
            if row["act"] == "unit.open" and row["tier"] == "lodge":
                facts = (row["payload"]["name"], row["payload"]["parent"])
                self.charter.establish(Unit(row["unit"], "lodge", *facts))
        moved = True
        while moved:
            moved = False
            for stream in streams.values():
                while stream and (stream[0]["act"] != "document.receive" or stream[0]["ref"] in self.sent):
                    self._entry(stream.pop(0))
                    moved = True
        self.wrong += [f"{stream[0]['entry']} is of what nobody sent" for stream in streams.values() if stream]
        return self

    def _entry(self, row):
        found = self._made(row)
        if not isinstance(found, Draft):
            self.wrong.append(f"{row['entry']} {row['act']}: {found}")
            return
        self.states[row["unit"]].apply(found.entry, found.payload)
        self.sent[row["entry"]] = found
        told = dict(found.entry.payload or {})
        told.pop("rounds", None)  # words about the count, which a simulation leaves out
        if isinstance(row["payload"].get("present"), int):
            told["present"] = len(told["present"])
        for name in ("organ", "office", "clause", "ref"):
            if getattr(found.entry, name) != row[name]:
                self.wrong.append(f"{row['entry']} {row['act']}: {name} {row[name]}, not {getattr(found.entry, name)}")
        if told != row["payload"]:
            self.wrong.append(f"{row['entry']} {row['act']}: {row['payload']}, not {told}")

    def _made(self, row):
        if row["act"] == "unit.open":
            self.states[row["unit"]] = UnitState(row["unit"])
            names = ("members", "holders", "persons", "figures")
            stated = {name: row["payload"][name] for name in names if name in row["payload"]}
            return opening(self.charter.unit(row["unit"]), row["at"], stated, self.charter)
        state = self.states[row["unit"]]
        if row["act"] == "document.receive":
            sender = self.sent[row["ref"]]
            sent = [each for each in sender.payload.get("send", ()) if each["to"] == row["unit"]]
            return receive(sent[0], sender.entry, row["at"], state, self.charter, SALT) if sent else "not sent here"
        stated = {name: value for name, value in row["payload"].items() if name not in SETTLED}
        if isinstance(stated.get("present"), int):
            others = sorted(set(state.members) - {row["actor"]})
            stated["present"] = [row["actor"], *others[: stated["present"] - 1]]
        organ = row["organ"] if row["act"] in ("meeting.convene", "instruction.issue") else None
        columns = {name: row[name] for name in ("actor", "office", "subject", "meeting", "ref")}
        act = Act(row["act"], row["unit"], row["at"], organ=organ, payload=stated, **columns)
        return decide(act, state, self.charter, SALT, self.verbs)


@cache
def judged(**given):
    """A life, judged."""
    return Judge().judge(life(**given))


def owed(clause, **given):
    """What a clause obliges units to, as the kernel sees it at the end: `(obligation, kept|late|missed|due)`."""
    judge = judged(**given)
    rule = next(each for each in judge.charter.clauses if each.id == clause)
    found = []
    for state in judge.states.values():
        if state.tier in rule.places(judge.charter):
            found += [(each, each.status(END)) for each in rule.obligations(View(judge.charter, state, END), END)]
    return found
