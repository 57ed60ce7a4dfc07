"""Matters in a simulation: how they come up, go on, are handed down, answered, decided; in time or not."""

from collections import Counter
from datetime import timedelta

import pytest

from simulate.faces.league_life import happening, judged, league, life, of

ORDER = happening("2015-01-10", "L", "order.issued", say={"title": 'The "spring" (invented)', "due": "2015-06-01"})
BUSY = {"cases_per_1000_members_a_year": 60.0, "matters_a_year": 1.0}


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A year of the league with all that comes up."""
    world = league(ORDER, happening("2015-03-03", "L.1", "visit.opened"), **BUSY)
    return world, life(world, tmp_path_factory.mktemp("busy"))


@pytest.fixture(scope="module")
def order(tmp_path_factory):
    """A year in which one order comes from the board, and nothing else."""
    return life(league(ORDER), tmp_path_factory.mktemp("order"))


def clubs(rows):
    return {row["unit"] for row in of(rows, "unit.open", tier="club")}


def root(row):
    return (row["ref"] or "").partition(">")[0]


def test_the_kernel_would_record_every_act_just_so(busy):
    _, rows = busy
    assert judged(rows) == []


def test_the_kernel_minds_when_an_entry_is_changed(busy):
    _, rows = busy
    changed = [dict(row) for row in rows]
    row = next(row for row in changed if row["act"] == "order.decided")
    row["payload"] = {"motion": "committee/2015-01-01/m1"}
    assert any(row["entry"] in said for said in judged(changed))


def test_the_same_seed_gives_the_same_log_to_the_byte(busy, tmp_path):
    world = league(ORDER, happening("2015-03-03", "L.1", "visit.opened"), **BUSY)
    assert life(world, tmp_path) == busy[1]


def test_an_order_without_addressees_reaches_every_unit_it_may_go_to(order):
    issued = of(order, "order.issued")[0]
    assert issued["payload"]["to"] == ["L.1", "L.2"]
    reached = {row["unit"] for row in of(order, "document.receive", tier="club") if row["payload"]["kind"] == "task"}
    assert reached == clubs(order)


def test_an_order_goes_only_where_the_scenario_sends_it(tmp_path):
    rows = life(league(happening("2015-01-10", "L", "order.issued", say={"to": ["L.2"]})), tmp_path)
    assert {row["unit"] for row in of(rows, "order.put")} == {"L.2"}
    assert of(rows, "order.closed"), "it is closed once that unit has answered"


def test_a_share_of_the_units_below_may_be_handed_a_matter(tmp_path):
    rows = life(league(ORDER, handed_on_share=0.5), tmp_path)
    reached = {row["unit"] for row in of(rows, "document.receive", tier="club") if row["payload"]["kind"] == "task"}
    assert 0.25 < len(reached) / len(clubs(rows)) < 0.75


def test_ids_of_matters_handed_on_name_the_way_they_came(order):
    task = of(order, "task.done")[0]
    assert task["ref"] == f"order/L/2015-1>{task['unit'].rpartition('/')[0]}>{task['unit']}"


def test_each_task_is_done_and_reported_and_its_giver_hears_of_it(order):
    given = {row["payload"]["data"]["matter"] for row in of(order, "document.receive", tier="club")}
    final = [row for row in of(order, "document.receive", tier="region") if row["payload"]["data"].get("final")]
    assert {row["ref"] for row in of(order, "task.done")} == given
    assert {row["payload"]["data"]["matter"] for row in final} == given
    assert len(final) == len(given)


def test_a_unit_reports_soon_after_the_last_of_those_below_has(order):
    for row in of(order, "order.reported"):
        answers = [
            each for each in of(order, "document.receive", unit=row["unit"]) if each["payload"]["kind"] == "answer"
        ]
        last = max(each["at_earliest"] for each in answers)
        assert timedelta(0) < row["at_earliest"] - last < timedelta(days=30)
        count = len([each for each in answers if each["payload"]["data"]["final"]])
        assert row["payload"]["figures"] == {"answered": count, "asked": count}


def test_a_unit_reports_before_its_day_though_those_below_do_not(tmp_path):
    rows = life(league(ORDER, lapses={"tasks.club": 1.0}, late_share=0.0), tmp_path)
    assert not of(rows, "task.reported")
    reported = [str(row["at_earliest"])[:10] for row in of(rows, "order.reported")]
    assert len(reported) == 2
    assert all("2015-05-20" < day <= "2015-06-01" for day in reported)


def test_an_order_is_decided_in_a_meeting_called_for_it_in_time(order):
    for row in of(order, "order.decided"):
        motion = next(r for r in of(order, "motion.put", unit=row["unit"]) if r["ref"] == row["ref"])
        assert row["payload"] == {"motion": motion["payload"]["motion"]}
        received = of(order, "document.receive", unit=row["unit"], clause="orders")[0]
        assert row["at_earliest"] - received["at_earliest"] <= timedelta(days=30)


def test_regular_matters_come_up_in_every_whole_period(order):
    opened = Counter((row["unit"], row["ref"]) for row in of(order, "programme.opened"))
    wanted = {(unit, f"programme/2015-Q{n}/{unit}") for unit in ("L.1", "L.2") for n in (1, 2, 3, 4)}
    assert set(opened) == wanted
    for row in of(order, "programme.opened"):
        assert (row["at_earliest"].month - 1) // 3 + 1 == int(row["ref"].split("/")[1][-1])


def test_whoever_took_one_step_does_not_take_the_next(order):
    first = {row["ref"]: row["actor"] for row in of(order, "programme.opened")}
    second = {row["ref"]: row["actor"] for row in of(order, "programme.agreed")}
    assert set(second) == set(first)
    assert all(second[ref] != first[ref] for ref in first)


def test_a_regular_matter_let_slip_does_not_come_up(tmp_path):
    assert not of(life(league(lapses={"programmes": 1.0}), tmp_path), "programme.opened")


def test_what_others_wait_for_is_done_late_rather_than_never(tmp_path):
    rows = life(league(ORDER, lapses={"orders.region": 1.0}, late_share=0.0, late_days=5), tmp_path)
    put, received = of(rows, "order.put"), of(rows, "document.receive", clause="orders")
    assert len(put) == 2
    for late, came in zip(put, received, strict=True):
        assert late["at_earliest"] - came["at_earliest"] > timedelta(days=7)
    assert not of(rows, "order.reported"), "nothing waits for the last report"


def test_about_the_share_that_lapses_is_missed(tmp_path):
    orders = (happening(f"2015-0{month}-10", "L", "order.issued", say={"due": "2015-11-30"}) for month in range(1, 9))
    rows = life(league(*orders, lapses={"tasks.club": 0.3}), tmp_path)
    due = {
        row["payload"]["opens"]["matter"]: row["payload"]["data"]["due"]
        for row in of(rows, "document.receive", tier="club")
    }
    done = {row["ref"]: row["at_earliest"].strftime("%Y-%m-%dT%H:%M") for row in of(rows, "task.reported")}
    missed = sum(done.get(matter, "9999") > day for matter, day in due.items())
    assert 0.2 < missed / len(due) < 0.4


def test_matters_come_up_at_the_rate_set(tmp_path):
    rows = life(league(last="2016-12-31", matters_a_year=12.0), tmp_path)
    assert 10 < len(of(rows, "order.issued")) < 40
    assert 25 < len(of(rows, "visit.opened")) < 75


def test_a_visit_is_about_a_club_below_and_goes_to_it_alone(busy):
    _, rows = busy
    for row in of(rows, "visit.advised"):
        opened = of(rows, "visit.opened", ref=row["ref"])[0]
        assert opened["subject"].startswith(f"{row['unit']}/club-")
        assert row["payload"]["to"] == [opened["subject"]]
        assert row["payload"]["outcome"] in ("praised", "corrected")


def test_steps_written_by_form_read_like_those_written_one_by_one(busy, tmp_path):
    world = league(ORDER, happening("2015-03-03", "L.1", "visit.opened"), **BUSY)
    formed = [number for face in world.faces.values() for number in getattr(face, "uniform", ()) if number]
    assert formed
    for face in world.faces.values():
        if hasattr(face, "uniform"):
            face.uniform = [False] * len(face.uniform)
    assert life(world, tmp_path) == busy[1]


def test_what_comes_up_in_one_unit_does_not_depend_on_what_comes_up_in_another(order, tmp_path):
    rows = life(league(ORDER, happening("2015-01-05", "L.2", "visit.opened", subject="L.2/club-1")), tmp_path)
    assert of(rows, "visit.opened")
    mine = [row for row in order if row["unit"].startswith("L.1")]
    assert [row for row in rows if row["unit"].startswith("L.1")] == mine


def test_a_document_that_takes_days_delays_the_answer_and_not_the_duty(tmp_path, order):
    slow = life(league(ORDER, post_days=5), tmp_path)
    sent = of(slow, "order.issued")[0]["at_earliest"]
    for row in of(slow, "document.receive", clause="orders"):
        assert (row["at_earliest"] - sent).days == 5
    assert judged(slow) == []
