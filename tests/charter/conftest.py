from pathlib import Path

import pytest

from quorate.charter.model import Charter
from quorate.charter.read import files_of, read

COOP = Path(__file__).parent / "coop"
REAL = Path(__file__).parents[2] / "charters"
CHARTERS = [COOP, *sorted(path.parent for path in REAL.glob("*/charter.yaml"))]


@pytest.fixture(params=CHARTERS, ids=lambda path: path.name)
def good(request) -> Path:
    return request.param


@pytest.fixture(scope="session")
def coop() -> Charter:
    return read(COOP)


@pytest.fixture(scope="session")
def coop_files() -> dict[str, bytes]:
    return files_of(COOP)
