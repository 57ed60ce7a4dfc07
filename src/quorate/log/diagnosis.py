"""What happened to a stream whose chain does not hold: name the entries changed, removed, inserted, repeated, moved.

Reads the stream's lines again, all of them, and compares as a set: which numbers are there, which are not,
which twice, and which hash each entry says it follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from quorate.log.findings import Findings
from quorate.log.reading import Lines
from quorate.log.sense import entry_row

ZEROS = "0" * 64


@dataclass(frozen=True, slots=True)
class Stretch:
    """The lines `first` to `end` - 1 of a file: a stream that declares `count` entries up to the hash `head`."""

    unit: str
    count: int
    head: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it stands in the file."""

    line: int
    seq: int
    prev: str
    written: str  # the hash on its line
    hash: str  # the hash of its bytes

    @property
    def changed(self) -> bool:
        """Whether its bytes do not have the hash written beside them."""
        return self.written != self.hash


def diagnose(lines: Lines, stretches: Iterable[Stretch], findings: Findings) -> None:
    """Name what is wrong with each of these stretches, which are in the order of the file and known to be broken."""
    for stretch in stretches:
        before = len(findings)
        items = list(_items(lines.between(stretch.first, stretch.end), stretch.unit, findings))
        _changed(items, stretch, findings)
        chosen = _repeated(items, stretch, findings)
        _missing(chosen, stretch, findings)
        _moved(items, chosen, stretch, findings)
        _links(chosen, stretch, findings)
        if len(findings) == before:
            findings.add(
                "stream.broken",
                f"line {stretch.first}",
                f"the stream of {stretch.unit} does not hold together.",
            )


def _items(lines: Iterable[tuple[int, bytes]], unit: str, findings: Findings) -> Iterator[Item]:
    """The entries of the unit itself; anything else that stands among them is named."""
    for number, line in lines:
        if line.startswith(b"sealed "):
            continue
        row, problem = entry_row(line[65:-1])
        digest = sha256(line[65:-1]).hexdigest()
        if problem or line[64:65] != b" ":
            findings.add("entry.unreadable", f"line {number}", f"in the stream of {unit}: {problem or 'no entry.'}")
        elif row["unit"] != unit:
            where = f"{row['unit']}#{row['seq']}"
            findings.add("entry.foreign", where, f"it stands in the stream of {unit} (line {number}).")
        else:
            written = line[:64].decode(errors="replace")
            yield Item(number, row["seq"], row["prev"], written, digest)


def _changed(items: list[Item], stretch: Stretch, findings: Findings) -> None:
    for item in items:
        if item.changed:
            problem = f"its bytes do not have the hash written beside them (line {item.line})."
            findings.add("entry.changed", f"{stretch.unit}#{item.seq}", problem)


def _repeated(items: list[Item], stretch: Stretch, findings: Findings) -> dict[int, Item]:
    """Of entries with the same number, choose the one that the next continues; the others were put in."""
    continued = {item.prev for item in items} | {stretch.head}
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(item.seq, []).append(item)
    chosen = {}
    for seq, group in groups.items():
        genuine = next((item for item in group if item.hash in continued or item.written in continued), group[0])
        chosen[seq] = genuine
        for item in group:
            if item is genuine:
                continue
            same = item.hash == genuine.hash
            code, what = ("entry.repeated", "it stands there twice") if same else ("entry.inserted", "it was put in")
            findings.add(code, f"{stretch.unit}#{seq}", f"{what}: line {item.line}, beside line {genuine.line}.")
    return chosen


def _missing(chosen: dict[int, Item], stretch: Stretch, findings: Findings) -> None:
    """Name gaps in the numbers, and entries past the declared end."""
    last = 0
    for seq in [*sorted(chosen), max(stretch.count, max(chosen, default=0)) + 1]:
        if seq > last + 1:
            gap = f"{stretch.unit}#{last + 1}"
            through = f" to {stretch.unit}#{seq - 1} are" if seq > last + 2 else " is"
            findings.add("entry.missing", gap, f"{gap}{through} not in the file.")
        last = max(seq, last)
    past = [seq for seq in sorted(chosen) if not 1 <= seq <= stretch.count]
    for seq in past:
        problem = f"the stream declares {stretch.count} entries (line {stretch.first - 1}); this one is not among them."
        findings.add("entry.beyond", f"{stretch.unit}#{seq}", problem)


def _moved(items: list[Item], chosen: dict[int, Item], stretch: Stretch, findings: Findings) -> None:
    highest: Item | None = None
    for item in items:
        if chosen[item.seq] is not item:
            continue
        if highest and item.seq < highest.seq:
            problem = f"it stands after {stretch.unit}#{highest.seq} (line {item.line})."
            findings.add("entry.moved", f"{stretch.unit}#{item.seq}", problem)
        else:
            highest = item


def _links(chosen: dict[int, Item], stretch: Stretch, findings: Findings) -> None:
    """Where two neighbours do not fit and neither was caught by its own hash, one was rewritten with a new hash."""
    for seq, item in chosen.items():
        before = chosen.get(seq - 1)
        if seq == 1 and item.prev != ZEROS:
            findings.add("chain.broken", f"{stretch.unit}#1", "the first entry says that it follows another.")
        elif before and item.prev not in (before.hash, before.written):
            problem = f"it is not the entry that {stretch.unit}#{seq} continues: one of the two was rewritten."
            findings.add("chain.broken", f"{stretch.unit}#{seq - 1}", problem)
    last = chosen.get(stretch.count)
    if last and stretch.head not in (last.hash, last.written):
        problem = f"its hash is not the head that the stream declares (line {stretch.first - 1})."
        findings.add("stream.head", f"{stretch.unit}#{stretch.count}", problem)
