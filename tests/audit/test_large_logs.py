"""What is done for the sake of large logs changes nothing in what is found: usual acts stay in the log's files, and the
largest facts are made in parts.
"""

import pyarrow.parquet as pq
import pytest

from audit.forced import Audited, table
from audit.test_posts_audited import CLUB, Log
from quorate.auditing.errors import BadRequest, TooLittleMemory
from quorate.auditing.run import audit
from quorate.facts import acts

UNTIL = "2015-12-31"
KINDS = ("convening", "competence", "quorum", "majority", "procedure")


def sitting(log, month, actor, business, *, heard="plans"):
    """A meeting of the assembly in which one person does all there is to do."""
    on = {"organ": "assembly", "meeting": f"assembly/{month}", "actor": actor}
    at = f"2015-{month:02d}-01T10:00"
    log.add("club", "meeting.convene", f"2015-{month - 1:02d}-01T10:00", **on, payload={"on": at})
    log.add("club", "meeting.open", at, **on, payload={"present": 9})
    log.add("club", "meeting.hear", at, **on, payload={"business": heard})
    motion = {"motion": f"assembly/{month}/m1"}
    log.add("club", "motion.put", at, **on, payload=motion | {"business": business})
    log.add("club", "motion.vote", at, **on, payload=motion | {"for": 9, "against": 0, "carried": True})
    return log.add("club", "meeting.close", at, **on)


@pytest.fixture(scope="module")
def year():
    """A year of the assembly: most of it lawful; run by a stranger in May, by somebody who had left in August, on
    business of nobody's in October.
    """
    log = Log()
    members = [{"person": f"club:{n:02d}", "standing": "full"} for n in range(1, 11)]
    log.add("club", "unit.open", "2015-01-01T00:00", payload={"name": "Club", "members": members})
    for section in ("east", "west"):
        log.add(section, "unit.open", "2015-01-01T00:00", payload={"name": section, "parent": "club"})
    for month in range(2, 13):
        actor = {5: "club:99", 6: "club:10", 8: "club:10"}.get(month, "club:01")
        sitting(log, month, actor, "plans", heard="gossip" if month == 10 else "plans")
        if month == 6:
            log.add("club", "member.leave", "2015-06-20T10:00", actor="club:10", subject="club:10")
    for number, steps in enumerate(
        (("opened", "decided"), ("opened",), ("decided",), ("opened", "decided", "decided"))
    ):
        for step in steps:
            on = {"actor": "club:01", "subject": "club:02", "ref": f"inquiry/{number}"}
            log.add("club", f"inquiry.{step}", "2015-12-20T10:00", **on, payload={"charge": "none", "reasons": "none"})
    return log


def refused(audited):
    return {(row["clause"], row["entry"]) for row in audited.unpermitted()}


def test_a_log_judged_in_parts_and_from_its_files_is_the_log_judged_at_once(year, monkeypatch, tmp_path):
    pq.write_table(table(year.entries), tmp_path / "log.parquet")

    def judged(parts):
        audited = Audited(year.entries, CLUB, UNTIL)
        audited.engine.read([tmp_path / "log.parquet"], "parted")
        audited.facts.source = audited.engine.over("parted")
        audited.facts.parts = parts
        rows = [row for kind in KINDS for row in audited.rows(kind)]
        rows = sorted(tuple(map(str, row.values())) for row in rows)
        files = sorted(path.parent.name for path in audited.engine.folder.rglob("*.parquet"))
        found = rows, refused(audited)
        audited.close()
        return found, files

    whole, none = judged(0)
    monkeypatch.setattr(acts, "MANY", 5)
    parts, files = judged(3)
    assert parts == whole
    assert not none
    assert files.count("meetings_meetings") == 3


def test_too_little_memory_is_told_with_a_next_step(year, tmp_path):
    out = tmp_path / "findings"
    with pytest.raises(TooLittleMemory, match="needs more memory than the 1MB it may use"):
        audit(table(year.entries), CLUB, memory="1MB", out=out)
    assert not out.exists()
    with pytest.raises(BadRequest, match="there is no memory 'lots'"):
        audit(table(year.entries), CLUB, memory="lots")
