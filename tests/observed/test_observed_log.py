"""The public record as a log: every row is in it, with its source and no more certainty than the row has."""

import calendar
from datetime import datetime, timedelta

import pytest
from observed_files import OBSERVED, rows_of

EVER, NEVER = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)
NOTED = {  # officials whose note gives other bounds than the columns: (unit, name): (entry, bounds)
    ("KP-01", "Mun Kyong-dok"): ("left", "2014-03-01", "2014-04-30"),
    ("KP-02", "Pak Thae-song"): ("left", "2017-04-11", "2017-10-31"),
    ("KP-03", "Kim Nung-o"): ("left", "2018-05-01", "2018-07-31"),
    ("KP-03", "Mun Kyong-dok"): ("first-named", "2018-07-03", "2018-07-04"),
    ("KP-04", "Yon Hyong-muk"): ("left", "2005-02-01", "2005-06-06"),
    ("KP-06", "Choe Ryong-hae"): ("taken", "2006-04-01", "2007-12-31"),
    ("KP-06", "Pak Thae-dok"): ("left", "2016-05-01", "2017-10-31"),
    ("KP-09", "Ri Kun-mo"): ("left", "2001-07-10", "2001-07-24"),
    ("KP-09", "Hong Sok-hyong"): ("left", "2010-06-01", "2010-07-31"),
}


def whole(text):
    """The first and last minute of a day, month or year, reckoned apart from the code under test."""
    parts = [int(part) for part in text.split("-")]
    year, month, day = (*parts, None, None)[:3]
    last = day or calendar.monthrange(year, month or 12)[1]
    return datetime(year, month or 1, day or 1), datetime(year, month or 12, last, 23, 59)


def expected(text, precision, end=""):
    if precision == "none":
        return None
    first, last = whole(text)
    if precision in ("by", "reported", "id_day"):
        return EVER, last
    if precision == "between":
        return first, whole(end)[1]
    return first, last


def test_every_event_is_one_entry_and_one_more_where_its_end_is_told(log):
    ends = {name for name, row in log.items() if row["act"] == "meeting.close"}
    assert ends == {
        "KP-02/conference/2016-04-17/closed",
        "KP/congress/2016-05-06/closed",
        "KP/congress/2021-01-05/closed",
    }
    assert sum(row["file"] == "events" for row in log.values()) == len(rows_of("events.csv")) + len(ends)


def called(row):
    return "-".join(filter(None, (row["unit_code"], row.get("name_en"), row.get("kind"), row.get("date"))))


@pytest.mark.parametrize("row", rows_of("events.csv"), ids=called)
def test_an_event_happened_between_the_bounds_its_row_states(row, log):
    unit = "KP.KPA" if row["organ"] == "KPA" else row["unit_code"]
    found = [
        entry
        for entry in log.values()
        if entry["unit"] == unit
        and entry["payload"].get("text") == row["description"]
        and entry["payload"]["body"] == row["organ"]
        and (entry["at_earliest"], entry["at_latest"]) == expected(row["date"], row["precision"], row["end_date"])
    ]
    assert len(found) == 1
    assert found[0]["source"] == row["source"]
    assert found[0]["payload"]["confidence"] == row["confidence"]
    assert found[0]["payload"].get("note", "") == row["note"]
    assert found[0]["payload"].get("reported", "") == row["reported_date"]


def test_only_meetings_the_charter_knows_are_meetings_and_all_else_is_neutral(log, charter):
    known = {"meeting.open", "meeting.close", "office.take", "office.leave", "office.seen"}
    assert {row["act"] for row in log.values()} - known == {
        "observed.statement",
        "observed.conference",
        "observed.meeting",
        "observed.rally",
        "observed.title-change",
        "observed.rule-change",
    }
    met = {(row["organ"], charter.unit(row["unit"]).tier) for row in log.values() if row["act"] == "meeting.open"}
    assert met == {
        ("provincial-conference", "province"),
        ("party-congress", "centre"),
        ("central-committee", "centre"),
    }
    for organ, tier in met:
        assert charter.organs[organ].tier == tier


def test_a_statement_about_all_provinces_is_one_entry_of_the_centre_and_none_of_a_province(log):
    stated = [row for row in log.values() if row["act"] == "observed.statement"]
    assert {row["unit"] for row in stated} == {"KP"}
    assert {row["payload"]["body"] for row in stated} == {
        "all provincial committees",
        "city/county committees",
        "city/county/district committees",
    }
    twelve = [row for row in log.values() if row["act"] == "meeting.open" and row["at_latest"].year == 2012]
    assert sorted((row["unit"], row["at_latest"].date().isoformat()) for row in twelve) == [
        ("KP", "2012-04-11"),
        ("KP-01", "2012-03-28"),
        ("KP-02", "2012-03-27"),
    ]


# ---------------------------------------------------------------- officials


