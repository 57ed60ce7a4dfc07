"""The command line: one module per command, one handler for every failure. `quorate --help` lists the commands."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command that the process's arguments name, and exit with its code (see `quorate.cli.failing`)."""
    from quorate.cli.failing import run

    sys.exit(run(sys.argv[1:]))
