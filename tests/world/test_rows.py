"""Entries as numbers, and the text they become."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quorate.simulate.rendering import Kept, Renderer, texts
from quorate.world.matters import Matters
from quorate.world.rows import Forms, Loose, Pool, Rows, joined
from quorate.world.units import PERSON, Founded, numbered

UNITS = numbered([Founded("é/1", "t", 'A "b"', None, None, 3), Founded("x", "t", "X", "é/1", None, 2)], ["t"])


def rendered(text, **gaps):
    """One entry's payload in unit 1, with its gaps filled."""
    forms, rows, pool, loose, matters = Forms(), Rows(UNITS), Pool(), Loose(), Matters()
    pool.add("kept")
    loose.add("for now")
    first = matters.add(1, root=pool.add("case/7"), owner=0)
    second = matters.add(1, parent=first, root=pool.add("case/7"), owner=1)
    matters.add(1, parent=second, root=pool.add("case/7"), owner=0)
    rows.write(forms.form("act", "rule", payload=text), np.array([1]), 0, **gaps)
    kept = Kept(texts(pool.texts), texts(loose.texts), loose.base, matters.parent, matters.root, matters.owner)
    return Renderer(UNITS).column(forms.all, "payload", joined(rows.cut()), kept).to_pylist()[0]


@pytest.mark.parametrize(
    ("text", "gaps", "expected"),
    [
        ("plain", {}, "plain"),
        ('{"a":{a},"b":[]}', {"a": -120}, '{"a":-120,"b":[]}'),
        ("{self}#{b:unit}", {"b": 0}, "x#é/1"),
        ("{c:name}", {"c": 0}, 'A \\"b\\"'),
        ("{a:person},{b:person}", {"a": 7, "b": PERSON + 123}, "é/1:07,x:123"),
        ("{a:day} {a:moment} {a:month}", {"a": 23_792_000}, "2015-03-28 2015-03-28T05:20 2015-03"),
        ("{a:day}", {"a": -1}, "1969-12-31"),
        ("{a:entry}", {"a": (1 << 24) + 35}, "x#35"),
        ("{a:pooled}|{b:loose}", {"a": 0, "b": 0}, "kept|for now"),
        ("{a:matter} {b:matter} {c:matter}", {"a": 0, "b": 1, "c": 2}, "case/7 case/7>x case/7>x>é/1"),
        ("{a:two}{b:two}", {"a": 5, "b": 105}, "05105"),
        ("[{f:roster}]", {"f": 2}, '[{"person":"x:01"},{"person":"x:02"}]'),
        ("[{f:roster}]", {"f": 0}, "[]"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_gap_is_filled_with(text, gaps, expected):
    assert rendered(text, **gaps) == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(-(10**9), 4 * 10**9))
def test_every_moment_is_written_as_numpy_writes_it(moment):
    moment = moment % (400 * 366 * 1440)
    assert rendered("{a:moment}", a=moment) == str(np.datetime64(moment, "m"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.lists(st.integers(0, 1), min_size=1, max_size=6), st.integers(0, 50)), max_size=12))
def test_streams_have_no_gap_and_time_does_not_run_back(batches):
    rows, form = Rows(UNITS), Forms().form("act", None)
    for units, at in batches:
        codes = rows.write(form, np.array(units), at)
        assert [int(code) >> 24 for code in codes] == units
    taken = joined(rows.cut())
    for unit in (0, 1):
        mine = taken["unit"] == unit
        assert taken["seq"][mine].tolist() == list(range(1, int(mine.sum()) + 1))
        assert (np.diff(taken["at"][mine]) >= 0).all()


def test_loose_texts_last_some_months_and_keep_their_numbers():
    loose = Loose()
    numbers = []
    for month in range(9):
        numbers.append(loose.add(f"month {month}"))
        loose.turn()
    assert numbers == list(range(9))
    assert loose.texts[numbers[-1] - loose.base] == "month 8"
    assert len(loose.texts) <= Loose.KEPT + 1


def test_the_same_form_is_kept_once():
    forms = Forms()
    assert forms.form("a", "c", payload="{a}") is forms.form("a", "c", payload="{a}")
    assert forms.form("a", "c", payload="{b}") is not forms.form("a", "c", payload="{a}")
    assert json.loads(rendered('{"seat":{a}}', a=3)) == {"seat": 3}
