"""What a check of a charter finds, and the failure that carries it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from quorate.errors import QuorateError

MOST = 200  # the findings of one sort that are told: nobody mends more at once, and each may cost a search of names
_LOOKED_AT = 500
_LISTED = 24


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a charter.

    `code` names the kind of fault (``dangling``), `where` is ``file:line:column``, counted from one, in characters (the
    file alone where it cannot be read), `clause` the id of the clause it is in, `advice` the next step, often the
    nearest valid name.
    """

    code: str
    where: str
    message: str
    clause: str | None = None
    advice: str = ""

    def __str__(self) -> str:
        clause = f" (clause {self.clause})" if self.clause else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{self.where}: {self.message}{clause}.{advice}"


class CharterRefused(QuorateError):
    """A charter that cannot be used; `findings` says why, by place."""

    def __init__(self, path: object, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        first = self.findings[0]
        more = f" ({len(self.findings) - 1} more)" if len(self.findings) > 1 else ""
        super().__init__(f"the charter cannot be used: {first}{more}", where=str(path))


def by_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each once, by file, line and column."""
    return tuple(sorted(set(findings), key=_place))


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    file, line, column = (*finding.where.rsplit(":", 2), "", "")[:3]
    numbers = (int(line), int(column)) if line.isdigit() and column.isdigit() else (0, 0)
    return file if any(numbers) else finding.where, *numbers, finding.code, finding.message


class Names:
    """Known names, to find those nearest to misspelt ones. Of very many, only those that begin alike are looked at."""

    def __init__(self, known: Iterable[str]) -> None:
        self._all = sorted(set(known))
        self._alike: dict[str, list[str]] = {}
        if len(self._all) > _LOOKED_AT:
            for name in self._all:
                self._alike.setdefault(name[:2], []).append(name)

    def closest(self, word: str) -> str | None:
        """The name nearest to `word`, None where none is near."""
        names = self._alike.get(word[:2], [])[:_LOOKED_AT] if self._alike else self._all
        return next(iter(difflib.get_close_matches(word[:120], names, n=1, cutoff=0.5)), None)

    def advice(self, word: str) -> str:
        """Advice that names the nearest; lists them all where none is near and they are few; else nothing."""
        found = self.closest(word)
        if found:
            return f"Did you mean `{found}`?"
        return f"Write one of {listed(self._all)}." if 0 < len(self._all) <= _LISTED else ""


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known name nearest to `word`, None where none is near."""
    return Names(known).closest(word)


def nearest(word: str, known: Iterable[str]) -> str:
    """Advice that names the known name nearest to `word`, or the few there are."""
    return Names(known).advice(word)


def listed(words: Iterable[str]) -> str:
    """``a, b and c``, each in code marks."""
    marked = [f"`{word}`" for word in words]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} and {marked[-1]}"


def short(text: object) -> str:
    """Text cut to what fits in a message."""
    words = str(text)
    return words if len(words) <= 60 else f"{words[:57]}..."
