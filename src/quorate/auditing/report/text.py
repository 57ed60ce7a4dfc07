"""Text that others wrote, made fit for a page; escaping itself is the template's, by default and everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from markupsafe import Markup

# What HTML allows in no text: controls, surrogates, noncharacters. Left out too are the marks that turn the direction
# of what follows, with which a name could make a line read as another.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
LONGEST = 600  # characters of a text of the log that are shown


def plain(text: str | None, longest: int = LONGEST) -> str:
    """The text on one line, with U+FFFD for what no page may hold, cut with an ellipsis past `longest`."""
    line = " ".join(_UNFIT.sub("\ufffd", text or "").split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def script_json(value: object) -> Markup:
    """JSON that stands safely inside a `<script>` element: ASCII only, and nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    # Safe as it is: the three characters that HTML reads are gone.
    return Markup(text.translate(_SCRIPT))


def many(number: int, one: str, several: str = "") -> str:
    """A number and its noun: `1 unit`, `1,204 units`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def listing(parts: Iterable[str]) -> str:
    """Words as English lists them: `a`, `a and b`, `a, b and c`."""
    words = list(parts)
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
