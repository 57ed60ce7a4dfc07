"""EDTF in and out: the bounds of what is not known exactly."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.log.tables.dates import EVER, NEVER, edtf, interval, widened, written
from quorate.log.tables.errors import BadInterval


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2015-03-04", "2015-03-04T00:00", "2015-03-04T23:59"),
        ("2016-02", "2016-02-01T00:00", "2016-02-29T23:59"),
        ("2015", "2015-01-01T00:00", "2015-12-31T23:59"),
        ("201X", "2010-01-01T00:00", "2019-12-31T23:59"),
        ("2016-XX", "2016-01-01T00:00", "2016-12-31T23:59"),
        ("2016-02-XX", "2016-02-01T00:00", "2016-02-29T23:59"),
        ("2016-1X", "2016-10-01T00:00", "2016-12-31T23:59"),
        ("2016-04-3X", "2016-04-30T00:00", "2016-04-30T23:59"),
        ("201X-02-29", "2012-02-29T00:00", "2016-02-29T23:59"),
        ("2016-04~", "2016-04-01T00:00", "2016-04-30T23:59"),
        ("2016-04-12?", "2016-04-12T00:00", "2016-04-12T23:59"),
        ("2015-21", "2015-03-01T00:00", "2015-05-31T23:59"),
        ("2015-24", "2015-12-01T00:00", "2016-02-29T23:59"),
        ("2015-34", "2015-04-01T00:00", "2015-06-30T23:59"),
        ("[2015-03-04,2015-03-09]", "2015-03-04T00:00", "2015-03-09T23:59"),
        ("{2015-01,2015-03..2015-05}", "2015-01-01T00:00", "2015-05-31T23:59"),
        ("[..2014-05]", "0001-01-01T00:00", "2014-05-31T23:59"),
        ("2015-03/2015-05", "2015-03-01T00:00", "2015-05-31T23:59"),
        ("../2014-05-14", "0001-01-01T00:00", "2014-05-14T23:59"),
        ("2014-XX/..", "2014-01-01T00:00", "9999-12-31T23:59"),
        ("2014-05-14/", "2014-05-14T00:00", "9999-12-31T23:59"),
        ("..", "0001-01-01T00:00", "9999-12-31T23:59"),
        ("2015-03-04T10:00", "2015-03-04T10:00", "2015-03-04T10:00"),
        ("2015-03-04 10:00:30", "2015-03-04T10:00:30", "2015-03-04T10:00:30"),
        ("2015-03-04T23:30:00.500+09:00", "2015-03-04T23:30:00.500", "2015-03-04T23:30:00.500"),
        ("2015-03-04T10:00Z", "2015-03-04T10:00", "2015-03-04T10:00"),
        ("2015-03-04T10:00/2015-03-05", "2015-03-04T10:00", "2015-03-05T23:59"),
    ],
)
def test_a_date_is_the_interval_of_what_it_can_mean(text, earliest, latest):
    assert interval(text) == (at(earliest), at(latest))


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "yesterday", "0000", "-0001", "99999", "99999-01-01", "Y12000", "2015-00", "2015-13", "2015-02-31"),
        *("2023-02-29", "2016-02-3X", "2015-03-04T24:00", "2015-03-04T10:60", "20150304", "04/05/2015", "1/2"),
        *("2014-06/2014-05", "2015/2016/2017", "[2015-1X]", "[2023-02-29,2023-03-01]", "1950S2", "9999-24"),
        *("٢٠١٥", "2015-03-04T10:00:00+9", "\x002015", "2015\n-01", "[" * 5000),
    ],
)
def test_what_is_no_date_of_these_ten_thousand_years_is_refused(text):
    with pytest.raises(BadInterval, match="is not a date"):
        interval(text)


@pytest.mark.parametrize(
    ("earliest", "latest", "text"),
    [
        ("2015-03-04T00:00", "2015-03-04T23:59", "2015-03-04"),
        ("2015-03-01T00:00", "2015-03-31T23:59", "2015-03"),
        ("2015-01-01T00:00", "2015-12-31T23:59", "2015"),
        ("0987-01-01T00:00", "0987-12-31T23:59", "0987"),
        ("2015-03-04T00:00", "2015-03-06T23:59", "2015-03-04/2015-03-06"),
        ("0001-01-01T00:00", "2014-05-14T23:59", "../2014-05-14"),
        ("2014-05-14T00:00", "9999-12-31T23:59", "2014-05-14/.."),
        ("0001-01-01T00:00", "9999-12-31T23:59", ".."),
        ("2015-03-04T10:00", "2015-03-04T10:00", "2015-03-04T10:00"),
        ("2015-03-04T00:00", "2015-03-04T00:00", "2015-03-04T00:00"),
        ("2015-03-04T10:00", "2015-03-04T23:59", "2015-03-04T10:00/2015-03-04"),
    ],
)
def test_bounds_are_written_in_the_shortest_form_that_keeps_them(earliest, latest, text):
    assert edtf(at(earliest), at(latest)) == text


minutes = st.datetimes(EVER, NEVER - timedelta(minutes=1)).map(lambda when: when.replace(second=0, microsecond=0))
days = minutes.map(lambda when: when.replace(hour=0, minute=0))


@given(first=minutes | days | st.just(EVER), second=minutes | days | st.just(NEVER), whole=st.booleans())
def test_what_is_written_reads_back_to_the_same_minutes(first, second, whole):
    earliest, latest = sorted((first, second))
    if whole:
        latest = latest.replace(hour=23, minute=59)
    assert interval(edtf(earliest, latest)) == (earliest, latest)


@given(st.text(alphabet="0123456789X-/.~?%[]{},TZ:+ ", max_size=24))
def test_any_text_is_bounds_in_order_or_refused(text):
    try:
        earliest, latest = interval(text)
    except BadInterval:
        return
    assert EVER <= earliest <= latest <= NEVER.replace(second=59, microsecond=999999)


@given(st.dates(datetime(1, 1, 1).date(), datetime(9999, 12, 31).date()), st.sampled_from(["%d", "%m-%d", ""]))
def test_the_edtf_library_gives_the_same_days(day, part):
    import edtf as library

    text = day.isoformat()[: {"%d": 10, "%m-%d": 7, "": 4}[part]]
    found = library.parse_edtf(text)
    first, last = interval(text)
    assert tuple(found.lower_strict())[:3] == (first.year, first.month, first.day)
    assert tuple(found.upper_strict())[:3] == (last.year, last.month, last.day)


def test_a_format_of_ones_own_says_how_exact_it_is():
    assert written("4.3.2015", "%d.%m.%Y") == (at("2015-03-04T00:00"), at("2015-03-04T23:59"))
    assert written("March 2015", "%B %Y") == (at("2015-03-01T00:00"), at("2015-03-31T23:59"))
    assert written("4/3/15 9:30 PM", "%d/%m/%y %I:%M %p") == (at("2015-03-04T21:30"),) * 2
    with pytest.raises(BadInterval):
        written("31.2.2015", "%d.%m.%Y")


def test_widening_never_narrows():
    assert widened(interval("2015-03-04"), "month") == interval("2015-03")
    assert widened(interval("2015"), "day") == interval("2015")
    assert widened(interval("2015-11/2016-02"), "year") == interval("2015/2016")
