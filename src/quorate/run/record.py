"""A record: one charter, one store, the units' states kept up with it, and the post between units.

The record's own stream, ``@record``, begins with the charter it keeps: its files, whole, so that an export can be
read by itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from quorate.charter.findings import CharterRefused
from quorate.charter.model import Charter, Unit
from quorate.charter.read import load_files
from quorate.clauses import Clause, View
from quorate.errors import QuorateError
from quorate.log import AlreadyDelivered, Conflict, Entry, Head, Store
from quorate.run.fill import fill
from quorate.run.kernel import ORDER, Draft, decide, draft, receive, stages
from quorate.run.opening import BadOpening, opening
from quorate.state.unit import UnitState, fold, unsealed
from quorate.terms import dates
from quorate.terms.act import Act, Obligation, Refusal

RECORD = "@record"
_TRIES = 5

Salt = Callable[[], bytes]
Clock = Callable[[], str]
Payload = dict[str, Any]


class NoRecord(QuorateError):
    """A store that holds no record, or one whose charter cannot be read."""


class RecordExists(QuorateError):
    """A store that holds a record already."""


class UnknownUnit(QuorateError):
    """A unit that neither the charter nor the record knows."""

    def __init__(self, unit: str, near: str = "") -> None:
        super().__init__(f"there is no unit {unit}", advice=f"Did you mean {near}?" if near else "")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the charter and the verbs its procedures declare."""

    charter: Charter
    verbs: frozenset[str]


def _random_salt() -> bytes:
    return os.urandom(32)


def wall_clock() -> str:
    """The civil date and time here, to the minute."""
    return datetime.now().strftime("%Y-%m-%dT%H:%M")


