"""What is due, the calendar, and the reports say the same about the same obligations."""

import icalendar

from quorate.views import calendar, due, reports
from quorate.views.ical import ical

ON = "2015-02-20"


def test_what_is_overdue_names_who_owes_it_and_for_how_long(club):
    items = {(item.unit, item.clause, item.key): item for item in due(club, ON).items}
    report = items["B2", "branch.report", "2015-01"]
    assert (report.due, report.status, report.days, report.who) == ("2015-02-11", "missed", 9, "chair")
    assert report.cite == "Bylaws 13"
    assert report.holders == ()  # the office is vacant
    dues = items["B2", "branch.finance", "dues/2015-01"]
    assert [person.name for person in dues.holders] == ["Yoon Bora"]
    assert ("B1", "branch.report", "2015-01") not in items


def test_what_was_done_in_time_was_still_due_the_day_before(club):
    def status(day):
        found = due(club, day, 60, ["B1"], ("missed", "due", "late", "kept"))
        return next(item.status for item in found.items if (item.clause, item.key) == ("branch.report", "2015-01"))

    assert [status(day) for day in ("2015-02-05", "2015-02-06", "2015-02-20")] == ["due", "kept", "kept"]


def test_only_the_units_asked_about_are_in_the_list(club):
    assert {item.unit for item in due(club, ON, units=["B1"]).items} == {"B1"}
    assert {item.unit for item in due(club, ON).items} == {"B1", "B2", "FED"}


def test_the_calendar_holds_meetings_deadlines_ends_of_term_and_periods(club):
    found = calendar(club, "B1", "2015-01-01", "2015-02-28", ON)
    meetings = [(event.ref, event.status) for event in found.events if event.kind == "meeting"]
    assert meetings == [
        ("committee/2015-01-09", "cancelled"),
        ("committee/2015-01-16", "closed"),
        ("general-meeting/2015-02-14", "closed"),
    ]
    deadlines = {event.ref: event.status for event in found.events if event.kind == "deadline"}
    assert deadlines["committee.cadence/2015-01/1"] == "kept"
    assert deadlines["committee.cadence/2015-02/1"] == "due"
    assert [event.ref for event in found.events if event.kind == "period"] == ["2015-01", "2015-02"]
    assert [event.at for event in found.events] == sorted((event.at for event in found.events), key=lambda at: at[:10])


def test_the_calendar_shows_when_a_term_ends(club):
    (event,) = calendar(club, "B2", "2015-02-10", "2015-02-10", ON, ["term"]).events
    assert event.title == "term ends: Chair (Jung Haru)"
    assert event.status == "ended"


def test_the_calendar_of_a_past_day_shows_what_was_known_then(club):
    found = calendar(club, "B1", "2015-02-01", "2015-02-28", "2015-02-10", ["meeting"])
    assert [(event.ref, event.status) for event in found.events] == [("general-meeting/2015-02-14", "convened")]


def test_every_event_but_periods_is_in_the_icalendar_with_an_id_of_its_own(club):
    found = calendar(club, "B1", "2015-01-01", "2016-12-31", ON)
    text = ical(found)
    assert text == ical(found)
    assert "\r\n" in text
    parsed = icalendar.Calendar.from_ical(text)
    events = parsed.walk("VEVENT")
    expected = [event for event in found.events if event.kind != "period"]
    assert len(events) == len(expected) > 20
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert sorted(str(event["SUMMARY"]) for event in events) == sorted(event.title for event in expected)
    meeting = next(event for event in events if "general-meeting/2015-02-14" in event["UID"])
    assert meeting["DTSTART"].dt.isoformat() == "2015-02-14T10:00:00"
    assert meeting["DTEND"].dt.isoformat() == "2015-02-14T11:00:00"


def test_a_report_goes_from_due_over_filed_to_acknowledged(club):
    def state(day, unit="B1"):
        return next(report.state for report in reports(club, unit, day).files if report.period == "2015-01")

    assert state("2015-02-05") == "due"
    assert state("2015-02-06") == "filed"
    assert state("2015-02-10") == "acknowledged"
    assert state("2015-02-11", "B2") == "due"
    assert state("2015-02-12", "B2") == "overdue"


def test_a_report_filed_after_its_day_is_marked_late(club, do):
    do(club, "report.file", "B2", "2015-02-25", "B2:2", report="monthly", period="2015-01")
    (report,) = [report for report in reports(club, "B2", "2015-02-25").files if report.period == "2015-01"]
    assert (report.state, report.late, report.filed) == ("filed", True, "2015-02-25T00:00")


def test_the_addressee_sees_what_it_must_answer_and_by_when(club, do):
    filed = do(club, "report.file", "B2", "2015-02-17", "B2:2", report="monthly", period="2015-01")
    answers = {report.id: report for report in reports(club, "FED", "2015-02-20").receives}
    assert (answers[filed.entry].unit, answers[filed.entry].state, answers[filed.entry].due[:10]) == (
        "B2",
        "filed",
        "2015-03-04",  # it was delivered on the 18th, after the last entry there
    )
    late = {report.id: report.state for report in reports(club, "FED", "2015-03-05").receives}
    assert late[filed.entry] == "overdue"
    do(club, "report.return", "FED", "2015-03-05", "B1:5", ref=filed.entry, reason="No figures")
    states = [report.state for report in reports(club, "B2", "2015-03-20").files if report.period == "2015-01"]
    assert states == ["returned", "overdue"]
