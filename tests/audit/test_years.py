"""Meetings due that were held, counted by year: the same as those counted by month, and the same ones found missing."""

from collections import Counter
from random import Random

import pytest
from clauses.world import charter_of

from audit.forced import Audited
from audit.test_posts_audited import Log
from quorate.clauses.cadence.audit import audit
from quorate.facts import many
from quorate.facts.book import Facts

CLUB = charter_of("club")
START, UNTIL = "2010-03-20", "2013-08-10"


@pytest.fixture(scope="module")
def audited():
    """Years of two sections, of which one meets often and one seldom; now and then the day is not known."""
    log, dice = Log(), Random(5)
    for unit, chance in (("east", 0.97), ("west", 0.6)):
        log.add(unit, "unit.open", f"{START}T00:00", payload={"name": unit, "parent": "club"})
        for month in range(2010 * 12 + 2, 2013 * 12 + 8):
            year, nth = divmod(month, 12)
            for day in (1, 9, 23):
                if dice.random() < chance and f"{year}-{nth + 1:02d}-{day:02d}" >= START:
                    meet(log, unit, f"{year}-{nth + 1:02d}", day, vague=day == 23 and dice.random() < 0.05)
    audited = Audited(log.entries, CLUB, UNTIL, START)
    yield audited
    audited.close()


def meet(log, unit, month, day, *, vague):
    on = {"organ": "section-meeting", "meeting": f"section-meeting/{month}-{day:02d}", "actor": f"{unit}:01"}
    at = f"{month}-{day:02d}T10:00"
    later = f"{month[:4]}-12-30T10:00" if vague else at
    log.add(unit, "meeting.open", at, latest=later, **on, payload={"present": 9})
    log.add(unit, "meeting.close", at, latest=later, **on)


def found(audited, clause, by):
    facts = Facts(audited.engine, audited.facts.source, audited.facts.declared, START, UNTIL, by=by)
    rows = audited.engine.run(audit((clause,), facts, CLUB)).to_pylist()
    kept = Counter()
    for row in rows:
        if row["sure"]:
            kept[row["unit"], row["period"][:4]] += row["count"]
    return kept, sorted(str(row) for row in rows if not row["sure"]), rows


@pytest.mark.parametrize(("per", "number"), [("month", 1), ("month", 2), ("quarter", 2), ("half-year", 3), ("year", 2)])
def test_what_was_held_by_year_was_held_by_month(audited, per, number):
    clause = CLUB.by_id["section.cadence"]
    least = clause.at_least.model_copy(update={"value": number})
    clause = clause.model_copy(update={"per": per, "at_least": least})
    by_month, by_year = (found(audited, clause, by) for by in ("month", "year"))
    assert by_month[:2] == by_year[:2]
    starts = {row["entry"]: row for row in by_month[2]}
    for row in by_year[2]:
        if row["key"].startswith("kept/") and row["period"] in ("2010", "2013"):
            assert row["entry"] in starts or number > 1  # of a period that was due


def test_a_year_with_more_meetings_than_are_counted_is_looked_at_month_by_month(audited, monkeypatch):
    clause = CLUB.by_id["section.cadence"]
    before = found(audited, clause, "month")
    monkeypatch.setattr("quorate.clauses.cadence.years.BASE", 20)
    after = found(audited, clause, "year")
    assert before[:2] == after[:2]
    assert many.BASE > 20
    assert not any(row["key"].startswith("kept/") for row in after[2])
