"""`quorate simulate`, `--runs`, `--sweep`, and the questions as a person types them."""

import json
import shutil
from pathlib import Path

import pytest

from quorate.charter.findings import Finding
from quorate.charter.read import load, read
from quorate.cli import reference
from quorate.cli.app import COMMANDS
from quorate.cli.failing import run
from quorate.cli.simulate import PARTS, part
from quorate.simulate.runs import seeds
from quorate.simulate.scenario import BadScenario, changed_charter, read_scenario
from quorate.simulate.scenario import reference as scenarios
from quorate.simulate.sweep import BadSweep, axes, combinations, folder_of

ROOT = Path(__file__).parents[2]
LEAGUE = Path(__file__).parent / "scenario" / "league"
CHARTERS = sorted(path.parent for path in (ROOT / "charters").glob("*/simulate"))
SHIPPED = [path for folder in CHARTERS for path in sorted((folder / "simulate").glob("*.yaml"))]
DAYS = "--from 2015-01-01 --to 2015-02-28 --jobs 1"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the league's charter in it, where plain text is printed."""
    shutil.copytree(LEAGUE, tmp_path / "league")
    own = tmp_path / "league" / "simulate" / "default.yaml"  # without the parameters that only the tests know
    own.write_text(own.read_text().partition("behaviour:")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """Three runs of two months, for the questions."""
    place = tmp_path_factory.mktemp("runs")
    shutil.copytree(LEAGUE, place / "league")
    own = place / "league" / "simulate" / "default.yaml"
    own.write_text(own.read_text().partition("behaviour:")[0], encoding="utf-8")
    assert run(f"simulate {place / 'league'} {DAYS} --out {place / 'year'} --runs 3 --seed 7 --json".split()) == 0
    return place / "year"


def files(place):
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


# --- simulating


def test_a_run_leaves_a_log_that_can_be_audited_by_the_charter_beside_it(folder, capsys):
    assert run(f"simulate league {DAYS} --out out".split()) == 0
    told = capsys.readouterr()
    assert "An ordinary year: " in told.out
    assert "The log is in out/log." in told.out
    assert told.err == ""
    assert run(["audit", "out/log", "--charter", "out/charter", "--json"]) in (0, 1)
    assert json.loads(capsys.readouterr().out)
    assert load(Path("out/charter"))[1] == ()


def test_the_json_of_a_run_says_what_its_text_says(folder, capsys):
    assert run(f"simulate league {DAYS} --out out --seed 3 --json".split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["scenario"] == "An ordinary year"
    (only,) = found["runs"]
    assert (only["seed"], only["folder"]) == (3, "out")
    assert only["entries"] == sum(only["by_act"].values()) == sum(only["by_month"].values())


def test_a_folder_that_holds_something_is_refused_and_left_as_it_is(folder, capsys):
    Path("out").mkdir()
    Path("out/letter.txt").write_text("Dear all")
    for more in ("", " --runs 2", " --sweep population.members=400,500"):
        assert run(f"simulate league {DAYS} --out out{more}".split()) == 2
        assert "there is something in it already" in capsys.readouterr().err
    assert [path.name for path in Path("out").iterdir()] == ["letter.txt"]
    assert run(f"simulate league {DAYS} --out out/letter.txt".split()) == 2
    assert "this is a file" in capsys.readouterr().err


def test_resuming_what_is_finished_changes_nothing_but_what_is_missing(folder, capsys):
    assert run(f"simulate league {DAYS} --out out --runs 2".split()) == 0
    before = files(Path("out"))
    shutil.rmtree("out/run-002")
    shutil.rmtree("out/run-001/charter")
    assert run(f"simulate league {DAYS} --out out --runs 2 --resume".split()) == 0
    after = files(Path("out"))
    assert {name: data for name, data in after.items() if not name.endswith("simulation.json")} == {
        name: data for name, data in before.items() if not name.endswith("simulation.json")
    }
    assert run(f"simulate league {DAYS} --out out --runs 2 --resume --seed 9".split()) == 2
    assert "another seed" in capsys.readouterr().err


def test_several_runs_differ_by_seed_and_the_first_is_the_run_of_the_seed_itself(folder, year):
    assert run(f"simulate league {DAYS} --out one --seed 7".split()) == 0
    assert files(Path("one/log")) == files(year / "run-001" / "log")
    assert files(year / "run-001" / "log") != files(year / "run-002" / "log")
    kept = [json.loads((year / f"run-00{k}" / "simulation.json").read_text())["plan"]["seed"] for k in (1, 2, 3)]
    assert tuple(kept) == seeds(7, 3)


def test_seeds_are_as_documented_and_do_not_change_with_their_number():
    assert seeds(2016, 1) == (2016,)
    assert seeds(2016, 5) == seeds(2016, 9)[:5]
    assert len(set(seeds(2016, 200))) == 200


WRONG = [
    ("simulate nowhere --from 2015-01-01 --to 2015-02-01 --out out", ["nowhere"]),
    ("simulate difusion", ["Did you mean `diffusion`?"]),
    ("simulate league --from 2015-01-01 --out out", ["--to"]),
    ("simulate league --from 2015-01-01 --to 2014-12-31 --out out", ["before --from"]),
    ("simulate league --from 2015-13-01 --to 2014-12-31 --out out", ["'2015-13-01' is not a date"]),
    (f"simulate league {DAYS} --out out --scenario defualt", ["Did you mean `default`?"]),
    (f"simulate league {DAYS} --out out --scenario nowhere.yaml", ["nowhere.yaml", "cannot read the scenario"]),
    (f"simulate league {DAYS} --out out --scale 2", ["--scale"]),
    (f"simulate league {DAYS} --out out --runs 0", ["--runs"]),
    (f"simulate league {DAYS} --out out --sweep population.members", ["path=value,value"]),
    (f"simulate league {DAYS} --out out --sweep population.membres=1,2", ["Did you mean `members`?"]),
    (f"simulate league {DAYS} --out out --sweep population.members=500,-1", ["--sweep population", "not negative"]),
    (f"simulate league {DAYS} --out out --sweep lapses.district.report=0.1,1.1", ["between 0 and 1"]),
    ("simulate league --from 2019-01-01 --to 2019-02-01 --out out", ["default.yaml:", "before the first day"]),
    ("simulate backlog nowhere", ["there is no simulation in it"]),
    ("simulate backlog league", ["league"]),
    ("simulate conferences league --on soon", ["'soon' is not a date"]),
    ("simulate conferences league --on 2016-01-01 --days pots=2", ["does not give an act its days"]),
    ("simulate compare nowhere league", ["there is no simulation in it"]),
    ("simulate vacancies", ["DIR"]),
]  # fmt: skip


@pytest.mark.parametrize(("command", "words"), WRONG, ids=[command for command, _ in WRONG])
def test_what_is_wrong_is_told_with_a_next_step_and_nothing_is_written(folder, command, words, capsys):
    assert run(command.split()) == 2
    told = capsys.readouterr()
    assert [word for word in words if word not in told.err] == [], told.err
    assert "Traceback" not in told.err
    assert told.out == ""
    assert not Path("out").exists()


# --- varying


def test_a_sweep_runs_every_value_by_its_own_scenario_and_shows_what_differs(folder, capsys):
    assert run(f"simulate league {DAYS} --out out --sweep population.members=400,800".split()) == 0
    told = capsys.readouterr().out
    assert "By population.members" in told
    head = next(line for line in told.splitlines() if "400" in line)
    assert head.split() == ["400", "800"]
    members = [
        json.loads((Path("out") / name / "simulation.json").read_text())["members"]
        for name in ("members=400", "members=800")
    ]
    assert members == [400, 800]


def test_a_sweep_of_a_rule_leaves_each_log_beside_its_own_charter(folder, capsys):
    key = "rules.council.cadence.at_most.value"
    assert run(f"simulate league {DAYS} --out out --sweep {key}=2,6 --json".split()) == 0
    found = json.loads(capsys.readouterr().out)["sweep"]
    assert [row["values"] for row in found] == [{key: "2"}, {key: "6"}]
    for value in (2, 6):
        charter = read(Path("out") / f"value={value}" / "charter")
        assert charter.by_id["council.cadence"].at_most.value == value
        assert charter.by_id["council.cadence"].at_most.assumed


def test_two_sweeps_make_every_combination():
    found = axes(["a.x=1,2", "b.y=3,4"], 1)
    assert [folder_of(values) for values in combinations(found)] == ["x=1,y=3", "x=1,y=4", "x=2,y=3", "x=2,y=4"]
    assert folder_of({"a.value": "1/2", "b.value": "3"}) == "a.value=1_2,b.value=3"


@pytest.mark.parametrize("texts", [["a"], ["a="], ["=1"], ["a=1,,2"], ["a=1,1"], ["a=1", "a=2"], ["a=" + "1,2" * 150]])
def test_a_sweep_that_cannot_be_understood_is_refused(texts):
    with pytest.raises(BadSweep):
        axes(texts, 2)


# --- asking


def test_questions_are_answered_over_all_runs_with_their_chart(year, folder, capsys):
    assert run(f"simulate vacancies {year} --chart vacancies.svg".split()) == 0
    told = capsys.readouterr().out
    assert "office-days" in told
    assert "The chart is in vacancies.svg." in told
    assert Path("vacancies.svg").read_text().startswith("<?xml")
    assert run(f"simulate vacancies {year} --json".split()) == 0
    told = capsys.readouterr().out
    assert [name for name in ("run-001", "run-002", "run-003") if name not in told] == []


def test_a_question_that_the_log_cannot_answer_says_so(year, capsys):
    assert run(f"simulate backlog {year}".split()) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_log_of_another_kind_needs_its_charter_named(year, folder, capsys):
    shutil.copytree(year / "run-001" / "log", "bare")
    assert run(["simulate", "vacancies", "bare"]) == 2
    assert "--charter" in capsys.readouterr().err
    assert run(["simulate", "vacancies", "bare", "--charter", "league"]) == 0


def test_two_simulations_are_compared_paired_by_seed(year, folder, capsys):
    rules = "title: Six months\nbased_on: default.yaml\nrules: {council.cadence: {at_most: {value: 6}}}\n"
    Path("league/simulate/six.yaml").write_text(rules)
    assert run(f"simulate league {DAYS} --out six --runs 3 --seed 7 --scenario six".split()) == 0
    assert run(f"simulate league {DAYS} --out other --runs 3 --seed 8 --scenario six".split()) == 0
    capsys.readouterr()
    assert run(f"simulate compare {year} six --json".split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["paired"] is True
    assert found["runs_a"] == [f"seed {seed}" for seed in sorted(seeds(7, 3), key=lambda seed: f"seed {seed}")]
    assert {change["id"] for change in found["changes"]} == {"council.cadence"}
    assert run(f"simulate compare {year} other --json".split()) == 0
    assert json.loads(capsys.readouterr().out)["paired"] is False


def test_a_simulation_broken_off_is_not_asked(year, folder, capsys):
    shutil.copytree(year / "run-001", "broken")
    Path("broken/log").rename("broken/log.unfinished")
    assert run(["simulate", "vacancies", "broken"]) == 2
    assert "--resume" in capsys.readouterr().err


# --- said of it


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_help_with_an_example(name, capsys):
    assert run(["simulate", name, "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"Usage: quorate simulate {name}" in told
    assert f"Example: quorate simulate {name}" in told
    first = (part(name).help or "").splitlines()[0]
    assert first.endswith(".")
    assert len(first) <= 80


def test_the_help_names_every_part(capsys):
    assert "simulate" in COMMANDS
    assert reference.example("simulate").startswith("quorate simulate ")
    assert run(["simulate", "--help"]) == 0
    told = capsys.readouterr().out
    assert [name for name in PARTS if name not in told] == []


def test_parameters_are_listed_with_what_a_scenario_may_say(capsys):
    assert run(["simulate", "parameters", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["attendance"]["most"] == 1
    for row in rows.values():
        assert row["least"] <= row["default"] <= row["most"], row
        assert row["words"]
        assert bool(row["source"]) != bool(row["assumed"]), row
    assert run(["simulate", "parameters"]) == 0
    told = capsys.readouterr().out
    assert [name for name in rows if name not in told] == []


def test_the_reference_of_scenarios_is_what_models_and_parameters_say_today():
    path = ROOT / "docs" / "reference" / "scenarios.md"
    assert path.read_text(encoding="utf-8") == scenarios.reference(), (
        "run: python -m quorate.simulate.scenario.reference > docs/reference/scenarios.md"
    )


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_every_scenario_that_is_shipped_fits_its_charter_and_has_a_note(path):
    folder = path.parents[1]
    try:
        found = read_scenario(path, read(folder))
        changed = changed_charter(folder, found)
    except BadScenario as error:
        pytest.fail("\n".join(str(finding) for finding in error.findings if isinstance(finding, Finding)))
    assert found.note
    assert bool(found.rules) == (changed.file != read(folder).file)


def test_the_examples_that_the_guide_speaks_of_are_there():
    names = {path.stem for path in SHIPPED}
    wanted = {"default", "plenum-half-yearly", "county-appeals", "slow-approval", "silent-season", "congress", "slack"}
    assert wanted <= names
