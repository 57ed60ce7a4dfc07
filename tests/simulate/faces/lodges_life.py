"""A union of lodges lived for some years with all that happens to posts, and the kernel's judgement of it."""

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
from quorate.simulate.scenario.parts import Basic, By, Opening, Population, Size, Stated
from quorate.simulate.writing import Writer
from quorate.state.unit import UnitState
from quorate.terms.act import Act

CHARTER = Path(__file__).parent / "lodges"
ASSUMED = {"assumed": True}
NUMBER = {name: Stated(value=value, **ASSUMED) for name, value in (("members", 480), ("all", 1))}
LODGE = Basic(
    tier="lodge", under="region", name="Lodge", share=NUMBER["all"], size=Size(fewest=8, most=16, mean=12, **ASSUMED)
)
SEATS = {
    "union": {"senate": 4, "master": 1},
    "desk": {"reader": 1},
    "region": {"board": 9, "bursar": 1},
    "lodge": {"warden": 1},
}


class Wished:
    """A scenario in which nothing is special but what is given: parameters, and the share of a clause's obligations
    that lapse.
    """

    def __init__(self, lapses: dict[str, float], over: dict[str, float]) -> None:
        self.population = Population(members=NUMBER["members"], by=By(tier="region", fact="members"), basic=(LODGE,))
        self.openings = tuple(Opening(tier=tier, seats=seats, **ASSUMED) for tier, seats in SEATS.items())
        self.happenings, self.lapses, self.over = (), lapses, over

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


def world_of(first="2015-01-01", last="2016-12-31", seed=1, lapses=None, **over):
    """The union on the first day."""
    return made(Plan(charter(), Wished(lapses or {}, over), first, last, seed))


def life(tmp_path, **given) -> list[dict[str, Any]]:
    """Every entry of the union's life, in the order of streams; payloads read."""
    world = world_of(**given)
    writer = Writer(world, tmp_path, "lodges")
    rows: list[dict[str, Any]] = []
    for _, month in lived(world):
        order = np.lexsort((month["seq"], month["unit"]))
        rows += writer.table(month, order, writer.kept()).to_pylist()
    for row in rows:
        row["payload"] = json.loads(row["payload"]) if row["payload"] else {}
    return sorted(rows, key=lambda row: (row["unit"], row["seq"]))


class Judge:
    """Plays entries through the kernel, unit by unit, documents once they have been sent."""

    def __init__(self) -> None:
        self.charter = read(CHARTER)
        self.verbs = stages(self.charter)
        self.states: dict[str, UnitState] = {}
        self.sent: dict[str, Draft] = {}
        self.wrong: list[str] = []

    def judge(self, rows: list[dict[str, Any]]) -> None:
        """Judge them all; `wrong` says what the kernel has against them."""
        streams: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            streams.setdefault(row["unit"], []).append(row)
            if row["act"] == "unit.open" and row["tier"] == "lodge":
                payload = row["payload"]
                self.charter.establish(Unit(row["unit"], row["tier"], payload["name"], payload["parent"]))
        moved = True
        while moved:
            moved = False
            for stream in streams.values():
                while stream and (stream[0]["act"] != "document.receive" or stream[0]["ref"] in self.sent):
                    self._one(stream.pop(0))
                    moved = True
        self.wrong += [f"{stream[0]['entry']} was received and never sent" for stream in streams.values() if stream]

    def _one(self, row: dict[str, Any]) -> None:
        unit, at = row["unit"], row["at_earliest"].strftime("%Y-%m-%dT%H:%M")
        if row["act"] == "unit.open":
            state = self.states[unit] = UnitState(unit)
            known = {name: row["payload"].get(name, []) for name in ("members", "holders", "persons")}
            statement = known | {"figures": row["payload"].get("figures", {})}
            found: Any = opening(self.charter.unit(unit), at, statement, self.charter)
            state.apply(found.entry, found.payload)
            return
        state = self.states[unit]
        found = self._received(row, at) if row["act"] == "document.receive" else self._acted(row, at)
        if not isinstance(found, Draft):
            self.wrong.append(f"{row['entry']} {row['act']}: {found}")
            return
        state.apply(found.entry, found.payload)
        self.sent[row["entry"]] = found
        self._compare(row, found)

    def _received(self, row: dict[str, Any], at: str) -> Any:
        sender = self.sent[row["ref"]]
        kind = row["payload"]["kind"]
        sent = [d for d in sender.payload.get("send", ()) if d["to"] == row["unit"] and d["kind"] == kind]
        return (
            receive(sent[0], sender.entry, at, self.states[row["unit"]], self.charter, bytes(32))
            if sent
            else "no such document"
        )

    def _acted(self, row: dict[str, Any], at: str) -> Any:
        settled = (
            "entitled",
            "carried",
            "standing",
            "send",
            "elected",
            "seated",
            "until",
            "replaces",
            "rounds",
            "tied",
            "lapsed",
        )
        stated = {name: value for name, value in row["payload"].items() if name not in settled}
        if row["act"].startswith("nomination."):
            stated = {name: value for name, value in stated.items() if name == "reason"}
        if row["act"] == "member.standing":
            stated["standing"] = row["payload"]["standing"]
        if isinstance(stated.get("present"), int):
            stated["present"] = self._crowd(row, stated["present"], at)
        organ = row["organ"] if row["act"] == "meeting.convene" else None
        columns = {name: row[name] for name in ("actor", "office", "subject", "meeting", "ref")}
        act = Act(row["act"], row["unit"], at, organ=organ, payload=stated, **columns)
        return decide(act, self.states[row["unit"]], self.charter, bytes(32), self.verbs)

    def _crowd(self, row: dict[str, Any], count: int, at: str) -> list[str]:
        """So many members, whoever presides among them."""
        members = self.states[row["unit"]].members.values()
        others = sorted(m.person for m in members if m.belongs(at) and m.standing in ("member", "admitted"))
        return [row["actor"], *[person for person in others if person != row["actor"]][: count - 1]]

    def _compare(self, row: dict[str, Any], found: Draft) -> None:
        told = dict(found.entry.payload or {})
        if "rounds" not in row["payload"]:
            told.pop("rounds", None)
        if isinstance(row["payload"].get("present"), int):
            told["present"] = len(told["present"])
        says = {name: getattr(found.entry, name) for name in ("entry", "organ", "office", "clause", "ref")}
        self.wrong += [
            f"{row['entry']} {row['act']}: {name} {row[name]!r}, not {value!r}"
            for name, value in says.items()
            if row[name] != value
        ]
        if told != row["payload"]:
            self.wrong.append(f"{row['entry']} {row['act']}: {row['payload']}, not {told}")


def judged(rows: list[dict[str, Any]]) -> Judge:
    """The kernel's judgement."""
    judge = Judge()
    judge.judge(rows)
    return judge
