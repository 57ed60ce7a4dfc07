"""Basic organisations made up as arrays, a month at a time: cells by the thousand that meet, and what their log says.

`audit_log.py` puts them together with the units above. Everything here is drawn from one generator of random numbers,
so a seed gives the same log; `audit_log.py --check` has the kernel judge every entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quorate.charter.model import Unit
from quorate.run.record import Record

TEXTS = (
    "organ",
    "office",
    "actor",
    "subject",
    "meeting",
    "ref",
    "clause",
    "source",
    "payload",
    "sealed",
    "prev",
    "hash",
)
SCHEMA = pa.schema(
    [("entry", pa.string()), ("unit", pa.string()), ("seq", pa.int64()), ("tier", pa.string()), ("act", pa.string())]
    + [("at_earliest", pa.timestamp("us")), ("at_latest", pa.timestamp("us"))]
    + [(name, pa.string()) for name in TEXTS]
)
MEETING = 4  # entries of a meeting without a motion; a motion adds two
CELL, PRIMARY, BRANCH = range(3)
TIERS = ("cell", "primary", "branch")
ENROLS = ("units.basic", "basic.primary-members", "basic.branch-members")
CONVENE, OPEN, HEAR, PUT, VOTE, CLOSE, ADMIT = range(7)
ACTS = ("meeting.convene", "meeting.open", "meeting.hear", "motion.put", "motion.vote", "meeting.close", "member.admit")
SHAPES = (
    (CONVENE, OPEN, HEAR, CLOSE),
    (CONVENE, OPEN, HEAR, PUT, VOTE, CLOSE),
    (CONVENE, OPEN, HEAR, PUT, VOTE, CLOSE, ADMIT),
)
HEARD = ("policy-communication", "policy-implementation", "general")
MOVED = ("policy-implementation", "general", "membership-admission")
TEXT = {
    "policy-communication": "The policies of the month are read out and discussed.",
    "policy-implementation": "How the organisation carries out the policies of the month.",
    "general": "Work of the month.",
    "membership-admission": "Admit the applicant.",
}
KINDS = 10**15  # what a payload's code begins with: the kind of act
CHUNK = 50_000  # units made at once: one row group each month
MOST = 29  # members to which an organisation admits: one below what the charter allows
DAY = 86_400_000_000  # microseconds


def plain(value: dict[str, Any]) -> str:
    """JSON as canonical bytes have it: keys sorted, no blanks."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Basics:
    """Basic organisations of made-up counties' parts: ids, tiers, parents' ids and names; members with a vote, members
    in all, and the last number of each stream.
    """

    ids: list[str]
    parents: list[str]
    names: list[str]
    tier: np.ndarray
    voting: np.ndarray
    members: np.ndarray
    seq: np.ndarray

    def part(self, start: int) -> Basics:
        """`CHUNK` organisations from a place on; numbers are views, so what is counted there counts here."""
        cut = slice(start, start + CHUNK)
        lists = (self.ids[cut], self.parents[cut], self.names[cut])
        return Basics(*lists, self.tier[cut], self.voting[cut], self.members[cut], self.seq[cut])


def basics(record: Record, number: int, rng: np.random.Generator) -> Basics:
    """So many organisations below the counties, by the counties' numbers of members: of sixty, one primary party with
    two branches below it.
    """
    counties = list(record.charter.units_of("county"))
    weights = np.array([float(county.facts.get("members") or 1) for county in counties])
    bounds = np.floor(np.concatenate([[0], np.cumsum(weights)]) / weights.sum() * number + 1e-9).astype(int)
    rows: list[tuple[str, str, str, int]] = []
    for county, (first, last) in zip(counties, pairwise(bounds.tolist()), strict=True):
        rows += _below(county, last - first)
    sizes = rng.integers(5, MOST, len(rows))
    ids, parents, names, tiers = zip(*rows, strict=True)
    tier = np.array(tiers, np.int8)
    return Basics(list(ids), list(parents), list(names), tier, sizes, sizes.copy(), np.zeros(len(rows), np.int64))


def _below(county: Unit, number: int) -> Iterator[tuple[str, str, str, int]]:
    """Id, parent, name and tier of a county's organisations; the officers above have the first two of each kind."""
    primaries = number // 60
    for index in range(3, 3 + primaries):
        ident = f"{county.id}/primary-{index}"
        yield ident, county.id, f"Primary organisation {index} of {county.name}", PRIMARY
        for branch in (1, 2):
            yield (
                f"{ident}/branch-{branch}",
                ident,
                f"Branch {branch} of primary organisation {index} of {county.name}",
                BRANCH,
            )
    for index in range(3, 3 + number - 3 * primaries):
        yield f"{county.id}/cell-{index}", county.id, f"Cell {index} of {county.name}", CELL


