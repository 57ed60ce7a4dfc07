"""Whatever happens to a small club, right or wrong: its record is the fold of its entries, and judges alike again."""

import itertools
import random
from collections import Counter

from clauses.world import World
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.clauses import View
from quorate.errors import QuorateError
from quorate.log import Entry
from quorate.log.stores.memory import MemoryStore
from quorate.run.fill import fill
from quorate.run.opening import OPENING
from quorate.run.record import Record
from quorate.state.unit import UnitState, fold, unsealed
from quorate.terms.act import Refusal
from run.lives import UNITS, act_for, new_club, steps

posts = st.lists(st.booleans(), min_size=40, max_size=40)


def salts():
    """32 bytes a time, the same ones in the same order."""
    counter = itertools.count(1)
    return lambda: next(counter).to_bytes(32, "big")


def live(numbers, rounds):
    """Live a life; return the record, and every act and post round with what came of it."""
    record = new_club()
    record.salt, history = salts(), []
    for row, round_ in zip(numbers, rounds, strict=False):
        act = act_for(record, row)
        before = list(record.store.heads())
        found = attempt(record, act)
        if not isinstance(found, Entry):
            assert list(record.store.heads()) == before, "what is not recorded changes nothing"
        history.append((act, found))
        if round_:
            history.append((None, record.deliver()))
    return record, history


def attempt(record, act):
    try:
        return record.act(act)
    except QuorateError as error:
        return str(error)


@settings(max_examples=50, deadline=None)
@given(steps, posts)
def test_the_state_is_the_fold_of_the_entries(numbers, rounds):
    record, _ = live(numbers, rounds)
    for unit in UNITS:
        assert fold(unit, record.store.read(unit), record.store.unseal) == record.state(unit)


@settings(max_examples=40, deadline=None)
@given(steps, posts)
def test_judged_again_in_order_every_act_meets_the_same_end_with_the_same_hash(numbers, rounds):
    record, history = live(numbers, rounds)
    again = new_club()
    again.salt = salts()
    for act, found in history:
        second = again.deliver() if act is None else attempt(again, act)
        assert second == found
    assert list(again.store.heads()) == list(record.store.heads())


@settings(max_examples=40, deadline=None)
@given(steps, posts)
def test_every_entry_cites_a_clause_of_the_charter_that_permits_it_and_none_forbids_it(numbers, rounds):
    record, history = live(numbers, rounds)
    rules, store = record.charter, record.store
    acts = {found.entry: act for act, found in history if isinstance(found, Entry)}
    for unit in UNITS:
        state = UnitState(unit)
        for entry in store.read(unit):
            if entry.entry in acts:
                act = fill(acts[entry.entry], state)
                view = View(rules, state, entry.at_earliest)
                assert rules.by_id[entry.clause].permit(act, view) is True
                assert not [clause.id for clause in rules.speaking(state.tier, act.verb) if clause.guard(act, view)]
            else:
                assert entry.clause == OPENING or entry.act == "document.receive"
            state.apply(entry, unsealed(entry, store.unseal))


@settings(max_examples=50, deadline=None)
@given(steps, posts)
def test_money_always_balances(numbers, rounds):
    record, _ = live(numbers, rounds)
    for unit in UNITS:
        ledger = record.state(unit).ledger
        assert all(sum(amount for _, amount in t.lines) == 0 for t in ledger.transactions)
        totals = Counter()
        for account, amount in ledger.balances.items():
            totals[ledger.accounts[account].currency] += amount
        assert not any(totals.values())


def keep_books(lines):
    """Post transactions to books with four accounts in two currencies, whatever they say; the record."""
    world = World("club")
    world.open("club", holders=[{"person": "b", "post": "bursar"}])
    for account, currency in (("cash", "CHF"), ("dues", "CHF"), ("till", "EUR"), ("ropes", "EUR")):
        say = {"account": account, "type": "assets", "currency": currency}
        world.must("club", "account.open", actor="b", say=say)
    for row in lines:
        posted = [{"account": account, "amount": amount} for account, amount in row]
        world.try_("club", "transaction.post", actor="b", say={"text": "x", "lines": posted})
    return world.record.state("club").ledger


amounts = st.integers(-3, 3) | st.integers(-(2**53) + 1, 2**53 - 1)
accounts = st.sampled_from(["cash", "dues", "till", "ropes", "nowhere"])
loose = st.lists(st.tuples(accounts, amounts), min_size=1, max_size=4)
evened = st.tuples(st.lists(st.tuples(accounts, st.integers(-999, 999)), min_size=1, max_size=3), accounts).map(
    lambda pair: [*pair[0], (pair[1], -sum(amount for _, amount in pair[0]))]
)
lines = loose | evened


@settings(max_examples=50, deadline=None)
@given(st.lists(lines, max_size=12))
def test_whatever_is_posted_each_currency_comes_to_nought(rows):
    ledger = keep_books(rows)
    assert ledger.balances["cash"] + ledger.balances["dues"] == 0
    assert ledger.balances["till"] + ledger.balances["ropes"] == 0
    assert len(ledger.transactions) == sum(balanced(row) for row in rows)


def balanced(row):
    """Whether a transaction is to be posted: two lines and more, of one currency, that add to nought."""
    pairs = ({"cash", "dues"}, {"till", "ropes"})
    return len(row) > 1 and sum(amount for _, amount in row) == 0 and any({a for a, _ in row} <= pair for pair in pairs)


def test_random_lives_reach_most_of_what_can_happen():
    rng, recorded, refused = random.Random(5), Counter(), Counter()
    for _ in range(60):
        numbers = [[rng.randrange(840) for _ in range(10)] for _ in range(40)]
        _, history = live(numbers, [rng.random() < 0.4 for _ in range(40)])
        recorded.update(act.verb for act, found in history if isinstance(found, Entry))
        refused.update(found.clause for _, found in history if isinstance(found, Refusal))
    assert len(recorded) >= 30
    assert len(refused) >= 15
    assert recorded["motion.vote"] + recorded["election.count"] >= 20


def test_a_record_is_only_its_store():
    record, _ = live([[n, *range(9)] for n in range(40)], [True] * 40)
    other = Record(MemoryStore(), record.versions)
    for unit in record.units():
        entries = list(record.store.read(unit))
        other.store.append(entries, {e.sealed: record.store.unseal(e.sealed) for e in entries if e.sealed})
    assert all(other.state(unit) == record.state(unit) for unit in record.units())
