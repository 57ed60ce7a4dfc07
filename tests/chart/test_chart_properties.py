"""What holds of every chart, whatever the charter."""

from __future__ import annotations

from itertools import combinations

import pytest
from charters_drawn import charters, cooperative
from drawing_read import inside, lying_together, on_edge, overlap, read, through
from hypothesis import HealthCheck, given, settings

from quorate.chart import draw
from quorate.chart.lines import relations
from quorate.charter.model import Charter

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@few
@given(charters())
def test_the_drawing_is_well_formed_and_tells_readers_of_screens_what_it_is(charter: Charter):
    root = read(draw(charter)).root
    assert root.get("role") == "img"
    names = {child.get("id"): child.text for child in root}
    assert root.get("aria-labelledby") == "chart-title chart-desc"
    assert names["chart-title"] == charter.file.title
    assert f"{len(charter.organs)} organs, {len(charter.offices)} offices" in (names["chart-desc"] or "")


@few
@given(charters())
def test_every_organ_and_office_appears_once(charter: Charter):
    ids = read(draw(charter)).ids
    assert len(ids) == len(set(ids))
    assert {i for i in ids if i.startswith("organ:")} == {f"organ:{organ}" for organ in charter.organs}
    assert {i for i in ids if i.startswith("office:")} == {f"office:{office}" for office in charter.offices}


@few
@given(charters())
def test_every_line_a_clause_makes_is_drawn_with_its_words(charter: Charter):
    seen = read(draw(charter))
    assert {(r.clause, r.kind) for r in relations(charter)} == {(c.clause, c.kind) for c in seen.courses}
    for course in seen.courses:
        assert course.tooltip.startswith(f"{course.clause}: ")


@few
@given(charters())
def test_no_two_boxes_and_no_two_texts_overlap(charter: Charter):
    seen = read(draw(charter))
    for (one, first), (other, second) in combinations(seen.boxes.items(), 2):
        assert not overlap(first, second), (one, other)
    for one, other in combinations(seen.texts, 2):
        assert not overlap(one[2], other[2]), (one, other)


@few
@given(charters())
def test_text_stays_inside_its_box(charter: Charter):
    seen = read(draw(charter))
    for css, text, rect in seen.texts:
        held = [box for box in seen.boxes.values() if overlap(box, rect)]
        assert len(held) <= (css != "clause"), text
        for box in held:
            assert inside(rect, box), text


@few
@given(charters())
def test_every_line_ends_on_the_edges_of_what_it_joins(charter: Charter):
    seen = read(draw(charter))
    for course in seen.courses:
        assert on_edge(course.points[0], seen.rect(course.start)), course
        assert on_edge(course.points[-1], seen.rect(course.end)), course
        assert course.points[0] != course.points[-1]


@few
@given(charters())
def test_no_line_crosses_a_box_it_does_not_belong_to(charter: Charter):
    seen = read(draw(charter))
    for course in seen.courses:
        own = {seen.box_of.get(end, end) for end in (course.start, course.end)}
        for piece in course.pieces():
            assert piece[0][0] == piece[1][0] or piece[0][1] == piece[1][1], "lines are level or upright"
            for ident, rect in seen.boxes.items():
                assert ident in own or not through(piece, rect), (course, ident)
            for ident, rect in seen.rows.items():
                assert not through(piece, rect), (course, ident)


@few
@given(charters())
def test_no_line_runs_through_a_tiers_heading_or_another_lines_label(charter: Charter):
    seen = read(draw(charter))
    for css, text, rect in seen.texts:
        for course in seen.courses:
            if css != "clause" or course.clause != text:
                assert not any(through(piece, rect) for piece in course.pieces()), (text, course)


@settings(max_examples=10, deadline=None)
@given(charters())
def test_the_same_charter_gives_the_same_drawing(charter: Charter):
    again = Charter(charter.file, dict(charter.known))
    again.index()
    assert draw(charter) == draw(again)


@few
@given(charters())
def test_a_chart_in_focus_holds_the_part_and_what_lines_join_to_it(charter: Charter):
    organ = min(charter.organs)
    seen = read(draw(charter, focus=organ))
    assert f"organ:{organ}" in seen.boxes
    near = {f"organ:{organ}", *(i for i, box in seen.box_of.items() if box == f"organ:{organ}")}
    for course in seen.courses:
        assert course.start in near or course.end in near
    for box in set(seen.boxes) - {f"organ:{organ}"}:
        rows = {box, *(i for i, other in seen.box_of.items() if other == box)}
        assert any(course.start in rows or course.end in rows for course in seen.courses), box


@few
@given(charters())
def test_lines_of_different_bundles_do_not_lie_on_one_another(charter: Charter):
    assert not list(lying_together(read(draw(charter)), apart=1))


@pytest.mark.parametrize("kind", ["elects", "appoints", "confirms", "reports", "instructs", "empowers", "represents"])
def test_each_kind_of_line_has_a_look_of_its_own_and_a_place_in_the_legend(kind: str):
    seen = read(draw(cooperative()))
    lines = [path for path in seen.root.iter("{http://www.w3.org/2000/svg}path") if path.get("stroke")]
    looks = {
        path.get("data-kind"): (path.get("stroke"), path.get("stroke-dasharray"))
        for path in lines
        if path.get("data-kind")
    }
    assert list(looks.values()).count(looks[kind]) == 1
    assert len({dash for _, dash in looks.values()}) == len(looks)
    keys = [path for path in lines if "key-line" in path.get("class", "")]
    assert looks[kind] in [(path.get("stroke"), path.get("stroke-dasharray")) for path in keys]