def opened(here: Basics, at: int) -> pa.Table:
    """The opening statements of organisations at a moment (microseconds since 1970)."""
    payloads = [
        plain(_statement(*row)) for row in zip(here.ids, here.parents, here.names, here.tier, here.voting, strict=True)
    ]
    number = len(here.ids)
    here.seq += 1
    columns = {
        "unit": pa.array(here.ids),
        "tier": coded(here.tier, TIERS),
        "act": coded(np.zeros(number), ("unit.open",)),
        "clause": coded(np.zeros(number), ("opening",)),
        "payload": pa.array(payloads),
    }
    return assembled(columns, here.seq, np.full(number, at))


def _statement(ident: str, parent: str, name: str, tier: int, members: int) -> dict[str, Any]:
    place = name.rpartition(" of ")[2]
    number = ident.rpartition("-")[2]
    rows = [
        {"name": f"{place} {number}/{n:02d} (invented)", "person": f"{ident}:{n:02d}"} for n in range(1, members + 1)
    ]
    holder = {"person": f"{ident}:01", "post": f"{TIERS[tier]}-secretary"}
    return {"holders": [holder], "members": rows, "name": name, "parent": parent}


@dataclass(slots=True)
class Month:
    """A month's meetings of some organisations, as arrays: one row for each organisation but `of`, `kind` and `at`,
    which have one for each entry.
    """

    name: str
    here: Basics
    day: np.ndarray
    present: np.ndarray
    against: np.ndarray
    abstain: np.ndarray
    heard: np.ndarray
    moved: np.ndarray
    of: np.ndarray
    kind: np.ndarray
    at: np.ndarray
    lapsed: np.ndarray


