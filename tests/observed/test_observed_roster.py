"""Who was chief secretary when, by the public record; each fact was looked up in officials.csv by hand."""

import pytest

from quorate.log.tables.dates import interval
from quorate.views.gathered import OtherCharter
from quorate.views.observed import NoSuchOffice, observed_roster
from quorate.views.tenures import Evidence


@pytest.fixture(scope="session")
def on(evidence, charter):
    """The lines of a day's roster by unit."""
    return lambda day: {
        line.unit: line for line in observed_roster(evidence, charter, day, "chief-secretary").posts[0].units
    }


def held(line, how):
    return [holder.person.name for holder in line.holders if holder.held == how]


def test_on_1_june_2014_eight_provinces_have_a_certain_chief_secretary_and_four_do_not(on):
    lines = on("2014-06-01")
    certain = {unit: held(line, "certainly") for unit, line in lines.items() if line.status == "certain"}
    assert certain == {
        "KP-01": ["Kim Su-gil"],
        "KP-02": ["Pak Thae-song"],
        "KP-03": ["Ri Man-gon"],
        "KP-04": ["Kim Chun-sop"],
        "KP-06": ["Pak Thae-dok"],
        "KP-08": ["Thae Jong-su"],
        "KP-10": ["Ri Sang-won"],
        "KP-13": ["Rim Kyong-man"],
    }
    possible = {unit: held(line, "possibly") for unit, line in lines.items() if line.status == "possible"}
    assert possible == {
        "KP-05": ["Kim Rak-hui", "Pak Song-chol"],
        "KP-07": ["Pak Jong-nam"],
        "KP-09": ["Jon Sung-hun"],
        "KP-14": ["Kang Yang-mo"],
    }


def test_on_25_april_2016_three_provinces_are_in_doubt(on):
    lines = on("2016-04-25")
    certain = {unit: held(line, "certainly") for unit, line in lines.items() if line.status == "certain"}
    assert certain == {
        "KP-01": ["Kim Su-gil"],
        "KP-02": ["Pak Thae-song"],
        "KP-03": ["Kim Nung-o"],
        "KP-04": ["Kim Jae-ryong"],
        "KP-06": ["Pak Thae-dok"],
        "KP-08": ["Thae Jong-su"],
        "KP-10": ["Ri Sang-won"],
        "KP-13": ["Rim Kyong-man"],
        "KP-14": ["Kang Yang-mo"],
    }
    assert {unit for unit, line in lines.items() if line.status == "possible"} == {"KP-05", "KP-07", "KP-09"}


def test_who_was_seen_on_a_day_held_it_that_day_and_possibly_the_day_after(on):
    assert held(on("2016-04-22")["KP-09"], "certainly") == ["Jon Sung-hun"]
    assert held(on("2016-04-23")["KP-09"], "possibly")[0] == "Jon Sung-hun"


def test_who_left_in_march_or_april_held_it_certainly_in_february_and_possibly_in_march(on):
    assert held(on("2014-02-28")["KP-01"], "certainly") == ["Mun Kyong-dok"]
    assert held(on("2014-03-31")["KP-01"], "possibly") == ["Mun Kyong-dok"]


def test_in_the_month_of_a_change_both_are_possible(on):
    assert sorted(held(on("2014-04-15")["KP-01"], "possibly")) == ["Kim Su-gil", "Mun Kyong-dok"]
    assert held(on("2014-04-30")["KP-01"], "certainly") == ["Kim Su-gil"]


def test_on_the_day_of_a_change_it_is_the_successor_who_holds_it_at_the_days_end(on):
    line = on("2020-02-27")["KP-01"]
    assert (line.status, held(line, "certainly"), held(line, "possibly")) == ("certain", ["Kim Yong-hwan"], [])


def test_a_note_that_widens_the_end_takes_the_certainty_back(on):
    assert held(on("2017-04-11")["KP-02"], "certainly") == ["Pak Thae-song"]
    assert "Pak Thae-song" in held(on("2017-06-01")["KP-02"], "possibly")  # the column alone says until October


def test_between_two_holders_with_known_ends_it_is_not_known(on):
    line = on("2000-01-01")["KP-01"]
    assert (line.status, line.holders) == ("not known", ())
    assert line.says == "after Choe Mun-son (to 1991-12), before Mun Kyong-dok (from 2010-07)"


def test_who_was_first_named_later_is_possible_only_since_the_last_certain_holder(on):
    (possible,) = on("2009-12-31")["KP-07"].holders
    assert (possible.person.name, possible.took, possible.not_before) == ("Pak Jong-nam", "../2017-02-19", "2009-12-25")
    assert held(on("2009-12-24")["KP-07"], "possibly") == []
    assert held(on("2009-12-24")["KP-07"], "certainly") == ["Ri Chol-bong"]


def test_a_vacancy_the_sources_tell_of_is_not_filled_with_the_next_name_for_certain(on):
    line = on("2018-06-30")["KP-01"]  # Kim Su-gil left on 26 May, Kim Nung-o was first named on 12 August
    assert (line.status, held(line, "possibly")) == ("possible", ["Kim Nung-o"])


