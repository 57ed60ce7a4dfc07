"""From when to when somebody had a place all along, of the tenures by which they had it."""

from datetime import datetime

import ibis
import pytest

from quorate.facts.alike import _throughout


def day(number):
    return None if number is None else datetime(2015, 1, number)


CASES = {
    "one tenure that lasts": ([(1, 1, None, None)], (1, 1, None)),
    "one that ended": ([(1, 1, 9, 5)], (1, 1, 5)),
    "elected anew in the meeting that ended the first": ([(1, 1, 9, 5), (9, 5, None, None)], (1, 1, None)),
    "elected anew twice, and then out": ([(1, 1, 9, 5), (9, 5, 12, 8), (12, 8, 20, 15)], (1, 1, 15)),
    "a second seat while the first lasts": ([(1, 1, None, None), (4, 3, 6, 4)], (1, 1, None)),
    "out and in again: in at no one time of both": ([(1, 1, 9, 5), (12, 8, None, None)], (12, 8, 5)),
    "the new term begins a day after the old ended": ([(1, 1, 9, 5), (9, 6, None, None)], (9, 6, 5)),
    "a term that ran out, without an entry": ([(1, 1, None, 5), (9, 5, None, None)], (9, 5, 5)),
    "three, the last apart": ([(1, 1, 9, 5), (9, 5, 12, 8), (14, 9, None, None)], (14, 9, 5)),
}


@pytest.mark.parametrize(("tenures", "time"), CASES.values(), ids=CASES)
def test_a_place_is_had_from_the_first_tenure_to_the_last_where_each_began_before_the_one_before_ended(tenures, time):
    rows = [
        {
            "unit": "U",
            "who": "P",
            "place": "chair",
            "from_seq": seq,
            "since": day(since),
            "to_seq": end,
            "to": day(to),
        }
        for seq, since, end, to in tenures
    ]
    shape = {"unit": "string", "who": "string", "place": "string"}
    shape |= {"from_seq": "int64", "since": "timestamp", "to_seq": "int64", "to": "timestamp"}
    table = ibis.memtable({name: [row[name] for row in rows] for name in shape}, schema=shape)
    (found,) = ibis.duckdb.connect().to_pyarrow(_throughout(table)).to_pylist()
    assert (found["from_seq"], found["since"], found["to"]) == (time[0], day(time[1]), day(time[2]))