def month(name: str, here: Basics, rng: np.random.Generator, chance: float, rate: float) -> Month:
    """Draw a month: who meets on which day (8 to 27), who comes, and whether something is moved (with `chance`)."""
    number = len(here.ids)
    day = rng.integers(8, 28, number)
    present = np.maximum(rng.binomial(here.voting, 0.93), here.voting // 2 + 1)
    moved = rng.integers(0, 2, number)
    moved[(rng.random(number) < 0.1) & (here.members < MOST)] = MOVED.index("membership-admission")
    motion = rng.random(number) < chance
    lapsed = (rng.random(number) < rate) & (here.tier == CELL)
    shape = np.where(motion, 1 + (moved == MOVED.index("membership-admission")), 0)
    length = np.array([len(kinds) for kinds in SHAPES])[shape] * ~lapsed
    of = np.repeat(np.arange(number), length)
    place = np.arange(len(of)) - np.repeat(np.cumsum(length) - length, length)
    table = np.array([kinds + (0,) * (7 - len(kinds)) for kinds in SHAPES])
    kind = table[shape[of], place]
    shift = np.array([-1, 0, 0, 0, 0, 0, 1])[kind] * np.where(kind == CONVENE, rng.integers(2, 7, number)[of], 1)
    first = np.datetime64(f"{name}-01", "us").astype(np.int64)
    hour = np.where((kind == CONVENE) | (kind == ADMIT), 9, 10) * (DAY // 24)
    at = first + (day[of] - 1 + shift) * DAY + hour
    here.members[shape * ~lapsed == 2] += 1
    against = np.minimum(rng.poisson(0.3, number), (present - 1) // 4)
    abstain = np.minimum(rng.poisson(0.3, number), (present - 1) // 4)
    return Month(name, here, day, present, against, abstain, rng.integers(0, 3, number), moved, of, kind, at, lapsed)


def entries(drawn: Month, named: bool) -> pa.Table:
    """A month's meetings as entries; `named`: attendance lists persons."""
    here, of, kind = drawn.here, drawn.of, drawn.kind
    start = np.searchsorted(of, of)  # where each organisation's entries begin
    seq = here.seq[of] + 1 + np.arange(len(of)) - start
    here.seq += np.bincount(of, minlength=len(here.ids))
    tier, meets, admits = here.tier[of], kind != ADMIT, kind == ADMIT
    meeting = [f"{tier}-meeting/{drawn.name}-{day:02d}" for tier in TIERS for day in range(32)]
    met = tier * 32 + drawn.day[of]
    applicant = admits | ((kind == PUT) & (drawn.moved[of] == 2))
    who = [f"{unit}:{number:02d}" for unit, number in zip(here.ids, here.members, strict=True)]
    rules = [f"{tier}.{rule}" for tier in TIERS for rule in ("convene", "competence")] + list(ENROLS)
    rule = np.where(admits, 6 + tier, tier * 2 + ((kind == HEAR) | (kind == PUT) | (kind == VOTE)))
    columns = {
        "unit": coded(of, here.ids),
        "tier": coded(tier, TIERS),
        "act": coded(kind, ACTS),
        "organ": coded(tier, [f"{tier}-meeting" for tier in TIERS], meets),
        "office": coded(tier, [f"{tier}-secretary" for tier in TIERS], admits | (kind == CONVENE)),
        "actor": coded(of, [f"{unit}:01" for unit in here.ids]),
        "subject": coded(of, who, admits),
        "meeting": coded(met, meeting, meets),
        "ref": _refs(coded(met, [f"{each}/m1" for each in meeting], admits), coded(of, who, applicant & ~admits)),
        "clause": coded(rule, rules),
        "payload": _payloads(drawn, named),
    }
    return assembled(columns, seq, drawn.at)


def _refs(motions: pa.DictionaryArray, persons: pa.DictionaryArray) -> pa.Array:
    return pc.coalesce(motions.cast(pa.string()), persons.cast(pa.string()))


def _payloads(drawn: Month, named: bool) -> pa.Array:
    """Each payload as a code first, then the text of each code once."""
    here, of, kind = drawn.here, drawn.of, drawn.kind
    tier, day = here.tier[of].astype(np.int64), drawn.day[of]
    entitled, present = here.voting[of], drawn.present[of]
    against, abstain = drawn.against[of], drawn.abstain[of]
    votes = (((tier * 100 + day) * 100 + present - against - abstain) * 100 + against) * 100 + abstain
    code = np.select(
        [kind == each for each in range(7)],
        [
            day,
            (of if named else 0) * 10_000 + entitled * 100 + present,
            drawn.heard[of],
            (tier * 100 + day) * 10 + drawn.moved[of],
            votes,
            0,
            of,
        ],
    )
    codes, back = np.unique(code + kind * KINDS, return_inverse=True)
    texts = [_text(drawn, int(each) // KINDS, int(each) % KINDS, named) for each in codes]
    return coded(back, [text or "" for text in texts], kind != CLOSE)


def _text(drawn: Month, kind: int, rest: int, named: bool) -> str | None:
    """The payload that a code stands for."""
    here = drawn.here
    if kind == CONVENE:
        return plain({"agenda": [], "on": f"{drawn.name}-{rest:02d}T10:00"})
    if kind == OPEN:
        unit, entitled, present = rest // 10_000, rest // 100 % 100, rest % 100
        names = [f"{here.ids[unit]}:{number:02d}" for number in range(1, present + 1)]
        return plain({"entitled": entitled, "present": names if named else present})
    if kind == HEAR:
        return plain({"business": HEARD[rest], "text": TEXT[HEARD[rest]]})
    if kind == PUT:
        business = MOVED[rest % 10]
        return plain({"business": business, "motion": _motion(drawn, rest // 10), "text": TEXT[business]})
    if kind == VOTE:
        votes = {"for": rest // 10_000 % 100, "against": rest // 100 % 100, "abstain": rest % 100}
        return plain({**votes, "carried": True, "motion": _motion(drawn, rest // 10**6)})
    if kind == ADMIT:
        name = f"{here.names[rest]}, no. {here.members[rest]:02d} (invented)"
        return plain({"name": name, "standing": "candidate"})
    return None


def _motion(drawn: Month, code: int) -> str:
    return f"{TIERS[code // 100]}-meeting/{drawn.name}-{code % 100:02d}/m1"


def coded(codes: np.ndarray, values: Any, where: np.ndarray | None = None) -> pa.DictionaryArray:
    """Texts by their place in `values`; null but where `where` holds."""
    mask = None if where is None else ~where
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=mask), pa.array(values, pa.string()))


def assembled(columns: dict[str, Any], seq: np.ndarray, at: np.ndarray) -> pa.Table:
    """A table of the log's columns, those not given null."""
    number = pa.array(seq)
    moment = pa.array(at, pa.timestamp("us"))
    ids = pc.binary_join_element_wise(columns["unit"].cast(pa.string()), number.cast(pa.string()), "#")
    given = {"entry": ids, "seq": number, "at_earliest": moment, "at_latest": moment, **columns}
    empty = pa.nulls(len(seq), pa.string())
    return pa.table({name: given.get(name, empty) for name in SCHEMA.names})
