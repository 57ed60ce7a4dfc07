"""A record in memory for cases and properties: built through opening statements and acts alone, and cheap to copy."""

from functools import cache
from pathlib import Path

from quorate.charter.model import Charter, Unit
from quorate.charter.read import files_of, load_files
from quorate.clauses import View
from quorate.clauses.convening import Convening
from quorate.log import Entry
from quorate.log.stores.memory import MemoryStore
from quorate.run.kernel import stages
from quorate.run.record import Record, Version
from quorate.state.unit import unsealed
from quorate.terms import dates
from quorate.terms.act import Act

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
REFERENCE = "wpk-provincial"
COLUMNS = ("actor", "organ", "office", "subject", "meeting", "ref", "source")


@cache
def files(name):
    """The files of a charter: one of the organisations kept with the package, or a small one kept with the cases."""
    small = CASES / "charters" / f"{name}.yaml"
    return {"charter.yaml": small.read_bytes()} if small.exists() else files_of(ROOT / "charters" / name)


@cache
def _read(name):
    charter, findings = load_files(files(name))
    assert charter is not None, [str(finding) for finding in findings]
    return charter


def charter_of(name):
    """A charter of one's own: units established on it are on no other."""
    known = _read(name)
    found = Charter(known.file, dict(known.known), known.register)
    found.index()
    return found


def act_of(unit, at, row):
    """An act as a case writes it: `do` is the verb, the columns stand beside it, `say` is the payload."""
    unknown = row.keys() - {"do", "at", "unit", "say", *COLUMNS}
    assert not unknown, f"an act has no {sorted(unknown)}"
    columns = {name: row[name] for name in COLUMNS if name in row}
    return Act(row["do"], unit, at, payload=row.get("say", {}), **columns)


