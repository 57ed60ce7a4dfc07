"""Auditing: gather what the kinds of clause say of a log, on one engine, and write it down as findings."""

from __future__ import annotations

import gc
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from quorate.auditing.errors import BadRequest, NothingToAudit, OtherCharter, TooLittleMemory
from quorate.auditing.findings import Findings, Subject
from quorate.charter.model import Charter, Unit
from quorate.charter.read import read
from quorate.clauses import KINDS
from quorate.clauses.membership import Membership
from quorate.clauses.procedure import Procedure
from quorate.log.tables.errors import CannotWriteTable
from quorate.terms import dates
from quorate.terms.parts import Office, Organ, Tier

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from quorate.facts.book import Facts
    from quorate.facts.engine import Engine

Progress = Callable[[int, int, str], None]
World = Literal["complete", "partial"]
ENGINES = ("duckdb", "spark")
FINE = 5_000_000
"""Logs of more entries have the acts that keep a clause counted by year, not by month."""
PART = 8_000_000
"""Logs of more entries are large: their largest facts are kept in files, the very largest made of so many entries at a
time.
"""
MEMORY = "3GB"
"""What the engine may use; the process uses a little more."""
SELDOM = (50_000, 50, 100)
"""How seldom Python looks for rubbish meanwhile."""
ALIKE = 500_000
"""In logs of more entries, one meeting stands for all that are alike."""
STEPS = 4
"""Steps in which meetings alike are put together."""
PERMISSION = "permission"
"""The name under which acts that no clause allows are found."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A charter as facts need it."""

    charter: Charter

    @property
    def tiers(self) -> Mapping[str, Tier]:
        """The tiers, by id."""
        return self.charter.tiers

    @property
    def organs(self) -> Mapping[str, Organ]:
        """The organs, by id."""
        return self.charter.organs

    @property
    def offices(self) -> Mapping[str, Office]:
        """The offices, by id."""
        return self.charter.offices

    def units_of(self, tier: str) -> Iterable[Unit]:
        """All units of a tier."""
        return self.charter.units_of(tier)

    def votes(self) -> Mapping[str, tuple[str, ...]]:
        """The standings that vote, by tier."""
        return {rule.tier: rule.votes for rule in reversed(self.charter.of(Membership))}

    def stages(self) -> Iterable[str]:
        """The verbs of the stages that procedures declare."""
        return {f"{rule.matter}.{stage.id}" for rule in self.charter.of(Procedure) for stage in rule.stages}


SIZE = re.compile(r"[1-9]\d*(\.\d+)? ?[MG]i?B")


@dataclass(frozen=True, slots=True)
class Options:
    """How a log is audited: the world (what is missing is breached in a `complete` record, unknown in a `partial` one;
    None: as the log says, else complete), the days looked at, the clauses (empty: all), the engine, what memory and how
    many threads it may use, and whether `each` meeting is judged by itself, where a large log has many that are alike.
    """

    record: World | None = None
    start: str | None = None
    until: str | None = None
    clauses: tuple[str, ...] = ()
    engine: str = "duckdb"
    memory: str = MEMORY
    threads: int | None = None
    each: bool = False

    def __post_init__(self) -> None:
        for day in (self.start, self.until):
            if day is not None:
                dates.moment(day)
        if self.engine not in ENGINES:
            raise BadRequest("engine", self.engine, ENGINES)
        if not SIZE.fullmatch(self.memory):
            raise BadRequest("memory", self.memory, ("3GB", "2500MB"))
        if self.record not in (None, "complete", "partial"):
            raise BadRequest("record", str(self.record), ("complete", "partial"))


def audit(
    log: Any,  # noqa: ANN401 - a path, an Arrow table, a data frame or entries
    charter: Charter | Path | str,
    *,
    mapping: Path | str | None = None,
    out: Path | str | None = None,
    progress: Progress | None = None,
    **options: Any,  # noqa: ANN401 - those of Options
) -> Findings:
    """Audit a log against a charter.

    `log` is a file (a record's folder or database, our export, Parquet, CSV with a `mapping`, XES), or a table in
    memory: anything pyarrow or pandas makes a table of, with the log's columns. `out` is a folder for the findings
    (default: a temporary one, gone with the result). Raise `QuorateError`s for a log, a charter or an option that
    cannot be used, `TooLittleMemory`.
    """
    asked = Options(**options)
    rules = charter if isinstance(charter, Charter) else read(Path(charter))
    _check_clauses(asked.clauses, rules)
    work = tempfile.TemporaryDirectory(prefix="quorate-audit-")
    subject = _subject(log, rules, Path(mapping) if mapping else None, Path(work.name), asked, progress)
    engine = _engine(asked, Path(work.name))
    often = gc.get_threshold()
    gc.set_threshold(*SELDOM)  # expressions are many objects that live as long as the audit: a tenth of its time else
    try:
        return _audit(subject, rules, asked, engine, work, Path(out) if out else None, progress)
    except duckdb.OutOfMemoryException:
        raise TooLittleMemory(subject.name, asked.memory) from None
    finally:
        gc.set_threshold(*often)
        engine.close()


