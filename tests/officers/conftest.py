"""The reference scenario, lived once for all tests that look at its end."""

import pytest
from lived_scenario import lived


@pytest.fixture(scope="session")
def whole():
    """The whole scenario, from its first day to its last."""
    return lived()
