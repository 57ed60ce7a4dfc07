"""The one place where failures become messages and exit codes. A person never sees a traceback they did not ask for."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, TextIO

from quorate.errors import QuorateError

FINE, FINDINGS, BAD_INPUT, OUR_FAULT, STOPPED, PIPE_CLOSED = 0, 1, 2, 70, 130, 141
SHOWN = 20


class PipeClosed(Exception):
    """Whoever read our output has stopped reading."""


class Stopped(Exception):
    """Ctrl-C."""


class Faults(QuorateError):
    """Several faults of what was given, one to a line, each with its place."""

    def __init__(self, faults: Sequence[str], advice: str = "") -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults), advice=advice)


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code.

    0 fine; 1 findings, or an act refused; 2 bad input; 70 a fault of the program; 130 stopped; 141 the pipe was closed.
    With ``QUORATE_DEBUG=1`` in the environment, code 70 comes with its traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter shows another, and goes on
    from quorate.cli.app import program

    try:
        code = program(arguments)(list(arguments) or ["--help"], prog_name="quorate", standalone_mode=False)
        sys.stdout.flush()
    except (PipeClosed, BrokenPipeError):
        return _drop_output()
    except (Stopped, KeyboardInterrupt):
        return _say("stopped", STOPPED)
    except QuorateError as error:
        return _told(error)
    except Exception as error:  # noqa: BLE001 - this is where every failure ends
        return _usage(error) if hasattr(error, "format_message") else _ours(error, sys.stderr)
    return code if isinstance(code, int) else FINE


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _drop_output() -> int:
    """Point standard output at nothing, so that the interpreter's last flush finds no broken pipe."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None
    return PIPE_CLOSED


def _told(error: QuorateError) -> int:
    findings: Sequence[Any] = getattr(error, "findings", ())
    if findings:
        for finding in findings[:SHOWN]:
            print(f"error: {finding}", file=sys.stderr)
        more = len(findings) - SHOWN
        if more > 0:
            print(f"and {more} more; `quorate check` lists them all", file=sys.stderr)
        return BAD_INPUT
    if isinstance(error, Faults):
        for fault in error.faults[:SHOWN]:
            print(f"error: {fault}", file=sys.stderr)
        rest = f"and {len(error.faults) - SHOWN} more. " if len(error.faults) > SHOWN else ""
        return _say(f"{rest}{error.advice}", BAD_INPUT) if rest or error.advice else BAD_INPUT
    place = f"{error.where}: " if error.where else ""
    stop = "" if error.what.endswith((".", "!", "?")) or not error.advice else "."
    advice = f" {error.advice}" if error.advice else ""
    return _say(f"error: {place}{error.what}{stop}{advice}", BAD_INPUT)


def _usage(error: Any) -> int:  # noqa: ANN401 - the framework's own errors have no public base class
    """A command line that cannot be understood."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "quorate"
    message = error.format_message()
    if not message or type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return BAD_INPUT
    return _say(f"error: {message}\nSee `{command} --help`.", BAD_INPUT)


def _ours(error: Exception, out: TextIO) -> int:
    if os.environ.get("QUORATE_DEBUG") == "1":
        traceback.print_exception(error, file=out)
    print(
        f"error: quorate failed in a way it should not: {type(error).__name__}: {error}\n"
        "What was acknowledged before is safe. Please report this with the command you gave and what it prints with "
        "QUORATE_DEBUG=1 set.",
        file=out,
    )
    return OUR_FAULT
