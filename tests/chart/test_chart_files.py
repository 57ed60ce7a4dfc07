"""Charts as files: what is left out or refused, what the PNG needs, and the charters that come with the package."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from charters_drawn import built, cooperative, election, report
from drawing_read import lying_together, overlap, read, through

from quorate.chart import NoFont, UnknownFocus, draw, png, raster, undrawable
from quorate.charter.model import Unit
from quorate.charter.read import read as read_charter

CHARTERS = sorted(path.parent for path in Path(__file__).parents[2].glob("charters/*/charter.yaml"))
NOWHERE = "\ue000\ue001"  # private-use characters: no font has agreed to draw them


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch):
    raster._family.cache_clear()
    monkeypatch.setattr(raster, "_sample", lambda _char, _family: b"blank")  # whatever is asked for, nothing is drawn
    yield
    raster._family.cache_clear()


def test_markup_in_names_is_shown_as_text():
    organs = [{"id": "all", "name": '<script>&"Committee"</script>', "label": "<위원회>", "tier": "top"}]
    svg = draw(built([], tiers=[{"id": "top", "name": "T<o>p"}], organs=organs, clauses=[election("e", "all", "all")]))
    assert "<script" not in svg
    assert '<script>&"Committee"</script>' in "".join(text for _, text, _ in read(svg).texts).replace(" ", "")


def test_the_title_can_be_set_and_labels_left_out():
    svg = draw(cooperative(), title="Who does what", labels=False)
    assert ">Who does what</text>" in svg
    assert not [text for css, text, _ in read(svg).texts if css == "clause"]
    assert [text for css, text, _ in read(draw(cooperative())).texts if css == "clause"]


def test_an_organ_that_twelve_units_have_is_one_box_that_says_so():
    seen = read(draw(cooperative()))
    x, y, right, bottom = seen.boxes["organ:council"]
    inside = [text for _, text, rect in seen.texts if x <= rect[0] <= right and y <= rect[1] <= bottom]
    assert "× 12" in inside


def test_lines_lead_from_those_who_elect_to_the_elected_and_from_those_who_report_to_whom():
    ends = {course.clause: (course.start, course.end) for course in read(draw(cooperative())).courses}
    assert ends["congress.elects-board"] == ("organ:congress", "organ:board")
    assert ends["board.elects-president"] == ("organ:board", "office:president")
    assert ends["manager.reports"] == ("office:manager", "office:treasurer")
    assert ends["bureau.between-boards"] == ("organ:board", "organ:bureau")
    assert ends["shops.send"] == ("organ:members", "organ:congress")
    assert ends["meeting.on-instruction"] == ("organ:board", "organ:members")


def test_a_report_to_a_unit_or_tier_goes_to_its_standing_organ_not_to_a_conference():
    organs = [
        {"id": "conference", "name": "Conference", "tier": "top", "membership": "credentials"},
        {"id": "board", "name": "Board", "tier": "top"},
        {"id": "council", "name": "Council", "tier": "low"},
    ]
    tiers = [{"id": "top", "name": "Top"}, {"id": "low", "name": "Low", "under": ["top"]}]
    by = {"organs": ["council"]}
    clauses = [report("to-unit", by, to_units=["u"]), report("to-tier", by, to_tier="top")]
    seen = read(draw(built([Unit("u", "top", "Union")], tiers=tiers, organs=organs, clauses=clauses)))
    assert {(course.clause, course.end) for course in seen.courses} == {
        ("to-unit", "organ:board"),
        ("to-tier", "organ:board"),
    }


@pytest.mark.parametrize(
    ("focus", "shown", "hidden"),
    [
        ("treasurer", {"organ:board", "organ:council", "organ:bureau"}, {"organ:congress", "organ:members"}),
        ("congress", {"organ:congress", "organ:board", "organ:members"}, {"organ:bureau", "organ:council"}),
        ("shop", {"organ:members", "organ:council", "organ:board"}, {"unit:audit"}),
        ("s03", {"organ:members", "organ:council", "organ:board"}, {"unit:audit"}),
    ],
)
def test_a_focus_keeps_its_neighbours_and_drops_the_rest(focus: str, shown: set[str], hidden: set[str]):
    boxes = set(read(draw(cooperative(), focus=focus)).boxes)
    assert shown <= boxes
    assert not hidden & boxes


def test_an_unknown_focus_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownFocus, match="congres") as caught:
        draw(cooperative(), focus="congres")
    assert "'congress'" in str(caught.value)


def test_the_png_has_the_drawings_shape():
    svg = draw(cooperative())
    root = ElementTree.fromstring(svg)
    data = png(svg, zoom=1)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    wide, tall = struct.unpack(">II", data[16:24])
    assert abs(wide - float(root.get("width", 0))) < 1.5
    assert abs(tall - float(root.get("height", 0))) < 1.5


def test_text_that_no_font_here_can_draw_is_left_out_of_the_png_and_named():
    def chart(label: str | None) -> str:
        organs = [{"id": "all", "name": "Assembly", "label": label, "tier": "top"}]
        tiers = [{"id": "top", "name": "Top"}]
        return draw(built([], tiers=tiers, organs=organs, clauses=[election("e", "all", "all")]))

    assert NOWHERE in chart(NOWHERE)
    assert undrawable(chart(NOWHERE)) == (NOWHERE,)
    assert undrawable(chart("Sejm")) == ()
    blank = chart(NOWHERE).replace(NOWHERE, " ")
    assert png(chart(NOWHERE), zoom=1) == png(blank, zoom=1)
    assert png(chart("Sejm"), zoom=1) != png(chart("Seim"), zoom=1)


@pytest.mark.usefixtures("no_fonts")
@pytest.mark.parametrize("ask", [png, undrawable])
def test_without_any_font_the_png_is_refused_with_what_to_install(ask: Callable[[str], object]):
    with pytest.raises(NoFont, match="no font") as caught:
        ask(draw(cooperative()))
    assert "Install" in caught.value.advice


@pytest.mark.parametrize("folder", CHARTERS, ids=lambda folder: folder.name)
def test_the_charters_that_come_with_the_package_read_well(folder: Path):
    charter = read_charter(folder)
    seen = read(draw(charter))
    assert {f"organ:{organ}" for organ in charter.organs} <= set(seen.ids)
    assert {f"office:{office}" for office in charter.offices} <= set(seen.ids)
    for one, other in combinations(seen.boxes, 2):
        assert not overlap(seen.boxes[one], seen.boxes[other])
    for one, other in combinations(seen.texts, 2):
        assert not overlap(one[2], other[2]), (one, other)
    for course in seen.courses:
        own = {seen.box_of.get(end, end) for end in (course.start, course.end)}
        crossed = [box for box, rect in seen.boxes.items() if any(through(piece, rect) for piece in course.pieces())]
        assert set(crossed) <= own
    assert not [(one.clause, other.clause) for one, other in lying_together(seen)]
    assert float(seen.root.get("width", 0)) <= 2450
    labelled = {text for css, text, _ in seen.texts if css == "clause"}
    assert len(labelled) * 5 >= 2 * len({course.clause for course in seen.courses})