@dataclass(slots=True)
class Record:
    """A system of record over a store. Open one with `create` or `open_record`; one per process or thread.

    An act dated more than a day ahead of `clock` is refused, since nothing could be recorded in its unit until then;
    the day leaves room for clocks elsewhere. Without a clock (a simulation) any date will do.

    `act` judges and records; `deliver` carries documents to their receivers, each exactly once; inside `with
    record.group():` all becomes durable together when the block ends, and nothing may be acknowledged before.
    """

    store: Store
    versions: list[Version]
    salt: Salt = _random_salt
    clock: Clock | None = None
    _states: dict[str, UnitState] = field(default_factory=dict)
    _outbox: list[tuple[Entry, Payload]] = field(default_factory=list)
    _held: list[tuple[Entry, Payload]] = field(default_factory=list)
    _posted: dict[str, int] | None = None
    _looked: dict[str, int] = field(default_factory=dict)  # up to where each stream was looked through for documents

    @property
    def charter(self) -> Charter:
        """The latest version of the charter."""
        return self.versions[-1].charter

    def charter_on(self, at: str) -> Version:
        """The version of the charter in force on a day; the latest one where none is."""
        day = dates.day(at)
        for version in reversed(self.versions):
            force = version.charter.file.in_force
            if force.from_ <= day and (force.to is None or day <= force.to):
                return version
        return self.versions[-1]

    # --- reading

    def state(self, unit: str) -> UnitState:
        """The unit's state as of its last entry. Raise `UnknownUnit`."""
        known = self._states.get(unit)
        if known is None:
            self._require(unit)
            known = fold(unit, self.store.read(unit), self.store.unseal)
            self._states[unit] = known
        return known

    def refresh(self) -> None:
        """Take in what other processes have recorded since."""
        for head in self.store.heads():
            known = self._states.get(head.unit)
            if known is not None and known.hash != head.hash:
                del self._states[head.unit]

    def _require(self, unit: str) -> Unit:
        found = self.charter.unit(unit)
        if found is None:
            near = get_close_matches(unit, list(self.charter.known), n=1)
            raise UnknownUnit(unit, near[0] if near else "")
        return found

    def units(self) -> list[str]:
        """The units that have been opened, sorted."""
        return [unit for unit in self.store.units() if unit != RECORD]

    # --- writing

    def act(self, act: Act) -> Entry | Refusal:
        """Judge an act and record it, or say which clause refuses it.

        When someone else moves the unit's stream meanwhile, the act is judged anew on what is there then. Raise
        `Malformed`, `UnknownVerb`, `BadDate` or `UnknownUnit` for an act that cannot be judged.
        """
        version = self.charter_on(act.at) if act.at else self.versions[-1]
        act = _to_the_minute(act)
        ahead = self._ahead(act.at)
        if ahead:
            return Refusal(ORDER, ahead, advice="Date it on the day it happens.")
        for _ in range(_TRIES):
            state = self.state(act.unit)
            found = decide(fill(act, state), state, version.charter, self.salt(), version.verbs)
            if isinstance(found, Refusal):
                return found
            try:
                self._append(found, state)
            except Conflict:
                self._states.pop(act.unit, None)
                continue
            return found.entry
        raise Conflict(act.unit, _head(self.state(act.unit)), self.store.head(act.unit))

    def _ahead(self, at: str) -> str | None:
        if self.clock is None:
            return None
        now = self.clock()
        return f"{at} lies ahead; it is {now}" if at > dates.add(now, 1, "days") else None

    def judge(self, act: Act) -> Draft | Refusal:
        """What would come of an act, without recording it. Raises what `act` raises."""
        version = self.charter_on(act.at)
        state = self.state(act.unit)
        return decide(fill(_to_the_minute(act), state), state, version.charter, bytes(32), version.verbs)

    def open_unit(self, unit: str | Unit, at: str, statement: Payload | None = None) -> Entry:
        """Record the opening statement of a unit: one the charter declares, or one that exists below those.

        Raise `BadOpening`, or `Conflict` if it is open already.
        """
        known = unit if isinstance(unit, Unit) else self._require(unit)
        ahead = self._ahead(dates.moment(at))
        if ahead:
            raise BadOpening(known.id, ahead)
        found = opening(known, dates.moment(at), statement or {}, self.charter_on(at).charter)
        for version in self.versions:
            version.charter.establish(known)
        self._append(found, UnitState(known.id))
        return found.entry

    def _append(self, found: Draft, state: UnitState) -> None:
        sealed = {found.entry.sealed: found.content} if found.entry.sealed and found.content else {}
        self.store.append([found.entry], sealed)
        if self._looked.get(state.unit, 0) == found.entry.seq - 1:  # else another process wrote in between
            self._looked[state.unit] = found.entry.seq
        state.apply(found.entry, found.payload)
        self._states[state.unit] = state
        if "send" in found.payload or "founds" in found.payload:
            self._outbox.append((found.entry, found.payload))

    @contextmanager
    def group(self) -> Iterator[None]:
        """Make all that is recorded in the block durable together, at its end."""
        try:
            with self.store.group():
                yield
        except BaseException:
            self._states.clear()
            self._outbox.clear()
            self._held.clear()
            self._looked.clear()
            self._posted = None
            raise

    # --- the post

    def deliver(self) -> int:
        """Carry every document sent and not yet delivered to its receiver's stream; return how many were delivered
        now.
        """
        if self._posted is None:
            self._held, self._outbox = [], list(self._undelivered())
        count = 0
        self._outbox, self._held = self._held + self._outbox, []
        try:
            while self._outbox:
                waiting, self._outbox = self._outbox, []
                for sender, payload in waiting:
                    count += self._found(sender, payload.get("founds"))
                    for document in payload.get("send", ()):
                        count += self._hand_over(sender, document)
        except BaseException:
            self._posted = None  # the next round looks through the log again, so that nothing is passed over
            raise
        self._mark_posted()
        return count

    def _undelivered(self) -> Iterator[tuple[Entry, Payload]]:
        """Entries that send documents, recorded since the post last went round."""
        self._posted = json.loads(self.store.get("post", "cursor") or b"{}")
        assert self._posted is not None
        for head in list(self.store.heads()):
            self._looked[head.unit] = head.seq
            if head.seq <= self._posted.get(head.unit, 0) or head.unit == RECORD:
                continue
            for entry in self.store.read(head.unit, self._posted.get(head.unit, 0)):
                if not {"send", "founds"}.isdisjoint(entry.payload or {}):
                    yield entry, unsealed(entry, self.store.unseal)

    def _mark_posted(self) -> None:
        """Note how far the post has come. The note may be lost; deliveries are recognised by what they deliver."""
        cursor = dict(self._looked)
        for sender, _ in self._held:
            cursor[sender.unit] = min(cursor.get(sender.unit, 0), sender.seq - 1)
        assert self._posted is not None
        self._posted |= {unit: seq for unit, seq in cursor.items() if seq > self._posted.get(unit, 0)}

    def save_post(self) -> None:
        """Keep the note of how far the post has come, so that the next process need not look through everything
        again.
        """
        if self._posted:
            self.store.put("post", "cursor", json.dumps(self._posted, sort_keys=True).encode())

    def _found(self, sender: Entry, founds: Payload | None) -> int:
        if not founds or self.store.head(founds["unit"]).seq:
            return 0
        unit = Unit(
            founds["unit"], founds["tier"], founds["name"], founds["parent"], founds.get("label"), founds.get("kind")
        )
        for version in self.versions:
            version.charter.establish(unit)
        found = opening(unit, sender.at_latest, {}, self.charter, ref=sender.entry)
        self._append(found, UnitState(unit.id))
        return 1

    def _hand_over(self, sender: Entry, document: Payload) -> int:
        unit = document["to"]
        if self.charter.unit(unit) is None or not self.state(unit).opened:
            self._held.append((sender, {"send": [document]}))  # waits until the unit's record is opened
            return 0
        for _ in range(_TRIES):
            state = self.state(unit)
            if sender.entry in state.inbox:
                return 0
            at = max(sender.at_latest, state.last)
            found = receive(document, sender, at, state, self.charter_on(at).charter, self.salt())
            try:
                self._append(found, state)
            except AlreadyDelivered:
                return 0
            except Conflict:
                self._states.pop(unit, None)
                continue
            return 1
        raise Conflict(unit, _head(self.state(unit)), self.store.head(unit))

    # --- what is owed

    def obligations(self, until: str, units: Iterable[str] | None = None) -> Iterator[Obligation]:
        """All that the charter demands of the units, kept or not, of what falls due by `until`.

        What arose while one version of the charter was in force is judged by that version.
        """
        for unit in units if units is not None else self.units():
            for version in self.versions:
                view = View(version.charter, self.state(unit), until)
                for clause in version.charter.of(Clause, view.state.tier):
                    for found in clause.obligations(view, until):
                        if self.charter_on(found.arose) is version:
                            yield found


