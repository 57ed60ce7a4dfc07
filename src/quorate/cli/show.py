"""How answers look: tables that fit the terminal, colour only on one, plain JSON where asked for."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any, TextIO, cast

from rich.box import Box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

PIPED = 120  # columns where the output is no terminal
RULED = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
STYLES = {
    "missed": "bold red",
    "overdue": "bold red",
    "not met": "bold red",
    "refused": "bold red",
    "late": "yellow",
    "returned": "yellow",
    "rejected": "yellow",
    "cancelled": "yellow",
    "adjourned": "yellow",
    "lost": "yellow",
    "due": "cyan",
    "open": "cyan",
    "convened": "cyan",
    "filed": "cyan",
    "kept": "green",
    "closed": "green",
    "done": "green",
    "carried": "green",
    "acknowledged": "green",
}
WORDS = {"missed": "overdue"}


class Screen(Console):
    """A console that leaves a closed pipe to the handler of failures."""

    def on_broken_pipe(self) -> None:
        """Raise, where the library would exit with a code of its own."""
        raise BrokenPipeError


class Trimmed:
    """A stream without the spaces that tables leave at the ends of lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.encoding = stream.encoding

    def write(self, text: str) -> int:
        """Write text of whole lines."""
        return self._stream.write(re.sub(r" +$", "", text, flags=re.MULTILINE))

    def flush(self) -> None:
        """Pass on what is held back."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person is looking."""
        return self._stream.isatty()


def screen(*, stderr: bool = False) -> Console:
    """The terminal, or a wide plain page where there is none."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else PIPED
    return Screen(file=cast(TextIO, Trimmed(stream)), width=width, highlight=False, markup=False, emoji=False)


def as_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(*columns: str | tuple[str, str]) -> Table:
    """An open table with a rule below its head. A column is its title, or (title, options): r right, n never broken."""
    found = Table(box=RULED, pad_edge=False, show_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for column in columns:
        title, options = column if isinstance(column, tuple) else (column, "")
        found.add_column(
            title,
            justify="right" if "r" in options else "left",
            no_wrap="n" in options,
            overflow="fold",
            ratio=None,
        )
    return found


def heading(title: str, *rest: str | None) -> Text:
    """A line that says what follows: the title, then what qualifies it."""
    text = Text(title, style="bold")
    for part in rest:
        if part:
            text.append(f"  {part}", style="dim not bold")
    return text


def status(word: str, said: str | None = None) -> Text:
    """A status in its colour."""
    return Text(said or WORDS.get(word, word), style=STYLES.get(word, ""))


def dim(text: str) -> Text:
    """What matters less."""
    return Text(text, style="dim")


def indented(what: Any, by: int = 2) -> Padding:  # noqa: ANN401 - anything that can be shown
    """Something set in from the left."""
    return Padding(what, (0, 0, 0, by))


def when(at: str | None) -> str:
    """A moment for people: the day alone where no time of day is told."""
    if not at:
        return ""
    return at[:10] if at.endswith("T00:00") else at.replace("T", " ")


def count(number: int, one: str, many: str = "") -> str:
    """``1 unit``, ``2 units``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
