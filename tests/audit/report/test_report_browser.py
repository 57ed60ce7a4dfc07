"""The report in a real browser: filters, sorting, links and the calendar of one clause do what the data say."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from made_up import Size, report

from quorate.auditing.report import BREACHED, render

SIZE = Size(40, 17, 12, (0.02, 0.01, 0.02))
SEEN = "[...document.querySelectorAll('#findings-t tbody tr')].filter(row => row.offsetParent).map(row => row.id)"
TOLD = "document.querySelector('#shown').textContent"


@pytest.fixture(scope="module")
def made():
    return report(SIZE, seed=5)


@pytest.fixture
def page(made, browser, tmp_path):
    """The report, opened at its top in a window of a usual size; whatever a test does, nothing may go wrong in it."""
    path = tmp_path / "report.html"
    path.write_text(render(made), encoding="utf-8")
    browser.told.clear()
    browser.asked.clear()
    browser.look(1300, 900)
    browser.address = path.as_uri()
    browser.open(browser.address)
    yield browser
    assert browser.told == []


def choose(page, name, value):
    """Set a control of the filters, as a reader would."""
    page.tell(
        f"(() => {{ const control = document.querySelector('#filters').elements[{json.dumps(name)}];"
        f" control.value = {json.dumps(value)}; control.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    )


def of_clause(page, clause):
    """The value by which a clause is chosen."""
    options = "[...document.querySelectorAll('#filters [name=clause] option')]"
    return page.tell(f"{options}.find(option => option.text === {json.dumps(clause)}).value")


def test_the_page_loads_without_a_word_and_asks_for_nothing_else(page):
    assert page.tell("document.documentElement.className") == "js"
    asked = [address for address in page.asked if not address.startswith("data:") and address != "about:blank"]
    assert asked == [page.address]


def test_a_filter_shows_what_it_says_and_counts_it(page, made):
    every = len(made.findings)
    assert page.tell(TOLD) == f"{every} findings"
    clause, number = Counter(line.clause for line in made.findings).most_common(1)[0]
    choose(page, "clause", of_clause(page, clause))
    assert page.tell(TOLD) == f"{number} of {every} findings"
    assert len(page.tell(SEEN)) == min(number, 200)
    choose(page, "verdict", "b")
    breached = [line for line in made.findings if line.clause == clause and line.verdict == BREACHED]
    assert page.tell(TOLD) == f"{len(breached)} of {every} findings"
    choose(page, "unit", breached[0].unit)
    choose(page, "from", "2015-03-01")
    choose(page, "to", "2016-02-29")
    wanted = [line for line in breached if line.unit == breached[0].unit and "2015-03" <= line.on <= "2016-02-29"]
    assert page.tell(TOLD) == f"{len(wanted)} of {every} findings"


def test_the_tier_and_a_part_of_a_name_filter_as_well(page, made):
    tiers = {unit.id: unit.tier_name for unit in made.units}
    names = {unit.id: unit.name.lower() for unit in made.units}
    place = page.tell(
        "[...document.querySelectorAll('#filters [name=tier] option')].find(o => o.text === 'District').value"
    )
    choose(page, "tier", place)
    choose(page, "unit", "Corfe")
    wanted = [line for line in made.findings if tiers[line.unit] == "District" and "corfe" in names[line.unit]]
    assert page.tell(TOLD) == f"{len(wanted)} of {len(made.findings)} findings"


def test_a_view_can_be_passed_on_by_its_address(page, made):
    line = next(line for line in made.findings if line.verdict == BREACHED)
    choose(page, "clause", of_clause(page, line.clause))
    choose(page, "verdict", "b")
    address, told = page.tell("location.href"), page.tell(TOLD)
    assert "#?clause=" in address
    page.open(address)
    assert page.tell(TOLD) == told
    assert " of " in told


def test_more_than_two_hundred_rows_come_in_pages(page, made):
    assert len(made.findings) > 200
    first = page.tell(SEEN)
    assert len(first) == 200
    page.tell("document.querySelector('[data-for=findings-t] button:last-child').click()")
    second = page.tell(SEEN)
    assert not set(first) & set(second)


def test_a_click_on_a_heading_sorts_up_and_then_down(page, made):
    dates = "[...document.querySelectorAll('#findings-t tbody tr')].map(row => row.dataset.k.split('|')[3])"
    click = "document.querySelector('#findings-t thead th:nth-child(4) button').click()"
    page.tell(click)
    assert page.tell(dates) == sorted(line.on for line in made.findings)
    page.tell(click)
    assert page.tell(dates) == sorted((line.on for line in made.findings), reverse=True)
    assert page.tell("document.querySelector('#findings-t thead th:nth-child(4)').ariaSort") == "descending"


def test_a_clause_leads_to_its_findings_and_a_finding_to_its_evidence(page, made):
    page.tell("document.querySelector('.clauses a').click()")
    clause = page.tell("document.querySelector('.clauses a').textContent")
    number = sum(line.clause == clause for line in made.findings)
    assert page.tell(TOLD) == f"{number} of {len(made.findings)} findings"
    link = "[...document.querySelectorAll('#findings-t tbody tr:not([hidden]):not(.off) td:nth-child(6) a')].at(-1)"
    entry = page.tell(f"{link}.textContent")
    page.tell(f"{link}.click()")
    row = "document.querySelector('tr.aim')"
    assert page.tell(f"{row}.cells[0].textContent") == entry
    assert page.tell(f"{row}.offsetParent !== null && document.activeElement === {row}")


def test_an_address_of_a_finding_on_a_later_page_shows_it(page, made):
    page.open(f"{page.address}#f{len(made.findings) - 1}")
    assert f"f{len(made.findings) - 1}" in page.tell(SEEN)


def test_the_calendar_of_one_clause_counts_as_the_data_do(page, made):
    clause = next(line.clause for line in made.findings if line.verdict == BREACHED)
    before = page.tell("document.querySelector('.heat').innerText")
    page.tell(
        "(async () => { const menu = document.querySelector('#heat-clause');"
        f" menu.value = {json.dumps(of_clause(page, clause))}; menu.dispatchEvent(new Event('change'));"
        " const words = document.querySelector('#heat-words');"
        " while (words.textContent.startsWith('All')) await new Promise(done => setTimeout(done, 10)); })()"
    )
    drawn = page.tell(
        "[...document.querySelectorAll('.calendar tbody tr')].map(row => [row.cells[0].innerText, "
        "...[2, 3, 4].map(at => +row.cells[at].textContent), row.querySelectorAll('use').length])"
    )
    wanted = []
    for unit in made.units:
        lines = [line for line in made.counts if (line.clause, line.unit) == (clause, unit.id)]
        sums = [sum(line[at] for line in lines) for at in (4, 5, 6)]
        wanted.append([f"{unit.name} {unit.label or ''}".strip(), *sums, len({line.month for line in lines})])
    assert sorted(drawn) == sorted(wanted)
    page.tell(
        "(() => { const menu = document.querySelector('#heat-clause'); menu.value = '';"
        " menu.dispatchEvent(new Event('change')); })()"
    )
    assert page.tell("document.querySelector('.heat').innerText") == before


def test_a_cell_and_a_mark_of_the_timeline_lead_to_their_findings(page, made):
    click = "dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))"
    title = page.tell("document.querySelector('.calendar use[href^=\"#gb\"] title').textContent")
    page.tell(f"document.querySelector('.calendar use[href^=\"#gb\"]').{click}")
    amiss = sum(int(number) for number in re.findall(r"(\d+) (?:breached|possibly|unknown)", title))
    assert page.tell(TOLD) == f"{amiss} of {len(made.findings)} findings"
    title = page.tell("document.querySelector('.line a title').textContent")
    page.tell(f"document.querySelector('.line a').{click}")
    assert page.tell(SEEN)
    marked = sum(int(number) for number in re.findall(r"(\d+) (?:breached|possibly)", title))
    found = int(page.tell(TOLD).split()[0])
    unknown = page.tell(f"{SEEN}.filter(id => document.getElementById(id).dataset.k[0] === 'u').length")
    assert found - unknown == marked


def test_a_script_slipped_into_the_page_does_not_run(page):
    page.tell(
        "(() => { const other = document.createElement('script'); other.textContent = 'window.ran = 1';"
        " document.body.append(other); })()"
    )
    assert page.tell("window.ran") is None
    assert any("Content Security Policy" in words for words in page.told)
    page.told.clear()


def test_it_prints_on_a4_with_every_row_that_the_filters_leave(page, made):
    clause, _ = Counter(line.clause for line in made.findings).most_common(1)[0]
    paper = page.pdf()
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", paper)
    choose(page, "clause", of_clause(page, clause))
    assert paper.count(b"/Type /Page\n") > page.pdf().count(b"/Type /Page\n") > 1


@pytest.mark.parametrize("wide", [1300, 420])
def test_the_page_never_scrolls_sideways(page, wide):
    page.look(wide, 900)
    assert page.tell("document.documentElement.scrollWidth") <= wide