def test_every_holder_names_the_entries_and_sources_it_rests_on(on):
    (holder,) = on("2014-06-01")["KP-08"].holders
    assert [(proof.entry, proof.act, proof.at) for proof in holder.evidence] == [
        ("KP-08/Thae Jong-su/taken", "office.take", "../2012-10-22"),
        ("KP-08/Thae Jong-su/first-named", "office.seen", "2012-10-22"),
        ("KP-08/Thae Jong-su/left", "office.leave", "2016-05"),
    ]
    assert {proof.source for proof in holder.evidence} == {"NK Leadership Watch (wordpress era)"}
    assert holder.confidence == ("medium",)
    assert holder.person.label == "태종수"


def test_on_no_day_of_thirty_years_do_the_sources_name_two_certain_holders(on):
    years = range(1992, 2024)
    days = [f"{year}-{month:02d}-15" for year in years for month in range(1, 13)]
    assert [(day, line.says) for day in days for line in on(day).values() if line.status == "contradiction"] == []


def test_a_day_outside_the_charters_time_is_answered_with_a_note(evidence, charter):
    assert any("2010-09-28" in note for note in observed_roster(evidence, charter, "2005-01-01").notes)
    assert not any("2010-09-28" in note for note in observed_roster(evidence, charter, "2014-01-01").notes)


def test_who_is_named_without_a_post_is_counted_and_put_in_none(evidence, charter):
    answer = observed_roster(evidence, charter, "2014-06-01")
    assert [post.id for post in answer.posts] == ["chief-secretary"]
    assert answer.notes == ("3 entries name somebody without saying in which post.",)


def test_an_office_that_is_on_no_roster_has_units_about_which_nothing_is_known(evidence, charter):
    (post,) = observed_roster(evidence, charter, "2014-06-01", "treasurer").posts
    assert len(post.units) == 12
    assert {line.status for line in post.units} == {"no source"}


def test_an_office_or_unit_the_charter_does_not_know_is_refused_with_the_nearest(evidence, charter):
    with pytest.raises(NoSuchOffice, match="chief-secretary"):
        observed_roster(evidence, charter, "2014-06-01", "chief-secretery")


def test_a_log_of_another_organisation_is_refused(evidence, charter):
    from dataclasses import replace

    strange = [replace(item, unit=f"X{item.unit}") for item in evidence]
    with pytest.raises(OtherCharter, match="none of its units"):
        observed_roster(strange, charter, "2014-06-01")


# ---------------------------------------------------------------- sources that contradict one another


def line(charter, day, *told, unit="KP-01", post="chief-secretary"):
    """The line of a unit by made-up evidence: (person, act, when)."""
    evidence = [
        Evidence(f"{who}/{act}", f"office.{act}", unit, post, who, *interval(when), who, f"source of {who}")
        for who, act, when in told
    ]
    (found,) = observed_roster(evidence, charter, day, post, unit).posts[0].units
    return found


def test_two_certain_holders_of_one_seat_are_a_contradiction_and_both_are_shown(charter):
    told = [("A", "take", "2010"), ("A", "leave", "2014"), ("B", "take", "2012-01-01"), ("B", "leave", "2016")]
    found = line(charter, "2013-01-01", *told)
    assert (found.status, held(found, "certainly")) == ("contradiction", ["A", "B"])
    assert found.says == "sources have A and B in it at once, and it has 1 seat"
    assert line(charter, "2011-01-01", *told).status == "certain"


def test_two_who_are_named_on_one_day_may_have_followed_one_another(charter):
    day = "2014-05-14"
    told = [("A", "take", "2010"), ("A", "seen", day), ("A", "leave", day), ("B", "take", day)]
    found = line(charter, day, *told)
    assert (found.status, held(found, "certainly")) == ("certain", ["A", "B"])


def test_somebody_seen_while_another_held_it_all_day_is_a_contradiction(charter):
    told = [("A", "take", "2010"), ("A", "leave", "2014"), ("B", "seen", "2012-03-04")]
    assert line(charter, "2012-03-04", *told).status == "contradiction"


def test_somebody_who_left_before_taking_office_is_a_contradiction_on_any_day(charter):
    found = line(charter, "2020-01-01", ("A", "take", "2012"), ("A", "leave", "2010"))
    assert found.status == "contradiction"
    assert found.says == "of A sources have office.leave 2010 (A/leave) and office.take 2012 (A/take)"


def test_an_office_with_more_seats_is_in_doubt_until_all_are_filled(charter):
    told = [("A", "take", "2010"), ("A", "leave", "2014"), ("B", "seen", "2012-03-04")]
    seats = {"unit": "KP", "post": "cc-secretary"}
    found = line(charter, "2012-03-04", *told, **seats)
    assert (found.status, held(found, "certainly")) == ("possible", ["A", "B"])
    assert charter.offices["cc-secretary"].seats.value == 9