@pytest.mark.parametrize("row", rows_of("officials.csv"), ids=called)
def test_an_officials_row_is_in_the_log_with_the_dates_it_states(row, log):
    key = row["unit_code"], row["name_en"]
    noted = {NOTED[key][0]: (whole(NOTED[key][1])[0], whole(NOTED[key][2])[1])} if key in NOTED else {}
    found = entries_of(row, log)
    wanted = dict(stated(row))
    wanted.update({name: bounds for name, bounds in noted.items() if row["role"] == "chief"})
    if key == ("KP-03", "Mun Kyong-dok"):
        wanted["taken"] = (EVER, whole("2018-07-04")[1])
    if key == ("KP-04", "Yon Hyong-muk"):
        del wanted["last-named"]  # the note: the column's day is the last he can have left on
    wanted |= from_notes(row)
    assert {name: (entry["at_earliest"], entry["at_latest"]) for name, entry in found.items()} == wanted
    for entry in found.values():
        assert entry["source"] == row["source"]
        assert entry["payload"]["label"] == row["name_ko"]
        assert entry["payload"]["confidence"] == row["confidence"]
        assert entry["payload"].get("note", "") == row["note"]
        assert entry["payload"].get("post") == (None if row["role"] == "deputy" else "chief-secretary")


def entries_of(row, log):
    stem = f"{row['unit_code']}/{row['name_en']}/"
    chief = row["role"] == "chief"
    names = {name.removeprefix(stem): entry for name, entry in log.items() if name.startswith(stem)}
    picked = {name: entry for name, entry in names.items() if name.startswith("named/") != chief}
    return picked if chief else {name: entry for name, entry in picked.items() if name == f"named/{row['from']}"}


def stated(row):
    """The entries a row's own columns call for, with their bounds."""
    if row["role"] != "chief":
        yield f"named/{row['from']}", whole(row["from"])
        return
    if row["from_precision"] != "none":
        yield "taken", expected(row["from"], row["from_precision"])
    if row["from_precision"] == "id_day":
        yield "first-named", whole(row["from"])
    if row["to_precision"].startswith("last_"):
        yield "last-named", whole(row["to"])
    elif row["to_precision"] != "none":
        yield "left", whole(row["to"])


def from_notes(row):
    for words, when in (("last seen in the post Jan 2014", "2014-01"), ("still in post 2017-04-11", "2017-04-11")):
        if words in row["note"]:
            return {"last-named": whole(when)}
    return {"last-named": whole("2023")} if row["note"].endswith("still listed 2023") else {}


def test_both_files_together_make_no_entry_that_no_row_calls_for(log):
    wanted = sum(len(entries_of(row, log)) for row in rows_of("officials.csv"))
    assert wanted == sum(row["file"] == "officials" for row in log.values())


@pytest.mark.parametrize("name", ["events", "officials"])
def test_every_row_and_every_entry_names_a_source(name, log):
    assert all(row["source"].strip() for row in rows_of(f"{name}.csv"))
    sources = {row["source"] for row in rows_of(f"{name}.csv")}
    assert {entry["source"] for entry in log.values() if entry["file"] == name} == sources


def test_the_same_person_has_one_id_everywhere_and_two_persons_never_share_one(log):
    officials = [entry for entry in log.values() if entry["file"] == "officials"]
    pairs = {(entry["subject"], entry["payload"]["label"]) for entry in officials}
    assert len({ident for ident, _ in pairs}) == len({label for _, label in pairs}) == len(pairs)


def test_nobody_is_given_two_tenures_in_one_province_so_that_one_reference_is_one_tenure():
    chiefs = [(row["unit_code"], row["name_en"]) for row in rows_of("officials.csv") if row["role"] == "chief"]
    assert len(chiefs) == len(set(chiefs))


def test_that_somebody_was_last_seen_is_not_taken_for_their_leaving(log):
    last = [row for row in rows_of("officials.csv") if row["to_precision"].startswith("last_")]
    assert len(last) == 8
    left = {(row["unit_code"], row["name_en"]) for row in last if f"{row['unit_code']}/{row['name_en']}/left" in log}
    assert left == {("KP-04", "Yon Hyong-muk"), ("KP-09", "Ri Kun-mo")}  # whose notes say when they left


def test_every_unit_and_post_of_the_log_is_of_the_charter(log, charter):
    assert [row["entry"] for row in log.values() if charter.unit(row["unit"]) is None] == []
    posts = {row["payload"]["post"] for row in log.values() if row["payload"].get("post")}
    assert posts == {"chief-secretary"}
    assert "chief-secretary" in charter.offices


def test_the_files_are_as_they_were_gathered():
    assert len(rows_of("events.csv")) == 75
    assert len(rows_of("officials.csv")) == 48
    assert not [path.name for path in OBSERVED.iterdir() if path.suffix not in (".csv", ".yaml")]
    for name in ("events.csv", "officials.csv"):
        assert "\ufffd" not in (OBSERVED / name).read_text(encoding="utf-8")


def test_a_minute_is_the_finest_that_bounds_are_told_in(log):
    assert all(row[end].second == 0 for row in log.values() for end in ("at_earliest", "at_latest"))
    assert timedelta(0) <= min(row["at_latest"] - row["at_earliest"] for row in log.values())
