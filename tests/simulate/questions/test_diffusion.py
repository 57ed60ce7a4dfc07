"""How a matter comes down: little logs with known answers, and a lived record counted a second way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.simulate.questions.diffusion import diffusion
from quorate.simulate.questions.errors import NoSuchName, NothingToAnswer

from .little import Little, charter, days, lived

ROOT = "directive/d"


def chain():
    """A directive to two provinces; each passes it on to a county, one of which passes it on to four cells."""
    log = Little()
    for unit in ("KP", "KP-01", "KP-02", "KP-01/jung", "KP-02/anju", *(f"KP-01/jung/cell-{n}" for n in range(1, 11))):
        log.add(unit, "unit.open", "2015-01-01")
    log.hand("KP", "directive.issued", "2015-02-01", ROOT, ["KP-01", "KP-02"], ["2015-02-02", "2015-02-03"])
    log.add("KP-01", "directive.put", "2015-02-05", ref=f"{ROOT}>KP-01")
    log.add("KP-01", "directive.decided", "2015-02-11", ref=f"{ROOT}>KP-01")
    log.hand("KP-01", "directive.assigned", "2015-02-12", f"{ROOT}>KP-01", ["KP-01/jung"], ["2015-02-13"], ROOT)
    log.hand("KP-02", "directive.assigned", "2015-02-07", f"{ROOT}>KP-02", ["KP-02/anju"], ["2015-02-07"], ROOT)
    cells = [f"KP-01/jung/cell-{n}" for n in range(1, 6)]
    arrivals = ["2015-02-16", "2015-02-16", "2015-02-18", "2015-02-21", None]
    log.hand("KP-01/jung", "task.assigned", "2015-02-15", f"{ROOT}>KP-01>KP-01/jung", cells, arrivals, ROOT)
    return log


@pytest.fixture(scope="module")
def found():
    return diffusion([chain().log()], charter())


def test_days_run_from_the_opening_to_the_day_each_share_of_those_sent_it_received_it(found):
    (cells,) = found.of()
    assert (cells.sent, cells.reached, cells.units) == (5, 4, 10)
    assert cells.days == (17.0, None, None), "three of five on the 18th; nine tenths of five is all five"
    assert cells.days_of_all == (None, None, None), "four of ten are fewer than half"
    (provinces,) = found.of("province")
    assert provinces.days == (1.0, 2.0, 2.0)


def test_lowest_are_the_basic_tiers_that_were_reached(found):
    assert found.lowest == ("cell",)


def test_a_wait_is_split_by_stage_and_the_parts_add_up_to_it(found):
    waits = {(w.tier, w.stage): w for w in found.waits}
    assert waits["province", ""].n == 2
    assert waits["province", ""].mean == pytest.approx((10 + 4) / 2)
    assert waits["province", "directive.put"].mean == pytest.approx(3.0)
    assert waits["province", "directive.decided"].mean == pytest.approx(6.0)
    assert waits["province", "directive.assigned"].mean == pytest.approx((1 + 4) / 2)
    assert waits["county", ""].mean == pytest.approx(2.0)
    assert waits["cell", ">"].mean == pytest.approx((1 + 1 + 3 + 6) / 4)


def test_the_bottleneck_is_where_the_slowest_tenth_of_the_ways_down_waited_longest(found):
    assert found.bottleneck == "province"
    assert {tier: s.median for tier, s in found.slow} == {"centre": 0.0, "province": 10.0, "county": 2.0, "": 8.0}


def test_the_curve_holds_the_share_reached_by_each_day(found):
    (curve,) = (c for c in found.curves if c.tier == "cell")
    assert curve.median[14:18] == pytest.approx((0.0, 0.4, 0.4, 0.6))
    assert curve.median[-1] == pytest.approx(0.8)
    assert len(curve.median) == 21


def test_words_tell_the_days_and_the_bottleneck_and_what_never_came(found):
    text = found.words()
    assert "half of the 5 units (Party cell) it is sent to in 17 days" in text
    assert "not by the log's end" in text
    assert "Province" in text


def test_a_unit_handed_a_matter_twice_counts_once_from_the_first():
    log = chain()
    log.hand(
        "KP-01/jung",
        "task.assigned",
        "2015-03-01",
        f"{ROOT}>KP-01>KP-01/jung",
        ["KP-01/jung/cell-1"],
        ["2015-03-02"],
        ROOT,
    )
    (cells,) = diffusion([log.log()], charter()).of()
    assert (cells.sent, cells.reached) == (5, 4)
    assert cells.days[0] == 17.0


def test_over_runs_the_answer_is_a_spread():
    fast, slow = chain(), chain()
    for row in slow.rows:
        if row["unit"].startswith("KP-01/jung/cell-") and row["act"] == "document.receive":
            row["at_earliest"] = row["at_latest"] = row["at_earliest"].replace(month=3)
    answer = diffusion([fast.log("one"), slow.log("two")], charter())
    half = answer.time(0)
    assert (half.n, half.median) == (2, pytest.approx((17 + 45) / 2))
    (headline,) = (h for h in answer.headlines() if h.key == "diffusion.sent.50")
    assert headline.values == (17.0, 45.0)


def test_tiers_that_a_log_of_others_does_not_state_are_taken_from_the_charter():
    log = chain()
    for row in log.rows:
        row["tier"] = None if not row["unit"].endswith(tuple("0123456789")) or "/" not in row["unit"] else "cell"
    (cells,) = diffusion([log.log()], charter()).of()
    assert cells.reached == 4


def test_a_matter_opened_elsewhere_is_asked_for_by_name():
    log = Little()
    log.hand("KP-01", "programme.assigned", "2015-02-12", "programme/p", ["KP-01/jung"], ["2015-02-13"])
    log.add("KP-01", "programme.opened", "2015-02-10", ref="programme/p")
    with pytest.raises(NothingToAnswer, match="opened at the top"):
        diffusion([log.log()], charter())
    answer = diffusion([log.log()], charter(), roots=["programme/p"])
    assert answer.of("county")[0].days == (3.0, 3.0, 3.0)
    with pytest.raises(NoSuchName, match="no matter 'programme/q'"):
        diffusion([log.log()], charter(), roots=["programme/q"])


def test_a_log_without_a_directive_is_refused_with_advice():
    log = Little()
    log.add("KP", "unit.open", "2015-01-01")
    with pytest.raises(NothingToAnswer) as caught:
        diffusion([log.log()], charter())
    assert "directive.issued" in str(caught.value)
    assert caught.value.advice


def test_an_unknown_tier_is_refused_with_the_nearest_name():
    with pytest.raises(NoSuchName, match="cell"):
        diffusion([chain().log()], charter(), tiers=["cel"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_half_nine_tenths_and_all_are_the_days_a_reader_would_count(delays):
    log = Little()
    names = [f"KP-01/jung/cell-{n}" for n in range(len(delays))]
    log.hand("KP", "directive.issued", "2015-01-01", ROOT, ["KP-01"], ["2015-01-01"])
    log.hand("KP-01", "directive.assigned", "2015-01-01", f"{ROOT}>KP-01", ["KP-01/jung"], ["2015-01-01"], ROOT)
    arrives = [f"2015-{1 + d // 28:02}-{1 + d % 28:02}" for d in delays]
    log.hand("KP-01/jung", "task.assigned", "2015-01-01", f"{ROOT}>KP-01>KP-01/jung", names, arrives, ROOT)
    (cells,) = diffusion([log.log()], charter()).of()
    came = sorted(days("2015-01-01", day) for day in arrives)
    for share, day in zip((0.5, 0.9, 1.0), cells.days, strict=True):
        assert day == next(d for d in came if sum(c <= d for c in came) >= share * len(came) - 1e-9)


@pytest.mark.xdist_group("questions")
def test_a_lived_record_folded_unit_by_unit_gives_the_same_days_and_waits():
    record, log = lived()
    answer = diffusion([log], charter())
    (root,) = {r.root for r in answer.of()}
    opened = record.state("KP").matters[root].opened
    matters = {unit: m for unit in record.units() for m in record.state(unit).matters.values() if m.root == root}
    cells = sorted(days(opened, m.opened) for unit, m in matters.items() if record.charter.known[unit].tier == "cell")
    (reach,) = answer.of()
    assert reach.reached == len(cells) > 20
    assert reach.days == tuple(cells[-(-len(cells) * share // 10) - 1] for share in (5, 9, 10))
    waits = [
        days(m.opened, min(part["since"] for part in m.sent.values()))
        for unit, m in matters.items()
        if record.charter.known[unit].tier == "province" and m.sent
    ]
    (whole,) = (w for w in answer.waits if (w.tier, w.stage) == ("province", ""))
    assert whole.n == len(waits)
    assert whole.mean == pytest.approx(sum(waits) / len(waits))
