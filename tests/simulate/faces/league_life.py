"""A league lived for a while, with all that its matters go through; and the kernel's judgement of what was written."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from quorate.charter.model import Unit
from quorate.charter.read import read
from quorate.run.kernel import Draft, decide, receive, stages
from quorate.run.opening import opening
from quorate.simulate.engine import Plan, lived, made
from quorate.simulate.scenario.parameters import declared
from quorate.simulate.scenario.parts import Basic, By, Happening, Opening, Population, Size, Stated
from quorate.simulate.writing import Writer
from quorate.state.unit import UnitState
from quorate.terms.act import Act

CHARTER = Path(__file__).parent / "league"
ASSUMED: dict[str, Any] = {"assumed": True}
CLUB = Basic(
    tier="club",
    under="region",
    name="Club",
    share=Stated(value=1, **ASSUMED),
    size=Size(fewest=8, most=16, mean=12, **ASSUMED),
)
POPULATION = Population(members=Stated(value=480, **ASSUMED), by=By(tier="region", fact="members"), basic=(CLUB,))
SEATS = {
    "board": {"bench": 2, "president": 1},
    "region": {"committee": 5, "chief": 1, "deputy": 1, "jury": 4, "marshal": 1},
    "club": {"captain": 1},
}
QUIET = {
    "matters_a_year": 0.0, "cases_per_1000_members_a_year": 0.0, "admissions_per_1000": 0.0, "deaths_per_1000": 0.0,
    "transfers_per_1000": 0.0,
}  # fmt: skip
SETTLED = ("entitled", "carried", "send", "final", "imposed")
"""What the kernel adds to what an act states."""


class Wished:
    """A scenario in which nothing comes up but what is said here."""

    def __init__(self, lapses: dict[str, float], over: dict[str, float], happenings: tuple[Happening, ...]) -> None:
        self.population = POPULATION
        self.openings = tuple(Opening(tier=tier, seats=seats, **ASSUMED) for tier, seats in SEATS.items())
        self.happenings, self.lapses, self.over = happenings, lapses, {**QUIET, **over}

    def value_on(self, day: str, name: str, tier: str, units: list[str]) -> Any:
        plain = name.partition("@")[0]
        return np.full(len(units), float(self.over.get(plain, declared()[plain].default)))

    def lapse_on(self, day: str, clause: str, tier: str, units: list[str]) -> Any:
        return np.full(len(units), self.lapses.get(clause, 0.0))

    def changes(self, first: str, last: str) -> list[str]:
        return []


@cache
def charter():
    return read(CHARTER)


def happening(on: str, unit: str, act: str, **more: Any) -> Happening:
    return Happening.model_validate({"on": on, "unit": unit, "act": act, **more})


def league(*happenings, first="2015-01-01", last="2015-12-31", seed=1, lapses=None, **over):
    """The league on its first day."""
    return made(Plan(charter(), Wished(lapses or {}, over, happenings), first, last, seed))


def life(world, folder) -> list[dict[str, Any]]:
    """Every entry of a world's life, unit by unit; payloads read."""
    writer = Writer(world, folder, "league")
    rows: list[dict[str, Any]] = []
    for _, month in lived(world):
        rows += writer.table(month, np.arange(len(month["unit"])), writer.kept()).to_pylist()
    for row in rows:
        row["payload"] = json.loads(row["payload"]) if row["payload"] else {}
    return sorted(rows, key=lambda row: (row["unit"], row["seq"]))


def of(rows, *acts, **columns):
    """Entries of these acts, whose columns are so."""
    return [r for r in rows if r["act"] in acts and all(r[name] == value for name, value in columns.items())]


