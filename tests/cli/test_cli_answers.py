"""Tables of answers on terminals of any width: what fits is whole, and what does not fit is left out, not cut off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quorate.cli.answers import GAP, Strip, fitting, strips_of, tell, widths
from quorate.simulate.questions.answer import Column, Table, bounds

NAMES = ("City or county chief secretary", "Chair", "Secretary for workers' organisations", "a-word-that-is-very-long")
strips = st.builds(
    Strip,
    title=st.sampled_from(["days", "most open at a month's end\nmatters", "of those sent it\ndays"]),
    cells=st.lists(st.sampled_from([*NAMES, "22.3 (15.9 to never)", "7", ""]), min_size=1, max_size=1).map(tuple),
    wordy=st.booleans(),
    aside=st.integers(0, 3),
)


@given(st.lists(strips, min_size=1, max_size=8), st.integers(40, 160))
def test_columns_fill_the_width_and_no_more_unless_none_can_be_left_out(found, width):
    kept = fitting(list(found), width)
    given_ = widths(kept, width)
    assert all(size >= strip.least for size, strip in zip(given_, kept, strict=True))
    if sum(strip.least + GAP for strip in kept) <= width:
        assert sum(given_) + GAP * (len(given_) - 1) <= width
    else:
        assert not any(strip.aside for strip in kept)
    assert [strip for strip in found if not strip.aside] == [strip for strip in kept if not strip.aside]


class Answered:
    """An answer with one table, grouped by tier."""

    def words(self):
        return "The answer."

    def tables(self):
        columns = (
            Column("tier", "tier"), Column("post", "post"), Column("days", "vacant", "%", digits=2), *bounds("", "%"),
            Column("clause", "by clause", aside=1),
        )  # fmt: skip
        rows = (
            ("Province", NAMES[0], 0.051, 0.02, 1.4, "province.chief-secretary"),
            ("Province", NAMES[0], 12.34, 12.34, 12.34, "province.chief-secretary"),
            ("Cell", NAMES[1], 22.25, 15.9, None, "cell.secretary"),
            ("Cell", NAMES[2], None, None, None, "cell.secretary"),
        )
        return (Table("Days", columns, rows, heads=1),)


@pytest.mark.parametrize("width", [44, 80, 200])
def test_a_table_reads_under_its_heads_with_bounds_beside_their_number(width, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(width))
    tell(Answered(), None, 40, json=False)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if line in ("Province", "Cell")] == ["Province", "Cell"]
    text = "\n".join(lines)
    assert "0.05 (0.02 to 1.40)" in text
    assert " 12.3" in text
    assert "22.2 (15.9 to never)" in text
    assert ("by clause" in text) == (width > 44)
    assert sum("chief" in line and "province." not in line for line in lines) <= 1  # said once, of two rows


def test_a_number_that_no_row_has_is_no_column():
    table = Answered().tables()[0]
    rows = [(*row[:2], None, None, None, *row[5:]) for row in table.rows]
    assert [strip.title for strip in strips_of(table.columns, rows)] == ["tier", "post", "by clause"]


def test_with_no_rows_asked_for_only_the_words_are_told(capsys):
    tell(Answered(), None, 0, json=False)
    assert capsys.readouterr().out == "The answer.\n"
