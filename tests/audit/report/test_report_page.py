"""The report's page as it stands without JavaScript: whole, safe, and the same as the data."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import SIZES, Size, months, report
from page_read import Read, unpacked

from quorate.auditing.report import (
    BREACHED,
    KEPT,
    POSSIBLY,
    UNKNOWN,
    ClauseLine,
    CountLine,
    EvidenceLine,
    FindingLine,
    Report,
    UnitLine,
    render,
)
from quorate.auditing.report.tally import Four

SMALL = Size(4, 5, 3, (0.05, 0.05, 0.2))


@pytest.fixture(scope="module")
def provinces():
    made = report(SIZES["provinces"])
    return made, Read(render(made))


def empty(**fields):
    blank = Report(
        "An audit", "c", "A charter", "a.log", "complete", date(2015, 1, 1), date(2015, 3, 31), "Made by hand.", (),
        (), (), (), (), {},
    )  # fmt: skip
    return replace(blank, **fields)


def test_the_page_is_well_formed_and_no_id_comes_twice(provinces):
    _, page = provinces
    assert page.astray == []
    assert not [name for name, times in Counter(page.ids).items() if times > 1]


def test_every_link_leads_to_a_place_in_the_page(provinces):
    _, page = provinces
    assert page.links
    assert not [link for link in page.links if not link.startswith("#") or link[1:] not in page.ids]
    labelled = {named[name] for _, named in page.tags for name in ("aria-labelledby", "for") if name in named}
    assert labelled <= set(page.ids)


def test_the_page_loads_nothing_and_its_policy_forbids_it(provinces):
    _, page = provinces
    assert page.loads == []
    assert "url(" not in page.style
    assert "@import" not in page.style
    assert not re.search(r"https?:", page.text.replace("http://www.w3.org/2000/svg", ""))
    policy = next(n["content"] for tag, n in page.tags if tag == "meta" and "Policy" in n.get("http-equiv", ""))
    script = next(text for named, text in page.scripts if not named)
    for name, text in (("script", script), ("style", page.style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert len(script.encode()) < 15_000
    assert not [tag for tag, named in page.tags if "style" in named or any(name.startswith("on") for name in named)]


def test_a_reader_finds_landmarks_headings_and_captions(provinces):
    _, page = provinces
    tags = Counter(tag for tag, _ in page.tags)
    assert (tags["header"], tags["nav"], tags["main"], tags["footer"], tags["h1"]) == (1, 1, 1, 1, 1)
    assert tags["caption"] == tags["table"]
    assert ("html", {"lang": "en"}) in page.tags
    assert list(page.sections) == ["summary", "clauses", "calendar", "timeline", "findings", "evidence"]


def test_the_counts_of_each_clause_are_those_of_the_data(provinces):
    made, page = provinces
    wanted: dict[str, Counter] = {clause.id: Counter() for clause in made.clauses}
    for line in made.counts:
        wanted[line.clause].update(k=line.kept, b=line.breached, p=line.possibly, u=line.unknown)
    found = {}
    for cells in page.of("c").values():
        found[cells[0].split()[0]] = tuple(int(cell.replace(",", "")) for cell in cells[3:])
    assert found == {clause: tuple(sums[of] for of in "bpuk") for clause, sums in wanted.items()}
    rules = ["rule" in cells[0] for cells in page.of("c").values()]
    assert rules == sorted(rules, reverse=True), "the register's rules come first"


def test_the_calendar_shows_every_unit_and_month_with_the_worst_verdict(provinces):
    made, page = provinces
    sums: dict[tuple[str, str], list[int]] = {}
    for line in made.counts:
        cell = sums.setdefault((line.unit, line.month), [0, 0, 0, 0])
        for at, number in enumerate(line[3:]):
            cell[at] += number
    assert len(page.of("u")) == len(made.units)
    for unit in made.units:
        place = next(at for at, (ident, *_) in enumerate(page.data["units"]) if ident == unit.id)
        shown = page.kinds.get(f"u{place}", [])
        cells = [sums[unit.id, month] for month in months(17) if (unit.id, month) in sums]
        assert len(shown) == len(cells)
        for (kind, words), (kept, breached, possibly, unknown) in zip(shown, cells, strict=True):
            assert kind[0] == ("b" if breached else "p" if possibly else "u" if unknown else "k")
            assert (f"{breached} {BREACHED}" in words) == (breached > 0)
            assert f"{kept} {KEPT}" in words or not kept


def test_the_data_for_the_script_gives_back_every_count(provinces):
    made, page = provinces
    data = page.data
    found = unpacked(data)
    order = [unit.id for unit in made.units]
    for line in made.counts:
        row = found[[c[0] for c in data["clauses"]].index(line.clause)][order.index(line.unit)]
        assert row[months(17).index(line.month)] == Four(*line[3:])
    assert sum(four.all for clause in found for row in clause for four in row) == sum(sum(n[3:]) for n in made.counts)


def test_without_javascript_every_finding_and_its_evidence_is_there(provinces):
    made, page = provinces
    found = page.of("f")
    assert len(found) == len(made.findings)
    said = Counter((cells[1], cells[3].split()[0], cells[4]) for cells in found.values())
    assert said == Counter((line.clause, line.on, line.says) for line in made.findings)
    cited = {entry for line in made.findings for entry in line.evidence}
    assert {cells[0] for cells in page.of("e").values()} == cited


def test_the_most_serious_findings_come_first():
    page = Read(render(report(replace(SMALL, units=8, odds=(0.1, 0.1, 0.2)))))
    verdicts = [cells[0].split()[0] for cells in page.of("f").values()]
    assert set(verdicts) == {"breached", "possibly", "unknown"}
    assert verdicts == sorted(verdicts, key=["breached", "possibly", "unknown"].index)


def test_what_is_too_much_for_a_page_is_counted_and_said():
    lines = [
        FindingLine("a.b", "U", str(at), "2015-01", "2015-01-05", BREACHED if at % 2 else UNKNOWN, "late", "Late.")
        for at in range(9000)
    ]
    page = Read(render(empty(clauses=[ClauseLine("a.b", "a", "1", "Words.")], findings=lines)))
    assert len(page.of("f")) == 4000
    assert all(cells[0].startswith("breached") for cells in page.of("f").values())
    assert "lists the 4,000 most serious findings of 9,000" in page.sections["findings"]
    page = Read(render(empty(findings=lines[:5000], findings_found=70_000)))
    assert "lists the 4,000 most serious findings of 70,000" in page.sections["findings"]
    assert "Drawn from the 5,000 most serious findings" in page.sections["timeline"]


def test_a_unit_of_no_known_tier_still_has_its_row():
    page = Read(render(empty(units=[UnitLine("U", "Unit", None, "", "")])))
    assert page.of("u")["u0"][0] == "Unit"
    assert "no tier stated" in page.sections["calendar"]


def test_the_summary_says_what_became_of_the_clauses():
    lines = [ClauseLine(f"c.{at}", "c", "1", "Words.", assumed=("days: 7",) if at == 1 else ()) for at in range(6)]
    counts = [
        CountLine("c.0", "U", "2015-01", 3), CountLine("c.1", "U", "2015-01", 3, 1),
        CountLine("c.1", "V", "2015-02", 0, 2),
        CountLine("c.2", "U", "2015-01", 1, 0, 1), CountLine("c.3", "U", "2015-01", 4, 0, 0, 2),
        CountLine("c.4", "U", "2015-01", 0, 0, 0, 5),
    ]  # fmt: skip
    told = Read(render(empty(clauses=lines, counts=counts))).sections["summary"]
    assert (
        "Of 6 clauses, 1 was kept throughout; 1 was breached, in 2 units; 1 was possibly breached, in 1 unit; "
        "1 was kept wherever the record tells; 1 cannot be judged; nothing came under 1." in told
    )
    assert "22 cases came under them in all: 11 kept, 3 breached, 1 possibly breached and 7 unknown." in told
    assert "1 of the 6 clauses rests on a figure that no source gives and the charter assumes" in told


def test_each_world_is_explained():
    assert "what it does not show counts as not done" in render(empty())
    assert "What it does not show is unknown, not breached" in render(empty(record="partial"))


def test_a_report_of_nothing_is_still_a_page():
    page = Read(render(empty()))
    assert page.astray == []
    assert "Nothing was judged" in page.sections["summary"]
    assert "no clause was found breached" in page.sections["findings"]


def test_of_more_than_a_thousand_units_only_those_with_something_amiss_have_a_row():
    listed = [UnitLine(f"u{at}", f"Unit {at}", None, "t", "Tier") for at in range(1500)]
    counts = [CountLine("c", unit.id, "2015-02", 1, int(at % 100 == 0)) for at, unit in enumerate(listed)]
    made = empty(clauses=[ClauseLine("c", "c", "1", "Words.")], units=listed, counts=counts, units_audited=250_000)
    page = Read(render(made))
    assert [cells[0] for cells in page.of("u").values()] == [f"Unit {at}" for at in range(0, 1500, 100)]
    assert "Of 250,000 units, shown are the 15 with something not kept" in page.sections["calendar"]
    worse = [CountLine("c", unit.id, "2015-02", 1, 1 + at) for at, unit in enumerate(listed)]
    page = Read(render(replace(made, counts=worse, units_audited=None)))
    assert [cells[0] for cells in page.of("u").values()] == [f"Unit {at}" for at in range(1200, 1500)]
    assert "Shown are the 300 units with most not kept; 1,200 more units have no row" in page.sections["calendar"]


def test_units_and_months_that_have_no_row_still_count():
    counts = [CountLine("c", "", "2015-02", 7), CountLine("c", "U", "1999-01", 0, 2), CountLine("c", "U", "2015-01", 1)]
    unit = UnitLine("U", "Unit", None, "t", "Tier")
    page = Read(render(empty(clauses=[ClauseLine("c", "c", "1", "Words.")], units=[unit], counts=counts)))
    assert page.of("c")["c0"][3:] == ["2", "0", "0", "8"]
    assert page.kinds["u0"] == [("k", "Jan 2015: 1 kept")]
    assert "2 cases lie outside the span" in page.sections["summary"]


@pytest.mark.parametrize(
    ("start", "end", "number", "first"),
    [
        (date(2015, 1, 5), date(2016, 5, 2), 17, "Jan 2015"),
        (date(2008, 3, 1), date(2016, 5, 31), 34, "2008 Q1"),
        (date(1990, 6, 1), date(2016, 5, 31), 27, "1990"),
        (date(1850, 6, 1), date(2016, 5, 31), 34, "1850–1854"),
        (date(1, 1, 1), date(9999, 12, 31), 100, "0001–0099"),
    ],
)
def test_a_long_span_has_fewer_wider_columns(start, end, number, first):
    line = FindingLine("c", "U", "", "", end.isoformat(), BREACHED, "late", "Late.")
    shown = Read(render(empty(start=start, end=end, findings=[line]))).data["columns"]
    assert (len(shown) <= max(number, 101), shown[0][0]) == (True, first)
    assert len(shown) == number or number == 100


HOSTILE = (
    "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<!--", "]]>", "{{ 7*7 }}", "{% raw %}",
    "a\u2028b\u2029c", "\u202eevil\u2066", "\x00\x1b[31m", "\ud800", "&lt;b&gt;", "javascript:alert(1)",
    "' onx='1", "|b|0|", "https://example.org/\"'>", "e\u0301" * 50, "x" * 5000,
)  # fmt: skip
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))


@st.composite
def hostile_reports(draw):
    clause = ClauseLine(draw(TEXT), draw(TEXT), draw(TEXT), draw(TEXT), True, (draw(TEXT),))
    unit = UnitLine(draw(TEXT), draw(TEXT), draw(TEXT), draw(TEXT), draw(TEXT), draw(TEXT))
    entry = draw(TEXT)
    finding = FindingLine(
        clause.id, unit.id, draw(TEXT), draw(TEXT), draw(st.sampled_from(["2015-02-03", draw(TEXT)])),
        draw(st.sampled_from([BREACHED, POSSIBLY, UNKNOWN])), draw(TEXT), draw(TEXT), (entry, draw(TEXT)),
        (draw(TEXT),), 3,
    )  # fmt: skip
    evidence = EvidenceLine(*(draw(TEXT) for _ in range(8)))
    return empty(
        title=draw(TEXT), charter_id=draw(TEXT), charter_title=draw(TEXT), log_name=draw(TEXT), made_from=draw(TEXT),
        notes=(draw(TEXT),), clauses=[clause], units=[unit], findings=[finding], evidence={entry: evidence},
        counts=[CountLine(clause.id, unit.id, draw(TEXT), 1, 1), CountLine(clause.id, unit.id, "2015-01", 1, 1)],
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(hostile_reports())
def test_no_text_of_a_log_or_charter_becomes_markup(made):
    text = render(made)
    text.encode("utf-8")
    page, plain = Read(text), Read(render(harmless(made)))
    assert page.astray == []
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert [sorted(named) for _, named in page.tags] == [sorted(named) for _, named in plain.tags]
    assert not [link for link in page.links if not re.fullmatch(r"#\w+", link)]
    assert page.loads == []
    assert len(page.scripts) == 2
    assert page.data["clauses"]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\ud800-\udfff]", text)


def harmless(made: Report) -> Report:
    """The same report with every text that is not empty on a page, and no date, replaced by a letter."""

    def calm(text: str | None) -> str | None:
        return "x" if text and text.split() else text

    def lines(items):
        return [
            replace(item, **{name: calm(getattr(item, name)) for name in names if isinstance(getattr(item, name), str)})
            for item in items
            for names in [
                set(item.__slots__) - {"id", "clause", "unit", "on", "period", "verdict", "entry", "parent", "at"}
            ]
        ]

    return replace(
        made, title="x", charter_id="x", charter_title="x", log_name="x", made_from="x", notes=("x",),
        clauses=lines(made.clauses), units=lines(made.units), findings=lines(made.findings),
        evidence=dict(zip(made.evidence, lines(made.evidence.values()), strict=True)),
    )  # fmt: skip


def test_the_same_report_gives_the_same_bytes():
    assert render(report(SMALL)) == render(report(SMALL))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of `#rrggbb`."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_and_marks_have_the_contrast_that_readers_need(provinces, scheme):
    _, page = provinces
    block = [found for found in re.findall(r":root \{(.*?)\}", page.style, re.S) if "--paper" in found][scheme]
    colours = dict(re.findall(r"--([\w]+): (#[0-9a-f]{3,6});", block))
    colours = {name: c if len(c) == 7 else "#" + "".join(2 * char for char in c[1:]) for name, c in colours.items()}
    for ground in ("paper", "raised", "target"):
        for ink in ("ink", "soft", "link"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for mark in ("breached", "possibly", "unknown"):
        assert contrast(colours[mark], colours["paper"]) >= 3, mark
    # In greyscale a breach stands off from its ground and from what was kept.
    for bar in ("b1", "b2", "b3", "b4"):
        assert contrast(colours[bar], colours["bg"]) >= 2.5, bar
        assert contrast(colours[bar], colours["kept"]) >= 2.5, bar
    assert contrast(colours["possibly"], colours["pg"]) >= 2.5
    assert contrast(colours["unknown"], colours["kept"]) >= 3