def _check_clauses(asked: Collection[str], rules: Charter) -> None:
    for clause in asked:
        if clause not in rules.by_id:
            raise BadRequest("clause", clause, tuple(rules.by_id))


def _engine(asked: Options, work: Path) -> Engine:
    if asked.engine == "spark":
        from quorate.facts.spark import Spark

        return Spark(folder=work)
    from quorate.facts.duck import Duck

    return Duck(work, asked.memory, asked.threads)


def _subject(
    log: Any,  # noqa: ANN401
    rules: Charter,
    mapping: Path | None,
    work: Path,
    asked: Options,
    progress: Progress | None,
) -> Subject:
    """What is audited, as Parquet files with what is known of them."""
    from quorate.log.tables.folder import open_place

    def tell(done: int, total: int | None) -> None:
        if progress:
            progress(done, total or 0, "reading")

    path = Path(log) if isinstance(log, str | Path) else _saved(log, work)
    name = path.name if isinstance(log, str | Path) else "a table in memory"
    source = open_place(path, mapping, work, tell)
    if not source.rows:
        raise NothingToAudit(name)
    if source.charter is not None and source.charter != rules.file.id:
        raise OtherCharter(name, f"it was kept under the charter {source.charter!r}, and this one is {rules.file.id!r}")
    world = asked.record or source.record or "complete"
    return Subject(name, tuple(source.paths), source.rows, world, "", "", source.traits)


