"""A Chromium for the tests that need a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from chromium import Page, chromium, program


def _no_browser(reason: str) -> NoReturn:
    """Without a browser the page's script goes unproved: said aloud, and a failure where it counts."""
    message = f"THE REPORT IS NOT TESTED IN A BROWSER: {reason}; install Chromium to run these tests."
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One page of one browser, for all tests of the session."""
    found = program()
    if found is None:
        _no_browser("no Chromium was found")
    with chromium(found, Path(tmp_path_factory.mktemp("chromium"))) as page:
        yield page
