"""Elections, appointments, eligibility, composition and structure, simulated; the kernel judges every act."""

from collections import Counter

import numpy as np
import pytest

from quorate.clauses import Clause, View
from simulate.faces.lodges_life import charter, judged, life, world_of

BUSY = {"resignations_a_year": 0.3, "deaths_in_office_a_year": 0.3, "refusals": 0.3, "exceptions": 0.5}


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """Two years in which much happens to posts, and the kernel's judgement of them."""
    rows = life(tmp_path_factory.mktemp("busy"), **BUSY)
    return rows, judged(rows)


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """Three years in which nobody leaves or is refused, and terms end and are renewed."""
    quiet = {"resignations_a_year": 0, "deaths_in_office_a_year": 0, "refusals": 0}
    rows = life(tmp_path_factory.mktemp("calm"), last="2017-12-31", **quiet)
    return rows, judged(rows)


def missed(judge, until):
    """The obligations that are missed or late, by clause."""
    found = Counter()
    for state in judge.states.values():
        for clause in judge.charter.of(Clause, state.tier):
            for owed in clause.obligations(View(judge.charter, state, until), until):
                if owed.status(until) in ("missed", "late"):
                    found[clause.id] += 1
    return found


def of(rows, act, **columns):
    return [row for row in rows if row["act"] == act and all(row[name] == value for name, value in columns.items())]


def test_the_kernel_allows_every_act_and_settles_it_alike(busy, calm):
    for rows, judge in (busy, calm):
        assert judge.wrong == []
        assert len(rows) > 3000


def test_every_way_of_filling_and_leaving_a_post_occurs(busy):
    acts = {row["act"] for row in busy[0]}
    assert acts >= {
        *("election.call", "election.nominate", "election.count", "office.resign", "office.nominate", "office.take"),
        *("office.act", "office.appoint", "office.except", "nomination.approve", "nomination.refuse", "member.leave"),
    }


def test_without_lapses_every_term_is_renewed_in_time_and_every_vacancy_filled(calm):
    found = missed(calm[1], "2017-12-31T23:59")
    assert not found, found
    ends = [row["payload"]["until"] for row in of(calm[0], "election.count") if row["payload"].get("until")]
    assert sum(until < "2017-12-31" for until in ends) >= 20, "terms end within the days simulated"


def test_each_method_of_election_elects(calm):
    posts = Counter(row["payload"]["fills"] for row in of(calm[0], "election.call"))
    assert {"chair", "deputy", "crew", "jury", "speaker", "herald", "scribe", "warden"} <= posts.keys()
    elected = [row for row in of(calm[0], "election.count") if row["payload"]["elected"]]
    assert len(elected) >= 0.95 * len(of(calm[0], "election.count"))


def test_the_jury_does_not_sit_on_the_board(calm):
    board = {row["person"] for opened in of(calm[0], "unit.open") for row in opened["payload"].get("holders", ())
             if row["post"] == "board"}  # fmt: skip
    juries = [row["payload"]["persons"] for row in of(calm[0], "election.nominate") if row["clause"] == "elects.jury"]
    assert juries
    assert not board.intersection(*juries)


def test_an_approval_takes_as_long_as_the_scenario_says_even_beyond_the_time_for_it(tmp_path):
    days = {}
    for approval in (5, 50):
        folder = tmp_path / str(approval)
        folder.mkdir()
        rows = life(folder, last="2015-06-30", approval_days=approval, approval_spread_days=2, refusals=0)
        came = {row["ref"]: row["at_earliest"] for row in of(rows, "document.receive", unit="D")}
        days[approval] = [(row["at_earliest"] - came[row["ref"]]).days + 1 for row in of(rows, "nomination.approve")]
    assert min(days[5]) >= 3
    assert max(days[5]) <= 7
    assert min(days[50]) >= 48
    assert max(days[50]) <= 52


def test_somebody_acts_until_the_approval_is_there(tmp_path):
    rows = life(
        tmp_path, last="2015-06-30", approval_days=50, approval_spread_days=0, refusals=0, resignations_a_year=0
    )
    assert {row["payload"]["post"] for row in of(rows, "office.act")} == {"chair", "deputy"}
    for unit in ("R1", "R2", "R3"):
        acting = [row["subject"] for row in of(rows, "office.act", unit=unit) if row["payload"]["post"] == "chair"]
        assert len(acting) == len(set(acting)), "nobody acts twice in one vacancy"


