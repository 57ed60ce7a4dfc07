"""A log that was gathered from sources, read for what it says of posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from quorate.errors import QuorateError
from quorate.views.tenures import ACTS, Evidence

Progress = Callable[[int, int | None], None]
COLUMNS = ("entry", "unit", "act", "at_earliest", "at_latest", "actor", "subject", "ref", "source", "payload")
_FACTS = ("name", "label", "confidence", "note")


class NoLog(QuorateError):
    """What cannot be asked as a gathered log: a table without its mapping, a record."""

    def __init__(self, where: Path, problem: str, advice: str) -> None:
        super().__init__(problem, where=str(where), advice=advice)


class OtherCharter(QuorateError):
    """A log of an organisation that the charter is not of."""

    def __init__(self, where: Path, problem: str) -> None:
        super().__init__(problem, where=str(where), advice="Name the charter that goes with the log.")


class GivenTwice(QuorateError):
    """An entry id that two files of one log give."""

    def __init__(self, where: Path, entry: str) -> None:
        super().__init__(f"two entries have the id {entry!r}.", where=str(where), advice="Give each entry its own id.")


def read_evidence(
    place: Path, charter: str | None, workdir: Path, progress: Progress = lambda _done, _total: None
) -> tuple[Evidence, ...]:
    """What a log says of posts. `place` is a table (see `quorate.log.tables`) or a folder of CSV files, each beside a
    mapping of the same name (`events.csv`, `events.yaml`); `workdir` is a folder for what is made on the way.

    Raise `NoLog`, `OtherCharter` where the log says it is of another charter, `GivenTwice`, and what reading raises.
    """
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    from quorate.log.tables.folder import parts
    from quorate.log.tables.opening import kind_of, open_table

    found: dict[str, Evidence] = {}
    for number, (table, mapping) in enumerate(parts(place)):
        if kind_of(table) in ("record", "export"):
            raise NoLog(
                table, "this is a record, which tells more by itself", "Ask it: `quorate roster RECORD --unit ID`."
            )
        folder = workdir / str(number)
        folder.mkdir()
        source = open_table(table, mapping, folder, progress)
        if None not in (source.charter, charter) and source.charter != charter:
            raise OtherCharter(table, f"it is a log of the charter {source.charter}, not of {charter}.")
        rows = ds.dataset([str(path) for path in source.paths], format="parquet")
        picked = rows.to_table(columns=list(COLUMNS), filter=pc.field("act").isin(sorted(ACTS)))
        for row in picked.to_pylist():
            if row["entry"] in found:
                raise GivenTwice(table, row["entry"])
            found[row["entry"]] = _evidence(row)
    return tuple(found.values())


def _evidence(row: dict[str, Any]) -> Evidence:
    payload = _payload(row["payload"])
    facts = {name: payload[name] for name in _FACTS if isinstance(payload.get(name), str)}
    post = payload.get("post")
    return Evidence(
        entry=row["entry"],
        act=row["act"],
        unit=row["unit"],
        post=post if isinstance(post, str) else "",
        person=row["subject"] or row["actor"] or "",
        earliest=row["at_earliest"],
        latest=row["at_latest"],
        ref=row["ref"],
        source=row["source"],
        **facts,
    )


def _payload(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
