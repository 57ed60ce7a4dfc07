import shutil

import yaml

from quorate.charter import document
from quorate.charter.figures import figures
from quorate.charter.read import files_of, load, load_files
from quorate.charter.text import decode
from quorate.clauses import KINDS

from .conftest import COOP


def test_a_good_charter_is_read_without_findings(good):
    charter, findings = load(good)
    assert findings == ()
    assert charter is not None


def test_the_small_charter_uses_every_kind_of_clause(coop):
    assert {clause.kind for clause in coop.clauses} == set(KINDS)


def test_a_charter_is_read_from_its_folder_and_from_its_file_alike(coop):
    charter, findings = load(COOP / "charter.yaml")
    assert findings == ()
    assert charter is not None
    assert (charter.file, charter.known) == (coop.file, coop.known)


def test_the_files_of_a_charter_are_its_yaml_and_each_csv_it_names_and_read_back_the_same(good, tmp_path):
    files = files_of(good)
    assert files["charter.yaml"] == (good / "charter.yaml").read_bytes()
    assert all((good / name).read_bytes() == data for name, data in files.items())
    kept, findings = load_files(files)
    read, _ = load(good)
    assert findings == ()
    assert kept is not None
    assert read is not None
    assert (kept.file, kept.known, kept.register) == (read.file, read.known, read.register)


def test_a_charter_kept_as_bytes_is_read_without_the_disk(coop_files, monkeypatch):
    monkeypatch.chdir("/")
    charter, _ = load_files(coop_files)
    assert charter is not None
    assert charter.known["mill-lane/barn"].name == "The Barn, converted"


def test_a_file_of_another_name_is_kept_under_the_name_that_load_files_looks_for(tmp_path):
    for file in COOP.iterdir():
        shutil.copy(file, tmp_path / ("rules-2014.yaml" if file.name == "charter.yaml" else file.name))
    charter, findings = load_files(files_of(tmp_path / "rules-2014.yaml"))
    assert findings == ()
    assert charter is not None


def test_units_come_from_the_file_from_the_charter_and_once_below_each_of_a_tier(coop):
    assert coop.known["mill-lane/east"].facts == {"latitude": "52.4155", "longitude": "-4.0811", "population": "62"}
    assert coop.known["walkers"].parent == "mill-lane/east"
    gardens = [unit.id for unit in coop.units_of("club") if unit.id.endswith(".garden")]
    assert gardens == ["mill-lane/barn.garden", "mill-lane/east.garden", "mill-lane/west.garden"]
    assert coop.known["mill-lane/east.garden"].name == "Garden club, East House"


def test_a_byte_order_mark_is_tolerated(coop_files):
    data = b"\xef\xbb\xbf" + coop_files["charter.yaml"]
    charter, findings = load_files({**coop_files, "charter.yaml": data})
    assert findings == ()
    assert charter is not None


def test_windows_line_ends_are_tolerated(coop_files):
    files = {name: data.replace(b"\n", b"\r\n") for name, data in coop_files.items()}
    charter, findings = load_files(files)
    assert findings == ()
    assert charter is not None


def test_no_and_yes_and_dates_are_words_as_in_yaml_1_2(coop_files):
    data = (
        coop_files["charter.yaml"].replace(b"name: repairs", b"name: no").replace(b"name: rents", b"name: 2014-05-01")
    )
    charter, findings = load_files({**coop_files, "charter.yaml": data})
    assert findings == ()
    assert charter is not None
    assert [charter.businesses[ident].name for ident in ("repairs", "rents")] == ["no", "2014-05-01"]


def test_every_number_is_listed_with_its_evidence(good):
    charter, _ = load(good)
    assert charter is not None
    found = figures(charter)
    assert all((figure.source is None) != (figure.assumed is None) for _, _, figure in found)
    assert len(found) == (good / "charter.yaml").read_text(encoding="utf-8").count("value:")


def test_a_number_is_listed_with_its_clause_and_field(coop):
    listed = {(ident, field): str(figure) for ident, field, figure in figures(coop)}
    assert listed["board.cadence", "at_most"] == "4 months"
    assert listed["board", "seats"] == "9"
    assert listed["houses.group-made-up", "offices[0].at_least"] == "1"
    assert listed["complaints", "stages[1].not_before"] == "7 days"


def test_the_parser_in_pure_python_gives_the_same_data_and_places(good, monkeypatch):
    text = decode("charter.yaml", (good / "charter.yaml").read_bytes())
    fast, _ = document.parse(text)
    monkeypatch.setattr(document, "LOADER", yaml.SafeLoader)
    slow, findings = document.parse(text)
    assert findings == ()
    assert (slow.data, slow.keys, slow.values) == (fast.data, fast.keys, fast.values)
