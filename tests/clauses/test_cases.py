"""Every kind of clause and every rule of the reference charter, in the words of the case files."""

import csv
import re

import pytest

from clauses.case_files import all_cases, judge
from clauses.world import CASES, REFERENCE, ROOT, charter_of
from quorate.clauses import KINDS

ALL = all_cases()
REGISTER = ROOT / "charters" / REFERENCE / "rules.csv"
RULES = [row["id"] for row in csv.DictReader(REGISTER.open(encoding="utf-8"))]


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.kind}: {case.name}")
def test_case(case):
    judge(case)


def test_there_is_a_case_file_for_every_kind_and_no_other():
    assert {path.stem for path in CASES.glob("*.yaml")} == set(KINDS)
    assert {case.kind for case in ALL} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_conforming_and_a_breaching_case(kind):
    mine = [case for case in ALL if case.kind == kind]
    assert any(case.good for case in mine)
    assert any(case.bad for case in mine)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_docstring_of_a_kind_shows_a_conforming_and_a_breaching_example(kind):
    text = " ".join((KINDS[kind].__doc__ or "").split())
    conforming = re.search(r"Conforming: (.+?)\.(?= |$)", text)
    breaching = re.search(r"Breaching: (.+?)\.(?= |$)", text)
    assert conforming
    assert breaching
    assert conforming.group(1) != breaching.group(1)


def test_the_register_lists_44_rules():
    assert len(set(RULES)) == 44


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_register_has_a_case_that_keeps_it_and_one_that_breaks_it(rule):
    mine = [case for case in ALL if case.clause == rule and case.charter == REFERENCE]
    assert any(case.good for case in mine), "no case permits or keeps it"
    assert any(case.bad for case in mine), "no case refuses or misses it"


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.kind}: {case.name}")
def test_a_case_is_about_a_clause_of_its_kind_and_named_by_a_sentence(case):
    clause = charter_of(case.charter).by_id.get(case.clause)
    assert clause is not None, f"there is no clause {case.clause} in {case.charter}"
    assert clause.kind == case.kind
    assert len(case.name.split()) > 3


def test_no_two_cases_of_a_kind_have_one_name():
    names = [(case.kind, case.name) for case in ALL]
    assert len(names) == len(set(names))
