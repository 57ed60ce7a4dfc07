"""Elections and members as logs of others tell them: forged results, numbers in place of names, dates not known to the
day, and no opening statement to say who is who.
"""

from types import SimpleNamespace

import pytest
from clauses.world import charter_of

from audit.forced import Audited

CLUB = charter_of("club")
COLUMNS = ("organ", "office", "actor", "subject", "meeting", "ref", "clause", "source", "sealed")
TIERS = {"club": "club", "east": "section", "west": "section"}


class Log:
    """A log written by hand."""

    def __init__(self):
        self.entries, self.seqs = [], {}

    def add(self, unit, act, at, *, latest=None, payload=None, **columns):
        self.seqs[unit] = seq = self.seqs.get(unit, 0) + 1
        row = {**dict.fromkeys(COLUMNS), **columns}
        self.entries.append(SimpleNamespace(
            entry=f"{unit}#{seq}", unit=unit, seq=seq, tier=TIERS[unit], act=act, at_earliest=at,
            at_latest=latest or at, payload=payload or {}, **row,
        ))  # fmt: skip
        return f"{unit}#{seq}"

    def election(self, ident, fills, seats, nominees, ballots, elected, **more):
        """A whole election in the club's assembly; the entry of its count."""
        how = {"actor": "club:01", "meeting": "assembly", "organ": "assembly"}
        self.add("club", "election.call", "2015-02-01T10:00", **how,
                 payload={"election": ident, "fills": fills, "seats": seats})  # fmt: skip
        self.add("club", "election.nominate", "2015-02-01T10:00", **how,
                 payload={"election": ident, "persons": nominees})  # fmt: skip
        say = {"election": ident, "ballots": ballots, "elected": elected, **more}
        return self.add("club", "election.count", "2015-02-01T10:00", **how, payload=say)


def opened(log, present=10):
    """The club's assembly, sitting, in a log that begins with the club's opening statement."""
    members = [{"person": f"club:{n:02d}", "standing": "full"} for n in range(1, 11)]
    log.add("club", "unit.open", "2015-01-01T00:00", payload={"name": "Club", "members": members})
    log.add("club", "meeting.convene", "2015-01-01T00:00", organ="assembly", meeting="assembly", actor="club:01",
            payload={"on": "2015-02-01T10:00"})  # fmt: skip
    log.add("club", "meeting.open", "2015-02-01T10:00", organ="assembly", meeting="assembly", actor="club:01",
            payload={"present": present})  # fmt: skip


def rows_of(log, kind, until="2020-12-31"):
    audited = Audited(log.entries, CLUB, until)
    rows = audited.rows(kind)
    audited.close()
    return rows


@pytest.fixture(scope="module")
def counts():
    """What the audit says of several counts in one meeting of ten, by the election."""
    log = Log()
    opened(log)
    made = {
        "fair": log.election("fair", "guide", 1, ["club:02", "club:03"], [[6, ["club:02"]], [4, ["club:03"]]],
                             ["club:02"]),
        "reversed": log.election(
            "reversed", "guide", 1, ["club:02", "club:03"], [[6, ["club:02"]], [4, ["club:03"]]], ["club:03"]
        ),
        "stuffed": log.election("stuffed", "guide", 1, ["club:02"], [[11, ["club:02"]]], ["club:02"]),
        "stranger": log.election("stranger", "guide", 1, ["club:02"], [[9, ["club:02"]]], ["club:09"]),
        "crowded": log.election("crowded", "guide", 1, ["club:02", "club:03"], [[9, ["club:02", "club:03"]]],
                                ["club:02", "club:03"]),
        "unloved": log.election("unloved", "guide", 2, ["club:02", "club:03"], [[9, ["club:02"]]],
                                ["club:02", "club:03"]),
        "tied": log.election("tied", "president", 1, ["club:02", "club:03"], [[5, "club:02"], [5, "club:03"]], [],
                             tied=["club:02", "club:03"]),
        "ranked": log.election("ranked", "board", 1, ["club:02"], [[9, [["club:02"], ["club:05"]]]], ["club:02"]),
    }  # fmt: skip
    broken = {row["entry"]: row["how"] for row in rows_of(log, "election") if row["key"] == row["entry"]}
    return {name: broken.get(entry) for name, entry in made.items()}


@pytest.mark.parametrize(
    ("election", "how"),
    [
        ("fair", None),
        ("reversed", "passed over"),
        ("stuffed", "more ballots than members"),
        ("stranger", "not nominated"),
        ("crowded", "more elected than seats"),
        ("unloved", "not enough votes"),
        ("tied", None),
        ("ranked", "not a ballot"),
    ],
)
def test_a_count_is_held_against_the_papers_the_log_holds(counts, election, how):
    assert counts[election] == how


def test_a_second_count_of_an_election_is_a_breach_and_the_first_is_not():
    log = Log()
    opened(log)
    first = log.election("e", "guide", 1, ["club:02"], [[9, ["club:02"]]], ["club:02"])
    say = {"election": "e", "ballots": [[9, ["club:02"]]], "elected": ["club:02"]}
    again = log.add("club", "election.count", "2015-02-01T11:00", organ="assembly", meeting="assembly",
                    actor="club:01", payload=say)  # fmt: skip
    found = {row["entry"]: row["how"] for row in rows_of(log, "election") if row["key"] == row["entry"]}
    assert found == {again: "counted already"}
    assert first not in found


def test_an_election_on_a_day_not_known_exactly_may_have_come_in_time():
    log = Log()
    opened(log)
    holder = {"person": "club:02", "post": "president", "until": "2015-06-30T00:00"}
    log.entries[0].payload["holders"] = [holder]
    log.election("e", "president", 1, ["club:03"], [[9, "club:03"]], ["club:03"])
    log.entries[-1].at_earliest, log.entries[-1].at_latest = "2015-06-01T00:00", "2015-07-31T23:59"
    (row,) = [row for row in rows_of(log, "election") if row["key"] == "president@2015-06-30"]
    assert (row["sure"], row["maybe"]) == (False, True)


def test_without_an_opening_statement_nobody_is_known_to_be_ineligible():
    log = Log()
    how = {"actor": "club:01", "meeting": "assembly", "organ": "assembly"}
    log.add("club", "meeting.open", "2015-02-01T10:00", **how, payload={"present": 10})
    log.election("e", "president", 1, ["club:03"], [[9, "club:03"]], ["club:03"])
    found = rows_of(log, "eligibility")
    assert [row["sure"] for row in found] == [None]
    assert not [row for row in rows_of(log, "election") if row["key"] == row["entry"]]


def test_a_member_of_another_standing_is_not_eligible_and_the_log_says_why():
    log = Log()
    opened(log)
    log.entries[0].payload["holders"] = [{"person": f"club:{n:02d}", "post": "board"} for n in range(1, 7)]
    log.add("club", "member.standing", "2015-02-01T10:00", subject="club:03", actor="club:01",
            payload={"standing": "guest", "reason": "so"})  # fmt: skip
    log.election("e", "president", 1, ["club:02", "club:03"], [[9, "club:02"]], ["club:02"])
    (row,) = [row for row in rows_of(log, "eligibility") if row["key"] == row["entry"]]
    assert (row["how"], row["says"]) == ("standing", "club:03 did not have the standing it takes")