class Judge:
    """Plays entries through the kernel, documents once they have been sent; `wrong` says what it has against them."""

    def __init__(self) -> None:
        self.charter = read(CHARTER)
        self.verbs = stages(self.charter)
        self.states: dict[str, UnitState] = {}
        self.sent: dict[str, Draft] = {}
        self.wrong: list[str] = []

    def judge(self, rows: list[dict[str, Any]]) -> None:
        streams: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            streams.setdefault(row["unit"], []).append(row)
            if row["act"] == "unit.open" and self.charter.unit(row["unit"]) is None:
                said = row["payload"]
                self.charter.establish(Unit(row["unit"], row["tier"], said["name"], said["parent"]))
        moved = True
        while moved:
            moved = False
            for stream in streams.values():
                while stream and (stream[0]["act"] != "document.receive" or stream[0]["ref"] in self.sent):
                    self._one(stream.pop(0))
                    moved = True
        self.wrong += [f"{stream[0]['entry']} was received and never sent" for stream in streams.values() if stream]

    def _one(self, row: dict[str, Any]) -> None:
        at = row["at_earliest"].strftime("%Y-%m-%dT%H:%M")
        if row["act"] == "unit.open":
            state = self.states[row["unit"]] = UnitState(row["unit"])
            known = {name: row["payload"].get(name, []) for name in ("members", "holders", "persons")}
            found: Any = opening(self.charter.unit(row["unit"]), at, known, self.charter)
            state.apply(found.entry, found.payload)
            return
        found = self._received(row, at) if row["act"] == "document.receive" else self._acted(row, at)
        if not isinstance(found, Draft):
            self.wrong.append(f"{row['entry']} {row['act']}: {found}")
            return
        self.states[row["unit"]].apply(found.entry, found.payload)
        self.sent[row["entry"]] = found
        self._compare(row, found)

    def _received(self, row: dict[str, Any], at: str) -> Any:
        sender = self.sent[row["ref"]]
        mine = [d for d in sender.payload.get("send", ()) if d["to"] == row["unit"]]
        if not mine:
            return "no such document"
        return receive(mine[0], sender.entry, at, self.states[row["unit"]], self.charter, bytes(32))

    def _acted(self, row: dict[str, Any], at: str) -> Any:
        state, said = self.states[row["unit"]], dict(row["payload"])
        stated = {name: value for name, value in said.items() if name not in SETTLED}
        actor, matter = row["actor"], state.matters.get(row["ref"] or "")
        if "by" in stated:  # whoever the matter is about acts, and is hidden where content is sealed
            actor = stated.pop("by")
        subject = row["subject"]
        if "subject" in stated:
            subject = stated.pop("subject")
        if isinstance(stated.get("present"), int):
            count, members = stated["present"], sorted(state.members)
            stated["present"] = [actor, *[person for person in members if person != actor][: count - 1]]
        organ = row["organ"] if row["act"] == "meeting.convene" else None
        columns = {name: row[name] for name in ("office", "meeting", "ref")}
        assert matter is None or not stated.get("title")
        act = Act(row["act"], row["unit"], at, actor, organ=organ, subject=subject, payload=stated, **columns)
        return decide(act, state, self.charter, bytes(32), self.verbs)

    def _compare(self, row: dict[str, Any], found: Draft) -> None:
        told, said = dict(found.payload), dict(row["payload"])
        for payload in (told, said):
            if isinstance(payload.get("present"), list):
                payload["present"] = len(payload["present"]) if row["tier"] == "club" else payload["present"]
            if "send" in payload:  # a simulated log seals nothing
                payload["send"] = [{k: v for k, v in sent.items() if k != "private"} for sent in payload["send"]]
        if told != said:
            self.wrong.append(f"{row['entry']} {row['act']}: {said}, not {told}")
        says = {name: getattr(found.entry, name) for name in ("entry", "office", "clause", "ref")}
        self.wrong += [
            f"{row['entry']}: {name} {row[name]!r}, not {value!r}" for name, value in says.items() if row[name] != value
        ]


def judged(rows: list[dict[str, Any]]) -> list[str]:
    """What the kernel has against these entries."""
    judge = Judge()
    judge.judge(rows)
    return judge.wrong
