"""The minutes sheet, and the representatives of a conference."""

import pytest

from quorate.views import delegates, meeting, meetings
from quorate.views.delegates import NoSuchConference
from quorate.views.meeting import NoSuchMeeting

ON = "2015-02-20"


def test_the_sheet_tells_a_meeting_from_the_call_to_the_close(club):
    sheet = meeting(club, "B1", "general-meeting/2015-02-14", ON)
    assert (sheet.status, sheet.convened[:10], sheet.convened_by.name) == ("closed", "2015-02-05", "Han Sora")
    assert (sheet.opened, sheet.closed) == ("2015-02-14T10:00", "2015-02-14T11:00")
    assert [person.id for person in sheet.present] == ["B1:1", "B1:2", "B1:3", "B1:4"]
    assert sheet.entitled == 5
    assert sheet.quorum == "met: at least 1/2 of the members (general.quorum)"
    (motion,) = sheet.motions
    assert (motion.result, motion.votes, motion.mover.id) == ("carried", {"for": 4, "against": 0}, "B1:2")
    (election,) = sheet.elections
    assert [person.id for person in election.elected] == ["B1:3", "B1:5"]
    assert any("B1:3 4" in line for line in election.rounds)
    assert [(item.business, item.on_agenda) for item in sheet.agenda] == [("budget", True), ("elect:assembly", False)]


def test_the_sheet_of_a_meeting_still_to_come_has_neither_present_nor_result(club):
    sheet = meeting(club, "B1", "general-meeting/2015-02-14", "2015-02-10")
    assert (sheet.status, sheet.present, sheet.quorum, sheet.motions) == ("convened", (), None, ())
    assert sheet.agenda[0].taken is None


def test_meetings_are_listed_in_order_and_by_organ(club):
    found = [(line.id, line.status, line.present) for line in meetings(club, "B1", ON).meetings]
    assert found == [
        ("committee/2015-01-09", "cancelled", 0),
        ("committee/2015-01-16", "closed", 3),
        ("general-meeting/2015-02-14", "closed", 4),
    ]
    assert len(meetings(club, "B1", ON, "committee").meetings) == 2
    assert len(meetings(club, "B1", "2015-01-10").meetings) == 1


def test_a_meeting_that_is_not_there_is_told_with_the_nearest(club):
    with pytest.raises(NoSuchMeeting) as caught:
        meeting(club, "B1", "comittee/2015-01-16", ON)
    assert "Did you mean committee/2015-01-16?" in str(caught.value)


def test_representatives_are_counted_from_quota_to_acceptance(club):
    (conference,) = delegates(club, "assembly", ON)
    rows = [(s.unit, s.quota, s.elected, s.sent, s.accepted, s.rejected) for s in conference.senders]
    assert rows == [("B1", 2, 2, 2, 2, 0), ("B2", 1, 0, 0, 0, 0)]
    assert conference.total("quota") == 3
    assert [(d.person.id, d.accepted) for d in conference.senders[0].delegates] == [("B1:5", True), ("B1:3", True)]
    (before,) = delegates(club, "assembly", "2015-02-16")
    assert [(s.sent, s.accepted) for s in before.senders] == [(2, 0), (0, 0)]


def test_a_conference_not_yet_apportioned_has_no_list(club):
    assert delegates(club, "assembly", "2015-02-01") == ()


def test_an_organ_that_is_no_conference_is_told(club):
    with pytest.raises(NoSuchConference, match="no conference 'committee'"):
        delegates(club, "committee", ON)
