"""The shape of the code base: imports point one way, no code knows an organisation, files stay readable."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "quorate"
MODULES = sorted(SRC.rglob("*.py"))

# Each package may import those before it, and itself. `errors` is for all.
ORDER = [
    "errors",
    "spark",
    "counting",
    "log",
    "terms",
    "state",
    "facts",
    "world",
    "clauses",
    "charter",
    "chart",
    "run",
    "auditing",
    "views",
    "officers",
    "simulate",
    "cli",
    "demo",
]
# Within the order, two packages are apart: neither knows the other.
APART = {("log", "counting"), ("chart", "run")}


def imported(path: Path) -> set[str]:
    """The packages of ours that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found.update(name.split(".")[1] for name in names if name.startswith("quorate."))
    return found & set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_imports_point_up_the_list_only(path):
    package = path.relative_to(SRC).parts[0].removesuffix(".py")
    if package == "__init__":
        assert not imported(path), "the top of the package imports nothing that costs time"
        return
    assert package in ORDER, f"{package} has no place in the order of packages"
    place = ORDER.index(package)
    below = {other for other in imported(path) if ORDER.index(other) > place}
    assert not below, f"{package} imports {below}, which stand below it"
    apart = {other for other in imported(path) if (package, other) in APART or (other, package) in APART}
    assert not apart


def test_the_core_knows_no_web_framework():
    assert not [path for path in MODULES if re.search(r"^\s*(import|from) django", path.read_text(), re.M)]


@cache
def known_words() -> re.Pattern[str]:
    """What would give an organisation away: the names, ids and labels its charter declares for itself and its units."""
    words = {"korea", "debian", "dprk", "pyongyang", "juche", "wpk"}
    for folder in (ROOT / "charters").iterdir():
        words.add(folder.name)
        for table in folder.glob("units*.csv"):
            with table.open(encoding="utf-8") as rows:
                for row in csv.DictReader(rows):
                    words.add(row["id"])
                    words.update(word for word in re.split(r"\W+", row["name"]) if len(word) > 6)
    generic = {"central", "committee", "section", "provincial", "ministry", "department", "guidance", "developers"}
    generic |= {"propaganda", "organization", "military", "affairs", "agitation", "project", "people", "workers"}
    known = {re.escape(word.lower()) for word in words if len(word) > 3 and word.lower() not in generic}
    assert len(known) > 200
    return re.compile(rf"(?<![\w.-])({'|'.join(sorted(known))})(?![\w.-])")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_no_code_knows_an_organisation(path):
    text = path.read_text().lower()
    assert not re.search(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]", text), "Korean labels are data"
    found = known_words().search(text)
    assert not found, f"{found[0]!r} belongs in a charter"


def test_every_file_can_be_read_in_one_sitting():
    lines = {str(path.relative_to(SRC)): len(path.read_text().splitlines()) for path in MODULES}
    assert not {path: count for path, count in lines.items() if count > 450}


def test_nothing_committed_names_a_path_of_one_machine():
    private = "/" + "home/"
    folders = [(SRC, "*.py"), (ROOT / "tests", "*.py"), (ROOT / "docs", "*.md"), (ROOT / "charters", "*.*")]
    for folder, pattern in folders:
        for path in folder.rglob(pattern):
            assert private not in path.read_text(encoding="utf-8"), path


@pytest.mark.xdist_group("together")
def test_tests_that_share_what_is_dear_are_kept_in_one_process(request):
    if request.config.getoption("loadgroup", default=False):
        assert request.node.nodeid.endswith("@together"), "pytest-xdist and pytest do not fit each other"
