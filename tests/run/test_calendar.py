"""What is owed by the calendar, against a plain count of days that shares no code with the clauses."""

from datetime import date, timedelta

from clauses.world import World
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.clauses import View

DAY = timedelta(days=1)
START, SPAN = date(2014, 10, 1), 900
days = st.integers(0, SPAN).map(lambda n: START + n * DAY)


# --- the plain count


def in_months(day, months):
    """The same day so many months on, or that month's last: the calendar walked day by day."""
    left, here = months, day
    while left:
        here += DAY
        left -= here.day == 1
    while here.day != day.day and (here + DAY).day != 1:
        here += DAY
    return here


def whole_periods(opened, until, months):
    """First and last day of each period of so many months that began on or after a day and ended by another."""
    here, found = opened, []
    while here <= until:
        if here.day == 1 and (here.month - 1) % months == 0:
            end = in_months(here, months) - DAY
            if end <= until:
                found.append((here, end))
        here += DAY
    return found


def verdict(met, due, on):
    if met is not None and met <= on:
        return "kept" if met <= due else "late"
    return "missed" if due < on else "due"


# --- the record


def opened(day, *, tier="club"):
    world = World("club")
    board = [{"person": f"b{n}", "post": "board"} for n in (1, 2)]
    world.open("club", day.isoformat(), holders=board)
    if tier == "section":
        members = [{"person": f"east:{n}", "name": "Somebody"} for n in (1, 2)]
        world.open("east", day.isoformat(), members=members, holders=[{"person": "east:1", "post": "speaker"}])
    return world


def owed(world, unit, clause, on):
    rule = world.record.charter.by_id[clause]
    view = View(world.record.charter, world.record.state(unit), on.isoformat())
    return list(rule.obligations(view, on.isoformat()))


def told(found, on):
    return [(each.due[:10], each.status(on.isoformat())) for each in found]


def test_in_months_is_the_statutes_way_of_counting():
    assert in_months(date(2015, 1, 31), 1) == date(2015, 2, 28)
    assert in_months(date(2016, 1, 31), 1) == date(2016, 2, 29)
    assert in_months(date(2015, 10, 31), 4) == date(2016, 2, 29)
    assert in_months(date(2015, 1, 15), 3) == date(2015, 4, 15)
    assert in_months(date(2015, 12, 1), 1) == date(2016, 1, 1)


@settings(max_examples=40, deadline=None)
@given(days, st.lists(days, max_size=7, unique=True), days)
def test_no_more_than_three_months_between_meetings(first, sittings, on):
    sittings = sorted(day for day in sittings if day >= first)
    world = opened(first)
    for day in sittings:
        world.hold("club", "board", day.isoformat())
    wanted, anchor = [], first
    for day in sittings:
        wanted.append((in_months(anchor, 3), day))
        anchor = day
    if in_months(anchor, 3) <= on:
        wanted.append((in_months(anchor, 3), None))
    expected = [(due.isoformat(), verdict(met, due, on)) for due, met in wanted]
    assert told(owed(world, "club", "board.cadence", on), on) == expected


@settings(max_examples=40, deadline=None)
@given(days, st.lists(days, max_size=9), days)
def test_two_meetings_in_every_whole_quarter(first, sittings, on):
    sittings = sorted(day for day in sittings if day >= first)
    world = opened(first, tier="section")
    for day in sittings:
        world.hold("east", "section-meeting", day.isoformat())
    expected = []
    for start, end in whole_periods(first, on, 3):
        held = [day for day in sittings if start <= day <= end]
        for number in (0, 1):
            met = held[number] if number < len(held) else None
            expected.append((end.isoformat(), verdict(met, end, on)))
    assert told(owed(world, "east", "section.cadence", on), on) == expected


@settings(max_examples=40, deadline=None)
@given(days, st.dictionaries(st.integers(0, 32), st.integers(0, 60), max_size=12), days)
def test_a_report_on_every_whole_month_within_ten_days(first, filings, on):
    world = opened(first, tier="section")
    months = whole_periods(first, START + (SPAN + 100) * DAY, 1)
    filed = {months[n][0]: months[n][1] + (1 + wait) * DAY for n, wait in filings.items() if n < len(months)}
    for month, day in sorted(filed.items(), key=lambda pair: pair[1]):
        say = {"report": "monthly", "period": month.isoformat()[:7], "text": "All is well"}
        world.must("east", "report.file", day.isoformat(), actor="east:1", say=say)
    expected = {}
    for month, end in months:
        due = end + 11 * DAY
        if due <= on or (month in filed and month <= on):
            expected[month.isoformat()[:7]] = (due.isoformat(), verdict(filed.get(month), due, on))
    found = {
        each.key: (each.due[:10], each.status(on.isoformat())) for each in owed(world, "east", "section.report", on)
    }
    assert found == expected


@settings(max_examples=40, deadline=None)
@given(days, st.dictionaries(st.integers(0, 10), st.integers(0, 60), max_size=6), days)
def test_a_report_on_every_whole_quarter_within_a_month(first, filings, on):
    world = opened(first, tier="section")
    quarters = whole_periods(first, START + (SPAN + 100) * DAY, 3)
    filed = {quarters[n][0]: quarters[n][1] + (1 + wait) * DAY for n, wait in filings.items() if n < len(quarters)}
    for quarter, day in sorted(filed.items(), key=lambda pair: pair[1]):
        say = {"report": "accounts", "period": f"{quarter.year}-Q{(quarter.month + 2) // 3}", "text": "In order"}
        world.must("east", "report.file", day.isoformat(), actor="east:1", say=say)
    expected = []
    for quarter, end in quarters:
        due = in_months(end + DAY, 1)
        if due <= on or (quarter in filed and quarter <= on):
            expected.append((due.isoformat(), verdict(filed.get(quarter), due, on)))
    assert told(owed(world, "east", "section.accounts-report", on), on) == expected