def _head(state: UnitState) -> Head:
    return Head(state.unit, state.seq, state.hash)


def _to_the_minute(act: Act) -> Act:
    changes: Payload = {"at": dates.moment(act.at)}
    for name in ("on", "due", "hold_by"):
        if isinstance(act.payload.get(name), str):
            changes["payload"] = {**changes.get("payload", act.payload), name: dates.moment(act.payload[name])}
    return replace(act, **changes)


def create(
    store: Store,
    files: Mapping[str, bytes],
    at: str,
    salt: Salt = _random_salt,
    clock: Clock | None = None,
) -> Record:
    """Begin a record in an empty store with a charter's files. Raise `CharterRefused` or `RecordExists`.

    Without a clock what is recorded at once may lie ahead of today, as in a scenario; a record opened again goes by it.
    """
    charter, findings = load_files(files)
    if charter is None:
        raise CharterRefused("charter.yaml", findings)
    if any(True for _ in store.heads()):
        raise RecordExists("the store holds a record already", advice="Choose another folder.")
    store.append([_adoption(charter, files, at, UnitState(RECORD, tier=RECORD)).entry])
    return Record(store, [Version(charter, stages(charter))], salt, clock)


def _adoption(charter: Charter, files: Mapping[str, bytes], at: str, state: UnitState) -> Draft:
    """The entry that adopts a charter: its files, whole, so that an export can be read by itself."""
    payload = {"charter": charter.file.id, "files": {name: content.decode() for name, content in sorted(files.items())}}
    return draft(state, act="charter.adopt", at=dates.moment(at), public=payload, private={}, salt=b"")


def open_record(store: Store, salt: Salt = _random_salt, clock: Clock | None = wall_clock) -> Record:
    """Open the record a store holds. Raise `NoRecord`."""
    versions = []
    for entry in store.read(RECORD):
        if entry.act != "charter.adopt" or entry.payload is None:
            continue
        files = {name: text.encode() for name, text in entry.payload["files"].items()}
        where = f"the charter kept in {entry.entry}"
        charter, findings = load_files(files, where=f"{where}: ")
        if charter is None:
            raise CharterRefused(where, findings)
        versions.append(Version(charter, stages(charter)))
    if not versions:
        raise NoRecord("there is no record here", advice="Begin one with `quorate init`.")
    record = Record(store, versions, salt, clock)
    _learn_units(record)
    return record


def _learn_units(record: Record) -> None:
    """Take in the units founded since: their opening statement names them."""
    for head in record.store.heads():
        if head.unit == RECORD or record.charter.unit(head.unit) is not None:
            continue
        first = next(iter(record.store.read(head.unit)))
        payload = first.payload or {}
        unit = Unit(
            head.unit, first.tier, payload["name"], payload.get("parent"), payload.get("label"), payload.get("kind")
        )
        for version in record.versions:
            version.charter.establish(unit)


def amend(record: Record, files: Mapping[str, bytes], at: str) -> Version:
    """Adopt a new version of the charter, in force from its own date on. Raise `CharterRefused`."""
    charter, findings = load_files(files)
    if charter is None:
        raise CharterRefused("charter.yaml", findings)
    for unit in record.charter.known.values():
        charter.establish(unit)
    record.store.append([_adoption(charter, files, at, fold_record(record)).entry])
    version = Version(charter, stages(charter))
    record.versions.append(version)
    return version


def fold_record(record: Record) -> UnitState:
    """The head of the record's own stream, as a state to draft from."""
    head = record.store.head(RECORD)
    return UnitState(RECORD, tier=RECORD, seq=head.seq, hash=head.hash)
