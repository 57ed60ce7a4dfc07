"""The observed record of the reference charter: its entries, and what it says of posts."""

import json

import pytest
from observed_files import CHARTER, OBSERVED


@pytest.fixture(scope="session")
def charter():
    from quorate.charter.read import read

    return read(CHARTER)


@pytest.fixture(scope="session")
def evidence(tmp_path_factory):
    from quorate.views.gathered import read_evidence

    return read_evidence(OBSERVED, "wpk-provincial", tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="session")
def log(tmp_path_factory):
    """All entries of both files, by id; the payload as a table."""
    import pyarrow.parquet as pq

    from quorate.log.tables.opening import open_table

    found = {}
    for name in ("events", "officials"):
        source = open_table(OBSERVED / f"{name}.csv", OBSERVED / f"{name}.yaml", tmp_path_factory.mktemp(name))
        assert (source.charter, source.record, source.left_out) == ("wpk-provincial", "partial", 0)
        for path in source.paths:
            for row in pq.read_table(path).to_pylist():
                assert row["entry"] not in found
                found[row["entry"]] = {**row, "payload": json.loads(row["payload"]), "file": name}
    return found
