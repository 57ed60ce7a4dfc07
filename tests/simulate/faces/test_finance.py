"""Books simulated: accounts, dues, spending and budgets, as the kernel would have them."""

from collections import defaultdict

from simulate.faces.assembly_life import Lapses, acts, judged, life, owed

REGIONS = {"R1", "R2", "R3"}


def test_the_accounts_of_the_opening_are_opened_on_the_first_morning_it_can_be():
    opened = acts(life(), "account.open")
    assert {(row["payload"]["account"], row["payload"]["type"]) for row in opened} == {
        ("till", "assets"),
        ("fees", "income"),
        ("rent", "expenses"),
        ("tea", "expenses"),
    }
    assert {row["unit"] for row in opened} == REGIONS
    assert {row["at"][:10] for row in opened} == {"2016-01-02"}


def test_every_transaction_balances_and_dues_are_booked_once_for_each_month_that_is_over():
    posted = acts(life(), "transaction.post")
    assert all(sum(line["amount"] for line in row["payload"]["lines"]) == 0 for row in posted)
    dues = [(row["unit"], row["payload"]["dues"]) for row in posted if "dues" in row["payload"]]
    assert sorted(dues) == sorted((unit, f"2016-0{month}") for unit in REGIONS for month in range(1, 7))


def test_dues_are_so_much_for_each_member_and_what_is_spent_keeps_to_its_share():
    rows = life(dues_per_member=50, spending_share=0.5, spending_spread=0.1)
    amounts = defaultdict(dict)
    for row in acts(rows, "transaction.post"):
        month = row["payload"]["text"].split()[2]
        amounts[row["unit"], month]["dues" in row["payload"]] = row["payload"]["lines"][0]["amount"]
    filed = acts(rows, "report.file", clause="region.report")
    members = {row["unit"]: row["payload"]["figures"]["members"] for row in filed}
    for (unit, _), moved in amounts.items():
        assert moved[True] == 50 * members[unit]
        assert 0.39 <= moved[False] / moved[True] <= 0.61


def test_every_year_has_its_budget_on_a_carried_motion_of_the_board():
    adopted = acts(life(), "budget.adopt")
    assert {(row["unit"], row["payload"]["year"]) for row in adopted} == {(unit, "2016") for unit in REGIONS}
    motions = {row["payload"]["motion"]: row for row in acts(life(), "motion.put") if row["unit"] == "R1"}
    mine = next(row for row in adopted if row["unit"] == "R1")
    assert motions[mine["ref"]]["payload"]["business"] == "money"
    assert motions[mine["ref"]]["ref"] == "budget/2016"


def test_nothing_is_missed_or_late_where_nothing_lapses():
    found = owed("books")
    assert len(found) == 3 * (1 + 6)
    assert {status for _, status in found} <= {"kept", "due"}


def test_what_lapses_and_is_never_done_is_missed_and_nothing_else_is_wrong():
    lapses = Lapses({"books": 1})
    found = [status for _, status in owed("books", lapses=lapses, late_share=0) if status != "due"]
    assert set(found) == {"missed"}
    assert judged(lapses=lapses, late_share=0).wrong == []
    assert acts(life(lapses=lapses, late_share=0), "account.open")


def test_budgets_that_lapse_are_late_where_all_of_it_is_done_in_the_end():
    given = {"lapses": Lapses({"books": 1}), "late_share": 1, "late_days": 2}
    budgets = [status for each, status in owed("books", **given) if each.key == "budget/2016"]
    assert budgets == ["late"] * 3
    assert judged(**given).wrong == []
