"""A calendar as iCalendar text (RFC 5545), for any calendar program.

Times are floating local times, as the log has them. Deadlines and ends of term fill a day; the text is the same for
the same record and day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import icalendar

from quorate.views.calendar import Calendar, Event

_STATUS = {"cancelled": "CANCELLED", "convened": "TENTATIVE"}


def ical(calendar: Calendar) -> str:
    """The calendar as iCalendar text with CRLF line ends; periods are left out."""
    found = icalendar.Calendar()
    found.add("prodid", "-//Quorate//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", calendar.name)
    stamp = datetime.combine(date.fromisoformat(calendar.on[:10]), time(), UTC)
    for event in calendar.events:
        if event.kind != "period":
            found.add_component(_event(event, calendar, stamp))
    text: bytes = found.to_ical(sorted=False)
    return text.decode()


def _event(event: Event, calendar: Calendar, stamp: datetime) -> icalendar.Event:
    found = icalendar.Event()
    found.add("uid", f"{calendar.unit}/{event.kind}/{event.ref}@quorate")
    found.add("dtstamp", stamp)
    start: date = date.fromisoformat(event.at[:10])
    if event.kind == "meeting":
        start = datetime.fromisoformat(event.at)
        found.add("dtstart", start)
        if event.end and event.end > event.at:
            found.add("dtend", datetime.fromisoformat(event.end))
    else:
        found.add("dtstart", start)
        found.add("dtend", start + timedelta(days=1))
    found.add("summary", event.title)
    found.add("description", f"{event.status} ({event.clause or event.ref})")
    found.add("status", _STATUS.get(event.status, "CONFIRMED"))
    found.add("categories", [event.kind])
    return found
