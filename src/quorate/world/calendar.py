"""Calendar arithmetic on arrays of days, by the rules of `quorate.terms.dates`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quorate.terms import dates
from quorate.terms.parts import Span

Ints = NDArray[np.int64]


def after(days: Any, span: Span | None, times: int = 1) -> Ints:
    """The days a span (so many times) after these: months end where the later month has no such day."""
    days = np.asarray(days, np.int64)
    if span is None:
        return np.asarray(days, np.int64)
    count = span.value * times
    if span.unit in ("days", "weeks"):
        return np.asarray(days + count * (7 if span.unit == "weeks" else 1), np.int64)
    months = count * (12 if span.unit == "years" else 1)
    moment = days.astype("datetime64[D]")
    start = moment.astype("datetime64[M]")
    place = (moment - start.astype("datetime64[D]")).astype(np.int64)
    later = start + months
    length = ((later + 1).astype("datetime64[D]") - later.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(later.astype("datetime64[D]").astype(np.int64) + np.minimum(place, length - 1), np.int64)


def periods(first: int, last: int, per: str) -> Iterator[tuple[str, int, int]]:
    """The calendar periods that touch the days from `first` to `last`: name, first day, last day."""
    start = str(np.datetime64(first, "D"))
    for name, begins, ends in dates.periods(f"{start}T00:00", str(np.datetime64(last, "D")), per):
        yield (
            name,
            int(np.datetime64(begins[:10], "D").astype(np.int64)),
            int(np.datetime64(ends[:10], "D").astype(np.int64)) - 1,
        )