class World:
    """A record of one charter in memory, with short ways to act in it."""

    def __init__(self, charter=REFERENCE):
        found = charter_of(charter)
        self.charter = charter
        self.record = Record(MemoryStore(), [Version(found, stages(found))])

    def copy(self):
        """The same record in a store of its own, its states folded anew from the entries."""
        other = World(self.charter)
        rules = other.record.charter
        for unit in self.record.charter.known.values():
            rules.establish(unit)
        old, new = self.record.store, other.record.store
        for unit in old.units():
            entries = list(old.read(unit))
            new.append(entries, {e.sealed: old.unseal(e.sealed) for e in entries if e.sealed})
        return other

    # --- acting

    def open(self, unit, at="2015-01-01", tier=None, parent=None, **statement):
        """Open a unit: one that the charter declares, or a new one of a tier below a parent."""
        known = Unit(unit, tier, unit, parent) if tier else unit
        self.record.open_unit(known, at, statement)

    def now(self, unit):
        """The moment of the unit's last entry."""
        return self.record.state(unit).last

    def try_(self, unit, do, at=None, **row):
        """Act; `at` left out means at the moment of the unit's last entry."""
        return self.record.act(act_of(unit, at or self.now(unit), {"do": do, **row}))

    def must(self, unit, do, at=None, **row):
        """Act, and be recorded."""
        found = self.try_(unit, do, at, **row)
        assert isinstance(found, Entry), f"{do} in {unit}: {found}"
        return found

    def deliver(self):
        """Let the post go round."""
        return self.record.deliver()

    def payload(self, entry):
        """An entry's payload as its own unit knows it."""
        return unsealed(entry, self.record.store.unseal)

    # --- meetings

    def members(self, unit, organ, at):
        """Who sits on an organ at a moment."""
        return sorted(View(self.record.charter, self.record.state(unit), at).members(organ))

    def convene(self, unit, organ, on, *, at=None, actor=None, **row):
        """Call an organ together with the notice the charter asks for, by somebody entitled; the meeting's id."""
        rules = self.record.charter
        rule = next(clause for clause in rules.of(Convening) if clause.organ == organ)
        called = at or max(dates.add(on, -_days(rule, on), "days"), self.now(unit))
        agenda = [b for c in rules.clauses if c.kind == "agenda" and c.organ == organ for b in c.items]
        say = {"on": on, "agenda": agenda, **row.pop("say", {})}
        chair = actor or self._caller(unit, rule, called)
        entry = self.must(unit, "meeting.convene", called, actor=chair, organ=organ, say=say, **row)
        return entry.meeting

    def _caller(self, unit, rule, at):
        view = View(self.record.charter, self.record.state(unit), at)
        held = [tenure.person for office in rule.by.offices for tenure in view.holders(office)]
        return (held or sorted(p for organ in rule.by.organs for p in view.members(organ)))[0]

    def sit(self, unit, organ, on, *, present=None, meeting=None, **row):
        """Call an organ together and open its meeting at ten in the morning; the meeting's id."""
        called = self.convene(unit, organ, f"{on}T10:00", meeting=meeting, **row)
        everyone = self.members(unit, organ, f"{on}T10:00")
        there = everyone[:present] if isinstance(present, int) else present or everyone
        chair = self._chair(unit, organ, there, f"{on}T10:00")
        self.must(unit, "meeting.open", f"{on}T10:00", actor=chair, meeting=called, say={"present": there})
        return called

    def _chair(self, unit, organ, present, at):
        view = View(self.record.charter, self.record.state(unit), at)
        for clause in self.record.charter.clauses:
            if clause.kind == "leadership" and clause.organ == organ:
                leaders = {t.person for t in view.holders(clause.office)} or view.members(clause.executive)
                return next(person for person in present if person in leaders)
        return present[0]

    def carry(self, unit, meeting, business, ref=None, motion=None):
        """Put a motion in an open meeting and carry it with all voices; its id."""
        found = self.record.state(unit).meetings[meeting]
        say = {"business": business, "text": f"On {business}", **({"motion": motion} if motion else {})}
        put = self.must(unit, "motion.put", actor=found.chair, meeting=meeting, ref=ref, say=say)
        ident = put.payload["motion"]
        say = {"motion": ident, "for": len(found.present), "against": 0}
        self.must(unit, "motion.vote", actor=found.chair, meeting=meeting, say=say)
        return ident

    def elect(self, unit, meeting, fills, persons, **say):
        """Elect persons in an open meeting by a slate on which everyone says yes; the election's id."""
        found = self.record.state(unit).meetings[meeting]
        how = {"actor": found.chair, "meeting": meeting}
        called = self.must(unit, "election.call", **how, say={"fills": fills, "seats": len(persons), **say})
        ident = called.payload["election"]
        self.must(unit, "election.nominate", **how, say={"election": ident, "persons": persons})
        papers = [[len(found.present), dict.fromkeys(persons, "yes")]]
        self.must(unit, "election.count", **how, say={"election": ident, "ballots": papers})
        return ident

    def close(self, unit, meeting):
        """Close a meeting, its mandatory business heard first."""
        found = self.record.state(unit).meetings[meeting]
        for clause in self.record.charter.clauses:
            for item in clause.items if clause.kind == "agenda" and clause.organ == found.organ else ():
                if item not in found.taken:
                    self.must(unit, "meeting.hear", actor=found.chair, meeting=meeting, say={"business": item})
        self.must(unit, "meeting.close", actor=found.chair, meeting=meeting)

    def hold(self, unit, organ, on, *, decide=(), elect=(), **row):
        """Hold a whole meeting: `decide` lists {business, ref, motion}, `elect` lists {fills, persons}."""
        meeting = self.sit(unit, organ, on, **row)
        for decision in decide:
            self.carry(unit, meeting, **decision)
        for election in elect:
            self.elect(unit, meeting, **election)
        self.close(unit, meeting)
        return meeting


def _days(rule, on):
    """The days of notice before a date, whatever unit the charter states them in."""
    if rule.notice is None:
        return 0
    early = dates.add(on, -rule.notice.value, rule.notice.unit)
    return dates.days_between(early, on)