def test_a_lapse_leaves_the_stated_share_of_renewals_late(tmp_path):
    lapses = {"elects.crew": 0.5, "elects.speaker": 0.5}
    quiet = {"resignations_a_year": 0, "deaths_in_office_a_year": 0, "refusals": 0, "filling_overdue_days": 5}
    rows = life(tmp_path, last="2020-12-31", lapses=lapses, **quiet)
    judge = judged(rows)
    assert judge.wrong == []
    found = missed(judge, "2020-12-31T23:59")
    assert set(found) == set(lapses), "nothing else is missed because of it"
    counts = [row for row in of(rows, "election.count") if row["clause"] in lapses]
    assert 0.3 < sum(found.values()) / (len(counts) - 6) < 0.7


def test_a_lapse_of_the_answer_makes_it_late_and_nothing_else(tmp_path):
    rows = life(tmp_path, last="2016-12-31", lapses={"confirms.deputy": 1.0}, refusals=0, resignations_a_year=0)
    found = missed(judged(rows), "2016-12-31T23:59")
    assert found["confirms.deputy"] >= 3
    assert set(found) <= {"confirms.deputy", "bureau.filled"}, "who is approved late takes office late"


def test_who_headed_an_organisation_and_died_is_entered_by_whoever_stands_in(busy):
    rows = busy[0]
    deaths = [row for row in of(rows, "member.leave") if "in office" in row["payload"]["reason"]]
    assert deaths
    for row in deaths:
        assert row["office"] in ("caretaker", "warden")
        assert row["actor"] != row["subject"]


def test_who_stands_in_goes_once_a_meeting_has_elected(busy):
    rows = busy[0]
    taken = {(row["unit"], row["subject"]) for row in of(rows, "office.take") if row["payload"]["post"] == "caretaker"}
    gone = {(row["unit"], row["actor"]) for row in of(rows, "office.resign", office="caretaker")}
    assert taken
    assert len(taken - gone) <= 2, "but for those still at it on the last day"


def test_lodges_elect_anew_as_often_as_the_scenario_says(tmp_path):
    still = {"deaths_in_office_a_year": 0, "resignations_a_year": 0, "last": "2015-12-31"}
    rates = []
    for years in (0, 1):
        folder = tmp_path / str(years)
        folder.mkdir()
        rows = life(folder, reelection_years=years, **still)
        lodges = len(of(rows, "unit.open", tier="lodge"))
        rates.append(len(of(rows, "election.count", clause="elects.warden")) / lodges)
    assert rates[0] == 0
    assert 0.8 < rates[1] < 1.1


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(tmp_path):
    def acts(name, seed):
        (tmp_path / name).mkdir()
        return [
            (row["entry"], row["act"], str(row["payload"]))
            for row in life(tmp_path / name, last="2015-04-30", seed=seed)
        ]

    assert acts("a", 1) == acts("b", 1) != acts("c", 2)


def test_members_are_counted_as_the_kernel_counts_them(tmp_path):
    world = world_of(last="2016-06-30", **BUSY)
    from quorate.simulate.engine import lived

    for _ in lived(world):
        pass
    rows = life(tmp_path, last="2016-06-30", **BUSY)
    judge = judged(rows)
    lodges = world.units.of("lodge")
    dead = world.faces["elects.warden"].head.dead
    counted = {world.units.ids[unit]: n for unit, n in zip(lodges, world.people.count(lodges), strict=True)}
    kept = {unit: sum(m.belongs("2016-06-30T23:59") for m in state.members.values())
            for unit, state in judge.states.items() if unit in counted}  # fmt: skip
    assert counted == kept
    assert np.all(dead <= (world.people.former[lodges] > 0) | (world.posts.all["warden"].holder[:, 0] < 0))


def test_the_charter_uses_every_kind_that_fills_posts():
    kinds = {clause.kind for clause in charter().clauses}
    assert kinds >= {"election", "appointment", "eligibility", "composition", "structure", "leadership"}
