"""A bar for what takes long, on a terminal only."""

import io
import sys

import pytest

from quorate.cli import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "after", "shown"),
    [(Terminal(), 0.0, True), (Terminal(), 60.0, False), (io.StringIO(), 0.0, False)],
    ids=["long, on a terminal", "short, on a terminal", "long, in a pipe"],
)
def test_a_bar_is_shown_for_what_takes_long_on_a_terminal(stream, after, shown, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "AFTER", after)
    monkeypatch.setenv("TERM", "xterm")
    assert list(progress.track(range(50), "Reading units")) == list(range(50))
    assert ("Reading units" in stream.getvalue()) == shown