def _saved(log: Any, work: Path) -> Path:  # noqa: ANN401
    """A table in memory as a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from quorate.log.entry import Entry
    from quorate.log.tables.own import from_entries

    if isinstance(log, pa.Table):
        table = log
    elif hasattr(log, "__arrow_c_stream__"):
        table = pa.table(log)
    else:
        rows = list(log)
        if not all(isinstance(row, Entry) for row in rows):
            raise BadRequest(
                "log", type(log).__name__, ("a path", "a pyarrow table", "a data frame", "a list of entries")
            )
        table = pa.Table.from_batches(from_entries(rows)) if rows else pa.table({})
    pq.write_table(table, work / "given.parquet")
    return work / "given.parquet"


def _audit(
    subject: Subject,
    rules: Charter,
    asked: Options,
    engine: Engine,
    work: tempfile.TemporaryDirectory[str],
    out: Path | None,
    progress: Progress | None,
) -> Findings:
    from quorate.auditing import rows
    from quorate.facts.acts import MANY
    from quorate.facts.book import Facts

    # 1. the days looked at, and whether log and charter know each other
    engine.read(subject.paths)
    source = engine.over("log")
    first, last, fits = rows.span(engine, source, rules, subject.traits)
    if not fits:
        raise OtherCharter(subject.name, "no organ, unit or act of the log is known to the charter")
    force = rules.file.in_force
    start = asked.start or max(force.from_, first)
    until = min(asked.until or last, force.to or "9999-12-31")
    if until < start:
        raise BadRequest("days", f"{start} to {until}", ())
    tiers = {tier for clause in asked.clauses for tier in rules.by_id[clause].places(rules)}
    by = "year" if subject.rows > FINE else "month"
    facts = Facts(
        engine,
        source,
        Reading(rules),
        start,
        until,
        by=by,
        clauses=asked.clauses,
        tiers=tiers,
        parts=subject.rows // PART,
    )
    if known := subject.traits:
        usual = [verb for verb, number in known.acts.items() if number > MANY]
        facts.know(tierless=known.tierless, sourced=known.sourced, usual=usual)

    # 2. what each kind of clause says, and what none allows, written down kind by kind
    folder = Path(work.name) / "findings"
    plain_ids = subject.traits is not None or (subject.rows > ALIKE and rows.plain_ids(engine, source))
    few = subject.rows <= ALIKE
    if tiers and not few:  # of what is not asked about, nothing is read again
        from quorate.facts.arrays.files import Files

        place = Path(work.name) / "asked"
        place.mkdir()
        asked_about = Files(subject.paths, place, plain_ids=plain_ids).of_tiers(tiers, ALIKE)
        if asked_about is not None:
            engine.read(asked_about, "asked")
            facts, few = facts.of(engine.over("asked")), True
    each = asked.each or few or rows.sourced(facts)
    organs = frozenset() if each else _alone(rules, asked.clauses)
    asking = _Asking(rules, engine, subject, folder, asked.clauses, progress, first=STEPS if organs else 0)
    if not organs:
        asking.ask(facts)
    else:
        from quorate.facts.alike import Condensed, troubled

        def tell(share: float) -> None:
            asking.tell(int(share * STEPS) - STEPS, "meetings alike")

        condensed = Condensed(facts, organs, subject.paths, Path(work.name) / "alike", tell, plain_ids=plain_ids)
        asking.ask(facts := condensed.facts())
        if apart := troubled(facts, engine.read(asking.written(), "found")):
            asking.ask(condensed.facts(apart))
    if progress:
        progress(asking.steps, asking.steps, "done")
    if out:
        folder = _kept(folder, out)
    done_subject = Subject(subject.name, subject.paths, subject.rows, subject.record, start, until)
    return Findings(rules, done_subject, folder, work, asked.clauses)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is asked of a log: all kinds of clause, or those of the clauses named, and who was entitled to act."""

    rules: Charter
    engine: Engine
    subject: Subject
    folder: Path
    clauses: tuple[str, ...]
    progress: Progress | None
    first: int
    """Steps that come before the first question."""

    @property
    def kinds(self) -> list[str]:
        """The kinds of clause asked about, in order."""
        rules = self.rules
        wanted = {rules.by_id[c].kind for c in self.clauses} or {c.kind for c in rules.clauses}
        return [kind for kind in KINDS if kind in wanted]

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return self.first + len(self.kinds) + 1

    def ask(self, facts: Facts) -> None:
        """Ask everything of these facts, and write down what is found, in place of what was before."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for done, kind in enumerate(self.kinds):
            self.tell(done, kind)
            self._write(facts, KINDS[kind].audit(self.rules, facts), kind)
        if not self.clauses:
            self.tell(len(self.kinds), "who was entitled")
            from quorate.auditing.permission import unpermitted

            self._write(facts, unpermitted(self.rules, facts), PERMISSION)
        self.engine.wait()

    def written(self) -> list[Path]:
        """The files of what was found."""
        return sorted(self.folder.iterdir())

    def tell(self, done: int, what: str) -> None:
        """Tell how many questions are answered, and what is asked next."""
        if self.progress:
            self.progress(self.first + done, self.steps, what)

    def _write(self, facts: Facts, found: Table | None, name: str) -> None:
        from quorate.auditing import rows

        if found is not None:
            partial = self.subject.record == "partial"
            self.engine.write(rows.findings(facts, found, partial=partial), self.folder / f"{name}.parquet")


def _alone(rules: Charter, clauses: Collection[str]) -> frozenset[str]:
    """The organs whose meetings the clauses asked about (empty: all) judge each by itself; none, where they do not look
    at meetings.
    """
    says: dict[str, set[bool]] = {}
    for clause in rules.clauses:
        if not clauses or clause.id in clauses:
            for organ, by_itself in clause.sits(rules).items():
                says.setdefault(organ, set()).add(by_itself)
    if not any(True in answers for answers in says.values()):
        return frozenset()
    organs = {organ.id for organ in rules.organs.values() if organ.membership != "credentials"}
    return frozenset(organ for organ in organs if False not in says.get(organ, ()))


def _kept(folder: Path, out: Path) -> Path:
    """Move the findings, once they are whole, to where they are to be kept, in place of those of an earlier audit."""
    place = out / "findings"
    try:
        out.mkdir(parents=True, exist_ok=True)
        if place.exists():
            known = {f"{name}.parquet" for name in (*KINDS, PERMISSION)}
            if not place.is_dir() or {path.name for path in place.iterdir()} - known:
                raise CannotWriteTable(str(place), "it is there already, and holds more than findings")
            shutil.rmtree(place)
        shutil.move(folder, place)
    except OSError as error:
        raise CannotWriteTable(str(out), error.strerror or str(error)) from None
    return place
