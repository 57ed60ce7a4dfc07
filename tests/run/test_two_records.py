"""Two processes at one store act on one unit: both succeed in some order, or one is told why not."""

import threading

from clauses.world import charter_of, files

from quorate.log import Conflict, Entry
from quorate.log.export import export
from quorate.log.stores.sqlite import SqliteStore
from quorate.log.verify import verify
from quorate.run.record import create, open_record
from quorate.state.unit import fold
from quorate.terms.act import Act

HOLDERS = [{"person": "b", "post": "bursar"}]
EACH = 12


def club(path):
    """A club in a database file."""
    with SqliteStore(path) as store:
        record = create(store, files("club"), "2015-01-01")
        record.open_unit("club", "2015-01-01", {"holders": HOLDERS})


def account(name):
    say = {"account": name, "type": "assets", "currency": "CHF"}
    return Act("account.open", "club", "2015-01-02", "b", payload=say)


def rival(path, gate, names, results):
    """Open accounts as fast as can be; a conflict is told and tried again."""
    with SqliteStore(path) as store:
        record = open_record(store)
        gate.wait()
        for name in names:
            while True:
                try:
                    results.append((name, record.act(account(name))))
                except Conflict:
                    continue
                break


def race(path, *lists):
    gate, results = threading.Barrier(len(lists)), [[] for _ in lists]
    work = zip(lists, results, strict=True)
    threads = [threading.Thread(target=rival, args=(path, gate, names, found)) for names, found in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def check(path, tmp_path):
    """The log verifies and folds; the accounts there are."""
    with SqliteStore(path) as store, (tmp_path / "log").open("wb") as out:
        export(store, out)
        ledger = fold("club", store.read("club"), store.unseal).ledger
    assert not verify(tmp_path / "log").findings
    return ledger.accounts


def test_two_who_want_different_things_both_get_them(tmp_path):
    club(tmp_path / "club.sqlite")
    mine, yours = ([f"{who}{n}" for n in range(EACH)] for who in ("mine", "yours"))
    results = race(tmp_path / "club.sqlite", mine, yours)
    assert all(isinstance(found, Entry) for rows in results for _, found in rows)
    assert set(check(tmp_path / "club.sqlite", tmp_path)) == {*mine, *yours}


def test_of_two_who_want_the_same_thing_one_gets_it_and_the_other_is_told_why_not(tmp_path):
    club(tmp_path / "club.sqlite")
    names = [f"account{n}" for n in range(EACH)]
    first, second = (dict(rows) for rows in race(tmp_path / "club.sqlite", names, names))
    for name in names:
        won, lost = sorted((first[name], second[name]), key=lambda found: not isinstance(found, Entry))
        assert isinstance(won, Entry)
        assert lost.clause == "club.books"
        assert lost.message == f"account {name} is open already"
    assert set(check(tmp_path / "club.sqlite", tmp_path)) == set(names)


def test_who_comes_with_a_stale_view_is_judged_on_what_is_there(tmp_path):
    club(tmp_path / "club.sqlite")
    with SqliteStore(tmp_path / "club.sqlite") as one, SqliteStore(tmp_path / "club.sqlite") as other:
        first, second = open_record(one), open_record(other)
        assert first.state("club") == second.state("club")
        assert isinstance(first.act(account("cash")), Entry)
        assert second.act(account("cash")).message == "account cash is open already"
        assert isinstance(second.act(account("ropes")), Entry)
        first.refresh()
        assert first.state("club") == second.state("club")


def test_the_charter_a_record_keeps_is_the_one_it_was_begun_with(tmp_path):
    club(tmp_path / "club.sqlite")
    with SqliteStore(tmp_path / "club.sqlite") as store:
        assert open_record(store).charter.file == charter_of("club").file
